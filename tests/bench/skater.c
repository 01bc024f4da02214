/* R's spdep::skater: the graph goes out as CSV, groups come back; units near each other are alike.
 */
#include "base/error.h"
#include "solver.h"

#include <glib/gstdio.h>
#include <stdlib.h>

static char *
write_units (const BenchInstance *instance, const char *dir)
{
    g_autoptr (GString) text = g_string_new ("task,k,weight,x,y\n");
    for (guint t = 0; t < instance->tasks->len; t++) {
        const BenchTask *task = g_ptr_array_index (instance->tasks, t);
        for (guint32 i = 0; i < task->n; i++)
            g_string_append_printf (text, "%u,%u,%d,%.3f,%.3f\n", t, task->k, task->weight[i],
                                    instance->x[task->rows[i]], instance->y[task->rows[i]]);
    }
    char *path = g_build_filename (dir, "units.csv", NULL);
    g_file_set_contents (path, text->str, (gssize) text->len, NULL);
    return path;
}

static char *
write_links (const BenchInstance *instance, const char *dir)
{
    g_autoptr (GString) text = g_string_new ("task,from,to\n");
    for (guint t = 0; t < instance->tasks->len; t++) {
        const BenchTask *task = g_ptr_array_index (instance->tasks, t);
        for (gint32 i = 0; i < (gint32) task->n; i++)
            for (gint32 k = task->first[i]; k < task->first[i + 1]; k++)
                if (i < task->target[k])
                    g_string_append_printf (text, "%u,%d,%d\n", t, i + 1, task->target[k] + 1);
    }
    char *path = g_build_filename (dir, "links.csv", NULL);
    g_file_set_contents (path, text->str, (gssize) text->len, NULL);
    return path;
}

/* First line: seconds; then one group for each unit in order of tasks. */
static gboolean
read_groups (const BenchInstance *instance, const char *path, BenchAnswer *answer, GError **error)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents (path, &text, NULL, error))
        return FALSE;
    g_auto (GStrv) line = g_strsplit (text, "\n", -1);
    guint at = 1, base = 0, lines = g_strv_length (line);
    for (guint t = 0; t < instance->tasks->len; t++) {
        const BenchTask *task = g_ptr_array_index (instance->tasks, t);
        for (guint32 i = 0; i < task->n; i++, at++) {
            gint64 group = at < lines ? g_ascii_strtoll (line[at], NULL, 10) : 0;
            if (group < 1 || group > task->n) {
                g_set_error (error, CG_ERROR, CG_ERROR_INPUT, "skater: line %u is no group", at);
                return FALSE;
            }
            answer->label[task->rows[i]] = base + (guint32) group;
        }
        base += task->n + 1;
    }
    answer->cpu_s = g_ascii_strtod (line[0], NULL);
    return TRUE;
}

gboolean
bench_run_skater (const BenchSolver *solver, const BenchInstance *instance, BenchAnswer *answer,
                  GError **error)
{
    g_autofree char *dir = g_dir_make_tmp ("countygrid-bench-XXXXXX", error);
    if (dir == NULL)
        return FALSE;
    g_autofree char *units = write_units (instance, dir), *links = write_links (instance, dir);
    g_autofree char *out = g_build_filename (dir, "groups.csv", NULL), *message = NULL;
    g_autofree char *min = g_strdup_printf ("%u", instance->rule.min);
    g_autofree char *max = g_strdup_printf ("%u", instance->rule.max);
    const char *argv[] = { "Rscript", "--vanilla", SKATER_R, units, links, out, min, max, NULL };
    int status = 0;
    gboolean done = g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                                  &message, &status, error) &&
                    g_spawn_check_wait_status (status, error);
    if (!done && error != NULL && message != NULL && *message != '\0')
        g_prefix_error (error, "%s", g_strstrip (message));
    done = done && read_groups (instance, out, answer, error);
    g_unlink (units);
    g_unlink (links);
    g_unlink (out);
    g_rmdir (dir);
    return done;
}

char *
bench_skater_version (void)
{
    static const char ask[] =
        "cat(paste0('R ', getRversion(), ' spdep ', packageVersion('spdep')))";
    const char *argv[] = { "Rscript", "--vanilla", "-e", ask, NULL };
    g_autofree char *text = NULL;
    int status = 0;
    if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL,
                       NULL, NULL, &text, NULL, &status, NULL) ||
        !g_spawn_check_wait_status (status, NULL))
        return NULL;
    return g_steal_pointer (&text);
}
