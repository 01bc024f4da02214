/* Which building is nearest, and where two or three are equally near.
 *
 * A wall is a slot of the mesh in a triangle of a building whose other side is not of it. Distances
 * are found by walking along the walls of a building from one that is near. Every corner of a free
 * triangle gets a wall: by itself on an outline, else by steps over the triangles of its block from
 * the nearest outline on (E. W. Dijkstra, 1959), as far as REACH_M: beyond the gardens, so that what
 * lies between two of them is divided well up to their rim. */
#include "cells/cells_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GARDEN_M 59.5     /* open places (trace.c) are 60 m from any building, or more       */
#define REACH_M 150.0
#define ALIKE_TURN 1e-9   /* radians                                                          */
#define MAX_WALK 200u     /* walls, or triangles                                              */
#define CUT_ROUNDS 6u
#define CENTRE_ROUNDS 4u
#define EXACT_M 0.05
#define HARDLY_M 0.5
#define CLEAR_STEPS 16.0  /* so far rounded places must lie from other sides of the triangles */
#define LEAST_SHARE (1.0 / 16) /* of a side, where rounding needs room at its ends              */
#define LEAST_WEIGHT 0.05 /* of a side's cut at the centre of a triangle                      */

typedef struct {
    double x, y;
} Way; /* in metres from a place */

static Way
way_to (const CgCellsJob *job, CgSpot from, CgSpot to)
{
    double place = CG_PLACE * job->step;
    return (Way){ (double) (to.x - from.x) * place * job->in->metre_x,
                  (double) (to.y - from.y) * place * job->in->metre_y };
}

/* ---- walls ------------------------------------------------------------------------------- */

static gboolean
is_wall (const CgCellsJob *job, guint32 s)
{
    guint32 r = job->mesh->twin[s], atom = job->atom_of[s / 3];
    return atom != CG_NONE && (r == CG_NONE || job->atom_of[r / 3] != atom);
}

static guint32
wall_after (const CgCellsJob *job, guint32 wall)
{
    guint32 s = cg_net_next (wall);
    while (!is_wall (job, s))
        s = cg_net_next (job->mesh->twin[s]);
    return s;
}

static guint32
wall_before (const CgCellsJob *job, guint32 wall)
{
    guint32 s = cg_net_previous (wall);
    while (!is_wall (job, s))
        s = cg_net_previous (job->mesh->twin[s]);
    return s;
}

/* The way from p, in metres from base, to the nearest place of a wall or of a place by itself. */
static Way
way_to_wall (const CgCellsJob *job, guint32 wall, CgSpot base, Way p)
{
    const CgNet *mesh = job->mesh;
    guint32 n_slots = 3 * mesh->n_triangles;
    if (wall >= n_slots) {
        Way a = way_to (job, base, mesh->spot[job->touch_node[wall - n_slots]]);
        return (Way){ a.x - p.x, a.y - p.y };
    }
    Way a = way_to (job, base, mesh->spot[mesh->corner[wall]]),
        b = way_to (job, base, mesh->spot[mesh->corner[cg_net_next (wall)]]);
    double dx = b.x - a.x, dy = b.y - a.y, square = dx * dx + dy * dy;
    double t = square > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / square : 0;
    t = CLAMP (t, 0, 1);
    return (Way){ a.x + t * dx - p.x, a.y + t * dy - p.y };
}

static double
length_of (Way way)
{
    return sqrt (way.x * way.x + way.y * way.y);
}

/* Walks along the building's walls as long as they come nearer, both ways. */
static double
walk_nearer (const CgCellsJob *job, guint32 *wall, CgSpot base, Way p)
{
    double best = length_of (way_to_wall (job, *wall, base, p));
    if (*wall >= 3 * job->mesh->n_triangles)
        return best;
    for (guint way = 0; way < 2; way++) {
        guint32 start = *wall, w = start;
        for (guint k = 0; k < MAX_WALK; k++) {
            w = way == 0 ? wall_after (job, w) : wall_before (job, w);
            double d = length_of (way_to_wall (job, w, base, p));
            if (w == start || d > best)
                break;
            best = d;
            *wall = w;
        }
    }
    return best;
}

