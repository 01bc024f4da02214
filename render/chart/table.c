/* Tables: typed columns, as many rows and blocks as fit. */
#include <math.h>
#include <string.h>

#include "chart/chart_internal.h"

#define PITCH_VH 2.7
#define GAP_VH 1.6
#define BLOCK_GAP_VH 3.0
#define MAX_MEASURED 2000u

typedef struct {
    CgCanvas *canvas;
    CgRect rect;
    guint n, first, n_columns, shown_columns;
    const CgColumn *columns;
    double width[CG_CHART_MAX_COLUMNS];
    double block, head, pitch; /* widths and heights */
    guint blocks, rows;        /* rows of a block    */
    gboolean unsure;           /* a change of few is among what is shown */
    CgInk ink;
} Table;

/* All rows of a column have the same decimals: the points stand under each other. */
static char *
fixed_number (const CgCanvas *canvas, double value, guint decimals)
{
    g_autofree char *text = cg_format_number_in (canvas->language, value, decimals);
    if (decimals == 0 || !isfinite (value) || fabs (value) >= 99999.5)
        return g_steal_pointer (&text);
    GString *out = g_string_new (text);
    const char *point = strchr (text, '.');
    guint have = point != NULL ? (guint) strlen (point + 1) : 0;
    if (point == NULL)
        g_string_append_c (out, '.');
    for (; have < decimals; have++)
        g_string_append_c (out, '0');
    return g_string_free (out, FALSE);
}

static char *
cell_text (const CgCanvas *canvas, const CgColumn *column, guint row)
{
    switch (column->kind) {
    case CG_COLUMN_TEXT:
    case CG_COLUMN_RANGE:
        return g_strdup (column->text[row] != NULL ? column->text[row] : "");
    case CG_COLUMN_COUNT:
        return cg_format_count_in (canvas->language, column->value[row]);
    case CG_COLUMN_CHANGE:
        return cg_format_change_of_counts_in (canvas->language, column->value[row],
                                              column->before[row]);
    case CG_COLUMN_NUMBER:
    default:
        return fixed_number (canvas, column->value[row], MIN (column->decimals, 3));
    }
}

static double
column_width (const Table *table, const CgColumn *column)
{
    CgCanvas *canvas = table->canvas;
    double width = MAX (cg_chart_text_width (canvas, column->title, CG_TEXT_SMALL, TRUE),
                        cg_chart_text_width (canvas, column->unit, CG_TEXT_SMALL, FALSE));
    guint end = MIN (table->n, table->first + MAX_MEASURED);
    for (guint row = table->first; row < end; row++) {
        g_autofree char *text = cell_text (canvas, column, row);
        width = MAX (width, cg_chart_text_width (canvas, text, CG_TEXT_SMALL, FALSE));
    }
    return width;
}

/* Columns from the left while they fit; a first column of names too wide for the panel is broken
 * into lines by its width. */
static void
measure (Table *table)
{
    double vh = table->canvas->vh, gap = GAP_VH * vh,
           line = cg_canvas_line_height (table->canvas, CG_TEXT_SMALL);
    gboolean units = FALSE;
    table->pitch = MAX (PITCH_VH * vh, line);
    for (guint c = 0; c < table->n_columns; c++) {
        double width = column_width (table, &table->columns[c]);
        double room = table->rect.width - table->block - (c > 0 ? gap : 0.0);
        if (c == 0)
            width = MIN (width, MAX (0.6 * table->rect.width, 6 * vh));
        if (width > room)
            break;
        table->width[c] = width;
        table->block += width + (c > 0 ? gap : 0.0);
        table->shown_columns++;
        units = units || table->columns[c].unit != NULL;
    }
    table->head = line + (units ? line : 0.0) + 0.4 * vh;
    if (table->shown_columns == 0 || table->columns[0].kind != CG_COLUMN_TEXT)
        return;
    CgText style = { .size = CG_TEXT_SMALL, .max_width = table->width[0] + 1.0 };
    guint end = MIN (table->n, table->first + MAX_MEASURED);
    for (guint row = table->first; row < end; row++) {
        g_autofree char *text = cell_text (table->canvas, &table->columns[0], row);
        table->pitch = MAX (
            table->pitch, cg_canvas_measure (table->canvas, 0, 0, text, &style).height + 0.5 * vh);
    }
}

