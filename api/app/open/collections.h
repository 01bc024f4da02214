/* Things on the map for other programs: one list of collections, each a table of features with a
 * geometry and named columns, and one way to ask for a part of it.
 *
 * Tables come from the screens' snapshot, and for what no screen shows (units, service points) from
 * a read-only connection of their own: nobody who writes ever waits. A table never changes after it
 * was made, so any number of threads may read it.
 *
 * Space    CG_FEATURE_CRS84 and the like, see CgFeatureCrs; kept in degrees and in working metres
 * Order    fixed: by code, id or, for incidents, by the number they got when they first came. What
 *          comes later stands behind what was there, so that whoever reads page by page misses
 *          nothing; an incident that is revised keeps its place.
 * People   no column of any collection is about a person; buildings, whose counts are those of
 *          single houses, are no collection.
 */
#ifndef CG_APP_COLLECTIONS_H
#define CG_APP_COLLECTIONS_H

#include "app/screen/screen.h"

typedef enum {
    CG_FEATURE_TEXT,
    CG_FEATURE_WHOLE,
    CG_FEATURE_REAL,
    CG_FEATURE_FLAG, /* true or false */
    CG_FEATURE_TIME, /* seconds since 1970 UTC, shown as local time with its offset */
} CgFeatureKind;

typedef struct {
    const char *name;
    CgFeatureKind kind;
    const char *title; /* what it is, with its unit */
    gboolean wide;     /* a long text: not in tiles      */
    gboolean detail;   /* lies in the file only: cg_features_details; nothing can be asked by it */
    gboolean adds;     /* a number that many features have together is the sum of theirs         */
} CgFeatureColumn;

typedef struct {
    const char *name, *title, *title_zh;
    const CgFeatureColumn *columns; /* ends with name == NULL                        */
    gboolean whole_id;              /* ids are whole numbers, else text              */
    gboolean timed;                 /* has a column "occurred", which a span of time looks at */
    const char *geometry;           /* of GeoJSON: "Point", "MultiPolygon", "any"    */
} CgCollection;

guint cg_collection_count (void);
const CgCollection *cg_collection_at (guint which);
const CgCollection *cg_collection_find (const char *name); /* NULL: none */
/* Place of a column, or -1. */
int cg_collection_column (const CgCollection *collection, const char *name);

/* Coordinates are asked for and given in one of these. Axes are those of the authority: CRS84
 * longitude, latitude; 4326 and 4490 latitude, longitude; 3857 x, y; the county's working CRS as
 * the EPSG data base says (northing first for Gauss-Kruger zones). CGCS2000 and WGS 84 count as one
 * datum, see normalise/crs.h. */
typedef enum {
    CG_FEATURE_CRS84,
    CG_FEATURE_EPSG4326,
    CG_FEATURE_EPSG4490,
    CG_FEATURE_EPSG3857,
    CG_FEATURE_WORKING,
    CG_N_FEATURE_CRS
} CgFeatureCrs;

typedef struct _CgFeatures CgFeatures;           /* thread safe */
typedef struct _CgFeatureTable CgFeatureTable;   /* immutable, counted references */

/* source is borrowed and must live longer. county: path of the county file, or NULL: collections
 * that no snapshot holds are then empty. */
CgFeatures *cg_features_new (CgScreenSource *source, const char *county);
void cg_features_free (CgFeatures *features);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgFeatures, cg_features_free)

/* The collection as it is now. While another thread makes it anew, the last one is given.
 * Errors NOT_FOUND no such collection; STORE, IO as cg_screen_source_get; GEOMETRY a place that
 * has no longitude and latitude */
CgFeatureTable *cg_features_get (CgFeatures *features, const char *name, GError **error);
CgFeatureTable *cg_feature_table_ref (CgFeatureTable *table);
void cg_feature_table_unref (CgFeatureTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgFeatureTable, cg_feature_table_unref)

const CgCollection *cg_feature_table_about (const CgFeatureTable *table);
guint32 cg_feature_table_count (const CgFeatureTable *table);
/* Differs wherever the table may differ. Borrowed. */
const char *cg_feature_table_stamp (const CgFeatureTable *table);
/* Longitude and latitude; empty: nothing has a place. */
CgBox cg_feature_table_extent (const CgFeatureTable *table);
/* FALSE: no row has a time. */
gboolean cg_feature_table_times (const CgFeatureTable *table, gint64 *out_first_s,
                                 gint64 *out_last_s);
