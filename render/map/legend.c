#include <math.h>

#include "map/map_internal.h"

#define PAD_VH 1.0
#define BAR_WIDTH_VH 24.0
#define BAR_HEIGHT_VH 1.3
#define SWATCH_VH 2.4
#define MAX_ROWS (CG_MAP_MAX_CLASSES + 34u)
#define MAX_EXTRA_ROWS 32u

CgRect
cg_map_corner (const CgCanvas *canvas, const CgMapView *view, double width, double height,
               CgCorner corner)
{
    double gap = 1.2 * canvas->vh;
    gboolean east = corner == CG_CORNER_NE || corner == CG_CORNER_SE;
    gboolean south = corner == CG_CORNER_SW || corner == CG_CORNER_SE;
    return (CgRect){ east ? view->rect.x + view->rect.width - width - gap : view->rect.x + gap,
                     south ? view->rect.y + view->rect.height - height - gap : view->rect.y + gap,
                     width, height };
}

/* One line of the legend, with its text made. */
typedef struct {
    CgLegendRow row;
    char *text, *count;
} Line;

/* What the legend says, before it has a place. */
typedef struct {
    guint n;
    Line line[MAX_ROWS];
    char *title, *note;             /* note: how the colour scale runs, or NULL */
    double text_width, count_width; /* pixels */
    double width, height;
} Plan;

static void
plan_done (Plan *plan)
{
    for (guint i = 0; i < plan->n; i++) {
        g_free (plan->line[i].text);
        g_free (plan->line[i].count);
    }
    g_free (plan->title);
    g_free (plan->note);
}

/* "37–68": whole numbers begin after the end of the class below, others share it. */
char *
cg_choropleth_text (const CgCanvas *canvas, const CgChoropleth *choropleth, guint class)
{
    double low = class == 0 ? choropleth->lower : choropleth->upper[class - 1],
           high = choropleth->upper[class];
    gboolean open_below = isinf (low) && !(choropleth->zero && choropleth->decimals == 0);
    if (isinf (high) || open_below) {
        gboolean whole = choropleth->decimals == 0;
        const char *sign = !isinf (high) ? "≤ " : isinf (low) ? "" : whole ? "≥ " : "> ";
        double bound = !isinf (high) ? high : whole ? floor (low) + 1.0 : low;
        g_autofree char *number =
            cg_format_number_in (canvas->language, bound, choropleth->decimals);
        return g_strconcat (sign, number, NULL);
    }
    if (choropleth->decimals == 0) {
        low = class == 0 ? ceil (low) : floor (low) + 1.0;
        high = floor (high);
        if (class == 0 && choropleth->zero && low <= 0.0)
            low = 1.0;
    }
    g_autofree char *from = cg_format_number_in (canvas->language, low, choropleth->decimals);
    g_autofree char *to = cg_format_number_in (canvas->language, high, choropleth->decimals);
    return g_str_equal (from, to) || low > high ? g_steal_pointer (&to)
                                                : g_strconcat (from, "–", to, NULL);
}

static void
add_line (const CgCanvas *canvas, Plan *plan, CgColour colour, int symbol, gboolean hatched,
          char *text, double count)
{
    Line *line = &plan->line[plan->n++];
    line->row =
        (CgLegendRow){ .colour = colour, .symbol = symbol, .hatched = hatched, .count = count };
    line->text = text;
    line->count = isnan (count) ? NULL : cg_format_count_in (canvas->language, count);
}

