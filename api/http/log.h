/* One line for a request, as fields: who reads the log (a journal, a collector of JSON lines) finds them by name.
 *
 * REQUEST_ID, METHOD, ROUTE (the pattern, never what stood for its variables), STATUS, DURATION_MS, BYTES, CLIENT (what a
 * proxy in front said; "-" without one), FAULT (of a 5xx: what exactly failed). Neither query nor body is ever written:
 * they may hold anything. */
#ifndef CG_HTTP_LOG_H
#define CG_HTTP_LOG_H

#include <glib.h>

typedef struct _HttpLog HttpLog; /* the loop's thread only */

/* all: each request (INFO); else those that failed or took over 5 s (WARNING). More than 100 lines in a second are
 * counted and told in one line. */
HttpLog *http_log_new (gboolean all);
void http_log_free (HttpLog *log);

typedef struct {
    const char *id, *method, *route, *client, *fault; /* route, client and fault may be NULL */
    guint status;
    gsize bytes;
    double seconds;
} HttpLogLine;
void http_log_request (HttpLog *log, const HttpLogLine *line);

#endif
