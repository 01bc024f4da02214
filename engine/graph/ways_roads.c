/* Roads that lead over what is impassable without saying how, and waters too wide to be walked over. */
#include "ways_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define CLEAR_M 6.0    /* a road is over when it is so far from what it crosses: beyond what runs along it */
#define JOINED_M 0.5   /* outlines so near to each other are one border            */
#define PIECE_M 5.0    /* in which a border is looked at                           */
#define MOST_PIECES 1000.0
#define SHORE_M 1.0    /* what is so near to an outline lies on it                */
#define LONGEST_M 60.0 /* within so much; what runs beside a wall for longer does not cross it             */

/* ---- wide water -------------------------------------------------------------------------- */

/* Width of the widest part of an area, in metres: twice the radius of its largest circle. */
static double
width_of (const CgShapes *areas, guint32 row, double metre_x, double metre_y, double enough_m)
{
    double most = 0;
    for (guint32 p = areas->shape_part[row]; p < areas->shape_part[row + 1] && most < enough_m; p++) {
        g_autoptr (CgShapes) part = cg_shapes_new (CG_SHAPES_AREA);
        for (guint32 r = areas->part_ring[p]; r < areas->part_ring[p + 1]; r++) {
            for (guint32 v = areas->ring_vertex[r]; v < areas->ring_vertex[r + 1]; v++)
                cg_shapes_add_vertex (part, areas->x[v] * metre_x, areas->y[v] * metre_y);
            cg_shapes_end_ring (part);
        }
        cg_shapes_end_part (part);
        cg_shapes_end_shape (part);
        CgBox box = cg_shapes_box (part, 0);
        double x, y, radius = 0;
        if (MIN (box.x_max - box.x_min, box.y_max - box.y_min) >= enough_m)
            cg_shapes_label_point (part, 0, &x, &y, &radius);
        most = MAX (most, 2 * radius);
    }
    return most;
}

typedef struct {
    CgBarriers *barriers;
    double wide_m, metre_x, metre_y;
    guint8 *is_wide; /* [barriers->n] */
    GArray *rim; /* of CgOutline: outlines of wide water */
    CgBoxTree *tree;
    GArray *found;
} Wide;

static void
wide_done (Wide *wide)
{
    g_free (wide->is_wide);
    g_clear_pointer (&wide->rim, g_array_unref);
    g_clear_pointer (&wide->found, g_array_unref);
    cg_box_tree_free (wide->tree);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wide, wide_done)

static void
add_rim (GArray *rim, const Wide *wide, guint32 i)
{
    const CgShapes *areas = wide->barriers->areas;
    guint32 first = areas->part_ring[areas->shape_part[i]];
    guint32 end = areas->part_ring[areas->shape_part[i + 1]];
    for (guint32 r = first; r < end; r++)
        for (guint32 v = areas->ring_vertex[r]; v + 1 < areas->ring_vertex[r + 1]; v++) {
            CgOutline one = {
                { areas->x[v] * wide->metre_x, areas->y[v] * wide->metre_y },
                { areas->x[v + 1] * wide->metre_x, areas->y[v + 1] * wide->metre_y }, i
            };
            g_array_append_val (rim, one);
        }
}

static gboolean
is_on_rim (const Wide *wide, CgPlace p)
{
    CgOutline at = { p, p, 0 };
    CgBox box = { p.x - JOINED_M, p.y - JOINED_M, p.x + JOINED_M, p.y + JOINED_M };
    CgPlace here, there;
    cg_box_tree_find (wide->tree, &box, wide->found);
    for (guint k = 0; k < wide->found->len; k++)
        if (cg_outline_distance (&at, &g_array_index (wide->rim, CgOutline,
                                                      g_array_index (wide->found, guint32, k)),
                                 &here, &there) <= JOINED_M)
            return TRUE;
    return FALSE;
}

