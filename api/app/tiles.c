#include "app/tiles.h"

#include "app/clock.h"
#include "app/collections_internal.h"

#include <math.h>
#include <string.h>

#define CELL 16 /* units of a pixel */
#define CELLS ((CG_MVT_EXTENT + 2 * CG_MVT_MARGIN) / CELL)

static void
put_tags (CgMvt *mvt, const CgFeatureTable *table, guint32 row)
{
    const CgFeatureColumn *columns = table->about->columns;
    for (guint c = 0; columns[c].name != NULL; c++) {
        CgFeatureValue value;
        cg_feature_table_value (table, row, c, &value);
        if (value.is_null || columns[c].wide)
            continue;
        if (columns[c].kind == CG_FEATURE_TEXT) {
            cg_mvt_tag_text (mvt, columns[c].name, value.text);
        } else if (columns[c].kind == CG_FEATURE_WHOLE) {
            cg_mvt_tag_whole (mvt, columns[c].name, value.whole);
        } else if (columns[c].kind == CG_FEATURE_REAL) {
            cg_mvt_tag_real (mvt, columns[c].name, value.real);
        } else if (columns[c].kind == CG_FEATURE_FLAG) {
            cg_mvt_tag_flag (mvt, columns[c].name, value.whole != 0);
        } else {
            char text[CG_APP_ISO_SIZE];
            cg_mvt_tag_text (mvt, columns[c].name, cg_app_iso (value.whole, text));
        }
    }
}

static guint64
number_of (const CgFeatureTable *table, guint32 row)
{
    return table->about->whole_id ? (guint64) MAX (feature_whole_id (table, row), 0) : 0;
}

static void
put_shapes (CgMvt *mvt, const CgFeatureTable *table, const CgBox *box)
{
    for (guint32 f = 0; f < table->n; f++) {
        if (!cg_box_meets (&table->world_box[f], box))
            continue;
        const CgShapes *areas = table->world, *lines = table->line_world;
        gboolean is_area = areas != NULL && areas->shape_part[f] < areas->shape_part[f + 1];
        if ((!is_area && lines == NULL) || !cg_mvt_add_shape (mvt, is_area ? areas : lines, f))
            continue;
        put_tags (mvt, table, f);
        cg_mvt_end (mvt, number_of (table, f));
    }
}

/* First point and number of points of each pixel, in order of the points. */
static void
put_points (CgMvt *mvt, const CgFeatureTable *table, const CgBox *box)
{
    g_autofree guint32 *number = g_new0 (guint32, CELLS * CELLS);
    g_autoptr (GArray) first = g_array_new (FALSE, FALSE, sizeof (guint32));
    double cell = (box->x_max - box->x_min) / CELLS;
    for (guint32 f = 0; f < table->n; f++) {
        double u = table->u[f], v = table->v[f];
        if (!(u >= box->x_min && u < box->x_max && v >= box->y_min && v < box->y_max))
            continue;
        guint32 column = MIN ((guint32) ((u - box->x_min) / cell), CELLS - 1),
                row = MIN ((guint32) ((v - box->y_min) / cell), CELLS - 1);
        if (number[row * CELLS + column]++ == 0)
            g_array_append_val (first, f);
    }
    for (guint i = 0; i < first->len; i++) {
        guint32 f = g_array_index (first, guint32, i);
        double u = table->u[f], v = table->v[f];
        guint32 column = MIN ((guint32) ((u - box->x_min) / cell), CELLS - 1),
                row = MIN ((guint32) ((v - box->y_min) / cell), CELLS - 1);
        if (!cg_mvt_add_point (mvt, u, v))
            continue;
        put_tags (mvt, table, f);
        cg_mvt_tag_whole (mvt, "points", number[row * CELLS + column]);
        cg_mvt_end (mvt, number_of (table, f));
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
