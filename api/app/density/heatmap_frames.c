/* A heat map that moves: one frame a step of time, from sums that events enter and leave. */
#include "app/density/heatmap_internal.h"

#include "analyse/density_live.h"
#include "app/screen/moving.h"
#include "base/error.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STAMP_BAR_VH 22.0
/* Lattice spacings in a bandwidth, as those of a density that is not live. */
#define GAUSSIAN_SPACINGS 6.0
#define DISC_SPACINGS 24.0

typedef struct {
    gint64 time_s;
    guint32 row;
} Event;

typedef struct {
    const CgHeatmapFile *job;
    HeatmapWork *work;
    const CgProgress *progress;
    GCancellable *cancel;
    HeatmapTimes times;
    GArray *events; /* Event, by time */
    CgMapView view;
    CgDensityOptions options;
    CgHeat heat;
    CgCanvas *below, *above; /* what every frame has */
    /* the running sums: events before `in` have entered, those before `out` have left again */
    CgDensityLive *live;
    guint in, out;
    gint64 shown; /* of these, in the window */
    json_t *list;
} Frames;

static void
frames_done (Frames *frames)
{
    heatmap_times_clear (&frames->times);
    g_clear_pointer (&frames->events, g_array_unref);
    cg_canvas_free (frames->below);
    cg_canvas_free (frames->above);
    cg_density_live_free (frames->live);
    json_decref (frames->list);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Frames, frames_done)

/* ---- events
 * -------------------------------------------------------------------------------------- */

static int
by_time (gconstpointer a, gconstpointer b)
{
    const Event *one = a, *two = b;
    if (one->time_s != two->time_s)
        return one->time_s < two->time_s ? -1 : 1;
    return one->row < two->row ? -1 : one->row > two->row;
}

static gboolean
find_times (Frames *frames, GError **error)
{
    const CgHeatmapFile *job = frames->job;
    const CgPlaces *points = frames->work->points;
    gint64 first_s = G_MAXINT64, last_s = G_MININT64;
    for (guint32 i = 0; points->time_s != NULL && i < points->n; i++) {
        gint64 time_s = points->time_s[i];
        if (!isfinite (points->x[i]) || !isfinite (points->y[i]) || time_s == CG_TIME_NONE ||
            (job->since_s != CG_TIME_NONE && time_s < job->since_s) ||
            (job->until_s != CG_TIME_NONE && time_s >= job->until_s))
            continue;
        first_s = MIN (first_s, time_s);
        last_s = MAX (last_s, time_s);
    }
    if (first_s > last_s) {
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT, "%s: %s, --frames needs them", job->points,
                     points->time_s == NULL ? "no column of times found"
                                            : "no point with a place and a time");
        return FALSE;
    }
    return heatmap_times_init (job, first_s, last_s, &frames->times, error);
}

/* Points of no frame lose their place, so that neither window nor bandwidth counts them. */
static void
collect_events (Frames *frames)
{
    CgPlaces *points = frames->work->points;
    const HeatmapTimes *times = &frames->times;
    frames->events = g_array_new (FALSE, FALSE, sizeof (Event));
    for (guint32 i = 0; i < points->n; i++) {
        Event event = { points->time_s[i], i };
        gboolean weighed = points->weight == NULL || isfinite (points->weight[i]);
        if (weighed && isfinite (points->x[i]) && isfinite (points->y[i]) &&
            event.time_s != CG_TIME_NONE && event.time_s >= times->from_s[0] &&
            event.time_s < times->until_s[times->n - 1])
            g_array_append_val (frames->events, event);
        else
            points->x[i] = points->y[i] = NAN;
    }
    g_array_sort (frames->events, by_time);
    frames->work->n_events = frames->events->len;
}

static gboolean
is_shown (const Frames *frames, const Event *event)
{
    const CgPlaces *points = frames->work->points;
    const CgBox *box = &frames->view.box;
    double x = points->x[event->row], y = points->y[event->row];
    return x >= box->x_min && x <= box->x_max && y >= box->y_min && y <= box->y_max;
}

static gboolean
count_event (Frames *frames, const Event *event, int sign, GError **error)
{
    const CgPlaces *points = frames->work->points;
    const CgBox *box = &frames->view.box;
    double x = points->x[event->row], y = points->y[event->row];
    double weight = points->weight != NULL ? points->weight[event->row] : 1.0;
    frames->shown +=
        x >= box->x_min && x <= box->x_max && y >= box->y_min && y <= box->y_max ? sign : 0;
    return cg_density_live_add (frames->live, 0, 0, x, y, sign * weight, error);
}

