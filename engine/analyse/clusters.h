/* Clusters of points by distance alone: DBSCAN, and nearest-neighbour hierarchical clusters. */
#ifndef CG_CLUSTERS_H
#define CG_CLUSTERS_H

#include "base/progress.h"
#include "model/units.h"

/* A point with at least min_points points (itself included) within radius_m is a core; cores within
 * the radius of each other are one cluster, and so are points within the radius of a core (of
 * several: the cluster of the core with the lowest row). out_cluster[n]: 0.. by the lowest row of a
 * core in it, CG_NONE for noise. Returns the number of clusters through out_n.
 * progress  "points"; may be NULL, as may cancel
 * Errors  ARGUMENT radius not positive, min_points 0, a coordinate that is not finite; LIMIT too many
 *         pairs within the radius; CANCELLED
 * Source  M. Ester, H.-P. Kriegel, J. Sander, X. Xu 1996, KDD-96 p. 226-231 */
gboolean cg_clusters_dbscan (guint32 n, const double *x, const double *y, double radius_m,
                             guint32 min_points, const CgProgress *progress, GCancellable *cancel,
                             guint32 *out_cluster, guint32 *out_n, GError **error);

/* One order: the clusters of points, then the clusters of their centres, and so on. */
typedef struct {
    guint32 n_clusters;
    guint32 *cluster;   /* [items of this order] 0.., CG_NONE: in none                        */
    double *x, *y;      /* [n_clusters] mean centre of the items                              */
    double threshold_m; /* used                                                               */
} CgClusterOrder;

typedef struct {
    guint n_orders;        /* 0: no cluster at all                                            */
    CgClusterOrder *order; /* items of order 0 are the points, of order k the clusters of k - 1 */
} CgClusterTree;

/* Nearest-neighbour hierarchical clustering. In each order the item with the most others within the
 * threshold (the lowest row of those) begins a cluster with them; they are taken out, and so on while
 * clusters have at least min_points items (higher orders: at least 2). Orders follow until one has
 * fewer than 2 clusters, or none.
 * threshold_m  0: in each order what chance would give, (1/2) sqrt (A / N) - 1.645 * 0.26136 / sqrt (N^2 / A)
 *              for N items in an area A: one in twenty pairs of neighbours would be nearer
 * area_m2      0: the box of the points
 * Errors       as above; ARGUMENT also a negative threshold or area
 * Source       N. Levine 2015, CrimeStat IV, chapter 7; expectation and error of the distance to the
 *              nearest neighbour: P. J. Clark, F. C. Evans 1954, doi:10.2307/1931034 */
CgClusterTree *cg_clusters_nearest (guint32 n, const double *x, const double *y,
                                    double threshold_m, double area_m2, guint32 min_points,
                                    const CgProgress *progress, GCancellable *cancel, GError **error);
void cg_cluster_tree_free (CgClusterTree *tree);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgClusterTree, cg_cluster_tree_free)

#endif
