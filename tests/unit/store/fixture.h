/* A county file in a directory of its own, and made-up tables with awkward values to put in it. */
#ifndef CG_TEST_STORE_FIXTURE_H
#define CG_TEST_STORE_FIXTURE_H

#include <sqlite3.h>

#include "store/store.h"
#include "support.h"

#define CRS "EPSG:4545"

typedef struct {
    char *dir, *path;
    CgStore *store; /* open for writing; NULL after fixture_close */
} Fixture;

void fixture_up (Fixture *fixture, gconstpointer unused);
void fixture_down (Fixture *fixture, gconstpointer unused);
void fixture_close (Fixture *fixture);
void fixture_open (Fixture *fixture, CgStoreMode mode);
/* Adds a test that runs between fixture_up and fixture_down. */
#define ADD(path, run) g_test_add (path, Fixture, NULL, fixture_up, run, fixture_down)

CgRegions *make_regions (void); /* county, town, two communities */
CgCompounds *make_compounds (void);
CgBuildings *make_buildings (void); /* three outlines, a place, of which two are one building */
CgBarriers *make_borders (void);
CgBarriers *make_barriers (void); /* lines and areas               */
CgUnits *make_units (guint32 columns, guint32 rows,
                     guint32 households); /* squares of 100 m, vertices with odd digits */
CgPlaces *make_places (CgPlaceKind kind, guint32 n); /* every seventh without a place */
/* Grids of `per_grid` units each in row order; counts and outlines (a box) add up. */
CgGrids *make_grids (const CgUnits *units, guint32 per_grid);
gint64 put_plan (CgStore *store, const CgUnits *units, const CgGrids *grids);
/* Regions, compounds, barriers, 12 units, places, a plan of 3 grids, its attachments and measures. */
gint64 fill (CgStore *store);

/* SQL on the file by a plain connection that knows nothing of us. Triggers that guard `table` are
 * dropped first; table may be NULL. */
void damage (const char *path, const char *table, const char *sql);
/* One number by such a connection. */
gint64 ask (const char *path, const char *sql);
/* The problems that cg_store_check finds, as one text with lines. */
char *problems_of (CgStore *store);
/* All rows of all tables of ours as text, for comparing two files. */
char *dump (const char *path);

/* The call failed with that code and says `part`; clears the error. */
void assert_failed (gboolean good, GError **error, CgError code, const char *part);
void assert_same_shapes (const CgShapes *a, guint32 i, const CgShapes *b, guint32 j);
void assert_same_double (double a, double b); /* bit for bit; NaN is NaN */

#endif
