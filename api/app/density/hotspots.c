#include "app/density/hotspots.h"

#include <math.h>
#include <string.h>

#include "analyse/chance.h"
#include "analyse/rates.h"
#include "app/density/points.h"
#include "app/json.h"
#include "attach/attach.h"
#include "base/error.h"
#include "normalise/crs.h"

typedef struct {
    CgKeyedAreas *areas;
    double *count, *base; /* [areas->n]; base NULL: not asked for; NaN: missing            */
    CgNeighbours *near;   /* of all areas                                                   */
    gboolean by_vertices; /* borders overlap: neighbours by common vertices only            */
    guint32 n_used, *used;
    json_t *events;       /* how many points lay where; NULL without                        */
    guint32 n_periods;
    gint64 *start_s;      /* [n_periods + 1]; NULL: time does not matter                     */
    double *by_period;    /* [areas->n * n_periods]                                          */
} Work;

static void
work_done (Work *work)
{
    cg_keyed_areas_free (work->areas);
    g_free (work->count);
    g_free (work->base);
    cg_neighbours_free (work->near);
    g_free (work->used);
    json_decref (work->events);
    g_free (work->start_s);
    g_free (work->by_period);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_done)

/* ---- reading ------------------------------------------------------------------------------- */

/* Areas with the numbers of one column (NULL: none), which the user named with `option`. */
static CgKeyedAreas *
read_areas (const CgHotspotsFile *job, const char *column, const char *option,
            CgImportReport *report, GError **error)
{
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = job->areas;
    options.repair = FALSE;
    g_autofree char *id_words = job->id != NULL ? g_strconcat ("--id ", job->id, NULL) : NULL;
    g_autofree char *column_words =
        column != NULL ? g_strconcat (option, " ", column, NULL) : NULL;
    char *words[3] = { id_words != NULL ? id_words : column_words,
                       id_words != NULL ? column_words : NULL, NULL };
    options.map_words = words;
    return cg_import_keyed_areas (&options, job->id, column, report, error);
}

/* Periods from the first to the last event inside an area, without a gap. */
static gboolean
list_periods (const CgHotspotsFile *job, Work *work, const CgPlaces *events, const guint32 *area,
              GError **error)
{
    gint64 first = G_MAXINT64, last = G_MININT64;
    for (guint32 k = 0; k < events->n; k++)
        if (area[k] != CG_NONE && events->time_s[k] != CG_TIME_NONE) {
            first = MIN (first, events->time_s[k]);
            last = MAX (last, events->time_s[k]);
        }
    g_autoptr (GArray) starts = g_array_new (FALSE, FALSE, sizeof (gint64));
    gint64 start = first <= last ? cg_period_start (job->period, first) : 0;
    for (; first <= last && start <= last && starts->len <= 10000;
         start = cg_period_step (job->period, start, 1))
        g_array_append_val (starts, start);
    if (starts->len == 0 || starts->len > 10000) {
        g_autofree char *file = g_path_get_basename (job->events);
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT, "%s: --period %s: %s", file,
                     cg_period_name (job->period),
                     starts->len == 0 ? "no event inside an area has a time"
                                      : "the events spread over more than 10000 periods");
        return FALSE;
    }
    g_array_append_val (starts, start);
    work->n_periods = starts->len - 1;
    work->start_s = (gint64 *) (void *) g_array_free (g_steal_pointer (&starts), FALSE);
    return TRUE;
}

