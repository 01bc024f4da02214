/* Incidents that other systems deliver. */
#include "http/http_internal.h"

#include "app/json.h"
#include "import/fields.h"
#include "base/error.h"

#include <string.h>

#define MAX_KEY 200u
#define BUSY_S 2u

/* A page of another site can make a browser send texts and forms here, but not this type without
 * asking first, which nobody answers. */
static gboolean
check_sender (const HttpRequest *request, HttpReply *reply, GError **error)
{
    const char *type = request->content_type;
    gsize length = type != NULL ? strcspn (type, ";") : 0;
    g_autofree char *plain =
        g_strstrip (g_ascii_strdown (type != NULL ? type : "", (gssize) length));
    if (strcmp (plain, "application/json") != 0) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "what is delivered comes as Content-Type: application/json");
        return FALSE;
    }
    if (request->origin == NULL)
        return TRUE;
    const char *scheme_end = strstr (request->origin, "://");
    if (scheme_end != NULL && g_strcmp0 (scheme_end + 3, request->host) == 0)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_FORBIDDEN, "pages of other sites deliver nothing");
    return FALSE;
}

static json_t *
parse_body (const HttpRequest *request, GError **error)
{
    gsize length = 0;
    const char *text = request->body != NULL ? g_bytes_get_data (request->body, &length) : NULL;
    json_error_t problem;
    json_t *body = length > 0 ? json_loadb (text, length, JSON_REJECT_DUPLICATES, &problem) : NULL;
    if (length == 0)
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT, "the body is empty");
    else if (body == NULL)
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT, "body: line %d, column %d: %s", problem.line,
                     problem.column, problem.text);
    return body;
}

/* A problem document with more members. */
static void
reply_problem (HttpReply *reply, const GError *error, json_t *more)
{
    gsize length;
    http_problem (reply, 0, error);
    guint status = reply->status;
    const char *text = g_bytes_get_data (reply->body, &length);
    json_t *problem = json_loadb (text, length, 0, NULL);
    json_object_update (problem, more);
    http_reply_json (reply, problem);
    reply->status = status;
    reply->type = "application/problem+json";
}

static void
reply_faults (HttpReply *reply, json_t *faults)
{
    const json_t *list = json_object_get (faults, "faults");
    gboolean personal = FALSE;
    gsize i;
    json_t *one;
    json_array_foreach (list, i, one) personal |=
        strcmp (json_string_value (json_object_get (one, "code")), "FORBIDDEN") == 0;
    g_autoptr (GError) error =
        g_error_new (CG_ERROR, personal ? CG_ERROR_FORBIDDEN : CG_ERROR_INPUT,
                     "%u of the incidents are wrong; nothing of the delivery was stored",
                     (guint) json_array_size (list));
    reply_problem (reply, error, faults);
}

static void
reply_conflict (HttpReply *reply, json_t *stored)
{
    g_autoptr (GError) error =
        g_error_new (CG_ERROR, CG_ERROR_CONFLICT,
                     "stored already with another content under the same id and revision; a change needs a "
                     "higher revision");
    reply_problem (reply, error, stored);
}

static void
reply_busy (HttpReply *reply)
{
    g_autoptr (GError) error =
        g_error_new (CG_ERROR, CG_ERROR_LIMIT,
                     "the county is being written to; send the same again in %u s", BUSY_S);
    http_problem (reply, 503, error);
    reply->retry_s = BUSY_S;
}

/* All of them stored before with another content: one incident, then, was a mistake. */
static gboolean
is_conflict (const json_t *stored)
{
    const json_t *counts = json_object_get (stored, "counts");
    return (gsize) json_integer_value (json_object_get (counts, "conflict")) ==
           json_array_size (json_object_get (stored, "incidents"));
}

static gboolean
post_incidents (HttpContext *context, const HttpRequest *request, const char *const *names,
                HttpReply *reply, GError **error)
{
    if (context->live == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_FORBIDDEN,
                     "this server takes no incidents; it was started without --intake");
        return FALSE;
    }
    const char *key = request->idempotency_key;
    if (!check_sender (request, reply, error))
        return FALSE;
    if (key != NULL && (key[0] == '\0' || strlen (key) > MAX_KEY)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "Idempotency-Key has 1 to %u bytes",
                     MAX_KEY);
        return FALSE;
    }
    g_autoptr (json_t) body = parse_body (request, error);
    CgLiveOutcome outcome;
    g_autoptr (json_t) result = NULL;
    if (body == NULL || !cg_live_deliver (context->live, body, key, &outcome, &result, error))
        return FALSE;
    if (outcome == CG_LIVE_BUSY) {
        reply_busy (reply);
    } else if (outcome == CG_LIVE_REUSED) {
        g_set_error (error, CG_ERROR, CG_ERROR_CONFLICT,
                     "this Idempotency-Key was used for another delivery");
        return FALSE;
    } else if (outcome == CG_LIVE_FAULTY) {
        reply_faults (reply, result);
    } else if (is_conflict (result)) {
        reply_conflict (reply, result);
    } else {
        http_reply_json (reply, g_steal_pointer (&result));
    }
    return TRUE;
}