guint32
cg_cells_owner (const CgCellsJob *job, guint32 slot)
{
    guint32 wall = job->corner_wall[slot], n_slots = 3 * job->mesh->n_triangles;
    if (wall == CG_NONE)
        return CG_FREE;
    return wall < n_slots ? job->atom_of[wall / 3] : job->node_atom[wall - n_slots];
}

/* Which entry of node_atom says that the atom has the corner of slot s on its outline; CG_NONE. */
static guint32
touch_of (const CgCellsJob *job, guint32 s, guint32 atom)
{
    guint32 v = job->mesh->corner[s];
    for (guint32 k = job->node_first[v]; k < job->node_first[v + 1]; k++)
        if (job->node_atom[k] == atom)
            return k;
    return CG_NONE;
}

static guint
count_touching (const CgCellsJob *job, guint32 s)
{
    guint32 v = job->mesh->corner[s], block = job->block_of[s / 3];
    guint n = 0;
    for (guint32 k = job->node_first[v]; k < job->node_first[v + 1]; k++)
        n += job->home[job->node_atom[k]] == block;
    return n;
}

gboolean
cg_cells_is_garden (const CgCellsJob *job, guint32 t)
{
    for (guint32 s = 3 * t; s < 3 * t + 3; s++) {
        guint32 wall = job->corner_wall[s];
        CgSpot p = job->mesh->spot[job->mesh->corner[s]];
        if (count_touching (job, s) > 0 ||
            (wall != CG_NONE && length_of (way_to_wall (job, wall, p, (Way){ 0, 0 })) <= GARDEN_M))
            return TRUE;
    }
    return FALSE;
}

/* ---- corners on outlines ----------------------------------------------------------------- */

/* The angle of a triangle at the corner of slot s. */
static double
turn_at (const CgCellsJob *job, guint32 s)
{
    const CgNet *mesh = job->mesh;
    CgSpot p = mesh->spot[mesh->corner[s]];
    Way q = way_to (job, p, mesh->spot[mesh->corner[cg_net_next (s)]]),
        r = way_to (job, p, mesh->spot[mesh->corner[cg_net_previous (s)]]);
    return atan2 (q.x * r.y - q.y * r.x, q.x * r.x + q.y * r.y);
}

/* The wall of a building of this block at the end of the free ground around slot s's corner, walked
 * one way round; CG_NONE: a line or other ground ends it. out_turn: the angle up to there, from the
 * middle of the triangle of s. */
static guint32
wall_around (const CgCellsJob *job, guint32 s, gboolean left, double *out_turn)
{
    const CgNet *mesh = job->mesh;
    const guint32 block = job->block_of[s / 3], start = s;
    *out_turn = -turn_at (job, s) / 2;
    for (;;) {
        guint32 side = left ? cg_net_previous (s) : s, r = mesh->twin[side], e = mesh->edge[side];
        *out_turn += turn_at (job, s);
        if (r == CG_NONE)
            return CG_NONE;
        guint32 atom = job->atom_of[r / 3];
        if (atom != CG_NONE)
            return job->home[atom] == block ? r : CG_NONE;
        s = left ? r : cg_net_next (r);
        if (s == start || job->block_of[s / 3] != block || (e != CG_NONE && job->edge_cut[e]))
            return CG_NONE;
    }
}

/* Where buildings touch, the ground before the place where they do goes half to the one on its left
 * and half to the one on its right: seen from there neither is nearer. */
static guint32
nearer_wall (const CgCellsJob *job, guint32 s)
{
    double left_turn, right_turn;
    guint32 left = wall_around (job, s, TRUE, &left_turn),
            right = wall_around (job, s, FALSE, &right_turn);
    if (left == CG_NONE || right == CG_NONE)
        return left == CG_NONE ? right : left;
    if (fabs (left_turn - right_turn) <= ALIKE_TURN)
        return job->atom_of[left / 3] <= job->atom_of[right / 3] ? left : right;
    return left_turn < right_turn ? left : right;
}

