#include "drawn_graphs.h"

void
draft_init (Draft *draft, guint32 n)
{
    draft->n = n;
    draft->link = g_array_new (FALSE, FALSE, 5 * sizeof (guint32));
}

void
draft_wall (Draft *draft, guint32 a, guint32 b, guint32 border_cm, CgBarrierClass barrier,
            gboolean passable)
{
    guint32 there[] = { a, b, border_cm, barrier, (guint32) passable };
    guint32 back[] = { b, a, border_cm, barrier, (guint32) passable };
    g_array_append_vals (draft->link, there, 1);
    g_array_append_vals (draft->link, back, 1);
}

void
draft_link (Draft *draft, guint32 a, guint32 b, guint32 border_cm)
{
    draft_wall (draft, a, b, border_cm, CG_BARRIER_NONE, TRUE);
}

static gint
compare_links (gconstpointer a, gconstpointer b)
{
    const guint32 *first = a, *second = b;
    if (first[0] != second[0])
        return first[0] < second[0] ? -1 : 1;
    return first[1] < second[1] ? -1 : first[1] > second[1];
}

CgGraph *
draft_done (Draft *draft)
{
    CgGraph *graph = g_new0 (CgGraph, 1);
    guint32 n = draft->n, m = draft->link->len;
    g_array_sort (draft->link, compare_links);
    graph->n = n;
    graph->first = g_new0 (guint32, n + 1);
    graph->target = g_new (guint32, m + 1);
    graph->reverse = g_new (guint32, m + 1);
    graph->border_cm = g_new (guint32, m + 1);
    graph->barrier = g_new (guint8, m + 1);
    graph->passable = g_new (guint8, m + 1);
    graph->outer_cm = g_new0 (guint32, n + 1);
    graph->area_m2 = g_new0 (double, n + 1);
    for (guint32 i = 0; i < m; i++) {
        const guint32 *link = (const guint32 *) (gpointer) draft->link->data + 5 * i;
        graph->first[link[0] + 1]++;
        graph->target[i] = link[1];
        graph->border_cm[i] = link[2];
        graph->barrier[i] = (guint8) link[3];
        graph->passable[i] = (guint8) link[4];
    }
    for (guint32 v = 0; v < n; v++)
        graph->first[v + 1] += graph->first[v];
    for (guint32 v = 0; v < n; v++)
        for (guint32 i = graph->first[v]; i < graph->first[v + 1]; i++)
            for (guint32 j = graph->first[graph->target[i]]; j < graph->first[graph->target[i] + 1];
                 j++)
                if (graph->target[j] == v)
                    graph->reverse[i] = j;
    g_clear_pointer (&draft->link, g_array_unref);
    return graph;
}

CgGraph *
drawn_lattice (guint32 columns, guint32 rows)
{
    Draft draft;
    draft_init (&draft, columns * rows);
    for (guint32 r = 0; r < rows; r++)
        for (guint32 c = 0; c < columns; c++) {
            if (c + 1 < columns)
                draft_link (&draft, r * columns + c, r * columns + c + 1, 10000);
            if (r + 1 < rows)
                draft_link (&draft, r * columns + c, (r + 1) * columns + c, 10000);
        }
    return draft_done (&draft);
}

CgPartitionInput
drawn_input (const DrawnCase *drawn)
{
    return (CgPartitionInput){ .graph = drawn->graph, .weight = drawn->weight,
                               .region = drawn->region, .compound = drawn->compound,
                               .keep = drawn->keep, .id = drawn->id };
}

/* ---- random shapes ---- */

static gboolean
chance (CgRandom *random, guint32 percent)
{
    return cg_random_below (random, 100) < percent;
}

static void
random_link (Draft *draft, CgRandom *random, guint32 a, guint32 b, guint32 walls)
{
    guint32 border = 1 + cg_random_below (random, chance (random, 5) ? 2000000000 : 30000);
    draft_wall (draft, a, b, border, cg_random_below (random, CG_N_BARRIERS),
                !chance (random, walls));
}

