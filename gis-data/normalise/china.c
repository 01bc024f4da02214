/* GCJ-02 and BD-09, the two offsets that Chinese map services put on WGS 84.
 *
 * GCJ-02 was never published by its authority; the formula used everywhere is a sum of sines of
 * the distance from (105 E, 35 N) laid on the Krasovsky ellipsoid. Points outside a coarse box are
 * not moved.
 *  */
#include "normalise/crs.h"

#include <math.h>

#define KRASOVSKY_A_M 6378245.0
#define KRASOVSKY_E2 0.00669342162296594323
#define BD_ANGLE (G_PI * 3000.0 / 180.0)
#define RADIANS (G_PI / 180.0)

static gboolean
in_offset_box (double lon, double lat)
{
    return lon >= 72.004 && lon <= 137.8347 && lat >= 0.8293 && lat <= 55.8271;
}

/* The part of the offset that both directions share: three pairs of sines along one coordinate. */
static double
ripple_m (double first, double a, double b, double c)
{
    double sum = 20.0 * sin (6.0 * first * G_PI) + 20.0 * sin (2.0 * first * G_PI);
    sum += 20.0 * sin (a * G_PI) + 40.0 * sin (a / 3.0 * G_PI);
    sum += b * sin (a / 12.0 * G_PI) + c * sin (a / 30.0 * G_PI);
    return sum * 2.0 / 3.0;
}

static void
offset_deg (double lon, double lat, double *out_dlon, double *out_dlat)
{
    double x = lon - 105.0, y = lat - 35.0, root = sqrt (fabs (x));
    double north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root;
    double east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root;
    north_m += ripple_m (x, y, 160.0, 320.0);
    east_m += ripple_m (x, x, 150.0, 300.0);

    double s = sin (lat * RADIANS), w2 = 1.0 - KRASOVSKY_E2 * s * s, w = sqrt (w2);
    double meridian_m = KRASOVSKY_A_M * (1.0 - KRASOVSKY_E2) / (w2 * w);
    double parallel_m = KRASOVSKY_A_M / w * cos (lat * RADIANS);
    *out_dlat = north_m / (meridian_m * RADIANS);
    *out_dlon = east_m / (parallel_m * RADIANS);
}

void
cg_gcj02_from_wgs84 (double lon, double lat, double *out_lon, double *out_lat)
{
    double dlon = 0, dlat = 0;
    if (in_offset_box (lon, lat))
        offset_deg (lon, lat, &dlon, &dlat);
    *out_lon = lon + dlon;
    *out_lat = lat + dlat;
}

void
cg_gcj02_to_wgs84 (double lon, double lat, double *out_lon, double *out_lat)
{
    double guess_lon = lon, guess_lat = lat;
    /* The offset changes by less than 1 % along itself, so each round gains two digits or more;
     * twelve reach the last bit everywhere. On the edge of the box a preimage may not exist: the
     * point then stays where it is. */
    for (guint round = 0; round < 12 && in_offset_box (lon, lat); round++) {
        double dlon, dlat;
        offset_deg (guess_lon, guess_lat, &dlon, &dlat);
        double next_lon = lon - dlon, next_lat = lat - dlat;
        gboolean settled =
            fabs (next_lon - guess_lon) < 1e-13 && fabs (next_lat - guess_lat) < 1e-13;
        guess_lon = next_lon;
        guess_lat = next_lat;
        if (settled)
            break;
    }
    *out_lon = guess_lon;
    *out_lat = guess_lat;
}

void
cg_bd09_from_gcj02 (double lon, double lat, double *out_lon, double *out_lat)
{
    double radius = hypot (lon, lat) + 0.00002 * sin (lat * BD_ANGLE);
    double angle = atan2 (lat, lon) + 0.000003 * cos (lon * BD_ANGLE);
    gboolean inside = in_offset_box (lon, lat);
    *out_lon = inside ? radius * cos (angle) + 0.0065 : lon;
    *out_lat = inside ? radius * sin (angle) + 0.006 : lat;
}

void
cg_bd09_to_gcj02 (double lon, double lat, double *out_lon, double *out_lat)
{
    double guess_lon = lon, guess_lat = lat;
    for (guint round = 0; round < 20 && in_offset_box (lon, lat); round++) {
        double back_lon, back_lat;
        cg_bd09_from_gcj02 (guess_lon, guess_lat, &back_lon, &back_lat);
        double error_lon = back_lon - lon, error_lat = back_lat - lat;
        guess_lon -= error_lon;
        guess_lat -= error_lat;
        if (fabs (error_lon) < 1e-13 && fabs (error_lat) < 1e-13)
            break;
    }
    *out_lon = guess_lon;
    *out_lat = guess_lat;
}
