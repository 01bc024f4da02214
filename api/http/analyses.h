/* Analyses that may take long, on threads of their own: so many at a time that screens and deliveries never wait for
 * one, each once for all who ask for the same, in fair turns, with a limit of time, and only for as long as somebody
 * waits for it.
 *
 * A handler that meets one on a worker that draws postpones it (HttpReply.postponed). The request is parked here, with
 * others that wait for the same; the first of them runs it, the others are drawn afterwards of what it found. A client
 * that hangs up leaves; the last one stops the work. All on the loop's thread unless it says otherwise. */
#ifndef CG_HTTP_ANALYSES_H
#define CG_HTTP_ANALYSES_H

#include "http/server_internal.h"

/* limit_ms: of the work, and of waiting for it. */
HttpAnalyses *http_analyses_new (HttpServer *server, guint at_once, guint most_waiting, guint limit_ms);
/* After http_analyses_stop; waits for the threads, which stop at once. Frees what is parked without an answer. */
void http_analyses_free (HttpAnalyses *analyses);

/* A job whose reply is postponed (transfer full): parked, or refused where too many wait. */
void http_analyses_park (HttpAnalyses *analyses, HttpJob *job);
/* The worker has done with a job that http_is_analysis: it is answered, and those that waited with it go on. (transfer full) */
void http_analyses_done (HttpAnalyses *analyses, HttpJob *job);
gboolean http_is_analysis (const HttpJob *job);
/* What still waits is refused; now: what runs is stopped too. */
void http_analyses_stop (HttpAnalyses *analyses, gboolean now);
gboolean http_analyses_are_quiet (const HttpAnalyses *analyses); /* nothing is parked */

void http_analyses_stats (const HttpAnalyses *analyses, HttpAnalysesStats *out);

#endif