/* URI of a CRS, "http://www.opengis.net/def/crs/EPSG/0/4490". Borrowed; never NULL. */
const char *cg_feature_table_crs (const CgFeatureTable *table, CgFeatureCrs crs);
gboolean cg_feature_table_find_crs (const CgFeatureTable *table, const char *uri,
                                    CgFeatureCrs *out);

/* Row of an id, or CG_NONE. */
guint32 cg_feature_table_find (const CgFeatureTable *table, const char *id);
/* (transfer full) */
char *cg_feature_table_id (const CgFeatureTable *table, guint32 row);

typedef struct {
    gboolean is_null;
    const char *text; /* TEXT; borrowed from the table */
    gint64 whole;     /* WHOLE, FLAG, TIME             */
    double real;      /* REAL                          */
} CgFeatureValue;
void cg_feature_table_value (const CgFeatureTable *table, guint32 row, guint column,
                             CgFeatureValue *out);

/* Columns that are details, of the rows of a page. */
typedef struct {
    CgPlaces *incidents; /* NULL: the collection has none, or the server no file */
} CgFeatureDetails;
void cg_feature_details_clear (CgFeatureDetails *details);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CgFeatureDetails, cg_feature_details_clear)
/* Errors STORE */
gboolean cg_features_details (CgFeatures *features, const CgFeatureTable *table, guint n,
                              const guint32 *rows, CgFeatureDetails *out, GError **error);
/* Of the i-th of those rows. */
void cg_feature_details_value (const CgFeatureDetails *details, guint i, guint column,
                               CgFeatureValue *out);

/* Geometry of a row: a shape of two tables, whose rings may run in opposite directions, or a point;
 * has_shape and has_point FALSE: it has no place. */
typedef struct {
    const CgShapes *degrees, *working;
    guint32 degrees_index, working_index;
    gboolean has_shape, has_point;
    double lon, lat, x, y;
} CgFeatureGeometry;
void cg_feature_table_geometry (const CgFeatureTable *table, guint32 row, CgFeatureGeometry *out);
/* A vertex in a CRS, in the order of its axes; x and y are working metres. */
void cg_feature_table_place (const CgFeatureTable *table, CgFeatureCrs crs, double lon, double lat,
                             double x, double y, double *out_first, double *out_second);

/* ---- asking ---------------------------------------------------------------------------------- */
#define CG_FEATURE_MAX_LIMIT 10000u
#define CG_FEATURE_MAX_FILTERS 16u

typedef struct {
    guint limit;       /* 1..CG_FEATURE_MAX_LIMIT                                               */
    const char *after; /* id of the last feature of the page before; NULL: from the beginning   */
    gboolean has_box;
    double box[4]; /* low first, low second, high first, high second axis of box_crs; in degrees the
                      low longitude may be above the high one: over the 180th meridian          */
    CgFeatureCrs box_crs;
    gint64 since_s, until_s; /* both within; CG_TIME_NONE: open. Of collections without times not
                                looked at                                                       */
    guint n_filters;
    struct {
        guint column;
        const char *value; /* as it is written in a reply; "" finds those without one */
    } filter[CG_FEATURE_MAX_FILTERS];
} CgFeatureQuery;

typedef struct {
    GArray *rows; /* guint32 */
    guint32 matched; /* of the whole collection */
    gboolean has_next, has_prev;
    guint32 prev; /* row behind which the page before begins, CG_NONE: at the beginning */
} CgFeaturePage;
void cg_feature_page_clear (CgFeaturePage *page);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CgFeaturePage, cg_feature_page_clear)

/* A feature is inside a box when any point of it is (borders included). One without a place is in
 * none, one without a time in no span.
 * Errors ARGUMENT limit, a box upside down or not finite, a value that is none of its column's kind, a detail;
 *        NOT_FOUND after is not there */
gboolean cg_feature_table_ask (const CgFeatureTable *table, const CgFeatureQuery *query,
                               CgFeaturePage *out, GError **error);

/* TRUE when any point of shape i lies in the box. */
gboolean cg_feature_shape_meets (const CgShapes *shapes, guint32 i, const CgBox *box);

#endif
