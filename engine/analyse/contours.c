#include "analyse/contours.h"

#include "base/error.h"

#include <math.h>
#include <string.h>

/* The surface with a rim of pixels below every level, so that every ring closes. Node (0, 0) is
 * the north-west corner of that rim; its pixel would be (-1, -1). */
typedef struct {
    const CgDensity *density;
    guint32 width, height; /* of nodes: 2 more than pixels */
    double x0, y0, step_x, step_y;
    double level;
    guint64 *seen; /* bit of each edge between a node and its east neighbour */
    GArray *x, *y, *ring_vertex;
} Walk;

static double
value_at (const Walk *walk, guint32 i, guint32 j)
{
    if (i == 0 || j == 0 || i > walk->density->width || j > walk->density->height)
        return -INFINITY;
    float value = walk->density->per_km2[(gsize) (j - 1) * walk->density->width + i - 1];
    return isfinite (value) ? value : -INFINITY;
}

static gboolean
is_above (const Walk *walk, guint32 i, guint32 j)
{
    return value_at (walk, i, j) >= walk->level;
}

/* Where the level is crossed between an inner node and an outer one, in steps from the inner node.
 * Next to a node without a value the line stands at the half way, as the rim of its pixel. */
static double
share_of (double inner, double outer, double level)
{
    if (outer == -INFINITY)
        return 0.5;
    return (inner - level) / (inner - outer);
}

static void
add_crossing (Walk *walk, guint32 in_i, guint32 in_j, guint32 out_i, guint32 out_j)
{
    double inner = value_at (walk, in_i, in_j), outer = value_at (walk, out_i, out_j);
    double t = share_of (inner, outer, walk->level);
    double x = walk->x0 + (in_i + t * ((double) out_i - in_i)) * walk->step_x;
    double y = walk->y0 - (in_j + t * ((double) out_j - in_j)) * walk->step_y;
    g_array_append_val (walk->x, x);
    g_array_append_val (walk->y, y);
}

/* Do the two upper corners of a square join, whose other two are lower? The bilinear surface has
 * the value (a c - b d) / (a + c - b - d) in its saddle point, a and c being opposite. Unknown
 * corners pull it down without end. */
static gboolean
saddle_joins (const Walk *walk, guint32 i, guint32 j)
{
    double a = value_at (walk, i, j), c = value_at (walk, i + 1, j + 1);
    double b = value_at (walk, i + 1, j), d = value_at (walk, i, j + 1);
    double least = MIN (MIN (a, b), MIN (c, d));
    if (least == -INFINITY)
        return FALSE;
    a -= walk->level, b -= walk->level, c -= walk->level, d -= walk->level;
    double between = a + c - b - d; /* its sign tells which two are the upper ones */
    return between > 0.0 ? a * c - b * d >= 0.0 : b * d - a * c >= 0.0;
}

/* The four sides of a square and the two nodes of each, so that walking with the upper side on the
 * left one leaves over a side whose left node is above and whose right node is below. */
enum { NORTH, EAST, SOUTH, WEST };
static const int left_node[4][2] = { { 0, 0 }, { 1, 0 }, { 1, 1 }, { 0, 1 } };
static const int right_node[4][2] = { { 1, 0 }, { 1, 1 }, { 0, 1 }, { 0, 0 } };
static const int across[4][2] = { { 0, -1 }, { 1, 0 }, { 0, 1 }, { -1, 0 } };

/* The side over which to leave square (i, j) after coming in over `came`. Of two, the one next on
 * the left keeps apart what lies above; the one on the right joins it. */
static int
way_out (const Walk *walk, guint32 i, guint32 j, int came)
{
    int found[2] = { -1, -1 }, n = 0;
    for (int turn = 1; turn <= 3; turn++) {
        int side = (came + 4 - turn) % 4; /* against the clock from where we came: right to left */
        gboolean out =
            is_above (walk, i + (guint32) left_node[side][0], j + (guint32) left_node[side][1]) &&
            !is_above (walk, i + (guint32) right_node[side][0], j + (guint32) right_node[side][1]);
        if (out && n < 2)
            found[n++] = side;
    }
    if (n == 2 && !saddle_joins (walk, i, j))
        return found[1];
    return found[0];
}

