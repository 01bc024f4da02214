#include "http/watch.h"

#define PAUSE_US (G_USEC_PER_SEC / 2)

struct _HttpWatch {
    CgFeed *feed;
    GCancellable *cancel;
    GThread *thread;
    GMutex lock;
    GCond stopped;
    CgFeedStats stats;
    gboolean stop;
};

static void
tell (const char *text, gpointer user_data)
{
    g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "MESSAGE", "feed: %s", text);
}

/* TRUE: the end was asked for. */
static gboolean
rest (HttpWatch *watch, const CgFeedStats *stats)
{
    gint64 until_us = g_get_monotonic_time () + PAUSE_US;
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&watch->lock);
    watch->stats = *stats;
    while (!watch->stop && g_cond_wait_until (&watch->stopped, &watch->lock, until_us))
        ;
    return watch->stop;
}

static gpointer
look_on (gpointer data)
{
    HttpWatch *watch = data;
    CgFeedStats stats = { 0 };
    g_autofree char *told = NULL;
    do {
        g_autoptr (GError) error = NULL;
        gboolean good = cg_feed_look (watch->feed, watch->cancel, &stats, &error);
        if (!good && error != NULL && g_strcmp0 (told, error->message) != 0)
            tell (error->message, NULL);
        g_free (told);
        told = error != NULL ? g_strdup (error->message) : NULL;
    } while (!rest (watch, &stats));
    return NULL;
}

HttpWatch *
http_watch_start (const CgFeedOptions *options, GError **error)
{
    CgFeedOptions own = *options;
    own.tell = tell;
    CgFeed *feed = cg_feed_new (&own, error);
    if (feed == NULL)
        return NULL;
    HttpWatch *watch = g_new0 (HttpWatch, 1);
    watch->feed = feed;
    watch->cancel = g_cancellable_new ();
    g_mutex_init (&watch->lock);
    g_cond_init (&watch->stopped);
    watch->thread = g_thread_new ("feed", look_on, watch);
    return watch;
}

void
http_watch_stop (HttpWatch *watch)
{
    if (watch == NULL)
        return;
    g_cancellable_cancel (watch->cancel);
    g_mutex_lock (&watch->lock);
    watch->stop = TRUE;
    g_cond_signal (&watch->stopped);
    g_mutex_unlock (&watch->lock);
    g_thread_join (watch->thread);
    cg_feed_free (watch->feed);
    g_object_unref (watch->cancel);
    g_mutex_clear (&watch->lock);
    g_cond_clear (&watch->stopped);
    g_free (watch);
}

void
http_watch_stats (HttpWatch *watch, CgFeedStats *out)
{
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&watch->lock);
    *out = watch->stats;
}
