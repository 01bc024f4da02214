#include "app/split/plan.h"

#include <string.h>

#include "app/cells/cells_county.h"
#include "app/county.h"
#include "app/json.h"
#include "app/outline.h"
#include "app/split/keep.h"
#include "base/error.h"
#include "export/export.h"
#include "grid/grid.h"

/* Fills what the caller left open from the county's config. weights: room for
 * them. */
static gboolean
complete_options (CgStore *store, CgSplitOptions *options, CgPartitionWeights *weights,
                  GError **error)
{
    g_autoptr (CgConfig) config = cg_county_config (store, error);
    if (config == NULL)
        return FALSE;
    *weights =
        options->partition.weights != NULL ? *options->partition.weights : config->weights;
    if (options->weights != NULL && !cg_partition_weights_parse (options->weights, weights, error))
        return FALSE;
    options->weights = NULL;
    if (options->micro_county) {
        options->micro_min = config->micro_min;
        options->micro_max = config->micro_max;
    }
    if (options->crossing_max_m == 0)
        options->crossing_max_m = config->crossing_max_m > 0 ? config->crossing_max_m : -1;
    CgPartitionOptions *partition = &options->partition;
    partition->weights = weights;
    if (partition->max != 0)
        return TRUE;
    gboolean people = options->by_population;
    partition->min = people ? config->population_min : config->households_min;
    partition->max = people ? config->population_max : config->households_max;
    if (partition->target == 0)
        partition->target = people ? config->population_target : config->households_target;
    if (partition->target >= partition->min && partition->target <= partition->max)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 "--target: %u is outside the county's range %u:%u; name a number inside, or another "
                 "--range",
                 partition->target, partition->min, partition->max);
    return FALSE;
}

static gboolean
has_people (const CgUnits *units, GError **error)
{
    for (guint32 i = 0; i < units->n; i++)
        if (units->population[i] > 0)
            return TRUE;
    g_set_error_literal (error, CG_ERROR, CG_ERROR_INPUT,
                         "units: no unit has a population, so there is nothing to divide by");
    return FALSE;
}

/* What is missing before there can be units. Always FALSE. */
static gboolean
fail_empty (CgStore *store, GError **error)
{
    guint32 n_regions, n_buildings;
    if (!cg_store_count (store, "regions", &n_regions, error) ||
        !cg_store_count (store, "buildings", &n_buildings, error))
        return FALSE;
    g_set_error_literal (
        error, CG_ERROR, CG_ERROR_INPUT,
        n_buildings > 0 && n_regions == 0
            ? "the county has buildings but no communities to make units in: import regions first"
        : n_regions > 0 && n_buildings == 0
            ? "the county has regions but no units yet: import units, or buildings to make them from"
            : "the county has no units yet: import units, or regions and buildings (or make a "
              "sample) first");
    return FALSE;
}

static char *
parameters_text (const CgSplitOptions *options, const CgSplit *split)
{
    g_autoptr (json_t) value =
        json_pack ("{s:i, s:i, s:i, s:I, s:i, s:s, s:o}", "min", (int) options->partition.min, "max",
                   (int) options->partition.max, "target", (int) options->partition.target, "seed",
                   (json_int_t) options->partition.seed, "effort", (int) options->partition.effort,
                   "by", options->by_population ? "population" : "households", "weights",
                   cg_split_weights_json (&split->weights));
    if (options->partition.certify)
        json_object_set_new (value, "certify", json_true ());
    if (options->micro_max > 0)
        json_object_set_new (value, "micro", json_pack ("[i, i]", (int) options->micro_min,
                                                        (int) options->micro_max));
    if (options->population_max > 0)
        json_object_set_new (value, "population_range",
                             json_pack ("[i, i]", (int) options->population_min,
                                        (int) options->population_max));
    if (options->keep_plan != 0)
        json_object_set_new (value, "keep", json_integer (options->keep_plan));
    if (options->pareto)
        json_object_set_new (value, "moved_at_most", json_real (options->moved_at_most));
    char *text = json_dumps (value, JSON_COMPACT | JSON_REAL_PRECISION (6));
    char *copy = g_strdup (text);
    free (text);
    return copy;
}

