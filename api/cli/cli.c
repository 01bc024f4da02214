#include "cli.h"

#include <glib/gstdio.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/status.h"
#include "partition/partition.h"

#define MAX_SHOWN 20 /* findings of one level on the terminal; the report has all */

/* The work is cancelled as by Ctrl-C, which every long function asks for. */
static gpointer
wait_for_deadline (gpointer data)
{
    CgCli *cli = data;
    g_usleep ((gulong) (MIN (cli->deadline_s, 1e9) * G_USEC_PER_SEC));
    g_atomic_int_set (&cli->late, 1);
    g_cancellable_cancel (cli->cancel);
    return NULL;
}

static gboolean
start_deadline (CgCli *cli, GError **error)
{
    if (!cg_cli_check_deadline (cli->deadline_s, error))
        return FALSE;
    if (cli->deadline_s > 0)
        g_thread_unref (g_thread_new ("deadline", wait_for_deadline, cli));
    return TRUE;
}

gboolean
cg_cli_parse (CgCli *cli, const CgCommand *command, const GOptionEntry *entries, const char *extra,
              int *argc, char ***argv, GError **error)
{
    const GOptionEntry common[] = { { "json", 0, 0, G_OPTION_ARG_NONE, &cli->json,
                                      "results and errors as JSON", NULL },
                                    G_OPTION_ENTRY_NULL };
    const GOptionEntry limit[] = { { "deadline", 0, 0, G_OPTION_ARG_DOUBLE, &cli->deadline_s,
                                     "give up after so many seconds, with nothing written (default: "
                                     "never)",
                                     "SECONDS" },
                                   G_OPTION_ENTRY_NULL };
    g_autofree char *name = g_strdup_printf ("countygrid %s", command->name);
    g_autofree char *description =
        g_strconcat (command->details, extra != NULL ? "\n\n" : "", extra, NULL);
    g_autoptr (GOptionContext) context = g_option_context_new (command->usage);
    g_option_context_set_summary (context, command->summary);
    g_option_context_set_description (context, description);
    if (entries != NULL)
        g_option_context_add_main_entries (context, entries, NULL);
    if (command->gives_up)
        g_option_context_add_main_entries (context, limit, NULL);
    g_option_context_add_main_entries (context, common, NULL);
    g_set_prgname (name);
    return g_option_context_parse (context, argc, argv, error) && start_deadline (cli, error);
}

