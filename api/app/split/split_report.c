/* REPORT.json of a split. */
#include <math.h>

#include "app/split/keep.h"
#include "app/split/micro.h"

typedef struct {
    guint32 in_range, below, above, certified, unknown, by_kind[3];
    guint64 households, population, households_estimated, population_estimated;
    guint32 grids_estimated, grids_population_estimated; /* grids with some in them */
    double compactness, deviation;
    guint32 n_measured; /* urban grids: those that the interval is for */
} Figures;

static Figures
collect (const CgGrids *grids, const CgSplitOptions *options)
{
    Figures figures = { 0 };
    double target = options->partition.target;
    for (guint32 g = 0; g < grids->n; g++) {
        figures.households += grids->households[g];
        figures.population += grids->population[g];
        figures.households_estimated += grids->households_estimated[g];
        figures.population_estimated += grids->population_estimated[g];
        figures.grids_estimated += grids->households_estimated[g] > 0;
        figures.grids_population_estimated += grids->population_estimated[g] > 0;
        figures.compactness += grids->compactness[g];
        figures.by_kind[grids->kind[g]]++;
        figures.in_range += grids->status[g] == CG_GRID_OK;
        figures.below += grids->status[g] == CG_GRID_BELOW;
        figures.above += grids->status[g] == CG_GRID_ABOVE;
        if (grids->status[g] != CG_GRID_OK) {
            gboolean certified = cg_reason_is_certified ((CgReason) grids->reason[g]);
            figures.certified += certified;
            figures.unknown += !certified;
        }
        if (grids->kind[g] == CG_UNIT_URBAN) {
            double weight = options->by_population ? grids->population[g] : grids->households[g];
            figures.deviation += fabs (weight - target) / target;
            figures.n_measured++;
        }
    }
    return figures;
}

static void
add_measure (json_t *list, const char *by, guint32 value, guint32 min, guint32 max)
{
    if (value < min || value > max)
        json_array_append_new (list, json_pack ("{s:s, s:I, s:I, s:I}", "by", by, "value",
                                                (json_int_t) value, "min", (json_int_t) min, "max",
                                                (json_int_t) max));
}

/* What is outside its bounds: households, people or both. */
static json_t *
list_measures (const CgGrids *grids, guint32 grid, const CgSplitOptions *options)
{
    json_t *list = json_array ();
    const CgPartitionOptions *p = &options->partition;
    if (options->by_population)
        add_measure (list, "population", grids->population[grid], p->min, p->max);
    else
        add_measure (list, "households", grids->households[grid], p->min, p->max);
    if (options->population_max > 0)
        add_measure (list, "population", grids->population[grid], options->population_min,
                     options->population_max);
    return list;
}

static json_t *
list_exceptions (const CgUnits *units, const CgSplit *split, const CgSplitOptions *options)
{
    const CgGrids *grids = split->grids;
    json_t *list = json_array ();
    for (guint32 g = 0; g < grids->n; g++) {
        if (grids->status[g] == CG_GRID_OK)
            continue;
        json_array_append_new (
            list,
            json_pack ("{s:i, s:s, s:s, s:s, s:i, s:i, s:s, s:o, s:s, s:s?, s:o}", "grid_id",
                       (int) grids->grid_id[g], "code", grids->code[g], "within", grids->within[g],
                       "kind", cg_unit_kind_name ((CgUnitKind) grids->kind[g]), "households",
                       (int) grids->households[g], "population", (int) grids->population[g],
                       "status", cg_grid_status_name ((CgGridStatus) grids->status[g]), "out",
                       list_measures (grids, g, options), "reason",
                       cg_reason_name ((CgReason) grids->reason[g]), "certificate",
                       grids->certificate[g], "proof",
                       cg_split_proof_json (units, split, g, options->by_population)));
    }
    return list;
}

static json_t *
list_crossings (const CgUnits *units, const CgSplit *split)
{
    json_t *list = json_array ();
    for (guint k = 0; k < split->crossings->len; k++) {
        const CgCrossing *c = &g_array_index (split->crossings, CgCrossing, k);
        guint32 region = units->region[c->a];
        json_array_append_new (
            list, json_pack ("{s:s, s:s, s:s, s:s, s:f, s:s}", "within",
                             cg_names_get (units->regions, region), "grid",
                             split->grids->code[split->grids->grid_of[c->a]], "from",
                             units->id[c->a], "to", units->id[c->b], "metres",
                             c->length_cm / 100.0, "by",
                             c->by != 0 ? cg_barrier_name ((CgBarrierClass) c->by) : "shortest"));
    }
    return list;
}

/* Pairs of units that count as neighbours beside those that share border. */
static json_t *
list_joined (const CgUnits *units, const CgSplit *split)
{
    json_t *list = json_array ();
    for (guint k = 0; k < split->all_crossings->len; k++) {
        const CgCrossing *c = &g_array_index (split->all_crossings, CgCrossing, k);
        json_array_append_new (list, json_pack ("[s, s]", units->id[c->a], units->id[c->b]));
    }
    return list;
}

