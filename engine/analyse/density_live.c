#include "analyse/density_live.h"

#include "analyse/density_internal.h"
#include "base/error.h"

#include <string.h>

#define SIDE 16         /* nodes of a block ...                                     */
#define WIDE (SIDE + 3) /* ... and those beyond that its own events reach: none needs a second block */
#define TO_FIXED 16777216.0                         /* 2^24 */
#define FULL_WEIGHT 4096                            /* of a bucket in a selection */
#define MOST G_GINT64_CONSTANT (0x2000000000000000) /* of a sum: half of what 63 bits hold */

typedef struct {
    gint64 key; /* column of the block + (row << 32) */
    gint64 sum[WIDE * WIDE];
} Block;

/* The key stands beside the block, so that a search touches no block but the one it finds. */
typedef struct {
    gint64 key;
    Block *block; /* NULL: free */
} Place;

/* Sums of one type and stretch of time. */
typedef struct {
    guint32 type;
    gint64 bucket;
    /* Places for finding blocks by their key, a power of two of them, at most half taken. */
    Place *place;
    guint32 n_places;
    GPtrArray *list; /* of Block, in the order of coming */
} Slot;

struct CgDensityLive {
    double spacing_m;
    guint32 bucket_s;
    GPtrArray *slots; /* of Slot, by type and bucket */
    Slot *last;       /* that was asked for */
};

static void
slot_free (gpointer data)
{
    Slot *slot = data;
    g_free (slot->place);
    g_ptr_array_unref (slot->list);
    g_free (slot);
}

CgDensityLive *
cg_density_live_new (double spacing_m, guint32 bucket_s, GError **error)
{
    if (!(spacing_m >= 1e-3 && spacing_m <= 1e6) || bucket_s == 0) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "a live density with a spacing of %g m and stretches of %u s", spacing_m,
                     bucket_s);
        return NULL;
    }
    CgDensityLive *live = g_new0 (CgDensityLive, 1);
    live->spacing_m = spacing_m;
    live->bucket_s = bucket_s;
    live->slots = g_ptr_array_new_with_free_func (slot_free);
    return live;
}

void
cg_density_live_free (CgDensityLive *live)
{
    if (live == NULL)
        return;
    g_ptr_array_unref (live->slots);
    g_free (live);
}

/* ---- sums -------------------------------------------------------------------------------------
 */

static gint64
floor_div (gint64 a, gint64 b)
{
    return a / b - (a % b < 0);
}