gboolean
cg_cli_expect (const CgCommand *command, int argc, int n, GError **error)
{
    if (argc == n + 1)
        return TRUE;
    g_auto (GStrv) words = g_strsplit (command->usage, " ", -1);
    gboolean named = argc <= n && argc > 0 && (guint) argc <= g_strv_length (words);
    g_autofree char *what = argc > n + 1 ? g_strdup ("too many arguments")
                            : named      ? g_strdup_printf ("%s is missing", words[argc - 1])
                                         : g_strdup ("something is missing");
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 "%s; usage: countygrid %s %s (see countygrid %s --help)", what, command->name,
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

/* ---- paths ---------------------------------------------------------------------------- */

/* The file itself, or, where there is none yet, its name in its directory. */
static gboolean
is_same_file (const char *a, const char *b)
{
    GStatBuf one, two;
    gboolean has_a = g_stat (a, &one) == 0, has_b = g_stat (b, &two) == 0;
    if (has_a != has_b)
        return FALSE;
    if (!has_a) {
        g_autofree char *dir_a = g_path_get_dirname (a), *dir_b = g_path_get_dirname (b);
        g_autofree char *name_a = g_path_get_basename (a), *name_b = g_path_get_basename (b);
        if (strcmp (name_a, name_b) != 0 || g_stat (dir_a, &one) != 0 || g_stat (dir_b, &two) != 0)
            return FALSE;
    }
    return one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

/* FILE of FILE:LAYER, as import/source.c reads it. (transfer full) */
static char *
file_of_input (const char *path)
{
    const char *colon = strrchr (path, ':');
    gboolean whole = colon == NULL || colon == path || strchr (colon, '/') != NULL ||
                     g_file_test (path, G_FILE_TEST_EXISTS);
    return whole ? g_strdup (path) : g_strndup (path, (gsize) (colon - path));
}

static gboolean
belongs_to_input (const char *output, const char *input)
{
    static const char *const tails[] = { "", "-wal", "-shm", "-journal", "-writer" };
    static const char *const parts[] = { "shx", "dbf", "prj", "cpg" };
    g_autofree char *file = file_of_input (input);
    gboolean found = FALSE;
    for (guint t = 0; t < G_N_ELEMENTS (tails) && !found; t++) {
        g_autofree char *whole = g_strconcat (file, tails[t], NULL);
        found = is_same_file (output, whole);
    }
    gsize length = strlen (file);
    gboolean shape = length > 4 && g_ascii_strcasecmp (file + length - 4, ".shp") == 0;
    for (guint p = 0; p < G_N_ELEMENTS (parts) && shape && !found; p++) {
        g_autofree char *part = g_strdup_printf ("%.*s%s", (int) length - 3, file, parts[p]);
        found = is_same_file (output, part);
    }
    return found;
}

/* What cannot be written is told before the work, not after it. */
static gboolean
has_folder (const char *output, GError **error)
{
    g_autofree char *folder = g_path_get_dirname (output);
    if (g_file_test (folder, G_FILE_TEST_IS_DIR))
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_IO, "%s: cannot be written: there is no folder %s",
                 output, folder);
    return FALSE;
}

gboolean
cg_cli_check_paths (guint n_outputs, const char *const *outputs, guint n_inputs,
                    const char *const *inputs, GError **error)
{
    for (guint o = 0; o < n_outputs; o++) {
        const char *output = outputs[o], *taken = NULL;
        if (output == NULL || strcmp (output, "-") == 0)
            continue;
        if (!has_folder (output, error))
            return FALSE;
        for (guint i = 0; i < n_inputs && taken == NULL; i++)
            if (inputs[i] != NULL && belongs_to_input (output, inputs[i]))
                taken = inputs[i];
        if (taken != NULL) {
            g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                         "%s would be written over the input %s: name another file", output, taken);
            return FALSE;
        }
        for (guint other = 0; other < o; other++)
            if (outputs[other] != NULL && is_same_file (output, outputs[other])) {
                g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                             "%s and %s are one file: name another for one of them",
                             outputs[other], output);
                return FALSE;
            }
    }
    return TRUE;
}

/* ---- values --------------------------------------------------------------------------- */

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

static gboolean
parse_bounds (const char *option, const char *example, const char *text, guint32 *out_min,
              guint32 *out_max, GError **error)
{
    guint64 a, b;
    if (!parse_pair (text, ':', 1000000000, &a, &b)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "%s: '%s' is not MIN:MAX in whole numbers, like %s", option, text, example);
        return FALSE;
    }
    if (a > b || b == 0) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "%s: '%s': %s, like %s", option, text,
                     b == 0 ? "the upper bound must be 1 at least"
                            : "the lower bound comes first",
                     example);
        return FALSE;
    }
    *out_min = (guint32) a;
    *out_max = (guint32) b;
    return TRUE;
}

gboolean
cg_cli_parse_range (const char *text, guint32 *out_min, guint32 *out_max, GError **error)
{
    return parse_bounds ("--range", "300:500", text, out_min, out_max, error);
}

gboolean
cg_cli_check_target (int target, guint32 min, guint32 max, GError **error)
{
    if (target == CG_CLI_NO_TARGET || (target > 0 && (guint32) target >= min
                                       && (guint32) target <= max))
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 "--target: %d is outside the range %u:%u; name a number inside, or another --range",
                 target, min, max);
    return FALSE;
}

gboolean
cg_cli_check_package (const char *output, GError **error)
{
    if (g_str_has_suffix (output, ".gpkg"))
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "-o %s: the name must end in .gpkg", output);
    return FALSE;
}

gboolean
cg_cli_check_layer (const char *output, GError **error)
{
    if (g_str_has_suffix (output, ".gpkg") || g_str_has_suffix (output, ".geojson") ||
        g_str_has_suffix (output, ".json") || g_str_has_suffix (output, ".csv"))
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 "-o %s: the name must end in .gpkg, .geojson or .csv", output);
    return FALSE;
}

gboolean
cg_cli_check_table (const char *output, GError **error)
{
    if (g_str_has_suffix (output, ".csv"))
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "-o %s: the name must end in .csv", output);
    return FALSE;
}

