#include "partition/partition_internal.h"

#include "base/error.h"

/* Plans at several prices of a moved household; the first is what cg_partition_run gives. Each is
 * made piece by piece; then every price takes, of each piece, the plan of all prices that is best at its own price. So no point is worse than what
 * another price has found, and a higher price never moves more. */

static const guint32 permille[] = { 1000, 100, 40, 16, 5, 0 }; /* of the usual price; first: fewest */

enum { N_PRICES = G_N_ELEMENTS (permille) };

typedef struct {
    const CgPartitionInput *input;
    const CgPieces *pieces;
    CgParts *plan[N_PRICES];
    guint n_plans;    /* fewer than prices when the time is up; the first is always there */
    guint8 *taken;    /* [pieces * N_PRICES] plan that the piece takes at each price */
} Front;

/* A piece under one plan. */
typedef struct {
    gint64 violation, energy, moved;
    guint32 exceptions;
} Figures;

static Figures
measure_piece (const Front *front, const CgPartitionProblem *problem, guint32 piece, guint plan)
{
    const guint32 *unit = front->pieces->unit + front->pieces->first[piece];
    gsize n = problem->n, n_overlaps;
    g_autofree guint32 *part = g_new (guint32, n + 1), *old = g_new (guint32, n + 1);
    g_autofree guint32 *continued = g_new (guint32, n + 1);
    for (gsize v = 0; v < n; v++) {
        part[v] = front->plan[plan]->part_of[unit[v]];
        old[v] = front->input->keep[unit[v]];
    }
    guint32 n_parts = cg_assign_number (part, n, NULL), n_old = cg_assign_number (old, n, NULL);
    CgPartitionScore score = cg_problem_score (problem, part);
    Figures figures = { .violation = score.violation, .exceptions = score.exceptions,
                        .energy = score.energy };
    g_autofree CgOverlap *overlap = cg_assign_overlaps (part, old, problem->weight, n, &n_overlaps);
    cg_assign_run (n_parts, n_old, overlap, n_overlaps, continued);
    for (gsize v = 0; v < n; v++)
        if (old[v] != CG_NONE && continued[part[v]] != old[v])
            figures.moved += problem->weight[v];
    return figures;
}

/* price: energy of 4096 households; the first price counts moves before all energy. */
static gboolean
is_better (const Figures *a, const Figures *b, guint place, gint64 price)
{
    if (a->violation != b->violation)
        return a->violation < b->violation;
    if (a->exceptions != b->exceptions)
        return a->exceptions < b->exceptions;
    if (place == 0 && a->moved != b->moved)
        return a->moved < b->moved;
    const gint64 most = G_GINT64_CONSTANT (1) << 31;
    gint64 first = a->energy + (MIN (a->moved, most) * price >> 12);
    gint64 second = b->energy + (MIN (b->moved, most) * price >> 12);
    return first != second ? first < second : a->moved < b->moved;
}

static void
choose_plans (Front *front, const CgPartitionOptions *options, guint32 piece)
{
    g_autoptr (CgPartitionProblem) problem
        = cg_problem_from_piece (front->input, options, front->pieces, piece);
    Figures figures[N_PRICES];
    for (guint k = 0; k < front->n_plans; k++)
        figures[k] = measure_piece (front, problem, piece, k);
    for (guint place = 0; place < N_PRICES; place++) {
        guint best = 0;
        gint64 price = problem->move * permille[place] / 1000;
        for (guint k = 1; k < front->n_plans; k++)
            if (is_better (&figures[k], &figures[best], place, price))
                best = k;
        front->taken[(gsize) piece * N_PRICES + place] = (guint8) best;
    }
}