static CgGraph *
random_lattice (CgRandom *random, guint32 n, guint32 walls)
{
    guint32 columns = 1 + cg_random_below (random, MAX (1, n));
    guint32 missing = chance (random, 50) ? 0 : cg_random_below (random, 40);
    Draft draft;
    draft_init (&draft, n);
    for (guint32 i = 0; i < n; i++) {
        gboolean right = i % columns + 1 < columns && i + 1 < n, down = i + columns < n;
        if (right && !chance (random, missing))
            random_link (&draft, random, i, i + 1, walls);
        if (down && !chance (random, missing))
            random_link (&draft, random, i, i + columns, walls);
        /* One diagonal of a cell keeps the graph planar. */
        if (columns > 1 && right && down && i + columns + 1 < n && chance (random, 50)) {
            if (chance (random, 50))
                random_link (&draft, random, i, i + columns + 1, walls);
            else
                random_link (&draft, random, i + 1, i + columns, walls);
        }
    }
    return draft_done (&draft);
}

static CgGraph *
random_graph (CgRandom *random, guint32 n)
{
    guint32 kind = cg_random_below (random, 8), walls = chance (random, 25) ? 10 : 0;
    if (kind < 4)
        return random_lattice (random, n, walls);
    Draft draft;
    draft_init (&draft, n);
    for (guint32 i = 1; i < n && kind < 7; i++) {
        guint32 parent = kind == 4 ? cg_random_below (random, i) : kind == 5 ? 0 : i - 1;
        random_link (&draft, random, parent, i, walls);
    }
    return draft_done (&draft);
}

static guint32 *
random_values (CgRandom *random, guint32 n, guint32 below, guint32 none_percent)
{
    guint32 *value = g_new (guint32, n + 1);
    for (guint32 i = 0; i < n; i++)
        value[i] = chance (random, none_percent) ? CG_NONE : cg_random_below (random, below);
    return value;
}

static void
random_weights (DrawnCase *drawn, CgRandom *random, guint32 n)
{
    guint32 kind = cg_random_below (random, 10), zeros = chance (random, 50) ? 0 : 30;
    guint32 typical = 1 + drawn->options.target / (1 + cg_random_below (random, 8));
    drawn->weight = g_new0 (guint32, n + 1);
    for (guint32 i = 0; i < n && kind > 0; i++) {
        if (chance (random, zeros))
            continue;
        drawn->weight[i] = cg_random_below (random, 2 * typical);
        if (kind == 1 && chance (random, 20))
            drawn->weight[i] = drawn->options.max + 1 + cg_random_below (random, 1000);
        if (kind == 2 && chance (random, 2))
            drawn->weight[i] = G_MAXUINT32;
    }
}

static void
random_bounds (CgPartitionOptions *options, CgRandom *random)
{
    static const guint32 bounds[][3] = {
        { 300, 500, 400 }, { 750, 1250, 1000 }, { 5, 15, 10 }, { 8, 12, 10 }, { 10, 10, 10 },
        { 0, 500, 250 },   { 1, 1, 1 },         { 0, 1, 1 },   { 300, 4000000000u, 1000 },
    };
    const guint32 *one = bounds[cg_random_below (random, G_N_ELEMENTS (bounds))];
    if (chance (random, 50))
        one = bounds[cg_random_below (random, 4)];
    *options = CG_PARTITION_OPTIONS_DEFAULT;
    options->min = one[0];
    options->max = one[1];
    options->target = one[2];
    options->effort = 1;
    options->seed = cg_random_bits (random);
}

void
drawn_random (DrawnCase *drawn, CgRandom *random, guint32 most)
{
    guint32 n = 1 + cg_random_below (random, chance (random, 10) ? 2 : most);
    *drawn = (DrawnCase){ .graph = random_graph (random, n) };
    random_bounds (&drawn->options, random);
    random_weights (drawn, random, n);
    if (chance (random, 30))
        drawn->region = random_values (random, n, 2, 10);
    if (chance (random, 30))
        drawn->compound = random_values (random, n, 1 + n / 3, 50);
    if (chance (random, 20))
        drawn->keep = random_values (random, n, 1 + n / 4, 20);
    drawn->id = g_new0 (char *, n + 1);
    for (guint32 i = 0; i < n; i++)
        drawn->id[i] = g_strdup_printf ("u%u", i);
}