/* The sums for frame k: what is new enters, what is over leaves to the last bit. */
static CgDensity *
run_frame (Frames *frames, guint k, GError **error)
{
    const CgLiveSelection all = { .from_s = 0, .until_s = 1 };
    const GArray *events = frames->events;
    for (; frames->in < events->len; frames->in++) {
        const Event *event = &g_array_index (events, Event, frames->in);
        if (event->time_s >= frames->times.until_s[k])
            break;
        if (!count_event (frames, event, 1, error))
            return NULL;
    }
    for (; frames->out < frames->in; frames->out++) {
        const Event *event = &g_array_index (events, Event, frames->out);
        if (event->time_s >= frames->times.from_s[k])
            break;
        if (!count_event (frames, event, -1, error))
            return NULL;
    }
    return cg_density_live_run (frames->live, &all, &frames->options, error);
}

static gboolean
rewind_live (Frames *frames, GError **error)
{
    double spacings =
        frames->job->surface.kernel == CG_KERNEL_GAUSSIAN ? GAUSSIAN_SPACINGS : DISC_SPACINGS;
    g_clear_pointer (&frames->live, cg_density_live_free);
    frames->in = frames->out = 0;
    frames->shown = 0;
    frames->live = cg_density_live_new (frames->options.bandwidth_m / spacings, 3600, error);
    return frames->live != NULL;
}

static gboolean
step (const Frames *frames, const char *what, guint k, GError **error)
{
    cg_progress (frames->progress, what, k, frames->times.n);
    return !g_cancellable_set_error_if_cancelled (frames->cancel, error);
}

/* ---- one scale for all
 * --------------------------------------------------------------------------- */

static void
note_frame (Frames *frames, guint k, double peak_per_km2)
{
    g_autofree char *from = heatmap_time_iso (frames->times.from_s[k]);
    g_autofree char *until = heatmap_time_iso (frames->times.until_s[k]);
    json_array_append_new (frames->list, json_pack ("{s:s, s:s, s:I, s:f}", "from", from, "until",
                                                    until, "events", (json_int_t) frames->shown,
                                                    "peak_per_km2", peak_per_km2));
}

static gboolean
find_scale (Frames *frames, GError **error)
{
    gint64 start = g_get_monotonic_time ();
    double peak_per_km2 = 0.0;
    if (!rewind_live (frames, error))
        return FALSE;
    for (guint k = 0; k < frames->times.n; k++) {
        g_autoptr (CgDensity) density = NULL;
        if (!step (frames, "frames measured", k, error) ||
            (density = run_frame (frames, k, error)) == NULL)
            return FALSE;
        peak_per_km2 = MAX (peak_per_km2, density->peak_per_km2);
        note_frame (frames, k, density->peak_per_km2);
    }
    frames->heat = heatmap_heat (frames->job, peak_per_km2);
    frames->work->density_s = (g_get_monotonic_time () - start) / 1e6;
    return TRUE;
}

/* ---- what every frame has
 * ------------------------------------------------------------------------- */

static char *
span_text (const Frames *frames)
{
    const HeatmapTimes *times = &frames->times;
    g_autofree char *all = heatmap_times_text (
        frames->job->language,
        frames->job->window_s > 0 ? times->until_s[0] - times->step_s : times->from_s[0],
        times->until_s[times->n - 1]);
    CgLanguage language = frames->job->language;
    g_autofree char *count = cg_format_count_in (language, frames->events->len);
    return g_strdup_printf (cg_word (language, "%s · %u 帧 · 共 %s 起"), all, times->n, count);
}

/* Fits the window below title and above source. */
static gboolean
fit_view (Frames *frames, const CgBox *box, const CgMapFrame *frame, GError **error)
{
    const CgHeatmapFile *job = frames->job;
    CgRect rect = cg_canvas_rect (frames->below);
    if (!job->bare)
        rect = cg_map_frame (frames->below, rect, frame);
    return cg_map_view_fit (&frames->view, box, rect, job->has_bbox ? 0 : 0.04, error);
}

