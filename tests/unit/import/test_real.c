/* Real files of the shared data, with the figures of its README and of expected/. */
#include <math.h>
#include <string.h>

#include "geom/geom.h"
#include "import/import.h"
#include "normalise/crs.h"
#include "support.h"

static guint
count_code (const CgImportReport *report, const char *code, CgFindingLevel level)
{
    guint n = 0;
    for (guint f = 0; f < report->findings->len; f++) {
        const CgFinding *finding = g_ptr_array_index (report->findings, f);
        n += strcmp (finding->code, code) == 0 && finding->level == level;
    }
    return n;
}

static gboolean
has_text (const CgImportReport *report, const char *code, const char *text)
{
    for (guint f = 0; f < report->findings->len; f++) {
        const CgFinding *finding = g_ptr_array_index (report->findings, f);
        if (strcmp (finding->code, code) == 0 && strstr (finding->text, text) != NULL)
            return TRUE;
    }
    return FALSE;
}

static CgUnits *
units_of (const char *path, char **map, const CgRegions *regions, CgImportReport *report)
{
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = path;
    options.map = map;
    options.regions = regions;
    g_autoptr (GError) error = NULL;
    CgUnits *units = cg_import_units (&options, report, NULL, NULL, &error);
    g_assert_no_error (error);
    return units;
}

static void
check_base_areas (const char *file, guint32 n, guint64 households, guint64 population,
                  guint32 towns, guint32 vertices)
{
    g_autofree char *path = cg_test_data (file);
    if (path == NULL)
        return;
    char *map[] = { "region=town_id", "id=codebase", NULL };
    g_autoptr (CgImportReport) report = cg_import_report_new (path);
    gint64 begin = g_get_monotonic_time ();
    g_autoptr (CgUnits) units =
        units_of (path, map, NULL, report); /* the layer is found by its columns */
    g_test_message ("%u units in %.2f s", units->n,
                    (double) (g_get_monotonic_time () - begin) / 1e6);
    guint64 sum_h = 0, sum_p = 0;
    for (guint32 i = 0; i < units->n; i++) {
        sum_h += units->households[i];
        sum_p += units->population[i];
    }
    g_assert_cmpuint (units->n, ==, n);
    g_assert_cmpuint (sum_h, ==, households);
    g_assert_cmpuint (sum_p, ==, population);
    g_assert_cmpuint (cg_names_count (units->regions), ==, towns);
    g_assert_cmpuint (units->shapes->n_vertices, ==, vertices);
    g_assert_cmpuint (units->delivered->n_vertices, ==, vertices);
    g_assert_cmpstr (report->layer, ==, "base_areas");
    g_assert_cmpuint (report->n_warnings + report->n_repairs + report->n_errors, ==, 0);
    g_assert_cmpstr (units->working_crs, ==, "EPSG:4549");
}

static void
test_base_areas (void)
{
    check_base_areas ("taiwan/nantou_10008_base_areas.gpkg", 4350, 176959, 501431, 13, 365677);
    check_base_areas ("taiwan/chiayi_city_10020_base_areas.gpkg", 1505, 98557, 267852, 2, 50883);
}

/* Units without a community get it by place; the villages come from another source, so some
 * straddle. */
