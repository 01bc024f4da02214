/* Use case: the units of a county, made from its buildings where none were delivered. */
#ifndef CG_APP_CELLS_COUNTY_H
#define CG_APP_CELLS_COUNTY_H

#include "app/cells/cell_columns.h"
#include "base/progress.h"
#include "store/store.h"

typedef struct {
    CgUnits *units;      /* all of the county, by id                                          */
    guint8 *made;        /* [units->n] TRUE: made here                                        */
    CgBarriers *borders; /* what borders of made units run along; NULL where none were made   */
    json_t *report;      /* what was made, or that earlier ones still hold; NULL: nothing made */
} CgCountyUnits;

void cg_county_units_free (CgCountyUnits *county);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgCountyUnits, cg_county_units_free)

/* Loads the units. Communities (regions without regions below them) of which no unit was delivered
 * get cells from the stored buildings, barriers, compounds and drawn villager groups, where there are buildings; they are
 * stored beside the delivered ones, with what they were made from, and hold until that or a setting
 * changes or units are imported.
 *
 * ids       community's code, "-", id of the cell's first building (its row, "r17", where it has no
 *           id; "e1", "e2", ... empty ground, "w1", ... water)
 * kinds     dedicated in a dedicated compound; rural in a villager group and in a village (a
 *           community that is not urban); else urban. In a village cells without a group go to the
 *           group with the longest common border; where none is near they have none: one grid for
 *           all of them, so a village without villager groups is one grid
 * report    also of units that still hold: `warnings` (known households of communities without a
 *           dwelling, villages that are one grid)
 * settings  known households of communities come from the regions, unless total is set
 * Errors    INPUT a unit was delivered without a community and buildings wait for one; those of
 *           cg_cells_build and of the store; CANCELLED, then nothing was stored */
CgCountyUnits *cg_county_units_load (CgStore *store, const CgCellsSettings *settings,
                                     const CgProgress *progress, GCancellable *cancel,
                                     GError **error);

#endif
