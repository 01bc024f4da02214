/* Further maps of the county: hexagons, two measures at once, circles, contours. */
#include "app/screen/hex_map.h"
#include "app/screen/screen_internal.h"

#include "analyse/breaks.h"
#include "analyse/contours.h"
#include "base/error.h"
#include "map/kinds.h"

#include <math.h>
#include <string.h>

#define MAX_LEVELS 7u
/* Circles may take so much of the county, and be so large. */
#define CIRCLES_SHARE 0.09
#define MAX_CIRCLE_VH 6.0
#define MIN_CIRCLE_VH 1.2

static void
draw_below (const ScreenJob *job, const CgMapView *view, const ScreenMapKind *kind)
{
    screen_draw_ground (job, view, kind->barriers);
    kind->paint (job, view, kind->data);
    screen_draw_above (job, view, kind->over_heat);
}

/* The busiest town once more, larger, in the corner kept free for it. */
static gboolean
draw_inset (const ScreenJob *job, const ScreenMapKind *kind, const ScreenTown *town, CgRect rect,
            GError **error)
{
    CgMapView view;
    if (!cg_map_view_fit (&view, &town->box, rect, 0, error))
        return FALSE;
    g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (CgRect));
    draw_below (job, &view, kind);
    /* Its name and scale bar come last and move for no mark. */
    CgText style = { .size = CG_TEXT_BODY, .bold = TRUE };
    double line = cg_canvas_line_height (job->canvas, CG_TEXT_BODY), vh = cg_canvas_vh (job->canvas);
    CgRect scale = cg_map_scale_bar_rect (job->canvas, &view, CG_CORNER_SW),
           name = cg_canvas_measure (job->canvas, rect.x + vh, rect.y + 0.6 * vh + line / 2,
                                     job->screen->regions->name[town->row], &style);
    g_array_append_val (taken, scale);
    g_array_append_val (taken, name);
    if (kind->mark != NULL)
        kind->mark (job, &view, kind->data, taken);
    screen_draw_inset_frame (job, &view, town, kind->circles, taken);
    return TRUE;
}

gboolean
screen_draw_kind (const ScreenJob *job, const CgMapView *whole, const ScreenMapKind *kind,
                  const ScreenTown *town, GError **error)
{
    ScreenLayout layout;
    screen_layout (job, &kind->legend, town, whole, &layout);
    const CgMapView *view = &layout.view;
    if (screen_tell_view (job, view))
        return TRUE;
    g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (CgRect));
    screen_take_furniture (job, &kind->legend, &layout, taken);
    draw_below (job, view, kind);
    if (layout.has_inset)
        g_array_append_val (taken, layout.inset); /* a mark under it would be cut */
    if (layout.has_inset && kind->marks_yield)
        screen_mark_inset (job, view, town, layout.inset, taken);
    if (kind->mark != NULL)
        kind->mark (job, view, kind->data, taken);
    if (layout.has_inset && !kind->marks_yield)
        screen_mark_inset (job, view, town, layout.inset, taken);
    screen_draw_place_labels (job, view, kind->circles, taken);
    screen_draw_furniture (job, &kind->legend, &layout);
    return !layout.has_inset || draw_inset (job, kind, town, layout.inset, error);
}

/* Title, span and method, and the view that they leave. */
static gboolean
begin_kind (const ScreenJob *job, const ScreenEvents *events, const char *title, const char *method,
            CgMapView *view, GError **error)
{
    gint64 since_s, until_s;
    screen_map_window (job, &since_s, &until_s);
    g_autofree char *span =
        screen_span_text (job->screen, since_s, until_s, events->n, events->n_left_out);
    g_autofree char *source = screen_source_text (job->screen, method);
    CgMapFrame frame = { .title = title, .span = span, .source = source };
    return screen_fit_view (job, &frame, NULL, view, error);
}

static void
load_events (const ScreenJob *job, ScreenEvents *out)
{
    gint64 since_s, until_s;
    screen_map_window (job, &since_s, &until_s);
    screen_events (job->screen, since_s, until_s, out);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ScreenEvents, screen_events_clear)

/* ---- hexagons ----------------------------------------------------------------------------------
 */

static void
paint_hexagons (const ScreenJob *job, const CgMapView *view, gpointer data)
{
    cg_hex_map_draw (job->canvas, view, data);
}