static void
add_classes (const CgCanvas *canvas, Plan *plan, const CgChoropleth *choropleth,
             const CgTheme *theme)
{
    guint n = MIN (choropleth->n_classes, CG_MAP_MAX_CLASSES);
    gboolean said = choropleth->zero || choropleth->count_none > 0;
    if (n == 1 && choropleth->count[0] == 0 && said)
        n = 0; /* everything is zero or unknown: there is no class to explain */
    for (guint c = n; c-- > 0;) {
        add_line (canvas, plan, cg_choropleth_colour (choropleth, theme, c), -1, FALSE,
                  cg_choropleth_text (canvas, choropleth, c), choropleth->count[c]);
        plan->line[plan->n - 1].row.dots = cg_choropleth_dots (choropleth, c);
    }
    if (choropleth->zero)
        add_line (canvas, plan, cg_choropleth_zero (choropleth, theme), -1, FALSE, g_strdup ("0"),
                  choropleth->count_zero);
    if (choropleth->count_none > 0)
        add_line (canvas, plan, theme->no_data, -1, TRUE,
                  g_strdup (cg_word (canvas->language, "无数据")), choropleth->count_none);
}

static double
width_of (CgCanvas *canvas, const char *text, CgTextSize size, gboolean bold)
{
    CgText style = { .size = size, .bold = bold };
    return cg_canvas_measure (canvas, 0, 0, text, &style).width;
}

static char *
title_of (const CgLegend *legend)
{
    if (legend->unit == NULL || *legend->unit == '\0')
        return g_strdup (legend->title != NULL ? legend->title : "");
    return g_strdup_printf ("%s (%s)", legend->title != NULL ? legend->title : "", legend->unit);
}

static char *
note_of (const CgCanvas *canvas, const CgHeat *heat)
{
    gboolean curved = heat->power > 0.0 && heat->power < 1.0;
    gboolean peak = heat->peak_per_km2 > 0.0 && isfinite (heat->peak_per_km2);
    if (!curved && !peak)
        return NULL;
    guint decimals = heat->peak_per_km2 < 1.0 ? 3 : heat->peak_per_km2 < 100.0 ? 1 : 0;
    g_autofree char *number = cg_format_number_in (canvas->language, heat->peak_per_km2, decimals);
    g_autofree char *highest =
        peak ? g_strconcat (cg_word (canvas->language, "峰值 "), number, NULL) : g_strdup ("");
    const char *scale = !curved              ? ""
                        : heat->power == 0.5 ? cg_word (canvas->language, "低密度处色差放大")
                                             : cg_word (canvas->language, "幂次色标");
    return g_strconcat (highest, peak && curved ? " · " : "", scale, NULL);
}

static void
plan_init (CgCanvas *canvas, const CgLegend *legend, Plan *plan)
{
    double vh = canvas->vh, line = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    plan->title = title_of (legend);
    plan->note = legend->heat != NULL ? note_of (canvas, legend->heat) : g_strdup (legend->note);
    if (legend->choropleth != NULL)
        add_classes (canvas, plan, legend->choropleth, canvas->theme);
    for (guint i = 0; i < legend->n_rows && i < MAX_EXTRA_ROWS && plan->n < MAX_ROWS; i++) {
        const CgLegendRow *row = &legend->rows[i];
        add_line (canvas, plan, row->colour, row->symbol, row->hatched, g_strdup (row->text),
                  row->count);
        plan->line[plan->n - 1].row.line_vh = row->line_vh;
        plan->line[plan->n - 1].row.dashed = row->dashed;
    }
    if (legend->count_title != NULL && plan->n > 0)
        plan->count_width = width_of (canvas, legend->count_title, CG_TEXT_SMALL, FALSE);
    for (guint i = 0; i < plan->n; i++) {
        plan->text_width =
            MAX (plan->text_width, width_of (canvas, plan->line[i].text, CG_TEXT_SMALL, FALSE));
        if (plan->line[i].count != NULL)
            plan->count_width = MAX (plan->count_width,
                                     width_of (canvas, plan->line[i].count, CG_TEXT_SMALL, FALSE));
    }
    double rows = SWATCH_VH * vh + 0.8 * vh + plan->text_width +
                  (plan->count_width > 0.0 ? plan->count_width + 2 * vh : 0.0);
    double head = width_of (canvas, plan->title, CG_TEXT_SMALL, TRUE);
    gboolean own_line = legend->heat != NULL; /* the head of the counts stands below the bar then */
    if (legend->count_title != NULL && plan->n > 0 && !own_line)
        head += plan->count_width + 2 * vh;
    double inner = MAX (plan->n > 0 ? rows : 0.0, head);
    if (plan->note != NULL && legend->heat == NULL)
        inner = MAX (inner, width_of (canvas, plan->note, CG_TEXT_SMALL, FALSE));
    if (legend->heat != NULL)
        inner = MAX (inner, BAR_WIDTH_VH * vh);
    plan->width = inner + 2 * PAD_VH * vh;
    plan->height = 2 * PAD_VH * vh + line * 1.2 + plan->n * line * 1.1;
    if (legend->heat != NULL)
        plan->height += (BAR_HEIGHT_VH + 0.6) * vh + line + (plan->note != NULL ? line * 1.1 : 0);
    if (legend->heat == NULL && plan->note != NULL)
        plan->height += line * 1.2;
    if (own_line && plan->n > 0)
        plan->height += legend->count_title != NULL ? line * 1.1 : 0.6 * vh;
}

