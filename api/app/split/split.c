#include "app/split/split.h"

#include <math.h>
#include <string.h>

#include "app/split/keep.h"
#include "app/split/micro.h"
#include "base/error.h"
#include "graph/corners.h"
#include "graph/enclosed.h"
#include "graph/subset.h"
#include "graph/ways.h"
#include "grid/grid.h"
#include "store/store.h"

static double
seconds_since (gint64 start_us)
{
    return (g_get_monotonic_time () - start_us) / 1e6;
}

GCancellable *
cg_split_before_search (const CgSplitOptions *options, GCancellable *cancel)
{
    return options->partition.hurry != NULL ? options->partition.hurry : cancel;
}

static gboolean
is_interrupted (const CgSplitOptions *options)
{
    return g_cancellable_is_cancelled (options->partition.hurry);
}

/* What is left of a deadline for a search, when reserve_s must stay for what comes after it. Without a
 * deadline 0, which is no limit; else a little in any case, for a plan has to be. */
static double
search_s (const CgSplitOptions *options, gint64 start_us, double reserve_s)
{
    double deadline_s = options->partition.deadline_s;
    /* The clock is read once: a second look could find less than nothing, which would be no limit. */
    double left_s = deadline_s - seconds_since (start_us) - reserve_s;
    return deadline_s > 0 ? MAX (left_s, 1e-6) : 0;
}

void
cg_split_free (CgSplit *split)
{
    if (split == NULL)
        return;
    cg_graph_free (split->graph);
    cg_parts_free (split->parts);
    cg_grids_free (split->grids);
    g_clear_pointer (&split->ways, g_array_unref);
    g_clear_pointer (&split->crossings, g_array_unref);
    g_clear_pointer (&split->all_crossings, g_array_unref);
    g_clear_pointer (&split->inside, g_array_unref);
    g_free (split->plan_hash);
    g_free (split->visible);
    g_clear_pointer (&split->points, g_array_unref);
    g_free (split);
}

/* ---- units with a grid by rule
 * ------------------------------------------------------------------- */

/* A label for each rural and dedicated unit: one number for each (kind, region, group); CG_NONE for
 * urban units. */
static guint32 *
label_ruled_units (const CgUnits *units)
{
    guint32 *label = g_new (guint32, units->n);
    g_autoptr (CgNames) keys = cg_names_new ();
    for (guint32 i = 0; i < units->n; i++) {
        label[i] = CG_NONE;
        if (units->kind[i] == CG_UNIT_URBAN)
            continue;
        g_autofree char *key =
            g_strdup_printf ("%u %u %u", units->kind[i], units->region[i], units->group[i]);
        label[i] = cg_names_add (keys, key);
    }
    return label;
}

static char *
describe_ruled_part (const CgUnits *units, guint32 unit, guint32 households, guint32 n_pieces)
{
    gboolean rural = units->kind[unit] == CG_UNIT_RURAL;
    gboolean whole = rural && units->group[unit] == CG_NONE;
    const char *group = whole ? cg_names_get (units->regions, units->region[unit])
                              : cg_names_get (units->groups, units->group[unit]);
    const char *en = whole   ? "village without villager groups"
                     : rural ? "villager group"
                             : "dedicated area",
               *zh = whole ? "未分村民小组的村" : rural ? "村民小组" : "专属区域";
    if (n_pieces > 1)
        return g_strdup_printf (
            "one grid a %s by rule; %s lies in %u pieces, each is a grid (%u households) / "
            "按规则一个%s一个网格; %s 分成 %u 块, 每块一格 (%u 户)",
            en, group, n_pieces, households, zh, group, n_pieces, households);
    return g_strdup_printf (
        "one grid a %s by rule: %s, %u households / 按规则一个%s一个网格: %s, %u 户", en, group,
        households, zh, group, households);
}

/* Bridges and tunnels between two of the units rows[n] that have one label, numbered as there.
 * (transfer full) */
