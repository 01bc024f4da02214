#include "app/density/moment.h"

#include <math.h>

#include "analyse/density_live.h"
#include "app/clock.h"
#include "app/density/heatmap.h"
#include "base/error.h"

#define LONGEST_S ((gint64) 3660 * 86400)

static double
spacing_of (const CgDensityOptions *options)
{
    guint least = options->kernel == CG_KERNEL_GAUSSIAN ? CG_LIVE_LEAST_SPACINGS
                                                        : 2 * CG_LIVE_LEAST_DISC;
    return options->bandwidth_m / least;
}

CgDensity *
cg_moment_density (const CgPlaces *points, const CgMoment *moment, const CgDensityOptions *options,
                   GError **error)
{
    if (options->edge != CG_EDGE_NONE || options->own_bandwidth_m != NULL) {
        g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT,
                             "--moment: takes neither --edge nor an adaptive bandwidth");
        return NULL;
    }
    g_autoptr (CgDensityLive) live =
        cg_density_live_new (spacing_of (options), CG_MOMENT_BUCKET_S, error);
    const CgBox *box = &options->box;
    guint32 n_used = 0, n_outside = 0;
    for (guint32 i = 0; live != NULL && i < points->n; i++) {
        double x = points->x[i], y = points->y[i];
        double weight = points->weight != NULL ? points->weight[i] : 1.0;
        gint64 time_s = points->time_s != NULL ? points->time_s[i] : CG_TIME_NONE;
        if (!isfinite (x) || !isfinite (y) || !isfinite (weight) || time_s == CG_TIME_NONE)
            continue;
        if (!cg_density_live_add (live, 0, time_s, x, y, weight, error))
            return NULL;
        n_used++;
        n_outside += !(x >= box->x_min && x <= box->x_max && y >= box->y_min && y <= box->y_max);
    }
    const CgLiveSelection selection = { .span_s = (double) moment->window_s,
                                        .moment_s = moment->moment_s };
    CgDensity *density =
        live != NULL ? cg_density_live_run (live, &selection, options, error) : NULL;
    if (density != NULL) {
        density->n_used = n_used;
        density->n_outside = n_outside;
    }
    return density;
}

void
cg_moment_weights (const CgPlaces *points, const CgMoment *moment, double *out)
{
    double span_s = (double) moment->window_s;
    for (guint32 i = 0; i < points->n; i++) {
        gint64 time_s = points->time_s != NULL ? points->time_s[i] : CG_TIME_NONE;
        out[i] = NAN;
        if (time_s == CG_TIME_NONE)
            continue;
        double middle_s = (floor ((double) time_s / CG_MOMENT_BUCKET_S) + 0.5) * CG_MOMENT_BUCKET_S;
        double u = (middle_s - (double) moment->moment_s) / span_s;
        double a_day = fabs (u) < 1 ? 0.75 * (1 - u * u) * 86400 / span_s : 0;
        out[i] = (points->weight != NULL ? points->weight[i] : 1) * a_day;
    }
}

json_t *
cg_moment_report (const CgMoment *moment)
{
    g_autofree char *at = cg_app_local_text (moment->moment_s, "%Y-%m-%dT%H:%M:%S+08:00");
    return json_pack ("{s:s, s:I}", "at", at, "window_s", (json_int_t) moment->window_s);
}

gboolean
cg_moment_parse (const char *moment, const char *window, CgMoment *out, GError **error)
{
    gint64 since_s, until_s;
    *out = (CgMoment){ .has = moment != NULL };
    if (moment == NULL && window == NULL)
        return TRUE;
    if (moment == NULL || window == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "%s: goes together with %s",
                     moment == NULL ? "--window" : "--moment",
                     moment == NULL ? "--moment TIME" : "--window SPAN");
        return FALSE;
    }
    g_autofree char *span = g_strconcat (moment, "/", NULL);
    if (!cg_parse_when (span, &since_s, &until_s, NULL) || since_s == CG_TIME_NONE) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "--moment: '%s' is no time; write 2026-01-31T08:00", moment);
        return FALSE;
    }
    if (!cg_parse_time_span (window, &out->window_s) || out->window_s < CG_MOMENT_BUCKET_S ||
        out->window_s > LONGEST_S) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "--window: '%s' is no span of time from 1h on; write 6h, 7d or 2w", window);
        return FALSE;
    }
    out->moment_s = since_s;
    return TRUE;
}
