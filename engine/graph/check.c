#include "graph_internal.h"

#include "base/error.h"
#include "geom/boxtree.h"
#include "geom/geom.h"

#include <math.h>

/* Nearer than this is touching: the rounding of coordinates of some thousand kilometres. */
#define TOUCH_M 1e-6
/* Width of an overlap that is taken for rounding where nothing is snapped. */
#define ROUNDING_M 1e-3

static gboolean
fail_pair (const CgUnits *units, guint32 a, guint32 b, double area_m2, CgPlace p, GError **error)
{
    g_autofree char *name_a = cg_graph_unit_text (units, MIN (a, b));
    g_autofree char *name_b = cg_graph_unit_text (units, MAX (a, b));
    g_autofree char *by = area_m2 > 0 ? g_strdup_printf (" by %.2f m2", area_m2) : g_strdup ("");
    if (a == b)
        g_set_error (error, CG_ERROR, CG_ERROR_GEOMETRY, "unit %s lies on itself at (%.2f, %.2f)",
                     name_a, p.x, p.y);
    else
        g_set_error (error, CG_ERROR, CG_ERROR_GEOMETRY,
                     "units %s and %s overlap%s at (%.2f, %.2f)", name_a, name_b, by, p.x, p.y);
    return FALSE;
}

static CgPlace
slot_place (const CgTopology *t, const CgUnits *units, guint32 slot)
{
    return cg_topology_place (t, units, t->slot_node[slot]);
}

gboolean
cg_graph_fail_crowded (const CgTopology *t, const CgUnits *units, guint32 slot_a, guint32 slot_b,
                       GError **error)
{
    g_autofree char *a = cg_graph_unit_text (units, cg_topology_unit (t, slot_a));
    g_autofree char *b = cg_graph_unit_text (units, cg_topology_unit (t, slot_b));
    CgPlace p = slot_place (t, units, slot_a);
    g_set_error (error, CG_ERROR, CG_ERROR_GEOMETRY,
                 "units %s and %s and many others lie on each other near (%.2f, %.2f)", a, b, p.x,
                 p.y);
    return FALSE;
}

gboolean
cg_topology_check_clash (const CgTopology *t, const CgUnits *units, GError **error)
{
    if (t->clashes->len == 0)
        return TRUE;
    guint32 a = g_array_index (t->clashes, guint32, 0), b = g_array_index (t->clashes, guint32, 1);
    return fail_pair (units, cg_topology_unit (t, a), cg_topology_unit (t, b), 0,
                      slot_place (t, units, a), error);
}

/* Twice the signed area of p-q-r over the length of p-q: the distance of r to the left of p-q. */
static double
left_of (CgPlace p, CgPlace q, CgPlace r)
{
    double dx = q.x - p.x, dy = q.y - p.y, length = sqrt (dx * dx + dy * dy);
    return length > 0 ? (dx * (r.y - p.y) - dy * (r.x - p.x)) / length : 0;
}

static gboolean
crosses (const CgTopology *t, const CgUnits *units, guint32 s, guint32 o)
{
    CgPlace a = slot_place (t, units, s);
    CgPlace b = slot_place (t, units, cg_topology_next (t, s));
    CgPlace c = slot_place (t, units, o);
    CgPlace d = slot_place (t, units, cg_topology_next (t, o));
    double ac = left_of (a, b, c), ad = left_of (a, b, d);
    double ca = left_of (c, d, a), cb = left_of (c, d, b);
    return ((ac > TOUCH_M && ad < -TOUCH_M) || (ac < -TOUCH_M && ad > TOUCH_M)) &&
           ((ca > TOUCH_M && cb < -TOUCH_M) || (ca < -TOUCH_M && cb > TOUCH_M));
}

/* Two units share ground: an error when a piece of it is wider than snapping explains, else it is
 * counted. */
static gboolean
judge_pair (CgTopology *t, const CgUnits *units, guint32 a, guint32 b, GError **error)
{
    double allowed = t->snap_m > 0 ? t->snap_m : ROUNDING_M;
    g_autoptr (CgShapes) two = cg_shapes_new (CG_SHAPES_AREA);
    cg_shapes_add_shape (two, units->shapes, a);
    cg_shapes_add_shape (two, units->shapes, b);
    GError *why = NULL;
    g_autoptr (GArray) found = cg_geom_overlaps (two, 0, NULL, &why);
    if (found == NULL) {
        g_autofree char *name_a = cg_graph_unit_text (units, a);
        g_autofree char *name_b = cg_graph_unit_text (units, b);
        g_propagate_prefixed_error (error, why, "units %s and %s: ", name_a, name_b);
        return FALSE;
    }
    if (found->len == 0)
        return TRUE;
    const CgGeomOverlap *overlap = &g_array_index (found, CgGeomOverlap, 0);
    if (overlap->width_m > allowed)
        return fail_pair (units, a, b, overlap->area_m2, (CgPlace){ overlap->x, overlap->y },
                          error);
    t->n_overlaps++;
    t->overlap_m2 += overlap->area_m2;
    return TRUE;
}