static GArray *
ways_among (const CgSplit *split, guint32 n_units, guint32 n, const guint32 *rows,
            const guint32 *label)
{
    GArray *ways = g_array_new (FALSE, FALSE, sizeof (CgCrossing));
    g_autofree guint32 *number = g_new (guint32, (gsize) n_units + 1);
    if (split->ways->len == 0)
        return ways;
    memset (number, 0xff, ((gsize) n_units + 1) * sizeof *number);
    for (guint32 k = 0; k < n; k++)
        number[rows[k]] = k;
    for (guint k = 0; k < split->ways->len; k++) {
        CgCrossing one = g_array_index (split->ways, CgCrossing, k);
        one.a = number[one.a];
        one.b = number[one.b];
        if (one.a != CG_NONE && one.b != CG_NONE && label[one.a] == label[one.b])
            g_array_append_val (ways, one);
    }
    return ways;
}

static double
crossing_max_m (const CgSplitOptions *options)
{
    return options->crossing_max_m == 0 ? CG_CROSSING_MAX_M : MAX (options->crossing_max_m, 0);
}

/* Joins the graph of rows[n]: by bridges and tunnels, and what those leave apart of one label by its
 * shortest crossings. Returns them all, numbered as rows. (transfer full: CgCrossing) */
static GArray *
cross (const CgUnits *units, const CgSplitOptions *options, const CgSplit *split, guint32 n,
       const guint32 *rows, const guint32 *label, CgGraph **graph, GCancellable *cancel,
       GError **error)
{
    CgCrossingOptions crossing = { .row_of = rows, .region = label, .barriers = options->barriers,
                                   .max_m = crossing_max_m (options) };
    g_autoptr (GArray) all = ways_among (split, units->n, n, rows, label);
    g_autoptr (CgGraph) bridged = cg_graph_with_crossings (*graph, all);
    g_autoptr (GArray) found = cg_graph_find_crossings (bridged, units, &crossing, cancel, error);
    if (found == NULL)
        return NULL;
    if (all->len + found->len > 0) {
        CgGraph *joined = cg_graph_with_crossings (bridged, found);
        cg_graph_free (*graph);
        *graph = joined;
    }
    g_array_append_vals (all, found->data, found->len);
    return g_steal_pointer (&all);
}

/* Connected pieces of each label, over crossings where need be; those go to split->all_crossings.
 * FALSE: an error. */
static gboolean
find_ruled_pieces (const CgUnits *units, const CgSplitOptions *options, CgSplit *split,
                   const guint32 *label, guint32 *out_piece, guint32 *out_n, GCancellable *cancel,
                   GError **error)
{
    g_autofree guint32 *rows = g_new (guint32, units->n + 1);
    g_autofree guint32 *own_label = g_new (guint32, units->n + 1);
    g_autofree guint32 *piece = g_new (guint32, units->n + 1);
    guint32 n = 0;
    for (guint32 i = 0; i < units->n; i++) {
        out_piece[i] = CG_NONE;
        if (label[i] == CG_NONE)
            continue;
        own_label[n] = label[i];
        rows[n++] = i;
    }
    g_autoptr (CgGraph) own = cg_graph_subset (split->graph, n, rows);
    g_autoptr (GArray) found =
        cross (units, options, split, n, rows, own_label, &own, cancel, error);
    if (found == NULL)
        return FALSE;
    *out_n = cg_graph_pieces (own, own_label, piece);
    for (guint32 k = 0; k < n; k++)
        out_piece[rows[k]] = piece[k];
    for (guint k = 0; k < found->len; k++) {
        CgCrossing one = g_array_index (found, CgCrossing, k);
        one.a = rows[one.a];
        one.b = rows[one.b];
        g_array_append_val (split->all_crossings, one);
    }
    return TRUE;
}

