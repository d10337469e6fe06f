# Rscript intervals.R > intervals.csv
# Intervals of one share from R, at fractional counts share x n_effective.
# The survey rows come from made-up simple random samples of n people with x ones among them.
# There the survey package estimates the variance p(1 - p)/(n - 1), so its n_effective is n - 1.
suppressPackageStartupMessages(library(survey))

wilson <- function(p, n, level) {
  # prop.test warns that chi-squared is approximate for small bases; the score interval is not.
  suppressWarnings(prop.test(p * n, n, conf.level = level, correct = FALSE)$conf.int)
}

wald <- function(p, n, level) {
  ends <- p + c(-1, 1) * qnorm((1 + level) / 2) * sqrt(p * (1 - p) / n)
  pmin(pmax(ends, 0), 1)
}

agresti_coull <- function(p, n, level) {
  z <- qnorm((1 + level) / 2)
  moved <- (p * n + z^2 / 2) / (n + z^2)
  ends <- moved + c(-1, 1) * z * sqrt(moved * (1 - moved) / (n + z^2))
  pmin(pmax(ends, 0), 1)
}

clopper_pearson <- function(p, n, level) {
  tail <- (1 - level) / 2
  low <- if (p == 0) 0 else qbeta(tail, p * n, n - p * n + 1)
  high <- if (p == 1) 1 else qbeta(1 - tail, p * n + 1, n - p * n)
  c(low, high)
}

# With the convention of Brown, Cai and DasGupta (2001) that nothing observed gives the limit 0, and all 1.
jeffreys <- function(p, n, level) {
  tail <- (1 - level) / 2
  low <- if (p == 0) 0 else qbeta(tail, p * n + 0.5, n - p * n + 0.5)
  high <- if (p == 1) 1 else qbeta(1 - tail, p * n + 0.5, n - p * n + 0.5)
  c(low, high)
}

logit <- function(p, n, level) {
  plogis(qlogis(p) + c(-1, 1) * qnorm((1 + level) / 2) / sqrt(n * p * (1 - p)))
}

write_row <- function(method, p, n, level, ends, made_with) {
  cat(sprintf("%s,%.17g,%.17g,%g,%.15g,%.15g,%s\n", method, p, n, level, ends[1], ends[2], made_with))
}

cat("method,share,n_effective,confidence_level,low,high,made_with\n")
methods <- list(
  wilson = list(wilson, "prop.test"),
  wald = list(wald, "formula"),
  agresti_coull = list(agresti_coull, "formula"),
  clopper_pearson = list(clopper_pearson, "qbeta"),
  jeffreys = list(jeffreys, "qbeta"),
  logit = list(logit, "qlogis")
)
for (method in names(methods)) {
  for (level in c(0.95, 0.8, 0.999)) {
    for (n in c(5, 28.19, 94.95, 800, 1200)) {
      for (p in c(0, 0.003, 0.063, 0.231, 0.355, 0.5, 0.787, 0.98, 1)) {
        if (method == "logit" && (p == 0 || p == 1)) next
        write_row(method, p, n, level, methods[[method]][[1]](p, n, level), methods[[method]][[2]])
      }
    }
  }
}

for (counts in list(c(3, 28), c(60, 95), c(71, 200), c(426, 1200))) {
  x <- counts[1]
  n <- counts[2]
  sample <- svydesign(ids = ~1, weights = ~one, data = data.frame(one = 1, y = rep(1:0, c(x, n - x))))
  for (level in c(0.95, 0.8)) {
    ends <- attr(svyciprop(~y, sample, method = "logit", level = level, df = Inf), "ci")
    write_row("logit", x / n, n - 1, level, ends, "survey::svyciprop(method=logit; df=Inf)")
    ends <- attr(svyciprop(~y, sample, method = "beta", level = level), "ci")
    write_row("clopper_pearson", x / n, n - 1, level, ends, "survey::svyciprop(method=beta)")
  }
}
