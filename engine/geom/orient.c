#include "geom/orient.h"

#include <float.h>
#include <math.h>

/* A rounded operation and what the rounding lost: value + lost is the exact result. */
typedef struct {
    double value, lost;
} Exact;

static Exact
exact_sum (double a, double b)
{
    double sum = a + b;
    double b_seen = sum - a;
    double a_seen = sum - b_seen;
    return (Exact){ sum, (a - a_seen) + (b - b_seen) };
}

static Exact
exact_product (double a, double b)
{
    double product = a * b;
    return (Exact){ product, fma (a, b, -product) };
}

/* Adds term to an expansion: n parts from small to large that do not overlap, so that the last one
 * that is not zero has the sign of the whole. */
static int
expansion_add (double *expansion, int n, double term)
{
    int kept = 0;
    for (int i = 0; i < n; i++) {
        Exact sum = exact_sum (term, expansion[i]);
        term = sum.value;
        if (sum.lost != 0)
            expansion[kept++] = sum.lost;
    }
    if (term != 0)
        expansion[kept++] = term;
    return kept;
}

/* Adds (a.value + a.lost) * (b.value + b.lost). */
static int
expansion_add_product (double *expansion, int n, Exact a, Exact b)
{
    const double factors[4][2] = {
        { a.lost, b.lost }, { a.lost, b.value }, { a.value, b.lost }, { a.value, b.value }
    };
    for (int i = 0; i < 4; i++) {
        Exact product = exact_product (factors[i][0], factors[i][1]);
        n = expansion_add (expansion, n, product.lost);
        n = expansion_add (expansion, n, product.value);
    }
    return n;
}

static int
sign_exact (double ax, double ay, double bx, double by, double px, double py)
{
    Exact a_to_p_x = exact_sum (ax, -px), b_to_p_x = exact_sum (bx, -px);
    Exact a_to_p_y = exact_sum (ay, -py), b_to_p_y = exact_sum (by, -py);
    Exact minus_b_x = { -b_to_p_x.value, -b_to_p_x.lost };
    double expansion[17];
    int n = expansion_add_product (expansion, 0, a_to_p_x, b_to_p_y);
    n = expansion_add_product (expansion, n, a_to_p_y, minus_b_x);
    if (n == 0)
        return 0;
    return expansion[n - 1] > 0 ? 1 : -1;
}

int
cg_orient_sign (double ax, double ay, double bx, double by, double px, double py)
{
    double left = (ax - px) * (by - py), right = (ay - py) * (bx - px);
    double determinant = left - right;
    /* Two differences, a product and the last difference round once each: (3 + 16 u) u with u =
     * 2^-53 bounds their joint effect; 4 u leaves room for the bound's own rounding. */
    double bound = 2 * DBL_EPSILON * (fabs (left) + fabs (right));
    if (determinant > bound)
        return 1;
    if (-determinant > bound)
        return -1;
    return sign_exact (ax, ay, bx, by, px, py);
}
