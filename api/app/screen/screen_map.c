/* The two maps of the county: where events concentrate, and a measure by grid. */
#include "app/density/heatmap_internal.h"
#include "app/screen/screen_internal.h"

#include "analyse/rates.h"
#include "base/error.h"
#include "map/map.h"

#include <math.h>
#include <string.h>

#define INSET_GROUND 200 /* opacity below the scale bar of an inset */
#define GRID_LEAST_VH 5.0
#define AREA_LINE_VH 0.3
/* A town has a hundred times the density of its villages: the square root leaves both to see. */
#define HEAT_POWER 0.5

void
screen_map_window (const ScreenJob *job, gint64 *out_since_s, gint64 *out_until_s)
{
    guint days = MAX (job->screen->tables.config->heat_days, 1);
    screen_window (job, days, out_since_s, out_until_s);
}

/* n events shown, and those that are not because they lie in no grid. */
char *
screen_span_text (const CgScreen *screen, gint64 since_s, gint64 until_s, guint32 n,
                  guint32 n_left_out)
{
    g_autofree char *from = cg_app_local_text (since_s, "%Y-%m-%d");
    g_autofree char *to = cg_app_local_text (until_s - 1, "%Y-%m-%d");
    g_autofree char *count = cg_format_count_in (screen->language, n);
    g_autofree char *left_out = cg_format_count_in (screen->language, n_left_out);
    gboolean days = screen_day_start (since_s) == since_s && screen_day_start (until_s) == until_s;
    g_autofree char *when = days ? g_strdup_printf (screen_word (screen, "%s 至 %s"), from, to)
                                 : heatmap_times_text (screen->language, since_s, until_s);
    return n_left_out == 0
               ? g_strdup_printf (screen_word (screen, "%s · %s 起"), when, count)
               : g_strdup_printf (screen_word (screen, "%s · %s 起，另有 %s 起不在网格内"), when,
                                  count, left_out);
}

CgLevel
screen_county_level (const CgScreen *screen)
{
    CgLevel level = CG_LEVEL_COUNTY;
    while (level < CG_LEVEL_GRID && screen->level[level]->n_shapes == 0)
        level++;
    return level;
}

const CgShapes *
screen_county_shapes (const CgScreen *screen)
{
    CgLevel level = screen_county_level (screen);
    return level < CG_LEVEL_GRID ? screen->level[level] : screen->grids->shapes;
}