gboolean
screen_draw_hexbin (const ScreenJob *job, GError **error)
{
    g_auto (ScreenEvents) events = { 0 };
    g_auto (CgHexMap) map = { 0 };
    CgMapView view;
    CgBox box = job->screen->box;
    if (cg_box_is_empty (&box))
        box = (CgBox){ 0, 0, 1000, 1000 };
    load_events (job, &events);
    if (!cg_hex_map_init (&map, events.n, events.x, events.y, NULL, 0, &box, job->palette,
                          cg_canvas_theme (job->canvas), job->screen->language, error) ||
        !begin_kind (job, &events, screen_word (job->screen, "事件六边形分格图"), map.method, &view,
                     error))
        return FALSE;
    CgLegend legend = cg_hex_map_legend (&map);
    return screen_draw_kind (job, &view,
                      &(ScreenMapKind){ .legend = screen_legend (&legend),
                               .over_heat = TRUE,
                               .barriers = TRUE,
                               .paint = paint_hexagons,
                               .data = &map },
                      NULL, error);
}

/* ---- two measures ------------------------------------------------------------------------------
 */

typedef struct {
    CgBivariate bivariate;
    double *x, *y;         /* [grids] */
    char *x_name, *y_name; /* of the measures, marked where they are estimates */
} Two;

static void
two_clear (Two *two)
{
    g_free (two->x);
    g_free (two->y);
    g_free (two->x_name);
    g_free (two->y_name);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Two, two_clear)

/* As few decimals, up to 3, as tell apart what differs. */
static guint
axis_decimals (const CgBivariateAxis *axis)
{
    for (guint decimals = 0; decimals < 3; decimals++) {
        gboolean apart = TRUE;
        double before = axis->lower;
        for (guint c = 0; c < axis->n_classes; c++) {
            g_autofree char *low = cg_format_number (before, decimals);
            g_autofree char *high = cg_format_number (axis->upper[c], decimals);
            apart = apart && (!g_str_equal (low, high) || before == axis->upper[c]);
            before = axis->upper[c];
        }
        if (apart)
            return MAX (decimals, 1);
    }
    return 3;
}

/* Thirds of the finite values. */
static void
choose_thirds (guint32 n, const double *value, CgBivariateAxis *axis)
{
    CgChoropleth classes = { .n_classes = 1, .upper = { 1 } };
    double lower = INFINITY;
    gboolean whole = TRUE;
    for (guint32 g = 0; g < n; g++)
        if (isfinite (value[g])) {
            lower = MIN (lower, value[g]);
            whole = whole && value[g] == floor (value[g]);
        }
    guint found = cg_breaks_run ("quantile", n, value, CG_BIVARIATE_CLASSES, classes.upper);
    classes.n_classes = MAX (found, 1);
    classes.lower = isfinite (lower) ? lower : 0.0;
    axis->n_classes = classes.n_classes;
    axis->lower = classes.lower;
    memcpy (axis->upper, classes.upper, sizeof axis->upper);
    axis->decimals = whole ? 0 : axis_decimals (axis);
}

static gboolean
load_axis (const ScreenJob *job, const char *name, double **out_value, char **out_name,
           CgBivariateAxis *axis, GError **error)
{
    const CgScreen *screen = job->screen;
    gint64 since_s, until_s;
    screen_map_window (job, &since_s, &until_s);
    *out_value = g_new0 (double, MAX (screen->grids->n, 1));
    if (!screen_measure_between (screen, name, since_s, until_s, *out_value, error))
        return FALSE;
    const CgScreenMeasure *measure = cg_screen_measure_find (name);
    *out_name = screen_measure_title (screen, measure);
    axis->title = *out_name;
    axis->unit = screen_word (screen, measure->unit);
    choose_thirds (screen->grids->n, *out_value, axis);
    return TRUE;
}

/* "households,incidents_per_1000_smoothed" */
static gboolean
load_two (const ScreenJob *job, Two *two, GError **error)
{
    const char *names =
        job->measure != NULL ? job->measure : "households," SCREEN_RAW_RATE "_smoothed";
    g_auto (GStrv) name = g_strsplit (names, ",", -1);
    if (g_strv_length (name) != 2 || strcmp (name[0], name[1]) == 0) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "measure '%.80s': a bivariate map takes two different ones, as in "
                     "households,incidents",
                     names);
        return FALSE;
    }
    return load_axis (job, name[0], &two->x, &two->x_name, &two->bivariate.x, error) &&
           load_axis (job, name[1], &two->y, &two->y_name, &two->bivariate.y, error);
}

