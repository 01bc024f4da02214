#include "analyse/coverage.h"

#include "base/error.h"
#include "geom/boxtree.h"

#include <math.h>

#define TILE 64 /* cells a side, one word a row */
#define WALL_STEP_M 2.0
#define WALL_GAP_M 0.05 /* in front of the wall: no rounding puts it behind */
#define MAX_RANGE_M 5000.0

typedef struct {
    gint64 x, y; /* of the tile: floor (cell / TILE) */
    guint64 row[TILE];
} Tile;

typedef struct {
    const CgShapes *buildings, *areas;
    const CgAttachIndex *index;
    double cell_m;
    CgBoxTree *tree;
    GHashTable *tiles; /* Tile * as a set by place: cells that are seen */
    guint8 *in_view;   /* [buildings]                                   */
    GArray *near;      /* guint32                                       */
} Work;

static guint
tile_hash (gconstpointer key)
{
    const Tile *tile = key;
    return (guint) (((guint64) tile->x * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15)) >> 32) ^
           (guint) (((guint64) tile->y * G_GUINT64_CONSTANT (0xC2B2AE3D27D4EB4F)) >> 32);
}

static gboolean
tile_equal (gconstpointer a, gconstpointer b)
{
    const Tile *left = a, *right = b;
    return left->x == right->x && left->y == right->y;
}

static void
work_done (Work *work)
{
    g_clear_pointer (&work->tree, cg_box_tree_free);
    g_clear_pointer (&work->tiles, g_hash_table_unref);
    g_clear_pointer (&work->in_view, g_free);
    g_clear_pointer (&work->near, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_done)

void
cg_coverage_free (CgCoverage *coverage)
{
    if (coverage == NULL)
        return;
    g_free (coverage->cameras);
    g_free (coverage->open_m2);
    g_free (coverage->seen_m2);
    g_free (coverage->buildings);
    g_free (coverage->buildings_seen);
    g_free (coverage->area_of_building);
    g_free (coverage->building_seen);
    g_free (coverage);
}

static gboolean
check (guint32 n, const CgCamera *cameras, double cell_m, GError **error)
{
    if (!(cell_m >= 0.25 && cell_m <= 100)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "cells of %g m: 0.25 to 100 is wanted", cell_m);
        return FALSE;
    }
    for (guint32 i = 0; i < n; i++) {
        const CgCamera *c = &cameras[i];
        gboolean aimed = isfinite (c->bearing_deg) || (isnan (c->bearing_deg) && c->fov_deg == 360);
        if (!isfinite (c->x) || !isfinite (c->y) || !aimed || !(c->fov_deg > 0) ||
            c->fov_deg > 360 || !(c->range_m > 0)) {
            g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                         "camera %u: place, bearing, opening (0 to 360 degrees) and range (above 0) "
                         "are wanted",
                         i + 1);
            return FALSE;
        }
        if (c->range_m > MAX_RANGE_M) {
            g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                         "camera %u: a range of %g m; at most %g is looked at", i + 1, c->range_m,
                         MAX_RANGE_M);
            return FALSE;
        }
    }
    return TRUE;
}

/* The tile of a cell; made where there is none. */
static Tile *
tile_at (Work *work, gint64 x, gint64 y)
{
    Tile key = { .x = x, .y = y };
    Tile *tile = g_hash_table_lookup (work->tiles, &key);
    if (tile == NULL) {
        tile = g_new0 (Tile, 1);
        tile->x = x;
        tile->y = y;
        g_hash_table_add (work->tiles, tile);
    }
    return tile;
}

static void
see_ground (Work *work, const CgCamera *camera, const CgSight *sight)
{
    double c = work->cell_m;
    gint64 left = (gint64) floor ((camera->x - camera->range_m) / c);
    gint64 right = (gint64) floor ((camera->x + camera->range_m) / c);
    gint64 low = (gint64) floor ((camera->y - camera->range_m) / c);
    gint64 high = (gint64) floor ((camera->y + camera->range_m) / c);
    for (gint64 j = low; j <= high; j++) {
        Tile *tile = NULL;
        for (gint64 i = left; i <= right; i++) {
            gint64 column = i & (TILE - 1), line = j & (TILE - 1);
            if (tile == NULL || column == 0)
                tile = tile_at (work, (i - column) / TILE, (j - line) / TILE);
            guint64 bit = G_GUINT64_CONSTANT (1) << column;
            if ((tile->row[line] & bit) == 0 &&
                cg_sight_sees (sight, ((double) i + 0.5) * c, ((double) j + 0.5) * c))
                tile->row[line] |= bit;
        }
    }
}

/* Points along the outer walls, a little in front of them. */
static gboolean
sees_wall (const CgSight *sight, const CgShapes *areas, guint32 row)
{
    for (guint32 p = areas->shape_part[row]; p < areas->shape_part[row + 1]; p++) {
        guint32 ring = areas->part_ring[p];
        /* Outside is to the right of a ring that goes counter-clockwise. */
        double side = cg_shapes_ring_area (areas, ring) > 0 ? WALL_GAP_M : -WALL_GAP_M;
        for (guint32 v = areas->ring_vertex[ring]; v + 1 < areas->ring_vertex[ring + 1]; v++) {
            double ax = areas->x[v], ay = areas->y[v];
            double dx = areas->x[v + 1] - ax, dy = areas->y[v + 1] - ay, length = hypot (dx, dy);
            if (!(length > 0))
                continue;
            guint n = (guint) ceil (MIN (length / WALL_STEP_M, 10000));
            for (guint k = 0; k < n; k++) {
                double t = (k + 0.5) / n;
                if (cg_sight_sees (sight, ax + t * dx + side * dy / length,
                                   ay + t * dy - side * dx / length))
                    return TRUE;
            }
        }
    }
    return FALSE;
}

