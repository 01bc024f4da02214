#include "normalise/repair.h"

#include <math.h>

#include "base/error.h"
#include "geom/geom.h"

static guint32
copy_ring (const CgShapes *shapes, guint32 ring, guint32 least, CgShapes *out)
{
    guint32 from = shapes->ring_vertex[ring], to = shapes->ring_vertex[ring + 1], kept = 0;
    for (guint32 v = from; v < to; v++)
        kept += v == from || shapes->x[v] != shapes->x[v - 1] || shapes->y[v] != shapes->y[v - 1];
    gboolean all = kept < least;
    for (guint32 v = from; v < to; v++)
        if (all || v == from || shapes->x[v] != shapes->x[v - 1] ||
            shapes->y[v] != shapes->y[v - 1])
            cg_shapes_add_vertex (out, shapes->x[v], shapes->y[v]);
    cg_shapes_end_ring (out);
    return all ? 0 : to - from - kept;
}

guint32
cg_repair_copy_without_repeats (const CgShapes *shapes, guint32 i, CgShapes *out)
{
    guint32 least = shapes->kind == CG_SHAPES_AREA ? 4 : shapes->kind == CG_SHAPES_LINE ? 2 : 1;
    guint32 dropped = 0;
    for (guint32 p = shapes->shape_part[i]; p < shapes->shape_part[i + 1]; p++) {
        for (guint32 r = shapes->part_ring[p]; r < shapes->part_ring[p + 1]; r++)
            dropped += copy_ring (shapes, r, least, out);
        cg_shapes_end_part (out);
    }
    cg_shapes_end_shape (out);
    return dropped;
}

/* ---- snapping: vertices in cells of the tolerance, looked up with their eight neighbours  */

typedef struct {
    gint64 cx, cy;
    guint32 vertex, next; /* next anchor of the same bucket, or G_MAXUINT32 */
} Anchor;

typedef struct {
    GArray *anchors;
    guint32 *bucket;
    guint32 mask;
} Anchors;

static guint32
bucket_of (const Anchors *anchors, gint64 cx, gint64 cy)
{
    guint64 hash = (guint64) cx * 0x9e3779b97f4a7c15u ^ (guint64) cy * 0xc2b2ae3d27d4eb4fu;
    return (guint32) (hash >> 32) & anchors->mask;
}

static guint32
find_anchor (const Anchors *anchors, const CgShapes *shapes, guint32 v, double tolerance)
{
    gint64 cx = (gint64) floor (shapes->x[v] / tolerance),
           cy = (gint64) floor (shapes->y[v] / tolerance);
    guint32 best = G_MAXUINT32;
    for (gint64 dx = -1; dx <= 1; dx++)
        for (gint64 dy = -1; dy <= 1; dy++) {
            guint32 at = anchors->bucket[bucket_of (anchors, cx + dx, cy + dy)];
            for (; at != G_MAXUINT32; at = g_array_index (anchors->anchors, Anchor, at).next) {
                const Anchor *anchor = &g_array_index (anchors->anchors, Anchor, at);
                if (anchor->cx != cx + dx || anchor->cy != cy + dy || anchor->vertex > best)
                    continue;
                if (hypot (shapes->x[v] - shapes->x[anchor->vertex],
                           shapes->y[v] - shapes->y[anchor->vertex]) <= tolerance)
                    best = anchor->vertex;
            }
        }
    return best;
}

static void
add_anchor (Anchors *anchors, const CgShapes *shapes, guint32 v, double tolerance)
{
    Anchor anchor = { (gint64) floor (shapes->x[v] / tolerance),
                      (gint64) floor (shapes->y[v] / tolerance), v, 0 };
    guint32 bucket = bucket_of (anchors, anchor.cx, anchor.cy);
    anchor.next = anchors->bucket[bucket];
    anchors->bucket[bucket] = anchors->anchors->len;
    g_array_append_val (anchors->anchors, anchor);
}

