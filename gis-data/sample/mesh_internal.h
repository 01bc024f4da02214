/* A plane divided into faces that share their edges, and cuts through it.
 *
 * Half-edges 2e and 2e + 1 are the two directions of edge e; a half-edge has its face on the left.
 * Because an edge exists once, whatever is done to it is done for both faces: cover is exact. */
#ifndef CG_SAMPLE_MESH_INTERNAL_H
#define CG_SAMPLE_MESH_INTERNAL_H

#include "land_internal.h"
#include "model/regions.h"

typedef struct {
    guint32 origin, next, prev, face; /* face CG_NONE: outside of the county */
} CgHalf;

typedef struct {
    guint8 class;   /* CgBarrierClass of what runs along it */
    guint32 street; /* number given to the cut, or CG_NONE  */
} CgEdge;

typedef struct {
    guint32 loop;  /* a half-edge of its outline               */
    guint32 core;  /* town whose built-up core it is, or NONE  */
    guint32 block; /* street block, NONE before blocks exist   */
    guint32 close; /* compound inside the block, or NONE       */
    guint32 piece; /* rural piece, or NONE                     */
} CgFace;

typedef struct {
    GArray *spots; /* CgSpot, whole millimetres */
    GArray *halves, *edges, *faces;
} CgMesh;

#define CG_SPOT(mesh, i) (&g_array_index ((mesh)->spots, CgSpot, i))
#define CG_HALF(mesh, i) (&g_array_index ((mesh)->halves, CgHalf, i))
#define CG_EDGE(mesh, h) (&g_array_index ((mesh)->edges, CgEdge, (h) / 2))
#define CG_FACE(mesh, i) (&g_array_index ((mesh)->faces, CgFace, i))

/* Faces are the labels 0..n_labels-1 of the cells; borders are smoothed by less than half a cell
 * side, so that none can meet another. */
CgMesh *cg_mesh_new (const CgLand *land, const guint32 *label, guint32 n_labels);
void cg_mesh_free (CgMesh *mesh);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgMesh, cg_mesh_free)

/* Outline of a face in one piece without holes, as spots; area > 0. */
void cg_mesh_outline (const CgMesh *mesh, guint32 face, GArray *out_spots);
double cg_mesh_area (const CgMesh *mesh, guint32 face);
CgSpot cg_mesh_middle (const CgMesh *mesh, guint32 face);
CgBox cg_mesh_box (const CgMesh *mesh, guint32 face);

/* A new corner on a half-edge, for both of its faces; returns the half-edge that leaves it. */
guint32 cg_mesh_split_half (CgMesh *mesh, guint32 half, CgSpot at);

typedef struct {
    guint8 class;
    guint32 street;
    double snap_m;      /* crossings nearer than this to a corner use the corner */
    double min_area_m2; /* a cut that would leave a smaller piece is not made    */
    double min_angle;   /* sine of the sharpest corner it may make, e.g. 0.3     */
} CgCut;

/* Cuts a face along a line wherever the line crosses it from side to side; new faces copy the
 * attributes of the old one and are appended. Returns the number of cuts made. */
guint cg_mesh_cut (CgMesh *mesh, guint32 face, const CgSpot *line, guint n_line, const CgCut *cut);

/* Appends the union of all faces of one region (region_of[face], CG_NONE: none) for each region
 * 0..n_regions-1 as shapes; rings split where they touch themselves, holes with their outside. */
void cg_mesh_regions (const CgMesh *mesh, const guint32 *region_of, guint32 n_regions,
                      CgShapes *shapes);

/* ---- plane.c: small figures ------------------------------------------------------------------ */
double cg_plane_turn (CgSpot a, CgSpot b, CgSpot c); /* > 0: c is left of a -> b */
gboolean cg_plane_inside (const CgSpot *ring, guint n, CgSpot at); /* ring not closed */
double cg_plane_area (const CgSpot *ring, guint n);  /* > 0: counter-clockwise */
double cg_plane_gap (CgSpot at, CgSpot a, CgSpot b); /* distance to a stretch */
/* Crossing of a-b with c-d inside both: TRUE and how far along each, 0..1. */
gboolean cg_plane_cross (CgSpot a, CgSpot b, CgSpot c, CgSpot d, double *out_ab, double *out_cd);
CgSpot cg_plane_between (CgSpot a, CgSpot b, double t);
/* Adds points between those of a line so that it bends smoothly through them all (Catmull and Rom
 * 1974, doi:10.1016/B978-0-12-079050-0.50020-5); n - 1 points more for every stretch. */
GArray *cg_plane_bend (const CgSpot *line, guint n_line, guint n);
CgSpot cg_plane_round (CgSpot at); /* to whole millimetres */

#endif
