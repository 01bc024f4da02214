/* Certificates against an oracle that sees every plan of graphs of up to 12 units. */
#include "drawn_graphs.h"
#include "partition/partition_internal.h"
#include "support.h"

typedef struct {
    guint cases, feasible, proofs, separators, optimal_violation, sums, cores;
} Tally;

/* The exhaustive search finds a plan exactly where the oracle does, and its plan is in range. */
static void
check_exhaust (const DrawnCase *drawn, const CgPartitionProblem *problem, const guint32 *unit,
               guint32 n_units)
{
    CgPartitionWork work = { .effort = 1 };
    guint32 part_of[14], set = 0;
    for (guint32 i = 0; i < n_units; i++)
        set |= 1u << unit[i];
    CgExhaust end = cg_exhaust_run (problem, 10000000, &work, part_of);
    g_assert_cmpint (end, !=, CG_EXHAUST_GAVE_UP);
    g_assert_cmpint (end == CG_EXHAUST_FOUND, ==, drawn_can_serve (drawn, set));
    if (end == CG_EXHAUST_FOUND)
        g_assert_cmpint (cg_problem_score (problem, part_of).violation, ==, 0);
}

/* Units of a list of nodes, as bits. */
static guint32
units_of (const guint32 *node, guint n_nodes, const guint32 *group, const guint32 *unit, guint32 n)
{
    guint32 set = 0;
    for (guint k = 0; k < n_nodes; k++)
        for (guint32 v = 0; v < n; v++)
            if (group[v] == node[k])
                set |= 1u << unit[v];
    return set;
}

/* From what lies near by: sums are true, and of one node all is proved that there is to prove. */
static void
check_local (const DrawnCase *drawn, const CgPartitionProblem *problem, const guint32 *group,
             const guint32 *unit, guint32 n, Tally *tally)
{
    const CgPartitionWork work = { .effort = 1 };
    g_autoptr (CgLocal) local = cg_local_new (problem, 100000000, &work);
    g_autoptr (GArray) core = g_array_new (FALSE, FALSE, sizeof (guint32));
    guint8 taken[14] = { 0 };
    guint32 all[14];
    for (guint32 v = 0; v < problem->n; v++) {
        gint64 below, above;
        all[v] = v;
        if (problem->min == 0 || problem->weight[v] > problem->max)
            continue;
        gboolean serves = drawn_can_serve (drawn, units_of (&v, 1, group, unit, n));
        if (cg_local_sums (local, v, &below, &above)) {
            g_assert_false (serves);
            g_assert_cmpint (below, <, problem->min);
            g_assert_cmpint (above, >, problem->max);
            tally->sums++;
        }
        gboolean barred = cg_local_core (local, &v, 1, taken, core);
        g_assert_true (serves || (barred && core->len == 1));
        if (barred)
            g_assert_false (drawn_can_serve (
                drawn, units_of ((guint32 *) (gpointer) core->data, core->len, group, unit, n)));
    }
    if (!cg_local_core (local, all, problem->n, taken, core))
        return;
    g_assert_false (drawn_can_serve (
        drawn, units_of ((guint32 *) (gpointer) core->data, core->len, group, unit, n)));
    tally->cores += core->len > 1;
}

/* Each proof of each piece: the oracle must find no plan that serves its named set. */
static void
check_proofs (const DrawnCase *drawn, Tally *tally)
{
    CgPartitionInput input = drawn_input (drawn);
    g_autoptr (CgPieces) pieces = cg_pieces_find (&input, NULL);
    for (guint32 p = 0; p < pieces->n_pieces; p++) {
        const guint32 *unit = pieces->unit + pieces->first[p];
        guint32 n_groups;
        g_autoptr (CgPartitionProblem) raw
            = cg_problem_from_piece (&input, &drawn->options, pieces, p);
        g_autofree guint32 *group
            = cg_contract_compounds (&input, &drawn->options, unit, raw, &n_groups);
        g_autoptr (CgPartitionProblem) problem = cg_problem_contract (raw, group, n_groups);
        g_autoptr (CgDepthTree) tree = cg_depth_tree_new (problem);
        g_autoptr (GPtrArray) proofs = cg_certify_piece (problem, tree);
        /* Separators are asked for only where the others leave something; here always. */
        g_autoptr (GPtrArray) more = cg_separator_proofs (problem, tree, &(CgPartitionWork){ .effort = 1 });
        tally->separators += more->len;
        g_ptr_array_extend_and_steal (proofs, g_steal_pointer (&more));
        check_exhaust (drawn, problem, unit, raw->n);
        check_local (drawn, problem, group, unit, raw->n, tally);
        for (guint i = 0; i < proofs->len; i++) {
            const CgProof *proof = g_ptr_array_index (proofs, i);
            guint32 set = 0;
            for (guint r = 0; r < proof->range->len; r++) {
                const guint32 *pair = (const guint32 *) (gpointer) proof->range->data + 2 * r;
                for (guint32 place = pair[0]; place < pair[1]; place++)
                    for (guint32 v = 0; v < raw->n; v++)
                        if (group[v] == tree->order[place])
                            set |= 1u << unit[v];
            }
            g_assert_cmpuint (set, !=, 0);
            g_assert_false (drawn_can_serve (drawn, set));
            tally->proofs++;
        }
    }
}

