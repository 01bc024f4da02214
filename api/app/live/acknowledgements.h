/* Alarms that somebody acknowledged, when and at which screen: the last CG_ACKNOWLEDGEMENTS, which the county
 * file holds too. Never by whom. Thread safe. */
#ifndef CG_APP_ACKNOWLEDGEMENTS_H
#define CG_APP_ACKNOWLEDGEMENTS_H

#include <jansson.h>

#include "store/store.h"

#define CG_ACKNOWLEDGEMENTS 1000u

typedef struct _CgAcknowledgements CgAcknowledgements;

/* With those that the file holds. Errors STORE */
CgAcknowledgements *cg_acknowledgements_new (CgStore *store, GError **error);
void cg_acknowledgements_free (CgAcknowledgements *all);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgAcknowledgements, cg_acknowledgements_free)

/* Of an alarm that is not among them yet. */
void cg_acknowledgements_add (CgAcknowledgements *all, const char *alarm, gint64 at_s, const char *screen);
/* {"alarm", "at", "screen"}: ISO 8601, local time. All three (transfer full). */
json_t *cg_acknowledgement_json (const char *alarm, gint64 at_s, const char *screen);
json_t *cg_acknowledgements_find (CgAcknowledgements *all, const char *alarm); /* NULL: not among them */
json_t *cg_acknowledgements_json (CgAcknowledgements *all);                    /* oldest first */

#endif
