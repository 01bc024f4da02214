#include <math.h>
#include <string.h>

#include "town_internal.h"

#define MOST_HOUSEHOLDS 150 /* of a unit */
#define LEAST_HOUSEHOLDS 5

typedef struct {
    CgTowns *towns;
    GArray *ring;
} Cutter;

/* The smallest box along one of the edges around a face: middle, long and short half-axis. */
typedef struct {
    CgSpot middle, along, across; /* unit directions */
    double half_along, half_across;
} Frame;

static Frame
frame_along (const GArray *ring, double dx, double dy)
{
    double a_min = G_MAXDOUBLE, a_max = -G_MAXDOUBLE, b_min = G_MAXDOUBLE, b_max = -G_MAXDOUBLE;
    CgSpot home = g_array_index (ring, CgSpot, 0);
    for (guint i = 0; i < ring->len; i++) {
        CgSpot at = g_array_index (ring, CgSpot, i);
        double a = (at.x - home.x) * dx + (at.y - home.y) * dy;
        double b = -(at.x - home.x) * dy + (at.y - home.y) * dx;
        a_min = MIN (a_min, a);
        a_max = MAX (a_max, a);
        b_min = MIN (b_min, b);
        b_max = MAX (b_max, b);
    }
    double a = (a_min + a_max) / 2, b = (b_min + b_max) / 2;
    Frame frame = { { home.x + a * dx - b * dy, home.y + a * dy + b * dx },
                    { dx, dy }, { -dy, dx }, (a_max - a_min) / 2, (b_max - b_min) / 2 };
    if (frame.half_across > frame.half_along)
        frame =
            (Frame){ frame.middle, { -dy, dx }, { -dx, -dy }, frame.half_across, frame.half_along };
    return frame;
}

static Frame
smallest_frame (const GArray *ring)
{
    Frame best = frame_along (ring, 1, 0);
    for (guint i = 0; i < ring->len; i++) {
        CgSpot a = g_array_index (ring, CgSpot, i),
               b = g_array_index (ring, CgSpot, (i + 1) % ring->len);
        double length = hypot (b.x - a.x, b.y - a.y);
        if (length < 20)
            continue;
        Frame frame = frame_along (ring, (b.x - a.x) / length, (b.y - a.y) / length);
        if (frame.half_along * frame.half_across < best.half_along * best.half_across)
            best = frame;
    }
    return best;
}

/* Cuts a face in about two halves across its long side; other places when that makes bad pieces. */
static gboolean
halve (Cutter *cutter, guint32 face, guint8 class, double least_m2, guint64 seed)
{
    static const double places[] = { 0, 0.16, -0.16, 0.3, -0.3 };
    CgMesh *mesh = cutter->towns->mesh;
    cg_mesh_outline (mesh, face, cutter->ring);
    Frame frame = smallest_frame (cutter->ring);
    double jitter = 0.16 * (cg_noise_pick (seed, 95, face) - 0.5);
    for (guint turn = 0; turn < 2; turn++) {
        CgSpot along = turn == 0 ? frame.along : frame.across;
        CgSpot across = turn == 0 ? frame.across : frame.along;
        double half = turn == 0 ? frame.half_along : frame.half_across;
        double reach = (turn == 0 ? frame.half_across : frame.half_along) + 20;
        for (guint i = 0; i < G_N_ELEMENTS (places); i++) {
            double off = (places[i] + jitter) * half;
            CgSpot at = { frame.middle.x + off * along.x, frame.middle.y + off * along.y };
            CgSpot line[] = { { at.x - reach * across.x, at.y - reach * across.y },
                              { at.x + reach * across.x, at.y + reach * across.y } };
            CgCut cut = { class, cutter->towns->streets->len, 5, least_m2, 0.42 };
            if (cg_mesh_cut (mesh, face, line, 2, &cut) == 0)
                continue;
            CgStreet *street = g_new0 (CgStreet, 1);
            street->class = class;
            g_ptr_array_add (cutter->towns->streets, street);
            return TRUE;
        }
    }
    return FALSE;
}

/* Cuts a face until no piece is much larger than target; pieces are the face and those appended. */
static void
cut_down (Cutter *cutter, guint32 face, guint8 class, double target_m2, guint64 seed,
          GArray *out_faces)
{
    g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (guint32));
    g_array_append_val (open, face);
    while (open->len > 0) {
        guint32 at = g_array_index (open, guint32, open->len - 1);
        guint32 n = cutter->towns->mesh->faces->len;
        if (cg_mesh_area (cutter->towns->mesh, at) > 1.45 * target_m2 &&
            halve (cutter, at, class, 0.32 * target_m2, seed)) {
            for (guint32 added = n; added < cutter->towns->mesh->faces->len; added++)
                g_array_append_val (open, added);
        } else {
            g_array_set_size (open, open->len - 1);
            g_array_append_val (out_faces, at);
        }
    }
}

