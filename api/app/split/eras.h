/* Use case: incidents in the grids of the plan of their own time ("as was"), beside those in the grids
 * of the plan in force ("as now"; app/attach.h).
 *
 * A plan has the time from its beginning to that of the next; the first also what was before it, and
 * what nobody dated (cg_eras_find). So publishing a plan takes nothing from another but what came after
 * its beginning, and the figures of closed months stay. While one plan only was ever in force the two
 * are one, and nothing is stored twice. See CgCounted for what is. */
#ifndef CG_APP_ERAS_H
#define CG_APP_ERAS_H

#include "store/store.h"

/* Attaches the incidents to the plans of their times, in place of what those plans had, and counts them;
 * nothing to do unless `plan`, whose grids these are, is in force and another was before it.
 *
 * incidents, grid_of  of the whole county; row of grids or CG_NONE
 * Errors              those of the store */
gboolean cg_eras_attach (CgStore *store, gint64 plan, const CgGrids *grids,
                         const CgPlaces *incidents, const guint32 *grid_of, GError **error);

/* Whether that was done of a county with plans before `plan`: files of earlier programs have it with the
 * next import of incidents, delivery or published plan.
 * Errors  STORE */
gboolean cg_eras_are_counted (CgStore *store, gint64 plan, gboolean *out, GError **error);

/* Live: the plans of earlier times, each loaded when the first incident of its time comes late. */
typedef struct _CgEras CgEras; /* one thread at a time */

/* plan    in force; counts what is not counted yet (cg_eras_are_counted), in a transaction of its own
 * Errors  those of the store */
CgEras *cg_eras_new (CgStore *store, gint64 plan, const CgGrids *grids, GError **error);
void cg_eras_free (CgEras *eras);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgEras, cg_eras_free)
/* out_then_id for cg_store_take_incidents: [n] grid_id or 0 (g_free); NULL where one plan only was in
 * force. Errors  those of the store */
gboolean cg_eras_find_grids (CgEras *eras, CgStore *store, const CgPlaces *incidents,
                             guint32 **out_then_id, GError **error);
/* changes  of CgIncidentChange: those of the plans of earlier times enter their measures
 * Errors   those of the store */
gboolean cg_eras_change (CgEras *eras, CgStore *store, const GArray *changes, GError **error);

#endif
