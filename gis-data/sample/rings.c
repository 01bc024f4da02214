#include <math.h>

#include "mesh_internal.h"

/* Unions of faces as polygons. */
typedef struct {
    const CgMesh *mesh;
    const guint32 *region_of;
    GArray *walk;      /* guint32 half-edges of the ring under way        */
    guint32 *place;    /* [spots] position in walk + 1, 0: not in it      */
    GPtrArray *rings;  /* GArray of CgSpot, closed by the reader          */
} Walk;

static guint32
region_at (const Walk *walk, guint32 half)
{
    guint32 face = CG_HALF (walk->mesh, half)->face;
    return face == CG_NONE ? CG_NONE : walk->region_of[face];
}

static guint32
next_on_border (const Walk *walk, guint32 half, guint32 region)
{
    guint32 next = CG_HALF (walk->mesh, half)->next;
    while (region_at (walk, next ^ 1) == region)
        next = CG_HALF (walk->mesh, next ^ 1)->next;
    return next;
}

/* Takes the last corners of the walk, from position on, as a ring of its own. */
static void
take_ring (Walk *walk, guint position)
{
    GArray *ring = g_array_new (FALSE, FALSE, sizeof (CgSpot));
    for (guint i = position; i < walk->walk->len; i++) {
        guint32 spot = CG_HALF (walk->mesh, g_array_index (walk->walk, guint32, i))->origin;
        g_array_append_val (ring, *CG_SPOT (walk->mesh, spot));
        walk->place[spot] = 0;
    }
    g_array_set_size (walk->walk, position);
    g_ptr_array_add (walk->rings, ring);
}

static void
walk_ring (Walk *walk, guint32 start, guint32 region, guint8 *done)
{
    guint32 half = start;
    do {
        guint32 spot = CG_HALF (walk->mesh, half)->origin;
        if (walk->place[spot] != 0)
            take_ring (walk, walk->place[spot] - 1);
        g_array_append_val (walk->walk, half);
        walk->place[spot] = walk->walk->len;
        done[half] = TRUE;
        half = next_on_border (walk, half, region);
    } while (half != start);
    take_ring (walk, 0);
}

static void
add_ring (CgShapes *shapes, const GArray *ring)
{
    for (guint i = 0; i <= ring->len; i++) {
        const CgSpot *at = &g_array_index (ring, CgSpot, i % ring->len);
        cg_shapes_add_vertex (shapes, at->x, at->y);
    }
    cg_shapes_end_ring (shapes);
}

static double
ring_area (const GArray *ring)
{
    return cg_plane_area ((const CgSpot *) (void *) ring->data, ring->len);
}

/* The smallest outside ring that holds a hole. A hole may touch it in corners only, so the middle
 * of an edge decides. */
static guint
outside_of (const GPtrArray *rings, const GArray *hole)
{
    CgSpot middle = cg_plane_between (g_array_index (hole, CgSpot, 0),
                                      g_array_index (hole, CgSpot, 1), 0.5);
    guint best = G_MAXUINT;
    double best_area = G_MAXDOUBLE;
    for (guint i = 0; i < rings->len; i++) {
        const GArray *ring = rings->pdata[i];
        double area = ring_area (ring);
        if (area > 0 && area < best_area &&
            cg_plane_inside ((const CgSpot *) (void *) ring->data, ring->len, middle)) {
            best = i;
            best_area = area;
        }
    }
    return best;
}

static void
add_rings (CgShapes *shapes, const GPtrArray *rings)
{
    g_autofree guint *owner = g_new (guint, MAX (rings->len, 1));
    for (guint i = 0; i < rings->len; i++)
        owner[i] = ring_area (rings->pdata[i]) > 0 ? i : outside_of (rings, rings->pdata[i]);
    for (guint i = 0; i < rings->len; i++) {
        if (owner[i] != i)
            continue;
        add_ring (shapes, rings->pdata[i]);
        for (guint j = 0; j < rings->len; j++)
            if (j != i && owner[j] == i)
                add_ring (shapes, rings->pdata[j]);
        cg_shapes_end_part (shapes);
    }
    cg_shapes_end_shape (shapes);
}

void
cg_mesh_regions (const CgMesh *mesh, const guint32 *region_of, guint32 n_regions, CgShapes *shapes)
{
    g_autofree guint32 *first = g_new0 (guint32, n_regions + 2);
    g_autofree guint32 *halves = g_new (guint32, MAX (mesh->halves->len, 1));
    g_autofree guint8 *done = g_new0 (guint8, MAX (mesh->halves->len, 1));
    Walk walk = { mesh, region_of, g_array_new (FALSE, FALSE, sizeof (guint32)),
                  g_new0 (guint32, MAX (mesh->spots->len, 1)),
                  g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref) };
    for (guint pass = 0; pass < 2; pass++) {
        for (guint32 h = 0; h < mesh->halves->len; h++) {
            guint32 region = region_at (&walk, h);
            if (region == CG_NONE || region == region_at (&walk, h ^ 1))
                continue;
            if (pass == 0)
                first[region + 2]++;
            else
                halves[first[region + 1]++] = h;
        }
        for (guint32 k = 2; pass == 0 && k < n_regions + 2; k++)
            first[k] += first[k - 1];
    }
    for (guint32 k = 0; k < n_regions; k++) {
        for (guint32 i = first[k]; i < first[k + 1]; i++)
            if (!done[halves[i]])
                walk_ring (&walk, halves[i], k, done);
        add_rings (shapes, walk.rings);
        g_ptr_array_set_size (walk.rings, 0);
    }
    g_array_unref (walk.walk);
    g_ptr_array_unref (walk.rings);
    g_free (walk.place);
}