static void
check_case (const DrawnCase *drawn, Tally *tally)
{
    g_autoptr (GError) error = NULL;
    CgPartitionInput input = drawn_input (drawn);
    g_autoptr (CgParts) parts = cg_partition_run (&input, &drawn->options, NULL, NULL, &error);
    g_assert_no_error (error);
    g_autofree guint64 *sum = cg_partition_sums (&input, parts);
    DrawnBest best = drawn_best (drawn);
    gint64 violation = 0;
    guint32 certified = 0;
    for (guint32 p = 0; p < parts->n_parts; p++) {
        gint64 one = (gint64) sum[p];
        violation += MAX (0, drawn->options.min - one) + MAX (0, one - drawn->options.max);
        certified += cg_reason_is_certified (parts->reason[p]);
        /* Named piece by piece: an exhausted piece must hold no plan of its own. */
        if (parts->reason[p] != CG_REASON_EXHAUSTED)
            continue;
        guint32 set = 0;
        g_autoptr (CgPieces) pieces = cg_pieces_find (&input, NULL);
        for (guint32 u = 0; u < parts->n_units; u++)
            for (guint32 v = 0; v < parts->n_units; v++)
                if (parts->part_of[v] == p && pieces->piece[u] == pieces->piece[v])
                    set |= 1u << u;
        g_assert_false (drawn_can_serve (drawn, set));
        tally->proofs++;
    }
    g_assert_cmpint (violation, >=, best.violation);
    g_assert_cmpint (violation == 0, ==, best.violation == 0);
    if (best.violation > 0)
        g_assert_cmpuint (certified, >, 0);
    tally->cases++;
    tally->feasible += best.violation == 0;
    tally->optimal_violation += violation == best.violation;
}

static void
test_against_oracle (void)
{
    Tally tally = { 0 };
    guint count = g_test_slow () ? 30000 : cg_test_cases (2500);
    for (guint i = 0; i < count; i++) {
        CgRandom random;
        DrawnCase drawn;
        cg_random_init (&random, 21, i);
        drawn_random (&drawn, &random, i % 20 == 0 ? 12 : 9);
        g_clear_pointer (&drawn.keep, g_free);
        check_case (&drawn, &tally);
        check_proofs (&drawn, &tally);
        drawn_done (&drawn);
    }
    g_test_message ("%u cases, %u feasible, %u proofs true, least violation in %u", tally.cases,
                    tally.feasible, tally.proofs, tally.optimal_violation);
    g_assert_cmpuint (tally.feasible, >, count / 10);
    g_assert_cmpuint (tally.proofs, >, count / 10);
    g_assert_cmpuint (tally.separators, >, count / 50);
    g_assert_cmpuint (tally.sums, >, count / 20);
    g_assert_cmpuint (tally.cores, >, count / 50);
    g_assert_cmpuint (tally.optimal_violation, >, tally.cases * 95 / 100);
}

/* ---- worked by hand ---- */

static CgParts *
run_path (const guint32 *weight, guint32 n, guint32 min, guint32 max, guint32 target)
{
    Draft draft;
    draft_init (&draft, n);
    for (guint32 i = 1; i < n; i++)
        draft_link (&draft, i - 1, i, 1000);
    g_autoptr (CgGraph) graph = draft_done (&draft);
    g_autoptr (GError) error = NULL;
    char *id[] = { "A", "B", "C", "D", "E", "F" };
    CgPartitionInput input = { .graph = graph, .weight = weight, .id = id };
    CgPartitionOptions options = CG_PARTITION_OPTIONS_DEFAULT;
    options.min = min;
    options.max = max;
    options.target = target;
    options.effort = 1;
    CgParts *parts = cg_partition_run (&input, &options, NULL, NULL, &error);
    g_assert_no_error (error);
    return parts;
}

static const char *
only_certificate (const CgParts *parts, CgReason reason)
{
    const char *text = NULL;
    for (guint32 p = 0; p < parts->n_parts; p++)
        if (parts->reason[p] == reason) {
            g_assert_null (text);
            text = parts->certificate[p];
        }
    return text;
}

