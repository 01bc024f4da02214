#include "app/density/density_internal.h"

#include <math.h>
#include <string.h>

#include "app/density/points.h"
#include "app/json.h"
#include "app/status.h"
#include "app/window.h"
#include "base/error.h"
#include "export/export.h"
#include "export/raster.h"
#include "normalise/crs.h"

#define MAX_SIDE 4096 /* cells, where their size is chosen here */

typedef CgDensityWork Work;

static void
work_done (Work *work)
{
    cg_places_free (work->points);
    cg_places_free (work->at);
    cg_places_free (work->second);
    cg_places_free (work->ground);
    json_decref (work->ratio);
    cg_surface_done (&work->surface);
    cg_density_free (work->density);
    g_free (work->value);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_done)

static gboolean
is_cut (const CgDensityFile *job)
{
    return job->has_when || job->moment.has;
}

/* ---- reading ----------------------------------------------------------------------------------
 */

/* The places asked for. Events that --when or --moment leave out lose theirs, but are asked for all the
 * same: they are read once more. */
static gboolean
read_at (const CgDensityFile *job, Work *work, const CgProgress *progress, GCancellable *cancel,
         GError **error)
{
    gboolean own = job->at == NULL && is_cut (job) && g_str_has_suffix (job->output, ".csv");
    if (job->at == NULL && !own)
        return TRUE;
    CgPointsFile at = { own ? job->points : job->at,
                        job->crs,
                        job->encoding,
                        own ? job->weight : NULL,
                        work->points->working_crs,
                        .skip_bad = job->skip_bad };
    g_autoptr (CgImportReport) at_report = cg_import_report_new (at.path);
    work->at = cg_points_read (&at, at_report, progress, cancel, error);
    return work->at != NULL;
}

static gboolean
read_all (const CgDensityFile *job, Work *work, CgImportReport *report, const CgProgress *progress,
          GCancellable *cancel, GError **error)
{
    CgPointsFile file = { job->points, job->crs, job->encoding, job->weight, .time = job->time,
                          .skip_bad = job->skip_bad };
    work->points = cg_points_read (&file, report, progress, cancel, error);
    if (work->points == NULL || !read_at (job, work, progress, cancel, error) ||
        (job->has_when && !cg_points_keep_span (work->points, job->points, job->since_s,
                                                job->until_s, error)) ||
        (job->moment.has &&
         !cg_points_keep_span (work->points, job->points, job->moment.moment_s - job->moment.window_s,
                               job->moment.moment_s + job->moment.window_s, error)))
        return FALSE;
    const char *crs = work->points->working_crs;
    if (!cg_surface_read (&job->surface, crs, &work->surface, error))
        return FALSE;
    if (job->ratio.per == NULL && job->ratio.against == NULL)
        return TRUE;
    const gint64 span[2] = { job->since_s, job->until_s };
    work->second = cg_ratio_read (&job->ratio, work->points, job->crs, job->encoding,
                                  job->skip_bad,
                                  job->has_when ? span : NULL, progress, cancel, error);
    return work->second != NULL;
}

/* ---- region, bandwidth, window ----------------------------------------------------------------
 */

static gboolean
box_of_events (const CgDensityFile *job, const CgPlaces *points, CgBox *out, GError **error)
{
    *out = CG_BOX_EMPTY;
    for (guint32 i = 0; i < points->n; i++)
        if (isfinite (points->x[i]) && isfinite (points->y[i]))
            cg_box_add (out, points->x[i], points->y[i]);
    if (!cg_box_is_empty (out))
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_INPUT, "%s: no point with a place in it", job->points);
    return FALSE;
}

/* The region of edge correction, and the box of what a raster shows. */
static gboolean
choose_region (const CgDensityFile *job, Work *work, CgBox *box, GError **error)
{
    if (!box_of_events (job, work->points, box, error) ||
        (job->has_bbox && !cg_window_to_working (&job->bbox, work->points->delivered_crs,
                                                 work->points->working_crs, box, error)) ||
        !cg_surface_set_region (&job->surface, box, &work->surface, error))
        return FALSE;
    if (work->surface.areas != NULL && !job->has_bbox)
        *box = cg_shapes_box_all (work->surface.areas->shapes);
    return TRUE;
}