/* Metres of the outline of a row that are outline of wide water too. */
static double
common_rim (const Wide *wide, guint32 i, double enough_m)
{
    double sum = 0;
    g_autoptr (GArray) rim = g_array_new (FALSE, FALSE, sizeof (CgOutline));
    add_rim (rim, wide, i);
    for (guint k = 0; k < rim->len && sum < enough_m; k++) {
        const CgOutline *s = &g_array_index (rim, CgOutline, k);
        double length = sqrt ((s->a.x - s->b.x) * (s->a.x - s->b.x) +
                              (s->a.y - s->b.y) * (s->a.y - s->b.y));
        guint n = (guint) CLAMP (ceil (length / PIECE_M), 1, MOST_PIECES);
        for (guint m = 0; m < n; m++) {
            double u = (m + 0.5) / n;
            CgPlace p = { s->a.x + u * (s->b.x - s->a.x), s->a.y + u * (s->b.y - s->a.y) };
            sum += is_on_rim (wide, p) ? length / n : 0;
        }
    }
    return sum;
}

/* Water in several areas (cut at a tile's edge, at a bridge): what has as much border with wide water as
 * that is wide goes on from it. Returns whether there was one more. */
static gboolean
close_next (Wide *wide, gboolean *out_more, GError **error)
{
    CgBarriers *barriers = wide->barriers;
    g_array_set_size (wide->rim, 0);
    for (guint32 i = 0; i < barriers->n; i++)
        if (wide->is_wide[i])
            add_rim (wide->rim, wide, i);
    g_clear_pointer (&wide->tree, cg_box_tree_free);
    wide->tree = cg_outline_tree ((const CgOutline *) (gpointer) wide->rim->data, wide->rim->len,
                                  error);
    *out_more = FALSE;
    for (guint32 i = 0; wide->tree != NULL && wide->rim->len > 0 && i < barriers->n; i++)
        if (barriers->class[i] == CG_BARRIER_WATER && barriers->passable[i] &&
            common_rim (wide, i, wide->wide_m) >= wide->wide_m) {
            barriers->passable[i] = FALSE;
            wide->is_wide[i] = *out_more = TRUE;
        }
    return wide->tree != NULL;
}

static gboolean
close_wide (CgBarriers *barriers, double wide_m, double metre_x, double metre_y, GError **error)
{
    g_auto (Wide) wide = { .barriers = barriers, .wide_m = wide_m, .metre_x = metre_x,
                           .metre_y = metre_y };
    gboolean more = FALSE;
    wide.is_wide = g_new0 (guint8, (gsize) barriers->n + 1);
    for (guint32 i = 0; wide_m > 0 && i < barriers->n; i++)
        if (barriers->class[i] == CG_BARRIER_WATER && barriers->passable[i] &&
            width_of (barriers->areas, i, metre_x, metre_y, wide_m) >= wide_m) {
            barriers->passable[i] = FALSE;
            wide.is_wide[i] = more = TRUE;
        }
    wide.rim = g_array_new (FALSE, FALSE, sizeof (CgOutline));
    wide.found = g_array_new (FALSE, FALSE, sizeof (guint32));
    while (more)
        if (!close_next (&wide, &more, error))
            return FALSE;
    return TRUE;
}

/* ---- roads over -------------------------------------------------------------------------- */

typedef struct {
    const CgBarriers *barriers;
    double metre_x, metre_y;
    GArray *segment; /* of CgOutline: what is impassable, unit: row */
    CgBoxTree *tree;
    GArray *found;
    GArray *place; /* of CgPlace: the road in hand             */
    GArray *span;  /* of double by twos: where it is over      */
    CgShapes *lines;
    GArray *row; /* of guint32: road of each of lines          */
} Roads;

static void
roads_done (Roads *roads)
{
    GArray **const arrays[] = { &roads->segment, &roads->found, &roads->place, &roads->span,
                                &roads->row };
    for (guint k = 0; k < G_N_ELEMENTS (arrays); k++)
        g_clear_pointer (arrays[k], g_array_unref);
    cg_box_tree_free (roads->tree);
    cg_shapes_free (roads->lines);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Roads, roads_done)

static CgPlace
vertex (const Roads *roads, const CgShapes *shapes, guint32 v)
{
    return (CgPlace){ shapes->x[v] * roads->metre_x, shapes->y[v] * roads->metre_y };
}

