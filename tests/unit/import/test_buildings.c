/* Buildings from small files: what is taken, what is not known, what is told. */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "import/buildings.h"
#include "support.h"

#define SQUARE(x) "\"POLYGON((11" x "0 50,11" x "1 50,11" x "1 50.0001,11" x "0 50.0001,11" x "0 50))\""

/* The table from the text of a CSV file; NULL with error. */
static CgBuildings *
take (const char *text, gboolean skip_bad, CgImportReport **out_report, GError **error)
{
    char *dir = cg_test_dir ();
    g_autofree char *path = g_build_filename (dir, "houses.csv", NULL);
    g_assert_true (g_file_set_contents (path, text, -1, NULL));
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = path;
    options.crs = "EPSG:4326";
    options.skip_bad = skip_bad;
    *out_report = cg_import_report_new (path);
    CgBuildings *buildings = cg_import_buildings (&options, *out_report, NULL, NULL, error);
    cg_test_remove_dir (dir);
    return buildings;
}

static const CgFinding *
find (const CgImportReport *report, const char *code)
{
    for (guint f = 0; f < report->findings->len; f++) {
        const CgFinding *finding = g_ptr_array_index (report->findings, f);
        if (strcmp (finding->code, code) == 0)
            return finding;
    }
    return NULL;
}

