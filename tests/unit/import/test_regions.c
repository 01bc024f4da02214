/* Which communities are villages, and totals that are no numbers, from small files. */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "import/import.h"
#include "support.h"

static CgRegions *
take (const char *header, const char *const *rows, CgImportReport **out_report)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GString) text = g_string_new (header);
    char *dir = cg_test_dir ();
    g_autofree char *path = g_build_filename (dir, "regions.csv", NULL);
    for (guint i = 0; rows[i] != NULL; i++)
        g_string_append_printf (text,
                                "%s,\"POLYGON((110.%u0 32,110.%u1 32,110.%u1 32.01,110.%u0 32))\"\n",
                                rows[i], i, i, i, i);
    g_assert_true (g_file_set_contents (path, text->str, -1, NULL));
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = path;
    options.crs = "EPSG:4326";
    *out_report = cg_import_report_new (path);
    CgRegions *regions = cg_import_regions (&options, *out_report, NULL, NULL, &error);
    g_assert_no_error (error);
    cg_test_remove_dir (dir);
    return regions;
}

static const CgFinding *
find (const CgImportReport *report, const char *code, guint *out_n)
{
    const CgFinding *first = NULL;
    *out_n = 0;
    for (guint f = 0; f < report->findings->len; f++) {
        const CgFinding *finding = g_ptr_array_index (report->findings, f);
        if (strcmp (finding->code, code) != 0)
            continue;
        first = *out_n == 0 ? finding : first;
        *out_n += 1;
    }
    return first;
}

/* The name goes before the code; nobody's word is urban, and told. */
static void
test_urban (void)
{
    static const char *const rows[] = { "420325001001,东湖社区", "420325001201,西岭村",
                                        "420325001002,南坪村",   "420325001003,一坊",
                                        "420325001202,二坊",     "420325001401,三坊",
                                        "420325001501,四坊",     "420325001777,五坊", NULL };
    static const gboolean urban[] = { TRUE, FALSE, FALSE, TRUE, FALSE, TRUE, FALSE, TRUE };
    g_autoptr (CgImportReport) report = NULL;
    g_autoptr (CgRegions) regions = take ("code,name,wkt\n", rows, &report);
    guint n;
    g_assert_cmpuint (regions->n, ==, G_N_ELEMENTS (urban));
    for (guint r = 0; r < regions->n; r++)
        g_assert_cmpint (regions->urban[r], ==, urban[r]);
    const CgFinding *finding = find (report, "URBAN_ASSUMED", &n);
    g_assert_cmpuint (n, ==, 1);
    g_assert_cmpuint (finding->row, ==, 9);
    g_assert_cmpint (finding->level, ==, CG_FINDING_WARNING);
}

/* The column goes before all. */
static void
test_column (void)
{
    static const char *const rows[] = { "420325001201,西岭村,城镇", "420325001001,东湖社区,220",
                                        "420325001777,五坊,农村", NULL };
    g_autoptr (CgImportReport) report = NULL;
    g_autoptr (CgRegions) regions = take ("code,name,城乡分类,wkt\n", rows, &report);
    guint n;
    g_assert_true (regions->urban[0] && !regions->urban[1] && !regions->urban[2]);
    find (report, "URBAN_ASSUMED", &n);
    g_assert_cmpuint (n, ==, 0);
}

static void
test_households (void)
{
    static const char *const rows[] = { "420325001001,东湖社区,500", "420325001002,南湖社区,-99",
                                        "420325001003,北湖社区,约20", "420325001004,西湖社区,", NULL };
    g_autoptr (CgImportReport) report = NULL;
    g_autoptr (CgRegions) regions = take ("code,name,households,wkt\n", rows, &report);
    guint n;
    g_assert_cmpfloat (regions->households[0], ==, 500);
    for (guint r = 1; r < 4; r++)
        g_assert_true (isnan (regions->households[r]));
    const CgFinding *finding = find (report, "BAD_VALUES", &n);
    g_assert_cmpuint (n, ==, 2);
    g_assert_cmpuint (finding->row, ==, 3);
    g_assert_cmpstr (finding->column, ==, "households");
    g_assert_cmpstr (finding->value, ==, "-99");
}

static void
expect_parent (const CgRegions *regions, guint row, CgLevel level, const char *parent)
{
    guint32 above = regions->parent[row];
    g_assert_cmpint (regions->level[row], ==, level);
    g_assert_cmpstr (above != CG_NONE ? regions->code[above] : NULL, ==, parent);
}

