/* GET /api/snapshot.gpkg: made when it is first asked for, kept as a file without a name until the
 * data change. */
#include "app/open/snapshot.h"
#include "app/split/draft.h"

#include "base/error.h"
#include "http/snapshot.h"

#include <errno.h>
#include <string.h>

struct _HttpSnapshot {
    GMutex lock; /* of the next three; taken for moments only */
    gboolean making;
    char *key;
    GBytes *bytes; /* of the file; NULL: not made yet */
    char *name;    /* "county-v12.gpkg"               */
};

HttpSnapshot *
http_snapshot_new (void)
{
    HttpSnapshot *snapshot = g_new0 (HttpSnapshot, 1);
    g_mutex_init (&snapshot->lock);
    return snapshot;
}

void
http_snapshot_free (HttpSnapshot *snapshot)
{
    if (snapshot == NULL)
        return;
    g_free (snapshot->key);
    g_free (snapshot->name);
    g_clear_pointer (&snapshot->bytes, g_bytes_unref);
    g_mutex_clear (&snapshot->lock);
    g_free (snapshot);
}

/* The file has no name any more when this returns: its room is free once nobody reads it. */
static GBytes *
write_file (HttpContext *context, gint64 *out_version, GError **error)
{
    g_auto (CgDraft) draft = { 0 };
    if (!cg_draft_init (&draft, "snapshot.gpkg", error) ||
        !cg_snapshot_write (context->source, context->county, context->now_s (), draft.path,
                            out_version, error))
        return NULL;
    return cg_draft_read (&draft, error);
}

static char *
key_of (HttpContext *context, GError **error)
{
    g_autoptr (CgScreen) screen = cg_screen_source_get (context->source, error);
    return screen != NULL ? g_strdup_printf ("snapshot|%" G_GINT64_FORMAT "|%s",
                                             cg_screen_today_s (screen, context->now_s ()),
                                             cg_screen_stamp (screen))
                          : NULL;
}

/* With the lock held: replies with the file that is there. */
static void
give (HttpSnapshot *snapshot, HttpReply *reply)
{
    g_autofree char *disposition = g_strdup_printf ("attachment; filename=\"%s\"", snapshot->name);
    reply->status = 200;
    reply->type = "application/geopackage+sqlite3";
    reply->body = g_bytes_ref (snapshot->bytes);
    http_reply_tag (reply, snapshot->key);
    http_reply_header (reply, "Content-Disposition", disposition);
}

static void
refuse_busy (HttpReply *reply)
{
    g_autoptr (GError) error = g_error_new_literal (
        CG_ERROR, CG_ERROR_LIMIT, "the snapshot is being made for somebody else: ask again");
    http_problem (reply, 503, error);
    reply->retry_s = 5;
}

static gboolean
get_snapshot (HttpContext *context, const HttpRequest *request, const char *const *names,
              HttpReply *reply, GError **error)
{
    HttpSnapshot *snapshot = context->snapshot;
    g_autofree char *key = snapshot != NULL ? key_of (context, error) : NULL;
    if (snapshot == NULL)
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "this server has no snapshots");
    if (key == NULL)
        return FALSE;
    g_mutex_lock (&snapshot->lock);
    gboolean current = g_strcmp0 (snapshot->key, key) == 0, mine = !current && !snapshot->making;
    snapshot->making |= mine;
    /* Who comes while it is made anew gets the last one: that too was true a moment ago. */
    if (!mine && snapshot->bytes != NULL)
        give (snapshot, reply);
    else if (!mine)
        refuse_busy (reply);
    g_mutex_unlock (&snapshot->lock);
    if (!mine)
        return TRUE;
    gint64 version = 0;
    GBytes *bytes = write_file (context, &version, error);
    g_mutex_lock (&snapshot->lock);
    snapshot->making = FALSE;
    if (bytes != NULL) {
        g_clear_pointer (&snapshot->bytes, g_bytes_unref);
        g_free (snapshot->key);
        g_free (snapshot->name);
        snapshot->bytes = bytes;
        snapshot->key = g_steal_pointer (&key);
        snapshot->name = g_strdup_printf ("county-v%" G_GINT64_FORMAT ".gpkg", version);
        give (snapshot, reply);
    }
    g_mutex_unlock (&snapshot->lock);
    return bytes != NULL;
}

const HttpRoute http_snapshot_routes[] = {
    { "GET", "/api/snapshot.gpkg", HTTP_DRAWS, http_no_parameters, get_snapshot,
      "all public layers as one GeoPackage, of one moment, with styles for QGIS",
      "application/geopackage+sqlite3" },
    { NULL },
};