static void
lay_out (Table *table)
{
    double gap = BLOCK_GAP_VH * table->canvas->vh;
    double foot = cg_canvas_line_height (table->canvas, CG_TEXT_SMALL);
    double height = table->rect.height - table->head - foot;
    table->rows = (guint) CLAMP (height / table->pitch, 0.0, 1e6);
    guint left = table->n - table->first;
    guint fit = table->block > 0.0 ? (guint) ((table->rect.width + gap) / (table->block + gap)) : 0;
    guint need = table->rows > 0 ? (left + table->rows - 1) / table->rows : 0;
    table->blocks = MIN (MAX (fit, 1), MAX (need, 1));
    /* What fits one block stands close together; several are spread over the width. */
    if (table->blocks == 1 && left < table->rows)
        table->pitch = MIN (height / left, 1.5 * table->pitch);
    table->rows = (guint) CLAMP (height / table->pitch + 1e-9, 0.0, 1e6);
    table->rows = MIN (table->rows, (left + table->blocks - 1) / table->blocks);
}

/* Left of a column within its block, or its right end for numbers. */
static double
column_x (const Table *table, guint block, guint column, CgAlign *out_align)
{
    double gap = GAP_VH * table->canvas->vh, apart = BLOCK_GAP_VH * table->canvas->vh, spread = 0.0;
    double pitch = (table->rect.width + apart) / table->blocks;
    /* The free width goes between the columns, but never so much that a row falls apart. */
    if (table->shown_columns > 1)
        spread = CLAMP ((pitch - apart - table->block) / (table->shown_columns - 1.0), 0.0,
                        8 * table->canvas->vh);
    double x = table->rect.x + block * pitch;
    for (guint c = 0; c < column; c++)
        x += table->width[c] + gap + spread;
    gboolean text = table->columns[column].kind == CG_COLUMN_TEXT;
    *out_align = text ? CG_ALIGN_LEFT : CG_ALIGN_RIGHT;
    return text ? x : x + table->width[column];
}

static double
block_right (const Table *table, guint block)
{
    CgAlign align;
    guint last = table->shown_columns - 1;
    double x = column_x (table, block, last, &align);
    return align == CG_ALIGN_LEFT ? x + table->width[last] : x;
}

static void
draw_head (const Table *table, guint block)
{
    CgCanvas *canvas = table->canvas;
    double line = cg_canvas_line_height (canvas, CG_TEXT_SMALL), y = table->rect.y + line / 2;
    for (guint c = 0; c < table->shown_columns; c++) {
        CgText title = { .size = CG_TEXT_SMALL, .bold = TRUE, .colour = table->ink.text };
        CgText unit = { .size = CG_TEXT_SMALL, .colour = table->ink.text2 };
        double x = column_x (table, block, c, &title.align);
        unit.align = title.align;
        cg_canvas_text (canvas, x, y, table->columns[c].title, &title);
        cg_canvas_text (canvas, x, y + line, table->columns[c].unit, &unit);
    }
    CgAlign align;
    double left = column_x (table, block, 0, &align),
           bottom = table->rect.y + table->head - 0.2 * canvas->vh;
    left = align == CG_ALIGN_LEFT ? left : left - table->width[0];
    cg_canvas_line (canvas, left, bottom, block_right (table, block), bottom, table->ink.text2,
                    0.1);
}

static void
draw_cell (Table *table, guint block, guint c, guint row, double y)
{
    CgCanvas *canvas = table->canvas;
    const CgColumn *column = &table->columns[c];
    CgText style = { .size = CG_TEXT_SMALL, .colour = table->ink.text };
    double x = column_x (table, block, c, &style.align);
    g_autofree char *text = cell_text (canvas, column, row);
    if (column->kind == CG_COLUMN_CHANGE && isfinite (column->value[row]) &&
        isfinite (column->before[row])) {
        double now = column->value[row], before = column->before[row];
        style.colour = now > before   ? table->ink.worse
                       : now < before ? table->ink.better
                                      : table->ink.text2;
        table->unsure = table->unsure || cg_change_is_unsure (now, before);
    }
    table->unsure =
        table->unsure || (column->kind == CG_COLUMN_RANGE && strstr (text, "△") != NULL);
    if (c == 0 && column->kind == CG_COLUMN_TEXT) {
        style.max_width = table->width[0] + 1.0;
        CgRect one = cg_canvas_measure (canvas, x, y, "国", &style);
        CgRect all = cg_canvas_measure (canvas, x, y, text, &style);
        y -= MAX (all.height - one.height, 0.0) / 2;
    }
    cg_canvas_text (canvas, x, y, text, &style);
}

