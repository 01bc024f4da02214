#include <math.h>
#include <string.h>

#include "base/wide.h"
#include "page/text_internal.h"

#define DEFAULT_BYTES (64u << 20)
#define ENTRY_BYTES 512u /* beside the sprites */
#define LAYOUT_BYTES 4096u
#define FULL_AT 3 /* times as much ink as there is counts for a halo */

typedef struct {
    CgTextBlock block; /* first, so that a block is its entry */
    char *text;
    double em_px, halo_px, max_width; /* halo 0: without */
    gboolean bold, drawn;
    CgColour colour, halo; /* where there is a halo; else all 0 */
    PangoLayout *layout; /* as long as it is not drawn */
    gsize bytes;
    GList link; /* in order of use */
} Entry;

typedef struct {
    GHashTable *entries; /* of Entry, for finding only */
    GQueue used;         /* latest at the head         */
    gsize bytes, most_bytes;
} Cache;

static void
entry_free (gpointer data)
{
    Entry *entry = data;
    for (guint i = 0; i < entry->block.n_lines; i++)
        g_clear_pointer (&entry->block.line[i].ink.surface, cairo_surface_destroy);
    g_free (entry->block.line);
    g_clear_object (&entry->layout);
    g_free (entry->text);
    g_free (entry);
}

static guint
entry_hash (gconstpointer data)
{
    const Entry *entry = data;
    return g_str_hash (entry->text) ^ (guint) (entry->em_px * 1024) * 2654435761u ^
           (guint) entry->bold << 7;
}

static gboolean
entry_equal (gconstpointer a, gconstpointer b)
{
    const Entry *one = a, *two = b;
    return one->em_px == two->em_px && one->halo_px == two->halo_px && one->bold == two->bold &&
           one->max_width == two->max_width &&
           memcmp (&one->colour, &two->colour, sizeof (CgColour)) == 0 &&
           memcmp (&one->halo, &two->halo, sizeof (CgColour)) == 0 && strcmp (one->text, two->text) == 0;
}

static void
cache_free (gpointer data)
{
    Cache *cache = data;
    g_hash_table_unref (cache->entries);
    g_free (cache);
}

/* A layout belongs to the fonts of its thread. */
static GPrivate thread_cache = G_PRIVATE_INIT (cache_free);

static Cache *
get_cache (void)
{
    Cache *cache = g_private_get (&thread_cache);
    if (cache != NULL)
        return cache;
    cache = g_new0 (Cache, 1);
    cache->entries = g_hash_table_new_full (entry_hash, entry_equal, NULL, entry_free);
    g_queue_init (&cache->used);
    cache->most_bytes = DEFAULT_BYTES;
    g_private_set (&thread_cache, cache);
    return cache;
}

/* Down to the limit, but never the one in use. */
static void
trim (Cache *cache)
{
    while (cache->bytes > cache->most_bytes && cache->used.length > 1) {
        Entry *entry = cache->used.tail->data;
        g_queue_unlink (&cache->used, &entry->link);
        cache->bytes -= entry->bytes;
        g_hash_table_remove (cache->entries, entry);
    }
}

void
cg_text_cache_limit (gsize bytes)
{
    Cache *cache = get_cache ();
    cache->most_bytes = bytes;
    trim (cache);
    if (bytes > 0)
        return;
    g_queue_init (&cache->used);
    g_hash_table_remove_all (cache->entries);
    cache->bytes = 0;
}

/* ---- sprites ----------------------------------------------------------------------------- */

static gsize
sprite_bytes (const CgSprite *sprite)
{
    return sprite->surface == NULL ? 0
                                   : (gsize) cairo_image_surface_get_stride (sprite->surface) *
                                         (gsize) cairo_image_surface_get_height (sprite->surface);
}

static gsize
next_id (void)
{
    static gsize last;
    return (gsize) g_atomic_pointer_add (&last, 1) + 1;
}

/* The line's ink and `room` pixels round it. */
static void
draw_line (PangoLayoutLine *line, int room, CgSprite *out)
{
    PangoRectangle ink;
    pango_layout_line_get_pixel_extents (line, &ink, NULL);
    if (ink.width <= 0 || ink.height <= 0)
        return;
    out->id = next_id ();
    out->x = ink.x - 1 - room;
    out->y = ink.y - 1 - room;
    out->surface = cairo_image_surface_create (CAIRO_FORMAT_A8, ink.width + 2 + 2 * room,
                                            ink.height + 2 + 2 * room);
    cairo_t *cr = cairo_create (out->surface);
    cairo_move_to (cr, -out->x, -out->y);
    pango_cairo_show_layout_line (cr, line);
    cairo_destroy (cr);
    cairo_surface_flush (out->surface);
}

/* out: the greater of itself and weight / 255 of in. */
CG_WIDE static void
raise_row (gsize n, const guint8 *restrict in, guint weight, guint8 *restrict out)
{
    for (gsize i = 0; i < n; i++) {
        guint16 share = (guint16) (in[i] * weight + 128);
        guint8 value = (guint8) ((share + (share >> 8)) >> 8);
        out[i] = value > out[i] ? value : out[i];
    }
}

/* Each pixel is as covered as the most covered one within the radius, whose rim fades over a pixel
 * beyond it. Strokes of small type cover no pixel wholly: a third is enough for the whole halo.
 * thin, out: of height rows of stride bytes, with as much room round the ink as the halo needs. */
