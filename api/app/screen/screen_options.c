/* What a caller asks of a picture, checked before anything is drawn. */
#include "app/screen/screen_internal.h"

#include "analyse/breaks.h"
#include "base/error.h"

#include <string.h>

#define MAX_DAYS 3660u
#define MIN_CLASSES 2u

static gboolean
check_uses (const CgScreenPicture *picture, const CgScreenOptions *options, GError **error)
{
    const struct {
        gboolean given;
        guint use;
        const char *name;
    } all[] = {
        { options->measure != NULL, CG_SCREEN_USES_MEASURE, "measure" },
        { options->period != NULL, CG_SCREEN_USES_PERIOD, "period" },
        { options->breaks != NULL, CG_SCREEN_USES_CLASSES, "breaks" },
        { options->classes != 0, CG_SCREEN_USES_CLASSES, "classes" },
        { options->palette != NULL, CG_SCREEN_USES_PALETTE, "palette" },
        { options->hatch, CG_SCREEN_USES_HATCH, "hatch" },
        { options->page != 0, CG_SCREEN_USES_PAGE, "page" },
        { options->frame != 0, CG_SCREEN_USES_FRAME, "frame" },
        { options->place != NULL, CG_SCREEN_USES_PLACE, "place" },
        { options->scene != NULL, CG_SCREEN_USES_SCENE, "scene" },
        { options->types != NULL, CG_SCREEN_USES_TYPES, "types" },
        { options->sources != NULL, CG_SCREEN_USES_SOURCES, "sources" },
        { options->box != NULL, CG_SCREEN_USES_BOX, "box" },
        { options->area != NULL, CG_SCREEN_USES_BOX, "area" },
        { options->kernel != NULL, CG_SCREEN_USES_KERNEL, "kernel" },
        { options->bandwidth != NULL, CG_SCREEN_USES_KERNEL, "bandwidth" },
        { options->against != NULL, CG_SCREEN_USES_AGAINST, "against" },
        { options->no_names, CG_SCREEN_USES_NAMES, "names" },
    };
    for (guint i = 0; i < G_N_ELEMENTS (all); i++)
        if (all[i].given && !(picture->uses & all[i].use)) {
            g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "picture %s has no use for %s",
                         picture->name, all[i].name);
            return FALSE;
        }
    return TRUE;
}

/* First second of a day written 2026-11-21; FALSE unless the whole text is a day that exists. */
static gboolean
parse_day (const char *text, gint64 *out_s)
{
    if (strlen (text) != 10 || text[4] != '-' || text[7] != '-')
        return FALSE;
    for (guint i = 0; i < 10; i++)
        if (i != 4 && i != 7 && !g_ascii_isdigit (text[i]))
            return FALSE;
    g_autoptr (GDateTime) day =
        g_date_time_new_utc (atoi (text), atoi (text + 5), atoi (text + 8), 0, 0, 0);
    if (day == NULL)
        return FALSE;
    *out_s = g_date_time_to_unix (day) - SCREEN_SHIFT_S;
    return TRUE;
}

static gboolean
parse_days (const char *name, const char *text, gint64 today_s, gint64 *out_since_s,
            gint64 *out_until_s, GError **error)
{
    guint64 days = 0;
    if (g_ascii_string_to_unsigned (text, 10, 1, MAX_DAYS, &days, NULL)) {
        *out_until_s = today_s + SCREEN_DAY_S;
        *out_since_s = *out_until_s - (gint64) days * SCREEN_DAY_S;
        return TRUE;
    }
    g_auto (GStrv) ends = g_strsplit (text, "/", -1);
    gint64 first_s, last_s;
    if (g_strv_length (ends) == 2 && parse_day (ends[0], &first_s) &&
        parse_day (ends[1], &last_s) && first_s <= last_s &&
        last_s - first_s < (gint64) MAX_DAYS * SCREEN_DAY_S) {
        *out_since_s = first_s;
        *out_until_s = last_s + SCREEN_DAY_S;
        return TRUE;
    }
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 "%s '%.40s': days (30) or first and last day (2026-10-01/2026-10-31), 1 to %u "
                 "days",
                 name, text, MAX_DAYS);
    return FALSE;
}

