# Rscript estimates.R > estimates.csv
# What the estimates make of printed polls, from their files and the definitions again: score intervals by uniroot (scores.R),
# at the corners of the rounding box; Holm by p.adjust; weighted leads by MOVER, their p-value by uniroot on the level.
# Run in this folder, R 4.2.2, base packages only. Each row: what, the inputs that are no figures of a poll, the expected values.
sink(nullfile())
source("scores.R")
sink()

cat("what,inputs,expected,made_with\n")
alpha <- 0.05

# A printed share: each side a normal error, as wide as Wilson's limit says, and the uniform one of rounding.
rounded <- function(p, n, level) {
  z <- qnorm((1 + level) / 2)
  away <- function(s) {
    beyond <- function(x) x * pnorm(x / s) + s * dnorm(x / s)
    excess <- function(t) (beyond(t + half) - beyond(t - half)) / (2 * half) - (1 + level) / 2
    uniroot(excess, c(0, 2 * z * s + half), tol = 1e-14)$root
  }
  ends <- wilson(p, n, level)
  c(p - away((p - ends[1]) / z), p + away((ends[2] - p) / z))
}

mee <- function(a, n_a, b, n_b, level) limits(function(d) mee_z(d, a, n_a, b, n_b), a - b, level)
tango <- function(a, b, n, level) limits(function(d) tango_z(d, a, b, n), a - b, level)
two_sided <- function(z) 2 * pnorm(-abs(z))
pooled_z <- function(a, n_a, b, n_b) {
  test <- quietly(prop.test(c(a * n_a, b * n_b), c(n_a, n_b), correct = FALSE))
  sign(a - b) * sqrt(unname(test$statistic))
}
sign_z <- function(a, b, n) (a - b) * sqrt(n / (a + b))  # McNemar's

# p-values at the corner nearest to no difference and at the surest one, Holm, the level that goes with it, the hull.
judged <- function(what, inputs, z_low, z_high, interval, made_with) {
  nearest <- ifelse(z_low <= 0 & z_high >= 0, 1, two_sided(ifelse(z_low > 0, z_low, z_high)))
  surest <- pmin(two_sided(z_low), two_sided(z_high))
  adjusted <- p.adjust(nearest, "holm")
  possible <- p.adjust(surest, "holm")
  verdict <- ifelse(adjusted < alpha, 2, ifelse(possible < alpha, 1, 0))  # found, depends on rounding, not found
  for (i in seq_along(nearest)) {
    own <- interval(i, 1 - alpha * min(nearest[i] / adjusted[i], 1))
    together <- interval(i, 1 - alpha / length(nearest))
    hold <- function(ends, level) if (nearest[i] < 1 - level) ends else c(min(ends[1], 0), max(ends[2], 0))
    own <- hold(own, 1 - alpha * min(nearest[i] / adjusted[i], 1))
    together <- hold(together, 1 - alpha / length(nearest))
    write_row(what, inputs[[i]], c(nearest[i], adjusted[i], own, together, verdict[i]), made_with)
  }
}

# harbour-2030-05: whole percentages, printed bases; nobody counted its places, so that 1.5 is assumed.
table <- read.csv("../data/harbour-2030-05/vote.csv")
bases <- c(total = 803, under_35 = 201, middle = 350, over_59 = 252) / 1.5
parts <- c("under_35", "middle", "over_59")
half <- 0.005
pairs <- combn(parts, 2, simplify = FALSE)
rows <- do.call(rbind, lapply(seq_along(pairs), function(p) data.frame(pair = p, row = seq_len(nrow(table)))))
figure <- function(row, segment) table[row, segment] / 100
box <- function(i) {
  pair <- pairs[[rows$pair[i]]]
  list(a = figure(rows$row[i], pair[1]), b = figure(rows$row[i], pair[2]), n_a = bases[[pair[1]]], n_b = bases[[pair[2]]])
}
at <- lapply(seq_len(nrow(rows)), box)
judged(
  "compare_segments", lapply(seq_len(nrow(rows)), function(i) c(rows$pair[i], rows$row[i])),
  sapply(at, function(x) pooled_z(x$a - half, x$n_a, x$b + half, x$n_b)),
  sapply(at, function(x) pooled_z(x$a + half, x$n_a, x$b - half, x$n_b)),
  function(i, level) with(at[[i]], c(mee(a - half, n_a, b + half, n_b, level)[1], mee(a + half, n_a, b - half, n_b, level)[2])),
  "prop.test and uniroot on Mee's score at the corners; p.adjust"
)

