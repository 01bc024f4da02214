#include "partition/partition_internal.h"

void
cg_proof_free (gpointer data)
{
    CgProof *proof = data;
    g_array_unref (proof->range);
    g_free (proof);
}

CgProof *
cg_proof_new (CgReason reason, guint32 node, gint64 alone)
{
    CgProof *proof = g_new0 (CgProof, 1);
    proof->reason = reason;
    proof->node = node;
    proof->alone = alone;
    proof->range = g_array_new (FALSE, FALSE, 2 * sizeof (guint32));
    return proof;
}

void
cg_proof_add (CgProof *proof, guint32 from, guint32 end, gint64 sum, gint64 rest)
{
    if (from == end)
        return;
    guint32 pair[] = { from, end };
    g_array_append_vals (proof->range, pair, 1);
    proof->size += end - from;
    proof->sum += sum;
    proof->rest += rest;
}

/* What lies above node: all but node and what hangs on it. Subtrees of node that reach past it
 * belong to it too. */
static void
add_upper (CgProof *proof, const CgPartitionProblem *problem, const CgDepthTree *tree,
           guint32 node, gint64 sum, gint64 rest)
{
    cg_proof_add (proof, 0, tree->place[node], 0, 0);
    for (guint32 i = problem->first[node]; i < problem->wall[node]; i++) {
        guint32 child = problem->link[i].target;
        if (tree->parent[child] == node && !cg_depth_tree_hangs (tree, child))
            cg_proof_add (proof, tree->place[child], tree->last[child] + 1, 0, 0);
    }
    cg_proof_add (proof, tree->last[node] + 1, problem->n, 0, 0);
    proof->sum += sum;
    proof->rest += rest;
}

/* What hangs on node and cannot be divided within bounds leaves a remainder that must join node.
 * With a giant every such piece is a proof of its own; else the remainders count together. */
static void
examine_node (const CgPartitionProblem *problem, const CgDepthTree *tree, guint32 node,
              GPtrArray *proofs)
{
    gint64 alone = problem->weight[node], upper = problem->total - alone;
    gboolean giant = alone > problem->max;
    CgProof *proof = cg_proof_new (CG_REASON_ARTICULATION, node, alone);
    for (guint32 i = problem->first[node]; i < problem->wall[node]; i++) {
        guint32 child = problem->link[i].target;
        if (tree->parent[child] != node || !cg_depth_tree_hangs (tree, child))
            continue;
        gint64 rest = cg_problem_remainder (problem, tree->sum[child]);
        upper -= tree->sum[child];
        if (rest > 0)
            cg_proof_add (proof, tree->place[child], tree->last[child] + 1, tree->sum[child], rest);
        if (rest > 0 && giant) {
            g_ptr_array_add (proofs, proof);
            proof = cg_proof_new (CG_REASON_ARTICULATION, node, alone);
        }
    }
    gint64 rest = cg_problem_remainder (problem, upper);
    if (rest > 0)
        add_upper (proof, problem, tree, node, upper, rest);
    if (proof->range->len > 0 && alone + proof->rest > problem->max)
        g_ptr_array_add (proofs, proof);
    else
        cg_proof_free (proof);
    if (giant) {
        proof = cg_proof_new (CG_REASON_GIANT, node, alone);
        cg_proof_add (proof, tree->place[node], tree->place[node] + 1, alone, 0);
        g_ptr_array_add (proofs, proof);
    }
}

static gint
compare_size (gconstpointer a, gconstpointer b)
{
    const CgProof *first = *(CgProof *const *) a, *second = *(CgProof *const *) b;
    if (first->size != second->size)
        return first->size < second->size ? -1 : 1;
    if (first->reason != second->reason)
        return first->reason < second->reason ? -1 : 1;
    return first->node < second->node ? -1 : first->node > second->node;
}

GPtrArray *
cg_certify_piece (const CgPartitionProblem *problem, const CgDepthTree *tree)
{
    GPtrArray *proofs = g_ptr_array_new_with_free_func (cg_proof_free);
    CgReason whole = problem->total < problem->min                       ? CG_REASON_SMALL
                     : !cg_problem_sum_fits (problem, problem->total) ? CG_REASON_WINDOW
                                                                      : CG_REASON_NONE;
    if (whole != CG_REASON_SMALL)
        for (guint32 place = 0; place < problem->n; place++)
            examine_node (problem, tree, tree->order[place], proofs);
    if (whole != CG_REASON_NONE) {
        CgProof *proof = cg_proof_new (whole, CG_NONE, 0);
        cg_proof_add (proof, 0, problem->n, problem->total, 0);
        g_ptr_array_add (proofs, proof);
    }
    /* Small named sets first: they leave larger ones free to explain other parts. */
    g_ptr_array_sort (proofs, compare_size);
    return proofs;
}

