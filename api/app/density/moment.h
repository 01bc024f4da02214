/* Density about a moment: events near in time count more than those further away. */
#ifndef CG_APP_MOMENT_H
#define CG_APP_MOMENT_H

#include <jansson.h>

#include "analyse/density.h"
#include "model/places.h"

#define CG_MOMENT_BUCKET_S 3600

/* has TRUE: a density in events per km2 and day at moment_s, of those within window_s before and
 * after it. */
typedef struct {
    gboolean has;
    gint64 moment_s, window_s;
} CgMoment;

/* Errors  ARGUMENT edge correction or own bandwidths; those of cg_density_live_*
 * Method  analyse/density_live.h: hours weighed by Epanechnikov's kernel of the distance of their
 *         middle; events without a place, time or weight are left out */
CgDensity *cg_moment_density (const CgPlaces *points, const CgMoment *moment,
                              const CgDensityOptions *options, GError **error);

/* The same at points: out[points->n] is what each event counts, its weight times the kernel of its hour
 * in events a day (0 beyond the window, NaN for what is left out), for a direct sum. */
void cg_moment_weights (const CgPlaces *points, const CgMoment *moment, double *out);

/* {at, window_s} (transfer full) */
json_t *cg_moment_report (const CgMoment *moment);

/* Of --moment and --window, both or none. Errors ARGUMENT */
gboolean cg_moment_parse (const char *moment, const char *window, CgMoment *out, GError **error);

#endif
