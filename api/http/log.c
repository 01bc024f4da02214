#include "http/log.h"

#define LINES_PER_S 100u
#define SLOW_S 5.0

struct _HttpLog {
    gboolean all;
    gint64 second;
    guint lines;
    guint64 left_out;
};

HttpLog *
http_log_new (gboolean all)
{
    HttpLog *log = g_new0 (HttpLog, 1);
    log->all = all;
    return log;
}

static void
tell_left_out (HttpLog *log)
{
    if (log->left_out > 0)
        g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "MESSAGE",
                          "%" G_GUINT64_FORMAT " more requests were not listed", log->left_out);
    log->left_out = 0;
}

void
http_log_free (HttpLog *log)
{
    if (log == NULL)
        return;
    tell_left_out (log);
    g_free (log);
}

/* Whoever makes many failing requests must not fill the disk. */
static gboolean
may_write (HttpLog *log)
{
    gint64 second = g_get_monotonic_time () / G_USEC_PER_SEC;
    if (second != log->second) {
        tell_left_out (log);
        log->second = second;
        log->lines = 0;
    }
    if (log->lines >= LINES_PER_S) {
        log->left_out++;
        return FALSE;
    }
    log->lines++;
    return TRUE;
}

void
http_log_request (HttpLog *log, const HttpLogLine *line)
{
    gboolean bad = line->status >= 500 && line->fault != NULL, slow = line->seconds > SLOW_S;
    if ((!log->all && !bad && !slow) || !may_write (log))
        return;
    const char *route = line->route != NULL ? line->route : "-";
    char status[16], ms[32], bytes[32];
    g_snprintf (status, sizeof status, "%u", line->status);
    g_snprintf (ms, sizeof ms, "%.1f", line->seconds * 1000);
    g_snprintf (bytes, sizeof bytes, "%" G_GSIZE_FORMAT, line->bytes);
    g_autofree char *message =
        g_strdup_printf ("%s %s %s, %s ms, %s bytes%s%s", line->method, route, status, ms, bytes,
                         bad ? ": " : "", bad ? line->fault : "");
    const GLogField fields[] = {
        { "PRIORITY", bad || slow ? "4" : "6", -1 },
        { "GLIB_DOMAIN", G_LOG_DOMAIN, -1 },
        { "MESSAGE", message, -1 },
        { "REQUEST_ID", line->id, -1 },
        { "METHOD", line->method, -1 },
        { "ROUTE", route, -1 },
        { "STATUS", status, -1 },
        { "DURATION_MS", ms, -1 },
        { "BYTES", bytes, -1 },
        { "CLIENT", line->client != NULL ? line->client : "-", -1 },
        { "FAULT", bad ? line->fault : "", -1 }, /* last: left out where there is none */
    };
    g_log_structured_array (bad || slow ? G_LOG_LEVEL_WARNING : G_LOG_LEVEL_INFO, fields,
                            G_N_ELEMENTS (fields) - (bad ? 0 : 1));
}