static gboolean
mark_seen (Walk *walk, guint32 i, guint32 j)
{
    gsize edge = (gsize) j * walk->width + i;
    gboolean before = walk->seen[edge / 64] >> (edge % 64) & 1;
    walk->seen[edge / 64] |= G_GUINT64_CONSTANT (1) << (edge % 64);
    return before;
}

/* Follows one ring from the edge between node (i, j), above, and its east neighbour, below. It is
 * crossed to the north: the node stays on the left. */
static gboolean
follow (Walk *walk, guint32 i, guint32 j)
{
    guint32 first = walk->x->len, at_i = i, at_j = j;
    int side = NORTH;
    do {
        guint32 left_i = at_i + (guint32) left_node[side][0];
        guint32 left_j = at_j + (guint32) left_node[side][1];
        guint32 right_i = at_i + (guint32) right_node[side][0];
        guint32 right_j = at_j + (guint32) right_node[side][1];
        add_crossing (walk, left_i, left_j, right_i, right_j);
        if (side == NORTH || side == SOUTH)
            mark_seen (walk, MIN (left_i, right_i), left_j);
        if (walk->x->len >= CG_CONTOURS_MAX_VERTICES)
            return FALSE;
        at_i += (guint32) across[side][0];
        at_j += (guint32) across[side][1];
        side = way_out (walk, at_i, at_j, (side + 2) % 4);
    } while (!(side == NORTH && at_i == i && at_j == j));
    double x = g_array_index (walk->x, double, first), y = g_array_index (walk->y, double, first);
    g_array_append_val (walk->x, x);
    g_array_append_val (walk->y, y);
    g_array_append_val (walk->ring_vertex, walk->x->len);
    return TRUE;
}

/* Every ring goes north over such an edge somewhere: the easternmost of what it encloses, or of a
 * hole the westernmost round it. */
static gboolean
trace_level (Walk *walk)
{
    memset (walk->seen, 0, ((gsize) walk->width * walk->height / 64 + 1) * sizeof *walk->seen);
    for (guint32 j = 1; j + 1 < walk->height; j++)
        for (guint32 i = 1; i + 1 < walk->width; i++) {
            gsize edge = (gsize) j * walk->width + i;
            if (is_above (walk, i, j) && !is_above (walk, i + 1, j) &&
                !(walk->seen[edge / 64] >> (edge % 64) & 1) && !follow (walk, i, j))
                return FALSE;
        }
    return TRUE;
}

static gboolean
check_levels (guint n_levels, const double *levels, GError **error)
{
    gboolean rising = n_levels <= CG_CONTOURS_MAX_LEVELS;
    for (guint l = 0; rising && l < n_levels; l++)
        rising = isfinite (levels[l]) && (l == 0 || levels[l] > levels[l - 1]);
    if (!rising)
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "%u contour levels: at most %u, finite and rising", n_levels,
                     CG_CONTOURS_MAX_LEVELS);
    return rising;
}

static gboolean
walk_init (Walk *walk, const CgDensity *density)
{
    walk->density = density;
    walk->width = density->width + 2;
    walk->height = density->height + 2;
    walk->step_x = (density->box.x_max - density->box.x_min) / density->width;
    walk->step_y = (density->box.y_max - density->box.y_min) / density->height;
    walk->x0 = density->box.x_min - walk->step_x / 2;
    walk->y0 = density->box.y_max + walk->step_y / 2;
    walk->x = g_array_new (FALSE, FALSE, sizeof (double));
    walk->y = g_array_new (FALSE, FALSE, sizeof (double));
    walk->ring_vertex = g_array_new (FALSE, TRUE, sizeof (guint32));
    g_array_set_size (walk->ring_vertex, 1);
    walk->seen = g_try_new (guint64, (gsize) walk->width * walk->height / 64 + 1);
    return walk->seen != NULL;
}

