/* Narrow empty ground (between a main road and its footway, between two carriageways) joins what
 * lies over the weakest line around it.
 *
 * Ranks go up from the weakest kind of border to the strongest that may be crossed. The rank of a
 * strip is the lowest that, with those below it, makes up a tenth of its rim. Rank by rank, strips
 * of it are shared out among the cells on one of their sides; those that find only other strips
 * there become one with the strip that they touch most, which may make them wide. */
#include "cells/strips.h"

#include <math.h>
#include <string.h>

#define RIM_SHARE 10 /* a kind of border counts that makes up so many parts of the rim */

static void
strips_done (CgStrips *s)
{
    void *const columns[] = { s->head, s->tail, s->next, s->state, s->waits, s->wet, s->seed,
                              s->of_seed[0], s->of_seed[1], s->reached };
    for (guint k = 0; k < G_N_ELEMENTS (columns); k++)
        g_free (columns[k]);
    GArray *const arrays[] = { s->todo, s->rim, s->ends, s->queue };
    for (guint k = 0; k < G_N_ELEMENTS (arrays); k++)
        if (arrays[k] != NULL)
            g_array_unref (arrays[k]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CgStrips, strips_done)

/* ---- lists of pieces --------------------------------------------------------------------- */

static gboolean
is_empty_label (const CgCellsJob *job, guint32 label)
{
    return label < CG_FREE && label >= job->n_atoms;
}

static gboolean
list_pieces (CgStrips *s)
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
    s->reached = g_try_new0 (guint8, (gsize) n_pieces + 1);
    s->seed = g_try_new (guint32, (gsize) job->mesh->n_nodes + 1);
    s->of_seed[0] = g_try_new (guint32, (gsize) job->mesh->n_nodes + 1);
    s->of_seed[1] = g_try_new (guint32, (gsize) job->mesh->n_nodes + 1);
    if (s->head == NULL || s->tail == NULL || s->state == NULL || s->waits == NULL ||
        s->wet == NULL || s->next == NULL || s->reached == NULL || s->seed == NULL ||
        s->of_seed[0] == NULL || s->of_seed[1] == NULL)
        return FALSE;
    memset (s->seed, 0xff, job->mesh->n_nodes * sizeof *s->seed);
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

guint
cg_strips_list_contacts (const CgCellsJob *job, guint32 piece, CgStripContact *out)
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
            out[n++] = (CgStripContact){ cg_cells_piece_at (job, r / 3, r % 3, 1 - h), s,
                                  h == 0 ? a : middle, h == 0 ? middle : b, half_m };
        }
    guint n_pieces = split == CG_SPLIT_WHOLE ? 1 : split >= CG_SPLIT_STAR ? 3 : 2;
    for (guint k = 0; k < n_pieces; k++)
        if (3 * t + k != piece)
            out[n++] = (CgStripContact){ 3 * t + k, CG_NONE, CG_NONE, CG_NONE,
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
rank_of (const CgCellsJob *job, guint32 piece, const CgStripContact *contact)
{
    static const guint8 rank[CG_N_BARRIERS] = {
        [CG_BARRIER_NONE] = CG_RANK_OPEN,         [CG_BARRIER_WATER] = CG_RANK_NEVER,
        [CG_BARRIER_RAILWAY] = CG_RANK_RAILWAY,   [CG_BARRIER_ARTERIAL] = CG_RANK_ARTERIAL,
        [CG_BARRIER_STREET] = CG_RANK_STREET,     [CG_BARRIER_ALLEY] = CG_RANK_ALLEY,
        [CG_BARRIER_WALL] = CG_RANK_WALL,         [CG_BARRIER_BUILDING] = CG_RANK_OPEN,
    };
    guint32 t = piece / 3, other = contact->other / 3;
    if (job->label[contact->other] >= CG_FREE || job->region_of[t] != job->region_of[other] ||
        job->is_water[other])
        return CG_RANK_NEVER;
    guint32 e = contact->slot != CG_NONE ? job->mesh->edge[contact->slot] : CG_NONE;
    if (e != CG_NONE && job->edge_cut[e])
        return job->edge_passable[e] && !leaves_compound (job, contact->slot)
                   ? rank[job->edge_class[e]]
                   : CG_RANK_NEVER;
    guint32 atom = job->atom_of[other];
    return atom != CG_NONE && job->home[atom] != job->block_of[t] ? CG_RANK_FOREIGN : CG_RANK_OPEN;
}

/* Collects the rim of a label. */
static void
measure (CgStrips *s, guint32 label)
{
    const CgCellsJob *job = s->job;
    s->rim_m = 0;
    s->ground = 0;
    g_array_set_size (s->rim, 0);
    for (guint32 p = s->head[label - job->n_atoms]; p != CG_NONE; p = s->next[p]) {
        CgStripContact contact[CG_STRIP_CONTACTS];
        guint n = cg_strips_list_contacts (job, p, contact);
        s->ground += cg_cells_ground (job, p);
        for (guint k = 0; k < n; k++) {
            if (job->label[contact[k].other] == label)
                continue;
            CgStripRim rim = { p, s->rim->len, rank_of (job, p, &contact[k]), contact[k] };
            g_array_append_val (s->rim, rim);
            s->rim_m += contact[k].length;
        }
    }
    s->width_m = 2 * cg_cells_m2 (job, s->ground / CG_TWELFTHS) / MAX (s->rim_m, 1e-9);
}

const CgStripRim *
cg_strips_rim_at (const CgStrips *s, guint k)
{
    return &g_array_index (s->rim, CgStripRim, k);
}

gboolean
cg_strips_is_narrow (const CgStrips *s, guint32 label)
{
    return is_empty_label (s->job, label) && s->state[label - s->job->n_atoms] == CG_STRIP_NARROW;
}

/* The rank of the strip in hand; CG_RANK_NEVER: nothing around it may be crossed. out_ready: enough of what
 * lies there is no strip itself. */
static guint
weakest (const CgStrips *s, gboolean *out_ready)
{
    double all[CG_N_RANKS] = { 0 }, settled[CG_N_RANKS] = { 0 };
    double total = 0, sum = 0, sum_settled = 0;
    for (guint k = 0; k < s->rim->len; k++) {
        const CgStripRim *rim = cg_strips_rim_at (s, k);
        if (rim->rank == CG_RANK_NEVER)
            continue;
        all[rim->rank] += rim->contact.length;
        if (!cg_strips_is_narrow (s, s->job->label[rim->contact.other]))
            settled[rim->rank] += rim->contact.length;
    }
    for (guint r = 0; r < CG_N_RANKS; r++)
        total += all[r];
    double enough = MIN (s->rim_m / RIM_SHARE, total);
    guint rank = 0;
    *out_ready = FALSE;
    if (total <= 0)
        return CG_RANK_NEVER;
    for (; rank < CG_N_RANKS; rank++) {
        sum += all[rank];
        sum_settled += settled[rank];
        if (sum >= enough)
            break;
    }
    *out_ready = sum_settled >= enough;
    return rank;
}

/* ---- strips among strips ----------------------------------------------------------------- */

/* Strips around the one in hand may now find their way. */
void
cg_strips_wake_neighbours (CgStrips *s)
{
    for (guint k = 0; k < s->rim->len; k++) {
        guint32 label = s->job->label[cg_strips_rim_at (s, k)->contact.other];
        if (!cg_strips_is_narrow (s, label) || s->waits[label - s->job->n_atoms])
            continue;
        s->waits[label - s->job->n_atoms] = TRUE;
        g_array_append_val (s->todo, label);
    }
}

/* The strip that the one in hand touches most over borders up to the rank. */
static guint32
nearest_strip (CgStrips *s, guint rank)
{
    guint32 best = CG_NONE;
    double most = 0;
    for (guint k = 0; k < s->rim->len; k++) {
        guint32 label = s->job->label[cg_strips_rim_at (s, k)->contact.other];
        double length = 0;
        if (cg_strips_rim_at (s, k)->rank > rank || !cg_strips_is_narrow (s, label) || label == best)
            continue;
        for (guint j = k; j < s->rim->len; j++)
            if (cg_strips_rim_at (s, j)->rank <= rank && s->job->label[cg_strips_rim_at (s, j)->contact.other] == label)
                length += cg_strips_rim_at (s, j)->contact.length;
        if (length > most || (length == most && label < best)) {
            best = label;
            most = length;
        }
    }
    return best;
}

static void
unite (CgStrips *s, guint32 into, guint32 label)
{
    CgCellsJob *job = s->job;
    guint32 a = into - job->n_atoms, b = label - job->n_atoms;
    for (guint32 p = s->head[b]; p != CG_NONE; p = s->next[p])
        job->label[p] = into;
    s->next[s->tail[a]] = s->head[b];
    s->tail[a] = s->tail[b];
    s->head[b] = CG_NONE;
    s->state[b] = CG_STRIP_SETTLED;
}

/* One round over the strips of the rank that are left: each becomes one with another. */
static gboolean
unite_strips (CgStrips *s, guint rank)
{
    const CgCellsJob *job = s->job;
    gboolean changed = FALSE, ready;
    for (guint32 label = job->n_atoms; label < job->n_labels; label++) {
        if (!cg_strips_is_narrow (s, label) || s->waits[label - job->n_atoms])
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
            s->state[both - job->n_atoms] = CG_STRIP_SETTLED;
        s->waits[both - job->n_atoms] = TRUE;
        g_array_append_val (s->todo, both);
        cg_strips_wake_neighbours (s);
        changed = TRUE;
    }
    return changed;
}

static void
find_strips (CgStrips *s)
{
    const CgCellsJob *job = s->job;
    for (guint32 label = job->n_atoms; label < job->n_labels; label++) {
        if (s->head[label - job->n_atoms] == CG_NONE || s->wet[label - job->n_atoms])
            continue;
        measure (s, label);
        if (s->width_m < job->options.sliver_m)
            s->state[label - job->n_atoms] = CG_STRIP_NARROW;
    }
}

static void
wake_all (CgStrips *s)
{
    const CgCellsJob *job = s->job;
    for (guint32 label = job->n_atoms; label < job->n_labels; label++)
        if (cg_strips_is_narrow (s, label) && !s->waits[label - job->n_atoms]) {
            s->waits[label - job->n_atoms] = TRUE;
            g_array_append_val (s->todo, label);
        }
}

static gboolean
join_rank (CgStrips *s, guint rank, GError **error)
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
            if (!cg_strips_is_narrow (s, label))
                continue;
            measure (s, label);
            guint own = weakest (s, &ready);
            if (ready && own <= rank)
                cg_strips_share_out (s, label, own);
        }
        g_array_set_size (s->todo, 0);
    } while (unite_strips (s, rank));
    return TRUE;
}

gboolean
cg_cells_join_strips (CgCellsJob *job, GError **error)
{
    g_auto (CgStrips) s = { .job = job };
    if (!(job->options.sliver_m > 0))
        return TRUE;
    s.todo = g_array_new (FALSE, FALSE, sizeof (guint32));
    s.rim = g_array_new (FALSE, FALSE, sizeof (CgStripRim));
    s.ends = g_array_new (FALSE, FALSE, sizeof (CgStripEnd));
    s.queue = g_array_new (FALSE, FALSE, sizeof (guint32));
    if (!list_pieces (&s))
        return cg_cells_no_memory (error);
    find_strips (&s);
    for (guint rank = 0; rank < CG_N_RANKS; rank++)
        if (!join_rank (&s, rank, error))
            return FALSE;
    return TRUE;
}
