/* Splitters that are measured side by side; each is a row of a list. */
#ifndef CG_BENCH_SOLVER_H
#define CG_BENCH_SOLVER_H

#include "instance.h"

typedef struct {
    guint seed;        /* in: 0 is the splitter's own default */
    guint32 *label;    /* [units] grid of each unit; labels of different communities differ */
    double cpu_s;      /* CPU time of the splitter alone */
    guint32 certified; /* grids out of range with a proof; ours only */
} BenchAnswer;

typedef struct _BenchSolver BenchSolver;

struct _BenchSolver {
    const char *name;
    double setting;     /* effort, ufactor, ... */
    guint32 balance;    /* of ours: weight of deviation, thousandths; 0: the default */
    guint32 most_piece; /* instances with a larger piece are left out; 0: any */
    guint32 most_units; /* larger instances are left out; 0: any */
    gboolean once;      /* one round is enough: no bar asks for its time */
    gboolean slow;      /* left out where time is short */
    gboolean ours;
    gboolean (*run) (const BenchSolver *solver, const BenchInstance *instance, BenchAnswer *answer,
                     GError **error);
};

/* Ends with name == NULL; splitters whose library was absent at build time are not in it.
 * Borrowed. */
const BenchSolver *bench_solvers (void);

/* Versions of all opponents, with a word for those that are absent. (transfer full) */
char *bench_opponents (void);

/* Divides one community into task->k > 1 parts: out_part[task->n], 0 on entry. */
typedef gboolean (*BenchDivide) (const BenchTask *task, const BenchSolver *solver, guint seed,
                                 gint32 *out_part, GError **error);
/* Community by community, with the CPU time of divide alone. */
gboolean bench_each_task (const BenchSolver *solver, const BenchInstance *instance,
                          BenchAnswer *answer, BenchDivide divide, GError **error);

gboolean bench_run_metis (const BenchSolver *solver, const BenchInstance *instance,
                          BenchAnswer *answer, GError **error);
gboolean bench_run_scotch (const BenchSolver *solver, const BenchInstance *instance,
                           BenchAnswer *answer, GError **error);
gboolean bench_run_skater (const BenchSolver *solver, const BenchInstance *instance,
                           BenchAnswer *answer, GError **error);
/* (transfer full) */
char *bench_metis_version (void);
char *bench_scotch_version (void);
char *bench_skater_version (void); /* NULL: R or spdep is absent */

#endif
