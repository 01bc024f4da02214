/* Shapes become segments of the lattice; long ones get places between their ends, so that the
 * triangles over them are well shaped where buildings are near. */
#include "cells/cells_internal.h"

#include <math.h>
#include <string.h>

#include "base/error.h"

#define MAX_PLACES ((double) (G_GINT64_CONSTANT (1) << 34))
#define NEAR_M 40.0 /* side of a square of the map of buildings */
#define WALL_M 8.0  /* longest piece of a wall                  */
#define MAX_SQUARES 16000000.0

/* Longest piece of a line by how far the next building is. */
static const double piece_m[] = { 150, 40, 40, 8 };
enum { FAR, MIDDLE, RIM, NEAR };

typedef struct {
    double x0, y0, side_x, side_y; /* of the plane */
    guint32 n_x, n_y;
    guint8 *level;
    guint8 *quarters; /* bits 1 << quarter of the square, where a corner of a building stands */
} Nearness;

/* ---- the lattice ------------------------------------------------------------------------- */

static void
choose_lattice (CgCellsJob *job, const CgBox *box)
{
    double wide = MAX (box->x_max - box->x_min, box->y_max - box->y_min);
    double margin = wide / 8;
    double most = MAX (MAX (fabs (box->x_min), fabs (box->x_max)),
                       MAX (fabs (box->y_min), fabs (box->y_max)));
    int exponent;
    frexp ((wide + 2 * margin) / CG_PLACE / MAX_PLACES, &exponent);
    job->step = ldexp (1, exponent);
    /* x0 + i * step must be a double without rounding. */
    frexp (most, &exponent);
    job->step = MAX (job->step, ldexp (1, exponent - 51));
    double grain = job->step * 4096;
    job->x0 = floor ((box->x_min / 2 + box->x_max / 2) / grain) * grain;
    job->y0 = floor ((box->y_min / 2 + box->y_max / 2) / grain) * grain;
    job->reach = (CgBox){ box->x_min - margin, box->y_min - margin, box->x_max + margin,
                          box->y_max + margin };
    job->out->x0 = job->x0;
    job->out->y0 = job->y0;
    job->out->step = job->step;
}

CgSpot
cg_cells_spot (const CgCellsJob *job, double x, double y)
{
    double place = CG_PLACE * job->step;
    return (CgSpot){ (gint64) floor ((x - job->x0) / place + 0.5),
                     (gint64) floor ((y - job->y0) / place + 0.5) };
}

double
cg_cells_x (const CgCellsJob *job, double places)
{
    return job->x0 + places * CG_PLACE * job->step;
}

double
cg_cells_y (const CgCellsJob *job, double places)
{
    return job->y0 + places * CG_PLACE * job->step;
}

double
cg_cells_metres (const CgCellsJob *job, CgSpot a, CgSpot b)
{
    double place = CG_PLACE * job->step;
    double dx = (double) (b.x - a.x) * place * job->in->metre_x;
    double dy = (double) (b.y - a.y) * place * job->in->metre_y;
    return sqrt (dx * dx + dy * dy);
}

double
cg_cells_m2 (const CgCellsJob *job, CgWide twice)
{
    double place = CG_PLACE * job->step;
    return (double) twice / 2 * place * place * job->in->metre_x * job->in->metre_y;
}

/* ---- how near the next building is ------------------------------------------------------- */

static guint8 *
square_at (const Nearness *near, double x, double y)
{
    double u = floor ((x - near->x0) / near->side_x), v = floor ((y - near->y0) / near->side_y);
    if (!(u >= 0 && v >= 0 && u < near->n_x && v < near->n_y))
        return NULL;
    return near->level + (gsize) v * near->n_x + (gsize) u;
}