gboolean
screen_fit_view (const ScreenJob *job, const CgMapFrame *frame, const ScreenTown *town,
                 CgMapView *view, GError **error)
{
    g_autofree char *placed = screen_place_title (job->screen, frame->title);
    g_autofree char *title = screen_types_title (job, placed);
    CgMapFrame named = *frame;
    named.title = title;
    named.text_width = screen_text_width (job, job->rect, job->rect.x);
    CgRect inner = cg_map_frame (job->canvas, job->rect, &named);
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
void
screen_draw_borders (const ScreenJob *job, const CgMapView *view, gboolean over_heat)
{
    const CgScreen *screen = job->screen;
    const CgShapes *grids = screen->grids->shapes;
    double least_m = over_heat ? GRID_LEAST_VH * cg_canvas_vh (job->canvas) * view->m_per_px : 0;
    if (typical_side_m (grids, &view->box) >= least_m || screen->n_communities == 0)
        cg_map_borders (job->canvas, view, screen_outlines (screen, view, CG_LEVEL_GRID),
                        CG_LEVEL_GRID);
    for (guint level = CG_LEVEL_GRID; level-- > 0;)
        cg_map_borders (job->canvas, view, screen_outlines (screen, view, level), level);
}

static void
paint_ground (const ScreenJob *job, const CgMapView *view, gboolean barriers)
{
    const CgScreen *screen = job->screen;
    cg_map_ground (job->canvas, view);
    cg_map_land (job->canvas, view, screen_outlines (screen, view, screen_county_level (screen)));
    if (barriers && screen->tables.barriers != NULL)
        cg_map_barriers (job->canvas, view, screen->tables.barriers);
}

void
screen_draw_ground (const ScreenJob *job, const CgMapView *view, gboolean barriers)
{
    screen_lay (job, view, "ground", barriers, paint_ground);
}

static void
paint_above (const ScreenJob *job, const CgMapView *view, gboolean over_heat)
{
    const CgScreen *screen = job->screen;
    screen_draw_borders (job, view, over_heat);
    cg_map_dim_outside (job->canvas, view,
                        screen_outlines (screen, view, screen_county_level (screen)));
    if (screen->area == NULL)
        return;
    /* A surface goes on outside the area; grids are those of the area alone, whole. */
    const guint32 row = 0;
    if (over_heat)
        cg_map_dim_outside (job->canvas, view, screen->area);
    cg_map_outline (job->canvas, view, screen->area, 1, &row, cg_canvas_theme (job->canvas)->text, AREA_LINE_VH);
}

void
screen_draw_above (const ScreenJob *job, const CgMapView *view, gboolean over_heat)
{
    screen_lay (job, view, "above", over_heat, paint_above);
}

static CgRect
legend_rect (CgCanvas *canvas, const CgMapView *view, gconstpointer what, CgCorner corner)
{
    return cg_map_legend_rect (canvas, view, what, corner);
}

static void
legend_draw (CgCanvas *canvas, const CgMapView *view, gconstpointer what, CgCorner corner)
{
    cg_map_legend (canvas, view, what, corner);
}

static gboolean
legend_strip (CgCanvas *canvas, CgRect rect, gconstpointer what, gboolean draw)
{
    return cg_map_legend_strip (canvas, rect, what, draw);
}

ScreenLegend
screen_legend (const CgLegend *legend)
{
    return (ScreenLegend){ legend_rect, legend_draw, legend_strip, legend };
}

static GArray *
circles_in_px (const CgMapView *view, const ScreenCircles *circles)
{
    GArray *out = g_array_new (FALSE, FALSE, sizeof (CgMapCircle));
    for (guint32 k = 0; circles != NULL && k < circles->n; k++) {
        CgMapCircle circle = { .radius = circles->radius_px[k] };
        cg_map_view_to_px (view, circles->x[k], circles->y[k], &circle.x, &circle.y);
        if (circle.radius > 0.0 && isfinite (circle.x) && isfinite (circle.y))
            g_array_append_val (out, circle);
    }
    return out;
}

/* Those that find no place stay in labels, for another try. */
static void
place_labels (const ScreenJob *job, const CgMapView *view, GArray *labels,
              const CgLabelOptions *options, GArray *taken)
{
    CgLabelOptions now = *options;
    g_autofree CgRect *boxes = g_new0 (CgRect, MAX (labels->len, 1));
    now.n_taken = taken->len;
    now.taken = (const CgRect *) (gpointer) taken->data;
    cg_map_labels (job->canvas, view, labels->len, (const CgLabel *) (gpointer) labels->data, &now,
                   boxes);
    g_array_append_vals (taken, boxes, labels->len);
    for (guint k = labels->len; k-- > 0;)
        if (boxes[k].width > 0.0)
            g_array_remove_index (labels, k);
}

/* Rectangles where nothing may stand: legend, scale bar, and the labels already placed. */
void
screen_draw_level_labels (const ScreenJob *job, const CgMapView *view, CgLevel level,
                          double least_room_vh, const ScreenCircles *circles, GArray *taken)
{
    const CgScreen *screen = job->screen;
    gboolean own = circles != NULL && circles->of_communities && level == CG_LEVEL_COMMUNITY;
    g_autoptr (GArray) round = circles_in_px (view, circles);
    g_autoptr (GArray) labels = g_array_new (FALSE, FALSE, sizeof (CgLabel));
    for (guint k = 0; k < screen->level_row[level]->len; k++) {
        guint32 row = g_array_index (screen->level_row[level], guint32, k);
        double room_vh = screen->label_room[row] / view->m_per_px / cg_canvas_vh (job->canvas);
        CgLabel label = { .x = screen->label_x[row],
                          .y = screen->label_y[row],
                          .text = screen->regions->name[row],
                          .priority = screen->label_room[row] };
        if (own && circles->radius_px[k] > 0.0)
            label.circle_px = circles->radius_px[k];
        else if (circles != NULL)
            label.radius_m = screen->label_room[row];
        if (isfinite (label.x) && room_vh >= least_room_vh)
            g_array_append_val (labels, label);
    }
    CgLabelOptions options = { .size = level == CG_LEVEL_TOWN ? CG_TEXT_BODY : CG_TEXT_SMALL,
                               .bold = level == CG_LEVEL_TOWN,
                               .n_circles = round->len,
                               .circles = (const CgMapCircle *) (gpointer) round->data };
    place_labels (job, view, labels, &options, taken);
    /* A town's name stands even where circles leave no room. */
    options.n_circles = 0;
    if (level == CG_LEVEL_TOWN && round->len > 0)
        place_labels (job, view, labels, &options, taken);
}

char *
screen_source_text (const CgScreen *screen, const char *method)
{
    gint64 end = screen_data_end (screen);
    g_autofree char *time =
        end != CG_TIME_NONE ? cg_app_local_text (end, "%Y-%m-%d %H:%M") : g_strdup ("—");
    return g_strdup_printf (screen_word (screen, "%s · 数据截至 %s · 数据版本 %" G_GINT64_FORMAT),
                            method, time, screen->tables.data_version);
}

/* What a map shows under its borders: heat, or a measure by grid. */
typedef struct {
    CgHeat heat;
    ScreenEvents events;
    double county_m, town_m; /* bandwidths of the county's heat and the town's; one colour scale */
    const double *value;     /* NULL: heat */
    CgChoropleth *choropleth;
} Layers;

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ScreenEvents, screen_events_clear)

