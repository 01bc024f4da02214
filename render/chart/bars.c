/* Rankings and types: one row a bar. */
#include <math.h>

#include "chart/chart_internal.h"

#define ROW_VH 2.15
#define MAX_ROW_VH 4.4
#define BAR_VH 1.1
#define GAP_VH 1.0
#define MAX_BARS 200u

typedef enum { TAIL_NONE, TAIL_CHANGE, TAIL_SHARE } Tail;

/* Widths of the columns in pixels: rank, name, bar, value, tail. */
typedef struct {
    CgRect rect;
    GArray *order;
    guint n;
    const CgBar *bars;
    double total, max;
    Tail tail;
    gboolean ranked;
    CgTextSize name_size;
    double rank_width, name_width, value_width, tail_width, row_height;
    CgInk ink;
} Table;

static char *
value_text (const CgCanvas *canvas, double value)
{
    gboolean whole = isfinite (value) && fabs (value - floor (value + 0.5)) < 1e-9;
    return whole ? cg_format_count_in (canvas->language, value)
                 : cg_format_number_in (canvas->language, value, fabs (value) < 10 ? 2 : 1);
}

static char *
tail_text (const CgCanvas *canvas, const Table *table, const CgBar *bar)
{
    if (table->tail == TAIL_CHANGE)
        return isnan (bar->before) ? g_strdup ("")
               : bar->counts
                   ? cg_format_change_of_counts_in (canvas->language, bar->value, bar->before)
                   : cg_format_change_in (canvas->language, bar->value, bar->before);
    if (!(table->total > 0.0) || !isfinite (bar->value))
        return g_strdup ("—");
    g_autofree char *share =
        cg_format_number_in (canvas->language, 100.0 * MAX (bar->value, 0.0) / table->total, 1);
    return g_strconcat (share, " %", NULL);
}

static void
measure_columns (CgCanvas *canvas, Table *table)
{
    double vh = canvas->vh, width = table->rect.width, names[2] = { 0, 0 };
    static const CgTextSize sizes[2] = { CG_TEXT_BODY, CG_TEXT_SMALL };
    for (guint i = 0; i < table->n; i++) {
        const CgBar *bar = &table->bars[i];
        g_autofree char *value = value_text (canvas, bar->value);
        g_autofree char *tail = table->tail != TAIL_NONE ? tail_text (canvas, table, bar) : NULL;
        for (guint k = 0; k < 2; k++)
            names[k] = MAX (names[k], cg_chart_text_width (canvas, bar->name, sizes[k], FALSE));
        table->value_width =
            MAX (table->value_width, cg_chart_text_width (canvas, value, CG_TEXT_BODY, TRUE));
        table->tail_width =
            MAX (table->tail_width, cg_chart_text_width (canvas, tail, CG_TEXT_SMALL, FALSE));
    }
    table->rank_width =
        table->ranked ? cg_chart_text_width (canvas, "00", CG_TEXT_SMALL, FALSE) + GAP_VH * vh : 0;
    double free_width = width - table->rank_width - table->value_width - 2 * GAP_VH * vh;
    /* The tail is a courtesy: it goes first where the panel is narrow. */
    if (table->tail_width > 0.0 && names[1] + table->tail_width + 6 * vh > free_width)
        table->tail_width = 0.0;
    if (table->tail_width > 0.0)
        free_width -= table->tail_width + GAP_VH * vh;
    table->name_size = names[0] <= 0.6 * free_width ? CG_TEXT_BODY : CG_TEXT_SMALL;
    double name = table->name_size == CG_TEXT_BODY ? names[0] : names[1];
    table->name_width = MAX (MIN (name, 0.7 * free_width), 2 * vh);
}

/* A name that has to take several lines makes every row as high as it needs. */
static double
least_row (CgCanvas *canvas, const Table *table)
{
    double vh = canvas->vh, least = ROW_VH * vh;
    CgText style = { .size = table->name_size, .max_width = table->name_width + 1.0 };
    for (guint i = 0; i < table->n; i++) {
        CgRect box = cg_canvas_measure (canvas, 0, 0, table->bars[i].name, &style);
        if (box.height > least)
            least = box.height + 0.1 * vh;
    }
    return least;
}

/* Names go to the small type where more rows are seen so. */
static void
measure_rows (CgCanvas *canvas, Table *table)
{
    double vh = canvas->vh, least = least_row (canvas, table);
    if (table->name_size == CG_TEXT_BODY && least * table->n > table->rect.height) {
        table->name_size = CG_TEXT_SMALL;
        double small = least_row (canvas, table);
        if (small < least)
            least = small;
        else
            table->name_size = CG_TEXT_BODY;
    }
    guint shown = cg_chart_fit_rows (canvas, &table->rect, table->n, least, &table->ink);
    if (shown > 0)
        table->row_height = CLAMP (table->rect.height / shown, least, MAX (least, MAX_ROW_VH * vh));
    table->n = shown;
}

