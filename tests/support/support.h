/* Small counties and data files for tests. */
#ifndef CG_TEST_SUPPORT_H
#define CG_TEST_SUPPORT_H

#include "model/units.h"

/* Full path of a file under ../shared/data, or NULL (and g_test_skip with a clear word) when it is absent.
 * Call as: g_autofree char *path = cg_test_data ("taiwan/..."); if (path == NULL) return; */
char *cg_test_data (const char *name);

/* Rows of a CSV of ../shared/data without quotes inside fields: GPtrArray of char ** (row 0 is the header). */
GPtrArray *cg_test_csv (const char *path);

/* columns x rows square units of side_m, id "r<row>c<column>", row 0 in the south; households each. One region "R". */
CgUnits *cg_test_checkerboard (guint32 columns, guint32 rows, double side_m, guint32 households);

/* A box, closed, counter-clockwise: its ring alone, or as a whole shape of one part. */
void cg_test_add_ring (CgShapes *areas, double x, double y, double width, double height);
void cg_test_add_box (CgShapes *areas, double x, double y, double width, double height);

/* How many random cases to take: all n in a build for speed, a quarter under sanitizers, where each costs four times as
 * much and reads the same lines of code. */
guint cg_test_cases (guint n);

/* A directory of its own for this test, removed by cg_test_remove_dir. */
char *cg_test_dir (void);
void cg_test_remove_dir (char *dir); /* frees dir too */

#endif