typedef struct {
    CgTopology *t;
    const CgUnits *units;
    GArray *open;      /* free slots              */
    CgBoxTree *tree;   /* over them               */
    GHashTable *judged; /* pairs of units seen, by low << 32 | high; asked only, never walked */
} Check;

static void
check_done (Check *check)
{
    g_clear_pointer (&check->open, g_array_unref);
    g_clear_pointer (&check->tree, cg_box_tree_free);
    g_clear_pointer (&check->judged, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Check, check_done)

static gboolean
judge_once (Check *check, guint32 a, guint32 b, GError **error)
{
    gint64 *key = g_new (gint64, 1);
    *key = (gint64) ((guint64) MIN (a, b) << 32 | MAX (a, b));
    if (!g_hash_table_add (check->judged, key))
        return TRUE;
    return judge_pair (check->t, check->units, MIN (a, b), MAX (a, b), error);
}

static CgBoxTree *
index_slots (const CgTopology *t, const CgUnits *units, const GArray *open, GError **error)
{
    g_autofree CgBox *boxes = g_new (CgBox, (gsize) open->len + 1);
    for (guint k = 0; k < open->len; k++) {
        guint32 slot = g_array_index (open, guint32, k);
        CgPlace a = slot_place (t, units, slot);
        CgPlace b = slot_place (t, units, cg_topology_next (t, slot));
        boxes[k] = (CgBox){ MIN (a.x, b.x), MIN (a.y, b.y), MAX (a.x, b.x), MAX (a.y, b.y) };
    }
    return cg_box_tree_new (open->len, boxes, error);
}

/* Free segments of different units that cross. */
static gboolean
check_crossings (Check *check, GError **error)
{
    CgTopology *t = check->t;
    g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (guint32));
    guint64 work = 0, limit = cg_graph_work_limit (check->open->len);
    for (guint k = 0; k < check->open->len; k++) {
        guint32 slot = g_array_index (check->open, guint32, k);
        CgPlace a = slot_place (t, check->units, slot);
        CgPlace b = slot_place (t, check->units, cg_topology_next (t, slot));
        CgBox box = { MIN (a.x, b.x), MIN (a.y, b.y), MAX (a.x, b.x), MAX (a.y, b.y) };
        cg_box_tree_find (check->tree, &box, found);
        for (guint m = 0; m < found->len; m++) {
            guint32 other = g_array_index (check->open, guint32,
                                           g_array_index (found, guint32, m));
            guint32 unit = cg_topology_unit (t, slot), with = cg_topology_unit (t, other);
            if (++work > limit)
                return cg_graph_fail_crowded (t, check->units, slot, other, error);
            if (other > slot && unit != with && crosses (t, check->units, slot, other) &&
                !judge_once (check, unit, with, error))
                return FALSE;
        }
    }
    return TRUE;
}

/* How often other free borders wind about a place on slot; FALSE when one passes too near, then
 * out_near is its slot. */
static gboolean
wind (const Check *check, guint32 slot, CgPlace p, GArray *found, int *out, guint32 *out_near)
{
    const CgTopology *t = check->t;
    CgBox ray = { p.x - TOUCH_M, p.y, G_MAXDOUBLE, p.y };
    int turns = 0;
    cg_box_tree_find (check->tree, &ray, found);
    for (guint k = 0; k < found->len; k++) {
        guint32 other = g_array_index (check->open, guint32, g_array_index (found, guint32, k));
        CgPlace a = slot_place (t, check->units, other);
        CgPlace b = slot_place (t, check->units, cg_topology_next (t, other));
        if (other == slot || (a.y <= p.y) == (b.y <= p.y))
            continue;
        double x = a.x + (p.y - a.y) / (b.y - a.y) * (b.x - a.x);
        if (fabs (x - p.x) <= TOUCH_M) {
            *out_near = other;
            return FALSE;
        }
        if (x > p.x)
            turns += b.y > a.y ? 1 : -1;
    }
    *out = turns;
    return TRUE;
}

