#include "app/density/points.h"

#include <math.h>
#include <string.h>

#include "base/error.h"

CgPlaces *
cg_points_read (const CgPointsFile *file, CgImportReport *report, const CgProgress *progress,
                GCancellable *cancel, GError **error)
{
    g_autofree char *weight =
        file->weight != NULL ? g_strconcat ("weight=", file->weight, NULL) : NULL;
    g_autofree char *words = file->weight_words != NULL ? g_strdup (file->weight_words)
                             : file->weight != NULL ? g_strconcat ("--weight ", file->weight, NULL)
                                                    : NULL;
    g_autofree char *time = file->time != NULL ? g_strconcat ("occurred=", file->time, NULL) : NULL;
    g_autofree char *time_words =
        file->time != NULL ? g_strconcat ("--time-column ", file->time, NULL) : NULL;
    char *map[3] = { NULL }, *map_words[3] = { NULL };
    guint n = 0;
    if (weight != NULL)
        map[n] = weight, map_words[n++] = words;
    if (time != NULL)
        map[n] = time, map_words[n++] = time_words;
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = file->path;
    options.crs = file->crs;
    options.encoding = file->encoding;
    options.map = map;
    options.map_words = map_words;
    options.working_crs = file->working_crs;
    options.keep_placeless = TRUE;
    options.skip_bad = file->skip_bad;
    return cg_import_places (&options, CG_PLACE_INCIDENT, TRUE, report, progress, cancel, error);
}

gboolean
cg_points_keep_span (CgPlaces *points, const char *path, gint64 since_s, gint64 until_s,
                     GError **error)
{
    if (since_s == CG_TIME_NONE && until_s == CG_TIME_NONE)
        return TRUE;
    if (points->time_s == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT,
                     "%s: no column of times found, --when needs one; --time-column names it", path);
        return FALSE;
    }
    for (guint32 i = 0; i < points->n; i++) {
        gint64 time_s = points->time_s[i];
        if (time_s == CG_TIME_NONE || (since_s != CG_TIME_NONE && time_s < since_s) ||
            (until_s != CG_TIME_NONE && time_s >= until_s))
            points->x[i] = points->y[i] = NAN;
    }
    return TRUE;
}

void
cg_points_refuse_timeless (const CgPlaces *points, const char *path, const CgImportReport *report,
                           GError **error)
{
    const char *unread = "";
    for (guint k = 0; k < report->findings->len; k++) {
        const CgFinding *finding = g_ptr_array_index (report->findings, k);
        if (strcmp (finding->code, "COLUMNS_NOT_READ") == 0)
            unread = finding->text;
    }
    if (points->time_s == NULL)
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT,
                     "%s: no column of times found; --time-column names it%s%s", path,
                     unread[0] != '\0' ? "; " : "", unread);
    else
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT, "%s: no event has a place and a time", path);
}

guint32
cg_points_usable (const CgPlaces *points, gboolean timed, double **out_x, double **out_y,
                  double **out_days, guint32 **out_row)
{
    gsize room = (gsize) points->n + 1;
    double *x = g_new (double, room), *y = g_new (double, room);
    double *days = timed ? g_new (double, room) : NULL;
    guint32 *row = g_new (guint32, room), n = 0;
    for (guint32 i = 0; i < points->n; i++) {
        gboolean has_time = points->time_s != NULL && points->time_s[i] != CG_TIME_NONE;
        if (!isfinite (points->x[i]) || !isfinite (points->y[i]) || (timed && !has_time))
            continue;
        x[n] = points->x[i];
        y[n] = points->y[i];
        if (timed)
            days[n] = (double) points->time_s[i] / 86400;
        row[n++] = i;
    }
    *out_x = x;
    *out_y = y;
    *out_row = row;
    if (out_days != NULL)
        *out_days = days;
    return n;
}

double *
cg_parse_numbers (const char *option, const char *text, guint *out_n, GError **error)
{
    g_auto (GStrv) words = g_strsplit (text, ",", -1);
    guint n = g_strv_length (words);
    g_autofree double *value = g_new (double, n + 1);
    for (guint k = 0; k < n; k++) {
        char *end;
        value[k] = g_ascii_strtod (words[k], &end);
        if (end == words[k] || *end != '\0' || !isfinite (value[k]) ||
            (k > 0 && value[k] <= value[k - 1])) {
            g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                         "%s: '%s': numbers parted by commas are needed, each above the one before",
                         option, text);
            return NULL;
        }
    }
    *out_n = n;
    return g_steal_pointer (&value);
}
