/* How wide a kernel should be, from the events themselves. */
#ifndef CG_BANDWIDTH_H
#define CG_BANDWIDTH_H

#include <gio/gio.h>

#include "analyse/density_region.h"
#include "base/progress.h"

typedef enum {
    CG_BANDWIDTH_AUTO,   /* cg_density_bandwidth_m: Scott's rule with Silverman's robust spread   */
    CG_BANDWIDTH_SCOTT,  /* n^(-1/6) times the geometric mean of the two standard deviations  */
    CG_BANDWIDTH_DIGGLE, /* least mean square error of a Cox process's intensity */
    CG_BANDWIDTH_LOO,    /* greatest likelihood of each event under the density of all others    */
} CgBandwidthRule;

const char *cg_bandwidth_rule_name (CgBandwidthRule rule); /* "auto", "scott", "diggle", "loo" */
gboolean cg_bandwidth_rule_parse (const char *name, CgBandwidthRule *out);

/* A bandwidth by the rule, times cg_kernel_sigmas (kernel). Events that are not finite, or outside
 * the region, are left out.
 *
 * weight  NULL or how many events a row stands for; DIGGLE counts each row once
 * region  NULL: no edge correction, DIGGLE takes the box of the events
 * Rules   LOO tries 32 values from 1/32 of AUTO to twice AUTO, the same factor apart
 * Errors  ARGUMENT fewer than two places; LIMIT memory; CANCELLED
 * Source  Scott 1992, chapter 6; Berman and Diggle 1989, doi:10.1111/j.2517-6161.1989.tb01750.x,
 *         with Ripley's isotropic correction of K (Ripley 1977); Loader 1999, section 5.3
 * Cost    LOO: a density and a look-up of each event for each value; DIGGLE: pairs within half the
 *         greatest distance that K is asked for */
gboolean cg_bandwidth_find (CgBandwidthRule rule, guint32 n, const double *x, const double *y,
                            const double *weight, CgKernel kernel, const CgDensityRegion *region,
                            const CgProgress *progress, GCancellable *cancel,
                            double *out_bandwidth_m, GError **error);

/* The criterion of LOO for given Gaussian bandwidths: sum over events of w log (density of the
 * others there, per m2), less the integral of the density over the region where there is one
 * (uniform edge correction in both). -INFINITY where an event has no other within 9 bandwidths.
 *
 * out_score  [n_sigmas]
 * Errors     ARGUMENT a bandwidth out of range; LIMIT; CANCELLED */
gboolean cg_bandwidth_loo (guint32 n, const double *x, const double *y, const double *weight,
                           const CgDensityRegion *region, guint n_sigmas, const double *sigma_m,
                           const CgProgress *progress, GCancellable *cancel, double *out_score,
                           GError **error);

#endif
