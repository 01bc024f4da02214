#include <math.h>
#include <string.h>

#include "town_internal.h"

#define CORNER_ONLY 1e30 /* resistance of a link without length: no link at all */
#define LEAST_BANK 0.6   /* of a grid's people live on a bank of its own           */

/* ---- neighbours of blocks -------------------------------------------------------------------- */

typedef struct {
    guint32 a, b;
    guint8 class, wide;
    double length_m;
} Shared;

static int
by_pair (gconstpointer p, gconstpointer q)
{
    const Shared *a = p, *b = q;
    if (a->a != b->a)
        return a->a < b->a ? -1 : 1;
    if (a->b != b->b)
        return a->b < b->b ? -1 : 1;
    return (int) a->class - (int) b->class;
}

static guint32
block_at (const CgMesh *mesh, guint32 half)
{
    guint32 face = CG_HALF (mesh, half)->face;
    return face == CG_NONE ? CG_NONE : CG_FACE (mesh, face)->block;
}

void
cg_block_links_init (CgBlockLinks *links, const CgTowns *towns)
{
    const CgMesh *mesh = towns->mesh;
    g_autoptr (GArray) shared = g_array_new (FALSE, FALSE, sizeof (Shared));
    for (guint32 h = 0; h < mesh->halves->len; h++) {
        Shared one = { block_at (mesh, h), block_at (mesh, h ^ 1), CG_EDGE (mesh, h)->class,
                       FALSE, 0 };
        if (one.a == CG_NONE || one.b == CG_NONE || one.a == one.b)
            continue;
        const CgSpot *from = CG_SPOT (mesh, CG_HALF (mesh, h)->origin);
        const CgSpot *to = CG_SPOT (mesh, CG_HALF (mesh, h ^ 1)->origin);
        one.length_m = hypot (to->x - from->x, to->y - from->y);
        one.wide = one.class == CG_BARRIER_WATER &&
                   !cg_water_is_dry (towns->wide, cg_plane_between (*from, *to, 0.5), 0);
        g_array_append_val (shared, one);
    }
    g_array_sort (shared, by_pair);
    links->n = towns->blocks->len;
    links->first = g_new0 (guint32, links->n + 1);
    links->target = g_new (guint32, MAX (shared->len, 1));
    links->length_m = g_new0 (double, MAX (shared->len, 1));
    links->class = g_new0 (guint8, MAX (shared->len, 1));
    links->wide = g_new0 (guint8, MAX (shared->len, 1));
    guint32 n = 0;
    for (guint i = 0; i < shared->len;) {
        Shared one = g_array_index (shared, Shared, i);
        double total = 0, wide = 0, by_class[CG_N_BARRIERS] = { 0 };
        for (; i < shared->len; i++) {
            const Shared *next = &g_array_index (shared, Shared, i);
            if (next->a != one.a || next->b != one.b)
                break;
            total += next->length_m;
            wide += next->wide ? next->length_m : 0;
            by_class[next->class] += next->length_m;
        }
        links->target[n] = one.b;
        links->length_m[n] = total;
        links->wide[n] = wide > total / 2;
        for (guint8 c = 0; c < CG_N_BARRIERS; c++)
            if (by_class[c] > by_class[links->class[n]])
                links->class[n] = c;
        links->first[one.a + 1] = ++n;
    }
    for (guint32 i = 0; i < links->n; i++)
        links->first[i + 1] = MAX (links->first[i + 1], links->first[i]);
}

void
cg_block_links_done (CgBlockLinks *links)
{
    g_free (links->first);
    g_free (links->target);
    g_free (links->length_m);
    g_free (links->class);
    g_free (links->wide);
}

/* Numbers connected pieces of the open nodes, over links that are not water when dry is TRUE, in any
 * case not over a wide river. */
static guint32
find_pieces (const CgBlockLinks *links, const guint8 *open, gboolean dry, guint32 *piece)
{
    guint32 n_pieces = 0;
    g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (guint32));
    for (guint32 i = 0; i < links->n; i++)
        piece[i] = CG_NONE;
    for (guint32 i = 0; i < links->n; i++) {
        if (!open[i] || piece[i] != CG_NONE)
            continue;
        piece[i] = n_pieces;
        g_array_append_val (stack, i);
        while (stack->len > 0) {
            guint32 at = g_array_index (stack, guint32, stack->len - 1);
            g_array_set_size (stack, stack->len - 1);
            for (guint32 l = links->first[at]; l < links->first[at + 1]; l++) {
                guint32 next = links->target[l];
                if (!open[next] || piece[next] != CG_NONE || links->length_m[l] < 1)
                    continue;
                if (links->wide[l] || (dry && links->class[l] == CG_BARRIER_WATER))
                    continue;
                piece[next] = n_pieces;
                g_array_append_val (stack, next);
            }
        }
        n_pieces++;
    }
    return n_pieces;
}