/* Row of the period that holds a time. */
static guint32
find_period (const Work *work, gint64 time_s)
{
    guint32 low = 0, high = work->n_periods;
    while (low + 1 < high) {
        guint32 middle = low + (high - low) / 2;
        if (work->start_s[middle] <= time_s)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Events without a time are in no period, and then in no count either. */
static gboolean
count_by_period (const CgHotspotsFile *job, Work *work, const CgPlaces *events, guint32 *area,
                 GError **error)
{
    guint32 timeless = 0;
    if (job->period == CG_PERIOD_ALL)
        return TRUE;
    for (guint32 k = 0; k < events->n; k++)
        if (events->time_s == NULL || events->time_s[k] == CG_TIME_NONE) {
            timeless += area[k] != CG_NONE;
            area[k] = CG_NONE;
        }
    if (events->time_s == NULL || !list_periods (job, work, events, area, error)) {
        if (events->time_s == NULL)
            g_set_error (error, CG_ERROR, CG_ERROR_INPUT, "%s: --period %s: events have no times",
                         job->events, cg_period_name (job->period));
        return FALSE;
    }
    gsize n_cells = (gsize) work->areas->n * work->n_periods;
    work->by_period = g_try_new0 (double, n_cells + 1);
    if (work->by_period == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "not enough memory for %u areas in %u periods",
                     work->areas->n, work->n_periods);
        return FALSE;
    }
    for (guint32 k = 0; k < events->n; k++)
        if (area[k] != CG_NONE)
            work->by_period[(gsize) area[k] * work->n_periods +
                            find_period (work, events->time_s[k])]++;
    json_object_set_new (work->events, "without_time", json_integer (timeless));
    return TRUE;
}

static gboolean
count_events (const CgHotspotsFile *job, Work *work, CgImportReport *report,
              const CgProgress *progress, GCancellable *cancel, GError **error)
{
    CgPointsFile file = { job->events, job->crs, job->encoding, NULL, work->areas->working_crs };
    /* Findings of the events name their own file, not that of the areas. */
    g_autoptr (CgImportReport) own = cg_import_report_new (job->events);
    g_autoptr (CgPlaces) events = cg_points_read (&file, own, progress, cancel, error);
    cg_import_report_add_findings (report, own);
    if (events == NULL)
        return FALSE;
    g_autoptr (CgAttachIndex) index =
        cg_attach_index_new (work->areas->shapes, work->areas->rank, error);
    if (index == NULL)
        return FALSE;
    g_autofree guint32 *area = g_new (guint32, (gsize) events->n + 1);
    cg_attach_run (index, events->n, events->x, events->y, job->threads, area, NULL);
    work->events = json_object ();
    if (!count_by_period (job, work, events, area, error))
        return FALSE;
    work->count = g_new0 (double, (gsize) work->areas->n + 1);
    guint32 inside = 0;
    for (guint32 k = 0; k < events->n; k++)
        if (area[k] != CG_NONE) {
            work->count[area[k]]++;
            inside++;
        }
    json_int_t timeless =
        json_integer_value (json_object_get (work->events, "without_time"));
    json_object_set_new (work->events, "points", json_integer (events->n));
    json_object_set_new (work->events, "inside", json_integer (inside));
    json_object_set_new (work->events, "outside",
                         json_integer ((json_int_t) events->n - inside - timeless));
    return TRUE;
}

static gboolean
read_input (const CgHotspotsFile *job, Work *work, CgImportReport *report,
            const CgProgress *progress, GCancellable *cancel, GError **error)
{
    work->areas = read_areas (job, job->count, "--count", report, error);
    if (work->areas == NULL)
        return FALSE;
    if (job->count != NULL)
        work->count = g_steal_pointer (&work->areas->count);
    if (job->base != NULL) {
        /* The layer once more, for its second column; its findings are those of the first time. */
        g_autoptr (CgImportReport) again = cg_import_report_new (job->areas);
        g_autoptr (CgKeyedAreas) bases = read_areas (job, job->base, "--per", again, error);
        if (bases == NULL)
            return FALSE;
        work->base = g_steal_pointer (&bases->count);
    }
    return job->count != NULL || count_events (job, work, report, progress, cancel, error);
}

/* Counts are not negative, and whole where they are meant as events; a base is not negative. */
static gboolean
check_numbers (const CgHotspotsFile *job, const CgHotspotsMethod *method, const Work *work,
               GError **error)
{
    double events = 0, people = 0;
    g_autofree char *file = g_path_get_basename (job->areas);
    for (guint32 i = 0; i < work->areas->n; i++) {
        double count = work->count[i], base = work->base != NULL ? work->base[i] : 0;
        const char *what = NULL;
        if (count < 0)
            what = "a count is not negative";
        else if (method->whole && isfinite (count) && (count != floor (count) || count > 1e9))
            what = "the method counts whole events";
        else if (base < 0)
            what = "a base is not negative";
        if (what != NULL) {
            g_set_error (error, CG_ERROR, CG_ERROR_INPUT, "%s:%u: %s: %g: %s (area %s)", file,
                         work->areas->row[i], base < 0 ? job->base : job->count,
                         base < 0 ? base : count, what, work->areas->id[i]);
            return FALSE;
        }
        events += isfinite (count) ? count : 0;
        people += isfinite (base) ? base : 0;
    }
    if (job->base == NULL || people > 0 || events == 0)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_INPUT,
                 "%s: --per %s: there are %.0f events, but no place has households or people", file,
                 job->base, events);
    return FALSE;
}