/* Raises squares within `reach` squares of marked ones to `level`, along x and then along y. */
static void
widen (Nearness *near, const guint8 *marked, guint32 reach, guint8 level)
{
    g_autofree guint8 *row = g_new0 (guint8, (gsize) near->n_x * near->n_y);
    for (guint pass = 0; pass < 2; pass++) {
        const guint8 *from = pass == 0 ? marked : row;
        gsize step = pass == 0 ? 1 : near->n_x;
        guint32 n = pass == 0 ? near->n_x : near->n_y, lines = pass == 0 ? near->n_y : near->n_x;
        for (guint32 line = 0; line < lines; line++) {
            gsize start = pass == 0 ? (gsize) line * near->n_x : line;
            guint32 last = 0; /* one past the last marked square within reach ahead */
            gint64 seen = G_MININT32;
            for (guint32 k = 0; k < n; k++) {
                for (; last < n && last <= k + reach; last++)
                    if (from[start + last * step] != 0)
                        seen = last;
                if (seen + reach < k)
                    continue;
                gsize at = start + k * step;
                if (pass == 0)
                    row[at] = 1;
                else
                    near->level[at] = MAX (near->level[at], level);
            }
        }
    }
}

static void
mark_buildings (Nearness *near, const CgShapes *shapes)
{
    for (guint32 v = 0; shapes != NULL && v < shapes->n_vertices; v++) {
        guint8 *square = square_at (near, shapes->x[v], shapes->y[v]);
        if (square == NULL)
            continue;
        double u = (shapes->x[v] - near->x0) / near->side_x, w = (shapes->y[v] - near->y0) / near->side_y;
        guint quarter = (u - floor (u) >= 0.5) + 2 * (w - floor (w) >= 0.5);
        near->quarters[square - near->level] |= (guint8) (1u << quarter);
    }
}

static Nearness
measure_nearness (const CgCellsJob *job)
{
    const CgBox *box = &job->reach;
    double width = (box->x_max - box->x_min) * job->in->metre_x,
           height = (box->y_max - box->y_min) * job->in->metre_y;
    double side = MAX (NEAR_M, sqrt (width * height / MAX_SQUARES));
    Nearness near = { box->x_min,
                      box->y_min,
                      side / job->in->metre_x,
                      side / job->in->metre_y,
                      (guint32) (width / side) + 1,
                      (guint32) (height / side) + 1,
                      NULL,
                      NULL };
    near.level = g_new0 (guint8, (gsize) near.n_x * near.n_y);
    near.quarters = g_new0 (guint8, (gsize) near.n_x * near.n_y);
    mark_buildings (&near, job->in->outlines);
    mark_buildings (&near, job->in->points);
    widen (&near, near.quarters, 4, MIDDLE);
    widen (&near, near.quarters, 2, RIM);
    widen (&near, near.quarters, 1, NEAR);
    return near;
}

/* ---- segments ---------------------------------------------------------------------------- */

/* Cuts a-b off at the reach of the lattice; FALSE when nothing is left. */
static gboolean
clip (const CgBox *box, double *ax, double *ay, double *bx, double *by)
{
    double from = 0, to = 1, dx = *bx - *ax, dy = *by - *ay;
    const double p[] = { -dx, dx, -dy, dy };
    const double q[] = { *ax - box->x_min, box->x_max - *ax, *ay - box->y_min, box->y_max - *ay };
    for (guint k = 0; k < 4; k++) {
        if (p[k] == 0 && q[k] < 0)
            return FALSE;
        if (p[k] < 0)
            from = MAX (from, q[k] / p[k]);
        else if (p[k] > 0)
            to = MIN (to, q[k] / p[k]);
    }
    if (from > to)
        return FALSE;
    double x = *ax, y = *ay;
    if (to < 1) {
        *bx = x + to * dx;
        *by = y + to * dy;
    }
    if (from > 0) {
        *ax = x + from * dx;
        *ay = y + from * dy;
    }
    return TRUE;
}

/* a + (b - a) * k / n, rounded the same way whichever end the line was drawn from. */
static CgSpot
place_between (CgSpot a, CgSpot b, guint32 k, guint32 n)
{
    if (a.x > b.x || (a.x == b.x && a.y > b.y)) {
        CgSpot swap = a;
        a = b;
        b = swap;
        k = n - k;
    }
    return (CgSpot){ a.x + ((b.x - a.x) * (gint64) k) / (gint64) n,
                     a.y + ((b.y - a.y) * (gint64) k) / (gint64) n };
}

