#include "instance.h"

#include "generate.h"
#include "graph/subset.h"
#include "import/import.h"
#include "sample/sample.h"

#include <string.h>
#include <time.h>

typedef struct {
    const char *name, *title, *file, *layer, *id, *weight, *within; /* layer, within may be NULL */
    BenchRule rule;
} RealInstance;

static const char chiayi_file[] = "taiwan/chiayi_city_10020_base_areas.gpkg";
static const char nantou_file[] = "taiwan/nantou_10008_base_areas.gpkg";

static const char rockland_file[] = "partition/rockland_blocks.gpkg";

static const RealInstance real[] = {
    { "chiayi",
      "Chiayi city, within town",
      chiayi_file,
      NULL,
      "codebase",
      "households",
      "town_id",
      { 300, 500, 400 } },
    { "nantou",
      "Nantou county, within town",
      nantou_file,
      NULL,
      "codebase",
      "households",
      "town_id",
      { 300, 500, 400 } },
    { "rockland",
      "Rockland county, within tract, by population",
      rockland_file,
      NULL,
      "unit_id",
      "population",
      "community",
      { 750, 1250, 1000 } },
    { "chiayi-code2",
      "Chiayi city, within code2",
      chiayi_file,
      NULL,
      "codebase",
      "households",
      "code2",
      { 300, 500, 400 } },
    { "cincinnati",
      "Cincinnati, within tract",
      "us/cincinnati_blocks.gpkg",
      NULL,
      "geoid",
      "households",
      "tract",
      { 300, 500, 400 } },
    { "rockland-whole",
      "Rockland county without communities",
      rockland_file,
      NULL,
      "unit_id",
      "population",
      NULL,
      { 750, 1250, 1000 } },
    { "denver",
      "Denver's blocks without communities",
      "us/denver_topology.gpkg",
      "blocks2020",
      "geoid20",
      "totpop20",
      NULL,
      { 750, 1250, 1000 } },
};

typedef struct {
    const char *name, *title, *preset;
} SampleInstance;

static const SampleInstance samples[] = {
    { "wuqi", "sample county wuqi, urban units", "wuqi" },
    { "fangxian", "sample county fangxian, urban units", "fangxian" },
    { "city", "sample county city, urban units", "city" },
};

typedef struct {
    const char *name, *title;
    guint32 side, communities;
} MadeInstance;

static const MadeInstance made[] = {
    { "made-10k", "generated, 10 000 units", 100, 7 },
    { "made-200k", "generated, 200 000 units", 447, 30 },
    { "made-1m", "generated, 1 000 000 units", 1000, 67 },
};

double
bench_cpu_s (void)
{
    struct timespec now;
    clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double) now.tv_sec + now.tv_nsec / 1e9;
}

const char *const *
bench_instance_names (void)
{
    static const char
        *names[G_N_ELEMENTS (real) + G_N_ELEMENTS (samples) + G_N_ELEMENTS (made) + 1];
    guint n = 0;
    for (guint i = 0; i < G_N_ELEMENTS (real); i++)
        names[n++] = real[i].name;
    for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
        names[n++] = samples[i].name;
    for (guint i = 0; i < G_N_ELEMENTS (made); i++)
        names[n++] = made[i].name;
    return names;
}

static void
task_free (gpointer data)
{
    BenchTask *task = data;
    g_free (task->rows);
    g_free (task->first);
    g_free (task->target);
    g_free (task->border_cm);
    g_free (task->weight);
    g_free (task);
}

