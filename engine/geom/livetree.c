#include "geom/livetree.h"

#include "base/error.h"
#include "geom/orient.h"

#define LEAF 8u
#define MAX_DEPTH 30u

/* Node k of depth d holds points order[n * k / 2^d] up to order[n * (k + 1) / 2^d]; it is entry
 * 2^d + k of box and left. */
struct _CgLiveTree {
    guint32 n;
    guint depth; /* of the leaves */
    const double *x, *y;
    guint32 *order, *place; /* place[order[i]] == i */
    CgBox *box;
    guint32 *left; /* points that are still there */
};

static guint32
first_of (const CgLiveTree *tree, guint depth, guint32 k)
{
    return (guint32) (((guint64) tree->n * k) >> depth);
}

/* By the coordinate that the node is halved at; no two points compare equal. */
static gboolean
is_before (const CgLiveTree *tree, gboolean by_x, guint32 p, guint32 q)
{
    const double *first = by_x ? tree->x : tree->y;
    return first[p] != first[q] ? first[p] < first[q] : p < q;
}

/* Moves the points that belong before `middle` there; quickselect with the median of three. */
static void
halve (CgLiveTree *tree, gboolean by_x, guint32 from, guint32 to, guint32 middle)
{
    guint32 *order = tree->order;
    while (to - from > 1) {
        guint32 p = order[from], q = order[from + (to - from) / 2], r = order[to - 1];
        if (is_before (tree, by_x, q, p))
            (void) (p ^= q, q ^= p, p ^= q);
        guint32 pivot = is_before (tree, by_x, r, q) ? (is_before (tree, by_x, r, p) ? p : r) : q;
        guint32 i = from, j = to - 1;
        for (;;) {
            while (is_before (tree, by_x, order[i], pivot))
                i++;
            while (is_before (tree, by_x, pivot, order[j]))
                j--;
            if (i >= j)
                break;
            guint32 swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
        if (i == middle)
            return;
        if (i < middle)
            from = i + 1;
        else
            to = i;
    }
}

static void
measure (CgLiveTree *tree, guint depth, guint32 k)
{
    guint32 node = (1u << depth) + k, to = first_of (tree, depth, k + 1);
    tree->box[node] = CG_BOX_EMPTY;
    tree->left[node] = to - first_of (tree, depth, k);
    for (guint32 i = first_of (tree, depth, k); i < to; i++)
        cg_box_add (&tree->box[node], tree->x[tree->order[i]], tree->y[tree->order[i]]);
}

CgLiveTree *
cg_live_tree_new (guint32 n, const double *x, const double *y, GError **error)
{
    g_autoptr (CgLiveTree) tree = g_new0 (CgLiveTree, 1);
    tree->n = n;
    tree->x = x;
    tree->y = y;
    while (tree->depth < MAX_DEPTH && (n >> tree->depth) > LEAF)
        tree->depth++;
    tree->order = g_try_new (guint32, (gsize) n + 1);
    tree->place = g_try_new (guint32, (gsize) n + 1);
    tree->box = g_try_new (CgBox, (gsize) 2 << tree->depth);
    tree->left = g_try_new (guint32, (gsize) 2 << tree->depth);
    if (tree->order == NULL || tree->place == NULL || tree->box == NULL || tree->left == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "no memory for %u points", n);
        return NULL;
    }
    for (guint32 i = 0; i < n; i++)
        tree->order[i] = i;
    for (guint depth = 0; depth <= tree->depth; depth++)
        for (guint32 k = 0; k < 1u << depth; k++) {
            measure (tree, depth, k);
            const CgBox *box = &tree->box[(1u << depth) + k];
            if (depth < tree->depth)
                halve (tree, box->x_max - box->x_min >= box->y_max - box->y_min,
                       first_of (tree, depth, k), first_of (tree, depth, k + 1),
                       first_of (tree, depth + 1, 2 * k + 1));
        }
    for (guint32 i = 0; i < n; i++)
        tree->place[tree->order[i]] = i;
    return g_steal_pointer (&tree);
}

void
cg_live_tree_free (CgLiveTree *tree)
{
    if (tree == NULL)
        return;
    g_free (tree->order);
    g_free (tree->place);
    g_free (tree->box);
    g_free (tree->left);
    g_free (tree);
}

void
cg_live_tree_remove (CgLiveTree *tree, guint32 point)
{
    guint32 place = tree->place[point];
    guint32 k = (guint32) (((guint64) place << tree->depth) / tree->n);
    while (first_of (tree, tree->depth, k + 1) <= place)
        k++;
    for (guint32 node = (1u << tree->depth) + k; node > 0; node >>= 1)
        tree->left[node]--;
    tree->order[place] = G_MAXUINT32;
}

typedef struct {
    double x[3], y[3]; /* counter-clockwise, or on one line with the second in the middle */
    CgBox box;
    guint32 corner[3];
} Triangle;

static int
sign_at (const Triangle *t, guint side, double x, double y)
{
    guint next = (side + 1) % 3;
    return cg_orient_sign (t->x[side], t->y[side], t->x[next], t->y[next], x, y);
}

/* FALSE: the whole box lies right of one side. The corner furthest to the left tells. */
static gboolean
may_meet (const Triangle *t, const CgBox *box)
{
    if (!cg_box_meets (&t->box, box))
        return FALSE;
    for (guint side = 0; side < 3; side++) {
        guint next = (side + 1) % 3;
        double x = t->y[next] > t->y[side] ? box->x_min : box->x_max;
        double y = t->x[next] > t->x[side] ? box->y_max : box->y_min;
        if (sign_at (t, side, x, y) < 0)
            return FALSE;
    }
    return TRUE;
}

static gboolean
holds (const CgLiveTree *tree, const Triangle *t, guint32 p)
{
    if (p == G_MAXUINT32 || p == t->corner[0] || p == t->corner[1] || p == t->corner[2])
        return FALSE;
    double x = tree->x[p], y = tree->y[p];
    return x >= t->box.x_min && x <= t->box.x_max && y >= t->box.y_min && y <= t->box.y_max &&
           sign_at (t, 0, x, y) >= 0 && sign_at (t, 1, x, y) >= 0 && sign_at (t, 2, x, y) >= 0;
}

gboolean
cg_live_tree_in_triangle (const CgLiveTree *tree, guint32 a, guint32 b, guint32 c)
{
    int turn = cg_orient_sign (tree->x[a], tree->y[a], tree->x[b], tree->y[b], tree->x[c],
                               tree->y[c]);
    Triangle t = { .corner = { turn < 0 ? c : a, b, turn < 0 ? a : c }, .box = CG_BOX_EMPTY };
    for (guint i = 0; i < 3; i++) {
        t.x[i] = tree->x[t.corner[i]];
        t.y[i] = tree->y[t.corner[i]];
        cg_box_add (&t.box, t.x[i], t.y[i]);
    }
    guint32 stack[2 * MAX_DEPTH + 2], n = 0;
    stack[n++] = 1;
    while (n > 0) {
        guint32 node = stack[--n];
        if (tree->left[node] == 0 || !may_meet (&t, &tree->box[node]))
            continue;
        if (node < 1u << tree->depth) {
            stack[n++] = 2 * node + 1;
            stack[n++] = 2 * node;
            continue;
        }
        guint32 k = node - (1u << tree->depth), to = first_of (tree, tree->depth, k + 1);
        for (guint32 i = first_of (tree, tree->depth, k); i < to; i++)
            if (holds (tree, &t, tree->order[i]))
                return TRUE;
    }
    return FALSE;
}
