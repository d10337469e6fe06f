# Rscript weights.R > weights.csv
# Bounds of the weights of CPI's segments, from the files of data/polls/cpi-2021-04, solved with lpSolve: of each partition by
# itself, and of all at once (tables "all partitions"). Last, how far totals of the open questions must be off at least,
# all together (tables "open questions", segment "least excess").
# Run in this folder. Variables, all as shares of the partition's whole: w[g]; u[g, r], the people of part g
# who give answer r; v[g, q], those of them who are as certain as row q says.
library(lpSolve)

folder <- "../../data/polls/cpi-2021-04"
votes <- read.csv(file.path(folder, "01-vote-intention.csv"), colClasses = "character")
certainty <- read.csv(file.path(folder, "02-vote-certainty.csv"), colClasses = "character")
partitions <- list(
  region = list(of = "total", parts = c("lima_callao", "interior")),
  zone = list(of = "interior", parts = c("costa_sierra_norte", "costa_sur", "sierra_centro_sur", "oriente")),
  area = list(of = "interior", parts = c("urbano", "rural"))
)
half <- 0.0005  # every figure is printed in per cent with one decimal

printed <- function(table, answer, segment) {
  if (segment %in% names(table)) as.numeric(table[table$answer == answer, segment]) / 100 else NA
}

bounds <- function(of, parts, with_certainty, open = list()) {
  answers <- votes$answer
  rows <- if (with_certainty) certainty[certainty$given != "", c("answer", "given")] else certainty[0, ]
  names_of <- c(
    paste("w", parts),
    as.vector(outer(parts, answers, function(g, r) paste("u", g, r))),
    as.vector(outer(parts, rows$answer, function(g, q) if (length(q)) paste("v", g, q) else character(0))),
    unlist(lapply(names(open), function(name) outer(c("above", "below"), open[[name]]$answer, paste, name)))
  )
  left <- list()
  direction <- c()
  right <- c()
  add <- function(coefficients, sign, limit) {
    row <- setNames(numeric(length(names_of)), names_of)
    row[names(coefficients)] <- coefficients
    left[[length(left) + 1]] <<- row
    direction <<- c(direction, sign)
    right <<- c(right, limit)
  }
  # The printed figure is the ratio of two sums of variables.
  ratio <- function(above, below, figure) {
    if (is.na(figure)) return()
    low <- max(figure - half, 0)
    high <- min(figure + half, 1)
    add(c(setNames(rep(1, length(above)), above), setNames(rep(-high, length(below)), below)), "<=", 0)
    add(c(setNames(rep(1, length(above)), above), setNames(rep(-low, length(below)), below)), ">=", 0)
  }
  w <- function(g) paste("w", g)
  u <- function(g, r) paste("u", g, r)
  v <- function(g, q) paste("v", g, q)
  total_of <- if (with_certainty) certainty else votes

  add(setNames(rep(1, length(parts)), w(parts)), "=", 1)
  for (g in parts) {
    add(c(setNames(rep(1, length(answers)), u(g, answers)), setNames(-1, w(g))), "=", 0)
    for (r in answers) ratio(u(g, r), w(g), printed(votes, r, g))
    for (given in unique(rows$given)) {
      asked <- rows$answer[rows$given == given]
      add(c(setNames(rep(1, length(asked)), v(g, asked)), setNames(-1, u(g, given))), "=", 0)
      for (q in asked) ratio(v(g, q), u(g, given), printed(certainty, q, g))
    }
  }
  for (r in answers) ratio(u(parts, r), w(parts), printed(total_of, r, of))
  for (q in rows$answer) {
    ratio(v(parts, q), u(parts, rows$given[rows$answer == q]), printed(certainty, q, of))
  }

  # The weighted parts of an open question reach its total, but for a slack; whether rounded up or down.
  for (name in names(open)) for (r in open[[name]]$answer) {
    total <- printed(open[[name]], r, of)
    figures <- sapply(parts, function(g) printed(open[[name]], r, g))
    if (is.na(total)) next
    above <- paste("above", r, name)
    below <- paste("below", r, name)
    add(c(setNames(pmax(figures - half, 0), w(parts)), setNames(-1, above)), "<=", min(total + half, 1))
    add(c(setNames(pmin(figures + half, 1), w(parts)), setNames(1, below)), ">=", max(total - half, 0))
  }
  if (length(open)) {
    objective <- as.numeric(grepl("^(above|below) ", names_of))
    found <- lp("min", objective, do.call(rbind, left), direction, right)
    stopifnot(found$status == 0)
    return(found$objval)
  }

  extreme <- function(sense, g) {
    objective <- as.numeric(names_of == w(g))
    found <- lp(sense, objective, do.call(rbind, left), direction, right)
    stopifnot(found$status == 0)
    found$objval
  }
  t(sapply(parts, function(g) c(low = extreme("min", g), high = extreme("max", g))))
}

