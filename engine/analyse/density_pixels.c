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

/* ---- steps ------------------------------------------------------------------------------- */

enum { STEP_LANES = 64 };

/* A few at a time, loop by loop: written as one, compilers step from number to number. */
static inline void
clamp_shares (float factor, const float *restrict value, float *restrict out)
{
    for (guint k = 0; k < STEP_LANES; k++) {
        float share = value[k] * factor;
        share = share > 0 ? share : 0; /* NaN too */
        out[k] = share < 1 ? share : 1;
    }
}

static inline void
round_places (const float *restrict place, guint8 *restrict out)
{
    gint32 whole[STEP_LANES];
    for (guint k = 0; k < STEP_LANES; k++)
        whole[k] = (gint32) (place[k] * 255 + 0.5f);
    for (guint k = 0; k < STEP_LANES; k++)
        out[k] = (guint8) whole[k];
}

/* n: a multiple of STEP_LANES. */
CG_WIDE static void
linear_steps (float factor, gsize n, const float *restrict value, guint8 *restrict out)
{
    for (gsize i = 0; i < n; i += STEP_LANES) {
        float share[STEP_LANES];
        clamp_shares (factor, value + i, share);
        round_places (share, out + i);
    }
}

CG_WIDE static void
root_steps (float factor, gsize n, const float *restrict value, guint8 *restrict out)
{
    for (gsize i = 0; i < n; i += STEP_LANES) {
        float share[STEP_LANES];
        clamp_shares (factor, value + i, share);
        for (guint k = 0; k < STEP_LANES; k++)
            share[k] = sqrtf (share[k]);
        round_places (share, out + i);
    }
}

static void
power_steps (float factor, double power, gsize n, const float *value, guint8 *out)
{
    for (gsize i = 0; i < n; i += STEP_LANES) {
        float share[STEP_LANES];
        clamp_shares (factor, value + i, share);
        for (guint k = 0; k < STEP_LANES; k++)
            share[k] = (float) pow (share[k], power);
        round_places (share, out + i);
    }
}

static void
whole_steps (const CgDensityScale *scale, gsize n, const float *value, guint8 *out)
{
    float factor = (float) (1 / scale->full_per_km2);
    if (scale->power == 1)
        linear_steps (factor, n, value, out);
    else if (scale->power == 0.5)
        root_steps (factor, n, value, out);
    else
        power_steps (factor, scale->power, n, value, out);
}

void
cg_density_steps (const CgDensityScale *scale, gsize n, const float *per_km2, guint8 *out)
{
    gsize whole = n - n % STEP_LANES;
    float rest[STEP_LANES] = { 0 };
    guint8 step[STEP_LANES];
    whole_steps (scale, whole, per_km2, out);
    if (whole == n)
        return;
    memcpy (rest, per_km2 + whole, (n - whole) * sizeof *rest);
    whole_steps (scale, STEP_LANES, rest, step);
    memcpy (out + whole, step, n - whole);
}

/* ---- bands ------------------------------------------------------------------------------- */

typedef struct {
    const Smoothed *smoothed;
    Reads columns, rows;
    guint32 width, height;
    float least;
    const PixelSink *sink;
    gint next_band, short_of_memory; /* atomic */
    GMutex lock;
    float peak;
} Job;

/* Rows go from north to south, so the four stretched lines they need are made once each. */
static float
read_band (const Job *job, guint32 from, guint32 to, float *lines)
{
    const Smoothed *smoothed = job->smoothed;
    const PixelSink *sink = job->sink;
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
        float *out = sink->per_km2 != NULL ? sink->per_km2 + (gsize) i * job->width
                                           : lines + (gsize) 4 * job->width;
        float top = mix_lines (part[0], part[1], part[2], part[3], job->rows.weight + 4 * (gsize) i,
                               job->width, job->least, out);
        if (sink->step != NULL)
            cg_density_steps (&sink->scale, job->width, out, sink->step + i * sink->stride);
        if (sink->row != NULL)
            sink->row (sink->user_data, out);
        peak = MAX (peak, top);
    }
    return peak;
}

static gpointer
read_bands (gpointer user_data)
{
    Job *job = user_data;
    g_autofree float *lines = g_try_new (float, 5 * (gsize) job->width);
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
                        float least, guint threads, const PixelSink *sink, float *out_peak)
{
    g_auto (Job) job = {
        .smoothed = smoothed, .width = columns->n, .height = rows->n, .least = least, .sink = sink
    };
    g_mutex_init (&job.lock);
    if (!reads_init (&job.columns, columns, smoothed->spacing_m, smoothed->column) ||
        !reads_init (&job.rows, rows, smoothed->spacing_m, smoothed->row))
        return FALSE;
    GThread *helpers[CG_DENSITY_MAX_THREADS];
    guint n_helpers = MIN (CLAMP (threads, 1, CG_DENSITY_MAX_THREADS) - 1, rows->n / BAND);
    n_helpers = sink->row != NULL ? 0 : n_helpers; /* rows keep their order */
    for (guint k = 0; k < n_helpers; k++)
        helpers[k] = g_thread_new ("density", read_bands, &job);
    read_bands (&job);
    for (guint k = 0; k < n_helpers; k++)
        g_thread_join (helpers[k]);
    *out_peak = job.peak;
    return !job.short_of_memory;
}

