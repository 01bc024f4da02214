/* Events by cells, as the choice of a bandwidth looks for neighbours. */
#ifndef CG_BANDWIDTH_INTERNAL_H
#define CG_BANDWIDTH_INTERNAL_H

#include <gio/gio.h>

#include "analyse/density_region.h"

/* Usable events in the order of square cells, rows of cells northwards: start[row * n_columns +
 * column] is the first of a cell; start of the last row's end is n. */
typedef struct {
    guint32 n, n_columns, n_rows;
    double *x, *y, *weight; /* weight may be NULL */
    guint32 *row;           /* of the caller's     */
    double sum, to_fixed;   /* of weights; see Events */
    CgBox box;
    double cell_m;
    guint32 *start; /* [n_rows * n_columns + 1] */
} CgPointIndex;

/* Events that are finite, weigh more than zero, and lie in the region (NULL: anywhere).
 * Errors ARGUMENT fewer than two; LIMIT memory */
CgPointIndex *cg_point_index_new (guint32 n, const double *x, const double *y, const double *weight,
                                  const CgDensityRegion *region, GError **error);
void cg_point_index_free (CgPointIndex *index);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgPointIndex, cg_point_index_free)

/* The cells that meet a box: columns left .. right, rows bottom .. top, both ends included. */
void cg_point_index_cells (const CgPointIndex *index, double x_min, double x_max, double y_min,
                           double y_max, guint32 *out_left, guint32 *out_right, guint32 *out_bottom,
                           guint32 *out_top);

/* Gaussian density of all other events at each of them, times 2 pi sigma^2: directly or from a
 * lattice, whichever is cheaper. out[index->n]. FALSE when memory is short. */
gboolean cg_bandwidth_others (const CgPointIndex *index, double sigma_m, double *out);

/* Errors CANCELLED, when TRUE. */
gboolean cg_bandwidth_is_cancelled (GCancellable *cancel, GError **error);

#endif
