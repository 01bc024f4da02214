/* The column beside a map of the book: legend, where the town lies, figures, lists. */
#include "app/screen/screen_book_internal.h"

#include <math.h>

#define PAD_VH 1.0
#define LOCATOR_SHARE 0.62 /* of the column's width */

/* What is left of the column. */
typedef struct {
    const Book *book;
    const BookPage *page;
    CgRect rect;
} Column;

static void
take (Column *column, double height)
{
    double used = height + BOOK_GAP_VH * cg_canvas_vh (column->book->job->canvas);
    column->rect.y += used;
    column->rect.height = MAX (column->rect.height - used, 0.0);
}

static CgText
text_style (const Column *column, gboolean bold, gboolean quiet, CgAlign align)
{
    const CgTheme *theme = cg_canvas_theme (column->book->job->canvas);
    return (CgText){ .size = CG_TEXT_SMALL,
                     .bold = bold,
                     .colour = quiet ? theme->text2 : theme->text,
                     .align = align };
}

/* ---- legend
 * -------------------------------------------------------------------------------------- */

/* The classes are the county's; the counts are those of the page's grids. */
static void
count_page (const Column *column, CgChoropleth *choropleth)
{
    const CgScreen *screen = column->book->job->screen;
    g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (double));
    for (guint32 g = 0; g < screen->grids->n; g++)
        if (column->page->town == CG_NONE || screen->grid_town[g] == column->page->town)
            g_array_append_val (values, column->book->value[g]);
    cg_choropleth_count (values->len, (const double *) (gpointer) values->data, choropleth);
}

/* Contours have rows of their own: levels as the map has them, from the peak alone. */
static GArray *
contour_rows (const Column *column)
{
    const Book *book = column->book;
    double levels[CG_CONTOURS_MAX_LEVELS];
    CgContours bands = { .level = levels };
    if (!book->is_heat || !book->job->hatch)
        return NULL;
    bands.n_levels = screen_contour_levels (book->heat.peak_per_km2, levels);
    return cg_contours_legend_rows (book->job->canvas, &bands, &book->heat);
}

static void
draw_legend (Column *column)
{
    const Book *book = column->book;
    CgCanvas *canvas = book->job->canvas;
    double vh = cg_canvas_vh (canvas);
    CgChoropleth choropleth = book->choropleth;
    g_autoptr (GArray) rows = contour_rows (column);
    CgLegend legend = { .title = book->what,
                        .unit = book->is_heat
                                    ? screen_word (column->book->job->screen, "起/km²")
                                    : screen_word (book->job->screen, book->measure->unit) };
    if (rows != NULL) {
        legend.n_rows = rows->len;
        legend.rows = (const CgLegendRow *) (gpointer) rows->data;
    } else if (book->is_heat) {
        legend.heat = &book->heat;
    } else if (book->job->screen->grids->n == 0) {
        legend.note = screen_word (column->book->job->screen, "尚无网格方案");
    } else {
        count_page (column, &choropleth);
        legend.choropleth = &choropleth;
        legend.count_title = screen_word (column->book->job->screen, "网格数");
        legend.note = book->note;
    }
    /* A view that begins so far outside that the legend's corner is the column's. */
    CgMapView view = { .rect = { column->rect.x - 1.2 * vh, column->rect.y - 1.2 * vh,
                                 column->rect.width + 2.4 * vh, column->rect.height + 2.4 * vh },
                       .m_per_px = 1.0 };
    CgRect box = cg_map_legend_rect (canvas, &view, &legend, CG_CORNER_NW);
    cg_map_legend (canvas, &view, &legend, CG_CORNER_NW);
    take (column, box.height);
}

/* ---- where the town lies
 * ------------------------------------------------------------------------- */