/* ---- from proofs to parts ---- */

typedef struct {
    const CgVerdict *verdict;
    const guint32 *part_of;  /* by unit of the piece                     */
    guint32 *first, *member; /* units of each node                       */
    guint8 *taken;           /* [nodes] in the named set of a used proof */
    guint8 *reason;          /* by part                                  */
    char **certificate;
    CgPartProof **proof;
    guint64 budget; /* nested proofs on a long chain must not cost n^2   */
} Judge;

static void
judge_init (Judge *judge, const CgVerdict *verdict)
{
    guint32 n = verdict->problem->n;
    judge->verdict = verdict;
    judge->first = g_new0 (guint32, (gsize) n + 1);
    judge->member = g_new (guint32, (gsize) verdict->n_units + 1);
    judge->taken = g_new0 (guint8, (gsize) n + 1);
    judge->budget = 100 * (guint64) verdict->n_units + 1000000;
    for (guint32 i = 0; i < verdict->n_units; i++)
        judge->first[verdict->node_of[i]]++;
    for (guint32 v = 0, end = 0; v <= n; v++) {
        end += v < n ? judge->first[v] : 0;
        judge->first[v] = end;
    }
    /* Filling from behind turns ends into starts and leaves units in ascending order. */
    for (guint32 i = verdict->n_units; i-- > 0;)
        judge->member[--judge->first[verdict->node_of[i]]] = i;
}

static void
judge_done (Judge *judge)
{
    g_free (judge->first);
    g_free (judge->member);
    g_free (judge->taken);
}

static void
append_node (const Judge *judge, guint32 node, GArray *units)
{
    g_array_append_vals (units, judge->member + judge->first[node],
                         judge->first[node + 1] - judge->first[node]);
}

static gint
compare_index (gconstpointer a, gconstpointer b)
{
    guint32 first = *(const guint32 *) a, second = *(const guint32 *) b;
    return first < second ? -1 : first > second;
}

/* The first few ids and how many there are. */
static char *
list_units (const Judge *judge, GArray *units)
{
    enum { SHOWN = 6 };
    const CgVerdict *verdict = judge->verdict;
    GString *text = g_string_new (NULL);
    g_array_sort (units, compare_index);
    for (guint i = 0; i < MIN (units->len, SHOWN); i++) {
        guint32 unit = verdict->unit[g_array_index (units, guint32, i)];
        const char *name = verdict->input->id != NULL ? verdict->input->id[unit] : NULL;
        g_string_append (text, i > 0 ? ", " : "");
        if (name != NULL)
            g_string_append (text, name);
        else
            g_string_append_printf (text, "#%u", unit + 1);
    }
    if (units->len > SHOWN)
        g_string_append_printf (text, ", ... (%u)", units->len);
    return g_string_free (text, FALSE);
}

static char *
list_set (const Judge *judge, const CgProof *proof)
{
    g_autoptr (GArray) units = g_array_new (FALSE, FALSE, sizeof (guint32));
    for (guint i = 0; i < proof->range->len; i++) {
        const guint32 *pair = (const guint32 *) (gpointer) proof->range->data + 2 * i;
        for (guint32 place = pair[0]; place < pair[1]; place++)
            append_node (judge, judge->verdict->tree->order[place], units);
    }
    return list_units (judge, units);
}

static char *
list_nodes (const Judge *judge, const guint32 *node, guint32 n)
{
    g_autoptr (GArray) units = g_array_new (FALSE, FALSE, sizeof (guint32));
    for (guint32 k = 0; k < n; k++)
        append_node (judge, node[k], units);
    return list_units (judge, units);
}

static char *
describe_least (const Judge *judge, const char *set, const char *sum, const char *bounds)
{
    gint64 least = judge->verdict->least_sum;
    guint32 outside = judge->verdict->least_outside;
    return g_strdup_printf (
        "of all divisions of %s (%s) into connected grids none misses the bounds %s by less than "
        "%" G_GINT64_FORMAT " in sum, and none with that sum has fewer than %u grids outside / "
        "%s(%s)的全部连通划分中,超出范围 %s 的总量至少为 %" G_GINT64_FORMAT
        ",在此总量下超出范围的网格至少 %u 个",
        set, sum, bounds, least, outside, set, sum, bounds, least, outside);
}

