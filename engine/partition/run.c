#include "partition/bound_internal.h"

#include "base/error.h"

/* What comes out of one piece. */
typedef struct {
    guint32 n_parts;
    guint8 *reason;
    char **certificate;
    CgPartProof **proof;
    gboolean inside_proved; /* every plan in range has a wall inside a part */
    gboolean optimal; /* proved: no plan is better   */
    gboolean timed_out;
    gint64 end_us;    /* when the piece should be done with all; 0: no limit */
    CgBound bound;    /* with options->certify       */
    GError *error;    /* a lock that cannot be kept                         */
} Result;

typedef struct {
    const CgPartitionInput *input;
    const CgPartitionOptions *options;
    const CgPartitionMethod *method;
    const CgPieces *pieces;
    GCancellable *cancel;
    guint32 *label;  /* [n] part within the piece */
    Result *result;  /* [pieces]                  */
    guint threads;
    gint64 end_us;
    GMutex mutex;    /* guards what follows       */
    GCond changed;
    guint32 done;
    guint64 units_left;
} Run;

static guint32
piece_size (const CgPieces *pieces, guint32 piece)
{
    return pieces->first[piece + 1] - pieces->first[piece];
}

/* Each piece gets the share of the time left that its units are of the units left, for the search and
 * then for proofs. */
static gint64
piece_end (Run *run, guint32 piece)
{
    guint32 n = piece_size (run->pieces, piece);
    if (run->end_us == 0)
        return 0;
    gint64 now = g_get_monotonic_time (), left = MAX (0, run->end_us - now);
    g_mutex_lock (&run->mutex);
    double share = (double) n * run->threads / (double) MAX (1, run->units_left);
    run->units_left -= MIN (run->units_left, n);
    g_mutex_unlock (&run->mutex);
    gint64 span = (gint64) ((double) left * MIN (1.0, share));
    run->result[piece].end_us = MAX (1, MIN (run->end_us, now + span));
    return run->result[piece].end_us;
}

/* Numbers labels in order of first appearance; returns how many. */
static guint32
number_parts (guint32 *label, guint32 n)
{
    g_autofree guint32 *number = g_new (guint32, (gsize) n + 1);
    guint32 count = 0;
    for (guint32 i = 0; i < n; i++)
        number[i] = CG_NONE;
    for (guint32 i = 0; i < n; i++) {
        if (number[label[i]] == CG_NONE)
            number[label[i]] = count++;
        label[i] = number[label[i]];
    }
    return count;
}

static CgPartitionWork
start_work (const Run *run, guint64 stream)
{
    guint effort = run->options->effort;
    CgPartitionWork work = { .effort = effort, .cancel = run->cancel, .hurry = run->options->hurry,
                             .proposals = cg_anneal_proposals (effort, run->input->graph->n) };
    cg_random_init (&work.random, run->options->seed, stream);
    return work;
}

/* Remembers whether the clock, or who is in a hurry, had a say in what this work gave. */
static void
note_time (Run *run, guint32 piece, const CgPartitionWork *work)
{
    run->result[piece].timed_out |= cg_work_is_over (work) || work->hurried;
}

/* Looks for a plan in range where the search has none; TRUE when it was proved that there is none. */
static gboolean
exhaust (const CgPartitionProblem *problem, CgPartitionWork *work, guint32 *part_of)
{
    enum { STEPS = 10000 };
    if (work->exact)
        return TRUE;
    CgExhaust end = cg_exhaust_run (problem, (guint64) STEPS * work->effort, work, part_of);
    if (end == CG_EXHAUST_FOUND)
        cg_search_polish (problem, work, part_of);
    return end == CG_EXHAUST_NONE;
}

/* What the search left out of range without a proof, by steps in households: a walk among borders
 * passes by where units are lumps and only few sums fit. TRUE: fewer are out now. */
