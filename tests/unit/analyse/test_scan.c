/* Kulldorff's scan: the published cluster of North Carolina, and every circle and span by brute force. */
#include "analyse/scan.h"
#include "base/error.h"
#include "base/random.h"
#include "golden.h"

#include <math.h>
#include <string.h>

/* Kulldorff 1997: sudden infant deaths 1974-84; the figures are those of an independent brute force. */
static void
test_carolina (void)
{
    g_autoptr (GoldenTable) table = golden_own ("nc_sids_points.csv");
    g_autofree double *x = golden_column (table, "x"), *y = golden_column (table, "y");
    g_autofree double *sid74 = golden_column (table, "sid74"), *sid79 = golden_column (table, "sid79");
    g_autofree double *bir74 = golden_column (table, "bir74"), *bir79 = golden_column (table, "bir79");
    for (guint32 i = 0; i < table->n; i++) {
        sid74[i] += sid79[i];
        bir74[i] += bir79[i];
    }
    g_autoptr (GError) error = NULL;
    g_autoptr (CgScan) scan =
        cg_scan_run (table->n, x, y, 1, sid74, bir74, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpfloat (scan->events, ==, 1503);
    g_assert_cmpfloat (scan->base, ==, 752354);
    const CgScanCluster *first = &scan->cluster[0];
    g_assert_cmpuint (first->n_members, ==, 5);
    const char *const names[] = { "Bladen", "Columbus", "Hoke", "Robeson", "Scotland" };
    for (guint k = 0; k < 5; k++) {
        gboolean found = FALSE;
        for (guint m = 0; m < 5; m++)
            found |= strcmp (golden_text (table, first->member[m], "county"), names[k]) == 0;
        g_assert_true (found);
    }
    g_assert_cmpfloat (first->observed, ==, 139);
    golden_near (first->ratio, 25.38068459, "ratio", 0);
    golden_near (first->expected, 72.66941892, "expected", 0);
    golden_near (first->relative_risk, 2.005788637, "relative risk", 0);
    g_assert_cmpfloat (first->p, ==, 0.001);
    g_assert_cmpfloat (first->p_gumbel, <, 1e-5);
    for (guint k = 1; k < scan->n_clusters; k++) {
        g_assert_cmpfloat (scan->cluster[k].ratio, <=, scan->cluster[k - 1].ratio);
        g_assert_cmpfloat (scan->cluster[k].p, >=, scan->cluster[k - 1].p);
    }
}

typedef struct {
    guint32 n, periods;
    double x[16], y[16], base[16], count[16 * 8];
} Town;

/* The greatest ratio of all discs around places and spans, straight from the definition. */
static double
brute_force (const Town *town, const CgScanOptions *options)
{
    double all_base = 0, all = 0, best = 0;
    for (guint32 i = 0; i < town->n; i++) {
        all_base += town->base[i];
        for (guint32 t = 0; t < town->periods; t++)
            all += town->count[i * town->periods + t];
    }
    guint32 longest = town->periods == 1 ? 1 : MAX (1, (guint32) (town->periods * options->max_span));
    for (guint32 i = 0; i < town->n; i++)
        for (guint32 rim = 0; rim < town->n; rim++) {
            double radius = hypot (town->x[rim] - town->x[i], town->y[rim] - town->y[i]);
            for (guint32 from = 0; from < town->periods; from++)
                for (guint32 to = from + 1; to <= MIN (town->periods, from + longest); to++) {
                    double base = 0, c = 0;
                    for (guint32 j = 0; j < town->n; j++)
                        if (hypot (town->x[j] - town->x[i], town->y[j] - town->y[i]) <= radius) {
                            base += town->base[j];
                            for (guint32 t = from; t < to; t++)
                                c += town->count[j * town->periods + t];
                        }
                    double e = base / all_base * all * (to - from) / town->periods;
                    if (base > options->max_share * all_base || c <= e || e <= 0 ||
                        (options->alive && to != town->periods))
                        continue;
                    double ratio = c * log (c / e);
                    if (c < all)
                        ratio += (all - c) * log ((all - c) / (all - e));
                    best = MAX (best, ratio);
                }
        }
    return best;
}

static void
make_town (CgRandom *random, Town *town)
{
    town->n = 2 + cg_random_below (random, 14);
    town->periods = 1 + cg_random_below (random, 8);
    for (guint32 i = 0; i < town->n; i++) {
        /* A coarse lattice: many equal distances and equal places. */
        town->x[i] = 10 * cg_random_below (random, 5);
        town->y[i] = 10 * cg_random_below (random, 5);
        town->base[i] = cg_random_below (random, 4) == 0 ? 0 : cg_random_below (random, 500);
        for (guint32 t = 0; t < town->periods; t++)
            town->count[i * town->periods + t] =
                town->base[i] > 0 ? cg_random_poisson (random, 2) : 0;
    }
    town->base[0] += 1;
}

static void
test_brute_force (void)
{
    CgRandom random;
    cg_random_init (&random, 8, 1);
    for (guint round = 0; round < 400; round++) {
        Town town;
        make_town (&random, &town);
        CgScanOptions options = CG_SCAN_OPTIONS_DEFAULT;
        options.replicates = 0;
        options.alive = round % 3 == 0;
        options.max_share = round % 2 == 0 ? 0.5 : 0.9;
        options.max_span = round % 5 == 0 ? 1 : 0.5;
        g_autoptr (CgScan) scan = cg_scan_run (town.n, town.x, town.y, town.periods, town.count,
                                               town.base, &options, NULL, NULL);
        double wanted = brute_force (&town, &options);
        double found = scan->n_clusters > 0 ? scan->cluster[0].ratio : 0;
        g_assert_cmpfloat_with_epsilon (found, wanted, 1e-9);
        guint32 seen = 0;
        for (guint k = 0; k < scan->n_clusters; k++)
            for (guint m = 0; m < scan->cluster[k].n_members; m++) {
                g_assert_false (seen >> scan->cluster[k].member[m] & 1);
                seen |= 1u << scan->cluster[k].member[m];
            }
    }
}

/* Events by the model itself: the p of the first cluster is at most 0.1 in a tenth of maps. */
static void
test_level (void)
{
    guint surprising = 0, gumbel = 0;
    CgRandom random;
    cg_random_init (&random, 4, 4);
    for (guint round = 0; round < 200; round++) {
        Town town = { .n = 16, .periods = 1 };
        for (guint32 i = 0; i < 16; i++) {
            town.x[i] = i % 4;
            town.y[i] = i / 4;
            town.base[i] = 100;
        }
        for (guint k = 0; k < 60; k++)
            town.count[cg_random_below (&random, 16)]++;
        CgScanOptions options = CG_SCAN_OPTIONS_DEFAULT;
        options.replicates = 199;
        options.seed = round;
        g_autoptr (CgScan) scan = cg_scan_run (16, town.x, town.y, 1, town.count, town.base,
                                               &options, NULL, NULL);
        surprising += scan->cluster[0].p <= 0.1;
        gumbel += scan->cluster[0].p_gumbel <= 0.1;
    }
    g_test_message ("%u and %u of 200", surprising, gumbel);
    g_assert_cmpuint (surprising, >=, 8); /* 20 expected, sd 4.2 */
    g_assert_cmpuint (surprising, <=, 33);
    g_assert_cmpuint (gumbel, <=, 35);
}

/* Events where nobody lives are in no sum: the clusters are those of a town without them. */
static void
test_baseless (void)
{
    CgRandom random;
    cg_random_init (&random, 6, 6);
    Town town;
    make_town (&random, &town);
    town.base[3] = 0;
    for (guint32 t = 0; t < town.periods; t++)
        town.count[3 * town.periods + t] = 0;
    g_autoptr (CgScan) without = cg_scan_run (town.n, town.x, town.y, town.periods, town.count,
                                              town.base, NULL, NULL, NULL);
    town.count[3 * town.periods] = 50;
    g_autoptr (CgScan) with = cg_scan_run (town.n, town.x, town.y, town.periods, town.count,
                                           town.base, NULL, NULL, NULL);
    g_assert_cmpfloat (with->events, ==, without->events);
    g_assert_cmpuint (with->n_clusters, ==, without->n_clusters);
    for (guint32 k = 0; k < with->n_clusters; k++) {
        g_assert_cmpfloat (with->cluster[k].observed, ==, without->cluster[k].observed);
        g_assert_cmpfloat (with->cluster[k].ratio, ==, without->cluster[k].ratio);
        g_assert_cmpfloat (with->cluster[k].p, ==, without->cluster[k].p);
    }
}

static void
test_threads (void)
{
    CgRandom random;
    cg_random_init (&random, 9, 9);
    Town town;
    make_town (&random, &town);
    CgScanOptions options = CG_SCAN_OPTIONS_DEFAULT;
    double p = 0, gumbel = 0;
    for (guint threads = 1; threads <= 3; threads++) {
        options.threads = threads;
        g_autoptr (CgScan) scan = cg_scan_run (town.n, town.x, town.y, town.periods, town.count,
                                               town.base, &options, NULL, NULL);
        if (threads > 1)
            g_assert_true (scan->cluster[0].p == p && scan->cluster[0].p_gumbel == gumbel);
        p = scan->cluster[0].p;
        gumbel = scan->cluster[0].p_gumbel;
    }
}

static void
refuse (guint32 n_periods, double x, double count, double base, const CgScanOptions *options)
{
    g_autoptr (GError) error = NULL;
    const double xs[] = { x, 1 }, ys[] = { 0, 0 }, counts[] = { count, 0 }, bases[] = { base, base };
    g_assert_null (cg_scan_run (2, xs, ys, n_periods, counts, bases, options, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
}

static void
test_edges (void)
{
    CgScanOptions options = CG_SCAN_OPTIONS_DEFAULT;
    g_autoptr (CgScan) empty = cg_scan_run (0, NULL, NULL, 1, NULL, NULL, NULL, NULL, NULL);
    g_assert_cmpuint (empty->n_clusters, ==, 0);
    const double one = 1, five = 5;
    g_autoptr (CgScan) single = cg_scan_run (1, &one, &one, 1, &five, &five, NULL, NULL, NULL);
    g_assert_cmpuint (single->n_clusters, ==, 0); /* its circle is all there is */
    refuse (1, NAN, 1, 1, NULL);
    refuse (1, 0, -1, 1, NULL);
    refuse (1, 0, 0.5, 1, NULL);
    refuse (1, 0, 1, NAN, NULL);
    refuse (1, 0, 1, 0, NULL);
    refuse (0, 0, 1, 1, NULL);
    options.max_share = 1;
    refuse (1, 0, 1, 1, &options);
    options = CG_SCAN_OPTIONS_DEFAULT;
    options.max_span = 0;
    refuse (1, 0, 1, 1, &options);
    options = CG_SCAN_OPTIONS_DEFAULT;
    options.replicates = 100000;
    refuse (1, 0, 1, 1, &options);
    g_autoptr (GCancellable) cancel = g_cancellable_new ();
    g_autoptr (GError) error = NULL;
    g_cancellable_cancel (cancel);
    g_assert_null (cg_scan_run (1, &one, &one, 1, &five, &five, NULL, cancel, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/analyse/scan/carolina", test_carolina);
    g_test_add_func ("/analyse/scan/brute-force", test_brute_force);
    g_test_add_func ("/analyse/scan/level", test_level);
    g_test_add_func ("/analyse/scan/threads", test_threads);
    g_test_add_func ("/analyse/scan/baseless", test_baseless);
    g_test_add_func ("/analyse/scan/edges", test_edges);
    return g_test_run ();
}
