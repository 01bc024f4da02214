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

/* ---- water.c --------------------------------------------------------------------------------- */
/* Rivers as they are drawn, of those the stretches from_m metres and wider. (transfer full) */
CgWater *cg_water_new (const GPtrArray *rivers, double from_m);
void cg_water_free (CgWater *water);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgWater, cg_water_free)
/* Whether no river is within around_m of a place. */
gboolean cg_water_is_dry (const CgWater *water, CgSpot at, double around_m);
/* Whether the middle of a river lies between two places. */
gboolean cg_water_parts (const CgWater *water, CgSpot a, CgSpot b);
/* Half the width of the river at a place; 0 on land. */
double cg_water_half (const CgWater *water, CgSpot at);
/* A place as near as can be that keeps around_m from the water. */
CgSpot cg_water_shun (const CgWater *water, CgSpot at, double around_m);
/* Moves the places of a line, but its ends, out of rivers: it stays on its bank until it is dry on the
 * other. */
void cg_water_keep_bank (const CgWater *water, GArray *line, double around_m);
/* How much of a ring is water, 0..1, by places 9 m apart. */
double cg_water_share (const CgWater *water, const CgSpot *ring, guint n);

/* ---- bridge.c -------------------------------------------------------------------------------- */
/* Divides a line (GArray of CgSpot, two or more) into pieces that keep margin_m from wide rivers and those
 * that lead from bank to bank; what ends in a river is left out. Appends GArrays of CgSpot. */
void cg_line_divide (const CgWater *wide, const GArray *line, double margin_m, GPtrArray *out_land,
                     GPtrArray *out_over);
CgSpot cg_line_middle (const GArray *line);
/* Whether a piece leads over a river and not along it. */
gboolean cg_line_is_bridge (const CgWater *wide, const GArray *over);

/* ---- rivers.c, tracks.c, roads.c ------------------------------------------------------------- */
/* A railway from border to border past the county town, and a motorway farther out. */
GPtrArray *cg_tracks_new (const CgLand *land, const CgSettle *settle, const CgWater *wide);

/* County, village and field roads, joined in one network. A road into a built-up core ends at the
 * nearest of its street ends (street_ends: a GArray of CgSpot for each town). Where county roads
 * leave the county is appended to out_gates, where they enter a core to out_entries (CgSpot). */
GPtrArray *cg_roads_new (const CgLand *land, const CgSettle *settle, const CgWater *wide,
                         const GPtrArray *street_ends, CgNamer *namer, GArray *out_gates, GArray *out_entries);

/* Half the width of a river at spot i, and a place side_m to the left of it. */
double cg_river_half (const CgWay *river, guint i);
CgSpot cg_river_bank (const GArray *line, guint i, double side_m);

/* Outline of the water between two places on a river as one polygon without crossing itself; short
 * stretches are appended to shapes one by one. */
void cg_river_areas (const CgWay *river, double least_m, CgShapes *shapes, guint32 *out_n);

#endif