# A segment and the whole: against everybody else, whose share follows from the corner.
within <- expand.grid(row = seq_len(nrow(table)), part = parts, stringsAsFactors = FALSE)
n <- bases[["total"]]
rest <- function(part, whole, n_part) min(max((n * whole - n_part * part) / (n - n_part), 0), 1)
of_whole <- function(i, side) {
  a <- figure(within$row[i], within$part[i]) + side * half
  n_a <- bases[[within$part[i]]]
  list(a = a, n_a = n_a, b = rest(a, figure(within$row[i], "total") - side * half, n_a), n_b = n - n_a)
}
judged(
  "compare_segments_within", lapply(seq_len(nrow(within)), function(i) c(match(within$part[i], parts), within$row[i])),
  sapply(seq_len(nrow(within)), function(i) with(of_whole(i, -1), pooled_z(a, n_a, b, n_b))),
  sapply(seq_len(nrow(within)), function(i) with(of_whole(i, 1), pooled_z(a, n_a, b, n_b))),
  function(i, level) {
    c(with(of_whole(i, -1), mee(a, n_a, b, n_b, level)[1] * n_b / n), with(of_whole(i, 1), mee(a, n_a, b, n_b, level)[2] * n_b / n))
  },
  "prop.test and uniroot on Mee's score against the rest; p.adjust"
)

# Leads of answers over one another.
answers <- combn(nrow(table), 2, simplify = FALSE)
of_answers <- lapply(answers, function(pair) list(a = figure(pair[1], "total"), b = figure(pair[2], "total")))
judged(
  "compare_answers", answers,
  sapply(of_answers, function(x) sign_z(x$a - half, x$b + half, n)),
  sapply(of_answers, function(x) sign_z(x$a + half, x$b - half, n)),
  function(i, level) with(of_answers[[i]], c(tango(a - half, b + half, n, level)[1], tango(a + half, b - half, n, level)[2])),
  "McNemar's z and uniroot on Tango's score at the corners; p.adjust"
)

# Weighted leads: the poll of totals.R, printed with one decimal, weighted to 4000, 3500 and 2500 people.
half <- 0.0005
amaro <- c(190 / 500, 40 / 250, 120 / 250)
bravo <- c(130 / 500, 110 / 250, 30 / 250)
sizes <- c(500, 250, 250)
mover <- function(d, low, high, weight, level, n_whole) {
  total <- sum(weight * d)
  sampled <- qnorm((1 + level) / 2)^2 * sum(weight * (d - total)^2) / n_whole
  c(total - sqrt(sum(weight^2 * (d - low)^2) + sampled), total + sqrt(sum(weight^2 * (high - d)^2) + sampled))
}
inverted <- function(interval, estimate) {
  side <- if (estimate > 0) 1 else 2
  p <- function(z) interval(2 * pnorm(z) - 1)[side]
  two_sided(uniroot(p, c(1e-4, 7), tol = 1e-12)$root)
}
for (effect in c(1, 1.5, 6)) {
  for (weight in list(c(0.4, 0.35, 0.25), c(0.1, 0.8, 0.1))) {
    at_corner <- function(side) {
      a <- amaro + side * half
      b <- bravo - side * half
      function(level) {
        ends <- sapply(1:3, function(g) tango(a[g], b[g], sizes[g] / effect, level))
        mover(a - b, ends[1, ], ends[2, ], weight, level, 1000 / effect)
      }
    }
    ends <- c(at_corner(-1)(0.95)[1], at_corner(1)(0.95)[2])
    estimate <- sum(weight * (amaro - bravo))
    nearest <- -sign(estimate)  # the corner where the lead is least sure
    p <- inverted(at_corner(nearest), estimate)
    surest <- inverted(at_corner(-nearest), estimate)
    verdict <- if (p < alpha) 2 else if (surest < alpha) 1 else 0
    if (p >= alpha) ends <- c(min(ends[1], 0), max(ends[2], 0))
    write_row("total_leads", c(effect, weight), c(estimate, ends, p, verdict), "MOVER of Tango's limits; uniroot on the level")
  }
}