static CgParts *
join_pieces (const Front *front, guint place)
{
    const CgPieces *pieces = front->pieces;
    guint32 n = front->input->graph->n, most = 0, next = 0;
    guint32 base[N_PRICES];
    for (guint k = 0; k < front->n_plans; k++) {
        base[k] = most;
        most += front->plan[k]->n_parts;
    }
    g_autofree guint32 *number = g_new (guint32, (gsize) most + 1);
    g_autofree guint32 *label = g_new (guint32, (gsize) n + 1);
    for (guint32 p = 0; p < most; p++)
        number[p] = CG_NONE;
    for (guint32 unit = 0; unit < n; unit++) {
        guint k = front->taken[(gsize) pieces->piece[unit] * N_PRICES + place];
        guint32 part = base[k] + front->plan[k]->part_of[unit];
        if (number[part] == CG_NONE)
            number[part] = next++;
        label[unit] = number[part];
    }
    CgParts *parts = cg_parts_new (n, next);
    memcpy (parts->part_of, label, sizeof (guint32) * n);
    parts->n_optimal = G_MAXUINT32;
    parts->timed_out = front->n_plans < N_PRICES;
    for (guint k = 0; k < front->n_plans; k++) {
        parts->n_optimal = MIN (parts->n_optimal, front->plan[k]->n_optimal);
        parts->threads = MAX (parts->threads, front->plan[k]->threads);
        parts->timed_out |= front->plan[k]->timed_out;
        for (guint32 p = 0; p < front->plan[k]->n_parts; p++) {
            guint32 to = number[base[k] + p];
            if (to == CG_NONE)
                continue;
            parts->reason[to] = front->plan[k]->reason[p];
            parts->inside_proved[to] = front->plan[k]->inside_proved[p];
            parts->certificate[to] = g_strdup (front->plan[k]->certificate[p]);
        }
    }
    return parts;
}

/* ---- points ---- */

void
cg_partition_point_free (CgPartitionPoint *point)
{
    if (point == NULL)
        return;
    cg_parts_free (point->parts);
    g_free (point);
}

static guint64
what_is_off (guint64 sum, guint64 min, guint64 max)
{
    return sum < min ? min - sum : sum > max ? sum - max : 0;
}

static CgPartitionPoint *
point_new (const CgPartitionInput *input, const CgPartitionOptions *options, CgParts *parts)
{
    CgPartitionPoint *point = g_new0 (CgPartitionPoint, 1);
    g_autofree guint64 *sum = cg_partition_sums (input, parts);
    point->parts = parts;
    point->moved = cg_partition_moved (input, parts);
    point->boundary_m = cg_partition_internal_boundary_m (input, parts);
    g_autofree guint64 *second = NULL;
    if (input->second != NULL) {
        CgPartitionInput people = *input;
        people.weight = input->second;
        second = cg_partition_sums (&people, parts);
    }
    for (guint32 p = 0; p < parts->n_parts; p++) {
        guint64 off = what_is_off (sum[p], options->min, options->max);
        if (second != NULL)
            off += what_is_off (second[p], options->second_min, options->second_max);
        point->violation += off;
        point->exceptions += off > 0;
    }
    return point;
}

static gint
by_moved (gconstpointer a, gconstpointer b)
{
    const CgPartitionPoint *first = *(CgPartitionPoint *const *) a;
    const CgPartitionPoint *second = *(CgPartitionPoint *const *) b;
    if (first->moved != second->moved)
        return first->moved < second->moved ? -1 : 1;
    if (first->violation != second->violation)
        return first->violation < second->violation ? -1 : 1;
    if (first->exceptions != second->exceptions)
        return first->exceptions < second->exceptions ? -1 : 1;
    return (first->boundary_m > second->boundary_m) - (first->boundary_m < second->boundary_m);
}

/* a is nowhere worse. Of equals the first stays. */
static gboolean
covers (const CgPartitionPoint *a, const CgPartitionPoint *b)
{
    return a->moved <= b->moved && a->violation <= b->violation && a->exceptions <= b->exceptions
           && a->boundary_m <= b->boundary_m;
}

/* Sorted points: what covers a point comes before it. */
static void
drop_covered (GPtrArray *points)
{
    for (guint i = 1; i < points->len;) {
        gboolean covered = FALSE;
        for (guint k = 0; k < i; k++)
            covered |= covers (g_ptr_array_index (points, k), g_ptr_array_index (points, i));
        if (covered)
            g_ptr_array_remove_index (points, i);
        else
            i++;
    }
}

static void
front_done (Front *front)
{
    for (guint k = 0; k < N_PRICES; k++)
        cg_parts_free (front->plan[k]);
    g_free (front->taken);
}

