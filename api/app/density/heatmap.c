#include "app/density/heatmap_internal.h"

#include <math.h>
#include <string.h>

#include "app/clock.h"
#include "app/density/points.h"
#include "app/json.h"
#include "app/window.h"
#include "base/error.h"
#include "normalise/crs.h"

/* ---- time span ---------------------------------------------------------------------------------------- */

/* One side of FROM/TO in local time; a bare date as the end means the end of that day. */
static gboolean
parse_side (const char *text, gboolean is_end, gint64 *out, GError **error)
{
    *out = CG_TIME_NONE;
    if (text[0] == '\0')
        return TRUE;
    g_autoptr (GTimeZone) zone = g_time_zone_new_offset (HEATMAP_LOCAL_S);
    gboolean bare = strlen (text) == 10;
    g_autofree char *full = bare ? g_strconcat (text, "T00:00:00", NULL) : g_strdup (text);
    g_strdelimit (full, " ", 'T');
    if (strlen (full) == 16) {
        char *seconds = g_strconcat (full, ":00", NULL);
        g_free (full);
        full = seconds;
    }
    g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (full, zone);
    if (time == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "--when: '%s' is no date; write 2026-01-31 or 2026-01-31T08:00",
                     text);
        return FALSE;
    }
    *out = g_date_time_to_unix (time) + (bare && is_end ? 86400 : 0);
    return TRUE;
}

gboolean
cg_parse_when (const char *text, gint64 *out_since_s, gint64 *out_until_s, GError **error)
{
    g_auto (GStrv) sides = g_strsplit (text, "/", -1);
    gint64 since, until;
    if (g_strv_length (sides) != 2) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "--when: '%s' is not FROM/TO", text);
        return FALSE;
    }
    if (!parse_side (sides[0], FALSE, &since, error) || !parse_side (sides[1], TRUE, &until, error))
        return FALSE;
    if (since != CG_TIME_NONE && until != CG_TIME_NONE && since >= until) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "--when: '%s' ends before it begins", text);
        return FALSE;
    }
    *out_since_s = since;
    *out_until_s = until;
    return TRUE;
}

/* ---- reading -------------------------------------------------------------------------------------------- */

typedef HeatmapWork Work;

static void
work_done (Work *work)
{
    cg_places_free (work->points);
    cg_keyed_areas_free (work->grids);
    cg_barriers_free (work->barriers);
    cg_surface_done (&work->surface);
    cg_density_free (work->density);
    cg_contours_free (work->contours);
    cg_hex_map_clear (&work->hexagons);
    heatmap_ratio_free (work->ratio);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_done)

static gboolean
read_all (const CgHeatmapFile *job, Work *work, CgImportReport *report, const CgProgress *progress,
          GCancellable *cancel, GError **error)
{
    CgPointsFile file = { job->points, job->crs, job->encoding, job->weight, .time = job->time,
                          .skip_bad = job->skip_bad };
    work->points = cg_points_read (&file, report, progress, cancel, error);
    if (work->points == NULL)
        return FALSE;
    CgImportOptions other = CG_IMPORT_OPTIONS_DEFAULT;
    other.working_crs = work->points->working_crs;
    if (job->grids != NULL) {
        g_autoptr (CgImportReport) grid_report = cg_import_report_new (job->grids);
        other.path = job->grids;
        work->grids = cg_import_keyed_areas (&other, NULL, NULL, grid_report, error);
        if (work->grids == NULL)
            return FALSE;
    }
    if (job->barriers != NULL) {
        g_autoptr (CgImportReport) barrier_report = cg_import_report_new (job->barriers);
        other.path = job->barriers;
        other.skip_bad = TRUE;
        other.none_will_do = TRUE;
        work->barriers = cg_import_barriers (&other, barrier_report, progress, cancel, error);
        if (work->barriers == NULL)
            return FALSE;
        cg_import_report_add_warnings (report, barrier_report);
    }
    return cg_surface_read (&job->surface, other.working_crs, &work->surface, error) &&
           heatmap_ratio_read (job, work, progress, cancel, error);
}

static gboolean
apply_when (const CgHeatmapFile *job, Work *work, GError **error)
{
    CgPlaces *points = work->points;
    const CgMoment *moment = &job->moment;
    if (!cg_points_keep_span (points, job->points, job->since_s, job->until_s, error) ||
        (moment->has && !cg_points_keep_span (points, job->points,
                                              moment->moment_s - moment->window_s,
                                              moment->moment_s + moment->window_s, error)))
        return FALSE;
    for (guint32 i = 0; i < points->n; i++)
        work->n_events += isfinite (points->x[i]) && isfinite (points->y[i]);
    return TRUE;
}

