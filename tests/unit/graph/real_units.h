/* Real units for tests of engine modules, which know no file formats themselves. */
#ifndef CG_TEST_REAL_UNITS_H
#define CG_TEST_REAL_UNITS_H

#include "model/units.h"

/* All features of the file's first layer: id and region (NULL: one region) from columns, households
 * where the column exists, delivered as in the file, shapes in EPSG:epsg (0: as in the file).
 * Stops the test on failure. */
CgUnits *cg_test_read_units (const char *path, const char *id, const char *region, int epsg);

#endif
