#include "partition/partition_internal.h"

/* A second weight (people beside households): what it adds to the books of the search and to proofs.
 * Without one nothing here is called on the way of a proposal. */

gint64
cg_second_cost (const CgPartitionProblem *problem, gint64 sum)
{
    gint64 off = cg_second_violation (problem, sum);
    return off == 0 ? 0 : cg_problem_penalty (problem, problem->max + off);
}

gint64
cg_second_shift (const CgPartitionState *state, guint32 node, guint32 to)
{
    const CgPartitionProblem *problem = state->problem;
    const CgStatePart *a = &state->parts[state->part[node]], *b = &state->parts[to];
    gint64 weight = problem->second[node];
    gint64 left = a->count > 1 ? cg_second_cost (problem, a->second - weight) : 0;
    return left + cg_second_cost (problem, b->second + weight)
           - cg_second_cost (problem, a->second)
           - (b->count > 0 ? cg_second_cost (problem, b->second) : 0);
}

gint64
cg_second_swap (const CgPartitionState *state, guint32 node, guint32 other)
{
    const CgPartitionProblem *problem = state->problem;
    const CgStatePart *a = &state->parts[state->part[node]];
    const CgStatePart *b = &state->parts[state->part[other]];
    gint64 change = (gint64) problem->second[other] - problem->second[node];
    return cg_second_cost (problem, a->second + change) - cg_second_cost (problem, a->second)
           + cg_second_cost (problem, b->second - change) - cg_second_cost (problem, b->second);
}

gint64
cg_second_sum (const CgPartitionInput *input, const guint32 *unit, guint32 n)
{
    gint64 sum = 0;
    for (guint32 i = 0; input->second != NULL && i < n; i++)
        sum += input->second[unit[i]];
    return sum;
}

/* ---- proofs ---- */

/* The same piece with the second weight in the place of the first. What is not weighed is shared. */
static void
turn (CgPartitionProblem *turned, const CgPartitionProblem *problem)
{
    *turned = *problem;
    turned->weight = problem->second;
    turned->second = NULL;
    turned->min = problem->min2;
    turned->max = problem->max2;
    turned->target = problem->target2;
    turned->cost = NULL;
    turned->n_cost = 0;
    turned->total = 0;
    for (guint32 v = 0; v < problem->n; v++)
        turned->total += problem->second[v];
}

static char *
say_second (char *certificate)
{
    g_auto (GStrv) languages = g_strsplit (certificate, " / ", 2);
    char *said = g_strdup_printf ("counting people: %s / 按人口计: %s", languages[0],
                                  languages[1] != NULL ? languages[1] : languages[0]);
    g_free (certificate);
    return said;
}

/* Proofs that the second weight gives by itself. Where the first has proved a part already none is
 * used: one part might be outside for both, and then both would speak of the same exception. */
void
cg_second_certify (const CgVerdict *verdict, const guint32 *part_of, guint32 n_parts,
                   guint8 *reason, char **certificate, CgPartProof **proof)
{
    CgPartitionProblem turned;
    turn (&turned, verdict->problem);
    CgPartitionInput input = *verdict->input;
    input.weight = input.second;
    g_autoptr (CgDepthTree) tree = cg_depth_tree_new (&turned);
    g_autoptr (GPtrArray) proofs = cg_certify_piece (&turned, tree);
    g_autofree guint8 *own = g_new0 (guint8, (gsize) n_parts + 1);
    g_autofree char **text = g_new0 (char *, (gsize) n_parts + 1);
    g_autofree CgPartProof **figures = g_new0 (CgPartProof *, (gsize) n_parts + 1);
    CgVerdict second = *verdict;
    second.input = &input;
    second.problem = &turned;
    second.tree = tree;
    second.proofs = proofs;
    second.also = verdict->problem;
    for (guint32 p = 0; p < n_parts; p++) {
        second.exhausted &= reason[p] == CG_REASON_NONE;
        second.unproved |= cg_reason_is_certified ((CgReason) reason[p]);
    }
    cg_certify_parts (&second, part_of, n_parts, own, text, figures);
    for (guint32 p = 0; p < n_parts; p++) {
        gboolean proved = cg_reason_is_certified ((CgReason) reason[p]);
        if (own[p] == CG_REASON_NONE || proved
            || (reason[p] == CG_REASON_UNKNOWN && own[p] == CG_REASON_UNKNOWN)) {
            g_free (text[p]);
            cg_part_proof_free (figures[p]);
            continue;
        }
        reason[p] = own[p];
        proof[p] = figures[p];
        if (proof[p] != NULL)
            proof[p]->second = TRUE;
        g_free (certificate[p]);
        certificate[p] = say_second (text[p]);
    }
}
