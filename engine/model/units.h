/* The units of a county: the smallest pieces that are never cut, one row each.
 *
 * Strings are owned by the table. Name columns (region, compound, ...) are ids into a list of
 * names in order of first appearance; CG_NONE means "no value".
 */
#ifndef CG_MODEL_UNITS_H
#define CG_MODEL_UNITS_H

#include "model/shapes.h"

#define CG_NONE G_MAXUINT32

typedef enum {
    CG_UNIT_URBAN,     /* split by households                                        */
    CG_UNIT_RURAL,     /* belongs to a villager group: one grid per group            */
    CG_UNIT_DEDICATED, /* belongs to a dedicated area (park, hospital, school): cut out first */
} CgUnitKind;

const char *cg_unit_kind_name (CgUnitKind kind);                 /* "urban", "rural", "dedicated" */
gboolean cg_unit_kind_parse (const char *name, CgUnitKind *out); /* these, and 城镇 农村 专属 */

/* A list of distinct names with ids 0..n-1 in order of first appearance. */
typedef struct {
    GPtrArray *names;   /* of char *, owned */
    GHashTable *lookup; /* name -> id + 1   */
} CgNames;

CgNames *cg_names_new (void);
void cg_names_free (CgNames *names);
guint32 cg_names_add (CgNames *names, const char *name);        /* id, added when new             */
guint32 cg_names_find (const CgNames *names, const char *name); /* id or CG_NONE                  */
const char *cg_names_get (const CgNames *names, guint32 id);    /* borrowed; "" for CG_NONE       */
guint32 cg_names_count (const CgNames *names);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgNames, cg_names_free)

/* Which figures of a unit nobody has counted; one may be without the other. */
typedef enum {
    CG_ESTIMATED_HOUSEHOLDS = 1 << 0,
    CG_ESTIMATED_POPULATION = 1 << 1,
} CgEstimated;

typedef struct {
    guint32 n;
    char **id;           /* [n] unique, never empty                                     */
    guint32 *households; /* [n] weight of the unit                                      */
    guint32 *population; /* [n] 0 where unknown                                         */
    guint32 *region;     /* [n] community: id into regions, or CG_NONE                  */
    guint32 *compound;   /* [n] units that should stay together: id into compounds      */
    guint32 *group;      /* [n] villager group or dedicated area: id into groups        */
    guint32 *keep;       /* [n] grid of the old plan: id into kept                      */
    guint8 *kind;        /* [n] CgUnitKind                                              */
    guint8 *estimated;   /* [n] CgEstimated, or'ed; 0: what is known is counted         */
    guint32 *row;        /* [n] row in the source file, for messages; 0 unknown         */
    gboolean has_population;
    CgNames *regions, *compounds, *groups, *kept;
    CgShapes *shapes;    /* AREA, working CRS, metres                                   */
    CgShapes *delivered; /* AREA, as the file had it, vertex for vertex parallel to shapes;
                            NULL when it is the same as shapes                          */
    char *delivered_crs; /* "EPSG:4326" or WKT of delivered; NULL when unknown          */
    char *working_crs;   /* "EPSG:4547"                                                 */
} CgUnits;

/* n rows with zero counts, CG_NONE names, empty ids (NULL) and an empty AREA table. */
CgUnits *cg_units_new (guint32 n);
void cg_units_free (CgUnits *units);
/* The rows with keep[i] TRUE in their order, and behind them `room` rows that are still empty and
 * have no shape yet. Delivered shapes do not go over. (transfer full) */
CgUnits *cg_units_subset (const CgUnits *units, const guint8 *keep, guint32 room);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgUnits, cg_units_free)

#endif
