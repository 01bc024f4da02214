#include "partition/bound_internal.h"

enum { STEPS = 800000000 }; /* for one piece: some 10 s at most */

void
cg_bound_only_plan (const CgPartitionProblem *problem, const guint32 *part_of, CgBound *out)
{
    *out = (CgBound){ .score = cg_problem_score (problem, part_of), .levels = 3, .optimal = TRUE,
                      .tried = TRUE };
    out->bound = out->score;
}

/* Walls inside parts come before the energy: each has a price that nothing else reaches, so the
 * priced problem's best plan is the best. What its bound leaves open is what the energy's does. */
static void
bound_problem (const CgPartitionProblem *problem, CgPartitionWork *work, guint32 *part_of,
               CgBound *out)
{
    g_autoptr (CgPartitionProblem) priced
        = cg_walls_exist (problem) ? cg_walls_price (problem) : NULL;
    const CgPartitionProblem *used = priced != NULL ? priced : problem;
    g_autoptr (CgPool) pool = cg_pool_new (used);
    cg_bound_run (used, work, STEPS, pool, part_of, out);
    gint64 open = out->score.energy - out->bound.energy;
    out->score = cg_problem_score (problem, part_of);
    out->bound.energy = out->score.energy - open;
}

void
cg_bound_plan (const CgPartitionProblem *problem, const CgPartitionProblem *reduced,
               const guint32 *forced, CgPartitionWork *work, guint32 *part_of, CgBound *out)
{
    g_autofree guint32 *plan = g_new0 (guint32, (gsize) reduced->n + 1);
    CgPartitionScore score = cg_problem_score (problem, part_of);
    if (score.violation > 0 || problem->old != NULL || reduced->n < 2) {
        bound_problem (problem, work, part_of, out);
        return;
    }
    for (guint32 v = 0; v < problem->n; v++)
        plan[forced[v]] = part_of[v];
    bound_problem (reduced, work, plan, out);
    for (guint32 v = 0; v < problem->n; v++)
        part_of[v] = plan[forced[v]];
}

/* ---- by region ---- */

static void
add_bound (CgPartBound *sum, const CgBound *bound)
{
    sum->violation += bound->score.violation;
    sum->violation_bound += bound->bound.violation;
    sum->exceptions += bound->score.exceptions;
    sum->exceptions_bound += bound->bound.exceptions;
    sum->cost_m += (double) bound->score.energy / 100;
    sum->bound_m += (double) bound->bound.energy / 100;
    sum->optimal = sum->optimal && bound->optimal;
    sum->tried = sum->tried && bound->tried;
    sum->columns += bound->columns;
    sum->steps += bound->steps;
}

CgPartBound *
cg_bounds_by_region (const CgPartitionInput *input, const CgPieces *pieces, const CgBound *bound,
                     guint32 *out_n)
{
    g_autoptr (GHashTable) known = g_hash_table_new (NULL, NULL);
    GArray *list = g_array_new (FALSE, TRUE, sizeof (CgPartBound));
    for (guint32 i = 0; i < pieces->n_pieces; i++) {
        guint32 unit = pieces->unit[pieces->first[i]];
        gpointer region = GUINT_TO_POINTER (input->region != NULL ? input->region[unit] : 0);
        guint32 row = GPOINTER_TO_UINT (g_hash_table_lookup (known, region));
        if (row == 0) {
            CgPartBound fresh = { .unit = unit, .optimal = TRUE, .tried = TRUE };
            g_array_append_val (list, fresh);
            row = list->len;
            g_hash_table_insert (known, region, GUINT_TO_POINTER (row));
        }
        CgPartBound *sum = &g_array_index (list, CgPartBound, row - 1);
        sum->units += pieces->first[i + 1] - pieces->first[i];
        add_bound (sum, &bound[i]);
    }
    for (guint i = 0; i < list->len; i++) {
        CgPartBound *sum = &g_array_index (list, CgPartBound, i);
        gboolean known_so_far = sum->violation == sum->violation_bound
                                && sum->exceptions == sum->exceptions_bound;
        sum->bounded = sum->optimal || (known_so_far && sum->bound_m > 0 && sum->cost_m > 0);
        sum->gap = sum->optimal ? 0 : sum->bounded ? 1 - sum->bound_m / sum->cost_m : 1;
    }
    *out_n = list->len;
    return (CgPartBound *) (gpointer) g_array_free (list, FALSE);
}
