/* GeoJSON and pages of features, written straight into a text: no tree of objects between. */
#ifndef CG_HTTP_GEOJSON_H
#define CG_HTTP_GEOJSON_H

#include "app/open/collections.h"

/* A JSON string with its quotes; text is UTF-8. */
void http_json_text (GString *out, const char *text);
/* A number with so many decimals, without what rounding leaves of a zero's sign. */
void http_json_fixed (GString *out, double value, guint decimals);

/* A value as JSON, null included. */
void http_json_value (GString *out, const CgFeatureColumn *column, const CgFeatureValue *value);

/* A row of a page: the i-th of details. */
void http_feature_value (const CgFeatureTable *table, guint32 row, const CgFeatureDetails *details,
                         guint i, guint column, CgFeatureValue *out);

/* One Feature of RFC 7946; coordinates in crs with its order of axes, degrees to nine decimals
 * (0.1 mm), metres to four. links: further members, begins with a comma; or NULL. */
void http_geojson_feature (GString *out, const CgFeatureTable *table, guint32 row,
                           const CgFeatureDetails *details, guint i, CgFeatureCrs crs,
                           const char *links);

/* Text of a page: "&", "<", ">" and quotes are escaped. */
void http_html_text (GString *out, const char *text);
/* Head with the title, and the list of ways back ("/api", "集合", ...): pairs of URL and text, ends
 * with NULL. */
void http_html_begin (GString *out, const char *title, const char *const *way);
void http_html_end (GString *out);
void http_html_link (GString *out, const char *url, const char *text);
/* A value as text, empty for null. */
void http_html_value (GString *out, const CgFeatureColumn *column, const CgFeatureValue *value);

#endif
