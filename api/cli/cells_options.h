/* Options about cells that `cells` and `plan split` share. */
#ifndef CG_CLI_CELLS_OPTIONS_H
#define CG_CLI_CELLS_OPTIONS_H

#include <jansson.h>

#include "app/cells/cell_columns.h"
#include "cli.h"

typedef struct {
    char *cut;
    double close_m, empty_m2, sliver_m, simplify_m, wide_water_m, dwelling_m2, storeys, persons;
} CgCliCells;

void cg_cli_cells_init (CgCliCells *cells);
void cg_cli_cells_done (CgCliCells *cells);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CgCliCells, cg_cli_cells_done)

/* `own` (ends with a NULL name) and behind them those about cells, which are read into cells; before
 * what each does stands prefix ("split: ", or ""). (g_free) */
GOptionEntry *cg_cli_cells_entries (CgCliCells *cells, const GOptionEntry *own,
                                    const char *prefix);
/* Errors ARGUMENT an option out of its range */
gboolean cg_cli_cells_settings (const CgCliCells *cells, CgCellsSettings *out, GError **error);
/* One line for the stamp of a product. (transfer full) */
char *cg_cli_cells_describe (const CgCliCells *cells);
/* What a report about cells (app/cells/cell_report.h) warns of, on standard error, and how many findings
 * of each kind there are, on standard output. has_report: the user gets the report itself. */
void cg_cli_cells_tell (const CgCli *cli, const json_t *report, gboolean has_report);

#endif
