/* What cells hold: ids, communities, households and people; and the report about them. Shared by
 * all that makes cells from files or from a county. */
#ifndef CG_APP_CELL_COLUMNS_H
#define CG_APP_CELL_COLUMNS_H

#include <jansson.h>
#include <math.h>

#include "cells/cells.h"
#include "cells/estimate.h"
#include "model/buildings.h"

typedef struct {
    CgCellsOptions cells;
    CgDwellings dwellings;
    double persons; /* people of a household where nobody has counted them          */
    double total;   /* households of all communities together; NaN: not known       */
} CgCellsSettings;

#define CG_CELLS_SETTINGS_DEFAULT                                                                  \
    ((CgCellsSettings){ .cells = CG_CELLS_OPTIONS_DEFAULT,                                         \
                        .dwellings = CG_DWELLINGS_DEFAULT,                                         \
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
    const double *known;       /* [n_regions] households that are known, NaN: not; NULL */
    const CgNames *groups;     /* names of the input's groups; NULL where it has none    */
} CgCellSource;

typedef struct {
    guint32 n;
    char **id;                                /* [n] C000001, ...                        */
    const char **region, **compound, **group; /* [n] borrowed, NULL: none                */
    guint32 *households, *population;         /* [n]                                     */
    guint8 *estimated, *population_estimated; /* [n] nobody has counted                  */
    double *of_building;                      /* [buildings] households, with fractions  */
    double *unshared; /* [regions] known households that no dwelling is there to hold       */
} CgCellColumns;

/* Counts of buildings where their community has some, else floor area over dwelling size, scaled to
 * what is known of the community (or of all): then and without counts it is an estimate.
 * Errors INPUT totals without one dwelling to share them out by */
CgCellColumns *cg_cell_columns_new (const CgCellSource *source, const CgCells *cells,
                                const CgCellsSettings *settings, GError **error);
void cg_cell_columns_free (CgCellColumns *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgCellColumns, cg_cell_columns_free)

/* Figures and findings as docs/data-dictionary.md lists them, without files and seconds. (transfer
 * full) */
json_t *cg_cell_report (const CgCellSource *source, const CgCells *cells, const CgCellColumns *table);

#endif
