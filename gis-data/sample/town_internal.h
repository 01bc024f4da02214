/* Built-up cores: streets, blocks and what they are used for, compounds, lots, communities. */
#ifndef CG_SAMPLE_TOWN_INTERNAL_H
#define CG_SAMPLE_TOWN_INTERNAL_H

#include "ways_internal.h"

typedef enum {
    CG_USE_TOWERS, CG_USE_SLABS, CG_USE_OLD, CG_USE_HOUSES, CG_USE_SHOPS, CG_USE_SCHOOL,
    CG_USE_HOSPITAL, CG_USE_MARKET, CG_USE_OFFICE, CG_USE_BUSES, CG_USE_SITE, CG_USE_GREEN,
    CG_USE_WORKS, CG_N_USES
} CgUse;

typedef struct {
    const char *kind;       /* of the compound, NULL: the block is none                 */
    const char *title;      /* end of its name, NULL: a name of the compound list       */
    double households_ha;   /* density on the block; 0: nobody lives there              */
    double lot_ha;          /* area of a unit                                           */
    double close_ha;        /* area of a compound, 0: the whole block                   */
    double house_w_m, house_d_m, gap_x_m, gap_y_m; /* a building and what lies between  */
    double built;           /* share of places that hold a building                     */
} CgUseInfo;

const CgUseInfo *cg_use_info (CgUse use);

typedef struct {
    guint32 core;        /* town whose core it lies in                       */
    guint32 community;   /* of CgTowns.communities                           */
    guint32 dedicated;   /* dedicated area it belongs to, or CG_NONE         */
    CgUse use;
    double area_m2, far; /* far: distance from the middle of the core, 0..1  */
    double dry_m2;       /* of it not in a wide river; 0: it is the river's  */
    CgSpot middle;
    double angle;        /* direction of the street in front, radians        */
} CgBlock;

typedef struct {
    guint32 town;        /* row of the town */
    guint32 grids;       /* how many of about 400 households */
} CgCommunity;

typedef struct {
    guint32 block;
    char *name;
    CgUse use;
} CgClose;               /* a compound, 小区 */

typedef struct {
    guint8 class;
    char *name;
} CgStreet;

typedef struct {
    CgMesh *mesh;             /* borrowed */
    const CgWater *wide;      /* borrowed; rivers that part communities */
    guint32 n_cores;
    GArray *blocks;           /* CgBlock */
    GArray *communities;      /* CgCommunity */
    GPtrArray *closes;        /* CgClose */
    GPtrArray *streets;       /* CgStreet; the number is CgEdge.street */
    GPtrArray *street_ends;   /* of each core, GArray of CgSpot */
    GPtrArray *dedicated;     /* names, char * */
    guint32 *households;      /* [faces] of urban and dedicated faces, 0 for others */
} CgTowns;

/* Cuts the cores of mesh (faces n_pieces ..) into blocks along rivers, tracks and streets, chooses
 * uses and dedicated areas, forms communities and cuts blocks into compounds and units. */
CgTowns *cg_towns_new (const CgCounty *county, const CgLand *land, const CgSettle *settle,
                       CgMesh *mesh, const GPtrArray *rivers, const CgWater *wide,
                       const GPtrArray *tracks, CgNamer *namer, guint64 seed);
/* Of a face, what is not in a wide river; nothing where that is the smaller part. */
double cg_towns_dry_area (const CgTowns *towns, guint32 face);
void cg_towns_free (CgTowns *towns);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgTowns, cg_towns_free)

/* ---- street.c -------------------------------------------------------------------------------- */
/* A frame along the main valley of a core: u along, v across, bent with the core. */
typedef struct {
    CgSpot middle;
    double cx, cy;       /* direction of u */
    double u_min, u_max, v_min, v_max;
    guint n;             /* bend: how far v is off at u_min + i step */
    double step, *bend;
    guint64 seed;
} CgFrame;
void cg_frame_init (CgFrame *frame, const CgLand *land, const CgSettle *settle, guint32 town,
                    guint64 seed);
void cg_frame_done (CgFrame *frame);
CgSpot cg_frame_spot (const CgFrame *frame, double u, double v);

typedef struct {
    double along_m, across_m; /* spacing of streets along and across the valley */
    guint main_along, main_across; /* each so many-th is an arterial            */
    double dropped;           /* share of blocks that a small street does not cut */
} CgStreetPlan;
void cg_streets_cut (CgTowns *towns, const CgFrame *frame, const CgStreetPlan *plan, guint32 core,
                     const GPtrArray *rivers, const GPtrArray *tracks, CgNamer *namer);

/* ---- bank.c ---------------------------------------------------------------------------------- */
/* Cuts what lies in wide rivers, with a strip of their banks, off the blocks of all cores. */
void cg_banks_cut (CgTowns *towns, const GPtrArray *rivers);

/* ---- community.c ----------------------------------------------------------------------------- */
/* Divides n nodes with weights into k connected parts of about equal weight. Links as offsets and
 * targets with a resistance each; only nodes with open[] TRUE take part, the rest stays CG_NONE.
 * Returns the part of each node. (g_free) */
guint32 *cg_grow_parts (guint32 n, const guint32 *first, const guint32 *target,
                        const double *resist, const double *weight, const CgSpot *at,
                        const guint8 *open, guint32 k);
void cg_communities_form (CgTowns *towns, const CgCounty *county, guint64 seed);
/* Neighbouring blocks: offsets, targets, shared metres and the strongest thing between them. */
typedef struct {
    guint32 n, *first, *target;
    double *length_m;
    guint8 *class; /* CgBarrierClass that most of the length runs along */
    guint8 *wide;  /* TRUE: most of it runs along a wide river           */
} CgBlockLinks;
void cg_block_links_init (CgBlockLinks *links, const CgTowns *towns);
void cg_block_links_done (CgBlockLinks *links);
/* Pieces in which the open blocks hang together, but for wide rivers. */
guint32 cg_links_pieces (const CgBlockLinks *links, const guint8 *open);

/* ---- lot.c ----------------------------------------------------------------------------------- */
void cg_lots_cut (CgTowns *towns, const CgCounty *county, CgNamer *namer, guint64 seed);
void cg_lots_people (CgTowns *towns, const CgCounty *county, guint64 seed);

#endif