guint32
cg_links_pieces (const CgBlockLinks *links, const guint8 *open)
{
    g_autofree guint32 *piece = g_new (guint32, MAX (links->n, 1));
    return find_pieces (links, open, FALSE, piece);
}

/* ---- growing parts --------------------------------------------------------------------------- */

static double
spot_distance (CgSpot a, CgSpot b)
{
    return hypot (a.x - b.x, a.y - b.y);
}

static void
choose_starts (guint32 n, const CgSpot *at, const guint8 *open, guint32 k, guint32 *start)
{
    double sx = 0, sy = 0;
    guint32 count = 0;
    for (guint32 i = 0; i < n; i++)
        if (open[i]) {
            sx += at[i].x;
            sy += at[i].y;
            count++;
        }
    CgSpot middle = { sx / MAX (count, 1), sy / MAX (count, 1) };
    for (guint32 j = 0; j < k; j++) {
        double best = -1;
        for (guint32 i = 0; i < n; i++) {
            if (!open[i])
                continue;
            double near = j == 0 ? spot_distance (at[i], middle) : G_MAXDOUBLE;
            for (guint32 p = 0; p < j; p++)
                near = MIN (near, spot_distance (at[i], at[start[p]]));
            if (near > best) {
                best = near;
                start[j] = i;
            }
        }
    }
}

typedef struct {
    guint32 n;
    const guint32 *first, *target;
    const double *resist, *weight;
    const CgSpot *at;
    const guint8 *open;
    guint32 *part;
    double *sum, *sx, *sy;
    guint32 *count;
} Growth;

/* The open neighbour that suits part k best: near its middle, well joined, over weak streets. */
static guint32
best_neighbour (const Growth *growth, guint32 k)
{
    guint32 best = CG_NONE;
    double best_value = G_MAXDOUBLE;
    CgSpot middle = { growth->sx[k] / growth->count[k], growth->sy[k] / growth->count[k] };
    for (guint32 i = 0; i < growth->n; i++) {
        if (!growth->open[i] || growth->part[i] != CG_NONE)
            continue;
        double joined = 0;
        for (guint32 l = growth->first[i]; l < growth->first[i + 1]; l++)
            if (growth->part[growth->target[l]] == k && growth->resist[l] < CORNER_ONLY)
                joined += 1 / growth->resist[l];
        if (joined <= 0)
            continue;
        double value = spot_distance (growth->at[i], middle) / (0.6 + MIN (joined, 2));
        if (value < best_value) {
            best_value = value;
            best = i;
        }
    }
    return best;
}

static void
take (Growth *growth, guint32 k, guint32 node)
{
    growth->part[node] = k;
    growth->sum[k] += growth->weight[node];
    growth->sx[k] += growth->at[node].x;
    growth->sy[k] += growth->at[node].y;
    growth->count[k]++;
}

guint32 *
cg_grow_parts (guint32 n, const guint32 *first, const guint32 *target, const double *resist,
               const double *weight, const CgSpot *at, const guint8 *open, guint32 k)
{
    guint32 *part = g_new (guint32, MAX (n, 1));
    g_autofree guint32 *start = g_new0 (guint32, MAX (k, 1)), *count = g_new0 (guint32, MAX (k, 1));
    g_autofree double *sums = g_new0 (double, 3 * (gsize) MAX (k, 1));
    g_autofree guint8 *stuck = g_new0 (guint8, MAX (k, 1));
    Growth growth = { n,    first, target,   resist,       weight, at,
                      open, part,  sums, sums + k, sums + 2 * (gsize) k, count };
    for (guint32 i = 0; i < n; i++)
        part[i] = CG_NONE;
    choose_starts (n, at, open, k, start);
    for (guint32 j = 0; j < k; j++)
        if (part[start[j]] == CG_NONE)
            take (&growth, j, start[j]);
    for (;;) {
        guint32 least = CG_NONE;
        for (guint32 j = 0; j < k; j++)
            if (!stuck[j] && count[j] > 0 &&
                (least == CG_NONE || growth.sum[j] < growth.sum[least]))
                least = j;
        if (least == CG_NONE)
            return part;
        guint32 node = best_neighbour (&growth, least);
        if (node == CG_NONE)
            stuck[least] = TRUE;
        else
            take (&growth, least, node);
    }
}

