/* What stands round and on a map: title, source, scale bar, north arrow. */
#include <math.h>

#include "map/map_internal.h"

#define ARROW_VH 3.6
#define BAR_VH 0.5
#define LEAST_MAP_VH 10.0

/* Lines above and below a map. */
typedef struct {
    const char *text;
    CgText style;
    double lead, height; /* above the first line; with that and the gap to what comes next */
} FrameText;

static FrameText
frame_text (CgCanvas *canvas, const char *text, CgTextSize size, CgColour colour, double width,
            double gap_vh)
{
    FrameText one = { text, { .size = size, .colour = colour, .max_width = width }, 0.0, 0.0 };
    if (text != NULL && *text != '\0') {
        one.style.bold = size == CG_TEXT_TITLE;
        CgRect box = cg_canvas_measure (canvas, 0, 0, text, &one.style);
        if (size != CG_TEXT_SMALL)
            one.lead = cg_canvas_line_height (canvas, size) / 2 + box.y;
        one.height = one.lead + box.height + gap_vh * canvas->vh;
    }
    return one;
}

/* With its top at y. */
static void
draw_frame_text (CgCanvas *canvas, double x, double y, const FrameText *one)
{
    CgRect box = cg_canvas_measure (canvas, x, 0, one->text, &one->style);
    if (one->height > 0.0)
        cg_canvas_text (canvas, x, y + one->lead - box.y, one->text, &one->style);
}

CgRect
cg_map_frame (CgCanvas *canvas, CgRect rect, const CgMapFrame *frame)
{
    const CgTheme *theme = canvas->theme;
    double vh = canvas->vh, pad = 1.2 * vh, width = rect.width - 2 * pad;
    double top = rect.y + pad, bottom = rect.y + rect.height - pad;
    double line = frame->text_width > 0.0 ? MIN (frame->text_width - pad, width) : width;
    FrameText title = frame_text (canvas, frame->title, CG_TEXT_TITLE, theme->text, line, 0.6);
    FrameText span = frame_text (canvas, frame->span, CG_TEXT_BODY, theme->text2, line, 0.6);
    FrameText source = frame_text (canvas, frame->source, CG_TEXT_SMALL, theme->text2, line, 0.8);
    /* A map comes before words about it. */
    double room = bottom - top - LEAST_MAP_VH * vh;
    if (title.height + span.height + source.height > room)
        source.height = 0.0;
    if (title.height + span.height > room)
        span.height = 0.0;
    draw_frame_text (canvas, rect.x + pad, top, &title);
    draw_frame_text (canvas, rect.x + pad, top + title.height, &span);
    top += title.height + span.height;
    draw_frame_text (canvas, rect.x + pad, bottom - source.height + 0.8 * vh, &source);
    bottom -= source.height;
    /* Whole pixels, so that rasters fill it without being sampled. */
    double left = ceil (rect.x + pad), right = floor (rect.x + pad + width);
    CgRect map = { left, floor (top), right - left, floor (bottom) - floor (top) };
    map.width = MAX (map.width, 1.0);
    map.height = MAX (map.height, 1.0);
    double hair = MAX (1.0, floor (0.08 * vh + 0.5));
    CgRect around = { map.x - hair, map.y - hair, map.width + 2 * hair, map.height + 2 * hair };
    cg_canvas_frame (canvas, around, theme->hairline, 0.08);
    return map;
}

double
cg_map_scale_bar_m (const CgMapView *view)
{
    return cg_round_length (view->rect.width * view->m_per_px / 5.0);
}

CgRect
cg_map_scale_bar_rect (CgCanvas *canvas, const CgMapView *view, CgCorner corner)
{
    double vh = canvas->vh, length = cg_map_scale_bar_m (view) / view->m_per_px;
    g_autofree char *text = cg_format_length_m (cg_map_scale_bar_m (view));
    CgText style = { .size = CG_TEXT_SMALL };
    double label = cg_canvas_measure (canvas, 0, 0, text, &style).width;
    return cg_map_corner (canvas, view, MAX (length, label) + (ARROW_VH + 1.2) * vh,
                          ARROW_VH * vh + vh, corner);
}

static void
north_arrow (CgCanvas *canvas, double x, double y, double height)
{
    cairo_t *cr = canvas->cr;
    const CgTheme *theme = canvas->theme;
    double half = height * 0.2, top = y + height * 0.42, bottom = y + height;
    CgText text = { .size = CG_TEXT_SMALL,
                    .bold = TRUE,
                    .colour = theme->text,
                    .align = CG_ALIGN_CENTRE,
                    .halo = theme->halo };
    cg_canvas_text (canvas, x, y + height * 0.18, cg_word (canvas->language, "北"), &text);
    cairo_move_to (cr, x, top);
    cairo_line_to (cr, x + half, bottom);
    cairo_line_to (cr, x, bottom - half * 0.8);
    cairo_line_to (cr, x - half, bottom);
    cairo_close_path (cr);
    cg_canvas_source (canvas, theme->halo);
    cairo_set_line_width (cr, 0.25 * canvas->vh);
    cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
    cairo_stroke_preserve (cr);
    cg_canvas_source (canvas, theme->text);
    cairo_fill (cr);
}

void
cg_map_scale_bar (CgCanvas *canvas, const CgMapView *view, CgCorner corner)
{
    double length_m = cg_map_scale_bar_m (view), vh = canvas->vh;
    if (!(length_m > 0.0) || !cg_map_begin (canvas, view))
        return;
    const CgTheme *theme = canvas->theme;
    CgRect box = cg_map_scale_bar_rect (canvas, view, corner);
    g_autofree char *text = cg_format_length_m (length_m);
    double length = length_m / view->m_per_px, left = box.x + (ARROW_VH * 0.6 + 0.8) * vh;
    double bottom = box.y + box.height - 0.4 * vh;
    CgText style = { .size = CG_TEXT_SMALL, .colour = theme->text, .halo = theme->halo };
    north_arrow (canvas, box.x + ARROW_VH * 0.3 * vh, box.y, box.height - 0.2 * vh);
    CgRect bar = { left, bottom - BAR_VH * vh, length, BAR_VH * vh };
    CgRect around = { bar.x - 0.15 * vh, bar.y - 0.15 * vh, bar.width + 0.3 * vh,
                      bar.height + 0.3 * vh };
    cg_canvas_fill (canvas, around, theme->halo);
    cg_canvas_fill (canvas, bar, theme->text);
    /* The second half is hollow, so that half the length can be read too. */
    CgRect hollow = { bar.x + length / 2, bar.y + 0.12 * vh, length / 2 - 0.12 * vh,
                      bar.height - 0.24 * vh };
    cg_canvas_fill (canvas, hollow, theme->halo);
    cg_canvas_text (canvas, left,
                    bar.y - 0.45 * vh - cg_canvas_line_height (canvas, CG_TEXT_SMALL) / 2, text,
                    &style);
    cg_map_end (canvas);
}
