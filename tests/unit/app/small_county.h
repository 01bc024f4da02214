/* A made-up county of one town with two communities side by side, for tests of use cases.
 *
 * 12 x 6 square units of 100 m with 45 households each, ids u00 to u71 row by row from the
 * south-west; the six western columns belong to community 990101001001, the others to
 * 990101001002. Coordinates are EPSG:4547, the south-west corner is SMALL_X, SMALL_Y. */
#ifndef CG_TEST_SMALL_COUNTY_H
#define CG_TEST_SMALL_COUNTY_H

#include "store/store.h"

#define SMALL_CRS "EPSG:4547"
#define SMALL_X 500000.0
#define SMALL_Y 3500000.0
#define SMALL_SIDE_M 100.0
#define SMALL_COLUMNS 12
#define SMALL_ROWS 6
#define SMALL_HOUSEHOLDS 45
#define SMALL_NOW_S 1760000000 /* 2025-10-09 16:53:20 in Shanghai */

typedef struct {
    char *dir, *path;
    CgStore *store; /* open for writing */
} SmallCounty;

/* Regions and units are in the store; no plan. */
void small_county_open (SmallCounty *county);
/* Closes the store too, when it is still open. */
void small_county_close (SmallCounty *county);

CgRegions *small_regions (void);
CgUnits *small_units (void);
/* n incidents (or cameras) strewn over the county and 150 m around it, from a seed: some without a
 * place, a time or a type. Times lie in the 70 days before SMALL_NOW_S. */
CgPlaces *small_places (CgPlaceKind kind, guint32 n, guint64 seed);
/* Splits and publishes; the plan's id. */
gint64 small_publish (CgStore *store, guint64 seed);

/* Writes text to a new file in the county's folder; its path. (transfer full) */
char *small_file (const SmallCounty *county, const char *name, const char *text);

#endif
