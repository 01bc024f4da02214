/* Density that is kept while events come and go: sums on the lattice for each type and stretch of
 * time.
 *
 * An event costs sixteen additions of whole numbers and is forgotten by the same sixteen with the
 * other sign, so that nothing of it is left. Any set of types and stretch of time is a sum of what
 * is kept; no event is looked at again.
 */
#ifndef CG_DENSITY_LIVE_H
#define CG_DENSITY_LIVE_H

#include "analyse/density.h"

typedef struct CgDensityLive CgDensityLive;

#define CG_LIVE_MAX_WEIGHT 1e6   /* of one event                                              */
#define CG_LIVE_LEAST_SPACINGS 6 /* of the lattice in a bandwidth; Gaussian                   */
#define CG_LIVE_LEAST_DISC 12    /* the same, kernels that end                                */
#define CG_LIVE_MOST_SPACINGS 64

/* spacing_m  of the lattice; the narrowest Gaussian that can be drawn is six spacings wide
 * bucket_s   length of a stretch of time, counted from 1970 UTC: 3600 for hours
 * Errors ARGUMENT spacing_m not in 1e-3..1e6, bucket_s 0 */
CgDensityLive *cg_density_live_new (double spacing_m, guint32 bucket_s, GError **error);
void cg_density_live_free (CgDensityLive *live);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgDensityLive, cg_density_live_free)

/* weight  how many events; the same event with -weight takes it out again, to the bit
 * Errors  ARGUMENT not finite, |weight| over CG_LIVE_MAX_WEIGHT, place beyond 2^30 spacings; LIMIT
 * Cost    16 additions, and where a stretch of time is new to a type or a place its memory: 3 KB
 * for 16 x 16 nodes. Not thread safe */
gboolean cg_density_live_add (CgDensityLive *live, guint32 type, gint64 time_s, double x, double y,
                              double weight, GError **error);
/* Forgets all stretches of time that end at or before time_s, and their memory. */
void cg_density_live_forget (CgDensityLive *live, gint64 time_s);
/* TRUE when every sum is zero. */
gboolean cg_density_live_is_zero (const CgDensityLive *live);
/* Memory of sums in bytes. */
gsize cg_density_live_bytes (const CgDensityLive *live);

typedef struct {
    guint n_types; /* 0: all                                                                    */
    const guint32 *types;
    gint64 from_s, until_s; /* buckets that begin in from_s <= t < until_s                      */
    /* Above 0: a time kernel instead, and from_s, until_s are not used. Buckets within span_s of
     * moment_s count with Epanechnikov's 3/4 (1 - u^2), u = distance of the bucket's middle / span_s,
     * and the result is events per km2 and day. Weights are rounded to 1/4096 of the greatest. */
    double span_s;
    gint64 moment_s;
} CgLiveSelection;

/* The surface of the selected events; options as of cg_density_run without edge, bandwidth_m above
 * 0. Windows laid by cg_density_align agree to the bit on shared pixels; so does any number of
 * threads.
 *
 * Errors ARGUMENT options, bandwidth out of 6 (kernels that end: 12) to 64 spacings; LIMIT memory,
 * over 3e7 events at one place Method as cg_density_run, from the second step; space-time kernel:
 * Nakaya and Yano 2010, doi:10.1111/j.1467-9671.2010.01194.x Cost   the selected sums once, then
 * that of the raster, whatever the number of events */
CgDensity *cg_density_live_run (const CgDensityLive *live, const CgLiveSelection *selection,
                                const CgDensityOptions *options, GError **error);

#endif
