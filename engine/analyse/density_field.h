/* A density surface read straight into the steps of a colour scale: one byte a pixel, and no raster
 * of numbers between. */
#ifndef CG_DENSITY_FIELD_H
#define CG_DENSITY_FIELD_H

#include "analyse/density_live.h"

/* Step of a density d: 0 where d is not above 0 (or NaN), else the whole number nearest to
 * 255 (d / full)^power, halves up, at most 255. Plain arithmetic in single precision: the same step
 * on every machine (powers other than 1 and 0.5: of one C library). */
typedef struct {
    double full_per_km2; /* above 0                                */
    double power;        /* 0.1..1: 1 linear, 0.5 the square root */
} CgDensityScale;

/* Steps of n densities. */
void cg_density_steps (const CgDensityScale *scale, gsize n, const float *per_km2, guint8 *out);

typedef struct CgDensityField CgDensityField;

/* The surface that cg_density_run gives for the same arguments, before its pixels are read.
 * Errors as of cg_density_run
 * Cost   all of it but for the pixels, where the spline lattice serves; a raster is kept inside for
 *        small kernels and edge correction */
CgDensityField *cg_density_field_new (guint32 n, const double *x, const double *y,
                                      const double *weight, const CgDensityOptions *options,
                                      GError **error);
/* That of cg_density_live_run; takes nothing of live with it. Errors as of cg_density_live_run. */
CgDensityField *cg_density_field_live (const CgDensityLive *live, const CgLiveSelection *selection,
                                       const CgDensityOptions *options, GError **error);
void cg_density_field_free (CgDensityField *field);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgDensityField, cg_density_field_free)

/* Size, box, bandwidth and counts of events; per_km2 is NULL and the peak 0 as long as they are not
 * known. Borrowed. */
const CgDensity *cg_density_field_info (const CgDensityField *field);

/* Highest density of the pixels, at least 0. Thread safe. Errors LIMIT memory
 * Cost  some hundred thousand pixels of work at most, mostly much less */
gboolean cg_density_field_peak (const CgDensityField *field, guint threads, double *out_per_km2,
                                GError **error);
/* out: height rows of stride bytes, from the north-west; the steps of the densities that
 * cg_density_run would give, to the bit. Thread safe.
 * Errors LIMIT memory; out may be partly written then */
gboolean cg_density_field_steps (const CgDensityField *field, const CgDensityScale *scale,
                                 guint threads, gsize stride, guint8 *out, GError **error);

/* step: [width] of a row, borrowed for the call */
typedef void (*CgDensityRow) (gpointer user_data, const guint8 *step);
/* The same row by row in order, in the calling thread. Errors LIMIT memory. */
gboolean cg_density_field_rows (const CgDensityField *field, const CgDensityScale *scale,
                                CgDensityRow row, gpointer user_data, GError **error);

#endif