/* ---- communities ----------------------------------------------------------------------------- */

static double
resistance_of (guint8 class)
{
    switch (class) {
    case CG_BARRIER_WATER:
        return 50;
    case CG_BARRIER_RAILWAY:
        return 12;
    case CG_BARRIER_ARTERIAL:
        return 2.5;
    default:
        return 1;
    }
}

typedef struct {
    CgTowns *towns;
    const CgCounty *county;
    const CgBlockLinks *links;
    double *resist, *weight;
    CgSpot *at;
    guint64 seed;
} Form;

/* Banks of a river that hold enough people get communities of their own; small ones are joined
 * with the other bank by counting the bridge as land, but not over a wide river. Returns the number of
 * banks. */
static guint32
find_banks (const Form *form, const guint8 *open, double least, guint32 *bank)
{
    guint32 n = find_pieces (form->links, open, TRUE, bank);
    g_autofree double *sum = g_new0 (double, MAX (n, 1));
    for (guint32 i = 0; i < form->links->n; i++)
        if (open[i])
            sum[bank[i]] += form->weight[i];
    for (gboolean changed = TRUE; changed;) {
        changed = FALSE;
        for (guint32 i = 0; i < form->links->n; i++) {
            if (!open[i] || sum[bank[i]] >= least)
                continue;
            for (guint32 l = form->links->first[i]; l < form->links->first[i + 1]; l++) {
                guint32 from = bank[i], to = bank[form->links->target[l]];
                if (!open[form->links->target[l]] || to == from || form->links->length_m[l] < 1 ||
                    form->links->wide[l])
                    continue;
                for (guint32 j = 0; j < form->links->n; j++)
                    if (open[j] && bank[j] == from)
                        bank[j] = to;
                sum[to] += sum[from];
                sum[from] = 0;
                changed = TRUE;
                break;
            }
        }
    }
    return n;
}

static void
form_bank (const Form *form, const guint8 *open, guint32 core, guint32 k)
{
    g_autofree guint32 *part =
        cg_grow_parts (form->links->n, form->links->first, form->links->target, form->resist,
                       form->weight, form->at, open, k);
    guint32 base = form->towns->communities->len;
    for (guint32 j = 0; j < k; j++) {
        CgCommunity community = { core, 0 };
        g_array_append_val (form->towns->communities, community);
    }
    for (guint32 i = 0; i < form->links->n; i++)
        if (open[i] && part[i] != CG_NONE)
            g_array_index (form->towns->blocks, CgBlock, i).community = base + part[i];
}

/* The community that a block has most border with, over links of less resistance than that. */
static guint32
nearest_community (const Form *form, guint32 i, double resist)
{
    guint32 best = CG_NONE;
    double best_value = 0;
    const GArray *blocks = form->towns->blocks;
    for (guint32 l = form->links->first[i]; l < form->links->first[i + 1]; l++) {
        const CgBlock *other = &g_array_index (blocks, CgBlock, form->links->target[l]);
        double value = form->links->length_m[l] / form->resist[l];
        if (other->core == g_array_index (blocks, CgBlock, i).core && other->community != CG_NONE &&
            other->dedicated == CG_NONE && form->resist[l] < resist && value > best_value) {
            best = other->community;
            best_value = value;
        }
    }
    return best;
}

/* Blocks that no community took (dedicated areas, cut-off corners, water) join a neighbour, dedicated
 * areas as a whole; over wide rivers only what has no other. */
static void
join_rest (const Form *form, guint32 core)
{
    GArray *blocks = form->towns->blocks;
    static const double limits[] = { CORNER_ONLY, G_MAXDOUBLE };
    gboolean changed;
    for (guint turn = 0; turn < 2; turn += !changed) {
        changed = FALSE;
        for (guint32 i = 0; i < blocks->len; i++) {
            CgBlock *block = &g_array_index (blocks, CgBlock, i);
            if (block->core != core || block->community != CG_NONE)
                continue;
            guint32 best = nearest_community (form, i, limits[turn]);
            if (best == CG_NONE)
                continue;
            changed = TRUE;
            for (guint32 j = 0; j < blocks->len; j++) {
                CgBlock *also = &g_array_index (blocks, CgBlock, j);
                if (j == i || (block->dedicated != CG_NONE && also->dedicated == block->dedicated))
                    also->community = best;
            }
        }
    }
}

/* A bank beyond a wide river with too few people for a grid, or for which no community is left, is
 * a park. */