/* Bounds of the other weight that a division has to keep as well; FALSE: there is none. */
static gboolean
other_bounds (const CgVerdict *verdict, gint64 *out_min, gint64 *out_max)
{
    const CgPartitionProblem *both = verdict->also != NULL ? verdict->also : verdict->problem;
    if (both->second == NULL)
        return FALSE;
    *out_min = verdict->also != NULL ? both->min : both->min2;
    *out_max = verdict->also != NULL ? both->max : both->max2;
    return TRUE;
}

static char *
describe_exhausted (const Judge *judge, const char *set, const char *sum, const char *bounds)
{
    gint64 least, most;
    if (!other_bounds (judge->verdict, &least, &most))
        return g_strdup_printf ("every division of %s (%s) into connected grids within %s was "
                                "tried: there is none / "
                                "已穷举 %s(%s)在范围 %s 内的全部连通划分:无解",
                                set, sum, bounds, set, sum, bounds);
    gboolean people = judge->verdict->also == NULL;
    return g_strdup_printf (
        "every division of %s (%s) into connected grids within %s with %" G_GINT64_FORMAT
        "-%" G_GINT64_FORMAT " %s each was tried: none keeps both / "
        "已穷举 %s(%s)在范围 %s 内且%s在 %" G_GINT64_FORMAT "-%" G_GINT64_FORMAT
        " 内的全部连通划分:没有同时满足两者的",
        set, sum, bounds, least, most, people ? "people" : "households", set, sum, bounds,
        people ? "人口" : "户数", least, most);
}

static char *
describe_sums (const CgProof *proof, const char *node, const char *bounds)
{
    const gint64 alone = proof->alone, below = proof->below, above = proof->above;
    return g_strdup_printf (
        "every connected set of units with %s (%" G_GINT64_FORMAT ") holds %" G_GINT64_FORMAT
        " at most or %" G_GINT64_FORMAT " at least, nothing within the bounds %s: so the sums of "
        "the units near by say / 含单元 %s(%" G_GINT64_FORMAT ")的连通组合至多 %" G_GINT64_FORMAT
        " 或至少 %" G_GINT64_FORMAT ",附近单元的合计没有落在范围 %s 内的",
        node, alone, below, above, bounds, node, alone, below, above, bounds);
}

static char *
describe (const Judge *judge, const CgProof *proof)
{
    const CgPartitionProblem *problem = judge->verdict->problem;
    g_autofree char *bounds = g_strdup_printf ("%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT,
                                               problem->min, problem->max);
    g_autofree char *sum = g_strdup_printf ("%" G_GINT64_FORMAT, proof->sum);
    g_autofree char *alone = g_strdup_printf ("%" G_GINT64_FORMAT, proof->alone);
    g_autofree char *rest = g_strdup_printf ("%" G_GINT64_FORMAT, proof->rest);
    g_autofree char *set = list_set (judge, proof);
    g_autofree char *node = proof->node != CG_NONE ? list_nodes (judge, &proof->node, 1)
                            : proof->n_holders > 0
                                ? list_nodes (judge, proof->holder, proof->n_holders)
                                : NULL;
    switch (proof->reason) {
    case CG_REASON_GIANT:
        return g_strdup_printf ("unit %s alone holds %s, above the bounds %s / "
                                "单元 %s 单独就有 %s,超出范围 %s",
                                node, sum, bounds, node, sum, bounds);
    case CG_REASON_SMALL:
        return g_strdup_printf ("the whole connected piece holds %s, below the bounds %s: %s / "
                                "整个连通片区只有 %s,低于范围 %s:%s",
                                sum, bounds, set, sum, bounds, set);
    case CG_REASON_WINDOW:
        return g_strdup_printf ("no number of grids within %s adds up to %s: %s / "
                                "在范围 %s 内没有任何网格数能合成 %s:%s",
                                bounds, sum, set, bounds, sum, set);
    case CG_REASON_ARTICULATION:
        return g_strdup_printf (
            "units %s (%s) are reached only through %s (%s): at least %s of them must join it, "
            "together above the bounds %s / "
            "单元 %s(%s)只能经由 %s(%s)连通:其中至少 %s 必须与之合并,合并后超出范围 %s",
            set, sum, node, alone, rest, bounds, set, sum, node, alone, rest, bounds);
    case CG_REASON_SEPARATOR:
        return g_strdup_printf (
            "behind units %s (%s) lie pieces of %s that leave at least %s to the %u grids at most "
            "that hold those units: together above %u times the bounds %s: %s / "
            "单元 %s(%s)之后的各片区共 %s,其中至少 %s 只能归入含这些单元的至多 %u 个网格,"
            "合计超出 %u 个网格的范围 %s:%s",
            node, alone, sum, rest, proof->n_holders, proof->n_holders, bounds, set, node, alone,
            sum, rest, proof->n_holders, proof->n_holders, bounds, set);
    case CG_REASON_SUMS:
        return describe_sums (proof, node, bounds);
    case CG_REASON_COVER:
        return g_strdup_printf (
            "no separate connected grids within the bounds %s take in all of units %s (%s): every "
            "choice was tried / 已穷举:没有任何互不重叠、都在范围 %s 内的连通网格能把单元 %s(%s)"
            "全部包含在内",
            bounds, set, sum, bounds, set, sum);
    default:
        if (judge->verdict->least_outside > 0)
            return describe_least (judge, set, sum, bounds);
        return describe_exhausted (judge, set, sum, bounds);
    }
}

