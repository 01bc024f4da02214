/* Stored geometry with every byte wrong once: answered or refused, never walked out of. */
#include <glib.h>
#include <string.h>

#include "store/blob.h"

#define SPOT "00000000000014400000000000001840" /* 5, 6 */
#define RING "04000000" SPOT "00000000000024400000000000001840" "00000000000024400000000000002440" SPOT

/* SRID 4547, box, mark, two polygons of one ring. */
static const char two_polygons[] =
    "0001c3110000" SPOT SPOT "7c" "06000000" "02000000" "69" "03000000" "01000000" RING "69"
    "03000000" "01000000" RING "fe";
static const char one_point[] = "0001c3110000" SPOT SPOT "7c" "01000000" SPOT "fe";

static guint8 *
from_hex (const char *hex, gsize *out_length)
{
    *out_length = strlen (hex) / 2;
    guint8 *bytes = g_malloc (*out_length);
    for (gsize k = 0; k < *out_length; k++)
        bytes[k] = (guint8) (g_ascii_xdigit_value (hex[2 * k]) << 4 |
                             g_ascii_xdigit_value (hex[2 * k + 1]));
    return bytes;
}

/* The answer of an expression of ?1 as text, NULL for NULL. (g_free) */
static char *
answer (sqlite3 *handle, const char *expression, const guint8 *blob, gsize length)
{
    g_autofree char *sql = g_strdup_printf ("SELECT CAST(%s AS TEXT)", expression);
    sqlite3_stmt *statement = NULL;
    g_assert_cmpint (sqlite3_prepare_v2 (handle, sql, -1, &statement, NULL), ==, SQLITE_OK);
    /* A copy of just that length: a step past its end is one the sanitizer sees. */
    sqlite3_bind_blob (statement, 1, blob, (int) length, SQLITE_TRANSIENT);
    g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
    char *text = g_strdup ((const char *) sqlite3_column_text (statement, 0));
    sqlite3_finalize (statement);
    return text;
}

static void
assert_answer (sqlite3 *handle, const char *expression, const char *hex, const char *wanted)
{
    gsize length;
    g_autofree guint8 *blob = from_hex (hex, &length);
    g_autofree char *found = answer (handle, expression, blob, length);
    g_assert_cmpstr (found, ==, wanted);
}

static sqlite3 *
open_memory (void)
{
    sqlite3 *handle = NULL;
    g_assert_cmpint (sqlite3_open (":memory:", &handle), ==, SQLITE_OK);
    g_assert_cmpint (cg_blob_replace_functions (handle), ==, SQLITE_OK);
    return handle;
}

static void
test_answers (void)
{
    sqlite3 *handle = open_memory ();
    assert_answer (handle, "GeometryType(?1)", two_polygons, "MULTIPOLYGON");
    assert_answer (handle, "ST_SRID(?1)", two_polygons, "4547");
    assert_answer (handle, "ST_MinX(?1)", two_polygons, "5.0");
    assert_answer (handle, "ST_MaxX(?1)", two_polygons, "10.0");
    assert_answer (handle, "ST_MaxY(?1)", two_polygons, "10.0");
    assert_answer (handle, "ST_X(?1)", two_polygons, NULL);
    assert_answer (handle, "ST_Y(?1)", one_point, "6.0");
    assert_answer (handle, "hex(ST_AsBinary(?1))", one_point,
                   "010100000000000000000014400000000000001840");
    assert_answer (handle, "length(ST_AsBinary(?1))", two_polygons, "163");
    assert_answer (handle, "ST_MinX(NULL)", one_point, NULL);
    assert_answer (handle, "ST_SRID('text')", one_point, NULL);
    sqlite3_close (handle);
}

static void
test_damage (void)
{
    sqlite3 *handle = open_memory ();
    gsize length;
    g_autofree guint8 *blob = from_hex (two_polygons, &length);
    for (gsize k = 0; k < length; k++) {
        g_autofree char *cut = answer (handle, "ST_AsBinary(?1)", blob, k);
        g_assert_null (cut);
        for (guint bit = 0; bit < 8; bit++) {
            blob[k] ^= (guint8) (1u << bit);
            g_free (answer (handle, "ST_AsBinary(?1) || ST_MinX(?1)", blob, length));
            blob[k] ^= (guint8) (1u << bit);
        }
    }
    sqlite3_close (handle);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/store/blob/answers", test_answers);
    g_test_add_func ("/store/blob/damage", test_damage);
    return g_test_run ();
}
