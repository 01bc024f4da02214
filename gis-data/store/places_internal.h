/* What places.c lends to take.c: one incident in. */
#ifndef CG_PLACES_INTERNAL_H
#define CG_PLACES_INTERNAL_H

#include "store/store_internal.h"

typedef struct {
    CgStore *store;
    const CgPlaces *places;
    gint64 first_key, next_key;
    guint32 n_new;
} CgPlacesPut;

const char *cg_incident_source (const CgPlaces *places, gsize i); /* "" for none */
guint32 cg_incident_revision (const CgPlaces *places, gsize i);
gboolean cg_incident_withdrawn (const CgPlaces *places, gsize i);
/* With the statements incident/insert and incident/place_insert. out_new FALSE: source, id and
 * revision are there already; nothing was done. */
gboolean cg_incident_insert (CgPlacesPut *put, CgStatement *insert, CgStatement *position, gsize i,
                             gboolean *out_new, GError **error);
/* With incident/same: is it stored with this very content? */
gboolean cg_incident_same (CgStatement *same, const CgPlaces *places, gsize i, gboolean *out,
                           GError **error);

#endif
