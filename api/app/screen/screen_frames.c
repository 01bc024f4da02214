/* The heat map of a county as it moves: a file, or a file a frame. */
#include "app/density/heatmap_internal.h"
#include "app/screen/moving.h"
#include "app/screen/screen_internal.h"
#include "app/status.h"

#include "base/error.h"

#include <string.h>

typedef struct {
    const CgScreen *screen;
    const char *name;
    const CgScreenOptions *options;
    HeatmapTimes times;
    double bandwidth_m, peak_per_km2;
    guint width, height;
    json_t *list;
} Film;

static void
film_clear (Film *film)
{
    heatmap_times_clear (&film->times);
    g_clear_pointer (&film->list, json_decref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Film, film_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ScreenEvents, screen_events_clear)

static gboolean
find_times (const CgScreenMotion *motion, gint64 since_s, gint64 until_s, HeatmapTimes *out,
            GError **error)
{
    CgHeatmapFile steps = { .since_s = since_s, .until_s = until_s };
    if (!cg_heatmap_parse_frames (motion->frames, &steps, error))
        return FALSE;
    if (motion->window != NULL && !cg_parse_time_span (motion->window, &steps.window_s)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "--window: '%s' is no span of time; write 90min, 6h, 7d or 2w",
                     motion->window);
        return FALSE;
    }
    return heatmap_times_init (&steps, since_s, until_s - 1, out, error);
}

/* One bandwidth, by all events of the film, and the scale of its strongest frame. */
static gboolean
find_scale (Film *film, const ScreenJob *job, gint64 since_s, gint64 until_s, GError **error)
{
    g_auto (ScreenEvents) all = { 0 };
    screen_heat_events (job, since_s, until_s, &all);
    film->bandwidth_m = job->bandwidth_m > 0.0 ? job->bandwidth_m
                                               : screen_bandwidth (job->screen, &all, NULL);
    for (guint k = 0; k < film->times.n; k++) {
        g_auto (ScreenEvents) events = { 0 };
        gint64 from_s = film->times.from_s[k], to_s = film->times.until_s[k];
        screen_heat_events (job, from_s, to_s, &events);
        g_autofree char *from = heatmap_time_iso (from_s), *to = heatmap_time_iso (to_s);
        json_array_append_new (film->list, json_pack ("{s:s, s:s, s:i}", "from", from, "until", to,
                                                      "events", (int) events.n));
        if (!screen_peak (&events, &job->screen->box, film->bandwidth_m, &film->peak_per_km2,
                          error))
            return FALSE;
    }
    return TRUE;
}

static CgCanvas *
draw_frame (guint k, gpointer user_data, GError **error)
{
    const Film *film = user_data;
    if (cg_app_is_stopped (film->options->cancel, error))
        return NULL;
    cg_progress (film->options->progress, "frames", k, film->times.n);
    g_autoptr (ScreenOrder) order =
        screen_order_new (film->screen, film->name, film->options, error);
    if (order == NULL)
        return NULL;
    ScreenJob *job = screen_order_job (order);
    job->since_s = film->times.from_s[k];
    job->until_s = film->times.until_s[k];
    job->bandwidth_m = film->bandwidth_m;
    job->peak_per_km2 = film->peak_per_km2;
    return screen_draw_heat (job, NULL, FALSE, error) ? screen_order_take (order) : NULL;
}

static gboolean
check_pixels (const Film *film, GError **error)
{
    guint64 pixels = (guint64) film->width * film->height * film->times.n;
    if (pixels <= CG_SCREEN_MAX_MOVED_PIXELS)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                 "%u frames of %u x %u: over %.0f million pixels; fewer frames or a smaller --size",
                 film->times.n, film->width, film->height, CG_SCREEN_MAX_MOVED_PIXELS / 1e6);
    return FALSE;
}

json_t *
cg_screen_render_frames (const CgScreen *screen, const char *name, const CgScreenOptions *options,
                         const CgScreenMotion *motion, const char *output, GError **error)
{
    gint64 since_s, until_s;
    if (strcmp (name, "map") != 0 || options->against != NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "--frames: of the picture map, without --against");
        return NULL;
    }
    if (!cg_moving_check (output, error))
        return NULL;
    g_auto (Film) film = { .screen = screen, .name = name, .options = options };
    g_autoptr (ScreenOrder) order = screen_order_new (screen, name, options, error);
    if (order == NULL)
        return NULL;
    const ScreenJob *job = screen_order_job (order);
    CgRect rect = cg_canvas_rect (job->canvas);
    film.width = (guint) rect.width;
    film.height = (guint) rect.height;
    film.list = json_array ();
    screen_map_window (job, &since_s, &until_s);
    if (!find_times (motion, since_s, until_s, &film.times, error) ||
        !check_pixels (&film, error) || !find_scale (&film, job, since_s, until_s, error) ||
        !cg_moving_write (output, film.times.n, film.width, film.height, motion->frame_ms,
                          draw_frame, &film, error))
        return NULL;
    return g_steal_pointer (&film.list);
}
