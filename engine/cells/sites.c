/* Which triangle lies in which region, in which block, and in which building. */
#include "cells/cells_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define MERGE_SHARE 10  /* a tenth of the smaller building makes two one              */
#define REPEAT_SHARE 50 /* all but a fiftieth of both: the same building once more    */

/* Two sites on common ground. */
typedef struct {
    guint32 first, second;
    CgWide area;
    guint32 triangle;
} Shared;

/* A row that covers an earlier one's ground once more, under another id. */
typedef struct {
    guint32 first, row;
} Repeat;

/* Ground of one atom in one block. */
typedef struct {
    guint32 atom, block;
    CgWide area;
} Standing;

/* Floods of one source after another over the triangles inside its rings. */
typedef struct {
    CgCellsJob *job;
    guint32 *side_of_edge; /* slot of the mesh that runs from edge_a to edge_b */
    guint32 *edge_stamp, *triangle_stamp;
    guint32 stamp;
    GArray *inside; /* of guint32: triangles of the last flood, in order of reach */
} Flood;

static void
flood_done (Flood *flood)
{
    g_free (flood->side_of_edge);
    g_free (flood->edge_stamp);
    g_free (flood->triangle_stamp);
    g_clear_pointer (&flood->inside, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Flood, flood_done)

static void
flood_init (Flood *flood, CgCellsJob *job)
{
    const CgNet *mesh = job->mesh;
    *flood = (Flood){ .job = job };
    flood->side_of_edge = g_new0 (guint32, (gsize) job->noding->n_edges + 1);
    flood->edge_stamp = g_new0 (guint32, (gsize) job->noding->n_edges + 1);
    flood->triangle_stamp = g_new0 (guint32, (gsize) mesh->n_triangles + 1);
    flood->inside = g_array_new (FALSE, FALSE, sizeof (guint32));
    for (guint32 s = 0; s < 3 * mesh->n_triangles; s++)
        if (mesh->edge[s] != CG_NONE && mesh->corner[s] == job->noding->edge_a[mesh->edge[s]])
            flood->side_of_edge[mesh->edge[s]] = s;
}

/* Whether triangle t has a corner outside the box. Ground that rings enclose has none. */
static gboolean
sticks_out (const CgNet *mesh, guint32 t, CgSpot low, CgSpot high)
{
    for (guint k = 0; k < 3; k++) {
        CgSpot p = mesh->spot[mesh->corner[3 * t + k]];
        if (p.x < low.x || p.x > high.x || p.y < low.y || p.y > high.y)
            return TRUE;
    }
    return FALSE;
}

/* Adds what hangs together with t and is bounded by the rings; FALSE and nothing where that is the
 * ground outside. Rounding turns thin spikes of a ring over, and their left side is outside. */
static gboolean
flood_piece (Flood *flood, guint32 t, CgSpot low, CgSpot high)
{
    const CgNet *mesh = flood->job->mesh;
    const guint32 in = flood->stamp, out = flood->stamp + 1;
    guint begin = flood->inside->len;
    gboolean enclosed = TRUE;
    flood->triangle_stamp[t] = in;
    g_array_append_val (flood->inside, t);
    for (guint k = begin; k < flood->inside->len && enclosed; k++) {
        t = g_array_index (flood->inside, guint32, k);
        enclosed = !sticks_out (mesh, t, low, high);
        for (guint32 s = 3 * t; s < 3 * t + 3 && enclosed; s++) {
            guint32 next = mesh->twin[s] / 3;
            if ((mesh->edge[s] != CG_NONE && flood->edge_stamp[mesh->edge[s]] == in) ||
                flood->triangle_stamp[next] == in)
                continue;
            enclosed = flood->triangle_stamp[next] != out;
            flood->triangle_stamp[next] = in;
            g_array_append_val (flood->inside, next);
        }
    }
    for (guint k = begin; k < flood->inside->len && !enclosed; k++)
        flood->triangle_stamp[g_array_index (flood->inside, guint32, k)] = out;
    if (!enclosed)
        g_array_set_size (flood->inside, begin);
    return enclosed;
}

/* Fills `inside` with the triangles that the rings of a source enclose. */
static void
flood_run (Flood *flood, guint32 source)
{
    CgCellsJob *job = flood->job;
    const CgNet *mesh = job->mesh;
    guint32 from = job->source_first[source], to = job->source_first[source + 1];
    CgSpot low = { G_MAXINT64, G_MAXINT64 }, high = { G_MININT64, G_MININT64 };
    flood->stamp += 2;
    g_array_set_size (flood->inside, 0);
    for (guint32 k = from; k < to; k++) {
        guint32 e = job->source_edge[k];
        const CgSpot end[] = { job->noding->node[job->noding->edge_a[e]],
                               job->noding->node[job->noding->edge_b[e]] };
        for (guint i = 0; i < 2; i++) {
            low = (CgSpot){ MIN (low.x, end[i].x), MIN (low.y, end[i].y) };
            high = (CgSpot){ MAX (high.x, end[i].x), MAX (high.y, end[i].y) };
        }
        if (job->source_turn[k] != 0)
            flood->edge_stamp[e] = flood->stamp;
    }
    for (guint32 k = from; k < to; k++) {
        guint32 s = flood->side_of_edge[job->source_edge[k]];
        guint32 t = (job->source_turn[k] > 0 ? s : mesh->twin[s]) / 3;
        if (job->source_turn[k] != 0 && flood->triangle_stamp[t] != flood->stamp &&
            flood->triangle_stamp[t] != flood->stamp + 1)
            flood_piece (flood, t, low, high);
    }
}

/* ---- edges by source --------------------------------------------------------------------- */

static void
list_edges (CgCellsJob *job)
{
    const CgNoding *n = job->noding;
    guint32 n_uses = n->edge_use[n->n_edges];
    job->source_first = g_new0 (guint32, (gsize) job->n_sources + 2);
    job->source_edge = g_new (guint32, (gsize) n_uses + 1);
    job->source_turn = g_new (gint32, (gsize) n_uses + 1);
    for (guint32 u = 0; u < n_uses; u++)
        job->source_first[n->use[u].source + 2]++;
    for (guint32 s = 1; s < job->n_sources + 2; s++)
        job->source_first[s] += job->source_first[s - 1];
    for (guint32 e = 0; e < n->n_edges; e++)
        for (guint32 u = n->edge_use[e]; u < n->edge_use[e + 1]; u++) {
            guint32 at = job->source_first[n->use[u].source + 1]++;
            job->source_edge[at] = e;
            job->source_turn[at] = n->use[u].turn;
        }
}

static void
class_edges (CgCellsJob *job)
{
    const CgNoding *n = job->noding;
    job->edge_class = g_new0 (guint8, (gsize) n->n_edges + 1);
    job->edge_cut = g_new0 (guint8, (gsize) n->n_edges + 1);
    job->edge_passable = g_new (guint8, (gsize) n->n_edges + 1);
    for (guint32 e = 0; e < n->n_edges; e++) {
        job->edge_passable[e] = TRUE;
        for (guint32 u = n->edge_use[e]; u < n->edge_use[e + 1]; u++) {
            guint32 source = n->use[u].source;
            guint8 class = CG_BARRIER_NONE;
            if (source >= job->first_site)
                continue;
            if (source >= job->first_barrier) {
                class = job->in->barriers->class[source - job->first_barrier];
                job->edge_passable[e] &= job->in->barriers->passable[source - job->first_barrier];
            } else if (source >= job->first_compound) {
                class = CG_BARRIER_WALL;
            }
            if (source >= job->first_barrier || n->use[u].turn != 0)
                job->edge_cut[e] = TRUE;
            if (class != CG_BARRIER_NONE &&
                (job->edge_class[e] == CG_BARRIER_NONE || class < job->edge_class[e]))
                job->edge_class[e] = class;
        }
    }
}

/* ---- regions and blocks ------------------------------------------------------------------ */

void
cg_cells_centre (const CgCellsJob *job, guint32 t, double *x, double *y)
{
    const CgNet *m = job->mesh;
    double sx = 0, sy = 0;
    for (guint k = 0; k < 3; k++) {
        sx += (double) m->spot[m->corner[3 * t + k]].x;
        sy += (double) m->spot[m->corner[3 * t + k]].y;
    }
    *x = cg_cells_x (job, sx / 3);
    *y = cg_cells_y (job, sy / 3);
}

static void
note_at (CgCellsJob *job, CgCellsFindingKind kind, guint32 row, guint32 other, guint32 t,
         double amount)
{
    double x, y;
    cg_cells_centre (job, t, &x, &y);
    cg_cells_note (job, kind, row, other, x, y, amount);
}

static gboolean
place_regions (CgCellsJob *job, Flood *flood, GError **error)
{
    g_autoptr (CgCellsClaims) claims = cg_cells_claims_new (job);
    for (guint32 r = 0; r < job->in->regions->n_shapes; r++) {
        flood_run (flood, r);
        if (!cg_cells_claim (claims, r, flood->inside, error))
            return FALSE;
    }
    if (cg_cells_settle_claims (claims) > 0)
        return cg_cells_find_gaps (job, error);
    g_set_error (error, CG_ERROR, CG_ERROR_INPUT, "the boundary has no ground");
    return FALSE;
}

/* Whether an edge is the rim of areas of water and of nothing else that cuts. */
static gboolean
is_shore_only (const CgCellsJob *job, guint32 e)
{
    const CgNoding *n = job->noding;
    const CgBarriers *barriers = job->in->barriers;
    for (guint32 u = n->edge_use[e]; u < n->edge_use[e + 1]; u++) {
        guint32 source = n->use[u].source, b = source - job->first_barrier;
        if (source >= job->first_site || (source < job->first_barrier && n->use[u].turn == 0))
            continue;
        if (source < job->first_barrier || barriers->class[b] != CG_BARRIER_WATER ||
            barriers->areas->shape_part[b] == barriers->areas->shape_part[b + 1])
            return FALSE;
    }
    return TRUE;
}

/* Water is one sheet, however many areas a map cuts it into: rims inside it are no barriers. */
static void
place_waters (CgCellsJob *job, Flood *flood)
{
    const CgBarriers *barriers = job->in->barriers;
    const CgNet *mesh = job->mesh;
    for (guint32 b = 0; barriers != NULL && b < barriers->n; b++) {
        if (barriers->class[b] != CG_BARRIER_WATER ||
            barriers->areas->shape_part[b] == barriers->areas->shape_part[b + 1])
            continue;
        flood_run (flood, job->first_barrier + b);
        for (guint k = 0; k < flood->inside->len; k++) {
            guint8 *water = &job->is_water[g_array_index (flood->inside, guint32, k)];
            *water = MAX (*water, barriers->passable[b] ? CG_WATER_OPEN : CG_WATER_CLOSED);
        }
    }
    for (guint32 e = 0; e < job->noding->n_edges; e++) {
        guint32 s = flood->side_of_edge[e];
        if (!job->edge_cut[e] || !job->is_water[s / 3] || !job->is_water[mesh->twin[s] / 3] ||
            !is_shore_only (job, e))
            continue;
        job->edge_cut[e] = FALSE;
        job->edge_class[e] = CG_BARRIER_NONE;
        job->edge_passable[e] = TRUE;
    }
}

static void
find_blocks (CgCellsJob *job)
{
    const CgNet *mesh = job->mesh;
    g_autoptr (GArray) queue = g_array_new (FALSE, FALSE, sizeof (guint32));
    for (guint32 start = 0; start < mesh->n_triangles; start++) {
        if (job->region_of[start] == CG_NONE || job->block_of[start] != CG_NONE)
            continue;
        guint32 block = job->n_blocks++;
        g_array_set_size (queue, 0);
        g_array_append_val (queue, start);
        job->block_of[start] = block;
        for (guint k = 0; k < queue->len; k++) {
            guint32 t = g_array_index (queue, guint32, k);
            for (guint32 s = 3 * t; s < 3 * t + 3; s++) {
                guint32 next = mesh->twin[s] / 3;
                if ((mesh->edge[s] != CG_NONE && job->edge_cut[mesh->edge[s]]) ||
                    job->region_of[next] != job->region_of[t] || job->block_of[next] != CG_NONE)
                    continue;
                job->block_of[next] = block;
                g_array_append_val (queue, next);
            }
        }
    }
}

/* Water of one block is closed or open as a whole, whatever areas a map cuts it into. */
static void
close_waters (CgCellsJob *job)
{
    g_autofree CgWide *closed = g_new0 (CgWide, (gsize) job->n_blocks + 1);
    for (guint32 t = 0; t < job->mesh->n_triangles; t++)
        if (job->is_water[t] && job->block_of[t] != CG_NONE)
            closed[job->block_of[t]] += job->is_water[t] == CG_WATER_CLOSED
                                            ? cg_cells_twice (job, t)
                                            : -cg_cells_twice (job, t);
    for (guint32 t = 0; t < job->mesh->n_triangles; t++)
        if (job->is_water[t] && job->block_of[t] != CG_NONE)
            job->is_water[t] = closed[job->block_of[t]] >= 0 ? CG_WATER_CLOSED : CG_WATER_OPEN;
}

/* ---- buildings --------------------------------------------------------------------------- */

static CgSite *
site_at (const CgCellsJob *job, guint32 s)
{
    return &g_array_index (job->sites, CgSite, s);
}

static gboolean
claim_ground (CgCellsJob *job, Flood *flood, guint32 *site_of, GArray *shared, GError **error)
{
    for (guint32 s = 0; s < job->sites->len; s++) {
        CgSite *site = site_at (job, s);
        site->atom = s;
        if ((s & 0xfff) == 0 && cg_cells_is_stopped (job, error))
            return FALSE;
        if (site->is_point)
            continue;
        flood_run (flood, job->first_site + s);
        site->is_point = flood->inside->len == 0;
        for (guint k = 0; k < flood->inside->len; k++) {
            guint32 t = g_array_index (flood->inside, guint32, k);
            CgWide twice = cg_cells_twice (job, t);
            site->area += twice;
            if (job->region_of[t] == CG_NONE)
                continue;
            site->inside += twice;
            if (site_of[t] == CG_NONE) {
                site_of[t] = s;
                continue;
            }
            Shared both = { site_of[t], s, twice, t };
            g_array_append_val (shared, both);
        }
    }
    return TRUE;
}

static int
compare_shared (gconstpointer x, gconstpointer y)
{
    const Shared *a = x, *b = y;
    if (a->second != b->second)
        return a->second < b->second ? -1 : 1;
    if (a->first != b->first)
        return a->first < b->first ? -1 : 1;
    return (a->triangle > b->triangle) - (a->triangle < b->triangle);
}

static guint32
root_of (const CgCellsJob *job, guint32 s)
{
    while (site_at (job, s)->atom != s)
        s = site_at (job, s)->atom = site_at (job, site_at (job, s)->atom)->atom;
    return s;
}

static void
join_sites (const CgCellsJob *job, guint32 a, guint32 b)
{
    a = root_of (job, a);
    b = root_of (job, b);
    site_at (job, MAX (a, b))->atom = MIN (a, b);
}

static gboolean
has_same_key (const CgCellsJob *job, const CgSite *a, const CgSite *b)
{
    const guint32 *key = job->in->key;
    return a->row == b->row ||
           (key != NULL && key[a->row] != CG_NONE && key[a->row] == key[b->row]);
}

static void
judge_shared (CgCellsJob *job, const Shared *both, double *lost, GArray *repeats)
{
    const CgSite *a = site_at (job, both->first), *b = site_at (job, both->second);
    double m2 = cg_cells_m2 (job, both->area);
    CgCellsFindingKind kind = CG_CELLS_OVERLAP;
    gboolean repeated = both->area * REPEAT_SHARE >= a->inside * (REPEAT_SHARE - 1) &&
                        both->area * REPEAT_SHARE >= b->inside * (REPEAT_SHARE - 1);
    if (repeated)
        kind = CG_CELLS_REPEATED;
    else if (has_same_key (job, a, b))
        kind = CG_CELLS_PIECES;
    else if (both->area * MERGE_SHARE >= MIN (a->area, b->area))
        kind = CG_CELLS_MERGED;
    if (kind == CG_CELLS_REPEATED || kind == CG_CELLS_PIECES)
        lost[both->second] += (double) both->area;
    else if (a->row != b->row) {
        CgCellsOverlap overlap = { b->row, a->row, m2 };
        g_array_append_val (job->out->overlaps, overlap);
    }
    if (kind != CG_CELLS_OVERLAP)
        join_sites (job, both->first, both->second);
    if (repeated && a->row != b->row) {
        Repeat repeat = { a->row, b->row };
        g_array_append_val (repeats, repeat);
    }
    if (a->row != b->row)
        note_at (job, kind, b->row, a->row, both->triangle, m2);
}

static void
join_shared (CgCellsJob *job, GArray *shared, double *lost, GArray *repeats)
{
    if (shared->len > 1)
        qsort (shared->data, shared->len, sizeof (Shared), compare_shared);
    for (guint k = 0; k < shared->len;) {
        Shared both = g_array_index (shared, Shared, k++);
        for (; k < shared->len; k++) {
            const Shared *next = &g_array_index (shared, Shared, k);
            if (next->first != both.first || next->second != both.second)
                break;
            both.area += next->area;
        }
        judge_shared (job, &both, lost, repeats);
    }
}

/* Pieces of one key that share a wall. */
static void
join_pieces (CgCellsJob *job, const guint32 *site_of)
{
    const CgNet *mesh = job->mesh;
    for (guint32 s = 0; s < 3 * mesh->n_triangles; s++) {
        guint32 a = site_of[s / 3],
                b = mesh->twin[s] != CG_NONE ? site_of[mesh->twin[s] / 3] : CG_NONE;
        if (a == b || a == CG_NONE || b == CG_NONE || a > b ||
            !has_same_key (job, site_at (job, a), site_at (job, b)) ||
            root_of (job, a) == root_of (job, b))
            continue;
        join_sites (job, a, b);
        if (site_at (job, a)->row != site_at (job, b)->row)
            note_at (job, CG_CELLS_PIECES, site_at (job, b)->row, site_at (job, a)->row, s / 3, 0);
    }
}

/* Points within a building, or on its outline, or on each other, are one with it. */
static void
join_points (CgCellsJob *job, const guint32 *site_of)
{
    const CgNet *mesh = job->mesh;
    g_autofree guint32 *at_node = g_new (guint32, (gsize) mesh->n_nodes);
    memset (at_node, 0xff, mesh->n_nodes * sizeof *at_node);
    for (guint32 s = 0; s < job->sites->len; s++) {
        CgSite *site = site_at (job, s);
        guint32 k = job->source_first[job->first_site + s];
        if (!site->is_point || k == job->source_first[job->first_site + s + 1])
            continue;
        guint32 e = job->source_edge[k], node = job->noding->edge_a[e], other;
        CgSpot p = job->noding->node[node];
        if (p.x != site->spot.x || p.y != site->spot.y)
            node = job->noding->edge_b[e];
        other = at_node[node];
        guint32 start = mesh->slot_of[node], slot = start;
        do {
            if (site_of[slot / 3] != CG_NONE)
                other = MIN (other, site_of[slot / 3]);
            slot = mesh->twin[cg_net_previous (slot)];
        } while (slot != start);
        if (at_node[node] == CG_NONE)
            at_node[node] = s;
        if (other == CG_NONE)
            continue;
        join_sites (job, other, s);
        note_at (job, CG_CELLS_SAME_PLACE, site->row, site_at (job, other)->row, slot / 3, 0);
    }
}

/* Numbers 0, 1, ... in order of the first site instead of roots. */
static void
number_atoms (CgCellsJob *job, const guint32 *site_of)
{
    g_autofree guint32 *number = g_new (guint32, (gsize) job->sites->len + 1);
    for (guint32 s = 0; s < job->sites->len; s++) {
        guint32 root = root_of (job, s);
        number[s] = root == s ? job->n_atoms++ : number[root];
    }
    for (guint32 s = 0; s < job->sites->len; s++)
        site_at (job, s)->atom = number[s];
    for (guint32 t = 0; t < job->mesh->n_triangles; t++)
        job->atom_of[t] = site_of[t] != CG_NONE ? number[site_of[t]] : CG_NONE;
}

/* ---- homes ------------------------------------------------------------------------------- */

static int
compare_standing (gconstpointer x, gconstpointer y)
{
    const Standing *a = x, *b = y;
    if (a->atom != b->atom)
        return a->atom < b->atom ? -1 : 1;
    return (a->block > b->block) - (a->block < b->block);
}

static void
settle_atom (CgCellsJob *job, const Standing *standing, guint n, const guint32 *first_row,
             const guint32 *region)
{
    guint best = 0;
    CgWide sum = standing[0].area;
    for (guint k = 1; k < n; k++) {
        sum += standing[k].area;
        if (standing[k].area > standing[best].area)
            best = k;
    }
    job->home[standing[0].atom] = standing[best].block;
    if (n == 1)
        return;
    guint32 row = first_row[standing[0].atom];
    guint32 own = region[standing[best].block], other = CG_NONE;
    CgWide beyond = 0, most = 0; /* of other regions */
    for (guint k = 0; k < n; k++) {
        guint32 there = region[standing[k].block];
        beyond += there != own ? standing[k].area : 0;
        if (there == own || standing[k].area <= most)
            continue;
        other = there;
        most = standing[k].area;
    }
    CgWide across = sum - standing[best].area - beyond;
    double x, y;
    cg_shapes_centroid (job->in->outlines, row, &x, &y);
    if (across > 0)
        cg_cells_note (job, CG_CELLS_ACROSS, row, CG_NONE, x, y, cg_cells_m2 (job, across));
    if (other != CG_NONE)
        cg_cells_note (job, CG_CELLS_ACROSS_REGIONS, row, other, x, y, cg_cells_m2 (job, beyond));
}

static void
find_homes (CgCellsJob *job)
{
    g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (Standing));
    g_autofree guint32 *first_row = g_new (guint32, (gsize) job->n_atoms + 1);
    g_autofree guint32 *region = g_new (guint32, (gsize) job->n_blocks + 1);
    for (guint32 s = job->sites->len; s-- > 0;)
        first_row[site_at (job, s)->atom] = site_at (job, s)->row;
    for (guint32 t = 0; t < job->mesh->n_triangles; t++)
        if (job->block_of[t] != CG_NONE)
            region[job->block_of[t]] = job->region_of[t];
    for (guint32 t = 0; t < job->mesh->n_triangles; t++)
        if (job->atom_of[t] != CG_NONE) {
            Standing standing = { job->atom_of[t], job->block_of[t], cg_cells_twice (job, t) };
            g_array_append_val (list, standing);
        }
    if (list->len > 1)
        qsort (list->data, list->len, sizeof (Standing), compare_standing);
    guint n = 0;
    for (guint k = 0; k < list->len; k++) {
        Standing next = g_array_index (list, Standing, k);
        Standing *last = n > 0 ? &g_array_index (list, Standing, n - 1) : NULL;
        if (last != NULL && last->atom == next.atom && last->block == next.block)
            last->area += next.area;
        else
            g_array_index (list, Standing, n++) = next;
    }
    for (guint k = 0, end; k < n; k = end) {
        const Standing *first = &g_array_index (list, Standing, k);
        for (end = k + 1; end < n && g_array_index (list, Standing, end).atom == first->atom;)
            end++;
        settle_atom (job, first, end - k, first_row, region);
    }
}