void
drawn_done (DrawnCase *drawn)
{
    cg_graph_free (drawn->graph);
    g_free (drawn->weight);
    g_free (drawn->region);
    g_free (drawn->compound);
    g_free (drawn->keep);
    g_strfreev (drawn->id);
    *drawn = (DrawnCase){ 0 };
}

/* ---- oracle: dynamic programme over all sets of units ---- */

typedef struct {
    guint32 n;
    guint32 near[14], whole[14]; /* neighbours; units of the same kept compound */
    gint64 *sum;
    guint8 *is_part;
} Oracle;

static guint32
spread (const Oracle *oracle, const guint32 *near, guint32 start, guint32 within)
{
    guint32 reached = start & within, before = 0;
    while (reached != before) {
        before = reached;
        for (guint32 i = 0; i < oracle->n; i++)
            if (before >> i & 1)
                reached |= near[i] & within;
    }
    return reached;
}

static void
find_whole (const DrawnCase *drawn, Oracle *oracle)
{
    guint32 same[14] = { 0 };
    for (guint32 i = 0; i < oracle->n; i++)
        for (guint32 j = 0; j < oracle->n && drawn->compound != NULL; j++)
            if ((oracle->near[i] >> j & 1) && drawn->compound[i] != CG_NONE
                && drawn->compound[i] == drawn->compound[j])
                same[i] |= 1u << j;
    for (guint32 i = 0; i < oracle->n; i++) {
        guint32 all = spread (oracle, same, 1u << i, G_MAXUINT32);
        oracle->whole[i] = oracle->sum[all] <= drawn->options.max ? all : 1u << i;
    }
}

static void
oracle_init (Oracle *oracle, const DrawnCase *drawn)
{
    const CgGraph *graph = drawn->graph;
    guint32 n = graph->n;
    *oracle = (Oracle){ .n = n };
    g_assert_cmpuint (n, <=, 14);
    oracle->sum = g_new0 (gint64, 1u << n);
    oracle->is_part = g_new0 (guint8, 1u << n);
    for (guint32 i = 0; i < n; i++)
        for (guint32 k = graph->first[i]; k < graph->first[i + 1]; k++)
            if (graph->passable[k]
                && (drawn->region == NULL || drawn->region[i] == drawn->region[graph->target[k]]))
                oracle->near[i] |= 1u << graph->target[k];
    for (guint32 set = 1; set < 1u << n; set++)
        for (guint32 i = 0; i < n; i++)
            oracle->sum[set] += set >> i & 1 ? drawn->weight[i] : 0;
    find_whole (drawn, oracle);
    for (guint32 set = 1; set < 1u << n; set++) {
        gboolean whole = TRUE;
        for (guint32 i = 0; i < n; i++)
            whole &= !(set >> i & 1) || (oracle->whole[i] & ~set) == 0;
        oracle->is_part[set] = whole && spread (oracle, oracle->near, set & -set, set) == set;
    }
}

static void
oracle_done (Oracle *oracle)
{
    g_free (oracle->sum);
    g_free (oracle->is_part);
}

static gint64
violation_of (const DrawnCase *drawn, gint64 sum)
{
    return sum < drawn->options.min ? drawn->options.min - sum
                                    : MAX (0, sum - (gint64) drawn->options.max);
}

