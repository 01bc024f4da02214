#include "mesh_internal.h"

#include <math.h>
#include <string.h>

#define SMOOTH_PASSES 10
#define SMOOTH_REACH 0.40 /* of a cell side: two borders are at least one side apart */
#define CRUMPLE_REACH 0.09 /* of the length of a border edge */

void
cg_mesh_free (CgMesh *mesh)
{
    if (mesh == NULL)
        return;
    g_array_unref (mesh->spots);
    g_array_unref (mesh->halves);
    g_array_unref (mesh->edges);
    g_array_unref (mesh->faces);
    g_free (mesh);
}

typedef struct {
    const CgLand *land;
    const guint32 *label;
    CgMesh *mesh;
    guint32 *spot_of;          /* [2 n] spot of a corner + 1, 0: not used         */
    guint32 (*leaving)[3];     /* [spots] half-edges that leave a spot, or NONE   */
} Build;

static guint32
use_corner (Build *build, guint32 corner)
{
    if (build->spot_of[corner] == 0) {
        CgSpot at = cg_land_corner_spot (build->land, corner);
        g_array_append_val (build->mesh->spots, at);
        build->spot_of[corner] = build->mesh->spots->len;
    }
    return build->spot_of[corner] - 1;
}

static void
add_borders (Build *build)
{
    const CgLand *land = build->land;
    for (guint32 cell = 0; cell < land->n; cell++) {
        if (build->label[cell] == CG_NONE)
            continue;
        for (guint side = 0; side < CG_LAND_SIDES; side++) {
            guint32 other = cg_land_neighbour (land, cell, side);
            guint32 beyond = other == CG_NONE ? CG_NONE : build->label[other];
            if (beyond == build->label[cell] || (beyond != CG_NONE && other < cell))
                continue;
            guint32 a = use_corner (build, cg_land_corner (land, cell, side));
            guint32 b = use_corner (build, cg_land_corner (land, cell, (side + 1) % CG_LAND_SIDES));
            CgHalf there = { a, CG_NONE, CG_NONE, build->label[cell] };
            CgHalf back = { b, CG_NONE, CG_NONE, beyond };
            CgEdge edge = { CG_BARRIER_NONE, CG_NONE };
            g_array_append_val (build->mesh->halves, there);
            g_array_append_val (build->mesh->halves, back);
            g_array_append_val (build->mesh->edges, edge);
        }
    }
}

/* At a corner three cells meet, so a face leaves it at most once: the next half-edge is unique. */
static void
link_borders (Build *build)
{
    CgMesh *mesh = build->mesh;
    build->leaving = g_malloc (sizeof (*build->leaving) * MAX (mesh->spots->len, 1));
    memset (build->leaving, 0xff, sizeof (*build->leaving) * mesh->spots->len);
    for (guint32 h = 0; h < mesh->halves->len; h++) {
        guint32 *slot = build->leaving[CG_HALF (mesh, h)->origin];
        while (*slot != CG_NONE)
            slot++;
        *slot = h;
    }
    for (guint32 h = 0; h < mesh->halves->len; h++) {
        CgHalf *half = CG_HALF (mesh, h);
        const guint32 *leaving = build->leaving[CG_HALF (mesh, h ^ 1)->origin];
        for (guint k = 0; k < 3; k++)
            if (leaving[k] != CG_NONE && CG_HALF (mesh, leaving[k])->face == half->face) {
                half->next = leaving[k];
                CG_HALF (mesh, leaving[k])->prev = h;
            }
        if (half->face != CG_NONE)
            CG_FACE (mesh, half->face)->loop = h;
    }
}

static void
smooth_borders (const Build *build)
{
    CgMesh *mesh = build->mesh;
    guint n = mesh->spots->len;
    double reach = SMOOTH_REACH * build->land->edge_m;
    g_autofree CgSpot *home = g_memdup2 (mesh->spots->data, n * sizeof (CgSpot));
    g_autofree CgSpot *next = g_new (CgSpot, MAX (n, 1));
    for (guint pass = 0; pass < SMOOTH_PASSES; pass++) {
        for (guint32 i = 0; i < n; i++) {
            CgSpot sum = { 0, 0 }, at = *CG_SPOT (mesh, i);
            guint k = 0;
            for (; k < 3 && build->leaving[i][k] != CG_NONE; k++) {
                CgSpot to = *CG_SPOT (mesh, CG_HALF (mesh, build->leaving[i][k] ^ 1)->origin);
                sum.x += to.x;
                sum.y += to.y;
            }
            CgSpot goal = { 0.4 * at.x + 0.6 * sum.x / k, 0.4 * at.y + 0.6 * sum.y / k };
            double far = hypot (goal.x - home[i].x, goal.y - home[i].y);
            next[i] = far > reach ? cg_plane_between (home[i], goal, reach / far) : goal;
        }
        memcpy (mesh->spots->data, next, n * sizeof (CgSpot));
    }
    for (guint32 i = 0; i < n; i++)
        *CG_SPOT (mesh, i) = cg_plane_round (*CG_SPOT (mesh, i));
}