static guint32
new_close (CgTowns *towns, guint32 block, CgUse use, char *name)
{
    CgClose *close = g_new0 (CgClose, 1);
    close->block = block;
    close->use = use;
    close->name = name;
    g_ptr_array_add (towns->closes, close);
    return towns->closes->len - 1;
}

static guint32
close_of (CgTowns *towns, guint32 n, const CgUseInfo *info, guint32 *dedicated_close,
          CgNamer *namer)
{
    const CgBlock *block = &g_array_index (towns->blocks, CgBlock, n);
    if (block->dedicated != CG_NONE) {
        guint32 *close = &dedicated_close[block->dedicated];
        if (*close == CG_NONE)
            *close = new_close (towns, n, block->use,
                                g_strdup (towns->dedicated->pdata[block->dedicated]));
        return *close;
    }
    if (info->kind == NULL)
        return CG_NONE;
    g_autofree char *name =
        cg_namer_take (namer, info->title != NULL ? CG_NAME_COMMUNITY : CG_NAME_COMPOUND);
    if (info->title == NULL)
        return new_close (towns, n, block->use, g_steal_pointer (&name));
    name[strlen (name) - strlen ("社区")] = '\0';
    return new_close (towns, n, block->use, g_strconcat (name, info->title, NULL));
}

void
cg_lots_cut (CgTowns *towns, const CgCounty *county, CgNamer *namer, guint64 seed)
{
    CgMesh *mesh = towns->mesh;
    g_autoptr (GArray) ring = g_array_new (FALSE, FALSE, sizeof (CgSpot));
    Cutter cutter = { towns, ring };
    g_autofree guint32 *face_of = g_new (guint32, MAX (towns->blocks->len, 1));
    g_autofree guint32 *dedicated_close = g_new (guint32, MAX (towns->dedicated->len, 1));
    for (guint i = 0; i < towns->dedicated->len; i++)
        dedicated_close[i] = CG_NONE;
    for (guint32 face = 0; face < mesh->faces->len; face++)
        if (CG_FACE (mesh, face)->block != CG_NONE)
            face_of[CG_FACE (mesh, face)->block] = face;
    for (guint32 n = 0; n < towns->blocks->len; n++) {
        const CgUseInfo *info = cg_use_info (g_array_index (towns->blocks, CgBlock, n).use);
        g_autoptr (GArray) closes = g_array_new (FALSE, FALSE, sizeof (guint32));
        g_autoptr (GArray) lots = g_array_new (FALSE, FALSE, sizeof (guint32));
        double close_m2 = info->close_ha > 0 ? info->close_ha * 1e4 * county->close_scale
                                             : G_MAXDOUBLE / 2;
        cut_down (&cutter, face_of[n], CG_BARRIER_WALL, close_m2, seed, closes);
        for (guint i = 0; i < closes->len; i++) {
            guint32 face = g_array_index (closes, guint32, i);
            CG_FACE (mesh, face)->close = close_of (towns, n, info, dedicated_close, namer);
            cut_down (&cutter, face, CG_BARRIER_ALLEY, info->lot_ha * 1e4 * county->lot_scale, seed,
                      lots);
        }
    }
}

/* ---- households ------------------------------------------------------------------------------ */

static double
wish (const CgTowns *towns, guint32 face, guint64 seed)
{
    const CgBlock *block =
        &g_array_index (towns->blocks, CgBlock, CG_FACE (towns->mesh, face)->block);
    double ha = cg_mesh_area (towns->mesh, face) / 1e4;
    if (block->dry_m2 < block->area_m2)
        ha = cg_towns_dry_area (towns, face) / 1e4;
    return ha * cg_use_info (block->use)->households_ha *
           (0.75 + 0.5 * cg_noise_pick (seed, 96, face));
}

static guint32
fill (const double *wishes, guint n, double factor, guint32 most, guint32 *out)
{
    guint32 sum = 0;
    for (guint i = 0; i < n; i++) {
        guint32 least = MIN (LEAST_HOUSEHOLDS, most);
        out[i] = wishes[i] > 0 ? (guint32) CLAMP (wishes[i] * factor + 0.5, least, most) : 0;
        sum += out[i];
    }
    return sum;
}

/* Households of the units of a community: in proportion to wishes within bounds, sum exactly total.
 * Where the bound on a unit does not allow it, the bound is raised. */