/* ---- the window in working metres ------------------------------------------------------------------------ */

/* As far as contours may lie from the outermost events: to 0.4 % of an event's own peak. */
static double
reach_of (const CgHeatmapFile *job, const Work *work)
{
    if (job->style != CG_HEATMAP_CONTOURS)
        return 0;
    double bandwidth_m =
        job->surface.bandwidth_m > 0
            ? job->surface.bandwidth_m
            : cg_density_bandwidth_m (work->points->n, work->points->x, work->points->y,
                                      work->points->weight, job->surface.kernel);
    return (job->surface.kernel == CG_KERNEL_GAUSSIAN ? 3.3 : 1) * bandwidth_m;
}

gboolean
heatmap_box (const CgHeatmapFile *job, const Work *work, CgBox *out, GError **error)
{
    if (job->has_bbox)
        return cg_window_to_working (&job->bbox, work->points->delivered_crs,
                                     work->points->working_crs, out, error);
    *out = CG_BOX_EMPTY;
    if (work->grids != NULL || work->surface.areas != NULL)
        *out = cg_shapes_box_all (work->grids != NULL ? work->grids->shapes
                                                      : work->surface.areas->shapes);
    gboolean by_areas = !cg_box_is_empty (out);
    for (guint32 i = 0; !by_areas && i < work->points->n; i++)
        if (isfinite (work->points->x[i]) && isfinite (work->points->y[i]))
            cg_box_add (out, work->points->x[i], work->points->y[i]);
    if (!cg_box_is_empty (out)) {
        double reach_m = by_areas ? 0 : reach_of (job, work);
        *out = (CgBox){ out->x_min - reach_m, out->y_min - reach_m, out->x_max + reach_m,
                        out->y_max + reach_m };
        return TRUE;
    }
    g_set_error (error, CG_ERROR, CG_ERROR_INPUT, "%s: no point with a place in it", job->points);
    return FALSE;
}

/* ---- drawing ------------------------------------------------------------------------------------------------ */

/* "2025-01-01 至 2025-12-31 · 1,234 起": first and last day of the events shown. */
static char *
span_text (const CgHeatmapFile *job, const Work *work)
{
    const CgPlaces *points = work->points;
    gint64 first = G_MAXINT64, last = G_MININT64;
    for (guint32 i = 0; points->time_s != NULL && i < points->n; i++)
        if (isfinite (points->x[i]) && points->time_s[i] != CG_TIME_NONE) {
            first = MIN (first, points->time_s[i]);
            last = MAX (last, points->time_s[i]);
        }
    CgLanguage language = job->language;
    g_autofree char *count = cg_format_count_in (language, work->density->n_used - work->density->n_outside);
    if (job->moment.has) {
        g_autofree char *at = cg_app_local_text (job->moment.moment_s, "%Y-%m-%d %H:%M");
        double days = (double) job->moment.window_s / 86400;
        g_autofree char *span = cg_format_number_in (language, days >= 2 ? days : days * 24, 1);
        return g_strdup_printf (cg_word (language, "%s 前后各 %s %s · 图中 %s 起"), at, span,
                                cg_word (language, days >= 2 ? "天" : "小时"), count);
    }
    if (first > last)
        return g_strdup_printf (cg_word (language, "图中 %s 起"), count);
    g_autofree char *from = cg_app_local_text (first, "%Y-%m-%d"), *to = cg_app_local_text (last, "%Y-%m-%d");
    return g_strdup_printf (cg_word (language, "%s 至 %s · 图中 %s 起"), from, to, count);
}

char *
heatmap_method_text (const Work *work, const CgHeatmapFile *job, double bandwidth_m)
{
    g_autofree char *bandwidth = cg_format_length_m (bandwidth_m < 10 ? bandwidth_m : round (bandwidth_m));
    CgLanguage language = job->language;
    return g_strdup_printf (cg_word (language, "核密度 (%s), %s %s%s%s · countygrid %s"),
                            cg_kernel_name (job->surface.kernel),
                            cg_word (language, job->surface.adaptive ? "自适应带宽, 基准" : "带宽"), bandwidth,
                            job->surface.bandwidth_m > 0 ? "" : cg_word (language, " (自动)"),
                            job->surface.edge == CG_EDGE_NONE ? "" : cg_word (language, ", 边界校正"), CG_VERSION);
}

