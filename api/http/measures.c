/* Counts, rates and changes by place and period: the rows of `countygrid report` as JSON. */
#include "http/http_internal.h"

#include "app/density/heatmap.h"
#include "app/report.h"
#include "app/split/draft.h"
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
get_job (const HttpRequest *request, gint64 now_s, CgReportJob *job, GError **error)
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
                          .now_s = now_s };
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

/* ---- the county file, kept open ---------------------------------------------------------------- */

/* One thread at a time. */
typedef struct {
    GMutex lock;
    CgStore *store;
    GStatBuf file; /* of the store: another may take its name */
} Line;

static void
line_init (Line *line)
{
    g_mutex_init (&line->lock);
}

static void
line_done (Line *line)
{
    g_clear_pointer (&line->store, cg_store_close);
    g_mutex_clear (&line->lock);
}

/* With its lock. */
static gboolean
line_follow (Line *line, const char *county, GError **error)
{
    GStatBuf now = { 0 };
    if (line->store != NULL && g_stat (county, &now) == 0 &&
        (now.st_ino != line->file.st_ino || now.st_dev != line->file.st_dev))
        g_clear_pointer (&line->store, cg_store_close);
    if (line->store != NULL)
        return TRUE;
    g_stat (county, &line->file);
    line->store = cg_store_open (county, CG_STORE_READ, error);
    return line->store != NULL;
}

/* ---- replies, kept ----------------------------------------------------------------------------- */

/* So often the file is asked whether it has changed: what it costs to count is spent no more often. */
#define LOOK_US (G_USEC_PER_SEC / 4)
/* A reply that was true so lately is given while the new one is counted. */
#define STALE_US (2 * G_USEC_PER_SEC)
#define MOST_LATEST 256u

/* What was last answered to a question. */
typedef struct {
    char *key; /* in the cache, and of its tag */
    gint64 today_s;
    gint64 true_us;    /* when these were still the newest data */
    gboolean counting; /* the next one */
} Latest;

struct _HttpMeasures {
    char *county;
    HttpCache *cache; /* borrowed */
    Line look, count; /* whoever looks waits for nobody who counts */
    GMutex lock;      /* of the next three */
    gint64 version, looked_us; /* looked_us 0: never */
    GHashTable *latest;        /* question -> Latest */
    GThreadPool *counter;      /* one thread, which counts what is asked for again */
};

/* A question, with what it takes to answer it. */
typedef struct {
    CgReportJob job;
    char *type; /* of the job */
    const Sheet *sheet;
    char *question;
    gint64 today_s; /* which period is unfinished depends on it */
} Asked;

static void
asked_clear (Asked *asked)
{
    g_free (asked->type);
    g_free (asked->question);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Asked, asked_clear)

static void
asked_free (gpointer data)
{
    asked_clear (data);
    g_free (data);
}

static void
latest_free (gpointer data)
{
    g_free (((Latest *) data)->key);
    g_free (data);
}

/* Of the data as they were a quarter of a second ago at most. */
static gboolean
get_version (HttpMeasures *measures, gint64 *out, GError **error)
{
    gint64 now_us = g_get_monotonic_time ();
    g_mutex_lock (&measures->lock);
    gboolean fresh = measures->looked_us != 0 && now_us - measures->looked_us < LOOK_US;
    *out = measures->version;
    g_mutex_unlock (&measures->lock);
    if (fresh)
        return TRUE;
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&measures->look.lock);
    if (!line_follow (&measures->look, measures->county, error))
        return FALSE;
    *out = cg_store_data_version (measures->look.store);
    g_mutex_lock (&measures->lock);
    measures->version = *out;
    measures->looked_us = now_us;
    g_mutex_unlock (&measures->lock);
    return TRUE;
}

/* (transfer full) */
static char *
key_of (const Asked *asked, gint64 version)
{
    return g_strdup_printf ("measures|%" G_GINT64_FORMAT "|%" G_GINT64_FORMAT "%s", version,
                            asked->today_s, asked->question);
}

static gboolean
is_past (gpointer question, gpointer data, gpointer now_us)
{
    const Latest *latest = data;
    return !latest->counting && *(const gint64 *) now_us - latest->true_us > STALE_US;
}

/* What was just answered, from the newest data. With more questions than these each waits for its own answer. */
static void
note_latest (HttpMeasures *measures, const Asked *asked, const char *key)
{
    gint64 now_us = g_get_monotonic_time ();
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&measures->lock);
    Latest *latest = g_hash_table_lookup (measures->latest, asked->question);
    if (latest == NULL) {
        if (g_hash_table_size (measures->latest) >= MOST_LATEST)
            g_hash_table_foreach_remove (measures->latest, is_past, &now_us);
        if (g_hash_table_size (measures->latest) >= MOST_LATEST)
            return;
        latest = g_new0 (Latest, 1);
        g_hash_table_insert (measures->latest, g_strdup (asked->question), latest);
    }
    if (g_strcmp0 (latest->key, key) != 0) {
        g_free (latest->key);
        latest->key = g_strdup (key);
    }
    latest->today_s = asked->today_s;
    latest->true_us = now_us;
}

/* The key of a reply that was true a moment ago, or NULL; out_count: nobody counts the next one yet. (transfer full) */
static char *
find_latest (HttpMeasures *measures, const Asked *asked, gboolean *out_count)
{
    gint64 now_us = g_get_monotonic_time ();
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&measures->lock);
    Latest *latest = g_hash_table_lookup (measures->latest, asked->question);
    if (latest == NULL || latest->today_s != asked->today_s ||
        now_us - latest->true_us > STALE_US)
        return NULL;
    *out_count = !latest->counting;
    latest->counting = TRUE;
    return g_strdup (latest->key);
}

