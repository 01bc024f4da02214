#include "app/density/backtest.h"

#include <math.h>

#include "analyse/backtest.h"
#include "app/json.h"
#include "app/status.h"
#include "app/table.h"
#include "attach/attach.h"
#include "base/error.h"

/* Where events may fall: areas of a file, or square cells. */
typedef struct {
    guint32 n;
    double *x, *y, *area_m2;
    double *old, *events; /* counts before and after the split */
    guint32 old_outside, events_outside;
} Ground;

typedef struct {
    CgPlaces *points;
    CgKeyedAreas *areas; /* of grids, else of the boundary; NULL: neither */
    CgAttachIndex *index;
    Ground ground;
    double *old_x, *old_y; /* [n_old] events before */
    guint32 n_old, n_new, without_place, without_time;
    /* Cells: number of the first column and row, how many; place of each cell or CG_NONE. */
    double west, south;
    guint32 columns, rows, *place_of;
} Work;

static void
work_done (Work *work)
{
    cg_places_free (work->points);
    cg_keyed_areas_free (work->areas);
    cg_attach_index_free (work->index);
    double *const numbers[] = { work->ground.x,   work->ground.y,      work->ground.area_m2,
                                work->ground.old, work->ground.events, work->old_x,
                                work->old_y };
    for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
        g_free (numbers[i]);
    g_free (work->place_of);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_done)

/* ---- ground -----------------------------------------------------------------------------------
 */

static void
make_ground (Ground *ground, gsize room)
{
    *ground = (Ground){ 0,
                        g_new0 (double, room + 1),
                        g_new0 (double, room + 1),
                        g_new0 (double, room + 1),
                        g_new0 (double, room + 1),
                        g_new0 (double, room + 1),
                        0,
                        0 };
}

static gboolean
read_areas (const CgBacktestFile *job, Work *work, GError **error)
{
    const char *path = job->grids != NULL ? job->grids : job->boundary;
    if (path == NULL)
        return TRUE;
    g_autoptr (CgImportReport) report = cg_import_report_new (path);
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = path;
    options.working_crs = work->points->working_crs;
    g_autofree char *words = g_strconcat ("--score ", job->score, NULL);
    char *map_words[] = { words, NULL };
    options.map_words = job->score != NULL ? map_words : NULL;
    work->areas = cg_import_keyed_areas (&options, NULL, job->score, report, error);
    if (work->areas == NULL)
        return FALSE;
    work->index = cg_attach_index_new (work->areas->shapes, work->areas->rank, error);
    return work->index != NULL;
}

static void
lay_areas (Work *work)
{
    Ground *ground = &work->ground;
    make_ground (ground, work->areas->n);
    ground->n = work->areas->n;
    for (guint32 i = 0; i < ground->n; i++) {
        cg_shapes_centroid (work->areas->shapes, i, &ground->x[i], &ground->y[i]);
        ground->area_m2[i] = cg_shapes_area (work->areas->shapes, i);
    }
}

static gboolean
lay_cells (const CgBacktestFile *job, Work *work, GError **error)
{
    CgBox box = CG_BOX_EMPTY;
    const CgPlaces *p = work->points;
    for (guint32 i = 0; i < p->n; i++)
        if (isfinite (p->x[i]) && isfinite (p->y[i]))
            cg_box_add (&box, p->x[i], p->y[i]);
    if (cg_box_is_empty (&box)) {
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT, "%s: no point with a place in it",
                     job->points.path);
        return FALSE;
    }
    if (work->areas != NULL)
        box = cg_shapes_box_all (work->areas->shapes);
    work->west = floor (box.x_min / job->cell_m);
    work->south = floor (box.y_min / job->cell_m);
    double columns = floor (box.x_max / job->cell_m) - work->west + 1;
    double rows = floor (box.y_max / job->cell_m) - work->south + 1;
    if (!(columns * rows <= CG_BACKTEST_MAX_CELLS)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "--cell: %g x %g cells of %g m: at most %u are allowed", columns, rows,
                     job->cell_m, CG_BACKTEST_MAX_CELLS);
        return FALSE;
    }
    work->columns = (guint32) columns;
    work->rows = (guint32) rows;
    Ground *ground = &work->ground;
    make_ground (ground, (gsize) work->columns * work->rows);
    work->place_of = g_new (guint32, (gsize) work->columns * work->rows);
    for (guint32 cell = 0; cell < work->columns * work->rows; cell++) {
        double x = (work->west + cell % work->columns + 0.5) * job->cell_m;
        double y = (work->south + cell / work->columns + 0.5) * job->cell_m;
        work->place_of[cell] = CG_NONE;
        if (work->index != NULL && cg_attach_find (work->index, x, y) == CG_NONE)
            continue;
        work->place_of[cell] = ground->n;
        ground->x[ground->n] = x;
        ground->y[ground->n] = y;
        ground->area_m2[ground->n++] = job->cell_m * job->cell_m;
    }
    return TRUE;
}

