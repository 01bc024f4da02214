#include <math.h>

#include "chart/chart_internal.h"

#define PAD_VH 1.1
#define LEAST_CONTENT_VH 8.0

CgInk
cg_chart_ink (const CgCanvas *canvas, const CgPanel *panel)
{
    const CgTheme *theme = canvas->theme;
    if (!panel->delayed)
        return (
            CgInk){ theme->text, theme->text2, theme->accent, theme->worse, theme->better, FALSE };
    CgColour grey = cg_colour_mix (theme->text2, theme->panel, 0.25);
    return (CgInk){ grey, grey, grey, grey, grey, TRUE };
}

CgColour
cg_chart_part_colour (const CgCanvas *canvas, const CgInk *ink, guint i)
{
    CgColour colour = canvas->theme->class_colour[i % 8];
    return ink->grey ? cg_colour_mix (colour, canvas->theme->panel, 0.55) : colour;
}

double
cg_chart_text_width (CgCanvas *canvas, const char *text, CgTextSize size, gboolean bold)
{
    CgText style = { .size = size, .bold = bold };
    return cg_canvas_measure (canvas, 0, 0, text, &style).width;
}

char *
cg_chart_shorten (CgCanvas *canvas, const char *text, CgTextSize size, gboolean bold, double width)
{
    if (text == NULL || cg_chart_text_width (canvas, text, size, bold) <= width)
        return g_strdup (text);
    g_autofree char *valid = g_utf8_make_valid (text, -1);
    for (glong n = g_utf8_strlen (valid, -1) - 1; n >= 2; n--) {
        g_autofree char *part = g_utf8_substring (valid, 0, n);
        g_autofree char *shorter = g_strconcat (g_strchomp (part), "…", NULL);
        if (cg_chart_text_width (canvas, shorter, size, bold) <= width)
            return g_steal_pointer (&shorter);
    }
    return NULL;
}

static void
say (CgCanvas *canvas, CgRect rect, const char *text, CgTextSize size, const CgInk *ink)
{
    CgText style = { .size = size, .colour = ink->text2, .align = CG_ALIGN_CENTRE };
    if (rect.height >= cg_canvas_line_height (canvas, size) &&
        rect.width >= cg_chart_text_width (canvas, text, size, FALSE))
        cg_canvas_text (canvas, rect.x + rect.width / 2, rect.y + rect.height / 2, text, &style);
}

void
cg_chart_empty (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const CgInk *ink)
{
    say (canvas, rect, panel->empty != NULL ? panel->empty : cg_word (canvas->language, "暂无数据"),
         CG_TEXT_BODY, ink);
}

void
cg_chart_no_room (CgCanvas *canvas, CgRect rect, const CgInk *ink)
{
    say (canvas, rect, cg_word (canvas->language, "版面过小"), CG_TEXT_SMALL, ink);
}

static char *
aside_of (const CgCanvas *canvas, const CgPanel *panel)
{
    gboolean unit = panel->unit != NULL && *panel->unit != '\0';
    gboolean period = panel->period != NULL && *panel->period != '\0';
    if (unit && period)
        return g_strdup_printf (cg_word (canvas->language, "单位: %s · %s"), panel->unit,
                                panel->period);
    if (unit)
        return g_strdup_printf (cg_word (canvas->language, "单位: %s"), panel->unit);
    return g_strdup (period ? panel->period : "");
}

/* Title at the left; unit and period at the right, or below it when the line is too short for both.
 */
static double
draw_head (CgCanvas *canvas, CgRect inner, const CgPanel *panel, const CgInk *ink)
{
    double line = cg_canvas_line_height (canvas, CG_TEXT_BODY), y = inner.y + line / 2;
    CgText title = {
        .size = CG_TEXT_BODY, .bold = TRUE, .colour = ink->text, .max_width = inner.width
    };
    CgText aside = { .size = CG_TEXT_SMALL, .colour = ink->text2, .align = CG_ALIGN_RIGHT };
    g_autofree char *text = aside_of (canvas, panel);
    CgRect head = cg_canvas_text (canvas, inner.x, y, panel->title, &title);
    double bottom = MAX (inner.y + line, head.y + head.height);
    if (*text != '\0') {
        double room = inner.width - head.width - 2 * canvas->vh;
        if (cg_chart_text_width (canvas, text, CG_TEXT_SMALL, FALSE) <= room) {
            cg_canvas_text (canvas, inner.x + inner.width, y, text, &aside);
        } else {
            double half = cg_canvas_line_height (canvas, CG_TEXT_SMALL) / 2;
            aside.align = CG_ALIGN_LEFT;
            aside.max_width = inner.width;
            CgRect box = cg_canvas_text (canvas, inner.x, bottom + half, text, &aside);
            bottom = box.y + box.height;
        }
    }
    return bottom + 0.6 * canvas->vh;
}