/* First slot at or after (type, bucket). */
static guint
slot_rank (const CgDensityLive *live, guint32 type, gint64 bucket)
{
    guint low = 0, high = live->slots->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        const Slot *slot = live->slots->pdata[middle];
        if (slot->type < type || (slot->type == type && slot->bucket < bucket))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static Slot *
find_slot (CgDensityLive *live, guint32 type, gint64 time_s)
{
    /* Mostly the same stretch as before: seen without a division. */
    if (live->last != NULL && live->last->type == type &&
        (guint64) time_s - (guint64) live->last->bucket * live->bucket_s < live->bucket_s)
        return live->last;
    gint64 bucket = floor_div (time_s, live->bucket_s);
    guint rank = slot_rank (live, type, bucket);
    Slot *slot = rank < live->slots->len ? live->slots->pdata[rank] : NULL;
    if (slot == NULL || slot->type != type || slot->bucket != bucket) {
        slot = g_new0 (Slot, 1);
        slot->type = type;
        slot->bucket = bucket;
        slot->list = g_ptr_array_new_with_free_func (g_free);
        g_ptr_array_insert (live->slots, (gint) rank, slot);
    }
    live->last = slot;
    return slot;
}

/* Where the block with the key is, or would be. */
static guint32
place_of (const Slot *slot, gint64 key)
{
    guint64 mixed = (guint64) key * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
    guint32 k = (guint32) (mixed >> 32) & (slot->n_places - 1);
    while (slot->place[k].block != NULL && slot->place[k].key != key)
        k = (k + 1) & (slot->n_places - 1);
    return k;
}

static gboolean
grow_places (Slot *slot)
{
    guint32 n_places = MAX (64, 2 * slot->n_places);
    Place *place = g_try_new0 (Place, n_places);
    if (place == NULL)
        return FALSE;
    g_free (slot->place);
    slot->place = place;
    slot->n_places = n_places;
    for (guint k = 0; k < slot->list->len; k++) {
        Block *block = slot->list->pdata[k];
        slot->place[place_of (slot, block->key)] = (Place){ block->key, block };
    }
    return TRUE;
}

static Block *
find_block (Slot *slot, gint64 column, gint64 row)
{
    gint64 key = (gint64) (((guint64) row << 32) | ((guint64) column & G_MAXUINT32));
    guint32 at = slot->n_places > 0 ? place_of (slot, key) : 0;
    if (slot->n_places > 0 && slot->place[at].block != NULL)
        return slot->place[at].block;
    if (2 * slot->list->len >= slot->n_places) {
        if (!grow_places (slot))
            return NULL;
        at = place_of (slot, key);
    }
    Block *block = g_try_new0 (Block, 1);
    if (block == NULL)
        return NULL;
    block->key = key;
    slot->place[at] = (Place){ key, block };
    g_ptr_array_add (slot->list, block);
    return block;
}

/* The whole number nearest to a value below 2^51 in size, halves to the even one, which treats both signs
 * alike: what adding 1.5 * 2^52 leaves of its digits. llrint is a call for each. */
static inline gint64
nearest (double value)
{
    const double shift = 6755399441055744.0;
    double moved = value + shift;
    gint64 bits, none;
    memcpy (&bits, &moved, sizeof bits);
    memcpy (&none, &shift, sizeof none);
    return bits - none;
}

static inline gint64
floor_of (double value)
{
    gint64 whole = (gint64) value;
    return whole - (value < (double) whole);
}

gboolean
cg_density_live_add (CgDensityLive *live, guint32 type, gint64 time_s, double x, double y,
                     double weight, GError **error)
{
    double place_x = x / live->spacing_m, place_y = y / live->spacing_m;
    if (!(fabs (place_x) < 1 << 30 && fabs (place_y) < 1 << 30 &&
          fabs (weight) <= CG_LIVE_MAX_WEIGHT)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "an event of weight %g at %g, %g cannot be kept", weight, x, y);
        return FALSE;
    }
    double along[4], across[4];
    gint64 node_x = floor_of (place_x), node_y = floor_of (place_y);
    gint64 column = node_x - 1, row = node_y - 1;
    Slot *slot = find_slot (live, type, time_s);
    gint64 block_column = floor_div (column, SIDE), block_row = floor_div (row, SIDE);
    Block *block = find_block (slot, block_column, block_row);
    if (block == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "not enough memory for a live density");
        return FALSE;
    }
    spline_weights (place_x - (double) node_x, along);
    spline_weights (place_y - (double) node_y, across);
    gint64 *sum = block->sum + (row - block_row * SIDE) * WIDE + (column - block_column * SIDE);
    for (guint r = 0; r < 4; r++, sum += WIDE) {
        double across_row = weight * TO_FIXED * across[r];
        /* Wrapped round, were there ever so many, which is undone alike. */
        for (guint c = 0; c < 4; c++)
            sum[c] = (gint64) ((guint64) sum[c] + (guint64) nearest (across_row * along[c]));
    }
    return TRUE;
}

void
cg_density_live_forget (CgDensityLive *live, gint64 time_s)
{
    gint64 bucket = floor_div (time_s, live->bucket_s);
    live->last = NULL;
    for (guint k = live->slots->len; k-- > 0;)
        if (((const Slot *) live->slots->pdata[k])->bucket < bucket)
            g_ptr_array_remove_index (live->slots, k);
}

gboolean
cg_density_live_is_zero (const CgDensityLive *live)
{
    for (guint k = 0; k < live->slots->len; k++) {
        const Slot *slot = live->slots->pdata[k];
        for (guint b = 0; b < slot->list->len; b++)
            for (guint i = 0; i < WIDE * WIDE; i++)
                if (((const Block *) slot->list->pdata[b])->sum[i] != 0)
                    return FALSE;
    }
    return TRUE;
}

gsize
cg_density_live_bytes (const CgDensityLive *live)
{
    gsize blocks = 0;
    for (guint k = 0; k < live->slots->len; k++)
        blocks += ((const Slot *) live->slots->pdata[k])->list->len;
    return blocks * sizeof (Block);
}

/* ---- surface ----------------------------------------------------------------------------------
 */

/* Adds the nodes that the block has in common with the piece; FALSE when a sum grows too large. */
static gboolean
add_block (const Block *block, gint64 weight, const Nodes *nodes, gint64 *sum)
{
    gint64 column = (gint64) (gint32) (guint32) block->key * SIDE - (gint64) nodes->column;
    gint64 row = (block->key >> 32) * SIDE - (gint64) nodes->row;
    gint64 left = MAX (column, 0), right = MIN (column + WIDE, nodes->n_columns);
    gint64 bottom = MAX (row, 0), top = MIN (row + WIDE, nodes->n_rows);
    for (gint64 r = bottom; r < top; r++)
        for (gint64 c = left; c < right; c++) {
            gint64 *total = &sum[r * nodes->n_columns + c], own;
            if (__builtin_mul_overflow (weight, block->sum[(r - row) * WIDE + (c - column)],
                                        &own) ||
                __builtin_add_overflow (*total, own, total) || *total > MOST || *total < -MOST)
                return FALSE;
        }
    return TRUE;
}

static gboolean
has_type (const CgLiveSelection *selection, guint32 type)
{
    for (guint k = 0; k < selection->n_types; k++)
        if (selection->types[k] == type)
            return TRUE;
    return selection->n_types == 0;
}