/* Any wall of the atom at a node; else the place by itself. */
static guint32
find_wall_at (const CgCellsJob *job, guint32 node, guint32 touch)
{
    const CgNet *mesh = job->mesh;
    guint32 start = mesh->slot_of[node], s = start, atom = job->node_atom[touch];
    do {
        guint32 before = cg_net_previous (s);
        if (job->atom_of[s / 3] == atom && is_wall (job, s))
            return s;
        if (job->atom_of[s / 3] == atom && is_wall (job, before))
            return before;
        s = mesh->twin[before];
    } while (s != start && s != CG_NONE);
    return 3 * mesh->n_triangles + touch;
}

static guint32
wall_at (const CgCellsJob *job, guint32 node, guint32 touch)
{
    if (job->touch_wall[touch] == CG_NONE)
        job->touch_wall[touch] = find_wall_at (job, node, touch);
    return job->touch_wall[touch];
}

/* The wall of the building of this block that has the corner of slot s on its outline, or CG_NONE. */
static guint32
own_wall (const CgCellsJob *job, guint32 s)
{
    guint32 v = job->mesh->corner[s], block = job->block_of[s / 3], found = CG_NONE;
    for (guint32 k = job->node_first[v]; k < job->node_first[v + 1]; k++) {
        if (job->home[job->node_atom[k]] != block)
            continue;
        if (found != CG_NONE) {
            guint32 wall = nearer_wall (job, s);
            return wall != CG_NONE ? wall : wall_at (job, v, found);
        }
        found = k;
    }
    return found != CG_NONE ? wall_at (job, v, found) : CG_NONE;
}

/* ---- corners in the open ----------------------------------------------------------------- */

/* A corner that shall be of the building of `wall`: m away straight ahead, or detour_m by way of the
 * corner that offers it. */
typedef struct {
    double m, detour_m;
    guint32 slot, wall;
    gboolean bent; /* not in sight: after all others, so that a line parts what it lies between */
} Offer;

static gboolean
is_less (const Offer *a, const Offer *b)
{
    if (a->bent != b->bent)
        return b->bent;
    if (a->m != b->m)
        return a->m < b->m;
    return a->slot != b->slot ? a->slot < b->slot : a->wall < b->wall;
}

static Offer *
offer_at (GArray *heap, guint k)
{
    return &g_array_index (heap, Offer, k);
}

static void
push (GArray *heap, Offer offer)
{
    guint k = heap->len;
    g_array_append_val (heap, offer);
    for (; k > 0 && is_less (&offer, offer_at (heap, (k - 1) / 2)); k = (k - 1) / 2)
        *offer_at (heap, k) = *offer_at (heap, (k - 1) / 2);
    *offer_at (heap, k) = offer;
}

static Offer
pop (GArray *heap)
{
    Offer first = *offer_at (heap, 0), last = *offer_at (heap, heap->len - 1);
    guint k = 0, n = heap->len - 1;
    g_array_set_size (heap, n);
    for (guint child; (child = 2 * k + 1) < n; k = child) {
        if (child + 1 < n && is_less (offer_at (heap, child + 1), offer_at (heap, child)))
            child++;
        if (!is_less (offer_at (heap, child), &last))
            break;
        *offer_at (heap, k) = *offer_at (heap, child);
    }
    if (n > 0)
        *offer_at (heap, k) = last;
    return first;
}

static gboolean
is_free_ground (const CgCellsJob *job, guint32 t)
{
    return job->region_of[t] != CG_NONE && job->atom_of[t] == CG_NONE;
}