/* One part for each label, or for each of its pieces where they lie too far apart to be joined. */
static CgParts *
make_ruled_parts (const CgUnits *units, const CgSplitOptions *options, CgSplit *split,
                  GCancellable *cancel, GError **error)
{
    g_autofree guint32 *label = label_ruled_units (units);
    g_autofree guint32 *piece = g_new (guint32, units->n);
    guint32 n_pieces;
    if (!find_ruled_pieces (units, options, split, label, piece, &n_pieces, cancel, error))
        return NULL;
    CgParts *parts = cg_parts_new (units->n, n_pieces);
    g_autofree guint32 *households = g_new0 (guint32, n_pieces);
    g_autofree guint32 *first_unit = g_new (guint32, n_pieces);
    g_autofree guint32 *pieces_of_label = g_new0 (guint32, units->n + 1);
    for (guint32 i = units->n; i-- > 0;) {
        parts->part_of[i] = piece[i];
        if (piece[i] == CG_NONE)
            continue;
        households[piece[i]] += units->households[i];
        first_unit[piece[i]] = i;
    }
    for (guint32 p = 0; p < n_pieces; p++)
        pieces_of_label[label[first_unit[p]]]++;
    for (guint32 p = 0; p < n_pieces; p++) {
        guint32 unit = first_unit[p];
        parts->reason[p] =
            units->kind[unit] == CG_UNIT_RURAL ? CG_REASON_RURAL : CG_REASON_DEDICATED;
        parts->certificate[p] =
            describe_ruled_part (units, unit, households[p], pieces_of_label[label[unit]]);
    }
    return parts;
}

/* ---- urban units
 * ------------------------------------------------------------------------------------ */

typedef struct {
    guint32 n, *rows;
    CgGraph *graph;
    guint32 *weight, *second, *region, *compound, *keep;
    char **id;
} Urban;

static void
urban_done (Urban *urban)
{
    g_free (urban->rows);
    cg_graph_free (urban->graph);
    g_free (urban->weight);
    g_free (urban->second);
    g_free (urban->region);
    g_free (urban->compound);
    g_free (urban->keep);
    g_free (urban->id);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Urban, urban_done)

static void
urban_init (Urban *urban, const CgUnits *units, const CgGraph *graph,
            const CgSplitOptions *options)
{
    guint32 n = units->n;
    urban->rows = g_new (guint32, n);
    for (guint32 i = 0; i < n; i++)
        if (units->kind[i] == CG_UNIT_URBAN)
            urban->rows[urban->n++] = i;
    urban->graph = cg_graph_subset (graph, urban->n, urban->rows);
    urban->weight = g_new (guint32, n);
    urban->second = options->population_max > 0 ? g_new (guint32, n) : NULL;
    urban->region = g_new (guint32, n);
    urban->compound = g_new (guint32, n);
    urban->keep = g_new (guint32, n);
    urban->id = g_new (char *, n);
    for (guint32 k = 0; k < urban->n; k++) {
        guint32 i = urban->rows[k];
        urban->weight[k] = options->by_population ? units->population[i] : units->households[i];
        if (urban->second != NULL)
            urban->second[k] = units->population[i];
        urban->region[k] = units->region[i];
        urban->compound[k] = units->compound[i];
        urban->keep[k] = units->keep[i];
        urban->id[k] = units->id[i];
    }
}

static CgPartitionInput
urban_input (const Urban *urban, const CgUnits *units)
{
    return (CgPartitionInput){
        .graph = urban->graph,
        .weight = urban->weight,
        .second = urban->second,
        .region = urban->region,
        .compound = cg_names_count (units->compounds) > 0 ? urban->compound : NULL,
        .keep = cg_names_count (units->kept) > 0 ? urban->keep : NULL,
        .id = urban->id,
    };
}

/* Pieces beyond the first of their region. */
static guint32
count_apart (const Urban *urban)
{
    guint32 most = 0, regions = 0;
    g_autofree guint32 *label = g_new (guint32, urban->n + 1);
    g_autofree guint32 *piece = g_new (guint32, urban->n + 1);
    for (guint32 k = 0; k < urban->n; k++) {
        label[k] = urban->region[k] + 1; /* CG_NONE becomes 0 */
        most = MAX (most, label[k]);
    }
    g_autofree guint8 *seen = g_new0 (guint8, (gsize) most + 1);
    for (guint32 k = 0; k < urban->n; k++) {
        regions += !seen[label[k]];
        seen[label[k]] = TRUE;
    }
    return cg_graph_pieces (urban->graph, label, piece) - regions;
}

/* Rows of the urban units become rows of all units. */
static CgPartProof *
translate_proof (const Urban *urban, CgPartProof *proof)
{
    for (guint32 i = 0; proof != NULL && i < proof->n_units; i++)
        proof->unit[i] = urban->rows[proof->unit[i]];
    for (guint32 i = 0; proof != NULL && i < proof->first[proof->n_holders]; i++)
        proof->holder[i] = urban->rows[proof->holder[i]];
    return proof;
}

