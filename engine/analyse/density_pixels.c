/* Pixels read from the smoothed lattice with the cubic B-spline. */
#include "analyse/density_internal.h"

#include <string.h>

#define BAND 64 /* rows that a thread takes at a time */

/* Where the pixels of one axis fall: first of four nodes, and their weights. */
typedef struct {
    guint32 *node; /* [n]     */
    float *weight; /* [4 * n] */
} Reads;

static void
reads_done (Reads *reads)
{
    g_free (reads->node);
    g_free (reads->weight);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reads, reads_done)

static gboolean
reads_init (Reads *reads, const Centres *centres, double spacing_m, double first)
{
    reads->node = g_try_new (guint32, centres->n);
    reads->weight = g_try_new (float, 4 * (gsize) centres->n);
    if (reads->node == NULL || reads->weight == NULL)
        return FALSE;
    for (guint32 i = 0; i < centres->n; i++) {
        double place = centre (centres, i) / spacing_m, node = floor (place), weight[4];
        spline_weights (place - node, weight);
        reads->node[i] = (guint32) (node - 1 - first);
        for (guint k = 0; k < 4; k++)
            reads->weight[4 * (gsize) i + k] = (float) weight[k];
    }
    return TRUE;
}

/* A line of nodes at the places of the columns. */
CG_WIDE static void
stretch_line (const Reads *columns, guint32 n, const float *restrict line, float *restrict out)
{
    for (guint32 i = 0; i < n; i++) {
        const float *weight = columns->weight + 4 * (gsize) i, *node = line + columns->node[i];
        out[i] = (weight[0] * node[0] + weight[1] * node[1]) +
                 (weight[2] * node[2] + weight[3] * node[3]);
    }
}

/* One row of pixels from four stretched lines. Taps may overshoot below zero by some millionths of
 * the peak: such values are raised to `least`. Lanes, so that no step waits for the one before. */
CG_WIDE static float
mix_lines (const float *restrict a, const float *restrict b, const float *restrict c,
           const float *restrict d, const float *weight, guint32 n, float least,
           float *restrict out)
{
    enum { LANES = 16 };
    float top[LANES] = { 0 }, w0 = weight[0], w1 = weight[1], w2 = weight[2], w3 = weight[3];
    for (gsize i = 0; i < n; i += LANES) {
        gsize lanes = MIN (LANES, n - i);
        for (gsize k = 0; k < lanes; k++) {
            float value = (w0 * a[i + k] + w1 * b[i + k]) + (w2 * c[i + k] + w3 * d[i + k]);
            value = value > least ? value : least;
            top[k] = value > top[k] ? value : top[k];
            out[i + k] = value;
        }
    }
    for (guint k = 1; k < LANES; k++)
        top[0] = MAX (top[0], top[k]);
    return top[0];
}

typedef struct {
    const Smoothed *smoothed;
    Reads columns, rows;
    guint32 width, height;
    float least, *out;
    gint next_band, short_of_memory; /* atomic */
    GMutex lock;
    float peak;
} Job;

/* Rows go from north to south, so the four stretched lines they need are made once each. */
static float
read_band (const Job *job, guint32 from, guint32 to, float *lines)
{
    const Smoothed *smoothed = job->smoothed;
    guint32 made[4] = { G_MAXUINT32, G_MAXUINT32, G_MAXUINT32, G_MAXUINT32 };
    float peak = 0;
    for (guint32 i = from; i < to; i++) {
        const float *part[4];
        for (guint k = 0; k < 4; k++) {
            guint32 row = job->rows.node[i] + k;
            float *line = lines + (gsize) (row % 4) * job->width;
            if (made[row % 4] != row)
                stretch_line (&job->columns, job->width,
                              smoothed->value + (gsize) row * smoothed->stride, line);
            made[row % 4] = row;
            part[k] = line;
        }
        float top = mix_lines (part[0], part[1], part[2], part[3], job->rows.weight + 4 * (gsize) i,
                               job->width, job->least, job->out + (gsize) i * job->width);
        peak = MAX (peak, top);
    }
    return peak;
}

static gpointer
read_bands (gpointer user_data)
{
    Job *job = user_data;
    g_autofree float *lines = g_try_new (float, 4 * (gsize) job->width);
    float peak = 0;
    if (lines == NULL) {
        g_atomic_int_set (&job->short_of_memory, TRUE);
        return NULL;
    }
    for (;;) {
        guint32 from = (guint32) g_atomic_int_add (&job->next_band, 1) * BAND;
        if (from >= job->height)
            break;
        float top = read_band (job, from, MIN (from + BAND, job->height), lines);
        peak = MAX (peak, top);
    }
    g_mutex_lock (&job->lock);
    job->peak = MAX (job->peak, peak);
    g_mutex_unlock (&job->lock);
    return NULL;
}

static void
job_done (Job *job)
{
    reads_done (&job->columns);
    reads_done (&job->rows);
    g_mutex_clear (&job->lock);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Job, job_done)

gboolean
cg_density_read_pixels (const Smoothed *smoothed, const Centres *columns, const Centres *rows,
                        float least, guint threads, float *out, float *out_peak)
{
    g_auto (Job) job = {
        .smoothed = smoothed, .width = columns->n, .height = rows->n, .least = least, .out = out
    };
    g_mutex_init (&job.lock);
    if (!reads_init (&job.columns, columns, smoothed->spacing_m, smoothed->column) ||
        !reads_init (&job.rows, rows, smoothed->spacing_m, smoothed->row))
        return FALSE;
    GThread *helpers[CG_DENSITY_MAX_THREADS];
    guint n_helpers = MIN (CLAMP (threads, 1, CG_DENSITY_MAX_THREADS) - 1, rows->n / BAND);
    for (guint k = 0; k < n_helpers; k++)
        helpers[k] = g_thread_new ("density", read_bands, &job);
    read_bands (&job);
    for (guint k = 0; k < n_helpers; k++)
        g_thread_join (helpers[k]);
    *out_peak = job.peak;
    return !job.short_of_memory;
}

double
cg_density_read_point (const Smoothed *smoothed, double x, double y)
{
    double place_x = x / smoothed->spacing_m, place_y = y / smoothed->spacing_m;
    double node_x = floor (place_x), node_y = floor (place_y), weight_x[4], weight_y[4], sum = 0;
    spline_weights (place_x - node_x, weight_x);
    spline_weights (place_y - node_y, weight_y);
    const float *node = smoothed->value + (gsize) (node_y - 1 - smoothed->row) * smoothed->stride +
                        (gsize) (node_x - 1 - smoothed->column);
    for (guint r = 0; r < 4; r++, node += smoothed->stride)
        sum += weight_y[r] * ((weight_x[0] * node[0] + weight_x[1] * node[1]) +
                              (weight_x[2] * node[2] + weight_x[3] * node[3]));
    return sum;
}
