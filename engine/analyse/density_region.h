/* The area in which events can happen, as edge correction needs it. */
#ifndef CG_DENSITY_REGION_H
#define CG_DENSITY_REGION_H

#include "analyse/density.h"

typedef struct CgDensityRegion CgDensityRegion;

/* areas: AREA shapes that do not overlap, in working metres; all of them together are the region.
 * NULL: the box. Copied.
 * Errors ARGUMENT the box has no extent, no area; GEOMETRY, LIMIT as cg_attach_index_new */
CgDensityRegion *cg_density_region_new (const CgShapes *areas, const CgBox *box, GError **error);
void cg_density_region_free (CgDensityRegion *region);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgDensityRegion, cg_density_region_free)

CgBox cg_density_region_box (const CgDensityRegion *region);
double cg_density_region_area_m2 (const CgDensityRegion *region);
guint32 cg_density_region_edges (const CgDensityRegion *region);
/* Edge i, with the region on the left of the way from a to b. */
void cg_density_region_edge (const CgDensityRegion *region, guint32 i, double *out_ax,
                             double *out_ay, double *out_bx, double *out_by);
/* Its border belongs to it. */
gboolean cg_density_region_holds (const CgDensityRegion *region, double x, double y);

/* The share (0..1) of a kernel at (x, y) that lies in the region, to 1e-10.
 * Method Gauss's theorem: the integral over the region is a sum over its edges of an integral of
 *        the kernel's mass within the distance, taken along the angle that the edge is seen under;
 *        Gauss-Legendre in panels of half a bandwidth where the edge is near.
 * Cost   O(edges) */
double cg_density_region_share (const CgDensityRegion *region, CgKernel kernel, double bandwidth_m,
                                double x, double y);

/* The share (0..1) of the circle around (x, y) that lies in the region.
 * Cost O(edges) */
double cg_density_region_circle (const CgDensityRegion *region, double x, double y,
                                 double radius_m);

#endif
