/* Use case: a made-up county, from nothing to a file that can be split. */
#ifndef CG_APP_SAMPLE_H
#define CG_APP_SAMPLE_H

#include "base/progress.h"
#include "store/store.h"

typedef struct {
    const char *preset; /* NULL: the default of cg_sample_presets */
    guint64 seed;
    gint64 until_s; /* end of the incidents: the caller's clock */
    guint days;     /* 0: 400, so that last year's same day is there */
} CgSampleOptions;

/* Makes path (an existing county file that is still empty is taken too).
 * Errors  CONFLICT it holds data; NOT_FOUND preset; CANCELLED; those of the store */
gboolean cg_sample_into (const char *path, const CgSampleOptions *options,
                         const CgProgress *progress, GCancellable *cancel, GError **error);

#endif