/* The bandwidth asked for or found, but none that falls between the pixels. */
gboolean
heatmap_bandwidth (const CgHeatmapFile *job, Work *work, GCancellable *cancel, CgDensityOptions *options,
                  GError **error)
{
    double pixel_x = (options->box.x_max - options->box.x_min) / options->width;
    double pixel_y = (options->box.y_max - options->box.y_min) / options->height;
    double least = cg_density_least_bandwidth_m (job->surface.kernel, MAX (pixel_x, pixel_y));
    if (!cg_surface_find_bandwidth (&job->surface, work->points, work->progress, cancel, &work->surface, error))
        return FALSE;
    double wanted = work->surface.bandwidth_m;
    work->raised_from_m = wanted < least ? wanted : NAN;
    work->surface.bandwidth_m = MAX (wanted, least);
    if (!cg_surface_adapt (&job->surface, work->points, least, &work->surface, error))
        return FALSE;
    cg_surface_fill (&job->surface, &work->surface, options);
    return TRUE;
}

static gboolean
density_options (const CgHeatmapFile *job, Work *work, const CgMapView *view, GCancellable *cancel,
                 CgDensityOptions *out, GError **error)
{
    *out = (CgDensityOptions){ .box = view->box,
                               .width = (guint32) MAX (1, lround (view->rect.width)),
                               .height = (guint32) MAX (1, lround (view->rect.height)) };
    return cg_surface_set_region (&job->surface, &view->box, &work->surface, error) &&
           heatmap_bandwidth (job, work, cancel, out, error);
}

static gboolean
run_density (const CgHeatmapFile *job, Work *work, const CgMapView *view, GCancellable *cancel, GError **error)
{
    const CgPlaces *p = work->points;
    gint64 start = g_get_monotonic_time ();
    CgDensityOptions options;
    if (!density_options (job, work, view, cancel, &options, error))
        return FALSE;
    gboolean done;
    if (heatmap_is_ratio (job)) {
        done = heatmap_ratio_run (job, work, &options, error);
    } else {
        work->density = job->moment.has
                            ? cg_moment_density (p, &job->moment, &options, error)
                            : cg_density_run (p->n, p->x, p->y, p->weight, &options, error);
        done = work->density != NULL && heatmap_style_run (job, work, view, error);
    }
    work->density_s = (g_get_monotonic_time () - start) / 1e6;
    return done;
}

CgHeat
heatmap_heat (const CgHeatmapFile *job, double peak_per_km2)
{
    return (CgHeat){ .palette = job->palette != NULL ? cg_palette_find (job->palette) : NULL,
                     .full_per_km2 = cg_map_heat_full (peak_per_km2),
                     .peak_per_km2 = peak_per_km2,
                     .power = 0.5 };
}

void
heatmap_draw_below (const Work *work, CgCanvas *canvas, const CgMapView *view)
{
    cg_map_ground (canvas, view);
    if (work->grids != NULL)
        cg_map_land (canvas, view, work->grids->shapes);
    if (work->barriers != NULL)
        cg_map_barriers (canvas, view, work->barriers);
}

void
heatmap_draw_borders (const Work *work, CgCanvas *canvas, const CgMapView *view)
{
    if (work->surface.areas != NULL)
        cg_map_borders (canvas, view, work->surface.areas->shapes,
                        work->surface.areas->n > 1 ? CG_LEVEL_GRID : CG_LEVEL_COUNTY);
    if (work->grids != NULL)
        cg_map_borders (canvas, view, work->grids->shapes, CG_LEVEL_GRID);
}

static void
draw_map (const CgHeatmapFile *job, Work *work, CgCanvas *canvas, const CgMapView *view)
{
    CgHeat heat = heatmap_heat (job, work->density->peak_per_km2);
    heatmap_draw_below (work, canvas, view);
    if (work->ratio != NULL)
        heatmap_ratio_draw (work, canvas, view);
    else
        heatmap_style_draw (job, work, canvas, view, &heat);
    heatmap_draw_borders (work, canvas, view);
    if (work->ratio == NULL)
        heatmap_style_legend (job, work, canvas, view, &heat);
    else if (job->legend)
        heatmap_ratio_legend (job, work, canvas, view);
    if (!job->bare)
        cg_map_scale_bar (canvas, view, CG_CORNER_SW);
}

/* ---- the surface alone -------------------------------------------------------------------------------------- */

static gboolean
write_bytes (const char *path, GBytes *bytes, GError **error)
{
    g_autoptr (GError) failed = NULL;
    if (g_file_set_contents_full (path, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes),
                                  G_FILE_SET_CONTENTS_CONSISTENT, 0644, &failed))
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_IO, "%s: %s", path, failed->message);
    return FALSE;
}

