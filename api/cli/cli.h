/* What every subcommand shares: the table of commands, options, progress, Ctrl-C, errors. */
#ifndef CG_CLI_H
#define CG_CLI_H

#include <gio/gio.h>
#include <jansson.h>

#include "app/clock.h"
#include "app/json.h"
#include "base/error.h"
#include "base/progress.h"

typedef struct {
    GCancellable *cancel; /* triggered by Ctrl-C and SIGTERM */
    CgProgress progress;  /* silent unless standard error is a terminal */
    gboolean json;        /* --json: results and errors for machines    */
} CgCli;

typedef struct {
    const char *name, *summary;
    const char *usage;   /* positional arguments, as in "UNITS -o GRIDS.gpkg" */
    const char *details; /* help below the options: example, fields, rules    */
    int (*run) (CgCli *cli, int argc, char **argv);
} CgCommand;

extern const CgCommand cg_command_attach, cg_command_backup, cg_command_check, cg_command_heatmap,
    cg_command_import, cg_command_init, cg_command_plan, cg_command_render, cg_command_sample,
    cg_command_serve, cg_command_split;

/* Parses the options of a command; --json and --help come by themselves. details may be added to by extra (or NULL).
 * argv[1..argc-1] are the positional arguments afterwards. Prints help and exits with 0 on --help. */
gboolean cg_cli_parse (CgCli *cli, const CgCommand *command, const GOptionEntry *entries, const char *extra,
                       int *argc, char ***argv, GError **error);
/* Exactly n positional arguments, or an ARGUMENT error that shows the usage. */
gboolean cg_cli_expect (const CgCommand *command, int argc, int n, GError **error);
/* A required option's value. */
gboolean cg_cli_need (const char *value, const char *option, GError **error);

/* "300:500" */
gboolean cg_cli_parse_range (const char *text, guint32 *out_min, guint32 *out_max, GError **error);
/* "3840x2160" */
gboolean cg_cli_parse_size (const char *text, guint *out_width, guint *out_height, GError **error);

/* Ends a command: prints the error and, before it, the findings of report (may be NULL); returns the exit code. */
int cg_cli_fail (const CgCli *cli, const GError *error, const CgImportReport *report);
/* Repairs, warnings and notes of a good import, on standard error, the first few of each. */
void cg_cli_show_findings (const CgCli *cli, const CgImportReport *report);
/* A line on standard output (not with --json). */
void cg_cli_say (const CgCli *cli, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* The result for machines, on standard output (only with --json). */
void cg_cli_result (const CgCli *cli, const json_t *result);

#endif
