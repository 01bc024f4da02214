/* Where, and since when, there are more events than the people living there explain: circles (and
 * spans of time) of any size tried, one honest p for all of them together.
 */
#ifndef CG_SCAN_H
#define CG_SCAN_H

#include "base/progress.h"
#include "model/shapes.h"

typedef struct {
    double max_share;     /* of all base in a circle at most: inside (0, 1); default 0.5          */
    double max_span;      /* of all periods in a span at most: inside (0, 1]; default 0.5         */
    gboolean alive;       /* TRUE: only spans that end with the last period                       */
    guint32 replicates;   /* 0..99999; default 999                                                */
    guint32 max_clusters; /* >= 1; default 10                                                     */
    guint64 seed;
    guint threads;        /* 0: one a core; changes no result                                     */
    const CgProgress *progress; /* of replicates; NULL: not told (borrowed)                       */
} CgScanOptions;

#define CG_SCAN_OPTIONS_DEFAULT                                                                   \
    ((CgScanOptions){ .max_share = 0.5, .max_span = 0.5, .replicates = 999, .max_clusters = 10,    \
                      .seed = 1 })

typedef struct {
    guint32 centre;         /* place in the middle                                                */
    double radius_m;        /* to the furthest centre inside                                      */
    guint32 n_members;
    guint32 *member;        /* [n_members] by distance from the centre                            */
    guint32 from, to;       /* periods from..to-1                                                 */
    double observed, expected;
    double relative_risk;   /* rate inside / rate outside; infinite where nothing is outside      */
    double ratio;           /* log likelihood ratio                                               */
    double p;               /* (replicates at least as extreme + 1) / (replicates + 1)            */
    double p_gumbel;        /* from the fitted extreme value distribution; NaN below 20 replicates */
} CgScanCluster;

typedef struct {
    guint32 n_clusters;
    CgScanCluster *cluster; /* most surprising first; no two share a place                        */
    double events, base;    /* of all                                                             */
} CgScan;

/* Kulldorff's scan for high rates under the Poisson model.
 *
 * count       [n * n_periods] events of place i in period t at i * n_periods + t: whole, >= 0
 * base        [n] households or people, the same in all periods; a place without base may lie in a
 *             circle, but its events are in no sum: nothing can be expected there
 * options     NULL: the defaults
 * Circles     around each place, over all sizes up to max_share of the base; places at equal
 *             distance come together; a circle in which nobody lives is passed over. Clusters after the first are the next best that share no
 *             place with the earlier ones; their p is that of the greatest ratio, so it errs
 *             towards caution
 * Replicates  all events shared out anew in proportion to base (and evenly over periods)
 * Promise     same result with any number of threads
 * Errors      ARGUMENT options out of range; a coordinate, count or base that is not finite,
 *             negative, or a count that is not whole; events where nobody has base; LIMIT more
 *             than 2^28 circles (lower max_share); CANCELLED
 * Method      M. Kulldorff 1997, doi:10.1080/03610929708831995; spans of time: Kulldorff 2001,
 *             doi:10.1111/1467-985X.00186. A circle is looked at closely only where
 *             (c - e)^2 C / (e (C - e)), which is never below its ratio, passes the best so far
 * Cost        circles * replicates, times spans squared; 1024 places: about 1 ms a replicate */
CgScan *cg_scan_run (guint32 n, const double *x, const double *y, guint32 n_periods,
                     const double *count, const double *base, const CgScanOptions *options,
                     GCancellable *cancel, GError **error);
void cg_scan_free (CgScan *scan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgScan, cg_scan_free)

#endif
