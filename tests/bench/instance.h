/* Counties on which splitters are measured: real ones, the sample counties, generated ones. */
#ifndef CG_BENCH_INSTANCE_H
#define CG_BENCH_INSTANCE_H

#include "graph/graph.h"
#include "measure.h"

typedef struct {
    const char *name, *title;
    BenchRule rule;
    CgUnits *units;  /* households holds the weight by which the instance is divided */
    CgGraph *graph;
    double graph_s;  /* CPU time of cg_graph_build */
    /* One community each; the graph inside it, as METIS and Scotch want it. */
    GPtrArray *tasks; /* of BenchTask, owned */
    guint32 n_pieces; /* connected pieces of all communities together */
} BenchInstance;

typedef struct {
    guint32 n, k;          /* units; grids to ask for: round (weight / target), at least 1 */
    guint64 total;         /* weight */
    guint32 *rows;         /* [n] row of the instance */
    gint32 *first, *target, *border_cm, *weight; /* passable links inside the community */
} BenchTask;

/* Names of all instances, NULL at the end. Borrowed. */
const char *const *bench_instance_names (void);

/* Reads or makes the instance. FALSE when its data are absent or the name is unknown; *out_why
 * says so (transfer full). */
gboolean bench_instance_open (BenchInstance *instance, const char *name, char **out_why);
void bench_instance_done (BenchInstance *instance);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BenchInstance, bench_instance_done)

/* CPU seconds of this process so far. */
double bench_cpu_s (void);

#endif
