/* Use case: buildings, barriers and a boundary in; cells with households out. */
#ifndef CG_APP_CELLS_H
#define CG_APP_CELLS_H

#include <jansson.h>

#include "app/cells/cell_columns.h"
#include "base/progress.h"
#include "import/report.h"

typedef struct {
    const char *buildings, *boundary, *compounds; /* FILE or FILE:LAYER; compounds may be NULL    */
    const char *groups;    /* outlines of villager groups, drawn by hand; or NULL             */
    const char *groups_id; /* column with the group's code; NULL: found, else row             */
    char *const *barriers; /* NULL-terminated list of FILE or FILE:LAYER, or NULL             */
    const char *output, *report; /* report may be NULL                                        */
    const char *id, *households, *population, *levels, *use, *compound,
        *group;               /* columns of buildings; may be NULL                            */
    const char *boundary_id;  /* column with the code of a community; NULL: found, else row   */
    const char *total_column; /* column of the boundary: households that are known; or NULL   */
    const char *crs, *encoding; /* of the buildings; crs of all files that name none, too     */
    CgCellsSettings settings;
    const char *options_text; /* for the stamp                                                */
} CgCellsFile;

/* report   gets the findings about the buildings, and behind them those about barriers, compounds and
 *          groups under the names of their files; repairs of the boundary are warnings in the JSON
 *          report
 * out_report may be NULL
 * Errors   those of the readers, of cg_cells_build and of the export; INPUT a total without
 *          anything to share it out by, or out of range; buildings beside the boundary */
gboolean cg_cells_file (const CgCellsFile *job, CgImportReport *report, const CgProgress *progress,
                        GCancellable *cancel, json_t **out_report, GError **error);

#endif
