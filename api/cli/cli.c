#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/status.h"

#define MAX_SHOWN 20 /* findings of one level on the terminal; the report has all */

gboolean
cg_cli_parse (CgCli *cli, const CgCommand *command, const GOptionEntry *entries, const char *extra,
              int *argc, char ***argv, GError **error)
{
    const GOptionEntry common[] = { { "json", 0, 0, G_OPTION_ARG_NONE, &cli->json,
                                      "results and errors as JSON", NULL },
                                    G_OPTION_ENTRY_NULL };
    g_autofree char *name = g_strdup_printf ("countygrid %s", command->name);
    g_autofree char *description =
        g_strconcat (command->details, extra != NULL ? "\n\n" : "", extra, NULL);
    g_autoptr (GOptionContext) context = g_option_context_new (command->usage);
    g_option_context_set_summary (context, command->summary);
    g_option_context_set_description (context, description);
    if (entries != NULL)
        g_option_context_add_main_entries (context, entries, NULL);
    g_option_context_add_main_entries (context, common, NULL);
    g_set_prgname (name);
    return g_option_context_parse (context, argc, argv, error);
}

gboolean
cg_cli_expect (const CgCommand *command, int argc, int n, GError **error)
{
    if (argc == n + 1)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 "%s; usage: countygrid %s %s (see countygrid %s --help)",
                 argc > n + 1 ? "too many arguments" : "something is missing", command->name,
                 command->usage, command->name);
    return FALSE;
}

gboolean
cg_cli_need (const char *value, const char *option, GError **error)
{
    if (value != NULL && value[0] != '\0')
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "%s is needed", option);
    return FALSE;
}

/* Two whole numbers with one character between them and nothing behind. */
static gboolean
parse_pair (const char *text, char between, guint64 max, guint64 *out_a, guint64 *out_b)
{
    char *end;
    if (!g_ascii_isdigit (text[0]))
        return FALSE;
    *out_a = g_ascii_strtoull (text, &end, 10);
    if (*end != between || !g_ascii_isdigit (end[1]))
        return FALSE;
    *out_b = g_ascii_strtoull (end + 1, &end, 10);
    return *end == '\0' && *out_a <= max && *out_b <= max;
}

gboolean
cg_cli_parse_range (const char *text, guint32 *out_min, guint32 *out_max, GError **error)
{
    guint64 a, b;
    if (!parse_pair (text, ':', 1000000000, &a, &b) || a > b || b == 0) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "--range: '%s' is not MIN:MAX with MIN <= MAX, like 300:500", text);
        return FALSE;
    }
    *out_min = (guint32) a;
    *out_max = (guint32) b;
    return TRUE;
}

gboolean
cg_cli_parse_size (const char *text, guint *out_width, guint *out_height, GError **error)
{
    guint64 a, b;
    if (!parse_pair (text, 'x', 1000000, &a, &b) || a == 0 || b == 0) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "--size: '%s' is not WIDTHxHEIGHT, like 3840x2160", text);
        return FALSE;
    }
    *out_width = (guint) a;
    *out_height = (guint) b;
    return TRUE;
}

static void
show_level (const CgImportReport *report, CgFindingLevel level, guint most, const char *word)
{
    guint shown = 0, total = 0;
    for (guint i = 0; i < report->findings->len; i++) {
        const CgFinding *finding = g_ptr_array_index (report->findings, i);
        if (finding->level != level)
            continue;
        total++;
        if (shown == most)
            continue;
        g_autofree char *text = cg_finding_to_string (finding);
        fprintf (stderr, "countygrid: %s%s\n", word, text);
        shown++;
    }
    if (total > shown)
        fprintf (stderr, "countygrid: %s... and %u more; --report FILE lists all\n", word,
                 total - shown);
}

static void
clear_progress_line (void)
{
    if (isatty (STDERR_FILENO))
        fputs ("\r\033[K", stderr);
}

int
cg_cli_fail (const CgCli *cli, const GError *error, const CgImportReport *report)
{
    clear_progress_line ();
    int code = cg_status_exit (error);
    if (cli->json) {
        g_autoptr (json_t) out =
            json_pack ("{s:{s:s, s:s, s:i}}", "error", "code",
                       error->domain == G_OPTION_ERROR ? "ARGUMENT" : cg_error_name (error),
                       "message", error->message, "exit", code);
        if (report != NULL)
            json_object_set_new (out, "report", cg_json_import_report (report));
        cg_cli_result (cli, out);
    }
    if (report != NULL && report->n_errors > 0) {
        show_level (report, CG_FINDING_ERROR, MAX_SHOWN, "");
        fprintf (stderr, "countygrid: %s: %u %s; nothing was changed (%s)\n", report->file,
                 report->n_errors, report->n_errors == 1 ? "error" : "errors",
                 cg_error_name (error));
    } else if (error->domain == G_OPTION_ERROR)
        fprintf (stderr, "countygrid: %s (ARGUMENT); --help shows the options\n", error->message);
    else
        fprintf (stderr, "countygrid: %s (%s)\n", error->message, cg_error_name (error));
    return code;
}

void
cg_cli_show_findings (const CgCli *cli, const CgImportReport *report)
{
    if (cli->json)
        return;
    clear_progress_line ();
    show_level (report, CG_FINDING_ERROR, MAX_SHOWN, "left out: ");
    show_level (report, CG_FINDING_REPAIR, 5, "repaired: ");
    show_level (report, CG_FINDING_WARNING, 5, "warning: ");
}

void
cg_cli_say (const CgCli *cli, const char *format, ...)
{
    if (cli->json)
        return;
    clear_progress_line ();
    va_list list;
    va_start (list, format);
    vprintf (format, list);
    va_end (list);
    putchar ('\n');
    fflush (stdout);
}

void
cg_cli_result (const CgCli *cli, const json_t *result)
{
    if (!cli->json)
        return;
    json_dumpf (result, stdout, JSON_INDENT (2) | JSON_REAL_PRECISION (15));
    putchar ('\n');
}
