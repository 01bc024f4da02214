#include "page/stage.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/pages.h"
#include "page/canvas_internal.h"
#include "page/png.h"
#include "page/strips_internal.h"

#define STRIP CG_STRIP
#define EMPTY CG_STRIP_EMPTY
#define MIXED CG_STRIP_MIXED
#define OPAQUE CG_STRIP_OPAQUE

/* A layer as it was painted: its strips that are not empty, one after the other. */
typedef struct {
    char *name, *stamp;
    CgRect rect;                    /* as asked                                     */
    guint left, top, right, bottom; /* strips, rows                                 */
    guint8 *kind;                   /* [rows * strips of a row]                     */
    guint32 *first;                 /* [rows] strip in `pixel` that the row begins  */
    guint32 n_strips;
    guint32 *pixel; /* [n_strips * STRIP] */
    GArray *texts;  /* of CgTextPlace: all that a layer of texts is made of; else NULL */
} Layer;

struct CgStage {
    CgCanvas *canvas; /* that layers are painted on, clear between */
    guint width, height, n_columns;
    guint32 background;
    guint32 *frame;    /* [height * n_columns * STRIP] */
    guint8 *dirty;     /* [height * n_columns]         */
    GPtrArray *layers; /* of Layer, of the last frame  */
};

/* ---- layers ------------------------------------------------------------------------------ */

static void
layer_free (gpointer data)
{
    Layer *layer = data;
    if (layer == NULL)
        return;
    g_free (layer->name);
    g_free (layer->stamp);
    g_free (layer->kind);
    g_free (layer->first);
    g_free (layer->pixel);
    g_clear_pointer (&layer->texts, g_array_unref);
    g_free (layer);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Layer, layer_free)

static guint
row_strips (const Layer *layer)
{
    return layer->right - layer->left;
}

/* Kind of the strip, EMPTY outside the layer. */
static guint
kind_at (const Layer *layer, guint row, guint column)
{
    if (layer == NULL || row < layer->top || row >= layer->bottom || column < layer->left ||
        column >= layer->right)
        return EMPTY;
    return layer->kind[(gsize) (row - layer->top) * row_strips (layer) + column - layer->left];
}

typedef struct {
    guint left, top, right, bottom; /* pixels of the sheet */
} Part;

static Part
part_of (const CgStage *stage, const CgRect *rect)
{
    double right = MIN (ceil (rect->x + rect->width), stage->width);
    double bottom = MIN (ceil (rect->y + rect->height), stage->height);
    double left = MAX (floor (rect->x), 0), top = MAX (floor (rect->y), 0);
    if (!(right > left && bottom > top))
        return (Part){ 0, 0, 0, 0 };
    return (Part){ (guint) left, (guint) top, (guint) right, (guint) bottom };
}

static guint
strip_length (const CgStage *stage, guint column)
{
    return MIN (STRIP, stage->width - column * STRIP);
}

/* Walks the strips of a row that are not empty. */
static const guint32 *
next_strip (const Layer *layer, guint row, guint column, const guint32 **at)
{
    const guint32 *strip = NULL;
    if (kind_at (layer, row, column) != EMPTY) {
        strip = *at;
        *at += STRIP;
    }
    return strip;
}

static const guint32 *
row_start (const Layer *layer, guint row)
{
    return layer == NULL || row < layer->top || row >= layer->bottom
               ? NULL
               : layer->pixel + (gsize) layer->first[row - layer->top] * STRIP;
}

static void
mark (CgStage *stage, guint row, guint column)
{
    stage->dirty[(gsize) row * stage->n_columns + column] = TRUE;
}

/* ---- rows as they are painted ------------------------------------------------------------ */

/* A layer that is being painted. As long as its rows hold strips in the same places as before, they
 * are written over what was there, in before's memory; from the first that does not, into memory of
 * their own. */
struct CgStageSink {
    CgStage *stage;
    Part part;
    Layer *layer, *before; /* before: NULL, or with another frame of strips */
    guint next;            /* row of the layer */
    guint8 *kind;          /* of a row         */
    guint32 *line;         /* whole strips     */
    gboolean in_place, short_of_memory;
};