static void
add_cut (CgCellsJob *job, CgSpot a, CgSpot b, double longest_m, guint32 source)
{
    double pieces = ceil (cg_cells_metres (job, a, b) / longest_m);
    guint32 n = (guint32) CLAMP (pieces, 1, 100000);
    CgSpot last = a;
    for (guint32 k = 1; k <= n; k++) {
        CgSpot next = k == n ? b : place_between (a, b, k, n);
        cg_lines_add (job->lines, last, next, source);
        last = next;
    }
}

/* near NULL: pieces of the length for walls. */
static void
add_line (CgCellsJob *job, const Nearness *near, const CgShapes *shapes, guint32 ring,
          gboolean backwards, guint32 source)
{
    guint32 from = shapes->ring_vertex[ring], to = shapes->ring_vertex[ring + 1];
    for (guint32 v = from; v + 1 < to; v++) {
        guint32 i = backwards ? v + 1 : v, j = backwards ? v : v + 1;
        double ax = shapes->x[i], ay = shapes->y[i], bx = shapes->x[j], by = shapes->y[j];
        if (!clip (&job->reach, &ax, &ay, &bx, &by))
            continue;
        CgSpot a = cg_cells_spot (job, ax, ay), b = cg_cells_spot (job, bx, by);
        double length = cg_cells_metres (job, a, b);
        guint32 n = near != NULL ? (guint32) CLAMP (ceil (length / 150), 1, 100000) : 1;
        CgSpot last = a;
        for (guint32 k = 1; k <= n; k++) {
            CgSpot next = k == n ? b : place_between (a, b, k, n);
            double longest = WALL_M;
            if (near != NULL) {
                const guint8 *level =
                    square_at (near, cg_cells_x (job, (double) last.x / 2 + (double) next.x / 2),
                               cg_cells_y (job, (double) last.y / 2 + (double) next.y / 2));
                longest = piece_m[level != NULL ? *level : FAR];
            }
            add_cut (job, last, next, longest, source);
            last = next;
        }
    }
}

/* Outsides run counter-clockwise, holes clockwise: inside is on the left. */
static void
add_rings (CgCellsJob *job, const Nearness *near, const CgShapes *shapes, guint32 part,
           guint32 source)
{
    for (guint32 r = shapes->part_ring[part]; r < shapes->part_ring[part + 1]; r++) {
        gboolean outside = r == shapes->part_ring[part];
        add_line (job, near, shapes, r, (cg_shapes_ring_area (shapes, r) > 0) != outside, source);
    }
}

static void
add_areas (CgCellsJob *job, const Nearness *near, const CgShapes *shapes, guint32 first_source)
{
    for (guint32 i = 0; shapes != NULL && i < shapes->n_shapes; i++)
        for (guint32 p = shapes->shape_part[i]; p < shapes->shape_part[i + 1]; p++)
            add_rings (job, near, shapes, p, first_source + i);
}

/* Keeps the part of a closed ring on one side of a line along an axis; I. E. Sutherland,
 * G. W. Hodgman, 1974. The rest runs along that line, outside of all ground. */
static void
clip_side (const GArray *from, GArray *to, guint axis, double limit, gboolean upper)
{
    const double *v = (const double *) (gconstpointer) from->data;
    guint n = from->len / 2;
    g_array_set_size (to, 0);
    for (guint k = 0; k < n; k++) {
        const double *p = v + 2 * k, *q = v + 2 * ((k + 1) % n);
        gboolean p_in = upper ? p[axis] <= limit : p[axis] >= limit;
        gboolean q_in = upper ? q[axis] <= limit : q[axis] >= limit;
        if (p_in)
            g_array_append_vals (to, p, 2);
        if (p_in != q_in) {
            double share = (limit - p[axis]) / (q[axis] - p[axis]);
            double cut[2] = { p[0] + share * (q[0] - p[0]), p[1] + share * (q[1] - p[1]) };
            cut[axis] = limit;
            g_array_append_vals (to, cut, 2);
        }
    }
}