static void
share_households (const double *wishes, guint n, guint32 total, guint32 *out)
{
    guint32 most = MOST_HOUSEHOLDS, sum = 0;
    double low = 0, high = 1;
    if (n == 0)
        return;
    for (; fill (wishes, n, 1e6, most, out) < total && most < 4000; most += 25)
        continue;
    while (fill (wishes, n, high, most, out) < total && high < 1e6)
        high *= 2;
    for (guint step = 0; step < 50; step++) {
        double middle = (low + high) / 2;
        if (fill (wishes, n, middle, most, out) < total)
            low = middle;
        else
            high = middle;
    }
    sum = fill (wishes, n, low, most, out);
    for (guint i = 0, idle = 0; sum < total && idle < n; i = (i + 1) % n)
        if (wishes[i] > 0 && out[i] < most) {
            out[i]++;
            sum++;
            idle = 0;
        } else {
            idle++;
        }
}

/* Households that wishes stand for in each close, when total is shared out in proportion. */
static void
sum_closes (const CgTowns *towns, const GArray *faces, const double *wishes, guint32 total,
            double *out_households)
{
    double sum = 0;
    for (guint32 c = 0; c < towns->closes->len; c++)
        out_households[c] = 0;
    for (guint i = 0; i < faces->len; i++) {
        guint32 close = CG_FACE (towns->mesh, g_array_index (faces, guint32, i))->close;
        sum += wishes[i];
        if (close != CG_NONE)
            out_households[close] += wishes[i];
    }
    for (guint32 c = 0; c < towns->closes->len && sum > 0; c++)
        out_households[c] *= total / sum;
}

/* Lowers the wishes of housing estates that would hold more than most households: an estate stays
 * in one grid, and large ones leave no division within bounds. The rest of the community takes what
 * they lose, hence the steps. */
static void
limit_closes (const CgTowns *towns, const GArray *faces, double most, guint32 total, double *wishes)
{
    g_autofree double *households = g_new (double, towns->closes->len + 1);
    for (guint step = 0; step < 12; step++) {
        sum_closes (towns, faces, wishes, total, households);
        for (guint i = 0; i < faces->len; i++) {
            guint32 close = CG_FACE (towns->mesh, g_array_index (faces, guint32, i))->close;
            if (close != CG_NONE && households[close] > most)
                wishes[i] *= most / households[close];
        }
    }
}

static void
people_community (CgTowns *towns, const CgCounty *county, guint32 community, const GArray *faces,
                  guint64 seed)
{
    const CgCommunity *info = &g_array_index (towns->communities, CgCommunity, community);
    g_autofree double *wishes = g_new (double, MAX (faces->len, 1));
    g_autofree guint32 *out = g_new0 (guint32, MAX (faces->len, 1));
    for (guint i = 0; i < faces->len; i++)
        wishes[i] = wish (towns, g_array_index (faces, guint32, i), seed);
    /* A little above a multiple of 400: rounding gives the stated number of grids, and a splitter
     * that is free in their number has no reason to make one fewer or one more. */
    double off = MIN (0.02, 0.3 / info->grids) * (0.8 + 0.2 * cg_noise_pick (seed, 97, community));
    guint32 total = (guint32) (400 * info->grids * (1 + off));
    if (county->close_most > 0)
        limit_closes (towns, faces, county->close_most, total, wishes);
    share_households (wishes, faces->len, total, out);
    for (guint i = 0; i < faces->len; i++)
        towns->households[g_array_index (faces, guint32, i)] = out[i];
}

void
cg_lots_people (CgTowns *towns, const CgCounty *county, guint64 seed)
{
    CgMesh *mesh = towns->mesh;
    guint n = towns->communities->len;
    towns->households = g_new0 (guint32, mesh->faces->len);
    g_autoptr (GPtrArray) faces = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
    for (guint i = 0; i < n; i++)
        g_ptr_array_add (faces, g_array_new (FALSE, FALSE, sizeof (guint32)));
    for (guint32 face = 0; face < mesh->faces->len; face++) {
        guint32 b = CG_FACE (mesh, face)->block;
        if (b == CG_NONE)
            continue;
        const CgBlock *block = &g_array_index (towns->blocks, CgBlock, b);
        if (block->dedicated != CG_NONE)
            towns->households[face] = wish (towns, face, seed);
        else if (block->community != CG_NONE)
            g_array_append_val ((GArray *) faces->pdata[block->community], face);
    }
    for (guint32 i = 0; i < n; i++)
        people_community (towns, county, i, faces->pdata[i], seed);
}