/* ---- neighbours ---------------------------------------------------------------------------- */

/* Borders that lie nearer than this are shared: what the graph takes by default, but no more than a
 * hundredth of an area's side. Without a CRS areas may be drawn in units of their own, a few across. */
static double
snap_of (const CgKeyedAreas *areas)
{
    double area_m2 = 0;
    for (guint32 i = 0; i < areas->n; i++)
        area_m2 += cg_shapes_area (areas->shapes, i);
    return MIN (CG_GRAPH_SNAP_M, sqrt (area_m2 / MAX (areas->n, 1)) / 100);
}

/* The engine's graph finds borders that do not match vertex for vertex. NULL without error where
 * areas overlap too much for it. */
static CgGraph *
build_graph (const CgKeyedAreas *areas, const CgProgress *progress, GCancellable *cancel,
             GError **error)
{
    g_autoptr (CgUnits) units = cg_units_new (areas->n);
    cg_shapes_free (units->shapes);
    units->shapes = cg_shapes_copy (areas->shapes);
    for (guint32 i = 0; i < areas->n; i++)
        units->id[i] = g_strdup (areas->id[i]);
    g_autoptr (GError) why = NULL;
    const CgGraphOptions options = { .snap_m = snap_of (areas) };
    g_autoptr (CgGraph) graph = cg_graph_build (units, &options, progress, cancel, &why);
    if (graph == NULL && !g_error_matches (why, CG_ERROR, CG_ERROR_GEOMETRY))
        g_propagate_error (error, g_steal_pointer (&why));
    return g_steal_pointer (&graph);
}

static void
find_centres (const CgKeyedAreas *areas, double *x, double *y)
{
    for (guint32 i = 0; i < areas->n; i++)
        cg_shapes_centroid (areas->shapes, i, &x[i], &y[i]);
}

static gboolean
find_neighbours (const CgHotspotsFile *job, Work *work, const CgProgress *progress,
                 GCancellable *cancel, GError **error)
{
    const CgKeyedAreas *areas = work->areas;
    if (job->within_m > 0) {
        g_autofree double *x = g_new (double, (gsize) areas->n + 1);
        g_autofree double *y = g_new (double, (gsize) areas->n + 1);
        find_centres (areas, x, y);
        work->near = cg_neighbours_within (areas->n, x, y, job->within_m, NULL, NULL, error);
        return work->near != NULL;
    }
    g_autoptr (GError) why = NULL;
    g_autoptr (CgGraph) graph = build_graph (areas, progress, cancel, &why);
    if (why != NULL) {
        g_propagate_error (error, g_steal_pointer (&why));
        return FALSE;
    }
    work->by_vertices = graph == NULL;
    const CgShapes *shapes = areas->delivered != NULL ? areas->delivered : areas->shapes;
    work->near = cg_neighbours_from_areas (shapes, job->nearness, graph, error);
    return work->near != NULL;
}

/* ---- running ------------------------------------------------------------------------------- */

