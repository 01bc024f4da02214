/* Is the server well, and if not, why: for supervision, which looks at the status, and for people, who read the reason. */
#include "http/http_internal.h"
#include "http/metrics.h"

#include "app/clock.h"

#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define MIN_FREE_BYTES (64u << 20) /* under which an intake would soon fail */

static void
add_reason (json_t *reasons, const char *text)
{
    json_array_append_new (reasons, json_string (text));
}

static json_t *
check_disk (const char *county, gboolean writes, json_t *reasons)
{
    g_autofree char *folder = g_path_get_dirname (county);
    struct statvfs disk;
    if (statvfs (folder, &disk) != 0)
        return json_null ();
    gint64 free_bytes = (gint64) disk.f_bavail * (gint64) disk.f_frsize;
    if (writes && free_bytes < MIN_FREE_BYTES)
        add_reason (reasons, "the disk of the county file is full but for 64 MiB");
    return json_pack ("{s:I}", "free_bytes", (json_int_t) free_bytes);
}

static json_t *
check_store (HttpContext *context, gboolean readable, json_t *reasons)
{
    gboolean writes = context->live != NULL, writable = FALSE, failed = FALSE;
    if (!readable)
        add_reason (reasons, "the county file cannot be read");
    if (writes) {
        CgLiveStats stats;
        cg_live_stats (context->live, &stats);
        failed = stats.last_failed;
        writable = access (context->county, W_OK) == 0;
        if (!writable)
            add_reason (reasons, "the county file cannot be written to");
        if (failed)
            add_reason (reasons, "the last delivery of incidents could not be stored");
    }
    return json_pack ("{s:b, s:o, s:o}", "readable", readable, "writable",
                      writes ? json_boolean (writable && !failed) : json_null (), "disk",
                      context->county != NULL ? check_disk (context->county, writes, reasons)
                                              : json_null ());
}

static json_t *
time_or_null (gint64 time_s)
{
    g_autofree char *text =
        time_s != CG_TIME_NONE ? cg_app_local_text (time_s, "%Y-%m-%dT%H:%M:%S+08:00") : NULL;
    return text != NULL ? json_string (text) : json_null ();
}

static json_t *
tell_plan (const CgScreenFacts *facts)
{
    return facts->plan != 0
               ? json_pack ("{s:I, s:o}", "id", (json_int_t) facts->plan, "effective_from",
                            time_or_null (facts->plan_from_s))
               : json_null ();
}

static json_t *
tell_incidents (HttpContext *context, const CgScreenFacts *facts)
{
    gboolean any = facts->last_incident_s != CG_TIME_NONE;
    gint64 age_s = any ? MAX (context->now_s () - facts->last_incident_s, 0) : 0;
    return json_pack ("{s:I, s:o, s:o}", "count", (json_int_t) facts->incidents, "last",
                      time_or_null (facts->last_incident_s), "last_age_s",
                      any ? json_integer (age_s) : json_null ());
}

static gboolean
get_health (HttpContext *context, const HttpRequest *request, const char *const *names,
            HttpReply *reply, GError **error)
{
    g_autoptr (CgScreen) screen = cg_screen_source_last (context->source);
    gboolean readable = cg_screen_source_is_well (context->source);
    CgScreenFacts facts;
    CgScreenStats stats;
    cg_screen_facts (screen, &facts);
    cg_screen_source_stats (context->source, &stats);
    json_t *reasons = json_array ();
    json_t *store = check_store (context, readable, reasons);
    gboolean well = json_array_size (reasons) == 0;
    http_reply_json (
        reply, json_pack ("{s:b, s:o, s:s, s:I, s:o, s:f, s:o, s:o}", "ok", well, "reasons",
                          reasons, "version", CG_VERSION, "data_version",
                          (json_int_t) cg_screen_data_version (screen), "store", store,
                          "snapshot_age_s", stats.age_s, "plan", tell_plan (&facts), "incidents",
                          tell_incidents (context, &facts)));
    if (!well)
        reply->status = 503;
    return TRUE;
}

const HttpRoute http_operation_routes[] = {
    { "GET", "/healthz", HTTP_AT_ONCE, http_no_parameters, get_health,
      "whether the server is well, and why not", NULL },
    { "GET", "/metrics", HTTP_AT_ONCE, http_no_parameters, http_get_metrics,
      "what the server counts about itself, for monitoring", "text/plain" },
    { NULL, NULL, HTTP_AT_ONCE, NULL, NULL, NULL, NULL },
};