static gboolean
keep_plan (CgStore *store, const CgUnits *units, const CgSplit *split,
           const CgSplitOptions *options, const char *title, const char *author, gint64 now_s,
           const json_t *report, gint64 *out_plan, GError **error)
{
    g_autofree char *parameters = parameters_text (options, split);
    char *dumped = json_dumps (report, JSON_COMPACT | JSON_REAL_PRECISION (15));
    g_autofree char *text = g_strdup (dumped);
    free (dumped);
    const CgGrids *grids = split->grids;
    CgPlan plan = { .state = (char *) "draft",
                    .parent = options->keep_plan,
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
    CgPartitionWeights weights;
    if (!complete_options (store, &options, &weights, error))
        return FALSE;
    gint64 start = g_get_monotonic_time ();
    const CgCellsSettings usual = CG_CELLS_SETTINGS_DEFAULT;
    g_autoptr (CgCountyUnits) county = cg_county_units_load (
        store, options.cells != NULL ? options.cells : &usual, progress,
        cg_split_before_search (&options, cancel), error);
    if (county == NULL)
        return FALSE;
    CgUnits *units = county->units;
    if (units->n == 0)
        return fail_empty (store, error);
    options.made = county->borders != NULL ? county->made : NULL;
    options.cell_borders = county->borders;
    if ((options.by_population || options.population_max > 0) && !has_people (units, error))
        return FALSE;
    g_autoptr (CgNames) used = NULL;
    if (options.keep_plan == CG_KEEP_IN_FORCE
        && (options.keep_plan = cg_plan_newest (store, "published", error)) == 0)
        return FALSE;
    if (options.keep_plan != 0) {
        used = cg_store_list_codes (store, error);
        if (used == NULL || !cg_keep_plan (store, options.keep_plan, units, error))
            return FALSE;
        if (cg_names_count (units->kept) == 0) {
            g_set_error (error, CG_ERROR, CG_ERROR_INPUT,
                         "plan %" G_GINT64_FORMAT " has none of the units of today, so there is "
                         "nothing to keep: leave --keep out",
                         options.keep_plan);
            return FALSE;
        }
        options.used_codes = used;
    }
    g_autoptr (CgBarriers) stored = cg_store_load_barriers (store, NULL, error);
    double wide_water_m = (options.cells != NULL ? options.cells : &usual)->wide_water_m;
    g_autoptr (CgBarriers) barriers =
        stored != NULL ? cg_ways_prepare (stored, wide_water_m, 1, 1, error) : NULL;
    if (barriers == NULL)
        return FALSE;
    options.barriers = barriers->n > 0 ? barriers : NULL;
    options.snap_m = CG_GRAPH_SNAP_M;
    double read_s = (g_get_monotonic_time () - start) / 1e6;
    g_autoptr (CgSplit) split = cg_split_run (units, &options, progress, cancel, error);
    if (split == NULL) {
        gboolean made = county->report != NULL && options.made != NULL &&
                        !json_is_true (json_object_get (county->report, "kept"));
        if (error != NULL && g_error_matches (*error, CG_ERROR, CG_ERROR_GEOMETRY))
            g_prefix_error_literal (error, "units: ");
        if (error != NULL && g_error_matches (*error, CG_ERROR, CG_ERROR_CANCELLED) && made)
            g_prefix_error_literal (error, "no plan was made, but its units are: ");
        return FALSE;
    }
    g_autoptr (json_t) report = cg_split_report (units, split, &options, read_s, 0);
    if (county->report != NULL)
        json_object_set (report, "cells", county->report);
    if (!keep_plan (store, units, split, &options, title, author, now_s, report, out_plan, error))
        return FALSE;
    if (out_report != NULL)
        *out_report = g_steal_pointer (&report);
    return TRUE;
}

gint64
cg_plan_newest (CgStore *store, const char *state, GError **error)
{
    gint64 found = 0;
    g_autoptr (GPtrArray) plans = cg_store_list_plans (store, error);
    if (plans == NULL)
        return 0;
    for (guint i = 0; i < plans->len; i++) {
        const CgPlan *plan = plans->pdata[i];
        if (strcmp (plan->state, state) == 0)
            found = plan->id;
    }
    if (found == 0 && strcmp (state, "published") == 0)
        g_set_error_literal (error, CG_ERROR, CG_ERROR_NOT_FOUND,
                             "no plan is in force yet: publish one first");
    else if (found == 0)
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND,
                     "there is no %s plan: split the county first, or name one with --plan", state);
    return found;
}

/* Inside the transaction: a draft of older units would put grids in force that leave out what came
 * since. */