/* Pairs of units of one region that share border and are no neighbours all the same. */
static json_t *
list_parted (const CgUnits *units, const CgSplit *split)
{
    const CgGraph *graph = split->graph;
    json_t *list = json_array ();
    for (guint32 u = 0; u < graph->n; u++)
        for (guint32 k = graph->first[u]; k < graph->first[u + 1]; k++) {
            guint32 to = graph->target[k];
            if (to > u && !graph->passable[k] && units->region[u] == units->region[to])
                json_array_append_new (list, json_pack ("[s, s]", units->id[u], units->id[to]));
        }
    return list;
}

static json_t *
report_inside (const CgSplit *split)
{
    json_t *list = json_array ();
    double metres = 0;
    g_autofree guint32 *grid_of = g_new0 (guint32, (gsize) split->parts->n_parts + 1);
    for (guint32 i = 0; split->inside->len > 0 && i < split->parts->n_units; i++)
        grid_of[split->parts->part_of[i]] = split->grids->grid_of[i];
    for (guint k = 0; k < split->inside->len; k++) {
        const CgSplitInside *one = &g_array_index (split->inside, CgSplitInside, k);
        metres += one->metres;
        json_array_append_new (list, json_pack ("{s:s, s:f, s:s}", "grid",
                                                split->grids->code[grid_of[one->part]], "metres",
                                                one->metres, "reason", one->reason));
    }
    return json_pack ("{s:i, s:f, s:o}", "grids", (int) split->inside->len, "metres", metres,
                      "list", list);
}

static json_t *
real_or_null (double value)
{
    return isfinite (value) ? json_real (value) : json_null ();
}

/* What plans with no more border than this one can have along barriers at most. */
static double
share_at_length (const CgSplit *split)
{
    double length_m = split->internal_boundary_m;
    double share = length_m > 0 ? 1 - split->visible->open_m / length_m : 1;
    return CLAMP (share, 0, split->visible->share);
}

static void
add_border (json_t *report, const CgSplit *split)
{
    const CgPartitionVisible *most = split->visible;
    json_object_set_new (report, "border_on_barrier", real_or_null (split->border_on_barrier));
    if (!isnan (split->border_on_barrier)) {
        double among_m = split->internal_boundary_m - split->beyond_lines_m;
        double on_m = split->internal_boundary_m * split->border_on_barrier;
        json_object_set_new (report, "border_beyond_lines_m", json_real (split->beyond_lines_m));
        json_object_set_new (report, "border_on_barrier_among_lines",
                             json_real (among_m > 0 ? MIN (on_m / among_m, 1) : 0));
    }
    json_object_set_new (report, "border_on_barrier_at_most",
                         most != NULL ? json_real (most->share) : json_null ());
    if (most != NULL && most->share < 1)
        json_object_set_new (report, "border_on_barrier_proof",
                             json_pack ("{s:f, s:f, s:f, s:i, s:I}", "open_at_least_m",
                                        most->open_m, "barrier_at_most_m", most->barrier_m,
                                        "at_this_length", share_at_length (split),
                                        "blocks", (int) most->blocks, "excess",
                                        (json_int_t) most->excess));
}

json_t *
cg_split_weights_json (const CgPartitionWeights *weights)
{
    json_t *json = json_object ();
    for (const CgPartitionWeight *w = cg_partition_weight_list (); w->name != NULL; w++)
        json_object_set_new (json, w->name, json_real (cg_partition_weight_get (weights, w)));
    return json;
}

/* How the plan was made, beside what it was asked to be. */
static void
add_search (json_t *report, const CgSplit *split, const CgSplitOptions *options)
{
    const CgPartitionOptions *p = &options->partition;
    double crossing_m = options->crossing_max_m;
    json_object_set_new (report, "method",
                         json_string (cg_partition_find_method (p->method)->name));
    json_object_set_new (report, "effort", json_integer (p->effort));
    json_object_set_new (report, "deadline_s",
                         p->deadline_s > 0 ? json_real (p->deadline_s) : json_null ());
    json_object_set_new (report, "timed_out", json_boolean (split->timed_out));
    json_object_set_new (report, "status",
                         json_string (split->interrupted ? "interrupted"
                                      : split->timed_out ? "deadline"
                                                         : "complete"));
    json_object_set_new (report, "threads", json_integer (split->parts->threads));
    json_object_set_new (report, "seed", json_integer ((json_int_t) p->seed));
    json_object_set_new (report, "snap_m", json_real (options->snap_m));
    json_object_set_new (report, "crossing_max_m",
                         json_real (crossing_m == 0 ? CG_CROSSING_MAX_M : MAX (crossing_m, 0)));
}

