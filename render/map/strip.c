/* Legends on one line, for maps too small for a box. */
#include <math.h>

#include "map/kinds.h"
#include "map/map_internal.h"

#define PAD_VH 0.6
#define GAP_VH 0.5   /* between a swatch and its text */
#define APART_VH 1.4 /* between parts */
#define HIGH_VH 1.2
#define MAX_PARTS 40u
#define LEFT_OUT "图例从略"

static double
text_width (CgCanvas *canvas, const char *text)
{
    CgText style = { .size = CG_TEXT_SMALL };
    return text != NULL ? cg_canvas_measure (canvas, 0, 0, text, &style).width : 0.0;
}

typedef struct {
    double x;
    guint row;
    double y; /* of its middle */
} CgPlace;

static double
space_before (CgCanvas *canvas, guint i, const CgStripPart *parts)
{
    double joined = i > 0 && parts[i - 1].row.text != NULL ? GAP_VH : 0.0;
    return i == 0 ? 0.0 : (parts[i].joined ? joined : APART_VH) * canvas->vh;
}

static double
part_width (CgCanvas *canvas, const CgStripPart *part)
{
    double vh = canvas->vh, width = part->width_vh * vh + text_width (canvas, part->row.text);
    return width + (part->width_vh > 0.0 && part->row.text != NULL ? GAP_VH * vh : 0.0);
}

static void
draw_part (CgCanvas *canvas, double x, double y, const CgStripPart *part)
{
    double vh = canvas->vh, height = HIGH_VH * vh;
    CgRect box = { x, y - height / 2, part->width_vh * vh, height };
    CgText style = { .size = CG_TEXT_SMALL, .colour = canvas->theme->text2 };
    if (part->heat != NULL)
        cg_map_heat_bar (canvas, part->heat, box);
    else if (part->width_vh > 0.0 && !part->blank)
        cg_map_swatch (canvas, &part->row, box);
    if (part->row.text != NULL)
        cg_canvas_text (canvas, x + (part->width_vh > 0.0 ? part->width_vh + GAP_VH : 0.0) * vh, y,
                        part->row.text, &style);
}

/* Places each part in out (may be NULL), a line further down where it finds no room; FALSE: too many
 * lines, or a part wider than one. */
static gboolean
flow (CgCanvas *canvas, CgRect strip, guint n, const CgStripPart *parts, CgPlace *out)
{
    double pad = PAD_VH * canvas->vh, line = 1.1 * cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    double right = strip.x + strip.width - pad, x = strip.x + pad;
    guint row = 0, n_rows = (guint) CLAMP (strip.height / line, 1.0, 8.0);
    for (guint i = 0, end; i < n; i = end) {
        double width = 0.0;
        /* What is joined stays on one line. */
        for (end = i; end < n && (end == i || parts[end].joined); end++)
            width += (end > i ? space_before (canvas, end, parts) : 0.0) +
                     part_width (canvas, &parts[end]);
        double space = x > strip.x + pad ? APART_VH * canvas->vh : 0.0;
        if (x + space + width > right && space > 0.0) {
            row++;
            x = strip.x + pad;
            space = 0.0;
        }
        if (x + width > right || row >= n_rows)
            return FALSE;
        x += space;
        for (guint k = i; k < end; k++) {
            x += k > i ? space_before (canvas, k, parts) : 0.0;
            if (out != NULL)
                out[k] = (CgPlace){ x, row };
            x += part_width (canvas, &parts[k]);
        }
    }
    /* In the middle of the strip's height. */
    for (guint i = 0; out != NULL && i < n; i++)
        out[i].y = strip.y + strip.height / 2 + (out[i].row - row / 2.0) * line;
    return n > 0;
}

gboolean
cg_map_strip (CgCanvas *canvas, CgRect strip, guint n, const CgStripPart *parts, gboolean draw)
{
    g_autofree CgPlace *place = g_new0 (CgPlace, MAX (n, 1));
    gboolean fits = flow (canvas, strip, n, parts, place);
    if (!draw)
        return fits;
    cg_canvas_fill (canvas, strip, canvas->theme->background);
    double pad = PAD_VH * canvas->vh;
    CgStripPart left_out = { .row = { .symbol = -1,
                                      .text = cg_word (canvas->language, LEFT_OUT) } };
    if (!fits && 2 * pad + text_width (canvas, cg_word (canvas->language, LEFT_OUT)) <= strip.width)
        draw_part (canvas, strip.x + pad, strip.y + strip.height / 2, &left_out);
    for (guint i = 0; fits && i < n; i++)
        draw_part (canvas, place[i].x, place[i].y, &parts[i]);
    return fits;
}

