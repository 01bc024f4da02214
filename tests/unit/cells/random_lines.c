#include "random_lines.h"

static gint64
between (CgRandom *random, gint64 low, gint64 high)
{
    return low + (gint64) (cg_random_bits (random) % (guint64) (high - low + 1));
}

static CgSpot
anywhere (CgRandom *random, gint64 reach)
{
    gint64 x = between (random, -reach, reach);
    return (CgSpot){ x, between (random, -reach, reach) };
}

static void
draw_one (CgRandom *random, guint kind, CgSpot *a, CgSpot *b)
{
    const gint64 far = G_GINT64_CONSTANT (1) << 35;
    switch (kind) {
    case 0:
        *a = anywhere (random, 4);
        *b = anywhere (random, 4);
        break;
    case 1:
        *a = anywhere (random, far);
        *b = anywhere (random, far);
        break;
    case 2: { /* through the neighbourhood of (0, 0) */
        CgSpot p = anywhere (random, far / 2), q = anywhere (random, 2);
        *a = p;
        *b = (CgSpot){ q.x - p.x, q.y - p.y };
        break;
    }
    case 3: { /* y = x / 3, nearly */
        gint64 s = between (random, -1000, 1000), t = between (random, -1000, 1000);
        *a = (CgSpot){ 3000000 * s + between (random, -1, 1), 1000000 * s + between (random, -1, 1) };
        *b = (CgSpot){ 3000000 * t + between (random, -1, 1), 1000000 * t + between (random, -1, 1) };
        break;
    }
    case 4: {
        gint64 x = between (random, 0, 20) * 50;
        gboolean spine = between (random, 0, 3) == 0;
        *a = spine ? (CgSpot){ 0, between (random, -1, 1) } : (CgSpot){ x, between (random, -1, 1) };
        *b = spine ? (CgSpot){ 1000, between (random, -1, 1) }
                   : (CgSpot){ x + between (random, -1, 1), between (random, -1, 1) * 100 };
        break;
    }
    default: {
        CgSpot p = anywhere (random, 3), q = anywhere (random, 3), d = anywhere (random, 1),
               e = anywhere (random, 1);
        *a = (CgSpot){ p.x * 1000 + d.x, p.y * 1000 + d.y };
        *b = (CgSpot){ q.x * 1000 + e.x, q.y * 1000 + e.y };
        break;
    }
    }
}

CgLines *
cg_test_random_lines (CgRandom *random, guint kind, guint n)
{
    CgLines *lines = cg_lines_new ();
    for (guint k = 0; k < n; k++) {
        CgSpot a, b;
        draw_one (random, kind, &a, &b);
        cg_lines_add (lines, a, b, k);
    }
    return lines;
}
