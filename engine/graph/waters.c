#include "graph/waters.h"

#include <math.h>

#include "geom/boxtree.h"

typedef struct {
    double ax, ay, bx, by;
} Rim;

/* One part of an area: segments of all its rings. */
typedef struct {
    guint32 first, n;
    CgBox box;
} Part;

struct _CgWaters {
    GArray *rim;      /* of Rim, part by part, by their lower end  */
    GArray *part;     /* of Part                                   */
    CgBoxTree *parts; /* over their boxes                          */
    CgBoxTree *rims;  /* over segments                             */
    GArray *found, *hits;
};

void
cg_waters_free (CgWaters *waters)
{
    if (waters == NULL)
        return;
    g_array_unref (waters->rim);
    g_array_unref (waters->part);
    g_array_unref (waters->found);
    g_array_unref (waters->hits);
    cg_box_tree_free (waters->parts);
    cg_box_tree_free (waters->rims);
    g_free (waters);
}

static void
add_part (CgWaters *waters, const CgShapes *areas, guint32 p)
{
    Part part = { waters->rim->len, 0, CG_BOX_EMPTY };
    for (guint32 r = areas->part_ring[p]; r < areas->part_ring[p + 1]; r++)
        for (guint32 v = areas->ring_vertex[r]; v + 1 < areas->ring_vertex[r + 1]; v++) {
            Rim rim = { areas->x[v], areas->y[v], areas->x[v + 1], areas->y[v + 1] };
            cg_box_add (&part.box, rim.ax, rim.ay);
            g_array_append_val (waters->rim, rim);
        }
    part.n = waters->rim->len - part.first;
    g_array_append_val (waters->part, part);
}

static gboolean
index_waters (CgWaters *waters, GError **error)
{
    g_autofree CgBox *boxes = g_new (CgBox, (gsize) MAX (waters->rim->len, waters->part->len) + 1);
    for (guint32 k = 0; k < waters->part->len; k++)
        boxes[k] = g_array_index (waters->part, Part, k).box;
    waters->parts = cg_box_tree_new (waters->part->len, boxes, error);
    for (guint32 k = 0; k < waters->rim->len; k++) {
        const Rim *rim = &g_array_index (waters->rim, Rim, k);
        boxes[k] = (CgBox){ MIN (rim->ax, rim->bx), MIN (rim->ay, rim->by),
                            MAX (rim->ax, rim->bx), MAX (rim->ay, rim->by) };
    }
    waters->rims = waters->parts != NULL ? cg_box_tree_new (waters->rim->len, boxes, error) : NULL;
    return waters->rims != NULL;
}

CgWaters *
cg_waters_new (const CgBarriers *barriers, GError **error)
{
    g_autoptr (CgWaters) waters = g_new0 (CgWaters, 1);
    waters->rim = g_array_new (FALSE, FALSE, sizeof (Rim));
    waters->part = g_array_new (FALSE, FALSE, sizeof (Part));
    waters->found = g_array_new (FALSE, FALSE, sizeof (guint32));
    waters->hits = g_array_new (FALSE, FALSE, sizeof (guint32));
    for (guint32 i = 0; barriers != NULL && i < barriers->n; i++) {
        const CgShapes *areas = barriers->areas;
        if (barriers->class[i] != CG_BARRIER_WATER || barriers->passable[i] || areas == NULL ||
            i >= areas->n_shapes)
            continue;
        for (guint32 p = areas->shape_part[i]; p < areas->shape_part[i + 1]; p++)
            add_part (waters, areas, p);
    }
    return index_waters (waters, error) ? g_steal_pointer (&waters) : NULL;
}

gboolean
cg_waters_near (CgWaters *waters, const CgBox *box)
{
    if (waters->part->len == 0)
        return FALSE;
    cg_box_tree_find (waters->parts, box, waters->found);
    return waters->found->len > 0;
}

/* By a ray to the east. */
static gboolean
part_holds (CgWaters *waters, const Part *part, double x, double y)
{
    CgBox ray = { x, y, part->box.x_max, y };
    gboolean inside = FALSE;
    cg_box_tree_find (waters->rims, &ray, waters->hits);
    for (guint k = 0; k < waters->hits->len; k++) {
        guint32 id = g_array_index (waters->hits, guint32, k);
        if (id < part->first || id >= part->first + part->n)
            continue;
        const Rim *rim = &g_array_index (waters->rim, Rim, id);
        /* The same end first in both directions: neighbours agree about a place between them. */
        gboolean up = rim->ay < rim->by;
        double ax = up ? rim->ax : rim->bx, ay = up ? rim->ay : rim->by;
        double bx = up ? rim->bx : rim->ax, by = up ? rim->by : rim->ay;
        if ((ay > y) != (by > y) && x < ax + (y - ay) / (by - ay) * (bx - ax))
            inside = !inside;
    }
    return inside;
}

gboolean
cg_waters_hold (CgWaters *waters, double x, double y)
{
    CgBox at = { x, y, x, y };
    if (!cg_waters_near (waters, &at))
        return FALSE;
    for (guint k = 0; k < waters->found->len; k++) {
        guint32 p = g_array_index (waters->found, guint32, k);
        if (part_holds (waters, &g_array_index (waters->part, Part, p), x, y))
            return TRUE;
    }
    return FALSE;
}

gboolean
cg_waters_deep (CgWaters *waters, double x, double y, double reach_m)
{
    /* Sixteen directions, without trigonometry: the same to the last bit everywhere. */
    static const double at[4][2] = { { 1, 0 },
                                     { 0.92387953251128674, 0.38268343236508977 },
                                     { 0.70710678118654752, 0.70710678118654752 },
                                     { 0.38268343236508977, 0.92387953251128674 } };
    gboolean deep = cg_waters_hold (waters, x, y);
    for (guint k = 0; k < 16 && deep; k++) {
        double dx = at[k % 4][0], dy = at[k % 4][1];
        for (guint turn = 0; turn < k / 4; turn++) {
            double keep = dx;
            dx = -dy;
            dy = keep;
        }
        deep = cg_waters_hold (waters, x + reach_m * dx, y + reach_m * dy);
    }
    return deep;
}

gboolean
cg_waters_hold_unit (CgWaters *waters, const CgUnits *units, guint32 unit)
{
    CgBox box = cg_shapes_box (units->shapes, unit);
    double x = 0, y = 0;
    if (!cg_waters_near (waters, &box))
        return FALSE;
    cg_shapes_label_point (units->shapes, unit, &x, &y, NULL);
    return cg_waters_hold (waters, x, y);
}

guint8 *
cg_waters_ground (CgWaters *waters, const CgUnits *units)
{
    guint8 *ground = g_new0 (guint8, (gsize) units->n + 1);
    for (guint32 u = 0; u < units->n; u++)
        ground[u] = units->households[u] == 0 && units->population[u] == 0 &&
                    cg_waters_hold_unit (waters, units, u);
    return ground;
}