static void
add_shape (Roads *roads, const CgShapes *shapes, guint32 i)
{
    guint32 first = shapes->part_ring[shapes->shape_part[i]];
    guint32 end = shapes->part_ring[shapes->shape_part[i + 1]];
    for (guint32 r = first; r < end; r++)
        for (guint32 v = shapes->ring_vertex[r]; v + 1 < shapes->ring_vertex[r + 1]; v++) {
            CgOutline one = { vertex (roads, shapes, v), vertex (roads, shapes, v + 1), i };
            g_array_append_val (roads->segment, one);
        }
}

static gboolean
roads_init (Roads *roads, GError **error)
{
    const CgBarriers *barriers = roads->barriers;
    roads->segment = g_array_new (FALSE, FALSE, sizeof (CgOutline));
    roads->found = g_array_new (FALSE, FALSE, sizeof (guint32));
    roads->place = g_array_new (FALSE, FALSE, sizeof (CgPlace));
    roads->span = g_array_new (FALSE, FALSE, sizeof (double));
    roads->row = g_array_new (FALSE, FALSE, sizeof (guint32));
    roads->lines = cg_shapes_new (CG_SHAPES_LINE);
    for (guint32 i = 0; i < barriers->n; i++) {
        guint8 class = barriers->class[i];
        if (barriers->passable[i] || class == CG_BARRIER_NONE || class >= CG_BARRIER_BUILDING)
            continue;
        add_shape (roads, barriers->lines, i);
        add_shape (roads, barriers->areas, i);
    }
    roads->tree = cg_outline_tree ((const CgOutline *) (gpointer) roads->segment->data,
                                   roads->segment->len, error);
    return roads->tree != NULL;
}

static gboolean
is_plain_road (const CgBarriers *barriers, guint32 i)
{
    guint8 class = barriers->class[i];
    gboolean told = i + 1 < barriers->n && barriers->class[i + 1] == CG_BARRIER_BRIDGE &&
                    barriers->row[i + 1] == barriers->row[i] &&
                    barriers->file[i + 1] == barriers->file[i];
    return (class == CG_BARRIER_ARTERIAL || class == CG_BARRIER_STREET ||
            class == CG_BARRIER_ALLEY) && barriers->passable[i] && !told;
}

static double
length_of (CgPlace p, CgPlace q)
{
    return sqrt ((p.x - q.x) * (p.x - q.x) + (p.y - q.y) * (p.y - q.y));
}

static CgPlace
place_along (const Roads *roads, double along_m)
{
    const CgPlace *place = (const CgPlace *) (gconstpointer) roads->place->data;
    guint n = roads->place->len;
    for (guint k = 0; k + 1 < n; k++) {
        double length = length_of (place[k], place[k + 1]);
        if (along_m <= length || k + 2 == n) {
            double u = length > 0 ? CLAMP (along_m / length, 0, 1) : 0;
            return (CgPlace){ place[k].x + u * (place[k + 1].x - place[k].x),
                              place[k].y + u * (place[k + 1].y - place[k].y) };
        }
        along_m -= length;
    }
    return place[0];
}

/* Whether a place lies in an impassable area of water. */
static gboolean
is_in_water (Roads *roads, CgPlace p)
{
    const CgBarriers *barriers = roads->barriers;
    CgBox ray = { p.x, p.y, G_MAXDOUBLE, p.y };
    gboolean inside = FALSE;
    guint32 row = CG_NONE;
    cg_box_tree_find (roads->tree, &ray, roads->found);
    for (guint k = 0; k < roads->found->len; k++) { /* rows follow each other */
        const CgOutline *s =
            &g_array_index (roads->segment, CgOutline, g_array_index (roads->found, guint32, k));
        if (s->unit != row && inside)
            return TRUE;
        row = s->unit;
        if (barriers->class[row] == CG_BARRIER_WATER &&
            barriers->areas->shape_part[row] < barriers->areas->shape_part[row + 1] &&
            (s->a.y > p.y) != (s->b.y > p.y) &&
            p.x < s->a.x + (p.y - s->a.y) / (s->b.y - s->a.y) * (s->b.x - s->a.x))
            inside = !inside;
    }
    return inside;
}