# CPI's poll of April 2021: the total column of its second table.
certainty <- read.csv("../../data/polls/cpi-2021-04/02-vote-certainty.csv", colClasses = "character")
total <- function(answer) as.numeric(certainty$total[certainty$answer == answer]) / 100
for (effect in c(1, 1.66)) {
  size <- 1200 / effect
  sides <- list(
    all = list(a = total("castillo") + c(-1, 1) * half, b = total("fujimori") + c(-1, 1) * half),
    firm = list(
      a = (total("castillo") + c(-1, 1) * half) * (total("castillo_certain") + c(-1, 1) * half),
      b = (total("fujimori") + c(-1, 1) * half) * (total("fujimori_certain") + c(-1, 1) * half)
    ),
    reach = list(
      a = total("fujimori") + total("undecided") + c(-2, 2) * half,
      b = (total("castillo") + c(-1, 1) * half) * (total("castillo_certain") + c(-1, 1) * half)
    )
  )
  for (measure in names(sides)) {
    with(sides[[measure]], write_row(
      paste("firm_leads", measure), effect,
      c(tango(a[1], b[2], size, 0.95)[1], tango(a[2], b[1], size, 0.95)[2], two_sided(sign_z(a[1], b[2], size))),
      "uniroot on Tango's score at the corners"
    ))
  }
  a <- total("castillo_certain") + c(-1, 1) * half
  b <- total("fujimori_certain") + c(-1, 1) * half
  of_a <- size * total("castillo")
  of_b <- size * total("fujimori")
  write_row("certainty_differences", effect, c(
    mee(a[1], of_a, b[2], of_b, 0.95)[1], mee(a[2], of_a, b[1], of_b, 0.95)[2], two_sided(pooled_z(a[1], of_a, b[2], of_b))
  ), "uniroot on Mee's score at the corners")
  # Valid votes: Wilson at the size that knows the share as well, from the ends that rounding leaves.
  valid <- function(side) {
    own <- total("castillo") + side * half
    own / (own + total("fujimori") - side * half)
  }
  of_valid <- size * (total("castillo") + total("fujimori"))
  write_row("valid_votes", effect, c(
    wilson(valid(-1), of_valid, 0.95)[1], wilson(valid(1), of_valid, 0.95)[2]
  ), "prop.test at the corners")
  write_row("national_total", effect, rounded(total("castillo"), size, 0.95), "prop.test and uniroot for rounding")
}

# Four readings of April in valid votes, compared: Tango's limits of each, MOVER, the corner nearest to no difference, Holm.
race <- read.csv("../../data/races/peru-2021-runoff.csv")
reading <- function(id) {
  row <- race[race$reading == id, ]
  both <- (row$castillo + row$fujimori) / 100
  step <- if (all(na.omit(unlist(row[c("castillo", "fujimori", "blank_null", "undecided", "will_not_vote")])) %% 1 == 0)) 0.005 else half
  list(lead = (row$castillo - row$fujimori) / 100 / both, room = 2 * step / both, n = row$n * both)
}
lead_ends <- function(lead, n, level) tango((1 + lead) / 2, (1 - lead) / 2, n, level)
own <- reading("cpi_0421")
others <- lapply(c("iep_0421", "datum_0420", "ipsos_0416"), reading)
change <- function(other, side) {
  a <- own$lead + side * own$room
  b <- other$lead - side * other$room
  function(level) {
    first <- lead_ends(a, own$n, level)
    second <- lead_ends(b, other$n, level)
    c(a - b - sqrt((a - first[1])^2 + (second[2] - b)^2), a - b + sqrt((first[2] - a)^2 + (b - second[1])^2))
  }
}
nearest <- sapply(others, function(other) {
  ends <- c(own$lead - other$lead - own$room - other$room, own$lead - other$lead + own$room + other$room)
  if (prod(ends) < 0) 1 else inverted(change(other, if (ends[1] > 0) -1 else 1), ends[1])
})
adjusted <- p.adjust(nearest, "holm")
for (i in seq_along(others)) {
  level <- 1 - alpha * min(nearest[i] / adjusted[i], 1)
  ends <- c(change(others[[i]], -1)(level)[1], change(others[[i]], 1)(level)[2])
  if (nearest[i] >= 1 - level) ends <- c(min(ends[1], 0), max(ends[2], 0))
  write_row("compare_readings", i, c(nearest[i], adjusted[i], ends), "MOVER of Tango's limits; uniroot on the level; p.adjust")
}