/* ---- of a plain legend ----------------------------------------------------------------------- */

typedef struct {
    guint n;
    CgStripPart part[MAX_PARTS];
    char *text[MAX_PARTS]; /* owned */
} Parts;

static void
parts_done (Parts *parts)
{
    for (guint i = 0; i < parts->n; i++)
        g_free (parts->text[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Parts, parts_done)

/* Takes text. */
static CgStripPart *
add_part (Parts *parts, double width_vh, char *text, gboolean joined)
{
    guint i = MIN (parts->n, MAX_PARTS - 1);
    if (parts->n == MAX_PARTS)
        g_free (parts->text[i]);
    parts->n = i + 1;
    parts->text[i] = text;
    parts->part[i] = (CgStripPart){ .row = { .symbol = -1, .text = text },
                                    .width_vh = width_vh,
                                    .joined = joined };
    return &parts->part[i];
}

static char *
with_unit (const char *text, const char *unit)
{
    gboolean has = unit != NULL && *unit != '\0';
    return g_strconcat (text, has ? " " : "", has ? unit : "", NULL);
}

static void
add_heat (const CgCanvas *canvas, Parts *parts, const CgLegend *legend)
{
    g_autofree char *end = cg_map_heat_end (canvas, legend->heat);
    add_part (parts, 0.0, g_strdup ("0"), FALSE);
    CgStripPart *bar = add_part (parts, 8.0, with_unit (end, legend->unit), TRUE);
    bar->heat = legend->heat;
}

/* "4.5" and "423.7": where a scale begins and ends; of open ends what their class says. */
static char *
end_text (const CgCanvas *canvas, const CgChoropleth *choropleth, gboolean first)
{
    guint class = first ? 0 : MIN (choropleth->n_classes, CG_MAP_MAX_CLASSES) - 1;
    double end = first ? choropleth->lower : choropleth->upper[class];
    return isfinite (end) ? cg_format_number_in (canvas->language, end, choropleth->decimals)
                          : cg_choropleth_text (canvas, choropleth, class);
}

/* The classes side by side from the lowest, with the words of the first and the last; brief: with the
 * ends of the scale. */
static void
add_classes (CgCanvas *canvas, Parts *parts, const CgLegend *legend, gboolean brief)
{
    const CgChoropleth *choropleth = legend->choropleth;
    guint n = MIN (choropleth->n_classes, CG_MAP_MAX_CLASSES);
    if (choropleth->zero) {
        CgStripPart *zero = add_part (parts, 1.6, g_strdup ("0"), FALSE);
        zero->row.colour = cg_choropleth_zero (choropleth, canvas->theme);
    }
    double width_vh = brief ? 1.0 : 1.6;
    if (n > 1)
        add_part (parts, 0.0,
                  brief ? end_text (canvas, choropleth, TRUE)
                        : cg_choropleth_text (canvas, choropleth, 0),
                  FALSE);
    for (guint c = 0; c < n; c++) {
        gboolean last = c + 1 == n;
        g_autofree char *text = !last   ? NULL
                                : brief ? end_text (canvas, choropleth, FALSE)
                                        : cg_choropleth_text (canvas, choropleth, c);
        CgStripPart *part =
            add_part (parts, width_vh, last ? with_unit (text, legend->unit) : NULL, n > 1);
        part->row.colour = cg_choropleth_colour (choropleth, canvas->theme, c);
        part->row.dots = cg_choropleth_dots (choropleth, c);
    }
    if (choropleth->count_none == 0)
        return;
    CgStripPart *none =
        add_part (parts, 1.6, g_strdup (cg_word (canvas->language, "无数据")), FALSE);
    none->row.colour = canvas->theme->no_data;
    none->row.hatched = TRUE;
}

static gboolean
is_scale (const CgLegend *legend)
{
    gboolean scale = legend->n_rows > 2 && legend->unit != NULL && *legend->unit != '\0';
    for (guint i = 0; i < legend->n_rows; i++)
        scale = scale && legend->rows[i].symbol < 0 && !legend->rows[i].hatched &&
                legend->rows[i].line_vh <= 0.0;
    return scale;
}

/* Rows of a scale, the highest first: as classes are drawn. */
static void
add_scale (Parts *parts, const CgLegend *legend, double width_vh)
{
    guint n = legend->n_rows;
    add_part (parts, 0.0, g_strdup (legend->rows[n - 1].text), FALSE);
    for (guint i = n; i-- > 0;) {
        char *text = i == 0 ? with_unit (legend->rows[0].text, legend->unit) : NULL;
        CgStripPart *part = add_part (parts, width_vh, text, TRUE);
        part->row = legend->rows[i];
        part->row.text = text;
    }
}

static void
add_rows (Parts *parts, const CgLegend *legend)
{
    for (guint i = 0; i < legend->n_rows; i++) {
        char *text = g_strdup (legend->rows[i].text);
        CgStripPart *part = add_part (parts, 1.6, text, FALSE);
        part->row = legend->rows[i];
        part->row.text = text;
    }
}

static void
add_legend (CgCanvas *canvas, Parts *parts, const CgLegend *legend, gboolean brief)
{
    if (legend->heat != NULL)
        add_heat (canvas, parts, legend);
    else if (legend->choropleth != NULL)
        add_classes (canvas, parts, legend, brief);
    if (is_scale (legend))
        add_scale (parts, legend, brief ? 1.0 : 1.6);
    else
        add_rows (parts, legend);
    if (parts->n == 0 && legend->note != NULL)
        add_part (parts, 0.0, g_strdup (legend->note), FALSE);
}

gboolean
cg_map_legend_strip (CgCanvas *canvas, CgRect strip, const CgLegend *legend, gboolean draw)
{
    if (legend->brief != NULL)
        return cg_map_legend_strip (canvas, strip, legend->brief, draw);
    g_auto (Parts) full = { 0 };
    g_auto (Parts) brief = { 0 };
    add_legend (canvas, &full, legend, FALSE);
    add_legend (canvas, &brief, legend, TRUE);
    const Parts *parts = cg_map_strip (canvas, strip, full.n, full.part, FALSE) ? &full : &brief;
    return cg_map_strip (canvas, strip, parts->n, parts->part, draw);
}

/* ---- of the other kinds ---------------------------------------------------------------------- */

gboolean
cg_map_bivariate_strip (CgCanvas *canvas, CgRect strip, const CgBivariate *bivariate, gboolean draw)
{
    const CgTheme *theme = canvas->theme;
    guint top = CG_BIVARIATE_CLASSES - 1;
    g_autofree char *x = g_strconcat ("→ ", bivariate->x.title, NULL);
    g_autofree char *y = g_strconcat ("↑ ", bivariate->y.title, NULL);
    const CgStripPart parts[] = {
        { .row = { .colour = cg_bivariate_colour (theme, top, 0), .symbol = -1, .text = x },
          .width_vh = 1.6 },
        { .row = { .colour = cg_bivariate_colour (theme, 0, top), .symbol = -1, .text = y },
          .width_vh = 1.6 },
        { .row = { .colour = cg_bivariate_colour (theme, top, top),
                   .symbol = -1,
                   .text = cg_word (canvas->language, "两者都高") },
          .width_vh = 1.6 },
    };
    return cg_map_strip (canvas, strip, G_N_ELEMENTS (parts), parts, draw);
}

gboolean
cg_map_graduated_strip (CgCanvas *canvas, CgRect strip, const CgGraduated *graduated, gboolean draw)
{
    double line = cg_canvas_line_height (canvas, CG_TEXT_SMALL), value = graduated->full;
    double radius = cg_graduated_radius (canvas, graduated, value);
    while (radius * 2 > line && value > 0.0) {
        value = cg_round_length (value * (1.0 - 1e-9));
        radius = cg_graduated_radius (canvas, graduated, value);
    }
    g_autofree char *number = cg_format_number_in (canvas->language, value, graduated->decimals);
    g_autofree char *text = with_unit (number, graduated->unit);
    CgStripPart part = { .row = { .symbol = -1, .text = text },
                         .width_vh = 2 * radius / canvas->vh,
                         .blank = TRUE };
    gboolean good = radius > 0.0 && (graduated->decimals > 0 || value >= 1.0);
    gboolean fits = cg_map_strip (canvas, strip, good ? 1 : 0, &part, draw);
    if (fits && draw)
        cg_map_circle (canvas, strip.x + PAD_VH * canvas->vh + radius, strip.y + strip.height / 2,
                       radius, cg_graduated_colour (canvas, graduated));
    return fits;
}