/* Ruled parts first, then the urban ones, whose proofs move over. */
static CgParts *
join_parts (const CgParts *ruled, const Urban *urban, CgParts *found)
{
    CgParts *parts = cg_parts_new (ruled->n_units, ruled->n_parts + found->n_parts);
    memcpy (parts->part_of, ruled->part_of, ruled->n_units * sizeof (guint32));
    for (guint32 k = 0; k < urban->n; k++)
        parts->part_of[urban->rows[k]] = ruled->n_parts + found->part_of[k];
    for (guint32 p = 0; p < parts->n_parts; p++) {
        const CgParts *from = p < ruled->n_parts ? ruled : found;
        guint32 row = p < ruled->n_parts ? p : p - ruled->n_parts;
        parts->reason[p] = from->reason[row];
        parts->certificate[p] = g_strdup (from->certificate[row]);
        parts->inside_proved[p] = from->inside_proved[row];
        if (p >= ruled->n_parts)
            parts->proof[p] = translate_proof (urban, g_steal_pointer (&found->proof[row]));
    }
    parts->n_optimal = found->n_optimal;
    parts->threads = found->threads;
    parts->timed_out = found->timed_out;
    parts->n_bounds = found->n_bounds;
    parts->bounds = g_memdup2 (found->bounds, found->n_bounds * sizeof (CgPartBound));
    for (guint32 i = 0; i < parts->n_bounds; i++)
        parts->bounds[i].unit = urban->rows[parts->bounds[i].unit];
    return parts;
}

/* ---- figures
 * ------------------------------------------------------------------------------------------ */

static gboolean
check_split (const CgUnits *units, CgSplit *split, GError **error)
{
    g_autoptr (CgGraph) joined = cg_graph_with_crossings (split->graph, split->crossings);
    CgPartitionInput all = {
        .graph = joined, .weight = units->households, .region = units->region, .id = units->id
    };
    g_autofree char *text = NULL;
    split->violations = cg_partition_check (&all, split->parts, &text);
    CgGridCheck check;
    cg_grid_check (units, split->graph, split->crossings, split->grids, &check);
    g_autofree char *first = check.first;
    split->violations += check.violations;
    split->multipart = check.multipart;
    if (split->violations == 0)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_GEOMETRY,
                 "the result is not a partition: %s (%u violations)",
                 text != NULL    ? text
                 : first != NULL ? first
                                 : "",
                 split->violations);
    return FALSE;
}

static int
compare_pairs (gconstpointer a, gconstpointer b)
{
    guint64 one = *(const guint64 *) a, two = *(const guint64 *) b;
    return (one > two) - (one < two);
}

/* Compounds too large for a grid, in pieces, or across communities cannot stay together. */
static guint32
count_compounds_cut (const CgUnits *units, const CgParts *parts)
{
    g_autoptr (GArray) pairs = g_array_new (FALSE, FALSE, sizeof (guint64));
    for (guint32 i = 0; i < units->n; i++)
        if (units->compound[i] != CG_NONE && units->kind[i] == CG_UNIT_URBAN) {
            guint64 pair = (guint64) units->compound[i] << 32 | parts->part_of[i];
            g_array_append_val (pairs, pair);
        }
    g_array_sort (pairs, compare_pairs);
    guint32 n = 0;
    guint64 cut = G_MAXUINT64; /* the compound that was counted last */
    for (guint k = 1; k < pairs->len; k++) {
        guint64 before = g_array_index (pairs, guint64, k - 1);
        guint64 pair = g_array_index (pairs, guint64, k);
        if (pair == before || pair >> 32 != before >> 32 || pair >> 32 == cut)
            continue;
        cut = pair >> 32;
        n++;
    }
    return n;
}