static void
leave_bank (const Form *form, guint8 *open, const guint32 *bank, guint32 label)
{
    for (guint32 i = 0; i < form->links->n; i++)
        if (open[i] && bank[i] == label) {
            g_array_index (form->towns->blocks, CgBlock, i).use = CG_USE_GREEN;
            form->weight[i] = 0;
            open[i] = FALSE;
        }
}

/* Banks with their weights, the last first to be left; returns how many are kept. */
static guint32
keep_banks (const Form *form, guint8 *open, const guint32 *bank, guint32 most, double least,
            guint32 *label, double *share, guint32 n_banks)
{
    while (n_banks > 1) {
        guint32 last = 0;
        for (guint32 b = 1; b < n_banks; b++)
            if (share[b] < share[last])
                last = b;
        if (n_banks <= most && share[last] >= least)
            break;
        leave_bank (form, open, bank, label[last]);
        n_banks--;
        for (guint32 b = last; b < n_banks; b++) {
            label[b] = label[b + 1];
            share[b] = share[b + 1];
        }
    }
    return n_banks;
}

static void
form_core (const Form *form, guint32 core, guint32 n_communities, double grid)
{
    guint32 n = form->links->n;
    g_autofree guint8 *open = g_new0 (guint8, n), *here = g_new0 (guint8, n);
    g_autofree guint32 *bank = g_new (guint32, n);
    double total = 0;
    for (guint32 i = 0; i < n; i++) {
        const CgBlock *block = &g_array_index (form->towns->blocks, CgBlock, i);
        open[i] = block->core == core && block->dedicated == CG_NONE && block->dry_m2 > 0;
        total += open[i] ? form->weight[i] : 0;
    }
    guint32 n_banks = find_banks (form, open, 0.55 * total / n_communities, bank);
    g_autofree double *share = g_new0 (double, MAX (n_banks, 1));
    g_autofree guint32 *label = g_new (guint32, MAX (n_banks, 1));
    guint32 used = 0;
    for (guint32 b = 0; b < n_banks; b++) {
        double sum = 0;
        for (guint32 i = 0; i < n; i++)
            sum += open[i] && bank[i] == b ? form->weight[i] : 0;
        if (sum > 0) {
            label[used] = b;
            share[used++] = sum;
        }
    }
    used = keep_banks (form, open, bank, n_communities, LEAST_BANK * grid, label, share, used);
    g_autofree guint32 *counts = cg_settle_share (share, used, n_communities, 1);
    for (guint32 b = 0; b < used; b++) {
        for (guint32 i = 0; i < n; i++)
            here[i] = open[i] && bank[i] == label[b];
        form_bank (form, here, core, counts[b]);
    }
    join_rest (form, core);
}

/* What a block counts for when grids are shared out: where estates may hold only so many households, no
 * more than its estates do. scale: households for each of weight. */
static double
capacity_of (const Form *form, guint32 i, double scale)
{
    const CgBlock *block = &g_array_index (form->towns->blocks, CgBlock, i);
    const CgUseInfo *info = cg_use_info (block->use);
    double estate_m2 = info->close_ha * 1e4 * form->county->close_scale;
    if (form->county->close_most <= 0 || estate_m2 <= 0)
        return form->weight[i];
    double estates = MAX (1, floor (block->dry_m2 / estate_m2));
    return MIN (form->weight[i], 0.9 * estates * form->county->close_most / scale);
}

static double
sum_weights (const Form *form)
{
    double sum = 0;
    for (guint32 i = 0; i < form->links->n; i++)
        if (g_array_index (form->towns->blocks, CgBlock, i).dedicated == CG_NONE)
            sum += form->weight[i];
    return sum;
}

static void
share_grids (const Form *form)
{
    GArray *communities = form->towns->communities, *blocks = form->towns->blocks;
    g_autofree double *capacity = g_new0 (double, MAX (communities->len, 1));
    double scale = 400.0 * (form->county->seat_grids + form->county->town_grids) /
                   MAX (sum_weights (form), 1);
    for (guint32 i = 0; i < blocks->len; i++) {
        const CgBlock *block = &g_array_index (blocks, CgBlock, i);
        if (block->dedicated == CG_NONE && block->community != CG_NONE)
            capacity[block->community] += capacity_of (form, i, scale);
    }
    guint32 n_seat = 0;
    while (n_seat < communities->len && g_array_index (communities, CgCommunity, n_seat).town == 0)
        n_seat++;
    g_autofree guint32 *seat = cg_settle_share (capacity, n_seat, form->county->seat_grids, 1);
    g_autofree guint32 *rest = cg_settle_share (capacity + n_seat, communities->len - n_seat,
                                                form->county->town_grids, 1);
    for (guint32 i = 0; i < communities->len; i++)
        g_array_index (communities, CgCommunity, i).grids = i < n_seat ? seat[i] : rest[i - n_seat];
}

