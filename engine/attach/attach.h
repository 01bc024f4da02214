/* Which area holds each point: one immutable index over areas, asked for many points.
 *
 * Rule on borders: a point exactly on a border (or corner) belongs to the touching area of the
 * lowest rank; rank is the row order unless given. Points in several (overlapping) areas: lowest
 * rank too.
 * Exact: decided with the sign of exact determinants, no tolerance. The border of a hole is a
 * border; a part whose rings cross themselves is taken by the even-odd rule.
 */
#ifndef CG_ATTACH_H
#define CG_ATTACH_H

#include "model/places.h"

typedef struct _CgAttachIndex CgAttachIndex;

/* areas   AREA table in any plane coordinates (metres or degrees, taken as a plane); kept by
 *         reference until the index is freed, not to be changed meanwhile
 * rank    [areas->n_shapes] order of preference on borders, equal ranks by row; or NULL for row
 *         order (copied)
 * Errors  ARGUMENT not an AREA table; GEOMETRY a coordinate that is not finite or beyond 1e100
 *         (names the row); LIMIT memory
 * Method  square cells in two levels: a cell without a border knows its only area, one with a border
 *         the few edges in it, which are crossed or not on a way from the middle of the cell
 *         (docs/methods.md). Where edges are so long that cells do not pay, where many edges meet in
 *         one and, if borders are asked for, where areas overlap: the boxes of all parts in cells, and in each part stripes of equal height
 *         that list its edges; a ray to the east is counted in one stripe
 * Cost    O(vertices) time and memory: about 1.5 us and 200 bytes a vertex; a question one or two
 *         looks into memory, 15 ns in bulk */
CgAttachIndex *cg_attach_index_new (const CgShapes *areas, const guint32 *rank, GError **error);
void cg_attach_index_free (CgAttachIndex *index);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgAttachIndex, cg_attach_index_free)

/* Row of the area that holds (x, y), or CG_NONE. Thread safe. */
guint32 cg_attach_find (const CgAttachIndex *index, double x, double y);

/* out[n] for each point; NaN coordinates give CG_NONE. out_on_border may be NULL, else [n] TRUE
 * where the point lies exactly on a border of any area. threads 0: one for each core. */
void cg_attach_run (const CgAttachIndex *index, guint32 n, const double *x, const double *y,
                    guint threads, guint32 *out, guint8 *out_on_border);

#endif
