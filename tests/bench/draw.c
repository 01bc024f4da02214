/* Drawing at 4K beside cairo: points to a picture file, a choropleth coloured again, whole frames.
 * CPU time of the process; best of several rounds. */
#include <cairo.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "analyse/density_field.h"
#include "base/random.h"
#include "chart/chart.h"
#include "cloud.h"
#include "map/id_raster.h"
#include "map/map.h"
#include "page/stage.h"

enum { N = CLOUD_N, WIDTH = CLOUD_WIDTH, HEIGHT = CLOUD_HEIGHT, ROUNDS = 9 };

/* ---- points to a file -------------------------------------------------------------------- */

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
        double start = bench_cpu_ms ();
        cairo_surface_write_to_png_stream (surface, append, out);
        best = MIN (best, bench_cpu_ms () - start);
        size = out->len;
    }
    printf ("png cairo %g %.2f 0 %" G_GSIZE_FORMAT "\n", sigma, best, size);
    cairo_surface_destroy (surface);
}

static void
bench_png (const BenchCloud *cloud, double sigma)
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
        double start = bench_cpu_ms ();
        g_autoptr (CgDensityField) field =
            cg_density_field_new (N, cloud->x, cloud->y, NULL, &options, NULL);
        best_field = MIN (best_field, bench_cpu_ms () - start);
        file = cg_map_heat_png (field, &heat, cg_themes (), FALSE, 0, NULL, NULL);
        best = MIN (best, bench_cpu_ms () - start);
        size = g_bytes_get_size (file);
    }
    printf ("png ours %g %.2f %.2f %" G_GSIZE_FORMAT "\n", sigma, best, best_field, size);
    bench_cairo_png (file, sigma);
}

/* ---- a choropleth coloured again --------------------------------------------------------- */

enum { SIDE = 100, CUTS = 8 };

/* Corner (i, j) of the net, moved about; its border is not. */
static void
net_corner (guint width, guint i, guint j, double *out_x, double *out_y)
{
    CgRandom random;
    cg_random_init (&random, i, j);
    double move_x = i % SIDE == 0 ? 0 : cg_random_unit (&random) - 0.5;
    double move_y = j % SIDE == 0 ? 0 : cg_random_unit (&random) - 0.5;
    *out_x = (i + 0.5 * move_x) * width / SIDE;
    *out_y = (j + 0.5 * move_y) * HEIGHT / SIDE;
}

/* The border between two corners, the same from both sides; the last point is left out. */
static void
add_border (CgShapes *areas, guint width, guint i0, guint j0, guint i1, guint j1)
{
    gboolean turned = i1 < i0 || j1 < j0;
    double x0, y0, x1, y1, x[CUTS + 1], y[CUTS + 1];
    net_corner (width, turned ? i1 : i0, turned ? j1 : j0, &x0, &y0);
    net_corner (width, turned ? i0 : i1, turned ? j0 : j1, &x1, &y1);
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
make_net (guint width)
{
    CgShapes *areas = cg_shapes_new (CG_SHAPES_AREA);
    for (guint j = 0; j < SIDE; j++)
        for (guint i = 0; i < SIDE; i++) {
            guint32 first = areas->n_vertices;
            add_border (areas, width, i, j, i + 1, j);
            add_border (areas, width, i + 1, j, i + 1, j + 1);
            add_border (areas, width, i + 1, j + 1, i, j + 1);
            add_border (areas, width, i, j + 1, i, j);
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
        guint class = (i * 5 + round) % 7;
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
        double start = bench_cpu_ms ();
        memset (raster, (int) r + 1, bytes);
        __asm__ volatile("" : : "r"(raster) : "memory");
        best = r > 0 ? MIN (best, bench_cpu_ms () - start) : best;
    }
    printf ("write 4k %.3f\n", best);
    g_free (raster);
}

static void
bench_choropleth (void)
{
    g_autoptr (CgShapes) areas = make_net (WIDTH);
    CgMapView view;
    CgBox box = { 0, 0, WIDTH, HEIGHT };
    g_autoptr (CgCanvas) canvas = cg_canvas_new (CG_FORMAT_PNG, WIDTH, HEIGHT, NULL, NULL);
    cg_map_view_fit (&view, &box, cg_canvas_rect (canvas), 0, NULL);
    double start = bench_cpu_ms (), made, best = G_MAXDOUBLE, best_cairo = G_MAXDOUBLE;
    g_autoptr (CgIdRaster) raster = cg_id_raster_new (&view, areas, NULL);
    made = bench_cpu_ms () - start;
    g_autofree double *value = g_new (double, areas->n_shapes);
    for (guint r = 0; r < ROUNDS; r++) {
        CgChoropleth choropleth = { .n_classes = 7, .upper = { 1, 2, 3, 4, 5, 6, 7 } };
        for (guint32 i = 0; i < areas->n_shapes; i++)
            value[i] = (i * 5 + r) % 7;
        start = bench_cpu_ms ();
        cg_map_choropleth_ids (canvas, raster, areas, value, &choropleth);
        best = MIN (best, bench_cpu_ms () - start);
    }
    cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, WIDTH, HEIGHT);
    cairo_t *cr = cairo_create (surface);
    for (guint r = 0; r < 4; r++) {
        start = bench_cpu_ms ();
        fill_by_cairo (cr, areas, r);
        best_cairo = MIN (best_cairo, bench_cpu_ms () - start);
    }
    printf ("choropleth ours %.3f %.2f\n", best, made);
    printf ("choropleth cairo %.2f\n", best_cairo);
    cairo_destroy (cr);
    cairo_surface_destroy (surface);
}