static gboolean
sink_init (CgStageSink *sink, CgStage *stage, const Part *part, Layer *before, Layer *layer)
{
    layer->left = part->left / STRIP;
    layer->right = (part->right + STRIP - 1) / STRIP;
    layer->top = part->top;
    layer->bottom = part->bottom;
    guint n_rows = layer->bottom - layer->top, n_columns = row_strips (layer);
    sink->stage = stage;
    sink->part = *part;
    sink->layer = layer;
    sink->before = before;
    sink->in_place = before != NULL && before->pixel != NULL && before->left == layer->left &&
                     before->right == layer->right && before->top == layer->top &&
                     before->bottom == layer->bottom;
    layer->kind = g_try_malloc0 ((gsize) n_rows * n_columns + 1);
    layer->first = g_try_new (guint32, (gsize) n_rows + 1);
    sink->kind = g_try_malloc0 (n_columns + 1);
    sink->line = g_try_new0 (guint32, (gsize) n_columns * STRIP + 1);
    return layer->kind != NULL && layer->first != NULL && sink->kind != NULL && sink->line != NULL;
}

static void
sink_done (CgStageSink *sink)
{
    g_free (sink->kind);
    g_free (sink->line);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CgStageSink, sink_done)

/* Room for every strip of the layer; what is not written to takes no memory, and is given back at the end. */
static gboolean
make_room (CgStageSink *sink)
{
    Layer *layer = sink->layer;
    if (layer->pixel != NULL)
        return TRUE;
    gsize n = ((gsize) (layer->bottom - layer->top) * row_strips (layer) + 1) * STRIP;
    layer->pixel = g_try_new (guint32, n);
    cg_pages_prefer_large (layer->pixel, n * sizeof *layer->pixel);
    return layer->pixel != NULL;
}

/* What was written in place so far becomes the layer's own. */
static gboolean
leave_place (CgStageSink *sink)
{
    sink->in_place = FALSE;
    if (!make_room (sink))
        return FALSE;
    memcpy (sink->layer->pixel, sink->before->pixel, (gsize) sink->layer->n_strips * STRIP * 4);
    return TRUE;
}

/* A row in memory of its own; marks where before had another. */
static gboolean
append_row (CgStageSink *sink, const guint32 *line)
{
    Layer *layer = sink->layer;
    guint row = layer->top + sink->next;
    const guint32 *was = row_start (sink->before, row);
    if (!make_room (sink))
        return FALSE;
    for (guint column = layer->left; column < layer->right; column++, line += STRIP) {
        const guint32 *old = next_strip (sink->before, row, column, &was);
        gboolean empty = sink->kind[column - layer->left] == EMPTY;
        if (empty ? old != NULL : old == NULL || memcmp (old, line, STRIP * 4) != 0)
            mark (sink->stage, row, column);
        if (!empty)
            memcpy (layer->pixel + (gsize) layer->n_strips++ * STRIP, line, STRIP * 4);
    }
    return TRUE;
}

static void
overwrite_row (CgStageSink *sink, const guint32 *line)
{
    Layer *layer = sink->layer;
    guint32 *to = sink->before->pixel + (gsize) layer->n_strips * STRIP;
    for (guint c = 0; c < row_strips (layer); c++, line += STRIP) {
        if (sink->kind[c] == EMPTY)
            continue;
        if (memcmp (to, line, STRIP * 4) != 0) {
            memcpy (to, line, STRIP * 4);
            mark (sink->stage, layer->top + sink->next, layer->left + c);
        }
        to += STRIP;
        layer->n_strips++;
    }
}

/* line: whole strips of the layer's row. */
static void
put_line (CgStageSink *sink, const guint32 *line)
{
    Layer *layer = sink->layer;
    guint n_columns = row_strips (layer);
    if (sink->next >= layer->bottom - layer->top || sink->short_of_memory)
        return;
    gsize at = (gsize) sink->next * n_columns;
    cg_strips_classify (n_columns, line, sink->kind);
    memcpy (layer->kind + at, sink->kind, n_columns);
    layer->first[sink->next] = layer->n_strips;
    if (sink->in_place && memcmp (sink->before->kind + at, sink->kind, n_columns) != 0)
        sink->short_of_memory = !leave_place (sink);
    if (sink->in_place)
        overwrite_row (sink, line);
    else if (!sink->short_of_memory)
        sink->short_of_memory = !append_row (sink, line);
    sink->next++;
}

