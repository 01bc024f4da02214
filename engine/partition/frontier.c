#include "partition/bound_internal.h"

enum { LABEL_BITS = 4, LABEL_MASK = 15, FRESH = 15, CHECK_EVERY = 8192 };

/* One label of LABEL_BITS for each node of the frontier. */
__extension__ typedef unsigned __int128 Key;

/* ---- order of nodes ---- */

typedef struct {
    const CgPartitionProblem *problem;
    guint32 *left;  /* [n] neighbours that are not taken yet           */
    guint8 *taken;  /* [n]                                             */
    guint32 *age;   /* [n] when the node came beside a taken one        */
    guint32 *order; /* [n]                                             */
    guint32 width;  /* of the frontier now                             */
} Ordering;

static void
take (Ordering *ordering, guint32 v, guint32 place)
{
    const CgPartitionProblem *problem = ordering->problem;
    ordering->order[place] = v;
    ordering->taken[v] = 1;
    ordering->width += ordering->left[v] > 0;
    for (guint32 i = problem->first[v]; i < problem->first[v + 1]; i++) {
        guint32 to = problem->link[i].target;
        ordering->left[to]--;
        if (ordering->taken[to] && ordering->left[to] == 0)
            ordering->width--;
        if (ordering->age[to] == CG_NONE)
            ordering->age[to] = place;
    }
}

/* How the frontier grows when v is taken. */
static gint
growth (const Ordering *ordering, guint32 v)
{
    const CgPartitionProblem *problem = ordering->problem;
    gint change = ordering->left[v] > 0;
    for (guint32 i = problem->first[v]; i < problem->first[v + 1]; i++) {
        guint32 to = problem->link[i].target;
        change -= ordering->taken[to] && ordering->left[to] == 1;
    }
    return change;
}

/* Takes from `start` on, always what grows the frontier least, oldest first. Returns an estimate
 * of the number of states, G_MAXUINT64 when it passes `limit` or the width. */
static guint64
order_from (Ordering *ordering, guint32 start, guint64 limit)
{
    const CgPartitionProblem *problem = ordering->problem;
    guint64 states = 0;
    ordering->width = 0;
    for (guint32 v = 0; v < problem->n; v++) {
        ordering->left[v] = problem->first[v + 1] - problem->first[v];
        ordering->taken[v] = 0;
        ordering->age[v] = CG_NONE;
    }
    take (ordering, start, 0);
    for (guint32 place = 1; place < problem->n; place++) {
        guint32 best = CG_NONE;
        gint best_growth = G_MAXINT;
        for (guint32 v = 0; v < problem->n; v++) {
            if (ordering->taken[v] || ordering->age[v] == CG_NONE)
                continue;
            gint change = growth (ordering, v);
            if (change < best_growth
                || (change == best_growth && ordering->age[v] < ordering->age[best])) {
                best = v;
                best_growth = change;
            }
        }
        take (ordering, best, place);
        guint64 power = 1;
        for (guint32 k = 0; k < ordering->width; k++)
            power *= 3;
        states += power;
        if (ordering->width > CG_FRONTIER_WIDTH || states >= limit)
            return G_MAXUINT64;
    }
    return states;
}

/* FALSE: every order tried has too wide a frontier. */
static gboolean
find_order (const CgPartitionProblem *problem, guint32 *order)
{
    guint32 n = problem->n;
    g_autofree guint32 *left = g_new (guint32, n), *age = g_new (guint32, n);
    g_autofree guint32 *trial = g_new (guint32, n);
    g_autofree guint8 *taken = g_new (guint8, n);
    Ordering ordering = { .problem = problem, .left = left, .taken = taken, .age = age,
                          .order = trial };
    guint64 best = G_MAXUINT64;
    /* Each start takes n^2 steps. */
    for (guint32 start = 0; start < n; start += 1 + n / 256) {
        guint64 states = order_from (&ordering, start, best);
        if (states >= best)
            continue;
        best = states;
        memcpy (order, trial, sizeof (guint32) * n);
    }
    return best < G_MAXUINT64;
}

/* ---- ways between nodes ---- */

/* apart[a * n + b]: weight of the nodes between a and b on the lightest way; most + 1 where that is
 * more than most. */