/* One bend more in each border: its middle moves a little to one side. Together with the smoothing
 * a border stays within half a cell side of where the cells had it. */
static void
crumple_borders (const Build *build)
{
    CgMesh *mesh = build->mesh;
    guint32 n = mesh->halves->len;
    for (guint32 h = 0; h < n; h += 2) {
        CgSpot a = *CG_SPOT (mesh, CG_HALF (mesh, h)->origin),
               b = *CG_SPOT (mesh, CG_HALF (mesh, h + 1)->origin);
        double side = 2 * CRUMPLE_REACH * (cg_noise_pick (build->land->seed, 110, h) - 0.5);
        CgSpot middle = cg_plane_between (a, b, 0.5);
        middle.x -= side * (b.y - a.y);
        middle.y += side * (b.x - a.x);
        cg_mesh_split_half (mesh, h, cg_plane_round (middle));
    }
}

CgMesh *
cg_mesh_new (const CgLand *land, const guint32 *label, guint32 n_labels)
{
    CgMesh *mesh = g_new0 (CgMesh, 1);
    mesh->spots = g_array_new (FALSE, FALSE, sizeof (CgSpot));
    mesh->halves = g_array_new (FALSE, FALSE, sizeof (CgHalf));
    mesh->edges = g_array_new (FALSE, FALSE, sizeof (CgEdge));
    mesh->faces = g_array_new (FALSE, FALSE, sizeof (CgFace));
    CgFace face = { CG_NONE, CG_NONE, CG_NONE, CG_NONE, CG_NONE };
    for (guint32 i = 0; i < n_labels; i++)
        g_array_append_val (mesh->faces, face);
    Build build = { land, label, mesh, g_new0 (guint32, 2 * (gsize) land->n), NULL };
    add_borders (&build);
    link_borders (&build);
    smooth_borders (&build);
    crumple_borders (&build);
    g_free (build.spot_of);
    g_free (build.leaving);
    return mesh;
}

void
cg_mesh_outline (const CgMesh *mesh, guint32 face, GArray *out_spots)
{
    g_array_set_size (out_spots, 0);
    guint32 start = CG_FACE (mesh, face)->loop, h = start;
    do {
        g_array_append_val (out_spots, *CG_SPOT (mesh, CG_HALF (mesh, h)->origin));
        h = CG_HALF (mesh, h)->next;
    } while (h != start);
}

double
cg_mesh_area (const CgMesh *mesh, guint32 face)
{
    g_autoptr (GArray) ring = g_array_new (FALSE, FALSE, sizeof (CgSpot));
    cg_mesh_outline (mesh, face, ring);
    return cg_plane_area ((const CgSpot *) (void *) ring->data, ring->len);
}

CgSpot
cg_mesh_middle (const CgMesh *mesh, guint32 face)
{
    g_autoptr (GArray) ring = g_array_new (FALSE, FALSE, sizeof (CgSpot));
    cg_mesh_outline (mesh, face, ring);
    const CgSpot *at = (const CgSpot *) (void *) ring->data;
    double x = 0, y = 0, total = 0;
    for (guint i = 1; i + 1 < ring->len; i++) {
        double part = cg_plane_turn (at[0], at[i], at[i + 1]);
        x += part * (at[i].x + at[i + 1].x - 2 * at[0].x) / 3;
        y += part * (at[i].y + at[i + 1].y - 2 * at[0].y) / 3;
        total += part;
    }
    return (CgSpot){ at[0].x + x / total, at[0].y + y / total };
}

CgBox
cg_mesh_box (const CgMesh *mesh, guint32 face)
{
    CgBox box = CG_BOX_EMPTY;
    guint32 start = CG_FACE (mesh, face)->loop, h = start;
    do {
        const CgSpot *at = CG_SPOT (mesh, CG_HALF (mesh, h)->origin);
        cg_box_add (&box, at->x, at->y);
        h = CG_HALF (mesh, h)->next;
    } while (h != start);
    return box;
}