static gboolean
mend (const CgPartitionProblem *problem, CgPartitionWork *work, guint32 *part_of)
{
    CgPartitionScore before = cg_problem_score (problem, part_of);
    if (work->exact || problem->second != NULL || problem->lock != NULL || cg_work_is_over (work))
        return FALSE;
    g_autofree guint32 *trial = g_memdup2 (part_of, sizeof (guint32) * problem->n);
    cg_replan_mend (problem, work, trial);
    CgPartitionScore after = cg_problem_score (problem, trial);
    if (after.violation > before.violation
        || (after.violation == before.violation && after.exceptions >= before.exceptions))
        return FALSE;
    memcpy (part_of, trial, sizeof (guint32) * problem->n);
    return TRUE;
}

/* Divides the reduced problem; returns TRUE when it was proved that no plan is in range. */
static gboolean
divide (Run *run, const CgPartitionProblem *problem, guint32 piece, guint n_proofs,
        guint32 *part_of)
{
    CgPartitionWork work = start_work (run, piece);
    work.end_us = piece_end (run, piece);
    for (guint32 v = 0; v < problem->n; v++)
        part_of[v] = 0;
    if (problem->n < 2)
        return FALSE;
    run->method->solve (problem, &work, part_of);
    CgPartitionScore score = cg_problem_score (problem, part_of);
    if (score.exceptions > n_proofs && mend (problem, &work, part_of))
        score = cg_problem_score (problem, part_of);
    gboolean exhausted = score.violation > 0 && n_proofs == 0 && exhaust (problem, &work, part_of);
    run->result[piece].inside_proved
        |= cg_walls_settle (problem, run->method->solve, &work, part_of);
    note_time (run, piece, &work);
    return exhausted;
}

/* One piece on its way from units to nodes. */
typedef struct {
    guint32 piece;
    const guint32 *unit, *whole;  /* node of each unit                    */
    const CgPartitionProblem *problem, *reduced;
    const guint32 *forced;        /* node of `reduced` of each node       */
    guint n_proofs; /* that some part has to be out of range */
} Piece;

static gboolean
fail_lock (const Run *run, const Piece *piece, guint32 node, const char *why, GError **error)
{
    for (guint32 i = 0; i < piece_size (run->pieces, piece->piece); i++) {
        guint32 unit = piece->unit[i];
        if (piece->whole[i] != node || run->input->lock[unit] == CG_NONE)
            continue;
        g_autofree char *name = cg_partition_unit_name (run->input, unit);
        g_set_error (error, CG_ERROR, CG_ERROR_INFEASIBLE, "unit %s: %s", name, why);
        break;
    }
    return FALSE;
}

static gboolean
check_compounds (const Run *run, const Piece *piece, GError **error)
{
    const guint32 *lock = piece->problem->lock;
    for (guint32 i = 0; lock != NULL && i < piece_size (run->pieces, piece->piece); i++) {
        guint32 wanted = run->input->lock[piece->unit[i]];
        if (wanted != CG_NONE && wanted != lock[piece->whole[i]])
            return fail_lock (run, piece, piece->whole[i],
                              "units of its compound, which stays whole, are locked to different "
                              "grids", error);
    }
    return TRUE;
}

/* From the old plan with as few changes as can be. What stays out of range so is tried from scratch.
 * part_of: by node of piece->problem. TRUE: it was proved that no plan is in range. */