/* ---- frames ------------------------------------------------------------------------------ */

enum { N_LABELS = 1000, N_CHARTS = 8, N_FRAME_LAYERS = 4 + N_CHARTS };

/* A screen of a county: all that its layers are painted from. */
typedef struct {
    guint width, round; /* of the frame that is drawn */
    CgMapView view;
    CgShapes *areas;
    CgIdRaster *raster;
    CgDensityLive *live;
    double *value;
    CgLabel *labels;
    guint n_placed;
} Wall;

typedef struct {
    Wall *wall;
    guint chart;
} Panel;

static void
choropleth_rows (CgStageSink *sink, gpointer user_data)
{
    const Wall *wall = user_data;
    CgChoropleth choropleth = { .n_classes = 7, .upper = { 1, 2, 3, 4, 5, 6, 7 } };
    for (guint32 i = 0; i < wall->areas->n_shapes; i++)
        wall->value[i] = (i * 5 + wall->round) % 7;
    cg_map_choropleth_rows (sink, wall->raster, cg_themes (), wall->value, &choropleth);
}

static void
heat_rows (CgStageSink *sink, gpointer user_data)
{
    const Wall *wall = user_data;
    CgLiveSelection all = { .until_s = 3600 };
    CgDensityOptions options = { .bandwidth_m = 50,
                                 .box = { 0, 0, wall->width, HEIGHT },
                                 .width = wall->width,
                                 .height = HEIGHT };
    CgHeat heat = { .power = 0.5, .full_per_km2 = 1e6, .opacity = 0.6 };
    cg_density_live_add (wall->live, 0, 0, 100 + wall->round, 900, 40, NULL);
    g_autoptr (CgDensityField) field = cg_density_field_live (wall->live, &all, &options, NULL);
    cg_map_heat_rows (sink, field, &heat, cg_themes (), NULL);
}

static void
paint_borders (CgCanvas *canvas, gpointer user_data)
{
    const Wall *wall = user_data;
    cg_map_borders (canvas, &wall->view, wall->areas, CG_LEVEL_GRID);
}

static void
paint_labels (CgCanvas *canvas, gpointer user_data)
{
    Wall *wall = user_data;
    CgLabelOptions options = { .size = CG_TEXT_SMALL };
    wall->n_placed = cg_map_labels (canvas, &wall->view, N_LABELS, wall->labels, &options, NULL);
}

static CgRect
chart_rect (CgCanvas *canvas, guint chart)
{
    return cg_page_cell (canvas, chart % 2 ? 19 : 0, chart / 2 * 3, 5, 3);
}