void
cg_stage_put_row (CgStageSink *sink, const guint32 *pixels)
{
    guint first = sink->layer->left * STRIP;
    memcpy (sink->line + (sink->part.left - first), pixels,
            (gsize) (sink->part.right - sink->part.left) * 4);
    put_line (sink, sink->line);
}

/* What was painted on the canvas, which is clear afterwards. */
static void
put_canvas (CgStageSink *sink, const CgPixels *pixels)
{
    const Part *part = &sink->part;
    gboolean whole = part->left % STRIP == 0 && part->right % STRIP == 0;
    for (guint y = part->top; y < part->bottom; y++) {
        guint32 *row = cg_pixels_row (pixels, (int) y) + part->left;
        if (whole)
            put_line (sink, row);
        else
            cg_stage_put_row (sink, row);
        if (memchr (sink->kind, MIXED, row_strips (sink->layer)) != NULL ||
            memchr (sink->kind, OPAQUE, row_strips (sink->layer)) != NULL)
            memset (row, 0, (gsize) (part->right - part->left) * 4);
    }
}

/* Rows that were not painted are empty. */
static gboolean
sink_end (CgStageSink *sink)
{
    Layer *layer = sink->layer;
    memset (sink->line, 0, (gsize) row_strips (layer) * STRIP * 4);
    while (sink->next < layer->bottom - layer->top && !sink->short_of_memory)
        put_line (sink, sink->line);
    if (sink->short_of_memory)
        return FALSE;
    if (sink->in_place)
        layer->pixel = g_steal_pointer (&sink->before->pixel);
    else
        layer->pixel = g_realloc_n (layer->pixel, MAX (layer->n_strips, 1) * STRIP,
                                    sizeof *layer->pixel);
    return TRUE;
}

/* Strips of a layer that are gone: all, or those where the layer does not reach any more. */
static void
mark_outside (CgStage *stage, const Layer *before, const Layer *after)
{
    for (guint row = before != NULL ? before->top : 0; before != NULL && row < before->bottom; row++)
        for (guint column = before->left; column < before->right; column++) {
            gboolean inside = after != NULL && row >= after->top && row < after->bottom &&
                              column >= after->left && column < after->right;
            if (!inside && kind_at (before, row, column) != EMPTY)
                mark (stage, row, column);
        }
}

static gboolean
no_memory (const CgStage *stage, GError **error)
{
    g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "no memory for a frame of %u x %u pixels",
                 stage->width, stage->height);
    return FALSE;
}

static void
paint_clipped (CgStage *stage, const CgStageLayer *asked, const Part *part)
{
    CgCanvas *canvas = stage->canvas;
    double vh = canvas->vh;
    cairo_save (canvas->cr);
    cairo_rectangle (canvas->cr, part->left, part->top, part->right - part->left,
                     part->bottom - part->top);
    cairo_clip (canvas->cr);
    asked->paint (canvas, asked->user_data);
    cairo_restore (canvas->cr);
    cairo_new_path (canvas->cr);
    canvas->vh = vh;
}

static gboolean
paint_canvas (CgStage *stage, const CgStageLayer *asked, CgStageSink *sink)
{
    CgCanvas *canvas = stage->canvas;
    CgPixels pixels;
    paint_clipped (stage, asked, &sink->part);
    if (cairo_status (canvas->cr) != CAIRO_STATUS_SUCCESS || !cg_pixels_begin (canvas, &pixels))
        return FALSE;
    put_canvas (sink, &pixels);
    cg_pixels_end (canvas);
    return TRUE;
}

static void
listed_done (gpointer data)
{
    cairo_surface_destroy (((CgListedText *) data)->ink);
}

/* What the texts are, for the next frame. */
static GArray *
places_of (const GArray *texts)
{
    GArray *places = g_array_sized_new (FALSE, FALSE, sizeof (CgTextPlace), texts->len);
    for (guint i = 0; i < texts->len; i++)
        g_array_append_val (places, g_array_index (texts, CgListedText, i).at);
    return places;
}

