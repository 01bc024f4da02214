/* Narrow empty ground (between a main road and its footway, between two carriageways) joins what
 * lies over the weakest line around it.
 *
 * Ranks go up from the weakest kind of border to the strongest that may be crossed. The rank of a
 * strip is the lowest that, with those below it, makes up a tenth of its rim. Rank by rank, strips
 * of it are shared out among the cells on one of their sides; those that find only other strips
 * there become one with the strip that they touch most, which may make them wide. */
#include "cells/cells_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RIM_SHARE 10  /* a kind of border counts that makes up so many parts of the rim */
#define SIDE_SHARE 4  /* a side that is less is one of many: a net of lanes, not a strip */
#define SIDES_ALIKE 1.25

/* Kinds of border, from the weakest. */
enum { OPEN, ALLEY, WALL, STREET, ARTERIAL, RAILWAY, FOREIGN, N_RANKS, NEVER = N_RANKS };

typedef enum { SETTLED, NARROW } State;

/* What a piece touches: another piece across half of a side, or within its triangle. */
typedef struct {
    guint32 other, slot, from, to; /* slot CG_NONE: within the triangle; else from and to are the
                                      ends: node, or n_nodes + slot for the middle of a side    */
    double length;
} Contact;
#define MAX_CONTACTS 8

/* One piece of a strip's rim that may be crossed or not. */
typedef struct {
    guint32 piece, side; /* side: index of the first rim piece that hangs together with it */
    guint rank;
    Contact contact;
} RimPiece;

typedef struct {
    guint32 vertex, rim;
} RimEnd;

typedef struct {
    double length, x, y; /* x, y: sums of length times place, in places */
} RimSide;

typedef struct {
    CgCellsJob *job;
    guint32 *head, *tail, *next; /* pieces of each empty label; next by piece */
    guint8 *state;               /* by empty label                            */
    guint8 *wet;                 /* by empty label: it has water: no strip    */
    guint8 *waits;               /* by empty label: it is in todo             */
    GArray *todo;                /* of guint32: labels                        */
    GArray *rim;                 /* of RimPiece: of the strip in hand         */
    GArray *ends;                /* of RimEnd                                 */
    GArray *queue;               /* of guint32: pieces                        */
    double rim_m, width_m;
    CgWide ground;
} Strips;

