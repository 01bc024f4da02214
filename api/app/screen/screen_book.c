/* A map book on paper: a page for the county and one for each town. */
#include "app/screen/screen_book_internal.h"
#include "app/status.h"

#include "attach/attach.h"
#include "base/error.h"

#include <math.h>
#include <string.h>

#define MARGIN_VH 4.0
#define SIDE_VH 42.0
/* A sheet too narrow for the column beside the map gives it this share. */
#define SIDE_SHARE 0.3
#define HEAT_POWER 0.5
#define COMMUNITY_ROOM_VH 3.0

static void
book_done (Book *book)
{
    screen_events_clear (&book->events);
    g_free (book->by_grid);
    g_free (book->by_town);
    g_free (book->what);
    g_free (book->method);
    g_free (book->value);
    g_free (book->note);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Book, book_done)

static void
page_done (BookPage *page)
{
    cg_shapes_free (page->area);
    g_free (page->place);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BookPage, page_done)

/* Without grids the units are known of the county alone; events lie in a town all the same. */
static void
count_without_grids (const Book *book, guint32 town, BookCounts *out)
{
    const CgScreen *screen = book->job->screen;
    const GArray *rows = screen->level_row[CG_LEVEL_TOWN];
    *out = (BookCounts){ .events = book->events.n,
                         .households = (double) screen->households,
                         .population = (double) screen->population,
                         .households_estimated = screen->households_estimated,
                         .population_estimated = screen->population_estimated };
    for (guint k = 0; town != CG_NONE && k < rows->len; k++)
        if (g_array_index (rows, guint32, k) == town)
            *out = (BookCounts){ .events = book->by_town[k], .households = NAN, .population = NAN };
}

void
book_count (const Book *book, guint32 town, BookCounts *out)
{
    const CgScreen *screen = book->job->screen;
    const CgGrids *grids = screen->grids;
    if (grids->n == 0) {
        count_without_grids (book, town, out);
        return;
    }
    *out = (BookCounts){ 0 };
    for (guint32 g = 0; g < grids->n; g++) {
        if (town != CG_NONE && screen->grid_town[g] != town)
            continue;
        out->grids++;
        out->households += grids->households[g];
        out->population += grids->population[g];
        out->households_estimated += grids->households_estimated[g];
        out->population_estimated += grids->population_estimated[g];
        out->events += book->by_grid[g];
        out->none += book->value != NULL && !isfinite (book->value[g]);
    }
}

/* ---- what all pages share ----------------------------------------------------------------------
 */

static gboolean
init_heat (Book *book, GError **error)
{
    const CgScreen *screen = book->job->screen;
    double peak_per_km2 = 0.0;
    book->is_heat = TRUE;
    book->bandwidth_m = screen_bandwidth (screen, &book->events, NULL);
    if (!screen_peak (&book->events, &screen->box, book->bandwidth_m, &peak_per_km2, error))
        return FALSE;
    book->heat = (CgHeat){ .palette = book->job->palette,
                           .full_per_km2 = cg_map_heat_full (peak_per_km2),
                           .peak_per_km2 = peak_per_km2,
                           .power = HEAT_POWER };
    book->what = g_strdup (screen_word (book->job->screen, "事件密度"));
    book->method = g_strdup_printf (
        screen_word (book->job->screen, "高斯核密度，带宽 %.0f m，各页色标相同%s"),
        book->bandwidth_m,
        book->job->hatch ? screen_word (book->job->screen, "，等值线标注 起/km²") : "");
    return TRUE;
}

static gboolean
init_choropleth (Book *book, GError **error)
{
    const ScreenJob *job = book->job;
    const CgScreen *screen = job->screen;
    book->measure = cg_screen_measure_find (job->measure);
    book->value = g_new0 (double, MAX (screen->grids->n, 1));
    if (!screen_measure_between (screen, job->measure, book->since_s, book->until_s, book->value,
                                 error))
        return FALSE;
    book->what = screen_measure_title (screen, book->measure);
    screen_classes (job, screen->grids->n, book->value, &book->choropleth);
    book->note = screen_classes_note (screen, screen->grids->n, book->value, &book->choropleth);
    g_autofree char *by = screen_classes_method (job);
    gboolean raw = strcmp (book->measure->name, SCREEN_RAW_RATE) == 0;
    g_autofree char *few =
        raw ? screen_few_events_text (screen, book->since_s, book->until_s) : NULL;
    book->method = g_strdup_printf (
        screen_word (book->job->screen, "全县网格按%s分级，各页分级相同%s%s%s"), by,
        job->hatch ? screen_word (book->job->screen, "，网点越密数值越大") : "", raw ? " · " : "",
        raw ? few : "");
    return TRUE;
}

