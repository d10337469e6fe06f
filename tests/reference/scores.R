# Rscript scores.R > scores.csv
# Made with R 4.2.2, base packages only. Score intervals from their definition: the likeliest shares at a given difference
# or lead by uniroot on the slope of the likelihood, the limits by uniroot on the score; tests by prop.test, mcnemar.test,
# phyper, pbinom, and at fractional counts by integrate; rounded shares by integrate.
# Each row: what the numbers are of, the inputs, the expected values, and what made them; numbers separated by spaces.

write_row <- function(what, inputs, expected, made_with) {
  numbers <- function(x) paste(ifelse(is.na(x), "NA", sprintf("%.15g", x)), collapse = " ")
  cat(sprintf("%s,%s,%s,%s\n", what, numbers(inputs), numbers(expected), made_with))
}
quietly <- suppressWarnings  # R warns that chi-squared is approximate for small counts; the reference is the statistic

# The root of a falling function inside an interval, or the end where it lies beyond.
falling_root <- function(f, from, to) {
  inside <- c(from, to) + c(1, -1) * 1e-12 * (to - from)
  if (f(inside[1]) <= 0) return(from)
  if (f(inside[2]) >= 0) return(to)
  uniroot(f, inside, tol = 1e-16, maxiter = 10000)$root
}

slope <- function(x, p) ifelse(x == 0, 0, x / p)

mee_z <- function(delta, p1, n1, p2, n2) {
  x <- c(p1 * n1, n1 - p1 * n1, p2 * n2, n2 - p2 * n2)
  likelier <- function(q) {
    slope(x[1], q + delta) - slope(x[2], 1 - q - delta) + slope(x[3], q) - slope(x[4], 1 - q)
  }
  q <- falling_root(likelier, max(0, -delta), min(1, 1 - delta))
  p <- q + delta
  (p1 - p2 - delta) / sqrt(p * (1 - p) / n1 + q * (1 - q) / n2)
}

tango_z <- function(delta, a, b, n) {
  likelier <- function(q) {
    slope(a * n, q + delta) + slope(b * n, q) - 2 * slope(n - a * n - b * n, 1 - 2 * q - delta)
  }
  q <- falling_root(likelier, max(0, -delta), (1 - delta) / 2)
  (a - b - delta) / sqrt((2 * q + delta * (1 - delta)) / n)
}

limits <- function(z, estimate, level) {
  critical <- qnorm((1 + level) / 2)
  lower <- if (estimate == -1) -1 else
    uniroot(function(d) z(d) - critical, c(-1 + 1e-12, estimate - 1e-9), tol = 1e-14, maxiter = 10000)$root
  upper <- if (estimate == 1) 1 else
    uniroot(function(d) z(d) + critical, c(estimate + 1e-9, 1 - 1e-12), tol = 1e-14, maxiter = 10000)$root
  c(lower, upper)
}

cat("what,inputs,expected,made_with\n")
pairs <- list(
  c(56 / 70, 70, 48 / 80, 80), c(9 / 10, 10, 3 / 10, 10), c(6 / 7, 7, 2 / 7, 7), c(5 / 56, 56, 0, 29),
  c(1, 10, 0, 10), c(0.615, 204.27, 0.389, 551.17), c(0.193, 444.56, 0.45, 755.44), c(125 / 204, 204, 214 / 551, 551),
  c(0.006, 122.44, 0.063, 94.95), c(0.787, 28.19, 0.903, 106.93), c(0.355, 1200, 0.355, 600.5), c(0, 30, 0.05, 400)
)
for (p in pairs) {
  for (level in c(0.95, 0.8, 0.999)) {
    z <- function(d) mee_z(d, p[1], p[2], p[3], p[4])
    write_row("difference_interval", c(p, level), limits(z, p[1] - p[3], level), "uniroot on Mee's score")
  }
  test <- quietly(prop.test(c(p[1] * p[2], p[3] * p[4]), c(p[2], p[4]), correct = FALSE))
  write_row("difference_z", p, sign(p[1] - p[3]) * sqrt(unname(test$statistic)), "prop.test(correct = FALSE)")
}