static gboolean
find_bandwidth (Frames *frames, GError **error)
{
    frames->options =
        (CgDensityOptions){ .box = frames->view.box,
                            .width = (guint32) MAX (1, lround (frames->view.rect.width)),
                            .height = (guint32) MAX (1, lround (frames->view.rect.height)) };
    return heatmap_bandwidth (frames->job, frames->work, frames->cancel, &frames->options, error);
}

static gboolean
draw_still (Frames *frames, const CgBox *box, GError **error)
{
    const CgHeatmapFile *job = frames->job;
    const CgTheme *theme = cg_theme_find (job->theme != NULL ? job->theme : "dark");
    g_autofree char *span = span_text (frames);
    CgMapFrame frame = { job->title != NULL ? job->title : cg_word (job->language, "事件热力图"), span, " " };
    g_autoptr (CgCanvas) trial = NULL;
    frames->below = cg_canvas_new (CG_FORMAT_PNG, job->width, job->height, theme, error);
    /* The source's text needs the bandwidth, which needs the view that the text leaves. */
    if (frames->below != NULL)
        cg_canvas_set_language (frames->below, job->language);
    if (frames->below == NULL || !fit_view (frames, box, &frame, error) ||
        !find_bandwidth (frames, error))
        return FALSE;
    g_autofree char *method = heatmap_method_text (frames->work, job, frames->options.bandwidth_m);
    frame.source = method;
    trial = g_steal_pointer (&frames->below);
    frames->below = cg_canvas_new (CG_FORMAT_PNG, job->width, job->height, theme, error);
    frames->above = cg_canvas_new_clear (CG_FORMAT_PNG, job->width, job->height, theme, error);
    if (frames->below == NULL || frames->above == NULL)
        return FALSE;
    cg_canvas_set_language (frames->below, job->language);
    cg_canvas_set_language (frames->above, job->language);
    if (!fit_view (frames, box, &frame, error))
        return FALSE;
    heatmap_draw_below (frames->work, frames->below, &frames->view);
    heatmap_draw_borders (frames->work, frames->above, &frames->view);
    return TRUE;
}

static void
draw_legend (Frames *frames)
{
    CgLanguage language = frames->job->language;
    CgLegend legend = { .title = cg_word (language, "事件密度"),
                        .unit = cg_word (language, "起/km²"),
                        .heat = &frames->heat };
    if (frames->job->legend)
        cg_map_legend (frames->above, &frames->view, &legend, CG_CORNER_SE);
    if (!frames->job->bare)
        cg_map_scale_bar (frames->above, &frames->view, CG_CORNER_SW);
}

/* ---- a frame
 * ---------------------------------------------------------------------------------------- */

/* Time and count of the frame, and how far it is through the whole. */
static void
draw_stamp (const Frames *frames, CgCanvas *canvas, guint k)
{
    const CgTheme *theme = cg_canvas_theme (canvas);
    double vh = cg_canvas_vh (canvas), line = cg_canvas_line_height (canvas, CG_TEXT_TITLE);
    double small = cg_canvas_line_height (canvas, CG_TEXT_BODY);
    CgText big = { .size = CG_TEXT_TITLE, .bold = TRUE, .colour = theme->text };
    CgText quiet = { .size = CG_TEXT_BODY, .colour = theme->text2 };
    g_autofree char *time =
        heatmap_times_text (frames->job->language, frames->times.from_s[k], frames->times.until_s[k]);
    g_autofree char *number = cg_format_count_in (frames->job->language, frames->shown);
    g_autofree char *count = g_strdup_printf (cg_word (frames->job->language, "图中 %s 起"), number);
    double width = MAX (cg_canvas_measure (canvas, 0, 0, time, &big).width, STAMP_BAR_VH * vh);
    CgRect box = { frames->view.rect.x + 1.2 * vh, frames->view.rect.y + 1.2 * vh, width + 2 * vh,
                   line + small + 3 * vh };
    double left = box.x + vh, y = box.y + vh + line / 2;
    cg_canvas_fill (canvas, box, cg_colour_alpha (theme->panel, 0.9));
    cg_canvas_frame (canvas, box, theme->hairline, 0.08);
    cg_canvas_text (canvas, left, y, time, &big);
    cg_canvas_text (canvas, left, y + (line + small) / 2, count, &quiet);
    CgRect bar = { left, box.y + box.height - 1.2 * vh, width, 0.5 * vh };
    CgRect done = bar;
    done.width = width * (k + 1) / frames->times.n;
    cg_canvas_fill (canvas, bar, theme->hairline);
    cg_canvas_fill (canvas, done, theme->accent);
}

