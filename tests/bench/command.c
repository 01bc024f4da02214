/* The whole command on the largest instance, as a child process. */
#include "generate.h"
#include "steps.h"
#include "table.h"

#include <glib/gstdio.h>
#include <jansson.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>

static gboolean
make_input (const char *path)
{
    g_auto (BenchInstance) instance = { 0 };
    g_autofree char *why = NULL;
    if (g_file_test (path, G_FILE_TEST_EXISTS))
        return TRUE;
    g_autofree char *part = g_strconcat (path, ".part.gpkg", NULL);
    g_unlink (part);
    if (bench_instance_open (&instance, "made-1m", &why) &&
        bench_write_units (instance.units, part, &why) && g_rename (part, path) == 0)
        return TRUE;
    printf ("- left out: %s\n", why != NULL ? why : path);
    return FALSE;
}

/* "read 6.8, graph 2.0, ..." */
static char *
describe_seconds (const char *report)
{
    json_t *root = json_load_file (report, 0, NULL), *value;
    GString *text = g_string_new (NULL);
    const char *key;
    json_object_foreach (json_object_get (root, "seconds"), key, value) g_string_append_printf (
        text, "%s%s %.1f", text->len > 0 ? ", " : "", key, json_number_value (value));
    json_decref (root);
    return g_string_free (text, FALSE);
}

gboolean
bench_command (const char *program, const char *folder)
{
    g_autofree char *input = g_build_filename (folder, "made-1m.gpkg", NULL);
    g_autofree char *output = g_build_filename (folder, "made-1m-grids.gpkg", NULL);
    g_autofree char *report = g_build_filename (folder, "made-1m-report.json", NULL);
    const char *argv[] = {
        program,    "split",     input,       "-o", output,     "--households", "households",
        "--within", "community", "--threads", "1",  "--report", report,         NULL
    };
    g_autoptr (GError) error = NULL;
    GPid child;
    if (!make_input (input))
        return FALSE;
    gint64 start_us = g_get_monotonic_time ();
    if (!g_spawn_async (NULL, (char **) argv, NULL,
                        G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, &child,
                        &error)) {
        printf ("- left out: %s\n", error->message);
        return FALSE;
    }
    int status;
    struct rusage used;
    wait4 (child, &status, 0, &used);
    double wall_s = (double) (g_get_monotonic_time () - start_us) / 1e6;
    double cpu_s = (double) (used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                   (double) (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    double peak_gb = (double) used.ru_maxrss / 1048576;
    if (!g_spawn_check_wait_status (status, &error)) {
        printf ("- left out: %s: %s\n", program, error->message);
        return FALSE;
    }
    g_autofree char *seconds = describe_seconds (report);
    bench_bar ("9 (command)", cpu_s <= 60 && peak_gb <= 1.5,
               "made-1m: whole command %.1f s CPU (at most 60; %.1f s by the clock), peak memory "
               "%.2f GB (at most 1.5); seconds by the clock: %s",
               cpu_s, wall_s, peak_gb, seconds);
    g_unlink (output);
    g_unlink (report);
    return TRUE;
}
