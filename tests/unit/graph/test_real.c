#include "base/random.h"
#include "graph/graph.h"
#include "real_units.h"
#include "support.h"

static int
compare_text (gconstpointer a, gconstpointer b)
{
    return g_strcmp0 (*(char *const *) a, *(char *const *) b);
}

/* Adds one to the pair of each two units that have the vertex in common. */
static void
count_pairs (GHashTable *pairs, const GArray *at)
{
    for (guint a = 0; a < at->len; a++)
        for (guint b = a + 1; b < at->len; b++) {
            guint32 u = g_array_index (at, guint32, a), v = g_array_index (at, guint32, b);
            gint64 key = (gint64) ((guint64) MIN (u, v) << 32 | MAX (u, v));
            gint64 *count = g_hash_table_lookup (pairs, &key);
            if (count == NULL) {
                count = g_new0 (gint64, 2);
                count[0] = key;
                g_hash_table_insert (pairs, count, count);
            }
            count[1]++;
        }
}

/* Number of distinct vertices, as delivered, that two units have in common, by pair. A second way
 * to neighbours that shares no code with the graph. */
static GHashTable *
common_vertices (const CgUnits *units)
{
    const CgShapes *shapes = units->delivered;
    g_autoptr (GHashTable) places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                                           (GDestroyNotify) g_array_unref);
    for (guint32 i = 0; i < units->n; i++) {
        guint32 first = shapes->ring_vertex[shapes->part_ring[shapes->shape_part[i]]];
        guint32 end = shapes->ring_vertex[shapes->part_ring[shapes->shape_part[i + 1]]];
        for (guint32 v = first; v < end; v++) {
            char *key = g_strdup_printf ("%.17g %.17g", shapes->x[v], shapes->y[v]);
            GArray *at = g_hash_table_lookup (places, key);
            if (at == NULL) {
                at = g_array_new (FALSE, FALSE, sizeof (guint32));
                g_hash_table_insert (places, g_strdup (key), at);
            }
            if (at->len == 0 || g_array_index (at, guint32, at->len - 1) != i)
                g_array_append_val (at, i);
            g_free (key);
        }
    }
    GHashTable *pairs = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    GHashTableIter iter;
    gpointer at;
    g_hash_table_iter_init (&iter, places);
    while (g_hash_table_iter_next (&iter, NULL, &at))
        count_pairs (pairs, at);
    return pairs;
}

static gboolean
linked (const CgGraph *graph, guint32 u, guint32 v)
{
    for (guint32 k = graph->first[u]; k < graph->first[u + 1]; k++)
        if (graph->target[k] == v)
            return TRUE;
    return FALSE;
}

/* The published table calls units rook neighbours when they have two vertices in common, even two
 * that lie apart with no border between them. Those pairs are no links here and are listed; all
 * others must be. Returns how many pairs the table's rule gives. */
static guint32
check_rook (const CgUnits *units, const CgGraph *graph, guint32 *rook, const char *apart)
{
    g_autoptr (GHashTable) pairs = common_vertices (units);
    g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
    guint32 n = 0;
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init (&iter, pairs);
    while (g_hash_table_iter_next (&iter, &value, NULL)) {
        guint32 u = (guint32) ((guint64) *(gint64 *) value >> 32), v = (guint32) *(gint64 *) value;
        if (((gint64 *) value)[1] < 2) {
            g_assert_false (linked (graph, u, v));
            continue;
        }
        n++;
        rook[u]++;
        rook[v]++;
        if (!linked (graph, u, v))
            g_ptr_array_add (names, g_strdup_printf ("%s+%s", units->id[u], units->id[v]));
    }
    g_ptr_array_sort (names, compare_text);
    g_ptr_array_add (names, NULL);
    g_autofree char *joined = g_strjoinv (" ", (char **) names->pdata);
    g_assert_cmpstr (joined, ==, apart);
    return n;
}

/* The same for each unit against the table, made with R spdep. */
static void
check_cardinality (const CgUnits *units, const guint32 *rook, const char *expected)
{
    g_autofree char *path = cg_test_data (expected);
    if (path == NULL)
        return;
    g_autoptr (GPtrArray) rows = cg_test_csv (path);
    g_autoptr (GHashTable) row_of = g_hash_table_new (g_str_hash, g_str_equal);
    for (guint32 i = 0; i < units->n; i++)
        g_hash_table_insert (row_of, units->id[i], GUINT_TO_POINTER (i + 1));
    g_assert_cmpuint (rows->len - 1, ==, units->n);
    for (guint k = 1; k < rows->len; k++) {
        char **fields = rows->pdata[k];
        guint32 i = GPOINTER_TO_UINT (g_hash_table_lookup (row_of, fields[0]));
        g_assert_cmpuint (i, !=, 0);
        g_assert_cmpuint (rook[i - 1], ==, g_ascii_strtoull (fields[2], NULL, 10));
    }
}

