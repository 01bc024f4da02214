#include "measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    guint32 label, region, unit;
} Row;

static int
compare_rows (const void *a, const void *b)
{
    const Row *p = a, *q = b;
    if (p->label != q->label)
        return p->label < q->label ? -1 : 1;
    if (p->region != q->region)
        return p->region < q->region ? -1 : 1;
    return p->unit < q->unit ? -1 : p->unit > q->unit;
}

/* Grid number of each unit, CG_NONE without label; counts missing and crossing. */
static guint32 *
number_grids (const guint32 *region, const guint32 *label, guint32 n, BenchMeasures *out)
{
    guint32 *grid = g_new (guint32, n + 1);
    g_autofree Row *rows = g_new (Row, n + 1);
    for (guint32 i = 0; i < n; i++)
        rows[i] = (Row){ label[i], region != NULL ? region[i] : 0, i };
    qsort (rows, n, sizeof *rows, compare_rows);
    for (guint32 k = 0; k < n; k++) {
        grid[rows[k].unit] = CG_NONE;
        if (rows[k].label == CG_NONE) {
            out->missing++;
            continue;
        }
        gboolean same_label = k > 0 && rows[k - 1].label == rows[k].label;
        if (!same_label || rows[k - 1].region != rows[k].region) {
            out->grids++;
            out->crossing += same_label;
        }
        grid[rows[k].unit] = out->grids - 1;
    }
    return grid;
}

/* Pieces of all grids together, by walking over passable links. */
static guint32
count_pieces (const CgGraph *graph, const guint32 *grid)
{
    g_autofree guint8 *seen = g_new0 (guint8, graph->n + 1);
    g_autofree guint32 *queue = g_new (guint32, graph->n + 1);
    guint32 pieces = 0;
    for (guint32 start = 0; start < graph->n; start++) {
        if (seen[start] || grid[start] == CG_NONE)
            continue;
        guint32 head = 0, tail = 0;
        queue[tail++] = start;
        seen[start] = 1;
        pieces++;
        while (head < tail) {
            guint32 u = queue[head++];
            for (guint32 k = graph->first[u]; k < graph->first[u + 1]; k++) {
                guint32 v = graph->target[k];
                if (graph->passable[k] && !seen[v] && grid[v] == grid[u]) {
                    seen[v] = 1;
                    queue[tail++] = v;
                }
            }
        }
    }
    return pieces;
}

static void
measure_sums (const guint32 *weight, const guint32 *grid, guint32 n, const BenchRule *rule,
              BenchMeasures *out)
{
    g_autofree guint64 *sum = g_new0 (guint64, out->grids + 1);
    for (guint32 i = 0; i < n; i++)
        if (grid[i] != CG_NONE)
            sum[grid[i]] += weight[i];
    for (guint32 g = 0; g < out->grids; g++) {
        double off = fabs ((double) sum[g] - rule->target) / rule->target;
        out->in_range += sum[g] >= rule->min && sum[g] <= rule->max;
        out->deviation += off / out->grids;
        out->max_deviation = MAX (out->max_deviation, off);
    }
}

static void
measure_shape (const CgGraph *graph, const guint32 *region, const guint32 *grid, BenchMeasures *out)
{
    g_autofree double *area = g_new0 (double, out->grids + 1);
    g_autofree guint64 *around_cm = g_new0 (guint64, out->grids + 1);
    guint64 inner_cm = 0;
    for (guint32 u = 0; u < graph->n; u++) {
        if (grid[u] == CG_NONE)
            continue;
        area[grid[u]] += graph->area_m2[u];
        around_cm[grid[u]] += graph->outer_cm[u];
        for (guint32 k = graph->first[u]; k < graph->first[u + 1]; k++) {
            guint32 v = graph->target[k];
            if (grid[v] == grid[u])
                continue;
            around_cm[grid[u]] += graph->border_cm[k];
            if (u < v && (region == NULL || region[u] == region[v]))
                inner_cm += graph->border_cm[k];
        }
    }
    out->boundary_m = inner_cm / 100.0;
    for (guint32 g = 0; g < out->grids; g++) {
        double around_m = around_cm[g] / 100.0;
        if (around_m > 0)
            out->compactness += 4 * G_PI * area[g] / (around_m * around_m) / out->grids;
    }
}