static guint32
place_of (const CgBacktestFile *job, const Work *work, double x, double y)
{
    if (job->grids != NULL)
        return cg_attach_find (work->index, x, y);
    double column = floor (x / job->cell_m) - work->west;
    double row = floor (y / job->cell_m) - work->south;
    if (!(column >= 0 && column < work->columns && row >= 0 && row < work->rows))
        return CG_NONE;
    return work->place_of[(guint32) row * work->columns + (guint32) column];
}

/* ---- events -----------------------------------------------------------------------------------
 */

static gboolean
part_events (const CgBacktestFile *job, Work *work, GError **error)
{
    const CgPlaces *p = work->points;
    Ground *ground = &work->ground;
    work->old_x = g_new (double, (gsize) p->n + 1);
    work->old_y = g_new (double, (gsize) p->n + 1);
    for (guint32 i = 0; i < p->n; i++) {
        if (!isfinite (p->x[i]) || !isfinite (p->y[i])) {
            work->without_place++;
            continue;
        }
        gint64 time = p->time_s != NULL ? p->time_s[i] : CG_TIME_NONE;
        if (time == CG_TIME_NONE) {
            work->without_time++;
            continue;
        }
        if ((job->since_s != CG_TIME_NONE && time < job->since_s) ||
            (job->until_s != CG_TIME_NONE && time >= job->until_s))
            continue;
        guint32 place = place_of (job, work, p->x[i], p->y[i]);
        gboolean old = time < job->split_s;
        if (old) {
            work->old_x[work->n_old] = p->x[i];
            work->old_y[work->n_old++] = p->y[i];
        }
        work->n_new += !old;
        if (place != CG_NONE)
            (old ? ground->old : ground->events)[place]++;
        else if (old)
            ground->old_outside++;
        else
            ground->events_outside++;
    }
    if (work->n_old > 0 && work->n_new > 0)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_INPUT,
                 "%s: no event %s the split: events on both sides are needed", job->points.path,
                 work->n_old == 0 ? "before" : "after");
    return FALSE;
}

/* ---- maps -------------------------------------------------------------------------------------
 */

static gboolean
score_density (const CgSurfaceOptions *map, const Work *work, const CgProgress *progress,
               GCancellable *cancel, double *out_score, double *out_bandwidth_m, GError **error)
{
    const CgPlaces old = { .n = work->n_old, .x = work->old_x, .y = work->old_y };
    g_auto (CgSurface) surface = { 0 };
    CgDensityOptions options = { .cancel = cancel, .progress = progress };
    if (!cg_surface_find_bandwidth (map, &old, progress, cancel, &surface, error) ||
        !cg_surface_adapt (map, &old, 0, &surface, error))
        return FALSE;
    cg_surface_fill (map, &surface, &options);
    *out_bandwidth_m = surface.bandwidth_m;
    return cg_density_at (work->n_old, work->old_x, work->old_y, NULL, &options, work->ground.n,
                          work->ground.x, work->ground.y, out_score, NULL, error);
}

static char *
density_name (const CgSurfaceOptions *map, double bandwidth_m)
{
    const char *rule = map->bandwidth_m > 0 ? "" : cg_bandwidth_rule_name (map->rule);
    return g_strdup_printf ("density %s %s%s%s%.6g m", cg_kernel_name (map->kernel),
                            map->adaptive ? "adaptive " : "", rule, *rule != '\0' ? " " : "",
                            bandwidth_m);
}

/* Result of all maps, one row for each and each share. */
typedef struct {
    CgTable table;
    const char **map;
    double *number[9];
    guint32 next;
    json_t *maps;
    double best_pei;
    char *best;
} Results;

static void
results_init (Results *results, guint32 n)
{
    static const char *const names[] = { "share", "places",   "area_share", "events", "hit_rate",
                                         "pai",   "pai_most", "pei",        "rri" };
    cg_table_init (&results->table, n);
    results->map = cg_table_texts (&results->table, "map");
    for (guint k = 0; k < G_N_ELEMENTS (names); k++)
        results->number[k] =
            cg_table_numbers (&results->table, names[k], k == 1 ? CG_COLUMN_WHOLE : CG_COLUMN_REAL);
    results->next = 0;
    results->maps = json_array ();
    results->best_pei = -1;
    results->best = NULL;
}