static CgCanvas *
draw_frame (guint k, gpointer user_data, GError **error)
{
    Frames *frames = user_data;
    if (!step (frames, "frames", k, error))
        return NULL;
    g_autoptr (CgDensity) density = run_frame (frames, k, error);
    g_autoptr (CgCanvas) canvas =
        density != NULL ? cg_canvas_new (CG_FORMAT_PNG, frames->job->width, frames->job->height,
                                         cg_canvas_theme (frames->below), error)
                        : NULL;
    if (canvas == NULL)
        return NULL;
    cg_canvas_paint (canvas, frames->below);
    cg_map_heat (canvas, &frames->view, density, &frames->heat);
    cg_canvas_paint (canvas, frames->above);
    draw_stamp (frames, canvas, k);
    return g_steal_pointer (&canvas);
}

static gboolean
check_job (const CgHeatmapFile *job, GError **error)
{
    const char *problem = NULL;
    if (job->style != CG_HEATMAP_SURFACE)
        problem = "--frames: of the style heat only";
    else if (job->surface.adaptive || job->surface.edge != CG_EDGE_NONE)
        problem = "--frames: one bandwidth and no edge correction, or frames could not be compared";
    if (problem == NULL)
        return cg_moving_check (job->output, error);
    g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT, problem);
    return FALSE;
}

static gboolean
check_pixels (const Frames *frames, GError **error)
{
    guint64 pixels = (guint64) frames->job->width * frames->job->height * frames->times.n;
    if (pixels <= CG_HEATMAP_MAX_MOVED_PIXELS)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                 "%u frames of %u x %u: over %.0f million pixels; fewer frames or a smaller --size",
                 frames->times.n, frames->job->width, frames->job->height,
                 CG_HEATMAP_MAX_MOVED_PIXELS / 1e6);
    return FALSE;
}

static json_t *
make_report (const Frames *frames)
{
    const CgHeatmapFile *job = frames->job;
    const HeatmapWork *work = frames->work;
    gint64 step_s = frames->times.step_s;
    guint32 outside = 0;
    for (guint i = 0; i < frames->events->len; i++)
        outside += !is_shown (frames, &g_array_index (frames->events, Event, i));
    json_t *raised =
        isfinite (work->raised_from_m) ? json_real (work->raised_from_m) : json_null ();
    json_t *report =
        json_pack ("{s:i, s:i, s:i, s:o, s:f, s:f, s:[i, i], s:{s:f, s:f, s:f}, s:s}", "rows",
                   (int) work->points->n, "events", (int) work->n_events, "outside", (int) outside,
                   "bandwidth_raised_from_m", raised, "peak_per_km2", frames->heat.peak_per_km2,
                   "full_per_km2", frames->heat.full_per_km2, "size", (int) job->width,
                   (int) job->height, "seconds", "read", work->read_s, "density", work->density_s,
                   "draw", work->draw_s, "version", CG_VERSION);
    json_object_set_new (report, "step_s", json_integer (step_s));
    json_object_set_new (report, "window_s",
                         json_integer (job->window_s > 0 ? job->window_s : step_s));
    json_object_set (report, "frames", frames->list);
    cg_surface_report (&job->surface, &work->surface, report);
    return report;
}

gboolean
heatmap_frames (const CgHeatmapFile *job, HeatmapWork *work, const CgProgress *progress,
                GCancellable *cancel, json_t **out_report, GError **error)
{
    g_auto (Frames) frames = {
        .job = job, .work = work, .progress = progress, .cancel = cancel, .list = json_array ()
    };
    CgBox box;
    if (!check_job (job, error) || !find_times (&frames, error) || !check_pixels (&frames, error))
        return FALSE;
    collect_events (&frames);
    if (!heatmap_box (job, work, &box, error) || !draw_still (&frames, &box, error) ||
        !find_scale (&frames, error) || !rewind_live (&frames, error))
        return FALSE;
    gint64 start = g_get_monotonic_time ();
    draw_legend (&frames);
    if (!cg_moving_write (job->output, frames.times.n, job->width, job->height, job->frame_ms,
                          draw_frame, &frames, error))
        return FALSE;
    work->draw_s = (g_get_monotonic_time () - start) / 1e6;
    *out_report = make_report (&frames);
    return TRUE;
}