DrawnBest
drawn_best (const DrawnCase *drawn)
{
    Oracle oracle;
    oracle_init (&oracle, drawn);
    guint32 n_sets = 1u << oracle.n;
    g_autofree DrawnBest *best = g_new0 (DrawnBest, n_sets);
    for (guint32 set = 1; set < n_sets; set++) {
        guint32 low = set & -set, others = set & ~low;
        best[set].violation = G_MAXINT64;
        for (guint32 more = others;; more = (more - 1) & others) {
            guint32 part = low | more;
            DrawnBest one = best[set & ~part];
            if (oracle.is_part[part] && one.violation < G_MAXINT64) {
                gint64 violation = violation_of (drawn, oracle.sum[part]);
                one.violation += violation;
                one.exceptions += violation > 0;
                if (one.violation < best[set].violation
                    || (one.violation == best[set].violation
                        && one.exceptions < best[set].exceptions))
                    best[set] = one;
            }
            if (more == 0)
                break;
        }
    }
    oracle_done (&oracle);
    return best[n_sets - 1];
}

gboolean
drawn_can_serve (const DrawnCase *drawn, guint32 wanted)
{
    Oracle oracle;
    oracle_init (&oracle, drawn);
    guint32 n_sets = 1u << oracle.n;
    g_autofree guint8 *can = g_new0 (guint8, n_sets);
    can[0] = 1;
    for (guint32 set = 1; set < n_sets; set++) {
        guint32 low = set & -set, others = set & ~low;
        for (guint32 more = others; !can[set]; more = (more - 1) & others) {
            guint32 part = low | more;
            gboolean fine = (part & wanted) == 0 || violation_of (drawn, oracle.sum[part]) == 0;
            can[set] = fine && oracle.is_part[part] && can[set & ~part];
            if (more == 0)
                break;
        }
    }
    oracle_done (&oracle);
    return can[n_sets - 1];
}

/* ---- runs and enumeration ---- */

DrawnCase
drawn_lattice_case (guint32 columns, guint32 rows, guint32 weight)
{
    DrawnCase drawn = { .graph = drawn_lattice (columns, rows),
                        .options = CG_PARTITION_OPTIONS_DEFAULT };
    drawn.weight = g_new (guint32, columns * rows);
    for (guint32 i = 0; i < columns * rows; i++)
        drawn.weight[i] = weight;
    drawn.options.effort = 5;
    return drawn;
}

CgParts *
drawn_run (const CgPartitionInput *input, const CgPartitionOptions *options)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *text = NULL;
    CgParts *parts = cg_partition_run (input, options, NULL, NULL, &error);
    g_assert_no_error (error);
    cg_partition_check (input, parts, &text);
    g_assert_cmpstr (text, ==, NULL);
    return parts;
}

CgParts *
drawn_run_case (const DrawnCase *drawn)
{
    CgPartitionInput input = drawn_input (drawn);
    return drawn_run (&input, &drawn->options);
}

gboolean
drawn_is_connected (const CgGraph *graph, const guint32 *part, guint32 p)
{
    guint32 seen = 0, all = 0;
    for (guint32 v = 0; v < graph->n; v++)
        all |= (guint32) (part[v] == p) << v;
    for (guint32 fresh = all & -all; fresh != 0;) {
        guint32 next = 0;
        seen |= fresh;
        for (guint32 v = 0; v < graph->n; v++)
            for (guint32 i = graph->first[v]; (fresh >> v & 1) && i < graph->first[v + 1]; i++)
                if (graph->passable[i])
                    next |= 1u << graph->target[i];
        fresh = next & all & ~seen;
    }
    return seen == all;
}

typedef struct {
    guint32 n, *part;
    DrawnJudge judge;
    gpointer oracle;
} Labels;

static void
label (const Labels *labels, guint32 v, guint32 n_parts)
{
    if (v == labels->n) {
        labels->judge (labels->oracle, n_parts);
        return;
    }
    for (guint32 p = 0; p <= n_parts; p++) {
        labels->part[v] = p;
        label (labels, v + 1, MAX (n_parts, p + 1));
    }
}

void
drawn_each_plan (guint32 n, guint32 *part, DrawnJudge judge, gpointer oracle)
{
    const Labels labels = { n, part, judge, oracle };
    label (&labels, 0, 0);
}