/* The next slot around the same corner in the same free ground; CG_NONE at its end. */
static guint32
slot_around (const CgCellsJob *job, guint32 s, gboolean left)
{
    guint32 side = left ? cg_net_previous (s) : s, r = job->mesh->twin[side], e = job->mesh->edge[side];
    if (r == CG_NONE || (e != CG_NONE && job->edge_cut[e]) || !is_free_ground (job, r / 3) ||
        job->block_of[r / 3] != job->block_of[s / 3])
        return CG_NONE;
    return left ? r : cg_net_next (r);
}

/* The slot around the corner of s, in the same free ground, whose triangle the way leads into. */
static guint32
slot_towards (const CgCellsJob *job, guint32 s, Way way)
{
    const CgNet *mesh = job->mesh;
    CgSpot base = mesh->spot[mesh->corner[s]];
    for (guint left = 0; left < 2; left++) {
        guint32 k = s;
        do {
            Way a = way_to (job, base, mesh->spot[mesh->corner[cg_net_next (k)]]),
                b = way_to (job, base, mesh->spot[mesh->corner[cg_net_previous (k)]]);
            if (a.x * way.y - a.y * way.x >= 0 && way.x * b.y - way.y * b.x >= 0)
                return k;
            k = slot_around (job, k, left);
        } while (k != CG_NONE && k != s);
        if (k == s)
            break;
    }
    return CG_NONE;
}

/* Whether ground of no region lies at the corner of slot s: a wall may lie there. */
static gboolean
is_on_rim (const CgCellsJob *job, guint32 s)
{
    const CgNet *mesh = job->mesh;
    guint32 start = s;
    do {
        if (job->region_of[s / 3] == CG_NONE)
            return TRUE;
        s = mesh->twin[cg_net_previous (s)];
    } while (s != start && s != CG_NONE);
    return FALSE;
}

/* Whether the straight way from the corner of slot s to the wall crosses no line within the regions. */
static gboolean
is_in_sight (const CgCellsJob *job, guint32 s, guint32 wall)
{
    const CgNet *mesh = job->mesh;
    CgSpot base = mesh->spot[mesh->corner[s]];
    Way way = way_to_wall (job, wall, base, (Way){ 0, 0 });
    guint32 corner = s;
    s = slot_towards (job, s, way);
    if (s == CG_NONE)
        return is_on_rim (job, corner);
    s = cg_net_next (s);
    for (guint k = 0; k < MAX_WALK; k++) {
        Way a = way_to (job, base, mesh->spot[mesh->corner[s]]),
            b = way_to (job, base, mesh->spot[mesh->corner[cg_net_next (s)]]);
        double dx = b.x - a.x, dy = b.y - a.y;
        double ahead = a.x * dy - a.y * dx, whole = way.x * dy - way.y * dx;
        if (whole <= ahead * (1 + 1e-9))
            return TRUE;
        guint32 r = mesh->twin[s], e = mesh->edge[s];
        if (r == CG_NONE || !is_free_ground (job, r / 3))
            return TRUE;
        if (e != CG_NONE && job->edge_cut[e])
            return FALSE;
        Way c = way_to (job, base, mesh->spot[mesh->corner[cg_net_previous (r)]]);
        s = way.x * c.y - way.y * c.x > 0 ? cg_net_next (r) : cg_net_previous (r);
    }
    return FALSE;
}

/* Offers the wall of slot s's corner, m away from it, to the next corner of its triangle; to the one
 * before only where no other slot around the same corner has it as its next. */
static void
offer_around (const CgCellsJob *job, guint32 s, double m, GArray *heap)
{
    const CgNet *mesh = job->mesh;
    const guint32 others[] = { cg_net_next (s), cg_net_previous (s) };
    guint n = slot_around (job, s, TRUE) == CG_NONE ? 2 : 1;
    for (guint k = 0; k < n; k++) {
        CgSpot p = mesh->spot[mesh->corner[others[k]]];
        Offer offer = { 0, m, others[k], job->corner_wall[s], FALSE };
        if (job->corner_wall[offer.slot] != CG_NONE)
            continue;
        offer.m = walk_nearer (job, &offer.wall, p, (Way){ 0, 0 });
        offer.detour_m = m + cg_cells_metres (job, mesh->spot[mesh->corner[s]], p);
        if (offer.m <= REACH_M)
            push (heap, offer);
    }
}