/* A point lives in the block around it; on a line in the block of the lowest number. */
static void
find_homes_of_points (CgCellsJob *job)
{
    const CgNet *mesh = job->mesh;
    for (guint32 s = 0; s < job->sites->len; s++) {
        const CgSite *site = site_at (job, s);
        guint32 k = job->source_first[job->first_site + s];
        if (!site->is_point || job->home[site->atom] != CG_NONE ||
            k == job->source_first[job->first_site + s + 1])
            continue;
        guint32 start = mesh->slot_of[job->noding->edge_a[job->source_edge[k]]], slot = start;
        do {
            job->home[site->atom] = MIN (job->home[site->atom], job->block_of[slot / 3]);
            slot = mesh->twin[cg_net_previous (slot)];
        } while (slot != start);
    }
}

/* Whether water lies all around a place. */
static gboolean
is_place_in_water (const CgCellsJob *job, guint32 node)
{
    const CgNet *mesh = job->mesh;
    guint32 start = mesh->slot_of[node], slot = start;
    do {
        if (!job->is_water[slot / 3])
            return FALSE;
        slot = mesh->twin[cg_net_previous (slot)];
    } while (slot != start && slot != CG_NONE);
    return slot == start;
}

/* Rows of buildings that stand in areas of water. */
static void
note_in_water (CgCellsJob *job)
{
    g_autofree CgWide *all = g_new0 (CgWide, (gsize) job->n_atoms + 1);
    g_autofree CgWide *wet = g_new0 (CgWide, (gsize) job->n_atoms + 1);
    for (guint32 t = 0; t < job->mesh->n_triangles; t++)
        if (job->atom_of[t] != CG_NONE) {
            CgWide twice = cg_cells_twice (job, t);
            all[job->atom_of[t]] += twice;
            wet[job->atom_of[t]] += job->is_water[t] ? twice : 0;
        }
    guint32 told = CG_NONE; /* parts of one row follow each other */
    for (guint32 s = 0; s < job->sites->len; s++) {
        const CgSite *site = site_at (job, s);
        guint32 k = job->source_first[job->first_site + s];
        if (site->row == told || job->home[site->atom] == CG_NONE ||
            k == job->source_first[job->first_site + s + 1])
            continue;
        gboolean in_water = all[site->atom] > 0
                                ? 2 * wet[site->atom] > all[site->atom]
                                : is_place_in_water (job, job->noding->edge_a[job->source_edge[k]]);
        if (!in_water)
            continue;
        told = site->row;
        cg_cells_note (job, CG_CELLS_IN_WATER, site->row, CG_NONE,
                       cg_cells_x (job, (double) site->spot.x), cg_cells_y (job, (double) site->spot.y),
                       cg_cells_m2 (job, wet[site->atom]));
    }
}