/* Outlines and points in one file; levels and heights as tags of OpenStreetMap, too. */
static void
test_good (void)
{
    g_autoptr (CgImportReport) report = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (CgBuildings) b =
        take ("id,levels,use,households,wkt\n"
              "a,3,house,7," SQUARE (".000") "\n"
              "a,,garage,," SQUARE (".001") "\n"
              "b,2.5,,1,\"POINT(11.0031 50)\"\n", FALSE, &report, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (b->n, ==, 3);
    g_assert_true (b->has_households);
    g_assert_false (b->has_population);
    g_assert_cmpuint (b->key[0], ==, b->key[1]);
    g_assert_cmpuint (b->key[0], !=, b->key[2]);
    g_assert_cmpfloat (b->households[0], ==, 7);
    g_assert_true (isnan (b->households[1]));
    g_assert_cmpfloat (b->levels[0], ==, 3);
    g_assert_true (isnan (b->levels[1]));
    g_assert_cmpfloat (b->levels[2], ==, 2.5);
    g_assert_true (b->dwelling[0]);
    g_assert_false (b->dwelling[1]);
    g_assert_true (b->dwelling[2]);
    g_assert_cmpuint (b->row[2], ==, 4); /* the header is row 1 */
    g_assert_cmpuint (b->outlines->shape_part[3], ==, 2);
    g_assert_cmpuint (b->points->shape_part[2], ==, 0);
    g_assert_cmpuint (b->points->shape_part[3], ==, 1);
    g_assert_cmpfloat (fabs (cg_shapes_area (b->outlines, 0) - 7.16 * 11.12), <, 1.5);
}

/* Words, impossible numbers: not known, and counted, not an error. */
static void
test_bad_values (void)
{
    g_autoptr (CgImportReport) report = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (CgBuildings) b = take ("id,levels,households,wkt\n"
                                      "a,many,3," SQUARE (".000") "\n"
                                      "b,-2,two," SQUARE (".001") "\n"
                                      "c,9999,5," SQUARE (".002") "\n", FALSE, &report, &error);
    g_assert_no_error (error);
    for (guint i = 0; i < 3; i++)
        g_assert_true (isnan (b->levels[i]));
    g_assert_true (isnan (b->households[1]));
    g_assert_cmpuint (b->n_bad_values, ==, 4);
    const CgFinding *finding = NULL;
    guint n_rows = 0;
    for (guint f = 0; f < report->findings->len; f++) {
        finding = g_ptr_array_index (report->findings, f);
        n_rows += strcmp (finding->code, "BAD_VALUES") == 0 && finding->row > 0;
    }
    g_assert_cmpuint (n_rows, ==, 4);
    g_assert_cmpuint (finding->row, ==, 4); /* the last one: 9999 */
    g_assert_cmpstr (finding->column, ==, "levels");
    g_assert_cmpstr (finding->value, ==, "9999");
}

/* A square whose west side is at 11 + west degrees, `metres` wide. */
static char *
square (double west, double metres)
{
    double wide = metres / 71700, high = metres / 111230;
    return g_strdup_printf ("\"POLYGON((%.7f 50,%.7f 50,%.7f %.7f,%.7f %.7f,%.7f 50))\"", 11 + west,
                            11 + west + wide, 11 + west + wide, 50 + high, 11 + west, 50 + high,
                            11 + west);
}

typedef struct {
    const char *cells; /* id,use,part,height,base,levels,name */
    double west, metres;
    gboolean dwelling;
    double height_m;
} Home;

/* Words decide; without one the shape, and parts go with the building around them. */
static const Home homes[] = {
    { "a,,,100,,,", 0, 45, FALSE, 100 },                  /* tall and deep                 */
    { "b,,,100,,,", .01, 30, TRUE, 100 },                 /* tall, but light reaches all    */
    { "c,yes,,20,,,", .02, 60, TRUE, 20 },                /* deep, but low: may be many      */
    { "d,apartments,,100,,,", .03, 45, TRUE, 100 },       /* a word stands                 */
    { "e,place_of_worship,,9,,,", .04, 15, FALSE, 9 },    /* blanks and lines do not matter  */
    { "f,银行,,,,4,", .05, 15, FALSE, 0 },
    { "g,,building_part,90,60,,", .0001, 20, FALSE, 30 }, /* of a                           */
    { "h,flat,building_part,90,,,", .0001, 20, TRUE, 90 },
    { "i,,yes,90,95,,", .0301, 40, TRUE, 90 },            /* of d; a base above the top      */
    { "j,,building_part,90,,,", .06, 45, FALSE, 90 },     /* of none: by itself              */
    { "k,,building_part,90,,,", .0201, 42, FALSE, 90 },   /* of c, of which nothing is known */
    { "l,,,,,9,", .07, 45, FALSE, 0 },
    { "m,,,100,,8,", .08, 45, TRUE, 100 },                /* levels go before height        */
    { "n,,,90,,,某某银行大厦", .09, 20, FALSE, 90 },     /* a name says it               */
    { "o,,,90,,,银行宿舍", .10, 20, TRUE, 90 },          /* homes of its people           */
    { "p,,,9,,,大学路3号", .11, 20, TRUE, 9 },           /* a street                      */
    { "q,,,90,,,Grand Hotel", .12, 20, FALSE, 90 },
    { "r,,,90,,,Hotelling Works", .13, 20, TRUE, 90 },
    { "s,house,,9,,,Old Bank", .14, 20, TRUE, 9 },       /* the use goes before           */
    { "t,school,,9,,,", .15, 20, FALSE, 9 },
    { "t,,,9,,,", .1501, 20, FALSE, 9 },                 /* of one id                     */
    { "u,,,,,,会议中心", .16, 45, FALSE, 0 },
    { "v,,building_part,90,,,", .1601, 20, FALSE, 90 },  /* of u                          */
    { "w,,,9,,,", .17, 20, FALSE, 9 },                   /* under two ids; one says       */
    { "x,,,9,,,", .17, 20, FALSE, 9 },
    { "x,hotel,,9,,,", .1701, 20, FALSE, 9 },
    { "w,,,9,,,", .1701, 20, FALSE, 9 },
    { "y,,,9,,,", .1701, 21, TRUE, 9 },                  /* nearly there is another one   */
};

static void
test_homes (void)
{
    GString *text = g_string_new ("id,kind_detail,kind,height,min_height,levels,name,wkt\n");
    for (guint i = 0; i < G_N_ELEMENTS (homes); i++) {
        g_autofree char *shape = square (homes[i].west, homes[i].metres);
        g_string_append_printf (text, "%s,%s\n", homes[i].cells, shape);
    }
    g_autofree char *csv = g_string_free (text, FALSE);
    g_autoptr (CgImportReport) report = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (CgBuildings) b = take (csv, FALSE, &report, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (b->n, ==, G_N_ELEMENTS (homes));
    for (guint i = 0; i < b->n; i++) {
        g_test_message ("%s", b->id[i]);
        g_assert_cmpint (b->dwelling[i], ==, homes[i].dwelling);
        if (homes[i].height_m > 0)
            g_assert_cmpfloat (b->height_m[i], ==, homes[i].height_m);
        else
            g_assert_true (isnan (b->height_m[i]));
    }
    guint n_notes = 0, n_warnings = 0;
    for (guint f = 0; f < report->findings->len; f++) {
        const CgFinding *finding = g_ptr_array_index (report->findings, f);
        if (strcmp (finding->code, "DEEP_BUILDING") != 0)
            continue;
        n_notes += finding->level == CG_FINDING_NOTE && finding->row > 0;
        n_warnings += finding->level == CG_FINDING_WARNING;
    }
    g_assert_cmpuint (n_notes, ==, 4); /* a, j, k, l */
    g_assert_cmpuint (n_warnings, ==, 1);
}

/* Each defect by itself: an error that names it and its row, and left out where that is asked for. */
typedef struct {
    const char *code, *wkt;
} Defect;

static const Defect defects[] = {
    { "SHORT_RING", "\"POLYGON((11 50,11.001 50,11 50))\"" },
    { "UNCLOSED_RING", "\"POLYGON((11 50,11.001 50,11.001 50.001,11 50.001))\"" },
    { "NOT_FINITE", "\"POLYGON((11 50,nan 50,11.001 50.001,11 50))\"" },
    { "NO_GEOMETRY", "" },
    { "NO_GEOMETRY", "POLYGON EMPTY" },
};

static void
test_defect (gconstpointer data)
{
    const Defect *defect = data;
    g_autofree char *text = g_strdup_printf ("id,wkt\na," SQUARE (".000") "\nb,%s\n", defect->wkt);
    for (guint skip = 0; skip < 2; skip++) {
        g_autoptr (CgImportReport) report = NULL;
        g_autoptr (GError) error = NULL;
        g_autoptr (CgBuildings) b = take (text, skip == 1, &report, &error);
        const CgFinding *finding = find (report, defect->code);
        g_assert_nonnull (finding);
        g_assert_cmpuint (finding->row, ==, 3);
        if (skip == 0) {
            g_assert_null (b);
            g_assert_error (error, CG_ERROR, CG_ERROR_INPUT);
            continue;
        }
        g_assert_no_error (error);
        g_assert_cmpuint (b->n, ==, 1);
        g_assert_cmpstr (b->id[0], ==, "a");
    }
}

/* An outline that crosses itself is repaired whatever its area becomes, and told with the place. */
static void
test_bow_tie (void)
{
    g_autoptr (CgImportReport) report = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (CgBuildings) b =
        take ("id,wkt\na,\"POLYGON((11 50,11.0002 50.0001,11.0002 50,11 50.0001,11 50))\"\n", FALSE,
              &report, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (b->n, ==, 1);
    g_assert_cmpfloat (fabs (cg_shapes_area (b->outlines, 0) - 14.32 * 11.12 / 2), <, 1.5);
    const CgFinding *finding = find (report, "REPAIRED");
    g_assert_nonnull (finding);
    g_assert_cmpuint (finding->row, ==, 2);
    g_autofree char *told = cg_finding_to_string (finding);
    g_assert_nonnull (strstr (told, "11.0001"));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/import/buildings/good", test_good);
    g_test_add_func ("/import/buildings/homes", test_homes);
    g_test_add_func ("/import/buildings/bad-values", test_bad_values);
    for (guint i = 0; i < G_N_ELEMENTS (defects); i++) {
        g_autofree char *path = g_strdup_printf ("/import/buildings/defect/%u", i);
        g_test_add_data_func (path, &defects[i], test_defect);
    }
    g_test_add_func ("/import/buildings/bow-tie", test_bow_tie);
    return g_test_run ();
}