static void
draw_bar (CgCanvas *canvas, const Table *table, const CgBar *bar, double y)
{
    double vh = canvas->vh,
           left = table->rect.x + table->rank_width + table->name_width + GAP_VH * vh;
    double right = table->rect.x + table->rect.width - table->value_width - GAP_VH * vh;
    if (table->tail_width > 0.0)
        right -= table->tail_width + GAP_VH * vh;
    double length = right - left, height = BAR_VH * vh;
    if (length < vh)
        return;
    CgRect track = { left, y - height / 2, length, height };
    cg_canvas_fill (canvas, track, cg_colour_alpha (canvas->theme->hairline, 0.5));
    if (isfinite (bar->value) && bar->value > 0.0 && table->max > 0.0) {
        track.width = MAX (length * MIN (bar->value / table->max, 1.0), 0.15 * vh);
        cg_canvas_fill (canvas, track, table->ink.accent);
    }
}

static void
draw_row (CgCanvas *canvas, const Table *table, guint rank, const CgBar *bar, double y)
{
    const CgInk *ink = &table->ink;
    double vh = canvas->vh, right = table->rect.x + table->rect.width;
    CgText name = { .size = table->name_size,
                    .colour = ink->text,
                    .max_width = table->name_width + 1.0 };
    CgText small = { .size = CG_TEXT_SMALL, .colour = ink->text2, .align = CG_ALIGN_RIGHT };
    CgText value = {
        .size = CG_TEXT_BODY, .bold = TRUE, .colour = ink->text, .align = CG_ALIGN_RIGHT
    };
    if (table->ranked) {
        g_autofree char *number = g_strdup_printf ("%u", rank);
        cg_canvas_text (canvas, table->rect.x + table->rank_width - GAP_VH * vh, y, number, &small);
    }
    double left = table->rect.x + table->rank_width;
    CgRect one = cg_canvas_measure (canvas, left, y, "国", &name);
    CgRect all = cg_canvas_measure (canvas, left, y, bar->name, &name);
    cg_canvas_text (canvas, left, y - (all.height - one.height) / 2, bar->name, &name);
    draw_bar (canvas, table, bar, y);
    if (table->tail_width > 0.0) {
        g_autofree char *tail = tail_text (canvas, table, bar);
        if (table->tail == TAIL_CHANGE && isfinite (bar->before) && bar->value != bar->before)
            small.colour = bar->value > bar->before ? ink->worse : ink->better;
        cg_canvas_text (canvas, right, y, tail, &small);
        right -= table->tail_width + GAP_VH * vh;
    }
    g_autofree char *number = value_text (canvas, bar->value);
    cg_canvas_text (canvas, right, y, number, &value);
}

static GArray *
order_given (guint n)
{
    GArray *order = g_array_sized_new (FALSE, FALSE, sizeof (guint), n);
    for (guint i = 0; i < n; i++)
        g_array_append_val (order, i);
    return order;
}

/* end: of the scale, where it is no value's; 0: the greatest value. given: rows stay in their order. */
static void
draw_table (CgCanvas *canvas, CgRect rect, const CgPanel *panel, guint n, const CgBar *bars,
            Tail tail, gboolean ranked, gboolean given, double end)
{
    Table table = { .n = MIN (n, MAX_BARS), .bars = bars, .tail = tail, .ranked = ranked, .max = end };
    table.ink = cg_chart_ink (canvas, panel);
    table.rect = cg_chart_panel (canvas, rect, panel);
    if (!(table.rect.width > 0.0 && table.rect.height > 0.0))
        return;
    if (n == 0) {
        cg_chart_empty (canvas, table.rect, panel, &table.ink);
        return;
    }
    for (guint i = 0; i < table.n; i++)
        if (isfinite (bars[i].value) && bars[i].value > 0.0) {
            table.total += bars[i].value;
            table.max = MAX (table.max, bars[i].value);
        }
    g_autoptr (GArray) order = given ? order_given (table.n) : cg_chart_order (table.n, bars);
    measure_columns (canvas, &table);
    if (table.rank_width + table.name_width + table.value_width + GAP_VH * canvas->vh >
        table.rect.width) {
        cg_chart_no_room (canvas, table.rect, &table.ink);
        return;
    }
    gboolean unsure = FALSE;
    for (guint i = 0; i < table.n; i++)
        unsure = unsure || (bars[i].counts && cg_change_is_unsure (bars[i].value, bars[i].before));
    if (unsure && table.tail_width > 0.0 && tail == TAIL_CHANGE)
        cg_chart_unsure (canvas, &table.rect, &table.ink);
    measure_rows (canvas, &table);
    for (guint k = 0; k < table.n; k++)
        draw_row (canvas, &table, k + 1, &bars[g_array_index (order, guint, k)],
                  table.rect.y + (k + 0.5) * table.row_height);
}

void
cg_chart_ranking (CgCanvas *canvas, CgRect rect, const CgPanel *panel, guint n, const CgBar *bars)
{
    gboolean change = FALSE;
    for (guint i = 0; i < n; i++)
        change = change || isfinite (bars[i].before);
    draw_table (canvas, rect, panel, n, bars, change ? TAIL_CHANGE : TAIL_NONE, TRUE, FALSE, 0);
}

void
cg_chart_ranking_as_given (CgCanvas *canvas, CgRect rect, const CgPanel *panel, guint n,
                           const CgBar *bars, double end)
{
    draw_table (canvas, rect, panel, n, bars, TAIL_NONE, TRUE, TRUE, end);
}

void
cg_chart_types (CgCanvas *canvas, CgRect rect, const CgPanel *panel, guint n, const CgBar *bars)
{
    draw_table (canvas, rect, panel, n, bars, TAIL_SHARE, FALSE, FALSE, 0);
}
