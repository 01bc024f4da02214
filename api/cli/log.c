/* Where a server's log goes: to the journal of systemd with its fields, to a terminal as plain lines, and anywhere else
 * as a line of JSON each, for whatever collects them. */
#include "cli.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *
level_name (GLogLevelFlags level)
{
    if (level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL))
        return "error";
    if (level & G_LOG_LEVEL_WARNING)
        return "warning";
    return level & G_LOG_LEVEL_DEBUG ? "debug" : "info";
}

/* The value as text that JSON takes; length -1: ends with a zero byte. */
static char *
field_text (const GLogField *field)
{
    return g_utf8_make_valid (field->value, field->length);
}

static gboolean
is_for_machines (const char *key)
{
    return strcmp (key, "PRIORITY") == 0 || g_str_has_prefix (key, "CODE_") ||
           g_str_has_prefix (key, "GLIB_");
}

static void
write_json (GLogLevelFlags level, const GLogField *fields, gsize n_fields)
{
    g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
    g_autofree char *time = g_date_time_format_iso8601 (now);
    json_t *line = json_pack ("{s:s, s:s}", "time", time, "level", level_name (level));
    for (gsize i = 0; i < n_fields; i++) {
        if (is_for_machines (fields[i].key))
            continue;
        g_autofree char *name = g_ascii_strdown (fields[i].key, -1);
        g_autofree char *text = field_text (&fields[i]);
        json_object_set_new (line, name, json_string (text));
    }
    char *text = json_dumps (line, JSON_COMPACT);
    json_decref (line);
    fprintf (stderr, "%s\n", text != NULL ? text : "{}");
    free (text);
}

static void
write_plain (const GLogField *fields, gsize n_fields)
{
    for (gsize i = 0; i < n_fields; i++)
        if (strcmp (fields[i].key, "MESSAGE") == 0) {
            g_autofree char *text = field_text (&fields[i]);
            fprintf (stderr, "countygrid: %s\n", text);
        }
}

static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
    if (level & G_LOG_LEVEL_DEBUG)
        return G_LOG_WRITER_HANDLED;
    if (g_log_writer_is_journald (STDERR_FILENO) &&
        g_log_writer_journald (level, fields, n_fields, NULL) == G_LOG_WRITER_HANDLED)
        return G_LOG_WRITER_HANDLED;
    if (isatty (STDERR_FILENO))
        write_plain (fields, n_fields);
    else
        write_json (level, fields, n_fields);
    return G_LOG_WRITER_HANDLED;
}

void
cg_cli_start_log (void)
{
    g_log_set_writer_func (write_log, NULL, NULL);
}
