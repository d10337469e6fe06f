# Rscript korn_graubard.R > korn_graubard.csv
# Korn and Graubard's interval of one share from made-up clustered samples, by the survey package, which
# estimates the design effect from the sample; and by their formula where the design effect is a round number.
suppressPackageStartupMessages(library(survey))

write_row <- function(p, n, deff, df, level, ends, made_with) {
  cat(sprintf("%.17g,%d,%.17g,%g,%g,%.15g,%.15g,%s\n", p, n, deff, df, level, ends[1], ends[2], made_with))
}

cat("share,n,design_effect,design_degrees_of_freedom,confidence_level,low,high,made_with\n")

by_formula <- function(p, n, deff, df, level) {
  tail <- (1 - level) / 2
  size <- n / deff * (qt(tail, n - 1) / qt(tail, df))^2
  low <- if (p == 0) 0 else qbeta(tail, size * p, size - size * p + 1)
  high <- if (p == 1) 1 else qbeta(1 - tail, size * p + 1, size - size * p)
  c(low, high)
}
for (level in c(0.95, 0.8, 0.999)) {
  for (design in list(c(1200, 1.5, 110), c(1200, 1, 1199), c(445, 2, 40), c(95, 1.28, 7), c(30, 0.9, 1))) {
    for (p in c(0, 0.003, 0.063, 0.355, 0.787, 1)) {
      ends <- by_formula(p, design[1], design[2], design[3], level)
      write_row(p, as.integer(design[1]), design[2], design[3], level, ends, "qbeta and qt")
    }
  }
}

# Places of about `size` interviews in equally many of each stratum; a share of `often` gives the answer in every
# third place and of `seldom` in the others. Every `every`-th interview counts twice.
sampled <- function(strata, places, size, often, seldom, every) {
  place <- rep(seq_len(strata * places), times = size + seq_len(strata * places) %% 2)
  within <- ave(place, place, FUN = seq_along)
  people <- data.frame(place = place, stratum = (place - 1) %/% places)
  people$y <- as.numeric((within * 7 + place) %% 10 < 10 * ifelse(place %% 3 == 0, often, seldom))
  people$weight <- ifelse(seq_along(place) %% every == 0, 2, 1)
  svydesign(ids = ~place, strata = ~stratum, weights = ~weight, data = people)
}
designs <- list(
  sampled(5, 23, 10, 0.6, 0.2, 1e9), # 115 places in 5 strata: 110 degrees of freedom
  sampled(5, 23, 10, 0.1, 0, 1e9),
  sampled(4, 3, 8, 0.7, 0.4, 1e9),
  sampled(2, 20, 12, 0.5, 0.3, 4)
)
for (design in designs) {
  people <- nrow(design)
  for (level in c(0.95, 0.8)) {
    answer <- svyciprop(~y, design, method = "beta", level = level)
    p <- as.numeric(answer)
    deff <- as.numeric(vcov(answer)) / (p * (1 - p) / people)
    write_row(p, people, deff, degf(design), level, attr(answer, "ci"), "survey::svyciprop(method=beta)")
  }
}