/* Atoms at each node, each once, ascending. */
typedef struct {
    guint32 node, atom;
} Touch;

static int
compare_touch (gconstpointer x, gconstpointer y)
{
    const Touch *a = x, *b = y;
    if (a->node != b->node)
        return a->node < b->node ? -1 : 1;
    return (a->atom > b->atom) - (a->atom < b->atom);
}

static void
list_touching (CgCellsJob *job)
{
    const CgNoding *n = job->noding;
    g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (Touch));
    for (guint32 s = 0; s < job->sites->len; s++)
        for (guint32 k = job->source_first[job->first_site + s];
             k < job->source_first[job->first_site + s + 1]; k++) {
            guint32 atom = site_at (job, s)->atom, e = job->source_edge[k];
            if (job->home[atom] == CG_NONE)
                continue;
            Touch touch[] = { { n->edge_a[e], atom }, { n->edge_b[e], atom } };
            g_array_append_vals (list, touch, 2);
        }
    if (list->len > 1)
        qsort (list->data, list->len, sizeof (Touch), compare_touch);
    job->node_first = g_new0 (guint32, (gsize) job->mesh->n_nodes + 2);
    job->node_atom = g_new (guint32, (gsize) list->len + 1);
    job->touch_node = g_new (guint32, (gsize) list->len + 1);
    guint32 kept = 0;
    for (guint k = 0; k < list->len; k++) {
        const Touch *touch = &g_array_index (list, Touch, k);
        if (k > 0 && compare_touch (touch, touch - 1) == 0)
            continue;
        job->node_first[touch->node + 1]++;
        job->touch_node[kept] = touch->node;
        job->node_atom[kept++] = touch->atom;
    }
    for (guint32 k = 0; k <= job->mesh->n_nodes; k++)
        job->node_first[k + 1] += job->node_first[k];
}