/* Texts that stand where they stood: the layer is the one before, which has nothing any more. */
static gboolean
take_over (CgStageSink *sink)
{
    Layer *layer = sink->layer, *before = sink->before;
    if (!sink->in_place || before->texts == NULL || layer->texts->len == 0 ||
        before->texts->len != layer->texts->len ||
        memcmp (&before->rect, &layer->rect, sizeof (CgRect)) != 0 ||
        memcmp (before->texts->data, layer->texts->data, layer->texts->len * sizeof (CgTextPlace)) != 0)
        return FALSE;
    g_free (layer->kind);
    g_free (layer->first);
    layer->kind = g_steal_pointer (&before->kind);
    layer->first = g_steal_pointer (&before->first);
    layer->n_strips = before->n_strips;
    sink->next = layer->bottom - layer->top;
    return TRUE;
}

/* The layer's texts one row after the other; painted as others where one of them is no such text. */
static gboolean
paint_texts (CgStage *stage, const CgStageLayer *asked, CgStageSink *sink)
{
    const Part *part = &sink->part;
    CgCanvas *canvas = stage->canvas;
    g_autoptr (GArray) texts = g_array_new (FALSE, FALSE, sizeof (CgListedText));
    g_array_set_clear_func (texts, listed_done);
    canvas->listed = texts;
    canvas->not_listed = FALSE;
    paint_clipped (stage, asked, part);
    canvas->listed = NULL;
    if (cairo_status (canvas->cr) != CAIRO_STATUS_SUCCESS)
        return FALSE;
    if (canvas->not_listed)
        return paint_canvas (stage, asked, sink);
    sink->layer->texts = places_of (texts);
    return take_over (sink)
               ? TRUE
               : cg_stage_put_texts (sink, texts, (int) part->left, (int) part->top,
                                     (int) part->right, (int) part->bottom);
}

static Layer *
paint_layer (CgStage *stage, const CgStageLayer *asked, Layer *before, GError **error)
{
    g_autoptr (Layer) layer = g_new0 (Layer, 1);
    g_auto (CgStageSink) sink = { 0 };
    Part part = part_of (stage, &asked->rect);
    layer->name = g_strdup (asked->name);
    layer->stamp = g_strdup (asked->stamp);
    layer->rect = asked->rect;
    gboolean good = TRUE;
    if (part.right > part.left) {
        good = sink_init (&sink, stage, &part, before, layer);
        if (good && asked->rows != NULL)
            asked->rows (&sink, asked->user_data);
        else if (good)
            good = asked->texts ? paint_texts (stage, asked, &sink)
                                : paint_canvas (stage, asked, &sink);
        good = good && sink_end (&sink);
    }
    if (!good) {
        no_memory (stage, error);
        return NULL;
    }
    mark_outside (stage, before, layer);
    return g_steal_pointer (&layer);
}

/* ---- what changed ------------------------------------------------------------------------ */

static Layer *
find_layer (const CgStage *stage, const char *name, guint *out_at)
{
    for (guint i = 0; i < stage->layers->len; i++) {
        Layer *layer = stage->layers->pdata[i];
        if (layer != NULL && strcmp (layer->name, name) == 0) {
            *out_at = i;
            return layer;
        }
    }
    return NULL;
}

/* Layers that stay must lie as they lay, or what covers what has changed. */
static gboolean
order_stays (const CgStage *stage, guint n, const CgStageLayer *layers)
{
    guint last = 0, at;
    for (guint i = 0; i < n; i++) {
        if (find_layer (stage, layers[i].name, &at) == NULL)
            continue;
        if (at < last)
            return FALSE;
        last = at;
    }
    return TRUE;
}

