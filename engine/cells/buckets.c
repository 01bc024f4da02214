#include "cells/buckets.h"

#include <stdlib.h>

#include "base/error.h"

/* Rows of squares that a segment meets within one column, or all where it is short. */
typedef struct {
    guint32 x0, x1, y0, y1;
    double slope, y_at; /* in squares: height above x = 0 */
    gboolean steep;     /* rows are taken as they come    */
} Reach;

static guint32
clamp_square (gint64 value, guint32 n)
{
    return (guint32) CLAMP (value, 0, (gint64) n - 1);
}

static Reach
reach_of (const CgBuckets *b, CgSpot p, CgSpot q)
{
    gint64 x_low = MIN (p.x, q.x) - 1 - b->x0, x_high = MAX (p.x, q.x) + 1 - b->x0;
    gint64 y_low = MIN (p.y, q.y) - 1 - b->y0, y_high = MAX (p.y, q.y) + 1 - b->y0;
    Reach reach = { clamp_square (x_low >> b->shift, b->n_x),
                    clamp_square (x_high >> b->shift, b->n_x),
                    clamp_square (y_low >> b->shift, b->n_y),
                    clamp_square (y_high >> b->shift, b->n_y),
                    0,
                    0,
                    TRUE };
    if (reach.x1 - reach.x0 > 1 && reach.y1 - reach.y0 > 1) {
        double side = (double) ((gint64) 1 << b->shift);
        reach.slope = (double) (q.y - p.y) / (double) (q.x - p.x);
        reach.y_at = ((double) (p.y - b->y0) - reach.slope * (double) (p.x - b->x0)) / side;
        reach.steep = FALSE;
    }
    return reach;
}

/* Rows of column x, a tenth of a square wider than computed. */
static void
rows_of (const CgBuckets *b, const Reach *reach, guint32 x, guint32 *out_low, guint32 *out_high)
{
    *out_low = reach->y0;
    *out_high = reach->y1;
    if (reach->steep)
        return;
    double left = reach->y_at + reach->slope * ((double) x - 0.1);
    double right = reach->y_at + reach->slope * ((double) x + 1.1);
    gint64 low = (gint64) (MIN (left, right) - 0.1), high = (gint64) (MAX (left, right) + 0.1);
    *out_low = MAX (reach->y0, clamp_square (low, b->n_y));
    *out_high = MIN (reach->y1, clamp_square (high, b->n_y));
}

static void
choose_raster (CgBuckets *b, const CgSpot *ends, guint32 n)
{
    gint64 x_low = G_MAXINT64, y_low = G_MAXINT64, x_high = G_MININT64, y_high = G_MININT64;
    for (guint64 k = 0; k < 2 * (guint64) n; k++) {
        x_low = MIN (x_low, ends[k].x);
        x_high = MAX (x_high, ends[k].x);
        y_low = MIN (y_low, ends[k].y);
        y_high = MAX (y_high, ends[k].y);
    }
    if (n == 0)
        x_low = y_low = x_high = y_high = 0;
    b->x0 = x_low - 1;
    b->y0 = y_low - 1;
    guint64 width = (guint64) (x_high - x_low) + 3, height = (guint64) (y_high - y_low) + 3;
    guint64 most = MIN (4 * (guint64) n + 64, 1u << 28);
    b->shift = 3;
    while (((width >> b->shift) + 1) * ((height >> b->shift) + 1) > most)
        b->shift++;
    b->n_x = (guint32) (width >> b->shift) + 1;
    b->n_y = (guint32) (height >> b->shift) + 1;
}

static gboolean
fail_memory (GError **error)
{
    g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "no memory for the raster of lines");
    return FALSE;
}

gboolean
cg_buckets_init (CgBuckets *b, const CgSpot *ends, guint32 n, GError **error)
{
    *b = (CgBuckets){ 0 };
    choose_raster (b, ends, n);
    gsize squares = (gsize) b->n_x * b->n_y;
    b->first = g_try_new0 (guint32, squares + 2);
    if (b->first == NULL)
        return fail_memory (error);
    /* Counted two places on, so that filling leaves each start in its place. */
    guint32 *count = b->first + 2, low, high;
    guint64 total = 0;
    for (guint32 pass = 0; pass < 2; pass++) {
        for (guint32 s = 0; s < n; s++) {
            Reach reach = reach_of (b, ends[2 * (gsize) s], ends[2 * (gsize) s + 1]);
            for (guint32 x = reach.x0; x <= reach.x1; x++) {
                rows_of (b, &reach, x, &low, &high);
                for (guint32 y = low; y <= high; y++) {
                    gsize square = (gsize) y * b->n_x + x;
                    if (pass == 1)
                        b->item[b->first[square + 1]++] = s;
                    else
                        count[square]++;
                    total += pass == 0;
                }
            }
        }
        if (pass == 1)
            break;
        if (total > G_MAXUINT32 / 2)
            return fail_memory (error);
        for (gsize k = 1; k < squares + 2; k++)
            b->first[k] += b->first[k - 1];
        b->item = g_try_new (guint32, total + 1);
        if (b->item == NULL)
            return fail_memory (error);
    }
    return TRUE;
}

void
cg_buckets_done (CgBuckets *b)
{
    g_clear_pointer (&b->first, g_free);
    g_clear_pointer (&b->item, g_free);
}

guint32
cg_buckets_at (const CgBuckets *b, CgSpot place)
{
    gint64 x = (place.x - b->x0) >> b->shift, y = (place.y - b->y0) >> b->shift;
    if (x < 0 || y < 0 || x >= b->n_x || y >= b->n_y)
        return CG_BUCKETS_NONE;
    return (guint32) y * b->n_x + (guint32) x;
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
    guint32 one = *(const guint32 *) a, two = *(const guint32 *) b;
    return (one > two) - (one < two);
}

void
cg_buckets_find (const CgBuckets *b, CgSpot low, CgSpot high, GArray *out)
{
    g_array_set_size (out, 0);
    guint32 x0 = clamp_square ((low.x - b->x0) >> b->shift, b->n_x),
            x1 = clamp_square ((high.x - b->x0) >> b->shift, b->n_x),
            y0 = clamp_square ((low.y - b->y0) >> b->shift, b->n_y),
            y1 = clamp_square ((high.y - b->y0) >> b->shift, b->n_y);
    for (guint32 y = y0; y <= y1; y++) {
        gsize square = (gsize) y * b->n_x + x0;
        for (guint32 k = b->first[square]; k < b->first[square + (x1 - x0) + 1]; k++)
            g_array_append_val (out, b->item[k]);
    }
    if (out->len > 1)
        qsort (out->data, out->len, sizeof (guint32), compare_ids);
    guint kept = 0;
    for (guint k = 0; k < out->len; k++)
        if (k == 0 || g_array_index (out, guint32, k) != g_array_index (out, guint32, k - 1))
            g_array_index (out, guint32, kept++) = g_array_index (out, guint32, k);
    g_array_set_size (out, kept);
}
