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

/* Code of the place of a grid at a level: its own 15 digits, or the first 12, 9, 6. out[16]. */
void cg_measures_place_code (const char *grid_code, CgLevel level, char *out);

#endif