typedef struct {
    CgStore *store;
    const Asked *asked;
} Work;

/* HttpCacheMake */
static GBytes *
make_reply (gpointer user_data, GError **error)
{
    const Work *work = user_data;
    const Asked *asked = work->asked;
    g_autoptr (CgReport) report = cg_report_run (work->store, &asked->job, error);
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

/* One at a time: a second one for the same data finds what the first has kept. All of a reply is of one state of the
 * data, the one that its key names. */
static GBytes *
count (HttpMeasures *measures, const Asked *asked, char **out_key, GError **error)
{
    Line *line = &measures->count;
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&line->lock);
    if (!line_follow (line, measures->county, error) ||
        !cg_store_begin_reading (line->store, error))
        return NULL;
    Work work = { line->store, asked };
    g_autofree char *key = key_of (asked, cg_store_data_version (line->store));
    GBytes *bytes = http_cache_get (measures->cache, key, make_reply, &work, error);
    cg_store_cancel (line->store);
    if (bytes != NULL)
        note_latest (measures, asked, key);
    *out_key = g_steal_pointer (&key);
    return bytes;
}

/* GFunc of the counter. What fails is told to whoever asks when the old reply is too old. */
static void
count_next (gpointer data, gpointer user_data)
{
    Asked *asked = data;
    HttpMeasures *measures = user_data;
    g_autofree char *key = NULL;
    g_autoptr (GBytes) bytes = count (measures, asked, &key, NULL);
    g_mutex_lock (&measures->lock);
    Latest *latest = g_hash_table_lookup (measures->latest, asked->question);
    if (latest != NULL)
        latest->counting = FALSE;
    g_mutex_unlock (&measures->lock);
    asked_free (asked);
}

static void
push_count (HttpMeasures *measures, const Asked *asked)
{
    Asked *copy = g_memdup2 (asked, sizeof *asked);
    copy->question = g_strdup (asked->question);
    copy->job.type = copy->type = g_strdup (asked->type);
    g_thread_pool_push (measures->counter, copy, NULL);
}

HttpMeasures *
http_measures_new (const char *county, HttpCache *cache)
{
    HttpMeasures *measures = g_new0 (HttpMeasures, 1);
    measures->county = g_strdup (county);
    measures->cache = cache;
    line_init (&measures->look);
    line_init (&measures->count);
    g_mutex_init (&measures->lock);
    measures->latest = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, latest_free);
    measures->counter =
        g_thread_pool_new_full (count_next, measures, asked_free, 1, FALSE, NULL);
    return measures;
}

void
http_measures_free (HttpMeasures *measures)
{
    if (measures == NULL)
        return;
    g_thread_pool_free (measures->counter, TRUE, TRUE);
    line_done (&measures->look);
    line_done (&measures->count);
    g_hash_table_unref (measures->latest);
    g_mutex_clear (&measures->lock);
    g_free (measures->county);
    g_free (measures);
}

/* ---- the route --------------------------------------------------------------------------------- */

/* Texts come with their lengths. (transfer full) */
static char *
question_of (const HttpRequest *request)
{
    g_autoptr (GList) names =
        g_list_sort (g_hash_table_get_keys (request->query), (GCompareFunc) strcmp);
    GString *question = g_string_new (NULL);
    for (GList *name = names; name != NULL; name = name->next) {
        const char *value = g_hash_table_lookup (request->query, name->data);
        g_string_append_printf (question, "|%s=%zu:%s", (char *) name->data, strlen (value), value);
    }
    return g_string_free (question, FALSE);
}

/* FALSE: these bytes are not kept. */
static gboolean
give_kept (HttpMeasures *measures, const HttpRequest *request, const char *key, HttpReply *reply)
{
    http_reply_tag (reply, key);
    return http_reply_is_known (request, reply) ||
           (reply->body = http_cache_peek (measures->cache, key)) != NULL;
}

static gboolean
give (HttpMeasures *measures, const HttpRequest *request, const Asked *asked, HttpReply *reply,
      GError **error)
{
    gint64 version = 0;
    gboolean begin = FALSE;
    if (!get_version (measures, &version, error))
        return FALSE;
    g_autofree char *key = key_of (asked, version);
    if (give_kept (measures, request, key, reply)) {
        note_latest (measures, asked, key);
        return TRUE;
    }
    g_autofree char *before = find_latest (measures, asked, &begin);
    if (begin)
        push_count (measures, asked);
    if (before != NULL && give_kept (measures, request, before, reply))
        return TRUE;
    g_autofree char *counted = NULL;
    reply->body = count (measures, asked, &counted, error);
    if (reply->body != NULL)
        http_reply_tag (reply, counted);
    return reply->body != NULL;
}

static gboolean
get_measures (HttpContext *context, const HttpRequest *request, const char *const *names,
              HttpReply *reply, GError **error)
{
    g_auto (Asked) asked = { 0 };
    if (!get_job (request, context->now_s (), &asked.job, error) ||
        !get_sheet (request, &asked.sheet, error))
        return FALSE;
    if (context->measures == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "this server has no county file");
        return FALSE;
    }
    asked.job.type = asked.type = g_strdup (asked.job.type);
    asked.question = question_of (request);
    asked.today_s = cg_period_start (CG_PERIOD_DAY, asked.job.now_s);
    reply->status = 200;
    reply->type = asked.sheet != NULL ? asked.sheet->type : "application/json";
    if (!give (context->measures, request, &asked, reply, error))
        return FALSE;
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
