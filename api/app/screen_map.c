/* The two maps of the county: where events concentrate, and a measure by grid. */
#include "app/screen_internal.h"

#include "analyse/breaks.h"
#include "base/error.h"
#include "map/map.h"

#include <math.h>

#define N_CLASSES 6
#define COMMUNITY_ROOM_VH 3.0
#define BANDWIDTH_SHARE 0.015
#define GRID_LEAST_VH 5.0
#define PEAK_MAX_SIDE 1024
/* A town has a hundred times the density of its villages: the square root leaves both to see. */
#define HEAT_POWER 0.5

/* The heat of a county or of a town: each has a bandwidth of its own, both the same scale. */
typedef struct {
    guint32 from, to; /* rows of incidents */
    CgBox box;
    double bandwidth_m;
} HeatView;

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

const CgShapes *
screen_county_shapes (const CgScreen *screen)
{
    for (guint level = 0; level < CG_LEVEL_GRID; level++)
        if (screen->level[level]->n_shapes > 0)
            return screen->level[level];
    return screen->grids->shapes;
}

static gboolean
fit_view (const ScreenJob *job, const CgMapFrame *frame, const ScreenTown *town, CgMapView *view,
          GError **error)
{
    CgRect inner = cg_map_frame (job->canvas, job->rect, frame);
    CgBox box = town != NULL ? town->box : job->screen->box;
    if (cg_box_is_empty (&box))
        box = (CgBox){ 0, 0, 1000, 1000 };
    return cg_map_view_fit (view, &box, inner, 0.03, error);
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
    double left = *(const double *) a, right = *(const double *) b;
    return left < right ? -1 : left > right;
}

/* Median side of the boxes of areas in view. */
static double
typical_side_m (const CgShapes *areas, const CgBox *view)
{
    g_autoptr (GArray) sides = g_array_new (FALSE, FALSE, sizeof (double));
    for (guint32 i = 0; i < areas->n_shapes; i++) {
        CgBox box = cg_shapes_box (areas, i);
        double side_m = MAX (box.x_max - box.x_min, box.y_max - box.y_min);
        if (cg_box_meets (&box, view))
            g_array_append_val (sides, side_m);
    }
    g_array_sort (sides, compare_doubles);
    return sides->len > 0 ? g_array_index (sides, double, sides->len / 2) : 0;
}

