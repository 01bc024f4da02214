/* A raster that somebody stops leaves no file; one that nobody stops has its numbers. */
#include "base/error.h"
#include "export/raster.h"

#include <gdal.h>
#include <glib/gstdio.h>
#include <math.h>

enum { WIDTH = 300, HEIGHT = 700 };

static gboolean
write_some (const char *path, GCancellable *cancel, GError **error)
{
    g_autofree float *one = g_new (float, WIDTH * HEIGHT), *other = g_new (float, WIDTH * HEIGHT);
    for (guint32 k = 0; k < WIDTH * HEIGHT; k++) {
        one[k] = (float) k;
        other[k] = k % 7 == 0 ? NAN : (float) (k / 3);
    }
    const CgRasterBand bands[] = { { "one", "m", one }, { "other", "m", other } };
    return cg_export_raster (path, "EPSG:4545", &(CgBox){ 0, 0, WIDTH, HEIGHT }, WIDTH, HEIGHT, 2, bands, NULL, cancel, error);
}

static void
test_written (void)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp (NULL, NULL), *path = g_build_filename (folder, "a.tif", NULL);
    g_autoptr (GCancellable) cancel = g_cancellable_new ();
    g_assert_true (write_some (path, cancel, &error));
    g_assert_no_error (error);
    GDALDatasetH dataset = GDALOpen (path, GA_ReadOnly);
    g_autofree float *line = g_new (float, WIDTH);
    for (int row = 0; row < HEIGHT; row++)
        for (int band = 1; band <= 2; band++) {
            g_assert_cmpint (GDALRasterIO (GDALGetRasterBand (dataset, band), GF_Read, 0, row, WIDTH, 1, line, WIDTH, 1,
                                           GDT_Float32, 0, 0),
                             ==, CE_None);
            for (int column = 0; column < WIDTH; column++) {
                int k = row * WIDTH + column;
                if (band == 2 && k % 7 == 0)
                    g_assert_true (isnan (line[column]));
                else
                    g_assert_cmpfloat (line[column], ==, (float) (band == 1 ? k : k / 3));
            }
        }
    GDALClose (dataset);
    g_assert_cmpint (g_remove (path), ==, 0);
    g_assert_cmpint (g_remove (folder), ==, 0);
}

static void
test_stopped (void)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp (NULL, NULL), *path = g_build_filename (folder, "a.tif", NULL);
    g_autoptr (GCancellable) cancel = g_cancellable_new ();
    g_cancellable_cancel (cancel);
    g_assert_false (write_some (path, cancel, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_CANCELLED);
    g_assert_cmpint (g_remove (folder), ==, 0); /* which is empty */
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/export/raster/written", test_written);
    g_test_add_func ("/export/raster/stopped", test_stopped);
    return g_test_run ();
}
