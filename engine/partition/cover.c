#include "partition/bound_internal.h"

/* Depth first: the open node that fewest zones still fit gets each of them, cheapest first. */
typedef struct {
    CgCover *cover;
    guint32 n, words;
    guint32 *first, *list; /* zones of each node, cheapest first: list[first[v]..first[v + 1]-1] */
    guint64 *open;         /* [words]                                                            */
    guint32 *chosen, depth;
    guint32 *best, n_best;
    gint64 used[2];
} Search;

static const guint64 *
set_of (const Search *search, guint32 index)
{
    return cg_pool_set (search->cover->pool, search->cover->zone[index]);
}

static inline gboolean
fits (const Search *search, guint32 index)
{
    const CgCover *cover = search->cover;
    const guint64 *set = set_of (search, index);
    for (guint32 w = 0; w < search->words; w++)
        if ((set[w] & ~search->open[w]) != 0)
            return FALSE;
    for (guint32 i = 0; i < cover->n_limits; i++)
        if (search->used[i] + cover->use[index * cover->n_limits + i] > cover->limit[i])
            return FALSE;
    return TRUE;
}

/* Puts a zone on open nodes (sign 1) or takes it back (-1). */
static void
place (Search *search, guint32 index, gint sign)
{
    const CgCover *cover = search->cover;
    const guint64 *set = set_of (search, index);
    for (guint32 w = 0; w < search->words; w++)
        search->open[w] ^= set[w];
    for (guint32 i = 0; i < cover->n_limits; i++)
        search->used[i] += sign * cover->use[index * cover->n_limits + i];
}

/* Zones of v that still fit and are cheap enough, counted up to `most`. */
static guint32
count_fits (Search *search, guint32 v, gint64 budget, guint32 most)
{
    guint32 count = 0;
    for (guint32 i = search->first[v]; i < search->first[v + 1] && count < most; i++) {
        if (search->cover->cost[search->list[i]] >= budget)
            break;
        count += fits (search, search->list[i]);
        search->cover->steps -= search->cover->steps > 0;
    }
    return count;
}

static guint32
pick_node (Search *search, gint64 budget)
{
    guint32 best = CG_NONE, fewest = G_MAXUINT32;
    for (guint32 w = 0; w < search->words; w++)
        for (guint64 left = search->open[w]; left != 0; left &= left - 1) {
            guint32 v = 64 * w + (guint32) __builtin_ctzll (left);
            guint32 count = count_fits (search, v, budget, fewest);
            if (count >= fewest)
                continue;
            best = v;
            fewest = count;
            if (count == 0)
                return v;
        }
    return best;
}

static void
cover_rest (Search *search, gint64 spent)
{
    CgCover *cover = search->cover;
    guint32 v = pick_node (search, cover->below - spent);
    if (v == CG_NONE) {
        cover->below = spent;
        search->n_best = search->depth;
        memcpy (search->best, search->chosen, sizeof (guint32) * search->depth);
        return;
    }
    for (guint32 i = search->first[v]; i < search->first[v + 1] && cover->steps > 0; i++) {
        guint32 index = search->list[i];
        if (spent + cover->cost[index] >= cover->below)
            return;
        cover->steps--;
        if (!fits (search, index))
            continue;
        place (search, index, 1);
        search->chosen[search->depth++] = index;
        cover_rest (search, spent + cover->cost[index]);
        search->depth--;
        place (search, index, -1);
    }
}

static gint
cheaper (gconstpointer a, gconstpointer b, gpointer user_data)
{
    const CgCover *cover = user_data;
    guint32 first = *(const guint32 *) a, second = *(const guint32 *) b;
    if (cover->cost[first] != cover->cost[second])
        return cover->cost[first] < cover->cost[second] ? -1 : 1;
    return first < second ? -1 : first > second;
}

static void
list_zones (Search *search)
{
    CgCover *cover = search->cover;
    g_autofree guint32 *order = g_new (guint32, (gsize) cover->n_zones + 1);
    for (guint32 i = 0; i < cover->n_zones; i++)
        order[i] = i;
    g_qsort_with_data (order, (gint) cover->n_zones, sizeof (guint32), cheaper, cover);
    for (guint pass = 0; pass < 2; pass++) {
        for (guint32 i = 0; i < cover->n_zones; i++) {
            const guint64 *set = set_of (search, order[i]);
            for (guint32 w = 0; w < search->words; w++)
                for (guint64 left = set[w]; left != 0; left &= left - 1) {
                    guint32 v = 64 * w + (guint32) __builtin_ctzll (left);
                    if (pass == 1)
                        search->list[search->first[v]] = order[i];
                    search->first[v + (pass == 0 ? 1 : 0)]++;
                }
        }
        if (pass == 1)
            break;
        for (guint32 v = 0; v < search->n; v++)
            search->first[v + 1] += search->first[v];
        search->list = g_new (guint32, (gsize) search->first[search->n] + 1);
    }
    /* Filling moved each start to the next one's. */
    memmove (search->first + 1, search->first, sizeof (guint32) * search->n);
    search->first[0] = 0;
}

gboolean
cg_cover_run (CgCover *cover, guint32 *part_of)
{
    Search search = { .cover = cover, .n = cover->pool->problem->n, .words = cover->pool->words };
    gsize n = search.n;
    g_autofree guint32 *first = g_new0 (guint32, n + 2), *chosen = g_new (guint32, n + 1);
    g_autofree guint32 *best = g_new (guint32, n + 1);
    g_autofree guint64 *open = g_new0 (guint64, (gsize) search.words + 1);
    search.first = first;
    search.chosen = chosen;
    search.best = best;
    search.open = open;
    for (guint32 v = 0; v < search.n; v++)
        open[v / 64] |= G_GUINT64_CONSTANT (1) << (v % 64);
    list_zones (&search);
    if (cover->steps > 0)
        cover_rest (&search, 0);
    g_free (search.list);
    for (guint32 p = 0; p < search.n_best; p++) {
        const guint64 *set = set_of (&search, best[p]);
        for (guint32 v = 0; v < search.n; v++)
            if (set[v / 64] >> (v % 64) & 1)
                part_of[v] = p;
    }
    return search.n_best > 0;
}
