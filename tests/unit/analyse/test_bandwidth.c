/* Choice of a bandwidth: values of R's spatstat, and a likelihood summed up here. */
#include "analyse/bandwidth.h"
#include "base/error.h"
#include "base/random.h"
#include "redwood.h"
#include "support.h"

#include <math.h>

static const CgBox square = { 0, -1, 1, 0 };

static void
fill_redwood (double *x, double *y)
{
    for (guint i = 0; i < 62; i++)
        x[i] = redwood[i][0], y[i] = redwood[i][1];
}

/* spatstat.explore 3.0.6: bw.ppl, bw.diggle, bw.scott (isotropic). */
static void
test_redwood (void)
{
    double x[62], y[62], got;
    fill_redwood (x, y);
    g_autoptr (CgDensityRegion) region = cg_density_region_new (NULL, &square, NULL);
    g_assert_true (cg_bandwidth_find (CG_BANDWIDTH_SCOTT, 62, x, y, NULL, CG_KERNEL_GAUSSIAN,
                                      region, NULL, NULL, &got, NULL));
    g_assert_cmpfloat (fabs (got / 0.1370298739 - 1), <=, 1e-9);
    g_assert_true (cg_bandwidth_find (CG_BANDWIDTH_DIGGLE, 62, x, y, NULL, CG_KERNEL_GAUSSIAN,
                                      region, NULL, NULL, &got, NULL));
    g_assert_cmpfloat (fabs (got / 0.02250489237 - 1), <=, 1e-9);
    /* Its 16 values and the criterion at each. */
    static const double want[16] = {
        158.227651219, 202.249125970, 223.649652048, 231.234984660, 230.734052448, 225.577840082,
        217.796329901, 209.410265573, 202.516394111, 198.082414131, 195.492518275, 193.927739039,
        193.063949669, 192.723956800, 192.666159362, 192.704385890,
    };
    double sigma[16], score[16];
    guint best = 0;
    for (guint k = 0; k < 16; k++)
        sigma[k] = 0.02 * pow (G_SQRT2 / 2 / 0.02, k / 15.0);
    g_assert_true (cg_bandwidth_loo (62, x, y, NULL, region, 16, sigma, NULL, NULL, score, NULL));
    for (guint k = 0; k < 16; k++) {
        g_test_message ("sigma %.6f: %.6f, spatstat %.6f", sigma[k], score[k], want[k]);
        /* Its integral is of a binned pattern on pixels. */
        g_assert_cmpfloat (fabs (score[k] - want[k]), <=, 0.1);
        best = score[k] > score[best] ? k : best;
    }
    g_assert_cmpfloat (fabs (sigma[best] / 0.04080571547 - 1), <=, 1e-9);
}

