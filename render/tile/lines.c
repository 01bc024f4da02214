#include "tile/lines.h"

#include <math.h>
#include <string.h>

/* Unit: an eighth of a pixel, from the picture's north-west corner. Vertices are even, the middles
 * of samples odd. */
#define UNITS 8
#define NEAR                                                                                       \
    640 /* samples about a short line: testing each costs less than finding where rows meet it */

typedef struct {
    gint64 x, y;
} Unit;

typedef struct {
    CgTileMask *mask;
    gint64 last, radius; /* number of the last sample of a row */
} Pen;

gboolean
cg_tile_mask_init (CgTileMask *mask, guint side)
{
    *mask = (CgTileMask){ side, g_try_new0 (guint16, (gsize) side * side) };
    return mask->covered != NULL;
}

void
cg_tile_mask_clear (CgTileMask *mask)
{
    g_clear_pointer (&mask->covered, g_free);
}

static inline gint64
floor_div (gint64 a, gint64 b)
{
    gint64 q = a / b;
    return q - ((a % b != 0) && ((a < 0) != (b < 0)));
}

/* The first sample whose middle is not before a place, and the last one not behind it: 2 k + 1
 * units. */
static inline gint64
first_sample (gint64 unit)
{
    return unit >> 1;
}

static inline gint64
last_sample (gint64 unit)
{
    return (unit - 1) >> 1;
}

static inline void
cover (const Pen *pen, gint64 column, gint64 row)
{
    pen->mask->covered[(row / CG_TILE_SAMPLES) * pen->mask->side + column / CG_TILE_SAMPLES] |=
        (guint16) (1u << (row % CG_TILE_SAMPLES * CG_TILE_SAMPLES + column % CG_TILE_SAMPLES));
}

static void
cover_row (const Pen *pen, gint64 from, gint64 to, gint64 row)
{
    for (gint64 c = MAX (from, 0); c <= MIN (to, pen->last); c++)
        cover (pen, c, row);
}

/* Samples within the radius of a vertex. */
static void
put_dot (const Pen *pen, Unit at)
{
    gint64 top = MAX (first_sample (at.y - pen->radius), 0),
           bottom = MIN (last_sample (at.y + pen->radius), pen->last);
    if (at.x + pen->radius < 0 || at.x - pen->radius > UNITS * (gint64) pen->mask->side)
        return;
    for (gint64 row = top; row <= bottom; row++) {
        gint64 up = 2 * row + 1 - at.y;
        gint64 half = (gint64) sqrt ((double) (pen->radius * pen->radius - up * up));
        cover_row (pen, first_sample (at.x - half), last_sample (at.x + half), row);
    }
}

/* A line whose ends are put as dots: samples beside it, between its ends. */
typedef struct {
    Unit a;
    gint64 dx, dy, square, wide; /* wide: |cross| at the radius */
} Line;

static void
test_samples (const Pen *pen, const Line *line, gint64 left, gint64 right, gint64 top,
              gint64 bottom)
{
    for (gint64 row = top; row <= bottom; row++) {
        gint64 py = 2 * row + 1 - line->a.y, px = 2 * left + 1 - line->a.x;
        gint64 cross = line->dx * py - line->dy * px, along = line->dx * px + line->dy * py;
        for (gint64 c = left; c <= right; c++, cross -= 2 * line->dy, along += 2 * line->dx)
            if (cross <= line->wide && cross >= -line->wide && along >= 0 && along <= line->square)
                cover (pen, c, row);
    }
}

/* Keeps the px with low <= slope px + at <= high; FALSE: none. */
static gboolean
narrow (gint64 slope, gint64 at, gint64 low, gint64 high, gint64 *inout_from, gint64 *inout_to)
{
    if (slope == 0)
        return at >= low && at <= high;
    gint64 first = slope > 0 ? low - at : at - high, last = slope > 0 ? high - at : at - low;
    gint64 step = ABS (slope);
    *inout_from = MAX (*inout_from, -floor_div (-first, step));
    *inout_to = MIN (*inout_to, floor_div (last, step));
    return *inout_from <= *inout_to;
}

static void
cover_rows (const Pen *pen, const Line *line, gint64 top, gint64 bottom)
{
    for (gint64 row = top; row <= bottom; row++) {
        gint64 py = 2 * row + 1 - line->a.y, from = -line->a.x,
               to = UNITS * (gint64) pen->mask->side - line->a.x;
        if (narrow (-line->dy, line->dx * py, -line->wide, line->wide, &from, &to) &&
            narrow (line->dx, line->dy * py, 0, line->square, &from, &to))
            cover_row (pen, first_sample (from + line->a.x), last_sample (to + line->a.x), row);
    }
}

static void
put_line (const Pen *pen, Unit a, Unit b)
{
    Line line = { .a = a, .dx = b.x - a.x, .dy = b.y - a.y };
    gint64 left = first_sample (MIN (a.x, b.x) - pen->radius),
           right = last_sample (MAX (a.x, b.x) + pen->radius),
           top = first_sample (MIN (a.y, b.y) - pen->radius),
           bottom = last_sample (MAX (a.y, b.y) + pen->radius);
    if (right < 0 || bottom < 0 || left > pen->last || top > pen->last)
        return;
    line.square = line.dx * line.dx + line.dy * line.dy;
    line.wide = (gint64) sqrt ((double) (pen->radius * pen->radius) * (double) line.square);
    left = MAX (left, 0);
    top = MAX (top, 0);
    right = MIN (right, pen->last);
    bottom = MIN (bottom, pen->last);
    if ((right - left + 1) * (bottom - top + 1) <= NEAR)
        test_samples (pen, &line, left, right, top, bottom);
    else
        cover_rows (pen, &line, top, bottom);
}

/* Counted from the corner of the world, then from the picture's: whole numbers all the way. FALSE:
 * too far to count. */
static gboolean
place (const CgTile *tile, double x, double y, Unit *out)
{
    double quarters = ldexp (1, (int) tile->z + 8) * (UNITS / 2);
    double across = floor (x * quarters + 0.5), down = floor (-y * quarters + 0.5);
    gint64 origin_x = (gint64) tile->x * CG_TILE_SIZE * UNITS,
           origin_y = (gint64) tile->y * CG_TILE_SIZE * UNITS;
    if (!(fabs (across) < 1e15 && fabs (down) < 1e15))
        return FALSE;
    *out = (Unit){ 2 * (gint64) across - origin_x, 2 * (gint64) down - origin_y };
    return TRUE;
}

void
cg_tile_mask_outline (CgTileMask *mask, const CgTile *tile, const CgShapes *areas, guint32 i,
                      guint radius)
{
    const Pen pen = { mask, (gint64) mask->side * CG_TILE_SAMPLES - 1, radius };
    for (guint32 p = areas->shape_part[i]; p < areas->shape_part[i + 1]; p++)
        for (guint32 r = areas->part_ring[p]; r < areas->part_ring[p + 1]; r++) {
            Unit last = { 0, 0 }, here;
            gboolean open = FALSE;
            for (guint32 v = areas->ring_vertex[r]; v < areas->ring_vertex[r + 1]; v++) {
                if (!place (tile, areas->x[v], areas->y[v], &here) ||
                    (open && here.x == last.x && here.y == last.y))
                    continue;
                put_dot (&pen, here);
                if (open)
                    put_line (&pen, last, here);
                open = TRUE;
                last = here;
            }
        }
}
