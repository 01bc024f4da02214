/* Points of which some go: finds whether one that is still there lies in a triangle.
 *
 * Method     k-d tree, halved at the median of the longer side; J. L. Bentley, Multidimensional
 *            binary search trees, 1975, doi:10.1145/361002.361007; every node counts the points
 *            below it that are left
 * Cost       O(n log n) to build; 12 bytes a point and 9 a leaf; a question about a thin triangle
 *            looks at the points along it only
 */
#ifndef CG_GEOM_LIVETREE_H
#define CG_GEOM_LIVETREE_H

#include "model/shapes.h"

typedef struct _CgLiveTree CgLiveTree;

/* x, y  [n] finite, borrowed for the life of the tree. Errors LIMIT memory */
CgLiveTree *cg_live_tree_new (guint32 n, const double *x, const double *y, GError **error);
void cg_live_tree_free (CgLiveTree *tree);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgLiveTree, cg_live_tree_free)

/* Each point at most once. */
void cg_live_tree_remove (CgLiveTree *tree, guint32 point);

/* TRUE when a point other than these three that is left lies in the triangle of points a, b, c, its
 * sides included. Of three points on one line b is the middle one, and the triangle the line from
 * a to c. Exact. */
gboolean cg_live_tree_in_triangle (const CgLiveTree *tree, guint32 a, guint32 b, guint32 c);

#endif