void
bench_measure (const CgGraph *graph, const guint32 *weight, const guint32 *region,
               const guint32 *label, const BenchRule *rule, BenchMeasures *out)
{
    *out = (BenchMeasures){ 0 };
    g_autofree guint32 *grid = number_grids (region, label, graph->n, out);
    out->extra = count_pieces (graph, grid) - out->grids;
    out->violations = out->extra + out->crossing + out->missing;
    measure_sums (weight, grid, graph->n, rule, out);
    measure_shape (graph, region, grid, out);
}

typedef struct {
    guint32 old_label, label;
    guint64 weight;
} Shared;

static int
compare_pairs (const void *a, const void *b)
{
    const Shared *p = a, *q = b;
    if (p->old_label != q->old_label)
        return p->old_label < q->old_label ? -1 : 1;
    return p->label < q->label ? -1 : p->label > q->label;
}

static int
compare_shared (const void *a, const void *b)
{
    const Shared *p = a, *q = b;
    if (p->weight != q->weight)
        return p->weight > q->weight ? -1 : 1;
    return compare_pairs (a, b);
}

/* Pairs (old, new) with the weight they share; returns their number. */
static guint32
share_pairs (const guint32 *weight, const guint32 *old_label, const guint32 *label, guint32 n,
             Shared *out)
{
    guint32 used = 0, m = 0;
    for (guint32 i = 0; i < n; i++)
        if (old_label[i] != CG_NONE && label[i] != CG_NONE)
            out[used++] = (Shared){ old_label[i], label[i], weight[i] };
    qsort (out, used, sizeof *out, compare_pairs);
    for (guint32 i = 0; i < used; i++) {
        if (m > 0 && compare_pairs (&out[m - 1], &out[i]) == 0)
            out[m - 1].weight += out[i].weight;
        else
            out[m++] = out[i];
    }
    qsort (out, m, sizeof *out, compare_shared);
    return m;
}

double
bench_moved (const guint32 *weight, const guint32 *old_label, const guint32 *label, guint32 n)
{
    g_autofree Shared *pair = g_new (Shared, n + 1);
    guint32 m = share_pairs (weight, old_label, label, n, pair);
    g_autoptr (GHashTable) old_taken = g_hash_table_new (NULL, NULL);
    g_autoptr (GHashTable) new_taken = g_hash_table_new (NULL, NULL);
    guint64 total = 0, stayed = 0;
    for (guint32 i = 0; i < n; i++)
        if (old_label[i] != CG_NONE)
            total += weight[i];
    for (guint32 i = 0; i < m; i++)
        if (!g_hash_table_contains (old_taken, GUINT_TO_POINTER (pair[i].old_label)) &&
            !g_hash_table_contains (new_taken, GUINT_TO_POINTER (pair[i].label))) {
            g_hash_table_add (old_taken, GUINT_TO_POINTER (pair[i].old_label));
            g_hash_table_add (new_taken, GUINT_TO_POINTER (pair[i].label));
            stayed += pair[i].weight;
        }
    return total > 0 ? (double) (total - stayed) / (double) total : 0;
}

guint64
bench_label_hash (const guint32 *label, guint32 n)
{
    g_autoptr (GHashTable) number = g_hash_table_new (NULL, NULL);
    guint64 hash = G_GUINT64_CONSTANT (14695981039346656037);
    for (guint32 i = 0; i < n; i++) {
        gpointer found = g_hash_table_lookup (number, GUINT_TO_POINTER (label[i]));
        guint32 ordinal = found != NULL ? GPOINTER_TO_UINT (found) : g_hash_table_size (number) + 1;
        if (found == NULL)
            g_hash_table_insert (number, GUINT_TO_POINTER (label[i]), GUINT_TO_POINTER (ordinal));
        for (guint b = 0; b < 4; b++)
            hash = (hash ^ (ordinal >> 8 * b & 0xff)) * G_GUINT64_CONSTANT (1099511628211);
    }
    return hash;
}