gboolean
cg_cli_check_method (const char *name, GError **error)
{
    if (cg_partition_find_method (name) != NULL)
        return TRUE;
    GString *known = g_string_new (NULL);
    for (const CgPartitionMethod *m = cg_partition_methods (); m->name != NULL; m++)
        g_string_append_printf (known, "%s%s", known->len > 0 ? ", " : "", m->name);
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "--method: '%s' is not known; known are %s",
                 name, known->str);
    g_string_free (known, TRUE);
    return FALSE;
}

gboolean
cg_cli_parse_by (const char *text, gboolean *out_population, GError **error)
{
    *out_population = g_strcmp0 (text, "population") == 0;
    if (text == NULL || *out_population || strcmp (text, "households") == 0)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 "--by: '%s' is neither households nor population", text);
    return FALSE;
}

gboolean
cg_cli_parse_people (const char *text, gboolean by_population, guint32 *out_min,
                     guint32 *out_max, GError **error)
{
    if (text == NULL)
        return TRUE;
    if (!by_population)
        return parse_bounds ("--population-range", "750:1250", text, out_min, out_max, error);
    g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT,
                         "--population-range: with --by population the range is --range");
    return FALSE;
}

gboolean
cg_cli_parse_micro (const char *text, guint32 *out_min, guint32 *out_max, GError **error)
{
    return text == NULL || parse_bounds ("--micro", "5:15", text, out_min, out_max, error);
}

GCancellable *
cg_cli_hurry (CgCli *cli)
{
    g_atomic_int_set (&cli->may_hurry, TRUE);
    return cli->hurry;
}

gboolean
cg_cli_check_deadline (double deadline_s, GError **error)
{
    if (isfinite (deadline_s) && deadline_s >= 0)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 "--deadline: %g is no number of seconds from 0 up", deadline_s);
    return FALSE;
}

gboolean
cg_cli_check_number (const char *option, gint64 value, gint64 min, gint64 max, GError **error)
{
    if (value >= min && value <= max)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 "%s: %" G_GINT64_FORMAT " is not from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                 option, value, min, max);
    return FALSE;
}

gboolean
cg_cli_check_crossing (double given_m, double *out_m, GError **error)
{
    *out_m = given_m == CG_CLI_UNSET ? 0 : given_m > 0 ? given_m : -1;
    if (given_m == CG_CLI_UNSET || (given_m >= 0 && given_m <= 100000))
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 "--crossing-max: %g is not from 0 to 100000 metres", given_m);
    return FALSE;
}

char *
cg_cli_describe_weights (void)
{
    const CgPartitionWeights defaults = CG_PARTITION_WEIGHTS_DEFAULT;
    GString *text = g_string_new ("Weights (--weight), what borders cost by metre and what else "
                                  "counts:");
    for (const CgPartitionWeight *w = cg_partition_weight_list (); w->name != NULL; w++) {
        char number[G_ASCII_DTOSTR_BUF_SIZE];
        g_ascii_formatd (number, sizeof number, "%g", cg_partition_weight_get (&defaults, w));
        g_string_append_printf (text, "\n  %-10s %-5s %s", w->name, number, w->title);
    }
    return g_string_free (text, FALSE);
}

gboolean
cg_cli_parse_bbox (const char *text, CgBox *out, GError **error)
{
    g_auto (GStrv) words = g_strsplit (text, ",", -1);
    double value[4];
    gboolean good = g_strv_length (words) == 4;
    for (guint i = 0; good && i < 4; i++) {
        char *end;
        value[i] = g_ascii_strtod (words[i], &end);
        good = end != words[i] && *end == '\0' && value[i] > -1e9 && value[i] < 1e9;
    }
    if (!good || value[0] >= value[2] || value[1] >= value[3]) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "--bbox: '%s' is not WEST,SOUTH,EAST,NORTH", text);
        return FALSE;
    }
    *out = (CgBox){ value[0], value[1], value[2], value[3] };
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

/* ---- texts ---------------------------------------------------------------------------- */

