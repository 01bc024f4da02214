#include <math.h>

#include "graph/ways.h"
#include "town_internal.h"

/* The banks of wide rivers: nothing is built between them. */

#define QUAY_M 9.0  /* between the water and the first lot                            */
#define NEAR_M 7.0  /* a place of a bank's line so near to water lies in another river */
#define PUSHED_M 30.0
#define LEAST_M 8.0
#define LONGEST 4u  /* so many places of a line may be left out on the inside of a bend */

static void
cut_line (CgTowns *towns, GArray *line)
{
    CgMesh *mesh = towns->mesh;
    CgCut cut = { CG_BARRIER_NONE, CG_NONE, 1, 300, 0.04 };
    CgBox box = CG_BOX_EMPTY;
    const CgSpot *at = (const CgSpot *) (void *) line->data;
    for (guint i = 0; i < line->len; i++)
        cg_box_add (&box, at[i].x, at[i].y);
    guint n = line->len > 1 ? mesh->faces->len : 0;
    for (guint32 face = 0; face < n; face++) {
        if (CG_FACE (mesh, face)->core == CG_NONE)
            continue;
        CgBox around = cg_mesh_box (mesh, face);
        if (cg_box_meets (&around, &box))
            cg_mesh_cut (mesh, face, at, line->len, &cut);
    }
    g_array_set_size (line, 0);
}

/* Whether a line that goes on to a place hardly moves on or turns by more than a right angle. */
static gboolean
turns_back (const GArray *line, CgSpot at)
{
    if (line->len == 0)
        return FALSE;
    CgSpot last = g_array_index (line, CgSpot, line->len - 1);
    if (hypot (at.x - last.x, at.y - last.y) < LEAST_M)
        return TRUE;
    if (line->len == 1)
        return FALSE;
    CgSpot before = g_array_index (line, CgSpot, line->len - 2);
    return (at.x - last.x) * (last.x - before.x) + (at.y - last.y) * (last.y - before.y) < 0;
}

/* The line along one bank, in pieces where another river joins. side: 1 left, -1 right. */
static void
cut_bank (CgTowns *towns, const CgWay *river, double side)
{
    g_autoptr (GArray) line = g_array_new (FALSE, FALSE, sizeof (CgSpot));
    guint left_out = 0;
    for (guint i = 0; i < river->line->len; i++) {
        double half = cg_river_half (river, i);
        CgSpot at = cg_river_bank (river->line, i, side * (half + QUAY_M));
        if (2 * half < CG_WIDE_WATER_M)
            continue;
        /* On the inside of a bend places crowd and lie in the water further on. */
        CgSpot dry = cg_water_shun (towns->wide, at, QUAY_M);
        if (hypot (dry.x - at.x, dry.y - at.y) > PUSHED_M ||
            !cg_water_is_dry (towns->wide, dry, NEAR_M)) {
            if (++left_out > LONGEST)
                cut_line (towns, line);
            continue;
        }
        left_out = 0;
        if (!turns_back (line, dry))
            g_array_append_val (line, dry);
    }
    cut_line (towns, line);
}

void
cg_banks_cut (CgTowns *towns, const GPtrArray *rivers)
{
    for (guint r = 0; r < rivers->len; r++) {
        const CgWay *river = rivers->pdata[r];
        if (MAX (river->width_from_m, river->width_to_m) < CG_WIDE_WATER_M)
            continue;
        cut_bank (towns, river, 1);
        cut_bank (towns, river, -1);
    }
}
