# spdep::skater on the communities of a county.
#   Rscript skater.R UNITS.csv LINKS.csv OUT.csv MIN MAX
# UNITS: task, k, weight, x, y (tasks are communities, in blocks); LINKS: task, from, to (rows of
# the block, from 1; each pair once). OUT: the group of each unit, in the order of UNITS, preceded by
# a line with the CPU seconds that skater and its spanning tree took.
suppressPackageStartupMessages(library(spdep))
arguments <- commandArgs(trailingOnly = TRUE)
units <- read.csv(arguments[1])
links <- split(read.csv(arguments[2])[, c("from", "to")], read.csv(arguments[2])$task)
bounds <- as.numeric(arguments[4:5])
cpu_s <- 0
group <- integer(nrow(units))
for (task in unique(units$task)) {
    rows <- which(units$task == task)
    k <- units$k[rows[1]]
    if (k < 2 || length(rows) < 3) {
        group[rows] <- 1
        next
    }
    pairs <- links[[as.character(task)]]
    near <- lapply(seq_along(rows), function(i)
        as.integer(sort(c(pairs$to[pairs$from == i], pairs$from[pairs$to == i]))))
    class(near) <- "nb"
    attr(near, "region.id") <- as.character(seq_along(rows))
    place <- as.matrix(units[rows, c("x", "y")])
    before <- sum(proc.time()[1:2])
    tree <- mstree(nb2listw(near, nbcosts(near, place), style = "B"))
    found <- skater(tree[, 1:2], place, ncuts = k - 1, crit = bounds, vec.crit = units$weight[rows])
    cpu_s <- cpu_s + sum(proc.time()[1:2]) - before
    group[rows] <- found$groups
}
writeLines(c(format(cpu_s, digits = 6), as.character(group)), arguments[3])
