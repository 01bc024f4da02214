#include "http/http_internal.h"

#include <string.h>

#define ENTRY_BYTES 256u /* of the entry, its links and what holds its bytes */

typedef struct {
    char *key;
    GBytes *bytes; /* NULL while it is being made */
    GList *link;   /* in order of use             */
} Entry;

struct _HttpCache {
    GMutex lock;
    GCond made;
    GHashTable *entries; /* key -> Entry     */
    GQueue used;         /* latest at the head */
    gsize bytes, max_bytes;
    guint64 hits, misses;
};

static void
entry_free (gpointer data)
{
    Entry *entry = data;
    g_free (entry->key);
    g_clear_pointer (&entry->bytes, g_bytes_unref);
    g_free (entry);
}

HttpCache *
http_cache_new (gsize max_bytes)
{
    HttpCache *cache = g_new0 (HttpCache, 1);
    g_mutex_init (&cache->lock);
    g_cond_init (&cache->made);
    cache->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, entry_free);
    g_queue_init (&cache->used);
    cache->max_bytes = max_bytes;
    return cache;
}

void
http_cache_free (HttpCache *cache)
{
    if (cache == NULL)
        return;
    g_queue_clear (&cache->used);
    g_hash_table_unref (cache->entries);
    g_mutex_clear (&cache->lock);
    g_cond_clear (&cache->made);
    g_free (cache);
}

gsize
http_cache_bytes (HttpCache *cache)
{
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&cache->lock);
    return cache->bytes;
}

void
http_cache_stats (HttpCache *cache, HttpCacheStats *out)
{
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&cache->lock);
    *out = (HttpCacheStats){ cache->bytes, cache->hits, cache->misses };
}

/* Very small pictures take more room than their bytes. */
static gsize
cost (const Entry *entry, GBytes *bytes)
{
    return g_bytes_get_size (bytes) + 2 * strlen (entry->key) + ENTRY_BYTES;
}

static void
drop (HttpCache *cache, Entry *entry)
{
    if (entry->link != NULL) {
        g_queue_delete_link (&cache->used, entry->link);
        cache->bytes -= cost (entry, entry->bytes);
    }
    g_hash_table_remove (cache->entries, entry->key);
}

void
http_cache_clear (HttpCache *cache)
{
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&cache->lock);
    while (!g_queue_is_empty (&cache->used))
        drop (cache, g_queue_peek_tail (&cache->used));
}

/* Called with the lock held. A picture larger than the whole cache is given out but not kept. */
static void
keep (HttpCache *cache, Entry *entry, GBytes *bytes)
{
    gsize size = cost (entry, bytes);
    if (size > cache->max_bytes) {
        drop (cache, entry);
        return;
    }
    while (cache->bytes + size > cache->max_bytes)
        drop (cache, g_queue_peek_tail (&cache->used));
    entry->bytes = g_bytes_ref (bytes);
    g_queue_push_head (&cache->used, entry);
    entry->link = cache->used.head;
    cache->bytes += size;
}

static GBytes *
use (HttpCache *cache, Entry *entry)
{
    cache->hits++;
    g_queue_unlink (&cache->used, entry->link);
    g_queue_push_head_link (&cache->used, entry->link);
    return g_bytes_ref (entry->bytes);
}

GBytes *
http_cache_peek (HttpCache *cache, const char *key)
{
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&cache->lock);
    Entry *entry = g_hash_table_lookup (cache->entries, key);
    return entry != NULL && entry->bytes != NULL ? use (cache, entry) : NULL;
}

/* Called with the lock held: the bytes, or NULL when the caller has to make them. */
static GBytes *
find_or_claim (HttpCache *cache, const char *key)
{
    Entry *entry;
    while ((entry = g_hash_table_lookup (cache->entries, key)) != NULL && entry->bytes == NULL)
        g_cond_wait (&cache->made, &cache->lock);
    if (entry != NULL)
        return use (cache, entry);
    cache->misses++;
    entry = g_new0 (Entry, 1);
    entry->key = g_strdup (key);
    g_hash_table_insert (cache->entries, entry->key, entry);
    return NULL;
}

GBytes *
http_cache_get (HttpCache *cache, const char *key, HttpCacheMake make, gpointer user_data,
                GError **error)
{
    g_mutex_lock (&cache->lock);
    GBytes *bytes = find_or_claim (cache, key);
    g_mutex_unlock (&cache->lock);
    if (bytes != NULL)
        return bytes;
    bytes = make (user_data, error);
    g_mutex_lock (&cache->lock);
    Entry *entry = g_hash_table_lookup (cache->entries, key);
    if (bytes != NULL)
        keep (cache, entry, bytes);
    else
        drop (cache, entry);
    g_cond_broadcast (&cache->made);
    g_mutex_unlock (&cache->lock);
    return bytes;
}
