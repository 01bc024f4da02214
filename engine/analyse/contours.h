/* Lines of equal density on a surface: closed rings round all that lies above a level. */
#ifndef CG_CONTOURS_H
#define CG_CONTOURS_H

#include "analyse/density.h"

#define CG_CONTOURS_MAX_LEVELS 64u
#define CG_CONTOURS_MAX_VERTICES (1u << 26)

/* Rings of level l are level_ring[l] .. level_ring[l + 1] - 1, vertices of ring r ring_vertex[r] ..
 * ring_vertex[r + 1] - 1. A ring is closed: its last vertex is its first, bit for bit. What is
 * above the level lies on its left, so outer rings run counter-clockwise and holes clockwise. */
typedef struct {
    guint32 n_levels, n_rings, n_vertices;
    double *level;        /* [n_levels] events per km2 */
    guint32 *level_ring;  /* [n_levels + 1]            */
    guint32 *ring_vertex; /* [n_rings + 1]             */
    double *x, *y;        /* [n_vertices] working metres */
} CgContours;

/* Marching squares over the pixel centres of the surface, linear along their grid lines.
 *
 * levels   n_levels finite numbers, each above the one before
 * Rules    A pixel is above a level when its value is at or above it. Where of the four corners of
 *          a square two opposite ones are above, they are joined when the bilinear surface through
 *          the corners is at or above the level in its saddle point, else kept apart. Pixels that
 *          are not finite, and all beyond the window's rim, are below every level: a ring follows
 *          the rim there, so let the window reach two pixels beyond what is shown.
 * Returns  the rings (transfer full), by level, then by where they are first met from the
 * north-west Errors   ARGUMENT levels not finite or not rising, over CG_CONTOURS_MAX_LEVELS; LIMIT
 * memory, over CG_CONTOURS_MAX_VERTICES Cost     O(pixels) a level and O(vertices) Source   saddle:
 * Nielson and Hamann 1991, doi:10.1109/VISUAL.1991.175782 */
CgContours *cg_contours_run (const CgDensity *density, guint n_levels, const double *levels,
                             GError **error);
void cg_contours_free (CgContours *contours);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgContours, cg_contours_free)

/* km2 that ring r encloses; below 0 for a hole. */
double cg_contours_ring_km2 (const CgContours *contours, guint32 ring);
/* km2 above level l: outer rings less holes. */
double cg_contours_level_km2 (const CgContours *contours, guint32 level);

/* Round levels for a surface with this peak: 1, 2, 5 times powers of ten below it, at most n_room
 * (1..CG_CONTOURS_MAX_LEVELS), rising. Returns how many; 0 for a peak not above 0. */
guint cg_contours_levels (double peak_per_km2, guint n_room, double *out);

#endif
