/* The index of the plan in force, which screens and the live intake of one server share. */
#ifndef CG_APP_PLAN_INDEX_H
#define CG_APP_PLAN_INDEX_H

#include "attach/shelf.h"
#include "store/store.h"

/* What lies on the shelf where it is that of the plan; else one is made of the grids and put there.
 * shelf may be NULL: one is made. (transfer full)
 * Errors  those of cg_attach_snapshot_new */
CgAttachSnapshot *cg_plan_index (CgAttachShelf *shelf, const CgPlan *plan, const CgGrids *grids,
                                 GError **error);

#endif