/* A ring of an area of water, closed within the reach of the lattice. */
static void
add_clipped_ring (CgCellsJob *job, const Nearness *near, const CgShapes *shapes, guint32 ring,
                  gboolean outside, guint32 source)
{
    g_autoptr (GArray) a = g_array_new (FALSE, FALSE, sizeof (double));
    g_autoptr (GArray) b = g_array_new (FALSE, FALSE, sizeof (double));
    g_autoptr (CgShapes) clipped = cg_shapes_new (CG_SHAPES_AREA);
    for (guint32 v = shapes->ring_vertex[ring]; v + 1 < shapes->ring_vertex[ring + 1]; v++) {
        double place[2] = { shapes->x[v], shapes->y[v] };
        g_array_append_vals (a, place, 2);
    }
    clip_side (a, b, 0, job->reach.x_min, FALSE);
    clip_side (b, a, 0, job->reach.x_max, TRUE);
    clip_side (a, b, 1, job->reach.y_min, FALSE);
    clip_side (b, a, 1, job->reach.y_max, TRUE);
    if (a->len < 6)
        return;
    for (guint k = 0; k <= a->len / 2; k++) {
        guint at = k % (a->len / 2);
        cg_shapes_add_vertex (clipped, g_array_index (a, double, 2 * at),
                              g_array_index (a, double, 2 * at + 1));
    }
    cg_shapes_end_ring (clipped);
    add_line (job, near, clipped, 0, (cg_shapes_ring_area (shapes, ring) > 0) != outside, source);
}

static gboolean
is_cutting (const CgCellsJob *job, guint32 barrier)
{
    guint8 class = job->in->barriers->class[barrier];
    return class < CG_BARRIER_BUILDING && (job->options.cut >> class & 1) != 0;
}

static void
add_barriers (CgCellsJob *job, const Nearness *near)
{
    const CgBarriers *barriers = job->in->barriers;
    for (guint32 i = 0; barriers != NULL && i < barriers->n; i++) {
        if (!is_cutting (job, i))
            continue;
        const CgShapes *lines = barriers->lines, *areas = barriers->areas;
        for (guint32 p = lines->shape_part[i]; p < lines->shape_part[i + 1]; p++)
            add_line (job, near, lines, lines->part_ring[p], FALSE, job->first_barrier + i);
        for (guint32 p = areas->shape_part[i]; p < areas->shape_part[i + 1]; p++)
            for (guint32 r = areas->part_ring[p]; r < areas->part_ring[p + 1]; r++)
                add_clipped_ring (job, near, areas, r, r == areas->part_ring[p],
                                  job->first_barrier + i);
    }
}

/* ---- sites ------------------------------------------------------------------------------- */

static gboolean
is_within (const CgBox *outer, const CgShapes *shapes, guint32 part)
{
    guint32 first = shapes->part_ring[part], end = shapes->part_ring[part + 1];
    for (guint32 v = shapes->ring_vertex[first]; v < shapes->ring_vertex[end]; v++)
        if (!(shapes->x[v] >= outer->x_min && shapes->x[v] <= outer->x_max &&
              shapes->y[v] >= outer->y_min && shapes->y[v] <= outer->y_max))
            return FALSE;
    return first < end;
}

static void
add_site (CgCellsJob *job, const CgShapes *shapes, guint32 row, guint32 part)
{
    guint32 v = shapes->ring_vertex[shapes->part_ring[part]];
    if (!is_within (&job->reach, shapes, part))
        return; /* told as OUTSIDE when no other part of the row has a place */
    CgSite site = { .row = row,
                    .part = part,
                    .is_point = shapes->kind == CG_SHAPES_POINT,
                    .was_point = shapes->kind == CG_SHAPES_POINT,
                    .spot = cg_cells_spot (job, shapes->x[v], shapes->y[v]) };
    g_array_append_val (job->sites, site);
}

static void
list_sites (CgCellsJob *job)
{
    for (guint32 i = 0; i < job->in->n_buildings; i++) {
        const CgShapes *shapes[] = { job->in->outlines, job->in->points };
        for (guint k = 0; k < 2; k++)
            for (guint32 p = shapes[k] != NULL ? shapes[k]->shape_part[i] : 1;
                 shapes[k] != NULL && p < shapes[k]->shape_part[i + 1]; p++)
                add_site (job, shapes[k], i, p);
    }
}

