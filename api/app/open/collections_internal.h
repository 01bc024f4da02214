/* What the files of the collections share. */
#ifndef CG_APP_COLLECTIONS_INTERNAL_H
#define CG_APP_COLLECTIONS_INTERNAL_H

#include "app/open/collections.h"

/* What a collection is made of. Tables are owned by `screen` or by the table itself. */
typedef struct {
    CgScreen *screen;
    CgUnits *units;
    CgPlaces *services;
    gint64 version; /* of the data that units and services were read with */
} FeatureSource;

struct _CgFeatureTable {
    gatomicrefcount references;
    const CgCollection *about;
    guint which;          /* of the list of collections */
    FeatureSource source; /* keeps what columns point to */
    guint32 n;
    guint32 *row;                   /* [n] row of the source's table; NULL: the same number */
    CgShapes *degrees;              /* of the source's rows: areas, or NULL for points      */
    CgShapes *line_degrees;         /* of barriers, which are lines or areas                */
    CgBox *box;                     /* [n] degrees; empty: no place                         */
    double *lon, *lat;              /* [n] of points                                        */
    CgShapes *world, *line_world;   /* of tiles, see tile/tile.h                            */
    CgBox *world_box;               /* [n], or NULL for points                              */
    double *u, *v;                  /* [n] of points                                        */
    CgBox extent;
    GHashTable *by_id; /* text ids: id -> row + 1; NULL: ids are whole numbers that rise with the row */
    char *stamp;
    char *crs[CG_N_FEATURE_CRS];
    gboolean northing_first;
};

typedef struct {
    CgCollection about;
    /* Rows of the source's table; `keep` NULL: all of them. */
    guint32 (*count) (const FeatureSource *source);
    gboolean (*keep) (const FeatureSource *source, guint32 row);
    void (*value) (const FeatureSource *source, guint32 row, guint column, CgFeatureValue *out);
    /* Areas in working metres, or NULL: points. */
    const CgShapes *(*areas) (const FeatureSource *source);
    const CgShapes *(*lines) (const FeatureSource *source);
    const CgPlaces *(*points) (const FeatureSource *source);
    guint id_column; /* of text ids */
    enum { FEATURE_GROUND, FEATURE_INCIDENTS, FEATURE_STORED } from;
} FeatureKind;

extern const FeatureKind cg_feature_kinds[]; /* ends with about.name NULL */

/* Id of a row of a table whose ids are whole numbers. */
gint64 feature_whole_id (const CgFeatureTable *table, guint32 row);
/* Number that an incident got when it first came. */
gint64 feature_incident_key (const CgScreen *screen, guint32 row);
/* NULL: the tables do not say. */
const char *feature_working_crs (const FeatureSource *source);

#endif
