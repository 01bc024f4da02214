/* Numbers per grid that a choropleth can draw. */
#include "app/screen_internal.h"

#include "analyse/rates.h"
#include "base/error.h"

#include <math.h>
#include <string.h>

typedef void (*MeasureRun) (const CgScreen *screen, gint64 since_s, gint64 until_s, double *out);

static void
run_rate (const CgScreen *screen, gint64 since_s, gint64 until_s, double *out)
{
    g_autofree guint32 *count = screen_by_grid (screen, since_s, until_s);
    for (guint32 g = 0; g < screen->grids->n; g++)
        out[g] = screen->grids->households[g] > 0 ? 1000.0 * count[g] / screen->grids->households[g]
                                                  : NAN;
}

/* Drawn towards the rate of all, the more the fewer households a grid has: one event among ten
 * households is no hot spot. */
static void
run_smooth_rate (const CgScreen *screen, gint64 since_s, gint64 until_s, double *out)
{
    guint32 n = screen->grids->n;
    g_autofree guint32 *by_grid = screen_by_grid (screen, since_s, until_s);
    g_autofree double *count = g_new (double, MAX (n, 1)), *base = g_new (double, MAX (n, 1));
    for (guint32 g = 0; g < n; g++) {
        count[g] = by_grid[g];
        base[g] = screen->grids->households[g];
    }
    gboolean good = cg_rates_global (n, count, base, out, NULL, NULL);
    for (guint32 g = 0; g < n; g++)
        out[g] = good && base[g] > 0 ? 1000 * out[g] : NAN;
}

static void
run_incidents (const CgScreen *screen, gint64 since_s, gint64 until_s, double *out)
{
    g_autofree guint32 *count = screen_by_grid (screen, since_s, until_s);
    for (guint32 g = 0; g < screen->grids->n; g++)
        out[g] = count[g];
}

static void
run_open (const CgScreen *screen, gint64 since_s, gint64 until_s, double *out)
{
    const CgPlaces *incidents = screen->incidents;
    memset (out, 0, sizeof (double) * screen->grids->n);
    for (guint32 i = 0; incidents->state != NULL && i < incidents->n; i++) {
        guint32 grid = screen->tables.incident_grid[i], state = incidents->state[i];
        if (grid != CG_NONE && state != CG_NONE && !screen->settled[state])
            out[grid]++;
    }
}

static void
run_households (const CgScreen *screen, gint64 since_s, gint64 until_s, double *out)
{
    for (guint32 g = 0; g < screen->grids->n; g++)
        out[g] = screen->grids->households[g];
}

static void
run_population (const CgScreen *screen, gint64 since_s, gint64 until_s, double *out)
{
    for (guint32 g = 0; g < screen->grids->n; g++)
        out[g] = screen->grids->population[g];
}

static void
run_deviation (const CgScreen *screen, gint64 since_s, gint64 until_s, double *out)
{
    double target = screen->tables.config->households_target;
    for (guint32 g = 0; g < screen->grids->n; g++)
        out[g] = target > 0 ? 100.0 * (screen->grids->households[g] - target) / target : NAN;
}

static void
run_cameras (const CgScreen *screen, gint64 since_s, gint64 until_s, double *out)
{
    memset (out, 0, sizeof (double) * screen->grids->n);
    for (guint32 i = 0; i < screen->cameras->n; i++)
        if (screen->tables.camera_grid[i] != CG_NONE)
            out[screen->tables.camera_grid[i]]++;
}

static const CgScreenMeasure measures[] = {
    { "incidents_per_1000_smoothed", "每千户事件数（平滑）", "起/千户", CG_BASE_HOUSEHOLDS },
    { SCREEN_RAW_RATE, "每千户事件数", "起/千户", CG_BASE_HOUSEHOLDS },
    { "incidents", "事件数", "起", CG_BASE_NONE },
    { "open", "未办结事件", "起", CG_BASE_NONE },
    { "households", "户数", "户", CG_BASE_HOUSEHOLDS },
    { "population", "人口", "人", CG_BASE_POPULATION },
    { "deviation", "户数与目标的偏差", "%", CG_BASE_HOUSEHOLDS },
    { "cameras", "摄像头数", "个", CG_BASE_NONE },
    { NULL, NULL, NULL, CG_BASE_NONE },
};
static const MeasureRun runs[] = {
    run_smooth_rate, run_rate,       run_incidents, run_open,
    run_households,  run_population, run_deviation, run_cameras,
};
G_STATIC_ASSERT (G_N_ELEMENTS (measures) == G_N_ELEMENTS (runs) + 1);

/* What counts the events of a period; unknown, not 0, before the data begin and after they end. */
static gboolean
counts_events (const CgScreenMeasure *measure)
{
    return g_str_has_prefix (measure->name, "incidents");
}

char *
screen_mark_estimate (const CgScreen *screen, CgScreenBase base, const char *title)
{
    title = screen_word (screen, title);
    gboolean people = base == CG_BASE_POPULATION;
    guint64 all = people ? screen->population : screen->households;
    guint64 estimated = people ? screen->population_estimated : screen->households_estimated;
    if (base == CG_BASE_NONE || estimated == 0)
        return g_strdup (title);
    return g_strconcat (title,
                        estimated < all ? screen_word (screen, "（部分估算 partly estimated）")
                                        : screen_word (screen, "（估算 estimated）"),
                        NULL);
}

char *
screen_measure_title (const CgScreen *screen, const CgScreenMeasure *measure)
{
    return screen_mark_estimate (screen, measure->base, measure->title);
}

const CgScreenMeasure *
cg_screen_measures (void)
{
    return measures;
}

const CgScreenMeasure *
cg_screen_measure_find (const char *name)
{
    for (guint m = 0; measures[m].name != NULL; m++)
        if (name == NULL || strcmp (measures[m].name, name) == 0)
            return &measures[m];
    return NULL;
}

gboolean
screen_measure_between (const CgScreen *screen, const char *name, gint64 since_s, gint64 until_s,
                        double *out, GError **error)
{
    const CgScreenMeasure *measure = cg_screen_measure_find (name);
    if (measure == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "no measure named '%.40s'", name);
        return FALSE;
    }
    runs[measure - measures](screen, since_s, until_s, out);
    gint64 begin_s = screen_data_begin (screen), end_s = screen_data_end (screen);
    gboolean outside = end_s != CG_TIME_NONE && (until_s <= begin_s || since_s > end_s);
    for (guint32 g = 0; outside && counts_events (measure) && g < screen->grids->n; g++)
        out[g] = NAN;
    return TRUE;
}

gboolean
cg_screen_measure (const CgScreen *screen, const char *name, gint64 now_s, double *out,
                   GError **error)
{
    gint64 until_s = cg_screen_today_s (screen, now_s) + SCREEN_DAY_S;
    gint64 days = MAX (screen->tables.config->heat_days, 1);
    return screen_measure_between (screen, name, until_s - days * SCREEN_DAY_S, until_s, out,
                                   error);
}