/* ---- rows of one building ---------------------------------------------------------------- */

static guint32
first_row_of (guint32 *same_as, guint32 row)
{
    while (same_as[row] != row)
        row = same_as[row] = same_as[same_as[row]];
    return row;
}

static void
join_rows (CgCellsJob *job, guint32 a, guint32 b)
{
    guint32 *same_as = job->out->same_as;
    a = first_row_of (same_as, a);
    b = first_row_of (same_as, b);
    same_as[MAX (a, b)] = MIN (a, b);
}

/* Rows of one key in one building, over others between them too. */
static void
join_keyed_rows (CgCellsJob *job)
{
    const guint32 *key = job->in->key;
    g_autoptr (GHashTable) first = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    for (guint32 s = 0; key != NULL && s < job->sites->len; s++) {
        const CgSite *site = site_at (job, s);
        if (key[site->row] == CG_NONE)
            continue;
        gint64 *both = g_new (gint64, 1);
        *both = (gint64) ((guint64) site->atom << 32 | key[site->row]);
        gpointer known = g_hash_table_lookup (first, both);
        if (known != NULL) {
            join_rows (job, GPOINTER_TO_UINT (known) - 1, site->row);
            g_free (both);
        } else
            g_hash_table_insert (first, both, GUINT_TO_POINTER (site->row + 1));
    }
}

