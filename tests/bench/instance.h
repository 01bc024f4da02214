/* Counties on which splitters are measured: real ones, the sample counties, generated ones. */
#ifndef CG_BENCH_INSTANCE_H
#define CG_BENCH_INSTANCE_H

#include "graph/graph.h"
#include "measure.h"

typedef struct {
    const char *name, *title;
    BenchRule rule;
    CgGraph *graph;
    guint32 *weight, *region; /* [graph->n] */
    double *x, *y;            /* [graph->n] centroids, metres */
    char **id;                /* [graph->n] borrowed from units */
    CgUnits *units;           /* all that were read or made; the graph may hold fewer */
    GPtrArray *tasks;         /* of BenchTask, owned: one for each piece of a community */
    guint32 n_communities;
    double graph_s; /* CPU time of cg_graph_build */
} BenchInstance;

/* One connected piece of a community (METIS refuses to divide what is not connected); the graph
 * inside it, as METIS and Scotch want it. */
typedef struct {
    guint32 n, k;  /* units; grids to ask for: round (weight / target), at least 1 */
    guint32 *rows; /* [n] row of the instance */
    gint32 *first, *target, *border_cm, *weight; /* passable links inside the community */
} BenchTask;

/* Names of all instances, NULL at the end. Borrowed. */
const char *const *bench_instance_names (void);

/* Reads or makes the instance. FALSE when its data are absent or the name is unknown; *out_why
 * says so (transfer full). */
gboolean bench_instance_open (BenchInstance *instance, const char *name, char **out_why);
/* Takes over weights that were changed: asks for grids anew. */
void bench_instance_weigh (BenchInstance *instance);
void bench_instance_done (BenchInstance *instance);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BenchInstance, bench_instance_done)

/* CPU seconds of this process so far. */
double bench_cpu_s (void);

#endif
