#include "map/id_raster.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "geom/orient.h"
#include "map/map_internal.h"
#include "model/places.h"

struct CgIdRaster {
    CgMapView view;
    int left, top;
    guint width, height;
    guint32 n_areas;
    gboolean full; /* no pixel is without an area */
    guint32 *first; /* [height + 1] run of each row */
    guint16 *end;   /* column after the run         */
    guint32 *id;    /* n_areas: none                */
};

/* ---- scanning ---------------------------------------------------------------------------- */

/* A crossing of a row: the first column at or right of it; or a centre that lies on an edge. */
typedef struct {
    guint32 row;
    guint32 column; /* 0..width */
} Crossing;

typedef struct {
    guint width, height;
    double *x, *y;    /* of centres, [width] rising and [height] falling */
    GArray *crossing; /* of a part                                       */
    GArray *touch;    /* row, column: on the part's border               */
    guint32 *id;      /* [width * height]                                */
} Scan;

static void
scan_done (Scan *scan)
{
    g_free (scan->x);
    g_free (scan->y);
    g_free (scan->id);
    g_clear_pointer (&scan->crossing, g_array_unref);
    g_clear_pointer (&scan->touch, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Scan, scan_done)

/* The first column whose centre is at or right of x0, by dividing and looking. */
static guint32
column_from (const Scan *scan, double x0)
{
    double step = scan->width > 1 ? (scan->x[scan->width - 1] - scan->x[0]) / (scan->width - 1) : 1;
    double at = ceil ((x0 - scan->x[0]) / step);
    guint32 column = at > 0 ? (guint32) MIN (at, scan->width) : 0;
    while (column > 0 && scan->x[column - 1] >= x0)
        column--;
    while (column < scan->width && scan->x[column] < x0)
        column++;
    return column;
}

/* The first row whose centre is at or below y0. */
static guint32
row_from (const Scan *scan, double y0)
{
    double step =
        scan->height > 1 ? (scan->y[0] - scan->y[scan->height - 1]) / (scan->height - 1) : 1;
    double at = ceil ((scan->y[0] - y0) / step);
    guint32 row = at > 0 ? (guint32) MIN (at, scan->height) : 0;
    while (row > 0 && scan->y[row - 1] <= y0)
        row--;
    while (row < scan->height && scan->y[row] > y0)
        row++;
    return row;
}

static void
touch_pixel (Scan *scan, guint32 row, guint32 column)
{
    Crossing at = { row, column };
    g_array_append_val (scan->touch, at);
}

typedef struct {
    double x0, y0, x1, y1; /* upwards: y0 < y1 */
} Edge;

/* Where the edge crosses the row; out_exact: through the centre of that column. */
static guint32
cross (const Scan *scan, const Edge *edge, double y, gboolean *out_exact)
{
    double x = edge->x0 + (y - edge->y0) / (edge->y1 - edge->y0) * (edge->x1 - edge->x0);
    /* Far above what rounding can do to x. */
    double doubt = 1e-13 * (fabs (edge->x0) + fabs (edge->x1) + fabs (edge->y0) + fabs (edge->y1));
    guint32 column = column_from (scan, x);
    *out_exact = FALSE;
    while (column > 0 && scan->x[column - 1] >= x - doubt &&
           cg_orient_sign (edge->x0, edge->y0, edge->x1, edge->y1, scan->x[column - 1], y) <= 0)
        column--;
    while (column < scan->width && scan->x[column] <= x + doubt) {
        int side = cg_orient_sign (edge->x0, edge->y0, edge->x1, edge->y1, scan->x[column], y);
        *out_exact = side == 0;
        if (side <= 0)
            break;
        column++;
    }
    return column;
}

static void
scan_level (Scan *scan, double xa, double xb, double y)
{
    guint32 row = row_from (scan, y);
    if (row == scan->height || scan->y[row] != y)
        return;
    for (guint32 c = column_from (scan, MIN (xa, xb));
         c < scan->width && scan->x[c] <= MAX (xa, xb); c++)
        touch_pixel (scan, row, c);
}

/* A row is crossed when the edge leads from its centres' height or below to above it. */
static void
scan_edge (Scan *scan, double xa, double ya, double xb, double yb)
{
    if (ya == yb) {
        scan_level (scan, xa, xb, ya);
        return;
    }
    Edge edge = ya < yb ? (Edge){ xa, ya, xb, yb } : (Edge){ xb, yb, xa, ya };
    for (guint32 row = row_from (scan, edge.y1); row < scan->height; row++) {
        double y = scan->y[row];
        gboolean exact;
        if (y < edge.y0)
            return;
        Crossing at = { row, cross (scan, &edge, y, &exact) };
        if (exact)
            touch_pixel (scan, row, at.column);
        if (y < edge.y1)
            g_array_append_val (scan->crossing, at);
    }
}

static int
by_place (gconstpointer a, gconstpointer b)
{
    const Crossing *one = a, *two = b;
    if (one->row != two->row)
        return one->row < two->row ? -1 : 1;
    return one->column < two->column ? -1 : one->column > two->column;
}

static gboolean
ring_is_finite (const CgShapes *areas, guint32 ring)
{
    for (guint32 v = areas->ring_vertex[ring]; v < areas->ring_vertex[ring + 1]; v++)
        if (!(fabs (areas->x[v]) < 1e100 && fabs (areas->y[v]) < 1e100))
            return FALSE;
    return TRUE;
}

/* Rings of a part by the even-odd rule, and its border. */
static void
scan_part (Scan *scan, const CgShapes *areas, guint32 part, guint32 id)
{
    g_array_set_size (scan->crossing, 0);
    g_array_set_size (scan->touch, 0);
    for (guint32 r = areas->part_ring[part]; r < areas->part_ring[part + 1]; r++) {
        if (!ring_is_finite (areas, r))
            continue;
        for (guint32 v = areas->ring_vertex[r]; v + 1 < areas->ring_vertex[r + 1]; v++)
            scan_edge (scan, areas->x[v], areas->y[v], areas->x[v + 1], areas->y[v + 1]);
    }
    g_array_sort (scan->crossing, by_place);
    const Crossing *crossing = (const Crossing *) (gconstpointer) scan->crossing->data;
    for (guint k = 0; k + 1 < scan->crossing->len; k += 2) {
        guint32 *row = scan->id + (gsize) crossing[k].row * scan->width;
        for (guint32 c = crossing[k].column; c < crossing[k + 1].column; c++)
            row[c] = id;
    }
    const Crossing *touch = (const Crossing *) (gconstpointer) scan->touch->data;
    for (guint k = 0; k < scan->touch->len; k++)
        scan->id[(gsize) touch[k].row * scan->width + touch[k].column] = id;
}

/* ---- making ------------------------------------------------------------------------------ */

static gboolean
no_memory (const CgIdRaster *raster, GError **error)
{
    g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "no memory for areas on %u x %u pixels",
                 raster->width, raster->height);
    return FALSE;
}