static void
spread_ink (const guint8 *thin, gsize stride, int width, int height, double radius, int room,
            guint8 *out)
{
    g_autofree guint8 *ink = g_malloc (stride * (gsize) height);
    for (gsize i = 0; i < stride * (gsize) height; i++)
        ink[i] = (guint8) MIN (thin[i] * FULL_AT, 255);
    for (int dy = -room; dy <= room; dy++)
        for (int dx = -room; dx <= room; dx++) {
            double rim = CLAMP (radius + 1 - sqrt (dx * dx + dy * dy), 0, 1);
            guint weight = (guint) (rim * 255 + 0.5);
            /* Within `room` of the edge there is no ink. */
            for (int y = room; weight > 0 && y < height - room; y++)
                raise_row ((gsize) (width - 2 * room), ink + (gsize) y * stride + room, weight,
                           out + (gsize) (y + dy) * stride + room + dx);
        }
}

/* A colour as cairo stores it, for each degree of coverage. */
static void
tint_table (CgColour colour, guint32 out[256])
{
    for (guint k = 0; k < 256; k++) {
        guint32 a = (colour.a * k + 127) / 255;
        out[k] = a << 24 | (colour.r * a + 127) / 255 << 16 | (colour.g * a + 127) / 255 << 8 |
                 (colour.b * a + 127) / 255;
    }
}

/* Puts the text on its halo, both coloured: one picture to set instead of two masks. */
static void
add_halo (const Entry *entry, int room, CgSprite *sprite)
{
    cairo_surface_t *mask = sprite->surface;
    int width = cairo_image_surface_get_width (mask), height = cairo_image_surface_get_height (mask);
    cairo_surface_t *both = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
    const guint8 *thin = cairo_image_surface_get_data (mask);
    guint8 *data = cairo_image_surface_get_data (both);
    gsize stride = (gsize) cairo_image_surface_get_stride (mask);
    if (thin != NULL && data != NULL) {
        g_autofree guint8 *halo = g_malloc0 (stride * (gsize) height);
        guint32 text_tint[256], halo_tint[256];
        spread_ink (thin, stride, width, height, entry->halo_px, room, halo);
        tint_table (entry->colour, text_tint);
        tint_table (entry->halo, halo_tint);
        for (int y = 0; y < height; y++) {
            guint32 *row = (guint32 *) (gpointer) (data + (gsize) y *
                                                              (gsize) cairo_image_surface_get_stride (
                                                                  both));
            for (int x = 0; x < width; x++) {
                gsize at = (gsize) y * stride + (gsize) x;
                row[x] = halo_tint[halo[at]];
                if (thin[at] > 0)
                    cg_pixels_over (1, &text_tint[thin[at]], &row[x]);
            }
        }
        cairo_surface_mark_dirty (both);
    }
    cairo_surface_destroy (mask);
    sprite->surface = both;
}

static void
draw_entry (Entry *entry)
{
    int room = entry->halo_px > 0 ? (int) ceil (entry->halo_px + 1) : 0;
    for (guint i = 0; i < entry->block.n_lines; i++) {
        CgSprite *ink = &entry->block.line[i].ink;
        draw_line (pango_layout_get_line_readonly (entry->layout, (int) i), room, ink);
        if (ink->surface != NULL && entry->halo_px > 0)
            add_halo (entry, room, ink);
        entry->bytes += sprite_bytes (ink);
    }
    g_clear_object (&entry->layout);
    entry->bytes -= LAYOUT_BYTES;
    entry->drawn = TRUE;
}

/* ---- entries ----------------------------------------------------------------------------- */

static Entry *
entry_new (const Entry *key, CgCanvas *canvas, const CgText *style)
{
    Entry *entry = g_new0 (Entry, 1);
    *entry = *key;
    entry->text = g_strdup (key->text);
    entry->link = (GList){ .data = entry };
    entry->layout = cg_text_layout (canvas, key->text, style);
    entry->block.n_lines = (guint) pango_layout_get_line_count (entry->layout);
    entry->block.line = g_new0 (CgTextLine, entry->block.n_lines);
    for (guint i = 0; i < entry->block.n_lines; i++) {
        PangoRectangle logical;
        pango_layout_line_get_extents (
            pango_layout_get_line_readonly (entry->layout, (int) i), NULL, &logical);
        entry->block.line[i].width = (double) logical.width / PANGO_SCALE;
    }
    entry->bytes = ENTRY_BYTES + LAYOUT_BYTES + strlen (entry->text) +
                   entry->block.n_lines * sizeof (CgTextLine);
    return entry;
}

const CgTextBlock *
cg_text_block (CgCanvas *canvas, const char *text, const CgText *style, gboolean drawn)
{
    Cache *cache = get_cache ();
    gboolean halo = style->halo.a > 0;
    const Entry key = {
        .text = (char *) text,
        .em_px = cg_text_em_px (canvas, style->size),
        .halo_px = halo ? cg_text_halo_px (canvas, style->size) : 0,
        .colour = halo ? style->colour : (CgColour){ 0, 0, 0, 0 },
        .halo = halo ? style->halo : (CgColour){ 0, 0, 0, 0 },
        .max_width = style->max_width > 0.0 && isfinite (style->max_width) ? style->max_width : 0,
        .bold = style->bold != FALSE,
    };
    Entry *entry = g_hash_table_lookup (cache->entries, &key);
    if (entry != NULL) {
        g_queue_unlink (&cache->used, &entry->link);
    } else {
        entry = entry_new (&key, canvas, style);
        g_hash_table_add (cache->entries, entry);
        cache->bytes += entry->bytes;
    }
    g_queue_push_head_link (&cache->used, &entry->link);
    if (drawn && !entry->drawn) {
        cache->bytes -= entry->bytes;
        draw_entry (entry);
        cache->bytes += entry->bytes;
    }
    trim (cache);
    return &entry->block;
}
