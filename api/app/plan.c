#include "app/plan.h"

#include <string.h>

#include "app/county.h"
#include "app/json.h"
#include "base/error.h"
#include "export/export.h"
#include "grid/grid.h"

/* Fills what the caller left open from the county's config. */
static gboolean
complete_options (CgStore *store, CgSplitOptions *options, GError **error)
{
    if (options->partition.target != 0)
        return TRUE;
    g_autoptr (CgConfig) config = cg_county_config (store, error);
    if (config == NULL)
        return FALSE;
    options->partition.min = config->households_min;
    options->partition.max = config->households_max;
    options->partition.target = config->households_target;
    return TRUE;
}

static char *
parameters_text (const CgSplitOptions *options)
{
    g_autoptr (json_t) value =
        json_pack ("{s:i, s:i, s:i, s:I, s:i, s:s}", "min", (int) options->partition.min, "max",
                   (int) options->partition.max, "target", (int) options->partition.target, "seed",
                   (json_int_t) options->partition.seed, "effort", (int) options->partition.effort,
                   "by", options->by_population ? "population" : "households");
    char *text = json_dumps (value, JSON_COMPACT);
    char *copy = g_strdup (text);
    free (text);
    return copy;
}

static gboolean
keep_plan (CgStore *store, const CgUnits *units, const CgSplit *split,
           const CgSplitOptions *options, const char *title, const char *author, gint64 now_s,
           const json_t *report, gint64 *out_plan, GError **error)
{
    g_autofree char *parameters = parameters_text (options);
    char *dumped = json_dumps (report, JSON_COMPACT | JSON_REAL_PRECISION (15));
    g_autofree char *text = g_strdup (dumped);
    free (dumped);
    const CgGrids *grids = split->grids;
    CgPlan plan = { .state = (char *) "draft",
                    .title = (char *) (title != NULL ? title : "网格划分"),
                    .author = (char *) author,
                    .parameters = parameters,
                    .hash = split->plan_hash,
                    .created_s = now_s,
                    .effective_from_s = CG_TIME_NONE,
                    .effective_to_s = CG_TIME_NONE,
                    .data_version = cg_store_data_version (store),
                    .n_grids = grids->n };
    for (guint32 g = 0; g < grids->n; g++) {
        plan.n_ok += grids->status[g] == CG_GRID_OK;
        plan.n_below += grids->status[g] == CG_GRID_BELOW;
        plan.n_above += grids->status[g] == CG_GRID_ABOVE;
    }
    return cg_store_add_plan (store, &plan, "split", units, grids, text, out_plan, error);
}

gboolean
cg_plan_split (CgStore *store, const CgSplitOptions *given, const char *title, const char *author,
               gint64 now_s, const CgProgress *progress, GCancellable *cancel, gint64 *out_plan,
               json_t **out_report, GError **error)
{
    CgSplitOptions options = *given;
    if (!complete_options (store, &options, error))
        return FALSE;
    gint64 start = g_get_monotonic_time ();
    g_autoptr (CgUnits) units = cg_store_load_units (store, error);
    if (units == NULL)
        return FALSE;
    if (units->n == 0) {
        g_set_error_literal (error, CG_ERROR, CG_ERROR_INPUT,
                             "the county has no units yet: import units (or make a sample) first");
        return FALSE;
    }
    g_autoptr (CgBarriers) barriers = cg_store_load_barriers (store, NULL, error);
    if (barriers == NULL)
        return FALSE;
    options.barriers = barriers->n > 0 ? barriers : NULL;
    options.snap_m = CG_GRAPH_SNAP_M;
    double read_s = (g_get_monotonic_time () - start) / 1e6;
    g_autoptr (CgSplit) split = cg_split_run (units, &options, progress, cancel, error);
    if (split == NULL)
        return FALSE;
    g_autoptr (json_t) report = cg_split_report (units, split, &options, read_s, 0);
    if (!keep_plan (store, units, split, &options, title, author, now_s, report, out_plan, error))
        return FALSE;
    if (out_report != NULL)
        *out_report = g_steal_pointer (&report);
    return TRUE;
}