static gboolean
place_raster (CgIdRaster *raster, const CgMapView *view, GError **error)
{
    const CgRect *rect = &view->rect;
    double left = ceil (rect->x - 0.5), right = ceil (rect->x + rect->width - 0.5);
    double top = ceil (rect->y - 0.5), bottom = ceil (rect->y + rect->height - 0.5);
    if (!(right > left && bottom > top && view->m_per_px > 0.0 && fabs (left) < 1e6 &&
          fabs (top) < 1e6)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "a view of %g x %g pixels holds the centre of none", rect->width,
                     rect->height);
        return FALSE;
    }
    if (right - left > CG_CANVAS_MAX_SIDE || bottom - top > CG_CANVAS_MAX_SIDE ||
        (right - left) * (bottom - top) > CG_CANVAS_MAX_PIXELS) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                     "a view of %g x %g pixels: at most %u a side and %u in all", rect->width,
                     rect->height, CG_CANVAS_MAX_SIDE, CG_CANVAS_MAX_PIXELS);
        return FALSE;
    }
    raster->view = *view;
    raster->left = (int) left;
    raster->top = (int) top;
    raster->width = (guint) (right - left);
    raster->height = (guint) (bottom - top);
    return TRUE;
}

static gboolean
scan_init (Scan *scan, const CgIdRaster *raster)
{
    gsize n = (gsize) raster->width * raster->height;
    double ignored;
    scan->width = raster->width;
    scan->height = raster->height;
    scan->x = g_try_new (double, raster->width);
    scan->y = g_try_new (double, raster->height);
    scan->id = g_try_new (guint32, n);
    scan->crossing = g_array_new (FALSE, FALSE, sizeof (Crossing));
    scan->touch = g_array_new (FALSE, FALSE, sizeof (Crossing));
    if (scan->x == NULL || scan->y == NULL || scan->id == NULL)
        return FALSE;
    for (guint c = 0; c < raster->width; c++)
        cg_id_raster_centre (raster, raster->left + (int) c, raster->top, &scan->x[c], &ignored);
    for (guint r = 0; r < raster->height; r++)
        cg_id_raster_centre (raster, raster->left, raster->top + (int) r, &ignored, &scan->y[r]);
    for (gsize i = 0; i < n; i++)
        scan->id[i] = raster->n_areas;
    return TRUE;
}

