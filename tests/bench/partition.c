/* Splits real counties and prints the measures by which splitters are compared.
 *
 *   bench-partition                        the instances of docs, default effort
 *   bench-partition [OPTIONS] NAME...      chiayi nantou rockland cincinnati chiayi-code2
 *
 * "solve" is the time of cg_partition_run alone. Measures come from cg_partition_check and from sums
 * taken here. Degrees become metres by one local scale for each axis, which keeps ratios of lengths.
 */
#include "base/random.h"
#include "graph/graph.h"
#include "partition/partition.h"
#include "support.h"

#include <gdal.h>
#include <math.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <stdio.h>

typedef struct {
    const char *name, *file, *layer, *id, *weight, *within;
    guint32 min, max, target;
} Instance;

static const Instance instances[] = {
    { "chiayi", "taiwan/chiayi_city_10020_base_areas.gpkg", "base_areas", "codebase", "households",
      "town_id", 300, 500, 400 },
    { "nantou", "taiwan/nantou_10008_base_areas.gpkg", "base_areas", "codebase", "households",
      "town_id", 300, 500, 400 },
    { "rockland", "partition/rockland_blocks.gpkg", NULL, "unit_id", "population", "community", 750,
      1250, 1000 },
    { "chiayi-code2", "taiwan/chiayi_city_10020_base_areas.gpkg", "base_areas", "codebase",
      "households", "code2", 300, 500, 400 },
    { "cincinnati", "us/cincinnati_blocks.gpkg", NULL, "geoid", "households", "tract", 300, 500, 400 },
};

static gint effort = 20, threads = 1, seed = 1, seeds = 1;
static gdouble deadline = 0;
static gboolean replan = FALSE, certificates = FALSE;
static char *method = NULL;

static GOptionEntry entries[] = {
    { "effort", 0, 0, G_OPTION_ARG_INT, &effort, "1..100", "N" },
    { "threads", 0, 0, G_OPTION_ARG_INT, &threads, "threads", "N" },
    { "seed", 0, 0, G_OPTION_ARG_INT, &seed, "first seed", "N" },
    { "seeds", 0, 0, G_OPTION_ARG_INT, &seeds, "how many seeds", "N" },
    { "deadline", 0, 0, G_OPTION_ARG_DOUBLE, &deadline, "seconds", "S" },
    { "method", 0, 0, G_OPTION_ARG_STRING, &method, "method of the list", "NAME" },
    { "replan", 0, 0, G_OPTION_ARG_NONE, &replan, "change weights and split again from the plan", NULL },
    { "certificates", 0, 0, G_OPTION_ARG_NONE, &certificates, "print them", NULL },
    { NULL },
};

static void
scale_to_metres (CgShapes *shapes)
{
    CgBox box = cg_shapes_box_all (shapes);
    double middle = (box.y_min + box.y_max) / 2 * G_PI / 180;
    double per_lat = 111132.954 - 559.822 * cos (2 * middle) + 1.175 * cos (4 * middle);
    double per_lon = 111412.84 * cos (middle) - 93.5 * cos (3 * middle);
    for (guint32 i = 0; i < shapes->n_vertices; i++) {
        shapes->x[i] = (shapes->x[i] - box.x_min) * per_lon;
        shapes->y[i] = (shapes->y[i] - box.y_min) * per_lat;
    }
}

static void
add_feature (CgUnits *units, guint32 row, OGRFeatureH feature, const Instance *instance)
{
    g_autoptr (GError) error = NULL;
    OGRGeometryH geometry = OGR_F_GetGeometryRef (feature);
    gsize size = (gsize) OGR_G_WkbSize (geometry);
    g_autofree guint8 *wkb = g_malloc (size);
    OGR_G_ExportToIsoWkb (geometry, wkbNDR, wkb);
    cg_shapes_add_wkb (units->shapes, wkb, size, &error);
    g_assert_no_error (error);
    int id = OGR_F_GetFieldIndex (feature, instance->id);
    int weight = OGR_F_GetFieldIndex (feature, instance->weight);
    int within = OGR_F_GetFieldIndex (feature, instance->within);
    g_assert_true (id >= 0 && weight >= 0 && within >= 0);
    units->id[row] = g_strdup (OGR_F_GetFieldAsString (feature, id));
    units->households[row] = (guint32) OGR_F_GetFieldAsInteger (feature, weight);
    units->region[row] = cg_names_add (units->regions, OGR_F_GetFieldAsString (feature, within));
}

static CgUnits *
read_units (const Instance *instance)
{
    g_autofree char *path = cg_test_data (instance->file);
    if (path == NULL)
        return NULL;
    GDALDatasetH set = GDALOpenEx (path, GDAL_OF_VECTOR | GDAL_OF_READONLY, NULL, NULL, NULL);
    g_assert_nonnull (set);
    OGRLayerH layer = instance->layer != NULL ? GDALDatasetGetLayerByName (set, instance->layer)
                                              : GDALDatasetGetLayer (set, 0);
    OGRSpatialReferenceH reference = OGR_L_GetSpatialRef (layer);
    CgUnits *units = cg_units_new ((guint32) OGR_L_GetFeatureCount (layer, TRUE));
    OGR_L_ResetReading (layer);
    OGRFeatureH feature;
    for (guint32 row = 0; (feature = OGR_L_GetNextFeature (layer)) != NULL; row++) {
        add_feature (units, row, feature, instance);
        OGR_F_Destroy (feature);
    }
    if (reference != NULL && OSRIsGeographic (reference))
        scale_to_metres (units->shapes);
    GDALClose (set);
    return units;
}