void
cg_map_swatch (CgCanvas *canvas, const CgLegendRow *row, CgRect box)
{
    double vh = canvas->vh, x = box.x, y = box.y + box.height / 2;
    if (row->symbol >= 0) {
        cg_map_symbol (canvas, (CgSymbol) row->symbol, x + box.width / 2, y, 1.1 * vh, row->colour);
        return;
    }
    if (row->line_vh > 0.0) {
        double part = row->dashed ? 0.38 * box.width : box.width;
        cg_canvas_line (canvas, x, y, x + part, y, row->colour, row->line_vh);
        cg_canvas_line (canvas, x + box.width - part, y, x + box.width, y, row->colour,
                        row->line_vh);
        return;
    }
    cg_canvas_fill (canvas, box, row->colour);
    if (row->dots > 0.0) {
        cairo_pattern_t *dots = cg_map_dots (canvas, row->dots);
        cairo_set_source (canvas->cr, dots);
        cairo_rectangle (canvas->cr, box.x, box.y, box.width, box.height);
        cairo_fill (canvas->cr);
        cairo_pattern_destroy (dots);
    }
    if (row->hatched) {
        cairo_pattern_t *hatch = cg_canvas_hatch (canvas);
        cairo_set_source (canvas->cr, hatch);
        cairo_rectangle (canvas->cr, box.x, box.y, box.width, box.height);
        cairo_fill (canvas->cr);
        cairo_pattern_destroy (hatch);
    }
    cg_canvas_frame (canvas, box, cg_colour_alpha (canvas->theme->text2, 0.5), 0.05);
}

static void
draw_swatch (CgCanvas *canvas, const CgLegendRow *row, double x, double y)
{
    double vh = canvas->vh, height = 1.3 * vh;
    cg_map_swatch (canvas, row, (CgRect){ x, y - height / 2, SWATCH_VH * vh, height });
}

/* The bar stands on the land's colour, as the surface does on the map. */
void
cg_map_heat_bar (CgCanvas *canvas, const CgHeat *heat, CgRect bar)
{
    guint32 lut[256];
    cg_map_heat_colours (canvas->theme, heat, lut);
    cg_canvas_fill (canvas, bar, canvas->theme->land);
    cairo_pattern_t *ramp = cairo_pattern_create_linear (bar.x, 0, bar.x + bar.width, 0);
    for (guint k = 0; k < 256; k += 5) {
        double a = (lut[k] >> 24) / 255.0, scale = a > 0.0 ? 1.0 / (255.0 * a) : 0.0;
        cairo_pattern_add_color_stop_rgba (ramp, k / 255.0, (lut[k] >> 16 & 255) * scale,
                                           (lut[k] >> 8 & 255) * scale, (lut[k] & 255) * scale, a);
    }
    cairo_set_source (canvas->cr, ramp);
    cairo_rectangle (canvas->cr, bar.x, bar.y, bar.width, bar.height);
    cairo_fill (canvas->cr);
    cairo_pattern_destroy (ramp);
    cg_canvas_frame (canvas, bar, cg_colour_alpha (canvas->theme->text2, 0.5), 0.05);
}

