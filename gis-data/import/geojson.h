/* A strict look through a GeoJSON text before any library parses it: grammar, nesting, size and
 * closure of rings.
 *
 * The reader of the format closes open rings, takes NaN for a number and builds the whole feature
 * in memory; so what must be refused is found here, in one pass and without memory of its own.
 *  */
#ifndef CG_IMPORT_GEOJSON_H
#define CG_IMPORT_GEOJSON_H

#include <glib.h>

typedef struct {
    guint32 row;      /* feature, from 1                                  */
    const char *code; /* code of a finding                                */
    char *text;       /* what is wrong (owned)                            */
    double x, y;      /* where its last line begins; NaN: nowhere         */
} CgGeoJsonFault;

typedef struct {
    GArray *faults;       /* of CgGeoJsonFault, by row, at most one a row */
    guint32 n_features;
    gboolean names_crs;   /* a member `crs` of the document that is not null */
    const char *fatal;    /* code when the text as a whole is refused     */
    guint32 fatal_row;    /* feature, 0 before the first                  */
    char *fatal_text;
} CgGeoJsonScan;

#define CG_GEOJSON_MAX_DEPTH 32

/* text is valid UTF-8 without byte order mark. */
void cg_geojson_scan (const char *text, gsize length, CgGeoJsonScan *out);
void cg_geojson_scan_clear (CgGeoJsonScan *scan);

#endif
