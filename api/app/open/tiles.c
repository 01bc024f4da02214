#include "app/open/tiles.h"

#include "app/clock.h"
#include "app/open/collections_internal.h"

#include <math.h>
#include <string.h>

#define CELL 16 /* units of a pixel */
#define CELLS ((CG_MVT_EXTENT + 2 * CG_MVT_MARGIN) / CELL)

#define MAX_SUMS 8u

/* Areas or points of one pixel. */
typedef struct {
    guint32 first, n;
    double sum[MAX_SUMS]; /* of columns that add up, in their order; NaN: of none is it known */
} Pixel;

/* The pixels of a tile that something lies in, in the order in which they were met. */
typedef struct {
    CgBox box; /* of the tile with its margin */
    double side;
    guint32 *number; /* [CELLS * CELLS] place in pixels + 1; 0: nothing lies there */
    GArray *pixels;  /* of Pixel */
} Pixels;

static void
pixels_init (Pixels *pixels, const CgBox *box)
{
    pixels->box = *box;
    pixels->side = (box->x_max - box->x_min) / CELLS;
    pixels->number = g_new0 (guint32, CELLS * CELLS);
    pixels->pixels = g_array_new (FALSE, FALSE, sizeof (Pixel));
}

static void
pixels_clear (Pixels *pixels)
{
    g_free (pixels->number);
    g_array_unref (pixels->pixels);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pixels, pixels_clear)

static gboolean
holds (const Pixels *pixels, double u, double v)
{
    const CgBox *box = &pixels->box;
    return u >= box->x_min && u < box->x_max && v >= box->y_min && v < box->y_max;
}

static guint32
cell_of (const Pixels *pixels, double u, double v)
{
    guint32 column = MIN ((guint32) ((u - pixels->box.x_min) / pixels->side), CELLS - 1),
            row = MIN ((guint32) ((v - pixels->box.y_min) / pixels->side), CELLS - 1);
    return row * CELLS + column;
}

/* A feature at a place of the box. */
static void
put_in_pixel (Pixels *pixels, const CgFeatureTable *table, guint32 row, double u, double v)
{
    const CgFeatureColumn *columns = table->about->columns;
    guint32 *number = &pixels->number[cell_of (pixels, u, v)];
    if (*number == 0) {
        Pixel fresh = { .first = row };
        for (guint k = 0; k < MAX_SUMS; k++)
            fresh.sum[k] = NAN;
        g_array_append_val (pixels->pixels, fresh);
        *number = pixels->pixels->len;
    }
    Pixel *pixel = &g_array_index (pixels->pixels, Pixel, *number - 1);
    pixel->n++;
    for (guint c = 0, k = 0; columns[c].name != NULL && k < MAX_SUMS; c++) {
        CgFeatureValue value;
        if (!columns[c].adds)
            continue;
        cg_feature_table_value (table, row, c, &value);
        if (!value.is_null)
            pixel->sum[k] = (isnan (pixel->sum[k]) ? 0 : pixel->sum[k]) +
                            (columns[c].kind == CG_FEATURE_REAL ? value.real : (double) value.whole);
        k++;
    }
}

static void
put_tag (CgMvt *mvt, const CgFeatureColumn *column, const CgFeatureValue *value)
{
    char text[CG_APP_ISO_SIZE];
    if (value->is_null || column->wide)
        return;
    if (column->kind == CG_FEATURE_TEXT)
        cg_mvt_tag_text (mvt, column->name, value->text);
    else if (column->kind == CG_FEATURE_WHOLE)
        cg_mvt_tag_whole (mvt, column->name, value->whole);
    else if (column->kind == CG_FEATURE_REAL)
        cg_mvt_tag_real (mvt, column->name, value->real);
    else if (column->kind == CG_FEATURE_FLAG)
        cg_mvt_tag_flag (mvt, column->name, value->whole != 0);
    else
        cg_mvt_tag_text (mvt, column->name, cg_app_iso (value->whole, text));
}

/* Of a row; or of a pixel, whose sums stand for the row's own values. */
static void
put_tags (CgMvt *mvt, const CgFeatureTable *table, guint32 row, const Pixel *pixel)
{
    const CgFeatureColumn *columns = table->about->columns;
    for (guint c = 0, k = 0; columns[c].name != NULL; c++) {
        CgFeatureValue value;
        if (pixel != NULL && columns[c].adds && k < MAX_SUMS) {
            double sum = pixel->sum[k++];
            value = (CgFeatureValue){ isnan (sum), NULL, isnan (sum) ? 0 : (gint64) sum, sum };
        } else {
            cg_feature_table_value (table, row, c, &value);
        }
        put_tag (mvt, &columns[c], &value);
    }
}