/* Grids too small to be told apart would be a net over the heat: the levels above suffice then. */
static void
draw_borders (const ScreenJob *job, const CgMapView *view, gboolean over_heat)
{
    const CgScreen *screen = job->screen;
    const CgShapes *grids = screen->grids->shapes;
    double least_m = over_heat ? GRID_LEAST_VH * cg_canvas_vh (job->canvas) * view->m_per_px : 0;
    if (typical_side_m (grids, &view->box) >= least_m || screen->n_communities == 0)
        cg_map_borders (job->canvas, view, grids, CG_LEVEL_GRID);
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

static gboolean
box_has (const CgBox *box, double x, double y)
{
    return x >= box->x_min && x <= box->x_max && y >= box->y_min && y <= box->y_max;
}

/* Two significant digits: nobody chooses a kernel finer than that. */
static double
round_bandwidth (double bandwidth_m)
{
    double unit = bandwidth_m >= 1000 ? 100 : bandwidth_m >= 100 ? 10 : 1;
    return MAX (unit * floor (bandwidth_m / unit + 0.5), 1);
}

/* The frame names the bandwidth, and the density needs the frame's inside: so it is chosen before
 * both. Of the county it is bounded by a share of its size; of a town (box) it follows the events
 * there, which lie closer than those of the county, and is never the wider one. */
static double
bandwidth_of (const CgScreen *screen, guint32 from, guint32 to, const CgBox *box)
{
    const CgPlaces *incidents = screen->incidents;
    if (screen->tables.config->heat_bandwidth_m > 0)
        return screen->tables.config->heat_bandwidth_m;
    const CgBox *county = &screen->box;
    double bandwidth_m = cg_density_bandwidth_m (to - from, incidents->x + from,
                                                 incidents->y + from, NULL, CG_KERNEL_GAUSSIAN);
    double bound_m = cg_box_is_empty (county)
                         ? 0
                         : BANDWIDTH_SHARE * sqrt ((county->x_max - county->x_min) *
                                                   (county->y_max - county->y_min));
    if (bound_m > 0 && isfinite (bound_m))
        bandwidth_m = MIN (bandwidth_m, bound_m);
    if (box != NULL) {
        g_autofree double *inside = g_new0 (double, MAX (to - from, 1));
        for (guint32 i = from; i < to; i++)
            inside[i - from] = box_has (box, incidents->x[i], incidents->y[i]);
        bandwidth_m = MIN (bandwidth_m, cg_density_bandwidth_m (to - from, incidents->x + from,
                                                                incidents->y + from, inside,
                                                                CG_KERNEL_GAUSSIAN));
    }
    return round_bandwidth (bandwidth_m);
}

/* Highest density in a box. Sampled at a quarter of the bandwidth (under 2 % below the true peak)
 * and not at the picture's pixels, so that a colour means the same at every size. */
static gboolean
find_peak (const ScreenJob *job, const HeatView *view, double *out, GError **error)
{
    const CgPlaces *incidents = job->screen->incidents;
    CgBox box = cg_box_is_empty (&view->box) ? (CgBox){ 0, 0, 1000, 1000 } : view->box;
    /* A county of one point has a box without area. */
    box.x_max = MAX (box.x_max, box.x_min + 1);
    box.y_max = MAX (box.y_max, box.y_min + 1);
    double step_m = view->bandwidth_m / 4;
    CgDensityOptions options = {
        .kernel = CG_KERNEL_GAUSSIAN,
        .bandwidth_m = view->bandwidth_m,
        .box = box,
        .width = (guint32) CLAMP (ceil ((box.x_max - box.x_min) / step_m), 16, PEAK_MAX_SIDE),
        .height = (guint32) CLAMP (ceil ((box.y_max - box.y_min) / step_m), 16, PEAK_MAX_SIDE),
    };
    g_autoptr (CgDensity) density =
        cg_density_run (view->to - view->from, incidents->x + view->from, incidents->y + view->from,
                        NULL, &options, error);
    if (density == NULL)
        return FALSE;
    *out = MAX (*out, density->peak_per_km2);
    return TRUE;
}

/* Half the pixels are enough: a kernel is wider than two of them, and the painter samples between.
 */
static CgDensity *
run_density (const ScreenJob *job, const CgMapView *view, const HeatView *heat, GError **error)
{
    const CgPlaces *incidents = job->screen->incidents;
    CgDensityOptions options = {
        .kernel = CG_KERNEL_GAUSSIAN,
        .bandwidth_m = heat->bandwidth_m,
        .box = view->box,
        .width = MAX (1, (guint32) (view->rect.width / 2)),
        .height = MAX (1, (guint32) (view->rect.height / 2)),
    };
    return cg_density_run (heat->to - heat->from, incidents->x + heat->from,
                           incidents->y + heat->from, NULL, &options, error);
}

/* What a map shows under its borders: heat, or a measure by grid. */
typedef struct {
    CgHeat heat;
    HeatView county, town;
    const double *value; /* NULL: heat */
    CgChoropleth *choropleth;
} Layers;

static gboolean
draw_layers (const ScreenJob *job, const CgMapView *view, const Layers *layers,
             const HeatView *heat, GError **error)
{
    const CgScreen *screen = job->screen;
    g_autoptr (CgDensity) density = NULL;
    if (layers->value == NULL && (density = run_density (job, view, heat, error)) == NULL)
        return FALSE;
    cg_map_ground (job->canvas, view);
    cg_map_land (job->canvas, view, screen_county_shapes (screen));
    if (layers->value != NULL) {
        cg_map_choropleth (job->canvas, view, screen->grids->shapes, layers->value,
                           layers->choropleth);
    } else {
        if (screen->tables.barriers != NULL)
            cg_map_barriers (job->canvas, view, screen->tables.barriers);
        cg_map_heat (job->canvas, view, density, &layers->heat);
    }
    draw_borders (job, view, layers->value == NULL);
    cg_map_dim_outside (job->canvas, view, screen_county_shapes (screen));
    return TRUE;
}

/* The town's box on the county's map. */
static CgRect
box_rect (const CgMapView *view, const CgBox *box)
{
    CgRect here;
    double right, bottom;
    cg_map_view_to_px (view, box->x_min, box->y_max, &here.x, &here.y);
    cg_map_view_to_px (view, box->x_max, box->y_min, &right, &bottom);
    here.width = right - here.x;
    here.height = bottom - here.y;
    return here;
}

/* The town once more, larger. */
static gboolean
draw_inset (const ScreenJob *job, const Layers *layers, const ScreenTown *town, CgRect rect,
            GError **error)
{
    const CgTheme *theme = cg_canvas_theme (job->canvas);
    double vh = cg_canvas_vh (job->canvas),
           line = cg_canvas_line_height (job->canvas, CG_TEXT_BODY);
    CgMapView inset;
    if (!cg_map_view_fit (&inset, &town->box, rect, 0, error) ||
        !draw_layers (job, &inset, layers, &layers->town, error))
        return FALSE;
    CgText style = {
        .size = CG_TEXT_BODY, .bold = TRUE, .colour = theme->text, .halo = theme->halo
    };
    CgRect name = cg_canvas_text (job->canvas, rect.x + vh, rect.y + 0.6 * vh + line / 2,
                                  job->screen->regions->name[town->row], &style);
    g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (CgRect));
    CgRect scale = cg_map_scale_bar_rect (job->canvas, &inset, CG_CORNER_SW);
    g_array_append_val (taken, name);
    g_array_append_val (taken, scale);
    draw_level_labels (job, &inset, CG_LEVEL_COMMUNITY, 0, taken);
    cg_map_scale_bar (job->canvas, &inset, CG_CORNER_SW);
    cg_canvas_frame (job->canvas, rect, theme->text, 0.16);
    return TRUE;
}

