#include "app/split/micro.h"

#include <string.h>

#include "base/error.h"
#include "grid/grid.h"

/* Grids are small, so little effort finds nearly all that much would. */
#define EFFORT 4u

static CgPartitionOptions
micro_options (const CgSplitOptions *options)
{
    return (CgPartitionOptions){
        .min = options->micro_min,
        .max = options->micro_max,
        .target = MAX (1, options->micro_min + (options->micro_max - options->micro_min) / 2),
        .seed = options->partition.seed,
        .effort = EFFORT,
        .threads = options->partition.threads,
        .weights = options->partition.weights,
    };
}

static gboolean
check_parts (const CgPartitionInput *input, const CgParts *parts, GError **error)
{
    g_autofree char *text = NULL;
    guint32 violations = cg_partition_check (input, parts, &text);
    if (violations == 0)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_GEOMETRY,
                 "the micro-units are no division of the grids: %s (%u violations)", text,
                 violations);
    return FALSE;
}

/* Codes and names say which grid they belong to; rows already come grid by grid. */
static void
number_micro (const CgGrids *grids, CgGrids *micro)
{
    g_autofree guint32 *used = g_new0 (guint32, (gsize) grids->n + 1);
    g_autofree guint32 *parent = g_new0 (guint32, (gsize) micro->n + 1);
    for (guint32 i = 0; i < micro->n_units; i++)
        parent[micro->grid_of[i]] = grids->grid_of[i];
    for (guint32 m = 0; m < micro->n; m++) {
        guint32 sequence = ++used[parent[m]];
        g_free (micro->code[m]);
        g_free (micro->name[m]);
        micro->code[m] = g_strdup_printf ("%s%03u", grids->code[parent[m]], sequence);
        micro->name[m] = g_strdup_printf ("第%u微网格", sequence);
    }
}

/* The table of units with grids in place of communities: what is not named here is borrowed. */
static CgUnits
units_by_grid (const CgUnits *units, const CgGrids *grids, CgNames *codes)
{
    CgUnits by_grid = *units;
    for (guint32 g = 0; g < grids->n; g++)
        cg_names_add (codes, grids->code[g]);
    by_grid.region = grids->grid_of;
    by_grid.regions = codes;
    return by_grid;
}

gboolean
cg_micro_divide (const CgUnits *units, const CgGraph *graph, const GArray *crossings,
                 const CgSplitOptions *options, double search_s, CgGrids *grids,
                 gboolean *out_timed_out, const CgProgress *progress, GCancellable *cancel,
                 GError **error)
{
    if (options->micro_min > options->micro_max) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "micro-units of %u to %u households",
                     options->micro_min, options->micro_max);
        return FALSE;
    }
    g_autoptr (CgGraph) joined = cg_graph_with_crossings (graph, crossings);
    CgPartitionOptions partition = micro_options (options);
    partition.deadline_s = search_s;
    partition.hurry = options->partition.hurry;
    CgPartitionInput input = { .graph = joined, .weight = units->households,
                               .region = grids->grid_of, .id = units->id };
    g_autoptr (CgParts) parts = cg_partition_run (&input, &partition, progress, cancel, error);
    if (parts == NULL || !check_parts (&input, parts, error))
        return FALSE;
    g_autoptr (CgNames) codes = cg_names_new ();
    CgUnits by_grid = units_by_grid (units, grids, codes);
    CgGridOptions bounds = { .min = options->micro_min, .max = options->micro_max };
    CgGrids *micro = cg_grid_build (&by_grid, graph, parts, &bounds, cancel, error);
    if (micro == NULL)
        return FALSE;
    number_micro (grids, micro);
    *out_timed_out |= parts->timed_out;
    cg_grids_free (grids->micro);
    grids->micro = micro;
    return TRUE;
}

json_t *
cg_micro_report (const CgUnits *units, const CgGrids *grids, const CgSplitOptions *options)
{
    const CgGrids *micro = grids->micro;
    guint32 count[3] = { 0 }, certified = 0, unknown = 0, coarse = 0;
    guint64 held = 0, households = 0;
    for (guint32 m = 0; m < micro->n; m++) {
        count[micro->status[m]]++;
        if (micro->status[m] == CG_GRID_OK)
            continue;
        gboolean proved = cg_reason_is_certified ((CgReason) micro->reason[m]);
        certified += proved;
        unknown += !proved;
    }
    for (guint32 i = 0; i < units->n; i++) {
        gboolean above = units->households[i] > options->micro_max;
        households += units->households[i];
        coarse += above;
        held += above ? units->households[i] : 0;
    }
    return json_pack ("{s:[i,i], s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:I, s:f}", "range",
                      (int) options->micro_min, (int) options->micro_max, "target",
                      (int) micro_options (options).target, "units", (int) micro->n, "in_range",
                      (int) count[CG_GRID_OK], "below", (int) count[CG_GRID_BELOW], "above",
                      (int) count[CG_GRID_ABOVE], "certified", (int) certified, "unknown",
                      (int) unknown, "coarse_units", (int) coarse, "coarse_households",
                      (json_int_t) held, "mean_households",
                      micro->n > 0 ? (double) households / micro->n : 0.0);
}
