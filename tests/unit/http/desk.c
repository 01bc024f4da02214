#include "desk.h"

#include "http/metrics.h"

#include <string.h>

static gint64
fixed_now (void)
{
    return FAKE_NOW_S;
}

void
desk_open (Desk *desk)
{
    g_autoptr (CgScreen) screen = fake_county (5);
    memset (desk, 0, sizeof *desk);
    desk->context.source = cg_screen_source_new_fixed (screen);
    desk->context.cache = http_cache_new (1 << 20);
    desk->context.now_s = fixed_now;
}

void
desk_close (Desk *desk)
{
    http_reply_clear (&desk->reply);
    cg_features_free (desk->context.features);
    cg_tile_maps_free (desk->context.maps);
    cg_screen_source_free (desk->context.source);
    http_cache_free (desk->context.cache);
    http_metrics_free (desk->context.metrics);
}