static void
layers_clear (Layers *layers)
{
    screen_events_clear (&layers->events);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Layers, layers_clear)

static gboolean
draw_layers (const ScreenJob *job, const CgMapView *view, const Layers *layers, double bandwidth_m,
             GError **error)
{
    gboolean heat = layers->value == NULL;
    screen_draw_ground (job, view, heat);
    if (!heat)
        screen_draw_grids (job, view, layers->value, layers->choropleth);
    else if (!screen_paint_heat (job, view, &layers->events, bandwidth_m, &layers->heat, error))
        return FALSE;
    screen_draw_above (job, view, heat);
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

void
screen_mark_inset (const ScreenJob *job, const CgMapView *view, const ScreenTown *town,
                   CgRect inset, GArray *taken)
{
    CgRect here = box_rect (view, &town->box);
    cg_canvas_frame (job->canvas, here, cg_canvas_theme (job->canvas)->text, 0.16);
    g_array_append_val (taken, inset);
    g_array_append_val (taken, here);
}

void
screen_draw_inset_frame (const ScreenJob *job, const CgMapView *inset, const ScreenTown *town,
                         const ScreenCircles *circles, GArray *taken)
{
    const CgTheme *theme = cg_canvas_theme (job->canvas);
    double vh = cg_canvas_vh (job->canvas),
           line = cg_canvas_line_height (job->canvas, CG_TEXT_BODY);
    CgRect rect = inset->rect;
    CgText style = {
        .size = CG_TEXT_BODY, .bold = TRUE, .colour = theme->text, .halo = theme->halo
    };
    CgRect name = cg_canvas_text (job->canvas, rect.x + vh, rect.y + 0.6 * vh + line / 2,
                                  job->screen->regions->name[town->row], &style);
    CgRect scale = cg_map_scale_bar_rect (job->canvas, inset, CG_CORNER_SW);
    g_array_append_val (taken, name);
    screen_take_seams (job, rect, taken);
    g_array_append_val (taken, scale);
    if (!job->no_names)
        screen_draw_level_labels (job, inset, CG_LEVEL_COMMUNITY, 0, circles, taken);
    /* The inset is full of colours, bright ones too: the bar has ground of its own. */
    CgColour ground = theme->background;
    ground.a = INSET_GROUND;
    cg_canvas_fill (job->canvas, scale, ground);
    cg_map_scale_bar (job->canvas, inset, CG_CORNER_SW);
    cg_canvas_frame (job->canvas, rect, theme->text, 0.16);
}

/* The town once more, larger. */
static gboolean
draw_inset (const ScreenJob *job, const Layers *layers, const ScreenTown *town, CgRect rect,
            GError **error)
{
    CgMapView inset;
    if (!cg_map_view_fit (&inset, &town->box, rect, 0, error) ||
        !draw_layers (job, &inset, layers, layers->town_m, error))
        return FALSE;
    g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (CgRect));
    screen_draw_inset_frame (job, &inset, town, NULL, taken);
    return TRUE;
}

