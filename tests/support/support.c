#include "support.h"

#include <glib/gstdio.h>
#include <string.h>

char *
cg_test_data (const char *name)
{
    const char *root = g_getenv ("CG_SHARED_DATA");
    g_autofree char *path = g_build_filename (root != NULL ? root : "../shared/data", name, NULL);
    if (!g_file_test (path, G_FILE_TEST_EXISTS)) {
        g_autofree char *text = g_strdup_printf ("real data absent: %s", path);
        g_test_skip (text);
        return NULL;
    }
    return g_steal_pointer (&path);
}

GPtrArray *
cg_test_csv (const char *path)
{
    g_autofree char *text = NULL;
    g_autoptr (GError) error = NULL;
    g_file_get_contents (path, &text, NULL, &error);
    g_assert_no_error (error);
    GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
    g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        g_strchomp (lines[i]);
        if (lines[i][0] == '\0')
            continue;
        char **fields = g_strsplit (lines[i], ",", -1);
        for (guint j = 0; fields[j] != NULL; j++) {
            gsize length = strlen (fields[j]);
            if (length >= 2 && fields[j][0] == '"' && fields[j][length - 1] == '"') {
                memmove (fields[j], fields[j] + 1, length - 2);
                fields[j][length - 2] = '\0';
            }
        }
        g_ptr_array_add (rows, fields);
    }
    return rows;
}

CgUnits *
cg_test_checkerboard (guint32 columns, guint32 rows, double side_m, guint32 households)
{
    CgUnits *units = cg_units_new (columns * rows);
    guint32 region = cg_names_add (units->regions, "R");
    for (guint32 r = 0; r < rows; r++)
        for (guint32 c = 0; c < columns; c++) {
            guint32 i = r * columns + c;
            double x = c * side_m, y = r * side_m;
            double xs[] = { x, x + side_m, x + side_m, x, x },
                   ys[] = { y, y, y + side_m, y + side_m, y };
            for (guint k = 0; k < 5; k++)
                cg_shapes_add_vertex (units->shapes, xs[k], ys[k]);
            cg_shapes_end_ring (units->shapes);
            cg_shapes_end_part (units->shapes);
            cg_shapes_end_shape (units->shapes);
            units->id[i] = g_strdup_printf ("r%uc%u", r, c);
            units->households[i] = households;
            units->region[i] = region;
        }
    return units;
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITIZED
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED
#endif

guint
cg_test_cases (guint n)
{
#ifdef IS_SANITIZED
    return n / 4;
#else
    return n;
#endif
}

char *
cg_test_dir (void)
{
    g_autoptr (GError) error = NULL;
    char *dir = g_dir_make_tmp ("countygrid-test-XXXXXX", &error);
    g_assert_no_error (error);
    return dir;
}

void
cg_test_remove_dir (char *dir)
{
    g_autoptr (GDir) open = g_dir_open (dir, 0, NULL);
    const char *name;
    while (open != NULL && (name = g_dir_read_name (open)) != NULL) {
        g_autofree char *path = g_build_filename (dir, name, NULL);
        if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
            cg_test_remove_dir (g_steal_pointer (&path));
        else
            g_unlink (path);
    }
    g_rmdir (dir);
    g_free (dir);
}

void
cg_test_add_ring (CgShapes *areas, double x, double y, double width, double height)
{
    const double u[] = { 0, 1, 1, 0, 0 }, v[] = { 0, 0, 1, 1, 0 };
    for (guint k = 0; k < 5; k++)
        cg_shapes_add_vertex (areas, x + u[k] * width, y + v[k] * height);
    cg_shapes_end_ring (areas);
}

void
cg_test_add_box (CgShapes *areas, double x, double y, double width, double height)
{
    cg_test_add_ring (areas, x, y, width, height);
    cg_shapes_end_part (areas);
    cg_shapes_end_shape (areas);
}
