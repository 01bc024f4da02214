#include "app/live/reply_keys.h"

#include <string.h>

/* The reply as text: a tree of JSON takes ten times as much. */
typedef struct {
    char *body; /* digest */
    char *reply;
    gsize bytes;
} Kept;

struct _CgReplyKeys {
    GMutex lock;
    GHashTable *kept; /* key -> Kept */
    GQueue order;     /* of keys, borrowed, oldest first */
    gsize bytes;
};

static void
kept_free (gpointer data)
{
    Kept *kept = data;
    g_free (kept->body);
    g_free (kept->reply);
    g_free (kept);
}

gboolean
cg_reply_keys_recall (CgReplyKeys *keys, const char *key, const char *digest, json_t **out_reply)
{
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&keys->lock);
    const Kept *kept = g_hash_table_lookup (keys->kept, key);
    if (kept == NULL)
        return FALSE;
    *out_reply = strcmp (kept->body, digest) == 0 ? json_loads (kept->reply, 0, NULL) : NULL;
    return TRUE;
}

static void
forget_oldest (CgReplyKeys *keys)
{
    char *oldest = g_queue_pop_head (&keys->order);
    const Kept *kept = g_hash_table_lookup (keys->kept, oldest);
    keys->bytes -= kept->bytes;
    g_hash_table_remove (keys->kept, oldest);
}

void
cg_reply_keys_keep (CgReplyKeys *keys, const char *key, const char *digest, const char *reply)
{
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&keys->lock);
    if (g_hash_table_contains (keys->kept, key))
        return;
    char *own = g_strdup (key);
    Kept *kept = g_new (Kept, 1);
    *kept = (Kept){ .body = g_strdup (digest), .reply = g_strdup (reply), .bytes = strlen (reply) };
    keys->bytes += kept->bytes;
    while (g_queue_get_length (&keys->order) >= CG_REPLY_KEYS ||
           (keys->bytes > CG_REPLY_BYTES && !g_queue_is_empty (&keys->order)))
        forget_oldest (keys);
    g_hash_table_insert (keys->kept, own, kept);
    g_queue_push_tail (&keys->order, own);
}

guint
cg_reply_keys_count (CgReplyKeys *keys)
{
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&keys->lock);
    return g_queue_get_length (&keys->order);
}

char *
cg_reply_keys_digest (const json_t *body)
{
    char *text = json_dumps (body, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
    char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text != NULL ? text : "", -1);
    free (text);
    return digest;
}

static void
keep_stored (const char *key, const char *body, const char *reply, gpointer keys)
{
    cg_reply_keys_keep (keys, key, body, reply);
}

CgReplyKeys *
cg_reply_keys_new (CgStore *store, GError **error)
{
    CgReplyKeys *keys = g_new0 (CgReplyKeys, 1);
    g_mutex_init (&keys->lock);
    keys->kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, kept_free);
    g_queue_init (&keys->order);
    if (cg_store_each_delivery (store, keep_stored, keys, error))
        return keys;
    cg_reply_keys_free (keys);
    return NULL;
}

void
cg_reply_keys_free (CgReplyKeys *keys)
{
    if (keys == NULL)
        return;
    g_queue_clear (&keys->order);
    g_hash_table_unref (keys->kept);
    g_mutex_clear (&keys->lock);
    g_free (keys);
}