static guint32 *
take_units (const Judge *judge, GArray *units, guint32 *out_n)
{
    g_array_sort (units, compare_index);
    *out_n = units->len;
    for (guint i = 0; i < units->len; i++) {
        guint32 *unit = &g_array_index (units, guint32, i);
        *unit = judge->verdict->unit[*unit];
    }
    return (guint32 *) (gpointer) g_array_free (units, FALSE);
}

static CgPartProof *
figures (const Judge *judge, const CgProof *proof)
{
    CgPartProof *out = g_new0 (CgPartProof, 1);
    GArray *units = g_array_new (FALSE, FALSE, sizeof (guint32));
    GArray *holders = g_array_new (FALSE, FALSE, sizeof (guint32));
    out->reason = proof->reason;
    out->min = judge->verdict->problem->min;
    out->max = judge->verdict->problem->max;
    out->alone = proof->alone;
    out->sum = proof->reason == CG_REASON_GIANT ? 0 : proof->sum;
    out->rest = proof->rest;
    out->below = proof->below;
    out->above = proof->above;
    for (guint i = 0; i < proof->range->len; i++) {
        const guint32 *pair = (const guint32 *) (gpointer) proof->range->data + 2 * i;
        for (guint32 place = pair[0]; place < pair[1]; place++)
            append_node (judge, judge->verdict->tree->order[place], units);
    }
    out->unit = take_units (judge, units, &out->n_units);
    out->n_holders = proof->node != CG_NONE ? 1 : proof->n_holders;
    out->first = g_new0 (guint32, (gsize) out->n_holders + 1);
    for (guint32 h = 0; h < out->n_holders; h++) {
        append_node (judge, proof->node != CG_NONE ? proof->node : proof->holder[h], holders);
        out->first[h + 1] = holders->len;
    }
    out->holder = g_new (guint32, (gsize) holders->len + 1);
    for (guint i = 0; i < holders->len; i++)
        out->holder[i] = judge->verdict->unit[g_array_index (holders, guint32, i)];
    g_array_unref (holders);
    if (proof->reason == CG_REASON_EXHAUSTED) {
        out->least_sum = judge->verdict->least_sum;
        out->least_outside = judge->verdict->least_outside;
        other_bounds (judge->verdict, &out->second_min, &out->second_max);
    }
    return out;
}

/* Lowest part outside, not yet explained, that meets the named set; CG_NONE when there is none or
 * when the set overlaps that of a used proof: both might speak of the same exception. */
static guint32
find_part (Judge *judge, const CgProof *proof)
{
    guint32 best = CG_NONE;
    for (guint i = 0; i < proof->range->len; i++) {
        const guint32 *pair = (const guint32 *) (gpointer) proof->range->data + 2 * i;
        for (guint32 place = pair[0]; place < pair[1]; place++) {
            guint32 node = judge->verdict->tree->order[place];
            guint32 part = judge->part_of[judge->member[judge->first[node]]];
            if (judge->taken[node])
                return CG_NONE;
            if (judge->reason[part] == CG_REASON_UNKNOWN && part < best)
                best = part;
        }
    }
    return best;
}