/* Rows of other keys (or of none) are one building only when nothing of the later one is left: one
 * part of it may lie under another building by chance. */
static void
join_repeated_rows (CgCellsJob *job, const GArray *repeats, const double *inside,
                    const double *lost)
{
    for (guint k = 0; k < repeats->len; k++) {
        const Repeat *r = &g_array_index (repeats, Repeat, k);
        if (lost[r->row] * REPEAT_SHARE >= inside[r->row] * (REPEAT_SHARE - 1))
            join_rows (job, r->first, r->row);
    }
}

/* ---- buildings in figures ---------------------------------------------------------------- */

static void
tell_shares (CgCellsJob *job, const double *lost, const GArray *repeats)
{
    g_autofree double *all = g_new0 (double, (gsize) job->in->n_buildings + 1);
    g_autofree double *inside = g_new0 (double, (gsize) job->in->n_buildings + 1);
    g_autofree double *lost_of_row = g_new0 (double, (gsize) job->in->n_buildings + 1);
    g_autofree double *counts = g_new0 (double, (gsize) job->in->n_buildings + 1);
    g_autofree guint8 *placed = g_new0 (guint8, (gsize) job->in->n_buildings + 1);
    for (guint32 s = 0; s < job->sites->len; s++) {
        const CgSite *site = site_at (job, s);
        placed[site->row] |= job->home[site->atom] != CG_NONE;
        all[site->row] += (double) site->area;
        inside[site->row] += (double) site->inside;
        lost_of_row[site->row] += lost[s];
        counts[site->row] += MAX ((double) site->inside - lost[s], 0);
        CgSpot p = site->spot;
        double x = cg_cells_x (job, (double) p.x), y = cg_cells_y (job, (double) p.y);
        if (site->is_point && !site->was_point)
            cg_cells_note (job, CG_CELLS_COLLAPSED, site->row, CG_NONE, x, y, 0);
        if (!site->is_point && site->inside > 0 && site->inside < site->area)
            cg_cells_note (job, CG_CELLS_PARTLY_OUTSIDE, site->row, CG_NONE, x, y,
                           cg_cells_m2 (job, site->area - site->inside));
    }
    for (guint32 i = 0; i < job->in->n_buildings; i++) {
        job->out->share[i] = all[i] > 0 ? counts[i] / all[i] : placed[i];
        if (placed[i])
            continue;
        double x = 0, y = 0;
        const CgShapes *points = job->in->points;
        gboolean is_point = points != NULL && points->shape_part[i] < points->shape_part[i + 1];
        cg_shapes_centroid (is_point ? points : job->in->outlines, i, &x, &y);
        job->out->share[i] = 0;
        cg_cells_note (job, CG_CELLS_OUTSIDE, i, CG_NONE, x, y, 0);
    }
    join_keyed_rows (job);
    join_repeated_rows (job, repeats, inside, lost_of_row);
    for (guint32 i = 0; i < job->out->n_buildings; i++)
        job->out->same_as[i] = first_row_of (job->out->same_as, i);
}