static gboolean
parse_periods (const CgScreenOptions *options, ScreenJob *job, GError **error)
{
    gint64 today_s = job->today_s;
    if (options->period != NULL) {
        if (!parse_days ("period", options->period, today_s, &job->since_s, &job->until_s, error))
            return FALSE;
        job->today_s = job->until_s - SCREEN_DAY_S;
    }
    return options->against == NULL ||
           parse_days ("against", options->against, today_s, &job->against_since_s,
                       &job->against_until_s, error);
}

static gboolean
check_kernel (const CgScreenOptions *options, ScreenJob *job, GError **error)
{
    const char *bandwidth = options->bandwidth;
    char *end;
    if (options->kernel != NULL && !cg_kernel_parse (options->kernel, &job->kernel)) {
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "no kernel named '%.40s'",
                     options->kernel);
        return FALSE;
    }
    if (bandwidth == NULL || strcmp (bandwidth, "auto") == 0) {
        job->own_bandwidth = bandwidth != NULL;
        return TRUE;
    }
    job->bandwidth_m = g_ascii_strtod (bandwidth, &end);
    if (end != bandwidth && *end == '\0' && job->bandwidth_m >= CG_SCREEN_MIN_BANDWIDTH_M &&
        job->bandwidth_m <= CG_SCREEN_MAX_BANDWIDTH_M)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 "bandwidth '%.40s': metres from %.0f to %.0f, or auto", bandwidth,
                 CG_SCREEN_MIN_BANDWIDTH_M, CG_SCREEN_MAX_BANDWIDTH_M);
    return FALSE;
}

static gboolean
check_classes (const CgScreenOptions *options, ScreenJob *job, GError **error)
{
    double upper[CG_MAP_MAX_CLASSES];
    guint n;
    job->breaks = options->breaks;
    job->n_classes = options->classes;
    if (options->classes != 0 &&
        (options->classes < MIN_CLASSES || options->classes > CG_MAP_MAX_CLASSES)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "classes %u: %u to %u", options->classes,
                     MIN_CLASSES, CG_MAP_MAX_CLASSES);
        return FALSE;
    }
    if (options->breaks == NULL || cg_breaks_find (options->breaks) != NULL)
        return TRUE;
    if (options->breaks[0] == '\0' || strspn (options->breaks, "0123456789.,+-eE ") == 0) {
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "no classification named '%.40s'",
                     options->breaks);
        return FALSE;
    }
    if (options->classes != 0) {
        g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT,
                             "classes and fixed breaks: the bounds say how many classes there are");
        return FALSE;
    }
    return cg_breaks_fixed (options->breaks, CG_MAP_MAX_CLASSES - 1, upper, &n, error);
}

gboolean
screen_job_options (ScreenJob *job, const CgScreenPicture *picture, const CgScreenOptions *options,
                    GError **error)
{
    job->measure = options->measure;
    job->frame = options->frame > 0 ? options->frame - 1 : 0;
    job->hatch = options->hatch;
    job->no_names = options->no_names;
    job->page = options->page;
    job->scenes = options->scenes;
    job->scene = options->scene;
    job->types = options->types;
    job->box = options->box;
    job->cancel = options->cancel;
    job->progress = options->progress;
    job->sources = options->sources;
    if (!check_uses (picture, options, error) || !check_classes (options, job, error))
        return FALSE;
    if (options->palette != NULL && (job->palette = cg_palette_find (options->palette)) == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "no palette named '%.40s'",
                     options->palette);
        return FALSE;
    }
    return check_kernel (options, job, error) && parse_periods (options, job, error);
}

void
screen_window (const ScreenJob *job, guint days, gint64 *out_since_s, gint64 *out_until_s)
{
    gboolean given = job->until_s > job->since_s;
    *out_until_s = given ? job->until_s : job->today_s + SCREEN_DAY_S;
    *out_since_s = given ? job->since_s : *out_until_s - (gint64) days * SCREEN_DAY_S;
}
