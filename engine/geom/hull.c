#include "geom/hull.h"

#define N_EXTREMES 8u

static int
compare_corners (gconstpointer a, gconstpointer b)
{
    const CgHullCorner *p = a, *q = b;
    if (p->x != q->x)
        return p->x < q->x ? -1 : 1;
    return p->y < q->y ? -1 : p->y > q->y;
}

/* Twice the area of the triangle, above 0 where b, c turn to the left of a. */
static double
turn (const CgHullCorner *a, const CgHullCorner *b, const CgHullCorner *c)
{
    return (b->x - a->x) * (c->y - a->y) - (b->y - a->y) * (c->x - a->x);
}

/* The outermost places in eight directions, against the clock from the east. */
static void
find_extremes (const CgHullCorner *place, guint n, CgHullCorner *extreme)
{
    static const double way[N_EXTREMES][2] = { { 1, 0 },  { 1, 1 },   { 0, 1 },  { -1, 1 },
                                               { -1, 0 }, { -1, -1 }, { 0, -1 }, { 1, -1 } };
    double most[N_EXTREMES];
    for (guint k = 0; k < N_EXTREMES; k++) {
        extreme[k] = place[0];
        most[k] = way[k][0] * place[0].x + way[k][1] * place[0].y;
    }
    for (guint i = 1; i < n; i++)
        for (guint k = 0; k < N_EXTREMES; k++) {
            double far = way[k][0] * place[i].x + way[k][1] * place[i].y;
            if (far > most[k]) {
                most[k] = far;
                extreme[k] = place[i];
            }
        }
}

/* What lies inside of the outermost places is no corner. */
static void
drop_inner (GArray *places)
{
    CgHullCorner *place = (CgHullCorner *) (gpointer) places->data, extreme[N_EXTREMES];
    guint kept = 0;
    find_extremes (place, places->len, extreme);
    for (guint i = 0; i < places->len; i++) {
        gboolean inside = TRUE;
        for (guint k = 0; k < N_EXTREMES && inside; k++) {
            const CgHullCorner *a = &extreme[k], *b = &extreme[(k + 1) % N_EXTREMES];
            inside = (a->x == b->x && a->y == b->y) || turn (a, b, &place[i]) > 0;
        }
        if (!inside)
            place[kept++] = place[i];
    }
    /* Where all outermost places are one, nothing is outside of them. */
    if (kept > 0)
        g_array_set_size (places, kept);
}

guint
cg_hull_corners (GArray *places, CgHullCorner *out)
{
    guint n = 0;
    drop_inner (places);
    g_array_sort (places, compare_corners);
    const CgHullCorner *place = (const CgHullCorner *) (gconstpointer) places->data;
    for (guint k = 0; k < places->len; k++) {
        while (n >= 2 && turn (&out[n - 2], &out[n - 1], &place[k]) <= 0)
            n--;
        if (n == 0 || compare_corners (&out[n - 1], &place[k]) != 0)
            out[n++] = place[k];
    }
    if (n <= 2)
        return n;
    guint lower = n + 1;
    for (guint k = places->len - 1; k-- > 0;) {
        while (n >= lower && turn (&out[n - 2], &out[n - 1], &place[k]) <= 0)
            n--;
        if (compare_corners (&out[n - 1], &place[k]) != 0)
            out[n++] = place[k];
    }
    return n;
}

double
cg_hull_share_outside (const CgHullCorner *hull, guint n, CgHullCorner a, CgHullCorner b)
{
    double from = 0, to = 1;
    if (n < 4)
        return 0;
    for (guint k = 0; k + 1 < n; k++) {
        double side_a = turn (&hull[k], &hull[k + 1], &a), side_b = turn (&hull[k], &hull[k + 1], &b);
        if (side_a >= 0 && side_b >= 0)
            continue;
        if (side_a < 0 && side_b < 0)
            return 1;
        double share = side_a / (side_a - side_b);
        if (side_a < 0)
            from = MAX (from, share);
        else
            to = MIN (to, share);
    }
    return 1 - MAX (0, to - from);
}