/* The last colour stands for all above it too, unless nothing is. */
static char *
tick_text (const CgCanvas *canvas, const CgHeat *heat, double tick)
{
    double full = cg_heat_full (heat);
    gboolean open = tick >= full && !(heat->peak_per_km2 > 0.0 && heat->peak_per_km2 <= full);
    g_autofree char *number = cg_format_number_in (canvas->language, tick, 6);
    return g_strconcat (open ? "≥ " : "", number, NULL);
}

char *
cg_map_heat_end (const CgCanvas *canvas, const CgHeat *heat)
{
    return tick_text (canvas, heat, cg_heat_full (heat));
}

#define MAX_TICKS 24u

/* Round marks below full, falling, without 0: of a linear scale the even steps, of a power scale
 * 1, 2 and 5 times the powers of ten down to where it begins. */
static guint
falling_ticks (const CgHeat *heat, double out[MAX_TICKS])
{
    double full = cg_heat_full (heat), step[8];
    guint n = 0;
    if (cg_heat_place (heat, 0.25) == 0.25) {
        for (guint i = cg_ticks (full, FALSE, 6, step); i-- > 1;)
            if (step[i] < full * (1.0 - 1e-9))
                out[n++] = step[i];
        return n;
    }
    double tick = cg_round_length (full * (1.0 - 1e-9));
    while (n < MAX_TICKS && tick > 0.0 && cg_heat_place (heat, tick / full) > 0.02) {
        out[n++] = tick;
        tick = cg_round_length (tick * (1.0 - 1e-9));
    }
    return n;
}

static void
draw_mark (CgCanvas *canvas, CgRect bar, double x, CgColour colour)
{
    double bottom = bar.y + bar.height;
    cg_canvas_line (canvas, x, bottom, x, bottom + 0.4 * canvas->vh, colour, 0.08);
}

/* From the end of the scale down: a number that would touch the one above it or the 0 is left out
 * with its mark. */
static void
draw_ticks (CgCanvas *canvas, const CgHeat *heat, CgRect bar)
{
    double tick[MAX_TICKS], full = cg_heat_full (heat), vh = canvas->vh;
    double line = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    double y = bar.y + bar.height + 0.5 * vh + line / 2, right = bar.x + bar.width;
    CgText style = { .size = CG_TEXT_SMALL, .colour = canvas->theme->text2 };
    CgRect zero = cg_canvas_text (canvas, bar.x, y, "0", &style);
    style.align = CG_ALIGN_RIGHT;
    g_autofree char *end = tick_text (canvas, heat, full);
    double taken = cg_canvas_text (canvas, right, y, end, &style).x;
    draw_mark (canvas, bar, bar.x, style.colour);
    draw_mark (canvas, bar, right, style.colour);
    style.align = CG_ALIGN_CENTRE;
    guint n = falling_ticks (heat, tick);
    for (guint i = 0; i < n; i++) {
        double x = bar.x + bar.width * cg_heat_place (heat, tick[i] / full);
        g_autofree char *text = tick_text (canvas, heat, tick[i]);
        CgRect box = cg_canvas_measure (canvas, x, y, text, &style);
        if (box.x < zero.x + zero.width + 0.6 * vh || box.x + box.width > taken - 0.6 * vh)
            continue;
        cg_canvas_text (canvas, x, y, text, &style);
        draw_mark (canvas, bar, x, style.colour);
        taken = box.x;
    }
}