/* Findings of one level, few of each kind: a column that is no number is that in every row. */
static void
show_level (const CgImportReport *report, CgFindingLevel level, guint most, const char *word)
{
    enum { MOST_OF_A_KIND = 3 };
    guint shown = 0, total = 0;
    g_autoptr (GHashTable) kinds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < report->findings->len; i++) {
        const CgFinding *finding = g_ptr_array_index (report->findings, i);
        if (finding->level != level)
            continue;
        total++;
        char *kind =
            g_strdup_printf ("%s %s %s", finding->file != NULL ? finding->file : "", finding->code,
                             finding->column != NULL ? finding->column : "");
        guint before = GPOINTER_TO_UINT (g_hash_table_lookup (kinds, kind));
        g_hash_table_insert (kinds, kind, GUINT_TO_POINTER (before + 1));
        if (shown == most || before >= MOST_OF_A_KIND)
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

/* Findings end in their own code, which says more than that of the error. */
static gboolean
ends_in_code (const char *message)
{
    gsize length = strlen (message);
    const char *open = strrchr (message, '(');
    if (open == NULL || length < 4 || message[length - 1] != ')')
        return FALSE;
    gsize inside = strspn (open + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");
    return inside >= 2 && open[1 + inside] == ')' && open[2 + inside] == '\0';
}

int
cg_cli_fail (const CgCli *cli, const GError *error, const CgImportReport *report)
{
    g_return_val_if_fail (error != NULL, 3);
    g_autoptr (GError) late = NULL;
    if (g_atomic_int_get (&cli->late) && g_error_matches (error, CG_ERROR, CG_ERROR_CANCELLED))
        error = late = g_error_new (CG_ERROR, CG_ERROR_DEADLINE,
                                    "not done within the %g s of --deadline; nothing was written",
                                    cli->deadline_s);
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
        if (report->n_errors > 1)
            fprintf (stderr, "countygrid: %s: %u errors; nothing was changed (%s)\n",
                     report->file, report->n_errors, cg_error_name (error));
    } else if (error->domain == G_OPTION_ERROR)
        fprintf (stderr, "countygrid: %s (ARGUMENT); --help shows the options\n", error->message);
    else if (ends_in_code (error->message))
        fprintf (stderr, "countygrid: %s\n", error->message);
    else
        fprintf (stderr, "countygrid: %s (%s)\n", error->message, cg_error_name (error));
    return code;
}

void
cg_cli_warn (const CgCli *cli, const char *format, ...)
{
    clear_progress_line ();
    va_list list;
    va_start (list, format);
    fputs ("countygrid: ", stderr);
    vfprintf (stderr, format, list);
    va_end (list);
    fputc ('\n', stderr);
}

const char *
cg_cli_report_file (const char *path)
{
    return g_strcmp0 (path, "-") != 0 ? path : NULL;
}

gboolean
cg_cli_write_report (const char *path, const json_t *report, GError **error)
{
    if (cg_cli_report_file (path) != NULL)
        return cg_json_write (path, report, error);
    if (path != NULL) {
        json_dumpf (report, stdout, JSON_INDENT (2) | JSON_REAL_PRECISION (15));
        putchar ('\n');
    }
    return TRUE;
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

gboolean
cg_cli_tell_file (const CgCli *cli, const char *report_path, const json_t *report,
                  const CgImportReport *findings, GError **error)
{
    if (cg_cli_report_file (report_path) == NULL && !cg_cli_write_report (report_path, report, error))
        return FALSE;
    cg_cli_show_findings (cli, findings);
    return TRUE;
}

int
cg_cli_run_file (CgCli *cli, int argc, char **argv, CgCliFileRun run)
{
    g_autoptr (CgImportReport) findings = NULL;
    g_autoptr (GError) error = NULL;
    return run (cli, argc, argv, &findings, &error) ? 0 : cg_cli_fail (cli, error, findings);
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

gboolean
cg_cli_check_pareto (const char *file, const char *percent, gboolean has_old, gboolean *out_pareto,
                     double *out_share, GError **error)
{
    *out_pareto = file != NULL || percent != NULL;
    *out_share = -1;
    if (*out_pareto && !has_old) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "%s: needs --keep, there is no old plan to move away from",
                     file != NULL ? "--pareto" : "--moved-at-most");
        return FALSE;
    }
    if (percent == NULL)
        return TRUE;
    char *end;
    double value = g_ascii_strtod (percent, &end);
    if (end == percent || *end != '\0' || !(value >= 0 && value <= 100)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "--moved-at-most: '%s' is not from 0 to 100 percent", percent);
        return FALSE;
    }
    *out_share = value / 100;
    return TRUE;
}
