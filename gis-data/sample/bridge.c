/* Roads at wide rivers: where they end at a bank and where they lead over. */
#include <math.h>

#include "ways_internal.h"

#define STEP_M 1.0
#define SHORT_M 12.0 /* a piece of a road on land, no longer: an islet or a corner of a bank */

typedef struct {
    const CgWater *wide;
    double margin_m;
    gboolean wet;        /* the piece in hand */
    gboolean from_start; /* it begins where the line does */
    GArray *piece;       /* of CgSpot */
    GPtrArray *land, *over;
} Divider;

static double
length_of (const GArray *line)
{
    double length = 0;
    for (guint i = 1; i < line->len; i++) {
        CgSpot a = g_array_index (line, CgSpot, i - 1), b = g_array_index (line, CgSpot, i);
        length += hypot (b.x - a.x, b.y - a.y);
    }
    return length;
}

/* Puts the piece in hand away and begins the next one where it ended. */
static void
end_piece (Divider *divider, gboolean last)
{
    GArray *piece = divider->piece;
    gboolean whole = divider->from_start && last;
    divider->piece = g_array_new (FALSE, FALSE, sizeof (CgSpot));
    if (piece->len > 0)
        g_array_append_val (divider->piece, g_array_index (piece, CgSpot, piece->len - 1));
    if (piece->len < 2 || (divider->wet && (divider->from_start || last)) ||
        (!divider->wet && !whole && length_of (piece) < SHORT_M))
        g_array_unref (piece);
    else
        g_ptr_array_add (divider->wet ? divider->over : divider->land, piece);
    divider->from_start = FALSE;
    divider->wet = !divider->wet;
}

static void
add_place (Divider *divider, CgSpot at)
{
    at = cg_plane_round (at);
    if (divider->piece->len > 0) {
        CgSpot last = g_array_index (divider->piece, CgSpot, divider->piece->len - 1);
        if (last.x == at.x && last.y == at.y)
            return;
    }
    g_array_append_val (divider->piece, at);
}

static void
divide_stretch (Divider *divider, CgSpot a, CgSpot b)
{
    double length = hypot (b.x - a.x, b.y - a.y);
    guint n = (guint) (length / STEP_M) + 1;
    gboolean far = cg_water_is_dry (divider->wide, cg_plane_between (a, b, 0.5),
                                    length / 2 + divider->margin_m);
    for (guint k = 0; k <= n; k++) {
        CgSpot at = cg_plane_between (a, b, (double) k / n);
        gboolean wet = !far && !cg_water_is_dry (divider->wide, at, divider->margin_m);
        if (wet != divider->wet) {
            add_place (divider, at);
            end_piece (divider, FALSE);
        }
        if (far)
            break;
    }
    add_place (divider, b);
}

void
cg_line_divide (const CgWater *wide, const GArray *line, double margin_m, GPtrArray *out_land,
                GPtrArray *out_over)
{
    Divider divider = { .wide = wide,
                        .margin_m = margin_m,
                        .from_start = TRUE,
                        .piece = g_array_new (FALSE, FALSE, sizeof (CgSpot)),
                        .land = out_land,
                        .over = out_over };
    CgSpot first = g_array_index (line, CgSpot, 0);
    divider.wet = !cg_water_is_dry (wide, first, margin_m);
    add_place (&divider, first);
    for (guint i = 1; i < line->len; i++)
        divide_stretch (&divider, g_array_index (line, CgSpot, i - 1),
                        g_array_index (line, CgSpot, i));
    end_piece (&divider, TRUE);
    g_array_unref (divider.piece);
}

CgSpot
cg_line_middle (const GArray *line)
{
    double left = length_of (line) / 2;
    for (guint i = 1; i < line->len; i++) {
        CgSpot a = g_array_index (line, CgSpot, i - 1), b = g_array_index (line, CgSpot, i);
        double length = hypot (b.x - a.x, b.y - a.y);
        if (length >= left && length > 0)
            return cg_plane_between (a, b, left / length);
        left -= length;
    }
    return g_array_index (line, CgSpot, 0);
}

gboolean
cg_line_is_bridge (const CgWater *wide, const GArray *over)
{
    CgSpot a = g_array_index (over, CgSpot, 0), b = g_array_index (over, CgSpot, over->len - 1);
    double half = cg_water_half (wide, cg_line_middle (over));
    return cg_water_parts (wide, a, b) && length_of (over) <= 3.2 * half + 40;
}