static void
draw_furniture (const ScreenJob *job, const CgLegend *legend, const ScreenTown *town,
                const ScreenLayout *layout)
{
    const CgMapView *view = &layout->view;
    g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (CgRect));
    CgRect here = layout->has_inset ? box_rect (view, &town->box) : (CgRect){ 0 };
    CgRect furniture[] = {
        cg_map_legend_rect (job->canvas, view, legend, layout->legend),
        cg_map_scale_bar_rect (job->canvas, view, layout->scale),
        layout->inset,
        here,
    };
    g_array_append_vals (taken, furniture, layout->has_inset ? 4 : 2);
    if (layout->has_inset)
        cg_canvas_frame (job->canvas, here, cg_canvas_theme (job->canvas)->text, 0.16);
    /* Communities only where a map is large enough to hold their names. */
    draw_level_labels (job, view, CG_LEVEL_TOWN, 0, taken);
    draw_level_labels (job, view, CG_LEVEL_COMMUNITY, COMMUNITY_ROOM_VH, taken);
    cg_map_legend (job->canvas, view, legend, layout->legend);
    cg_map_scale_bar (job->canvas, view, layout->scale);
}

/* town: NULL for a map without an inset. */
static gboolean
draw_map (const ScreenJob *job, const CgMapView *view, const Layers *layers, const HeatView *heat,
          const CgLegend *legend, const ScreenTown *town, GError **error)
{
    ScreenLayout layout;
    screen_layout (job, legend, town, view, &layout);
    if (!draw_layers (job, &layout.view, layers, heat, error))
        return FALSE;
    draw_furniture (job, legend, town, &layout);
    return !layout.has_inset || draw_inset (job, layers, town, layout.inset, error);
}

