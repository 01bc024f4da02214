/* What every subcommand shares: the table of commands, options, progress, Ctrl-C, errors. */
#ifndef CG_CLI_H
#define CG_CLI_H

#include <gio/gio.h>
#include <jansson.h>

#include "app/clock.h"
#include "app/json.h"
#include "base/error.h"
#include "base/progress.h"
#include "model/shapes.h"

typedef struct {
    GCancellable *cancel; /* triggered by Ctrl-C and SIGTERM, nothing will come of the work */
    GCancellable *hurry;  /* triggered by the first Ctrl-C instead, once may_hurry is set: what has
                             been found is to be the result; and with cancel by all others */
    gint may_hurry;       /* atomic */
    CgProgress progress;  /* silent unless standard error is a terminal */
    double deadline_s;    /* --deadline of commands that give up; 0: none  */
    gint late;            /* atomic: it has passed                         */
    gboolean json;        /* --json: results and errors for machines    */
} CgCli;

typedef struct {
    const char *name, *summary;
    const char *usage;   /* positional arguments, as in "UNITS -o GRIDS.gpkg" */
    const char *details; /* help below the options: example, fields, rules    */
    int (*run) (CgCli *cli, int argc, char **argv);
    gboolean gives_up; /* takes --deadline: once it has passed the work is cancelled */
} CgCommand;

extern const CgCommand cg_command_attach, cg_command_backup, cg_command_backtest, cg_command_cells, cg_command_clusters, cg_command_coverage, cg_command_snapshot,
    cg_command_near_repeat, cg_command_check,
    cg_command_density, cg_command_draw, cg_command_heatmap, cg_command_hotspots, cg_command_import,
    cg_command_init, cg_command_plan, cg_command_render, cg_command_report, cg_command_sample,
    cg_command_serve, cg_command_split;

/* Parses the options of a command; --json, --help and, where it gives up, --deadline come by themselves. details may be added to
 * by extra (or NULL). argv[1..argc-1] are the positional arguments afterwards. Prints help and
 * exits with 0 on --help.
 * Errors  G_OPTION_ERROR an unknown option or a value that does not fit */
gboolean cg_cli_parse (CgCli *cli, const CgCommand *command, const GOptionEntry *entries,
                       const char *extra, int *argc, char ***argv, GError **error);
/* Exactly n positional arguments.
 * Errors  ARGUMENT shows the usage */
gboolean cg_cli_expect (const CgCommand *command, int argc, int n, GError **error);
/* A required option's value.
 * Errors  ARGUMENT it is missing or empty */
gboolean cg_cli_need (const char *value, const char *option, GError **error);

/* Refuses outputs that are one file with an input, with what belongs to an input (the log of a
 * database, the parts of a Shapefile) or with each other, before anything is touched. Links and
 * other spellings of a path do not hide a file; it need not exist yet.
 *
 * outputs  paths, NULL for those that were not given; "-" is standard output and no file
 * inputs   FILE or FILE:LAYER, NULL for those that were not given
 * Errors   ARGUMENT names both; IO an output's folder is not there */
gboolean cg_cli_check_paths (guint n_outputs, const char *const *outputs, guint n_inputs,
                             const char *const *inputs, GError **error);

/* From now on the first Ctrl-C only hurries: it triggers what comes back (borrowed). */
GCancellable *cg_cli_hurry (CgCli *cli);
/* Of --deadline: seconds, 0 for none.
 * Errors  ARGUMENT negative or no finite number */
gboolean cg_cli_check_deadline (double deadline_s, GError **error);

/* A whole number of an option.
 * Errors  ARGUMENT below min or above max: refused, never clamped */
gboolean cg_cli_check_number (const char *option, gint64 value, gint64 min, gint64 max,
                              GError **error);

/* Of --target; CG_CLI_NO_TARGET where it was not given, which is right in any case.
 * Errors  ARGUMENT outside the range */
#define CG_CLI_NO_TARGET G_MININT
gboolean cg_cli_check_target (int target, guint32 min, guint32 max, GError **error);

/* Of -o, where a GeoPackage is written.
 * Errors  ARGUMENT another ending */
gboolean cg_cli_check_package (const char *output, GError **error);

/* Of -o, where a layer of areas or a table is written; where only a table is.
 * Errors  ARGUMENT another ending */
gboolean cg_cli_check_layer (const char *output, GError **error);
gboolean cg_cli_check_table (const char *output, GError **error);