static gboolean
unit_holds (const CgShapes *shapes, guint32 i, CgPlace p)
{
    CgBox box = cg_shapes_box (shapes, i);
    if (!(p.x >= box.x_min && p.x <= box.x_max && p.y >= box.y_min && p.y <= box.y_max))
        return FALSE;
    gboolean inside = FALSE;
    guint32 first = shapes->part_ring[shapes->shape_part[i]];
    guint32 end = shapes->part_ring[shapes->shape_part[i + 1]];
    for (guint32 r = first; r < end; r++)
        for (guint32 v = shapes->ring_vertex[r]; v + 1 < shapes->ring_vertex[r + 1]; v++) {
            double ay = shapes->y[v], by = shapes->y[v + 1];
            if ((ay <= p.y) != (by <= p.y) &&
                p.x < shapes->x[v] + (p.y - ay) / (by - ay) * (shapes->x[v + 1] - shapes->x[v]))
                inside = !inside;
        }
    return inside;
}

/* A ring of free border must have its own unit on its left and nothing else. */
static gboolean
check_winding (Check *check, guint32 slot, GArray *found, GError **error)
{
    static const double where[] = { 0.5, 0.381966, 0.618034, 0.25 };
    const CgTopology *t = check->t;
    CgPlace a = slot_place (t, check->units, slot);
    CgPlace b = slot_place (t, check->units, cg_topology_next (t, slot));
    CgPlace p = a;
    int turns = 0;
    guint32 unit = cg_topology_unit (t, slot), near = CG_NONE;
    gboolean known = FALSE;
    for (guint k = 0; !known && k < G_N_ELEMENTS (where); k++) {
        p = (CgPlace){ a.x + where[k] * (b.x - a.x), a.y + where[k] * (b.y - a.y) };
        known = wind (check, slot, p, found, &turns, &near);
    }
    if (!known && cg_topology_unit (t, near) != unit) {
        /* Two borders on one line: neighbours run against each other, copies side by side. */
        CgPlace c = slot_place (t, check->units, near);
        CgPlace d = slot_place (t, check->units, cg_topology_next (t, near));
        return (b.y > a.y) != (d.y > c.y) ||
               judge_once (check, unit, cg_topology_unit (t, near), error);
    }
    /* Upwards the ray begins outside the unit, downwards inside. */
    if (!known || turns <= (b.y > a.y ? 0 : 1))
        return TRUE;
    for (guint32 i = 0; i < check->units->n; i++)
        if (i != unit && unit_holds (check->units->shapes, i, p) &&
            !judge_once (check, unit, i, error))
            return FALSE;
    return TRUE;
}

/* Each ring of free border once, at its steepest segment. */
static gboolean
check_rings (Check *check, GCancellable *cancel, GError **error)
{
    CgTopology *t = check->t;
    g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (guint32));
    g_autofree guint8 *seen = g_try_malloc0 ((gsize) t->n_slots + 1);
    if (seen == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "no memory for %u vertices", t->n_slots);
        return FALSE;
    }
    for (guint k = 0; k < check->open->len; k++) {
        guint32 first = g_array_index (check->open, guint32, k), steepest = first;
        double rise = 0;
        for (guint32 slot = first; !seen[slot]; slot = cg_topology_follow (t, NULL, slot)) {
            seen[slot] = TRUE;
            double dy = slot_place (t, check->units, cg_topology_next (t, slot)).y -
                        slot_place (t, check->units, slot).y;
            if (fabs (dy) > rise) {
                rise = fabs (dy);
                steepest = slot;
            }
        }
        if (cg_is_stopped (cancel, error))
            return FALSE;
        if (rise > 0 && !check_winding (check, steepest, found, error))
            return FALSE;
    }
    return TRUE;
}

/* Borders that snapping laid on each other: sound where the units hardly overlapped before. */
static gboolean
check_clashes (Check *check, GError **error)
{
    const GArray *clashes = check->t->clashes;
    for (guint k = 0; k + 1 < clashes->len; k += 2) {
        guint32 a = cg_topology_unit (check->t, g_array_index (clashes, guint32, k));
        guint32 b = cg_topology_unit (check->t, g_array_index (clashes, guint32, k + 1));
        if (a != b && !judge_once (check, a, b, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
cg_topology_check (CgTopology *t, const CgUnits *units, GCancellable *cancel, GError **error)
{
    g_auto (Check) check = { .t = t, .units = units };
    check.open = cg_topology_free_slots (t);
    check.tree = index_slots (t, units, check.open, error);
    check.judged = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    return check.tree != NULL && check_clashes (&check, error) && check_crossings (&check, error) &&
           check_rings (&check, cancel, error);
}
