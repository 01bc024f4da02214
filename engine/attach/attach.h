/* Which area holds each point: one immutable index over areas, asked for many points.
 *
 * Rule on borders: a point exactly on a border (or corner) belongs to the touching area of the lowest
 * rank; rank is the row order unless given. Points in several (overlapping) areas: lowest rank too.
 * Exact: decided with the sign of exact determinants, no tolerance.
 */
#ifndef CG_ATTACH_H
#define CG_ATTACH_H

#include "model/places.h"

typedef struct _CgAttachIndex CgAttachIndex;

/* areas   AREA table, kept by reference until the index is freed
 * rank    [areas->n_shapes] order of preference on borders, or NULL for row order (copied)
 * Errors  LIMIT memory */
CgAttachIndex *cg_attach_index_new (const CgShapes *areas, const guint32 *rank, GError **error);
void cg_attach_index_free (CgAttachIndex *index);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgAttachIndex, cg_attach_index_free)

/* Row of the area that holds (x, y), or CG_NONE. Thread safe. */
guint32 cg_attach_find (const CgAttachIndex *index, double x, double y);

/* out[n] for each point; NaN coordinates give CG_NONE. out_on_border may be NULL, else [n] TRUE where
 * the point lies exactly on a border. threads 0: one for each core. */
void cg_attach_run (const CgAttachIndex *index, guint32 n, const double *x, const double *y,
                    guint threads, guint32 *out, guint8 *out_on_border);

#endif
