/* Spreading: each event gives its weight to four by four nodes of the lattice, as integers. */
#include "analyse/density_internal.h"

#include <string.h>

#define CHUNK 256
#define NEAR 200000 /* nodes: a near cache holds as many                    */
#define AHEAD 8     /* events whose nodes are asked for before they are due */

/* Adding 1.5 * 2^52 leaves the nearest whole number in the low bits of a double: a rounding that is
 * the same on all machines and needs no conversion instruction. */
#define ROUNDER 6755399441055744.0
#define ROUNDER_BITS G_GINT64_CONSTANT (0x4338000000000000)

/* Four numbers that are worked on at once: events first, then nodes. (A compiler finds neither by
 * itself in loops of four.) */
typedef double Four __attribute__ ((vector_size (32)));
typedef gint64 FourBits __attribute__ ((vector_size (32)));

/* Events of one batch: first of their nodes, how far (0..1) they lie after the second one along
 * each axis, and their weight in fixed point; zero where an event does not belong. */
typedef struct {
    double node[CHUNK], x[CHUNK], y[CHUNK], weight[CHUNK];
} Batch;

gboolean
cg_nodes_cover (Nodes *nodes, double spacing_m, guint radius, const CgBox *places)
{
    const double low[] = { places->x_min, places->y_min },
                 high[] = { places->x_max, places->y_max };
    double first[2], count[2];
    for (guint k = 0; k < 2; k++) {
        first[k] = floor (low[k] / spacing_m) - 1 - radius - CG_LATTICE_MARGIN;
        count[k] = floor (high[k] / spacing_m) + 2 + radius + CG_LATTICE_MARGIN - first[k] + 1;
    }
    if (!(count[0] < 1u << 26 && count[1] < 1u << 26 && count[0] * count[1] < 1u << 31))
        return FALSE;
    *nodes = (Nodes){ spacing_m, first[0], first[1], (guint32) count[0], (guint32) count[1] };
    return TRUE;
}

/* a where the mask is set, else b. */
#define SELECT(mask, a, b) ((Four) (((mask) & (FourBits) (a)) | (~(mask) & (FourBits) (b))))

/* What is counted of the events, four sums a figure; a mask is -1. */
typedef struct {
    CgBox box;
    FourBits used, outside;
} Count;

/* n: a multiple of four. */
static inline void
place_batch (const Nodes *nodes, gsize n, const double *x, const double *y, const double *weight,
             double to_fixed, Batch *batch, Count *count)
{
    double per_m = 1 / nodes->spacing_m, end_x = nodes->n_columns - 2.0,
           end_y = nodes->n_rows - 2.0, stride = nodes->n_columns;
    const Four zero = { 0 }, inside = zero + 1.5;
    for (gsize i = 0; i < n; i += 4) {
        Four place_x, place_y, own = zero + 1;
        memcpy (&place_x, x + i, sizeof place_x);
        memcpy (&place_y, y + i, sizeof place_y);
        if (weight != NULL)
            memcpy (&own, weight + i, sizeof own);
        FourBits finite = (place_x - place_x == 0) & (place_y - place_y == 0) & (own - own == 0);
        count->used -= finite;
        count->outside -= finite & ((place_x < count->box.x_min) | (place_x > count->box.x_max) |
                                    (place_y < count->box.y_min) | (place_y > count->box.y_max));
        place_x = place_x * per_m - nodes->column;
        place_y = place_y * per_m - nodes->row;
        FourBits in =
            (place_x > 1) & (place_x < end_x) & (place_y > 1) & (place_y < end_y) & finite;
        place_x = SELECT (in, place_x, inside);
        place_y = SELECT (in, place_y, inside);
        own = SELECT (in, own * to_fixed, zero);
        /* Whole parts; a whole number may count as one less and a part of 1, which is the same. */
        Four column = place_x - 0.5 + ROUNDER - ROUNDER, row = place_y - 0.5 + ROUNDER - ROUNDER;
        Four node = (row - 1) * stride + (column - 1);
        place_x -= column;
        place_y -= row;
        memcpy (batch->x + i, &place_x, sizeof place_x);
        memcpy (batch->y + i, &place_y, sizeof place_y);
        memcpy (batch->weight + i, &own, sizeof own);
        memcpy (batch->node + i, &node, sizeof node);
    }
}

/* spline_weights times six, as polynomials. */
#define BEND (6 * CG_LATTICE_BEND)
#define SPLINE_FOUR(part)                                                                          \
    (((((Four){ -1, 3, -3, 1 } * (part)) + (Four){ 3, -6, 3, 0 }) * (part) +                       \
      (Four){ -3 - BEND, 3 * BEND, 3 - 3 * BEND, BEND }) *                                         \
         (part) +                                                                                  \
     (Four){ 1 + BEND, 4 - 2 * BEND, 1 + BEND, 0 })

static inline void
ask_for (const gint64 *node, gsize stride)
{
    for (gsize r = 0; r < 4; r++, node += stride) {
        __builtin_prefetch (node, 1);
        __builtin_prefetch (node + 3, 1);
    }
}

/* far: nodes lie in a far cache and are asked for ahead. */
static inline void
scatter_batch (const Batch *batch, gsize n, gsize stride, gboolean far, gint64 *sum)
{
    for (gsize i = 0; i < n; i++) {
        gint64 *node = sum + (gsize) batch->node[i];
        if (far)
            ask_for (sum + (gsize) batch->node[MIN (i + AHEAD, n - 1)], stride);
        Four along = SPLINE_FOUR (batch->x[i]);
        Four across = SPLINE_FOUR (batch->y[i]) * (batch->weight[i] * (1.0 / 36));
        double factor[4];
        memcpy (factor, &across, sizeof factor);
        for (gsize r = 0; r < 4; r++, node += stride) {
            FourBits bits = (FourBits) (along * factor[r] + ROUNDER) - ROUNDER_BITS, old;
            memcpy (&old, node, sizeof old);
            old += bits;
            memcpy (node, &old, sizeof old);
        }
    }
}

CG_WIDE static void
spread (const Events *events, guint32 from, guint32 to, const Nodes *nodes, gint64 *sum,
        EventCount *out_count)
{
    Batch batch;
    Count count = { .box = out_count->box };
    gboolean far = (gsize) nodes->n_rows * nodes->n_columns > NEAR;
    guint32 i = from;
    for (; to - i >= CHUNK; i += CHUNK) {
        const double *weight = events->weight != NULL ? events->weight + i : NULL;
        place_batch (nodes, CHUNK, events->x + i, events->y + i, weight, events->to_fixed, &batch,
                     &count);
        scatter_batch (&batch, CHUNK, nodes->n_columns, far, sum);
    }
    /* The rest, filled up with events that are nowhere. */
    double x[CHUNK], y[CHUNK], weight[CHUNK];
    for (guint32 k = 0; k < CHUNK; k++) {
        x[k] = i + k < to ? events->x[i + k] : NAN;
        y[k] = i + k < to ? events->y[i + k] : NAN;
        weight[k] = i + k < to ? event_weight (events, i + k) : 0;
    }
    place_batch (nodes, CHUNK, x, y, weight, events->to_fixed, &batch, &count);
    scatter_batch (&batch, to - i, nodes->n_columns, far, sum);
    for (guint k = 0; k < 4; k++) {
        out_count->n_used += (guint32) count.used[k];
        out_count->n_outside += (guint32) count.outside[k];
    }
}

void
cg_density_spread (const Events *events, guint32 from, guint32 to, const Nodes *nodes, gint64 *sum,
                   EventCount *count)
{
    spread (events, from, to, nodes, sum, count);
}