static guint32 *
all_none (gsize n)
{
    guint32 *list = g_try_new (guint32, n + 1);
    if (list != NULL)
        memset (list, 0xff, (n + 1) * sizeof *list);
    return list;
}

gboolean
cg_cells_place_sites (CgCellsJob *job, GError **error)
{
    guint32 n = job->mesh->n_triangles;
    g_auto (Flood) flood = { 0 };
    g_autofree guint32 *site_of = all_none (n);
    g_autofree double *lost = g_new0 (double, (gsize) job->sites->len + 1);
    g_autoptr (GArray) shared = g_array_new (FALSE, FALSE, sizeof (Shared));
    g_autoptr (GArray) repeats = g_array_new (FALSE, FALSE, sizeof (Repeat));
    job->region_of = all_none (n);
    job->block_of = all_none (n);
    job->atom_of = all_none (n);
    job->is_water = g_try_new0 (guint8, (gsize) n + 1);
    if (site_of == NULL || job->region_of == NULL || job->block_of == NULL ||
        job->atom_of == NULL || job->is_water == NULL)
        return cg_cells_no_memory (error);
    list_edges (job);
    class_edges (job);
    flood_init (&flood, job);
    if (!place_regions (job, &flood, error))
        return FALSE;
    place_waters (job, &flood);
    find_blocks (job);
    close_waters (job);
    if (!claim_ground (job, &flood, site_of, shared, error))
        return FALSE;
    join_shared (job, shared, lost, repeats);
    join_pieces (job, site_of);
    join_points (job, site_of);
    number_atoms (job, site_of);
    job->home = all_none (job->n_atoms);
    if (job->home == NULL)
        return cg_cells_no_memory (error);
    find_homes (job);
    find_homes_of_points (job);
    note_in_water (job);
    list_touching (job);
    tell_shares (job, lost, repeats);
    return TRUE;
}