static void
test_communities_by_place (void)
{
    g_autofree char *path = cg_test_data ("taiwan/nantou_10008_base_areas.gpkg");
    if (path == NULL)
        return;
    g_autofree char *villages = g_strconcat (path, ":villages_quantised", NULL);
    g_autofree char *areas = g_strconcat (path, ":base_areas", NULL);
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = villages;
    g_autoptr (CgImportReport) region_report = cg_import_report_new (villages);
    g_autoptr (CgImportReport) report = cg_import_report_new (areas);
    g_autoptr (GError) error = NULL;
    g_autoptr (CgRegions) regions = cg_import_regions (&options, region_report, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (regions->n, ==, 262);
    g_assert_cmpuint (count_code (region_report, "FOREIGN_CODE", CG_FINDING_WARNING), ==, 262);
    char *map[] = { "region=", NULL };
    g_autoptr (CgUnits) units = units_of (areas, map, regions, report);
    g_assert_cmpuint (units->n, ==, 4350);
    g_assert_cmpuint (cg_names_count (units->regions), ==, 262);
    /* Against the label points' own containment. */
    for (guint32 i = 0; i < units->n; i += 97) {
        double x, y;
        cg_shapes_label_point (units->shapes, i, &x, &y, NULL);
        guint32 r = 0;
        while (strcmp (regions->code[r], cg_names_get (units->regions, units->region[i])) != 0)
            r++;
        CgBox box = cg_shapes_box (regions->shapes, r);
        g_assert_true (x > box.x_min - 50 && x < box.x_max + 50 && y > box.y_min - 50 &&
                       y < box.y_max + 50);
    }
}

static CgRegions *
regions_of (const char *path, const char *crs, const char *working, CgImportReport *report)
{
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = path;
    options.crs = crs;
    options.working_crs = working;
    g_autoptr (GError) error = NULL;
    CgRegions *regions = cg_import_regions (&options, report, NULL, NULL, &error);
    g_assert_no_error (error);
    return regions;
}

static double
difference_m2 (const CgRegions *counties, const CgRegions *towns)
{
    g_autoptr (CgShapes) county = cg_shapes_new (CG_SHAPES_AREA);
    g_autoptr (GError) error = NULL;
    double out = NAN;
    for (guint32 r = 0; r < counties->n; r++)
        if (strcmp (counties->code[r], "511421") == 0)
            cg_shapes_add_shape (county, counties->shapes, r);
    g_assert_cmpuint (county->n_shapes, ==, 1);
    cg_geom_symmetric_difference_area (county, towns->shapes, &out, &error);
    g_assert_no_error (error);
    return out;
}

static void
test_counties (void)
{
    g_autofree char *path = cg_test_data ("china/counties_gcj02.geojson");
    g_autofree char *town_path = cg_test_data ("china/renshou_511421_townships.geojson");
    if (path == NULL || town_path == NULL)
        return;
    g_autoptr (CgImportReport) report = cg_import_report_new (path),
                               town_report = cg_import_report_new (town_path);
    g_autoptr (CgImportReport) unmoved_report = cg_import_report_new (path);
    g_autoptr (CgRegions) counties = regions_of (path, "gcj02", "EPSG:4544", report);
    g_autoptr (CgRegions) unmoved = regions_of (path, NULL, "EPSG:4544", unmoved_report);
    g_autoptr (CgRegions) towns = regions_of (town_path, NULL, NULL, town_report);
    g_assert_cmpuint (counties->n, ==, 15);
    g_assert_cmpuint (towns->n, ==, 60);
    g_assert_cmpstr (counties->delivered_crs, ==, "gcj02");

    g_assert_cmpuint (count_code (report, "REPAIRED", CG_FINDING_REPAIR), ==, 3);
    g_assert_cmpuint (count_code (report, "OVERLAP", CG_FINDING_WARNING), ==, 18);
    static const char *const invalid[] = { "房县", "浉河区", "仁寿县" };
    for (guint i = 0; i < 3; i++)
        g_assert_true (has_text (report, "REPAIRED", invalid[i]));
    g_assert_true (has_text (report, "OVERLAP", "商城县 (411524) overlaps 固始县 (411525"));
    g_assert_cmpuint (count_code (town_report, "OVERLAP", CG_FINDING_WARNING), ==, 0);
    g_assert_cmpuint (town_report->n_repairs, ==, 0);
    g_assert_cmpuint (count_code (town_report, "ID_GENERATED", CG_FINDING_WARNING), ==, 1);

    double moved_m2 = difference_m2 (counties, towns), unmoved_m2 = difference_m2 (unmoved, towns);
    g_test_message ("511421: %.3f km2 apart, %.1f km2 when not moved", moved_m2 / 1e6,
                    unmoved_m2 / 1e6);
    g_assert_cmpfloat (moved_m2, <, 6e6);
    g_assert_cmpfloat_with_epsilon (moved_m2, 2.8e6, 0.1e6);
    g_assert_cmpfloat_with_epsilon (unmoved_m2, 72.2e6, 0.5e6);
}

/* Planar areas of 60 towns computed elsewhere in EPSG:4544. */
static void
test_township_areas (void)
{
    g_autofree char *path = cg_test_data ("china/renshou_511421_townships.geojson");
    g_autofree char *expected = cg_test_data ("expected/renshou_areas_expected.csv");
    if (path == NULL || expected == NULL)
        return;
    g_autoptr (CgImportReport) report = cg_import_report_new (path);
    g_autoptr (CgRegions) towns = regions_of (path, NULL, "EPSG:4544", report);
    g_autoptr (GPtrArray) rows = cg_test_csv (expected);
    double worst = 0;
    for (guint i = 1; i < rows->len; i++) {
        char **row = g_ptr_array_index (rows, i);
        g_assert_cmpstr (towns->name[i - 1], ==, row[1]);
        worst = fmax (worst,
                      fabs (cg_shapes_area (towns->shapes, i - 1) - g_ascii_strtod (row[4], NULL)));
    }
    g_test_message ("worst area %.4f m2", worst);
    g_assert_cmpfloat (worst, <, 0.01);
}

static CgPlaces *
places_of (const char *path, CgPlaceKind kind, gboolean lenient, CgImportOptions options,
           CgImportReport *report)
{
    g_autoptr (GError) error = NULL;
    options.path = path;
    CgPlaces *places = cg_import_places (&options, kind, lenient, report, NULL, NULL, &error);
    g_assert_no_error (error);
    return places;
}

static void
test_accidents (void)
{
    g_autofree char *path = cg_test_data ("taiwan/traffic_accidents_2018_2026.csv.gz");
    if (path == NULL)
        return;
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    g_autoptr (CgImportReport) strict_report = cg_import_report_new (path);
    g_autoptr (GError) error = NULL;
    options.path = path;
    g_assert_null (
        cg_import_places (&options, CG_PLACE_INCIDENT, FALSE, strict_report, NULL, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_INPUT);
    g_assert_cmpuint (strict_report->n_rows, ==, 16644);
    g_assert_cmpuint (strict_report->n_errors, ==, 16);
    g_assert_cmpuint (count_code (strict_report, "SWAPPED", CG_FINDING_ERROR), ==, 1);
    g_assert_cmpuint (count_code (strict_report, "PLACEHOLDER", CG_FINDING_ERROR), ==, 15);
    const CgFinding *first = NULL;
    for (guint f = 0; first == NULL || first->level != CG_FINDING_ERROR; f++)
        first = g_ptr_array_index (strict_report->findings, f);
    g_assert_cmpuint (first->row, ==, 13); /* the line of the file */

    options.skip_bad = TRUE;
    g_autoptr (CgImportReport) report = cg_import_report_new (path);
    g_autoptr (CgPlaces) places = places_of (path, CG_PLACE_INCIDENT, FALSE, options, report);
    g_assert_cmpuint (places->n, ==, 16628);
    g_assert_cmpint (places->time_s[0], ==, 1514754720); /* 2018-01-01 05:12 at UTC+8 */
    options.skip_bad = FALSE;
    options.keep_placeless = TRUE;
    g_autoptr (CgImportReport) kept_report = cg_import_report_new (path);
    g_autoptr (CgPlaces) kept = places_of (path, CG_PLACE_INCIDENT, TRUE, options, kept_report);
    guint32 without = 0;
    g_assert_cmpuint (kept->n, ==, 16644);
    for (guint32 i = 0; i < kept->n; i++)
        without += isnan (kept->x[i]);
    g_assert_cmpuint (without, ==, 16);
    g_assert_cmpstr (kept->id[0], ==, "2");
}

static void
test_cameras (void)
{
    g_autofree char *path = cg_test_data ("taiwan/speed_cameras.geojson");
    if (path == NULL)
        return;
    g_autoptr (CgImportReport) report = cg_import_report_new (path);
    g_autoptr (CgPlaces) cameras =
        places_of (path, CG_PLACE_CAMERA, FALSE, CG_IMPORT_OPTIONS_DEFAULT, report);
    guint32 with_bearing = 0;
    g_assert_cmpuint (cameras->n, ==, 2512);
    g_assert_cmpuint (cg_names_count (cameras->types), ==, 4);
    for (guint32 i = 0; i < cameras->n; i++)
        with_bearing += !isnan (cameras->bearing_deg[i]);
    g_assert_cmpfloat (cameras->bearing_deg[0], ==, 180);
    g_assert_cmpuint (with_bearing, >, 0);
    g_assert_cmpuint (with_bearing, <, 2512);
}

/* Degrees and feet of one file lead to the same places. */
static void
test_chicago (void)
{
    g_autofree char *path = cg_test_data ("us/chicago_crimes_2017_2019.csv.gz");
    if (path == NULL)
        return;
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    g_autoptr (CgImportReport) report = cg_import_report_new (path),
                               feet_report = cg_import_report_new (path);
    g_autoptr (CgPlaces) degrees = places_of (path, CG_PLACE_INCIDENT, TRUE, options, report);
    char *map[] = { "x=x_3435_ft", "y=y_3435_ft", NULL };
    options.map = map;
    options.crs = "EPSG:3435";
    g_autoptr (CgPlaces) feet = places_of (path, CG_PLACE_INCIDENT, TRUE, options, feet_report);
    double worst_m = 0;
    g_assert_cmpuint (degrees->n, ==, 25000);
    g_assert_cmpuint (cg_names_count (degrees->types), ==, 30);
    g_assert_cmpstr (degrees->working_crs, ==, feet->working_crs);
    for (guint32 i = 0; i < degrees->n; i++)
        worst_m = fmax (worst_m, hypot (degrees->x[i] - feet->x[i], degrees->y[i] - feet->y[i]));
    g_test_message ("worst %.4f m", worst_m);
    g_assert_cmpfloat (worst_m, <, 0.002);
}

static void
test_osm (void)
{
    static const struct {
        const char *file;
        guint buildings, arterial_least;
    } cases[] = { { "osm/north_bayreuth.gpkg", 4267, 150 },
                  { "osm/north_bayreuth.osm.pbf", 4267, 150 },
                  { "osm/helsinki_centre.osm.pbf", 482, 200 } };
    for (guint c = 0; c < G_N_ELEMENTS (cases); c++) {
        g_autofree char *path = cg_test_data (cases[c].file);
        if (path == NULL)
            return;
        CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
        options.path = path;
        g_autoptr (CgImportReport) report = cg_import_report_new (path);
        g_autoptr (GError) error = NULL;
        g_autoptr (CgBarriers) barriers = cg_import_barriers (&options, report, NULL, NULL, &error);
        guint of[CG_N_BARRIERS] = { 0 };
        g_assert_no_error (error);
        for (guint32 b = 0; b < barriers->n; b++)
            of[barriers->class[b]]++;
        g_test_message ("%s: %u rows; water %u, railway %u, arterial %u, street %u, alley %u, wall "
                        "%u, building %u",
                        cases[c].file, barriers->n, of[CG_BARRIER_WATER], of[CG_BARRIER_RAILWAY],
                        of[CG_BARRIER_ARTERIAL], of[CG_BARRIER_STREET], of[CG_BARRIER_ALLEY],
                        of[CG_BARRIER_WALL], of[CG_BARRIER_BUILDING]);
        g_assert_cmpuint (of[CG_BARRIER_BUILDING], ==, cases[c].buildings);
        g_assert_cmpuint (of[CG_BARRIER_ARTERIAL], >=, cases[c].arterial_least);
        g_assert_cmpuint (of[CG_BARRIER_NONE], ==, 0);
        g_assert_cmpuint (barriers->lines->n_shapes, ==, barriers->n);
        g_assert_cmpuint (barriers->areas->n_shapes, ==, barriers->n);
    }
}

/* The twelve rings of two and three points that the data's page names are errors of the table of
 * buildings. */
static void
test_broken_buildings (void)
{
    g_autofree char *path = cg_test_data ("osm/helsinki_centre.gpkg");
    if (path == NULL)
        return;
    g_autofree char *layer = g_strconcat (path, ":buildings", NULL);
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = layer;
    g_autoptr (CgImportReport) report = cg_import_report_new (layer);
    g_autoptr (GError) error = NULL;
    g_assert_null (cg_import_barriers (&options, report, NULL, NULL, &error));
    g_assert_cmpuint (report->n_errors, ==, 12);
    g_assert_cmpuint (count_code (report, "SHORT_RING", CG_FINDING_ERROR), ==, 12);
    g_assert_cmpuint (report->n_repairs, ==, 11);
}

static void
test_keyed_areas (void)
{
    g_autofree char *path = cg_test_data ("us/chicago_community_areas.gpkg");
    g_autofree char *plane = cg_test_data ("expected/columbus.gpkg");
    if (path == NULL || plane == NULL)
        return;
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = path;
    g_autoptr (CgImportReport) report = cg_import_report_new (path),
                               plane_report = cg_import_report_new (plane);
    g_autoptr (GError) error = NULL;
    g_autoptr (CgKeyedAreas) areas =
        cg_import_keyed_areas (&options, "area_num", "households", report, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (areas->n, ==, 77);
    g_assert_true (areas->id_is_integer);
    double sum = 0;
    for (guint32 a = 0; a < areas->n; a++) {
        sum += areas->count[a];
        for (guint32 b = 0; b < areas->n; b++) /* 9 before 10 */
            g_assert_true ((atoi (areas->id[a]) < atoi (areas->id[b])) ==
                           (areas->rank[a] < areas->rank[b]));
    }
    g_assert_cmpfloat (sum, ==, 1032912);
    /* Coordinates without a CRS: as they are, with a warning. */
    options.path = plane;
    g_autoptr (CgKeyedAreas) columbus =
        cg_import_keyed_areas (&options, NULL, "CRIME", plane_report, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (columbus->n, ==, 49);
    g_assert_null (columbus->working_crs);
    g_assert_cmpuint (count_code (plane_report, "CRS_MISSING", CG_FINDING_WARNING), ==, 1);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/import/real/base-areas", test_base_areas);
    g_test_add_func ("/import/real/communities-by-place", test_communities_by_place);
    g_test_add_func ("/import/real/counties", test_counties);
    g_test_add_func ("/import/real/township-areas", test_township_areas);
    g_test_add_func ("/import/real/accidents", test_accidents);
    g_test_add_func ("/import/real/cameras", test_cameras);
    g_test_add_func ("/import/real/chicago", test_chicago);
    g_test_add_func ("/import/real/osm", test_osm);
    g_test_add_func ("/import/real/broken-buildings", test_broken_buildings);
    g_test_add_func ("/import/real/keyed-areas", test_keyed_areas);
    return g_test_run ();
}
