/* Frames in time: when each begins and ends. */
#include "app/density/heatmap_internal.h"

#include "aggregate/aggregate.h"
#include "base/error.h"

#include <string.h>

#define DAY_S 86400
#define WEEK_S (7 * DAY_S)
/* 1970-01-01 was a Thursday. */
#define MONDAY_S (4 * (gint64) DAY_S)

gboolean
cg_parse_time_span (const char *text, gint64 *out_s)
{
    static const struct {
        const char *unit;
        gint64 seconds;
    } units[] = { { "min", 60 }, { "h", 3600 }, { "d", DAY_S }, { "w", WEEK_S } };
    char *end;
    guint64 n = g_ascii_strtoull (text, &end, 10);
    if (end == text || !g_ascii_isdigit (text[0]) || n == 0 || n > 100000)
        return FALSE;
    for (guint u = 0; u < G_N_ELEMENTS (units); u++)
        if (strcmp (end, units[u].unit) == 0) {
            *out_s = (gint64) n * units[u].seconds;
            return TRUE;
        }
    return FALSE;
}

gboolean
cg_heatmap_parse_frames (const char *text, CgHeatmapFile *job, GError **error)
{
    static const struct {
        const char *name;
        gint64 step_s;
    } steps[] = {
        { "hour", 3600 }, { "day", DAY_S }, { "week", WEEK_S }, { "month", CG_HEATMAP_MONTH }
    };
    guint64 n;
    if (g_ascii_string_to_unsigned (text, 10, 2, CG_HEATMAP_MAX_FRAMES, &n, NULL)) {
        job->n_frames = (guint) n;
        return TRUE;
    }
    for (guint s = 0; s < G_N_ELEMENTS (steps); s++)
        if (strcmp (text, steps[s].name) == 0) {
            job->step_s = steps[s].step_s;
            return TRUE;
        }
    if (cg_parse_time_span (text, &job->step_s))
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 "--frames: '%s' is none of 2..%u, hour, day, week, month, 30min, 6h, 2d, 2w", text,
                 CG_HEATMAP_MAX_FRAMES);
    return FALSE;
}

static GDateTime *
local_time (gint64 time_s)
{
    g_autoptr (GTimeZone) zone = g_time_zone_new_offset (HEATMAP_LOCAL_S);
    g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_s);
    return utc != NULL ? g_date_time_to_timezone (utc, zone) : NULL;
}

static gint64
month_start (gint64 time_s, int months_later)
{
    gint64 start_s = cg_period_start (CG_PERIOD_MONTH, time_s);
    return cg_period_step (CG_PERIOD_MONTH, start_s, months_later);
}

/* The last local multiple of step at or before the time; weeks begin on Monday. */
static gint64
floor_to (gint64 time_s, gint64 step_s)
{
    gint64 shift_s = HEATMAP_LOCAL_S - (step_s % WEEK_S == 0 ? MONDAY_S : 0);
    gint64 past_s = (time_s + shift_s) % step_s;
    return time_s - (past_s < 0 ? past_s + step_s : past_s);
}

/* A step that reads well: whole hours, minutes or seconds, at least a count-th of the span. */
static gint64
step_of_count (gint64 span_s, guint count)
{
    gint64 step_s = (span_s + count - 1) / count;
    gint64 unit_s = step_s >= DAY_S ? 3600 : step_s >= 3600 ? 60 : 1;
    return MAX ((step_s + unit_s - 1) / unit_s * unit_s, 1);
}

static gint64
first_time (const CgHeatmapFile *job, gint64 first_s, gint64 span_s)
{
    if (job->since_s != CG_TIME_NONE)
        return job->since_s;
    if (job->step_s == CG_HEATMAP_MONTH)
        return month_start (first_s, 0);
    if (job->n_frames == 0)
        return floor_to (first_s, job->step_s);
    return floor_to (first_s, span_s >= DAY_S ? 3600 : 60);
}

void
heatmap_times_clear (HeatmapTimes *times)
{
    g_clear_pointer (&times->from_s, g_free);
    g_clear_pointer (&times->until_s, g_free);
}

