/* The heat map as it moves: one picture a day, all of them with one bandwidth and one scale. */
#include "app/screen/screen_internal.h"

#include "base/error.h"

#define PLAY_DAYS 14u
/* A day of a county has too few events for a surface: each picture holds the week up to its day. */
#define PLAY_WINDOW_DAYS 7

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ScreenEvents, screen_events_clear)

/* The scale of the strongest week. */
static gboolean
measure_all (const ScreenJob *job, gint64 first_day_s, guint n, double bandwidth_m, double *out_peak,
             GError **error)
{
    for (guint k = 0; k < n; k++) {
        g_auto (ScreenEvents) events = { 0 };
        gint64 until_s = first_day_s + (gint64) (k + 1) * SCREEN_DAY_S;
        screen_events (job->screen, until_s - PLAY_WINDOW_DAYS * SCREEN_DAY_S, until_s, &events);
        if (!screen_peak (&events, &job->screen->box, bandwidth_m, out_peak, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
screen_draw_play (const ScreenJob *job, GError **error)
{
    gint64 since_s, until_s;
    screen_window (job, PLAY_DAYS, &since_s, &until_s);
    guint n = (guint) ((until_s - since_s) / SCREEN_DAY_S);
    if (job->frame >= n) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "frame %u: the period has %u days",
                     job->frame + 1, n);
        return FALSE;
    }
    ScreenJob part = *job;
    g_auto (ScreenEvents) all = { 0 };
    screen_events (job->screen, since_s, until_s, &all);
    part.bandwidth_m = screen_bandwidth (job->screen, &all, NULL);
    if (!measure_all (job, since_s, n, part.bandwidth_m, &part.peak_per_km2, error))
        return FALSE;
    part.until_s = since_s + (gint64) (job->frame + 1) * SCREEN_DAY_S;
    part.since_s = part.until_s - PLAY_WINDOW_DAYS * SCREEN_DAY_S;
    return screen_draw_heat (&part, NULL, FALSE, error);
}