/* ---- peak -------------------------------------------------------------------------------- */

/* The weights of a reading are at least 0 and sum up to 1 but for rounding. */
#define ROUNDING 1.00001f

typedef struct {
    const Smoothed *smoothed;
    const Reads *columns, *rows;
    guint32 n_across, n_along; /* groups of pixels that share a node */
    const guint32 *across, *along;
    float peak;
    gsize n_read;
} PeakSearch;

/* The same sums in the same order as stretch_line and mix_lines. */
static void
read_cell (PeakSearch *search, guint32 x0, guint32 x1, guint32 y0, guint32 y1)
{
    const Smoothed *smoothed = search->smoothed;
    for (guint32 y = y0; y < y1; y++)
        for (guint32 x = x0; x < x1; x++) {
            const float *across = search->columns->weight + 4 * (gsize) x;
            const float *along = search->rows->weight + 4 * (gsize) y;
            float part[4];
            for (guint k = 0; k < 4; k++) {
                const float *node = smoothed->value +
                                    (gsize) (search->rows->node[y] + k) * smoothed->stride +
                                    search->columns->node[x];
                part[k] = (across[0] * node[0] + across[1] * node[1]) +
                          (across[2] * node[2] + across[3] * node[3]);
            }
            float value = (along[0] * part[0] + along[1] * part[1]) +
                          (along[2] * part[2] + along[3] * part[3]);
            search->peak = MAX (search->peak, value);
        }
    search->n_read += (gsize) (x1 - x0) * (y1 - y0);
}

/* First pixels of those that share a node, and n at the end (g_free). */
static guint32 *
group_pixels (const Reads *reads, guint32 n, guint32 *out_n)
{
    guint32 *first = g_try_new (guint32, (gsize) n + 1);
    *out_n = 0;
    for (guint32 i = 0; first != NULL && i < n; i++)
        if (i == 0 || reads->node[i] != reads->node[i - 1])
            first[(*out_n)++] = i;
    if (first != NULL)
        first[*out_n] = n;
    return first;
}

CG_WIDE static void
greatest_of_four (const float *restrict node, gsize stride, guint32 n, float *restrict out)
{
    for (guint32 c = 0; c < n; c++) {
        float a = MAX (node[c], node[stride + c]);
        float b = MAX (node[2 * stride + c], node[3 * stride + c]);
        out[c] = MAX (a, b);
    }
}

/* Pixels whose four by four nodes are all below the peak so far cannot be above it; the cells of
 * the greatest node are read first. FALSE: so many stay in question that all may as well be read. */
static gboolean
search_peak (PeakSearch *search, gsize most_read, float *greatest)
{
    const Smoothed *smoothed = search->smoothed;
    float first_bound = 0;
    for (guint pass = 0; pass < 2; pass++)
        for (guint32 r = 0; r < search->n_along; r++) {
            guint32 y = search->along[r];
            greatest_of_four (smoothed->value + (gsize) search->rows->node[y] * smoothed->stride,
                              smoothed->stride, smoothed->n_columns, greatest);
            for (guint32 c = 0; c < search->n_across; c++) {
                const float *four = greatest + search->columns->node[search->across[c]];
                float bound = MAX (MAX (four[0], four[1]), MAX (four[2], four[3])) * ROUNDING;
                if (bound <= (pass == 0 ? first_bound : search->peak))
                    continue;
                first_bound = MAX (first_bound, bound);
                read_cell (search, search->across[c], search->across[c + 1], y,
                           search->along[r + 1]);
                if (search->n_read > most_read)
                    return FALSE;
            }
        }
    return TRUE;
}

gboolean
cg_density_read_peak (const Smoothed *smoothed, const Centres *columns, const Centres *rows,
                      guint threads, float *out_peak)
{
    g_auto (Reads) across = { 0 }, along = { 0 };
    g_autofree float *greatest = g_try_new (float, smoothed->stride);
    if (greatest == NULL ||
        !reads_init (&across, columns, smoothed->spacing_m, smoothed->column) ||
        !reads_init (&along, rows, smoothed->spacing_m, smoothed->row))
        return FALSE;
    PeakSearch search = { .smoothed = smoothed, .columns = &across, .rows = &along };
    g_autofree guint32 *groups_across = group_pixels (&across, columns->n, &search.n_across);
    g_autofree guint32 *groups_along = group_pixels (&along, rows->n, &search.n_along);
    search.across = groups_across;
    search.along = groups_along;
    PixelSink nowhere = { 0 };
    if (groups_across == NULL || groups_along == NULL)
        return FALSE;
    if (!search_peak (&search, (gsize) columns->n * rows->n / 8 + 1024, greatest))
        return cg_density_read_pixels (smoothed, columns, rows, 0, threads, &nowhere, out_peak);
    *out_peak = search.peak;
    return TRUE;
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
