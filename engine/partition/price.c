#include "partition/bound_internal.h"

#include <stdlib.h>

enum { MOST_WEIGHT = 1 << 22, SLOPE_ROUNDS = 40, BEAM = 500, NEAR_ENOUGH = 64 };

CgPricer *
cg_pricer_new (const CgFrontier *frontier, const CgPartitionProblem *problem, gint64 least,
               gint64 most)
{
    if (most >= MOST_WEIGHT || least > most)
        return NULL;
    CgPricer *pricer = g_new0 (CgPricer, 1);
    pricer->frontier = frontier;
    pricer->problem = problem;
    pricer->least = MAX (0, least);
    pricer->most = most;
    pricer->unit = 1 << CG_PRICE_BITS;
    pricer->most_slope = (G_GINT64_CONSTANT (1) << 58) / (problem->total + 1);
    pricer->price = g_new0 (gint64, problem->n);
    pricer->final = g_new0 (gint64, (gsize) most + 1);
    pricer->rest = g_new0 (gint64, frontier->n_states);
    pricer->tail = g_new0 (gint64, (gsize) most + 2);
    pricer->more_rest = g_new0 (gint64, (gsize) CG_PRICE_SLOPES * frontier->n_states);
    pricer->more_tail = g_new0 (gint64, (gsize) CG_PRICE_SLOPES * ((gsize) most + 2));
    pricer->label = g_array_new (FALSE, FALSE, sizeof (CgPriceLabel));
    pricer->first = g_new0 (guint32, (gsize) problem->n + 1);
    pricer->table_room = pricer->table_size = 1024;
    pricer->table = g_new (guint32, pricer->table_size);
    return pricer;
}

void
cg_pricer_free (CgPricer *pricer)
{
    if (pricer == NULL)
        return;
    g_free (pricer->price);
    g_free (pricer->final);
    g_free (pricer->rest);
    g_free (pricer->tail);
    g_free (pricer->more_rest);
    g_free (pricer->more_tail);
    g_array_unref (pricer->label);
    g_free (pricer->first);
    g_free (pricer->table);
    g_free (pricer);
}

/* ---- the lower bound ---- */

static inline gint64
arc_cost (const CgPricer *pricer, guint32 t, guint32 state, gboolean in)
{
    const CgFrontier *frontier = pricer->frontier;
    gint64 cut = frontier->cost_in[state];
    if (!in)
        return (frontier->back[t] - cut) * pricer->unit;
    return cut * pricer->unit - pricer->price[frontier->node[t]];
}

static inline gint64
rest_from (const CgPricer *pricer, guint32 next)
{
    return next == CG_FRONTIER_DEAD   ? CG_PRICE_NEVER
           : next == CG_FRONTIER_DONE ? 0
                                      : pricer->rest[next];
}

/* Shortest paths to the end at one slope. */
static void
relax (CgPricer *pricer)
{
    const CgFrontier *frontier = pricer->frontier;
    for (guint32 t = frontier->n; t-- > 0;) {
        gint64 heavy = pricer->slope * pricer->problem->weight[frontier->node[t]];
        for (guint32 s = frontier->first[t]; s < frontier->first[t + 1]; s++) {
            gint64 out = arc_cost (pricer, t, s, FALSE) + rest_from (pricer, frontier->out[s]);
            gint64 in = arc_cost (pricer, t, s, TRUE) + heavy + rest_from (pricer, frontier->in[s]);
            pricer->rest[s] = MIN (MIN (out, in), CG_PRICE_NEVER);
        }
    }
    pricer->steps += frontier->n_states;
}

static gint64
path_weight (const CgPricer *pricer)
{
    const CgFrontier *frontier = pricer->frontier;
    gint64 weight = 0;
    guint32 s = 0;
    for (guint32 t = 0; t < frontier->n; t++) {
        gint64 node = pricer->problem->weight[frontier->node[t]];
        gint64 in = arc_cost (pricer, t, s, TRUE) + pricer->slope * node
                    + rest_from (pricer, frontier->in[s]);
        gboolean take = in == pricer->rest[s];
        weight += take ? node : 0;
        s = take ? frontier->in[s] : frontier->out[s];
        if (s >= CG_FRONTIER_DONE)
            break;
    }
    return weight;
}

