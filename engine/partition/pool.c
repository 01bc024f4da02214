#include "partition/bound_internal.h"

CgPool *
cg_pool_new (const CgPartitionProblem *problem)
{
    CgPool *pool = g_new0 (CgPool, 1);
    pool->problem = problem;
    pool->words = (problem->n + 63) / 64;
    pool->bits = g_array_new (FALSE, FALSE, sizeof (guint64));
    pool->weight = g_array_new (FALSE, FALSE, sizeof (gint64));
    pool->border = g_array_new (FALSE, FALSE, sizeof (gint64));
    pool->table_size = 256;
    pool->table = g_new (guint32, pool->table_size);
    memset (pool->table, 0xff, sizeof (guint32) * pool->table_size);
    return pool;
}

void
cg_pool_free (CgPool *pool)
{
    if (pool == NULL)
        return;
    g_array_unref (pool->bits);
    g_array_unref (pool->weight);
    g_array_unref (pool->border);
    g_free (pool->table);
    g_free (pool);
}

/* Place of the set in the table, or of the gap where it belongs. */
static guint32
find_place (const CgPool *pool, const guint64 *set)
{
    guint64 hash = 0;
    for (guint32 i = 0; i < pool->words; i++) {
        hash = (hash ^ set[i]) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
        hash ^= hash >> 29;
    }
    guint32 mask = pool->table_size - 1, at = (guint32) (hash >> 32) & mask;
    gsize size = sizeof (guint64) * pool->words;
    while (pool->table[at] != CG_NONE
           && memcmp (cg_pool_set (pool, pool->table[at]), set, size) != 0)
        at = (at + 1) & mask;
    return at;
}

static void
grow_table (CgPool *pool)
{
    if ((guint64) pool->n * 2 < pool->table_size)
        return;
    pool->table_size *= 4;
    pool->table = g_renew (guint32, pool->table, pool->table_size);
    memset (pool->table, 0xff, sizeof (guint32) * pool->table_size);
    for (guint32 i = 0; i < pool->n; i++)
        pool->table[find_place (pool, cg_pool_set (pool, i))] = i;
}

static inline gboolean
has (const guint64 *set, guint32 v)
{
    return set[v / 64] >> (v % 64) & 1;
}

guint32
cg_pool_add (CgPool *pool, const guint64 *set)
{
    const CgPartitionProblem *problem = pool->problem;
    grow_table (pool);
    guint32 at = find_place (pool, set);
    if (pool->table[at] != CG_NONE)
        return pool->table[at];
    gint64 weight = 0, border = 0;
    for (guint32 w = 0; w < pool->words; w++)
        for (guint64 left = set[w]; left != 0; left &= left - 1) {
            guint32 v = 64 * w + (guint32) __builtin_ctzll (left);
            weight += problem->weight[v];
            for (guint32 i = problem->first[v]; i < problem->first[v + 1]; i++)
                border += has (set, problem->link[i].target) ? 0 : problem->link[i].cost;
        }
    g_array_append_vals (pool->bits, set, pool->words);
    g_array_append_val (pool->weight, weight);
    g_array_append_val (pool->border, border);
    return pool->table[at] = pool->n++;
}

guint32
cg_pool_add_plan (CgPool *pool, const guint32 *part_of, guint32 *zones)
{
    guint32 n = pool->problem->n, n_parts = 0;
    gsize words = pool->words;
    g_autofree guint32 *number = g_new (guint32, (gsize) n + 1);
    g_autofree guint64 *set = g_new0 (guint64, words * ((gsize) n + 1));
    for (guint32 v = 0; v < n; v++)
        number[v] = CG_NONE;
    for (guint32 v = 0; v < n; v++) {
        guint32 *part = &number[part_of[v]];
        *part = *part == CG_NONE ? n_parts++ : *part;
        set[words * *part + v / 64] |= G_GUINT64_CONSTANT (1) << (v % 64);
    }
    for (guint32 p = 0; p < n_parts; p++) {
        guint32 zone = cg_pool_add (pool, set + words * p);
        if (zones != NULL)
            zones[p] = zone;
    }
    return n_parts;
}