static guint32 *
lightest_ways (const CgPartitionProblem *problem, gint64 most)
{
    guint32 n = problem->n, far = (guint32) MIN (most + 1, (gint64) G_MAXINT32);
    guint32 *apart = g_new (guint32, (gsize) n * n + 1);
    g_autofree guint32 *queue = g_new (guint32, (gsize) n + 2);
    g_autofree guint8 *queued = g_new0 (guint8, (gsize) n + 1);
    for (guint32 a = 0; a < n; a++) {
        guint32 *way = apart + (gsize) a * n, head = 0, tail = 0;
        for (guint32 b = 0; b < n; b++)
            way[b] = far;
        way[a] = 0;
        for (queue[tail++] = a; head != tail; head = (head + 1) % (n + 1)) {
            guint32 v = queue[head];
            guint64 on = way[v] + (v == a ? 0 : (guint64) problem->weight[v]);
            queued[v] = 0;
            for (guint32 i = problem->first[v]; i < problem->wall[v]; i++) {
                guint32 to = problem->link[i].target;
                if (on >= way[to])
                    continue;
                way[to] = (guint32) on;
                if (queued[to])
                    continue;
                queued[to] = 1;
                queue[tail] = to;
                tail = (tail + 1) % (n + 1);
            }
        }
    }
    return apart;
}

/* ---- layers ---- */

typedef struct {
    const CgPartitionProblem *problem;
    const guint32 *order;
    guint32 *place;                   /* [n] inverse of order                      */
    guint32 width;                    /* of the frontier before this layer         */
    gboolean is_last;                 /* the empty set is not wanted               */
    guint32 slot[CG_FRONTIER_WIDTH + 1]; /* its nodes                              */
    guint8 stays[CG_FRONTIER_WIDTH + 2]; /* slot, then the node itself: still open */
    gint32 link[CG_FRONTIER_WIDTH + 1];  /* cost of the node's link to each slot   */
    guint8 joins[CG_FRONTIER_WIDTH + 1]; /* that link joins                        */
    GArray *key, *light;              /* Key, gint64 of the layer that grows       */
    guint32 *table;                   /* open addressing over key                  */
    guint32 table_size;
    const guint32 *apart;             /* [n * n] lightest way between two nodes, without their own
                                         weight; most + 1: none lighter            */
    guint32 kept[CG_FRONTIER_WIDTH + 1], n_kept; /* nodes of the frontier after this layer */
    gint64 most_weight;
    gboolean too_many;                /* sets for the labels                       */
    const CgPartitionWork *work;      /* looked at now and then; may be NULL       */
    gboolean is_over;
} Layer;

static gboolean
is_open (const Layer *layer, guint32 v, guint32 t)
{
    const CgPartitionProblem *problem = layer->problem;
    for (guint32 i = problem->first[v]; i < problem->first[v + 1]; i++)
        if (layer->place[problem->link[i].target] > t)
            return TRUE;
    return FALSE;
}

static void
open_layer (Layer *layer, guint32 t)
{
    const CgPartitionProblem *problem = layer->problem;
    guint32 v = layer->order[t];
    for (guint32 k = 0; k < layer->width; k++) {
        layer->link[k] = 0;
        layer->joins[k] = 0;
        layer->stays[k] = is_open (layer, layer->slot[k], t);
        for (guint32 i = problem->first[v]; i < problem->first[v + 1]; i++)
            if (problem->link[i].target == layer->slot[k]) {
                layer->link[k] += problem->link[i].cost;
                layer->joins[k] |= i < problem->wall[v];
            }
    }
    layer->stays[layer->width] = is_open (layer, v, t);
    layer->n_kept = 0;
    for (guint32 k = 0; k <= layer->width; k++)
        if (layer->stays[k])
            layer->kept[layer->n_kept++] = k < layer->width ? layer->slot[k] : v;
}

static void
close_layer (Layer *layer)
{
    memcpy (layer->slot, layer->kept, sizeof (guint32) * layer->n_kept);
    layer->width = layer->n_kept;
}

/* The frontier after the choice, labels in order of first appearance; 0 when none is in.
 * out_lost: connected sets that have no open node any more. */
static Key
pack (const Layer *layer, const guint8 *label, guint *out_lost, guint *out_sets)
{
    guint8 number[16] = { 0 };
    guint next = 0, before = 0;
    Key key = 0;
    guint shift = 0;
    for (guint32 k = 0; k <= layer->width; k++)
        before |= 1u << label[k];
    for (guint32 k = 0; k <= layer->width; k++) {
        if (!layer->stays[k])
            continue;
        guint8 c = label[k];
        if (c != 0 && number[c] == 0)
            number[c] = (guint8) ++next;
        key |= (Key) number[c] << shift;
        shift += LABEL_BITS;
    }
    *out_lost = (guint) __builtin_popcount (before & ~1u) - next;
    *out_sets = next;
    return key;
}

