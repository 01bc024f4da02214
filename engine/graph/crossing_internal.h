/* What the files of crossings share: outlines as segments, and how far apart they are. */
#ifndef CG_CROSSING_INTERNAL_H
#define CG_CROSSING_INTERNAL_H

#include "geom/boxtree.h"
#include "graph/crossing.h"
#include "graph_internal.h"

typedef struct {
    CgPlace a, b;
    guint32 unit; /* of the graph */
} CgOutline;

/* Distance of two segments and the nearest points on each. */
double cg_outline_distance (const CgOutline *s, const CgOutline *o, CgPlace *out_s, CgPlace *out_o);
CgBox cg_outline_box (const CgOutline *s);
/* Appends the outline of row `row` of the table as segments of `unit`. */
void cg_outline_add (GArray *outlines, const CgUnits *units, guint32 row, guint32 unit);
CgBoxTree *cg_outline_tree (const CgOutline *outlines, guint32 n, GError **error);

/* Lines that no crossing may come near; NULL for none. */
typedef struct _CgBlockers CgBlockers;
/* more: further barriers; either may be NULL. */
CgBlockers *cg_blockers_new (const CgBarriers *barriers, const CgBarriers *more, GError **error);
void cg_blockers_free (CgBlockers *blockers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgBlockers, cg_blockers_free)
/* Whether a way comes near to a line; whether all of it runs along one. */
gboolean cg_blockers_meet (CgBlockers *blockers, CgPlace a, CgPlace b);
gboolean cg_blockers_line (CgBlockers *blockers, CgPlace a, CgPlace b);

#endif
