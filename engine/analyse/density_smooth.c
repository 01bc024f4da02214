/* Sums of the lattice to a smooth field: taps along x, then along y, for each term. */
#include "analyse/density_internal.h"

#include <string.h>

#define LANES 64 /* floats that stay in registers while taps run over them */

/* out[i] = sum over taps, both sides at once; in[i] is the middle. n: a multiple of LANES. */
CG_WIDE static void
tap_line (float *restrict out, const float *restrict in, guint32 n, const float *restrict taps,
          guint radius)
{
    for (guint32 i = 0; i < n; i += LANES) {
        float sum[LANES];
        for (guint k = 0; k < LANES; k++)
            sum[k] = taps[0] * in[i + k];
        for (guint t = 1; t <= radius; t++) {
            const float *left = in + i - t, *right = in + i + t;
            for (guint k = 0; k < LANES; k++)
                sum[k] += taps[t] * (left[k] + right[k]);
        }
        for (guint k = 0; k < LANES; k++)
            out[i + k] = sum[k];
    }
}

/* Adds to out the taps across the lines around in. */
CG_WIDE static void
tap_lines (float *restrict out, const float *restrict in, guint32 stride,
           const float *restrict taps, guint radius)
{
    for (guint32 i = 0; i < stride; i += LANES) {
        float sum[LANES];
        for (guint k = 0; k < LANES; k++)
            sum[k] = taps[0] * in[i + k];
        for (guint t = 1; t <= radius; t++) {
            const float *above = in + i - (gsize) t * stride, *below = in + i + (gsize) t * stride;
            for (guint k = 0; k < LANES; k++)
                sum[k] += taps[t] * (above[k] + below[k]);
        }
        for (guint k = 0; k < LANES; k++)
            out[i + k] += sum[k];
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

/* The sums as floats, lines of `wide` floats that taps may overrun to the right. */
static float *
convert (const Nodes *nodes, const gint64 *sum, double factor, guint32 wide, gboolean *out_used)
{
    float *value = g_try_new0 (float, (gsize) nodes->n_rows *wide);
    for (guint32 r = 0; value != NULL && r < nodes->n_rows; r++)
        out_used[r] = convert_line (sum + (gsize) r * nodes->n_columns, nodes->n_columns, factor,
                                    value + (gsize) r * wide);
    return value;
}

static gboolean
any_used (const gboolean *used, guint32 from, guint32 to)
{
    for (guint32 r = from; r < to; r++)
        if (used[r])
            return TRUE;
    return FALSE;
}

gboolean
cg_density_smooth (const Nodes *nodes, const gint64 *sum, double factor, const Taps *taps,
                   Smoothed *out)
{
    guint radius = taps->radius, margin = radius + CG_LATTICE_MARGIN;
    *out = (Smoothed){ nodes->spacing_m, nodes->column + margin, nodes->row + margin,
                       nodes->n_columns - 2 * margin, nodes->n_rows - 2 * margin };
    out->stride = (out->n_columns + LANES - 1) / LANES * LANES;
    guint32 wide = out->stride + 2 * margin;
    g_autofree gboolean *used = g_new0 (gboolean, nodes->n_rows);
    g_autofree float *whole = convert (nodes, sum, factor, wide, used);
    g_autofree float *lines = g_try_new0 (float, (gsize) nodes->n_rows * out->stride);
    out->value = g_try_new0 (float, (gsize) out->n_rows * out->stride);
    if (whole == NULL || lines == NULL || out->value == NULL)
        return FALSE;
    for (guint k = 0; k < taps->n_terms; k++) {
        const float *along = taps->column + k * (radius + 1),
                    *across = taps->row + k * (radius + 1);
        for (guint32 r = 0; r < nodes->n_rows; r++)
            if (used[r])
                tap_line (lines + (gsize) r * out->stride, whole + (gsize) r * wide + margin,
                          out->stride, along, radius);
        for (guint32 r = 0; r < out->n_rows; r++)
            if (any_used (used, r + margin - radius, r + margin + radius + 1))
                tap_lines (out->value + (gsize) r * out->stride,
                           lines + (gsize) (r + margin) * out->stride, out->stride, across, radius);
    }
    return TRUE;
}

void
cg_density_smoothed_done (Smoothed *smoothed)
{
    g_clear_pointer (&smoothed->value, g_free);
}