static BenchTask *
task_new (const BenchInstance *instance, const guint32 *rows, guint32 n, guint32 *local)
{
    const CgGraph *graph = instance->graph;
    const guint32 *region = instance->region;
    BenchTask *task = g_new0 (BenchTask, 1);
    gsize links = 0, used = 0;
    for (guint32 i = 0; i < n; i++) {
        local[rows[i]] = i;
        links += graph->first[rows[i] + 1] - graph->first[rows[i]];
    }
    task->n = n;
    task->rows = g_memdup2 (rows, n * sizeof *rows);
    task->first = g_new0 (gint32, n + 1);
    task->target = g_new (gint32, links + 1);
    task->border_cm = g_new (gint32, links + 1);
    task->weight = g_new (gint32, n + 1);
    for (guint32 i = 0; i < n; i++) {
        guint32 u = rows[i];
        for (guint32 k = graph->first[u]; k < graph->first[u + 1]; k++)
            if (graph->passable[k] && region[graph->target[k]] == region[u]) {
                task->target[used] = (gint32) local[graph->target[k]];
                task->border_cm[used++] = (gint32) graph->border_cm[k];
            }
        task->first[i + 1] = (gint32) used;
    }
    return task;
}

void
bench_instance_weigh (BenchInstance *instance)
{
    guint32 target = instance->rule.target;
    for (guint t = 0; t < instance->tasks->len; t++) {
        BenchTask *task = g_ptr_array_index (instance->tasks, t);
        guint64 total = 0;
        for (guint32 i = 0; i < task->n; i++) {
            task->weight[i] = (gint32) instance->weight[task->rows[i]];
            total += instance->weight[task->rows[i]];
        }
        task->k = (guint32) MAX ((total + target / 2) / target, 1);
    }
}

static guint32
count_communities (const guint32 *region, guint32 n)
{
    g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
    for (guint32 i = 0; i < n; i++)
        g_hash_table_add (seen, GUINT_TO_POINTER (region[i]));
    return g_hash_table_size (seen);
}

/* Units by piece, pieces in order of their lowest unit. */
static void
make_tasks (BenchInstance *instance)
{
    guint32 n = instance->graph->n;
    g_autofree guint32 *piece = g_new (guint32, n + 1), *local = g_new (guint32, n + 1);
    guint32 n_pieces = cg_graph_pieces (instance->graph, instance->region, piece);
    g_autofree guint32 *end = g_new0 (guint32, n_pieces + 1), *rows = g_new (guint32, n + 1);
    for (guint32 i = 0; i < n; i++)
        end[piece[i] + 1]++;
    for (guint32 p = 0; p < n_pieces; p++)
        end[p + 1] += end[p];
    for (guint32 i = 0; i < n; i++)
        rows[end[piece[i]]++] = i;
    instance->tasks = g_ptr_array_new_with_free_func (task_free);
    for (guint32 p = 0, from = 0; p < n_pieces; from = end[p++])
        g_ptr_array_add (instance->tasks, task_new (instance, rows + from, end[p] - from, local));
    bench_instance_weigh (instance);
    instance->n_communities = count_communities (instance->region, n);
}

/* The urban units alone: rural and dedicated ones are grids by rule. */
static void
fill (BenchInstance *instance, CgUnits *units, CgGraph *graph)
{
    guint32 n = 0;
    g_autofree guint32 *rows = g_new (guint32, units->n + 1);
    for (guint32 i = 0; i < units->n; i++)
        if (units->kind[i] == CG_UNIT_URBAN)
            rows[n++] = i;
    instance->units = units;
    instance->graph = graph;
    if (n < units->n) {
        instance->graph = cg_graph_subset (graph, n, rows);
        cg_graph_free (graph);
    }
    instance->weight = g_new (guint32, n + 1);
    instance->region = g_new (guint32, n + 1);
    instance->x = g_new (double, n + 1);
    instance->y = g_new (double, n + 1);
    instance->id = g_new (char *, n + 1);
    for (guint32 k = 0; k < n; k++) {
        instance->weight[k] = units->households[rows[k]];
        instance->region[k] = units->region[rows[k]];
        instance->id[k] = units->id[rows[k]];
        cg_shapes_centroid (units->shapes, rows[k], &instance->x[k], &instance->y[k]);
    }
    make_tasks (instance);
}