gboolean
cg_plan_publish (CgStore *store, gint64 plan, gint64 now_s, const char *who,
                 CgAttachCounts *out_counts, GError **error)
{
    CgAttachCounts counts;
    if (!cg_store_begin (store, error))
        return FALSE;
    if (!cg_store_publish_plan (store, plan, now_s, who, error) ||
        !cg_attach_county (store, plan, &counts, error)) {
        cg_store_cancel (store);
        return FALSE;
    }
    if (!cg_store_commit (store, error))
        return FALSE;
    if (out_counts != NULL)
        *out_counts = counts;
    return TRUE;
}

gboolean
cg_plan_export (CgStore *store, gint64 plan_id, const char *path, GError **error)
{
    g_autoptr (CgPlan) plan = cg_store_get_plan (store, plan_id, error);
    g_autoptr (CgUnits) units = plan != NULL ? cg_store_load_units (store, error) : NULL;
    g_autoptr (CgGrids) grids = units != NULL ? cg_store_load_grids (store, plan->id, error) : NULL;
    if (grids == NULL)
        return FALSE;
    g_autofree char *version = g_strdup_printf ("%" G_GINT64_FORMAT, plan->data_version);
    CgExportStamp stamp = { 0, plan->parameters, version };
    return cg_export_grids (path, grids, units->id, &stamp, error);
}

/* ---- compare
 * --------------------------------------------------------------------------------------- */

static json_t *
list_changes (const CgUnits *units, const CgGrids *from, const CgGrids *to, guint64 *out_households,
              guint32 *out_units)
{
    json_t *communities = json_object ();
    *out_households = 0;
    *out_units = 0;
    for (guint32 i = 0; i < units->n; i++) {
        guint32 a = from->grid_of[i], b = to->grid_of[i];
        const char *old_code = a != CG_NONE ? from->code[a] : "",
                   *new_code = b != CG_NONE ? to->code[b] : "";
        if (strcmp (old_code, new_code) == 0)
            continue;
        (*out_units)++;
        *out_households += units->households[i];
        const char *community = cg_names_get (units->regions, units->region[i]);
        json_int_t before = json_integer_value (json_object_get (communities, community));
        json_object_set_new (communities, community, json_integer (before + units->households[i]));
    }
    return communities;
}

json_t *
cg_plan_compare (CgStore *store, gint64 from_id, gint64 to_id, GError **error)
{
    g_autoptr (CgPlan) from_plan = cg_store_get_plan (store, from_id, error);
    g_autoptr (CgPlan) to_plan = from_plan != NULL ? cg_store_get_plan (store, to_id, error) : NULL;
    g_autoptr (CgUnits) units = to_plan != NULL ? cg_store_load_units (store, error) : NULL;
    g_autoptr (CgGrids) from =
        units != NULL ? cg_store_load_grids (store, from_plan->id, error) : NULL;
    g_autoptr (CgGrids) to = from != NULL ? cg_store_load_grids (store, to_plan->id, error) : NULL;
    if (to == NULL)
        return NULL;
    guint64 households;
    guint32 n_units;
    json_t *communities = list_changes (units, from, to, &households, &n_units);
    return json_pack ("{s:{s:I, s:i, s:s}, s:{s:I, s:i, s:s}, s:I, s:i, s:o}", "from", "id",
                      (json_int_t) from_plan->id, "grids", (int) from->n, "hash", from_plan->hash,
                      "to", "id", (json_int_t) to_plan->id, "grids", (int) to->n, "hash",
                      to_plan->hash, "moved_households", (json_int_t) households, "moved_units",
                      (int) n_units, "moved_by_community", communities);
}

json_t *
cg_plan_check (CgStore *store, gint64 plan_id, GError **error)
{
    g_autoptr (CgUnits) units = cg_store_load_units (store, error);
    g_autoptr (CgGrids) grids = units != NULL ? cg_store_load_grids (store, plan_id, error) : NULL;
    g_autoptr (CgGraph) graph =
        grids != NULL ? cg_graph_build (units, NULL, NULL, NULL, error) : NULL;
    if (graph == NULL)
        return NULL;
    CgGridCheck check;
    cg_grid_check (units, graph, grids, &check);
    g_autofree char *first = check.first;
    return json_pack ("{s:i, s:i, s:i, s:s?}", "violations", (int) check.violations, "units",
                      (int) units->n, "grids", (int) grids->n, "first", first);
}