/* Returns the middle of the next line. */
static double
draw_scale (CgCanvas *canvas, const CgLegend *legend, const Plan *plan, double left, double y)
{
    double vh = canvas->vh, line = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    CgRect bar = { left, y - line / 2 + 0.1 * vh, BAR_WIDTH_VH * vh, BAR_HEIGHT_VH * vh };
    CgText note = { .size = CG_TEXT_SMALL, .colour = canvas->theme->text2 };
    cg_map_heat_bar (canvas, legend->heat, bar);
    draw_ticks (canvas, legend->heat, bar);
    y += (BAR_HEIGHT_VH + 0.6) * vh + line;
    if (plan->note == NULL)
        return y;
    cg_canvas_text (canvas, left, y, plan->note, &note);
    return y + line * 1.1;
}

CgRect
cg_map_legend_rect (CgCanvas *canvas, const CgMapView *view, const CgLegend *legend,
                    CgCorner corner)
{
    g_autofree Plan *plan = g_new0 (Plan, 1);
    plan_init (canvas, legend, plan);
    CgRect box = cg_map_corner (canvas, view, plan->width, plan->height, corner);
    plan_done (plan);
    return box;
}

static void
draw_lines (CgCanvas *canvas, const Plan *plan, double left, double right, double y)
{
    double vh = canvas->vh, line = cg_canvas_line_height (canvas, CG_TEXT_SMALL) * 1.1;
    CgText text = { .size = CG_TEXT_SMALL, .colour = canvas->theme->text };
    CgText count = { .size = CG_TEXT_SMALL,
                     .colour = canvas->theme->text2,
                     .align = CG_ALIGN_RIGHT };
    for (guint i = 0; i < plan->n; i++, y += line) {
        draw_swatch (canvas, &plan->line[i].row, left, y);
        cg_canvas_text (canvas, left + (SWATCH_VH + 0.8) * vh, y, plan->line[i].text, &text);
        cg_canvas_text (canvas, right, y, plan->line[i].count, &count);
    }
}

void
cg_map_legend (CgCanvas *canvas, const CgMapView *view, const CgLegend *legend, CgCorner corner)
{
    if (!cg_map_begin (canvas, view))
        return;
    g_autofree Plan *plan = g_new0 (Plan, 1);
    plan_init (canvas, legend, plan);
    const CgTheme *theme = canvas->theme;
    double vh = canvas->vh, line = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    CgRect box = cg_map_corner (canvas, view, plan->width, plan->height, corner);
    double left = box.x + PAD_VH * vh, right = box.x + box.width - PAD_VH * vh;
    double y = box.y + PAD_VH * vh + line / 2;
    cg_canvas_fill (canvas, box, cg_colour_alpha (theme->panel, 0.9));
    cg_canvas_frame (canvas, box, theme->hairline, 0.08);
    CgText title = { .size = CG_TEXT_SMALL, .bold = TRUE, .colour = theme->text };
    CgText count = { .size = CG_TEXT_SMALL, .colour = theme->text2, .align = CG_ALIGN_RIGHT };
    cg_canvas_text (canvas, left, y, plan->title, &title);
    if (plan->n > 0 && legend->heat == NULL)
        cg_canvas_text (canvas, right, y, legend->count_title, &count);
    y += line * 1.2;
    if (legend->heat != NULL) {
        y = draw_scale (canvas, legend, plan, left, y);
        if (plan->n > 0)
            cg_canvas_text (canvas, right, y, legend->count_title, &count);
        y += legend->count_title != NULL ? line * 1.1 : 0.6 * vh;
    }
    draw_lines (canvas, plan, left, right, y);
    if (legend->heat == NULL) {
        CgText note = { .size = CG_TEXT_SMALL, .colour = theme->text2 };
        cg_canvas_text (canvas, left, box.y + box.height - PAD_VH * vh - line / 2, plan->note,
                        &note);
    }
    plan_done (plan);
    cg_map_end (canvas);
}
