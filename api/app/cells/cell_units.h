/* Cells of a county as units, and their borders as barriers. */
#ifndef CG_APP_CELL_UNITS_H
#define CG_APP_CELL_UNITS_H

#include "app/cells/cell_columns.h"

/* The kept units and behind them one for each cell; ids and kinds as cells_county.h says.
 * (transfer full)
 *
 * units    of today; keep[units->n] TRUE: goes over */
CgUnits *cg_cell_units_new (const CgCellSource *source, const CgCells *cells,
                            const CgCellColumns *columns, const CgUnits *units,
                            const guint8 *keep);

/* Borders of cells of one region along anything, a row for each region, class and passable or not;
 * without working_crs. (transfer full) */
CgBarriers *cg_cell_borders_new (const CgCells *cells);

#endif