static void
paint_chart (CgCanvas *canvas, gpointer user_data)
{
    const Panel *panel = user_data;
    guint round = panel->wall->round;
    CgPanel texts = { "乡镇排行 TOP 8", "起", "近 30 日", "12345 热线 · 09:30", FALSE, NULL };
    static const char *const names[8] = { "城关镇", "红塔镇", "化龙堰镇", "土城镇",
                                          "大木厂镇", "青峰镇", "门古寺镇", "白鹤镇" };
    CgBar bars[8];
    double value[30], week[7 * 24];
    for (guint i = 0; i < 8; i++)
        bars[i] = (CgBar){ names[i], 400 - 37 * i + round % 5, 380 - 30 * i };
    for (guint i = 0; i < 30; i++)
        value[i] = 40 + (i * 17 + round) % 29;
    for (guint i = 0; i < 7 * 24; i++)
        week[i] = (i * 5 + round) % 21;
    CgTrend trend = { 30, 1761062400, value, value, "今年", "去年同期" };
    const CgFigure figures[4] = { { "网格", "个", 1088, NAN, NULL, TRUE },
                                  { "户数", "户", 456789, NAN, NULL, TRUE },
                                  { "今日事件", "起", 342 + round, 305, "同比", FALSE },
                                  { "办结", "件", 298, 310, "环比", TRUE } };
    const CgListRow rows[4] = { { CG_WARNING_RED, NULL, "城关镇东街社区第三网格", "38 起" },
                                { CG_WARNING_ORANGE, NULL, "红塔镇", "21 起" },
                                { CG_WARNING_YELLOW, NULL, "土城镇", "17 起" },
                                { CG_WARNING_BLUE, NULL, "青峰镇", "12 起" } };
    CgRect rect = chart_rect (canvas, panel->chart);
    switch (panel->chart) {
    case 0:
        cg_chart_figures (canvas, rect, &texts, 4, figures);
        break;
    case 1:
        cg_chart_list (canvas, rect, &texts, 4, rows);
        break;
    case 2:
    case 3:
        cg_chart_trend (canvas, rect, &texts, &trend);
        break;
    case 4:
        cg_chart_ring (canvas, rect, &texts, 8, bars);
        break;
    case 5:
        cg_chart_types (canvas, rect, &texts, 8, bars);
        break;
    case 6:
        cg_chart_week (canvas, rect, &texts, week, NULL);
        break;
    default:
        cg_chart_ranking (canvas, rect, &texts, 8, bars);
        break;
    }
}

/* Names of two or three characters and 村 or 社区, a place for each on the map. */
static CgLabel *
make_labels (guint width)
{
    static const char *const parts[20] = { "杨", "李", "王", "赵", "陈", "刘", "家", "河", "沟", "湾",
                                           "坪", "岩", "桥", "寺", "岭", "坡", "塘", "溪", "城", "石" };
    CgLabel *labels = g_new0 (CgLabel, N_LABELS);
    for (guint i = 0; i < N_LABELS; i++) {
        labels[i].x = (i % 23 + 0.5) * width / 23;
        labels[i].y = (i / 23 + 0.5) * HEIGHT / 44;
        labels[i].text = g_strconcat (parts[i % 20], parts[(i / 20) % 20], parts[(i * 7 + i / 400) % 20],
                                      i % 3 ? "村" : "社区", NULL);
        labels[i].priority = i % 97;
    }
    return labels;
}

/* The labels alone, on a sheet that has them already. */
static void
bench_labels (Wall *wall)
{
    g_autoptr (CgCanvas) canvas =
        cg_canvas_new (CG_FORMAT_PNG, wall->width, HEIGHT, NULL, NULL);
    double best = G_MAXDOUBLE, cold = 0;
    cg_text_cache_limit (0);
    cg_text_cache_limit (64u << 20);
    for (guint r = 0; r < ROUNDS; r++) {
        double start = bench_cpu_ms ();
        paint_labels (canvas, wall);
        best = MIN (best, bench_cpu_ms () - start);
        cold = r == 0 ? best : cold;
    }
    printf ("labels %u %u %.2f %.2f\n", wall->width, wall->n_placed, best, cold);
}

