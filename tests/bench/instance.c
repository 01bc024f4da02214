#include "instance.h"

#include "graph/subset.h"
#include "real_counties.h"
#include "support.h"

#include <string.h>
#include <time.h>

typedef struct {
    const char *name, *title, *file, *id, *weight, *within;
    BenchRule rule;
} RealInstance;

static const char chiayi_file[] = "taiwan/chiayi_city_10020_base_areas.gpkg";
static const char nantou_file[] = "taiwan/nantou_10008_base_areas.gpkg";

static const RealInstance real[] = {
    { "chiayi", "Chiayi city, within town", chiayi_file, "codebase", "households", "town_id",
      { 300, 500, 400 } },
    { "nantou", "Nantou county, within town", nantou_file, "codebase", "households", "town_id",
      { 300, 500, 400 } },
    { "rockland", "Rockland county, within tract, by population", "partition/rockland_blocks.gpkg",
      "unit_id", "population", "community", { 750, 1250, 1000 } },
    { "chiayi-code2", "Chiayi city, within code2", chiayi_file, "codebase", "households", "code2",
      { 300, 500, 400 } },
    { "cincinnati", "Cincinnati, within tract", "us/cincinnati_blocks.gpkg", "geoid", "households",
      "tract", { 300, 500, 400 } },
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
    static const char *names[G_N_ELEMENTS (real) + 1];
    for (guint i = 0; i < G_N_ELEMENTS (real); i++)
        names[i] = real[i].name;
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
    const guint32 *region = instance->units->region;
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
    task->weight = g_new (gint32, n);
    for (guint32 i = 0; i < n; i++) {
        guint32 u = rows[i];
        task->weight[i] = (gint32) instance->units->households[u];
        task->total += instance->units->households[u];
        for (guint32 k = graph->first[u]; k < graph->first[u + 1]; k++)
            if (graph->passable[k] && region[graph->target[k]] == region[u]) {
                task->target[used] = (gint32) local[graph->target[k]];
                task->border_cm[used++] = (gint32) graph->border_cm[k];
            }
        task->first[i + 1] = (gint32) used;
    }
    task->k = (guint32) MAX ((task->total + instance->rule.target / 2) / instance->rule.target, 1);
    return task;
}

/* Units by region, regions in order of their number. */
static void
make_tasks (BenchInstance *instance)
{
    guint32 n = instance->graph->n, n_regions = 0;
    const guint32 *region = instance->units->region;
    for (guint32 i = 0; i < n; i++)
        n_regions = MAX (n_regions, region[i] + 1);
    g_autofree guint32 *at = g_new0 (guint32, n_regions + 1), *rows = g_new (guint32, n);
    g_autofree guint32 *local = g_new (guint32, n);
    for (guint32 i = 0; i < n; i++)
        at[region[i] + 1]++;
    for (guint32 r = 0; r < n_regions; r++)
        at[r + 1] += at[r];
    for (guint32 i = n; i-- > 0;)
        rows[--at[region[i] + 1]] = i;
    instance->tasks = g_ptr_array_new_with_free_func (task_free);
    for (guint32 r = 0; r < n_regions; r++) {
        guint32 end = r + 1 < n_regions ? at[r + 2] : n;
        if (end > at[r + 1])
            g_ptr_array_add (instance->tasks,
                             task_new (instance, rows + at[r + 1], end - at[r + 1], local));
    }
    instance->n_pieces = cg_graph_pieces (instance->graph, region, local);
}

static gboolean
open_real (BenchInstance *instance, const RealInstance *what, char **out_why)
{
    RealCounty county;
    double start = bench_cpu_s ();
    if (!real_county_read (&county, what->file, what->id, what->weight, what->within)) {
        *out_why = g_strdup_printf ("%s: %s is absent", what->name, what->file);
        return FALSE;
    }
    *instance = (BenchInstance){ .name = what->name, .title = what->title, .rule = what->rule,
                                 .units = county.units, .graph = county.graph };
    instance->graph_s = bench_cpu_s () - start;
    return TRUE;
}

gboolean
bench_instance_open (BenchInstance *instance, const char *name, char **out_why)
{
    gboolean opened = FALSE;
    *instance = (BenchInstance){ 0 };
    *out_why = NULL;
    for (guint i = 0; i < G_N_ELEMENTS (real); i++)
        if (g_str_equal (name, real[i].name))
            opened = open_real (instance, &real[i], out_why);
    if (opened)
        make_tasks (instance);
    else if (*out_why == NULL)
        *out_why = g_strdup_printf ("no instance has the name %s", name);
    return opened;
}

void
bench_instance_done (BenchInstance *instance)
{
    if (instance->tasks != NULL)
        g_ptr_array_unref (instance->tasks);
    cg_graph_free (instance->graph);
    cg_units_free (instance->units);
    *instance = (BenchInstance){ 0 };
}