/* FALSE when the part stays as it is. */
static gboolean
apply_proof (Judge *judge, const CgProof *proof)
{
    if (judge->budget < proof->size)
        return FALSE;
    judge->budget -= proof->size;
    guint32 part = find_part (judge, proof);
    if (part == CG_NONE)
        return FALSE;
    for (guint i = 0; i < proof->range->len; i++) {
        const guint32 *pair = (const guint32 *) (gpointer) proof->range->data + 2 * i;
        for (guint32 place = pair[0]; place < pair[1]; place++)
            judge->taken[judge->verdict->tree->order[place]] = 1;
    }
    judge->reason[part] = (guint8) proof->reason;
    g_free (judge->certificate[part]);
    judge->certificate[part] = describe (judge, proof);
    judge->proof[part] = figures (judge, proof);
    return TRUE;
}

static char *
describe_unknown (const CgPartitionProblem *problem, gint64 sum)
{
    return g_strdup_printf ("holds %" G_GINT64_FORMAT ", outside %" G_GINT64_FORMAT
                            "-%" G_GINT64_FORMAT ": the search found nothing better, no proof / "
                            "现有 %" G_GINT64_FORMAT ",不在 %" G_GINT64_FORMAT "-%" G_GINT64_FORMAT
                            " 之内:搜索未找到更好的划分,尚无证明",
                            sum, problem->min, problem->max, sum, problem->min, problem->max);
}

/* Reasons before proofs; returns how many parts are outside. */
static guint32
open_parts (const CgVerdict *verdict, const guint32 *part_of, guint32 n_parts, guint8 *reason,
            char **certificate)
{
    g_autofree gint64 *sum = g_new0 (gint64, (gsize) n_parts + 1);
    guint32 open = 0;
    for (guint32 i = 0; i < verdict->n_units; i++)
        sum[part_of[i]] += verdict->input->weight[verdict->unit[i]];
    for (guint32 p = 0; p < n_parts; p++) {
        gboolean outside = cg_problem_violation (verdict->problem, sum[p]) > 0;
        reason[p] = outside ? CG_REASON_UNKNOWN : CG_REASON_NONE;
        certificate[p] = outside ? describe_unknown (verdict->problem, sum[p]) : NULL;
        open += outside;
    }
    return open;
}

/* What is proved of the piece as a whole explains one part, or, where the least number of parts
 * outside is proved too, all of them. */
static void
apply_exhausted (Judge *judge, guint32 n_parts)
{
    const CgVerdict *verdict = judge->verdict;
    CgProof *proof = cg_proof_new (CG_REASON_EXHAUSTED, CG_NONE, 0);
    cg_proof_add (proof, 0, verdict->problem->n, verdict->problem->total, 0);
    if (verdict->least_outside == 0)
        apply_proof (judge, proof);
    for (guint32 p = 0; p < n_parts && verdict->least_outside > 0; p++) {
        if (judge->reason[p] != CG_REASON_UNKNOWN)
            continue;
        judge->reason[p] = CG_REASON_EXHAUSTED;
        g_free (judge->certificate[p]);
        judge->certificate[p] = describe (judge, proof);
        judge->proof[p] = figures (judge, proof);
    }
    cg_proof_free (proof);
}

/* ---- what lies near the open parts ---- */

/* Nodes of the parts that are not explained yet, part by part: first[n_parts + 1] into the list. */
static guint32 *
open_nodes (const Judge *judge, guint32 n_parts, guint32 **out_first)
{
    guint32 n = judge->verdict->problem->n;
    guint32 *first = g_new0 (guint32, (gsize) n_parts + 2), *node = g_new (guint32, (gsize) n + 1);
    for (guint32 v = 0; v < n; v++)
        first[judge->part_of[judge->member[judge->first[v]]] + 2]++;
    for (guint32 p = 0; p < n_parts; p++) {
        first[p + 2] = judge->reason[p] == CG_REASON_UNKNOWN ? first[p + 2] : 0;
        first[p + 2] += first[p + 1];
    }
    for (guint32 v = 0; v < n; v++) {
        guint32 part = judge->part_of[judge->member[judge->first[v]]];
        if (judge->reason[part] == CG_REASON_UNKNOWN)
            node[first[part + 1]++] = v;
    }
    *out_first = first;
    return node;
}