/* A fifth of the bandwidth, rounded down to 1, 2 or 5 times a power of ten. */
static double
choose_cell (double bandwidth_m, const CgBox *box)
{
    double side = MAX (box->x_max - box->x_min, box->y_max - box->y_min);
    double least = MAX (bandwidth_m / 5, side / MAX_SIDE), power = 1e-6;
    static const double steps[] = { 1, 2, 5 };
    double cell = power;
    for (; power < 1e9; power *= 10)
        for (guint k = 0; k < 3; k++)
            if (steps[k] * power <= bandwidth_m / 5 || cell < least)
                cell = steps[k] * power;
    return cell;
}

/* Without a window the box is widened by what the kernel reaches. */
static CgBox
box_with_reach (const CgDensityFile *job, const Work *work, const CgBox *box, double bandwidth_m)
{
    if (job->has_bbox || work->surface.areas != NULL || job->surface.edge != CG_EDGE_NONE)
        return *box;
    double reach = (job->surface.kernel == CG_KERNEL_GAUSSIAN ? 3 : 1) * bandwidth_m;
    return (CgBox){ box->x_min - reach, box->y_min - reach, box->x_max + reach, box->y_max + reach };
}

/* A bandwidth that falls between the cells is raised: events would be lost without a word. */
static gboolean
lay_cells (const CgDensityFile *job, Work *work, const CgBox *box, GError **error)
{
    double wanted = work->surface.bandwidth_m;
    CgBox reached = box_with_reach (job, work, box, wanted);
    double cell_m = job->cell_m > 0 ? job->cell_m : choose_cell (wanted, &reached);
    double least = cg_density_least_bandwidth_m (job->surface.kernel, cell_m);
    work->raised_from_m = wanted < least ? wanted : NAN;
    work->surface.bandwidth_m = MAX (wanted, least);
    work->options.box = box_with_reach (job, work, box, work->surface.bandwidth_m);
    return cg_density_align (&work->options, cell_m, error);
}

/* Where cells are drawn no kernel of its own width may fall between them. */
static gboolean
adapt (const CgDensityFile *job, Work *work, GError **error)
{
    gboolean to_points = g_str_has_suffix (job->output, ".csv");
    double least_m =
        to_points ? 0 : cg_density_least_bandwidth_m (job->surface.kernel, work->options.cell_m);
    if (!cg_surface_adapt (&job->surface, work->points, least_m, &work->surface, error))
        return FALSE;
    cg_surface_fill (&job->surface, &work->surface, &work->options);
    return TRUE;
}

static gboolean
choose_options (const CgDensityFile *job, Work *work, const CgProgress *progress,
                GCancellable *cancel, GError **error)
{
    CgBox box;
    if (!choose_region (job, work, &box, error) ||
        !cg_surface_find_bandwidth (&job->surface, work->points, progress, cancel, &work->surface,
                                    error))
        return FALSE;
    work->raised_from_m = NAN;
    work->options.box = box;
    work->options.threads = job->threads;
    work->options.cancel = cancel;
    work->options.progress = progress;
    return (g_str_has_suffix (job->output, ".csv") || lay_cells (job, work, &box, error)) &&
           adapt (job, work, error);
}

/* ---- results ----------------------------------------------------------------------------------
 */

static gboolean
run_points (const CgDensityFile *job, Work *work, GError **error)
{
    const CgPlaces *p = work->points, *at = work->at != NULL ? work->at : p;
    gint64 start = g_get_monotonic_time ();
    work->value = g_new (double, (gsize) at->n + 1);
    g_autofree double *counted = NULL;
    if (job->moment.has) {
        counted = g_new (double, (gsize) p->n + 1);
        cg_moment_weights (p, &job->moment, counted);
    }
    if (!cg_density_at (p->n, p->x, p->y, counted != NULL ? counted : p->weight, &work->options, at->n,
                        at->x, at->y, work->value, NULL, error))
        return FALSE;
    for (guint32 i = 0; i < at->n; i++)
        if (isfinite (work->value[i]))
            work->peak_per_km2 = MAX (work->peak_per_km2, work->value[i]);
    work->density_s = (g_get_monotonic_time () - start) / 1e6;
    start = g_get_monotonic_time ();
    gboolean done = cg_export_point_values (
        job->output, at, job->moment.has ? "per_km2_day" : "per_km2", work->value, error);
    work->write_s = (g_get_monotonic_time () - start) / 1e6;
    return done;
}

