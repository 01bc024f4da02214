/* Texts set row by row into a layer: a row fits the nearest cache, a sheet none. */
#include <string.h>

#include "page/canvas_internal.h"
#include "page/strips_internal.h"

/* Texts of each row, in their order: which[first[row]] .. which[first[row + 1] - 1]. */
typedef struct {
    guint32 *first, *which;
} Rows;

static void
rows_done (Rows *rows)
{
    g_free (rows->first);
    g_free (rows->which);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Rows, rows_done)

/* The text's rows between top and bottom, from top on. */
static void
rows_of (const CgListedText *text, int top, int bottom, guint *out_from, guint *out_to)
{
    int from = MAX (MAX (text->at.top, text->at.box_top), top);
    int to = MIN (MIN (text->at.top + cairo_image_surface_get_height (text->ink), text->at.box_bottom), bottom);
    *out_from = (guint) (from - top);
    *out_to = (guint) (MAX (to, from) - top);
}

static gboolean
rows_init (Rows *rows, const GArray *texts, int top, int bottom)
{
    guint n_rows = (guint) (bottom - top), from, to;
    rows->first = g_try_new0 (guint32, (gsize) n_rows + 2);
    if (rows->first == NULL)
        return FALSE;
    for (guint i = 0; i < texts->len; i++) {
        rows_of (&g_array_index (texts, CgListedText, i), top, bottom, &from, &to);
        for (guint row = from; row < to; row++)
            rows->first[row + 2]++;
    }
    for (guint row = 2; row < n_rows + 2; row++)
        rows->first[row] += rows->first[row - 1];
    rows->which = g_try_new (guint32, (gsize) rows->first[n_rows + 1] + 1);
    for (guint i = 0; i < texts->len && rows->which != NULL; i++) {
        rows_of (&g_array_index (texts, CgListedText, i), top, bottom, &from, &to);
        for (guint row = from; row < to; row++)
            rows->which[rows->first[row + 1]++] = i;
    }
    return rows->which != NULL;
}

/* line: from `left` on. */
static void
set_text (const CgListedText *text, int y, int left, int right, guint32 *line)
{
    int from = MAX (MAX (text->at.left, text->at.box_left), left);
    int to = MIN (MIN (text->at.left + cairo_image_surface_get_width (text->ink), text->at.box_right), right);
    const guint8 *data = cairo_image_surface_get_data (text->ink);
    gsize stride = (gsize) cairo_image_surface_get_stride (text->ink);
    if (from < to)
        cg_pixels_over ((gsize) (to - from),
                        (const guint32 *) (gconstpointer) (data + (gsize) (y - text->at.top) * stride) +
                            (from - text->at.left),
                        line + (from - left));
}

gboolean
cg_stage_put_texts (CgStageSink *sink, const GArray *texts, int left, int top, int right, int bottom)
{
    g_auto (Rows) rows = { 0 };
    gsize width = (gsize) (right - left);
    g_autofree guint32 *line = g_try_new0 (guint32, width);
    if (line == NULL || !rows_init (&rows, texts, top, bottom))
        return FALSE;
    for (int y = top; y < bottom; y++) {
        guint32 from = rows.first[y - top], to = rows.first[y - top + 1];
        for (guint32 k = from; k < to; k++)
            set_text (&g_array_index (texts, CgListedText, rows.which[k]), y, left, right, line);
        cg_stage_put_row (sink, line);
        if (from < to)
            memset (line, 0, width * sizeof *line);
    }
    return TRUE;
}