/* The corner of a slot, all around it in the same free ground, is of the building of the wall. */
static void
take (CgCellsJob *job, const Offer *offer, GArray *heap)
{
    job->corner_wall[offer->slot] = offer->wall;
    offer_around (job, offer->slot, offer->m, heap);
    for (guint left = 0; left < 2; left++)
        for (guint32 s = slot_around (job, offer->slot, left);
             s != CG_NONE && job->corner_wall[s] == CG_NONE; s = slot_around (job, s, left)) {
            job->corner_wall[s] = offer->wall;
            offer_around (job, s, offer->m, heap);
        }
}

/* Whether a line ends at the corner of slot s. A border that runs along it goes on from there. */
static gboolean
is_line_end (const CgCellsJob *job, guint32 s)
{
    const CgNet *mesh = job->mesh;
    guint32 start = s;
    guint n = 0;
    do {
        n += mesh->edge[s] != CG_NONE && job->edge_cut[mesh->edge[s]];
        s = mesh->twin[cg_net_previous (s)];
    } while (s != start && s != CG_NONE);
    return n == 1 && s == start;
}

/* Takes the nearest offer. */
static void
take_next (CgCellsJob *job, GArray *heap)
{
    Offer offer = pop (heap);
    if (job->corner_wall[offer.slot] != CG_NONE || is_line_end (job, offer.slot))
        return;
    if (offer.bent || is_in_sight (job, offer.slot, offer.wall)) {
        take (job, &offer, heap);
        return;
    }
    offer.bent = TRUE;
    offer.m = offer.detour_m;
    if (offer.m <= REACH_M)
        push (heap, offer);
}

/* A corner on several outlines goes with the other corners of its triangle where these are of one of
 * the same buildings. Where they are of two of them, the border begins there: it has no owner. */
static void
settle_touching (CgCellsJob *job, guint32 s)
{
    if (job->corner_wall[s] == CG_NONE || count_touching (job, s) < 2)
        return;
    guint32 next = cg_cells_owner (job, cg_net_next (s)), before = cg_cells_owner (job, cg_net_previous (s));
    guint32 a = touch_of (job, s, next), b = touch_of (job, s, before), touch = a != CG_NONE ? a : b;
    if (a != CG_NONE && b != CG_NONE && a != b)
        job->corner_wall[s] = CG_NONE;
    else if (touch != CG_NONE)
        job->corner_wall[s] = wall_at (job, job->mesh->corner[s], touch);
}

/* Slots that have a wall of their own, block by block: out_first[n_blocks + 1] into the list that comes back. NULL: no
 * memory. */
static guint32 *
sort_seeds (const CgCellsJob *job, guint32 *out_first)
{
    guint32 n_slots = 3 * job->mesh->n_triangles, n = 0;
    memset (out_first, 0, ((gsize) job->n_blocks + 2) * sizeof *out_first);
    for (guint32 s = 0; s < n_slots; s++)
        if (job->corner_wall[s] != CG_NONE) {
            out_first[job->block_of[s / 3] + 2]++;
            n++;
        }
    for (guint32 b = 0; b < job->n_blocks; b++)
        out_first[b + 2] += out_first[b + 1];
    guint32 *seeds = g_try_new (guint32, (gsize) n + 1);
    for (guint32 s = 0; s < n_slots && seeds != NULL; s++)
        if (job->corner_wall[s] != CG_NONE)
            seeds[out_first[job->block_of[s / 3] + 1]++] = s;
    return seeds;
}

/* An offer stays in its block, so that each block is settled by itself: a short heap of offers that lie near one
 * another in memory, instead of one of a whole county's. */
