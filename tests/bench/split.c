/* Measures the splitter against others and against its bars; see docs/benchmarks.md.
 *
 *   bench-split table [--quick] [--rounds N] [--solvers LIST] [NAME...]
 *   bench-split replan | resolve | deadline | certify
 *   bench-split planar [N]    bench-split seeds [N]    bench-split hashes [THREADS]
 *   bench-split command PROGRAM FOLDER
 *   bench-split save NAME FILE       the units of an instance as a GeoPackage
 */
#include "generate.h"
#include "steps.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static BenchTableOptions table;

static GOptionEntry entries[] = {
    { "rounds", 0, 0, G_OPTION_ARG_INT, &table.rounds,
      "times each splitter runs, in turns; the fastest counts", "N" },
    { "quick", 0, 0, G_OPTION_ARG_NONE, &table.quick, "one round, nothing above 50 000 units, no R",
      NULL },
    { "solvers", 0, 0, G_OPTION_ARG_STRING, &table.only, "names separated by commas", "LIST" },
    { NULL },
};

/* What the figures depend on besides the program. */
static void
print_machine (void)
{
    g_autofree char *cpus = NULL, *opponents = bench_opponents ();
    const char *model = NULL;
    if (g_file_get_contents ("/proc/cpuinfo", &cpus, NULL, NULL))
        model = strstr (cpus, "model name");
    model = model != NULL ? strchr (model, ':') : NULL;
    printf ("%.*s; %s %s, -O%s; %s\n\n", model != NULL ? (int) strcspn (model + 2, "\n") : 0,
            model != NULL ? model + 2 : "",
#ifdef __clang__
            "clang", __clang_version__,
#else
            "gcc", __VERSION__,
#endif
            BENCH_OPTIMIZATION, opponents);
}

static int
run_table (int argc, char **argv)
{
    g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (BenchRow));
    const char *const *names = bench_instance_names ();
    for (int k = 0; k < argc; k++)
        if (!g_strv_contains (names, argv[k])) {
            fprintf (stderr, "bench-split: no instance has the name %s\n", argv[k]);
            return 2;
        }
    print_machine ();
    bench_table_head ();
    for (guint i = 0; names[i] != NULL; i++) {
        gboolean wanted = argc == 0;
        for (int k = 0; k < argc; k++)
            wanted |= g_str_equal (argv[k], names[i]);
        if (wanted)
            bench_table_run (names[i], &table, rows);
    }
    printf ("\n");
    bench_bars (rows);
    return 0;
}

static int
save_instance (const char *name, const char *path)
{
    g_auto (BenchInstance) instance = { 0 };
    g_autofree char *why = NULL;
    if (bench_instance_open (&instance, name, &why) &&
        bench_write_units (instance.units, path, &why))
        return 0;
    fprintf (stderr, "bench-split: %s\n", why);
    return 1;
}

int
main (int argc, char **argv)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GOptionContext) context = g_option_context_new (
        "table [NAME...] | replan | resolve | deadline | certify | planar [N] | "
        "seeds [N] | hashes [THREADS] | command PROGRAM FOLDER | save NAME FILE");
    g_option_context_add_main_entries (context, entries, NULL);
    if (!g_option_context_parse (context, &argc, &argv, &error)) {
        fprintf (stderr, "bench-split: %s\n", error->message);
        return 2;
    }
    const char *verb = argc > 1 ? argv[1] : "";
    guint number = argc > 2 ? (guint) strtoul (argv[2], NULL, 10) : 0;
    if (g_str_equal (verb, "table"))
        return run_table (argc - 2, argv + 2);
    if (g_str_equal (verb, "replan"))
        return bench_replan () ? 0 : 1;
    if (g_str_equal (verb, "resolve"))
        return bench_resolve () ? 0 : 1;
    if (g_str_equal (verb, "deadline"))
        return bench_deadline () ? 0 : 1;
    if (g_str_equal (verb, "certify"))
        return bench_certify () ? 0 : 1;
    if (g_str_equal (verb, "planar"))
        return bench_planar (number > 0 ? number : 100000) ? 0 : 1;
    if (g_str_equal (verb, "seeds"))
        return bench_seeds (number > 0 ? number : 100) ? 0 : 1;
    if (g_str_equal (verb, "hashes"))
        return bench_hashes (number > 0 ? number : 1) ? 0 : 1;
    if (g_str_equal (verb, "command") && argc == 4)
        return bench_command (argv[2], argv[3]) ? 0 : 1;
    if (g_str_equal (verb, "save") && argc == 4)
        return save_instance (argv[2], argv[3]);
    g_autofree char *help = g_option_context_get_help (context, TRUE, NULL);
    fprintf (stderr, "%s", help);
    return 2;
}
