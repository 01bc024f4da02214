/* Drawing at 4K beside cairo: points to a picture file, a choropleth coloured again, whole frames.
 * CPU time of the process; best of several rounds. */
#include <cairo.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "analyse/density_field.h"
#include "base/random.h"
#include "map/id_raster.h"
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

/* ---- a choropleth coloured again --------------------------------------------------------- */

enum { SIDE = 100, CUTS = 8 };

/* Corner (i, j) of the net, moved about; its border is not. */
static void
net_corner (guint i, guint j, double *out_x, double *out_y)
{
    CgRandom random;
    cg_random_init (&random, i, j);
    double move_x = i % SIDE == 0 ? 0 : cg_random_unit (&random) - 0.5;
    double move_y = j % SIDE == 0 ? 0 : cg_random_unit (&random) - 0.5;
    *out_x = (i + 0.5 * move_x) * WIDTH / SIDE;
    *out_y = (j + 0.5 * move_y) * HEIGHT / SIDE;
}

/* The border between two corners, the same from both sides; the last point is left out. */
static void
add_border (CgShapes *areas, guint i0, guint j0, guint i1, guint j1)
{
    gboolean turned = i1 < i0 || j1 < j0;
    double x0, y0, x1, y1, x[CUTS + 1], y[CUTS + 1];
    net_corner (turned ? i1 : i0, turned ? j1 : j0, &x0, &y0);
    net_corner (turned ? i0 : i1, turned ? j0 : j1, &x1, &y1);
    CgRandom random;
    cg_random_init (&random, MIN (i0, i1) * 1000 + MIN (j0, j1), 1 + (i0 == i1));
    gboolean straight = (i0 == i1 && i0 % SIDE == 0) || (j0 == j1 && j0 % SIDE == 0);
    for (guint k = 0; k <= CUTS; k++) {
        double share = k / (double) CUTS, off = k % CUTS == 0 || straight ? 0 : 3;
        x[k] = x0 + (x1 - x0) * share + off * (cg_random_unit (&random) - 0.5);
        y[k] = y0 + (y1 - y0) * share + off * (cg_random_unit (&random) - 0.5);
    }
    for (guint k = 0; k < CUTS; k++)
        cg_shapes_add_vertex (areas, x[turned ? CUTS - k : k], y[turned ? CUTS - k : k]);
}

/* 10 000 areas of 32 vertices that cover the window and share every border. */
static CgShapes *
make_net (void)
{
    CgShapes *areas = cg_shapes_new (CG_SHAPES_AREA);
    for (guint j = 0; j < SIDE; j++)
        for (guint i = 0; i < SIDE; i++) {
            guint32 first = areas->n_vertices;
            add_border (areas, i, j, i + 1, j);
            add_border (areas, i + 1, j, i + 1, j + 1);
            add_border (areas, i + 1, j + 1, i, j + 1);
            add_border (areas, i, j + 1, i, j);
            cg_shapes_add_vertex (areas, areas->x[first], areas->y[first]);
            cg_shapes_end_ring (areas);
            cg_shapes_end_part (areas);
            cg_shapes_end_shape (areas);
        }
    return areas;
}

static void
fill_by_cairo (cairo_t *cr, const CgShapes *areas, guint round)
{
    for (guint32 i = 0; i < areas->n_shapes; i++) {
        guint class = (i * 7 + round) % 7;
        cairo_set_source_rgb (cr, class / 7.0, 0.5, 1 - class / 7.0);
        for (guint32 v = areas->ring_vertex[i]; v + 1 < areas->ring_vertex[i + 1]; v++)
            cairo_line_to (cr, areas->x[v], HEIGHT - areas->y[v]);
        cairo_close_path (cr);
        cairo_fill (cr);
    }
}

static void
bench_write (void)
{
    gsize bytes = (gsize) WIDTH * HEIGHT * 4;
    char *raster = g_malloc (bytes);
    double best = G_MAXDOUBLE;
    for (guint r = 0; r < ROUNDS; r++) {
        double start = cpu_ms ();
        memset (raster, (int) r + 1, bytes);
        __asm__ volatile("" : : "r"(raster) : "memory");
        best = r > 0 ? MIN (best, cpu_ms () - start) : best;
    }
    printf ("write 4k %.3f\n", best);
    g_free (raster);
}

static void
bench_choropleth (void)
{
    g_autoptr (CgShapes) areas = make_net ();
    CgMapView view;
    CgBox box = { 0, 0, WIDTH, HEIGHT };
    g_autoptr (CgCanvas) canvas = cg_canvas_new (CG_FORMAT_PNG, WIDTH, HEIGHT, NULL, NULL);
    cg_map_view_fit (&view, &box, cg_canvas_rect (canvas), 0, NULL);
    double start = cpu_ms (), made, best = G_MAXDOUBLE, best_cairo = G_MAXDOUBLE;
    g_autoptr (CgIdRaster) raster = cg_id_raster_new (&view, areas, NULL);
    made = cpu_ms () - start;
    g_autofree double *value = g_new (double, areas->n_shapes);
    for (guint r = 0; r < ROUNDS; r++) {
        CgChoropleth choropleth = { .n_classes = 7, .upper = { 1, 2, 3, 4, 5, 6, 7 } };
        for (guint32 i = 0; i < areas->n_shapes; i++)
            value[i] = (i * 7 + r) % 7;
        start = cpu_ms ();
        cg_map_choropleth_ids (canvas, raster, areas, value, &choropleth);
        best = MIN (best, cpu_ms () - start);
    }
    cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, WIDTH, HEIGHT);
    cairo_t *cr = cairo_create (surface);
    for (guint r = 0; r < 4; r++) {
        start = cpu_ms ();
        fill_by_cairo (cr, areas, r);
        best_cairo = MIN (best_cairo, cpu_ms () - start);
    }
    printf ("choropleth ours %.3f %.2f\n", best, made);
    printf ("choropleth cairo %.2f\n", best_cairo);
    cairo_destroy (cr);
    cairo_surface_destroy (surface);
}

int
main (int argc, char **argv)
{
    Cloud cloud;
    bench_write ();
    bench_choropleth ();
    make_cloud (&cloud);
    bench_png (&cloud, 20);
    bench_png (&cloud, 50);
    bench_png (&cloud, 100);
    g_free (cloud.x);
    g_free (cloud.y);
    return 0;
}
