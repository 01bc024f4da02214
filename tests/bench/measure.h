/* Measures of a division into grids by one checker for all splitters. It shares no code with
 * engine/partition: it reads the neighbour graph and labels, nothing else.
 *
 * A grid is the set of units of one region that carry one label and hang together. Labels may be
 * any numbers; a label that no unit carries is an empty part, which is no grid.
 */
#ifndef CG_BENCH_MEASURE_H
#define CG_BENCH_MEASURE_H

#include "graph/graph.h"

typedef struct {
    guint32 min, max, target; /* of weight */
} BenchRule;

typedef struct {
    guint32 grids;        /* labels that some unit carries, counted once for each region         */
    guint32 in_range;     /* of these: min <= sum <= max                                         */
    guint32 violations;   /* extra + crossing + missing                                          */
    guint32 extra;        /* pieces of a grid beyond the first, over passable links in its region */
    guint32 crossing;     /* regions of a label beyond the first                                 */
    guint32 missing;      /* units without label (CG_NONE)                                       */
    double deviation;     /* mean |sum - target| / target                                        */
    double max_deviation; /* the largest of these                                                */
    double boundary_m;    /* border between two grids of one region                              */
    double compactness;   /* mean Polsby-Popper of grids, outer border included                  */
} BenchMeasures;

/* region NULL: one region. label[graph->n]. */
void bench_measure (const CgGraph *graph, const guint32 *weight, const guint32 *region,
                    const guint32 *label, const BenchRule *rule, BenchMeasures *out);

/* Share of weight whose unit left its old grid: grids are matched one to one, greedily by the
 * weight they share, largest first. Units without an old label do not count. */
double bench_moved (const guint32 *weight, const guint32 *old_label, const guint32 *label,
                    guint32 n);

/* 64 bits that name the partition, whatever numbers its labels are. */
guint64 bench_label_hash (const guint32 *label, guint32 n);

#endif
