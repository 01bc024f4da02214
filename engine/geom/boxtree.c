#include "boxtree.h"

#include "base/error.h"

#include <math.h>
#include <stdlib.h>

#define WIDTH 16u
#define MAX_LEVELS 9 /* 16^8 = 2^32 */

typedef struct {
    CgBox box;
    guint32 id; /* of the box; in upper levels: first child */
} Entry;

struct _CgBoxTree {
    guint n_levels;
    guint32 count[MAX_LEVELS];
    Entry *level[MAX_LEVELS]; /* 0: the boxes themselves; the last has at most WIDTH entries */
};

static int
compare (double a, double b, guint32 p, guint32 q)
{
    if (a != b)
        return a < b ? -1 : 1;
    return (p > q) - (p < q);
}

static int
compare_x (const void *a, const void *b)
{
    const Entry *p = a, *q = b;
    return compare (p->box.x_min + p->box.x_max, q->box.x_min + q->box.x_max, p->id, q->id);
}

static int
compare_y (const void *a, const void *b)
{
    const Entry *p = a, *q = b;
    return compare (p->box.y_min + p->box.y_max, q->box.y_min + q->box.y_max, p->id, q->id);
}

/* Orders the lowest level so that runs of WIDTH entries lie close together. */
static void
tile (Entry *entries, guint32 n)
{
    qsort (entries, n, sizeof *entries, compare_x);
    guint32 n_leaves = n / WIDTH + 1;
    guint32 per_slice = WIDTH * (guint32) ceil (sqrt ((double) n_leaves));
    for (guint64 first = 0; first < n; first += per_slice)
        qsort (entries + first, MIN (per_slice, n - first), sizeof *entries, compare_y);
}

static gboolean
stack_levels (CgBoxTree *tree)
{
    while (tree->count[tree->n_levels - 1] > WIDTH) {
        guint32 n_below = tree->count[tree->n_levels - 1];
        const Entry *below = tree->level[tree->n_levels - 1];
        guint32 n = (n_below - 1) / WIDTH + 1;
        Entry *here = g_try_new (Entry, n);
        if (here == NULL)
            return FALSE;
        for (guint32 k = 0; k < n; k++) {
            here[k].box = CG_BOX_EMPTY;
            here[k].id = k * WIDTH;
            for (guint32 c = k * WIDTH; c < n_below && c < (k + 1) * WIDTH; c++)
                cg_box_join (&here[k].box, &below[c].box);
        }
        tree->level[tree->n_levels] = here;
        tree->count[tree->n_levels++] = n;
    }
    return TRUE;
}

CgBoxTree *
cg_box_tree_new (guint32 n, const CgBox *boxes, GError **error)
{
    g_autoptr (CgBoxTree) tree = g_new0 (CgBoxTree, 1);
    Entry *entries = g_try_new (Entry, (gsize) n + 1);
    tree->level[0] = entries;
    tree->n_levels = 1;
    for (guint32 i = 0; entries != NULL && i < n; i++)
        if (boxes[i].x_min <= boxes[i].x_max && boxes[i].y_min <= boxes[i].y_max)
            entries[tree->count[0]++] = (Entry){ .box = boxes[i], .id = i };
    if (entries != NULL)
        tile (entries, tree->count[0]);
    if (entries == NULL || !stack_levels (tree)) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "no memory to index %u boxes", n);
        return NULL;
    }
    return g_steal_pointer (&tree);
}

void
cg_box_tree_free (CgBoxTree *tree)
{
    if (tree == NULL)
        return;
    for (guint k = 0; k < tree->n_levels; k++)
        g_free (tree->level[k]);
    g_free (tree);
}

static void
find (const CgBoxTree *tree, guint level, guint32 first, const CgBox *box, GArray *out)
{
    guint32 end = MIN ((guint64) tree->count[level], (guint64) first + WIDTH);
    const Entry *entries = tree->level[level];
    for (guint32 k = first; k < end; k++) {
        const CgBox *b = &entries[k].box;
        if (b->x_min > box->x_max || b->x_max < box->x_min || b->y_min > box->y_max ||
            b->y_max < box->y_min)
            continue;
        if (level == 0)
            g_array_append_val (out, entries[k].id);
        else
            find (tree, level - 1, entries[k].id, box, out);
    }
}

static int
compare_id (gconstpointer a, gconstpointer b)
{
    guint32 p = *(const guint32 *) a, q = *(const guint32 *) b;
    return (p > q) - (p < q);
}

void
cg_box_tree_find (const CgBoxTree *tree, const CgBox *box, GArray *out)
{
    g_array_set_size (out, 0);
    find (tree, tree->n_levels - 1, 0, box, out);
    if (out->len > 1)
        g_array_sort (out, compare_id);
}

/* ---- nearest ---------------------------------------------------------------------------- */

typedef struct {
    const CgBoxTree *tree;
    const CgBox *box;
    CgBoxDistance distance;
    gpointer user_data;
    double best;
    guint32 id;
} Nearest;

double
cg_box_distance (const CgBox *a, const CgBox *b)
{
    double dx = MAX (MAX (a->x_min - b->x_max, b->x_min - a->x_max), 0);
    double dy = MAX (MAX (a->y_min - b->y_max, b->y_min - a->y_max), 0);
    return sqrt (dx * dx + dy * dy);
}

static void
ask (Nearest *nearest, guint32 id)
{
    double found = nearest->distance (id, nearest->best, nearest->user_data);
    if (found < nearest->best ||
        (found == nearest->best && isfinite (found) && id < nearest->id)) {
        nearest->best = found;
        nearest->id = id;
    }
}

static void
search (Nearest *nearest, guint level, guint32 first)
{
    const Entry *entries = nearest->tree->level[level];
    guint32 end = (guint32) MIN ((guint64) nearest->tree->count[level], (guint64) first + WIDTH);
    guint32 order[WIDTH];
    double far[WIDTH];
    guint n = 0;
    for (guint32 k = first; k < end; k++) {
        double d = cg_box_distance (&entries[k].box, nearest->box);
        guint at = n++;
        for (; at > 0 && far[at - 1] > d; at--) {
            far[at] = far[at - 1];
            order[at] = order[at - 1];
        }
        far[at] = d;
        order[at] = k;
    }
    /* A little room: the same distance may be rounded otherwise on its way through boxes. */
    for (guint m = 0; m < n && far[m] * (1 - 1e-12) <= nearest->best; m++) {
        if (level == 0)
            ask (nearest, entries[order[m]].id);
        else
            search (nearest, level - 1, entries[order[m]].id);
    }
}

guint32
cg_box_tree_nearest (const CgBoxTree *tree, const CgBox *box, double limit,
                     CgBoxDistance distance, gpointer user_data, double *out_distance)
{
    Nearest nearest = { .tree = tree, .box = box, .distance = distance, .user_data = user_data,
                        .best = limit, .id = G_MAXUINT32 };
    search (&nearest, tree->n_levels - 1, 0);
    if (nearest.id != G_MAXUINT32)
        *out_distance = nearest.best;
    return nearest.id;
}
