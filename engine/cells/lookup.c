/* Which area holds a place. */
#include "cells/cells_internal.h"

static gboolean
holds (const CgShapes *areas, guint32 i, double x, double y)
{
    gboolean inside = FALSE;
    for (guint32 r = areas->part_ring[areas->shape_part[i]];
         r < areas->part_ring[areas->shape_part[i + 1]]; r++)
        for (guint32 v = areas->ring_vertex[r]; v + 1 < areas->ring_vertex[r + 1]; v++) {
            double ax = areas->x[v], ay = areas->y[v], bx = areas->x[v + 1], by = areas->y[v + 1];
            if ((ay > y) != (by > y) && x < ax + (y - ay) / (by - ay) * (bx - ax))
                inside = !inside;
        }
    return inside;
}

void
cg_cells_lookup_done (CgCellsLookup *lookup)
{
    cg_box_tree_free (lookup->tree);
    g_clear_pointer (&lookup->found, g_array_unref);
}

gboolean
cg_cells_lookup_init (CgCellsLookup *lookup, const CgShapes *areas, GError **error)
{
    guint32 n = areas != NULL ? areas->n_shapes : 0;
    g_autofree CgBox *boxes = g_new (CgBox, (gsize) n + 1);
    for (guint32 i = 0; i < n; i++)
        boxes[i] = cg_shapes_box (areas, i);
    *lookup = (CgCellsLookup){ areas, cg_box_tree_new (n, boxes, error),
                        g_array_new (FALSE, FALSE, sizeof (guint32)) };
    return lookup->tree != NULL;
}

/* The first area that holds the place. */
guint32
cg_cells_look_up (CgCellsLookup *lookup, double x, double y)
{
    CgBox box = { x, y, x, y };
    cg_box_tree_find (lookup->tree, &box, lookup->found);
    for (guint k = 0; k < lookup->found->len; k++) {
        guint32 i = g_array_index (lookup->found, guint32, k);
        if (holds (lookup->areas, i, x, y))
            return i;
    }
    return CG_NONE;
}