static gboolean
keep_runs (CgIdRaster *raster, const Scan *scan)
{
    gsize n_runs = 0, n = (gsize) scan->width * scan->height;
    for (gsize i = 0; i < n; i++)
        n_runs += i % scan->width == 0 || scan->id[i] != scan->id[i - 1];
    raster->first = g_try_new (guint32, (gsize) raster->height + 1);
    raster->end = g_try_new (guint16, n_runs);
    raster->id = g_try_new (guint32, n_runs);
    if (raster->first == NULL || raster->end == NULL || raster->id == NULL)
        return FALSE;
    guint32 run = 0;
    raster->full = TRUE;
    for (guint r = 0; r < raster->height; r++) {
        const guint32 *id = scan->id + (gsize) r * scan->width;
        raster->first[r] = run;
        for (guint c = 0; c < raster->width; c++) {
            if (c + 1 < raster->width && id[c + 1] == id[c])
                continue;
            raster->end[run] = (guint16) (c + 1);
            raster->id[run++] = id[c];
            raster->full &= id[c] < raster->n_areas;
        }
    }
    raster->first[raster->height] = run;
    return TRUE;
}

CgIdRaster *
cg_id_raster_new (const CgMapView *view, const CgShapes *areas, GError **error)
{
    g_return_val_if_fail (view != NULL, NULL);
    if (areas == NULL || areas->kind != CG_SHAPES_AREA) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "only areas can be coloured");
        return NULL;
    }
    g_autoptr (CgIdRaster) raster = g_new0 (CgIdRaster, 1);
    g_auto (Scan) scan = { 0 };
    raster->n_areas = areas->n_shapes;
    if (!place_raster (raster, view, error))
        return NULL;
    if (!scan_init (&scan, raster)) {
        no_memory (raster, error);
        return NULL;
    }
    /* The lowest row last, on top of the others. */
    for (guint32 i = areas->n_shapes; i-- > 0;) {
        CgBox box = cg_shapes_box (areas, i);
        if (!cg_box_meets (&box, &view->box))
            continue;
        for (guint32 p = areas->shape_part[i]; p < areas->shape_part[i + 1]; p++)
            scan_part (&scan, areas, p, i);
    }
    if (!keep_runs (raster, &scan)) {
        no_memory (raster, error);
        return NULL;
    }
    return g_steal_pointer (&raster);
}

void
cg_id_raster_free (CgIdRaster *raster)
{
    if (raster == NULL)
        return;
    g_free (raster->first);
    g_free (raster->end);
    g_free (raster->id);
    g_free (raster);
}

/* ---- asking ------------------------------------------------------------------------------ */

gsize
cg_id_raster_bytes (const CgIdRaster *raster)
{
    return sizeof *raster + 4 * ((gsize) raster->height + 1) + 6 * (gsize) raster->first[raster->height];
}

void
cg_id_raster_rect (const CgIdRaster *raster, int *out_left, int *out_top, guint *out_width,
                   guint *out_height)
{
    *out_left = raster->left;
    *out_top = raster->top;
    *out_width = raster->width;
    *out_height = raster->height;
}

void
cg_id_raster_centre (const CgIdRaster *raster, int x, int y, double *out_x, double *out_y)
{
    cg_map_view_to_m (&raster->view, x + 0.5, y + 0.5, out_x, out_y);
}

guint32
cg_id_raster_at (const CgIdRaster *raster, int x, int y)
{
    if (x < raster->left || y < raster->top || x - raster->left >= (int) raster->width ||
        y - raster->top >= (int) raster->height)
        return CG_NONE;
    guint column = (guint) (x - raster->left), row = (guint) (y - raster->top);
    guint32 low = raster->first[row], high = raster->first[row + 1];
    while (low + 1 < high) { /* the last run that begins at or before the column */
        guint32 middle = low + (high - low) / 2;
        if (raster->end[middle - 1] <= column)
            low = middle;
        else
            high = middle;
    }
    return raster->id[low] == raster->n_areas ? CG_NONE : raster->id[low];
}

/* ---- colouring --------------------------------------------------------------------------- */

/* Runs are short: whole blocks are written, over the next run, which comes after. */
#define BLOCK 8u

static void
paint_row (const guint16 *end, const guint32 *id, guint n, guint width, const guint32 *colour,
           guint32 *out)
{
    guint from = 0;
    for (guint k = 0; k < n; k++) {
        guint32 one = colour[id[k]];
        guint to = end[k];
        if (to + BLOCK > width) {
            for (; from < to; from++)
                out[from] = one;
            continue;
        }
        for (guint c = from; c < to; c += BLOCK)
            for (guint b = 0; b < BLOCK; b++)
                out[c + b] = one;
        from = to;
    }
}