gboolean
book_count_towns (Book *book, GError **error)
{
    const CgScreen *screen = book->job->screen;
    const CgShapes *towns = screen->level[CG_LEVEL_TOWN];
    book->by_town = g_new0 (guint32, MAX (towns->n_shapes, 1));
    if (towns->n_shapes == 0)
        return TRUE;
    g_autoptr (CgAttachIndex) index = cg_attach_index_new (towns, NULL, error);
    if (index == NULL)
        return FALSE;
    for (guint32 i = 0; i < book->events.n; i++) {
        guint32 town = cg_attach_find (index, book->events.x[i], book->events.y[i]);
        if (town != CG_NONE)
            book->by_town[town]++;
    }
    return TRUE;
}

static gboolean
book_init (Book *book, const ScreenJob *job, GError **error)
{
    book->job = job;
    book->n_pages = 1 + job->screen->level_row[CG_LEVEL_TOWN]->len;
    if (job->page > book->n_pages) {
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "page %u of a book of %u", job->page,
                     book->n_pages);
        return FALSE;
    }
    screen_map_window (job, &book->since_s, &book->until_s);
    screen_events (job->screen, book->since_s, book->until_s, &book->events);
    book->by_grid = screen_by_grid (job->screen, book->since_s, book->until_s);
    if (job->screen->grids->n == 0 && !book_count_towns (book, error))
        return FALSE;
    gboolean is_heat = job->measure != NULL && strcmp (job->measure, "heat") == 0;
    if (is_heat && (job->breaks != NULL || job->n_classes > 0)) {
        g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT,
                             "measure heat has no use for breaks and classes");
        return FALSE;
    }
    return is_heat ? init_heat (book, error) : init_choropleth (book, error);
}

static void
page_init (BookPage *page, const Book *book, guint number)
{
    const CgScreen *screen = book->job->screen;
    page->number = number;
    page->town = CG_NONE;
    if (number == 1) {
        page->area = cg_shapes_copy (screen_county_shapes (screen));
        page->place = g_strdup (screen->county_name);
        return;
    }
    page->town = g_array_index (screen->level_row[CG_LEVEL_TOWN], guint32, number - 2);
    page->area = cg_shapes_new (CG_SHAPES_AREA);
    cg_shapes_add_shape (page->area, screen->level[CG_LEVEL_TOWN], number - 2);
    const char *town = screen->regions->name[page->town];
    page->place = *screen->county_name != '\0'
                      ? g_strconcat (screen->county_name, " · ", town, NULL)
                      : g_strdup (town);
}

/* ---- the map
 * ------------------------------------------------------------------------------------- */

/* Contours, where asked for, keep the heat legible without its colours. */
static gboolean
draw_heat (const Book *book, const CgMapView *view, CgContours **out_contours, GError **error)
{
    const ScreenJob *job = book->job;
    g_autoptr (CgDensity) density = screen_density (&book->events, view, book->bandwidth_m, error);
    if (density == NULL)
        return FALSE;
    if (job->screen->tables.barriers != NULL)
        cg_map_barriers (job->canvas, view, job->screen->tables.barriers);
    if (!job->hatch) {
        cg_map_heat (job->canvas, view, density, &book->heat);
        return TRUE;
    }
    *out_contours =
        screen_contours (&book->events, view, book->bandwidth_m, book->heat.peak_per_km2, error);
    if (*out_contours != NULL)
        cg_map_contours (job->canvas, view, *out_contours, &book->heat);
    return *out_contours != NULL;
}

static void
place_labels (const Book *book, const CgMapView *view, const GArray *labels, GArray *taken)
{
    CgLabelOptions options = { .size = CG_TEXT_SMALL,
                               .n_taken = taken->len,
                               .taken = (const CgRect *) (gpointer) taken->data };
    g_autofree CgRect *boxes = g_new0 (CgRect, MAX (labels->len, 1));
    cg_map_labels (book->job->canvas, view, labels->len, (const CgLabel *) (gpointer) labels->data,
                   &options, boxes);
    g_array_append_vals (taken, boxes, labels->len);
}