/* Enough events that the lattice is used, among them lonely ones and pairs at one place. */
static void
test_against_direct_sum (void)
{
    enum { N = 6000 };
    g_autofree double *x = g_new (double, N), *y = g_new (double, N), *weight = g_new (double, N);
    CgRandom random;
    cg_random_init (&random, 5, 5);
    for (guint i = 0; i < N; i++) {
        gboolean ground = i % 10 == 0;
        double centre = cg_random_below (&random, 30) * 300.0;
        x[i] = ground ? 10000 * cg_random_unit (&random) : centre + 60 * cg_random_normal (&random);
        y[i] = ground ? 10000 * cg_random_unit (&random)
                      : 9000 - centre + 60 * cg_random_normal (&random);
        weight[i] = 1 + cg_random_below (&random, 3);
    }
    x[17] = x[16], y[17] = y[16];
    x[20] = 40000, y[20] = 40000;
    x[21] = NAN;
    const double sigma[] = { 1000, 5000 };
    double score[2];
    for (guint weighted = 0; weighted < 2; weighted++) {
        g_assert_true (cg_bandwidth_loo (N, x, y, weighted ? weight : NULL, NULL, 2, sigma, NULL, NULL,
                                         score, NULL));
        for (guint k = 0; k < 2; k++) {
            double want = 0;
            for (guint i = 0; i < N; i++) {
                double sum = 0;
                for (guint j = 0; j < N && i != 21; j++)
                    if (j != i && j != 21)
                        sum +=
                            (weighted ? weight[j] : 1) *
                            exp (-((x[i] - x[j]) * (x[i] - x[j]) + (y[i] - y[j]) * (y[i] - y[j])) /
                                 (2 * sigma[k] * sigma[k]));
                if (i != 21)
                    want +=
                        (weighted ? weight[i] : 1) * log (sum / (2 * G_PI * sigma[k] * sigma[k]));
            }
            g_test_message ("sigma %g: %.6f, direct %.6f", sigma[k], score[k], want);
            if (k == 0)
                g_assert_true (isinf (score[k]) && score[k] < 0); /* the one far away */
            else
                g_assert_cmpfloat (fabs (score[k] - want), <=, 1e-4 * N);
        }
    }
    x[20] = y[20] = 5000;
    const double more[] = { 40, 100, 250 };
    double got[3];
    g_assert_true (cg_bandwidth_loo (N, x, y, NULL, NULL, 3, more, NULL, NULL, got, NULL));
    for (guint k = 1; k < 3; k++) {
        double want = 0;
        for (guint i = 0; i < N; i++) {
            double sum = 0;
            for (guint j = 0; j < N && i != 21; j++)
                if (j != i && j != 21)
                    sum += exp (-((x[i] - x[j]) * (x[i] - x[j]) + (y[i] - y[j]) * (y[i] - y[j])) /
                                (2 * more[k] * more[k]));
            if (i != 21)
                want += log (sum / (2 * G_PI * more[k] * more[k]));
        }
        g_test_message ("sigma %g: %.6f, direct %.6f", more[k], got[k], want);
        g_assert_cmpfloat (fabs (got[k] - want), <=, 1e-4 * N);
    }
}

static void
test_refuses (void)
{
    double x[] = { 1, 1, 1, NAN }, y[] = { 2, 2, 2, 0 }, out = 7;
    for (CgBandwidthRule rule = CG_BANDWIDTH_SCOTT; rule <= CG_BANDWIDTH_LOO; rule++)
        for (guint n = 0; n <= 4; n++) {
            g_autoptr (GError) error = NULL;
            g_assert_false (cg_bandwidth_find (rule, n, x, y, NULL, CG_KERNEL_GAUSSIAN, NULL, NULL, NULL,
                                               &out, &error));
            g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
            g_assert_cmpfloat (out, ==, 7);
        }
    g_assert_true (cg_bandwidth_find (CG_BANDWIDTH_AUTO, 4, x, y, NULL, CG_KERNEL_QUARTIC, NULL, NULL,
                                      NULL, &out, NULL));
    g_assert_cmpfloat (out, ==, 500);
    g_autoptr (GCancellable) cancel = g_cancellable_new ();
    g_autoptr (GError) error = NULL;
    double two_x[] = { 0, 1 }, two_y[] = { 0, 1 };
    g_cancellable_cancel (cancel);
    g_assert_false (cg_bandwidth_find (CG_BANDWIDTH_LOO, 2, two_x, two_y, NULL, CG_KERNEL_GAUSSIAN,
                                       NULL, NULL, cancel, &out, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_CANCELLED);
    CgBandwidthRule rule = CG_BANDWIDTH_SCOTT;
    g_assert_true (cg_bandwidth_rule_parse ("loo", &rule) && rule == CG_BANDWIDTH_LOO);
    g_assert_false (cg_bandwidth_rule_parse ("best", &rule));
    g_assert_cmpstr (cg_bandwidth_rule_name (CG_BANDWIDTH_DIGGLE), ==, "diggle");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/bandwidth/redwood", test_redwood);
    g_test_add_func ("/bandwidth/direct-sum", test_against_direct_sum);
    g_test_add_func ("/bandwidth/refuses", test_refuses);
    return g_test_run ();
}
