/* What cells hold: ids, communities, households and people; and the report about them. Shared by
 * all that makes cells from files or from a county. */
#ifndef CG_APP_CELL_COLUMNS_H
#define CG_APP_CELL_COLUMNS_H

#include <jansson.h>
#include <math.h>

#include "cells/cells.h"
#include "cells/estimate.h"
#include "graph/ways.h"
#include "model/buildings.h"

typedef struct {
    CgCellsOptions cells;
    CgDwellings dwellings;
    double persons; /* people of a household where nobody has counted them          */
    double total;   /* households of all communities together; NaN: not known       */
    double wide_water_m; /* areas of water so wide are not passable (graph/ways.h); 0: none is   */
} CgCellsSettings;

#define CG_CELLS_SETTINGS_DEFAULT                                                                  \
    ((CgCellsSettings){ .cells = CG_CELLS_OPTIONS_DEFAULT,                                         \
                        .dwellings = CG_DWELLINGS_DEFAULT,                                         \
                        .wide_water_m = CG_WIDE_WATER_M,                                           \
                        .persons = 2.6,                                                            \
                        .total = NAN })

/* What cells are made from; all borrowed. */
typedef struct {
    CgCellsInput input;
    const CgBuildings *buildings;
    const CgBarriers *barriers;   /* may be NULL                                        */
    const CgCompounds *compounds; /* may be NULL                                        */
    guint32 n_regions;
    char *const *region;       /* [n_regions] code of the community                     */
    const guint8 *village;     /* [n_regions] TRUE: its ground goes to its villager groups; NULL */
    const double *known;       /* [n_regions] households that are known, NaN: not; NULL */
    const CgNames *groups;     /* names of the input's groups; NULL where it has none    */
    /* for messages; group_file may be NULL, barrier_file holds where barriers->file is CG_NONE */
    const char *compound_file; /* NULL: "compounds" */
    const char *building_file, *region_file, *group_file, *barrier_file;
    const guint32 *region_row, *group_row; /* in those files; group_row may be NULL      */
} CgCellSource;

/* What rows of buildings say against each other. */
typedef enum {
    CG_CELL_COUNTS_DIFFER, /* rows of one building have different counts: the largest counts  */
    CG_CELL_ID_APART,      /* a building has the id of one that stands elsewhere: both count  */
    CG_CELL_NOT_COUNTED,   /* a dwelling without a count where others of its community have one: estimated */
    CG_CELL_GROUP_FOUND,   /* names no villager group where others of its village do: the nearest's    */
    CG_CELL_GROUP_ACROSS,  /* lies in the same drawn outline as other, in another community            */
    CG_N_CELL_NOTES
} CgCellNoteKind;

typedef struct {
    CgCellNoteKind kind;
    guint32 row, other;  /* of buildings; other CG_NONE: none   */
    gboolean is_people;  /* of COUNTS_DIFFER, NOT_COUNTED       */
    double count, taken; /* of COUNTS_DIFFER: the row's; other's. NOT_COUNTED: the estimate; NaN */
} CgCellNote;

/* A community that is counted in part: dwellings with and without a count. All 0 where nobody has counted. */
typedef struct {
    guint32 n_counted, n_without; /* buildings that floor (people: households) says are lived in  */
    double counted, guessed;      /* of the counted ones: their counts, and what floor says        */
    double filled;                /* estimated for those without, before rounding and totals       */
} CgCellGap;

typedef struct {
    guint32 n;
    char **id;                                /* [n] C000001, ...                        */
    const char **region, **compound, **group; /* [n] borrowed, NULL: none; in villages cells
                                                 without a group have the nearest            */
    guint32 *households, *population;         /* [n]                                     */
    guint8 *estimated, *population_estimated; /* [n] nobody has counted, or not all of it */
    guint32 *of_building; /* [buildings] households; those of a cell's buildings add up to its own */
    double *unshared; /* [regions] known households that no dwelling is there to hold       */
    double *dwelt;    /* [regions] households by counts and floor, before a total scales them  */
    double total;     /* of all communities together, as settings had it; NaN                */
    CgCellGap *households_gap, *population_gap; /* [regions]                                  */
    GArray *notes;    /* of CgCellNote, by kind, then row                                     */
} CgCellColumns;

/* Counts of buildings where there are some, else floor area over dwelling size, scaled to
 * what is known of the community (or of all): then and without counts it is an estimate.
 *
 * Gaps      of a community with some counts: buildings without one have what their floor says, times what the counted
 *           ones have for what theirs says (from ten of them on; else as it is); people likewise by household.
 *           Their cells are estimates; each is a note. A counted 0 is a count
 * Rows      of one building (CgCells.same_as: delivered twice, pieces of one id) count once: the
 *           largest count of its rows goes to the first of them; other counts become notes
 * Buildings that stand in several communities, or partly outside all, count whole in the one cell
 *           that they lie in; an estimate is of the ground inside
 * Errors    INPUT totals without one dwelling to share them out by */
CgCellColumns *cg_cell_columns_new (const CgCellSource *source, const CgCells *cells,
                                const CgCellsSettings *settings, GError **error);
void cg_cell_columns_free (CgCellColumns *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgCellColumns, cg_cell_columns_free)


#endif
