/* How far it is to the nearest of some places, by roads where there are roads.
 *
 * A way goes straight to the nearest road, or to the nearest one of the longest connected net (a yard's own alley may
 * lead nowhere), along roads, and straight from such a road to the place; straight pieces count `detour` times, since nobody walks through houses. The straight line alone, times detour, is
 * taken to the place that is nearest by it where it is no longer than the two pieces off the road together, to places that
 * have no road within `off_road_m`, and from points that have none or whose roads lead to no place.
 * Roads that cross are joined there, with or without a common vertex; a bridge over a road is joined to it too, which makes
 * a way at most as much too short as the ramp is long.
 */
#ifndef CG_REACH_H
#define CG_REACH_H

#include "model/shapes.h"

typedef struct _CgRoads CgRoadNet;

/* lines      LINE table, metres
 * use[n_shapes]  FALSE leaves a row out; NULL: all
 * Errors     GEOMETRY a coordinate that is not finite, or beyond 1e8 m (names the row); LIMIT; CANCELLED
 * Cost       O(n) for lines that are spread like a map's; places on a lattice of 1 cm (cells/noding.h) */
CgRoadNet *cg_road_net_new (const CgShapes *lines, const guint8 *use, GCancellable *cancel, GError **error);
void cg_road_net_free (CgRoadNet *roads);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgRoadNet, cg_road_net_free)

typedef struct {
    double detour;     /* >= 1: length of a way by its straight line                    */
    double off_road_m; /* a road further away is none                                   */
} CgReachParams;

#define CG_REACH_PARAMS ((CgReachParams){ 1.3, 500 })

/* out[n]     metres from each point to the nearest place; infinity without any place
 * out_place[n]  which one (the lowest of equally near ones), G_MAXUINT32 without; may be NULL
 * Points that are not finite get NaN; places that are not finite are left out.
 * Errors     ARGUMENT detour below 1 or off_road_m negative; CANCELLED
 * Method     E. W. Dijkstra 1959, doi:10.1007/BF01386390, from all places at once. O(n log n) */
gboolean cg_reach_run (const CgRoadNet *roads, guint32 n_places, const double *place_x,
                       const double *place_y, guint32 n, const double *x, const double *y,
                       const CgReachParams *params, GCancellable *cancel, double *out,
                       guint32 *out_place, GError **error);

#endif