static GArray *
list_inside (const CgPartitionInput *all, const CgParts *parts)
{
    GArray *list = g_array_new (FALSE, FALSE, sizeof (CgSplitInside));
    g_autofree double *metres = g_new (double, (gsize) parts->n_parts + 1);
    if (cg_partition_barrier_inside (all, parts, metres) == 0)
        return list;
    for (guint32 p = 0; p < parts->n_parts; p++) {
        guint8 reason = parts->reason[p];
        CgSplitInside one = { p, metres[p], "unproved" };
        if (reason == CG_REASON_RURAL || reason == CG_REASON_DEDICATED)
            one.reason = "rule";
        else if (all->keep != NULL)
            one.reason = "keep";
        else if (parts->inside_proved[p])
            one.reason = "bounds";
        if (metres[p] > 0)
            g_array_append_val (list, one);
    }
    return list;
}

static void
measure_split (const CgUnits *units, const CgSplitOptions *options, CgSplit *split)
{
    CgPartitionInput all = {
        .graph = split->graph, .weight = units->households, .region = units->region, .id = units->id
    };
    all.keep = cg_names_count (units->kept) > 0 ? units->keep : NULL;
    split->inside = list_inside (&all, split->parts);
    split->plan_hash = cg_plan_hash (units, split->grids);
    split->compounds_cut = count_compounds_cut (units, split->parts);
    split->moved_households = cg_partition_moved (&all, split->parts);
    split->internal_boundary_m = cg_partition_internal_boundary_m (&all, split->parts);
    split->border_on_barrier =
        options->barriers != NULL || options->made != NULL
            ? cg_partition_border_on_barrier (&all, split->parts)
            : NAN;
    split->beyond_lines_m = cg_partition_beyond_lines_m (&all, split->parts);
    g_autoptr (GArray) corners = cg_graph_corner_pairs (split->graph, units);
    split->corner_links = corners->len;
    split->links = cg_graph_count_links (split->graph, units) + corners->len;
}

/* How much of the border could be seen at most. Proofs take time that a deadline may not have. */
static gboolean
bound_border (const CgUnits *units, const CgSplitOptions *options, CgSplit *split,
              GCancellable *cancel, GError **error)
{
    CgPartitionInput all = {
        .graph = split->graph,
        .weight = options->by_population ? units->population : units->households,
        .region = units->region
    };
    if (isnan (split->border_on_barrier) || options->partition.deadline_s > 0
        || is_interrupted (options))
        return TRUE;
    g_autofree guint8 *ruled = g_new0 (guint8, (gsize) units->n + 1);
    for (guint32 i = 0; i < units->n; i++)
        ruled[i] = units->kind[i] != CG_UNIT_URBAN;
    split->visible = g_new0 (CgPartitionVisible, 1);
    g_autoptr (GError) stopped = NULL;
    if (cg_partition_visible (&all, &options->partition, split->parts, ruled,
                              cg_split_before_search (options, cancel), split->visible, &stopped))
        return TRUE;
    g_clear_pointer (&split->visible, g_free);
    if (is_interrupted (options) && !g_cancellable_is_cancelled (cancel))
        return TRUE;
    g_propagate_error (error, g_steal_pointer (&stopped));
    return FALSE;
}

/* ---- crossings
 * ---------------------------------------------------------------------------------------- */

/* Joins the pieces of each community in the graph of urban units. (transfer full: CgCrossing by
 * urban unit) */
static GArray *
join_pieces (const CgUnits *units, const CgSplitOptions *options, Urban *urban, CgSplit *split,
             GCancellable *cancel, GError **error)
{
    GArray *found = cross (units, options, split, urban->n, urban->rows, urban->region,
                           &urban->graph, cancel, error);
    if (found != NULL)
        split->pieces_apart = count_apart (urban);
    return found;
}

static int
compare_lengths (gconstpointer x, gconstpointer y)
{
    const CgCrossing *a = x, *b = y;
    if (a->length_cm != b->length_cm)
        return a->length_cm < b->length_cm ? -1 : 1;
    if (a->a != b->a)
        return a->a < b->a ? -1 : 1;
    return (a->b > b->b) - (a->b < b->b);
}

static int
compare_ends (gconstpointer x, gconstpointer y)
{
    const CgCrossing *a = x, *b = y;
    if (a->a != b->a)
        return a->a < b->a ? -1 : 1;
    return (a->b > b->b) - (a->b < b->b);
}