static void
draw_locator (Column *column)
{
    const ScreenJob *job = column->book->job;
    const CgScreen *screen = job->screen;
    const CgTheme *theme = cg_canvas_theme (job->canvas);
    CgRect rect = { column->rect.x, column->rect.y, column->rect.width,
                    floor (column->rect.width * LOCATOR_SHARE) };
    CgMapView view;
    const guint32 first = 0;
    if (column->page->town == CG_NONE || rect.height > column->rect.height ||
        cg_box_is_empty (&screen->box) || !cg_map_view_fit (&view, &screen->box, rect, 0.06, NULL))
        return;
    cg_map_ground (job->canvas, &view);
    cg_map_land (job->canvas, &view, screen_county_shapes (screen));
    cg_map_areas (job->canvas, &view, column->page->area, theme->accent);
    cg_map_borders (job->canvas, &view, screen_outlines (screen, &view, CG_LEVEL_TOWN),
                    CG_LEVEL_TOWN);
    cg_map_outline (job->canvas, &view, column->page->area, 1, &first, theme->text, 0.25);
    cg_canvas_frame (job->canvas, rect, theme->hairline, 0.08);
    take (column, rect.height);
}

/* ---- figures
 * ------------------------------------------------------------------------------------- */

/* Which of the figures nobody has counted, wholly or in part: one line below them. */
static void
note_estimates (Column *column, gboolean households, gboolean people)
{
    double line = cg_canvas_line_height (column->book->job->canvas, CG_TEXT_SMALL) * 1.1;
    if ((!households && !people) || column->rect.height < line)
        return;
    CgText style = text_style (column, FALSE, TRUE, CG_ALIGN_LEFT);
    cg_canvas_text (column->book->job->canvas, column->rect.x, column->rect.y + 0.5 * line,
                    households && people
                        ? screen_word (column->book->job->screen, "户数、人口含估算 estimated")
                    : households ? screen_word (column->book->job->screen, "户数含估算 estimated")
                                 : screen_word (column->book->job->screen, "人口含估算 estimated"),
                    &style);
    take (column, line);
}

static void
draw_figures (Column *column)
{
    const Book *book = column->book;
    CgCanvas *canvas = book->job->canvas;
    BookCounts counts;
    book_count (book, column->page->town, &counts);
    struct {
        const char *name;
        double value;
    } rows[] = { { screen_word (column->book->job->screen, "网格"), counts.grids },
                 { screen_word (column->book->job->screen, "户数"), counts.households },
                 { screen_word (column->book->job->screen, "人口"), counts.population },
                 { screen_word (column->book->job->screen, "事件"), counts.events } };
    double line = cg_canvas_line_height (canvas, CG_TEXT_SMALL) * 1.1;
    CgText name = text_style (column, FALSE, TRUE, CG_ALIGN_LEFT);
    if (book->job->screen->grids->n == 0)
        rows[0].value = NAN;
    CgText number = text_style (column, TRUE, FALSE, CG_ALIGN_RIGHT);
    double half = column->rect.width / 2, gap = 1.5 * cg_canvas_vh (canvas);
    if (column->rect.height < 2 * line)
        return;
    for (guint k = 0; k < G_N_ELEMENTS (rows); k++) {
        double left = column->rect.x + (k % 2) * (half + gap);
        double y = column->rect.y + (k / 2 + 0.5) * line;
        g_autofree char *text =
            cg_format_count_in (column->book->job->screen->language, rows[k].value);
        cg_canvas_text (canvas, left, y, rows[k].name, &name);
        cg_canvas_text (canvas, left + half - gap, y, text, &number);
    }
    take (column, 2 * line);
    note_estimates (column, counts.households_estimated > 0, counts.population_estimated > 0);
}

/* ---- lists
 * --------------------------------------------------------------------------------------- */

typedef struct {
    guint number;     /* page, or 0 */
    const char *name; /* borrowed   */
    guint32 grids, events;
} Entry;

static int
by_events (gconstpointer a, gconstpointer b)
{
    const Entry *one = a, *two = b;
    if (one->events != two->events)
        return one->events > two->events ? -1 : 1;
    return 0;
}

static GArray *
list_towns (const Column *column)
{
    const CgScreen *screen = column->book->job->screen;
    const GArray *rows = screen->level_row[CG_LEVEL_TOWN];
    GArray *entries = g_array_new (FALSE, FALSE, sizeof (Entry));
    for (guint k = 0; k < rows->len; k++) {
        guint32 row = g_array_index (rows, guint32, k);
        BookCounts counts;
        book_count (column->book, row, &counts);
        Entry entry = { k + 2, screen->regions->name[row], counts.grids, counts.events };
        g_array_append_val (entries, entry);
    }
    return entries;
}

