/* Things with a position: incidents, cameras, service points. One row each, columns that a kind
 * does not use stay NULL. No names of persons, telephone numbers or addresses ever. */
#ifndef CG_MODEL_PLACES_H
#define CG_MODEL_PLACES_H

#include "model/units.h"

typedef enum { CG_PLACE_INCIDENT, CG_PLACE_CAMERA, CG_PLACE_SERVICE } CgPlaceKind;

const char *cg_place_kind_name (CgPlaceKind kind); /* "incident", "camera", "service" */

#define CG_TIME_NONE G_MININT64

typedef struct {
    guint32 n;
    CgPlaceKind place;
    char **id;     /* [n] source id; of a camera its device id                          */
    double *x, *y; /* [n] working CRS, metres; NaN where the row had no usable place    */
    double *delivered_x, *delivered_y; /* [n] as the file had it                             */
    guint32 *row;       /* [n] row in the source file; 0 unknown                             */
    guint32 *type;      /* [n] incident type, camera class, service kind: id into types      */
    gint64 *time_s;     /* [n] occurred, seconds since 1970 UTC, or CG_TIME_NONE; may be NULL */
    gint64 *reported_s; /* [n] same, reported; may be NULL                                   */
    double *weight;     /* [n] may be NULL = 1 each                                          */
    guint32 *source;    /* [n] id into sources: hotline, patrol, ...; may be NULL            */
    guint32 *revision;  /* [n] revision of the source's record; may be NULL = 0              */
    guint32 *state;     /* [n] handling state: id into states; may be NULL                   */
    guint8 *withdrawn;  /* [n] 1: this revision takes the incident back; may be NULL = 0     */
    char **name;        /* [n] of a camera or service; may be NULL                           */
    double *bearing_deg, *fov_deg, *range_m; /* [n] cameras; may be NULL, NaN = unknown      */
    CgNames *types, *sources, *states;
    char *delivered_crs, *working_crs;
} CgPlaces;

/* n rows; id, x, y, delivered_*, row and type exist (type CG_NONE, x and y NaN), other columns are
 * NULL. */
CgPlaces *cg_places_new (CgPlaceKind place, guint32 n);
void cg_places_free (CgPlaces *places);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgPlaces, cg_places_free)

#endif