/* Least final[w] - slope * w from each weight on; out_weight: where the least of all is. */
static void
fill_tail (CgPricer *pricer, gint64 *out_weight)
{
    gint64 least = CG_PRICE_NEVER;
    *out_weight = pricer->most;
    for (gint64 w = pricer->most; w >= 0; w--) {
        gint64 value = pricer->final[w] - pricer->slope * w;
        if (pricer->final[w] < CG_PRICE_NEVER && value < least) {
            least = value;
            *out_weight = w;
        }
        pricer->tail[w] = least;
    }
}

static gint64
bound_at (CgPricer *pricer, gint64 slope, gint64 *out_turn)
{
    gint64 weight;
    pricer->slope = slope;
    relax (pricer);
    fill_tail (pricer, &weight);
    if (pricer->rest[0] >= CG_PRICE_NEVER || pricer->tail[0] >= CG_PRICE_NEVER) {
        *out_turn = 0;
        return CG_PRICE_NEVER;
    }
    *out_turn = path_weight (pricer) - weight;
    return pricer->rest[0] + pricer->tail[0];
}

static inline gint64
more_rest_from (const CgPricer *pricer, guint32 next, guint k)
{
    return next == CG_FRONTIER_DEAD   ? CG_PRICE_NEVER
           : next == CG_FRONTIER_DONE ? 0
                                      : pricer->more_rest[CG_PRICE_SLOPES * (gsize) next + k];
}

/* The same for further slopes. What a label of a certain weight may still take on is better told
 * by a slope of its own. */
static void
relax_more (CgPricer *pricer, gint64 unit)
{
    const CgFrontier *frontier = pricer->frontier;
    const gint64 factor[CG_PRICE_SLOPES] = { -2, 2, 4, 8 };
    for (guint k = 0; k < CG_PRICE_SLOPES; k++)
        pricer->more_slope[k] = CLAMP (pricer->slope + factor[k] * unit / 4, -pricer->most_slope,
                                       pricer->most_slope);
    for (guint32 t = frontier->n; t-- > 0;) {
        gint64 weight = pricer->problem->weight[frontier->node[t]];
        for (guint32 s = frontier->first[t]; s < frontier->first[t + 1]; s++) {
            gint64 cost[] = { arc_cost (pricer, t, s, FALSE), arc_cost (pricer, t, s, TRUE) };
            guint32 next[] = { frontier->out[s], frontier->in[s] };
            for (guint k = 0; k < CG_PRICE_SLOPES; k++) {
                gint64 out = cost[0] + more_rest_from (pricer, next[0], k);
                gint64 in = cost[1] + more_rest_from (pricer, next[1], k)
                            + pricer->more_slope[k] * weight;
                pricer->more_rest[CG_PRICE_SLOPES * (gsize) s + k]
                    = MIN (MIN (out, in), CG_PRICE_NEVER);
            }
        }
    }
    for (guint k = 0; k < CG_PRICE_SLOPES; k++) {
        gint64 least = CG_PRICE_NEVER;
        for (gint64 w = pricer->most; w >= 0; w--) {
            if (pricer->final[w] < CG_PRICE_NEVER)
                least = MIN (least, pricer->final[w] - pricer->more_slope[k] * w);
            pricer->more_tail[CG_PRICE_SLOPES * w + k] = least;
        }
    }
    pricer->steps += CG_PRICE_SLOPES * (guint64) frontier->n_states / 2;
}

/* No zone that comes this way costs less; CG_PRICE_NEVER where there is none. */
static inline gint64
label_bound (const CgPricer *pricer, guint32 state, gint64 weight, gint64 cost, gint64 threshold)
{
    if (pricer->rest[state] >= CG_PRICE_NEVER || pricer->tail[weight] >= CG_PRICE_NEVER)
        return CG_PRICE_NEVER;
    gint64 bound = cost + pricer->slope * weight + pricer->rest[state] + pricer->tail[weight];
    const gint64 *rest = pricer->more_rest + CG_PRICE_SLOPES * (gsize) state;
    const gint64 *tail = pricer->more_tail + CG_PRICE_SLOPES * weight;
    for (guint k = 0; k < CG_PRICE_SLOPES && bound < threshold; k++)
        bound = MAX (bound, cost + pricer->more_slope[k] * weight + rest[k] + tail[k]);
    return bound;
}