gboolean
cg_repair_snap (CgShapes *shapes, double tolerance, guint32 *out_moved, GError **error)
{
    CgBox box = cg_shapes_box_all (shapes);
    double reach =
        MAX (MAX (fabs (box.x_min), fabs (box.x_max)), MAX (fabs (box.y_min), fabs (box.y_max)));
    if (!(tolerance > 0) || (!cg_box_is_empty (&box) && !(reach / tolerance < 1e15))) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "snapping tolerance %g does not fit the coordinates", tolerance);
        return FALSE;
    }
    Anchors anchors = { g_array_new (FALSE, FALSE, sizeof (Anchor)), NULL, 0 };
    guint32 buckets = 1024, moved = 0;
    while (buckets < shapes->n_vertices && buckets < (1u << 28))
        buckets *= 2;
    anchors.mask = buckets - 1;
    anchors.bucket = g_new (guint32, buckets);
    for (guint32 b = 0; b < buckets; b++)
        anchors.bucket[b] = G_MAXUINT32;
    for (guint32 v = 0; v < shapes->n_vertices; v++) {
        guint32 anchor = find_anchor (&anchors, shapes, v, tolerance);
        if (anchor == G_MAXUINT32) {
            add_anchor (&anchors, shapes, v, tolerance);
            continue;
        }
        moved += shapes->x[v] != shapes->x[anchor] || shapes->y[v] != shapes->y[anchor];
        shapes->x[v] = shapes->x[anchor];
        shapes->y[v] = shapes->y[anchor];
    }
    g_array_unref (anchors.anchors);
    g_free (anchors.bucket);
    if (out_moved != NULL)
        *out_moved = moved;
    return TRUE;
}

#define LOST_PART_M2 1.0

/* ---- invalid areas -------------------------------------------------------------------- */

void
cg_repair_clear (CgRepair *repair)
{
    g_free (repair->reason);
    *repair = (CgRepair){ 0 };
}

static guint32
count_parts (const CgShapes *shapes, guint32 i)
{
    return shapes->shape_part[i + 1] - shapes->shape_part[i];
}

/* The repair is made in delivered coordinates, so that neighbours keep their delivered vertices;
 * judge () then asks whether its image is valid too (a projection rounds). */
static gboolean
repair_both (const CgShapes *delivered, guint32 i, CgTransform *transform, CgShapes **out_delivered,
             CgShapes **out_working, GError **error)
{
    g_autoptr (CgShapes) fixed = cg_shapes_new (CG_SHAPES_AREA);
    if (!cg_geom_repair (delivered, i, fixed, NULL, error))
        return FALSE;
    g_autoptr (CgShapes) image = cg_transform_shapes (transform, fixed, error);
    if (image == NULL)
        return FALSE;
    *out_delivered = g_steal_pointer (&fixed);
    *out_working = g_steal_pointer (&image);
    return TRUE;
}

static gboolean
judge (CgShapes *fixed, double max_share, CgRepair *repair, GError **error)
{
    gboolean valid = FALSE;
    if (!cg_geom_validity (fixed, 0, &valid, NULL, NULL, NULL, error))
        return FALSE;
    repair->after_m2 = cg_shapes_area (fixed, 0);
    repair->parts_after = count_parts (fixed, 0);
    double change = fabs (repair->after_m2 - repair->before_m2);
    /* Parts that become one keep their ground; a part that is gone takes its area with it. */
    gboolean lost = repair->parts_after < repair->parts_before && change > LOST_PART_M2;
    if (!valid || repair->parts_after == 0)
        repair->result = CG_REPAIR_HOPELESS;
    else if (max_share >= 0 &&
             (lost || change > max_share * MAX (repair->before_m2, repair->after_m2)))
        repair->result = CG_REPAIR_TOO_MUCH;
    else
        repair->result = CG_REPAIR_DONE;
    return TRUE;
}

gboolean
cg_repair_area (const CgShapes *working, const CgShapes *delivered, guint32 i,
                CgTransform *transform, double max_share, CgShapes *out_delivered,
                CgShapes *out_working, CgRepair *out, GError **error)
{
    g_return_val_if_fail (delivered == NULL || (transform != NULL && out_working != NULL), FALSE);
    gboolean valid = FALSE;
    CgRepair repair = { .x = NAN, .y = NAN };
    if (!cg_geom_validity (working, i, &valid, &repair.reason, &repair.x, &repair.y, error))
        return FALSE;
    repair.before_m2 = repair.after_m2 = cg_shapes_area (working, i);
    repair.parts_before = repair.parts_after = count_parts (working, i);
    if (valid) {
        *out = repair;
        return TRUE;
    }
    g_autoptr (CgShapes) fixed_delivered = NULL;
    g_autoptr (CgShapes) fixed = delivered == NULL ? cg_shapes_new (CG_SHAPES_AREA) : NULL;
    gboolean done = delivered == NULL
                        ? cg_geom_repair (working, i, fixed, NULL, error)
                        : repair_both (delivered, i, transform, &fixed_delivered, &fixed, error);
    if (!done || !judge (fixed, max_share, &repair, error)) {
        cg_repair_clear (&repair);
        return FALSE;
    }
    if (repair.result == CG_REPAIR_DONE) {
        cg_shapes_add_shape (out_delivered, delivered != NULL ? fixed_delivered : fixed, 0);
        if (delivered != NULL)
            cg_shapes_add_shape (out_working, fixed, 0);
    }
    *out = repair;
    return TRUE;
}
