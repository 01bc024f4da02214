/* Villager groups of cells that hold none of their houses. */
#ifndef CG_APP_CELL_GROUPS_H
#define CG_APP_CELL_GROUPS_H

#include "app/cell_columns.h"

/* [cells->n] cells->group, and in villages (source->village) for cells without one that of their
 * neighbours with the longest common border, round by round outwards: no order of cells decides.
 * CG_NONE: no group is near, or no village. (g_free) */
guint32 *cg_cell_groups_spread (const CgCellSource *source, const CgCells *cells);

#endif
