/* What the builders of the tables share while a county is made. */
#ifndef CG_SAMPLE_INTERNAL_H
#define CG_SAMPLE_INTERNAL_H

#include "sample.h"
#include "town_internal.h"

typedef struct {
    CgUse use;       /* market, hospital, school, buses, site, towers (new compound) */
    CgSpot at;
    guint32 unit;
    double weight;
} CgHotSpot;

typedef struct {
    const CgCounty *county;
    guint64 seed;
    gint64 until_s;
    guint days;
    CgNamer *namer;
    CgLand *land;
    CgSettle *settle;
    CgMesh *mesh;
    CgTowns *towns;
    CgWater *wide;                /* rivers too wide to be walked over                         */
    GPtrArray *rivers, *tracks, *roads;
    GArray *gates, *entries;      /* CgSpot, see cg_roads_new                                */
    guint32 n_regions;
    guint32 first_community;      /* region row of the first urban community; villages follow
                                     in rows of village_row                                  */
    guint32 *community_row, *village_row;
    guint32 *face_unit;           /* [faces] unit of a face                                  */
    guint32 *unit_face;           /* [units]                                                 */
    guint32 *unit_region;         /* [units] row                                             */
    GArray *houses;               /* CgSpot, middles of buildings, by unit                   */
    guint32 *first_house;         /* [units + 1]                                             */
    GArray *hot_spots;            /* CgHotSpot                                               */
    CgSample *sample;
} CgWorld;

extern const CgCounty cg_counties[]; /* county.c; ends with name == NULL */

/* Builders, in this order. */
void cg_world_regions (CgWorld *world);
void cg_world_units (CgWorld *world);
void cg_world_compounds (CgWorld *world);
void cg_world_barriers (CgWorld *world); /* and buildings */
void cg_world_houses (CgWorld *world);   /* the buildings again, with people */
void cg_world_services (CgWorld *world); /* and hot spots */
void cg_world_cameras (CgWorld *world);
gboolean cg_world_incidents (CgWorld *world, const CgProgress *progress, GCancellable *cancel,
                             GError **error);

/* Buildings of every unit as areas; fills houses and first_house. (transfer full) */
CgShapes *cg_world_buildings (CgWorld *world);

gboolean cg_world_inside (const CgWorld *world, CgSpot at);                 /* the county */
gboolean cg_world_in_unit (const CgWorld *world, guint32 unit, CgSpot at);
/* A place scattered about another, standard deviation reach_m to each side; whole millimetres. */
CgSpot cg_world_near (CgSpot at, double reach_m, CgRandom *random);
/* A place in a unit where somebody may be: at a building where there is one. */
CgSpot cg_world_spot (const CgWorld *world, guint32 unit, CgRandom *random);

#endif