/* ---- alarms ---------------------------------------------------------------------------------- */

#define MAX_ALARM 300u
#define MAX_SCREEN 80u

/* A short text; where it is not needed, "" for none. */
static const char *
get_short (const json_t *body, const char *name, gsize most, gboolean needed, GError **error)
{
    const json_t *value = json_object_get (body, name);
    const char *text = value == NULL ? "" : json_string_value (value);
    gboolean good = text != NULL && json_string_length (value) == strlen (text) && strlen (text) <= most &&
                    (!needed || text[0] != '\0');
    for (const char *c = text; good && *c != '\0'; c++)
        good = !g_ascii_iscntrl (*c);
    if (!good)
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT, "%s is no text of at most %" G_GSIZE_FORMAT " bytes", name,
                     most);
    else if (cg_value_is_personal (text) != NULL)
        g_set_error (error, CG_ERROR, CG_ERROR_FORBIDDEN, "%s looks like %s, which is never stored", name,
                     cg_value_is_personal (text));
    else
        return text;
    return NULL;
}

static gboolean
check_alarms (const HttpContext *context, GError **error)
{
    if (context->live == NULL)
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND,
                     "this server keeps no alarms; it was started without --intake");
    return context->live != NULL;
}

static gboolean
post_alarm (HttpContext *context, const HttpRequest *request, const char *const *names, HttpReply *reply,
            GError **error)
{
    if (!check_alarms (context, error) || !check_sender (request, reply, error))
        return FALSE;
    g_autoptr (json_t) body = parse_body (request, error), result = NULL;
    const char *alarm = body != NULL ? get_short (body, "alarm", MAX_ALARM, TRUE, error) : NULL;
    const char *screen = alarm != NULL ? get_short (body, "screen", MAX_SCREEN, FALSE, error) : NULL;
    CgLiveOutcome outcome;
    if (screen == NULL || !cg_live_acknowledge (context->live, alarm, screen, &outcome, &result, error))
        return FALSE;
    if (outcome == CG_LIVE_BUSY)
        reply_busy (reply);
    else
        http_reply_json (reply, g_steal_pointer (&result));
    return TRUE;
}

static gboolean
get_alarms (HttpContext *context, const HttpRequest *request, const char *const *names, HttpReply *reply,
            GError **error)
{
    if (!check_alarms (context, error))
        return FALSE;
    g_autoptr (CgScreen) screen = cg_screen_source_last (context->source);
    g_autoptr (json_t) scenes = cg_screen_scenes (screen, context->scenes, error);
    if (scenes == NULL)
        return FALSE;
    const json_t *rules = json_object_get (scenes, "alarm");
    gint64 life_s = 3600 * (gint64) json_integer_value (json_object_get (rules, "life_h"));
    json_t *open = cg_live_open_alarms (context->live, json_object_get (rules, "types"), life_s, error);
    if (open == NULL)
        return FALSE;
    http_reply_json (reply, json_pack ("{s:o, s:o}", "acknowledged", cg_live_acknowledged (context->live), "open", open));
    g_autofree char *hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, reply->body);
    http_reply_tag (reply, hash);
    return TRUE;
}

/* With --intake a reader of the stream never comes here: the server itself keeps its line open. */
static gboolean
get_events (HttpContext *context, const HttpRequest *request, const char *const *names,
            HttpReply *reply, GError **error)
{
    g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "%s",
                 context->live == NULL ? "this server has no events; it was started without --intake"
                                       : "events are a stream: ask with GET");
    return FALSE;
}

static const char *const event_parameters[] = { "last_event_id", NULL };

const HttpRoute http_incident_routes[] = {
    { "POST", "/api/incidents", HTTP_WAITS, http_no_parameters, post_incidents,
      "delivers incidents; needs countygrid serve --intake" },
    { "POST", "/api/alarms", HTTP_WAITS, http_no_parameters, post_alarm,
      "acknowledges an alarm at a screen; needs countygrid serve --intake" },
    { "GET", "/api/alarms", HTTP_WAITS, http_no_parameters, get_alarms,
      "alarms that were acknowledged, when and at which screen, and those that are open" },
    { "GET", "/api/events", HTTP_AT_ONCE, event_parameters, get_events,
      "incidents as they come in, as server-sent events", "text/event-stream" },
    { NULL },
};
