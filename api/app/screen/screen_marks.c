/* Maps of things that stand out one by one: grids under warning, cameras. */
#include "app/screen/screen_internal.h"

#include "map/kinds.h"

#include <math.h>
#include <string.h>

#define MAX_CLASSES 6u
#define DISC_VH 2.2
#define SEEN_OPACITY 0.38

static char *
count_text (guint32 n, const char *unit)
{
    g_autofree char *count = cg_format_count (n);
    return g_strconcat (count, " ", unit, NULL);
}

/* ---- grids under warning --------------------------------------------------------------------- */

typedef struct {
    GArray *warnings; /* ScreenWarning */
    CgLegendRow rows[CG_N_WARNINGS];
} Alerts;

static void
alerts_clear (Alerts *alerts)
{
    g_clear_pointer (&alerts->warnings, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Alerts, alerts_clear)

static void
paint_alerts (const ScreenJob *job, const CgMapView *view, gpointer data)
{
    const Alerts *alerts = data;
    const CgShapes *grids = screen_outlines (job->screen, view, CG_LEVEL_GRID);
    for (guint c = 0; c < CG_N_WARNINGS; c++) {
        g_autoptr (CgShapes) areas = cg_shapes_new (CG_SHAPES_AREA);
        for (guint k = 0; k < alerts->warnings->len; k++) {
            const ScreenWarning *warning = &g_array_index (alerts->warnings, ScreenWarning, k);
            if (warning->colour == c)
                cg_shapes_add_shape (areas, grids, warning->grid);
        }
        CgColour colour = cg_canvas_theme (job->canvas)->warning[c];
        colour.a = 190;
        cg_map_areas (job->canvas, view, areas, colour);
    }
}

/* A disc for each warned grid with the letter in it: a grid of the town is smaller than a pixel of the
 * county's map. A letter that has no room on its disc is left out, it would stand at another grid. */
static void
mark_alerts (const ScreenJob *job, const CgMapView *view, gpointer data, GArray *taken)
{
    const Alerts *alerts = data;
    const CgShapes *shapes = job->screen->grids->shapes;
    const CgTheme *theme = cg_canvas_theme (job->canvas);
    guint n = alerts->warnings->len;
    g_autofree double *x = g_new (double, n + 1), *y = g_new (double, n + 1);
    g_autofree guint32 *class = g_new (guint32, n + 1);
    g_autofree CgLabel *labels = g_new0 (CgLabel, n + 1);
    CgSymbolClass symbols[CG_N_WARNINGS];
    for (guint c = 0; c < CG_N_WARNINGS; c++)
        symbols[c] = (CgSymbolClass){ CG_SYMBOL_CIRCLE, theme->warning[c], DISC_VH };
    for (guint k = 0; k < n; k++) {
        const ScreenWarning *warning = &g_array_index (alerts->warnings, ScreenWarning, k);
        cg_map_outline (job->canvas, view, shapes, 1, &warning->grid,
                        theme->warning[warning->colour], 0.25);
        cg_shapes_label_point (shapes, warning->grid, &x[k], &y[k], NULL);
        class[k] = warning->colour;
        labels[k] = (CgLabel){ .x = x[k],
                               .y = y[k],
                               .text = cg_warning_letter (warning->colour),
                               .priority = n - k,
                               .radius_m = 0.2 * view->m_per_px };
    }
    cg_map_points (job->canvas, view, n, x, y, class, CG_N_WARNINGS, symbols);
    CgLabelOptions options = { .size = CG_TEXT_SMALL, .bold = TRUE };
    g_autofree CgRect *boxes = g_new0 (CgRect, n + 1);
    cg_map_labels (job->canvas, view, n, labels, &options, boxes);
    g_array_append_vals (taken, boxes, n);
}

static gboolean
begin_marks (const ScreenJob *job, const char *title, const char *span, const char *method,
             CgMapView *view, GError **error)
{
    g_autofree char *source = screen_source_text (job->screen, method);
    CgMapFrame frame = { .title = title, .span = span, .source = source };
    return screen_fit_view (job, &frame, NULL, view, error);
}

gboolean
screen_draw_alerts (const ScreenJob *job, GError **error)
{
    static const char *const texts[CG_N_WARNINGS] = { "红色预警", "橙色预警", "黄色预警",
                                                      "蓝色预警" };
    double by_chance;
    g_auto (Alerts) alerts = { .warnings = screen_warnings (job->screen, job->today_s, &by_chance) };
    CgMapView view;
    ScreenTown town;
    gboolean ready = screen_warnings_ready (job->screen, job->today_s);
    for (guint c = 0; c < CG_N_WARNINGS; c++)
        alerts.rows[c] = (CgLegendRow){ .colour = cg_canvas_theme (job->canvas)->warning[c],
                                        .symbol = -1,
                                        .text = screen_word (job->screen, texts[c]),
                                        .count = 0 };
    for (guint k = 0; k < alerts.warnings->len; k++)
        alerts.rows[g_array_index (alerts.warnings, ScreenWarning, k).colour].count++;
    g_autofree char *rule = screen_warning_rule (job->screen);
    g_autofree char *method = g_strconcat (screen_word (job->screen, "近 7 日"), rule, NULL);
    g_autofree char *number =
        count_text (alerts.warnings->len, screen_word (job->screen, "个网格"));
    if (!begin_marks (job, screen_word (job->screen, "预警网格"),
                      ready ? number : screen_word (job->screen, "数据不足五周，尚无预警"), method,
                      &view, error))
        return FALSE;
    CgLegend legend = { .title = screen_word (job->screen, "预警级别"),
                        .unit = "",
                        .count_title = screen_word (job->screen, "网格数"),
                        .n_rows = CG_N_WARNINGS,
                        .rows = alerts.rows };
    return screen_draw_kind (job, &view,
                             &(ScreenMapKind){ .legend = screen_legend (&legend),
                                               .over_heat = TRUE,
                                               .barriers = TRUE,
                                               .paint = paint_alerts,
                                               .mark = mark_alerts,
                                               .data = &alerts },
                             screen_find_town (job, &town), error);
}

/* ---- cameras --------------------------------------------------------------------------------- */

typedef struct {
    guint32 *class; /* [cameras] */
    guint n_classes;
    guint32 inside, outside; /* in a grid; in none */
    CgSymbolClass symbols[MAX_CLASSES + 2];
    CgLegendRow rows[MAX_CLASSES + 4]; /* with seen and blind ground */
    guint n_rows;
    char *texts[MAX_CLASSES + 1];
} Cameras;

static void
cameras_clear (Cameras *cameras)
{
    g_free (cameras->class);
    for (guint c = 0; c <= MAX_CLASSES; c++)
        g_free (cameras->texts[c]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Cameras, cameras_clear)

static int
compare_names (gconstpointer a, gconstpointer b)
{
    return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static char *
class_title (const CgScreen *screen, const char *name)
{
    gboolean letter = strlen (name) == 1 && g_ascii_isupper (name[0]);
    return letter ? g_strconcat (name, screen_word (screen, " 类摄像头"), NULL) : g_strdup (name);
}

/* Small and grey below the others: what stands beyond the border is seen but not counted. */
static void
set_outside (const ScreenJob *job, const CgTheme *theme, Cameras *cameras)
{
    guint last = cameras->n_classes++;
    cameras->symbols[last] = (CgSymbolClass){ CG_SYMBOL_RING, theme->text2, 0.7 };
    cameras->rows[last] = (CgLegendRow){ .colour = theme->text2,
                                         .symbol = (int) CG_SYMBOL_RING,
                                         .text = screen_word (job->screen, "网格外"),
                                         .count = cameras->outside };
    for (guint32 i = 0; i < cameras->inside + cameras->outside; i++)
        if (cameras->class[i] == G_MAXUINT32)
            cameras->class[i] = last;
}

/* Classes by name; what has none, or comes after the sixth, is 其他; last those in no grid. */
static void
sort_cameras (const ScreenJob *job, Cameras *out)
{
    static const CgSymbol symbols[MAX_CLASSES + 1] = { CG_SYMBOL_CIRCLE,  CG_SYMBOL_TRIANGLE,
                                                       CG_SYMBOL_DIAMOND, CG_SYMBOL_SQUARE,
                                                       CG_SYMBOL_STAR,    CG_SYMBOL_CROSS,
                                                       CG_SYMBOL_RING };
    const CgPlaces *cameras = job->screen->cameras;
    const CgTheme *theme = cg_canvas_theme (job->canvas);
    guint32 n_types = cameras->types != NULL ? cg_names_count (cameras->types) : 0;
    g_autoptr (GPtrArray) names = g_ptr_array_new ();
    for (guint32 t = 0; t < n_types; t++)
        g_ptr_array_add (names, (gpointer) cg_names_get (cameras->types, t));
    g_ptr_array_sort (names, compare_names);
    guint n_named = MIN (names->len, MAX_CLASSES);
    g_autofree guint32 *class_of = g_new (guint32, n_types + 1);
    for (guint32 t = 0; t < n_types; t++)
        class_of[t] = n_named;
    for (guint k = 0; k < n_named; k++) {
        class_of[cg_names_find (cameras->types, names->pdata[k])] = k;
        out->texts[k] = class_title (job->screen, names->pdata[k]);
    }
    out->texts[n_named] = g_strdup (n_named > 0 ? screen_word (job->screen, "其他")
                                                : screen_word (job->screen, "摄像头"));
    for (guint k = 0; k <= n_named; k++) {
        out->symbols[k] = (CgSymbolClass){ symbols[k], theme->class_colour[k], 1.0 };
        out->rows[k] = (CgLegendRow){ .colour = theme->class_colour[k],
                                      .symbol = (int) symbols[k],
                                      .text = out->texts[k] };
    }
    out->class = g_new (guint32, MAX (cameras->n, 1));
    for (guint32 i = 0; i < cameras->n; i++) {
        if (screen_camera_is_outside (job->screen, i)) {
            out->class[i] = G_MAXUINT32;
            out->outside++;
            continue;
        }
        out->class[i] = cameras->type[i] < n_types ? class_of[cameras->type[i]] : n_named;
        out->rows[out->class[i]].count++;
    }
    out->inside = cameras->n - out->outside;
    out->n_classes = n_named + (out->rows[n_named].count > 0 || n_named == 0);
    if (out->outside > 0)
        set_outside (job, theme, out);
}

static CgColour
seen_colour (const CgTheme *theme)
{
    return cg_colour_alpha (theme->accent, SEEN_OPACITY);
}

/* Of an inset too: what is large enough there is drawn. */
static void
paint_sectors (const ScreenJob *job, const CgMapView *view, gpointer data)
{
    g_autoptr (CgShapes) sectors = screen_sectors (job, view);
    if (sectors != NULL)
        cg_map_areas_once (job->canvas, view, sectors, seen_colour (cg_canvas_theme (job->canvas)));
}

static void
add_ground_rows (const ScreenJob *job, const CgMapView *view, Cameras *cameras)
{
    const CgTheme *theme = cg_canvas_theme (job->canvas);
    cameras->n_rows = cameras->n_classes;
    if (!screen_has_sectors (job, view))
        return;
    cameras->rows[cameras->n_rows++] = (CgLegendRow){ .colour = cg_colour_mix (theme->land, theme->accent, SEEN_OPACITY),
                                                      .symbol = -1,
                                                      .text = screen_word (job->screen, "可见地面"),
                                                      .count = NAN };
    cameras->rows[cameras->n_rows++] = (CgLegendRow){ .colour = theme->land,
                                                      .symbol = -1,
                                                      .text = screen_word (job->screen, "盲区和建筑"),
                                                      .count = NAN };
}

/* " · 城镇网格覆盖率 49.9 %", or "" where nothing is known. (transfer full) */
static char *
seen_text (const CgScreen *screen)
{
    gboolean urban;
    double share = screen_seen_share (screen, &urban);
    if (!isfinite (share))
        return g_strdup ("");
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd (number, sizeof number, "%.1f", 100 * share);
    return g_strdup_printf (screen_word (screen, urban ? " · 城镇覆盖率 %s%%" : " · 覆盖率 %s%%"), number);
}

static void
mark_cameras (const ScreenJob *job, const CgMapView *view, gpointer data, GArray *taken)
{
    const Cameras *cameras = data;
    const CgPlaces *places = job->screen->cameras;
    cg_map_points (job->canvas, view, places->n, places->x, places->y, cameras->class,
                   cameras->n_classes, cameras->symbols);
}

static guint32
count_without (const CgScreen *screen)
{
    g_autofree guint8 *has = g_new0 (guint8, MAX (screen->grids->n, 1));
    guint32 without = 0;
    for (guint32 i = 0; i < screen->cameras->n; i++)
        if (screen->tables.camera_grid[i] != CG_NONE)
            has[screen->tables.camera_grid[i]] = 1;
    for (guint32 g = 0; g < screen->grids->n; g++)
        without += !has[g];
    return without;
}

gboolean
screen_draw_cameras (const ScreenJob *job, GError **error)
{
    const CgScreen *screen = job->screen;
    g_auto (Cameras) cameras = { 0 };
    CgMapView view;
    ScreenTown town;
    sort_cameras (job, &cameras);
    g_autofree char *number = count_text (cameras.inside, screen_word (job->screen, "个摄像头"));
    g_autofree char *without = cg_format_count_in (job->screen->language, count_without (screen));
    g_autofree char *seen = seen_text (screen);
    g_autofree char *inside =
        g_strdup_printf (screen_word (job->screen, "%s · %s 个网格内没有摄像头"), number, without);
    g_autofree char *span = g_strconcat (inside, seen, NULL);
    g_autofree char *stale = screen_coverage_text (screen, cg_screen_measure_find ("camera_coverage"));
    g_autofree char *method = g_strconcat (screen_word (job->screen, "按登记位置"),
                                           stale != NULL && seen[0] != '\0' ? " · " : "",
                                           stale != NULL && seen[0] != '\0' ? stale : "", NULL);
    if (!begin_marks (job, screen_word (job->screen, "摄像头分布"), span, method, &view, error))
        return FALSE;
    add_ground_rows (job, &view, &cameras);
    CgLegend legend = { .title = screen_word (job->screen, "摄像头"),
                        .unit = "",
                        .count_title = screen_word (job->screen, "个"),
                        .n_rows = cameras.n_rows,
                        .rows = cameras.rows };
    return screen_draw_kind (job, &view,
                             &(ScreenMapKind){ .legend = screen_legend (&legend),
                                               .over_heat = TRUE,
                                               .barriers = TRUE,
                                               .paint = paint_sectors,
                                               .mark = mark_cameras,
                                               .data = &cameras },
                             screen_find_town (job, &town), error);
}
