/* Maps of tiles: seams, colours against the direct sum and the outlines, types counted by hand. */
#include "fake_county.h"

#include "analyse/density.h"
#include "app/open/tile_maps.h"
#include "app/screen/screen_internal.h"
#include "base/random.h"
#include "normalise/crs.h"

#include <cairo.h>
#include <math.h>
#include <string.h>

#define SPAN 4u
#define LON 108.27 /* near the middle of the fake county */
#define LAT 37.01

/* ---- pictures -------------------------------------------------------------------------------- */

typedef struct {
    const guint8 *data;
    gsize left;
} Bytes;

static cairo_status_t
read_bytes (void *closure, unsigned char *out, unsigned int n)
{
    Bytes *bytes = closure;
    if (bytes->left < n)
        return CAIRO_STATUS_READ_ERROR;
    memcpy (out, bytes->data, n);
    bytes->data += n;
    bytes->left -= n;
    return CAIRO_STATUS_SUCCESS;
}

static cairo_surface_t *
decode (GBytes *png)
{
    Bytes bytes;
    bytes.data = g_bytes_get_data (png, &bytes.left);
    cairo_surface_t *surface = cairo_image_surface_create_from_png_stream (read_bytes, &bytes);
    g_assert_cmpint (cairo_surface_status (surface), ==, CAIRO_STATUS_SUCCESS);
    return surface;
}

static guint32
pixel (cairo_surface_t *surface, int x, int y)
{
    const guint8 *data = cairo_image_surface_get_data (surface);
    const guint32 *row =
        (const guint32 *) (gconstpointer) (data +
                                           (gsize) y *
                                               (gsize) cairo_image_surface_get_stride (surface));
    /* Without alpha cairo leaves the upper byte open. */
    gboolean opaque = cairo_image_surface_get_format (surface) == CAIRO_FORMAT_RGB24;
    return row[x] | (opaque ? 0xff000000u : 0);
}

/* The tile of a zoom that holds a place. */
static CgTile
tile_at (guint z, double lon, double lat)
{
    double u, v;
    cg_tile_world (lon, lat, &u, &v);
    return (CgTile){ z, (guint32) (u * (1u << z)), (guint32) (v * (1u << z)) };
}

static CgTileMap *
map_of (CgScreen *screen, const char *layer)
{
    const CgTileMapOptions options = { .now_s = FAKE_NOW_S };
    g_autoptr (GError) error = NULL;
    CgTileMap *map = cg_tile_map_new (screen, layer, &options, NULL, &error);
    g_assert_no_error (error);
    return map;
}

/* ---- seams ----------------------------------------------------------------------------------- */

/* TRUE: something was there to compare. */
static gboolean
compare_square (const CgTileMap *map, guint z)
{
    CgTile middle = tile_at (z, LON, LAT);
    CgTile first = { z, middle.x - MIN (middle.x, SPAN / 2), middle.y - MIN (middle.y, SPAN / 2) };
    g_autoptr (GBytes) large = cg_tile_map_draw (map, &first, SPAN, NULL);
    cairo_surface_t *whole = decode (large);
    guint n_coloured = 0;
    g_assert_cmpint (cairo_image_surface_get_width (whole), ==, SPAN * CG_TILE_SIZE);
    for (guint k = 0; k < SPAN * SPAN; k++) {
        CgTile tile = { z, first.x + k % SPAN, first.y + k / SPAN };
        g_autoptr (GBytes) png = cg_tile_map_draw (map, &tile, 1, NULL);
        cairo_surface_t *small = decode (png);
        for (guint y = 0; y < CG_TILE_SIZE; y++)
            for (guint x = 0; x < CG_TILE_SIZE; x++) {
                guint32 here = pixel (small, (int) x, (int) y);
                guint32 there = pixel (whole, (int) (k % SPAN * CG_TILE_SIZE + x),
                                       (int) (k / SPAN * CG_TILE_SIZE + y));
                n_coloured += here != 0;
                if (here != there)
                    g_error ("zoom %u, tile %u, pixel %u %u: %08x, in the whole %08x", z, k, x, y,
                             here, there);
            }
        cairo_surface_destroy (small);
    }
    cairo_surface_destroy (whole);
    return n_coloured > 0;
}