static gboolean
settle_blocks (CgCellsJob *job, GError **error)
{
    g_autoptr (GArray) heap = g_array_new (FALSE, FALSE, sizeof (Offer));
    g_autofree guint32 *first = g_try_new (guint32, (gsize) job->n_blocks + 2);
    g_autofree guint32 *seeds = first != NULL ? sort_seeds (job, first) : NULL;
    if (seeds == NULL)
        return cg_cells_no_memory (error);
    for (guint32 b = 0, k = 0; b < job->n_blocks; b++) {
        for (guint32 i = first[b]; i < first[b + 1]; i++)
            offer_around (job, seeds[i], 0, heap);
        for (; heap->len > 0; k++) {
            if ((k & 0xffff) == 0 && cg_cells_is_stopped (job, error))
                return FALSE;
            take_next (job, heap);
        }
    }
    return TRUE;
}

gboolean
cg_cells_find_walls (CgCellsJob *job, GError **error)
{
    guint32 n_slots = 3 * job->mesh->n_triangles;
    job->corner_wall = g_try_new (guint32, (gsize) n_slots + 1);
    guint32 n_touches = job->node_first[job->mesh->n_nodes];
    job->touch_wall = g_try_new (guint32, (gsize) n_touches + 1);
    if (job->corner_wall == NULL || job->touch_wall == NULL)
        return cg_cells_no_memory (error);
    memset (job->touch_wall, 0xff, n_touches * sizeof *job->touch_wall);
    memset (job->corner_wall, 0xff, n_slots * sizeof *job->corner_wall);
    for (guint32 s = 0; s < n_slots; s++) {
        if ((s & 0xffff) == 0 && cg_cells_is_stopped (job, error))
            return FALSE;
        if (is_free_ground (job, s / 3))
            job->corner_wall[s] = own_wall (job, s);
    }
    if (!settle_blocks (job, error))
        return FALSE;
    for (guint32 s = 0; s < n_slots; s++)
        settle_touching (job, s);
    return TRUE;
}

/* ---- where sides are cut ----------------------------------------------------------------- */

static Way
on_side (Way side, double t)
{
    return (Way){ t * side.x, t * side.y };
}

/* The share of side s up to the place that is equally far from the buildings of its two corners; by
 * the rule of false position (Illinois form; M. Dowell, P. Jarratt, 1971, doi:10.1007/BF01934364). */
static double
equal_share (const CgCellsJob *job, guint32 s, double *out_gap_m)
{
    const CgNet *mesh = job->mesh;
    CgSpot base = mesh->spot[mesh->corner[s]];
    Way side = way_to (job, base, mesh->spot[mesh->corner[cg_net_next (s)]]);
    guint32 a = job->corner_wall[s], b = job->corner_wall[cg_net_next (s)];
    double low = 0, high = 1, t = 0.5;
    double f_low = length_of (way_to_wall (job, a, base, (Way){ 0, 0 })) -
                   walk_nearer (job, &b, base, (Way){ 0, 0 });
    double f_high = walk_nearer (job, &a, base, side) -
                    length_of (way_to_wall (job, job->corner_wall[cg_net_next (s)], base, side));
    if (f_low >= 0 || f_high <= 0) /* one is nearer all along: a corner half way, or out of sight */
        return f_low >= 0 && f_low <= HARDLY_M ? 0 : f_high <= 0 && f_high >= -HARDLY_M ? 1 : t;
    for (guint k = 0, last = 0; k < CUT_ROUNDS; k++) {
        t = low + (high - low) * f_low / (f_low - f_high);
        Way p = on_side (side, t);
        double from_a = walk_nearer (job, &a, base, p), from_b = walk_nearer (job, &b, base, p);
        *out_gap_m = from_a + from_b;
        if (fabs (from_a - from_b) <= EXACT_M)
            break;
        if (from_a < from_b) {
            low = t;
            f_low = from_a - from_b;
            f_high = last == 1 ? f_high / 2 : f_high;
            last = 1;
        } else {
            high = t;
            f_high = from_a - from_b;
            f_low = last == 2 ? f_low / 2 : f_low;
            last = 2;
        }
    }
    return t;
}

