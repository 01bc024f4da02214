/* Numbers per grid that a choropleth can draw. */
#include "app/screen/screen_internal.h"

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

/* Rows of the plan's grids; of a place or a box those of its grids. */
static void
run_covered (const CgScreen *screen, CgCovered covered, double times, double *out)
{
    const CgCoverageRows *rows = screen->tables.covered;
    guint32 n = screen->new_grid != NULL ? screen->whole->grids->n : screen->grids->n;
    for (guint32 g = 0; g < screen->grids->n; g++)
        out[g] = NAN;
    for (guint32 g = 0; rows != NULL && g < n; g++) {
        guint32 row = screen->new_grid != NULL ? screen->new_grid[g] : g;
        if (row != CG_NONE)
            out[row] = times * cg_coverage_rows_value (rows, covered, g);
    }
}

static void
run_ground (const CgScreen *screen, gint64 since_s, gint64 until_s, double *out)
{
    run_covered (screen, CG_COVERED_GROUND, 100, out);
}

static void
run_buildings (const CgScreen *screen, gint64 since_s, gint64 until_s, double *out)
{
    run_covered (screen, CG_COVERED_BUILDINGS, 100, out);
}

static void
run_housed (const CgScreen *screen, gint64 since_s, gint64 until_s, double *out)
{
    run_covered (screen, CG_COVERED_HOUSEHOLDS, 100, out);
}

static void
run_blind (const CgScreen *screen, gint64 since_s, gint64 until_s, double *out)
{
    const CgCoverageRows *rows = screen->tables.covered;
    guint32 n = screen->new_grid != NULL ? screen->whole->grids->n : screen->grids->n;
    run_covered (screen, CG_COVERED_GROUND, 1, out);
    for (guint32 g = 0; rows != NULL && g < n; g++) {
        guint32 row = screen->new_grid != NULL ? screen->new_grid[g] : g;
        if (row != CG_NONE && isfinite (out[row]))
            out[row] = cg_coverage_rows_blind_m2 (rows, g) / 1e6;
    }
}

static void
run_walk (const CgScreen *screen, gint64 since_s, gint64 until_s, double *out)
{
    run_covered (screen, CG_COVERED_WALK, 1, out);
}

static void
run_most (const CgScreen *screen, gint64 since_s, gint64 until_s, double *out)
{
    run_covered (screen, CG_COVERED_MOST, 1, out);
}

static void
run_far (const CgScreen *screen, gint64 since_s, gint64 until_s, double *out)
{
    run_covered (screen, CG_COVERED_FAR, 100, out);
}

#define EVENTS CG_MEASURE_DATED
#define RATIO CG_MEASURE_RATIO
#define SEEN (CG_MEASURE_STORED | CG_MEASURE_RATIO | CG_MEASURE_LEAST | CG_MEASURE_TOWN)
#define WALKED (CG_MEASURE_STORED | CG_MEASURE_RATIO)
static const CgScreenMeasure measures[] = {
    { "incidents_per_1000_smoothed", "每千户事件数（平滑）", "起/千户", CG_BASE_HOUSEHOLDS, EVENTS | RATIO },
    { SCREEN_RAW_RATE, "每千户事件数", "起/千户", CG_BASE_HOUSEHOLDS, EVENTS | RATIO },
    { "incidents", "事件数", "起", CG_BASE_NONE, EVENTS },
    { "open", "未办结事件", "起", CG_BASE_NONE, 0 },
    { "households", "户数", "户", CG_BASE_HOUSEHOLDS, 0 },
    { "population", "人口", "人", CG_BASE_POPULATION, 0 },
    { "deviation", "户数与目标的偏差", "%", CG_BASE_HOUSEHOLDS, RATIO },
    { "cameras", "摄像头数", "个", CG_BASE_NONE, 0 },
    { "camera_coverage", "视频监控覆盖率", "%", CG_BASE_NONE, SEEN },
    { "building_coverage", "可见楼栋占比", "%", CG_BASE_NONE, SEEN },
    { "household_coverage", "可见楼栋户数占比", "%", CG_BASE_NONE, SEEN },
    { "blind_ground", "监控盲区面积", "km²", CG_BASE_NONE, CG_MEASURE_STORED },
    { "service_minutes", "到服务点的户均步行时间", "分钟", CG_BASE_HOUSEHOLDS, WALKED },
    { "service_minutes_most", "到服务点的最远步行时间", "分钟", CG_BASE_NONE, WALKED },
    { "service_far", "便民服务圈外户数占比", "%", CG_BASE_HOUSEHOLDS, WALKED },
    { NULL, NULL, NULL, CG_BASE_NONE, 0 },
};
static const MeasureRun runs[] = {
    run_smooth_rate, run_rate,    run_incidents, run_open,  run_households,
    run_population,  run_deviation, run_cameras, run_ground, run_buildings,
    run_housed,      run_blind,   run_walk,      run_most,  run_far,
};
G_STATIC_ASSERT (G_N_ELEMENTS (measures) == G_N_ELEMENTS (runs) + 1);

/* Stored coverage that does not say what the county is today. NULL: nothing is to be said. (transfer full) */
char *
screen_coverage_text (const CgScreen *screen, const CgScreenMeasure *measure)
{
    const CgCoverageFacts *facts = screen->tables.coverage;
    if ((measure->traits & CG_MEASURE_STORED) == 0 || facts == NULL || facts->state == CG_COVERAGE_FRESH)
        return NULL;
    if (facts->state == CG_COVERAGE_STALE)
        return g_strdup_printf (screen_word (screen, "已过时：按数据版本 %" G_GINT64_FORMAT
                                                     " 计算，之后摄像头、服务点、建筑、道路或参数有变"),
                                facts->data_version);
    if (facts->state == CG_COVERAGE_FAILED)
        return g_strdup (screen_word (screen, "未能计算，数据有误"));
    return g_strdup (facts->wanted ? screen_word (screen, "尚未计算")
                                   : screen_word (screen, "没有摄像头和服务点"));
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
    /* Unknown, not 0, before the data begin and after they end. */
    gboolean dated = (measure->traits & CG_MEASURE_DATED) != 0;
    for (guint32 g = 0; outside && dated && g < screen->grids->n; g++)
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
