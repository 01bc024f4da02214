/* The ground of the made-up county: a honeycomb of cells with heights and a drainage tree. */
#ifndef CG_SAMPLE_LAND_INTERNAL_H
#define CG_SAMPLE_LAND_INTERNAL_H

#include "base/random.h"
#include "model/units.h"

typedef struct {
    double x, y;
} CgSpot;

typedef struct _CgWater CgWater; /* water.c */

/* ---- noise.c: smooth random fields, a function of seed and place only ------------------------ */
/* -1..1, features about `scale` wide. */
double cg_noise (guint64 seed, double x, double y, double scale);
/* Sum of octaves at scale, scale / 2, ...; about -1..1. */
double cg_noise_rough (guint64 seed, double x, double y, double scale, guint octaves);
/* 0..1 from two numbers, for choices that belong to a thing and not to an order of calls. */
double cg_noise_pick (guint64 seed, guint64 a, guint64 b);

/* ---- land.c ---------------------------------------------------------------------------------- */
#define CG_LAND_SIDES 6

/* Pointy-top hexagons in rows; odd rows are shifted east by half a cell. Side k of a cell looks to
 * its neighbour k: 0 east, then counter-clockwise. */
typedef struct {
    guint32 columns, rows, n;
    double edge_m, width_m;  /* length of a side; distance of neighbouring centres          */
    double x0, y0;           /* centre of cell 0                                            */
    guint32 *down;           /* [n] cell that the water flows to, CG_NONE at the outlet     */
    guint32 *upstream;       /* [n] cells that drain through this one, itself included      */
    guint32 *order;          /* [n] cells from the outlet upwards                           */
    double *height_m;        /* [n]                                                         */
    double *above_m;         /* [n] height above the stream that this cell drains to        */
    guint8 *inside;          /* [n] TRUE in the county                                      */
    guint32 seat;            /* cell of the county town                                     */
    guint32 stream_cells;    /* upstream cells from which on water is a stream              */
    guint64 seed;
} CgLand;

typedef struct {
    double x, y;             /* middle of the county, working CRS            */
    double area_km2, cell_m; /* county; distance between cell centres        */
    double base_m, steep;    /* height of the outlet; slope of the hillsides */
    double stream_km2;       /* catchment at which a stream begins           */
    double rough;            /* 0 round outline .. 1 fingers along valleys   */
    double river_m;          /* width of the main river at the county town   */
} CgLandOptions;

CgLand *cg_land_new (const CgLandOptions *options, guint64 seed);
void cg_land_free (CgLand *land);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgLand, cg_land_free)

guint32 cg_land_neighbour (const CgLand *land, guint32 cell, guint side); /* CG_NONE off the map */
CgSpot cg_land_centre (const CgLand *land, guint32 cell);
/* Corner at the start of side k, walking counter-clockwise: a number below 2 n. */
guint32 cg_land_corner (const CgLand *land, guint32 cell, guint side);
CgSpot cg_land_corner_spot (const CgLand *land, guint32 corner);
guint32 cg_land_cell_at (const CgLand *land, double x, double y); /* nearest centre */
double cg_land_distance (const CgLand *land, guint32 a, guint32 b);

/* Cost of a step between neighbours; G_MAXDOUBLE forbids it. */
typedef double (*CgLandCost) (const CgLand *land, guint32 from, guint32 to, gpointer user_data);

typedef struct {
    double *cost;    /* [n] from the nearest source, G_MAXDOUBLE where none reaches  */
    guint32 *source; /* [n] number of that source or CG_NONE                         */
    guint32 *from;   /* [n] previous cell of the way, CG_NONE at a source            */
    GArray *reached; /* guint32 cells in the order in which they were settled        */
} CgLandSpread;

/* Cheapest ways from sources (their starting costs may be NULL) until n_max cells are settled
 * (0: all) or one with until[cell] != 0 (NULL: none). Ties go to the lower cell, so the result has
 * no second reading. */
CgLandSpread *cg_land_spread (const CgLand *land, const guint32 *sources, const double *start,
                              guint32 n_sources, guint32 n_max, const guint8 *until,
                              CgLandCost cost, gpointer user_data);
void cg_land_spread_free (CgLandSpread *spread);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgLandSpread, cg_land_spread_free)

/* Rounds off a set of cells: holes filled, thin fingers cut, one piece around keep. Cells with
 * allowed == FALSE (NULL: all allowed) never join. */
void cg_land_round_off (const CgLand *land, guint8 *set, const guint8 *allowed, guint32 keep,
                        guint passes);

#endif
