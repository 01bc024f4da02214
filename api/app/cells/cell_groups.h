/* Villager groups of cells that hold none of their houses. */
#ifndef CG_APP_CELL_GROUPS_H
#define CG_APP_CELL_GROUPS_H

#include "app/cells/cell_columns.h"

/* [cells->n] cells->group, and in villages (source->village) for cells without one that of their
 * neighbours with the longest common border, round by round outwards: no order of cells decides.
 * CG_NONE: no group is near, or no village. (g_free) */
guint32 *cg_cell_groups_spread (const CgCellSource *source, const CgCells *cells);

/* Adds a note for each building of a village that got its group from the ground beside it (spread: as above gives it), and for
 * each drawn outline with houses in two communities.
 * Errors  those of cg_attach_index_new */
gboolean cg_cell_groups_note (const CgCellSource *source, const CgCells *cells, const guint32 *spread,
                              GArray *notes, GError **error);

#endif