/* Of all crossings those that hold a part together, the shortest first. (transfer full) */
static GArray *
choose_used (const CgSplit *split, const CgParts *parts)
{
    guint32 n = split->graph->n;
    GArray *used = g_array_new (FALSE, FALSE, sizeof (CgCrossing));
    g_autofree guint32 *piece = g_new (guint32, (gsize) n + 1);
    g_autofree guint32 *up = g_new (guint32, (gsize) n + 1);
    g_autoptr (GArray) sorted = g_array_copy (split->all_crossings);
    guint32 n_pieces = cg_graph_pieces (split->graph, parts->part_of, piece);
    for (guint32 p = 0; p < n_pieces; p++)
        up[p] = p;
    g_array_sort (sorted, compare_lengths);
    for (guint k = 0; k < sorted->len; k++) {
        const CgCrossing *one = &g_array_index (sorted, CgCrossing, k);
        guint32 a = piece[one->a], b = piece[one->b];
        while (up[a] != a)
            a = up[a] = up[up[a]];
        while (up[b] != b)
            b = up[b] = up[up[b]];
        if (a == b || parts->part_of[one->a] != parts->part_of[one->b])
            continue;
        up[MAX (a, b)] = MIN (a, b);
        g_array_append_val (used, *one);
    }
    g_array_sort (used, compare_ends);
    return used;
}

/* start_us, reserve_s: as in search_s. */
static CgParts *
solve (const CgUnits *units, const CgSplitOptions *options, gint64 start_us, double reserve_s,
       CgSplit *split, const CgProgress *progress, GCancellable *cancel, GError **error)
{
    split->all_crossings = g_array_new (FALSE, FALSE, sizeof (CgCrossing));
    GCancellable *early = cg_split_before_search (options, cancel);
    g_autoptr (CgParts) ruled = make_ruled_parts (units, options, split, early, error);
    if (ruled == NULL)
        return NULL;
    g_auto (Urban) urban = { 0 };
    urban_init (&urban, units, split->graph, options);
    g_autoptr (GArray) crossings = join_pieces (units, options, &urban, split, early, error);
    if (crossings == NULL)
        return NULL;
    CgPartitionInput input = urban_input (&urban, units);
    CgPartitionOptions partition = options->partition;
    partition.weights = &split->weights;
    partition.second_min = options->population_min;
    partition.second_max = options->population_max;
    partition.deadline_s = search_s (options, start_us, reserve_s);
    if (options->micro_max > 0)
        partition.deadline_s *= 1 - CG_MICRO_SHARE;
    g_autoptr (CgParts) found
        = options->pareto && input.keep != NULL
              ? cg_keep_choose (&input, &partition, options, split, progress, cancel, error)
              : cg_partition_run (&input, &partition, progress, cancel, error);
    if (found == NULL)
        return NULL;
    for (guint k = 0; k < crossings->len; k++) {
        CgCrossing one = g_array_index (crossings, CgCrossing, k);
        one.a = urban.rows[one.a];
        one.b = urban.rows[one.b];
        g_array_append_val (split->all_crossings, one);
    }
    CgParts *parts = join_parts (ruled, &urban, found);
    split->crossings = choose_used (split, parts);
    return parts;
}

gboolean
cg_split_weights (const CgSplitOptions *options, CgPartitionWeights *out, GError **error)
{
    CgPartitionWeights weights = options->partition.weights != NULL
                                     ? *options->partition.weights
                                     : CG_PARTITION_WEIGHTS_DEFAULT;
    if (options->weights != NULL && !cg_partition_weights_parse (options->weights, &weights, error))
        return FALSE;
    if (options->partition.certify && weights.shape > 0) {
        g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT,
                             "--certify: what is proved best knows no weight of shape: leave one of "
                             "the two out, or say --weight shape=0");
        return FALSE;
    }
    *out = weights;
    return TRUE;
}

/* What may share a grid: urban units of a community, units of one villager group or dedicated area. */
static guint32 *
label_sharing (const CgUnits *units)
{
    guint32 *label = label_ruled_units (units);
    guint32 n = cg_names_count (units->regions);
    for (guint32 i = 0; i < units->n; i++) {
        guint32 region = MIN (units->region[i], n);
        label[i] = units->kind[i] == CG_UNIT_URBAN ? region : n + 1 + label[i];
    }
    return label;
}