/* The source gives way to what it is the source of, the word about late data does not. */
static double
draw_foot (CgCanvas *canvas, CgRect inner, double top, const CgPanel *panel, const CgInk *ink)
{
    double bottom = inner.y + inner.height;
    gboolean source = panel->source != NULL && *panel->source != '\0';
    if (!source && !panel->delayed)
        return bottom;
    g_autofree char *text =
        panel->delayed ? g_strconcat (cg_word (canvas->language, "▲ 数据延迟"), source ? " · " : "",
                                      source ? panel->source : "", NULL)
                       : g_strdup (panel->source);
    CgText style = { .size = CG_TEXT_SMALL,
                     .max_width = inner.width,
                     .colour =
                         panel->delayed ? canvas->theme->warning[CG_WARNING_ORANGE] : ink->text2 };
    CgRect box = cg_canvas_measure (canvas, inner.x, 0, text, &style);
    if (source && bottom - box.height - top < LEAST_CONTENT_VH * canvas->vh) {
        CgPanel bare = *panel;
        bare.source = NULL;
        return draw_foot (canvas, inner, top, &bare, ink);
    }
    cg_canvas_text (canvas, inner.x, bottom - box.height - box.y, text, &style);
    return bottom - box.height - 0.5 * canvas->vh;
}

CgRect
cg_chart_panel (CgCanvas *canvas, CgRect rect, const CgPanel *panel)
{
    CgInk ink = cg_chart_ink (canvas, panel);
    double pad = PAD_VH * canvas->vh;
    CgRect inner = { rect.x + pad, rect.y + pad, rect.width - 2 * pad, rect.height - 2 * pad };
    if (!(rect.width > 0.0 && rect.height > 0.0))
        return (CgRect){ rect.x, rect.y, 0, 0 };
    cg_canvas_fill (canvas, rect, canvas->theme->panel);
    cg_canvas_frame (canvas, rect, canvas->theme->hairline, 0.08);
    if (inner.width < 4 * canvas->vh || inner.height < 4 * canvas->vh)
        return (CgRect){ rect.x, rect.y, 0, 0 };
    double top = draw_head (canvas, inner, panel, &ink),
           bottom = draw_foot (canvas, inner, top, panel, &ink);
    return (CgRect){ inner.x, top, inner.width, MAX (bottom - top, 0.0) };
}

GArray *
cg_chart_order (guint n, const CgBar *bars)
{
    GArray *order = g_array_sized_new (FALSE, FALSE, sizeof (guint), n);
    for (guint i = 0; i < n; i++) {
        guint at = order->len;
        double value = isfinite (bars[i].value) ? bars[i].value : -INFINITY;
        for (; at > 0; at--) {
            double other = bars[g_array_index (order, guint, at - 1)].value;
            if ((isfinite (other) ? other : -INFINITY) >= value)
                break;
        }
        g_array_insert_val (order, at, i);
    }
    return order;
}

void
cg_chart_unsure (CgCanvas *canvas, CgRect *rect, const CgInk *ink)
{
    double line = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    CgText style = { .size = CG_TEXT_SMALL, .colour = ink->text2 };
    if (rect->height < 4 * line ||
        rect->width < cg_chart_text_width (canvas, cg_word (canvas->language, CG_UNSURE_TEXT),
                                           CG_TEXT_SMALL, FALSE))
        return;
    rect->height -= line;
    cg_canvas_text (canvas, rect->x, rect->y + rect->height + line / 2,
                    cg_word (canvas->language, CG_UNSURE_TEXT), &style);
}

guint
cg_chart_fit_rows (CgCanvas *canvas, CgRect *rect, guint n, double row_height, const CgInk *ink)
{
    guint fit = row_height > 0.0 ? (guint) CLAMP (rect->height / row_height, 0.0, 1e6) : 0;
    if (fit >= n)
        return n;
    double line = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    if (rect->height < line)
        return 0;
    rect->height -= line;
    fit = (guint) CLAMP (rect->height / row_height, 0.0, 1e6);
    g_autofree char *text =
        fit > 0 ? g_strdup_printf (cg_word (canvas->language, "前 %u 项，共 %u 项"), fit, n)
                : g_strdup_printf (cg_word (canvas->language, "版面过小，共 %u 项"), n);
    g_autofree char *brief = g_strdup_printf (cg_word (canvas->language, "共 %u 项"), n);
    CgText style = { .size = CG_TEXT_SMALL, .colour = ink->text2, .align = CG_ALIGN_RIGHT };
    const char *said =
        cg_chart_text_width (canvas, text, CG_TEXT_SMALL, FALSE) <= rect->width ? text : brief;
    if (cg_chart_text_width (canvas, said, CG_TEXT_SMALL, FALSE) <= rect->width)
        cg_canvas_text (canvas, rect->x + rect->width, rect->y + rect->height + line / 2, said,
                        &style);
    return fit;
}