static void
draw_block (Table *table, guint block, guint from, guint to)
{
    CgCanvas *canvas = table->canvas;
    CgAlign align;
    double left = column_x (table, block, 0, &align), right = block_right (table, block);
    left = align == CG_ALIGN_LEFT ? left : left - table->width[0];
    draw_head (table, block);
    for (guint row = from; row < to; row++) {
        double top = table->rect.y + table->head + (row - from) * table->pitch;
        for (guint c = 0; c < table->shown_columns; c++)
            draw_cell (table, block, c, row, top + table->pitch / 2);
        if (row + 1 < to)
            cg_canvas_line (canvas, left, top + table->pitch, right, top + table->pitch,
                            canvas->theme->hairline, 0.06);
    }
}

static void
draw_foot (const Table *table, guint end)
{
    CgCanvas *canvas = table->canvas;
    g_autoptr (GString) text = g_string_new (NULL);
    gboolean all = table->first == 0 && end == table->n;
    if (all)
        g_string_printf (text, cg_word (canvas->language, "共 %u 行"), table->n);
    else
        g_string_printf (text, cg_word (canvas->language, "第 %u–%u 行，共 %u 行"),
                         table->first + 1, end, table->n);
    if (table->shown_columns < table->n_columns)
        g_string_append_printf (text, cg_word (canvas->language, "，前 %u 列，共 %u 列"),
                                table->shown_columns, table->n_columns);
    CgText style = { .size = CG_TEXT_SMALL, .colour = table->ink.text2, .align = CG_ALIGN_RIGHT };
    double line = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    double y = table->rect.y + table->rect.height - line / 2,
           right = table->rect.x + table->rect.width;
    CgRect box = cg_canvas_measure (canvas, right, y, text->str, &style);
    if (box.width > table->rect.width)
        return;
    cg_canvas_text (canvas, right, y, text->str, &style);
    if (table->unsure && cg_chart_text_width (canvas, cg_word (canvas->language, CG_UNSURE_TEXT),
                                              CG_TEXT_SMALL, FALSE) +
                                 2 * canvas->vh <
                             box.x - table->rect.x) {
        style.align = CG_ALIGN_LEFT;
        cg_canvas_text (canvas, table->rect.x, y, cg_word (canvas->language, CG_UNSURE_TEXT),
                        &style);
    }
}

void
cg_chart_table (CgCanvas *canvas, CgRect rect, const CgPanel *panel, guint n, guint first,
                guint n_columns, const CgColumn *columns)
{
    Table table = { .canvas = canvas,
                    .n = n,
                    .first = first,
                    .n_columns = MIN (n_columns, CG_CHART_MAX_COLUMNS),
                    .columns = columns,
                    .ink = cg_chart_ink (canvas, panel) };
    table.rect = cg_chart_panel (canvas, rect, panel);
    if (!(table.rect.width > 0.0 && table.rect.height > 0.0))
        return;
    if (n_columns == 0 || first >= n) {
        cg_chart_empty (canvas, table.rect, panel, &table.ink);
        return;
    }
    measure (&table);
    if (table.shown_columns > 0)
        lay_out (&table);
    if (table.shown_columns == 0 || table.rows == 0) {
        cg_chart_no_room (canvas, table.rect, &table.ink);
        return;
    }
    guint row = first;
    for (guint block = 0; block < table.blocks && row < n; block++) {
        guint end = MIN (n, row + table.rows);
        draw_block (&table, block, row, end);
        row = end;
    }
    draw_foot (&table, row);
}
