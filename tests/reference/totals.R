# Rscript totals.R > totals.csv
# Reweighted totals, shares of valid votes, scenarios for the undecided, and raking, by the survey package, from the
# interviews of made-up polls. The tests have the same polls as printed percentages, without rounding.
# survey estimates variances with n/(n - 1) for n interviews; the tests take that factor out.
suppressPackageStartupMessages(library(survey))

counts <- data.frame(
  segment = rep(c("north", "south", "east"), each = 4),
  answer = rep(c("amaro", "bravo", "blank", "open"), 3),
  n = c(190, 130, 80, 100, 40, 110, 45, 55, 120, 30, 60, 40)
)
people <- counts[rep(seq_len(nrow(counts)), counts$n), c("segment", "answer")]
people$one <- 1
for (answer in unique(counts$answer)) people[[answer]] <- as.numeric(people$answer == answer)
people$valid <- people$amaro + people$bravo
people$equally <- people$amaro + people$open / 2
people$all_to_amaro <- people$amaro + people$open
people$all <- people$valid + people$open

sampled <- svydesign(ids = ~1, weights = ~one, data = people)
reweighted <- postStratify(sampled, ~segment, data.frame(segment = c("north", "south", "east"), Freq = c(4000, 3500, 2500)))

write_row <- function(case, target, answer, share, error, made_with) {
  cat(sprintf("%s,%s,%s,%.15g,%.15g,%s\n", case, target, answer, share, error, made_with))
}

cat("case,target,answer,share,standard_error,made_with\n")
for (target in c("sample", "target")) {
  design <- if (target == "sample") sampled else reweighted
  by <- if (target == "sample") "" else "postStratify + "
  for (answer in c("amaro", "bravo", "blank", "open")) {
    found <- svymean(as.formula(paste0("~", answer)), design)
    write_row("total", target, answer, coef(found), SE(found), paste0(by, "svymean"))
  }
  found <- svyratio(~amaro, ~valid, design)
  write_row("valid", target, "amaro", coef(found), SE(found), paste0(by, "svyratio(~amaro; ~valid)"))
  for (scenario in c("equally", "all_to_amaro")) {
    found <- svyratio(as.formula(paste0("~", scenario)), ~all, design)
    write_row(scenario, target, "amaro", coef(found), SE(found), paste0(by, "svyratio(~", scenario, "; ~all)"))
  }
}

# Raking: interviews and those who say yes in two rows of three columns.
cells <- data.frame(
  row = rep(c("a", "b"), each = 3), column = rep(c("x", "y", "z"), 2),
  n = c(120, 40, 60, 30, 90, 160), yes = c(70, 10, 33, 21, 30, 50)
)
people <- cells[rep(seq_len(6), cells$n), c("row", "column")]
people$yes <- unlist(lapply(seq_len(6), function(i) rep(1:0, c(cells$yes[i], cells$n[i] - cells$yes[i]))))
people$one <- 1
raked <- rake(
  svydesign(ids = ~1, weights = ~one, data = people), list(~row, ~column),
  list(
    data.frame(row = c("a", "b"), Freq = c(55, 45)),
    data.frame(column = c("x", "y", "z"), Freq = c(20, 30, 50))
  ),
  control = list(maxit = 1000, epsilon = 1e-12)
)
write_row("rake", "target", "yes", coef(svymean(~yes, raked)), NA, "rake + svymean")
