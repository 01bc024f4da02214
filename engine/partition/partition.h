/* Splits the neighbour graph into connected parts with a household interval.
 *
 * Each region (community) is solved by itself; a community in several unconnected pieces is solved
 * piece by piece. Compounds stay whole where one fits below the upper bound and is connected.
 */
#ifndef CG_PARTITION_H
#define CG_PARTITION_H

#include "base/progress.h"
#include "graph/graph.h"
#include "model/grids.h"

typedef struct {
    guint32 min, max, target; /* of `weight`; min <= target <= max; defaults 300, 500, 400          */
    guint64 seed;             /* default 1                                                           */
    guint effort;             /* 1..100, default 20: search time roughly proportional                 */
    double deadline_s;        /* 0: none; else the best plan found when it passes, always valid       */
    guint threads;            /* 0: one for each core; the result does not depend on it               */
    const char *method;       /* NULL: default of cg_partition_methods                                */
} CgPartitionOptions;

#define CG_PARTITION_OPTIONS_DEFAULT                                                               \
    ((CgPartitionOptions){ .min = 300, .max = 500, .target = 400, .seed = 1, .effort = 20 })

typedef struct {
    const CgGraph *graph;
    const guint32 *weight;   /* [graph->n] households (or population)                              */
    const guint32 *region;   /* [graph->n] or NULL: one region                                     */
    const guint32 *compound; /* [graph->n] CG_NONE: free; or NULL                                  */
    const guint32 *keep;     /* [graph->n] old part or CG_NONE; or NULL. Fewest households move.   */
    char *const *id;         /* [graph->n] names of units for certificates                         */
} CgPartitionInput;

/* One way to split; methods are a list so that others can join without touching callers. */
typedef struct _CgPartitionMethod CgPartitionMethod;
struct _CgPartitionMethod {
    const char *name, *title;
    /* Solves one connected piece given as a local problem (partition_internal.h). */
    gpointer solve;
};
/* NULL-terminated by name == NULL; the first is the default. Borrowed. */
const CgPartitionMethod *cg_partition_methods (void);

/* out    parts numbered in order of their lowest unit; every unit in exactly one part (transfer full)
 * Errors ARGUMENT bounds crossed or method unknown; CANCELLED
 * Promise each part is connected and inside one region; min <= sum <= max wherever the search finds it;
 *         each part outside has a reason and a certificate; same input and seed give the same parts
 *         with any number of threads (unless the deadline cuts the search short)
 */
CgParts *cg_partition_run (const CgPartitionInput *input, const CgPartitionOptions *options,
                           const CgProgress *progress, GCancellable *cancel, GError **error);

/* Independent check of a division, also for plans from elsewhere.
 * Returns the number of violations: units without part, extra pieces of a part, parts over two
 * regions; the first is described in out_text (transfer full, may be NULL). */
guint32 cg_partition_check (const CgPartitionInput *input, const CgParts *parts, char **out_text);

/* Sum of border between different parts of one region, metres. */
double cg_partition_internal_boundary_m (const CgPartitionInput *input, const CgParts *parts);
/* Share 0..1 of that border that runs along a barrier of any class. */
double cg_partition_border_on_barrier (const CgPartitionInput *input, const CgParts *parts);

#endif
