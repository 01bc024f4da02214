/* Tells ThreadSanitizer what GLib's locks and threads order.
 *
 * GLib's locks are futexes of its own in a library that is not instrumented, so ThreadSanitizer sees none of them and
 * calls everything that they guard a race. This library stands before GLib, calls it, and adds the missing arrows.
 *
 *   meson setup build-tsan -Db_sanitize=thread -Dbuildtype=debugoptimized
 *   gcc -shared -fPIC -o tsan_glib.so tests/support/tsan_glib.c $(pkg-config --cflags --libs glib-2.0) -ltsan -ldl
 *   LD_PRELOAD="$(gcc -print-file-name=libtsan.so) ./tsan_glib.so" TSAN_OPTIONS=suppressions=tests/tsan.supp PROGRAM
 */
#include <dlfcn.h>
#include <glib.h>

void __tsan_acquire (void *address);
void __tsan_release (void *address);

/* The function of that name behind this library. */
#define NEXT(name)                                                                                 \
    static __typeof__ (&name) next;                                                                \
    if (__atomic_load_n (&next, __ATOMIC_RELAXED) == NULL)                                         \
        __atomic_store_n (&next, (__typeof__ (&name)) dlsym (RTLD_NEXT, #name), __ATOMIC_RELAXED)

void (g_mutex_lock) (GMutex *mutex)
{
    NEXT (g_mutex_lock);
    next (mutex);
    __tsan_acquire (mutex);
}

gboolean (g_mutex_trylock) (GMutex *mutex)
{
    NEXT (g_mutex_trylock);
    gboolean taken = next (mutex);
    if (taken)
        __tsan_acquire (mutex);
    return taken;
}

void (g_mutex_unlock) (GMutex *mutex)
{
    NEXT (g_mutex_unlock);
    __tsan_release (mutex);
    next (mutex);
}

void (g_cond_wait) (GCond *cond, GMutex *mutex)
{
    NEXT (g_cond_wait);
    __tsan_release (mutex);
    next (cond, mutex);
    __tsan_acquire (mutex);
}

gboolean (g_cond_wait_until) (GCond *cond, GMutex *mutex, gint64 end_us)
{
    NEXT (g_cond_wait_until);
    __tsan_release (mutex);
    gboolean signalled = next (cond, mutex, end_us);
    __tsan_acquire (mutex);
    return signalled;
}

gboolean (g_once_init_enter) (volatile void *location)
{
    NEXT (g_once_init_enter);
    gboolean first = next (location);
    if (!first)
        __tsan_acquire ((void *) location);
    return first;
}

void (g_once_init_leave) (volatile void *location, gsize result)
{
    NEXT (g_once_init_leave);
    __tsan_release ((void *) location);
    next (location, result);
}

void (g_async_queue_push) (GAsyncQueue *queue, gpointer data)
{
    NEXT (g_async_queue_push);
    __tsan_release (data);
    next (queue, data);
}

gpointer (g_async_queue_try_pop) (GAsyncQueue *queue)
{
    NEXT (g_async_queue_try_pop);
    gpointer data = next (queue);
    if (data != NULL)
        __tsan_acquire (data);
    return data;
}

gboolean (g_atomic_ref_count_dec) (gatomicrefcount *count)
{
    NEXT (g_atomic_ref_count_dec);
    __tsan_release ((void *) count);
    gboolean last = next (count);
    if (last)
        __tsan_acquire ((void *) count);
    return last;
}

/* ---- pools: what was pushed is seen by the worker; what workers did is seen by who frees the pool ---------------- */

typedef struct {
    GFunc run;
    gpointer user_data;
} Worker;

static char pools_ended; /* one address for all pools */

static void
work (gpointer data, gpointer user_data)
{
    Worker *worker = user_data;
    __tsan_acquire (worker);
    worker->run (data, worker->user_data);
    __tsan_release (&pools_ended);
}

GThreadPool *(g_thread_pool_new) (GFunc run, gpointer user_data, gint most, gboolean exclusive, GError **error)
{
    NEXT (g_thread_pool_new);
    Worker *worker = g_new (Worker, 1); /* kept until the program ends */
    *worker = (Worker){ .run = run, .user_data = user_data };
    GThreadPool *pool = next (work, worker, most, exclusive, error);
    __tsan_release (worker);
    return pool;
}

gboolean (g_thread_pool_push) (GThreadPool *pool, gpointer data, GError **error)
{
    NEXT (g_thread_pool_push);
    __tsan_release (pool->user_data); /* the Worker */
    return next (pool, data, error);
}

void (g_thread_pool_free) (GThreadPool *pool, gboolean immediate, gboolean wait)
{
    NEXT (g_thread_pool_free);
    next (pool, immediate, wait);
    __tsan_acquire (&pools_ended);
}
