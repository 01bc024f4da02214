#include "http/cover.h"

#include "app/coverage_rows.h"
#include "base/error.h"

#define PAUSE_US (60 * G_USEC_PER_SEC)
#define FIRST_US (G_USEC_PER_SEC / 2) /* the first pictures come first */

struct _HttpCover {
    char *county;
    CgLive *live;
    GCancellable *cancel;
    GThread *thread;
    GMutex lock;
    GCond stopped;
    gboolean stop;
    gint64 tried; /* data version whose coverage cannot be worked out or stored here; 0: none */
};

/* TRUE: the end was asked for. */
static gboolean
rest (HttpCover *cover, gint64 pause_us)
{
    gint64 until_us = g_get_monotonic_time () + pause_us;
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&cover->lock);
    while (!cover->stop && g_cond_wait_until (&cover->stopped, &cover->lock, until_us))
        ;
    return cover->stop;
}

static gboolean
put_directly (const HttpCover *cover, const CgCoverageWork *work, GError **error)
{
    g_autoptr (CgStore) store = cg_store_open (cover->county, CG_STORE_WRITE, error);
    if (store == NULL)
        return FALSE;
    cg_store_set_author (store, "server");
    if (!cg_store_begin (store, error))
        return FALSE;
    if (cg_coverage_work_put (work, store, NULL, error))
        return cg_store_commit (store, error);
    cg_store_cancel (store);
    return FALSE;
}

static gboolean
put (const HttpCover *cover, const CgCoverageWork *work, GError **error)
{
    CgLiveOutcome outcome;
    return cover->live != NULL ? cg_live_put_coverage (cover->live, work, &outcome, error)
                               : put_directly (cover, work, error);
}

/* Somebody who writes just now is done in a minute. */
static gboolean
is_passing (const GError *error)
{
    return g_error_matches (error, CG_ERROR, CG_ERROR_CONFLICT) ||
           g_error_matches (error, CG_ERROR, CG_ERROR_CANCELLED);
}

static gboolean
look (HttpCover *cover, GError **error)
{
    g_autoptr (CgStore) store = cg_store_open (cover->county, CG_STORE_READ, error);
    g_autoptr (GError) inner = NULL;
    if (store == NULL)
        return FALSE;
    gint64 version = cg_store_data_version (store);
    if (version == cover->tried)
        return TRUE;
    g_autoptr (CgCoverageWork) work = cg_coverage_work_new (store, NULL, cover->cancel, &inner);
    g_clear_pointer (&store, cg_store_close);
    if (inner != NULL) {
        cover->tried = is_passing (inner) ? 0 : version;
        g_propagate_error (error, g_steal_pointer (&inner));
        return FALSE;
    }
    if (work == NULL)
        return TRUE;
    if (cg_coverage_work_problem (work) != NULL)
        g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "MESSAGE", "coverage: cannot be worked out: %s",
                          cg_coverage_work_problem (work));
    if (put (cover, work, &inner))
        return TRUE;
    cover->tried = is_passing (inner) ? 0 : version;
    g_propagate_error (error, g_steal_pointer (&inner));
    return FALSE;
}

static gpointer
look_on (gpointer data)
{
    HttpCover *cover = data;
    g_autofree char *told = NULL;
    for (gint64 pause_us = FIRST_US; !rest (cover, pause_us); pause_us = PAUSE_US) {
        g_autoptr (GError) error = NULL;
        if (look (cover, &error) || is_passing (error) || g_strcmp0 (told, error->message) == 0)
            continue;
        g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "MESSAGE", "coverage: %s", error->message);
        g_free (told);
        told = g_strdup (error->message);
    }
    return NULL;
}

HttpCover *
http_cover_start (const char *county, CgLive *live)
{
    HttpCover *cover = g_new0 (HttpCover, 1);
    cover->county = g_strdup (county);
    cover->live = live;
    cover->cancel = g_cancellable_new ();
    g_mutex_init (&cover->lock);
    g_cond_init (&cover->stopped);
    cover->thread = g_thread_new ("coverage", look_on, cover);
    return cover;
}

void
http_cover_stop (HttpCover *cover)
{
    if (cover == NULL)
        return;
    g_cancellable_cancel (cover->cancel);
    g_mutex_lock (&cover->lock);
    cover->stop = TRUE;
    g_cond_signal (&cover->stopped);
    g_mutex_unlock (&cover->lock);
    g_thread_join (cover->thread);
    g_object_unref (cover->cancel);
    g_mutex_clear (&cover->lock);
    g_cond_clear (&cover->stopped);
    g_free (cover->county);
    g_free (cover);
}
