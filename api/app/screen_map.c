/* The two maps of the county: where events concentrate, and a measure by grid. */
#include "app/screen_internal.h"

#include "analyse/breaks.h"
#include "base/error.h"
#include "map/map.h"

#include <math.h>

#define N_CLASSES 6
#define COMMUNITY_ROOM_VH 3.0
#define BANDWIDTH_SHARE 0.015
#define PEAK_MAX_SIDE 1024
/* A town has a hundred times the density of its villages: the square root leaves both to see. */
#define HEAT_POWER 0.5

static void
window_of (const ScreenJob *job, gint64 *out_since_s, gint64 *out_until_s)
{
    *out_until_s = job->today_s + SCREEN_DAY_S;
    *out_since_s =
        *out_until_s - (gint64) MAX (job->screen->tables.config->heat_days, 1) * SCREEN_DAY_S;
}

static char *
span_text (gint64 since_s, gint64 until_s, guint32 n)
{
    g_autofree char *from = screen_time_text (since_s, "%Y-%m-%d");
    g_autofree char *to = screen_time_text (until_s - 1, "%Y-%m-%d");
    g_autofree char *count = cg_format_count (n);
    return g_strdup_printf ("%s 至 %s · %s 起", from, to, count);
}

/* What is land: the county, or what is known of it. */
static const CgShapes *
county_shapes (const CgScreen *screen)
{
    for (guint level = 0; level < CG_LEVEL_GRID; level++)
        if (screen->level[level]->n_shapes > 0)
            return screen->level[level];
    return screen->grids->shapes;
}

static gboolean
fit_view (const ScreenJob *job, const CgMapFrame *frame, CgMapView *view, GError **error)
{
    CgRect inner = cg_map_frame (job->canvas, job->rect, frame);
    CgBox box = job->screen->box;
    if (cg_box_is_empty (&box))
        box = (CgBox){ 0, 0, 1000, 1000 };
    return cg_map_view_fit (view, &box, inner, 0.03, error);
}

static void
draw_borders (const ScreenJob *job, const CgMapView *view)
{
    const CgScreen *screen = job->screen;
    cg_map_borders (job->canvas, view, screen->grids->shapes, CG_LEVEL_GRID);
    for (guint level = CG_LEVEL_GRID; level-- > 0;)
        cg_map_borders (job->canvas, view, screen->level[level], level);
}

/* Rectangles where nothing may stand: legend, scale bar, and the labels already placed. */
static void
draw_level_labels (const ScreenJob *job, const CgMapView *view, CgLevel level, double least_room_vh,
                   GArray *taken)
{
    const CgScreen *screen = job->screen;
    g_autoptr (GArray) labels = g_array_new (FALSE, FALSE, sizeof (CgLabel));
    for (guint k = 0; k < screen->level_row[level]->len; k++) {
        guint32 row = g_array_index (screen->level_row[level], guint32, k);
        double room_vh = screen->label_room[row] / view->m_per_px / cg_canvas_vh (job->canvas);
        CgLabel label = { .x = screen->label_x[row],
                          .y = screen->label_y[row],
                          .text = screen->regions->name[row],
                          .priority = screen->label_room[row] };
        if (isfinite (label.x) && room_vh >= least_room_vh)
            g_array_append_val (labels, label);
    }
    CgLabelOptions options = { .size = level == CG_LEVEL_TOWN ? CG_TEXT_BODY : CG_TEXT_SMALL,
                               .bold = level == CG_LEVEL_TOWN,
                               .n_taken = taken->len,
                               .taken = (const CgRect *) (gpointer) taken->data };
    g_autofree CgRect *boxes = g_new0 (CgRect, MAX (labels->len, 1));
    cg_map_labels (job->canvas, view, labels->len, (const CgLabel *) (gpointer) labels->data,
                   &options, boxes);
    g_array_append_vals (taken, boxes, labels->len);
}

static char *
source_text (const CgScreen *screen, const char *method)
{
    gint64 end = screen_data_end (screen);
    g_autofree char *time =
        end != CG_TIME_NONE ? screen_time_text (end, "%Y-%m-%d %H:%M") : g_strdup ("—");
    return g_strdup_printf ("%s · 数据截至 %s · 数据版本 %" G_GINT64_FORMAT, method, time,
                            screen->tables.data_version);
}

/* The frame names the bandwidth, and the density needs the frame's inside: so it is chosen before
 * both. The rule for one cloud of points smears a county, whose events lie in one town and many
 * villages; so it is bounded by a share of the county's size. */