static void
test_seams (void)
{
    static const guint zooms[] = { 2, 7, 10, 11, 13, 16, 20 };
    static const char *const layers[] = { "heat", "grid-incidents" };
    g_autoptr (CgScreen) screen = fake_county (5);
    for (guint l = 0; l < G_N_ELEMENTS (layers); l++) {
        g_autoptr (CgTileMap) map = map_of (screen, layers[l]);
        for (guint i = 0; i < G_N_ELEMENTS (zooms); i++)
            g_assert_true (compare_square (map, zooms[i]) || zooms[i] == 2);
    }
}

/* ---- colours --------------------------------------------------------------------------------- */

/* Every pixel that is looked at has the colour of the density's direct sum at its own place, or of
 * a step beside it. */
static void
compare_density (const CgScreen *screen, const CgTileMap *map, guint z, double sigma_m, double full)
{
    enum { N = 400 };
    CgTile tile = tile_at (z, LON, LAT);
    g_autoptr (GBytes) png = cg_tile_map_draw (map, &tile, 1, NULL);
    cairo_surface_t *picture = decode (png);
    double x[N], y[N], density[N], bandwidth_m;
    guint column[N], row[N], n_high = 0;
    CgRandom random;
    cg_random_init (&random, z, 1);
    for (guint i = 0; i < N; i++) {
        column[i] = cg_random_below (&random, CG_TILE_SIZE);
        row[i] = cg_random_below (&random, CG_TILE_SIZE);
        cg_tile_degrees ((tile.x + (column[i] + 0.5) / 256) / (1u << z),
                         (tile.y + (row[i] + 0.5) / 256) / (1u << z), &x[i], &y[i]);
    }
    g_autoptr (CgTransform) transform = cg_transform_new ("EPSG:4326", "EPSG:4545", NULL);
    g_assert_cmpuint (cg_transform_run (transform, N, x, y), ==, 0);
    ScreenEvents events;
    gint64 until_s = cg_screen_today_s (screen, FAKE_NOW_S) + 86400;
    screen_events (screen, until_s - 30 * 86400, until_s, &events);
    const CgDensityOptions options = { .kernel = CG_KERNEL_GAUSSIAN, .bandwidth_m = sigma_m };
    g_assert_true (cg_density_at (events.n, events.x, events.y, NULL, &options, N, x, y, density,
                                  &bandwidth_m, NULL));
    guint32 colour[256];
    const CgHeat heat = { .full_per_km2 = full, .power = 0.5 };
    cg_map_heat_colours (cg_theme_find ("light"), &heat, colour);
    for (guint i = 0; i < N; i++) {
        int step = (int) (255 * sqrt (MIN (density[i] / full, 1)) + 0.5);
        guint32 here = pixel (picture, (int) column[i], (int) row[i]);
        gboolean good = FALSE;
        for (int s = MAX (step - 1, 0); s <= MIN (step + 1, 255); s++)
            good |= colour[s] == here;
        if (!good)
            g_error ("zoom %u, pixel %u %u: %08x is not step %d", z, column[i], row[i], here, step);
        n_high += step > 40;
    }
    g_assert_cmpuint (n_high, >, N / 10);
    screen_events_clear (&events);
    cairo_surface_destroy (picture);
}

static void
test_density (void)
{
    g_autoptr (CgScreen) screen = fake_county (5);
    g_autoptr (CgTileMap) map = map_of (screen, "heat");
    json_t *legend = cg_tile_map_legend_json (map);
    double sigma_m = json_number_value (json_object_get (legend, "bandwidth_m"));
    double full = json_number_value (json_object_get (legend, "full_per_km2"));
    static const guint zooms[] = { 10, 12, 15 };
    g_assert_cmpfloat (sigma_m, >, 200);
    for (guint i = 0; i < G_N_ELEMENTS (zooms); i++)
        compare_density (screen, map, zooms[i], sigma_m, full);
    json_decref (legend);
}

