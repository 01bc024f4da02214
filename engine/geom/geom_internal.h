/* What the files of engine/geom share: the library context and the way in and out of it. */
#ifndef CG_GEOM_INTERNAL_H
#define CG_GEOM_INTERNAL_H

#include "geom/geom.h"

#include <geos_c.h>

/* One library context with the last message it gave and the objects to destroy with it. */
typedef struct {
    GEOSContextHandle_t geos;
    GPtrArray *owned; /* of GEOSGeometry */
    char message[160];
} CgGeomContext;

CgGeomContext *cg_geom_context_new (void);
void cg_geom_context_free (CgGeomContext *context);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgGeomContext, cg_geom_context_free)

/* Keeps g until the context ends and returns it; NULL is passed through. */
GEOSGeometry *cg_geom_own (CgGeomContext *context, GEOSGeometry *g);

/* Sets GEOMETRY with the library's own words. Always returns FALSE. */
gboolean cg_geom_fail (CgGeomContext *context, const char *doing, GError **error);

/* TRUE when the table is of areas; else ARGUMENT. */
gboolean cg_geom_check_areas (const CgShapes *shapes, GError **error);

/* Shape i after the guards, or NULL with an error. (transfer full) */
GEOSGeometry *cg_geom_read (CgGeomContext *context, const CgShapes *shapes, guint32 i,
                            GError **error);
/* The same, and a valid one; GEOMETRY names row, reason and place otherwise. (transfer full) */
GEOSGeometry *cg_geom_read_valid (CgGeomContext *context, const CgShapes *shapes, guint32 i,
                                  GError **error);

/* Appends the polygons in g to out as one shape; anything else in g is left out. */
gboolean cg_geom_append (CgGeomContext *context, const GEOSGeometry *g, CgShapes *out,
                         GError **error);

/* Union of the given rows (NULL: all), owned by the context; NULL with an error. */
GEOSGeometry *cg_geom_join (CgGeomContext *context, const CgShapes *areas, guint32 n_rows,
                            const guint32 *rows, GError **error);

#endif