/* 0 .. FULL_WEIGHT */
static gint64
bucket_weight (const CgDensityLive *live, const CgLiveSelection *selection, gint64 bucket)
{
    double begin = (double) bucket * live->bucket_s;
    if (!(selection->span_s > 0))
        return begin >= selection->from_s && begin < selection->until_s ? FULL_WEIGHT : 0;
    double u = (begin + live->bucket_s / 2.0 - selection->moment_s) / selection->span_s;
    return fabs (u) < 1 ? llrint (FULL_WEIGHT * (1 - u * u)) : 0;
}

static gboolean
add_selected (const CgDensityLive *live, const CgLiveSelection *selection, const Nodes *nodes,
              gint64 *sum, GError **error)
{
    for (guint k = 0; k < live->slots->len; k++) {
        const Slot *slot = live->slots->pdata[k];
        gint64 weight = bucket_weight (live, selection, slot->bucket);
        if (weight == 0 || !has_type (selection, slot->type))
            continue;
        for (guint b = 0; b < slot->list->len; b++)
            if (!add_block (slot->list->pdata[b], weight, nodes, sum)) {
                g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                             "too many events at one place of a live density: at most %g",
                             MOST / TO_FIXED / FULL_WEIGHT);
                return FALSE;
            }
    }
    return TRUE;
}

static gboolean
check (const CgDensityLive *live, const CgDensityOptions *options, GError **error)
{
    double spacings = options->bandwidth_m / live->spacing_m;
    double least =
        options->kernel == CG_KERNEL_GAUSSIAN ? CG_LIVE_LEAST_SPACINGS : CG_LIVE_LEAST_DISC;
    if (!cg_density_check_options (options, error))
        return FALSE;
    /* Six spacings may come out of the division as a little less. */
    if (spacings >= least * (1 - 1e-9) && spacings <= CG_LIVE_MOST_SPACINGS * (1 + 1e-9) &&
        options->edge == CG_EDGE_NONE)
        return TRUE;
    g_set_error (
        error, CG_ERROR, CG_ERROR_ARGUMENT,
        "a live density can be drawn with %g to %g m and without edge correction, not %g m",
        least * live->spacing_m, CG_LIVE_MOST_SPACINGS * live->spacing_m, options->bandwidth_m);
    return FALSE;
}

/* FALSE with out_short: memory. */
static gboolean
smooth (const CgDensityLive *live, const CgLiveSelection *selection,
        const CgDensityOptions *options, Surface *out, gboolean *out_short, GError **error)
{
    g_auto (Taps) taps;
    cg_density_taps (&taps, options->kernel, options->bandwidth_m / live->spacing_m, 0);
    Nodes nodes;
    *out_short = TRUE;
    if (!cg_nodes_cover (&nodes, live->spacing_m, taps.radius, &options->box))
        return FALSE;
    g_autofree gint64 *sum = g_try_new0 (gint64, (gsize) nodes.n_rows * nodes.n_columns);
    if (sum == NULL)
        return FALSE;
    *out_short = FALSE;
    if (!add_selected (live, selection, &nodes, sum, error))
        return FALSE;
    double factor = 1e6 / (live->spacing_m * live->spacing_m) / TO_FIXED / FULL_WEIGHT;
    if (selection->span_s > 0)
        factor *= 0.75 * 86400 / selection->span_s;
    *out_short = !cg_density_smooth (&nodes, sum, factor, &taps, &out->smoothed);
    return !*out_short;
}

gboolean
cg_density_live_surface (const CgDensityLive *live, const CgLiveSelection *selection,
                         const CgDensityOptions *options, Surface *out, GError **error)
{
    gboolean is_short = FALSE;
    if (!check (live, options, error))
        return FALSE;
    cg_density_centres (options, &out->columns, &out->rows);
    out->least = -G_MAXFLOAT;
    if (smooth (live, selection, options, out, &is_short, error))
        return TRUE;
    if (is_short)
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                     "not enough memory for a density of %u x %u pixels", options->width,
                     options->height);
    return FALSE;
}

CgDensity *
cg_density_live_run (const CgDensityLive *live, const CgLiveSelection *selection,
                     const CgDensityOptions *options, GError **error)
{
    g_auto (Surface) surface = { 0 };
    if (!cg_density_live_surface (live, selection, options, &surface, error))
        return NULL;
    g_autoptr (CgDensity) density = g_new0 (CgDensity, 1);
    density->width = options->width;
    density->height = options->height;
    density->box = options->box;
    density->bandwidth_m = options->bandwidth_m;
    density->per_km2 = g_try_new (float, (gsize) options->width * options->height);
    if (density->per_km2 == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                     "not enough memory for a density of %u x %u pixels", options->width,
                     options->height);
        return NULL;
    }
    return cg_density_read_surface (&surface, options->threads, density, error)
               ? g_steal_pointer (&density)
               : NULL;
}
