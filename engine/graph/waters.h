/* Water that nobody walks over: areas of class WATER that are not passable (ways.h makes wide ones so),
 * and the ground of units in it. */
#ifndef CG_GRAPH_WATERS_H
#define CG_GRAPH_WATERS_H

#include "model/regions.h"
#include "model/units.h"

typedef struct _CgWaters CgWaters;

/* barriers: copied from; NULL: there is no water. Errors LIMIT memory. (transfer full) */
CgWaters *cg_waters_new (const CgBarriers *barriers, GError **error);
void cg_waters_free (CgWaters *waters);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgWaters, cg_waters_free)

/* Whether something in the box may be in water: FALSE is sure. */
gboolean cg_waters_near (CgWaters *waters, const CgBox *box);
/* Whether a place lies in water; whether all places reach_m around it do, too. On the rim: either. */
gboolean cg_waters_hold (CgWaters *waters, double x, double y);
gboolean cg_waters_deep (CgWaters *waters, double x, double y, double reach_m);

/* Whether a unit's middle (of its largest circle) lies in water. */
gboolean cg_waters_hold_unit (CgWaters *waters, const CgUnits *units, guint32 unit);
/* The units that are water's own ground: their middle lies there and nobody lives in them. (transfer full:
 * [units->n] TRUE) */
guint8 *cg_waters_ground (CgWaters *waters, const CgUnits *units);

#endif