static gboolean
has_base (const Work *work, guint32 i)
{
    return work->base == NULL || work->base[i] > 0;
}

static void
choose_rows (const CgHotspotsMethod *method, Work *work)
{
    work->used = g_new (guint32, (gsize) work->areas->n + 1);
    for (guint32 i = 0; i < work->areas->n; i++) {
        if (method->takes_baseless && work->base != NULL && isnan (work->base[i]))
            work->base[i] = 0;
        if (isfinite (work->count[i]) && (has_base (work, i) || method->takes_baseless))
            work->used[work->n_used++] = i;
    }
}

static double *
pick (const double *all, const Work *work)
{
    if (all == NULL)
        return NULL;
    double *some = g_new (double, (gsize) work->n_used + 1);
    for (guint32 k = 0; k < work->n_used; k++)
        some[k] = all[work->used[k]];
    return some;
}

static void
input_done (CgHotspotsInput *input)
{
    g_free (input->count);
    g_free (input->base);
    g_free (input->x);
    g_free (input->y);
    g_free (input->by_period);
    cg_neighbours_free (input->near);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CgHotspotsInput, input_done)

static void
clear_column (gpointer data)
{
    CgHotspotsColumn *column = data;
    g_free (column->number);
    g_free (column->text);
}

static void
answer_done (CgHotspotsAnswer *answer)
{
    g_array_unref (answer->columns);
    json_decref (answer->summary);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CgHotspotsAnswer, answer_done)

static gboolean
run_method (const CgHotspotsFile *job, const CgHotspotsMethod *method, const Work *work,
            const CgProgress *progress, GCancellable *cancel, CgHotspotsAnswer *answer, GError **error)
{
    g_auto (CgHotspotsInput) input = { .job = job, .n = work->n_used, .cancel = cancel, .progress = progress };
    g_autofree double *x = g_new (double, (gsize) work->areas->n + 1);
    g_autofree double *y = g_new (double, (gsize) work->areas->n + 1);
    find_centres (work->areas, x, y);
    input.count = pick (work->count, work);
    input.base = pick (work->base, work);
    input.x = pick (x, work);
    input.y = pick (y, work);
    input.n_periods = 1;
    if (work->by_period != NULL) {
        gsize n_periods = input.n_periods = work->n_periods;
        input.start_s = work->start_s;
        input.by_period = g_new (double, work->n_used * n_periods + 1);
        for (guint32 k = 0; k < work->n_used; k++)
            memcpy (input.by_period + k * n_periods, work->by_period + work->used[k] * n_periods,
                    n_periods * sizeof (double));
    }
    input.near = cg_neighbours_subset (work->near, work->n_used, work->used);
    json_object_set_new (answer->summary, "links",
                         json_integer (input.near->first[input.n] / 2));
    json_object_set_new (answer->summary, "without_neighbours",
                         json_integer (cg_neighbours_count_islands (input.near)));
    return method->run (&input, answer, error);
}

/* ---- writing ------------------------------------------------------------------------------- */

/* Columns of the file: those that every method has, then those of the method, spread over all
 * areas. */
typedef struct {
    GArray *columns;   /* of CgLayerColumn */
    GPtrArray *memory; /* what they borrow */
    guint32 n_small;
} Table;

static void
table_done (Table *table)
{
    g_array_unref (table->columns);
    g_ptr_array_unref (table->memory);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Table, table_done)

static double *
add_column (Table *table, const char *name, CgColumnKind kind, guint32 n)
{
    double *number = g_new (double, (gsize) n + 1);
    for (guint32 i = 0; i < n; i++)
        number[i] = NAN;
    CgLayerColumn column = { name, kind, NULL, number };
    g_array_append_val (table->columns, column);
    g_ptr_array_add (table->memory, number);
    return number;
}

