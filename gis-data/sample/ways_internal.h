/* Lines over the land: rivers along the drainage tree, roads and railways along cheap ways. */
#ifndef CG_SAMPLE_WAYS_INTERNAL_H
#define CG_SAMPLE_WAYS_INTERNAL_H

#include "mesh_internal.h"
#include "names_internal.h"
#include "settle_internal.h"

typedef struct {
    guint8 class;           /* CgBarrierClass                          */
    char *name;             /* or NULL                                 */
    double width_from_m, width_to_m; /* of rivers, first and last spot */
    GArray *line;           /* CgSpot                                  */
} CgWay;

void cg_way_free (CgWay *way);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgWay, cg_way_free)

/* Rivers from source to mouth, the largest first; they end where they leave the county. Tributaries
 * end exactly in a spot of the river that they join. GPtrArray of CgWay. */
GPtrArray *cg_rivers_new (const CgLand *land, const CgLandOptions *options, CgNamer *namer);

/* A railway from border to border past the county town, and a motorway farther out. */
GPtrArray *cg_tracks_new (const CgLand *land, const CgSettle *settle);

/* County, village and field roads, joined in one network. A road into a built-up core ends at the
 * nearest of its street ends (street_ends: a GArray of CgSpot for each town). Where county roads
 * leave the county is appended to out_gates, where they enter a core to out_entries (CgSpot). */
GPtrArray *cg_roads_new (const CgLand *land, const CgSettle *settle, const GPtrArray *street_ends,
                         CgNamer *namer, GArray *out_gates, GArray *out_entries);

/* Outline of the water between two places on a river as one polygon without crossing itself; short
 * stretches are appended to shapes one by one. */
void cg_river_areas (const CgWay *river, double least_m, CgShapes *shapes, guint32 *out_n);

#endif
