/* Drawing at 4K beside cairo: points to a picture file, a choropleth coloured again, whole frames.
 * CPU time of the process; best of several rounds. */
#include <cairo.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "analyse/density_field.h"
#include "base/random.h"
#include "map/map.h"

enum { N = 1000000, WIDTH = 3840, HEIGHT = 2160, ROUNDS = 9 };

static double
cpu_ms (void)
{
    struct timespec now;
    clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

/* ---- points to a file -------------------------------------------------------------------- */

typedef struct {
    double *x, *y;
} Cloud;

/* 70 % in 300 round clusters of 10 to 150 pixels, 30 % anywhere; all in the window. */
static void
make_cloud (Cloud *cloud)
{
    CgRandom random;
    double x[300], y[300], sd[300];
    cg_random_init (&random, 1, 1);
    for (guint k = 0; k < 300; k++) {
        x[k] = WIDTH * cg_random_unit (&random);
        y[k] = HEIGHT * cg_random_unit (&random);
        sd[k] = 10 + 140 * cg_random_unit (&random);
    }
    cloud->x = g_new (double, N);
    cloud->y = g_new (double, N);
    for (guint i = 0; i < N;) {
        guint k = cg_random_below (&random, 300);
        gboolean ground = i % 10 >= 7;
        double at_x =
            ground ? WIDTH * cg_random_unit (&random) : x[k] + sd[k] * cg_random_normal (&random);
        double at_y =
            ground ? HEIGHT * cg_random_unit (&random) : y[k] + sd[k] * cg_random_normal (&random);
        if (at_x < 0 || at_x >= WIDTH || at_y < 0 || at_y >= HEIGHT)
            continue;
        cloud->x[i] = at_x;
        cloud->y[i++] = at_y;
    }
}

static cairo_status_t
append (void *closure, const unsigned char *data, unsigned int length)
{
    g_byte_array_append (closure, data, length);
    return CAIRO_STATUS_SUCCESS;
}

/* A file as an ARGB surface, for cairo's own writer. */
typedef struct {
    const guint8 *data;
    gsize at, length;
} Stream;

static cairo_status_t
read_stream (void *closure, unsigned char *data, unsigned int length)
{
    Stream *stream = closure;
    if (length > stream->length - stream->at)
        return CAIRO_STATUS_READ_ERROR;
    memcpy (data, stream->data + stream->at, length);
    stream->at += length;
    return CAIRO_STATUS_SUCCESS;
}

static void
bench_cairo_png (GBytes *file, double sigma)
{
    Stream stream = { .at = 0 };
    stream.data = g_bytes_get_data (file, &stream.length);
    cairo_surface_t *surface = cairo_image_surface_create_from_png_stream (read_stream, &stream);
    double best = G_MAXDOUBLE;
    gsize size = 0;
    for (guint r = 0; r < 3; r++) {
        g_autoptr (GByteArray) out = g_byte_array_new ();
        double start = cpu_ms ();
        cairo_surface_write_to_png_stream (surface, append, out);
        best = MIN (best, cpu_ms () - start);
        size = out->len;
    }
    printf ("png cairo %g %.2f 0 %" G_GSIZE_FORMAT "\n", sigma, best, size);
    cairo_surface_destroy (surface);
}

static void
bench_png (const Cloud *cloud, double sigma)
{
    CgDensityOptions options = {
        .bandwidth_m = sigma, .box = { 0, 0, WIDTH, HEIGHT }, .width = WIDTH, .height = HEIGHT
    };
    CgHeat heat = { .power = 0.5 };
    double best = G_MAXDOUBLE, best_field = G_MAXDOUBLE;
    gsize size = 0;
    g_autoptr (GBytes) file = NULL;
    for (guint r = 0; r < ROUNDS; r++) {
        g_clear_pointer (&file, g_bytes_unref);
        double start = cpu_ms ();
        g_autoptr (CgDensityField) field =
            cg_density_field_new (N, cloud->x, cloud->y, NULL, &options, NULL);
        best_field = MIN (best_field, cpu_ms () - start);
        file = cg_map_heat_png (field, &heat, cg_themes (), FALSE, 0, NULL, NULL);
        best = MIN (best, cpu_ms () - start);
        size = g_bytes_get_size (file);
    }
    printf ("png ours %g %.2f %.2f %" G_GSIZE_FORMAT "\n", sigma, best, best_field, size);
    bench_cairo_png (file, sigma);
}

int
main (int argc, char **argv)
{
    Cloud cloud;
    make_cloud (&cloud);
    bench_png (&cloud, 20);
    bench_png (&cloud, 50);
    bench_png (&cloud, 100);
    g_free (cloud.x);
    g_free (cloud.y);
    return 0;
}