static gboolean
check_fresh (CgStore *store, gint64 plan_id, GError **error)
{
    gint64 today;
    g_autoptr (CgPlan) plan = cg_store_get_plan (store, plan_id, error);
    if (plan == NULL || !cg_store_unit_version (store, &today, error))
        return FALSE;
    if (plan->unit_version == today)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_CONFLICT,
                 "plan %" G_GINT64_FORMAT " was made from data version %" G_GINT64_FORMAT
                 ", units have changed since (version %" G_GINT64_FORMAT
                 "): split again, or publish it as it is with --stale",
                 plan->id, plan->unit_version, today);
    return FALSE;
}

gboolean
cg_plan_publish (CgStore *store, gint64 plan, CgPublishFlags flags, gint64 now_s, const char *who,
                 CgAttachCounts *out_counts, GError **error)
{
    CgAttachCounts counts;
    if (!cg_store_begin (store, error))
        return FALSE;
    if (((flags & CG_PUBLISH_STALE) == 0 && !check_fresh (store, plan, error)) ||
        !cg_store_publish_plan (store, plan, now_s, who, error) ||
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

/* The seed that the plan was made with; 0 when its parameters do not say. */
static guint64
seed_of (const CgPlan *plan)
{
    const char *text = plan->parameters != NULL ? plan->parameters : "";
    g_autoptr (json_t) parameters = json_loads (text, 0, NULL);
    return (guint64) json_integer_value (json_object_get (parameters, "seed"));
}

gboolean
cg_plan_export (CgStore *store, gint64 plan_id, double simplify_m, const char *path,
                GError **error)
{
    g_autoptr (CgUnits) units = NULL;
    g_autoptr (CgGrids) grids = NULL;
    g_autoptr (CgPlan) plan = cg_store_get_plan (store, plan_id, error);
    if (plan == NULL || !cg_store_load_plan (store, plan->id, &units, &grids, error) ||
        !cg_outline_simplify (grids, simplify_m, error))
        return FALSE;
    g_autofree char *thinned =
        simplify_m > 0 ? g_strdup_printf ("simplify=%g", simplify_m) : NULL;
    g_autofree char *options =
        g_strjoin (" ", plan->parameters != NULL ? plan->parameters : "{}", thinned, NULL);
    g_autofree char *version = g_strdup_printf ("%" G_GINT64_FORMAT, plan->data_version);
    CgExportStamp stamp = { seed_of (plan), options, version };
    return cg_export_grids (path, grids, units->id, &stamp, error);
}

/* ---- compare ---------------------------------------- */

typedef struct {
    CgPlan *plan;
    CgUnits *units; /* of the plan, by id */
    CgGrids *grids;
} Side;

static void
side_done (Side *side)
{
    cg_plan_free (side->plan);
    cg_units_free (side->units);
    cg_grids_free (side->grids);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Side, side_done)

typedef struct {
    guint32 units;
    guint64 households;
} Sum;

typedef struct {
    Sum moved, new, gone; /* households as in the later plan; gone: as in the earlier */
    json_t *by_community;
} Changes;

static gboolean
load_side (CgStore *store, gint64 id, Side *side, GError **error)
{
    side->plan = cg_store_get_plan (store, id, error);
    return side->plan != NULL &&
           cg_store_load_plan (store, side->plan->id, &side->units, &side->grids, error);
}

static void
add_unit (Sum *sum, const CgUnits *units, guint32 i)
{
    sum->units++;
    sum->households += units->households[i];
}

static const char *
code_of (const Side *side, guint32 i)
{
    guint32 grid = side->grids->grid_of[i];
    return grid != CG_NONE ? side->grids->code[grid] : "";
}

/* Unit a of `from` is unit b of `to`. */
static void
compare_unit (const Side *from, guint32 a, const Side *to, guint32 b, Changes *changes)
{
    const CgUnits *units = to->units;
    if (strcmp (code_of (from, a), code_of (to, b)) == 0)
        return;
    add_unit (&changes->moved, units, b);
    const char *community =
        units->region[b] != CG_NONE ? cg_names_get (units->regions, units->region[b]) : "";
    json_int_t before = json_integer_value (json_object_get (changes->by_community, community));
    json_object_set_new (changes->by_community, community,
                         json_integer (before + units->households[b]));
}

/* Both lists are walked in order of id: the plans may be of different units. */
static void
list_changes (const Side *from, const Side *to, Changes *changes)
{
    guint32 a = 0, b = 0;
    while (a < from->units->n || b < to->units->n) {
        int order = a == from->units->n ? 1
                    : b == to->units->n ? -1
                                        : strcmp (from->units->id[a], to->units->id[b]);
        if (order < 0)
            add_unit (&changes->gone, from->units, a++);
        else if (order > 0)
            add_unit (&changes->new, to->units, b++);
        else
            compare_unit (from, a++, to, b++, changes);
    }
}

static json_t *
side_to_json (const Side *side)
{
    return json_pack ("{s:I, s:i, s:s, s:I}", "id", (json_int_t) side->plan->id, "grids",
                      (int) side->grids->n, "hash", side->plan->hash, "unit_version",
                      (json_int_t) side->plan->unit_version);
}

json_t *
cg_plan_compare (CgStore *store, gint64 from_id, gint64 to_id, GError **error)
{
    g_auto (Side) from = { 0 }, to = { 0 };
    if (!load_side (store, from_id, &from, error) || !load_side (store, to_id, &to, error))
        return NULL;
    Changes changes = { .by_community = json_object () };
    list_changes (&from, &to, &changes);
    return json_pack ("{s:o, s:o, s:I, s:i, s:I, s:i, s:I, s:i, s:o}", "from",
                      side_to_json (&from), "to", side_to_json (&to), "moved_households",
                      (json_int_t) changes.moved.households, "moved_units",
                      (int) changes.moved.units, "new_households",
                      (json_int_t) changes.new.households, "new_units", (int) changes.new.units,
                      "gone_households", (json_int_t) changes.gone.households, "gone_units",
                      (int) changes.gone.units, "moved_by_community", changes.by_community);
}

/* ---- check ---------------------------------------- */

/* The crossings that the plan's report names, by row of its units (which are in order of id); a
 * name that is no unit becomes a row past the end, which the check refuses. */
static GArray *
reported_crossings (const json_t *report, const CgUnits *units)
{
    GArray *crossings = g_array_new (FALSE, FALSE, sizeof (CgCrossing));
    g_autoptr (GHashTable) row_of = g_hash_table_new (g_str_hash, g_str_equal);
    const json_t *list = json_object_get (report, "crossings");
    for (guint32 i = 0; json_array_size (list) > 0 && i < units->n; i++)
        g_hash_table_insert (row_of, units->id[i], GUINT_TO_POINTER (i + 1));
    for (gsize k = 0; k < json_array_size (list); k++) {
        const json_t *item = json_array_get (list, k);
        const char *from = json_string_value (json_object_get (item, "from"));
        const char *to = json_string_value (json_object_get (item, "to"));
        double metres = json_number_value (json_object_get (item, "metres"));
        CgCrossing one = {
            GPOINTER_TO_UINT (g_hash_table_lookup (row_of, from != NULL ? from : "")) - 1,
            GPOINTER_TO_UINT (g_hash_table_lookup (row_of, to != NULL ? to : "")) - 1,
            (guint32) CLAMP (metres * 100 + 0.5, 0, 1e9)
        };
        g_array_append_val (crossings, one);
    }
    return crossings;
}

static GArray *
load_crossings (CgStore *store, gint64 plan_id, const CgUnits *units, GError **error)
{
    g_autoptr (GError) problem = NULL;
    g_autofree char *text = cg_store_get_report (store, plan_id, &problem);
    if (problem != NULL) {
        g_propagate_error (error, g_steal_pointer (&problem));
        return NULL;
    }
    g_autoptr (json_t) report = json_loads (text != NULL ? text : "{}", 0, NULL);
    return reported_crossings (report, units);
}

json_t *
cg_plan_check (CgStore *store, gint64 plan_id, GError **error)
{
    g_autoptr (CgUnits) units = NULL;
    g_autoptr (CgGrids) grids = NULL;
    if (!cg_store_load_plan (store, plan_id, &units, &grids, error))
        return NULL;
    g_autoptr (CgGraph) graph = cg_graph_build (units, NULL, NULL, NULL, error);
    if (graph == NULL)
        return NULL;
    g_autoptr (GArray) crossings = load_crossings (store, plan_id, units, error);
    if (crossings == NULL)
        return NULL;
    CgGridCheck check;
    cg_grid_check (units, graph, crossings, grids, &check);
    g_autofree char *first = check.first;
    return json_pack ("{s:i, s:i, s:i, s:i, s:i, s:s?}", "violations", (int) check.violations,
                      "units", (int) units->n, "grids", (int) grids->n, "multipart_grids",
                      (int) check.multipart, "crossings", (int) crossings->len, "first", first);
}