static gboolean
replan (Run *run, const Piece *piece, guint32 *part_of, GError **error)
{
    const CgPartitionProblem *problem = piece->problem;
    CgPartitionWork work = start_work (run, piece->piece);
    guint32 node = 0;
    work.end_us = piece_end (run, piece->piece);
    /* What stays out of range is tried from nothing: that needs time, too. */
    if (work.end_us > 0) {
        gint64 now = g_get_monotonic_time ();
        work.end_us = now + MAX (0, work.end_us - now) * 6 / 10;
    }
    if (!check_compounds (run, piece, error))
        return FALSE;
    CgReplanEnd end = cg_replan_run (problem, &work, part_of, &node);
    note_time (run, piece->piece, &work);
    if (end != CG_REPLAN_DONE)
        return fail_lock (run, piece, node,
                          end == CG_REPLAN_BARRED
                              ? "units locked to other grids part it from those locked to its grid"
                              : "no way was found to the other units that are locked to its grid",
                          error);
    CgPartitionScore score = cg_problem_score (problem, part_of);
    if (score.violation == 0 || problem->lock != NULL)
        return FALSE;
    g_autofree guint32 *trial = g_new0 (guint32, (gsize) problem->n + 1);
    g_autofree guint32 *reduced = g_new0 (guint32, (gsize) piece->reduced->n + 1);
    gboolean exhausted = divide (run, piece->reduced, piece->piece, piece->n_proofs, reduced);
    for (guint32 v = 0; v < problem->n; v++)
        trial[v] = reduced[piece->forced[v]];
    CgPartitionScore next = cg_problem_score (problem, trial);
    next.energy = score.energy;
    if (cg_partition_score_compare (&next, &score) < 0) {
        memcpy (part_of, trial, sizeof (guint32) * problem->n);
        cg_replan_from (problem, &work, part_of);
        note_time (run, piece->piece, &work);
    }
    return exhausted;
}

/* The default method keeps old plans as near as can be, unless moves are priced lower than usual. */
static gboolean
is_replan (const Run *run, const CgPartitionProblem *problem)
{
    const CgPartitionWeights usual = CG_PARTITION_WEIGHTS_DEFAULT;
    return problem->lock != NULL
           || (problem->old != NULL && problem->second == NULL
               && run->method == cg_partition_methods ()
               && problem->weights.move >= usual.move);
}

/* More is out of range than simple proofs explain: small pieces are worth milliseconds without being
 * asked. */
static gboolean
is_unexplained (const Piece *piece, const guint32 *part_of)
{
    enum { SMALL = 16 };
    const CgPartitionProblem *problem = piece->problem;
    if (problem->n > SMALL || problem->old != NULL || problem->second != NULL)
        return FALSE;
    CgPartitionScore score = cg_problem_score (problem, part_of);
    guint32 outside;
    return score.exceptions > 1
           || score.violation > cg_bound_behind (problem, score.violation, &outside, NULL);
}

/* Proves how good the plan is, and improves it on the way. TRUE: no plan is in range. */
static gboolean
prove (Run *run, const Piece *piece, gboolean only_plan, guint32 *part_of, Result *result)
{
    CgPartitionWork work = start_work (run, run->pieces->n_pieces + piece->piece);
    work.end_us = result->end_us != 0 ? result->end_us : run->end_us;
    if (!run->options->certify && !is_unexplained (piece, part_of))
        return FALSE;
    if (only_plan)
        cg_bound_only_plan (piece->problem, part_of, &result->bound);
    else
        cg_bound_plan (piece->problem, piece->reduced, piece->forced, &work, part_of,
                       &result->bound);
    note_time (run, piece->piece, &work);
    result->optimal = result->optimal || result->bound.optimal;
    return result->bound.bound.violation > 0;
}

/* Better shapes at the end, where they have a weight. */
static void
round_off (Run *run, const Piece *piece, guint32 *part_of)
{
    guint32 n = piece_size (run->pieces, piece->piece);
    CgPartitionWork work = { .effort = run->options->effort, .cancel = run->cancel,
                             .hurry = run->options->hurry, .end_us = run->end_us };
    if (piece->reduced->weights.shape == 0)
        return;
    g_autofree guint32 *node_of = g_new (guint32, (gsize) n + 1);
    for (guint32 i = 0; i < n; i++)
        node_of[i] = piece->forced[piece->whole[i]];
    CgShapeUnits units = { run->input, run->pieces, piece->piece, node_of };
    cg_shape_run (piece->reduced, &units, &work, part_of);
    note_time (run, piece->piece, &work);
}

