/* Sums of the lattice to a smooth field: taps along x, then along y, for each term. */
#include "analyse/density_internal.h"
#include "base/pages.h"

#include <string.h>

#define SLICE 32 /* rows that are made at a time, so that what they are made of stays near */

/* Floats that stay in registers while taps run over them: four times eight, spelled out, as
 * compilers keep no array of 32 there. */
#define LANES 32
typedef float Eight __attribute__ ((vector_size (32)));

/* Sums at eight places each: the middle times its tap, and then both sides at once for each tap. */
#define FOUR(DO) DO (0) DO (1) DO (2) DO (3)
#define START(k)                                                                                   \
    Eight sum##k, one##k, two##k;                                                                  \
    memcpy (&sum##k, middle + 8 * k, sizeof sum##k);                                               \
    sum##k *= taps[0];
#define ADD(k)                                                                                     \
    memcpy (&one##k, one + 8 * k, sizeof one##k);                                                  \
    memcpy (&two##k, two + 8 * k, sizeof two##k);                                                  \
    sum##k += taps[t] * (one##k + two##k);
#define SET(k) memcpy (to + 8 * k, &sum##k, sizeof sum##k);
#define RAISE(k)                                                                                   \
    memcpy (&one##k, to + 8 * k, sizeof one##k);                                                   \
    one##k += sum##k;                                                                              \
    memcpy (to + 8 * k, &one##k, sizeof one##k);

/* out[i] = sum over taps, both sides at once; in[i] is the middle. n: a multiple of LANES. */
CG_WIDE static void
tap_line (float *restrict out, const float *restrict in, guint32 n, const float *restrict taps,
          guint radius)
{
    for (guint32 i = 0; i < n; i += LANES) {
        const float *middle = in + i;
        float *to = out + i;
        FOUR (START)
        for (guint t = 1; t <= radius; t++) {
            const float *one = middle - t, *two = middle + t;
            FOUR (ADD)
        }
        FOUR (SET)
    }
}

/* Adds to n lines of out the taps across lines; line[k + radius] is the middle of out's line k. A
 * strip at a time. */
CG_WIDE static void
tap_lines (float *restrict out, gsize stride, guint32 n, const gboolean *used,
           const float *const *line, const float *restrict taps, guint radius)
{
    for (gsize i = 0; i < stride; i += LANES)
        for (guint32 r = 0; r < n; r++) {
            const float *const *lines = line + r + radius, *middle = *lines + i;
            float *to = out + r * stride + i;
            if (!used[r])
                continue;
            FOUR (START)
            for (gssize t = 1; t <= (gssize) radius; t++) {
                const float *one = lines[-t] + i, *two = lines[t] + i;
                FOUR (ADD)
            }
            FOUR (RAISE)
        }
}

/* Fixed point to floats; FALSE where all are zero. */
CG_WIDE static gboolean
convert_line (const gint64 *restrict in, guint32 n, double factor, float *restrict out)
{
    gint64 any = 0;
    for (guint32 c = 0; c < n; c++) {
        out[c] = (float) ((double) in[c] * factor);
        any |= in[c];
    }
    return any != 0;
}

/* What the rows of a term are made from. Lines after the taps along x take turns: there are as many
 * as a slice of rows reaches. */
typedef struct {
    const Nodes *nodes;
    const gint64 *sum;
    double factor;
    const float *along, *across;
    guint radius;
    guint32 n_lines;
    float *whole;       /* a line of sums as floats, with room that taps may overrun */
    float *lines;       /* [n_lines * stride]                                        */
    const float **line; /* [slice + 2 * radius]: those that a slice reaches, in order */
    gboolean *used;     /* [n_lines]: not all zero                                   */
} Work;

static void
work_done (Work *work)
{
    g_free (work->whole);
    g_free (work->lines);
    g_free (work->line);
    g_free (work->used);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_done)

/* The line of a row of nodes. */
static void
make_line (Work *work, guint32 row, const Smoothed *out)
{
    guint32 slot = row % work->n_lines;
    float *line = work->lines + (gsize) slot * out->stride;
    work->used[slot] = convert_line (work->sum + (gsize) row * work->nodes->n_columns,
                                     work->nodes->n_columns, work->factor, work->whole);
    if (work->used[slot])
        tap_line (line, work->whole + work->radius + CG_LATTICE_MARGIN, out->stride, work->along,
                  work->radius);
    else
        memset (line, 0, out->stride * sizeof *line);
}

static gboolean
any_used (const Work *work, guint32 from, guint32 to)
{
    for (guint32 r = from; r < to; r++)
        if (work->used[r % work->n_lines])
            return TRUE;
    return FALSE;
}

/* Adds rows from .. to - 1 of the result; their lines are made. */
static void
add_slice (const Work *work, guint32 from, guint32 to, const Smoothed *out)
{
    guint32 reach = 2 * work->radius, first = from + CG_LATTICE_MARGIN;
    gboolean near[SLICE];
    for (guint32 k = 0; k < to - from + reach; k++)
        work->line[k] = work->lines + (gsize) ((first + k) % work->n_lines) * out->stride;
    for (guint32 r = from; r < to; r++)
        near[r - from] = any_used (work, r + CG_LATTICE_MARGIN, r + CG_LATTICE_MARGIN + reach + 1);
    tap_lines (out->value + (gsize) from * out->stride, out->stride, to - from, near, work->line,
               work->across, work->radius);
}

static void
add_term (Work *work, const Smoothed *out)
{
    guint32 reach = 2 * work->radius, made = CG_LATTICE_MARGIN;
    for (guint32 from = 0; from < out->n_rows; from += SLICE) {
        guint32 to = MIN (from + SLICE, out->n_rows);
        for (; made < to + reach + CG_LATTICE_MARGIN; made++)
            make_line (work, made, out);
        add_slice (work, from, to, out);
    }
}

gboolean
cg_density_smooth (const Nodes *nodes, const gint64 *sum, double factor, const Taps *taps,
                   Smoothed *out)
{
    guint radius = taps->radius, margin = radius + CG_LATTICE_MARGIN;
    *out = (Smoothed){ nodes->spacing_m, nodes->column + margin, nodes->row + margin,
                       nodes->n_columns - 2 * margin, nodes->n_rows - 2 * margin };
    out->stride = (out->n_columns + LANES - 1) / LANES * LANES;
    g_auto (Work) work = { .nodes = nodes,
                           .sum = sum,
                           .factor = factor,
                           .radius = radius,
                           .n_lines = SLICE + 2 * radius };
    work.whole = g_try_new0 (float, out->stride + 2 * (gsize) margin);
    work.lines = g_try_new (float, (gsize) work.n_lines *out->stride);
    work.line = g_new (const float *, work.n_lines);
    work.used = g_new (gboolean, work.n_lines);
    out->value = cg_pages_try_new0 (sizeof (float) * out->n_rows * out->stride);
    if (work.whole == NULL || work.lines == NULL || out->value == NULL)
        return FALSE;
    for (guint k = 0; k < taps->n_terms; k++) {
        work.along = taps->column + k * (radius + 1);
        work.across = taps->row + k * (radius + 1);
        add_term (&work, out);
    }
    return TRUE;
}

void
cg_density_smoothed_done (Smoothed *smoothed)
{
    g_clear_pointer (&smoothed->value, g_free);
}
