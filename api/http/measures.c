/* Counts, rates and changes by place and period: the rows of `countygrid report` as JSON. */
#include "http/http_internal.h"

#include "app/clock.h"
#include "app/draft.h"
#include "app/heatmap.h"
#include "app/report.h"
#include "base/error.h"

#include <glib/gstdio.h>
#include <string.h>

/* A reply of a size that a browser can still hold; the command line writes more. */
#define MAX_REPLY_ROWS 100000u

static gboolean
refuse (const char *name, const char *text, const char *wanted, GError **error)
{
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "parameter %s: '%.40s' is not %s", name, text,
                 wanted);
    return FALSE;
}

static gboolean
get_job (const HttpRequest *request, CgReportJob *job, GError **error)
{
    guint64 last = 1, plan = 0;
    const char *level = g_hash_table_lookup (request->query, "level"),
               *period = g_hash_table_lookup (request->query, "period"),
               *when = g_hash_table_lookup (request->query, "when"),
               *grids = g_hash_table_lookup (request->query, "grids");
    *job = (CgReportJob){ .level = CG_LEVEL_TOWN,
                          .period = CG_PERIOD_MONTH,
                          .since_s = CG_TIME_NONE,
                          .until_s = CG_TIME_NONE,
                          .type = g_hash_table_lookup (request->query, "type"),
                          .now_s = cg_app_now () };
    if (level != NULL && !cg_level_parse (level, &job->level))
        return refuse ("level", level, "grid, community, town or county", error);
    if (period != NULL && !cg_period_parse (period, &job->period))
        return refuse ("period", period, "day, week, month, year or all", error);
    if (grids != NULL && !cg_report_grids_parse (grids, &job->grids))
        return refuse ("grids", grids, "now or then", error);
    if (!http_get_whole (request, "last", 1, 100000, &last, error) ||
        !http_get_whole (request, "plan", 0, G_MAXINT64, &plan, error))
        return FALSE;
    job->last = (guint) last;
    job->plan = (gint64) plan;
    return when == NULL || cg_parse_when (when, &job->since_s, &job->until_s, error);
}

/* ---- sheets ---------------------------------------------------------------------------------- */

typedef struct {
    const char *name, *type;
} Sheet;

/* NULL: JSON. */
static gboolean
get_sheet (const HttpRequest *request, const Sheet **out, GError **error)
{
    static const Sheet sheets[] = {
        { "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
        { "csv", "text/csv; charset=utf-8" },
    };
    const char *format = g_hash_table_lookup (request->query, "format");
    *out = NULL;
    for (guint s = 0; format != NULL && s < G_N_ELEMENTS (sheets); s++)
        if (strcmp (sheets[s].name, format) == 0)
            *out = &sheets[s];
    return format == NULL || *out != NULL || strcmp (format, "json") == 0 ||
           refuse ("format", format, "json, csv or xlsx", error);
}

/* The file of countygrid report. */
static GBytes *
make_sheet (const CgReport *report, const Sheet *sheet, GError **error)
{
    g_autofree char *name = g_strconcat ("report.", sheet->name, NULL);
    g_auto (CgDraft) draft = { 0 };
    if (!cg_draft_init (&draft, name, error) || !cg_report_write (report, draft.path, error))
        return NULL;
    return cg_draft_read (&draft, error);
}

/* ---- one connection, kept --------------------------------------------------------------------- */

/* So often the file is asked whether it has changed: with incidents coming all the time a reply is so old at most, and what it costs
 * to count is spent no more often. */
#define LOOK_US (G_USEC_PER_SEC / 4)

struct _HttpMeasures {
    char *county;
    GMutex lock; /* of the next two */
    gint64 version, looked_us; /* looked_us 0: never */
    GMutex work; /* of the next two */
    CgStore *store;
    GStatBuf file; /* of the store: another may take its name */
};

HttpMeasures *
http_measures_new (const char *county)
{
    HttpMeasures *measures = g_new0 (HttpMeasures, 1);
    measures->county = g_strdup (county);
    g_mutex_init (&measures->lock);
    g_mutex_init (&measures->work);
    return measures;
}

void
http_measures_free (HttpMeasures *measures)
{
    if (measures == NULL)
        return;
    g_clear_pointer (&measures->store, cg_store_close);
    g_mutex_clear (&measures->lock);
    g_mutex_clear (&measures->work);
    g_free (measures->county);
    g_free (measures);
}

/* With the lock of work. */
static gboolean
follow_file (HttpMeasures *measures, GError **error)
{
    GStatBuf now = { 0 };
    if (measures->store != NULL && g_stat (measures->county, &now) == 0 &&
        (now.st_ino != measures->file.st_ino || now.st_dev != measures->file.st_dev))
        g_clear_pointer (&measures->store, cg_store_close);
    if (measures->store != NULL)
        return TRUE;
    g_stat (measures->county, &measures->file);
    measures->store = cg_store_open (measures->county, CG_STORE_READ, error);
    return measures->store != NULL;
}

/* Of the data, as it was a quarter of a second ago at most, or longer while somebody counts. */
static gboolean
get_version (HttpMeasures *measures, gint64 *out, GError **error)
{
    gint64 now_us = g_get_monotonic_time ();
    g_mutex_lock (&measures->lock);
    gboolean known = measures->looked_us != 0,
             fresh = known && now_us - measures->looked_us < LOOK_US;
    *out = measures->version;
    g_mutex_unlock (&measures->lock);
    if (fresh)
        return TRUE;
    if (!g_mutex_trylock (&measures->work)) {
        if (known)
            return TRUE;
        g_mutex_lock (&measures->work);
    }
    gboolean good = follow_file (measures, error);
    if (good)
        *out = cg_store_data_version (measures->store);
    g_mutex_unlock (&measures->work);
    if (!good)
        return FALSE;
    g_mutex_lock (&measures->lock);
    measures->version = *out;
    measures->looked_us = now_us;
    g_mutex_unlock (&measures->lock);
    return TRUE;
}

typedef struct {
    HttpMeasures *measures;
    CgReportJob job;
    const Sheet *sheet;
} Asked;

static CgReport *
run_report (const Asked *asked, GError **error)
{
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&asked->measures->work);
    return follow_file (asked->measures, error)
               ? cg_report_run (asked->measures->store, &asked->job, error)
               : NULL;
}

