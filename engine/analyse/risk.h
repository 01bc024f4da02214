/* One surface over another: events per household, and where cases are more than their like would
 * have them. */
#ifndef CG_RISK_H
#define CG_RISK_H

#include "analyse/density.h"

/* The area over which a kernel spreads like an even disc of the same mean square: 1 / integral K^2.
 * A density times this area is the number of events that a value rests on. */
double cg_kernel_effective_km2 (CgKernel kernel, double bandwidth_m);

/* ---- rates ---------------------------------------------------------------------------------- */

typedef struct {
    double per_1000, low, high; /* NaN where the base is under the floor */
} CgRate;

/* Events per 1000 of the base from the densities of both, smoothed alike, with an interval of 95 %.
 *
 * effective_km2  of the kernel
 * least_base     floor: base within effective_km2 under which there is no rate (also at 0)
 * Method  the events within effective_km2 are taken as a Poisson count, whose limits are Byar's
 *         (N. E. Breslow and N. E. Day 1987, Statistical Methods in Cancer Research II, p. 69)
 * Source  ratio of two kernel sums: J. F. Bithell 1990, doi:10.1002/sim.4780090616 */
CgRate cg_rate_value (double events_per_km2, double base_per_km2, double effective_km2,
                      double least_base);

/* ---- relative risk -------------------------------------------------------------------------- */

/* The log ratio never leaves +-5: where one side has nothing its value says no more than that. */
#define CG_RISK_LIMIT 5.0

typedef struct {
    double log_ratio; /* natural: log (share of cases / share of others), both per km2          */
    double z;         /* standard normal where cases and others were the same                   */
    double p;         /* chance of a ratio as high, 0..1; near 1 where it is low                */
    double events;    /* that the value rests on                                                */
} CgRisk;

/* What a place sums up: densities per km2 of cases and others with deviation sigma, and of both
 * together with sigma / sqrt 2 and sigma / sqrt 3, which are their sums of squared and cubed
 * kernels.
 */
typedef struct {
    double cases, others, both_2, both_3;
} CgRiskSums;

/* Log ratio of two Gaussian densities and its chance if the labels "case" were handed out blindly.
 * All NaN where fewer than least_events effective events lie around, z and p also where the kernel
 * is so wide that all events count alike.
 *
 * sigma_m, n_cases, n_others  >= 1 of each
 * Method  log ratio and its asymptotic normal test from the same fields: J. E. Kelsall, P. J.
 * Diggle 1995, doi:10.1002/sim.4780142106; M. L. Hazelton, T. M. Davies 2009,
 *         doi:10.1002/bimj.200810495. The test is on the difference of the densities, which has
 *         exactly this variance when labels are shuffled, with the variance of both samples
 *         together, and its skewness taken out (Wilson and Hilferty 1931): nearer to shuffled
 * labels than that on the log ratio, to which it is equal in large samples A uniform edge
 * correction divides both densities by the same share and changes nothing here. */
CgRisk cg_risk_value (const CgRiskSums *sums, double sigma_m, guint32 n_cases, guint32 n_others,
                      double least_events);

typedef struct {
    CgDensity *cases, *others; /* per km2 */
    float *log_ratio, *z, *p;  /* [width * height] as in the densities; NaN: no value */
    guint32 n_cases, n_others;
} CgRiskSurface;

/* options  Gaussian, one bandwidth above 0; edge none, or uniform with a region: events outside it
 *          are left out, values outside are NaN (the two densities are then corrected)
 * Nor has a pixel a value where both together are under a hundredth of one event's peak, or under 3e-5 of
 * the greatest: nothing but the far ends of kernels is there.
 * Errors   ARGUMENT another kernel, own bandwidths, Diggle's correction, no case or no other;
 *          those of cg_density_run
 * Cost     four densities */
CgRiskSurface *cg_risk_run (guint32 n_cases, const double *case_x, const double *case_y,
                            guint32 n_others, const double *other_x, const double *other_y,
                            const CgDensityOptions *options, double least_events, GError **error);
void cg_risk_surface_free (CgRiskSurface *surface);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgRiskSurface, cg_risk_surface_free)

/* The same at given points by direct sums.
 *
 * out_risk  [n_at]; all NaN where the point is not finite or outside the region
 * Errors    as cg_risk_run */
gboolean cg_risk_at (guint32 n_cases, const double *case_x, const double *case_y, guint32 n_others,
                     const double *other_x, const double *other_y, const CgDensityOptions *options,
                     double least_events, guint32 n_at, const double *at_x, const double *at_y,
                     CgRisk *out_risk, GError **error);

#endif
