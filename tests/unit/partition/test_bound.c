/* Bounds and optima against an oracle that sees every plan of pieces of up to nine nodes. */
#include "drawn_graphs.h"
#include "partition/bound_internal.h"

enum { MOST_NODES = 9 };

static gboolean
is_connected (const CgPartitionProblem *problem, guint32 set)
{
    guint32 reached = set & -set, before = 0;
    while (reached != before) {
        before = reached;
        for (guint32 v = 0; v < problem->n; v++)
            for (guint32 i = problem->first[v]; (reached >> v & 1) && i < problem->wall[v]; i++)
                reached |= 1u << problem->link[i].target & set;
    }
    return reached == set;
}

/* ---- every zone ---- */

static gint64
price_of (const CgPartitionProblem *problem, const CgPricer *pricer, guint32 set)
{
    gint64 cost = 0, weight = 0;
    for (guint32 v = 0; v < problem->n; v++) {
        if (!(set >> v & 1))
            continue;
        weight += problem->weight[v];
        cost -= pricer->price[v];
        for (guint32 i = problem->first[v]; i < problem->first[v + 1]; i++)
            cost += set >> problem->link[i].target & 1
                        ? 0 : (gint64) problem->link[i].cost * (1 << CG_PRICE_BITS);
    }
    if (weight > pricer->most || pricer->final[weight] >= CG_PRICE_NEVER)
        return CG_PRICE_NEVER;
    return cost + pricer->final[weight];
}

static void
draw_prices (const CgPartitionProblem *problem, CgPricer *pricer, CgRandom *random)
{
    for (guint32 v = 0; v < problem->n; v++)
        pricer->price[v] = (gint64) cg_random_below (random, 20000) * (1 << CG_PRICE_BITS);
    for (gint64 w = 0; w <= pricer->most; w++)
        pricer->final[w] = w < pricer->least ? CG_PRICE_NEVER
                                             : cg_problem_balance (problem, w) << CG_PRICE_BITS;
}

/* The cheapest zone, the lower bound, and all zones under a threshold are those of the oracle. */
static void
check_prices (const CgPartitionProblem *problem, CgRandom *random, guint *zones_seen)
{
    g_autoptr (CgFrontier) frontier = cg_frontier_new (problem, problem->max, 100000, NULL);
    g_assert_nonnull (frontier);
    if (problem->min > problem->total || MIN (problem->max, problem->total) > 1000000)
        return;
    g_autoptr (CgPricer) pricer
        = cg_pricer_new (frontier, problem, problem->min, MIN (problem->max, problem->total));
    g_autoptr (CgPool) pool = cg_pool_new (problem);
    g_autoptr (GArray) zones = g_array_new (FALSE, FALSE, sizeof (guint32));
    g_autoptr (GArray) costs = g_array_new (FALSE, FALSE, sizeof (gint64));
    g_assert_nonnull (pricer);
    draw_prices (problem, pricer, random);
    const gint64 threshold = (gint64) 30000 << CG_PRICE_BITS;
    gint64 least = threshold, relaxed = cg_pricer_relax (pricer);
    guint under = 0;
    for (guint32 set = 1; set < 1u << problem->n; set++) {
        gint64 cost
            = is_connected (problem, set) ? price_of (problem, pricer, set) : CG_PRICE_NEVER;
        least = MIN (least, cost);
        under += cost < threshold;
        g_assert_cmpint (relaxed, <=, cost);
    }
    g_assert_cmpint (cg_pricer_label (pricer, threshold, 1000000), ==, least);
    g_assert_true (cg_pricer_collect (pricer, threshold, 1000000, pool, zones, costs));
    g_assert_cmpuint (zones->len, ==, under);
    g_assert_cmpuint (pool->n, ==, under);
    for (guint i = 0; i < zones->len; i++) {
        guint32 set = (guint32) cg_pool_set (pool, g_array_index (zones, guint32, i))[0];
        g_assert_true (is_connected (problem, set));
        g_assert_cmpint (price_of (problem, pricer, set), ==, g_array_index (costs, gint64, i));
    }
    g_assert_cmpint (cg_pricer_guess (pricer, threshold), ==, least);
    g_array_set_size (zones, 0);
    cg_pricer_pick (pricer, threshold, pool, zones);
    g_assert_cmpuint (pool->n, ==, under);
    g_assert_cmpuint (zones->len > 0, ==, under > 0);
    *zones_seen += under;
}