/* 12 digits with zeros, as lists of the state have them, with and without a column of levels. */
static void
test_padded (void)
{
    static const char *const rows[] = { "310101000000,某区,county", "310101001000,某街道,town",
                                        "310101001001,甲社区,community", "310101002,乙镇,town",
                                        "310101002201,丙村,community", NULL };
    static const char *const bare[] = { "310101000000,某区", "310101001000,某街道", "310101001001,甲社区",
                                        "310101002,乙镇",    "310101002201,丙村",   NULL };
    const struct {
        const char *header, *const *rows;
    } files[] = { { "code,name,level,wkt\n", rows }, { "code,name,wkt\n", bare } };
    for (guint k = 0; k < G_N_ELEMENTS (files); k++) {
        g_autoptr (CgImportReport) report = NULL;
        g_autoptr (CgRegions) regions = take (files[k].header, files[k].rows, &report);
        expect_parent (regions, 0, CG_LEVEL_COUNTY, NULL);
        expect_parent (regions, 1, CG_LEVEL_TOWN, "310101000000");
        expect_parent (regions, 2, CG_LEVEL_COMMUNITY, "310101001000");
        expect_parent (regions, 3, CG_LEVEL_TOWN, "310101000000");
        expect_parent (regions, 4, CG_LEVEL_COMMUNITY, "310101002");
        g_assert_cmpuint (report->n_warnings, ==, 0);
    }
}

/* A column of parents may write them either way. */
static void
test_stated (void)
{
    static const char *const rows[] = { "310101001000,某街道,", "310101009001,甲社区,310101001",
                                        "310101009002,乙社区,310101008", NULL };
    g_autoptr (CgImportReport) report = NULL;
    g_autoptr (CgRegions) regions = take ("code,name,parent,wkt\n", rows, &report);
    guint n;
    expect_parent (regions, 1, CG_LEVEL_COMMUNITY, "310101001000");
    const CgFinding *finding = find (report, "PARENT", &n);
    g_assert_cmpuint (n, ==, 1);
    g_assert_cmpuint (finding->row, ==, 4);
    g_assert_nonnull (strstr (finding->text, "310101008"));
    g_assert_cmpstr (finding->column, ==, "parent");
}

/* What is not under the region of its code is told, with its place. */
static void
test_orphan (void)
{
    static const char *const rows[] = { "310101,某区", "310101001,某街道", "310101001001,甲社区",
                                        "310101009001,乙社区", "320102001001,丙社区", NULL };
    static const char *const alone[] = { "310101001001,甲社区", "310101009001,乙社区", NULL };
    static const char *const no_towns[] = { "310101,某区", "310101001001,甲社区",
                                            "310101009001,乙社区", NULL };
    g_autoptr (CgImportReport) report = NULL, none = NULL, flat = NULL;
    g_autoptr (CgRegions) regions = take ("code,name,wkt\n", rows, &report);
    guint n;
    expect_parent (regions, 2, CG_LEVEL_COMMUNITY, "310101001");
    expect_parent (regions, 3, CG_LEVEL_COMMUNITY, "310101");
    expect_parent (regions, 4, CG_LEVEL_COMMUNITY, NULL);
    const CgFinding *finding = find (report, "PARENT", &n);
    g_assert_cmpuint (n, ==, 2);
    g_assert_cmpuint (finding->row, ==, 5);
    g_assert_nonnull (strstr (finding->text, "310101009"));
    g_assert_cmpfloat_with_epsilon (finding->x, 110.30, 1e-9);
    g_autoptr (CgRegions) only = take ("code,name,wkt\n", alone, &none);
    find (none, "PARENT", &n);
    g_assert_cmpuint (n, ==, 0);
    g_autoptr (CgRegions) two = take ("code,name,wkt\n", no_towns, &flat);
    finding = find (flat, "PARENT", &n);
    g_assert_cmpuint (n, ==, 1);
    g_assert_cmpuint (finding->row, ==, 0);
    expect_parent (two, 2, CG_LEVEL_COMMUNITY, "310101");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/import/regions/urban", test_urban);
    g_test_add_func ("/import/regions/column", test_column);
    g_test_add_func ("/import/regions/households", test_households);
    g_test_add_func ("/import/regions/padded", test_padded);
    g_test_add_func ("/import/regions/stated", test_stated);
    g_test_add_func ("/import/regions/orphan", test_orphan);
    return g_test_run ();
}
