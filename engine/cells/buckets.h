/* Which segments pass through which squares of a coarse raster: neighbours in a plane of places. */
#ifndef CG_CELLS_BUCKETS_H
#define CG_CELLS_BUCKETS_H

#include "cells/noding.h"

typedef struct {
    gint64 x0, y0;
    guint shift; /* a square's side is 1 << shift units */
    guint32 n_x, n_y;
    guint32 *first; /* [n_x * n_y + 1] */
    guint32 *item;  /* segments, ascending in each square */
} CgBuckets;

/* ends: two places a segment. A segment is entered in every square that it or the ground within one
 * unit of it meets, and perhaps in a few more.
 * Errors  LIMIT memory */
gboolean cg_buckets_init (CgBuckets *buckets, const CgSpot *ends, guint32 n, GError **error);
void cg_buckets_done (CgBuckets *buckets);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CgBuckets, cg_buckets_done)

/* The square that holds a place; CG_BUCKETS_NONE outside the raster. */
#define CG_BUCKETS_NONE G_MAXUINT32
guint32 cg_buckets_at (const CgBuckets *buckets, CgSpot place);

/* Replaces the content of out (GArray of guint32) by the segments entered in squares that meet the
 * box, ascending, each once. */
void cg_buckets_find (const CgBuckets *buckets, CgSpot low, CgSpot high, GArray *out);

#endif
