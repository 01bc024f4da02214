/* How long work tells its caller where it is. The engine never prints; the door decides.
 *
 * run may be NULL; it is called from the thread that called the long function, at most a few
 * hundred times. done and total are in the unit that `what` names ("communities", "rows");
 * total 0 means unknown. Cancelling goes through GCancellable. */
#ifndef CG_BASE_PROGRESS_H
#define CG_BASE_PROGRESS_H

#include <glib.h>

typedef void (*CgProgressRun) (const char *what, guint64 done, guint64 total, gpointer user_data);

typedef struct {
    CgProgressRun run;
    gpointer user_data;
} CgProgress;

static inline void
cg_progress (const CgProgress *progress, const char *what, guint64 done, guint64 total)
{
    if (progress != NULL && progress->run != NULL)
        progress->run (what, done, total, progress->user_data);
}

/* The same in a loop of many steps, of which about two hundred are told. */
static inline void
cg_progress_step (const CgProgress *progress, const char *what, guint64 done, guint64 total)
{
    if (progress != NULL && done % (total / 200 + 1) == 0)
        cg_progress (progress, what, done, total);
}

#endif