static gboolean
run_raster (const CgDensityFile *job, Work *work, GError **error)
{
    const CgPlaces *p = work->points;
    gint64 start = g_get_monotonic_time ();
    work->density =
        job->moment.has
            ? cg_moment_density (p, &job->moment, &work->options, error)
            : cg_density_run (p->n, p->x, p->y, p->weight, &work->options, error);
    if (work->density == NULL || cg_app_is_stopped (work->options.cancel, error))
        return FALSE;
    work->density_s = (g_get_monotonic_time () - start) / 1e6;
    work->peak_per_km2 = work->density->peak_per_km2;
    const CgDensity *d = work->density;
    g_autofree char *bandwidth = g_strdup_printf ("%.15g", d->bandwidth_m);
    const char *const notes[] = { "TIFFTAG_SOFTWARE",
                                  "countygrid " CG_VERSION,
                                  "bandwidth_m",
                                  bandwidth,
                                  "kernel",
                                  cg_kernel_name (job->surface.kernel),
                                  "edge",
                                  cg_edge_name (job->surface.edge),
                                  job->surface.adaptive ? "adaptive" : NULL,
                                  "1",
                                  NULL };
    CgRasterBand band = { "density", "events per km2", d->per_km2 };
    if (job->moment.has)
        band = (CgRasterBand){ "density_per_day", "events per km2 and day", d->per_km2 };
    start = g_get_monotonic_time ();
    gboolean done = cg_export_raster (job->output, p->working_crs, &d->box, d->width, d->height, 1,
                                      &band, notes, work->options.cancel, error);
    work->write_s = (g_get_monotonic_time () - start) / 1e6;
    return done;
}

static void
count_events (Work *work)
{
    const CgPlaces *p = work->points;
    for (guint32 i = 0; i < p->n; i++) {
        if (!isfinite (p->x[i]) || !isfinite (p->y[i]) ||
            (p->weight != NULL && !isfinite (p->weight[i])))
            continue;
        work->n_events++;
        work->n_outside += work->surface.region != NULL &&
                           !cg_density_region_holds (work->surface.region, p->x[i], p->y[i]);
    }
}

static json_t *
make_report (const CgDensityFile *job, const Work *work)
{
    const CgDensityOptions *o = &work->options;
    json_t *report = json_pack (
        "{s:i, s:i, s:i, s:f, s:{s:f, s:f, s:f}, s:s}", "rows", (int) work->points->n, "events",
        (int) work->n_events, "outside", (int) work->n_outside, "peak_per_km2", work->peak_per_km2,
        "seconds", "read", work->read_s, "density", work->density_s, "write", work->write_s,
        "version", CG_VERSION);
    cg_surface_report (&job->surface, &work->surface, report);
    if (work->ratio != NULL)
        json_object_set (report, "ratio", work->ratio);
    if (job->moment.has)
        json_object_set_new (report, "moment", cg_moment_report (&job->moment));
    if (!g_str_has_suffix (job->output, ".csv")) {
        json_object_set_new (report, "size", json_pack ("[i, i]", (int) o->width, (int) o->height));
        json_object_set_new (report, "cell_m", json_real (o->cell_m));
        json_object_set_new (report, "bandwidth_raised_from_m",
                             isfinite (work->raised_from_m) ? json_real (work->raised_from_m)
                                                            : json_null ());
    } else {
        const CgPlaces *at = work->at != NULL ? work->at : work->points;
        json_object_set_new (report, "points", json_integer (at->n));
    }
    return report;
}

gboolean
cg_density_file (const CgDensityFile *job, CgImportReport *import_report,
                 const CgProgress *progress, GCancellable *cancel, json_t **out_report,
                 GError **error)
{
    g_auto (Work) work = { 0 };
    gint64 start = g_get_monotonic_time ();
    if (!read_all (job, &work, import_report, progress, cancel, error))
        return FALSE;
    work.read_s = (g_get_monotonic_time () - start) / 1e6;
    gboolean to_points = g_str_has_suffix (job->output, ".csv");
    if (!choose_options (job, &work, progress, cancel, error) ||
        !(work.second != NULL ? cg_density_ratio_run (job, &work, error)
          : to_points         ? run_points (job, &work, error)
                              : run_raster (job, &work, error)))
        return FALSE;
    count_events (&work);
    g_autoptr (json_t) report = make_report (job, &work);
    if (job->report != NULL && !cg_json_write (job->report, report, error))
        return FALSE;
    if (out_report != NULL)
        *out_report = g_steal_pointer (&report);
    return TRUE;
}
