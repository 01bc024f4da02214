#include "golden.h"

#include "support.h"

#include <math.h>
#include <string.h>

static GoldenTable *
read_table (const char *path)
{
    GoldenTable *table = g_new0 (GoldenTable, 1);
    table->rows = cg_test_csv (path);
    table->n = table->rows->len - 1;
    return table;
}

GoldenTable *
golden_expected (const char *name)
{
    g_autofree char *inner = g_build_filename ("expected", name, NULL);
    g_autofree char *path = cg_test_data (inner);
    return path != NULL ? read_table (path) : NULL;
}

GoldenTable *
golden_own (const char *name)
{
    g_autofree char *path =
        g_build_filename (g_getenv ("CG_SOURCE"), "tests", "data", "analyse", name, NULL);
    return read_table (path);
}

void
golden_free (GoldenTable *table)
{
    if (table == NULL)
        return;
    g_ptr_array_unref (table->rows);
    g_free (table);
}

static guint
find_column (const GoldenTable *table, const char *column)
{
    char **header = g_ptr_array_index (table->rows, 0);
    for (guint k = 0; header[k] != NULL; k++)
        if (strcmp (header[k], column) == 0)
            return k;
    g_error ("no column %s", column);
}

const char *
golden_text (const GoldenTable *table, guint32 i, const char *column)
{
    return ((char **) g_ptr_array_index (table->rows, i + 1))[find_column (table, column)];
}

double *
golden_column (const GoldenTable *table, const char *column)
{
    guint k = find_column (table, column);
    double *value = g_new (double, table->n + 1);
    for (guint32 i = 0; i < table->n; i++) {
        const char *text = ((char **) g_ptr_array_index (table->rows, i + 1))[k];
        value[i] = g_ascii_isalpha (text[0]) ? NAN : g_ascii_strtod (text, NULL);
    }
    return value;
}

static guint32
row_of (const GoldenTable *table, const char *key, const char *text)
{
    if (key == NULL)
        return (guint32) g_ascii_strtoull (text, NULL, 10) - 1;
    for (guint32 i = 0; i < table->n; i++)
        if (strcmp (golden_text (table, i, key), text) == 0)
            return i;
    g_error ("no row %s", text);
}

CgNeighbours *
golden_neighbours (const GoldenTable *table, const char *key, const GoldenTable *pairs,
                   const char *a, const char *b)
{
    g_autofree guint32 *from = g_new (guint32, pairs->n + 1), *to = g_new (guint32, pairs->n + 1);
    g_autoptr (GError) error = NULL;
    for (guint32 k = 0; k < pairs->n; k++) {
        from[k] = row_of (table, key, golden_text (pairs, k, a));
        to[k] = row_of (table, key, golden_text (pairs, k, b));
    }
    CgNeighbours *neighbours = cg_neighbours_from_pairs (table->n, pairs->n, from, to, &error);
    g_assert_no_error (error);
    return neighbours;
}

void
golden_near (double found, double wanted, const char *what, guint32 row)
{
    if (isnan (wanted) && isnan (found))
        return;
    if (!(fabs (found - wanted) <= 1e-9 * MAX (fabs (wanted), 1e-3)))
        g_error ("%s, row %u: %.15g, not %.15g", what, row + 1, found, wanted);
}