static gboolean
measure_heat (const ScreenJob *job, const ScreenTown *town, Layers *layers, GError **error)
{
    const CgScreen *screen = job->screen;
    gint64 since_s, until_s;
    HeatView all = { .box = screen->box };
    window_of (job, &since_s, &until_s);
    screen_range (screen, since_s, until_s, &all.from, &all.to);
    layers->county = layers->town = all;
    layers->county.bandwidth_m = bandwidth_of (screen, all.from, all.to, NULL);
    layers->town.box = town != NULL ? town->box : all.box;
    layers->town.bandwidth_m =
        bandwidth_of (screen, all.from, all.to, town != NULL ? &town->box : NULL);
    double peak_per_km2 = 0;
    if (!find_peak (job, &layers->county, &peak_per_km2, error) ||
        !find_peak (job, &layers->town, &peak_per_km2, error))
        return FALSE;
    layers->heat = (CgHeat){ .full_per_km2 = cg_map_heat_full (peak_per_km2),
                             .peak_per_km2 = peak_per_km2,
                             .power = HEAT_POWER };
    return TRUE;
}

static guint32
count_shown (const CgScreen *screen, const HeatView *heat, gboolean inside_only)
{
    guint32 n = 0;
    for (guint32 i = heat->from; i < heat->to; i++)
        n += !inside_only || box_has (&heat->box, screen->incidents->x[i], screen->incidents->y[i]);
    return n;
}

/* alone: the town is the whole map, else the inset of the county's. town: NULL where none stands
 * out. */
static gboolean
draw_heat_map (const ScreenJob *job, const ScreenTown *town, gboolean alone, GError **error)
{
    const CgScreen *screen = job->screen;
    gint64 since_s, until_s;
    Layers layers = { 0 };
    CgMapView view;
    if (!measure_heat (job, town, &layers, error))
        return FALSE;
    const HeatView *heat = alone ? &layers.town : &layers.county;
    window_of (job, &since_s, &until_s);
    g_autofree char *span = span_text (since_s, until_s, count_shown (screen, heat, alone));
    GString *method = g_string_new (NULL);
    g_string_append_printf (method, "高斯核密度，带宽 %.0f m", heat->bandwidth_m);
    if (town != NULL && !alone && layers.town.bandwidth_m < heat->bandwidth_m)
        g_string_append_printf (method, "，附图 %.0f m", layers.town.bandwidth_m);
    g_autofree char *method_text = g_string_free (method, FALSE);
    g_autofree char *source = source_text (screen, method_text);
    const char *name = alone && town != NULL ? screen->regions->name[town->row] : "";
    g_autofree char *title = g_strconcat (name, "事件热力图", NULL);
    CgMapFrame frame = { .title = title, .span = span, .source = source };
    if (!fit_view (job, &frame, alone ? town : NULL, &view, error))
        return FALSE;
    CgLegend legend = { .title = "事件密度", .unit = "起/km²", .heat = &layers.heat };
    return draw_map (job, &view, &layers, heat, &legend, alone ? NULL : town, error);
}

static const ScreenTown *
find_town (const ScreenJob *job, ScreenTown *town)
{
    gint64 since_s, until_s;
    window_of (job, &since_s, &until_s);
    return screen_town (job->screen, since_s, until_s, town) ? town : NULL;
}

gboolean
screen_draw_map (const ScreenJob *job, GError **error)
{
    ScreenTown town;
    return draw_heat_map (job, find_town (job, &town), FALSE, error);
}

gboolean
screen_draw_town (const ScreenJob *job, GError **error)
{
    ScreenTown town;
    return draw_heat_map (job, find_town (job, &town), TRUE, error);
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
    Layers layers = { .value = value };
    CgMapView view;
    ScreenTown town;
    window_of (job, &since_s, &until_s);
    screen_range (screen, since_s, until_s, &from, &to);
    g_autofree char *span = span_text (since_s, until_s, to - from);
    g_autofree char *title = g_strdup_printf ("各网格%s", measure->title);
    g_autofree char *source = source_text (screen, "按网格分位数分级");
    CgMapFrame frame = { .title = title, .span = span, .source = source };
    if (!fit_view (job, &frame, NULL, &view, error))
        return FALSE;
    CgChoropleth choropleth = { 0 };
    choose_classes (screen->grids->n, value, &choropleth);
    layers.choropleth = &choropleth;
    cg_choropleth_count (screen->grids->n, value, &choropleth);
    CgLegend legend = { .title = measure->title, .unit = measure->unit, .choropleth = &choropleth };
    return draw_map (job, &view, &layers, NULL, &legend, find_town (job, &town), error);
}
