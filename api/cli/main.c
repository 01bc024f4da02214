/* countygrid: the command line door. Finds the subcommand and gives it progress and Ctrl-C. */
#include <glib-unix.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

static const CgCommand *const commands[] = {
    &cg_command_split,   &cg_command_cells,    &cg_command_draw,    &cg_command_attach,
    &cg_command_heatmap, &cg_command_hotspots, &cg_command_init,    &cg_command_sample,
    &cg_command_import,  &cg_command_plan,     &cg_command_render,  &cg_command_serve,
    &cg_command_check,   &cg_command_backup,   &cg_command_density, &cg_command_report,
    &cg_command_clusters, &cg_command_near_repeat, &cg_command_backtest, &cg_command_coverage,
    &cg_command_snapshot,
};

static void
print_help (FILE *out)
{
    fputs (
        "countygrid - splits a county into grids, attaches what happens, draws where it gathers\n"
        "\n"
        "usage: countygrid COMMAND ...      countygrid COMMAND --help shows its options and an "
        "example\n"
        "\n",
        out);
    for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
        fprintf (out, "  %-11s %s\n", commands[i]->name, commands[i]->summary);
    fputs ("\n"
           "  countygrid --version\n"
           "\n"
           "exit: 0 done, 1 the input is wrong, 2 wrong use, 3 failure\n",
           out);
}

static const CgCommand *
find_command (const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
        if (strcmp (commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static gint64 progress_start_us, progress_last_us;

/* One line on the terminal, ten times a second at most, and only when the work takes over a second.
 */
static void
show_progress (const char *what, guint64 done, guint64 total, gpointer user_data)
{
    gint64 now = g_get_monotonic_time ();
    if (now - progress_start_us < G_USEC_PER_SEC || now - progress_last_us < G_USEC_PER_SEC / 10)
        return;
    progress_last_us = now;
    if (total > 0)
        fprintf (stderr, "\r\033[K%s: %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " (%.0f %%)",
                 what, done, total, 100.0 * (double) done / (double) total);
    else
        fprintf (stderr, "\r\033[K%s: %" G_GUINT64_FORMAT, what, done);
    fflush (stderr);
}

/* Signals are taken by one thread that waits for them: no handler runs inside our code. */
static gpointer
wait_for_signals (gpointer data)
{
    CgCli *cli = data;
    sigset_t set;
    int number;
    sigemptyset (&set);
    sigaddset (&set, SIGINT);
    sigaddset (&set, SIGTERM);
    for (guint times = 1; sigwait (&set, &number) == 0; times++) {
        if (times > 2)
            _exit (3); /* asked three times: the work does not answer; files are renamed into place,
                          so nothing is half done */
        g_cancellable_cancel (cli->hurry);
        if (times > 1 || number != SIGINT || !g_atomic_int_get (&cli->may_hurry))
            g_cancellable_cancel (cli->cancel);
    }
    return NULL;
}

/* Broken pipes and files that may not grow come back as errors of the write, not as the end of the
 * program. */
static void
watch_signals (CgCli *cli)
{
    sigset_t set;
    sigemptyset (&set);
    sigaddset (&set, SIGINT);
    sigaddset (&set, SIGTERM);
    pthread_sigmask (SIG_BLOCK, &set, NULL);
    signal (SIGPIPE, SIG_IGN);
    signal (SIGXFSZ, SIG_IGN);
    g_thread_unref (g_thread_new ("signals", wait_for_signals, cli));
}

/* A result that did not reach its reader is a failure. */
static int
close_output (int code)
{
    gboolean failed = ferror (stdout) != 0;
    failed |= fflush (stdout) != 0;
    if (!failed)
        return code;
    fputs ("countygrid: standard output cannot be written; the result is not complete there (IO)\n",
           stderr);
    return code != 0 ? code : 3;
}

int
main (int argc, char **argv)
{
    setlocale (LC_CTYPE, "C.UTF-8");
    if (argc < 2) {
        print_help (stderr);
        return 2;
    }
    if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0 ||
        strcmp (argv[1], "help") == 0) {
        print_help (stdout);
        return close_output (0);
    }
    if (strcmp (argv[1], "--version") == 0) {
        puts ("countygrid " CG_VERSION);
        return close_output (0);
    }
    const CgCommand *command = find_command (argv[1]);
    if (command == NULL) {
        fprintf (stderr,
                 "countygrid: there is no command '%s' (ARGUMENT); countygrid --help lists them\n",
                 argv[1]);
        return 2;
    }
    /* The thread that waits for signals lives as long as the process, and needs them. */
    static CgCli cli;
    cli.cancel = g_cancellable_new ();
    cli.hurry = g_cancellable_new ();
    progress_start_us = g_get_monotonic_time ();
    if (isatty (STDERR_FILENO))
        cli.progress.run = show_progress;
    watch_signals (&cli);
    return close_output (command->run (&cli, argc - 1, argv + 1));
}