/* Counts with their exact interval; with a base, as rates per 1000 of it. */
static void
add_rates (const CgHotspotsFile *job, const Work *work, Table *table)
{
    guint32 n = work->areas->n;
    gboolean per = job->base != NULL;
    double *count = add_column (table, "count", CG_COLUMN_REAL, n);
    double *base = per ? add_column (table, "base", CG_COLUMN_REAL, n) : NULL;
    double *rate = per ? add_column (table, "per_1000", CG_COLUMN_REAL, n) : NULL;
    double *low = add_column (table, per ? "per_1000_low" : "count_low", CG_COLUMN_REAL, n);
    double *high = add_column (table, per ? "per_1000_high" : "count_high", CG_COLUMN_REAL, n);
    double *small = add_column (table, "small", CG_COLUMN_WHOLE, n);
    for (guint32 i = 0; i < n; i++) {
        double events = work->count[i], factor = 1;
        count[i] = events;
        if (per) {
            base[i] = work->base[i];
            factor = base[i] > 0 ? 1000 / base[i] : NAN;
            rate[i] = events * factor;
        }
        if (!(events >= 0) || events != floor (events) || events > 1e9)
            continue;
        cg_poisson_interval (events, 0.95, &low[i], &high[i]);
        low[i] *= factor;
        high[i] *= factor;
        small[i] = events < CG_SMALL_COUNT;
        table->n_small += events < CG_SMALL_COUNT;
    }
}

static void
spread_answer (const Work *work, const CgHotspotsAnswer *answer, Table *table)
{
    for (guint c = 0; c < answer->columns->len; c++) {
        const CgHotspotsColumn *from = &g_array_index (answer->columns, CgHotspotsColumn, c);
        if (from->kind == CG_COLUMN_TEXT) {
            const char **text = g_new0 (const char *, (gsize) work->areas->n + 1);
            for (guint32 k = 0; k < work->n_used; k++)
                text[work->used[k]] = from->text[k];
            CgLayerColumn column = { from->name, CG_COLUMN_TEXT, text, NULL };
            g_array_append_val (table->columns, column);
            g_ptr_array_add (table->memory, text);
            continue;
        }
        double *number = add_column (table, from->name, from->kind, work->areas->n);
        for (guint32 k = 0; k < work->n_used; k++)
            number[work->used[k]] = from->number[k];
    }
}

static gboolean
write_areas (const CgHotspotsFile *job, const Work *work, const CgHotspotsAnswer *answer,
             guint32 *out_small, GError **error)
{
    g_auto (Table) table = { g_array_new (FALSE, FALSE, sizeof (CgLayerColumn)),
                             g_ptr_array_new_with_free_func (g_free), 0 };
    CgLayerColumn id = { "grid_id", CG_COLUMN_TEXT, (const char *const *) work->areas->id, NULL };
    g_array_append_val (table.columns, id);
    add_rates (job, work, &table);
    double *near = add_column (&table, "neighbours", CG_COLUMN_WHOLE, work->areas->n);
    for (guint32 i = 0; i < work->areas->n; i++)
        near[i] = cg_neighbours_degree (work->near, i);
    spread_answer (work, answer, &table);
    gboolean delivered = work->areas->delivered != NULL;
    CgLayerTable layer = {
        .name = "hotspots",
        .shapes = delivered ? work->areas->delivered : work->areas->shapes,
        .crs = delivered ? work->areas->delivered_crs : work->areas->working_crs,
        .n_columns = table.columns->len,
        .columns = (const CgLayerColumn *) (const void *) table.columns->data,
    };
    CgExportStamp stamp = { job->seed, job->options_text, NULL };
    *out_small = table.n_small;
    return cg_export_layer (job->output, &layer, &stamp, error);
}