/* Takes layers over from the last frame or paints them; `out` ends up with all n. */
static gboolean
renew_layers (CgStage *stage, guint n, const CgStageLayer *layers, GPtrArray *out,
              CgStageWork *work, GError **error)
{
    guint at = 0;
    for (guint i = 0; i < n; i++) {
        Layer *before = find_layer (stage, layers[i].name, &at);
        if (before != NULL && strcmp (before->stamp, layers[i].stamp) == 0 &&
            memcmp (&before->rect, &layers[i].rect, sizeof (CgRect)) == 0) {
            stage->layers->pdata[at] = NULL;
            g_ptr_array_add (out, before);
            continue;
        }
        Layer *after = paint_layer (stage, &layers[i], before, error);
        if (after == NULL)
            return FALSE;
        g_ptr_array_add (out, after);
        work->n_painted++;
        if (before != NULL) {
            stage->layers->pdata[at] = NULL;
            layer_free (before);
        }
    }
    for (guint i = 0; i < stage->layers->len; i++)
        if (stage->layers->pdata[i] != NULL)
            mark_outside (stage, stage->layers->pdata[i], NULL);
    return TRUE;
}

/* ---- composing --------------------------------------------------------------------------- */

/* Layers that reach a row, and where their strips stand. */
typedef struct {
    guint n;
    struct {
        guint left, right;
        const guint8 *kind;   /* of column left */
        const guint32 *pixel; /* of the next strip that is not empty */
    } *layer;
} Row;

static void
start_row (const CgStage *stage, guint row, Row *out)
{
    out->n = 0;
    for (guint k = 0; k < stage->layers->len; k++) {
        const Layer *layer = stage->layers->pdata[k];
        if (row < layer->top || row >= layer->bottom)
            continue;
        out->layer[out->n].left = layer->left;
        out->layer[out->n].right = layer->right;
        out->layer[out->n].kind = layer->kind + (gsize) (row - layer->top) * row_strips (layer);
        out->layer[out->n++].pixel = row_start (layer, row);
    }
}

/* The strips of a column that are not empty, from the highest that hides all below it upwards. */
static void
compose_strip (Row *row, guint column, gboolean dirty, guint32 background, guint32 *out)
{
    gboolean started = FALSE;
    guint lowest = row->n;
    while (dirty && lowest > 0 &&
           (column < row->layer[lowest - 1].left || column >= row->layer[lowest - 1].right ||
            row->layer[lowest - 1].kind[column - row->layer[lowest - 1].left] != OPAQUE))
        lowest--;
    for (guint k = 0; k < row->n; k++) {
        if (column < row->layer[k].left || column >= row->layer[k].right)
            continue;
        guint kind = row->layer[k].kind[column - row->layer[k].left];
        if (kind == EMPTY)
            continue;
        const guint32 *strip = row->layer[k].pixel;
        row->layer[k].pixel += STRIP;
        if (!dirty || k + 1 < lowest)
            continue;
        if (kind == OPAQUE) {
            memcpy (out, strip, STRIP * 4);
        } else {
            for (guint i = 0; !started && i < STRIP; i++)
                out[i] = background;
            cg_pixels_over (STRIP, strip, out);
        }
        started = TRUE;
    }
    for (guint i = 0; dirty && !started && i < STRIP; i++)
        out[i] = background;
}

static guint
compose (CgStage *stage)
{
    guint n_pixels = 0;
    Row row = { .layer = g_malloc0_n (stage->layers->len + 1, sizeof *row.layer) };
    for (guint y = 0; y < stage->height; y++) {
        guint8 *dirty = stage->dirty + (gsize) y * stage->n_columns;
        if (memchr (dirty, TRUE, stage->n_columns) == NULL)
            continue;
        start_row (stage, y, &row);
        for (guint column = 0; column < stage->n_columns; column++) {
            compose_strip (&row, column, dirty[column], stage->background,
                           stage->frame + ((gsize) y * stage->n_columns + column) * STRIP);
            n_pixels += dirty[column] ? strip_length (stage, column) : 0;
        }
        memset (dirty, FALSE, stage->n_columns);
    }
    g_free (row.layer);
    return n_pixels;
}

/* ---- frames ------------------------------------------------------------------------------ */

static void
forget (CgStage *stage)
{
    g_ptr_array_set_size (stage->layers, 0);
    memset (stage->dirty, TRUE, (gsize) stage->height * stage->n_columns);
}