/* Twice the area over the length of a side, in steps: how far p lies from the line through a and b. */
static double
steps_off (CgSpot a, CgSpot b, CgSpot p)
{
    double dx = (double) (b.x - a.x), dy = (double) (b.y - a.y);
    double turn = dx * (double) (p.y - a.y) - dy * (double) (p.x - a.x);
    return fabs (turn) / MAX (sqrt (dx * dx + dy * dy), 1);
}

static CgSpot
fine_corner (const CgNet *mesh, guint32 s)
{
    CgSpot p = mesh->spot[mesh->corner[s]];
    return (CgSpot){ CG_PLACE * p.x, CG_PLACE * p.y };
}

/* Whether a rounded place on side s lies well apart from the other two sides of its triangle. */
static gboolean
is_clear_of_sides (const CgNet *mesh, guint32 s, CgSpot p)
{
    CgSpot a = fine_corner (mesh, s), b = fine_corner (mesh, cg_net_next (s)),
           c = fine_corner (mesh, cg_net_previous (s));
    return steps_off (a, c, p) >= CLEAR_STEPS && steps_off (b, c, p) >= CLEAR_STEPS;
}

static CgSpot
place_at (CgSpot a, CgSpot b, double t)
{
    return (CgSpot){ CG_PLACE * a.x + (gint64) floor ((double) (CG_PLACE * (b.x - a.x)) * t + 0.5),
                     CG_PLACE * a.y + (gint64) floor ((double) (CG_PLACE * (b.y - a.y)) * t + 0.5) };
}

static gboolean
has_two_owners (const CgCellsJob *job, guint32 s)
{
    guint32 a = cg_cells_owner (job, s), b = cg_cells_owner (job, cg_net_next (s));
    return a != CG_FREE && b != CG_FREE && a != b;
}

/* The slot by which a side is cut. In the open the lower one speaks for both; on a line each for
 * itself, but narrow ground that joins what lies behind the line is cut where that is. */
static guint32
slot_to_cut (const CgCellsJob *job, guint32 s)
{
    guint32 r = job->mesh->twin[s];
    if (r == CG_NONE)
        return s;
    if (job->mesh->edge[s] == CG_NONE)
        return MIN (s, r);
    return !has_two_owners (job, s) && has_two_owners (job, r) ? r : s;
}

CgSpot
cg_cells_cut_side (const CgCellsJob *job, guint32 s, double *out_gap_m)
{
    const CgNet *mesh = job->mesh;
    s = slot_to_cut (job, s);
    CgSpot a = mesh->spot[mesh->corner[s]], b = mesh->spot[mesh->corner[cg_net_next (s)]];
    CgSpot middle = { CG_PLACE / 2 * (a.x + b.x), CG_PLACE / 2 * (a.y + b.y) };
    *out_gap_m = cg_cells_metres (job, a, b);
    if (!has_two_owners (job, s))
        return middle;
    double t = equal_share (job, s, out_gap_m);
    if (mesh->edge[s] != CG_NONE) { /* on a line places must not leave it: whole sixths */
        gint64 k = (gint64) CLAMP (floor (CG_PLACE * t + 0.5), 1, CG_PLACE - 1);
        return (CgSpot){ CG_PLACE * a.x + k * (b.x - a.x), CG_PLACE * a.y + k * (b.y - a.y) };
    }
    const double tries[] = { t, CLAMP (t, LEAST_SHARE, 1 - LEAST_SHARE) };
    for (guint k = 0; k < 2; k++) {
        CgSpot p = place_at (a, b, tries[k]);
        if (is_clear_of_sides (mesh, s, p) &&
            (mesh->twin[s] == CG_NONE || is_clear_of_sides (mesh, mesh->twin[s], p)))
            return p;
    }
    return middle;
}

/* ---- where three meet -------------------------------------------------------------------- */