static void
paint_two (const ScreenJob *job, const CgMapView *view, gpointer data)
{
    Two *two = data;
    cg_map_bivariate (job->canvas, view, screen_outlines (job->screen, view, CG_LEVEL_GRID), two->x,
                      two->y, &two->bivariate);
}

static CgRect
two_rect (CgCanvas *canvas, const CgMapView *view, gconstpointer what, CgCorner corner)
{
    return cg_map_bivariate_legend_rect (canvas, view, what, corner);
}

static void
two_draw (CgCanvas *canvas, const CgMapView *view, gconstpointer what, CgCorner corner)
{
    cg_map_bivariate_legend (canvas, view, what, corner);
}

static gboolean
two_strip (CgCanvas *canvas, CgRect rect, gconstpointer what, gboolean draw)
{
    return cg_map_bivariate_strip (canvas, rect, what, draw);
}

gboolean
screen_draw_bivariate (const ScreenJob *job, GError **error)
{
    g_auto (ScreenEvents) events = { 0 };
    g_auto (Two) two = { 0 };
    CgMapView view;
    ScreenTown town;
    load_events (job, &events);
    if (!load_two (job, &two, error))
        return FALSE;
    cg_bivariate_count (job->screen->grids->n, two.x, two.y, &two.bivariate);
    g_autofree char *title =
        g_strdup_printf (screen_word (job->screen, "各网格%s与%s"), two.x_name, two.y_name);
    if (!begin_kind (job, &events, title,
                     screen_word (job->screen, "各按三分位数分级，方格内为网格数"), &view, error))
        return FALSE;
    return screen_draw_kind (job, &view,
                      &(ScreenMapKind){ .legend = { two_rect, two_draw, two_strip, &two.bivariate },
                               .paint = paint_two,
                               .data = &two },
                      screen_find_town (job, &town), error);
}

/* ---- circles -----------------------------------------------------------------------------------
 */

typedef struct {
    guint32 n;
    double *x, *y, *value, *radius_px;
    CgGraduated graduated;
    ScreenCircles round;
    char *name;
} Circles;

static void
circles_clear (Circles *circles)
{
    g_free (circles->x);
    g_free (circles->y);
    g_free (circles->value);
    g_free (circles->radius_px);
    g_free (circles->name);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Circles, circles_clear)

static void
circles_new (Circles *circles, guint32 n)
{
    circles->n = n;
    circles->x = g_new0 (double, MAX (n, 1));
    circles->y = g_new0 (double, MAX (n, 1));
    circles->value = g_new0 (double, MAX (n, 1));
    circles->radius_px = g_new0 (double, MAX (n, 1));
}

/* Sums of the grids of each community; of a plan without communities each grid by itself. */
static void
place_circles (const CgScreen *screen, const double *by_grid, Circles *circles)
{
    const CgGrids *grids = screen->grids;
    const GArray *rows = screen->level_row[CG_LEVEL_COMMUNITY];
    if (rows->len == 0) {
        circles_new (circles, grids->n);
        for (guint32 g = 0; g < grids->n; g++) {
            cg_shapes_label_point (grids->shapes, g, &circles->x[g], &circles->y[g], NULL);
            circles->value[g] = by_grid[g];
        }
        return;
    }
    g_autofree guint32 *place = g_new (guint32, MAX (screen->regions->n, 1));
    circles_new (circles, rows->len);
    for (guint k = 0; k < rows->len; k++) {
        guint32 row = g_array_index (rows, guint32, k);
        place[row] = k;
        circles->x[k] = screen->label_x[row];
        circles->y[k] = screen->label_y[row];
    }
    for (guint32 g = 0; g < grids->n; g++)
        if (screen->grid_community[g] != CG_NONE)
            circles->value[place[screen->grid_community[g]]] += by_grid[g];
}

