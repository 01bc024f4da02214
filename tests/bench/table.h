/* Rows of measures: one for each instance and splitter, and the bars that are read from them. */
#ifndef CG_BENCH_TABLE_H
#define CG_BENCH_TABLE_H

#include "solver.h"

typedef struct {
    const char *instance, *solver;
    BenchMeasures m;   /* of the round with the median boundary */
    double shortest_m; /* boundary of the round with the shortest */
    double cpu_s;      /* the fastest round */
    guint32 certified; /* grids out of range with a proof */
} BenchRow;

typedef struct {
    gint rounds;      /* 0: by size, 5 to 1 */
    gboolean quick;   /* one round, no instance above 50 000 units, no opponent in R */
    const char *only; /* names of splitters separated by commas; NULL: all */
} BenchTableOptions;

/* Runs all splitters on one instance in turns (A B C A B C ...), appends their rows and prints
 * them as lines of a Markdown table. */
void bench_table_run (const char *name, const BenchTableOptions *options, GArray *rows);
void bench_table_head (void);

/* A line for each bar whose instances are in the table: "bar N: figure, reached" or
 * "..., not reached". */
void bench_bars (const GArray *rows);

/* Prints one such line; what: the figure. */
void bench_bar (const char *number, gboolean reached, const char *format, ...) G_GNUC_PRINTF (3, 4);

#endif
