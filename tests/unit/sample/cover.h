/* An independent reading of a made-up county: every border segment of the units and its sides. */
#ifndef CG_TEST_COVER_H
#define CG_TEST_COVER_H

#include "sample/sample.h"

typedef struct {
    double ax, ay, bx, by; /* a before b in (x, y) order */
    guint32 left, right;   /* unit on each side of a -> b, CG_NONE: none */
} CoverSegment;

typedef struct {
    GHashTable *lookup; /* CoverSegment -> itself */
    GArray *segments;   /* CoverSegment *         */
    guint32 doubled;    /* times that a side of a segment was claimed twice */
} Cover;

Cover *cover_new (const CgShapes *shapes);
void cover_free (Cover *cover);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Cover, cover_free)

/* Pairs of segments that cross each other away from shared ends. */
guint32 cover_crossings (const Cover *cover);
/* How many labels (CG_NONE: no label) have units that do not hang together over shared segments. */
guint32 cover_torn (const Cover *cover, const guint32 *label, guint32 n, guint32 n_labels);
/* Even-odd test over all rings of a shape. */
gboolean cover_inside (const CgShapes *shapes, guint32 shape, double x, double y);
/* SHA-256 over every column of every table. (transfer full) */
char *cover_digest (const CgSample *sample);

#endif
