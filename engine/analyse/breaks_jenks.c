/* Fisher's classes: the split of a sorted row into k stretches with the least sum of squares inside
 * them.
 *
 * F_c (j) = min over i of F_c-1 (i) + S (i, j), where S is the sum of squared deviations of the
 * different values i..j-1, each as often as it occurs. S obeys the quadrangle inequality (W. D.
 * Fisher's lemma of 1958), so the first i that is best for j never falls as j grows, and each layer
 * is filled by halves: best for the middle j, then left and right of it within its bounds. That is
 * O(k m log m) for m different values.
 *
 * S is a small difference of large sums. It is first computed in doubles; what comes within their
 * rounding of the best is looked at again with twofold numbers, where a tie is a tie. */
#include "analyse/breaks_internal.h"

#include <math.h>
#include <string.h>

#define MAX_CLASSES 64u

typedef struct {
    guint32 m;               /* different values                               */
    const double *value;     /* [m] as given                                   */
    double *weight;          /* [m + 1] how many values before                 */
    CgTwofold *sum;          /* [m + 1] of what is before, about a middle value */
    CgTwofold *square;       /* [m + 1]                                        */
    double slack;            /* no rounding of S in doubles is larger          */
    double tie;              /* no rounding of S in twofold numbers is larger  */
    CgTwofold *before, *now; /* [m + 1] F of the layer below, of this one */
    double *rough_sum, *rough_square, *rough_before, *rough; /* [m + 1] the same in doubles */
    guint32 *from; /* [m + 1] of this layer                          */
} Fisher;

static void
fisher_done (Fisher *fisher)
{
    g_free (fisher->weight);
    g_free (fisher->sum);
    g_free (fisher->square);
    g_free (fisher->before);
    g_free (fisher->now);
    g_free (fisher->rough_sum);
    g_free (fisher->rough_square);
    g_free (fisher->rough_before);
    g_free (fisher->rough);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fisher, fisher_done)

static CgTwofold
exact_cost (const Fisher *fisher, guint32 i, guint32 j)
{
    double weight = fisher->weight[j] - fisher->weight[i];
    CgTwofold sum = cg_twofold_subtract (fisher->sum[j], fisher->sum[i]);
    CgTwofold mean_square = cg_twofold_over (cg_twofold_times (sum, sum), weight);
    return cg_twofold_subtract (cg_twofold_subtract (fisher->square[j], fisher->square[i]),
                                mean_square);
}

/* F in doubles for starts low..high, into fisher->rough; returns the least. */
static double
rough_totals (Fisher *fisher, guint32 j, guint32 low, guint32 high)
{
    const double *weight = fisher->weight, *sum = fisher->rough_sum, *square = fisher->rough_square;
    const double *before = fisher->rough_before;
    double *rough = fisher->rough, least = INFINITY;
    double all_weight = weight[j], all_sum = sum[j], all_square = square[j];
    for (guint32 i = low; i <= high; i++) {
        double s = all_sum - sum[i];
        rough[i] = before[i] + ((all_square - square[i]) - s * s / (all_weight - weight[i]));
    }
    for (guint32 i = low; i <= high; i++)
        least = rough[i] < least ? rough[i] : least;
    return least;
}

/* The first i of low..high that makes the stretches before j best. */
static guint32
best_start (Fisher *fisher, guint32 j, guint32 low, guint32 high)
{
    guint32 best = low;
    double near = rough_totals (fisher, j, low, high) + 2 * fisher->slack;
    CgTwofold least = { INFINITY, 0.0 };
    for (guint32 i = low; i <= high; i++) {
        if (fisher->rough[i] > near)
            continue;
        CgTwofold cost = cg_twofold_add (fisher->before[i], exact_cost (fisher, i, j));
        if (isinf (least.high) || cg_twofold_subtract (least, cost).high > fisher->tie) {
            least = cost;
            best = i;
        }
    }
    fisher->now[j] = least;
    fisher->from[j] = best;
    return best;
}

static void
fill (Fisher *fisher, guint32 first, guint32 last, guint32 low, guint32 high)
{
    guint32 middle = first + (last - first) / 2;
    guint32 best = best_start (fisher, middle, low, MIN (high, middle - 1));
    if (middle > first)
        fill (fisher, first, middle - 1, low, best);
    if (middle < last)
        fill (fisher, middle + 1, last, best, high);
}

/* The value of the row that is next to the mean: sums stay small, and differences of whole numbers
 * whole. */