/* The bound is concave in the slope: too heavy a path asks for a higher price of weight. */
gint64
cg_pricer_relax (CgPricer *pricer)
{
    gint64 turn, slope = pricer->slope, best_slope = slope;
    gint64 best = bound_at (pricer, slope, &turn), low = 0, high = 0;
    gint64 step = MAX (64, ABS (slope) / 8);
    gboolean has_low = FALSE, has_high = FALSE;
    for (guint round = 0; round < SLOPE_ROUNDS && turn != 0; round++) {
        if (pricer->work != NULL && cg_work_is_over (pricer->work))
            break;
        if (turn > 0) {
            low = slope;
            has_low = TRUE;
        } else {
            high = slope;
            has_high = TRUE;
        }
        gint64 next = !has_high  ? slope + (step *= 4)
                      : !has_low ? slope - (step *= 4)
                                 : low + (high - low) / 2;
        if (ABS (next) > pricer->most_slope
            || (has_low && has_high && high - low <= MAX (ABS (low), ABS (high)) / NEAR_ENOUGH + 1))
            break;
        slope = next;
        gint64 bound = bound_at (pricer, slope, &turn);
        if (bound > best) {
            best = bound;
            best_slope = slope;
        }
    }
    if (best_slope != slope)
        best = bound_at (pricer, best_slope, &turn);
    gint64 unit = 0;
    for (guint32 v = 0; v < pricer->problem->n; v++)
        unit += pricer->price[v];
    relax_more (pricer, MAX (1, unit / MAX (1, pricer->problem->total)));
    return best;
}

/* ---- labels ---- */

static guint32
find_label (CgPricer *pricer, guint32 from, guint32 state, gint64 weight)
{
    guint64 hash = (guint64) state << 24 ^ (guint64) weight;
    hash *= G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
    guint32 mask = pricer->table_size - 1, at = (guint32) (hash >> 32) & mask;
    for (; pricer->table[at] != CG_NONE; at = (at + 1) & mask) {
        const CgPriceLabel *label
            = &g_array_index (pricer->label, CgPriceLabel, from + pricer->table[at]);
        if (label->state == state && label->weight == weight)
            return at;
    }
    return at;
}

/* Room for the labels of one layer; only what the layer needs is cleared. */
static void
clear_table (CgPricer *pricer, guint64 expected)
{
    guint32 size = 1024;
    while (size < 2 * expected + 1024)
        size *= 2;
    if (size > pricer->table_room)
        pricer->table = g_renew (guint32, pricer->table, pricer->table_room = size);
    pricer->table_size = size;
    memset (pricer->table, 0xff, sizeof (guint32) * size);
}

/* One choice from one label: the label it leads to, DONE or DEAD. */
static guint32
step (CgPricer *pricer, guint32 t, guint32 index, gboolean in, gint64 threshold, gint64 *best)
{
    const CgPriceLabel label = g_array_index (pricer->label, CgPriceLabel, index);
    const CgFrontier *frontier = pricer->frontier;
    guint32 next = in ? frontier->in[label.state] : frontier->out[label.state];
    if (next == CG_FRONTIER_DEAD)
        return CG_FRONTIER_DEAD;
    gint64 weight = label.weight + (in ? pricer->problem->weight[frontier->node[t]] : 0);
    if (weight > pricer->most)
        return CG_FRONTIER_DEAD;
    gint64 cost = label.cost + arc_cost (pricer, t, label.state, in);
    if (next == CG_FRONTIER_DONE) {
        if (pricer->final[weight] >= CG_PRICE_NEVER || cost + pricer->final[weight] >= threshold)
            return CG_FRONTIER_DEAD;
        *best = MIN (*best, cost + pricer->final[weight]);
        return CG_FRONTIER_DONE;
    }
    gint64 bound = label_bound (pricer, next, weight, cost, threshold);
    if (bound >= threshold)
        return CG_FRONTIER_DEAD;
    guint32 from = pricer->first[t + 1], at = find_label (pricer, from, next, weight);
    if (pricer->table[at] == CG_NONE) {
        CgPriceLabel fresh = { next, index, { CG_FRONTIER_DEAD, CG_FRONTIER_DEAD }, weight, cost,
                               bound };
        pricer->table[at] = pricer->label->len - from;
        g_array_append_val (pricer->label, fresh);
        return pricer->label->len - 1;
    }
    guint32 known = from + pricer->table[at];
    CgPriceLabel *old = &g_array_index (pricer->label, CgPriceLabel, known);
    if (cost < old->cost) {
        old->cost = cost;
        old->bound = bound;
        old->parent = index;
    }
    return known;
}

static gint
compare_bounds (gconstpointer a, gconstpointer b)
{
    gint64 first = *(const gint64 *) a, second = *(const gint64 *) b;
    return first < second ? -1 : first > second;
}