static double
bandwidth_of (const CgScreen *screen, guint32 from, guint32 to)
{
    double bandwidth_m = screen->tables.config->heat_bandwidth_m;
    if (bandwidth_m > 0)
        return bandwidth_m;
    bandwidth_m = cg_density_bandwidth_m (to - from, screen->incidents->x + from,
                                          screen->incidents->y + from, NULL, CG_KERNEL_GAUSSIAN);
    const CgBox *box = &screen->box;
    double side_m =
        cg_box_is_empty (box) ? 0 : sqrt ((box->x_max - box->x_min) * (box->y_max - box->y_min));
    double bound_m = BANDWIDTH_SHARE * side_m;
    return bound_m > 0 && isfinite (bound_m) ? MIN (bandwidth_m, 10 * ceil (bound_m / 10))
                                             : bandwidth_m;
}

/* Highest density of the county. Taken over the county's box at a quarter of the bandwidth (under
 * 2 % below the true peak) and not over the picture, so that a colour means the same at every size
 * and in the inset. */
static gboolean
find_peak (const CgScreen *screen, guint32 from, guint32 to, double *out, GError **error)
{
    const CgPlaces *incidents = screen->incidents;
    CgBox box = cg_box_is_empty (&screen->box) ? (CgBox){ 0, 0, 1000, 1000 } : screen->box;
    /* A county of one point has a box without area. */
    box.x_max = MAX (box.x_max, box.x_min + 1);
    box.y_max = MAX (box.y_max, box.y_min + 1);
    double bandwidth_m = bandwidth_of (screen, from, to), step_m = bandwidth_m / 4;
    CgDensityOptions options = {
        .kernel = CG_KERNEL_GAUSSIAN,
        .bandwidth_m = bandwidth_m,
        .box = box,
        .width = (guint32) CLAMP (ceil ((box.x_max - box.x_min) / step_m), 16, PEAK_MAX_SIDE),
        .height = (guint32) CLAMP (ceil ((box.y_max - box.y_min) / step_m), 16, PEAK_MAX_SIDE),
    };
    g_autoptr (CgDensity) density =
        cg_density_run (to - from, incidents->x + from, incidents->y + from, NULL, &options, error);
    if (density == NULL)
        return FALSE;
    *out = density->peak_per_km2;
    return TRUE;
}

/* The corner (not that of the scale bar) where the legend hides the fewest border points of grids.
 */
static CgCorner
legend_corner (const ScreenJob *job, const CgMapView *view, const CgLegend *legend)
{
    static const CgCorner corners[] = { CG_CORNER_SE, CG_CORNER_NE, CG_CORNER_NW };
    const CgShapes *shapes =
        job->screen->grids->n > 0 ? job->screen->grids->shapes : county_shapes (job->screen);
    CgCorner best = corners[0];
    guint32 least = G_MAXUINT32;
    for (guint c = 0; c < G_N_ELEMENTS (corners); c++) {
        CgRect rect = cg_map_legend_rect (job->canvas, view, legend, corners[c]);
        double x_min, y_min, x_max, y_max;
        cg_map_view_to_m (view, rect.x, rect.y + rect.height, &x_min, &y_min);
        cg_map_view_to_m (view, rect.x + rect.width, rect.y, &x_max, &y_max);
        guint32 hidden = 0;
        for (guint32 v = 0; v < shapes->n_vertices; v++)
            hidden += shapes->x[v] > x_min && shapes->x[v] < x_max && shapes->y[v] > y_min &&
                      shapes->y[v] < y_max;
        if (hidden < least) {
            least = hidden;
            best = corners[c];
        }
    }
    return best;
}

static void
finish_map (const ScreenJob *job, const CgMapView *view, const CgLegend *legend)
{
    CgCorner corner = legend_corner (job, view, legend);
    cg_map_dim_outside (job->canvas, view, county_shapes (job->screen));
    g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (CgRect));
    CgRect furniture[] = {
        cg_map_legend_rect (job->canvas, view, legend, corner),
        cg_map_scale_bar_rect (job->canvas, view, CG_CORNER_SW),
    };
    g_array_append_vals (taken, furniture, G_N_ELEMENTS (furniture));
    /* Communities only where a map is large enough to hold their names. */
    draw_level_labels (job, view, CG_LEVEL_TOWN, 0, taken);
    draw_level_labels (job, view, CG_LEVEL_COMMUNITY, COMMUNITY_ROOM_VH, taken);
    cg_map_legend (job->canvas, view, legend, corner);
    cg_map_scale_bar (job->canvas, view, CG_CORNER_SW);
}

/* Half the pixels are enough: a kernel is wider than two of them, and the painter samples between.
 */