static gboolean
apply_sums (Judge *judge, CgLocal *local, const guint32 *node, guint32 n)
{
    const CgVerdict *verdict = judge->verdict;
    for (guint32 k = 0; k < n; k++) {
        gint64 below, above;
        if (judge->taken[node[k]] || !cg_local_sums (local, node[k], &below, &above))
            continue;
        guint32 place = verdict->tree->place[node[k]];
        CgProof *proof = cg_proof_new (CG_REASON_SUMS, node[k], verdict->problem->weight[node[k]]);
        cg_proof_add (proof, place, place + 1, proof->alone, 0);
        proof->below = below;
        proof->above = above;
        gboolean applied = apply_proof (judge, proof);
        cg_proof_free (proof);
        return applied;
    }
    return FALSE;
}

static gboolean
apply_cover (Judge *judge, CgLocal *local, const guint32 *node, guint32 n)
{
    const CgVerdict *verdict = judge->verdict;
    g_autoptr (GArray) core = g_array_new (FALSE, FALSE, sizeof (guint32));
    if (!cg_local_core (local, node, n, judge->taken, core))
        return FALSE;
    CgProof *proof = cg_proof_new (CG_REASON_COVER, CG_NONE, 0);
    for (guint i = 0; i < core->len; i++) {
        guint32 v = g_array_index (core, guint32, i), place = verdict->tree->place[v];
        cg_proof_add (proof, place, place + 1, verdict->problem->weight[v], 0);
    }
    gboolean applied = apply_proof (judge, proof);
    cg_proof_free (proof);
    return applied;
}

/* Returns how many parts are explained by it. */
static guint32
apply_local (Judge *judge, guint32 n_parts,
             gboolean (*apply) (Judge *, CgLocal *, const guint32 *, guint32), guint64 steps)
{
    guint32 applied = 0;
    g_autofree guint32 *first = NULL, *node = open_nodes (judge, n_parts, &first);
    g_autoptr (CgLocal) local = cg_local_new (judge->verdict->problem, steps, judge->verdict->work);
    for (guint32 p = 0; p < n_parts; p++)
        if (judge->reason[p] == CG_REASON_UNKNOWN)
            applied += apply (judge, local, node + first[p], first[p + 1] - first[p]);
    return applied;
}

static guint32
apply_all (Judge *judge, const GPtrArray *proofs, guint first, guint end, guint32 open)
{
    guint32 applied = 0;
    for (guint i = first; i < end && applied < open; i++)
        applied += apply_proof (judge, g_ptr_array_index (proofs, i));
    return applied;
}

/* Those that name one node come first, with sums: larger named sets would take the nodes away. */
static guint32
apply_simple (Judge *judge, guint32 n_parts, guint32 open)
{
    const CgVerdict *verdict = judge->verdict;
    const GPtrArray *proofs = verdict->proofs;
    const CgPartitionProblem *problem = verdict->problem;
    guint single = 0;
    /* Where one part is outside, a proof about the whole piece says it most simply; sorted last. */
    if (open == 1 && proofs->len > 0) {
        const CgProof *last = g_ptr_array_index (proofs, proofs->len - 1);
        if (last->reason == CG_REASON_WINDOW)
            open -= apply_proof (judge, last);
    }
    while (single < proofs->len && ((CgProof *) g_ptr_array_index (proofs, single))->size == 1)
        single++;
    open -= apply_all (judge, proofs, 0, single, open);
    if (open > 0 && problem->total >= problem->min)
        open -= apply_local (judge, n_parts, apply_sums,
                             verdict->steps + 64 * (guint64) problem->n);
    return open - apply_all (judge, proofs, single, proofs->len, open);
}

void
cg_certify_parts (const CgVerdict *verdict, const guint32 *part_of, guint32 n_parts,
                  guint8 *reason, char **certificate, CgPartProof **proof)
{
    guint32 open = open_parts (verdict, part_of, n_parts, reason, certificate);
    gboolean counted = verdict->least_outside > 0;
    const CgPartitionProblem *problem = verdict->problem;
    if (open == 0 || verdict->unproved)
        return;
    Judge judge = { .part_of = part_of, .reason = reason, .certificate = certificate,
                    .proof = proof };
    judge_init (&judge, verdict);
    open = apply_simple (&judge, n_parts, open);
    if (open > (verdict->exhausted ? 1u : 0u) && problem->total >= problem->min && !counted)
        open -= apply_local (&judge, n_parts, apply_cover, verdict->steps);
    if (open > 0 && problem->total >= problem->min) {
        g_autoptr (GPtrArray) more = cg_separator_proofs (problem, verdict->tree, verdict->work);
        open -= apply_all (&judge, more, 0, more->len, open);
    }
    if ((verdict->exhausted || counted) && open > 0)
        apply_exhausted (&judge, n_parts);
    judge_done (&judge);
}
