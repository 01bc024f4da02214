/* Who lives where: towns, villages, villager groups and their pieces as labels on cells. */
#ifndef CG_SAMPLE_SETTLE_INTERNAL_H
#define CG_SAMPLE_SETTLE_INTERNAL_H

#include "land_internal.h"

/* The figures of a county; one row of the table in sample.c. */
typedef struct {
    const char *name, *title;
    const char *county_code, *county_name, *working_crs;
    CgLandOptions land;
    guint towns, streets;        /* towns of all kinds; the first `streets` are 街道        */
    guint seat_communities;      /* urban communities of the county town                    */
    guint seat_grids;            /* urban grids of the county town                          */
    guint town_communities;      /* urban communities of the other towns, one or more each  */
    guint town_grids;            /* their grids                                             */
    guint villages, groups;      /* rural villages, villager groups of all of them          */
    guint dedicated;             /* dedicated areas in the county town                      */
    double group_households;     /* mean of a villager group                                */
    double urban_per_km2;        /* households per km2 of the county town                   */
    double lot_scale;            /* size of urban units: 1 about 60 households              */
    double close_scale;          /* size of housing estates: 1 about 150 households         */
    double close_most;           /* households of an estate, about; 0: no bound             */
    guint32 buildings;           /* exactly as many, or 0: as many as come                  */
    guint32 cameras[4];          /* A, B, C, checkpoints                                    */
    double incidents_per_day;
} CgCounty;

typedef struct {
    guint32 n_towns, n_villages, n_groups, n_pieces;
    guint32 *town_seat;      /* [n_towns] cell                                              */
    guint32 *core_cells;     /* [n_towns] cells of the built-up core, 0: none               */
    guint32 *village_town, *village_seat;   /* [n_villages]                                 */
    guint32 *group_village, *group_seat;    /* [n_groups]                                   */
    guint32 *piece_group, *piece_seat;      /* [n_pieces]                                   */
    guint32 *piece_households;              /* [n_pieces]                                   */
    guint32 *town;           /* [cells] town or CG_NONE                                     */
    guint32 *label;          /* [cells] piece, or n_pieces + town for the core, or CG_NONE  */
} CgSettle;

/* wide: rivers that part what lies on their banks; towns but the first stay on one */
CgSettle *cg_settle_new (const CgCounty *county, const CgLand *land, const CgWater *wide,
                         guint64 seed);
void cg_settle_free (CgSettle *settle);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgSettle, cg_settle_free)

/* Shares total among n by weight: each at least floor_each, sum exactly total (largest remainder;
 * ties to the lower number). (g_free) */
guint32 *cg_settle_share (const double *weight, guint32 n, guint32 total, guint32 floor_each);

#endif