static CgDensity *
run_density (const ScreenJob *job, const CgMapView *view, guint32 from, guint32 to, GError **error)
{
    const CgPlaces *incidents = job->screen->incidents;
    CgDensityOptions options = {
        .kernel = CG_KERNEL_GAUSSIAN,
        .bandwidth_m = bandwidth_of (job->screen, from, to),
        .box = view->box,
        .width = MAX (1, (guint32) (view->rect.width / 2)),
        .height = MAX (1, (guint32) (view->rect.height / 2)),
    };
    return cg_density_run (to - from, incidents->x + from, incidents->y + from, NULL, &options,
                           error);
}

gboolean
screen_draw_map (const ScreenJob *job, GError **error)
{
    const CgScreen *screen = job->screen;
    gint64 since_s, until_s;
    guint32 from, to;
    CgMapView view;
    window_of (job, &since_s, &until_s);
    screen_range (screen, since_s, until_s, &from, &to);
    g_autofree char *span = span_text (since_s, until_s, to - from);
    g_autofree char *method =
        g_strdup_printf ("高斯核密度，带宽 %.0f m", bandwidth_of (screen, from, to));
    g_autofree char *source = source_text (screen, method);
    CgMapFrame frame = { .title = "事件热力图", .span = span, .source = source };
    if (!fit_view (job, &frame, &view, error))
        return FALSE;
    g_autoptr (CgDensity) density = run_density (job, &view, from, to, error);
    if (density == NULL)
        return FALSE;
    double peak_per_km2;
    if (!find_peak (screen, from, to, &peak_per_km2, error))
        return FALSE;
    CgHeat heat = { .full_per_km2 = cg_map_heat_full (peak_per_km2),
                    .peak_per_km2 = peak_per_km2,
                    .power = HEAT_POWER };
    CgLegend legend = { .title = "事件密度", .unit = "起/km²", .heat = &heat };
    cg_map_ground (job->canvas, &view);
    cg_map_land (job->canvas, &view, county_shapes (screen));
    if (screen->tables.barriers != NULL)
        cg_map_barriers (job->canvas, &view, screen->tables.barriers);
    cg_map_heat (job->canvas, &view, density, &heat);
    draw_borders (job, &view);
    finish_map (job, &view, &legend);
    return TRUE;
}

/* Zero has its own colour where most places have none; classes are of what is above it. */
static void
choose_classes (guint32 n, const double *value, CgChoropleth *choropleth)
{
    g_autofree double *above = g_new (double, MAX (n, 1));
    guint32 n_above = 0, n_zero = 0;
    double lower = INFINITY;
    gboolean whole = TRUE, negative = FALSE;
    for (guint32 g = 0; g < n; g++) {
        if (!isfinite (value[g]))
            continue;
        n_zero += value[g] == 0;
        negative |= value[g] < 0;
        whole &= value[g] == floor (value[g]);
    }
    for (guint32 g = 0; g < n; g++)
        if (isfinite (value[g]) && (negative || value[g] != 0)) {
            above[n_above++] = value[g];
            lower = MIN (lower, value[g]);
        }
    choropleth->zero = !negative && n_zero > 0;
    choropleth->n_classes =
        cg_breaks_run ("quantile", n_above, above, N_CLASSES, choropleth->upper);
    choropleth->lower = n_above > 0 ? lower : 0;
    choropleth->decimals = whole ? 0 : 1;
    if (choropleth->n_classes == 0) {
        choropleth->n_classes = 1;
        choropleth->upper[0] = 1;
    }
}

gboolean
screen_draw_choropleth (const ScreenJob *job, GError **error)
{
    const CgScreen *screen = job->screen;
    const CgScreenMeasure *measure = cg_screen_measure_find (job->measure);
    g_autofree double *value = g_new0 (double, MAX (screen->grids->n, 1));
    if (!cg_screen_measure (screen, job->measure, job->now_s, value, error))
        return FALSE;
    gint64 since_s, until_s;
    guint32 from, to;
    CgMapView view;
    window_of (job, &since_s, &until_s);
    screen_range (screen, since_s, until_s, &from, &to);
    g_autofree char *span = span_text (since_s, until_s, to - from);
    g_autofree char *title = g_strdup_printf ("各网格%s", measure->title);
    g_autofree char *source = source_text (screen, "按网格分位数分级");
    CgMapFrame frame = { .title = title, .span = span, .source = source };
    if (!fit_view (job, &frame, &view, error))
        return FALSE;
    CgChoropleth choropleth = { 0 };
    choose_classes (screen->grids->n, value, &choropleth);
    cg_map_ground (job->canvas, &view);
    cg_map_land (job->canvas, &view, county_shapes (screen));
    cg_map_choropleth (job->canvas, &view, screen->grids->shapes, value, &choropleth);
    draw_borders (job, &view);
    CgLegend legend = { .title = measure->title, .unit = measure->unit, .choropleth = &choropleth };
    finish_map (job, &view, &legend);
    return TRUE;
}
