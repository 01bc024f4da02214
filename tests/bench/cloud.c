#include "cloud.h"

#include <time.h>

#include "base/random.h"

double
bench_cpu_ms (void)
{
    struct timespec now;
    clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

void
bench_cloud_make (BenchCloud *cloud)
{
    CgRandom random;
    double x[300], y[300], sd[300];
    cg_random_init (&random, 1, 1);
    for (guint k = 0; k < 300; k++) {
        x[k] = CLOUD_WIDTH * cg_random_unit (&random);
        y[k] = CLOUD_HEIGHT * cg_random_unit (&random);
        sd[k] = 10 + 140 * cg_random_unit (&random);
    }
    cloud->x = g_new (double, CLOUD_N);
    cloud->y = g_new (double, CLOUD_N);
    for (guint i = 0; i < CLOUD_N;) {
        guint k = cg_random_below (&random, 300);
        gboolean ground = i % 10 >= 7;
        double at_x = ground ? CLOUD_WIDTH * cg_random_unit (&random)
                             : x[k] + sd[k] * cg_random_normal (&random);
        double at_y = ground ? CLOUD_HEIGHT * cg_random_unit (&random)
                             : y[k] + sd[k] * cg_random_normal (&random);
        if (at_x < 0 || at_x >= CLOUD_WIDTH || at_y < 0 || at_y >= CLOUD_HEIGHT)
            continue;
        cloud->x[i] = at_x;
        cloud->y[i++] = at_y;
    }
}
