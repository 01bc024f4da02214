/* Pixels read from the smoothed lattice with the cubic B-spline. */
#include "analyse/density_internal.h"

#include <string.h>

#define BAND 128 /* rows that a thread takes at a time                                   */
#define TILE 960 /* columns of them: four stretched lines and what comes of them stay near */

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

typedef float Four __attribute__ ((vector_size (16)));

/* The four products of a place. */
static inline Four
weigh (const Reads *columns, guint32 i, const float *line)
{
    Four weight, node;
    memcpy (&weight, columns->weight + 4 * (gsize) i, sizeof weight);
    memcpy (&node, line + columns->node[i], sizeof node);
    return weight * node;
}

/* First plus second and third plus fourth of two fours. */
static inline Four
add_pairs (Four a, Four b)
{
    return __builtin_shufflevector (a, b, 0, 2, 4, 6) + __builtin_shufflevector (a, b, 1, 3, 5, 7);
}

/* A line of nodes at the places of the columns; four at a time, as compilers do not. */
CG_WIDE static void
stretch_line (const Reads *columns, guint32 n, const float *restrict line, float *restrict out)
{
    guint32 i = 0;
    for (; i + 4 <= n; i += 4) {
        Four first = add_pairs (weigh (columns, i, line), weigh (columns, i + 1, line));
        Four second = add_pairs (weigh (columns, i + 2, line), weigh (columns, i + 3, line));
        Four sums = add_pairs (first, second);
        memcpy (out + i, &sums, sizeof sums);
    }
    for (; i < n; i++) {
        const float *weight = columns->weight + 4 * (gsize) i, *node = line + columns->node[i];
        out[i] = (weight[0] * node[0] + weight[1] * node[1]) +
                 (weight[2] * node[2] + weight[3] * node[3]);
    }
}

/* One row of pixels from four stretched lines. Taps may overshoot below zero by some millionths of
 * the peak: such values are raised to `least`. Returns the peak of them and of those before. Lanes, so
 * that no step waits for the one before. */
