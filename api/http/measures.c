/* Counts, rates and changes by place and period: the rows of `countygrid report` as JSON. */
#include "http/http_internal.h"

#include "app/clock.h"
#include "app/draft.h"
#include "app/heatmap.h"
#include "app/report.h"
#include "base/error.h"

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

/* The file of countygrid report, to be saved under a name that says what it is. */
static gboolean
reply_sheet (const CgReport *report, const Sheet *sheet, HttpReply *reply, GError **error)
{
    g_autofree char *name = g_strdup_printf ("%s-%s.%s", cg_level_name (report->level),
                                             cg_period_name (report->period), sheet->name);
    g_autofree char *disposition = g_strdup_printf ("attachment; filename=\"%s\"", name);
    g_auto (CgDraft) draft = { 0 };
    if (!cg_draft_init (&draft, name, error) || !cg_report_write (report, draft.path, error))
        return FALSE;
    g_autoptr (GBytes) bytes = cg_draft_read (&draft, error);
    if (bytes == NULL)
        return FALSE;
    reply->status = 200;
    reply->type = sheet->type;
    reply->body = g_steal_pointer (&bytes);
    http_reply_header (reply, "Content-Disposition", disposition);
    return TRUE;
}

static gboolean
get_measures (HttpContext *context, const HttpRequest *request, const char *const *names,
              HttpReply *reply, GError **error)
{
    CgReportJob job;
    const Sheet *sheet;
    if (!get_job (request, &job, error) || !get_sheet (request, &sheet, error))
        return FALSE;
    if (context->county == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "this server has no county file");
        return FALSE;
    }
    g_autoptr (CgStore) store = cg_store_open (context->county, CG_STORE_READ, error);
    g_autoptr (CgReport) report = store != NULL ? cg_report_run (store, &job, error) : NULL;
    if (report == NULL)
        return FALSE;
    if (report->n > MAX_REPLY_ROWS) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                     "%u rows are more than %u; ask for a shorter span, a higher level or one type",
                     report->n, MAX_REPLY_ROWS);
        return FALSE;
    }
    g_autofree char *tag = g_strdup_printf (
        "measures|%" G_GINT64_FORMAT "|%" G_GINT64_FORMAT "|%d|%d|%d|%u|%s|%" G_GINT64_FORMAT
        "|%" G_GINT64_FORMAT "|%" G_GINT64_FORMAT,
        report->data_version, report->plan, (int) job.level, (int) job.period, (int) job.grids,
        job.last, job.type != NULL ? job.type : "", job.since_s, job.until_s,
        report->today_s);
    g_autofree char *whole_tag = g_strconcat (tag, "|", sheet != NULL ? sheet->name : "", NULL);
    if (sheet == NULL)
        http_reply_json (reply, cg_report_json (report));
    else if (!reply_sheet (report, sheet, reply, error))
        return FALSE;
    http_reply_tag (reply, whole_tag);
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