/* The neighbour graph with its barriers. */
static gboolean
build_graph (const CgUnits *units, const CgSplitOptions *options, CgSplit *split,
             const CgProgress *progress, GCancellable *cancel, GError **error)
{
    const double exact_m = 0.05; /* cells lie on their borders to the bit, but for changes of the CRS */
    gint64 start_us = g_get_monotonic_time ();
    CgGraphOptions graph_options = { .snap_m = options->snap_m };
    split->graph = cg_graph_build (units, &graph_options, progress, cancel, error);
    if (split->graph == NULL ||
        (options->barriers != NULL &&
         !cg_graph_mark_barriers (split->graph, units, options->barriers, 0, error)) ||
        (options->made != NULL &&
         !cg_graph_mark_some_barriers (split->graph, units, options->made, options->cell_borders,
                                       exact_m, error)))
        return FALSE;
    if (!cg_graph_close_water (split->graph, units, options->barriers, error))
        return FALSE;
    CgWaysInput ways = { options->barriers, options->made != NULL ? options->cell_borders : NULL };
    split->ways = cg_graph_open_ways (split->graph, units, &ways, NULL, error);
    split->graph_s = seconds_since (start_us);
    if (split->ways == NULL)
        return FALSE;
    g_autofree guint32 *label = label_sharing (units);
    cg_graph_settle_enclosed (split->graph, units, label, split->ways);
    return TRUE;
}

/* Polygons and codes of the parts, checked and measured. */
static gboolean
make_grids (const CgUnits *units, const CgSplitOptions *options, CgSplit *split,
            GCancellable *cancel, GError **error)
{
    gint64 start_us = g_get_monotonic_time ();
    g_autofree const char **codes = cg_keep_codes (units, split->parts, options->by_population);
    CgGridOptions grid_options = { options->partition.min, options->partition.max,
                                   options->by_population, options->population_min,
                                   options->population_max, codes, options->used_codes };
    split->grids = cg_grid_build (units, split->graph, split->parts, &grid_options, cancel, error);
    if (split->grids == NULL || !check_split (units, split, error))
        return FALSE;
    measure_split (units, options, split);
    if (!bound_border (units, options, split, cancel, error))
        return FALSE;
    split->grids_s = seconds_since (start_us);
    return TRUE;
}

/* How long polygons, checks and measures of the grids take, told beforehand: some microseconds a unit,
 * and about what the graph took, which looks at the same outlines. Micro-units are nearly ten times as
 * many. */
static double
expect_grids_s (const CgUnits *units, const CgSplit *split)
{
    return 3e-6 * units->n + 1.3 * split->graph_s;
}

#define MICRO_PER_GRIDS 5.0

CgSplit *
cg_split_run (const CgUnits *units, const CgSplitOptions *options, const CgProgress *progress,
              GCancellable *cancel, GError **error)
{
    g_autoptr (CgSplit) split = g_new0 (CgSplit, 1);
    gint64 start_us = g_get_monotonic_time ();
    gboolean micro = options->micro_max > 0;
    if (!cg_split_weights (options, &split->weights, error) ||
        !build_graph (units, options, split, progress,
                      cg_split_before_search (options, cancel), error))
        return NULL;
    gint64 solve_us = g_get_monotonic_time ();
    double grids_s = expect_grids_s (units, split);
    double reserve_s = micro ? grids_s * (1 + MICRO_PER_GRIDS) : grids_s;
    split->parts = solve (units, options, start_us, reserve_s, split, progress, cancel, error);
    if (split->parts == NULL)
        return NULL;
    split->solve_s = seconds_since (solve_us);
    split->timed_out = split->parts->timed_out;
    if (!make_grids (units, options, split, cancel, error))
        return NULL;
    gint64 micro_us = g_get_monotonic_time ();
    double left_s = search_s (options, start_us, MICRO_PER_GRIDS * split->grids_s);
    if (micro && !cg_micro_divide (units, split->graph, split->crossings, options, left_s,
                                   split->grids, &split->timed_out, progress, cancel, error))
        return NULL;
    split->micro_s = seconds_since (micro_us);
    split->interrupted = is_interrupted (options);
    split->timed_out = split->timed_out && options->partition.deadline_s > 0;
    return g_steal_pointer (&split);
}
