/* Sheets: what spreadsheets would misread is made harmless, numbers keep every digit. */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "export/sheet.h"

static const char *const names[] = { "=1+1",           "+86",   "-5", "@x", "\tq", "一,二",
                                     "he said \"no\"", "plain", "",   NULL };
static const double numbers[] = { 0.1, 1.0 / 3, 1e300, -0.0, NAN, INFINITY, 12345678901, 2, 3, 4 };

static CgSheet
sheet_of (guint n, CgSheetColumn columns[2])
{
    columns[0] = (CgSheetColumn){ .key = "name", .title = "名称", .text = names };
    columns[1] = (CgSheetColumn){
        .key = "value", .title = "数", .kind = CG_SHEET_NUMBER, .number = numbers
    };
    return (CgSheet){ .name = "表",
                      .title = "题",
                      .n = n,
                      .n_columns = 2,
                      .columns = columns,
                      .made_s = 1795219200 };
}

static char *
write_one (const char *path, guint n, gsize *length)
{
    CgSheetColumn columns[2];
    CgSheet sheet = sheet_of (n, columns);
    g_autoptr (GError) error = NULL;
    char *bytes = NULL;
    g_assert_true (cg_export_sheet (path, &sheet, &error));
    g_assert_no_error (error);
    g_assert_true (g_file_get_contents (path, &bytes, length, NULL));
    return bytes;
}

static void
test_csv (void)
{
    g_autofree char *folder = g_dir_make_tmp ("sheet-XXXXXX", NULL);
    g_autofree char *path = g_build_filename (folder, "a.csv", NULL);
    g_autofree char *text = write_one (path, G_N_ELEMENTS (names), NULL);
    g_assert_cmpstr (text, ==,
                     "\xEF\xBB\xBFname,value\r\n"
                     "'=1+1,0.1\r\n'+86,0.3333333333333333\r\n'-5,1e+300\r\n'@x,-0\r\n'\tq,\r\n"
                     "\"一,二\",\r\n\"he said \"\"no\"\"\",12345678901\r\nplain,2\r\n,3\r\n,4\r\n");
    g_unlink (path);
    g_rmdir (folder);
}

static void
test_xlsx (void)
{
    g_autofree char *folder = g_dir_make_tmp ("sheet-XXXXXX", NULL);
    g_autofree char *path = g_build_filename (folder, "a.xlsx", NULL);
    gsize length, again;
    g_autofree char *first = write_one (path, G_N_ELEMENTS (names), &length);
    g_autofree char *second = write_one (path, G_N_ELEMENTS (names), &again);
    g_assert_cmpmem (first, length, second, again);
    g_assert_cmpmem (first, 4, "PK\3\4", 4);
    g_autofree char *none = write_one (path, 0, &length);
    g_assert_cmpuint (length, >, 1000);
    g_unlink (path);
    g_rmdir (folder);
}

static void
test_refused (void)
{
    CgSheetColumn columns[2];
    CgSheet sheet = sheet_of (1, columns);
    g_autoptr (GError) error = NULL;
    g_assert_false (cg_export_sheet ("a.ods", &sheet, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    sheet.n = CG_SHEET_MAX_ROWS + 1;
    g_assert_false (cg_export_sheet ("a.xlsx", &sheet, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_LIMIT);
    g_clear_error (&error);
    sheet.n = 1;
    g_assert_false (cg_export_sheet ("no/such/folder/a.xlsx", &sheet, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_IO);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/sheet/csv", test_csv);
    g_test_add_func ("/sheet/xlsx", test_xlsx);
    g_test_add_func ("/sheet/refused", test_refused);
    return g_test_run ();
}