/* Nearer by one step of Newton's method to where the three walls are equally far. */
static gboolean
step_to_centre (const CgCellsJob *job, guint32 wall[3], CgSpot base, Way *p)
{
    double d[3];
    Way u[3];
    for (guint k = 0; k < 3; k++) {
        d[k] = walk_nearer (job, &wall[k], base, *p);
        Way to = way_to_wall (job, wall[k], base, *p);
        u[k] = (Way){ -to.x / MAX (d[k], 1e-9), -to.y / MAX (d[k], 1e-9) };
    }
    double a = u[0].x - u[1].x, b = u[0].y - u[1].y, c = u[0].x - u[2].x, e = u[0].y - u[2].y;
    double f = d[0] - d[1], g = d[0] - d[2], det = a * e - b * c;
    if (fabs (det) < 1e-6 || fabs (f) + fabs (g) <= EXACT_M)
        return FALSE;
    p->x -= (f * e - g * b) / det;
    p->y -= (a * g - c * f) / det;
    return TRUE;
}

/* Weights of the three cuts at p, none less than LEAST_WEIGHT. FALSE: the cuts lie on one line. */
static gboolean
weigh (const Way cut[3], Way p, double out[3])
{
    double all = (cut[1].x - cut[0].x) * (cut[2].y - cut[0].y) -
                 (cut[1].y - cut[0].y) * (cut[2].x - cut[0].x);
    double sum = 0;
    if (!(fabs (all) > 0))
        return FALSE;
    for (guint k = 0; k < 3; k++) {
        Way q = cut[(k + 1) % 3], r = cut[(k + 2) % 3];
        out[k] = ((q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x)) / all;
        out[k] = isfinite (out[k]) ? MAX (out[k], LEAST_WEIGHT) : 1;
        sum += out[k];
    }
    for (guint k = 0; k < 3; k++)
        out[k] /= sum;
    return TRUE;
}

CgSpot
cg_cells_cut_centre (const CgCellsJob *job, guint32 t, const CgSpot cut[3])
{
    const CgNet *mesh = job->mesh;
    const guint8 *part = cg_cells_centres[job->split[t] - CG_SPLIT_STAR];
    CgSpot exact = { 0, 0 }, base = mesh->spot[mesh->corner[3 * t]];
    Way way[3], p = { 0, 0 };
    guint32 wall[3];
    double weight[3], x = 0, y = 0;
    for (guint k = 0; k < 3; k++) {
        CgSpot spot = mesh->spot[mesh->corner[3 * t + k]];
        exact.x += part[k] * spot.x;
        exact.y += part[k] * spot.y;
        wall[k] = job->corner_wall[3 * t + k];
        way[k] = way_to (job, (CgSpot){ CG_PLACE * base.x, CG_PLACE * base.y }, cut[k]);
        way[k] = (Way){ way[k].x / CG_PLACE, way[k].y / CG_PLACE };
        p = (Way){ p.x + way[k].x / 3, p.y + way[k].y / 3 };
    }
    if (wall[0] == CG_NONE || wall[1] == CG_NONE || wall[2] == CG_NONE)
        return exact;
    for (guint k = 0; k < CENTRE_ROUNDS && step_to_centre (job, wall, base, &p); k++)
        ;
    if (!weigh (way, p, weight))
        return exact;
    for (guint k = 0; k < 3; k++) {
        x += weight[k] * (double) (cut[k].x - cut[0].x);
        y += weight[k] * (double) (cut[k].y - cut[0].y);
    }
    CgSpot centre = { cut[0].x + (gint64) floor (x + 0.5), cut[0].y + (gint64) floor (y + 0.5) };
    for (guint k = 0; k < 3; k++)
        if (steps_off (cut[k], cut[(k + 1) % 3], centre) < CLEAR_STEPS ||
            steps_off (fine_corner (mesh, 3 * t + k), fine_corner (mesh, cg_net_next (3 * t + k)), centre) < CLEAR_STEPS)
            return exact;
    return centre;
}