CgStage *
cg_stage_new (guint width, guint height, const CgTheme *theme, GError **error)
{
    g_autoptr (CgStage) stage = g_new0 (CgStage, 1);
    stage->canvas = cg_canvas_new_clear (CG_FORMAT_PNG, width, height, theme, error);
    if (stage->canvas == NULL)
        return NULL;
    CgColour colour = stage->canvas->theme->background;
    stage->width = width;
    stage->height = height;
    stage->n_columns = (width + STRIP - 1) / STRIP;
    stage->background =
        0xff000000u | (guint32) colour.r << 16 | (guint32) colour.g << 8 | colour.b;
    gsize n_pixels = (gsize) height * stage->n_columns * STRIP;
    stage->frame = g_try_new (guint32, n_pixels);
    cg_pages_prefer_large (stage->frame, n_pixels * sizeof *stage->frame);
    stage->dirty = g_try_malloc ((gsize) height * stage->n_columns);
    stage->layers = g_ptr_array_new_with_free_func (layer_free);
    if (stage->frame == NULL || stage->dirty == NULL) {
        no_memory (stage, error);
        return NULL;
    }
    forget (stage);
    return g_steal_pointer (&stage);
}

void
cg_stage_free (CgStage *stage)
{
    if (stage == NULL)
        return;
    g_clear_pointer (&stage->canvas, cg_canvas_free);
    g_free (stage->frame);
    g_free (stage->dirty);
    g_clear_pointer (&stage->layers, g_ptr_array_unref);
    g_free (stage);
}

void
cg_stage_set_vh (CgStage *stage, double vh_px)
{
    double before = stage->canvas->vh;
    cg_canvas_set_vh (stage->canvas, vh_px);
    if (stage->canvas->vh != before)
        forget (stage);
}

static gboolean
check_layers (guint n, const CgStageLayer *layers, GError **error)
{
    for (guint i = 0; i < n; i++) {
        gboolean good = layers[i].name != NULL && layers[i].stamp != NULL;
        for (guint k = 0; good && k < i; k++)
            good = strcmp (layers[i].name, layers[k].name) != 0;
        if (good)
            continue;
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "layer %u of a frame (%s) has no name of its own, or no stamp", i,
                     layers[i].name != NULL ? layers[i].name : "NULL");
        return FALSE;
    }
    return TRUE;
}

/* A canvas that met an error stays in it. */
static void
start_over (CgStage *stage)
{
    const CgTheme *theme = stage->canvas->theme;
    double vh = stage->canvas->vh;
    CgCanvas *canvas =
        cg_canvas_new_clear (CG_FORMAT_PNG, stage->width, stage->height, theme, NULL);
    forget (stage);
    if (canvas == NULL)
        return;
    canvas->vh = vh;
    cg_canvas_free (stage->canvas);
    stage->canvas = canvas;
}

gboolean
cg_stage_draw (CgStage *stage, guint n, const CgStageLayer *layers, CgStageWork *out_work,
               GError **error)
{
    CgStageWork work = { 0 };
    if (!check_layers (n, layers, error))
        return FALSE;
    g_autoptr (GPtrArray) renewed = g_ptr_array_new_with_free_func (layer_free);
    if (!order_stays (stage, n, layers))
        memset (stage->dirty, TRUE, (gsize) stage->height * stage->n_columns);
    if (!renew_layers (stage, n, layers, renewed, &work, error)) {
        start_over (stage);
        return FALSE;
    }
    GPtrArray *before = stage->layers;
    stage->layers = g_steal_pointer (&renewed);
    g_ptr_array_unref (before);
    work.n_pixels = compose (stage);
    if (out_work != NULL)
        *out_work = work;
    return TRUE;
}

const guint8 *
cg_stage_pixels (const CgStage *stage, gsize *out_stride)
{
    *out_stride = (gsize) stage->n_columns * STRIP * 4;
    return (const guint8 *) stage->frame;
}

GBytes *
cg_stage_png (const CgStage *stage, GError **error)
{
    return cg_png_write (stage->width, stage->height, (gsize) stage->n_columns * STRIP * 4,
                         (const guint8 *) stage->frame, 0, NULL, error);
}
