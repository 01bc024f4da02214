/* A thread that keeps the stored coverage of the plan in force up to date (app/coverage_rows.h): at the start of the
 * server, and within a minute after something it rests on has changed without anybody working it out. */
#ifndef CG_HTTP_COVER_H
#define CG_HTTP_COVER_H

#include "app/live/live.h"

typedef struct _HttpCover HttpCover;

/* county  path (copied)
 * live    whose writing thread stores (borrowed); NULL: the file is opened for writing for a moment */
HttpCover *http_cover_start (const char *county, CgLive *live);
/* What is being worked out is given up. Before live ends. NULL is fine. */
void http_cover_stop (HttpCover *cover);

#endif
