/* A thread that looks at a file or folder each second and delivers what was written to it. */
#ifndef CG_HTTP_WATCH_H
#define CG_HTTP_WATCH_H

#include "app/live/feed.h"

typedef struct _HttpWatch HttpWatch;

/* options: texts are copied. Errors as cg_feed_new */
HttpWatch *http_watch_start (const CgFeedOptions *options, GError **error);
/* What is being delivered is finished. NULL is fine. */
void http_watch_stop (HttpWatch *watch);
/* From any thread. */
void http_watch_stats (HttpWatch *watch, CgFeedStats *out);

#endif