/* Where one core covers the county, its communities are shared among the towns, each town in one
 * piece. */
static void
group_communities (const Form *form, guint32 n_towns)
{
    GArray *communities = form->towns->communities, *blocks = form->towns->blocks;
    guint32 n = communities->len, n_links = 0;
    g_autofree double *shared = g_new0 (double, (gsize) n * n);
    for (guint32 i = 0; i < form->links->n; i++)
        for (guint32 l = form->links->first[i]; l < form->links->first[i + 1]; l++) {
            guint32 a = g_array_index (blocks, CgBlock, i).community;
            guint32 b = g_array_index (blocks, CgBlock, form->links->target[l]).community;
            if (a != b && form->links->length_m[l] >= 1)
                shared[a * n + b] += form->links->length_m[l] / MIN (form->resist[l], 50);
        }
    g_autofree guint32 *first = g_new0 (guint32, n + 1),
                       *target = g_new (guint32, (gsize) n * n + 1);
    g_autofree double *resist = g_new (double, (gsize) n * n + 1), *weight = g_new (double, n + 1);
    g_autofree CgSpot *at = g_new0 (CgSpot, n + 1);
    g_autofree guint8 *open = g_new (guint8, n + 1);
    for (guint32 a = 0; a < n; a++) {
        guint count = 0;
        for (guint32 i = 0; i < blocks->len; i++) {
            const CgBlock *block = &g_array_index (blocks, CgBlock, i);
            if (block->community != a)
                continue;
            at[a] = cg_plane_between (at[a], block->middle, 1.0 / ++count);
        }
        for (guint32 b = 0; b < n; b++)
            if (shared[a * n + b] > 1) {
                target[n_links] = b;
                resist[n_links++] = 1000 / shared[a * n + b];
            }
        first[a + 1] = n_links;
        open[a] = TRUE;
        weight[a] = g_array_index (communities, CgCommunity, a).grids;
    }
    g_autofree guint32 *town = cg_grow_parts (n, first, target, resist, weight, at, open, n_towns);
    for (guint32 a = 0; a < n; a++)
        g_array_index (communities, CgCommunity, a).town = town[a] != CG_NONE ? town[a] : 0;
}

void
cg_communities_form (CgTowns *towns, const CgCounty *county, guint64 seed)
{
    CgBlockLinks links;
    cg_block_links_init (&links, towns);
    guint32 n_links = links.first[links.n];
    g_autofree double *resist = g_new (double, MAX (n_links, 1));
    g_autofree double *weight = g_new (double, MAX (links.n, 1));
    g_autofree CgSpot *at = g_new (CgSpot, MAX (links.n, 1));
    for (guint32 l = 0; l < n_links; l++)
        resist[l] = links.length_m[l] < 1 || links.wide[l] ? CORNER_ONLY
                                                           : resistance_of (links.class[l]);
    for (guint32 i = 0; i < links.n; i++) {
        const CgBlock *block = &g_array_index (towns->blocks, CgBlock, i);
        weight[i] = block->dry_m2 / 1e4 * cg_use_info (block->use)->households_ha;
        at[i] = block->middle;
    }
    Form form = { towns, county, &links, resist, weight, at, seed };
    double seat = 0, rest = 0;
    for (guint32 i = 0; i < links.n; i++)
        *(g_array_index (towns->blocks, CgBlock, i).core == 0 ? &seat : &rest) += weight[i];
    form_core (&form, 0, county->seat_communities, seat / county->seat_grids);
    g_autofree double *size = g_new0 (double, towns->n_cores);
    for (guint32 i = 0; i < links.n; i++) {
        const CgBlock *block = &g_array_index (towns->blocks, CgBlock, i);
        if (block->core > 0)
            size[block->core - 1] += weight[i];
    }
    g_autofree guint32 *counts =
        cg_settle_share (size, towns->n_cores - 1, county->town_communities, 1);
    for (guint32 core = 1; core < towns->n_cores; core++)
        form_core (&form, core, counts[core - 1], rest / county->town_grids);
    share_grids (&form);
    if (towns->n_cores < county->towns)
        group_communities (&form, county->towns);
    cg_block_links_done (&links);
}