/* HttpCacheMake */
static GBytes *
make_reply (gpointer user_data, GError **error)
{
    const Asked *asked = user_data;
    g_autoptr (CgReport) report = run_report (asked, error);
    if (report == NULL)
        return NULL;
    if (report->n > MAX_REPLY_ROWS) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                     "%u rows are more than %u; ask for a shorter span, a higher level or one type",
                     report->n, MAX_REPLY_ROWS);
        return NULL;
    }
    if (asked->sheet != NULL)
        return make_sheet (report, asked->sheet, error);
    g_auto (HttpReply) reply = { 0 };
    http_reply_json (&reply, cg_report_json (report));
    return g_steal_pointer (&reply.body);
}

/* Of the data, the day (which period is unfinished depends on it) and the question; texts come with their lengths.
 * (transfer full) */
static char *
key_of (const HttpRequest *request, gint64 version, gint64 today_s)
{
    g_autoptr (GList) names =
        g_list_sort (g_hash_table_get_keys (request->query), (GCompareFunc) strcmp);
    GString *key = g_string_new (NULL);
    g_string_printf (key, "measures|%" G_GINT64_FORMAT "|%" G_GINT64_FORMAT, version, today_s);
    for (GList *name = names; name != NULL; name = name->next) {
        const char *value = g_hash_table_lookup (request->query, name->data);
        g_string_append_printf (key, "|%s=%zu:%s", (char *) name->data, strlen (value), value);
    }
    return g_string_free (key, FALSE);
}

static gboolean
get_measures (HttpContext *context, const HttpRequest *request, const char *const *names,
              HttpReply *reply, GError **error)
{
    gint64 version = 0;
    Asked asked = { .measures = context->measures };
    if (!get_job (request, &asked.job, error) || !get_sheet (request, &asked.sheet, error))
        return FALSE;
    if (context->measures == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "this server has no county file");
        return FALSE;
    }
    if (!get_version (context->measures, &version, error))
        return FALSE;
    g_autofree char *key =
        key_of (request, version, cg_period_start (CG_PERIOD_DAY, asked.job.now_s));
    reply->status = 200;
    reply->type = asked.sheet != NULL ? asked.sheet->type : "application/json";
    http_reply_tag (reply, key);
    if (!http_reply_is_known (request, reply)) {
        reply->body = http_cache_get (context->cache, key, make_reply, &asked, error);
        if (reply->body == NULL)
            return FALSE;
    }
    if (asked.sheet != NULL) {
        g_autofree char *disposition = g_strdup_printf (
            "attachment; filename=\"%s-%s.%s\"", cg_level_name (asked.job.level),
            cg_period_name (asked.job.period), asked.sheet->name);
        http_reply_header (reply, "Content-Disposition", disposition);
    }
    return TRUE;
}

static const char *const measure_parameters[] = { "level", "period", "last",   "when", "type",
                                                  "plan",  "grids",  "format", NULL };

const HttpRoute http_measure_routes[] = {
    { "GET", "/api/measures", HTTP_DRAWS, measure_parameters, get_measures,
      "counts, rates and changes by place and period: rows of countygrid report",
      "application/json application/vnd.openxmlformats-officedocument.spreadsheetml.sheet "
      "text/csv" },
    { NULL },
};
