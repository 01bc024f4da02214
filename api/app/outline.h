/* Outlines of grids for small scales. */
#ifndef CG_APP_OUTLINE_H
#define CG_APP_OUTLINE_H

#include "model/grids.h"

/* Thins the outlines that will be written (grids->delivered where that is there, else
 * grids->shapes), those of micro-units together with them: what was shared is shared afterwards
 * (geom/simplify.h). Perimeters, areas and compactness stay those of the full outlines.
 *
 * tolerance_m  no border moves further; 0 does nothing
 * Errors       INPUT the delivered coordinates cannot be measured in metres; those of
 *              cg_simplify_run; untouched on failure */
gboolean cg_outline_simplify (CgGrids *grids, double tolerance_m, GError **error);

#endif
