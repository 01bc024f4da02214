/* Points in polygons: ours beside GEOS (prepared polygons found through an STRtree), same points, same
 * run, every answer compared.
 *
 *   bench-attach [POINTS]               the table and bar 4; 10 000 000 points unless said
 *   bench-attach --write DIR POINTS     areas.csv and points.csv for peers that read files
 */
#include "attach/attach.h"
#include "base/random.h"

#include <geos_c.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define SIDE 32  /* polygons along a side of the square      */
#define STEPS 32 /* edges between two corners of the lattice */
#define ROUNDS 5

static double
cpu_s (void)
{
    struct timespec now;
    clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
    return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

/* ---- the polygons -------------------------------------------------------------------------- */

typedef struct {
    double x[STEPS + 1], y[STEPS + 1];
} Line;

/* The middle is moved sideways, by up to a quarter of the length; then both halves. */
static void
bend (CgRandom *random, Line *line, int from, int to, double amount)
{
    if (to - from < 2)
        return;
    int middle = (from + to) / 2;
    double t = (cg_random_unit (random) - 0.5) * amount;
    double dx = line->x[to] - line->x[from], dy = line->y[to] - line->y[from];
    line->x[middle] = (line->x[from] + line->x[to]) / 2 - dy * t;
    line->y[middle] = (line->y[from] + line->y[to]) / 2 + dx * t;
    bend (random, line, from, middle, amount);
    bend (random, line, middle, to, amount);
}

static Line
make_line (CgRandom *random, double x0, double y0, double x1, double y1, gboolean straight)
{
    Line line = { { x0 }, { y0 } };
    line.x[STEPS] = x1;
    line.y[STEPS] = y1;
    bend (random, &line, 0, STEPS, straight ? 0 : 0.5);
    return line;
}

static void
add_line (CgShapes *areas, const Line *line, gboolean forward)
{
    for (int k = 0; k < STEPS; k++)
        cg_shapes_add_vertex (areas, line->x[forward ? k : STEPS - k],
                              line->y[forward ? k : STEPS - k]);
}

/* SIDE x SIDE polygons of 129 vertices that tile the unit square. */
static CgShapes *
make_areas (void)
{
    g_autofree Line *across = g_new (Line, (SIDE + 1) * SIDE);
    g_autofree Line *up = g_new (Line, (SIDE + 1) * SIDE);
    CgRandom random;
    cg_random_init (&random, 1, 1);
    for (int a = 0; a <= SIDE; a++)
        for (int b = 0; b < SIDE; b++) {
            double at = (double) a / SIDE, from = (double) b / SIDE, to = (b + 1.0) / SIDE;
            gboolean rim = a == 0 || a == SIDE;
            across[a * SIDE + b] = make_line (&random, from, at, to, at, rim);
            up[a * SIDE + b] = make_line (&random, at, from, at, to, rim);
        }
    CgShapes *areas = cg_shapes_new (CG_SHAPES_AREA);
    for (int r = 0; r < SIDE; r++)
        for (int c = 0; c < SIDE; c++) {
            add_line (areas, &across[r * SIDE + c], TRUE);
            add_line (areas, &up[(c + 1) * SIDE + r], TRUE);
            add_line (areas, &across[(r + 1) * SIDE + c], FALSE);
            add_line (areas, &up[c * SIDE + r], FALSE);
            cg_shapes_add_vertex (areas, across[r * SIDE + c].x[0], across[r * SIDE + c].y[0]);
            cg_shapes_end_ring (areas);
            cg_shapes_end_part (areas);
            cg_shapes_end_shape (areas);
        }
    return areas;
}

/* ---- GEOS ---------------------------------------------------------------------------------- */

typedef struct {
    GEOSContextHandle_t context;
    GEOSSTRtree *tree;
    const GEOSPreparedGeometry **prepared;
    GEOSGeometry **polygon;
    guint32 *number;
    GEOSGeometry *point; /* of the question */
    guint32 found;
} Geos;

static void
geos_build (Geos *geos, const CgShapes *areas)
{
    guint32 n = areas->n_shapes;
    geos->context = GEOS_init_r ();
    geos->tree = GEOSSTRtree_create_r (geos->context, 10);
    geos->prepared = g_new (const GEOSPreparedGeometry *, n);
    geos->polygon = g_new (GEOSGeometry *, n);
    geos->number = g_new (guint32, n);
    GEOSWKBReader *reader = GEOSWKBReader_create_r (geos->context);
    for (guint32 i = 0; i < n; i++) {
        gsize size;
        g_autoptr (GBytes) wkb = cg_shapes_get_wkb (areas, i, FALSE);
        const guchar *bytes = g_bytes_get_data (wkb, &size);
        geos->polygon[i] = GEOSWKBReader_read_r (geos->context, reader, bytes, size);
        geos->prepared[i] = GEOSPrepare_r (geos->context, geos->polygon[i]);
        geos->number[i] = i;
        GEOSSTRtree_insert_r (geos->context, geos->tree, geos->polygon[i], &geos->number[i]);
    }
    GEOSWKBReader_destroy_r (geos->context, reader);
}

static void
geos_free (Geos *geos, guint32 n)
{
    for (guint32 i = 0; i < n; i++) {
        GEOSPreparedGeom_destroy_r (geos->context, geos->prepared[i]);
        GEOSGeom_destroy_r (geos->context, geos->polygon[i]);
    }
    GEOSSTRtree_destroy_r (geos->context, geos->tree);
    g_free (geos->prepared);
    g_free (geos->polygon);
    g_free (geos->number);
    GEOS_finish_r (geos->context);
}

/* Lowest number of the polygons that touch or hold the point: our rule on borders. */
static void
ask (void *item, void *user_data)
{
    Geos *geos = user_data;
    guint32 i = *(const guint32 *) item;
    if (i < geos->found &&
        GEOSPreparedIntersects_r (geos->context, geos->prepared[i], geos->point) == 1)
        geos->found = i;
}

static void
geos_run (Geos *geos, guint32 n, const double *x, const double *y, guint32 *out)
{
    for (guint32 k = 0; k < n; k++) {
        geos->point = GEOSGeom_createPointFromXY_r (geos->context, x[k], y[k]);
        geos->found = CG_NONE;
        GEOSSTRtree_query_r (geos->context, geos->tree, geos->point, ask, geos);
        out[k] = geos->found;
        GEOSGeom_destroy_r (geos->context, geos->point);
    }
}

/* ---- the bench ----------------------------------------------------------------------------- */

static void
draw_points (guint32 n, double *x, double *y)
{
    CgRandom random;
    cg_random_init (&random, 2, 2);
    for (guint32 i = 0; i < n; i++) {
        x[i] = cg_random_unit (&random);
        y[i] = cg_random_unit (&random);
    }
}

static int
write_files (const char *dir, guint32 n)
{
    g_autoptr (CgShapes) areas = make_areas ();
    g_autofree double *x = g_new (double, n), *y = g_new (double, n);
    g_autofree char *areas_path = g_build_filename (dir, "areas.csv", NULL);
    g_autofree char *points_path = g_build_filename (dir, "points.csv", NULL);
    FILE *file = fopen (areas_path, "w");
    if (file == NULL)
        return 1;
    for (guint32 i = 0; i < areas->n_shapes; i++) {
        gsize size;
        g_autoptr (GBytes) wkb = cg_shapes_get_wkb (areas, i, FALSE);
        const guchar *bytes = g_bytes_get_data (wkb, &size);
        fprintf (file, "%u,", i);
        for (gsize k = 0; k < size; k++)
            fprintf (file, "%02x", bytes[k]);
        putc ('\n', file);
    }
    fclose (file);
    file = fopen (points_path, "w");
    if (file == NULL)
        return 1;
    draw_points (n, x, y);
    for (guint32 i = 0; i < n; i++)
        fprintf (file, "%u,%.17g,%.17g\n", i, x[i], y[i]);
    return fclose (file) != 0;
}

/* Our fastest of some rounds; GEOS runs between them, a share of the points each time. */
static void
measure (const CgShapes *areas, guint32 n, const double *x, const double *y)
{
    g_autofree guint32 *ours = g_new0 (guint32, n), *theirs = g_new0 (guint32, n);
    g_autofree guint8 *border = g_new0 (guint8, n);
    double best = G_MAXDOUBLE, best_borders = G_MAXDOUBLE, geos_s = 0, start = cpu_s ();
    g_autoptr (CgAttachIndex) index = cg_attach_index_new (areas, NULL, NULL);
    double build_s = cpu_s () - start;
    Geos geos = { 0 };
    start = cpu_s ();
    geos_build (&geos, areas);
    double geos_build_s = cpu_s () - start;
    for (guint round = 0; round < ROUNDS; round++) {
        start = cpu_s ();
        cg_attach_run (index, n, x, y, 1, ours, NULL);
        best = MIN (best, cpu_s () - start);
        start = cpu_s ();
        cg_attach_run (index, n, x, y, 1, ours, border);
        best_borders = MIN (best_borders, cpu_s () - start);
        guint32 from = (guint64) n * round / ROUNDS, to = (guint64) n * (round + 1) / ROUNDS;
        start = cpu_s ();
        geos_run (&geos, to - from, x + from, y + from, theirs + from);
        geos_s += cpu_s () - start;
    }
    guint32 different = 0, outside = 0;
    for (guint32 i = 0; i < n; i++) {
        different += ours[i] != theirs[i];
        outside += ours[i] == CG_NONE;
    }
    geos_free (&geos, areas->n_shapes);
    double ratio = geos_s / best;
    printf ("| engine | build ms | points | M points/s | ours is faster |\n|---|--:|--:|--:|--:|\n");
    printf ("| ours | %.0f | %u | %.1f | |\n", build_s * 1e3, n, n / best / 1e6);
    printf ("| ours, with flags of borders | | %u | %.1f | |\n", n, n / best_borders / 1e6);
    printf ("| GEOS %s, prepared + STRtree, C | %.0f | %u | %.2f | %.1f x |\n", GEOSversion (),
            geos_build_s * 1e3, n, n / geos_s / 1e6, ratio);
    printf ("\n- bar 4: %.1f times GEOS (at least 25), %u of %u points differ, %u outside, %s\n", ratio,
            different, n, outside,
            ratio >= 25 && different == 0 ? "reached" : "**not reached**");
}

int
main (int argc, char **argv)
{
    if (argc == 4 && strcmp (argv[1], "--write") == 0)
        return write_files (argv[2], (guint32) g_ascii_strtoull (argv[3], NULL, 10));
    guint32 n = argc > 1 ? (guint32) g_ascii_strtoull (argv[1], NULL, 10) : 10000000;
    if (n == 0)
        return 2;
    g_autoptr (CgShapes) areas = make_areas ();
    g_autofree double *x = g_new (double, n), *y = g_new (double, n);
    draw_points (n, x, y);
    measure (areas, n, x, y);
    return 0;
}