/* ---- every plan ---- */

typedef struct {
    const CgPartitionProblem *problem;
    guint32 part_of[MOST_NODES];
    CgPartitionScore best;
} Oracle;

static void
try_plan (Oracle *oracle, guint32 n_parts)
{
    for (guint32 p = 0; p < n_parts; p++) {
        guint32 set = 0;
        for (guint32 v = 0; v < oracle->problem->n; v++)
            set |= (oracle->part_of[v] == p ? 1u : 0u) << v;
        if (!is_connected (oracle->problem, set))
            return;
    }
    CgPartitionScore score = cg_problem_score (oracle->problem, oracle->part_of);
    if (cg_partition_score_compare (&score, &oracle->best) < 0)
        oracle->best = score;
}

static void
each_plan (Oracle *oracle, guint32 v, guint32 n_parts)
{
    if (v == oracle->problem->n) {
        try_plan (oracle, n_parts);
        return;
    }
    for (guint32 p = 0; p <= n_parts; p++) {
        oracle->part_of[v] = p;
        each_plan (oracle, v + 1, MAX (n_parts, p + 1));
    }
}

typedef struct {
    guint cases, optimal, outside, zones, several, strips;
    double cost, strip_cost;
} Tally;

/* Cut into strips of three nodes: the best plan costs no less than their bound. */
static void
check_strips (const CgPartitionProblem *problem, const Oracle *oracle, const guint32 *part_of,
              Tally *tally)
{
    CgPartitionScore score = cg_problem_score (problem, part_of);
    CgPartitionWork work = { .effort = 1 };
    CgBound bound = { .score = score, .bound.energy = G_MININT64 };
    if (score.violation != oracle->best.violation || problem->total > 1000000)
        return;
    cg_strips_bound (problem, &work, 3, part_of, &bound);
    g_assert_true (bound.tried);
    g_assert_cmpint (bound.bound.energy, <=, oracle->best.energy);
    tally->strips += bound.bound.energy > 0;
    tally->cost += (double) MAX (0, oracle->best.energy);
    tally->strip_cost += (double) MAX (0, bound.bound.energy);
}

static void
check_bound (const CgPartitionProblem *problem, guint i, Tally *tally)
{
    Oracle oracle = { .problem = problem, .best = { .violation = G_MAXINT64 } };
    each_plan (&oracle, 0, 0);
    CgPartitionWork work = { .effort = 1 };
    guint32 part_of[MOST_NODES] = { 0 };
    CgBound bound;
    g_autoptr (CgPool) pool = cg_pool_new (problem);
    cg_random_init (&work.random, 5, i);
    cg_bound_run (problem, &work, 20000000, pool, part_of, &bound);
    CgPartitionScore score = cg_problem_score (problem, part_of);
    /* Weights of millions have no tables. */
    g_assert_true (bound.tried || problem->total > 1000000);
    g_assert_cmpint (cg_partition_score_compare (&score, &bound.score), ==, 0);
    g_assert_cmpint (cg_partition_score_compare (&oracle.best, &score), <=, 0);
    g_assert_cmpint (bound.bound.violation, <=, oracle.best.violation);
    guint32 outside;
    gint64 behind = cg_bound_behind (problem, G_MAXINT64, &outside, NULL);
    g_assert_cmpint (behind, <=, oracle.best.violation);
    if (behind == oracle.best.violation)
        g_assert_cmpuint (outside, <=, oracle.best.exceptions);
    tally->several += outside > 1;
    if (score.violation == oracle.best.violation)
        g_assert_cmpuint (bound.bound.exceptions, <=, oracle.best.exceptions);
    if (score.violation == oracle.best.violation && score.exceptions == oracle.best.exceptions)
        g_assert_cmpint (bound.bound.energy, <=, oracle.best.energy);
    if (bound.optimal)
        g_assert_cmpint (cg_partition_score_compare (&oracle.best, &score), ==, 0);
    check_strips (problem, &oracle, part_of, tally);
    tally->cases++;
    tally->optimal += bound.optimal;
    tally->outside += oracle.best.violation > 0;
}