static void
strips_done (Strips *s)
{
    void *const columns[] = { s->head, s->tail, s->next, s->state, s->waits, s->wet };
    for (guint k = 0; k < G_N_ELEMENTS (columns); k++)
        g_free (columns[k]);
    GArray *const arrays[] = { s->todo, s->rim, s->ends, s->queue };
    for (guint k = 0; k < G_N_ELEMENTS (arrays); k++)
        if (arrays[k] != NULL)
            g_array_unref (arrays[k]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Strips, strips_done)

/* ---- lists of pieces --------------------------------------------------------------------- */

static gboolean
is_empty_label (const CgCellsJob *job, guint32 label)
{
    return label < CG_FREE && label >= job->n_atoms;
}

static gboolean
list_pieces (Strips *s)
{
    const CgCellsJob *job = s->job;
    gsize n = (gsize) job->n_labels - job->n_atoms + 1;
    guint32 n_pieces = 3 * job->mesh->n_triangles;
    s->head = g_try_new (guint32, n);
    s->tail = g_try_new (guint32, n);
    s->state = g_try_new0 (guint8, n);
    s->waits = g_try_new0 (guint8, n);
    s->wet = g_try_new0 (guint8, n);
    s->next = g_try_new (guint32, (gsize) n_pieces + 1);
    if (s->head == NULL || s->tail == NULL || s->state == NULL || s->waits == NULL ||
        s->wet == NULL || s->next == NULL)
        return FALSE;
    memset (s->head, 0xff, n * sizeof *s->head);
    for (guint32 p = 0; p < n_pieces; p++) {
        guint32 label = job->label[p];
        s->next[p] = CG_NONE;
        if (!is_empty_label (job, label))
            continue;
        label -= job->n_atoms;
        s->wet[label] |= job->is_water[p / 3];
        if (s->head[label] == CG_NONE)
            s->head[label] = p;
        else
            s->next[s->tail[label]] = p;
        s->tail[label] = p;
    }
    return TRUE;
}

/* ---- the rim of a strip ------------------------------------------------------------------ */

static guint
list_contacts (const CgCellsJob *job, guint32 piece, Contact *out)
{
    const CgNet *mesh = job->mesh;
    guint32 t = piece / 3;
    guint n = 0, split = job->split[t];
    for (guint i = 0; i < 3; i++)
        for (guint h = 0; h < 2; h++) {
            guint32 s = 3 * t + i, r = mesh->twin[s];
            if (r == CG_NONE || cg_cells_piece_at (job, t, i, h) != piece)
                continue;
            guint32 a = mesh->corner[s], b = mesh->corner[r];
            guint32 middle = mesh->n_nodes + MIN (s, r);
            double half_m = cg_cells_metres (job, mesh->spot[a], mesh->spot[b]) / 2;
            out[n++] = (Contact){ cg_cells_piece_at (job, r / 3, r % 3, 1 - h), s,
                                  h == 0 ? a : middle, h == 0 ? middle : b, half_m };
        }
    guint n_pieces = split == CG_SPLIT_WHOLE ? 1 : split >= CG_SPLIT_STAR ? 3 : 2;
    for (guint k = 0; k < n_pieces; k++)
        if (3 * t + k != piece)
            out[n++] = (Contact){ 3 * t + k, CG_NONE, CG_NONE, CG_NONE,
                                  sqrt (cg_cells_m2 (job, cg_cells_twice (job, t))) };
    return n;
}

/* Whether slot s leads out of a compound. */
static gboolean
leaves_compound (const CgCellsJob *job, guint32 s)
{
    const CgNoding *n = job->noding;
    guint32 e = job->mesh->edge[s];
    gboolean forward = job->mesh->corner[s] == n->edge_a[e];
    for (guint32 u = n->edge_use[e]; u < n->edge_use[e + 1]; u++) {
        guint32 source = n->use[u].source;
        if (source >= job->first_compound && source < job->first_barrier && n->use[u].turn != 0 &&
            (n->use[u].turn > 0) == forward)
            return TRUE;
    }
    return FALSE;
}

static guint
rank_of (const CgCellsJob *job, guint32 piece, const Contact *contact)
{
    static const guint8 rank[CG_N_BARRIERS] = {
        [CG_BARRIER_NONE] = OPEN,         [CG_BARRIER_WATER] = NEVER,
        [CG_BARRIER_RAILWAY] = RAILWAY,   [CG_BARRIER_ARTERIAL] = ARTERIAL,
        [CG_BARRIER_STREET] = STREET,     [CG_BARRIER_ALLEY] = ALLEY,
        [CG_BARRIER_WALL] = WALL,         [CG_BARRIER_BUILDING] = OPEN,
    };
    guint32 t = piece / 3, other = contact->other / 3;
    if (job->label[contact->other] >= CG_FREE || job->region_of[t] != job->region_of[other] ||
        job->is_water[other])
        return NEVER;
    guint32 e = contact->slot != CG_NONE ? job->mesh->edge[contact->slot] : CG_NONE;
    if (e != CG_NONE && job->edge_cut[e])
        return job->edge_passable[e] && !leaves_compound (job, contact->slot)
                   ? rank[job->edge_class[e]]
                   : NEVER;
    guint32 atom = job->atom_of[other];
    return atom != CG_NONE && job->home[atom] != job->block_of[t] ? FOREIGN : OPEN;
}

/* Collects the rim of a label. */
static void
measure (Strips *s, guint32 label)
{
    const CgCellsJob *job = s->job;
    s->rim_m = 0;
    s->ground = 0;
    g_array_set_size (s->rim, 0);
    for (guint32 p = s->head[label - job->n_atoms]; p != CG_NONE; p = s->next[p]) {
        Contact contact[MAX_CONTACTS];
        guint n = list_contacts (job, p, contact);
        s->ground += cg_cells_ground (job, p);
        for (guint k = 0; k < n; k++) {
            if (job->label[contact[k].other] == label)
                continue;
            RimPiece rim = { p, s->rim->len, rank_of (job, p, &contact[k]), contact[k] };
            g_array_append_val (s->rim, rim);
            s->rim_m += contact[k].length;
        }
    }
    s->width_m = 2 * cg_cells_m2 (job, s->ground / CG_TWELFTHS) / MAX (s->rim_m, 1e-9);
}

static const RimPiece *
rim_at (const Strips *s, guint k)
{
    return &g_array_index (s->rim, RimPiece, k);
}

static gboolean
is_narrow_label (const Strips *s, guint32 label)
{
    return is_empty_label (s->job, label) && s->state[label - s->job->n_atoms] == NARROW;
}

/* The rank of the strip in hand; NEVER: nothing around it may be crossed. out_ready: enough of what
 * lies there is no strip itself. */
static guint
weakest (const Strips *s, gboolean *out_ready)
{
    double all[N_RANKS] = { 0 }, settled[N_RANKS] = { 0 };
    double total = 0, sum = 0, sum_settled = 0;
    for (guint k = 0; k < s->rim->len; k++) {
        const RimPiece *rim = rim_at (s, k);
        if (rim->rank == NEVER)
            continue;
        all[rim->rank] += rim->contact.length;
        if (!is_narrow_label (s, s->job->label[rim->contact.other]))
            settled[rim->rank] += rim->contact.length;
    }
    for (guint r = 0; r < N_RANKS; r++)
        total += all[r];
    double enough = MIN (s->rim_m / RIM_SHARE, total);
    guint rank = 0;
    *out_ready = FALSE;
    if (total <= 0)
        return NEVER;
    for (; rank < N_RANKS; rank++) {
        sum += all[rank];
        sum_settled += settled[rank];
        if (sum >= enough)
            break;
    }
    *out_ready = sum_settled >= enough;
    return rank;
}

/* ---- sides ------------------------------------------------------------------------------- */

static int
compare_ends (gconstpointer x, gconstpointer y)
{
    const RimEnd *a = x, *b = y;
    if (a->vertex != b->vertex)
        return a->vertex < b->vertex ? -1 : 1;
    return (a->rim > b->rim) - (a->rim < b->rim);
}

/* The corner of the rim that is furthest from a node. */
static guint32
furthest (const Strips *s, guint32 from)
{
    const CgNet *mesh = s->job->mesh;
    double most = -1;
    guint32 best = from;
    for (guint k = 0; k < s->ends->len; k++) {
        guint32 v = g_array_index (s->ends, RimEnd, k).vertex;
        double length = v < mesh->n_nodes
                            ? cg_cells_metres (s->job, mesh->spot[from], mesh->spot[v])
                            : -1;
        if (length > most) {
            most = length;
            best = v;
        }
    }
    return best;
}

static guint32
side_of (Strips *s, guint32 k)
{
    RimPiece *rim = &g_array_index (s->rim, RimPiece, 0);
    while (rim[k].side != k)
        k = rim[k].side = rim[rim[k].side].side;
    return k;
}

/* Whether the rim turns back at a vertex: the other ends of the two pieces that meet there are seen
 * from it within 60 degrees of each other. */
static gboolean
is_tip (const Strips *s, const RimEnd *a, const RimEnd *b)
{
    const CgNet *mesh = s->job->mesh;
    const RimEnd *const end[] = { a, b };
    double x[2], y[2];
    if (a->vertex >= mesh->n_nodes)
        return FALSE;
    for (guint k = 0; k < 2; k++) {
        guint32 slot = rim_at (s, end[k]->rim)->contact.slot, from = mesh->corner[slot],
                to = mesh->corner[cg_net_next (slot)];
        CgSpot p = mesh->spot[a->vertex], q = mesh->spot[from == a->vertex ? to : from];
        x[k] = (double) (q.x - p.x) * s->job->in->metre_x;
        y[k] = (double) (q.y - p.y) * s->job->in->metre_y;
    }
    double along = x[0] * x[1] + y[0] * y[1];
    return along > 0 && 4 * along * along > (x[0] * x[0] + y[0] * y[0]) * (x[1] * x[1] + y[1] * y[1]);
}

/* The two corners furthest apart, and those where it turns back, part the rim into sides; a hole is
 * a side by itself. */
static void
find_sides (Strips *s)
{
    g_array_set_size (s->ends, 0);
    for (guint32 k = 0; k < s->rim->len; k++) {
        const Contact *contact = &rim_at (s, k)->contact;
        RimEnd both[] = { { contact->from, k }, { contact->to, k } };
        if (contact->slot != CG_NONE)
            g_array_append_vals (s->ends, both, 2);
    }
    if (s->ends->len < 2)
        return;
    qsort (s->ends->data, s->ends->len, sizeof (RimEnd), compare_ends);
    guint32 first = g_array_index (s->ends, RimEnd, 0).vertex;
    if (first >= s->job->mesh->n_nodes)
        return;
    guint32 p = furthest (s, first), q = furthest (s, p);
    for (guint k = 1; k < s->ends->len; k++) {
        const RimEnd *a = &g_array_index (s->ends, RimEnd, k - 1), *b = a + 1;
        if (a->vertex != b->vertex || a->vertex == p || a->vertex == q || is_tip (s, a, b))
            continue;
        guint32 i = side_of (s, a->rim), j = side_of (s, b->rim);
        g_array_index (s->rim, RimPiece, MAX (i, j)).side = MIN (i, j);
    }
    for (guint32 k = 0; k < s->rim->len; k++)
        g_array_index (s->rim, RimPiece, k).side = side_of (s, k);
}

/* Between strong lines strips wait for the strips on their side, so that all carriageways of a road
 * go the same way; else they take what there is. */
static gboolean
may_go (const Strips *s, const RimPiece *rim, guint rank)
{
    return rim->rank <= rank &&
           (rank >= ARTERIAL || !is_narrow_label (s, s->job->label[rim->contact.other]));
}

/* The side with the longest border that may be crossed; of two nearly alike the south-eastern one,
 * so that strips along one road go the same way. CG_NONE: no side is a good part of the rim. */
static guint32
choose_side (const Strips *s, guint rank)
{
    const CgNet *mesh = s->job->mesh;
    g_autofree RimSide *open = g_new0 (RimSide, s->rim->len);
    g_autofree double *whole = g_new0 (double, s->rim->len);
    guint32 best = CG_NONE;
    for (guint32 k = 0; k < s->rim->len; k++) {
        const RimPiece *rim = rim_at (s, k);
        double length = rim->contact.length;
        whole[rim->side] += length;
        if (!may_go (s, rim, rank))
            continue;
        CgSpot p = mesh->spot[mesh->corner[3 * (rim->piece / 3)]];
        if (rim->contact.slot != CG_NONE) {
            CgSpot a = mesh->spot[mesh->corner[rim->contact.slot]],
                   b = mesh->spot[mesh->corner[cg_net_next (rim->contact.slot)]];
            p = (CgSpot){ (a.x + b.x) / 2, (a.y + b.y) / 2 };
        }
        open[rim->side].length += length;
        open[rim->side].x += length * (double) p.x;
        open[rim->side].y += length * (double) p.y;
    }
    for (guint32 k = 0; k < s->rim->len; k++) {
        if (open[k].length <= 0 || whole[k] * SIDE_SHARE < s->rim_m)
            continue;
        const RimSide *here = &open[k], *there = best != CG_NONE ? &open[best] : NULL;
        if (there == NULL || here->length > SIDES_ALIKE * there->length) {
            best = k;
            continue;
        }
        double east_m = (here->x / here->length - there->x / there->length) * s->job->in->metre_x,
               north_m = (here->y / here->length - there->y / there->length) * s->job->in->metre_y;
        if (there->length <= SIDES_ALIKE * here->length && east_m > north_m)
            best = k;
    }
    return best;
}

/* ---- sharing out ------------------------------------------------------------------------- */

static guint32
barrier_of (const CgCellsJob *job, guint32 e)
{
    const CgNoding *n = job->noding;
    for (guint32 u = n->edge_use[e]; u < n->edge_use[e + 1]; u++)
        if (n->use[u].source >= job->first_barrier && n->use[u].source < job->first_site &&
            job->in->barriers->class[n->use[u].source - job->first_barrier] == job->edge_class[e])
            return n->use[u].source - job->first_barrier;
    return CG_NONE;
}

/* A strip between strong lines alone: which one it went over, and where. */
static void
note_strip (Strips *s, guint rank, const RimPiece *longest)
{
    CgCellsJob *job = s->job;
    const CgNet *mesh = job->mesh;
    guint32 e = longest->contact.slot != CG_NONE ? mesh->edge[longest->contact.slot] : CG_NONE;
    if (rank < ARTERIAL || e == CG_NONE)
        return;
    guint32 row = barrier_of (job, e);
    CgSpot a = mesh->spot[mesh->corner[longest->contact.slot]],
           b = mesh->spot[mesh->corner[cg_net_next (longest->contact.slot)]];
    if (row != CG_NONE)
        cg_cells_note (job, CG_CELLS_STRIP, row, CG_NONE,
                       cg_cells_x (job, (double) a.x / 2 + (double) b.x / 2),
                       cg_cells_y (job, (double) a.y / 2 + (double) b.y / 2),
                       cg_cells_m2 (job, s->ground / CG_TWELFTHS));
}

/* From the pieces at the border inwards, so that each goes to what it lies at. */
static void
flood (Strips *s, guint32 label)
{
    CgCellsJob *job = s->job;
    for (guint k = 0; k < s->queue->len; k++) {
        guint32 p = g_array_index (s->queue, guint32, k);
        Contact contact[MAX_CONTACTS];
        guint n = list_contacts (job, p, contact);
        for (guint c = 0; c < n; c++)
            if (job->label[contact[c].other] == label) {
                job->label[contact[c].other] = job->label[p];
                g_array_append_val (s->queue, contact[c].other);
            }
    }
}

/* Strips around the one in hand may now find their way. */
static void
wake_neighbours (Strips *s)
{
    for (guint k = 0; k < s->rim->len; k++) {
        guint32 label = s->job->label[rim_at (s, k)->contact.other];
        if (!is_narrow_label (s, label) || s->waits[label - s->job->n_atoms])
            continue;
        s->waits[label - s->job->n_atoms] = TRUE;
        g_array_append_val (s->todo, label);
    }
}

/* Whether half of what may be crossed on a side leads to what is no strip. */
static gboolean
is_settled (const Strips *s, guint rank, guint32 side)
{
    double settled = 0, all = 0;
    for (guint32 k = 0; k < s->rim->len; k++) {
        const RimPiece *rim = rim_at (s, k);
        if (rim->side != side || !may_go (s, rim, rank))
            continue;
        all += rim->contact.length;
        if (!is_narrow_label (s, s->job->label[rim->contact.other]))
            settled += rim->contact.length;
    }
    return 2 * settled >= all;
}

/* Where no side is fit for it, it stays what it is. */
static void
share_out (Strips *s, guint32 label, guint rank)
{
    CgCellsJob *job = s->job;
    guint32 side = CG_NONE;
    if (rank != OPEN) {
        find_sides (s);
        side = choose_side (s, rank);
        if (side != CG_NONE && !is_settled (s, rank, side))
            return;
    }
    const RimPiece *longest = NULL;
    g_array_set_size (s->queue, 0);
    for (guint32 k = 0; k < s->rim->len; k++) {
        const RimPiece *rim = rim_at (s, k);
        if (!may_go (s, rim, rank) || (rank != OPEN && rim->side != side) ||
            is_narrow_label (s, job->label[rim->contact.other]))
            continue;
        if (job->label[rim->piece] == label) {
            job->label[rim->piece] = job->label[rim->contact.other];
            g_array_append_val (s->queue, rim->piece);
        }
        if (longest == NULL || rim->contact.length > longest->contact.length)
            longest = rim;
    }
    s->state[label - job->n_atoms] = SETTLED;
    wake_neighbours (s);
    if (longest == NULL)
        return;
    flood (s, label);
    note_strip (s, rank, longest);
}

/* ---- strips among strips ----------------------------------------------------------------- */

/* The strip that the one in hand touches most over borders up to the rank. */
static guint32
nearest_strip (Strips *s, guint rank)
{
    guint32 best = CG_NONE;
    double most = 0;
    for (guint k = 0; k < s->rim->len; k++) {
        guint32 label = s->job->label[rim_at (s, k)->contact.other];
        double length = 0;
        if (rim_at (s, k)->rank > rank || !is_narrow_label (s, label) || label == best)
            continue;
        for (guint j = k; j < s->rim->len; j++)
            if (rim_at (s, j)->rank <= rank && s->job->label[rim_at (s, j)->contact.other] == label)
                length += rim_at (s, j)->contact.length;
        if (length > most || (length == most && label < best)) {
            best = label;
            most = length;
        }
    }
    return best;
}

static void
unite (Strips *s, guint32 into, guint32 label)
{
    CgCellsJob *job = s->job;
    guint32 a = into - job->n_atoms, b = label - job->n_atoms;
    for (guint32 p = s->head[b]; p != CG_NONE; p = s->next[p])
        job->label[p] = into;
    s->next[s->tail[a]] = s->head[b];
    s->tail[a] = s->tail[b];
    s->head[b] = CG_NONE;
    s->state[b] = SETTLED;
}

/* One round over the strips of the rank that are left: each becomes one with another. */
static gboolean
unite_strips (Strips *s, guint rank)
{
    const CgCellsJob *job = s->job;
    gboolean changed = FALSE, ready;
    for (guint32 label = job->n_atoms; label < job->n_labels; label++) {
        if (!is_narrow_label (s, label) || s->waits[label - job->n_atoms])
            continue;
        measure (s, label);
        if (weakest (s, &ready) > rank)
            continue;
        guint32 other = nearest_strip (s, rank);
        if (other == CG_NONE)
            continue;
        guint32 both = MIN (label, other);
        unite (s, both, MAX (label, other));
        measure (s, both);
        if (s->width_m >= job->options.sliver_m)
            s->state[both - job->n_atoms] = SETTLED;
        s->waits[both - job->n_atoms] = TRUE;
        g_array_append_val (s->todo, both);
        wake_neighbours (s);
        changed = TRUE;
    }
    return changed;
}

static void
find_strips (Strips *s)
{
    const CgCellsJob *job = s->job;
    for (guint32 label = job->n_atoms; label < job->n_labels; label++) {
        if (s->head[label - job->n_atoms] == CG_NONE || s->wet[label - job->n_atoms])
            continue;
        measure (s, label);
        if (s->width_m < job->options.sliver_m)
            s->state[label - job->n_atoms] = NARROW;
    }
}

static void
wake_all (Strips *s)
{
    const CgCellsJob *job = s->job;
    for (guint32 label = job->n_atoms; label < job->n_labels; label++)
        if (is_narrow_label (s, label) && !s->waits[label - job->n_atoms]) {
            s->waits[label - job->n_atoms] = TRUE;
            g_array_append_val (s->todo, label);
        }
}

static gboolean
join_rank (Strips *s, guint rank, GError **error)
{
    const CgCellsJob *job = s->job;
    wake_all (s);
    do {
        for (guint k = 0; k < s->todo->len; k++) {
            guint32 label = g_array_index (s->todo, guint32, k);
            gboolean ready;
            s->waits[label - job->n_atoms] = FALSE;
            if ((k & 0xff) == 0 && cg_cells_is_stopped (job, error))
                return FALSE;
            if (!is_narrow_label (s, label))
                continue;
            measure (s, label);
            guint own = weakest (s, &ready);
            if (ready && own <= rank)
                share_out (s, label, own);
        }
        g_array_set_size (s->todo, 0);
    } while (unite_strips (s, rank));
    return TRUE;
}

gboolean
cg_cells_join_strips (CgCellsJob *job, GError **error)
{
    g_auto (Strips) s = { .job = job };
    if (!(job->options.sliver_m > 0))
        return TRUE;
    s.todo = g_array_new (FALSE, FALSE, sizeof (guint32));
    s.rim = g_array_new (FALSE, FALSE, sizeof (RimPiece));
    s.ends = g_array_new (FALSE, FALSE, sizeof (RimEnd));
    s.queue = g_array_new (FALSE, FALSE, sizeof (guint32));
    if (!list_pieces (&s))
        return cg_cells_no_memory (error);
    find_strips (&s);
    for (guint rank = 0; rank < N_RANKS; rank++)
        if (!join_rank (&s, rank, error))
            return FALSE;
    return TRUE;
}
