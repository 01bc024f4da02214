#include "analyse/sight.h"

#include <math.h>

/* Directions are told apart by the place where they leave a square about the camera: 4 sides, 512 pieces each. In order
 * around the camera like angles, without a call of atan2 for every point. */
#define PIECES 512
#define DIRECTIONS (4 * PIECES)

typedef struct {
    double ax, ay, bx, by; /* from the camera */
} Edge;

struct _CgSight {
    CgCamera camera;
    const CgShapes *obstacles;
    double aim_x, aim_y, least_cosine; /* of the sector */
    GArray *edges;                     /* of Edge                            */
    guint32 first[DIRECTIONS + 1];     /* into list                          */
    guint32 *list;                     /* edges by direction                 */
    GArray *holders;                   /* guint32: obstacles with the camera */
};

static guint
direction_of (double x, double y)
{
    double side = fabs (x) + fabs (y);
    /* 0..4 counter-clockwise from east. */
    double turn = y >= 0 ? (x >= 0 ? y / side : 1 - x / side) : (x < 0 ? 2 - y / side : 3 + x / side);
    guint direction = side > 0 ? (guint) (turn * PIECES) : 0;
    return MIN (direction, DIRECTIONS - 1);
}

/* Even-odd rule; points on the outline count as inside. */
static gboolean
holds (const CgShapes *areas, guint32 row, double x, double y)
{
    gboolean inside = FALSE;
    guint32 from = areas->part_ring[areas->shape_part[row]];
    guint32 to = areas->part_ring[areas->shape_part[row + 1]];
    for (guint32 r = from; r < to; r++)
        for (guint32 v = areas->ring_vertex[r]; v + 1 < areas->ring_vertex[r + 1]; v++) {
            double ax = areas->x[v] - x, ay = areas->y[v] - y;
            double bx = areas->x[v + 1] - x, by = areas->y[v + 1] - y;
            double turn = ax * by - ay * bx;
            if (turn == 0 && ax * bx <= 0 && ay * by <= 0)
                return TRUE;
            if ((ay > 0) != (by > 0) && (turn > 0) == (by > ay))
                inside = !inside;
        }
    return inside;
}

/* Square of the distance from the camera. */
static double
nearness (const Edge *edge)
{
    double dx = edge->bx - edge->ax, dy = edge->by - edge->ay, length = dx * dx + dy * dy;
    double t = length > 0 ? -(edge->ax * dx + edge->ay * dy) / length : 0;
    t = CLAMP (t, 0, 1);
    double x = edge->ax + t * dx, y = edge->ay + t * dy;
    return x * x + y * y;
}

static void
add_edges (CgSight *sight, guint32 row)
{
    const CgShapes *areas = sight->obstacles;
    double reach = sight->camera.range_m * sight->camera.range_m;
    guint32 from = areas->part_ring[areas->shape_part[row]];
    guint32 to = areas->part_ring[areas->shape_part[row + 1]];
    for (guint32 r = from; r < to; r++)
        for (guint32 v = areas->ring_vertex[r]; v + 1 < areas->ring_vertex[r + 1]; v++) {
            Edge edge = { areas->x[v] - sight->camera.x, areas->y[v] - sight->camera.y,
                          areas->x[v + 1] - sight->camera.x, areas->y[v + 1] - sight->camera.y };
            double turn = edge.ax * edge.by - edge.ay * edge.bx;
            /* An edge along a line of sight has no width. */
            if (turn == 0 || nearness (&edge) > reach)
                continue;
            if (turn < 0)
                edge = (Edge){ edge.bx, edge.by, edge.ax, edge.ay };
            g_array_append_val (sight->edges, edge);
        }
}

/* Each edge spans less than half a turn, counter-clockwise from a to b. fill FALSE: only counts. */
static void
list_edges (CgSight *sight, gboolean fill, guint32 *at)
{
    for (guint32 e = 0; e < sight->edges->len; e++) {
        const Edge *edge = &g_array_index (sight->edges, Edge, e);
        guint d = direction_of (edge->ax, edge->ay), end = direction_of (edge->bx, edge->by);
        for (;; d = (d + 1) % DIRECTIONS) {
            if (fill)
                sight->list[at[d]] = e;
            at[d]++;
            if (d == end)
                break;
        }
    }
}

static void
sort_by_direction (CgSight *sight)
{
    guint32 at[DIRECTIONS] = { 0 }, sum = 0;
    list_edges (sight, FALSE, at);
    for (guint d = 0; d < DIRECTIONS; d++) {
        sight->first[d] = sum;
        sum += at[d];
        at[d] = sight->first[d];
    }
    sight->first[DIRECTIONS] = sum;
    sight->list = g_new (guint32, MAX (sum, 1));
    list_edges (sight, TRUE, at);
}