cat("tables,partition,segment,low,high\n")
for (with_certainty in c(TRUE, FALSE)) {
  for (partition in names(partitions)) {
    p <- partitions[[partition]]
    found <- bounds(p$of, p$parts, with_certainty)
    cat(sprintf(
      "%s,%s,%s,%.9f,%.9f\n",
      if (with_certainty) "vote_intention + vote_certainty" else "vote_intention",
      partition, p$parts, found[, "low"], found[, "high"]
    ), sep = "")
  }
}

# All partitions at once: every segment has its w, u and v, and those of parts add up to those of their whole.
jointly <- function(of, parts) {
  segments <- names(certainty)[match("total", names(certainty)):ncol(certainty)]
  answers <- votes$answer
  rows <- certainty[certainty$given != "", c("answer", "given")]
  names_of <- c(
    paste("w", segments), as.vector(outer(segments, answers, function(g, r) paste("u", g, r))),
    as.vector(outer(segments, rows$answer, function(g, q) paste("v", g, q)))
  )
  left <- list()
  direction <- c()
  right <- c()
  add <- function(plus, minus, factor, sign, limit = 0) {
    row <- setNames(numeric(length(names_of)), names_of)
    row[plus] <- 1
    row[minus] <- row[minus] - factor
    left[[length(left) + 1]] <<- row
    direction <<- c(direction, sign)
    right <<- c(right, limit)
  }
  add(paste("w", of), character(0), 0, "=", 1)
  for (g in segments) {
    add(paste("u", g, answers), paste("w", g), 1, "=")
    for (r in answers) {
      figures <- c(printed(votes, r, g), printed(certainty, r, g))
      for (figure in figures[!is.na(figures)]) {
        add(paste("u", g, r), paste("w", g), min(figure + half, 1), "<=")
        add(paste("u", g, r), paste("w", g), max(figure - half, 0), ">=")
      }
    }
    for (given in unique(rows$given)) {
      asked <- rows$answer[rows$given == given]
      add(paste("v", g, asked), paste("u", g, given), 1, "=")
      for (q in asked) {
        add(paste("v", g, q), paste("u", g, given), min(printed(certainty, q, g) + half, 1), "<=")
        add(paste("v", g, q), paste("u", g, given), max(printed(certainty, q, g) - half, 0), ">=")
      }
    }
  }
  for (p in partitions) {
    add(paste("w", p$parts), paste("w", p$of), 1, "=")
    for (r in answers) add(paste("u", p$parts, r), paste("u", p$of, r), 1, "=")
    for (q in rows$answer) add(paste("v", p$parts, q), paste("v", p$of, q), 1, "=")
  }
  t(sapply(parts, function(g) {
    objective <- as.numeric(names_of == paste("w", g))
    found <- lapply(c("min", "max"), lp, objective, do.call(rbind, left), direction, right)
    stopifnot(found[[1]]$status == 0, found[[2]]$status == 0)
    c(low = found[[1]]$objval, high = found[[2]]$objval)
  }))
}
for (partition in names(partitions)) {
  p <- partitions[[partition]]
  found <- jointly(p$of, p$parts)
  cat(sprintf("all partitions,%s,%s,%.9f,%.9f\n", partition, p$parts, found[, "low"], found[, "high"]), sep = "")
}

files <- sort(list.files(folder, "^0[3-8].*csv$"))
open <- lapply(files, function(file) read.csv(file.path(folder, file), colClasses = "character"))
names(open) <- files
for (partition in names(partitions)) {
  p <- partitions[[partition]]
  found <- bounds(p$of, p$parts, TRUE, open)
  cat(sprintf("open questions,%s,least excess,%.9f,%.9f\n", partition, found, found))
}
