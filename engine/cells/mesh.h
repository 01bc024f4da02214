/* Triangles over noded edges: every node is a corner, every edge a side, nothing is added.
 *
 * Slot s = 3 * t + i is side i of triangle t; it runs from corner[s] to the corner of the next slot
 * of t, the triangle on its left. Four corners far outside (the last nodes) make the triangles
 * fill a square around all nodes.
 *
 * Method     Delaunay triangulation by insertion along a Hilbert curve with flips (C. L. Lawson,
 *            1977), then edges forced in by flips (S. W. Sloan, A fast algorithm for generating
 *            constrained Delaunay triangulations, 1993, doi:10.1016/0045-7949(93)90239-A). Which
 *            side of a line and which side of a circle a node lies on is exact
 * Promise    every triangle turns left; the same nodes and edges give the same mesh
 * Cost       O(n log n) time, 60 bytes a node
 */
#ifndef CG_CELLS_MESH_H
#define CG_CELLS_MESH_H

#include "cells/noding.h"

typedef struct {
    guint32 n_nodes; /* those of the noding and the four outside */
    guint32 n_triangles;
    CgSpot *spot;     /* [n_nodes]                                                        */
    guint32 *corner;  /* [3 * n_triangles]                                                */
    guint32 *twin;    /* [3 * n_triangles] the slot on the other side, G_MAXUINT32 at the rim */
    guint32 *edge;    /* [3 * n_triangles] edge of the noding, or G_MAXUINT32                */
    guint32 *slot_of; /* [n_nodes] a slot that begins at the node                         */
} CgNet;

/* Errors  GEOMETRY edges cross or pass through nodes; LIMIT memory; CANCELLED */
CgNet *cg_net_build (const CgNoding *noding, GCancellable *cancel, GError **error);
void cg_net_free (CgNet *mesh);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgNet, cg_net_free)

/* The slot after s in its triangle, and the one before. */
static inline guint32
cg_net_next (guint32 s)
{
    return s % 3 == 2 ? s - 2 : s + 1;
}

static inline guint32
cg_net_previous (guint32 s)
{
    return s % 3 == 0 ? s + 2 : s - 1;
}

#endif