gboolean
heatmap_times_init (const CgHeatmapFile *job, gint64 first_s, gint64 last_s, HeatmapTimes *out,
                    GError **error)
{
    gint64 start_s = first_time (job, first_s, last_s - first_s);
    gint64 end_s = job->until_s != CG_TIME_NONE ? job->until_s : MAX (last_s, start_s) + 1;
    gint64 step_s =
        job->n_frames > 0 ? step_of_count (end_s - start_s, job->n_frames) : job->step_s;
    g_autoptr (GArray) ends = g_array_new (FALSE, FALSE, sizeof (gint64));
    gint64 end = start_s;
    guint wanted = job->n_frames > 0 ? job->n_frames : CG_HEATMAP_MAX_FRAMES + 1;
    while ((job->n_frames > 0 || end < end_s) && ends->len < wanted) {
        end = step_s == CG_HEATMAP_MONTH ? month_start (end, 1) : end + step_s;
        g_array_append_val (ends, end);
    }
    if (ends->len > CG_HEATMAP_MAX_FRAMES) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                     "--frames: over %u frames from the first event to the last; name a longer "
                     "step, or a shorter time with --when",
                     CG_HEATMAP_MAX_FRAMES);
        return FALSE;
    }
    out->n = ends->len;
    out->until_s = g_new (gint64, MAX (ends->len, 1));
    out->from_s = g_new (gint64, MAX (ends->len, 1));
    for (guint k = 0; k < ends->len; k++) {
        out->until_s[k] = g_array_index (ends, gint64, k);
        out->from_s[k] = job->window_s > 0 ? out->until_s[k] - job->window_s
                         : k > 0           ? out->until_s[k - 1]
                                           : start_s;
        /* Before the first event of all there is nothing to show and nothing known. */
        if (job->since_s == CG_TIME_NONE)
            out->from_s[k] = MAX (out->from_s[k], start_s);
    }
    out->step_s = ends->len > 0 ? out->until_s[0] - start_s : step_s;
    return TRUE;
}

char *
heatmap_times_text (CgLanguage language, gint64 from_s, gint64 until_s)
{
    static const char *const days[] = { "一", "二", "三", "四", "五", "六", "日" };
    g_autoptr (GDateTime) from = local_time (from_s), until = local_time (until_s);
    g_autoptr (GDateTime) last = local_time (until_s - 1);
    if (from == NULL || until == NULL || last == NULL)
        return g_strdup ("");
    g_autofree char *day = g_date_time_format (from, "%Y-%m-%d");
    gboolean whole =
        (from_s + HEATMAP_LOCAL_S) % DAY_S == 0 && (until_s + HEATMAP_LOCAL_S) % DAY_S == 0;
    if (whole && until_s - from_s == DAY_S)
        return g_strdup_printf (cg_word (language, "%s (周%s)"), day,
                                cg_word (language, days[g_date_time_get_day_of_week (from) - 1]));
    if (whole) {
        g_autofree char *to = g_date_time_format (last, "%Y-%m-%d");
        return g_strdup_printf (cg_word (language, "%s 至 %s"), day, to);
    }
    const char *clock = from_s % 60 != 0 || until_s % 60 != 0 ? "%H:%M:%S" : "%H:%M";
    gboolean same_day = until_s - from_s < DAY_S &&
                        g_date_time_get_day_of_month (from) == g_date_time_get_day_of_month (last);
    g_autofree char *begin = g_date_time_format (from, clock);
    g_autofree char *end_day = g_date_time_format (until, "%Y-%m-%d ");
    g_autofree char *end = g_date_time_format (until, clock);
    gboolean midnight = same_day && (until_s + HEATMAP_LOCAL_S) % DAY_S == 0;
    return g_strdup_printf ("%s %s – %s%s", day, begin, same_day ? "" : end_day,
                            midnight ? "24:00" : end);
}

char *
heatmap_time_iso (gint64 time_s)
{
    g_autoptr (GDateTime) time = local_time (time_s);
    return time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%S+08:00") : g_strdup ("");
}
