/* Finds the boxes that meet a box: a packed tree over boxes that do not change.
 *
 * Insensitive to clusters and outliers, unlike a uniform grid. Reading is safe from any number of
 * threads. Method: sort-tile-recursive packing; Leutenegger, Lopez, Edgington 1997,
 * doi:10.1109/ICDE.1997.582015. Building O(n log n), memory about 70 bytes a box.
 */
#ifndef CG_GEOM_BOXTREE_H
#define CG_GEOM_BOXTREE_H

#include "model/shapes.h"

typedef struct _CgBoxTree CgBoxTree;

/* boxes [n], copied; empty ones and those with a NaN are never found. Errors LIMIT memory. */
CgBoxTree *cg_box_tree_new (guint32 n, const CgBox *boxes, GError **error);
void cg_box_tree_free (CgBoxTree *tree);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgBoxTree, cg_box_tree_free)

/* Replaces the content of out (GArray of guint32) by the ids of the boxes that meet box (touching
 * counts), ascending. */
void cg_box_tree_find (const CgBoxTree *tree, const CgBox *box, GArray *out);

/* Distance of what lies in box `id` from what is asked about; anything above `best` may be answered
 * by any number above it, infinity leaves the box out. Never less than the distance of the boxes. */
typedef double (*CgBoxDistance) (guint32 id, double best, gpointer user_data);

/* The id of least distance, the lowest among equals; G_MAXUINT32 when none is within limit.
 *
 * box      what is asked about lies inside it
 * limit    >= 0; distances up to and including it count
 * Method   depth first, near children first, children beyond the best are left out */
guint32 cg_box_tree_nearest (const CgBoxTree *tree, const CgBox *box, double limit,
                             CgBoxDistance distance, gpointer user_data, double *out_distance);

/* Between the nearest points of two boxes; 0 where they meet. */
double cg_box_distance (const CgBox *a, const CgBox *b);

#endif