/* FALSE: some of the sets are too far from all others to be joined by what may still be added. */
static gboolean
may_join (const Layer *layer, Key key, guint sets, gint64 light)
{
    guint32 least[16];
    gint64 room = layer->most_weight - light;
    for (guint c = 1; c <= sets; c++)
        least[c] = CG_NONE;
    for (guint32 a = 0; a < layer->n_kept; a++) {
        guint c = (guint) (key >> (LABEL_BITS * a)) & LABEL_MASK;
        const guint32 *apart = layer->apart + (gsize) layer->kept[a] * layer->problem->n;
        for (guint32 b = 0; b < layer->n_kept && c != 0; b++) {
            guint other = (guint) (key >> (LABEL_BITS * b)) & LABEL_MASK;
            if (other != 0 && other != c)
                least[c] = MIN (least[c], apart[layer->kept[b]]);
        }
    }
    for (guint c = 1; c <= sets; c++)
        if (least[c] > room)
            return FALSE;
    return TRUE;
}

static inline guint32
hash_key (Key key)
{
    guint64 hash = (guint64) key * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)
                   ^ (guint64) (key >> 64) * G_GUINT64_CONSTANT (0xc2b2ae3d27d4eb4f);
    return (guint32) (hash >> 32);
}

static guint32
find_state (Layer *layer, Key key, gint64 light)
{
    guint32 mask = layer->table_size - 1;
    guint32 at = hash_key (key) & mask;
    for (; layer->table[at] != CG_NONE; at = (at + 1) & mask) {
        guint32 index = layer->table[at];
        if (g_array_index (layer->key, Key, index) != key)
            continue;
        gint64 *known = &g_array_index (layer->light, gint64, index);
        *known = MIN (*known, light);
        return index;
    }
    layer->table[at] = layer->key->len;
    g_array_append_val (layer->key, key);
    g_array_append_val (layer->light, light);
    return layer->table[at];
}

static void
grow_table (Layer *layer)
{
    if ((guint64) layer->key->len * 2 < layer->table_size)
        return;
    while ((guint64) layer->key->len * 2 >= layer->table_size)
        layer->table_size *= 4;
    g_free (layer->table);
    layer->table = g_new (guint32, layer->table_size);
    memset (layer->table, 0xff, sizeof (guint32) * layer->table_size);
    for (guint32 i = 0; i < layer->key->len; i++) {
        Key key = g_array_index (layer->key, Key, i);
        guint32 mask = layer->table_size - 1;
        guint32 at = hash_key (key) & mask;
        while (layer->table[at] != CG_NONE)
            at = (at + 1) & mask;
        layer->table[at] = i;
    }
}

/* Where a choice leads. light: least weight of a set that comes this way. */
static guint32
follow (Layer *layer, const guint8 *label, gboolean started, gint64 light)
{
    guint lost, sets;
    Key key = pack (layer, label, &lost, &sets);
    if (lost > 1 || (lost == 1 && key != 0) || (!started && layer->is_last))
        return CG_FRONTIER_DEAD;
    if (started && key == 0)
        return CG_FRONTIER_DONE;
    if (sets > 1 && !may_join (layer, key, sets, light))
        return CG_FRONTIER_DEAD;
    if (sets >= FRESH) {
        layer->too_many = TRUE;
        return CG_FRONTIER_DEAD;
    }
    grow_table (layer);
    return find_state (layer, key, light);
}

/* Puts node t in: its set takes in every set that it is linked with. Returns what becomes cut. */
static gint64
put_in (const Layer *layer, guint8 *label)
{
    gint64 cost = 0;
    guint joined = 0;
    for (guint32 k = 0; k < layer->width; k++) {
        if (label[k] == 0)
            cost += layer->link[k];
        else if (layer->joins[k])
            joined |= 1u << label[k];
    }
    for (guint32 k = 0; k < layer->width; k++)
        if (label[k] != 0 && (joined >> label[k] & 1))
            label[k] = FRESH;
    label[layer->width] = FRESH;
    return cost;
}

typedef struct {
    GArray *key, *light;
} States;

