/* Splitters that are measured side by side; each is a row of a list. */
#ifndef CG_BENCH_SOLVER_H
#define CG_BENCH_SOLVER_H

#include "instance.h"

typedef struct _BenchSolver BenchSolver;

struct _BenchSolver {
    const char *name, *title;
    double setting; /* effort, ufactor, ... */
    guint32 most_units; /* larger instances are left out; 0: any */
    /* Fills label[units] (labels of different communities differ) and the CPU seconds that the
     * splitter itself took. NULL: the library was absent when this program was built. */
    gboolean (*run) (const BenchSolver *solver, const BenchInstance *instance, guint32 *label,
                     double *out_cpu_s, GError **error);
};

/* Ends with name == NULL. Borrowed. */
const BenchSolver *bench_solvers (void);

/* Ours, with the reasons of parts; also by the row of bench_solvers. */
gboolean bench_run_ours (const BenchSolver *solver, const BenchInstance *instance, guint32 *label,
                         double *out_cpu_s, GError **error);

gboolean bench_run_metis (const BenchSolver *solver, const BenchInstance *instance, guint32 *label,
                          double *out_cpu_s, GError **error);
gboolean bench_run_scotch (const BenchSolver *solver, const BenchInstance *instance,
                           guint32 *label, double *out_cpu_s, GError **error);
gboolean bench_run_skater (const BenchSolver *solver, const BenchInstance *instance,
                           guint32 *label, double *out_cpu_s, GError **error);

#endif