CG_WIDE static float
mix_lines (const float *restrict a, const float *restrict b, const float *restrict c,
           const float *restrict d, const float *weight, guint32 n, float least, float peak,
           float *restrict out)
{
    enum { LANES = 32 };
    float top[LANES], w0 = weight[0], w1 = weight[1], w2 = weight[2], w3 = weight[3];
    gsize i = 0;
    for (guint k = 0; k < LANES; k++)
        top[k] = peak;
    for (; i + LANES <= n; i += LANES)
        for (gsize k = 0; k < LANES; k++) {
            float value = (w0 * a[i + k] + w1 * b[i + k]) + (w2 * c[i + k] + w3 * d[i + k]);
            value = value > least ? value : least;
            top[k] = value > top[k] ? value : top[k];
            out[i + k] = value;
        }
    for (; i < n; i++) {
        float value = (w0 * a[i] + w1 * b[i]) + (w2 * c[i] + w3 * d[i]);
        out[i] = value > least ? value : least;
        top[0] = MAX (top[0], out[i]);
    }
    for (guint k = 0; k < 8; k++) /* a chain of 31 steps would take longer than half a tile */
        top[k] = MAX (MAX (top[k], top[k + 8]), MAX (top[k + 16], top[k + 24]));
    for (guint k = 1; k < 8; k++)
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

/* ---- steps of mixed lines ---------------------------------------------------------------- */

/* Four stretched lines, and the weights of a row of pixels between them. */
typedef struct {
    const float *line[4], *weight;
} Mix;

/* As mix_lines, clamp_shares: what is below zero needs no raising first. */
static inline void
mix_shares (const Mix *mix, gsize from, float factor, float *restrict out)
{
    const float *a = mix->line[0] + from, *b = mix->line[1] + from, *c = mix->line[2] + from,
                *d = mix->line[3] + from;
    float w0 = mix->weight[0], w1 = mix->weight[1], w2 = mix->weight[2], w3 = mix->weight[3];
    for (guint k = 0; k < STEP_LANES; k++) {
        float share = ((w0 * a[k] + w1 * b[k]) + (w2 * c[k] + w3 * d[k])) * factor;
        share = share > 0 ? share : 0; /* NaN too */
        out[k] = share < 1 ? share : 1;
    }
}

/* n: a multiple of STEP_LANES. */
CG_WIDE static void
mix_linear_steps (const Mix *mix, float factor, gsize n, guint8 *restrict out)
{
    for (gsize i = 0; i < n; i += STEP_LANES) {
        float share[STEP_LANES];
        mix_shares (mix, i, factor, share);
        round_places (share, out + i);
    }
}

CG_WIDE static void
mix_root_steps (const Mix *mix, float factor, gsize n, guint8 *restrict out)
{
    for (gsize i = 0; i < n; i += STEP_LANES) {
        float share[STEP_LANES];
        mix_shares (mix, i, factor, share);
        for (guint k = 0; k < STEP_LANES; k++)
            share[k] = sqrtf (share[k]);
        round_places (share, out + i);
    }
}

static void
mix_power_steps (const Mix *mix, float factor, double power, gsize n, guint8 *out)
{
    for (gsize i = 0; i < n; i += STEP_LANES) {
        float share[STEP_LANES];
        mix_shares (mix, i, factor, share);
        for (guint k = 0; k < STEP_LANES; k++)
            share[k] = (float) pow (share[k], power);
        round_places (share, out + i);
    }
}

/* The bytes that mix_lines and cg_density_steps give; at most TILE, and lines have room for as many.
 */
static void
mix_steps (const Mix *mix, const CgDensityScale *scale, guint32 n, guint8 *out)
{
    float factor = (float) (1 / scale->full_per_km2);
    guint8 rounded[TILE], *to = n % STEP_LANES == 0 ? out : rounded;
    gsize whole = (n + STEP_LANES - 1) / STEP_LANES * STEP_LANES;
    if (scale->power == 1)
        mix_linear_steps (mix, factor, whole, to);
    else if (scale->power == 0.5)
        mix_root_steps (mix, factor, whole, to);
    else
        mix_power_steps (mix, factor, scale->power, whole, to);
    if (to == rounded)
        memcpy (out, rounded, n);
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

/* Pixels from .. to - 1, top .. bottom - 1 of the raster. */
typedef struct {
    guint32 from, to, top, bottom;
} Tile;

/* What a thread works in. */
typedef struct {
    float line[4][TILE], row[TILE];
    guint32 made[4]; /* row of nodes that each line holds */
    gboolean empty[4];
    guint8 *step; /* [BAND * width] of sinks that take rows */
} Bench;

/* Nodes that are zero or below, as they are where no event is in reach, are zero in every pixel. */
static gboolean
is_empty (const float *node, guint32 n)
{
    for (guint32 i = 0; i < n; i++)
        if (node[i] > 0)
            return FALSE;
    return TRUE;
}

/* The four lines of a row of pixels; FALSE where all are empty. */
static gboolean
find_lines (const Job *job, const Tile *tile, guint32 y, Bench *bench, Mix *out)
{
    const Smoothed *smoothed = job->smoothed;
    guint32 n = tile->to - tile->from, first = job->columns.node[tile->from],
            n_nodes = job->columns.node[tile->to - 1] + 4 - first;
    Reads columns = { job->columns.node + tile->from, job->columns.weight + 4 * (gsize) tile->from };
    gboolean any = FALSE;
    out->weight = job->rows.weight + 4 * (gsize) y;
    for (guint k = 0; k < 4; k++) {
        guint32 row = job->rows.node[y] + k, slot = row % 4;
        const float *node = smoothed->value + (gsize) row * smoothed->stride;
        if (bench->made[slot] != row) {
            bench->empty[slot] = is_empty (node + first, n_nodes);
            stretch_line (&columns, n, node, bench->line[slot]);
        }
        bench->made[slot] = row;
        out->line[k] = bench->line[slot];
        any |= !bench->empty[slot];
    }
    return any;
}

/* Rows go from north to south, so the four stretched lines they need are made once each. */
static float
read_tile (const Job *job, const Tile *tile, Bench *bench)
{
    const PixelSink *sink = job->sink;
    guint32 n = tile->to - tile->from;
    float peak = 0;
    memset (bench->made, 0xff, sizeof bench->made);
    for (guint32 y = tile->top; y < tile->bottom; y++) {
        Mix mix;
        gboolean any = find_lines (job, tile, y, bench, &mix) || job->least < 0;
        guint8 *step = sink->step != NULL ? sink->step + y * sink->stride
                       : bench->step != NULL ? bench->step + (gsize) (y - tile->top) * job->width
                                             : NULL;
        float *out = sink->per_km2 != NULL
                         ? sink->per_km2 + (gsize) y * job->width + tile->from
                         : bench->row;
        if (step != NULL && any) {
            mix_steps (&mix, &sink->scale, n, step + tile->from);
        } else if (step != NULL) {
            memset (step + tile->from, 0, n);
        } else {
            peak = mix_lines (mix.line[0], mix.line[1], mix.line[2], mix.line[3], mix.weight, n,
                              job->least, peak, out);
        }
    }
    return peak;
}

static float
read_band (const Job *job, guint32 top, guint32 bottom, Bench *bench)
{
    const PixelSink *sink = job->sink;
    float peak = 0;
    for (guint32 from = 0; from < job->width; from += TILE) {
        Tile tile = { from, MIN (from + TILE, job->width), top, bottom };
        float highest = read_tile (job, &tile, bench);
        peak = MAX (peak, highest);
    }
    for (guint32 y = top; sink->row != NULL && y < bottom; y++)
        sink->row (sink->user_data, bench->step + (gsize) (y - top) * job->width);
    return peak;
}

static void
bench_free (Bench *bench)
{
    if (bench != NULL)
        g_free (bench->step);
    g_free (bench);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Bench, bench_free)

static gpointer
read_bands (gpointer user_data)
{
    Job *job = user_data;
    g_autoptr (Bench) bench = g_try_new0 (Bench, 1);
    float peak = 0;
    if (bench != NULL && job->sink->row != NULL)
        bench->step = g_try_malloc ((gsize) BAND * job->width);
    if (bench == NULL || (job->sink->row != NULL && bench->step == NULL)) {
        g_atomic_int_set (&job->short_of_memory, TRUE);
        return NULL;
    }
    for (;;) {
        guint32 top = (guint32) g_atomic_int_add (&job->next_band, 1) * BAND;
        if (top >= job->height)
            break;
        float highest = read_band (job, top, MIN (top + BAND, job->height), bench);
        peak = MAX (peak, highest);
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

/* Of each four by four nodes, by the first column. n: of columns, without the last three. */
CG_WIDE static float
greatest_of_nodes (const float *restrict node, gsize stride, guint32 n, float *restrict column,
                   float *restrict out)
{
    enum { LANES = 16 };
    float top[LANES] = { 0 };
    guint32 c = 0;
    for (guint32 i = 0; i < n + 3; i++) {
        float a = MAX (node[i], node[stride + i]);
        float b = MAX (node[2 * stride + i], node[3 * stride + i]);
        column[i] = MAX (a, b);
    }
    for (; c + LANES <= n; c += LANES)
        for (guint k = 0; k < LANES; k++) {
            float a = MAX (column[c + k], column[c + k + 1]);
            float b = MAX (column[c + k + 2], column[c + k + 3]);
            out[c + k] = MAX (a, b);
            top[k] = MAX (top[k], out[c + k]);
        }
    for (; c < n; c++) {
        out[c] = MAX (MAX (column[c], column[c + 1]), MAX (column[c + 2], column[c + 3]));
        top[0] = MAX (top[0], out[c]);
    }
    for (guint k = 1; k < LANES; k++)
        top[0] = MAX (top[0], top[k]);
    return top[0];
}

/* Bounds of what the pixels of a group of rows can be, by their column of nodes; returns the greatest.
 */
static float
bound_row (const PeakSearch *search, guint32 r, float *work, float *out)
{
    const Smoothed *smoothed = search->smoothed;
    const float *node =
        smoothed->value + (gsize) search->rows->node[search->along[r]] * smoothed->stride;
    return greatest_of_nodes (node, smoothed->stride, smoothed->n_columns - 3, work, out) *
           ROUNDING;
}

/* Reads the cells of a group of rows that may pass the peak so far. */
static void
search_row (PeakSearch *search, guint32 r, float *work, float *bound)
{
    bound_row (search, r, work, bound);
    for (guint32 c = 0; c < search->n_across; c++) {
        guint32 x = search->across[c];
        if (bound[search->columns->node[x]] * ROUNDING > search->peak)
            read_cell (search, x, search->across[c + 1], search->along[r], search->along[r + 1]);
    }
}

/* Pixels whose four by four nodes are all below the peak so far cannot be above it; the rows of the
 * greatest node are read first. FALSE: so many stay in question that all may as well be read. */
static gboolean
search_peak (PeakSearch *search, gsize most_read, float *work, float *bound, float *greatest)
{
    guint32 first = 0;
    for (guint32 r = 0; r < search->n_along; r++) {
        greatest[r] = bound_row (search, r, work, bound);
        first = greatest[r] > greatest[first] ? r : first;
    }
    search_row (search, first, work, bound);
    for (guint32 r = 0; r < search->n_along && search->n_read <= most_read; r++)
        if (r != first && greatest[r] > search->peak)
            search_row (search, r, work, bound);
    return search->n_read <= most_read;
}

gboolean
cg_density_read_peak (const Smoothed *smoothed, const Centres *columns, const Centres *rows,
                      guint threads, float *out_peak)
{
    g_auto (Reads) across = { 0 }, along = { 0 };
    g_autofree float *work = g_try_new (float, 2 * (gsize) smoothed->stride + rows->n);
    if (work == NULL ||
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
    if (!search_peak (&search, (gsize) columns->n * rows->n / 8 + 1024, work,
                      work + smoothed->stride, work + 2 * (gsize) smoothed->stride))
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