void
screen_take_furniture (const ScreenJob *job, const ScreenLegend *legend,
                       const ScreenLayout *layout, GArray *taken)
{
    CgRect of_legend =
        legend->rect (job->canvas, &layout->view, legend->what, layout->legend);
    CgRect of_scale = cg_map_scale_bar_rect (job->canvas, &layout->view, layout->scale);
    if (layout->has_legend)
        g_array_append_val (taken, of_legend);
    if (layout->has_scale)
        g_array_append_val (taken, of_scale);
    screen_take_seams (job, layout->view.rect, taken);
}

void
screen_draw_furniture (const ScreenJob *job, const ScreenLegend *legend,
                       const ScreenLayout *layout)
{
    if (layout->has_legend)
        legend->draw (job->canvas, &layout->view, legend->what, layout->legend);
    if (layout->has_scale)
        cg_map_scale_bar (job->canvas, &layout->view, layout->scale);
    if (layout->has_strip)
        legend->strip (job->canvas, layout->strip, legend->what, TRUE);
}

static void
draw_furniture (const ScreenJob *job, const ScreenLegend *legend, const ScreenTown *town,
                const ScreenLayout *layout)
{
    const CgMapView *view = &layout->view;
    g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (CgRect));
    screen_take_furniture (job, legend, layout, taken);
    if (layout->has_inset)
        screen_mark_inset (job, view, town, layout->inset, taken);
    screen_draw_place_labels (job, view, NULL, taken);
    screen_draw_furniture (job, legend, layout);
}

/* town: NULL for a map without an inset. */
static gboolean
draw_map (const ScreenJob *job, const CgMapView *view, const Layers *layers, double bandwidth_m,
          const ScreenLegend *legend, const ScreenTown *town, GError **error)
{
    ScreenLayout layout;
    screen_layout (job, legend, town, view, &layout);
    if (screen_tell_view (job, &layout.view))
        return TRUE;
    if (!draw_layers (job, &layout.view, layers, bandwidth_m, error))
        return FALSE;
    draw_furniture (job, legend, town, &layout);
    return !layout.has_inset || draw_inset (job, layers, town, layout.inset, error);
}

static CgHeat
heat_of_peak (const ScreenJob *job, double peak_per_km2)
{
    return (CgHeat){ .palette = job->palette,
                     .full_per_km2 = cg_map_heat_full (peak_per_km2),
                     .peak_per_km2 = peak_per_km2,
                     .power = HEAT_POWER };
}

/* Bandwidths by these events: those of the period shown, or of both where two are compared. */
static void
choose_bandwidths (const ScreenJob *job, const ScreenTown *town, const ScreenEvents *events,
                   Layers *layers)
{
    const CgScreen *screen = job->screen;
    layers->county_m = layers->town_m =
        job->bandwidth_m > 0 ? job->bandwidth_m
                             : screen_bandwidth (screen, events, screen->drawn ? &screen->box : NULL);
    if (town != NULL && job->bandwidth_m <= 0)
        layers->town_m = screen_bandwidth (screen, events, &town->box);
}