static void
describe_input (const CgHotspotsFile *job, const Work *work, guint32 n_small, json_t *report)
{
    guint32 no_count = 0, no_base = 0, used = 0;
    double events = 0, left_out = 0;
    for (guint32 i = 0; i < work->areas->n; i++) {
        double count = isfinite (work->count[i]) ? work->count[i] : 0;
        no_count += !isfinite (work->count[i]);
        no_base += !has_base (work, i);
        used += isfinite (work->count[i]) && has_base (work, i);
        events += count;
        left_out += has_base (work, i) ? 0 : count;
    }
    json_object_set_new (report, "method", json_string (job->method));
    json_object_set_new (report, "areas", json_integer (work->areas->n));
    json_object_set_new (report, "used", json_integer (used));
    json_object_set_new (report, "without_count", json_integer (no_count));
    if (work->base != NULL) {
        json_object_set_new (report, "without_base", json_integer (no_base));
        json_object_set_new (report, "events_without_base", json_real (left_out));
    }
    json_object_set_new (report, "total", json_real (events));
    json_object_set_new (report, "small_counts", json_integer (n_small));
    if (work->events != NULL)
        json_object_set (report, "events", work->events);
    if (work->start_s != NULL) {
        g_autofree char *from = cg_hotspots_day (work->start_s[0]);
        g_autofree char *until = cg_hotspots_day (work->start_s[work->n_periods]);
        json_object_set_new (report, "periods",
                             json_pack ("{s:s, s:i, s:s, s:s}", "length",
                                        cg_period_name (job->period), "number",
                                        (int) work->n_periods, "from", from, "until", until));
    }
    if (job->within_m > 0)
        json_object_set_new (report, "neighbours", json_real (job->within_m));
    else
        json_object_set_new (report, "neighbours",
                             json_string (job->nearness == CG_NEAR_ROOK ? "rook" : "queen"));
    json_object_set_new (report, "by_vertices_only", json_boolean (work->by_vertices));
    json_object_set_new (report, "seed", json_integer ((json_int_t) job->seed));
    json_object_set_new (report, "version", json_string (CG_VERSION));
}

static const CgHotspotsMethod *
check_job (const CgHotspotsFile *job, GError **error)
{
    const CgHotspotsMethod *method = cg_hotspots_find (job->method);
    if (method == NULL)
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "--method: there is no method '%s'",
                     job->method != NULL ? job->method : "");
    else if ((job->count != NULL) == (job->events != NULL))
        g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT,
                             "either --count COL or --events POINTS is needed, not both");
    else if (method->needs_base && job->base == NULL)
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "--method %s: --per COL is needed: households or people of each area",
                     job->method);
    else if (method->needs_periods && job->period == CG_PERIOD_ALL)
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "--method %s: --period day|week|month|year is needed", job->method);
    else if (job->period != CG_PERIOD_ALL && (!method->takes_periods || job->events == NULL))
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "--period: needs --events and the method scan or emerging");
    else if (method->needs_periods && job->base != NULL)
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "--method %s: compares each area with itself over time and takes no --per",
                     job->method);
    else
        return method;
    return NULL;
}

gboolean
cg_hotspots_file (const CgHotspotsFile *job, CgImportReport *report, const CgProgress *progress,
                  GCancellable *cancel, json_t **out_report, GError **error)
{
    const CgHotspotsMethod *method = check_job (job, error);
    g_auto (Work) work = { 0 };
    if (method == NULL || !read_input (job, &work, report, progress, cancel, error) ||
        !check_numbers (job, method, &work, error) ||
        !find_neighbours (job, &work, progress, cancel, error))
        return FALSE;
    choose_rows (method, &work);
    g_auto (CgHotspotsAnswer) answer = { g_array_new (FALSE, FALSE, sizeof (CgHotspotsColumn)),
                                         json_object () };
    g_array_set_clear_func (answer.columns, clear_column);
    guint32 n_small;
    if (!run_method (job, method, &work, progress, cancel, &answer, error) ||
        !write_areas (job, &work, &answer, &n_small, error))
        return FALSE;
    g_autoptr (json_t) result = json_object ();
    describe_input (job, &work, n_small, result);
    json_object_update (result, answer.summary);
    if (job->report != NULL && !cg_json_write (job->report, result, error))
        return FALSE;
    if (out_report != NULL)
        *out_report = g_steal_pointer (&result);
    return TRUE;
}