/* Weighing the plans against each other takes a few microseconds for each unit. */
static double
time_for_plans_s (const CgPartitionInput *input, const CgPartitionOptions *options)
{
    return options->deadline_s - MIN (options->deadline_s / 2, input->graph->n * 3e-6);
}

/* Setting the pieces up and mending them takes some time whatever the deadline: no other price is
 * tried when less is left than the last one took. The first, which every caller needs, gets half, the
 * others share what is left. */
static gboolean
is_in_time (double all_s, gint64 start_us, gint64 last_us, guint shares, double *out_share_s)
{
    double left_s = all_s - (g_get_monotonic_time () - start_us) / 1e6;
    *out_share_s = all_s > 0 ? MAX (left_s / shares, 1e-6) : 0;
    return all_s == 0 || left_s * 1e6 > (double) last_us;
}

/* One plan for each price; FALSE with error. */
static gboolean
make_plans (Front *front, const CgPartitionOptions *options, const CgProgress *progress,
            GCancellable *cancel, GError **error)
{
    gint64 start_us = g_get_monotonic_time (), last_us = 0;
    double all_s = time_for_plans_s (front->input, options);
    CgPartitionWeights weights
        = options->weights != NULL ? *options->weights : CG_PARTITION_WEIGHTS_DEFAULT;
    const CgPartitionWeights usual = CG_PARTITION_WEIGHTS_DEFAULT;
    CgPartitionOptions one = *options;
    one.weights = &weights;
    for (guint k = 0; k < N_PRICES; k++) {
        gint64 before_us = g_get_monotonic_time ();
        guint shares = k == 0 ? 2 : N_PRICES - k;
        if (k > 0 && g_cancellable_is_cancelled (options->hurry))
            break;
        if (!is_in_time (all_s, start_us, last_us, shares, &one.deadline_s) && k > 0)
            break;
        weights.move = usual.move / 1000 * permille[k];
        front->plan[k] = cg_partition_run (front->input, &one, progress, cancel, error);
        if (front->plan[k] == NULL)
            return FALSE;
        front->n_plans++;
        last_us = g_get_monotonic_time () - before_us;
    }
    return TRUE;
}

GPtrArray *
cg_partition_pareto (const CgPartitionInput *input, const CgPartitionOptions *options,
                     const CgProgress *progress, GCancellable *cancel, GError **error)
{
    const CgPartitionOptions defaults = CG_PARTITION_OPTIONS_DEFAULT;
    const CgPartitionWeights usual = CG_PARTITION_WEIGHTS_DEFAULT;
    options = options != NULL ? options : &defaults;
    g_autoptr (CgPieces) pieces = cg_pieces_find (input, error);
    if (pieces == NULL)
        return NULL;
    if (input->keep == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "there is no old plan to weigh changes against");
        return NULL;
    }
    Front front = { .input = input, .pieces = pieces };
    if (!make_plans (&front, options, progress, cancel, error)) {
        front_done (&front);
        return NULL;
    }
    CgPartitionWeights weights = options->weights != NULL ? *options->weights : usual;
    CgPartitionOptions priced = *options;
    weights.move = usual.move;
    priced.weights = &weights;
    front.taken = g_new0 (guint8, (gsize) pieces->n_pieces * N_PRICES + 1);
    for (guint32 piece = 0; piece < pieces->n_pieces && front.n_plans > 1; piece++)
        choose_plans (&front, &priced, piece);
    GPtrArray *points = g_ptr_array_new_with_free_func ((GDestroyNotify) cg_partition_point_free);
    for (guint place = 0; place < (front.n_plans > 1 ? N_PRICES : 1); place++)
        g_ptr_array_add (points, point_new (input, options, join_pieces (&front, place)));
    /* As cg_partition_run gives it: a piece nearer to its bounds may move more. */
    memset (front.taken, 0, (gsize) pieces->n_pieces * N_PRICES);
    g_ptr_array_add (points, point_new (input, options, join_pieces (&front, 0)));
    front_done (&front);
    g_ptr_array_sort (points, by_moved);
    drop_covered (points);
    return points;
}