# Twice the chance of the larger share's count or more, that count itself counted half.
for (x in list(
  c(5, 204, 0, 551), c(5, 204, 3, 551), c(0, 29, 5, 56), c(2, 30, 9, 400), c(28, 30, 391, 400), c(1, 10, 0, 10),
  c(7, 445, 1, 755), c(30, 30, 40, 45), c(3, 2000, 0, 35)
)) {
  more <- if (x[1] / x[2] > x[3] / x[4]) x else x[c(3, 4, 1, 2)]
  all <- more[1] + more[3]
  p <- 2 * phyper(more[1], more[2], more[4], all, lower.tail = FALSE) + dhyper(more[1], more[2], more[4], all)
  write_row("difference_mid_p", x, min(1, p), "phyper and dhyper")
}
below <- function(x, n, y, m) {
  integrate(function(t) pbeta(t, x, n) * dbeta(t, y, m), 0, 1, rel.tol = 1e-10, subdivisions = 5000)$value
}
for (x in list(c(5 / 1.6, 204 / 1.6, 1.2, 551 / 1.6), c(3.5, 95.2, 1.7, 308.6), c(4.4, 60, 2.5, 444.6))) {
  p <- below(x[1], x[2] - x[1] + 1, x[3] + 1, x[4] - x[3]) + below(x[1] + 1, x[2] - x[1], x[3], x[4] - x[3] + 1)
  write_row("difference_mid_p", x, p, "integrate over beta variables")
}

leads <- list(
  c(1, 0, 30), c(0, 0, 1200), c(0.355, 0.231, 1200), c(0.355, 0.231, 750), c(0.95, 0.02, 95), c(0.231, 0.355, 444.56),
  c(0.04, 0.01, 30), c(0.5, 0.5, 61), c(0, 12 / 95, 95), c(0.031, 0.002, 122.4), c(0.6, 0.4, 1200)
)
for (p in leads) {
  for (level in c(0.95, 0.8, 0.999)) {
    z <- function(d) tango_z(d, p[1], p[2], p[3])
    write_row("lead_interval", c(p, level), limits(z, p[1] - p[2], level), "uniroot on Tango's score")
  }
}
for (x in list(c(426, 277, 1200), c(277, 244, 1200), c(12, 31, 95), c(30, 30, 61))) {
  test <- mcnemar.test(matrix(c(x[3] - x[1] - x[2], x[1], x[2], 0), 2), correct = FALSE)
  write_row("lead_test", x, c(sign(x[1] - x[2]) * sqrt(unname(test$statistic)), test$p.value), "mcnemar.test(correct = FALSE)")
}
for (x in list(c(4, 0), c(6, 0), c(9, 2), c(1, 8), c(3, 2), c(5, 4))) {
  more <- max(x)
  p <- 2 * pbinom(more, sum(x), 0.5, lower.tail = FALSE) + dbinom(more, sum(x), 0.5)
  write_row("lead_mid_p", x, min(1, p), "pbinom and dbinom")
}

# A rounded share: the quantile of a normal error and a uniform one in their sum, each side for itself.
quantile_of_sum <- function(s, g, level) {
  chance <- function(t) integrate(function(u) pnorm((t - u) / s), -g, g, rel.tol = 1e-12)$value / (2 * g)
  uniroot(function(t) chance(t) - (1 + level) / 2, c(0, 10 * s + g), tol = 1e-14)$root
}
wilson <- function(p, n, level) quietly(prop.test(p * n, n, conf.level = level, correct = FALSE)$conf.int)
jeffreys <- function(p, n, level) qbeta(c(1 - level, 1 + level) / 2, p * n + 0.5, n - p * n + 0.5)
for (p in list(c(0.35, 1e5, 0.01), c(0.35, 1e5 / 1.6, 0.01), c(0.355, 750, 0.001), c(0.01, 1e5, 0.01), c(0.5, 60.5, 0.01),
               c(0.003, 1200, 0.001), c(0.98, 94.95, 0.01))) {
  for (level in c(0.95, 0.8, 0.999)) {
    for (method in c("wilson", "jeffreys")) {
      sides <- abs(get(method)(p[1], p[2], level) - p[1]) / qnorm((1 + level) / 2)
      ends <- p[1] + c(-1, 1) * sapply(sides, quantile_of_sum, g = p[3] / 2, level = level)
      write_row(paste("share_interval", method), c(p, level), pmin(pmax(ends, 0), 1), "integrate and uniroot")
    }
  }
}
for (p in list(c(0, 1200, 0.001), c(0, 1200, 0.01), c(0, 30, 0.01))) {
  upper <- wilson(p[3] / 2, p[2], 0.95)[2]
  write_row("share_interval wilson", c(p, 0.95), c(0, upper), "prop.test at the end of the step")
  write_row("share_interval wilson", c(1, p[2:3], 0.95), c(1 - upper, 1), "prop.test at the end of the step")
}
