/* What the server counts about itself, and the page that monitoring reads (text format 0.0.4 of Prometheus). */
#ifndef CG_HTTP_METRICS_H
#define CG_HTTP_METRICS_H

#include "http/http_internal.h"

/* The loop's thread only. */
HttpMetrics *http_metrics_new (void);
void http_metrics_free (HttpMetrics *metrics);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HttpMetrics, http_metrics_free)

/* One request was answered. route NULL: none fitted */
void http_metrics_count (HttpMetrics *metrics, const HttpRoute *route, guint status, gsize bytes, double seconds);

/* Analyses that take long (analyses.h). */
typedef enum {
    HTTP_ANALYSED,         /* found                               */
    HTTP_ANALYSIS_LEFT,    /* nobody waited for it any more       */
    HTTP_ANALYSIS_LATE,    /* not within the limit of time        */
    HTTP_ANALYSIS_REFUSED, /* too many waited, or it too long     */
    HTTP_N_ANALYSED
} HttpAnalysed;
typedef struct {
    guint at_once, running, waiting, most_waiting; /* analyses                    */
    guint parked;                                  /* requests that wait for them */
    guint64 ended[HTTP_N_ANALYSED];                /* since the start             */
} HttpAnalysesStats;

/* What is so at this moment; the server fills it in. */
typedef struct {
    guint workers, drawing, waiting, queue; /* threads that draw, requests on them or waiting for them, of the disk too,
                                               and how many may */
    guint readers;                          /* of events                                               */
    gsize readers_bytes, events_bytes;      /* not yet taken by them; messages kept for those who come */
    guint64 readers_dropped;                /* since the start, for not taking what came               */
    guint connections, connections_max;
    HttpAnalysesStats analyses;
    gboolean watches;                       /* files are followed */
    guint64 rows_taken, rows_rejected;      /* of them, since the start */
    guint64 connections_refused, requests_refused; /* closed for others; not understood */
} HttpGauges;
typedef void (*HttpGather) (HttpGauges *out, gpointer user_data);
void http_metrics_set_gather (HttpMetrics *metrics, HttpGather gather, gpointer user_data);

#endif