static gboolean
raise_peak (const ScreenJob *job, const ScreenTown *town, const ScreenEvents *events,
            const Layers *layers, double *inout_per_km2, GError **error)
{
    return screen_peak (events, &job->screen->box, layers->county_m, inout_per_km2, error) &&
           (town == NULL || screen_peak (events, &town->box, layers->town_m, inout_per_km2, error));
}

static gboolean
measure_heat (const ScreenJob *job, const ScreenTown *town, Layers *layers, GError **error)
{
    double peak_per_km2 = job->peak_per_km2;
    gboolean two = job->against_until_s > job->against_since_s;
    g_auto (ScreenEvents) other = { 0 }, both = { 0 };
    if (two) {
        screen_heat_events (job, job->against_since_s, job->against_until_s, &other);
        screen_join_events (&layers->events, &other, &both);
    }
    choose_bandwidths (job, town, two ? &both : &layers->events, layers);
    if (!(peak_per_km2 > 0) &&
        (!raise_peak (job, town, &layers->events, layers, &peak_per_km2, error) ||
         (two && !raise_peak (job, town, &other, layers, &peak_per_km2, error))))
        return FALSE;
    layers->heat = heat_of_peak (job, peak_per_km2);
    return TRUE;
}

const char *
screen_kernel_title (CgKernel kernel)
{
    static const char *const titles[CG_KERNELS] = { "高斯核", "四次核", "Epanechnikov 核", "三角核",
                                                    "均匀核" };
    return titles[kernel];
}

char *
screen_against_text (const ScreenJob *job)
{
    if (job->against_until_s <= job->against_since_s)
        return g_strdup ("");
    g_autofree char *from = cg_app_local_text (job->against_since_s, "%Y-%m-%d");
    g_autofree char *to = cg_app_local_text (job->against_until_s - 1, "%Y-%m-%d");
    return g_strdup_printf (screen_word (job->screen, "，图例与 %s 至 %s 的图相同"), from, to);
}

gboolean
screen_heat_facts (const ScreenJob *job, ScreenHeatFacts *out, GError **error)
{
    g_auto (Layers) layers = { 0 };
    ScreenTown found;
    gint64 since_s, until_s;
    const ScreenTown *town = screen_find_town (job, &found);
    screen_map_window (job, &since_s, &until_s);
    screen_heat_events (job, since_s, until_s, &layers.events);
    if (!measure_heat (job, town, &layers, error))
        return FALSE;
    *out = (ScreenHeatFacts){ .bandwidth_m = layers.county_m,
                              .town_m = layers.town_m,
                              .peak_per_km2 = layers.heat.peak_per_km2,
                              .full_per_km2 = layers.heat.full_per_km2 };
    return TRUE;
}

static char *
heat_source (const ScreenJob *job, const Layers *layers, gboolean inset, double bandwidth_m)
{
    g_autofree char *second =
        inset && layers->town_m < layers->county_m
            ? g_strdup_printf (screen_word (job->screen, "，附图 %.0f m"), layers->town_m)
            : g_strdup ("");
    g_autofree char *against = screen_against_text (job);
    g_autofree char *method = g_strdup_printf (
        screen_word (job->screen, "%s密度，带宽 %.0f m%s%s"),
        screen_word (job->screen, screen_kernel_title (job->kernel)), bandwidth_m, second, against);
    return screen_source_text (job->screen, method);
}