/* changed: one bit for each layer. */
static double
draw_frame (CgStage *stage, Wall *wall, guint changed, guint round, CgStageWork *work)
{
    static char stamps[N_FRAME_LAYERS][12], names[N_CHARTS][12];
    Panel panels[N_CHARTS];
    CgRect all = { 0, 0, wall->width, HEIGHT };
    CgStageLayer layers[N_FRAME_LAYERS] = { { "choropleth", all, stamps[0], NULL, wall, choropleth_rows },
                                            { "heat", all, stamps[1], NULL, wall, heat_rows },
                                            { "borders", all, stamps[2], paint_borders, wall, NULL },
                                            { "labels", all, stamps[3], paint_labels, wall, NULL, TRUE } };
    g_autoptr (CgCanvas) sheet = cg_canvas_new_clear (CG_FORMAT_SVG, wall->width, HEIGHT, NULL, NULL);
    for (guint i = 0; i < N_FRAME_LAYERS; i++)
        if (changed >> i & 1)
            g_snprintf (stamps[i], sizeof stamps[i], "%u", round);
    for (guint c = 0; c < N_CHARTS; c++) {
        panels[c] = (Panel){ wall, c };
        g_snprintf (names[c], sizeof names[c], "chart %u", c);
        layers[4 + c] =
            (CgStageLayer){ names[c], chart_rect (sheet, c), stamps[4 + c], paint_chart, &panels[c], NULL };
    }
    wall->round = round;
    double start = bench_cpu_ms ();
    cg_stage_draw (stage, N_FRAME_LAYERS, layers, work, NULL);
    return bench_cpu_ms () - start;
}

static void
bench_frame (const BenchCloud *cloud, guint width)
{
    static const struct {
        const char *name;
        guint changed;
    } cases[] = { { "data", 0xff3 },
                  { "all_but_borders", 0xffffu & ~4u },
                  { "heat", 2 },
                  { "choropleth", 1 },
                  { "labels", 8 },
                  { "charts", 0xff0 },
                  { "one_chart", 0x10 },
                  { "nothing", 0 } };
    Wall wall = { .width = width, .areas = make_net (width), .labels = make_labels (width) };
    CgBox box = { 0, 0, width, HEIGHT };
    cg_map_view_fit (&wall.view, &box, (CgRect){ 0, 0, width, HEIGHT }, 0, NULL);
    wall.raster = cg_id_raster_new (&wall.view, wall.areas, NULL);
    wall.value = g_new (double, wall.areas->n_shapes);
    wall.live = cg_density_live_new (8, 3600, NULL);
    for (guint i = 0; i < N; i++)
        cg_density_live_add (wall.live, 0, 0, cloud->x[i] * width / WIDTH, cloud->y[i], 1, NULL);
    g_autoptr (CgStage) stage = cg_stage_new (width, HEIGHT, NULL, NULL);
    guint round = 1;
    CgStageWork work;
    printf ("frame %u first %.2f 0\n", width, draw_frame (stage, &wall, 0xffff, round++, &work));
    for (guint k = 0; k < G_N_ELEMENTS (cases); k++) {
        double best = G_MAXDOUBLE;
        for (guint r = 0; r < ROUNDS; r++)
            best = MIN (best, draw_frame (stage, &wall, cases[k].changed, round++, &work));
        printf ("frame %u %s %.2f %u\n", width, cases[k].name, best, work.n_pixels);
    }
    bench_labels (&wall);
    if (g_getenv ("BENCH_DRAW_KEEP") != NULL) {
        g_autofree char *path = g_strdup_printf ("%s-%u.png", g_getenv ("BENCH_DRAW_KEEP"), width);
        g_autoptr (GBytes) png = cg_stage_png (stage, NULL);
        g_file_set_contents (path, g_bytes_get_data (png, NULL), (gssize) g_bytes_get_size (png),
                             NULL);
    }
    for (guint i = 0; i < N_LABELS; i++)
        g_free ((char *) wall.labels[i].text);
    g_free (wall.labels);
    g_free (wall.value);
    cg_id_raster_free (wall.raster);
    cg_density_live_free (wall.live);
    cg_shapes_free (wall.areas);
}

int
main (int argc, char **argv)
{
    BenchCloud cloud;
    bench_cloud_make (&cloud);
    if (argc == 3 && strcmp (argv[1], "points") == 0) {
        FILE *file = fopen (argv[2], "wb");
        gboolean done = file != NULL && fwrite (cloud.x, sizeof (double), N, file) == N &&
                        fwrite (cloud.y, sizeof (double), N, file) == N && fclose (file) == 0;
        return done ? 0 : 3;
    }
    bench_write ();
    bench_choropleth ();
    bench_png (&cloud, 20);
    bench_png (&cloud, 50);
    bench_png (&cloud, 100);
    bench_frame (&cloud, WIDTH);
    bench_frame (&cloud, 2 * WIDTH);
    g_free (cloud.x);
    g_free (cloud.y);
    return 0;
}