/* Nothing but heat as a PNG: from the points to the file without a sheet between. */
static gboolean
draw_heat_alone (const CgHeatmapFile *job, Work *work, const CgMapView *view, const CgTheme *theme,
                 GCancellable *cancel, GError **error)
{
    const CgPlaces *p = work->points;
    gint64 start = g_get_monotonic_time ();
    CgDensityOptions options;
    if (!density_options (job, work, view, cancel, &options, error))
        return FALSE;
    g_autoptr (CgDensityField) field = cg_density_field_new (p->n, p->x, p->y, p->weight, &options, error);
    double peak_per_km2;
    if (field == NULL || !cg_density_field_peak (field, 1, &peak_per_km2, error))
        return FALSE;
    work->density = g_memdup2 (cg_density_field_info (field), sizeof *work->density);
    work->density->per_km2 = NULL; /* the field's own */
    work->density->peak_per_km2 = peak_per_km2;
    work->density_s = (g_get_monotonic_time () - start) / 1e6;
    start = g_get_monotonic_time ();
    g_autofree char *method = heatmap_method_text (work, job, work->density->bandwidth_m);
    const CgPngNote notes[] = { { "Software", "countygrid " CG_VERSION }, { "Options", method } };
    CgHeat heat = heatmap_heat (job, peak_per_km2);
    g_autoptr (GBytes) bytes = cg_map_heat_png (field, &heat, theme, FALSE, G_N_ELEMENTS (notes), notes, error);
    gboolean written = bytes != NULL && write_bytes (job->output, bytes, error);
    work->encode_s = (g_get_monotonic_time () - start) / 1e6;
    return written;
}

/* Of hexagons their size, of the others the kernel. */
static char *
style_text (const CgHeatmapFile *job, const Work *work)
{
    if (heatmap_is_ratio (job))
        return heatmap_ratio_method (job, work);
    if (job->style == CG_HEATMAP_HEXBIN)
        return g_strdup_printf ("%s · countygrid %s", work->hexagons.method, CG_VERSION);
    return heatmap_method_text (work, job, work->density->bandwidth_m);
}

/* The window fills the sheet. */
static gboolean
draw_bare (const CgHeatmapFile *job, Work *work, CgFormat format, const CgBox *box, const CgTheme *theme,
           GCancellable *cancel, GError **error)
{
    g_autoptr (CgCanvas) canvas = cg_canvas_new (format, job->width, job->height, theme, error);
    CgMapView view;
    if (canvas == NULL ||
        !cg_map_view_fit (&view, box, cg_canvas_rect (canvas), job->has_bbox ? 0 : 0.04, error))
        return FALSE;
    cg_canvas_set_language (canvas, job->language);
    if (format == CG_FORMAT_PNG && job->grids == NULL && job->barriers == NULL && !job->legend &&
        job->style == CG_HEATMAP_SURFACE && !heatmap_is_ratio (job) && !job->moment.has)
        return draw_heat_alone (job, work, &view, theme, cancel, error);
    if (!run_density (job, work, &view, cancel, error))
        return FALSE;
    gint64 start = g_get_monotonic_time ();
    g_autofree char *method = style_text (job, work);
    draw_map (job, work, canvas, &view);
    cg_canvas_note (canvas, "Software", "countygrid " CG_VERSION);
    cg_canvas_note (canvas, "Options", method);
    work->draw_s = (g_get_monotonic_time () - start) / 1e6;
    start = g_get_monotonic_time ();
    gboolean written = cg_canvas_write (canvas, job->output, error);
    work->encode_s = (g_get_monotonic_time () - start) / 1e6;
    return written;
}

/* ---- the whole sheet ---------------------------------------------------------------------------------------- */

