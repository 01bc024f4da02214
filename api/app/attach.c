#include "app/attach.h"

#include <string.h>

#include "app/json.h"
#include "app/measures.h"
#include "app/split/eras.h"
#include "attach/attach.h"
#include "base/error.h"
#include "export/export.h"
#include "normalise/crs.h"

static CgPlaces *
read_points (const CgAttachFile *job, CgImportReport *report, const CgProgress *progress,
             GCancellable *cancel, GError **error)
{
    g_autofree char *id = job->id != NULL ? g_strconcat ("id=", job->id, NULL) : NULL;
    g_autofree char *words = job->id != NULL ? g_strconcat ("--id ", job->id, NULL) : NULL;
    char *map[] = { id, NULL }, *map_words[] = { words, NULL };
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = job->points;
    options.crs = job->crs;
    options.encoding = job->encoding;
    options.map = map;
    options.map_words = map_words;
    options.keep_placeless = TRUE; /* every point has its line in the answer */
    return cg_import_places (&options, CG_PLACE_INCIDENT, TRUE, report, progress, cancel, error);
}

static CgKeyedAreas *
read_areas (const CgAttachFile *job, CgImportReport *report, GError **error)
{
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = job->to;
    options.repair = FALSE; /* an attachment must not move a border */
    options.skip_bad = FALSE;
    return cg_import_keyed_areas (&options, job->area_id, NULL, report, error);
}

/* The points in the CRS of the areas: as delivered where both are the same. */
static gboolean
to_areas_crs (const CgPlaces *points, const CgKeyedAreas *areas, double **out_x, double **out_y,
              GError **error)
{
    g_autofree double *x = g_memdup2 (points->delivered_x, points->n * sizeof (double));
    g_autofree double *y = g_memdup2 (points->delivered_y, points->n * sizeof (double));
    const char *target = areas->delivered != NULL ? areas->delivered_crs : areas->working_crs;
    if (target != NULL && points->delivered_crs != NULL &&
        strcmp (points->delivered_crs, target) != 0) {
        g_autoptr (CgTransform) transform = cg_transform_new (points->delivered_crs, target, error);
        if (transform == NULL)
            return FALSE;
        cg_transform_run (transform, points->n, x, y);
    }
    *out_x = g_steal_pointer (&x);
    *out_y = g_steal_pointer (&y);
    return TRUE;
}

static json_t *
summarise (guint32 n, const guint32 *area, const guint8 *on_border, const CgKeyedAreas *areas)
{
    guint32 inside = 0, border = 0;
    for (guint32 i = 0; i < n; i++) {
        inside += area[i] != CG_NONE;
        border += on_border[i];
    }
    return json_pack ("{s:i, s:i, s:i, s:i, s:i, s:s, s:s}", "points", (int) n, "inside",
                      (int) inside, "outside", (int) (n - inside), "on_border", (int) border,
                      "areas", (int) areas->n, "id_column", areas->id_column, "version",
                      CG_VERSION);
}

gboolean
cg_attach_file (const CgAttachFile *job, CgImportReport *report, const CgProgress *progress,
                GCancellable *cancel, json_t **out_summary, GError **error)
{
    g_autoptr (CgImportReport) area_report = cg_import_report_new (job->to);
    g_autoptr (CgKeyedAreas) areas = read_areas (job, area_report, error);
    if (areas == NULL)
        return FALSE;
    g_autoptr (CgPlaces) points = read_points (job, report, progress, cancel, error);
    if (points == NULL)
        return FALSE;
    g_autofree double *x = NULL, *y = NULL;
    if (!to_areas_crs (points, areas, &x, &y, error))
        return FALSE;
    g_autoptr (CgAttachIndex) index = cg_attach_index_new (
        areas->delivered != NULL ? areas->delivered : areas->shapes, areas->rank, error);
    if (index == NULL)
        return FALSE;
    g_autofree guint32 *area = g_new (guint32, points->n + 1);
    g_autofree guint8 *on_border = g_new0 (guint8, points->n + 1);
    cg_attach_run (index, points->n, x, y, job->threads, area, on_border);
    if (g_cancellable_set_error_if_cancelled (cancel, NULL)) {
        g_set_error_literal (error, CG_ERROR, CG_ERROR_CANCELLED, "stopped; nothing was written");
        return FALSE;
    }
    if (!cg_export_attachments (job->output, points, area, areas->id, error))
        return FALSE;
    if (out_summary != NULL)
        *out_summary = summarise (points->n, area, on_border, areas);
    return TRUE;
}

static gboolean
attach_places (CgStore *store, gint64 plan, const CgPlaces *places, const CgGrids *grids,
               const CgAttachIndex *index, guint32 *grid, guint32 *out_outside, GError **error)
{
    cg_attach_run (index, places->n, places->x, places->y, 0, grid, NULL);
    *out_outside = 0;
    for (guint32 i = 0; i < places->n; i++)
        *out_outside += grid[i] == CG_NONE;
    return cg_store_put_attachments (store, plan, places, grids, grid, error);
}

gboolean
cg_attach_county (CgStore *store, gint64 plan_id, CgAttachCounts *out, GError **error)
{
    g_autoptr (CgPlan) plan = cg_store_get_plan (store, plan_id, error);
    if (plan == NULL)
        return FALSE;
    g_autoptr (CgGrids) grids = cg_store_load_grids (store, plan->id, error);
    g_autoptr (CgAttachIndex) index =
        grids != NULL ? cg_attach_index_new (grids->shapes, NULL, error) : NULL;
    return index != NULL && cg_attach_county_grids (store, plan->id, grids, index, out, error);
}

gboolean
cg_attach_county_grids (CgStore *store, gint64 plan, const CgGrids *grids,
                        const CgAttachIndex *index, CgAttachCounts *out, GError **error)
{
    g_autoptr (CgPlaces) incidents =
        cg_store_load_incidents (store, CG_TIME_NONE, CG_TIME_NONE, error);
    g_autoptr (CgPlaces) cameras = cg_store_load_cameras (store, error);
    if (incidents == NULL || cameras == NULL)
        return FALSE;
    CgAttachCounts counts = { .incidents = incidents->n, .cameras = cameras->n };
    g_autofree guint32 *incident_grid = g_new (guint32, (gsize) incidents->n + 1);
    g_autofree guint32 *camera_grid = g_new (guint32, (gsize) cameras->n + 1);
    if (!attach_places (store, plan, incidents, grids, index, incident_grid,
                        &counts.incidents_outside, error) ||
        !attach_places (store, plan, cameras, grids, index, camera_grid, &counts.cameras_outside,
                        error) ||
        !cg_measures_roll_up (store, plan, error) ||
        !cg_eras_attach (store, plan, grids, incidents, incident_grid, error))
        return FALSE;
    *out = counts;
    return TRUE;
}