/* Labels above this bound are not gone on from. */
static gint64
beam_limit (const CgPricer *pricer, guint32 begin, guint32 end, guint32 beam)
{
    if (end - begin <= beam)
        return CG_PRICE_NEVER;
    g_autofree gint64 *bound = g_new (gint64, (gsize) end - begin);
    for (guint32 i = begin; i < end; i++)
        bound[i - begin] = g_array_index (pricer->label, CgPriceLabel, i).bound;
    qsort (bound, end - begin, sizeof (gint64), compare_bounds);
    return bound[beam];
}

/* beam: labels of a layer that are gone on from, ties aside; at most twice as many. */
static gint64
label_layers (CgPricer *pricer, gint64 threshold, guint32 most_labels, guint32 beam)
{
    CgPriceLabel root = { 0, CG_NONE, { CG_FRONTIER_DEAD, CG_FRONTIER_DEAD }, 0, 0, 0 };
    gint64 best = threshold;
    g_array_set_size (pricer->label, 0);
    g_array_append_val (pricer->label, root);
    pricer->first[0] = 0;
    for (guint32 t = 0; t < pricer->frontier->n; t++) {
        guint32 begin = pricer->first[t], end = pricer->label->len, done = 0;
        gint64 limit = beam_limit (pricer, begin, end, beam);
        pricer->first[t + 1] = end;
        clear_table (pricer, 2 * MIN (end - begin, 2 * (guint64) beam));
        for (guint32 i = begin; i < end && done / 2 < beam; i++) {
            if (g_array_index (pricer->label, CgPriceLabel, i).bound > limit)
                continue;
            guint32 out = step (pricer, t, i, FALSE, threshold, &best);
            guint32 in = step (pricer, t, i, TRUE, threshold, &best);
            CgPriceLabel *label = &g_array_index (pricer->label, CgPriceLabel, i);
            label->next[0] = out;
            label->next[1] = in;
            done++;
        }
        pricer->steps += 4 * (end - begin);
        if (pricer->work != NULL && cg_work_is_over (pricer->work))
            return CG_PRICE_NEVER;
        if (pricer->label->len > most_labels)
            return CG_PRICE_NEVER;
    }
    return best;
}

gint64
cg_pricer_label (CgPricer *pricer, gint64 threshold, guint32 most_labels)
{
    return label_layers (pricer, threshold, most_labels, G_MAXINT32);
}

gint64
cg_pricer_guess (CgPricer *pricer, gint64 threshold)
{
    return label_layers (pricer, threshold, G_MAXUINT32, BEAM);
}

/* ---- from labels to zones ---- */

/* Cost of what ends here, exactly. */
static gint64
end_cost (const CgPricer *pricer, guint32 t, const CgPriceLabel *label, gboolean in)
{
    guint32 node = pricer->frontier->node[t];
    return arc_cost (pricer, t, label->state, in)
           + pricer->final[label->weight + (in ? pricer->problem->weight[node] : 0)];
}

/* exact[i]: least cost from label i to the end of any zone. */
static gint64 *
exact_rest (CgPricer *pricer)
{
    gint64 *exact = g_new (gint64, (gsize) pricer->label->len + 1);
    for (guint32 t = pricer->frontier->n; t-- > 0;)
        for (guint32 i = pricer->first[t]; i < pricer->first[t + 1]; i++) {
            const CgPriceLabel *label = &g_array_index (pricer->label, CgPriceLabel, i);
            exact[i] = CG_PRICE_NEVER;
            for (guint in = 0; in < 2; in++) {
                guint32 next = label->next[in];
                gint64 cost = next == CG_FRONTIER_DEAD ? CG_PRICE_NEVER
                              : next == CG_FRONTIER_DONE
                                  ? end_cost (pricer, t, label, in)
                                  : arc_cost (pricer, t, label->state, in) + exact[next];
                exact[i] = MIN (exact[i], cost);
            }
        }
    pricer->steps += pricer->label->len;
    return exact;
}

typedef struct {
    CgPricer *pricer;
    const gint64 *exact;
    gint64 threshold;
    guint32 most;
    CgPool *pool;
    GArray *zones, *costs;
    guint64 set[CG_FRONTIER_MOST_NODES / 64];
} Collect;

