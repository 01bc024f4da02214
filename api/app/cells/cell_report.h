/* The report about cells: figures, findings, and what has to be said on the spot. */
#ifndef CG_APP_CELL_REPORT_H
#define CG_APP_CELL_REPORT_H

#include "app/cells/cell_columns.h"

/* Figures, findings (each with code, file, row, place and cause) and warnings as
 * docs/data-dictionary.md lists them, without other files and seconds. (transfer full) */
json_t *cg_cell_report (const CgCellSource *source, const CgCells *cells, const CgCellColumns *table);

/* A warning of the list `warnings` for a community whose known households nobody holds. has_ground:
 * it has units. (transfer full) */
json_t *cg_cell_unshared_warning (const char *region, double households, gboolean has_ground);

/* What a code of `counts` means, in a few words; NULL: no such code. Borrowed. */
const char *cg_cell_finding_meaning (const char *code);

#endif