/* What nobody has counted: of the households, and of the people. */
static void
add_estimates (json_t *report, const Figures *f)
{
    json_object_set_new (report, "estimated_households",
                         json_integer ((json_int_t) f->households_estimated));
    json_object_set_new (report, "estimated_grids", json_integer (f->grids_estimated));
    json_object_set_new (report, "estimated_population",
                         json_integer ((json_int_t) f->population_estimated));
    json_object_set_new (report, "estimated_population_grids",
                         json_integer (f->grids_population_estimated));
}

json_t *
cg_split_report (const CgUnits *units, const CgSplit *split, const CgSplitOptions *options,
                 double read_s, double write_s)
{
    const CgGrids *grids = split->grids;
    Figures f = collect (grids, options);
    json_t *report = json_object ();
    json_object_set_new (report, "units", json_integer (units->n));
    json_object_set_new (report, "households", json_integer ((json_int_t) f.households));
    json_object_set_new (report, "population", json_integer ((json_int_t) f.population));
    add_estimates (report, &f);
    json_object_set_new (report, "grids", json_integer (grids->n));
    json_object_set_new (report, "kinds",
                         json_pack ("{s:i, s:i, s:i}", "urban", (int) f.by_kind[CG_UNIT_URBAN],
                                    "rural", (int) f.by_kind[CG_UNIT_RURAL], "dedicated",
                                    (int) f.by_kind[CG_UNIT_DEDICATED]));
    json_object_set_new (report, "in_range", json_integer (f.in_range));
    json_object_set_new (report, "below", json_integer (f.below));
    json_object_set_new (report, "above", json_integer (f.above));
    json_object_set_new (report, "certified", json_integer (f.certified));
    json_object_set_new (report, "unknown", json_integer (f.unknown));
    json_object_set_new (report, "violations", json_integer (split->violations));
    json_object_set_new (report, "links", json_integer (split->links));
    json_object_set_new (report, "corner_links", json_integer (split->corner_links));
    json_object_set_new (report, "internal_boundary_m", json_real (split->internal_boundary_m));
    add_border (report, split);
    json_object_set_new (report, "mean_compactness",
                         json_real (grids->n > 0 ? f.compactness / grids->n : 0));
    json_object_set_new (report, "mean_abs_deviation",
                         json_real (f.n_measured > 0 ? f.deviation / f.n_measured : 0));
    json_object_set_new (report, "moved_households",
                         json_integer ((json_int_t) split->moved_households));
    if (split->points != NULL)
        json_object_set_new (report, "pareto", cg_keep_points_json (split, options));
    json_object_set_new (report, "compounds_cut", json_integer (split->compounds_cut));
    json_object_set_new (report, "barrier_inside", report_inside (split));
    json_object_set_new (report, "multipart_grids", json_integer (split->multipart));
    json_object_set_new (report, "crossings_used", json_integer (split->crossings->len));
    json_object_set_new (report, "pieces_apart", json_integer (split->pieces_apart));
    json_object_set_new (report, "crossings", list_crossings (units, split));
    json_object_set_new (report, "joined", list_joined (units, split));
    json_object_set_new (report, "parted", list_parted (units, split));
    json_object_set_new (report, "optimal", json_integer (split->parts->n_optimal));
    if (options->partition.certify)
        json_object_set_new (report, "certify", cg_split_bounds_json (units, split->parts));
    json_object_set_new (
        report, "range",
        json_pack ("[i, i]", (int) options->partition.min, (int) options->partition.max));
    json_object_set_new (report, "population_range",
                         options->population_max > 0
                             ? json_pack ("[i, i]", (int) options->population_min,
                                          (int) options->population_max)
                             : json_null ());
    json_object_set_new (report, "target", json_integer (options->partition.target));
    json_object_set_new (report, "by",
                         json_string (options->by_population ? "population" : "households"));
    json_object_set_new (report, "weights", cg_split_weights_json (&split->weights));
    json_object_set_new (report, "snapped", json_boolean (split->graph->snapped));
    json_object_set_new (report, "exceptions", list_exceptions (units, split, options));
    if (grids->micro != NULL)
        json_object_set_new (report, "micro", cg_micro_report (units, grids, options));
    add_search (report, split, options);
    json_object_set_new (report, "seconds",
                         json_pack ("{s:f, s:f, s:f, s:f, s:f}", "read", read_s, "graph",
                                    split->graph_s, "solve", split->solve_s, "grids",
                                    split->grids_s, "write", write_s));
    if (grids->micro != NULL)
        json_object_set_new (json_object_get (report, "seconds"), "micro",
                             json_real (split->micro_s));
    json_object_set_new (report, "working_crs",
                         units->working_crs ? json_string (units->working_crs) : json_null ());
    json_object_set_new (report, "plan_hash", json_string (split->plan_hash));
    json_object_set_new (report, "version", json_string (CG_VERSION));
    return report;
}