gboolean
screen_draw_heat (const ScreenJob *job, const ScreenTown *town, gboolean alone, GError **error)
{
    const CgScreen *screen = job->screen;
    gint64 since_s, until_s;
    g_auto (Layers) layers = { 0 };
    CgMapView view;
    screen_map_window (job, &since_s, &until_s);
    screen_heat_events (job, since_s, until_s, &layers.events);
    if (!measure_heat (job, town, &layers, error))
        return FALSE;
    double bandwidth_m = alone ? layers.town_m : layers.county_m;
    gboolean part = alone && town != NULL;
    g_autofree char *span =
        part            ? screen_span_text (screen, since_s, until_s,
                                            screen_events_in (&layers.events, &town->box), 0)
        : screen->drawn ? screen_span_text (screen, since_s, until_s,
                                            screen_count_between (screen, since_s, until_s), 0)
                        : screen_span_text (screen, since_s, until_s, layers.events.n,
                                            layers.events.n_left_out);
    g_autofree char *source = heat_source (job, &layers, !alone && town != NULL, bandwidth_m);
    g_autofree char *title = g_strconcat (part ? screen->regions->name[town->row] : "",
                                          part && screen->language == CG_ENGLISH ? " · " : "",
                                          screen_word (job->screen, "事件热力图"), NULL);
    CgMapFrame frame = { .title = title, .span = span, .source = source };
    if (!screen_fit_view (job, &frame, alone ? town : NULL, &view, error))
        return FALSE;
    CgLegend legend = { .title = screen_word (job->screen, "事件密度"),
                        .unit = screen_word (job->screen, "起/km²"),
                        .heat = &layers.heat };
    const ScreenLegend shown = screen_legend (&legend);
    return draw_map (job, &view, &layers, bandwidth_m, &shown, alone ? NULL : town, error);
}

const ScreenTown *
screen_find_town (const ScreenJob *job, ScreenTown *town)
{
    gint64 since_s, until_s;
    screen_map_window (job, &since_s, &until_s);
    if (job->screen->whole != NULL)
        return NULL;
    /* Of two pictures that lie side by side both show the town of the earlier one. */
    if (job->against_until_s > job->against_since_s &&
        (job->against_since_s < since_s ||
         (job->against_since_s == since_s && job->against_until_s < until_s))) {
        since_s = job->against_since_s;
        until_s = job->against_until_s;
    }
    return screen_town (job->screen, since_s, until_s, town) ? town : NULL;
}

gboolean
screen_draw_map (const ScreenJob *job, GError **error)
{
    ScreenTown town;
    return screen_draw_heat (job, screen_find_town (job, &town), FALSE, error);
}

gboolean
screen_draw_town (const ScreenJob *job, GError **error)
{
    ScreenTown town;
    return screen_draw_heat (job, screen_find_town (job, &town), TRUE, error);
}

/* Households, people and cameras are as the data have them now: no period, no incidents. */
static char *
measure_span (const CgScreen *screen, const CgScreenMeasure *measure, gint64 since_s,
              gint64 until_s, const ScreenEvents *events)
{
    if ((measure->traits & CG_MEASURE_DATED) != 0)
        return screen_span_text (screen, since_s, until_s, events->n, events->n_left_out);
    g_autofree char *count = cg_format_count_in (screen->language, screen->grids->n);
    return g_strconcat (count, screen_word (screen, " 个网格"), NULL);
}

char *
screen_few_events_text (const CgScreen *screen, gint64 since_s, gint64 until_s)
{
    g_autofree guint32 *count = screen_by_grid (screen, since_s, until_s);
    guint32 n_few = 0;
    for (guint32 g = 0; g < screen->grids->n; g++)
        n_few += count[g] > 0 && count[g] < CG_SMALL_COUNT;
    return g_strdup_printf (screen_word (screen, "%u 个网格少于 %d 起，率不稳定"), n_few,
                            CG_SMALL_COUNT);
}

