/* Windows of maps as people give them. */
#ifndef CG_APP_WINDOW_H
#define CG_APP_WINDOW_H

#include "model/shapes.h"

/* A box in degrees, or in the coordinates of a file where its numbers are no degrees, in working
 * metres: the box around its rim there.
 *
 * Errors  ARGUMENT no place of it is in the working CRS; INPUT an unknown CRS */
gboolean cg_window_to_working (const CgBox *box, const char *delivered_crs, const char *working_crs,
                               CgBox *out, GError **error);

#endif