/* Of --method, NULL where it was not given.
 * Errors  ARGUMENT names those that are known */
gboolean cg_cli_check_method (const char *name, GError **error);

/* Options whose help begins with verbs of the command, as in "split, check: ...", belong to these;
 * argv as the user typed it.
 * Errors  ARGUMENT an option that does not belong to the verb */
gboolean cg_cli_check_verb (const CgCommand *command, const GOptionEntry *entries,
                            const char *const *argv, const char *verb, GError **error);

/* Of --pareto FILE and --moved-at-most PERCENT (text of a number, NULL: not given): out_share gets
 * 0..1, -1 where not given. Errors ARGUMENT without an old plan, not from 0 to 100 */
gboolean cg_cli_check_pareto (const char *file, const char *percent, gboolean has_old,
                              gboolean *out_pareto, double *out_share, GError **error);

#define CG_CLI_UNSET (-G_MAXDOUBLE)

/* Of --by: TRUE for population.
 * Errors  ARGUMENT neither "households" nor "population" */
gboolean cg_cli_parse_by (const char *text, gboolean *out_population, GError **error);
/* Of --population-range beside --by: "750:1250" or nothing.
 * Errors  ARGUMENT; also where --by population counts people already */
gboolean cg_cli_parse_people (const char *text, gboolean by_population, guint32 *out_min,
                              guint32 *out_max, GError **error);
/* Of --micro: "5:15" or nothing.
 * Errors  ARGUMENT */
gboolean cg_cli_parse_micro (const char *text, guint32 *out_min, guint32 *out_max, GError **error);
/* Tells what a split's report has beside the number of grids: exceptions by the measure that is
 * out, what the map will show, micro-units, proofs, a deadline that cut the search. */
void cg_cli_say_split (const CgCli *cli, const json_t *report);

/* Of --crossing-max: CG_CLI_UNSET where it was not given. out is as CgSplitOptions wants it.
 * Errors  ARGUMENT negative or above 100 000 */
gboolean cg_cli_check_crossing (double given_m, double *out_m, GError **error);

/* Help on --weight: each weight, its default and what it does. (transfer full) */
char *cg_cli_describe_weights (void);

/* "300:500". Errors ARGUMENT. */
gboolean cg_cli_parse_range (const char *text, guint32 *out_min, guint32 *out_max, GError **error);
/* "3840x2160". Errors ARGUMENT. */
gboolean cg_cli_parse_size (const char *text, guint *out_width, guint *out_height, GError **error);

/* "W,S,E,N". Errors ARGUMENT. */
gboolean cg_cli_parse_bbox (const char *text, CgBox *out, GError **error);

/* From here on the log goes to the journal, as plain lines to a terminal, or as lines of JSON to standard error. Once. */
void cg_cli_start_log (void);
/* Ends a command: prints the error and, before it, the findings of report (may be NULL); returns
 * the exit code. */
int cg_cli_fail (const CgCli *cli, const GError *error, const CgImportReport *report);
/* The work of a command that reads a file. out_findings (transfer full) may be left NULL; they are
 * told before the error.
 * Errors  whatever the command fails with */
typedef gboolean (*CgCliFileRun) (CgCli *cli, int argc, char **argv, CgImportReport **out_findings,
                                  GError **error);
/* Runs it and returns the exit code. */
int cg_cli_run_file (CgCli *cli, int argc, char **argv, CgCliFileRun run);
/* After a use case that writes reports to files itself (cg_cli_report_file): a report for standard
 * output, then the findings.
 * Errors  IO */
gboolean cg_cli_tell_file (const CgCli *cli, const char *report_path, const json_t *report,
                           const CgImportReport *findings, GError **error);
/* A line on standard error, with --json too, about something that does not end the command. */
void cg_cli_warn (const CgCli *cli, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* What was left out, repairs and warnings of a good import, on standard error, the first few of
 * each. */
void cg_cli_show_findings (const CgCli *cli, const CgImportReport *report);
/* A line on standard output (not with --json). */
void cg_cli_say (const CgCli *cli, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Writes --report FILE; "-" is standard output.
 * Errors  IO */
gboolean cg_cli_write_report (const char *path, const json_t *report, GError **error);
/* --report for a use case that writes it: NULL where it goes to standard output or nowhere. */
const char *cg_cli_report_file (const char *path);
/* The result for machines, on standard output (only with --json). */
void cg_cli_result (const CgCli *cli, const json_t *result);

#endif