/* Setting a piece up and proving what can be proved takes a microsecond or two for each unit. */
static gboolean
is_hurried (Run *run)
{
    const CgPartitionInput *input = run->input;
    if (run->end_us == 0 || input->compound != NULL || input->keep != NULL || run->options->certify)
        return FALSE;
    gint64 left = run->end_us - g_get_monotonic_time ();
    g_mutex_lock (&run->mutex);
    guint64 units = run->units_left;
    g_mutex_unlock (&run->mutex);
    return left <= 0 || (guint64) left * run->threads < 2 * units;
}

/* Any connected plan, without a try to prove anything. */
static void
solve_hurried (Run *run, guint32 piece)
{
    const guint32 *unit = run->pieces->unit + run->pieces->first[piece];
    guint32 n = piece_size (run->pieces, piece);
    Result *result = &run->result[piece];
    g_autofree guint32 *label = g_new (guint32, (gsize) n + 1);
    g_mutex_lock (&run->mutex);
    run->units_left -= MIN (run->units_left, n);
    g_mutex_unlock (&run->mutex);
    result->timed_out = TRUE;
    result->n_parts = cg_quick_split (run->input, run->options, run->pieces, piece, label);
    result->reason = g_new0 (guint8, result->n_parts);
    result->certificate = g_new0 (char *, result->n_parts);
    result->proof = g_new0 (CgPartProof *, result->n_parts);
    const CgPartitionInput *input = run->input;
    const CgPartitionOptions *o = run->options;
    g_autofree guint64 *sum = g_new0 (guint64, result->n_parts);
    g_autofree guint64 *second = g_new0 (guint64, result->n_parts);
    for (guint32 i = 0; i < n; i++) {
        run->label[unit[i]] = label[i];
        sum[label[i]] += input->weight[unit[i]];
        second[label[i]] += input->second != NULL ? input->second[unit[i]] : 0;
    }
    for (guint32 p = 0; p < result->n_parts; p++)
        if (sum[p] < o->min || sum[p] > o->max
            || (input->second != NULL
                && (second[p] < o->second_min || second[p] > o->second_max))) {
            result->reason[p] = CG_REASON_UNKNOWN;
            result->certificate[p]
                = g_strdup ("the time was up before a search or a proof / 时限已到,未及搜索与证明");
        }
}