/* The largest circle is as large as lets all of them together cover a tenth of the county. */
static void
choose_size (const ScreenJob *job, const CgMapView *view, Circles *circles)
{
    double sum = 0.0, most = 0.0;
    for (guint32 k = 0; k < circles->n; k++)
        if (isfinite (circles->value[k]) && circles->value[k] > 0.0) {
            sum += circles->value[k];
            most = MAX (most, circles->value[k]);
        }
    circles->graduated.full = most > 0.0 ? cg_round_up (most) : 1.0;
    const CgBox *box = &job->screen->box;
    double area_px =
        (box->x_max - box->x_min) * (box->y_max - box->y_min) / (view->m_per_px * view->m_per_px);
    double vh = cg_canvas_vh (job->canvas), radius_px = 0.0;
    if (sum > 0.0 && area_px > 0.0 && isfinite (area_px))
        radius_px = sqrt (CIRCLES_SHARE * area_px * circles->graduated.full / (G_PI * sum));
    circles->graduated.radius_vh = CLAMP (radius_px / vh, MIN_CIRCLE_VH, MAX_CIRCLE_VH);
    for (guint32 k = 0; k < circles->n; k++)
        circles->radius_px[k] =
            cg_graduated_radius (job->canvas, &circles->graduated, circles->value[k]);
    circles->round = (ScreenCircles){ circles->n, circles->x, circles->y, circles->radius_px,
                                      job->screen->level_row[CG_LEVEL_COMMUNITY]->len > 0 };
}

static void
count_circles (Circles *circles)
{
    CgGraduated *graduated = &circles->graduated;
    for (guint32 k = 0; k < circles->n; k++) {
        gboolean placed = isfinite (circles->x[k]) && isfinite (circles->value[k]);
        graduated->n_none += !placed;
        graduated->n_zero += placed && circles->value[k] == 0.0;
        graduated->n_below += placed && circles->value[k] < 0.0;
    }
}

static void
paint_nothing (const ScreenJob *job, const CgMapView *view, gpointer data)
{
}

static void
mark_circles (const ScreenJob *job, const CgMapView *view, gpointer data, GArray *taken)
{
    Circles *circles = data;
    cg_map_graduated (job->canvas, view, circles->n, circles->x, circles->y, circles->value,
                      &circles->graduated);
}

static CgRect
circles_rect (CgCanvas *canvas, const CgMapView *view, gconstpointer what, CgCorner corner)
{
    return cg_map_graduated_legend_rect (canvas, view, what, corner);
}

static void
circles_draw (CgCanvas *canvas, const CgMapView *view, gconstpointer what, CgCorner corner)
{
    cg_map_graduated_legend (canvas, view, what, corner);
}

static gboolean
circles_strip (CgCanvas *canvas, CgRect rect, gconstpointer what, gboolean draw)
{
    return cg_map_graduated_strip (canvas, rect, what, draw);
}

/* Numbers that may be added up over the grids of a community. */
static const CgScreenMeasure *
find_summed (const char *name, GError **error)
{
    const CgScreenMeasure *measure = cg_screen_measure_find (name != NULL ? name : "incidents");
    if (measure == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "no measure named '%.40s'", name);
        return NULL;
    }
    if ((measure->traits & CG_MEASURE_RATIO) != 0) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "measure '%s' cannot be summed up to communities; circles show counts, "
                     "the choropleth shows rates",
                     measure->name);
        return NULL;
    }
    return measure;
}

gboolean
screen_draw_symbols (const ScreenJob *job, GError **error)
{
    const CgScreen *screen = job->screen;
    const CgScreenMeasure *measure = find_summed (job->measure, error);
    g_autofree double *by_grid = g_new0 (double, MAX (screen->grids->n, 1));
    g_auto (ScreenEvents) events = { 0 };
    g_auto (Circles) circles = { 0 };
    CgMapView view;
    ScreenTown town;
    gint64 since_s, until_s;
    screen_map_window (job, &since_s, &until_s);
    if (measure == NULL ||
        !screen_measure_between (screen, measure->name, since_s, until_s, by_grid, error))
        return FALSE;
    load_events (job, &events);
    place_circles (screen, by_grid, &circles);
    count_circles (&circles);
    circles.name = screen_measure_title (screen, measure);
    circles.graduated.title = circles.name;
    circles.graduated.unit = screen_word (screen, measure->unit);
    gboolean by_community = screen->level_row[CG_LEVEL_COMMUNITY]->len > 0;
    g_autofree char *title =
        g_strdup_printf ("%s%s",
                         by_community ? screen_word (job->screen, "各村（社区）")
                                      : screen_word (job->screen, "各网格"),
                         circles.name);
    if (!begin_kind (job, &events, title, screen_word (job->screen, "圆面积与数值成正比"), &view,
                     error))
        return FALSE;
    choose_size (job, &view, &circles);
    return screen_draw_kind (job, &view,
                      &(ScreenMapKind){ .legend = { circles_rect, circles_draw, circles_strip,
                                           &circles.graduated },
                               .over_heat = TRUE,
                               .barriers = TRUE,
                               .paint = paint_nothing,
                               .mark = mark_circles,
                               .data = &circles,
                               .circles = &circles.round },
                      screen_find_town (job, &town), error);
}