void
cg_id_raster_paint (const CgIdRaster *raster, const guint32 *colour, gsize stride, guint32 *pixels)
{
    for (guint r = 0; r < raster->height; r++) {
        guint32 run = raster->first[r];
        paint_row (raster->end + run, raster->id + run, raster->first[r + 1] - run, raster->width,
                   colour, (guint32 *) (gpointer) ((guint8 *) pixels + r * stride));
    }
}

void
cg_id_raster_index (const CgIdRaster *raster, const guint8 *index, gsize stride, guint8 *out)
{
    for (guint r = 0; r < raster->height; r++) {
        guint from = 0;
        for (guint32 k = raster->first[r]; k < raster->first[r + 1]; k++) {
            memset (out + r * stride + from, index[raster->id[k]], raster->end[k] - from);
            from = raster->end[k];
        }
    }
}

/* Painting a sheet that shines through or is cut off goes through a row of its own. */
static void
paint_on (const CgIdRaster *raster, const guint32 *colour, gboolean opaque, const CgPixels *pixels)
{
    int left = MAX (raster->left, pixels->left), top = MAX (raster->top, pixels->top);
    int right = MIN (raster->left + (int) raster->width, pixels->right);
    int bottom = MIN (raster->top + (int) raster->height, pixels->bottom);
    gboolean straight = opaque && left == raster->left && right == left + (int) raster->width;
    g_autofree guint32 *own = g_new (guint32, raster->width);
    for (int y = top; y < bottom && left < right; y++) {
        guint32 run = raster->first[y - raster->top], *sheet = cg_pixels_row (pixels, y) + left;
        paint_row (raster->end + run, raster->id + run, raster->first[y - raster->top + 1] - run,
                   raster->width, colour, straight ? sheet : own);
        if (!straight)
            cg_pixels_over ((gsize) (right - left), own + (left - raster->left), sheet);
    }
}

static guint32
pixel_of (CgColour colour, double opacity)
{
    guint32 a = (guint32) (colour.a * opacity + 0.5);
    return a << 24 | (colour.r * a + 127) / 255 << 16 | (colour.g * a + 127) / 255 << 8 |
           (colour.b * a + 127) / 255;
}

/* Colours by area, and none for pixels without one (g_free). */
static guint32 *
colours_of (const CgIdRaster *raster, const CgTheme *theme, const double *value,
            CgChoropleth *choropleth)
{
    double opacity = choropleth->opacity > 0.0 ? MIN (choropleth->opacity, 1.0) : 1.0;
    guint32 *colour = g_new0 (guint32, (gsize) raster->n_areas + 1), of_class[CG_MAP_MAX_CLASSES + 2];
    CgColour plain[CG_MAP_MAX_CLASSES + 2];
    cg_choropleth_count (raster->n_areas, value, choropleth);
    cg_choropleth_colours (choropleth, theme, plain);
    for (guint k = 0; k < choropleth->n_classes + 2; k++)
        of_class[k] = pixel_of (plain[k], opacity);
    for (guint32 i = 0; i < raster->n_areas; i++)
        colour[i] = of_class[cg_choropleth_class (choropleth, value[i]) + 2];
    return colour;
}

void
cg_map_choropleth_rows (CgStageSink *sink, const CgIdRaster *raster, const CgTheme *theme,
                        const double *value, CgChoropleth *choropleth)
{
    g_autofree guint32 *colour = colours_of (raster, theme, value, choropleth);
    g_autofree guint32 *line = g_new (guint32, raster->width);
    for (guint r = 0; r < raster->height; r++) {
        guint32 run = raster->first[r];
        paint_row (raster->end + run, raster->id + run, raster->first[r + 1] - run, raster->width,
                   colour, line);
        cg_stage_put_row (sink, line);
    }
}

void
cg_map_choropleth_ids (CgCanvas *canvas, const CgIdRaster *raster, const CgShapes *areas,
                       const double *value, CgChoropleth *choropleth)
{
    g_return_if_fail (choropleth != NULL);
    CgPixels pixels;
    if (raster == NULL || areas == NULL || value == NULL || areas->n_shapes != raster->n_areas)
        return;
    cairo_save (canvas->cr);
    if (cg_pixels_begin (canvas, &pixels)) {
        g_autofree guint32 *colour = colours_of (raster, canvas->theme, value, choropleth);
        gboolean opaque = !(choropleth->opacity > 0.0 && choropleth->opacity < 1.0);
        paint_on (raster, colour, opaque && raster->full, &pixels);
        cg_pixels_end (canvas);
        cg_map_choropleth_marks (canvas, &raster->view, areas, value, choropleth);
    } else {
        cg_map_choropleth (canvas, &raster->view, areas, value, choropleth);
    }
    cairo_restore (canvas->cr);
}
