/* The two structures behind an index. */
#ifndef CG_ATTACH_INTERNAL_H
#define CG_ATTACH_INTERNAL_H

#include "attach/attach.h"

/* Lines of equal height or width over an interval. Position and assignment use the same expression,
 * which is monotone in floating point: whatever spans a value is always filed under the line that
 * the value asks. */
typedef struct {
    double origin, per_unit;
    guint32 count;
} CgLines;

static inline guint32
cg_line_of (const CgLines *lines, double value)
{
    double position = (value - lines->origin) * lines->per_unit;
    return position >= lines->count ? lines->count - 1 : position > 0 ? (guint32) position : 0;
}

CgLines cg_lines_over (double low, double high, guint32 count);

/* One polygon: a part of an area. */
typedef struct {
    CgBox box;
    CgLines stripes;
    guint32 first_stripe;
    guint32 shape, part;
    guint32 rank;
} CgPiece;

typedef struct _CgRaster CgRaster;

struct _CgAttachIndex {
    const CgShapes *areas;
    CgBox box;
    guint32 n_pieces;
    CgPiece *pieces;       /* one for each part, by rank, row, part         */
    guint32 *stripe_first; /* edges of stripe s: stripe_edge[first[s]] ...  */
    guint32 *stripe_edge;  /* an edge is named by its first vertex          */
    CgLines columns, rows;
    guint32 *cell_first;
    guint32 *cell_piece; /* ascending in each cell, hence lowest rank first */
    CgRaster *raster;    /* NULL where it would be too large for its use    */
};

/* Whether a piece holds (x + e^2, y + e) for an e smaller than every distance there is: such a point
 * lies on no edge. */
gboolean cg_piece_holds_beside (const CgAttachIndex *index, const CgPiece *piece, double x,
                                double y);

/* Without the raster. out_border may be NULL. */
guint32 cg_attach_find_slowly (const CgAttachIndex *index, double x, double y,
                               guint8 *out_border);

/* Cells in two levels over everything, each of which knows its only area or the few edges that cross
 * it (raster.c). NULL where edges are so long that cells would cost more than they are worth, or
 * memory is short: then the index answers without. */
CgRaster *cg_raster_new (const CgAttachIndex *index);
void cg_raster_free (CgRaster *raster);
guint32 cg_raster_find (const CgRaster *raster, double x, double y);
void cg_raster_run (const CgRaster *raster, guint32 n, const double *x, const double *y,
                    guint32 *out, guint8 *out_border);

#endif
