# Rscript comparisons.R > comparisons.csv
# Made with R 4.2.2. Comparisons of shares from R's own tests, at fractional counts share x n, and from definitions.
# Each row: what the numbers are of, the inputs, the expected values, and what made them; numbers separated by spaces.

write_row <- function(what, inputs, expected, made_with) {
  numbers <- function(x) paste(ifelse(is.na(x), "NA", sprintf("%.15g", x)), collapse = " ")
  cat(sprintf("%s,%s,%s,%s\n", what, numbers(inputs), numbers(expected), made_with))
}
quietly <- suppressWarnings  # R warns that chi-squared is approximate for small counts; the reference is the statistic

pooled_z <- function(p1, n1, p2, n2) {
  test <- quietly(prop.test(c(p1 * n1, p2 * n2), c(n1, n2), correct = FALSE))
  c(sign(p1 - p2) * sqrt(unname(test$statistic)), test$p.value)
}

cat("what,inputs,expected,made_with\n")
# A part against its complement, from counts: part, whole.
for (p in list(c(90, 300, 270, 1200), c(86, 445, 426, 1200), c(3, 95, 48, 755), c(10, 20, 10, 600), c(0, 60, 12, 90))) {
  x <- c(p[1], p[3] - p[1])
  n <- c(p[2], p[4] - p[2])
  write_row("part_whole_test", p, pooled_z(x[1] / n[1], n[1], x[2] / n[2], n[2]), "prop.test against the complement")
}

# Two overlapping segments of n people: n1 with x1 yes, n2 with x2 yes. Every way of sharing n12 people, x12 of them yes,
# that leaves no group with a negative number of people; the variance is the sum of squared influences of all people on
# the difference of the two shares, group by group.
overlap_extremes <- function(x1, n1, x2, n2, n) {
  p1 <- x1 / n1
  p2 <- x2 / n2
  z <- c()
  for (n12 in 0:n) {
    for (x12 in 0:n12) {
      people <- c(
        x12, n12 - x12, x1 - x12, n1 - n12 - x1 + x12, x2 - x12, n2 - n12 - x2 + x12, n - n1 - n2 + n12
      )
      if (any(people < 0)) next
      answer <- c(1, 0, 1, 0, 1, 0, 0)
      in_1 <- c(1, 1, 1, 1, 0, 0, 0)
      in_2 <- c(1, 1, 0, 0, 1, 1, 0)
      influence <- in_1 * (answer - p1) / n1 - in_2 * (answer - p2) / n2
      z <- c(z, (p1 - p2) / sqrt(sum(people * influence^2)))
    }
  }
  range(z)
}
for (p in list(
  c(37, 60, 34, 60, 100), c(9, 10, 4, 40, 50), c(50, 60, 20, 70, 100), c(3, 30, 20, 80, 90), c(45, 50, 88, 90, 100),
  c(1, 20, 9, 30, 200), c(30, 40, 10, 40, 60)
)) {
  write_row("overlap_test", p, overlap_extremes(p[1], p[2], p[3], p[4], p[5]), "every overlap of people")
}

families <- list(
  c(0.01, 0.04, 0.03), c(0.04, NA, 0.01, 0.03, 0.02, NA, 0.5), c(0.02, 0.02, 0.9, 1, 0), c(0.049),
  c(0.00001, 0.0004, 0.0123, 0.0123, 0.21, 0.4, 0.6, 0.049, 0.051, 0.07)
)
for (p in families) {
  for (method in c("holm", "bonferroni", "BH", "none")) {
    # n counts the tests that were made, as p.adjust does by itself when p-values are missing.
    write_row(paste("adjusted_p_values", method), p, p.adjust(p, method), "p.adjust")
  }
}

# Shares (column by column), bases, design effect: statistic, degrees of freedom, p, V, smallest expected, residuals.
homogeneity <- function(shares, base, design_effect) {
  counts <- sweep(sweep(shares, 2, colSums(shares), "/"), 2, base, "*")
  test <- quietly(chisq.test(counts, correct = FALSE))
  x2 <- unname(test$statistic)
  df <- unname(test$parameter)
  write_row(
    "rao_scott_test", c(dim(shares), shares, base, design_effect),
    c(
      x2 / design_effect, df, pchisq(x2 / design_effect, df, lower.tail = FALSE),
      sqrt(x2 / (sum(counts) * min(dim(counts) - 1))), min(test$expected), test$stdres / sqrt(design_effect)
    ),
    "chisq.test"
  )
}
votes <- read.csv("../../data/polls/cpi-2021-04/01-vote-intention.csv")
zones <- as.matrix(votes[, c("costa_sierra_norte", "costa_sur", "sierra_centro_sur", "oriente")]) / 100
areas <- as.matrix(votes[, c("urbano", "rural")]) / 100
ages <- as.matrix(read.csv("../data/harbour-2030-05/vote.csv")[, c("under_35", "middle", "over_59")]) / 100
for (design_effect in c(1, 1.5)) {
  homogeneity(zones, c(308.4676, 122.4414, 229.5825, 94.9509), design_effect)
  homogeneity(areas, c(551.17, 204.27), design_effect)
  homogeneity(ages, c(201, 350, 252), design_effect)
}
