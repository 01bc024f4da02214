/* What each kind of file may hold: one table of fields with the names that columns have in
 * practice. */
#ifndef CG_IMPORT_FIELDS_H
#define CG_IMPORT_FIELDS_H

#include <glib.h>

typedef enum {
    CG_VALUE_TEXT,       /* a name, code or id: searched for personal data */
    CG_VALUE_COUNT,      /* whole number >= 0                             */
    CG_VALUE_NUMBER,     /* any finite number                             */
    CG_VALUE_COORDINATE, /* one coordinate of a point                     */
    CG_VALUE_TIME,
    CG_VALUE_FLAG,     /* 1/0, yes/no, 是/否                            */
    CG_VALUE_GEOMETRY, /* well-known text                               */
    CG_VALUE_TAGS,     /* hstore text of OpenStreetMap                  */
} CgValueType;

typedef enum { CG_OPTIONAL, CG_REQUIRED } CgNeed;

/* All fields of all kinds; a kind uses some. */
typedef enum {
    CG_FIELD_ID,
    CG_FIELD_NAME,
    CG_FIELD_HOUSEHOLDS,
    CG_FIELD_POPULATION,
    CG_FIELD_REGION,
    CG_FIELD_COMPOUND,
    CG_FIELD_GROUP,
    CG_FIELD_KEEP,
    CG_FIELD_KIND,
    CG_FIELD_ESTIMATED,
    CG_FIELD_POPULATION_ESTIMATED,
    CG_FIELD_LEVEL,
    CG_FIELD_PARENT,
    CG_FIELD_URBAN,
    CG_FIELD_DEDICATED,
    CG_FIELD_CLASS,
    CG_FIELD_PASSABLE,
    CG_FIELD_HIGHWAY,
    CG_FIELD_RAILWAY,
    CG_FIELD_WATERWAY,
    CG_FIELD_NATURAL,
    CG_FIELD_BARRIER,
    CG_FIELD_BUILDING,
    CG_FIELD_TAGS,
    CG_FIELD_LON,
    CG_FIELD_LAT,
    CG_FIELD_X,
    CG_FIELD_Y,
    CG_FIELD_TYPE,
    CG_FIELD_OCCURRED,
    CG_FIELD_REPORTED,
    CG_FIELD_SOURCE,
    CG_FIELD_REVISION,
    CG_FIELD_WITHDRAWN,
    CG_FIELD_STATE,
    CG_FIELD_WEIGHT,
    CG_FIELD_BEARING,
    CG_FIELD_FOV,
    CG_FIELD_RANGE,
    CG_FIELD_VALUE,
    CG_FIELD_LEVELS,
    CG_FIELD_HEIGHT,
    CG_FIELD_BASE_LEVEL,
    CG_FIELD_BASE_HEIGHT,
    CG_FIELD_PART,
    CG_FIELD_TUNNEL,
    CG_FIELD_BRIDGE,
    CG_FIELD_ROUTE,
    CG_FIELD_GEOMETRY,
    CG_N_FIELDS
} CgFieldId;

typedef struct {
    CgFieldId id;
    const char *name; /* as in --map                                       */
    CgValueType type;
    CgNeed need;
    const char *title;    /* for --help                                        */
    const char *synonyms; /* "a|b|c", best first; compared after cg_field_key  */
} CgField;

typedef struct {
    const char *kind;
    const CgField *fields; /* ends with name == NULL */
} CgFieldTable;

/* units, regions, compounds, barriers, buildings, incidents, cameras, services, points, areas; NULL for
 * others. */
const CgFieldTable *cg_fields_of (const char *kind);

/* A header as it is compared: lower case, without blanks, underscores, hyphens and anything in
 * brackets. (transfer full) */
char *cg_field_key (const char *header);

/* TRUE when one of "a|b|c" equals key; out_rank (may be NULL) is its position. */
gboolean cg_field_matches (const char *synonyms, const char *key, guint *out_rank);

/* TRUE when the header names personal data (identity number, name of a person, telephone, home
 * address, ...). */
gboolean cg_field_is_personal (const char *header);
/* What in value looks personal: "an identity number", "a mobile number", or NULL. Borrowed. */
const char *cg_value_is_personal (const char *value);

/* Value of a key in `"key"=>"value","key2"=>"value2"` (tags may be NULL), or NULL. (transfer full) */
char *cg_tags_find (const char *tags, const char *key);

#endif