/* The town's communities, most events first. */
static GArray *
list_communities (const Column *column)
{
    const Book *book = column->book;
    const CgScreen *screen = book->job->screen;
    GArray *entries = g_array_new (FALSE, FALSE, sizeof (Entry));
    g_autofree guint32 *place = g_new (guint32, MAX (screen->regions->n, 1));
    for (guint32 r = 0; r < screen->regions->n; r++)
        place[r] = CG_NONE;
    for (guint32 g = 0; g < screen->grids->n; g++) {
        guint32 row = screen->grid_community[g];
        if (row == CG_NONE || screen->grid_town[g] != column->page->town)
            continue;
        if (place[row] == CG_NONE) {
            Entry entry = { 0, screen->regions->name[row], 0, 0 };
            place[row] = entries->len;
            g_array_append_val (entries, entry);
        }
        Entry *entry = &g_array_index (entries, Entry, place[row]);
        entry->grids++;
        entry->events += book->by_grid[g];
    }
    g_array_sort (entries, by_events);
    return entries;
}

static void
draw_row (const Column *column, double y, const char *number, const char *name, const char *grids,
          const char *events, gboolean is_head)
{
    CgCanvas *canvas = column->book->job->canvas;
    double vh = cg_canvas_vh (canvas), left = column->rect.x;
    double right = column->rect.x + column->rect.width;
    CgText text = text_style (column, FALSE, is_head, CG_ALIGN_LEFT);
    CgText count = text_style (column, FALSE, is_head, CG_ALIGN_RIGHT);
    if (number != NULL) {
        cg_canvas_text (canvas, left + 3 * vh, y, number, &count);
        left += 4.4 * vh;
    }
    cg_canvas_text (canvas, left, y, name, &text);
    cg_canvas_text (canvas, right - 7 * vh, y, grids, &count);
    cg_canvas_text (canvas, right, y, events, &count);
}

static void
draw_list (Column *column, const char *title, const GArray *entries, gboolean with_pages)
{
    CgCanvas *canvas = column->book->job->canvas;
    double line = cg_canvas_line_height (canvas, CG_TEXT_SMALL) * 1.15;
    double y = column->rect.y + line / 2, bottom = column->rect.y + column->rect.height;
    CgText head = text_style (column, TRUE, FALSE, CG_ALIGN_LEFT);
    if (entries->len == 0 || y + 3 * line > bottom)
        return;
    cg_canvas_text (canvas, column->rect.x, y, title, &head);
    y += line;
    draw_row (column, y, with_pages ? screen_word (column->book->job->screen, "页") : NULL,
              screen_word (column->book->job->screen, "名称"),
              screen_word (column->book->job->screen, "网格"),
              screen_word (column->book->job->screen, "事件"), TRUE);
    cg_canvas_line (canvas, column->rect.x, y + line / 2, column->rect.x + column->rect.width,
                    y + line / 2, cg_canvas_theme (canvas)->hairline, 0.1);
    y += line * 1.1;
    for (guint k = 0; k < entries->len; k++, y += line) {
        const Entry *entry = &g_array_index (entries, Entry, k);
        if (y + 1.5 * line > bottom && k + 1 < entries->len) {
            g_autofree char *rest = g_strdup_printf (
                screen_word (column->book->job->screen, "另有 %u 个未列出"), entries->len - k);
            CgText quiet = text_style (column, FALSE, TRUE, CG_ALIGN_LEFT);
            cg_canvas_text (canvas, column->rect.x, y, rest, &quiet);
            return;
        }
        g_autofree char *number = with_pages ? g_strdup_printf ("%u", entry->number) : NULL;
        g_autofree char *grids =
            cg_format_count_in (column->book->job->screen->language, entry->grids);
        g_autofree char *events =
            cg_format_count_in (column->book->job->screen->language, entry->events);
        draw_row (column, y, number, entry->name, grids, events, FALSE);
    }
}

void
book_draw_side (const Book *book, const BookPage *page, CgRect rect)
{
    Column column = { book, page, rect };
    gboolean is_town = page->town != CG_NONE;
    draw_legend (&column);
    draw_locator (&column);
    draw_figures (&column);
    g_autoptr (GArray) entries = is_town ? list_communities (&column) : list_towns (&column);
    draw_list (&column,
               is_town ? screen_word (book->job->screen, "村（社区）")
                       : screen_word (book->job->screen, "目录"),
               entries, !is_town);
}