static void
expand (Layer *layer, CgFrontier *frontier, guint32 t, const States *now, gint64 most_weight)
{
    guint32 base = frontier->first[t], next = frontier->first[t + 1];
    gint64 weight = layer->problem->weight[layer->order[t]];
    for (guint32 i = 0; i < now->key->len && !layer->is_over; i++) {
        layer->is_over
            = layer->work != NULL && i % CHECK_EVERY == 0 && cg_work_is_over (layer->work);
        Key key = g_array_index (now->key, Key, i);
        gint64 light = g_array_index (now->light, gint64, i);
        guint8 label[CG_FRONTIER_WIDTH + 1];
        for (guint32 k = 0; k < layer->width; k++)
            label[k] = (guint8) (key >> (LABEL_BITS * k)) & LABEL_MASK;
        label[layer->width] = 0;
        guint32 out = follow (layer, label, key != 0, light);
        frontier->out[base + i] = out < CG_FRONTIER_DONE ? next + out : out;
        frontier->cost_in[base + i] = put_in (layer, label);
        guint32 in = light + weight <= most_weight
                         ? follow (layer, label, TRUE, light + weight)
                         : CG_FRONTIER_DEAD;
        frontier->in[base + i] = in < CG_FRONTIER_DONE ? next + in : in;
    }
}

static gboolean
build_layers (CgFrontier *frontier, const CgPartitionProblem *problem, gint64 most_weight,
              guint32 most_states, const CgPartitionWork *work)
{
    g_autofree guint32 *place = g_new (guint32, (gsize) problem->n + 1);
    g_autofree guint32 *apart = lightest_ways (problem, most_weight);
    Layer layer = { .problem = problem, .order = frontier->node, .place = place, .apart = apart,
                    .most_weight = most_weight, .table_size = 1024, .work = work };
    layer.table = g_new (guint32, layer.table_size);
    layer.key = g_array_new (FALSE, FALSE, sizeof (Key));
    layer.light = g_array_new (FALSE, FALSE, sizeof (gint64));
    States now = { g_array_new (FALSE, FALSE, sizeof (Key)),
                   g_array_new (FALSE, FALSE, sizeof (gint64)) };
    Key no_key = 0;
    gint64 no_weight = 0;
    g_array_append_val (now.key, no_key);
    g_array_append_val (now.light, no_weight);
    for (guint32 t = 0; t < problem->n; t++)
        place[frontier->node[t]] = t;
    gsize room = 0;
    gboolean ok = TRUE;
    for (guint32 t = 0; t < problem->n && ok; t++) {
        guint32 end = frontier->first[t] + now.key->len;
        ok = end <= most_states;
        if (!ok)
            break;
        if (end > room) {
            room = MIN ((gsize) most_states, 2 * (gsize) end + 1024);
            frontier->in = g_renew (guint32, frontier->in, room);
            frontier->out = g_renew (guint32, frontier->out, room);
            frontier->cost_in = g_renew (gint64, frontier->cost_in, room);
        }
        frontier->first[t + 1] = frontier->n_states = end;
        memset (layer.table, 0xff, sizeof (guint32) * layer.table_size);
        g_array_set_size (layer.key, 0);
        g_array_set_size (layer.light, 0);
        open_layer (&layer, t);
        layer.is_last = t + 1 == problem->n;
        for (guint32 k = 0; k < layer.width; k++)
            frontier->back[t] += layer.link[k];
        expand (&layer, frontier, t, &now, most_weight);
        close_layer (&layer);
        frontier->width = MAX (frontier->width, layer.width);
        ok = layer.width <= CG_FRONTIER_WIDTH && !layer.too_many && !layer.is_over;
        States swap = now;
        now = (States){ layer.key, layer.light };
        layer.key = swap.key;
        layer.light = swap.light;
    }
    g_array_unref (now.key);
    g_array_unref (now.light);
    g_array_unref (layer.key);
    g_array_unref (layer.light);
    g_free (layer.table);
    return ok;
}

CgFrontier *
cg_frontier_new (const CgPartitionProblem *problem, gint64 most_weight, guint32 most_states,
                 const CgPartitionWork *work)
{
    if (problem->n == 0 || problem->n > CG_FRONTIER_MOST_NODES)
        return NULL;
    g_autoptr (CgFrontier) frontier = g_new0 (CgFrontier, 1);
    frontier->n = problem->n;
    frontier->node = g_new (guint32, problem->n);
    frontier->first = g_new0 (guint32, (gsize) problem->n + 1);
    frontier->back = g_new0 (gint64, problem->n);
    if (!find_order (problem, frontier->node)
        || !build_layers (frontier, problem, most_weight, most_states, work))
        return NULL;
    return g_steal_pointer (&frontier);
}

void
cg_frontier_free (CgFrontier *frontier)
{
    if (frontier == NULL)
        return;
    g_free (frontier->node);
    g_free (frontier->first);
    g_free (frontier->in);
    g_free (frontier->out);
    g_free (frontier->cost_in);
    g_free (frontier->back);
    g_free (frontier);
}
