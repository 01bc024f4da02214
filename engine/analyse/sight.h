/* What one camera sees on the ground: a sector of a disc less what stands in the way.
 *
 * Plane geometry from above: buildings are as high as the sky and the ground is flat. A building that holds the camera
 * (its outline included: a camera on a roof, or a place that is only as good as the house) hides nothing.
 */
#ifndef CG_SIGHT_H
#define CG_SIGHT_H

#include "model/shapes.h"

typedef struct {
    double x, y;        /* metres, same plane as the obstacles                                   */
    double bearing_deg; /* middle of the view, clockwise from north; NaN with fov_deg 360        */
    double fov_deg;     /* 0 < fov <= 360: opening of the view                                   */
    double range_m;     /* > 0: no further                                                       */
} CgCamera;

typedef struct _CgSight CgSight;

/* obstacles  AREA table; kept by reference
 * near[n]    rows of it that may lie within range of the camera; others are never in the way (copied)
 * Cost       O(edges in range); a question then looks at the edges in one of 2048 directions */
CgSight *cg_sight_new (const CgCamera *camera, const CgShapes *obstacles, guint32 n,
                       const guint32 *near);
void cg_sight_free (CgSight *sight);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgSight, cg_sight_free)

/* TRUE where (x, y) is in range, in the sector, and no edge lies across the way; a point on the wall that faces the
 * camera is seen. Ground inside a building that holds the camera is not. */
gboolean cg_sight_sees (const CgSight *sight, double x, double y);
/* Adds a row to an AREA table: the outline of what is seen, a point every step_deg, each as far as anything is seen in its
 * direction, to a 2000th of the range. The building that holds a camera lies within it, though nothing is seen there. Nothing
 * seen at all: an empty row. */
void cg_sight_outline (const CgSight *sight, double step_deg, CgShapes *out);
/* TRUE for a row of near that holds the camera. */
gboolean cg_sight_is_in (const CgSight *sight, guint32 obstacle);

#endif