/* Whether something impassable is nearer to a place than that. */
static gboolean
is_near (Roads *roads, CgPlace p, double reach_m)
{
    CgOutline at = { p, p, 0 };
    CgBox box = { p.x - reach_m, p.y - reach_m, p.x + reach_m, p.y + reach_m };
    CgPlace here, there;
    cg_box_tree_find (roads->tree, &box, roads->found);
    for (guint k = 0; k < roads->found->len; k++)
        if (cg_outline_distance (&at,
                                 &g_array_index (roads->segment, CgOutline,
                                                 g_array_index (roads->found, guint32, k)),
                                 &here, &there) < reach_m)
            return TRUE;
    return FALSE;
}

static gboolean
is_clear (Roads *roads, CgPlace p)
{
    return !is_near (roads, p, CLEAR_M) && !is_in_water (roads, p);
}

/* A road on the shore itself is not over water. */
static gboolean
is_over_water (Roads *roads, CgPlace p)
{
    return is_in_water (roads, p) && !is_near (roads, p, SHORE_M);
}

/* Where the road meets what is impassable: metres along it, ascending. */
static void
find_meetings (Roads *roads, GArray *out)
{
    double sum = 0;
    g_array_set_size (out, 0);
    for (guint k = 0; k + 1 < roads->place->len; k++) {
        CgOutline piece = { g_array_index (roads->place, CgPlace, k),
                            g_array_index (roads->place, CgPlace, k + 1), 0 };
        CgBox box = cg_outline_box (&piece);
        guint from = out->len;
        cg_box_tree_find (roads->tree, &box, roads->found);
        for (guint f = 0; f < roads->found->len; f++) {
            CgPlace p, q;
            const CgOutline *s = &g_array_index (
                roads->segment, CgOutline, g_array_index (roads->found, guint32, f));
            if (cg_outline_distance (&piece, s, &p, &q) > 1e-6)
                continue;
            double at = sum + length_of (piece.a, p);
            guint to = out->len;
            g_array_append_val (out, at);
            for (; to > from && g_array_index (out, double, to - 1) > at; to--)
                g_array_index (out, double, to) = g_array_index (out, double, to - 1);
            g_array_index (out, double, to) = at;
        }
        sum += length_of (piece.a, piece.b);
    }
}

/* From a meeting on, away from it in one direction, the first clear place; NaN: none near enough. The
 * road's own end will do: another one may go on there. */
static double
find_clear (Roads *roads, double from_m, double step_m, double length_m)
{
    double beyond = 0;
    for (double at = from_m + step_m; at > 0 && at < length_m; at += step_m) {
        CgPlace p = place_along (roads, at);
        if (is_clear (roads, p))
            return at;
        beyond = is_over_water (roads, p) ? 0 : beyond + fabs (step_m);
        if (beyond > LONGEST_M)
            return NAN;
    }
    return step_m > 0 ? length_m : 0;
}

static void
add_span (Roads *roads, double from_m, double to_m)
{
    guint n = roads->span->len;
    if (n > 0 && from_m <= g_array_index (roads->span, double, n - 1)) {
        g_array_index (roads->span, double, n - 1) =
            MAX (to_m, g_array_index (roads->span, double, n - 1));
        return;
    }
    g_array_append_val (roads->span, from_m);
    g_array_append_val (roads->span, to_m);
}

static void
cut_out (Roads *roads, double from_m, double to_m, guint32 row)
{
    double sum = 0;
    CgPlace p = place_along (roads, from_m), q = place_along (roads, to_m);
    cg_shapes_add_vertex (roads->lines, p.x / roads->metre_x, p.y / roads->metre_y);
    for (guint k = 0; k + 1 < roads->place->len; k++) {
        CgPlace at = g_array_index (roads->place, CgPlace, k);
        if (sum > from_m && sum < to_m)
            cg_shapes_add_vertex (roads->lines, at.x / roads->metre_x, at.y / roads->metre_y);
        sum += length_of (at, g_array_index (roads->place, CgPlace, k + 1));
    }
    cg_shapes_add_vertex (roads->lines, q.x / roads->metre_x, q.y / roads->metre_y);
    cg_shapes_end_ring (roads->lines);
    cg_shapes_end_part (roads->lines);
    cg_shapes_end_shape (roads->lines);
    g_array_append_val (roads->row, row);
}