static void
add_camera (Work *work, const CgCamera *camera)
{
    CgBox box = { camera->x - camera->range_m, camera->y - camera->range_m,
                  camera->x + camera->range_m, camera->y + camera->range_m };
    cg_box_tree_find (work->tree, &box, work->near);
    const guint32 *near = (const guint32 *) (gpointer) work->near->data;
    g_autoptr (CgSight) sight = cg_sight_new (camera, work->buildings, work->near->len, near);
    see_ground (work, camera, sight);
    for (guint i = 0; i < work->near->len; i++)
        if (!work->in_view[near[i]] && !cg_sight_is_in (sight, near[i]) &&
            sees_wall (sight, work->buildings, near[i]))
            work->in_view[near[i]] = TRUE;
}

/* Counts of whole cells, so that the order of the tiles does not matter. */
static void
count_cells (Work *work, guint64 *out)
{
    g_autofree double *x = g_new (double, TILE *TILE), *y = g_new (double, TILE *TILE);
    g_autofree guint32 *area = g_new (guint32, TILE *TILE);
    GHashTableIter iter;
    gpointer key;
    g_hash_table_iter_init (&iter, work->tiles);
    while (g_hash_table_iter_next (&iter, &key, NULL)) {
        const Tile *tile = key;
        guint32 n = 0;
        for (guint line = 0; line < TILE; line++)
            for (guint column = 0; column < TILE; column++)
                if ((tile->row[line] >> column) & 1) {
                    x[n] = ((double) (tile->x * TILE + column) + 0.5) * work->cell_m;
                    y[n++] = ((double) (tile->y * TILE + line) + 0.5) * work->cell_m;
                }
        cg_attach_run (work->index, n, x, y, 1, area, NULL);
        for (guint32 i = 0; i < n; i++)
            if (area[i] != CG_NONE)
                out[area[i]]++;
    }
}

static void
count_buildings (Work *work, CgCoverage *out)
{
    for (guint32 b = 0; b < work->buildings->n_shapes; b++) {
        double x, y;
        out->area_of_building[b] = CG_NONE;
        if (work->buildings->shape_part[b] == work->buildings->shape_part[b + 1])
            continue;
        cg_shapes_label_point (work->buildings, b, &x, &y, NULL);
        guint32 area = cg_attach_find (work->index, x, y);
        out->area_of_building[b] = area;
        if (area == CG_NONE)
            continue;
        out->buildings[area]++;
        out->buildings_seen[area] += work->in_view[b];
        out->open_m2[area] -= cg_shapes_area (work->buildings, b);
    }
}

static gboolean
index_buildings (Work *work, GError **error)
{
    guint32 n = work->buildings->n_shapes;
    g_autofree CgBox *boxes = g_new (CgBox, MAX (n, 1));
    for (guint32 b = 0; b < n; b++)
        boxes[b] = cg_shapes_box (work->buildings, b);
    work->tree = cg_box_tree_new (n, boxes, error);
    return work->tree != NULL;
}

CgCoverage *
cg_coverage_run (guint32 n_cameras, const CgCamera *cameras, const CgShapes *buildings,
                 const CgShapes *areas, const CgAttachIndex *index, double cell_m,
                 GCancellable *cancel, GError **error)
{
    g_auto (Work) work = { .buildings = buildings, .areas = areas, .index = index, .cell_m = cell_m };
    if (!check (n_cameras, cameras, cell_m, error) || !index_buildings (&work, error))
        return NULL;
    work.tiles = g_hash_table_new_full (tile_hash, tile_equal, g_free, NULL);
    work.in_view = g_new0 (guint8, MAX (buildings->n_shapes, 1));
    work.near = g_array_new (FALSE, FALSE, sizeof (guint32));
    guint32 n = areas->n_shapes;
    g_autoptr (CgCoverage) out = g_new0 (CgCoverage, 1);
    out->n = n;
    out->cameras = g_new0 (guint32, MAX (n, 1));
    out->open_m2 = g_new0 (double, MAX (n, 1));
    out->seen_m2 = g_new0 (double, MAX (n, 1));
    out->buildings = g_new0 (guint32, MAX (n, 1));
    out->buildings_seen = g_new0 (guint32, MAX (n, 1));
    out->area_of_building = g_new (guint32, MAX (buildings->n_shapes, 1));
    for (guint32 i = 0; i < n_cameras; i++) {
        if (cg_is_stopped (cancel, error))
            return NULL;
        guint32 area = cg_attach_find (index, cameras[i].x, cameras[i].y);
        if (area != CG_NONE)
            out->cameras[area]++;
        else
            out->outside++;
        add_camera (&work, &cameras[i]);
    }
    g_autofree guint64 *cells = g_new0 (guint64, MAX (n, 1));
    count_cells (&work, cells);
    for (guint32 a = 0; a < n; a++)
        out->open_m2[a] = cg_shapes_area (areas, a);
    count_buildings (&work, out);
    for (guint32 a = 0; a < n; a++) {
        out->seen_m2[a] = (double) cells[a] * cell_m * cell_m;
        /* Buildings that overlap, or cells that stick out, must not make more seen than there is. */
        out->open_m2[a] = MAX (out->open_m2[a], out->seen_m2[a]);
    }
    out->building_seen = g_steal_pointer (&work.in_view);
    return g_steal_pointer (&out);
}