static void
test_sentences (void)
{
    static const guint32 small[] = { 0, 0, 0 }, giant[] = { 400, 700, 350 },
                         window[] = { 275, 275 }, behind[] = { 200, 350, 300, 400 };
    g_autoptr (CgParts) one = run_path (small, 3, 300, 500, 400);
    g_assert_cmpuint (one->n_parts, ==, 1);
    g_assert_cmpstr (only_certificate (one, CG_REASON_SMALL), ==,
                     "the whole connected piece holds 0, below the bounds 300-500: A, B, C / "
                     "整个连通片区只有 0,低于范围 300-500:A, B, C");
    g_autoptr (CgParts) two = run_path (giant, 3, 300, 500, 400);
    g_assert_cmpuint (two->n_parts, ==, 3);
    g_assert_cmpstr (only_certificate (two, CG_REASON_GIANT), ==,
                     "unit B alone holds 700, above the bounds 300-500 / "
                     "单元 B 单独就有 700,超出范围 300-500");
    g_autoptr (CgParts) three = run_path (window, 2, 300, 500, 400);
    g_assert_cmpstr (only_certificate (three, CG_REASON_WINDOW), ==,
                     "no number of grids within 300-500 adds up to 550: A, B / "
                     "在范围 300-500 内没有任何网格数能合成 550:A, B");
    g_autoptr (CgParts) four = run_path (behind, 4, 300, 500, 400);
    g_assert_cmpstr (only_certificate (four, CG_REASON_ARTICULATION), ==,
                     "units A (200) are reached only through B (350): at least 200 of them must "
                     "join it, together above the bounds 300-500 / "
                     "单元 A(200)只能经由 B(350)连通:其中至少 200 必须与之合并,合并后超出范围 300-500");
}

/* A ring of six: no articulation, the sum fits two grids, and yet no arc does. */
static void
test_ring (void)
{
    Draft draft;
    guint32 weight[] = { 10, 280, 10, 280, 10, 280 };
    draft_init (&draft, 6);
    for (guint32 i = 0; i < 6; i++)
        draft_link (&draft, i, (i + 1) % 6, 1000);
    g_autoptr (CgGraph) graph = draft_done (&draft);
    CgPartitionInput input = { .graph = graph, .weight = weight };
    CgPartitionOptions options = CG_PARTITION_OPTIONS_DEFAULT;
    options.min = 400;
    options.max = 460;
    options.target = 430;
    g_autoptr (CgParts) parts = cg_partition_run (&input, &options, NULL, NULL, NULL);
    guint32 certified = 0, outside = 0;
    g_autofree guint64 *sum = cg_partition_sums (&input, parts);
    for (guint32 p = 0; p < parts->n_parts; p++) {
        certified += cg_reason_is_certified (parts->reason[p]);
        outside += sum[p] < options.min || sum[p] > options.max;
    }
    g_assert_cmpuint (outside, >, 0);
    g_assert_cmpuint (certified, ==, outside);
}

/* 441 units of 260: no sum of them lies within 300-500. One of 40 in the middle serves one grid. */
static void
test_no_sums (void)
{
    g_autoptr (CgGraph) graph = drawn_lattice (21, 21);
    guint32 weight[441];
    CgPartitionInput input = { .graph = graph, .weight = weight };
    CgPartitionOptions options = CG_PARTITION_OPTIONS_DEFAULT;
    for (guint round = 0; round < 2; round++) {
        guint32 outside = 0, sums = 0, certified = 0;
        for (guint32 i = 0; i < 441; i++)
            weight[i] = i == 220 && round == 1 ? 40 : 260;
        g_autoptr (CgParts) parts = cg_partition_run (&input, &options, NULL, NULL, NULL);
        g_autofree guint64 *sum = cg_partition_sums (&input, parts);
        for (guint32 p = 0; p < parts->n_parts; p++) {
            outside += sum[p] < 300 || sum[p] > 500;
            certified += cg_reason_is_certified (parts->reason[p]);
            if (parts->reason[p] != CG_REASON_SUMS)
                continue;
            sums++;
            g_assert_cmpint (parts->proof[p]->below, <, 300);
            g_assert_cmpint (parts->proof[p]->above, >, 500);
            g_assert_cmpuint (parts->proof[p]->n_units, ==, 1);
            g_assert_nonnull (strstr (parts->certificate[p], " (260) holds "));
        }
        g_assert_cmpuint (outside, ==, parts->n_parts - round);
        g_assert_cmpuint (certified, ==, outside);
        g_assert_cmpuint (sums, >, outside - 4);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/partition/proofs/oracle", test_against_oracle);
    g_test_add_func ("/partition/proofs/sentences", test_sentences);
    g_test_add_func ("/partition/proofs/ring", test_ring);
    g_test_add_func ("/partition/proofs/no-sums", test_no_sums);
    return g_test_run ();
}