static void
print_measures (const char *name, const CgPartitionInput *input, const CgParts *parts,
                const CgPartitionOptions *options, double seconds)
{
    g_autofree guint64 *sum = cg_partition_sums (input, parts);
    g_autofree char *text = NULL;
    guint32 inside = 0, certified = 0;
    double deviation = 0;
    for (guint32 p = 0; p < parts->n_parts; p++) {
        inside += sum[p] >= options->min && sum[p] <= options->max;
        certified += cg_reason_is_certified (parts->reason[p]);
        deviation += fabs ((double) sum[p] - options->target) / options->target;
    }
    guint32 violations = cg_partition_check (input, parts, &text);
    printf ("%-13s seed %-4" G_GUINT64_FORMAT " grids %5u  in range %6.2f %%  out %3u (certified %3u)  "
            "deviation %5.2f %%  boundary %8.2f km  moved %5.2f %%  violations %u  solve %.3f s\n",
            name, options->seed, parts->n_parts, 100.0 * inside / parts->n_parts,
            parts->n_parts - inside, certified, 100 * deviation / parts->n_parts,
            cg_partition_internal_boundary_m (input, parts) / 1000, 0.0, violations, seconds);
    if (violations > 0)
        printf ("    %s\n", text);
    for (guint32 p = 0; certificates && p < parts->n_parts; p++)
        if (parts->certificate[p] != NULL)
            printf ("    grid %u (%" G_GUINT64_FORMAT ") %s: %s\n", p + 1, sum[p],
                    cg_reason_name (parts->reason[p]), parts->certificate[p]);
}

static CgParts *
solve (const char *name, const CgPartitionInput *input, const CgPartitionOptions *options)
{
    g_autoptr (GError) error = NULL;
    gint64 start = g_get_monotonic_time ();
    CgParts *parts = cg_partition_run (input, options, NULL, NULL, &error);
    g_assert_no_error (error);
    print_measures (name, input, parts, options,
                    (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC);
    return parts;
}

/* One unit in ten times 0.5 to 2.5, the others plus or minus 5 %. */
static void
replan_measure (const Instance *instance, const CgPartitionInput *before, const CgParts *parts,
                const CgPartitionOptions *options)
{
    guint32 n = before->graph->n;
    g_autofree guint32 *weight = g_new (guint32, n);
    CgRandom random;
    cg_random_init (&random, options->seed, 4711);
    guint64 total = 0;
    for (guint32 i = 0; i < n; i++) {
        double factor = cg_random_below (&random, 10) == 0 ? 0.5 + 2 * cg_random_unit (&random)
                                                           : 0.95 + 0.1 * cg_random_unit (&random);
        weight[i] = (guint32) (before->weight[i] * factor + 0.5);
        total += weight[i];
    }
    CgPartitionInput after = *before;
    after.weight = weight;
    print_measures ("  unchanged", &after, parts, options, 0);
    g_autoptr (CgParts) fresh = solve ("  fresh", &after, options);
    after.keep = parts->part_of;
    g_autoptr (CgParts) kept = solve ("  kept", &after, options);
    printf ("    moved: fresh %.2f %%, kept %.2f %%\n",
            100.0 * (double) cg_partition_moved (&after, fresh) / (double) total,
            100.0 * (double) cg_partition_moved (&after, kept) / (double) total);
}

static void
run_instance (const Instance *instance)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgUnits) units = read_units (instance);
    if (units == NULL)
        return;
    g_autoptr (CgGraph) graph = cg_graph_build (units, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    CgPartitionInput input = { .graph = graph, .weight = units->households,
                               .region = units->region, .id = units->id };
    for (gint i = 0; i < seeds; i++) {
        CgPartitionOptions options = { .min = instance->min, .max = instance->max,
                                       .target = instance->target, .seed = (guint64) (seed + i),
                                       .effort = (guint) effort, .deadline_s = deadline,
                                       .threads = (guint) threads, .method = method };
        g_autoptr (CgParts) parts = solve (instance->name, &input, &options);
        if (replan)
            replan_measure (instance, &input, parts, &options);
    }
}

int
main (int argc, char **argv)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GOptionContext) context = g_option_context_new ("[NAME...]");
    g_option_context_add_main_entries (context, entries, NULL);
    if (!g_option_context_parse (context, &argc, &argv, &error)) {
        fprintf (stderr, "bench-partition: %s\n", error->message);
        return 2;
    }
    GDALAllRegister ();
    for (guint i = 0; i < G_N_ELEMENTS (instances); i++) {
        gboolean wanted = argc == 1;
        for (int k = 1; k < argc; k++)
            wanted |= g_str_equal (argv[k], instances[i].name);
        if (wanted)
            run_instance (&instances[i]);
    }
    return 0;
}
