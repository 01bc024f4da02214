/* One file into a county: what is stored, and what leaves the county as it was. */
#include <math.h>
#include <string.h>

#include "app/county.h"
#include "app/import.h"
#include "app/split/plan.h"
#include "small_county.h"
#include "support.h"

#define INCIDENTS                                   \
    "id,x,y,type,time\n"                            \
    "a,500050,3500050,噪音,2025-10-01 08:00\n"      \
    "b,501150,3500550,占道,2025-10-01 09:00\n"      \
    "c,502000,3500050,噪音,2025-10-02 09:00\n"

static gboolean
import_file (SmallCounty *county, const char *kind, const char *path, gboolean dry_run,
             CgImportReport *report, GError **error)
{
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = path;
    options.crs = SMALL_CRS;
    return cg_import_into (county->store, kind, &options, dry_run, report, NULL, NULL, error);
}

static guint32
n_incidents (CgStore *store)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgPlaces) stored =
        cg_store_load_incidents (store, CG_TIME_NONE, CG_TIME_NONE, &error);
    g_assert_no_error (error);
    return stored->n;
}

static guint
n_imports (CgStore *store)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) list = cg_store_list_imports (store, &error);
    g_assert_no_error (error);
    return list->len;
}

/* Every kind of the list can be asked for: an empty table of each is refused for what it holds, not
 * for its name. */
