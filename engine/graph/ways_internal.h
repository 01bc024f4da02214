/* What the files of ways share. */
#ifndef CG_WAYS_INTERNAL_H
#define CG_WAYS_INTERNAL_H

#include "crossing_internal.h"
#include "graph/ways.h"

/* A way between two places where ways end, meet or part. */
typedef struct {
    guint32 a, b; /* nodes; may be the same         */
    guint32 row;  /* of barriers                    */
    gboolean over; /* comes near what is impassable */
    CgPlace before_a, before_b; /* a little way in from each end */
} CgStretch;

typedef struct {
    GArray *node;    /* of CgPlace   */
    GArray *stretch; /* of CgStretch */
} CgWayNet;

void cg_way_net_done (CgWayNet *net);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CgWayNet, cg_way_net_done)

/* All ways of a table as one net. Errors LIMIT memory */
gboolean cg_way_net_init (CgWayNet *net, const CgBarriers *barriers, CgBlockers *blockers,
                          GError **error);

#endif
