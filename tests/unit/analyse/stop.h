/* Stops long work when it has told of so much, and remembers what it told last: promptness by work done, not by the clock. */
#ifndef TEST_STOP_H
#define TEST_STOP_H

#include "base/error.h"
#include "base/progress.h"

typedef struct {
    GCancellable *cancel;
    guint64 at, last, total; /* in the unit of the progress */
} Stop;

static inline void
stop_run (const char *what, guint64 done, guint64 total, gpointer user_data)
{
    Stop *stop = user_data;
    if (done >= stop->at)
        g_cancellable_cancel (stop->cancel);
    stop->last = MAX (stop->last, done);
    stop->total = total;
}

/* It was stopped, when it was in the middle, and did no more than `most` of its steps afterwards. */
static inline void
assert_stopped (Stop *stop, guint64 most, GError **error)
{
    g_assert_error (*error, CG_ERROR, CG_ERROR_CANCELLED);
    g_assert_cmpuint (stop->last, >=, stop->at);
    g_assert_cmpuint (stop->last, <=, stop->at + most);
    g_assert_cmpuint (stop->last + most, <, stop->total);
    g_clear_error (error);
    g_clear_object (&stop->cancel);
}

#endif
