/* Where the rivers are, for what stands or leads beside them. */
#include "ways_internal.h"

#include <math.h>

#include "geom/boxtree.h"

#define STEP_M 9.0 /* between the places that say how much of a ring is water */

/* A stretch of a river, as wide as its wider end. */
typedef struct {
    CgSpot a, b;
    double half_m;
} Reach;

struct _CgWater {
    GArray *reach; /* of Reach */
    CgBoxTree *tree;
    GArray *found;
};

void
cg_water_free (CgWater *water)
{
    if (water == NULL)
        return;
    g_array_unref (water->reach);
    g_array_unref (water->found);
    cg_box_tree_free (water->tree);
    g_free (water);
}

static void
add_river (CgWater *water, const CgWay *river, double from_m)
{
    double from = river->width_from_m, to = river->width_to_m;
    for (guint i = 0; i + 1 < river->line->len; i++) {
        double t = (double) (i + 1) / (river->line->len - 1);
        double wide = MAX (from + (t - 1.0 / (river->line->len - 1)) * (to - from),
                           from + t * (to - from));
        Reach reach = { g_array_index (river->line, CgSpot, i),
                        g_array_index (river->line, CgSpot, i + 1), wide / 2 };
        if (wide >= from_m)
            g_array_append_val (water->reach, reach);
    }
}

CgWater *
cg_water_new (const GPtrArray *rivers, double from_m)
{
    CgWater *water = g_new0 (CgWater, 1);
    water->reach = g_array_new (FALSE, FALSE, sizeof (Reach));
    water->found = g_array_new (FALSE, FALSE, sizeof (guint32));
    for (guint r = 0; r < rivers->len; r++)
        add_river (water, rivers->pdata[r], from_m);
    g_autofree CgBox *boxes = g_new (CgBox, (gsize) water->reach->len + 1);
    for (guint k = 0; k < water->reach->len; k++) {
        const Reach *one = &g_array_index (water->reach, Reach, k);
        boxes[k] = (CgBox){ MIN (one->a.x, one->b.x) - one->half_m,
                            MIN (one->a.y, one->b.y) - one->half_m,
                            MAX (one->a.x, one->b.x) + one->half_m,
                            MAX (one->a.y, one->b.y) + one->half_m };
    }
    water->tree = cg_box_tree_new (water->reach->len, boxes, NULL);
    return water;
}

gboolean
cg_water_is_dry (const CgWater *water, CgSpot at, double around_m)
{
    CgBox box = { at.x - around_m, at.y - around_m, at.x + around_m, at.y + around_m };
    cg_box_tree_find (water->tree, &box, water->found);
    for (guint k = 0; k < water->found->len; k++) {
        const Reach *one = &g_array_index (water->reach, Reach,
                                           g_array_index (water->found, guint32, k));
        if (cg_plane_gap (at, one->a, one->b) < one->half_m + around_m)
            return FALSE;
    }
    return TRUE;
}

gboolean
cg_water_parts (const CgWater *water, CgSpot a, CgSpot b)
{
    CgBox box = { MIN (a.x, b.x), MIN (a.y, b.y), MAX (a.x, b.x), MAX (a.y, b.y) };
    double t, u;
    cg_box_tree_find (water->tree, &box, water->found);
    for (guint k = 0; k < water->found->len; k++) {
        const Reach *one = &g_array_index (water->reach, Reach,
                                           g_array_index (water->found, guint32, k));
        if (cg_plane_cross (a, b, one->a, one->b, &t, &u))
            return TRUE;
    }
    return FALSE;
}

double
cg_water_share (const CgWater *water, const CgSpot *ring, guint n)
{
    CgBox box = CG_BOX_EMPTY;
    guint inside = 0, wet = 0;
    for (guint i = 0; i < n; i++)
        cg_box_add (&box, ring[i].x, ring[i].y);
    cg_box_tree_find (water->tree, &box, water->found);
    if (water->found->len == 0)
        return 0;
    guint n_x = (guint) ((box.x_max - box.x_min) / STEP_M) + 1;
    guint n_y = (guint) ((box.y_max - box.y_min) / STEP_M) + 1;
    for (guint j = 0; j < n_y; j++)
        for (guint i = 0; i < n_x; i++) {
            CgSpot at = { box.x_min + (i + 0.5) * (box.x_max - box.x_min) / n_x,
                          box.y_min + (j + 0.5) * (box.y_max - box.y_min) / n_y };
            if (!cg_plane_inside (ring, n, at))
                continue;
            inside++;
            wet += !cg_water_is_dry (water, at, 0);
        }
    return inside > 0 ? (double) wet / inside : 0;
}

double
cg_water_half (const CgWater *water, CgSpot at)
{
    CgBox box = { at.x, at.y, at.x, at.y };
    double half = 0;
    cg_box_tree_find (water->tree, &box, water->found);
    for (guint k = 0; k < water->found->len; k++) {
        const Reach *one = &g_array_index (water->reach, Reach,
                                           g_array_index (water->found, guint32, k));
        if (cg_plane_gap (at, one->a, one->b) < one->half_m)
            half = MAX (half, one->half_m);
    }
    return half;
}

/* The stretch that is nearest to a place, by its banks; NULL: none within around_m. */
static const Reach *
nearest_reach (const CgWater *water, CgSpot at, double around_m)
{
    CgBox box = { at.x - around_m, at.y - around_m, at.x + around_m, at.y + around_m };
    const Reach *best = NULL;
    double near = around_m;
    cg_box_tree_find (water->tree, &box, water->found);
    for (guint k = 0; k < water->found->len; k++) {
        const Reach *one = &g_array_index (water->reach, Reach,
                                           g_array_index (water->found, guint32, k));
        double gap = cg_plane_gap (at, one->a, one->b) - one->half_m;
        if (gap < near) {
            near = gap;
            best = one;
        }
    }
    return best;
}

/* Moves a place that is nearer to water than that, to the side of the river on which `bank` lies. */
static CgSpot
shun_to (const CgWater *water, CgSpot at, double around_m, CgSpot bank)
{
    for (guint step = 0; step < 4; step++) {
        const Reach *reach = nearest_reach (water, at, around_m);
        if (reach == NULL)
            break;
        double dx = reach->b.x - reach->a.x, dy = reach->b.y - reach->a.y;
        double length = hypot (dx, dy), turn = cg_plane_turn (reach->a, reach->b, at);
        double side = cg_plane_turn (reach->a, reach->b, bank) < 0 ? -1 : 1;
        double off = side * (reach->half_m + around_m) - turn / length;
        at.x -= off * dy / length;
        at.y += off * dx / length;
    }
    return at;
}

CgSpot
cg_water_shun (const CgWater *water, CgSpot at, double around_m)
{
    return shun_to (water, at, around_m, at);
}

void
cg_water_keep_bank (const CgWater *water, GArray *line, double around_m)
{
    for (guint k = 1; k + 1 < line->len; k++) {
        CgSpot *at = &g_array_index (line, CgSpot, k), before = g_array_index (line, CgSpot, k - 1);
        if (!cg_water_is_dry (water, *at, around_m - 1))
            *at = shun_to (water, *at, around_m, before);
    }
}
