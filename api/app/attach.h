/* Use case: which grid holds each point. */
#ifndef CG_APP_ATTACH_H
#define CG_APP_ATTACH_H

#include <jansson.h>

#include "attach/attach.h"
#include "import/import.h"
#include "store/store.h"

typedef struct {
    const char *points, *to, *output; /* FILE or FILE:LAYER                                    */
    const char *id;                   /* column of the points' id; NULL: by synonyms, else row */
    const char *area_id;              /* column of the areas' id; NULL: grid_id, code, ...     */
    const char *crs, *encoding;       /* of the points                                         */
    guint threads;
} CgAttachFile;

/* Writes id, grid_id in input order; empty grid_id = outside every grid. Points and areas are
 * compared in the areas' own CRS, so that a border point is decided on the coordinates as
 * delivered. out_summary (may be NULL): points, inside, outside, on_border, areas, id_column.
 * Errors  those of cg_import_places, cg_import_keyed_areas and cg_attach_index_new; INPUT a CRS
 *         that is not known; CANCELLED; IO the table cannot be written */
gboolean cg_attach_file (const CgAttachFile *job, CgImportReport *report,
                         const CgProgress *progress, GCancellable *cancel, json_t **out_summary,
                         GError **error);

typedef struct {
    guint32 incidents, incidents_outside, cameras, cameras_outside;
} CgAttachCounts;

/* Incidents and cameras of a county to the grids of a plan, and the measures that follow from it; with
 * the plan in force also incidents to the plans of their times (app/split/eras.h). plan 0: in force.
 * Errors  NOT_FOUND plan; those of the store */
gboolean cg_attach_county (CgStore *store, gint64 plan, CgAttachCounts *out, GError **error);
/* The same where the grids and their index are at hand. Errors those of the store */
gboolean cg_attach_county_grids (CgStore *store, gint64 plan, const CgGrids *grids,
                                 const CgAttachIndex *index, CgAttachCounts *out, GError **error);

#endif