/* How classes were made, and what the numbers are worth: " · 659 个网格少于 20 起，率不稳定". */
static char *
describe_numbers (const CgScreen *screen, const CgScreenMeasure *measure, const char *method,
                  gint64 since_s, gint64 until_s)
{
    g_autofree char *coverage = screen_coverage_text (screen, measure);
    if (coverage != NULL)
        return g_strdup_printf (screen_word (screen, "按网格%s分级 · %s"), method, coverage);
    if (strcmp (measure->name, SCREEN_RAW_RATE) != 0) {
        gboolean smooth = g_str_has_suffix (measure->name, "_smoothed");
        return g_strdup_printf (screen_word (screen, "按网格%s分级%s"), method,
                                smooth ? screen_word (screen, " · 经验贝叶斯平滑") : "");
    }
    g_autofree char *few = screen_few_events_text (screen, since_s, until_s);
    return g_strdup_printf (screen_word (screen, "按网格%s分级 · %s"), method, few);
}

/* Classes of the values, or of those of two periods together, so that one legend is for both. */
static gboolean
classify (const ScreenJob *job, const double *value, CgChoropleth *choropleth, char **out_note,
          GError **error)
{
    guint32 n = job->screen->grids->n, n_all = n;
    g_autofree double *all = g_new (double, 2 * (gsize) n + 1);
    memcpy (all, value, n * sizeof (double));
    if (job->against_until_s > job->against_since_s) {
        if (!screen_measure_between (job->screen, job->measure, job->against_since_s,
                                     job->against_until_s, all + n, error))
            return FALSE;
        n_all = 2 * n;
    }
    screen_classes (job, n_all, all, choropleth);
    cg_choropleth_count (n_all, all, choropleth);
    *out_note = screen_classes_note (job->screen, n_all, all, choropleth);
    cg_choropleth_count (n, value, choropleth);
    return TRUE;
}

gboolean
screen_choropleth_classes (const ScreenJob *job, const double *value, CgChoropleth *out,
                           GError **error)
{
    g_autofree char *note = NULL;
    return classify (job, value, out, &note, error);
}

gboolean
screen_draw_choropleth (const ScreenJob *job, GError **error)
{
    const CgScreen *screen = job->screen;
    const CgScreenMeasure *measure = cg_screen_measure_find (job->measure);
    g_autofree double *value = g_new0 (double, MAX (screen->grids->n, 1));
    gint64 since_s, until_s;
    g_auto (Layers) layers = { .value = value };
    CgMapView view;
    ScreenTown town;
    screen_map_window (job, &since_s, &until_s);
    if (!screen_measure_between (screen, job->measure, since_s, until_s, value, error))
        return FALSE;
    screen_events (screen, since_s, until_s, &layers.events);
    g_autofree char *span = measure_span (screen, measure, since_s, until_s, &layers.events);
    g_autofree char *what = screen_measure_title (screen, measure);
    g_autofree char *title = g_strdup_printf (screen_word (job->screen, "各网格%s"), what);
    g_autofree char *method = screen_classes_method (job);
    g_autofree char *numbers = describe_numbers (screen, measure, method, since_s, until_s);
    g_autofree char *against = screen_against_text (job);
    g_autofree char *by = g_strconcat (numbers, against, NULL);
    g_autofree char *source = screen_source_text (screen, by);
    CgMapFrame frame = { .title = title, .span = span, .source = source };
    if (!screen_fit_view (job, &frame, NULL, &view, error))
        return FALSE;
    CgChoropleth choropleth = { 0 };
    g_autofree char *note = NULL;
    if (!classify (job, value, &choropleth, &note, error))
        return FALSE;
    layers.choropleth = &choropleth;
    CgLegend legend = { .title = what,
                        .unit = screen_word (screen, measure->unit),
                        .choropleth = &choropleth,
                        .note = note,
                        .count_title = screen_word (job->screen, "网格数") };
    if (screen->grids->n == 0) {
        legend.choropleth = NULL;
        legend.note = screen_word (job->screen, "尚无网格方案");
    }
    const ScreenLegend shown = screen_legend (&legend);
    return draw_map (job, &view, &layers, 0, &shown, screen_find_town (job, &town), error);
}
