/* A million events on a 4K window, the same for every bench of densities and drawing. */
#ifndef CG_BENCH_CLOUD_H
#define CG_BENCH_CLOUD_H

#include <glib.h>

enum { CLOUD_N = 1000000, CLOUD_WIDTH = 3840, CLOUD_HEIGHT = 2160 };

/* Pixels, y up. */
typedef struct {
    double *x, *y; /* [CLOUD_N], the caller's (g_free) */
} BenchCloud;

/* 70 % in 300 round clusters of 10 to 150 pixels, 30 % anywhere; all in the window. */
void bench_cloud_make (BenchCloud *cloud);
/* CPU time of the process. */
double bench_cpu_ms (void);

#endif