static void
solve_piece (Run *run, guint32 piece)
{
    if (is_hurried (run)) {
        solve_hurried (run, piece);
        return;
    }

    const guint32 *unit = run->pieces->unit + run->pieces->first[piece];
    guint32 n = piece_size (run->pieces, piece), n_whole, n_forced;
    Result *result = &run->result[piece];
    g_autoptr (CgPartitionProblem) raw
        = cg_problem_from_piece (run->input, run->options, run->pieces, piece);
    g_autofree guint32 *whole
        = cg_contract_compounds (run->input, run->options, unit, raw, &n_whole);
    g_autoptr (CgPartitionProblem) problem = cg_problem_contract (raw, whole, n_whole);
    g_autoptr (CgDepthTree) tree = cg_depth_tree_new (problem);
    g_autoptr (GPtrArray) proofs = cg_certify_piece (problem, tree);
    g_autofree guint32 *forced = cg_contract_forced (problem, tree, &n_forced);
    g_autoptr (CgPartitionProblem) reduced = cg_problem_contract (problem, forced, n_forced);
    cg_problem_tabulate (reduced);
    g_autofree guint32 *part_of = g_new0 (guint32, (gsize) n_whole + 1);
    g_autofree guint32 *label = g_new (guint32, (gsize) n + 1);
    gint64 second = cg_second_sum (run->input, unit, n);
    gboolean single = problem->total <= problem->max && problem->total < 2 * problem->min
                      && (problem->second == NULL || cg_second_violation (problem, second) == 0);
    Piece inside = { .piece = piece, .unit = unit, .whole = whole, .problem = problem,
                     .reduced = reduced, .forced = forced, .n_proofs = proofs->len };
    gboolean exhausted = FALSE, kept = is_replan (run, problem);
    /* What every plan in range keeps together may have walls inside; so may the only plan. */
    result->inside_proved = cg_walls_inside (problem, single ? part_of : forced) > 0;
    if (kept)
        exhausted = replan (run, &inside, part_of, &result->error);
    else if (!single)
        exhausted = divide (run, reduced, piece, proofs->len, part_of);
    if (!kept && !single)
        round_off (run, &inside, part_of);
    g_autofree guint32 *node_part = g_new (guint32, (gsize) n_whole + 1);
    for (guint32 v = 0; v < n_whole; v++)
        node_part[v] = part_of[kept ? v : forced[v]];
    if (result->error == NULL)
        exhausted = prove (run, &inside, single || n_whole < 2, node_part, result) || exhausted;
    for (guint32 i = 0; i < n; i++)
        label[i] = node_part[whole[i]];
    result->n_parts = number_parts (label, n);
    result->optimal = result->optimal
                      || (single && problem->total >= problem->min && result->n_parts == 1);
    result->reason = g_new0 (guint8, result->n_parts);
    result->certificate = g_new0 (char *, result->n_parts);
    result->proof = g_new0 (CgPartProof *, result->n_parts);
    const CgPartitionWork proving = { .cancel = run->cancel, .hurry = run->options->hurry,
                                      .end_us = run->end_us };
    CgVerdict verdict = { .input = run->input, .unit = unit, .node_of = whole, .n_units = n,
                          .problem = problem, .tree = tree, .proofs = proofs,
                          .exhausted = exhausted, .work = &proving,
                          .steps = (guint64) 20000 * run->options->effort
                                   * (run->options->certify ? 20 : 1) };
    if (result->bound.tried && result->bound.levels >= 2) {
        verdict.least_sum = result->bound.score.violation;
        verdict.least_outside = result->bound.score.exceptions;
    }
    cg_certify_parts (&verdict, label, result->n_parts, result->reason, result->certificate,
                      result->proof);
    if (problem->second != NULL)
        cg_second_certify (&verdict, label, result->n_parts, result->reason, result->certificate,
                           result->proof);
    result->timed_out |= cg_work_is_over (&proving);
    for (guint32 i = 0; i < n; i++)
        run->label[unit[i]] = label[i];
}

static void
work_on_piece (gpointer data, gpointer user_data)
{
    Run *run = user_data;
    guint32 piece = GPOINTER_TO_UINT (data) - 1;
    if (!g_cancellable_is_cancelled (run->cancel))
        solve_piece (run, piece);
    g_mutex_lock (&run->mutex);
    run->done++;
    g_cond_signal (&run->changed);
    g_mutex_unlock (&run->mutex);
}

static gint
larger_first (gconstpointer a, gconstpointer b, gpointer user_data)
{
    const CgPieces *pieces = user_data;
    guint32 first = *(const guint32 *) a, second = *(const guint32 *) b;
    guint32 n_first = piece_size (pieces, first), n_second = piece_size (pieces, second);
    if (n_first != n_second)
        return n_first > n_second ? -1 : 1;
    return first < second ? -1 : first > second;
}

/* Large pieces first: the last thread to finish then has little left. */
static guint32 *
order_pieces (const CgPieces *pieces)
{
    guint32 *order = g_new (guint32, (gsize) pieces->n_pieces + 1);
    for (guint32 i = 0; i < pieces->n_pieces; i++)
        order[i] = i;
    g_qsort_with_data (order, (gint) pieces->n_pieces, sizeof (guint32), larger_first,
                       (gpointer) pieces);
    return order;
}