static gboolean
collect_from (Collect *collect, guint32 t, guint32 index, gint64 cost)
{
    CgPricer *pricer = collect->pricer;
    const CgPriceLabel *label = &g_array_index (pricer->label, CgPriceLabel, index);
    guint32 v = pricer->frontier->node[t];
    for (guint in = 0; in < 2; in++) {
        guint32 next = label->next[in];
        pricer->steps++;
        if (next == CG_FRONTIER_DEAD)
            continue;
        gboolean done = next == CG_FRONTIER_DONE;
        gint64 grown = cost + (done ? end_cost (pricer, t, label, in)
                                    : arc_cost (pricer, t, label->state, in));
        if (grown + (done ? 0 : collect->exact[next]) >= collect->threshold)
            continue;
        guint64 bit = (guint64) in << (v % 64);
        collect->set[v / 64] |= bit;
        gboolean room = TRUE;
        if (done) {
            room = collect->zones->len < collect->most;
            guint32 zone = cg_pool_add (collect->pool, collect->set);
            g_array_append_val (collect->zones, zone);
            if (collect->costs != NULL)
                g_array_append_val (collect->costs, grown);
        } else {
            room = collect_from (collect, t + 1, next, grown);
        }
        collect->set[v / 64] &= ~bit;
        if (!room)
            return FALSE;
    }
    return TRUE;
}

gboolean
cg_pricer_collect (CgPricer *pricer, gint64 threshold, guint32 most, CgPool *pool, GArray *zones,
                   GArray *costs)
{
    g_autofree gint64 *exact = exact_rest (pricer);
    Collect collect = { .pricer = pricer, .exact = exact, .threshold = threshold, .most = most,
                        .pool = pool, .zones = zones, .costs = costs };
    return exact[0] >= threshold || collect_from (&collect, 0, 0, 0);
}

/* Follows the cheapest way on from a label and the cheapest way back to the first. */
static void
trace (const CgPricer *pricer, const gint64 *exact, guint32 t, guint32 index, guint first_choice,
       CgPool *pool, GArray *zones)
{
    guint64 set[CG_FRONTIER_MOST_NODES / 64] = { 0 };
    const CgFrontier *frontier = pricer->frontier;
    guint32 at = index, child = index;
    for (guint32 back = t; back-- > 0; child = at) {
        at = g_array_index (pricer->label, CgPriceLabel, child).parent;
        guint32 v = frontier->node[back];
        const CgPriceLabel *from = &g_array_index (pricer->label, CgPriceLabel, at);
        const CgPriceLabel *to = &g_array_index (pricer->label, CgPriceLabel, child);
        gboolean in = from->next[1] == child
                      && from->cost + arc_cost (pricer, back, from->state, TRUE) == to->cost;
        set[v / 64] |= (guint64) in << (v % 64);
    }
    guint choice = first_choice;
    for (guint32 on = index; on < CG_FRONTIER_DONE; t++) {
        const CgPriceLabel *label = &g_array_index (pricer->label, CgPriceLabel, on);
        guint32 v = frontier->node[t];
        set[v / 64] |= (guint64) choice << (v % 64);
        on = label->next[choice];
        if (on >= CG_FRONTIER_DONE)
            break;
        label = &g_array_index (pricer->label, CgPriceLabel, on);
        gint64 in = label->next[1] == CG_FRONTIER_DEAD ? CG_PRICE_NEVER
                    : label->next[1] == CG_FRONTIER_DONE
                        ? end_cost (pricer, t + 1, label, TRUE)
                        : arc_cost (pricer, t + 1, label->state, TRUE) + exact[label->next[1]];
        choice = in == exact[on];
    }
    guint32 zone = cg_pool_add (pool, set);
    g_array_append_val (zones, zone);
}

void
cg_pricer_pick (CgPricer *pricer, gint64 threshold, CgPool *pool, GArray *zones)
{
    g_autofree gint64 *exact = exact_rest (pricer);
    for (guint32 t = 0; t < pricer->frontier->n; t++) {
        gint64 least = threshold;
        guint32 best = CG_NONE;
        for (guint32 i = pricer->first[t]; i < pricer->first[t + 1]; i++) {
            const CgPriceLabel *label = &g_array_index (pricer->label, CgPriceLabel, i);
            guint32 next = label->next[1];
            if (next == CG_FRONTIER_DEAD)
                continue;
            gint64 cost = label->cost
                          + (next == CG_FRONTIER_DONE
                                 ? end_cost (pricer, t, label, TRUE)
                                 : arc_cost (pricer, t, label->state, TRUE) + exact[next]);
            if (cost < least) {
                least = cost;
                best = i;
            }
        }
        if (best != CG_NONE)
            trace (pricer, exact, t, best, 1, pool, zones);
    }
}