/* ---- contours ----------------------------------------------------------------------------------
 */

typedef struct {
    CgContours *contours;
    CgHeat heat;
    GArray *rows;
} Lines;

static void
lines_clear (Lines *lines)
{
    g_clear_pointer (&lines->contours, cg_contours_free);
    g_clear_pointer (&lines->rows, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Lines, lines_clear)

static void
paint_lines (const ScreenJob *job, const CgMapView *view, gpointer data)
{
    const Lines *lines = data;
    cg_map_contours (job->canvas, view, lines->contours, &lines->heat);
}

static void
mark_lines (const ScreenJob *job, const CgMapView *view, gpointer data, GArray *taken)
{
    const Lines *lines = data;
    cg_map_contour_labels (job->canvas, view, lines->contours, taken);
}

guint
screen_contour_levels (double peak_per_km2, double *out)
{
    return cg_contours_levels (peak_per_km2, MAX_LEVELS, out);
}

/* The surface reaches a little beyond the view, so that no ring is seen to follow the rim. */
CgContours *
screen_contours (const ScreenEvents *events, const CgMapView *view, double bandwidth_m,
                 double peak_per_km2, GError **error)
{
    double levels[MAX_LEVELS], grow = view->m_per_px * 12;
    CgMapView wide = *view;
    wide.rect.width += 24;
    wide.rect.height += 24;
    wide.box.x_min -= grow;
    wide.box.y_min -= grow;
    wide.box.x_max += grow;
    wide.box.y_max += grow;
    guint n = screen_contour_levels (peak_per_km2, levels);
    g_autoptr (CgDensity) density = screen_density (events, &wide, bandwidth_m, error);
    return density != NULL ? cg_contours_run (density, n, levels, error) : NULL;
}

gboolean
screen_draw_contours (const ScreenJob *job, GError **error)
{
    const CgScreen *screen = job->screen;
    g_auto (ScreenEvents) events = { 0 }, near = { 0 };
    g_auto (Lines) lines = { 0 };
    CgMapView view;
    double peak_per_km2 = 0;
    gint64 since_s, until_s;
    load_events (job, &events);
    screen_map_window (job, &since_s, &until_s);
    screen_heat_events (job, since_s, until_s, &near);
    double bandwidth_m = job->bandwidth_m > 0 ? job->bandwidth_m
                                              : screen_bandwidth (screen, &near, screen->drawn ? &screen->box : NULL);
    if (!screen_peak (&near, &screen->box, bandwidth_m, &peak_per_km2, error))
        return FALSE;
    lines.heat = (CgHeat){ .palette = job->palette,
                           .full_per_km2 = cg_map_heat_full (peak_per_km2),
                           .peak_per_km2 = peak_per_km2,
                           .power = 0.5,
                           .opacity = 0.75 };
    g_autofree char *method =
        g_strdup_printf (screen_word (job->screen, "%s密度，带宽 %.0f m"),
                         screen_word (job->screen, screen_kernel_title (job->kernel)), bandwidth_m);
    if (!begin_kind (job, &events, screen_word (job->screen, "事件密度等值线图"), method, &view,
                     error))
        return FALSE;
    lines.contours = screen_contours (&near, &view, bandwidth_m, peak_per_km2, error);
    if (lines.contours == NULL)
        return FALSE;
    lines.rows = cg_contours_legend_rows (job->canvas, lines.contours, &lines.heat);
    CgLegend legend = { .title = screen_word (job->screen, "事件密度"),
                        .unit = screen_word (job->screen, "起/km²"),
                        .n_rows = lines.rows->len,
                        .rows = (const CgLegendRow *) (gpointer) lines.rows->data };
    return screen_draw_kind (job, &view,
                      &(ScreenMapKind){ .legend = screen_legend (&legend),
                               .over_heat = TRUE,
                               .barriers = TRUE,
                               .paint = paint_lines,
                               .mark = mark_lines,
                               .data = &lines },
                      NULL, error);
}