/* Of the town alone: its neighbours are in the picture for orientation. */
static void
label_communities (const Book *book, guint32 town, const CgMapView *view, GArray *taken)
{
    const CgScreen *screen = book->job->screen;
    g_autoptr (GArray) labels = g_array_new (FALSE, FALSE, sizeof (CgLabel));
    const GArray *rows = screen->level_row[CG_LEVEL_COMMUNITY];
    for (guint k = 0; k < rows->len; k++) {
        guint32 row = g_array_index (rows, guint32, k);
        if (screen_region_above (screen->regions, row, CG_LEVEL_TOWN) != town)
            continue;
        CgLabel label = { .x = screen->label_x[row],
                          .y = screen->label_y[row],
                          .text = screen->regions->name[row],
                          .priority = screen->label_room[row] };
        if (isfinite (label.x))
            g_array_append_val (labels, label);
    }
    place_labels (book, view, labels, taken);
}

/* The last three digits of the codes of the town's grids that have room for them. */
static void
label_grids (const Book *book, guint32 town, const CgMapView *view, GArray *taken)
{
    const ScreenJob *job = book->job;
    const CgGrids *grids = job->screen->grids;
    CgText style = { .size = CG_TEXT_SMALL };
    double width = cg_canvas_measure (job->canvas, 0, 0, "000", &style).width;
    g_autoptr (GArray) labels = g_array_new (FALSE, FALSE, sizeof (CgLabel));
    for (guint32 g = 0; g < grids->n; g++) {
        double x, y, radius_m;
        if (job->screen->grid_town[g] != town || grids->code[g] == NULL ||
            strlen (grids->code[g]) < 3)
            continue;
        cg_shapes_label_point (grids->shapes, g, &x, &y, &radius_m);
        CgLabel label = { .x = x,
                          .y = y,
                          .text = grids->code[g] + strlen (grids->code[g]) - 3,
                          .priority = radius_m,
                          .radius_m = radius_m };
        if (radius_m / view->m_per_px * 2 >= width)
            g_array_append_val (labels, label);
    }
    place_labels (book, view, labels, taken);
}

static void
draw_names (const Book *book, const BookPage *page, const CgMapView *view,
            const CgContours *contours)
{
    const ScreenJob *job = book->job;
    g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (CgRect));
    CgRect scale = cg_map_scale_bar_rect (job->canvas, view, CG_CORNER_SW);
    g_array_append_val (taken, scale);
    cg_map_contour_labels (job->canvas, view, contours, taken);
    screen_draw_level_labels (job, view, CG_LEVEL_TOWN, 0, NULL, taken);
    if (page->town == CG_NONE) {
        screen_draw_level_labels (job, view, CG_LEVEL_COMMUNITY, COMMUNITY_ROOM_VH, NULL, taken);
    } else {
        label_communities (book, page->town, view, taken);
        label_grids (book, page->town, view, taken);
    }
    cg_map_scale_bar (job->canvas, view, CG_CORNER_SW);
}

static gboolean
draw_page_map (const Book *book, const BookPage *page, CgRect rect, GError **error)
{
    const ScreenJob *job = book->job;
    const CgScreen *screen = job->screen;
    CgBox box = page->area->n_shapes > 0 ? cg_shapes_box_all (page->area) : CG_BOX_EMPTY;
    CgMapView view;
    g_autoptr (CgContours) contours = NULL;
    if (cg_box_is_empty (&box))
        box = (CgBox){ 0, 0, 1000, 1000 };
    if (!cg_map_view_fit (&view, &box, rect, 0.04, error))
        return FALSE;
    cg_map_ground (job->canvas, &view);
    cg_map_land (job->canvas, &view, screen_outlines (screen, &view, screen_county_level (screen)));
    if (book->is_heat && !draw_heat (book, &view, &contours, error))
        return FALSE;
    if (!book->is_heat) {
        CgChoropleth drawn = book->choropleth;
        cg_map_choropleth (job->canvas, &view, screen_outlines (screen, &view, CG_LEVEL_GRID),
                           book->value, &drawn);
    }
    screen_draw_borders (job, &view, book->is_heat);
    cg_map_dim_outside (job->canvas, &view, page->area);
    const guint32 first = 0;
    if (page->town != CG_NONE)
        cg_map_outline (job->canvas, &view, page->area, 1, &first,
                        cg_canvas_theme (job->canvas)->text, 0.35);
    draw_names (book, page, &view, contours);
    cg_canvas_frame (job->canvas, rect, cg_canvas_theme (job->canvas)->text2, 0.12);
    return TRUE;
}

/* ---- the sheet
 * ----------------------------------------------------------------------------------- */