static void
test_oracle (void)
{
    Tally tally = { 0 };
    guint count = g_test_slow () ? 20000 : 600;
    for (guint i = 0; i < count; i++) {
        CgRandom random;
        DrawnCase drawn;
        cg_random_init (&random, 77, i);
        drawn_random (&drawn, &random, i % 10 == 0 ? MOST_NODES : 7);
        g_clear_pointer (&drawn.keep, g_free);
        CgPartitionInput input = drawn_input (&drawn);
        g_autoptr (CgPieces) pieces = cg_pieces_find (&input, NULL);
        for (guint32 p = 0; p < pieces->n_pieces; p++) {
            g_autoptr (CgPartitionProblem) problem
                = cg_problem_from_piece (&input, &drawn.options, pieces, p);
            if (problem->n < 2)
                continue;
            check_prices (problem, &random, &tally.zones);
            check_bound (problem, i, &tally);
        }
        drawn_done (&drawn);
    }
    g_test_message ("%u pieces (%u cannot be in range), %u solved, %u zones", tally.cases,
                    tally.outside, tally.optimal, tally.zones);
    g_assert_cmpuint (tally.cases, >, count / 2);
    g_assert_cmpuint (tally.outside, >, count / 20);
    g_assert_cmpuint (tally.strips, >, count / 20);
    g_test_message ("strips of three nodes: %u bounds above 0, %.0f %% of the cost", tally.strips,
                    100 * tally.strip_cost / tally.cost);
    g_assert_cmpuint (tally.several, >, count / 200);
    g_assert_cmpuint (tally.optimal, >, tally.cases * 98 / 100);
}

/* A sheet of 6 x 5 equal units of 100 in grids of 300-500: the same result twice, and proved. */
static void
test_lattice (void)
{
    g_autoptr (CgGraph) graph = drawn_lattice (6, 5);
    guint32 weight[30];
    CgPartitionOptions options = CG_PARTITION_OPTIONS_DEFAULT;
    char *first = NULL;
    for (guint32 i = 0; i < 30; i++)
        weight[i] = 100;
    options.certify = TRUE;
    CgPartitionInput input = { .graph = graph, .weight = weight };
    for (guint run = 0; run < 2; run++) {
        g_autoptr (CgParts) parts = cg_partition_run (&input, &options, NULL, NULL, NULL);
        GString *text = g_string_new (NULL);
        for (guint32 i = 0; i < 30; i++)
            g_string_append_printf (text, "%u ", parts->part_of[i]);
        g_assert_cmpuint (parts->n_bounds, ==, 1);
        g_assert_cmpuint (parts->n_optimal, ==, 1);
        g_assert_true (parts->bounds[0].optimal);
        g_assert_cmpfloat (parts->bounds[0].gap, ==, 0);
        g_assert_cmpuint (parts->bounds[0].units, ==, 30);
        g_string_append_printf (text, "%.2f", parts->bounds[0].cost_m);
        if (first != NULL)
            g_assert_cmpstr (text->str, ==, first);
        g_free (first);
        first = g_string_free (text, FALSE);
    }
    g_free (first);
}

/* Two poor plans of a path hold the zones of a good one. */
static void
test_polish (void)
{
    static const guint32 weight[] = { 400, 200, 200, 200, 200, 400 };
    guint32 first[] = { 0, 1, 1, 2, 2, 2 }, second[] = { 0, 0, 0, 1, 1, 2 };
    Draft draft;
    draft_init (&draft, 6);
    for (guint32 i = 1; i < 6; i++)
        draft_link (&draft, i - 1, i, 1000);
    g_autoptr (CgGraph) graph = draft_done (&draft);
    CgPartitionOptions options = CG_PARTITION_OPTIONS_DEFAULT;
    CgPartitionInput input = { .graph = graph, .weight = weight };
    g_autoptr (CgPieces) pieces = cg_pieces_find (&input, NULL);
    g_autoptr (CgPartitionProblem) problem = cg_problem_from_piece (&input, &options, pieces, 0);
    g_autoptr (CgPool) pool = cg_pool_new (problem);
    CgPartitionWork work = { .effort = 1 };
    cg_pool_add_plan (pool, first, NULL);
    g_assert_true (cg_polish_run (problem, &work, pool, second));
    g_assert_cmpint (cg_problem_score (problem, second).violation, ==, 0);
    g_assert_false (cg_polish_run (problem, &work, pool, second));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/partition/bound/oracle", test_oracle);
    g_test_add_func ("/partition/bound/lattice", test_lattice);
    g_test_add_func ("/partition/bound/polish", test_polish);
    return g_test_run ();
}
