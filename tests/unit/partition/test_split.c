/* What the splitter does with options, compounds, barriers, old plans, deadlines, real data. */
#include "base/error.h"
#include "base/random.h"
#include "drawn_graphs.h"
#include "real_counties.h"
#include "support.h"

#include <string.h>

static void
assert_refused (const DrawnCase *drawn, const char *word)
{
    g_autoptr (GError) error = NULL;
    CgPartitionInput input = drawn_input (drawn);
    g_assert_null (cg_partition_run (&input, &drawn->options, NULL, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_assert_nonnull (strstr (error->message, word));
}

static void
test_arguments (void)
{
    DrawnCase drawn = drawn_lattice_case (2, 2, 100);
    const CgPartitionOptions good = drawn.options;
    drawn.options.min = 450;
    assert_refused (&drawn, "bounds");
    drawn.options = good;
    drawn.options.max = 350;
    assert_refused (&drawn, "bounds");
    drawn.options = good;
    drawn.options.effort = 0;
    assert_refused (&drawn, "effort");
    drawn.options.effort = 101;
    assert_refused (&drawn, "effort");
    drawn.options = good;
    drawn.options.deadline_s = -1;
    assert_refused (&drawn, "deadline");
    drawn.options = good;
    drawn.options.method = "wishes";
    assert_refused (&drawn, "wishes");
    drawn_done (&drawn);
}

static void
test_methods (void)
{
    const CgPartitionMethod *methods = cg_partition_methods ();
    guint count = 0;
    for (; methods[count].name != NULL; count++) {
        g_assert_true (cg_partition_find_method (methods[count].name) == &methods[count]);
        g_assert_nonnull (methods[count].solve);
    }
    g_assert_cmpuint (count, >=, 2);
    g_assert_true (cg_partition_find_method (NULL) == methods);
    g_assert_null (cg_partition_find_method ("wishes"));
}

static void
test_nothing (void)
{
    DrawnCase drawn = drawn_lattice_case (0, 0, 0);
    g_autoptr (CgParts) parts = drawn_run_case (&drawn);
    g_assert_cmpuint (parts->n_parts, ==, 0);
    drawn_done (&drawn);
}

/* Four by four units of 100: the best four grids are the two-by-two squares, border 4 x 200 m. */
static void
test_squares (void)
{
    DrawnCase drawn = drawn_lattice_case (4, 4, 100);
    g_autoptr (CgParts) parts = drawn_run_case (&drawn);
    CgPartitionInput input = drawn_input (&drawn);
    g_assert_cmpuint (parts->n_parts, ==, 4);
    g_assert_cmpfloat (cg_partition_internal_boundary_m (&input, parts), ==, 800);
    g_assert_cmpuint (parts->n_optimal, ==, 0);
    drawn.options.min = 900;
    drawn.options.max = 1700;
    drawn.options.target = 1600;
    g_autoptr (CgParts) one = drawn_run_case (&drawn);
    g_assert_cmpuint (one->n_parts, ==, 1);
    g_assert_cmpuint (one->n_optimal, ==, 1);
    drawn_done (&drawn);
}

/* A strip of six by two with a river down the second border: cut there though it is longer. */
static void
test_barrier (void)
{
    Draft draft;
    draft_init (&draft, 12);
    for (guint32 i = 0; i < 6; i++) {
        draft_link (&draft, 2 * i, 2 * i + 1, 10000);
        for (guint32 k = 0; k < 2 && i < 5; k++)
            draft_wall (&draft, 2 * i + k, 2 * i + 2 + k, i == 1 ? 20000 : 10000,
                        i == 1 ? CG_BARRIER_WATER : CG_BARRIER_NONE, TRUE);
    }
    DrawnCase drawn = drawn_lattice_case (0, 0, 0);
    cg_graph_free (drawn.graph);
    g_free (drawn.weight);
    drawn.graph = draft_done (&draft);
    drawn.weight = g_new (guint32, 12);
    for (guint32 i = 0; i < 12; i++)
        drawn.weight[i] = 70;
    drawn.options.min = 250;
    drawn.options.max = 600;
    drawn.options.target = 420;
    /* Equal grids without the river, or 280 and 560 along it: as the weight of balance says. */
    CgPartitionWeights weights = CG_PARTITION_WEIGHTS_DEFAULT;
    drawn.options.weights = &weights;
    weights.balance = 10000;
    g_autoptr (CgParts) equal = drawn_run_case (&drawn);
    g_assert_cmpuint (equal->part_of[3], ==, equal->part_of[4]);
    weights.balance = 100;
    g_autoptr (CgParts) parts = drawn_run_case (&drawn);
    CgPartitionInput input = drawn_input (&drawn);
    g_assert_cmpuint (parts->n_parts, ==, 2);
    g_assert_cmpuint (parts->part_of[3], !=, parts->part_of[4]);
    g_assert_cmpfloat (cg_partition_internal_boundary_m (&input, parts), ==, 400);
    g_assert_cmpfloat (cg_partition_border_on_barrier (&input, parts), ==, 1);
    drawn_done (&drawn);
}

/* A wall with one gap: no grid lies on both sides although it could walk round the end. */
static void
test_wall (void)
{
    DrawnCase drawn = drawn_lattice_case (8, 4, 50);
    for (guint32 r = 0; r < 3; r++)
        for (guint32 i = drawn.graph->first[r * 8 + 3]; i < drawn.graph->first[r * 8 + 4]; i++)
            if (drawn.graph->target[i] == r * 8 + 4) {
                drawn.graph->passable[i] = drawn.graph->passable[drawn.graph->reverse[i]] = FALSE;
                drawn.graph->barrier[i] = CG_BARRIER_WALL;
                drawn.graph->barrier[drawn.graph->reverse[i]] = CG_BARRIER_WALL;
            }
    g_autoptr (CgParts) parts = drawn_run_case (&drawn);
    for (guint32 r = 0; r < 3; r++)
        g_assert_cmpuint (parts->part_of[r * 8 + 3], !=, parts->part_of[r * 8 + 4]);
    for (guint32 p = 0; p < parts->n_parts; p++)
        g_assert_cmpuint (parts->reason[p], ==, CG_REASON_NONE);
    drawn_done (&drawn);
}

/* Without the stub of wall between the first two units, two-by-two squares would be best. */
static void
test_stub (void)
{
    DrawnCase drawn = drawn_lattice_case (4, 4, 100);
    guint32 link = drawn.graph->first[0];
    g_assert_cmpuint (drawn.graph->target[link], ==, 1);
    drawn.graph->passable[link] = drawn.graph->passable[drawn.graph->reverse[link]] = FALSE;
    g_autoptr (CgParts) parts = drawn_run_case (&drawn);
    g_assert_cmpuint (parts->part_of[0], !=, parts->part_of[1]);
    drawn_done (&drawn);
}

/* Rows are compounds of 400; one compound of 1600 cannot stay whole, one lies in two pieces. */
static void
test_compounds (void)
{
    DrawnCase drawn = drawn_lattice_case (8, 6, 50);
    drawn.compound = g_new (guint32, 48);
    for (guint32 i = 0; i < 48; i++)
        drawn.compound[i] = i / 8 < 2    ? i / 8
                            : i / 8 > 2  ? 9
                            : i % 8 < 2 || i % 8 > 5 ? 2
                                         : CG_NONE;
    g_autoptr (CgParts) parts = drawn_run_case (&drawn);
    for (guint32 i = 0; i < 16; i++)
        g_assert_cmpuint (parts->part_of[i], ==, parts->part_of[i / 8 * 8]);
    g_assert_cmpuint (parts->part_of[16], ==, parts->part_of[17]);
    g_assert_cmpuint (parts->part_of[22], ==, parts->part_of[23]);
    for (guint32 p = 0; p < parts->n_parts; p++)
        g_assert_cmpuint (parts->reason[p], ==, CG_REASON_NONE);
    drawn_done (&drawn);
}

/* A plan in range stays as it is; one unit that grew moves one other. */
/* Squares of which only pairs and triples fit into a grid: a walk among borders alone leaves some out. */
static void
test_lumps (void)
{
    static const guint32 weights[] = { 130, 170, 190, 210, 230 };
    DrawnCase drawn = drawn_lattice_case (60, 60, 0);
    CgRandom random;
    cg_random_init (&random, 1, 0);
    for (guint32 i = 0; i < 3600; i++)
        drawn.weight[i] = weights[cg_random_below (&random, G_N_ELEMENTS (weights))];
    g_autoptr (CgParts) parts = drawn_run_case (&drawn);
    g_assert_cmpuint (parts->n_parts, >, 1600);
    for (guint32 p = 0; p < parts->n_parts; p++)
        g_assert_cmpuint (parts->reason[p], ==, CG_REASON_NONE);
    drawn_done (&drawn);
}

static void
test_keep (void)
{
    DrawnCase drawn = drawn_lattice_case (8, 8, 50);
    drawn.keep = g_new (guint32, 64);
    for (guint32 i = 0; i < 64; i++)
        drawn.keep[i] = 100 + i / 8;
    g_autoptr (CgParts) same = drawn_run_case (&drawn);
    CgPartitionInput input = drawn_input (&drawn);
    g_assert_cmpuint (cg_partition_moved (&input, same), ==, 0);
    drawn.weight[9] = 200;
    g_autoptr (CgParts) little = drawn_run_case (&drawn);
    g_assert_cmpuint (cg_partition_moved (&input, little), ==, 50);
    for (guint32 p = 0; p < little->n_parts; p++)
        g_assert_cmpuint (little->reason[p], ==, CG_REASON_NONE);
    drawn_done (&drawn);
}

static void
stop_at_once (const char *what, guint64 done, guint64 total, gpointer user_data)
{
    g_cancellable_cancel (user_data);
}

static void
test_cancel (void)
{
    DrawnCase drawn = drawn_lattice_case (40, 40, 50);
    drawn.region = g_new (guint32, 1600);
    for (guint32 i = 0; i < 1600; i++)
        drawn.region[i] = i / 400;
    for (guint threads = 1; threads <= 2; threads++) {
        g_autoptr (GError) error = NULL;
        g_autoptr (GCancellable) cancel = g_cancellable_new ();
        CgProgress progress = { stop_at_once, cancel };
        CgPartitionInput input = drawn_input (&drawn);
        drawn.options.threads = threads;
        g_assert_null (cg_partition_run (&input, &drawn.options, &progress, cancel, &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_CANCELLED);
    }
    drawn_done (&drawn);
}

/* Without a deadline this would take minutes. */
static void
test_deadline (void)
{
    DrawnCase drawn = drawn_lattice_case (200, 200, 50);
    drawn.options.effort = 100;
    drawn.options.deadline_s = 0.3;
    gint64 start = g_get_monotonic_time ();
    g_autoptr (CgParts) parts = drawn_run_case (&drawn);
    double seconds = (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
    g_test_message ("%.3f s for a deadline of 0.3 s", seconds);
    drawn.options.deadline_s = 1e-6;
    g_autoptr (CgParts) hasty = drawn_run_case (&drawn);
    g_assert_cmpuint (hasty->n_parts, >, 1);
    g_assert_true (parts->timed_out && hasty->timed_out);
    drawn.options.effort = 1;
    drawn.options.deadline_s = 1e6;
    g_autoptr (CgParts) calm = drawn_run_case (&drawn);
    g_assert_false (calm->timed_out);
    drawn_done (&drawn);
}

/* ---- real counties; the bars are those of the published measurements for the same files ---- */

static void
check_real (const char *file, const char *id, const char *weight, const char *within,
            CgPartitionOptions options, double most_km, double least_inside)
{
    RealCounty county;
    if (!real_county_read (&county, file, id, weight, within))
        return;
    options.threads = 2;
    g_autoptr (CgParts) parts = drawn_run (&county.input, &options);
    g_autofree guint64 *sum = cg_partition_sums (&county.input, parts);
    guint32 inside = 0, unproved = 0;
    guint64 total = 0, expected = 0;
    for (guint32 p = 0; p < parts->n_parts; p++) {
        inside += sum[p] >= options.min && sum[p] <= options.max;
        unproved += parts->reason[p] == CG_REASON_UNKNOWN;
        total += sum[p];
    }
    for (guint32 i = 0; i < county.input.graph->n; i++)
        expected += county.input.weight[i];
    double km = cg_partition_internal_boundary_m (&county.input, parts) / 1000;
    g_test_message ("%s: %u grids, %u in range, %u without proof, %.1f km", file, parts->n_parts,
                    inside, unproved, km);
    g_assert_cmpuint (total, ==, expected);
    g_assert_cmpfloat ((double) inside / parts->n_parts, >=, least_inside);
    g_assert_cmpuint (unproved, <=, 1);
    g_assert_cmpfloat (km, <=, most_km);
    real_county_done (&county);
}

static void
test_chiayi (void)
{
    check_real ("taiwan/chiayi_city_10020_base_areas.gpkg", "codebase", "households", "town_id",
                CG_PARTITION_OPTIONS_DEFAULT, 182, 1);
}

static void
test_nantou (void)
{
    check_real ("taiwan/nantou_10008_base_areas.gpkg", "codebase", "households", "town_id",
                CG_PARTITION_OPTIONS_DEFAULT, 1300, 1);
}

static void
test_rockland (void)
{
    CgPartitionOptions options = CG_PARTITION_OPTIONS_DEFAULT;
    options.min = 750;
    options.max = 1250;
    options.target = 1000;
    check_real ("partition/rockland_blocks.gpkg", "unit_id", "population", "community", options,
                345, 0.968);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/partition/split/arguments", test_arguments);
    g_test_add_func ("/partition/split/methods", test_methods);
    g_test_add_func ("/partition/split/nothing", test_nothing);
    g_test_add_func ("/partition/split/squares", test_squares);
    g_test_add_func ("/partition/split/barrier", test_barrier);
    g_test_add_func ("/partition/split/wall", test_wall);
    g_test_add_func ("/partition/split/stub", test_stub);
    g_test_add_func ("/partition/split/compounds", test_compounds);
    g_test_add_func ("/partition/split/lumps", test_lumps);
    g_test_add_func ("/partition/split/keep", test_keep);
    g_test_add_func ("/partition/split/cancel", test_cancel);
    g_test_add_func ("/partition/split/deadline", test_deadline);
    g_test_add_func ("/partition/split/chiayi", test_chiayi);
    g_test_add_func ("/partition/split/nantou", test_nantou);
    g_test_add_func ("/partition/split/rockland", test_rockland);
    return g_test_run ();
}