static void
results_done (Results *results)
{
    cg_table_done (&results->table);
    json_decref (results->maps);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Results, results_done)

static json_t *
number_or_null (double value)
{
    return isfinite (value) ? json_real (value) : json_null ();
}

/* name is taken over. */
static gboolean
judge (const CgBacktestFile *job, const Work *work, char *name, const double *score,
       double bandwidth_m, Results *results, GError **error)
{
    const Ground *ground = &work->ground;
    g_autofree CgBacktest *out = g_new (CgBacktest, job->n_shares);
    cg_table_keep (&results->table, name);
    if (!cg_backtest_run (ground->n, score, ground->area_m2, ground->events, ground->old,
                          job->n_shares, job->share, out, error))
        return FALSE;
    json_t *pai = json_array ();
    double sum = 0;
    for (guint s = 0; s < job->n_shares; s++) {
        const CgBacktest *b = &out[s];
        const double numbers[] = { b->share, b->n_places, b->area_share, b->events, b->hit_rate,
                                   b->pai,   b->pai_most, b->pei,        b->rri };
        for (guint k = 0; k < G_N_ELEMENTS (numbers); k++)
            results->number[k][results->next] = numbers[k];
        results->map[results->next++] = name;
        json_array_append_new (pai, number_or_null (b->pai));
        sum += isfinite (b->pei) ? b->pei : 0;
    }
    json_array_append_new (results->maps, json_pack ("{s:s, s:o, s:o}", "map", name, "bandwidth_m",
                                                     number_or_null (bandwidth_m), "pai", pai));
    if (sum > results->best_pei) {
        results->best_pei = sum;
        results->best = name;
    }
    return TRUE;
}

static gboolean
judge_all (const CgBacktestFile *job, const Work *work, const CgProgress *progress,
           GCancellable *cancel, Results *results, GError **error)
{
    const Ground *ground = &work->ground;
    g_autofree double *score = g_new (double, (gsize) ground->n + 1);
    for (guint32 i = 0; i < ground->n; i++)
        score[i] = ground->old[i] / ground->area_m2[i];
    if (!judge (job, work, g_strdup ("counts"), score, NAN, results, error))
        return FALSE;
    if (job->score != NULL &&
        !judge (job, work, g_strdup ("score"), work->areas->count, NAN, results, error))
        return FALSE;
    for (guint k = 0; k < job->n_maps; k++) {
        double bandwidth_m;
        if (cg_app_is_stopped (cancel, error) ||
            !score_density (&job->maps[k], work, progress, cancel, score, &bandwidth_m, error) ||
            !judge (job, work, density_name (&job->maps[k], bandwidth_m), score, bandwidth_m,
                    results, error))
            return FALSE;
    }
    return TRUE;
}

static json_t *
make_report (const CgBacktestFile *job, const Work *work, const Results *results)
{
    const Ground *ground = &work->ground;
    json_t *report =
        json_pack ("{s:i, s:i, s:i, s:i, s:i, s:{s:i, s:i}, s:i, s:O, s:s, s:s}", "rows",
                   (int) work->points->n, "without_place", (int) work->without_place,
                   "without_time", (int) work->without_time, "before", (int) work->n_old, "after",
                   (int) work->n_new, "outside", "before", (int) ground->old_outside, "after",
                   (int) ground->events_outside, "places", (int) ground->n, "maps", results->maps,
                   "best", results->best, "version", CG_VERSION);
    if (job->grids == NULL)
        json_object_set_new (report, "cell_m", json_real (job->cell_m));
    return report;
}

gboolean
cg_backtest_file (const CgBacktestFile *job, CgImportReport *import_report,
                  const CgProgress *progress, GCancellable *cancel, json_t **out_report,
                  GError **error)
{
    g_auto (Work) work = { 0 };
    work.points = cg_points_read (&job->points, import_report, progress, cancel, error);
    if (work.points == NULL || !read_areas (job, &work, error))
        return FALSE;
    if (job->grids != NULL)
        lay_areas (&work);
    else if (!lay_cells (job, &work, error))
        return FALSE;
    if (!part_events (job, &work, error))
        return FALSE;
    g_auto (Results) results;
    results_init (&results, (job->n_maps + 1 + (job->score != NULL)) * job->n_shares);
    if (!judge_all (job, &work, progress, cancel, &results, error) ||
        !cg_table_write (&results.table, job->output, NULL, NULL, NULL, NULL, error))
        return FALSE;
    g_autoptr (json_t) report = make_report (job, &work, &results);
    if (job->report != NULL && !cg_json_write (job->report, report, error))
        return FALSE;
    if (out_report != NULL)
        *out_report = g_steal_pointer (&report);
    return TRUE;
}