/* Where one road is over something: from clear ground to clear ground, or to its own end. */
static void
look_at (Roads *roads, guint32 row, guint32 ring, GArray *meetings)
{
    const CgShapes *shapes = roads->barriers->lines;
    double length_m = 0;
    g_array_set_size (roads->place, 0);
    g_array_set_size (roads->span, 0);
    for (guint32 v = shapes->ring_vertex[ring]; v < shapes->ring_vertex[ring + 1]; v++) {
        CgPlace p = vertex (roads, shapes, v);
        if (roads->place->len > 0)
            length_m += length_of (
                g_array_index (roads->place, CgPlace, roads->place->len - 1), p);
        g_array_append_val (roads->place, p);
    }
    find_meetings (roads, meetings);
    if (meetings->len == 0 && is_in_water (roads, place_along (roads, 0)))
        add_span (roads, 0, length_m); /* all of it; its neighbours go on */
    for (guint k = 0; k < meetings->len; k++) {
        double at = g_array_index (meetings, double, k);
        guint n = roads->span->len;
        if (n > 0 && at <= g_array_index (roads->span, double, n - 1))
            continue;
        double from = find_clear (roads, at, -1, length_m);
        double to = find_clear (roads, at, 1, length_m);
        if (!isnan (from) && !isnan (to) && from < to)
            add_span (roads, from, to);
    }
    for (guint k = 0; k + 1 < roads->span->len; k += 2)
        cut_out (roads, g_array_index (roads->span, double, k),
                 g_array_index (roads->span, double, k + 1), row);
}

static gboolean
find_roads (Roads *roads, GError **error)
{
    const CgBarriers *barriers = roads->barriers;
    g_autoptr (GArray) meetings = g_array_new (FALSE, FALSE, sizeof (double));
    if (!roads_init (roads, error))
        return FALSE;
    for (guint32 i = 0; roads->segment->len > 0 && i < barriers->n; i++)
        for (guint32 p = barriers->lines->shape_part[i];
             p < barriers->lines->shape_part[i + 1] && is_plain_road (barriers, i); p++)
            look_at (roads, i, barriers->lines->part_ring[p], meetings);
    return TRUE;
}

/* ---- the table --------------------------------------------------------------------------- */

static void
copy_row (CgBarriers *to, guint32 at, const CgBarriers *from, guint32 i)
{
    to->id[at] = g_strdup (from->id[i]);
    to->name[at] = g_strdup (from->name[i]);
    to->class[at] = from->class[i];
    to->passable[at] = from->passable[i];
    to->row[at] = from->row[i];
    to->file[at] = from->file[i];
}

/* All rows of `from`, and room for n_more. */
static CgBarriers *
copy_table (const CgBarriers *from, guint32 n_more)
{
    CgBarriers *to = cg_barriers_new (from->n + n_more);
    to->delivered_crs = g_strdup (from->delivered_crs);
    to->working_crs = g_strdup (from->working_crs);
    for (guint32 f = 0; f < cg_names_count (from->files); f++)
        cg_names_add (to->files, cg_names_get (from->files, f));
    for (guint32 i = 0; i < from->n; i++) {
        copy_row (to, i, from, i);
        cg_shapes_add_shape (to->lines, from->lines, i);
        cg_shapes_add_shape (to->areas, from->areas, i);
    }
    return to;
}

CgBarriers *
cg_ways_prepare (const CgBarriers *barriers, double wide_m, double metre_x, double metre_y,
                 GError **error)
{
    if (!(wide_m >= 0 && wide_m <= 1e6)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "wide water from %g m on", wide_m);
        return NULL;
    }
    g_autoptr (CgBarriers) closed = copy_table (barriers, 0);
    if (!close_wide (closed, wide_m, metre_x, metre_y, error))
        return NULL;
    g_auto (Roads) roads = { .barriers = closed, .metre_x = metre_x, .metre_y = metre_y };
    if (!find_roads (&roads, error))
        return NULL;
    if (roads.row->len == 0)
        return g_steal_pointer (&closed);
    CgBarriers *out = copy_table (closed, roads.row->len);
    for (guint32 k = 0; k < roads.row->len; k++) {
        copy_row (out, closed->n + k, closed, g_array_index (roads.row, guint32, k));
        out->class[closed->n + k] = CG_BARRIER_BRIDGE;
        cg_shapes_add_shape (out->lines, roads.lines, k);
        cg_shapes_end_shape (out->areas);
    }
    return out;
}