static guint64
number_of (const CgFeatureTable *table, guint32 row)
{
    return table->about->whole_id ? (guint64) MAX (feature_whole_id (table, row), 0) : 0;
}

static void
put_small_shapes (CgMvt *mvt, const CgFeatureTable *table, const Pixels *pixels)
{
    for (guint i = 0; i < pixels->pixels->len; i++) {
        const Pixel *pixel = &g_array_index (pixels->pixels, Pixel, i);
        const CgBox *box = &table->world_box[pixel->first];
        guint32 cell =
            cell_of (pixels, (box->x_min + box->x_max) / 2, (box->y_min + box->y_max) / 2);
        double u = pixels->box.x_min + cell % CELLS * pixels->side,
               v = pixels->box.y_min + cell / CELLS * pixels->side;
        cg_mvt_add_box (mvt, &(CgBox){ u, v, u + pixels->side, v + pixels->side });
        put_tags (mvt, table, pixel->first, pixel);
        cg_mvt_tag_whole (mvt, "shapes", pixel->n);
        cg_mvt_end (mvt, number_of (table, pixel->first));
    }
}

static gboolean
is_small (const CgBox *box, double side)
{
    return box->x_max - box->x_min < side && box->y_max - box->y_min < side;
}

/* cg_box_meets, of all features for each tile: in line. */
static inline gboolean
meets (const CgBox *a, const CgBox *b)
{
    return a->x_min <= b->x_max && a->x_max >= b->x_min && a->y_min <= b->y_max &&
           a->y_max >= b->y_min;
}

static void
put_shapes (CgMvt *mvt, const CgFeatureTable *table, const CgBox *box)
{
    const CgShapes *areas = table->world, *lines = table->line_world;
    g_auto (Pixels) small = { 0 };
    pixels_init (&small, box);
    for (guint32 f = 0; f < table->n; f++) {
        const CgBox *own = &table->world_box[f];
        if (!meets (own, box))
            continue;
        gboolean is_area = areas != NULL && areas->shape_part[f] < areas->shape_part[f + 1];
        double u = (own->x_min + own->x_max) / 2, v = (own->y_min + own->y_max) / 2;
        if (is_area && is_small (own, small.side)) {
            if (holds (&small, u, v))
                put_in_pixel (&small, table, f, u, v);
            continue;
        }
        if ((!is_area && lines == NULL) || !cg_mvt_add_shape (mvt, is_area ? areas : lines, f))
            continue;
        put_tags (mvt, table, f, NULL);
        cg_mvt_end (mvt, number_of (table, f));
    }
    put_small_shapes (mvt, table, &small);
}

/* First point and number of points of each pixel, in order of the points. */
static void
put_points (CgMvt *mvt, const CgFeatureTable *table, const CgBox *box)
{
    g_auto (Pixels) pixels = { 0 };
    pixels_init (&pixels, box);
    for (guint32 f = 0; f < table->n; f++)
        if (holds (&pixels, table->u[f], table->v[f]))
            put_in_pixel (&pixels, table, f, table->u[f], table->v[f]);
    for (guint i = 0; i < pixels.pixels->len; i++) {
        const Pixel *pixel = &g_array_index (pixels.pixels, Pixel, i);
        if (!cg_mvt_add_point (mvt, table->u[pixel->first], table->v[pixel->first]))
            continue;
        put_tags (mvt, table, pixel->first, pixel);
        cg_mvt_tag_whole (mvt, "points", pixel->n);
        cg_mvt_end (mvt, number_of (table, pixel->first));
    }
}

GBytes *
cg_tile_vector (const CgFeatureTable *table, const CgTile *tile)
{
    CgBox box = cg_tile_box (tile, CG_MVT_MARGIN / (double) CG_MVT_EXTENT);
    CgMvt *mvt = cg_mvt_new (tile, table->about->name);
    if (table->u != NULL)
        put_points (mvt, table, &box);
    else
        put_shapes (mvt, table, &box);
    return cg_mvt_finish (mvt);
}
