/* Windows of maps as people give them. */
#ifndef CG_APP_WINDOW_H
#define CG_APP_WINDOW_H

#include "model/shapes.h"

/* A box in degrees, or in the coordinates of a file where its numbers are no degrees, in working
 * metres: the box around its rim there. working_crs NULL: a plane without a name, as it is.
 *
 * Errors  ARGUMENT no place of it is in the working CRS; INPUT an unknown CRS */
gboolean cg_window_to_working (const CgBox *box, const char *delivered_crs, const char *working_crs,
                               CgBox *out, GError **error);

/* A window must show something of the data. data_box in working metres; what: "cells".
 * Errors  ARGUMENT they lie apart: names both in the coordinates of the window */
gboolean cg_window_check (const CgBox *box, const CgBox *data_box, const char *what,
                          const char *delivered_crs, const char *working_crs, GError **error);

#endif