static gboolean
run_threads (Run *run, const guint32 *order, const CgProgress *progress, GError **error)
{
    enum { REPORTS = 200 };
    guint32 total = run->pieces->n_pieces, told = 0;
    GThreadPool *pool = g_thread_pool_new (work_on_piece, run, (gint) run->threads, TRUE, error);
    if (pool == NULL)
        return FALSE;
    for (guint32 i = 0; i < total; i++)
        g_thread_pool_push (pool, GUINT_TO_POINTER (order[i] + 1), NULL);
    g_mutex_lock (&run->mutex);
    while (run->done < total) {
        g_cond_wait (&run->changed, &run->mutex);
        guint32 done = run->done;
        if (done - told < total / REPORTS + 1)
            continue;
        g_mutex_unlock (&run->mutex);
        cg_progress (progress, "communities", done, total);
        told = done;
        g_mutex_lock (&run->mutex);
    }
    g_mutex_unlock (&run->mutex);
    g_thread_pool_free (pool, FALSE, TRUE);
    return TRUE;
}

static void
run_here (Run *run, const guint32 *order, const CgProgress *progress)
{
    enum { REPORTS = 200 };
    guint32 total = run->pieces->n_pieces;
    for (guint32 i = 0; i < total; i++) {
        work_on_piece (GUINT_TO_POINTER (order[i] + 1), run);
        if ((i + 1) % (total / REPORTS + 1) == 0 || i + 1 == total)
            cg_progress (progress, "communities", i + 1, total);
    }
}

/* ---- putting pieces together ---- */

/* Regions all of whose pieces are optimal. */
static guint32
count_optimal (const Run *run)
{
    const CgPieces *pieces = run->pieces;
    g_autoptr (GHashTable) open = g_hash_table_new (NULL, NULL);
    g_autoptr (GHashTable) all = g_hash_table_new (NULL, NULL);
    for (guint32 i = 0; i < pieces->n_pieces; i++) {
        guint32 unit = pieces->unit[pieces->first[i]];
        guint32 value = run->input->region != NULL ? run->input->region[unit] : 0;
        gpointer region = GUINT_TO_POINTER (value);
        g_hash_table_add (all, region);
        if (!run->result[i].optimal)
            g_hash_table_add (open, region);
    }
    return g_hash_table_size (all) - g_hash_table_size (open);
}

static CgParts *
assemble (Run *run)
{
    const CgPieces *pieces = run->pieces;
    guint32 n = run->input->graph->n, n_parts = 0, next = 0;
    g_autofree guint32 *base = g_new (guint32, (gsize) pieces->n_pieces + 1);
    for (guint32 i = 0; i < pieces->n_pieces; i++) {
        base[i] = n_parts;
        n_parts += run->result[i].n_parts;
    }
    g_autofree guint32 *number = g_new (guint32, (gsize) n_parts + 1);
    for (guint32 p = 0; p < n_parts; p++)
        number[p] = CG_NONE;
    CgParts *parts = cg_parts_new (n, n_parts);
    for (guint32 unit = 0; unit < n; unit++) {
        guint32 piece = pieces->piece[unit], part = base[piece] + run->label[unit];
        if (number[part] == CG_NONE) {
            Result *result = &run->result[piece];
            number[part] = next++;
            parts->reason[number[part]] = result->reason[run->label[unit]];
            parts->certificate[number[part]]
                = g_steal_pointer (&result->certificate[run->label[unit]]);
            parts->proof[number[part]] = g_steal_pointer (&result->proof[run->label[unit]]);
            parts->inside_proved[number[part]] = result->inside_proved;
        }
        parts->part_of[unit] = number[part];
    }
    parts->n_optimal = count_optimal (run);
    parts->threads = run->threads;
    for (guint32 i = 0; i < pieces->n_pieces; i++)
        parts->timed_out |= run->result[i].timed_out;
    if (run->options->certify) {
        g_autofree CgBound *bound = g_new (CgBound, (gsize) pieces->n_pieces + 1);
        for (guint32 i = 0; i < pieces->n_pieces; i++)
            bound[i] = run->result[i].bound;
        parts->bounds = cg_bounds_by_region (run->input, pieces, bound, &parts->n_bounds);
    }
    return parts;
}

