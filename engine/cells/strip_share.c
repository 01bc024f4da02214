/* How a strip is divided among the cells on the side that it goes to. */
#include "cells/strips.h"

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
note_strip (CgStrips *s, guint rank, const CgStripRim *longest)
{
    CgCellsJob *job = s->job;
    const CgNet *mesh = job->mesh;
    guint32 e = longest->contact.slot != CG_NONE ? mesh->edge[longest->contact.slot] : CG_NONE;
    if (rank < CG_RANK_ARTERIAL || e == CG_NONE)
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
flood (CgStrips *s, guint32 label)
{
    CgCellsJob *job = s->job;
    for (guint k = 0; k < s->queue->len; k++) {
        guint32 p = g_array_index (s->queue, guint32, k);
        CgStripContact contact[CG_STRIP_CONTACTS];
        guint n = cg_strips_list_contacts (job, p, contact);
        for (guint c = 0; c < n; c++)
            if (job->label[contact[c].other] == label) {
                job->label[contact[c].other] = job->label[p];
                g_array_append_val (s->queue, contact[c].other);
            }
    }
}

/* Whether half of what may be crossed on a side leads to what is no strip. */
static gboolean
is_settled (const CgStrips *s, guint rank, guint32 side)
{
    double settled = 0, all = 0;
    for (guint32 k = 0; k < s->rim->len; k++) {
        const CgStripRim *rim = cg_strips_rim_at (s, k);
        if (rim->side != side || !cg_strips_may_go (s, rim, rank))
            continue;
        all += rim->contact.length;
        if (!cg_strips_is_narrow (s, s->job->label[rim->contact.other]))
            settled += rim->contact.length;
    }
    return 2 * settled >= all;
}

/* ---- corners of a strip ------------------------------------------------------------------ */

static gboolean
goes_over (const CgStrips *s, const CgStripRim *rim, guint rank, guint32 side)
{
    return cg_strips_may_go (s, rim, rank) && (rank == CG_RANK_OPEN || rim->side == side) &&
           !cg_strips_is_narrow (s, s->job->label[rim->contact.other]);
}

static gboolean
is_whole (const CgCellsJob *job, guint32 piece, guint32 label)
{
    guint32 t = piece / 3;
    return job->split[t] == CG_SPLIT_WHOLE && job->label[3 * t] == label;
}

/* The node of half a side, and the label of what lies behind it there. */
static void
add_seed (CgStrips *s, const CgStripRim *rim)
{
    guint32 n_nodes = s->job->mesh->n_nodes, label = s->job->label[rim->contact.other];
    guint32 node = rim->contact.from < n_nodes ? rim->contact.from : rim->contact.to;
    if (s->seed[node] != node) {
        s->seed[node] = node;
        s->of_seed[0][node] = label;
        s->of_seed[1][node] = CG_NONE;
        g_array_append_val (s->queue, node);
    } else if (s->of_seed[0][node] != label)
        s->of_seed[1][node] = label;
}

/* Every corner of the strip gets the nearest node of the side that it goes to. */
static void
spread_seeds (CgStrips *s, guint32 label)
{
    const CgCellsJob *job = s->job;
    const CgNet *mesh = job->mesh;
    for (guint k = 0; k < s->queue->len; k++) {
        guint32 v = g_array_index (s->queue, guint32, k), start = mesh->slot_of[v], slot = start;
        guint32 seed = s->seed[v];
        do {
            const guint32 others[] = { mesh->corner[cg_net_next (slot)],
                                       mesh->corner[cg_net_previous (slot)] };
            for (guint i = 0; i < 2 && is_whole (job, slot, label); i++) {
                guint32 w = others[i];
                if (s->seed[w] != CG_NONE &&
                    cg_cells_metres (job, mesh->spot[w], mesh->spot[seed]) >=
                        cg_cells_metres (job, mesh->spot[w], mesh->spot[s->seed[w]]))
                    continue;
                s->seed[w] = seed;
                g_array_append_val (s->queue, w);
            }
            slot = mesh->twin[cg_net_previous (slot)];
        } while (slot != start);
    }
}

/* The labels of a triangle's corners. One between two cells goes with the other corners; where these
 * are of both, the border begins there. */
static void
owners_of (const CgStrips *s, guint32 t, guint32 owner[3])
{
    guint32 first[3], second[3];
    for (guint c = 0; c < 3; c++) {
        guint32 seed = s->seed[s->job->mesh->corner[3 * t + c]];
        first[c] = seed != CG_NONE ? s->of_seed[0][seed] : CG_FREE;
        second[c] = seed != CG_NONE ? s->of_seed[1][seed] : CG_NONE;
        owner[c] = second[c] == CG_NONE ? first[c] : CG_NONE;
    }
    for (guint c = 0; c < 3; c++) {
        gboolean of_first = FALSE, of_second = FALSE;
        if (owner[c] != CG_NONE)
            continue;
        for (guint k = 0; k < 3; k++) {
            of_first |= owner[k] == first[c];
            of_second |= owner[k] == second[c];
        }
        owner[c] = of_first && of_second ? CG_FREE : of_second ? second[c] : first[c];
    }
}

/* Divides the whole triangles of the strip by the cells behind the nearest place of its side, so that
 * a border of the cells there crosses it straight. */
static void
divide_by_corners (CgStrips *s, guint32 label, guint rank, guint32 side)
{
    CgCellsJob *job = s->job;
    const guint32 head = s->head[label - job->n_atoms];
    g_array_set_size (s->queue, 0);
    for (guint k = 0; k < s->rim->len; k++) {
        const CgStripRim *rim = cg_strips_rim_at (s, k);
        if (rim->contact.slot != CG_NONE && goes_over (s, rim, rank, side))
            add_seed (s, rim);
    }
    spread_seeds (s, label);
    for (guint32 p = head; p != CG_NONE; p = s->next[p]) {
        guint32 owner[3];
        s->reached[p] = TRUE;
        if (!is_whole (job, p, label))
            continue;
        owners_of (s, p / 3, owner);
        cg_cells_split_triangle (job, p / 3, owner);
        for (guint32 k = 3 * (p / 3); k < 3 * (p / 3) + 3; k++)
            s->reached[k] = TRUE;
    }
    for (guint32 p = head; p != CG_NONE; p = s->next[p])
        for (guint c = 0; c < 3; c++)
            s->seed[job->mesh->corner[3 * (p / 3) + c]] = CG_NONE;
}

/* Ground of the strip that hangs together with the cell that it has become: into the queue. What does
 * not gets its old label again. s->reached: what still waits. */
static void
keep_connected (CgStrips *s, guint32 label, guint rank, guint32 side)
{
    CgCellsJob *job = s->job;
    const guint32 head = s->head[label - job->n_atoms];
    g_array_set_size (s->queue, 0);
    for (guint k = 0; k < s->rim->len; k++) {
        const CgStripRim *rim = cg_strips_rim_at (s, k);
        const CgStripContact *contact = &rim->contact;
        guint32 p = rim->piece;
        if (!goes_over (s, rim, rank, side))
            continue;
        if (contact->slot != CG_NONE)
            p = cg_cells_piece_at (job, contact->slot / 3, contact->slot % 3,
                                   contact->from >= job->mesh->n_nodes);
        if (job->label[p] == label)
            job->label[p] = job->label[contact->other];
        if (!s->reached[p] || job->label[p] != job->label[contact->other])
            continue;
        s->reached[p] = FALSE;
        g_array_append_val (s->queue, p);
    }
    for (guint k = 0; k < s->queue->len; k++) {
        guint32 p = g_array_index (s->queue, guint32, k);
        CgStripContact contact[CG_STRIP_CONTACTS];
        guint n = cg_strips_list_contacts (job, p, contact);
        for (guint c = 0; c < n; c++) {
            guint32 other = contact[c].other;
            if (!s->reached[other] || job->label[other] != job->label[p])
                continue;
            s->reached[other] = FALSE;
            g_array_append_val (s->queue, other);
        }
    }
    for (guint32 p = head; p != CG_NONE; p = s->next[p])
        for (guint32 k = 3 * (p / 3); k < 3 * (p / 3) + 3; k++) {
            if (s->reached[k] && job->label[k] < CG_FREE)
                job->label[k] = label;
            s->reached[k] = FALSE;
        }
}

/* ---- the whole --------------------------------------------------------------------------- */

void
cg_strips_share_out (CgStrips *s, guint32 label, guint rank)
{
    CgCellsJob *job = s->job;
    guint32 side = CG_NONE;
    if (rank != CG_RANK_OPEN) {
        cg_strips_find_sides (s);
        side = cg_strips_choose_side (s, rank);
        if (side != CG_NONE && !is_settled (s, rank, side))
            return;
    }
    const CgStripRim *longest = NULL;
    for (guint32 k = 0; k < s->rim->len; k++) {
        const CgStripRim *rim = cg_strips_rim_at (s, k);
        if (goes_over (s, rim, rank, side) &&
            (longest == NULL || rim->contact.length > longest->contact.length))
            longest = rim;
    }
    s->state[label - job->n_atoms] = CG_STRIP_SETTLED;
    cg_strips_wake_neighbours (s);
    if (longest == NULL)
        return;
    divide_by_corners (s, label, rank, side);
    keep_connected (s, label, rank, side);
    flood (s, label);
    note_strip (s, rank, longest);
}
