#include "app/live/acknowledgements.h"

#include "app/clock.h"

#include <string.h>

struct _CgAcknowledgements {
    GMutex lock;
    json_t *list; /* oldest first; what is in it never changes */
};

json_t *
cg_acknowledgement_json (const char *alarm, gint64 at_s, const char *screen)
{
    char at[CG_APP_ISO_SIZE];
    return json_pack ("{s:s, s:s, s:s}", "alarm", alarm, "at", cg_app_iso (at_s, at), "screen", screen);
}

void
cg_acknowledgements_add (CgAcknowledgements *all, const char *alarm, gint64 at_s, const char *screen)
{
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&all->lock);
    json_array_append_new (all->list, cg_acknowledgement_json (alarm, at_s, screen));
    if (json_array_size (all->list) > CG_ACKNOWLEDGEMENTS)
        json_array_remove (all->list, 0);
}

json_t *
cg_acknowledgements_find (CgAcknowledgements *all, const char *alarm)
{
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&all->lock);
    gsize i;
    json_t *one;
    json_array_foreach (all->list, i, one)
        if (strcmp (json_string_value (json_object_get (one, "alarm")), alarm) == 0)
            return json_deep_copy (one);
    return NULL;
}

json_t *
cg_acknowledgements_json (CgAcknowledgements *all)
{
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&all->lock);
    return json_deep_copy (all->list);
}

static void
add_stored (const char *alarm, gint64 at_s, const char *screen, gpointer all)
{
    cg_acknowledgements_add (all, alarm, at_s, screen);
}

CgAcknowledgements *
cg_acknowledgements_new (CgStore *store, GError **error)
{
    CgAcknowledgements *all = g_new0 (CgAcknowledgements, 1);
    g_mutex_init (&all->lock);
    all->list = json_array ();
    if (cg_store_each_acknowledgement (store, add_stored, all, error))
        return all;
    cg_acknowledgements_free (all);
    return NULL;
}

void
cg_acknowledgements_free (CgAcknowledgements *all)
{
    if (all == NULL)
        return;
    json_decref (all->list);
    g_mutex_clear (&all->lock);
    g_free (all);
}