static gboolean
check_options (const CgPartitionOptions *options, GError **error)
{
    const char *what = NULL;
    if (options->min > options->target || options->target > options->max || options->target == 0)
        what = "bounds must satisfy min <= target <= max and target >= 1";
    else if (options->effort < 1 || options->effort > 100)
        what = "effort must lie in 1..100";
    else if (!(options->deadline_s >= 0 && options->deadline_s <= 1e9))
        what = "deadline must be 0 or a number of seconds";
    else if (options->certify && options->weights != NULL && options->weights->shape > 0)
        what = "what is proved best knows no weight of shape: it must be 0";
    else if (options->second_min > options->second_max)
        what = "bounds of the second weight must satisfy min <= max";
    if (what != NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "%s (%u:%u, target %u, effort %u, %g s)",
                     what, options->min, options->max, options->target, options->effort,
                     options->deadline_s);
        return FALSE;
    }
    if (cg_partition_find_method (options->method) == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "no partition method is called \"%s\"",
                     options->method);
        return FALSE;
    }
    return TRUE;
}

/* FALSE: some piece has an error; that of the first. */
static gboolean
find_error (Run *run, GError **error)
{
    for (guint32 i = 0; i < run->pieces->n_pieces; i++)
        if (run->result[i].error != NULL) {
            g_propagate_error (error, g_steal_pointer (&run->result[i].error));
            return FALSE;
        }
    return TRUE;
}

static void
run_done (Run *run)
{
    for (guint32 i = 0; i < run->pieces->n_pieces; i++) {
        for (guint32 p = 0; p < run->result[i].n_parts; p++) {
            g_free (run->result[i].certificate[p]);
            cg_part_proof_free (run->result[i].proof[p]);
        }
        g_clear_error (&run->result[i].error);
        g_free (run->result[i].certificate);
        g_free (run->result[i].proof);
        g_free (run->result[i].reason);
    }
    g_free (run->result);
    g_free (run->label);
    g_mutex_clear (&run->mutex);
    g_cond_clear (&run->changed);
}

CgParts *
cg_partition_run (const CgPartitionInput *input, const CgPartitionOptions *options,
                  const CgProgress *progress, GCancellable *cancel, GError **error)
{
    const CgPartitionOptions defaults = CG_PARTITION_OPTIONS_DEFAULT;
    gint64 start_us = g_get_monotonic_time ();
    options = options != NULL ? options : &defaults;
    if (!check_options (options, error))
        return NULL;
    g_autoptr (CgPieces) pieces = cg_pieces_find (input, error);
    if (pieces == NULL || !cg_locks_check (input, pieces, error))
        return NULL;
    g_autofree guint32 *order = order_pieces (pieces);
    Run run = { .input = input, .options = options, .pieces = pieces, .cancel = cancel,
                .method = cg_partition_find_method (options->method),
                .units_left = input->graph->n };
    if (options->deadline_s > 0)
        run.end_us = start_us + (gint64) (options->deadline_s * G_USEC_PER_SEC)
                     - MIN ((gint64) (options->deadline_s * G_USEC_PER_SEC / 2),
                            input->graph->n / 8); /* putting pieces together takes time too */
    guint wanted = options->threads > 0 ? options->threads : g_get_num_processors ();
    run.threads = MAX (1, MIN (wanted, pieces->n_pieces));
    run.label = g_new0 (guint32, (gsize) input->graph->n + 1);
    run.result = g_new0 (Result, (gsize) pieces->n_pieces + 1);
    g_mutex_init (&run.mutex);
    g_cond_init (&run.changed);
    gboolean ok = TRUE;
    if (run.threads > 1)
        ok = run_threads (&run, order, progress, error);
    else
        run_here (&run, order, progress);
    CgParts *parts = NULL;
    if (ok && g_cancellable_is_cancelled (cancel))
        g_set_error (error, CG_ERROR, CG_ERROR_CANCELLED, "the split was stopped");
    else if (ok && find_error (&run, error))
        parts = assemble (&run);
    run_done (&run);
    return parts;
}