static gboolean
draw (const CgHeatmapFile *job, Work *work, GCancellable *cancel, GError **error)
{
    CgFormat format;
    if (!cg_format_parse (job->output, &format)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "%s: the name must end in .png, .svg or .pdf", job->output);
        return FALSE;
    }
    CgBox box;
    if (!heatmap_box (job, work, &box, error))
        return FALSE;
    const CgTheme *theme = cg_theme_find (job->theme != NULL ? job->theme : "dark");
    if (job->bare)
        return draw_bare (job, work, format, &box, theme, cancel, error);
    g_autoptr (CgCanvas) canvas = cg_canvas_new (format, job->width, job->height, theme, error);
    if (canvas == NULL)
        return FALSE;
    cg_canvas_set_language (canvas, job->language);
    /* The frame's texts need the counts that the density finds, and the density needs the frame's rectangle:
     * lines of the same height stand in first. */
    const char *title = heatmap_is_ratio (job) ? heatmap_ratio_title (job) : heatmap_style_title (job);
    CgMapFrame frame = { job->title != NULL ? job->title : title, " ", " " };
    g_autoptr (CgCanvas) trial = cg_canvas_new_clear (CG_FORMAT_SVG, job->width, job->height, theme, error);
    if (trial == NULL)
        return FALSE;
    cg_canvas_set_language (trial, job->language);
    CgMapView view;
    CgRect rect = cg_map_frame (trial, cg_canvas_rect (trial), &frame);
    if (!cg_map_view_fit (&view, &box, rect, job->has_bbox ? 0 : 0.04, error) || !run_density (job, work, &view, cancel, error))
        return FALSE;
    gint64 start = g_get_monotonic_time ();
    g_autofree char *span = span_text (job, work), *method = style_text (job, work);
    frame.span = span;
    frame.source = method;
    cg_map_frame (canvas, cg_canvas_rect (canvas), &frame);
    draw_map (job, work, canvas, &view);
    cg_canvas_note (canvas, "Software", "countygrid " CG_VERSION);
    cg_canvas_note (canvas, "Options", method);
    work->draw_s = (g_get_monotonic_time () - start) / 1e6;
    start = g_get_monotonic_time ();
    gboolean written = cg_canvas_write (canvas, job->output, error);
    work->encode_s = (g_get_monotonic_time () - start) / 1e6;
    return written;
}

static json_t *
make_report (const CgHeatmapFile *job, const Work *work)
{
    const CgDensity *density = work->density;
    json_t *raised = isfinite (work->raised_from_m) ? json_real (work->raised_from_m) : json_null ();
    json_t *report = json_pack ("{s:i, s:i, s:i, s:o, s:f, s:[i, i], s:{s:f, s:f, s:f, s:f}, s:s}", "rows",
                                (int) work->points->n, "events", (int) work->n_events, "outside",
                                (int) (work->n_events - density->n_used + density->n_outside), "bandwidth_raised_from_m", raised, "peak_per_km2",
                                density->peak_per_km2, "size", (int) job->width, (int) job->height, "seconds",
                                "read", work->read_s, "density", work->density_s, "draw", work->draw_s, "encode",
                                work->encode_s, "version", CG_VERSION);
    cg_surface_report (&job->surface, &work->surface, report);
    heatmap_style_report (job, work, report);
    if (work->ratio != NULL)
        heatmap_ratio_report (job, work, report);
    if (job->moment.has)
        json_object_set_new (report, "moment", cg_moment_report (&job->moment));
    return report;
}

static gboolean
check_moment (const CgHeatmapFile *job, GError **error)
{
    const char *what = NULL;
    if (!job->moment.has)
        return TRUE;
    if (heatmap_is_ratio (job))
        what = "--moment: of a density, not of a rate or a risk";
    else if (job->style != CG_HEATMAP_SURFACE)
        what = "--moment: with --style heat only";
    else if (job->n_frames > 0 || job->step_s != 0)
        what = "--moment: is one picture; with --frames, --window alone says what they show";
    else if (job->surface.edge != CG_EDGE_NONE || job->surface.adaptive)
        what = "--moment: takes neither --edge nor an adaptive bandwidth";
    if (what != NULL)
        g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT, what);
    return what == NULL;
}

gboolean
cg_heatmap_file (const CgHeatmapFile *job, CgImportReport *import_report, const CgProgress *progress,
                 GCancellable *cancel, json_t **out_report, GError **error)
{
    if (job->palette != NULL && cg_palette_find (job->palette) == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "--palette: '%s' is not known", job->palette);
        return FALSE;
    }
    if (job->theme != NULL && cg_theme_find (job->theme) == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "--theme: '%s' is not known", job->theme);
        return FALSE;
    }
    if (!heatmap_ratio_check (job, error) || !check_moment (job, error))
        return FALSE;
    g_auto (Work) work = { .progress = progress };
    gint64 start = g_get_monotonic_time ();
    if (!read_all (job, &work, import_report, progress, cancel, error))
        return FALSE;
    gboolean moves = job->n_frames > 0 || job->step_s != 0;
    if (!moves && !apply_when (job, &work, error))
        return FALSE;
    work.read_s = (g_get_monotonic_time () - start) / 1e6;
    g_autoptr (json_t) report = NULL;
    if (moves ? !heatmap_frames (job, &work, progress, cancel, &report, error)
              : !draw (job, &work, cancel, error))
        return FALSE;
    if (!moves)
        report = make_report (job, &work);
    if (job->report != NULL && !cg_json_write (job->report, report, error))
        return FALSE;
    if (out_report != NULL)
        *out_report = g_steal_pointer (&report);
    return TRUE;
}