CgSight *
cg_sight_new (const CgCamera *camera, const CgShapes *obstacles, guint32 n, const guint32 *near)
{
    CgSight *sight = g_new0 (CgSight, 1);
    sight->camera = *camera;
    sight->obstacles = obstacles;
    sight->edges = g_array_new (FALSE, FALSE, sizeof (Edge));
    sight->holders = g_array_new (FALSE, FALSE, sizeof (guint32));
    double aim = isnan (camera->bearing_deg) ? 0 : camera->bearing_deg * G_PI / 180;
    sight->aim_x = sin (aim);
    sight->aim_y = cos (aim);
    sight->least_cosine = camera->fov_deg < 360 ? cos (camera->fov_deg * G_PI / 360) : -2;
    for (guint32 i = 0; i < n; i++) {
        if (holds (obstacles, near[i], camera->x, camera->y))
            g_array_append_val (sight->holders, near[i]);
        else
            add_edges (sight, near[i]);
    }
    sort_by_direction (sight);
    return sight;
}

void
cg_sight_free (CgSight *sight)
{
    if (sight == NULL)
        return;
    g_array_unref (sight->edges);
    g_array_unref (sight->holders);
    g_free (sight->list);
    g_free (sight);
}

gboolean
cg_sight_is_in (const CgSight *sight, guint32 obstacle)
{
    for (guint i = 0; i < sight->holders->len; i++)
        if (g_array_index (sight->holders, guint32, i) == obstacle)
            return TRUE;
    return FALSE;
}

/* The way from the camera (0, 0) to (x, y) goes through the edge. A way through a corner is taken to pass to the
 * left of it, so that two edges that meet there stop it together. */
static gboolean
is_across (const Edge *edge, double x, double y)
{
    double dx = edge->bx - edge->ax, dy = edge->by - edge->ay;
    double beyond = dx * (y - edge->ay) - dy * (x - edge->ax);
    if (beyond >= 0) /* on the camera's side, which is the left of a -> b, or on the edge */
        return FALSE;
    return (x * edge->ay - y * edge->ax >= 0) != (x * edge->by - y * edge->bx >= 0);
}

gboolean
cg_sight_sees (const CgSight *sight, double x, double y)
{
    const CgCamera *camera = &sight->camera;
    double dx = x - camera->x, dy = y - camera->y, far = dx * dx + dy * dy;
    if (far > camera->range_m * camera->range_m ||
        dx * sight->aim_x + dy * sight->aim_y < sight->least_cosine * sqrt (far))
        return FALSE;
    guint d = direction_of (dx, dy);
    for (guint32 i = sight->first[d]; i < sight->first[d + 1]; i++)
        if (is_across (&g_array_index (sight->edges, Edge, sight->list[i]), dx, dy))
            return FALSE;
    for (guint i = 0; i < sight->holders->len; i++)
        if (holds (sight->obstacles, g_array_index (sight->holders, guint32, i), x, y))
            return FALSE;
    return TRUE;
}

#define REACH_STEPS 64
#define REACH_HALVINGS 5

/* As far as anything is seen in a direction, as a share of the range. Nothing is seen inside a building that holds the
 * camera and everything behind a wall is hidden, so that the last step that is seen tells where to look closer. */
static double
reach (const CgSight *sight, double x, double y)
{
    const CgCamera *camera = &sight->camera;
    double range_m = camera->range_m * (1 - 1e-9);
    int step = REACH_STEPS;
    while (step > 0 && !cg_sight_sees (sight, camera->x + x * range_m * step / REACH_STEPS,
                                       camera->y + y * range_m * step / REACH_STEPS))
        step--;
    if (step == 0 || step == REACH_STEPS)
        return (double) step / REACH_STEPS;
    double seen = (double) step / REACH_STEPS, hidden = (double) (step + 1) / REACH_STEPS;
    for (int k = 0; k < REACH_HALVINGS; k++) {
        double middle = (seen + hidden) / 2;
        if (cg_sight_sees (sight, camera->x + x * range_m * middle, camera->y + y * range_m * middle))
            seen = middle;
        else
            hidden = middle;
    }
    return seen;
}

void
cg_sight_outline (const CgSight *sight, double step_deg, CgShapes *out)
{
    const CgCamera *camera = &sight->camera;
    gboolean round = !(camera->fov_deg < 360);
    guint n = (guint) MAX (ceil (camera->fov_deg / MAX (step_deg, 0.01)), 3);
    /* A hair inside the opening: no rounding leaves the ends out. */
    double aim = isnan (camera->bearing_deg) ? 0 : camera->bearing_deg,
           width = round ? 360 : camera->fov_deg * (1 - 1e-6), most = 0;
    g_autofree double *share = g_new (double, n + 1);
    for (guint i = 0; i <= n; i++) {
        double angle = (aim - width / 2 + width * i / n) * G_PI / 180;
        share[i] = reach (sight, sin (angle), cos (angle));
        most = MAX (most, share[i]);
    }
    if (most > 0) {
        /* Clockwise by the compass: from the last to the first the ring is counter-clockwise. */
        if (!round)
            cg_shapes_add_vertex (out, camera->x, camera->y);
        for (guint i = n + 1; i-- > 0;) {
            guint at = round && i == 0 ? n : i; /* a ring ends with the very point that it begins with */
            double angle = (aim - width / 2 + width * at / n) * G_PI / 180, far = share[at] * camera->range_m;
            cg_shapes_add_vertex (out, camera->x + sin (angle) * far, camera->y + cos (angle) * far);
        }
        if (!round)
            cg_shapes_add_vertex (out, camera->x, camera->y);
        cg_shapes_end_ring (out);
        cg_shapes_end_part (out);
    }
    cg_shapes_end_shape (out);
}