static void
walk_done (Walk *walk)
{
    g_free (walk->seen);
    g_clear_pointer (&walk->x, g_array_unref);
    g_clear_pointer (&walk->y, g_array_unref);
    g_clear_pointer (&walk->ring_vertex, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Walk, walk_done)

static CgContours *
collect (Walk *walk, guint n_levels, const double *levels, const guint32 *level_ring)
{
    CgContours *contours = g_new0 (CgContours, 1);
    contours->n_levels = n_levels;
    contours->n_rings = walk->ring_vertex->len - 1;
    contours->n_vertices = walk->x->len;
    contours->level = g_memdup2 (levels, MAX (n_levels, 1) * sizeof *levels);
    contours->level_ring = g_memdup2 (level_ring, (n_levels + 1) * sizeof *level_ring);
    contours->ring_vertex = (guint32 *) (gpointer) g_array_steal (walk->ring_vertex, NULL);
    contours->x = (double *) (gpointer) g_array_steal (walk->x, NULL);
    contours->y = (double *) (gpointer) g_array_steal (walk->y, NULL);
    return contours;
}

CgContours *
cg_contours_run (const CgDensity *density, guint n_levels, const double *levels, GError **error)
{
    g_return_val_if_fail (density != NULL && density->width > 0 && density->height > 0, NULL);
    guint32 level_ring[CG_CONTOURS_MAX_LEVELS + 1] = { 0 };
    const double none = 0.0;
    if (!check_levels (n_levels, levels, error))
        return NULL;
    g_auto (Walk) walk = { 0 };
    if (!walk_init (&walk, density)) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "no memory for contours of %u x %u pixels",
                     density->width, density->height);
        return NULL;
    }
    for (guint l = 0; l < n_levels; l++) {
        walk.level = levels[l];
        if (!trace_level (&walk)) {
            g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                         "contour of %g per km2: over %u vertices in all", levels[l],
                         CG_CONTOURS_MAX_VERTICES);
            return NULL;
        }
        level_ring[l + 1] = walk.ring_vertex->len - 1;
    }
    return collect (&walk, n_levels, n_levels > 0 ? levels : &none, level_ring);
}

void
cg_contours_free (CgContours *contours)
{
    if (contours == NULL)
        return;
    g_free (contours->level);
    g_free (contours->level_ring);
    g_free (contours->ring_vertex);
    g_free (contours->x);
    g_free (contours->y);
    g_free (contours);
}

double
cg_contours_ring_km2 (const CgContours *contours, guint32 ring)
{
    g_return_val_if_fail (ring < contours->n_rings, 0.0);
    guint32 first = contours->ring_vertex[ring], end = contours->ring_vertex[ring + 1];
    double x0 = contours->x[first], y0 = contours->y[first], twice = 0.0;
    for (guint32 v = first; v + 1 < end; v++)
        twice += (contours->x[v] - x0) * (contours->y[v + 1] - y0) -
                 (contours->x[v + 1] - x0) * (contours->y[v] - y0);
    return twice / 2e6;
}

double
cg_contours_level_km2 (const CgContours *contours, guint32 level)
{
    g_return_val_if_fail (level < contours->n_levels, 0.0);
    double km2 = 0.0;
    for (guint32 r = contours->level_ring[level]; r < contours->level_ring[level + 1]; r++)
        km2 += cg_contours_ring_km2 (contours, r);
    return km2;
}

guint
cg_contours_levels (double peak_per_km2, guint n_room, double *out)
{
    static const double steps[3] = { 5, 2, 1 };
    if (!(peak_per_km2 > 0.0) || !isfinite (peak_per_km2) || n_room == 0)
        return 0;
    n_room = MIN (n_room, CG_CONTOURS_MAX_LEVELS);
    double down[CG_CONTOURS_MAX_LEVELS];
    int power = (int) floor (log10 (peak_per_km2)) + 1;
    guint n = 0;
    for (guint k = 0; n < n_room; k++) {
        if (k > 0 && k % 3 == 0)
            power--;
        if (power < -300)
            break;
        double level =
            power >= 0 ? steps[k % 3] * pow (10.0, power) : steps[k % 3] / pow (10.0, -power);
        if (level < peak_per_km2)
            down[n++] = level;
    }
    for (guint k = 0; k < n; k++)
        out[k] = down[n - 1 - k];
    return n;
}