/* Border lengths add up to the outlines, and each link has its opposite. */
static void
check_sums (const CgUnits *units, const CgGraph *graph)
{
    for (guint32 i = 0; i < graph->n; i++) {
        guint64 sum_cm = graph->outer_cm[i];
        for (guint32 k = graph->first[i]; k < graph->first[i + 1]; k++) {
            sum_cm += graph->border_cm[k];
            g_assert_cmpuint (graph->target[k], !=, i);
            g_assert_cmpuint (graph->target[graph->reverse[k]], ==, i);
            g_assert_cmpuint (graph->border_cm[graph->reverse[k]], ==, graph->border_cm[k]);
            g_assert_true (k == graph->first[i] || graph->target[k - 1] < graph->target[k]);
        }
        g_assert_cmpfloat_with_epsilon (sum_cm / 100.0, cg_shapes_length (units->shapes, i), 0.25);
    }
}

typedef struct {
    const char *file, *id;
    int epsg;
    guint32 links; /* pairs that share border length                                   */
    guint32 rook;  /* pairs of the published table: links and the pairs of apart       */
    const char *apart, *expected;
} Case;

static const Case cases[] = {
    { "taiwan/chiayi_city_10020_base_areas.gpkg", "codebase", 3826, 4053, 4053, "",
      "expected/chiayi_city_10020_adjacency_expected.csv" },
    /* Three pairs touch in two places with other units between: checked with ST_Intersection, which
     * gives a MULTIPOINT for each. */
    { "taiwan/nantou_10008_base_areas.gpkg", "codebase", 3826, 11668, 11671,
      "A0803-0543-00+A0803-0565-00 A0803-0554-00+A0803-0557-00 A0804-0288-00+A0804-0301-00",
      "expected/nantou_10008_adjacency_expected.csv" },
    { "china/renshou_511421_townships.geojson", "fid_src", 4545, 153, 153, "", NULL },
};

static void
test_case (gconstpointer data)
{
    const Case *c = data;
    g_autofree char *path = cg_test_data (c->file);
    if (path == NULL)
        return;
    g_autoptr (CgUnits) units = cg_test_read_units (path, c->id, NULL, c->epsg);
    g_autoptr (GError) error = NULL;
    gint64 start = g_get_monotonic_time ();
    g_autoptr (CgGraph) graph = cg_graph_build (units, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    double seconds = (g_get_monotonic_time () - start) / 1e6;
    g_test_message ("%u units, %u vertices: %.3f s", units->n, units->shapes->n_vertices, seconds);
    g_assert_cmpuint (cg_graph_count_links (graph, NULL), ==, c->links);
    g_assert_false (graph->snapped);
    g_assert_cmpuint (graph->n_gaps + graph->n_overlaps, ==, 0);
    check_sums (units, graph);
    g_autofree guint32 *rook = g_new0 (guint32, units->n);
    g_assert_cmpuint (check_rook (units, graph, rook, c->apart), ==, c->rook);
    if (c->expected != NULL)
        check_cardinality (units, rook, c->expected);
}

/* Each unit drawn by another hand: all its vertices moved on their own by up to 0.03 m each way, so
 * that no border matches any more. The same pairs must be neighbours, for nearly the same length.
 * (The shortest segment of these files is 0.105 m: beyond that even a reader could not tell.) */
static void
test_shaken (gconstpointer data)
{
    const Case *c = data;
    g_autofree char *path = cg_test_data (c->file);
    if (path == NULL)
        return;
    g_autoptr (CgUnits) units = cg_test_read_units (path, c->id, NULL, c->epsg);
    g_autoptr (GError) error = NULL;
    g_autoptr (CgGraph) before = cg_graph_build (units, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    CgShapes *shapes = units->shapes;
    CgRandom random;
    cg_random_init (&random, 5, 0);
    for (guint32 r = 0; r < shapes->n_rings; r++) {
        guint32 first = shapes->ring_vertex[r], last = shapes->ring_vertex[r + 1] - 1;
        for (guint32 v = first; v < last; v++) {
            shapes->x[v] += 0.06 * cg_random_unit (&random) - 0.03;
            shapes->y[v] += 0.06 * cg_random_unit (&random) - 0.03;
        }
        shapes->x[last] = shapes->x[first];
        shapes->y[last] = shapes->y[first];
    }
    gint64 start = g_get_monotonic_time ();
    g_autoptr (CgGraph) after = cg_graph_build (units, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    g_test_message ("%u borders snapped: %.3f s", c->links,
                    (g_get_monotonic_time () - start) / 1e6);
    guint32 n_links = before->first[before->n];
    g_assert_true (after->snapped);
    g_assert_cmpmem (before->first, (before->n + 1) * 4, after->first, (after->n + 1) * 4);
    g_assert_cmpmem (before->target, n_links * 4, after->target, n_links * 4);
    for (guint32 k = 0; k < n_links; k++) {
        double slack_cm = 60 + 0.02 * before->border_cm[k];
        g_assert_cmpfloat_with_epsilon (before->border_cm[k], after->border_cm[k], slack_cm);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_data_func ("/graph/real/chiayi", &cases[0], test_case);
    g_test_add_data_func ("/graph/real/nantou", &cases[1], test_case);
    g_test_add_data_func ("/graph/real/renshou", &cases[2], test_case);
    g_test_add_data_func ("/graph/real/chiayi-shaken", &cases[0], test_shaken);
    g_test_add_data_func ("/graph/real/nantou-shaken", &cases[1], test_shaken);
    return g_test_run ();
}