/* Returns where the map may begin. */
static double
draw_head (const Book *book, const BookPage *page, CgRect inner)
{
    const ScreenJob *job = book->job;
    const CgTheme *theme = cg_canvas_theme (job->canvas);
    double line = cg_canvas_line_height (job->canvas, CG_TEXT_TITLE),
           vh = cg_canvas_vh (job->canvas);
    BookCounts counts;
    book_count (book, page->town, &counts);
    g_autofree char *from = cg_app_local_text (book->since_s, "%Y-%m-%d");
    g_autofree char *to = cg_app_local_text (book->until_s - 1, "%Y-%m-%d");
    g_autofree char *events = cg_format_count_in (book->job->screen->language, counts.events);
    g_autofree char *title = g_strdup_printf (
        "%s%s%s%s", page->place, *page->place != '\0' ? " · " : "",
        book->is_heat ? "" : screen_word (book->job->screen, "各网格"), book->what);
    g_autofree char *span =
        g_strdup_printf (screen_word (book->job->screen, "%s 至 %s · %s 起"), from, to, events);
    CgText style = {
        .size = CG_TEXT_TITLE, .bold = TRUE, .colour = theme->text, .max_width = inner.width
    };
    CgRect box = cg_canvas_text (job->canvas, inner.x, inner.y + line / 2, title, &style);
    CgText second = { .size = CG_TEXT_BODY, .colour = theme->text2, .max_width = inner.width };
    double y = box.y + box.height + 0.6 * vh;
    box = cg_canvas_text (job->canvas, inner.x,
                          y + cg_canvas_line_height (job->canvas, CG_TEXT_BODY) / 2, span, &second);
    return floor (box.y + box.height + BOOK_GAP_VH * vh);
}

/* Method and source on the left, date and page on the right; returns where the map must end. */
static double
draw_foot (const Book *book, const BookPage *page, CgRect inner)
{
    const ScreenJob *job = book->job;
    const CgTheme *theme = cg_canvas_theme (job->canvas);
    double vh = cg_canvas_vh (job->canvas), bottom = inner.y + inner.height;
    g_autofree char *day = cg_app_local_text (job->today_s, "%Y-%m-%d");
    g_autofree char *right =
        g_strdup_printf (screen_word (book->job->screen, "制图 %s   第 %u / %u 页"), day,
                         page->number, book->n_pages);
    g_autofree char *source = screen_source_text (job->screen, book->method);
    g_autofree char *left =
        g_strdup_printf (screen_word (book->job->screen, "%s · 来源: %s社会治理网格数据 · %s"),
                         source, job->screen->county_name, job->program);
    CgText style = { .size = CG_TEXT_SMALL, .colour = theme->text2, .align = CG_ALIGN_RIGHT };
    double width = cg_canvas_measure (job->canvas, 0, 0, right, &style).width;
    CgText lines = { .size = CG_TEXT_SMALL,
                     .colour = theme->text2,
                     .max_width = MAX (inner.width - width - 3 * vh, 10 * vh) };
    CgRect box = cg_canvas_measure (job->canvas, inner.x, 0, left, &lines);
    double y = bottom - box.height - box.y;
    cg_canvas_text (job->canvas, inner.x, y, left, &lines);
    cg_canvas_text (job->canvas, inner.x + inner.width, y, right, &style);
    return floor (bottom - box.height - BOOK_GAP_VH * vh);
}

static gboolean
draw_page (const Book *book, guint number, GError **error)
{
    g_auto (BookPage) page = { 0 };
    const ScreenJob *job = book->job;
    double vh = cg_canvas_vh (job->canvas), margin = MARGIN_VH * vh;
    CgRect inner = { job->rect.x + margin, job->rect.y + margin, job->rect.width - 2 * margin,
                     job->rect.height - 2 * margin };
    page_init (&page, book, number);
    double top = draw_head (book, &page, inner), bottom = draw_foot (book, &page, inner);
    double side = MIN (SIDE_VH * vh, SIDE_SHARE * inner.width), gap = BOOK_GAP_VH * vh;
    CgRect map = { inner.x, top, floor (MAX (inner.width - side - gap, 1)), MAX (bottom - top, 1) };
    CgRect column = { map.x + map.width + gap, top, side, map.height };
    if (!draw_page_map (book, &page, map, error))
        return FALSE;
    book_draw_side (book, &page, column);
    return TRUE;
}

gboolean
screen_draw_mapbook (const ScreenJob *job, GError **error)
{
    g_auto (Book) book = { 0 };
    if (!book_init (&book, job, error))
        return FALSE;
    if (job->page > 0)
        return draw_page (&book, job->page, error);
    for (guint number = 1; number <= book.n_pages; number++) {
        if (number > 1 && !cg_canvas_next_page (job->canvas))
            break;
        cg_progress (job->progress, "pages", number - 1, book.n_pages);
        if (cg_app_is_stopped (job->cancel, error) || !draw_page (&book, number, error))
            return FALSE;
    }
    return TRUE;
}