static double
origin_of (guint32 m, const double *scaled, const guint32 *count)
{
    double sum = 0.0, n = 0.0;
    for (guint32 i = 0; i < m; i++) {
        sum += scaled[i] * count[i];
        n += count[i];
    }
    guint32 at = 0;
    while (at + 1 < m && scaled[at] < sum / n)
        at++;
    return scaled[at];
}

static gboolean
add_up (Fisher *fisher, const double *scaled, const guint32 *count)
{
    gsize size = (gsize) fisher->m + 1;
    fisher->weight = g_try_new0 (double, size);
    fisher->sum = g_try_new0 (CgTwofold, size);
    fisher->square = g_try_new0 (CgTwofold, size);
    fisher->before = g_try_new0 (CgTwofold, size);
    fisher->now = g_try_new0 (CgTwofold, size);
    fisher->rough_sum = g_try_new0 (double, size);
    fisher->rough_square = g_try_new0 (double, size);
    fisher->rough_before = g_try_new0 (double, size);
    fisher->rough = g_try_new0 (double, size);
    if (fisher->rough_sum == NULL || fisher->rough_square == NULL || fisher->rough_before == NULL ||
        fisher->rough == NULL)
        return FALSE;
    if (fisher->weight == NULL || fisher->sum == NULL || fisher->square == NULL ||
        fisher->before == NULL || fisher->now == NULL)
        return FALSE;
    double origin = origin_of (fisher->m, scaled, count), far_sum = 0.0, far_value = 0.0;
    for (guint32 i = 0; i < fisher->m; i++) {
        CgTwofold x = cg_twofold_difference (scaled[i], origin), many = { count[i], 0.0 };
        CgTwofold sum = cg_twofold_times (x, many);
        fisher->weight[i + 1] = fisher->weight[i] + count[i];
        fisher->sum[i + 1] = cg_twofold_add (fisher->sum[i], sum);
        fisher->square[i + 1] = cg_twofold_add (fisher->square[i], cg_twofold_times (sum, x));
        fisher->rough_sum[i + 1] = fisher->sum[i + 1].high;
        fisher->rough_square[i + 1] = fisher->square[i + 1].high;
        far_sum = MAX (far_sum, fabs (fisher->rough_sum[i + 1]));
        far_value = MAX (far_value, fabs (x.high));
    }
    /* Eight roundings of 2^-53 each of the largest square, and of a sum times a mean. */
    double scale = fisher->rough_square[fisher->m] + far_sum * far_value;
    fisher->slack = ldexp (scale, -50);
    fisher->tie = ldexp (scale, -92);
    return TRUE;
}

/* Upper bounds of the best n_classes stretches; FALSE without memory. */
static gboolean
solve (Fisher *fisher, guint n_classes, double *out_upper)
{
    gsize size = (gsize) fisher->m + 1;
    g_autofree guint32 *all = g_try_new (guint32, size * n_classes);
    if (all == NULL)
        return FALSE;
    for (guint32 j = 1; j <= fisher->m; j++)
        fisher->now[j] = exact_cost (fisher, 0, j);
    for (guint c = 1; c < n_classes; c++) {
        CgTwofold *swap = fisher->before;
        fisher->before = fisher->now;
        fisher->now = swap;
        for (guint32 j = 0; j <= fisher->m; j++)
            fisher->rough_before[j] = fisher->before[j].high;
        fisher->from = all + c * size;
        fill (fisher, c + 1, fisher->m, c, fisher->m - 1);
    }
    guint32 end = fisher->m;
    for (guint c = n_classes; c-- > 0;) {
        out_upper[c] = fisher->value[end - 1];
        end = c > 0 ? all[c * size + end] : 0;
    }
    return TRUE;
}

guint
cg_breaks_run_jenks (guint32 n, const double *value, guint n_classes, double *out_upper)
{
    g_autofree double *apart = g_try_new (double, n);
    g_autofree guint32 *count = g_try_new0 (guint32, n);
    if (apart == NULL || count == NULL)
        return 0;
    guint32 m = 0;
    for (guint32 i = 0; i < n; i++) {
        if (m == 0 || value[i] > apart[m - 1])
            apart[m++] = value[i];
        count[m - 1]++;
    }
    n_classes = MIN (MIN (n_classes, m), MAX_CLASSES);
    int exponent;
    g_autofree double *scaled = cg_breaks_scaled (m, apart, &exponent);
    g_auto (Fisher) fisher = { .m = m, .value = apart };
    if (scaled == NULL || !add_up (&fisher, scaled, count) ||
        !solve (&fisher, n_classes, out_upper))
        return 0;
    return n_classes;
}