/* A point, or an outline that is none on the lattice, is a segment of no length to a place of its
 * own: it needs a node. A segment to a place beside it and back gives it one; long enough that what
 * faces it can be cut between the two (near.c), and askew, as rasters of points are common. */
static void
add_point (CgCellsJob *job, CgSpot spot, guint32 source)
{
    CgSpot next = { spot.x + 590, spot.y + 230 };
    cg_lines_add (job->lines, spot, next, source);
    cg_lines_add (job->lines, next, spot, source);
}

static void
add_sites (CgCellsJob *job)
{
    for (guint32 s = 0; s < job->sites->len; s++) {
        CgSite *site = &g_array_index (job->sites, CgSite, s);
        guint before = job->lines->source->len;
        if (!site->is_point)
            add_rings (job, NULL, job->in->outlines, site->part, job->first_site + s);
        if (job->lines->source->len == before) {
            add_point (job, site->spot, job->first_site + s);
            site->is_point = TRUE;
        }
    }
}

/* Places in open ground. A ring of squares around each settlement: what lies beyond is not faced by
 * any building, so gardens end there and fields stay fields. And one in each quarter of a square
 * without a corner of a building, so that wide gaps between buildings are divided in small steps. */
static void
add_open_places (CgCellsJob *job, const Nearness *near)
{
    for (guint32 v = 0; v < near->n_y; v++)
        for (guint32 u = 0; u < near->n_x; u++) {
            gsize at = (gsize) v * near->n_x + u;
            double x = near->x0 + u * near->side_x, y = near->y0 + v * near->side_y;
            if (near->level[at] == RIM)
                cg_lines_add_spot (job->lines, cg_cells_spot (job, x + 0.5 * near->side_x,
                                                              y + 0.5 * near->side_y));
            for (guint q = 0; q < 4 && near->level[at] == NEAR; q++)
                if ((near->quarters[at] >> q & 1) == 0)
                    cg_lines_add_spot (
                        job->lines, cg_cells_spot (job, x + (0.25 + 0.5 * (q & 1)) * near->side_x,
                                                   y + (0.25 + 0.5 * (q >> 1)) * near->side_y));
        }
}

static void
number_sources (CgCellsJob *job)
{
    const CgCellsInput *in = job->in;
    job->first_compound = in->regions->n_shapes;
    job->first_barrier =
        job->first_compound + (in->compounds != NULL ? in->compounds->n_shapes : 0);
    job->first_site = job->first_barrier + (in->barriers != NULL ? in->barriers->n : 0);
    job->n_sources = job->first_site + job->sites->len;
}

gboolean
cg_cells_trace (CgCellsJob *job, GError **error)
{
    CgBox box = cg_shapes_box_all (job->in->regions);
    if (cg_box_is_empty (&box) || !(box.x_max > box.x_min && box.y_max > box.y_min)) {
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT, "the boundary has no ground");
        return FALSE;
    }
    choose_lattice (job, &box);
    list_sites (job);
    number_sources (job);
    /* First the lines alone, as they are: where do they end? */
    Nearness far = { 0 };
    add_areas (job, &far, job->in->regions, 0);
    add_areas (job, &far, job->in->compounds, job->first_compound);
    add_barriers (job, &far);
    g_autoptr (CgLines) closing = cg_lines_new ();
    g_autoptr (CgCellsCuts) cuts = cg_cells_cuts_new ();
    if (!cg_cells_close_ends (job, closing, cuts, error))
        return FALSE;
    cg_cells_find_tiles (job, cuts);
    cg_lines_free (job->lines);
    job->lines = cg_lines_new ();
    Nearness near = measure_nearness (job);
    add_areas (job, &near, job->in->regions, 0);
    add_areas (job, &near, job->in->compounds, job->first_compound);
    add_barriers (job, &near);
    for (guint32 k = 0; k < closing->source->len; k++)
        add_cut (job, g_array_index (closing->ends, CgSpot, 2 * (gsize) k),
                 g_array_index (closing->ends, CgSpot, 2 * (gsize) k + 1), piece_m[NEAR],
                 g_array_index (closing->source, guint32, k));
    add_sites (job);
    add_open_places (job, &near);
    g_free (near.level);
    g_free (near.quarters);
    return TRUE;
}