static void
test_kinds (void)
{
    SmallCounty county;
    small_county_open (&county);
    g_autofree char *path = small_file (&county, "nothing.csv", "a,b\n1,2\n");
    guint n = 0;
    for (const CgImportKind *kind = cg_import_kinds (); kind->name != NULL; kind++, n++) {
        g_autoptr (GError) error = NULL;
        g_autoptr (CgImportReport) report = cg_import_report_new (path);
        g_assert_cmpstr (kind->title, !=, "");
        g_assert_false (import_file (&county, kind->name, path, FALSE, report, &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_INPUT);
    }
    g_assert_cmpuint (n, ==, 9);
    g_autoptr (GError) error = NULL;
    g_autoptr (CgImportReport) report = cg_import_report_new (path);
    g_assert_false (import_file (&county, "houses", path, FALSE, report, &error));
    g_assert_nonnull (strstr (error->message, "houses"));
    g_assert_nonnull (strstr (error->message, "incidents"));
    small_county_close (&county);
}

static void
test_persons (void)
{
    SmallCounty county;
    small_county_open (&county);
    g_autoptr (GError) error = NULL;
    g_autofree char *path = small_file (&county, "persons.csv", "name,id\n张三,1\n");
    g_autoptr (CgImportReport) report = cg_import_report_new (path);
    gint64 version = cg_store_data_version (county.store);
    g_assert_false (import_file (&county, "persons", path, FALSE, report, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_FORBIDDEN);
    g_assert_cmpuint (report->n_rows, ==, 0);
    g_assert_cmpint (cg_store_data_version (county.store), ==, version);
    small_county_close (&county);
}

static void
test_dry_run (void)
{
    SmallCounty county;
    small_county_open (&county);
    g_autoptr (GError) error = NULL;
    g_autofree char *path = small_file (&county, "i.csv", INCIDENTS);
    g_autoptr (CgImportReport) report = cg_import_report_new (path);
    gint64 version = cg_store_data_version (county.store);
    g_assert_true (import_file (&county, "incidents", path, TRUE, report, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (report->n_rows, ==, 3);
    g_assert_cmpuint (report->n_good, ==, 3);
    g_assert_cmpuint (n_incidents (county.store), ==, 0);
    g_assert_cmpuint (n_imports (county.store), ==, 0);
    g_assert_cmpint (cg_store_data_version (county.store), ==, version);
    small_county_close (&county);
}

/* The same file twice changes nothing and says so; both runs are in the log. */
static void
test_twice (void)
{
    SmallCounty county;
    small_county_open (&county);
    g_autofree char *path = small_file (&county, "i.csv", INCIDENTS);
    for (guint i = 0; i < 2; i++) {
        g_autoptr (GError) error = NULL;
        g_autoptr (CgImportReport) report = cg_import_report_new (path);
        g_assert_true (import_file (&county, "incidents", path, FALSE, report, &error));
        g_assert_no_error (error);
        g_assert_cmpuint (n_incidents (county.store), ==, 3);
        g_assert_cmpuint (n_imports (county.store), ==, i + 1);
        gboolean known = FALSE;
        for (guint f = 0; f < report->findings->len; f++) {
            const CgFinding *finding = report->findings->pdata[f];
            known |= strcmp (finding->code, "ALREADY_KNOWN") == 0;
        }
        g_assert_cmpint (known, ==, i == 1);
    }
    small_county_close (&county);
}

/* One bad row in a file, and nothing of it is stored; nor when the work is stopped. */
static void
test_all_or_nothing (void)
{
    SmallCounty county;
    small_county_open (&county);
    g_autofree char *bad =
        small_file (&county, "bad.csv", INCIDENTS "d,here,3500050,噪音,2025-10-02 09:00\n");
    g_autofree char *good = small_file (&county, "good.csv", INCIDENTS);
    g_autoptr (GError) error = NULL;
    g_autoptr (CgImportReport) report = cg_import_report_new (bad);
    gint64 version = cg_store_data_version (county.store);
    g_assert_false (import_file (&county, "incidents", bad, FALSE, report, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_INPUT);
    g_assert_cmpuint (report->n_errors, ==, 1);
    g_clear_error (&error);
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = good;
    options.crs = SMALL_CRS;
    g_autoptr (GCancellable) cancel = g_cancellable_new ();
    g_cancellable_cancel (cancel);
    g_autoptr (CgImportReport) stopped = cg_import_report_new (good);
    g_assert_false (cg_import_into (county.store, "incidents", &options, FALSE, stopped, NULL,
                                    cancel, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_CANCELLED);
    g_assert_cmpuint (n_incidents (county.store), ==, 0);
    g_assert_cmpuint (n_imports (county.store), ==, 0);
    g_assert_cmpint (cg_store_data_version (county.store), ==, version);
    small_county_close (&county);
}

/* With a plan in force the import attaches; what lies in no grid is kept and listed by row. */
static void
test_attaches (void)
{
    SmallCounty county;
    small_county_open (&county);
    gint64 plan = small_publish (county.store, 1);
    g_autoptr (GError) error = NULL;
    g_autofree char *path = small_file (&county, "i.csv", INCIDENTS);
    g_autoptr (CgImportReport) report = cg_import_report_new (path);
    g_assert_true (import_file (&county, "incidents", path, FALSE, report, &error));
    g_assert_no_error (error);
    g_autoptr (CgGrids) grids = cg_store_load_grids (county.store, plan, &error);
    g_autoptr (CgPlaces) stored =
        cg_store_load_incidents (county.store, CG_TIME_NONE, CG_TIME_NONE, &error);
    g_autofree guint32 *grid =
        cg_store_load_attachments (county.store, plan, stored, grids, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (stored->id[0], ==, "a");
    g_assert_cmpuint (grid[0], ==, grids->grid_of[0]);
    g_assert_cmpuint (grid[1], ==, grids->grid_of[SMALL_COLUMNS * SMALL_ROWS - 1]);
    g_assert_cmpuint (grid[2], ==, CG_NONE);
    guint listed = 0;
    for (guint f = 0; f < report->findings->len; f++) {
        const CgFinding *finding = report->findings->pdata[f];
        if (strcmp (finding->code, "OUTSIDE_GRIDS") == 0 && finding->row > 0) {
            g_assert_cmpuint (finding->row, ==, 4);
            listed++;
        }
    }
    g_assert_cmpuint (listed, ==, 1);
    small_county_close (&county);
}

/* 09:00 of a day: five minutes ahead clocks may differ, eleven and a century are told by row, and kept. */
static void
test_future (void)
{
    SmallCounty county;
    small_county_open (&county);
    g_autoptr (GError) error = NULL;
    g_autofree char *path = small_file (&county, "i.csv",
                                        "id,x,y,type,occurred\n"
                                        "a,500050,3500050,噪音,2025-10-02 08:59\n"
                                        "b,500050,3500050,噪音,2025-10-02 09:05\n"
                                        "c,500050,3500050,噪音,2025-10-02 09:11\n"
                                        "d,500050,3500050,噪音,2125-10-02 09:00\n");
    g_autoptr (CgImportReport) report = cg_import_report_new (path);
    g_setenv ("COUNTYGRID_NOW", "1759366800", TRUE);
    g_assert_true (import_file (&county, "incidents", path, FALSE, report, &error));
    g_unsetenv ("COUNTYGRID_NOW");
    g_assert_no_error (error);
    g_assert_cmpuint (n_incidents (county.store), ==, 4);
    guint rows = 0, sums = 0;
    for (guint f = 0; f < report->findings->len; f++) {
        const CgFinding *finding = report->findings->pdata[f];
        if (strcmp (finding->code, "FUTURE_TIME") != 0)
            continue;
        if (finding->row > 0) {
            g_assert_cmpuint (finding->row, ==, 4 + rows++);
            g_assert_cmpstr (finding->value, ==, finding->row == 4 ? "2025-10-02 09:11" : "2125-10-02 09:00");
        } else {
            sums++;
            g_assert_nonnull (strstr (finding->text, "2 of 4"));
        }
    }
    g_assert_cmpuint (rows, ==, 2);
    g_assert_cmpuint (sums, ==, 1);
    small_county_close (&county);
}

/* A county that nobody chose a CRS for takes the zone of its first import. */
static void
test_first_chooses_crs (void)
{
    char *dir = cg_test_dir ();
    g_autofree char *path = g_build_filename (dir, "county.sqlite", NULL);
    g_autofree char *file = g_build_filename (dir, "regions.csv", NULL);
    g_autoptr (GError) error = NULL;
    g_assert_true (cg_county_init (path, NULL, &error));
    g_assert_true (g_file_set_contents (
        file,
        "code,name,wkt\n"
        "990101,小县,\"POLYGON((108.1 36.9,108.2 36.9,108.2 37,108.1 37,108.1 36.9))\"\n",
        -1, &error));
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = file;
    options.crs = "EPSG:4326";
    g_autoptr (CgImportReport) dry = cg_import_report_new (file);
    g_assert_true (
        cg_import_file (path, "regions", &options, TRUE, "me", dry, NULL, NULL, &error));
    g_autoptr (CgStore) before = cg_store_open (path, CG_STORE_READ, &error);
    g_assert_no_error (error);
    g_assert_true (cg_county_crs_is_open (before, &error));
    g_clear_pointer (&before, cg_store_close);
    g_autoptr (CgImportReport) report = cg_import_report_new (file);
    g_assert_true (
        cg_import_file (path, "regions", &options, FALSE, "me", report, NULL, NULL, &error));
    g_assert_no_error (error);
    g_autoptr (CgStore) after = cg_store_open (path, CG_STORE_READ, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (cg_store_working_crs (after), ==, "EPSG:4545"); /* 108 degrees east */
    g_assert_false (cg_county_crs_is_open (after, &error));
    g_autoptr (CgRegions) regions = cg_store_load_regions (after, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (regions->n, ==, 1);
    g_assert_cmpfloat_with_epsilon (regions->shapes->x[0], 508900, 100);
    cg_test_remove_dir (dir);
}

/* ---- barriers put together ---- */

static gboolean
import_lines (SmallCounty *county, const char *path, gboolean add, CgImportReport *report)
{
    g_autoptr (GError) error = NULL;
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = path;
    options.crs = SMALL_CRS;
    options.add = add;
    gboolean done = cg_import_into (county->store, "barriers", &options, FALSE, report, NULL, NULL, &error);
    g_assert_no_error (error);
    return done;
}

static void
expect_classes (SmallCounty *county, guint32 streets, guint32 water, guint32 walls)
{
    guint32 n[CG_N_BARRIERS];
    g_assert_true (cg_store_count_barriers (county->store, n, NULL));
    g_assert_cmpuint (n[CG_BARRIER_STREET], ==, streets);
    g_assert_cmpuint (n[CG_BARRIER_WATER], ==, water);
    g_assert_cmpuint (n[CG_BARRIER_WALL], ==, walls);
}

static const CgFinding *
find_finding (const CgImportReport *report, const char *code)
{
    for (guint k = 0; k < report->findings->len; k++) {
        const CgFinding *finding = g_ptr_array_index (report->findings, k);
        if (strcmp (finding->code, code) == 0)
            return finding;
    }
    return NULL;
}

static void
test_add (void)
{
    SmallCounty county;
    small_county_open (&county);
    g_autofree char *roads = small_file (&county, "roads.csv",
                                         "id,class,wkt\n1,street,\"LINESTRING(500000 3500100,501000 3500100)\"\n"
                                         "2,street,\"LINESTRING(500000 3500200,501000 3500200)\"\n"
                                         "3,wall,\"LINESTRING(500000 3500300,501000 3500300)\"\n");
    g_autofree char *water = small_file (&county, "water.csv",
                                         "id,class,wkt\n1,water,\"LINESTRING(500100 3500000,500100 3500600)\"\n"
                                         "2,wall,\"LINESTRING(500000 3500300,501000 3500300)\"\n");
    g_autoptr (CgImportReport) first = cg_import_report_new (roads), second = cg_import_report_new (water),
                               again = cg_import_report_new (water), instead = cg_import_report_new (water);
    g_assert_true (import_lines (&county, roads, FALSE, first));
    expect_classes (&county, 2, 0, 1);
    g_assert_true (import_lines (&county, water, TRUE, second)); /* the wall is there already */
    expect_classes (&county, 2, 1, 1);
    g_assert_cmpuint (second->n_replaced, ==, 0);
    g_assert_cmpuint (second->n_known, ==, 1);
    g_assert_null (find_finding (second, "KINDS_GONE"));
    g_assert_true (import_lines (&county, water, TRUE, again));
    expect_classes (&county, 2, 1, 1);
    g_assert_cmpuint (again->n_known, ==, 2);
    g_autoptr (CgBarriers) all = cg_store_load_barriers (county.store, NULL, NULL);
    g_assert_cmpuint (all->n, ==, 4);
    g_assert_true (import_lines (&county, water, FALSE, instead));
    expect_classes (&county, 0, 1, 1);
    const CgFinding *gone = find_finding (instead, "KINDS_GONE");
    g_assert_nonnull (gone);
    g_assert_nonnull (strstr (gone->text, "street 2"));
    g_assert_null (strstr (gone->text, "wall"));
    g_assert_cmpuint (instead->n_replaced, ==, 4);
    g_autoptr (GError) error = NULL;
    g_autoptr (CgImportReport) refused = cg_import_report_new (water);
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = water;
    options.add = TRUE;
    g_assert_false (cg_import_into (county.store, "units", &options, FALSE, refused, NULL, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    small_county_close (&county);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/app/import/kinds", test_kinds);
    g_test_add_func ("/app/import/persons", test_persons);
    g_test_add_func ("/app/import/add", test_add);
    g_test_add_func ("/app/import/dry-run", test_dry_run);
    g_test_add_func ("/app/import/twice", test_twice);
    g_test_add_func ("/app/import/all-or-nothing", test_all_or_nothing);
    g_test_add_func ("/app/import/attaches", test_attaches);
    g_test_add_func ("/app/import/future", test_future);
    g_test_add_func ("/app/import/first-chooses-crs", test_first_chooses_crs);
    return g_test_run ();
}