static gboolean
fill_from_units (BenchInstance *instance, CgUnits *units, char **out_why)
{
    g_autoptr (GError) error = NULL;
    double start = bench_cpu_s ();
    CgGraph *graph = cg_graph_build (units, NULL, NULL, NULL, &error);
    instance->graph_s = bench_cpu_s () - start;
    if (graph == NULL) {
        *out_why = g_strdup_printf ("%s: %s", instance->name, error->message);
        cg_units_free (units);
        return FALSE;
    }
    fill (instance, units, graph);
    return TRUE;
}

static const char *
data_folder (void)
{
    const char *folder = g_getenv ("CG_SHARED_DATA");
    return folder != NULL ? folder : "../shared/data";
}

/* As the command reads it, so that its graph and plans are those of `countygrid split`. */
static gboolean
open_real (BenchInstance *instance, const RealInstance *what, char **out_why)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *path = g_build_filename (data_folder (), what->file, NULL);
    g_autofree char *id = g_strdup_printf ("id=%s", what->id);
    g_autofree char *weight = g_strdup_printf ("households=%s", what->weight);
    g_autofree char *within =
        what->within != NULL ? g_strdup_printf ("region=%s", what->within) : NULL;
    char *map[] = { id, weight, within, NULL };
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = path;
    options.layer = what->layer;
    options.map = map;
    options.lenient = TRUE;
    *instance = (BenchInstance){ .name = what->name, .title = what->title, .rule = what->rule };
    if (!g_file_test (path, G_FILE_TEST_EXISTS)) {
        *out_why = g_strdup_printf ("%s is absent", what->file);
        return FALSE;
    }
    g_autoptr (CgImportReport) report = cg_import_report_new (path);
    g_autoptr (CgUnits) units = cg_import_units (&options, report, NULL, NULL, &error);
    if (units == NULL) {
        *out_why = g_strdup_printf ("%s: %s", what->file, error->message);
        return FALSE;
    }
    memset (units->kind, CG_UNIT_URBAN, units->n);
    if (what->within == NULL)
        memset (units->region, 0, units->n * sizeof *units->region);
    return fill_from_units (instance, g_steal_pointer (&units), out_why);
}

static gboolean
open_sample (BenchInstance *instance, const SampleInstance *what, char **out_why)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgSample) sample = cg_sample_run (what->preset, 1, 0, 1, NULL, NULL, &error);
    *instance =
        (BenchInstance){ .name = what->name, .title = what->title, .rule = { 300, 500, 400 } };
    if (sample == NULL) {
        *out_why = g_strdup_printf ("%s: %s", what->name, error->message);
        return FALSE;
    }
    return fill_from_units (instance, g_steal_pointer (&sample->units), out_why);
}

static gboolean
open_made (BenchInstance *instance, const MadeInstance *what, char **out_why)
{
    *instance =
        (BenchInstance){ .name = what->name, .title = what->title, .rule = { 300, 500, 400 } };
    return fill_from_units (instance, bench_generate (what->side, what->communities, 1), out_why);
}

gboolean
bench_instance_open (BenchInstance *instance, const char *name, char **out_why)
{
    *instance = (BenchInstance){ 0 };
    *out_why = NULL;
    for (guint i = 0; i < G_N_ELEMENTS (real); i++)
        if (g_str_equal (name, real[i].name))
            return open_real (instance, &real[i], out_why);
    for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
        if (g_str_equal (name, samples[i].name))
            return open_sample (instance, &samples[i], out_why);
    for (guint i = 0; i < G_N_ELEMENTS (made); i++)
        if (g_str_equal (name, made[i].name))
            return open_made (instance, &made[i], out_why);
    *out_why = g_strdup_printf ("no instance has the name %s", name);
    return FALSE;
}

void
bench_instance_done (BenchInstance *instance)
{
    if (instance->tasks != NULL)
        g_ptr_array_unref (instance->tasks);
    g_free (instance->weight);
    g_free (instance->region);
    g_free (instance->x);
    g_free (instance->y);
    g_free (instance->id);
    cg_graph_free (instance->graph);
    cg_units_free (instance->units);
    *instance = (BenchInstance){ 0 };
}
