#include "tile/tile.h"

#include <math.h>

#define MAX_LATITUDE 85.05112877980659

void
cg_tile_world (double lon, double lat, double *out_u, double *out_v)
{
    double phi = CLAMP (lat, -MAX_LATITUDE, MAX_LATITUDE) * G_PI / 180;
    *out_u = (lon + 180) / 360;
    *out_v = (1 - asinh (tan (phi)) / G_PI) / 2;
}

void
cg_tile_degrees (double u, double v, double *out_lon, double *out_lat)
{
    *out_lon = u * 360 - 180;
    *out_lat = atan (sinh (G_PI * (1 - 2 * v))) * 180 / G_PI;
}

CgBox
cg_tile_box (const CgTile *tile, double margin)
{
    double side = ldexp (1, -(int) tile->z);
    return (CgBox){ (tile->x - margin) * side, (tile->y - margin) * side,
                    (tile->x + 1 + margin) * side, (tile->y + 1 + margin) * side };
}
