/* Use case: roll events up into the measure table, from which screens and reports read. */
#ifndef CG_APP_MEASURES_H
#define CG_APP_MEASURES_H

#include "store/store.h"

/* The place, at the level of the county, of what lies in no grid; its base is not known (NaN). */
#define CG_MEASURE_OUTSIDE "outside"

/* "incidents" by grid, community, town and county, by day, week, month and year and for all time,
 * by type and for all types (type ""); base = households of the place. "cameras" by the same levels
 * for all time. Replaces what is there.
 * Errors  those of cg_store_load_grids and cg_store_put_measures */
gboolean cg_measures_roll_up (CgStore *store, gint64 plan, GError **error);

/* Name of the measure that holds a count: "incidents", "incidents_before", "incidents_then". */
const char *cg_measures_name (CgCounted counted);
/* The same of these incidents alone, for that measure of the plan whose grids these are; grid_of[i] is
 * a row of grids or CG_NONE.
 * Errors  those of cg_store_put_measures */
gboolean cg_measures_roll_up_incidents (CgStore *store, gint64 plan, CgCounted counted,
                                        const CgPlaces *incidents, const guint32 *grid_of,
                                        const CgGrids *grids, GError **error);

/* Live: the same measures of "incidents", changed by what came instead of counted anew; the result
 * is equal, row for row. The places of one plan are worked out once. */
typedef struct _CgMeasureCounter CgMeasureCounter; /* one thread at a time */
CgMeasureCounter *cg_measure_counter_new (gint64 plan, const CgGrids *grids);
void cg_measure_counter_free (CgMeasureCounter *counter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgMeasureCounter, cg_measure_counter_free)
/* changes  of CgIncidentChange: those of its plan, of each count; others are passed over
 * Errors   NOT_FOUND a grid that the plan does not have; those of cg_store_change_measures */
gboolean cg_measure_counter_change (CgMeasureCounter *counter, CgStore *store,
                                    const GArray *changes, GError **error);

/* Code of the place of a grid at a level: its own 15 digits, or the first 12, 9, 6. out[16]. */
void cg_measures_place_code (const char *grid_code, CgLevel level, char *out);

#endif
