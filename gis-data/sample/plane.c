#include <math.h>

#include "mesh_internal.h"

double
cg_plane_turn (CgSpot a, CgSpot b, CgSpot c)
{
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

gboolean
cg_plane_inside (const CgSpot *ring, guint n, CgSpot at)
{
    gboolean inside = FALSE;
    for (guint i = 0, j = n - 1; i < n; j = i++) {
        if ((ring[i].y > at.y) == (ring[j].y > at.y))
            continue;
        double x =
            ring[j].x + (at.y - ring[j].y) / (ring[i].y - ring[j].y) * (ring[i].x - ring[j].x);
        if (at.x < x)
            inside = !inside;
    }
    return inside;
}

double
cg_plane_area (const CgSpot *ring, guint n)
{
    double twice = 0;
    /* From the first corner, so that large coordinates do not eat the digits. */
    for (guint i = 1; i + 1 < n; i++)
        twice += cg_plane_turn (ring[0], ring[i], ring[i + 1]);
    return twice / 2;
}

CgSpot
cg_plane_between (CgSpot a, CgSpot b, double t)
{
    return (CgSpot){ a.x + t * (b.x - a.x), a.y + t * (b.y - a.y) };
}

double
cg_plane_gap (CgSpot at, CgSpot a, CgSpot b)
{
    double dx = b.x - a.x, dy = b.y - a.y, length2 = dx * dx + dy * dy;
    double t = length2 > 0 ? ((at.x - a.x) * dx + (at.y - a.y) * dy) / length2 : 0;
    CgSpot near = cg_plane_between (a, b, CLAMP (t, 0, 1));
    return sqrt ((at.x - near.x) * (at.x - near.x) + (at.y - near.y) * (at.y - near.y));
}

gboolean
cg_plane_cross (CgSpot a, CgSpot b, CgSpot c, CgSpot d, double *out_ab, double *out_cd)
{
    double den = (b.x - a.x) * (d.y - c.y) - (b.y - a.y) * (d.x - c.x);
    if (den == 0)
        return FALSE;
    double t = ((c.x - a.x) * (d.y - c.y) - (c.y - a.y) * (d.x - c.x)) / den;
    double u = ((c.x - a.x) * (b.y - a.y) - (c.y - a.y) * (b.x - a.x)) / den;
    if (t < 0 || t > 1 || u < 0 || u > 1)
        return FALSE;
    *out_ab = t;
    *out_cd = u;
    return TRUE;
}

static double
bend_one (double p0, double p1, double p2, double p3, double t)
{
    return 0.5 * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t * t +
                  (3 * p1 - p0 - 3 * p2 + p3) * t * t * t);
}

GArray *
cg_plane_bend (const CgSpot *line, guint n_line, guint n)
{
    GArray *out = g_array_new (FALSE, FALSE, sizeof (CgSpot));
    for (guint i = 0; i + 1 < n_line; i++) {
        CgSpot p0 = line[i > 0 ? i - 1 : 0], p1 = line[i], p2 = line[i + 1];
        CgSpot p3 = line[i + 2 < n_line ? i + 2 : i + 1];
        for (guint k = 0; k < n; k++) {
            double t = (double) k / n;
            CgSpot at = k == 0 ? p1
                               : (CgSpot){ bend_one (p0.x, p1.x, p2.x, p3.x, t),
                                           bend_one (p0.y, p1.y, p2.y, p3.y, t) };
            g_array_append_val (out, at);
        }
    }
    if (n_line > 0)
        g_array_append_val (out, line[n_line - 1]);
    return out;
}

CgSpot
cg_plane_round (CgSpot at)
{
    return (CgSpot){ round (at.x * 1000) / 1000, round (at.y * 1000) / 1000 };
}
