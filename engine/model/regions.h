/* The administrative tree (county, town, community), compounds, and barriers. */
#ifndef CG_MODEL_REGIONS_H
#define CG_MODEL_REGIONS_H

#include "model/units.h"

typedef enum { CG_LEVEL_COUNTY, CG_LEVEL_TOWN, CG_LEVEL_COMMUNITY, CG_LEVEL_GRID } CgLevel;

const char *cg_level_name (CgLevel level); /* "county", "town", "community", "grid" */
gboolean cg_level_parse (const char *name, CgLevel *out); /* also 县 区 镇 乡 街道 社区 村 网格 */

typedef struct {
    guint32 n;
    char **code;      /* [n] 6, 9 or 12 digits; unique                     */
    char **name;      /* [n]                                               */
    guint8 *level;    /* [n] CgLevel                                       */
    guint32 *parent;  /* [n] row of the parent, or CG_NONE                 */
    guint8 *urban;    /* [n] TRUE: communities 社区, FALSE: villages 村    */
    guint32 *row;     /* [n] row in the source file                        */
    double *households; /* [n] that are known to live there; NaN: not known */
    CgShapes *shapes; /* AREA, working CRS                                 */
    CgShapes *delivered;
    char *delivered_crs, *working_crs;
} CgRegions;

CgRegions *cg_regions_new (guint32 n);
void cg_regions_free (CgRegions *regions);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgRegions, cg_regions_free)

#define CG_COMPOUND_GROUP "villager_group" /* kind of the drawn outline of a villager group */

typedef struct {
    guint32 n;
    char **code;      /* [n] unique                                        */
    char **name;      /* [n]                                               */
    char **kind;      /* [n] "compound", "park", "hospital", "school", ... */
    char **region;    /* [n] code of the community, or NULL                */
    guint8 *dedicated;/* [n] TRUE: a dedicated grid is cut out for it      */
    guint32 *row;
    CgShapes *shapes; /* AREA, working CRS */
    CgShapes *delivered;
    char *delivered_crs, *working_crs;
} CgCompounds;

CgCompounds *cg_compounds_new (guint32 n);
void cg_compounds_free (CgCompounds *compounds);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgCompounds, cg_compounds_free)

/* Barrier classes, from the strongest line to the weakest. Areas (water) count by their outline. */
typedef enum {
    CG_BARRIER_NONE,
    CG_BARRIER_WATER,    /* river, canal, lake      */
    CG_BARRIER_RAILWAY,
    CG_BARRIER_ARTERIAL, /* motorway to secondary   */
    CG_BARRIER_STREET,   /* tertiary, residential   */
    CG_BARRIER_ALLEY,    /* service, path, track    */
    CG_BARRIER_WALL,
    CG_BARRIER_BUILDING, /* only drawn: outline of a building, never a border */
    CG_BARRIER_TUNNEL,   /* of a road: no border, but leads below what lies between its ends    */
    CG_BARRIER_BRIDGE,   /* of a road, or a ferry: no border, but leads over it (a road on a
                            bridge is a row of its own class too)                              */
    CG_N_BARRIERS
} CgBarrierClass;

const char *cg_barrier_name (CgBarrierClass class); /* "water", "railway", ... */
gboolean cg_barrier_parse (const char *name, guint8 *out); /* those, nothing else */

typedef struct {
    guint32 n;
    char **id;            /* [n] may repeat and may be NULL */
    char **name;          /* [n] may be NULL                */
    guint8 *class;        /* [n] CgBarrierClass             */
    guint8 *passable;     /* [n] FALSE: a grid may never lie on both sides */
    guint32 *row;         /* [n] in the layer that it was read from                      */
    guint32 *file;        /* [n] FILE or FILE:LAYER as id into files, or CG_NONE         */
    CgNames *files;
    CgShapes *lines;      /* LINE, working CRS, one shape a row; empty where the row is an area */
    CgShapes *areas;      /* AREA, working CRS, one shape a row; empty where the row is a line  */
    char *delivered_crs, *working_crs;
} CgBarriers;

CgBarriers *cg_barriers_new (guint32 n);
void cg_barriers_free (CgBarriers *barriers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgBarriers, cg_barriers_free)

#endif