static guint32
class_colour (const json_t *classes, double value)
{
    gsize i;
    json_t *class;
    guint32 colour = 0;
    json_array_foreach (classes, i, class)
    {
        const json_t *upto = json_object_get (class, "to");
        const char *text = json_string_value (json_object_get (class, "colour"));
        if (colour == 0 && json_is_number (upto) && value <= json_number_value (upto))
            colour = 0xff000000u | (guint32) g_ascii_strtoull (text + 1, NULL, 16);
    }
    return colour;
}

/* The middle of each grid has the colour that the legend gives its number. */
static void
test_classes (void)
{
    g_autoptr (CgScreen) screen = fake_county (5);
    g_autoptr (CgTileMap) map = map_of (screen, "grid-households");
    g_autoptr (CgTransform) transform = cg_transform_new ("EPSG:4545", "EPSG:4326", NULL);
    json_t *legend = cg_tile_map_legend_json (map);
    const json_t *classes = json_object_get (legend, "classes");
    const CgGrids *grids = screen->grids;
    for (guint32 g = 0; g < grids->n; g += 17) {
        double x, y, u, v, side = 1u << 14;
        cg_shapes_label_point (grids->shapes, g, &x, &y, NULL);
        g_assert_cmpuint (cg_transform_run (transform, 1, &x, &y), ==, 0);
        CgTile tile = tile_at (14, x, y);
        cg_tile_world (x, y, &u, &v);
        g_autoptr (GBytes) png = cg_tile_map_draw (map, &tile, 1, NULL);
        cairo_surface_t *picture = decode (png);
        guint32 here =
            pixel (picture, (int) ((u * side - tile.x) * 256), (int) ((v * side - tile.y) * 256));
        g_assert_cmphex (here, ==, class_colour (classes, grids->households[g]));
        cairo_surface_destroy (picture);
    }
    json_decref (legend);
}

static void
test_types (void)
{
    const CgTileMapOptions options = {
        .now_s = FAKE_NOW_S, .since_s = CG_TIME_NONE, .until_s = CG_TIME_NONE, .types = "治安/盗窃"
    };
    g_autoptr (CgScreen) screen = fake_county (5);
    g_autoptr (CgTileMap) map = cg_tile_map_new (screen, "heat", &options, NULL, NULL);
    json_t *legend = cg_tile_map_legend_json (map);
    json_int_t by_hand = 0;
    for (guint32 i = screen->first_dated; i < screen->end_dated; i++)
        by_hand += screen->tables.incident_grid[i] != CG_NONE &&
                   strcmp (cg_names_get (screen->incidents->types, screen->incidents->type[i]),
                           options.types) == 0;
    g_assert_cmpint (by_hand, ==, json_integer_value (json_object_get (legend, "incidents")));
    g_assert_cmpint (by_hand, >, 100);
    json_decref (legend);
}

/* What is kept stays bounded, and maps that left are made again. */
static void
test_kept (void)
{
    g_autoptr (CgScreen) screen = fake_county (5);
    g_autoptr (CgTileMaps) maps = cg_tile_maps_new ();
    CgTile tile = tile_at (11, LON, LAT);
    g_autoptr (GBytes) first = NULL;
    for (guint i = 0; i < 100; i++) {
        const CgTileMapOptions options = { .now_s = FAKE_NOW_S, .bandwidth_m = 300 + i % 50 };
        g_autofree char *key = cg_tile_map_key ("heat", &options);
        g_autoptr (CgTileMap) map = cg_tile_maps_get (maps, key, screen, "heat", &options, NULL);
        g_autoptr (GBytes) png = i % 50 == 0 ? cg_tile_map_draw (map, &tile, 1, NULL) : NULL;
        if (i == 50)
            g_assert_true (g_bytes_equal (png, first));
        else if (i == 0)
            first = g_steal_pointer (&png);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/tile-maps/seams", test_seams);
    g_test_add_func ("/tile-maps/density", test_density);
    g_test_add_func ("/tile-maps/classes", test_classes);
    g_test_add_func ("/tile-maps/types", test_types);
    g_test_add_func ("/tile-maps/kept", test_kept);
    return g_test_run ();
}
