/* Incidents as other systems deliver them live: JSON in, model table out. */
#ifndef CG_APP_INTAKE_H
#define CG_APP_INTAKE_H

#include <jansson.h>

#include "model/places.h"

#define CG_INTAKE_MAX_ITEMS 1000u
#define CG_INTAKE_MAX_TEXT 120u /* bytes of id, source, type and state */
#define CG_INTAKE_AHEAD_S 600   /* clocks of two machines may differ so much */

/* What is wrong with one item. */
typedef struct {
    guint item;       /* from 0                                              */
    const char *code; /* as cg_error_name                                    */
    char *text;       /* never holds a value that looks personal             */
} CgIntakeFault;

typedef struct _CgIntake CgIntake; /* thread safe */

/* working_crs  of the county, "EPSG:n" */
CgIntake *cg_intake_new (const char *working_crs);
void cg_intake_free (CgIntake *intake);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgIntake, cg_intake_free)

/* body is one item, a list of them, or an object whose "incidents" is such a list. Fields of an
 * item:
 *
 *   id        text or whole number, required: the source's own number
 *   source    text; revision  whole number >= 0 (default 0); type, state  text
 *   occurred  required; reported: ISO 8601; without an offset it is local time (UTC+8)
 *   lon, lat  degrees of WGS 84, or of crs "gcj02" or "bd09"; or x, y with crs "EPSG:n"; neither:
 *             the incident is kept without a place
 *   weight    number > 0
 *   withdrawn true: this revision takes the incident back; then only id, source and revision are kept
 *             and occurred may be missing
 *
 * Any other field is a fault; one that names a person, telephone, address or number of a document
 * is FORBIDDEN, as is a text that looks like one. An item without fault has its row, in order.
 *
 * out_faults  of CgIntakeFault (transfer full), by item; with any of them the result is NULL
 * without error Errors      INPUT body is none of these or empty; LIMIT too many items */
CgPlaces *cg_intake_parse (CgIntake *intake, const json_t *body, gint64 now_s, GArray **out_faults,
                           GError **error);

#endif
