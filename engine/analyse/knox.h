/* Near repeats: are things that happen near each other in space also near in time, more than chance
 * would have it? */
#ifndef CG_KNOX_H
#define CG_KNOX_H

#include <gio/gio.h>

#include "base/progress.h"

typedef enum {
    CG_DISTANCE_MANHATTAN, /* |dx| + |dy|, as along streets */
    CG_DISTANCE_EUCLIDEAN,
} CgDistance;

/* Band k is [limit[k], limit[k + 1]), the last one is open; limits ascend from 0. */
typedef struct {
    guint n_space, n_time;  /* >= 2 and >= 1                                                      */
    const double *space_m;  /* [n_space]                                                          */
    const double *time_d;   /* [n_time] days                                                      */
    CgDistance distance;
    guint32 replicates;     /* 0..99999: how often times are shuffled over places                 */
    guint64 seed;
    const CgProgress *progress; /* of replicates; NULL: not told (borrowed)                       */
} CgKnoxOptions;

/* Rows are bands of space, columns bands of time: cell s * n_time + t. */
typedef struct {
    guint n_space, n_time;
    guint64 *pairs;   /* counted exactly                                                          */
    double *expected; /* pairs in the band of space times share of all pairs in the band of time  */
    double *ratio;    /* pairs / expected; NaN where nothing is expected                          */
    double *p;        /* (replicates with as many pairs + 1) / (replicates + 1)                   */
} CgKnox;

/* x, y metres; time_d days from any day, with fractions. Distance in time is absolute.
 * Errors  ARGUMENT bands not as above, a number that is not finite (names the row), replicates out of
 *         range; LIMIT more than 2^27 pairs within the last limit of space; CANCELLED
 * Method  E. G. Knox 1964, doi:10.2307/2985220; shuffled times: N. Mantel 1967. Pairs within the last
 *         limit of space are listed once, by a sweep; all others follow from the totals by time,
 *         which shuffling does not change
 * Cost    O(n log n + near pairs * replicates) */
CgKnox *cg_knox_run (guint32 n, const double *x, const double *y, const double *time_d,
                     const CgKnoxOptions *options, GCancellable *cancel, GError **error);
void cg_knox_free (CgKnox *knox);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgKnox, cg_knox_free)

#endif
