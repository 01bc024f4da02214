/* The list of layers, and the maps in use. */
#include "app/open/tile_maps_internal.h"

#include <string.h>

#define HEAT "heat"
#define GRID "grid-"
#define MAX_MAPS 32u
#define MAX_BYTES (64u << 20)

/* ---- layers
 * -------------------------------------------------------------------------------------- */

guint
cg_tile_layer_count (void)
{
    guint n = 1;
    for (const CgScreenMeasure *m = cg_screen_measures (); m->name != NULL; m++)
        n++;
    return n;
}

void
cg_tile_layer_at (guint which, CgTileLayer *out)
{
    *out = (CgTileLayer){ .name = HEAT, .title = "事件热力图", .unit = "起/km²", .events = TRUE };
    if (which == 0)
        return;
    out->measure = &cg_screen_measures ()[which - 1];
    g_snprintf (out->name, sizeof out->name, GRID "%s", out->measure->name);
    out->title = out->measure->title;
    out->unit = out->measure->unit;
    out->events = g_str_has_prefix (out->measure->name, "incidents");
}

gboolean
cg_tile_layer_find (const char *name, CgTileLayer *out)
{
    for (guint i = 0; i < cg_tile_layer_count (); i++) {
        cg_tile_layer_at (i, out);
        if (strcmp (out->name, name) == 0)
            return TRUE;
    }
    return FALSE;
}

char *
cg_tile_map_key (const char *layer, const CgTileMapOptions *options)
{
    const char *const texts[] = { options->types, options->theme, options->palette,
                                  options->breaks };
    char bandwidth[G_ASCII_DTOSTR_BUF_SIZE], full[G_ASCII_DTOSTR_BUF_SIZE];
    GString *key = g_string_new (layer);
    g_string_append_printf (key, "|%" G_GINT64_FORMAT "|%" G_GINT64_FORMAT "|%u|%s|%s",
                            options->since_s, options->until_s, options->classes,
                            g_ascii_dtostr (bandwidth, sizeof bandwidth, options->bandwidth_m),
                            g_ascii_dtostr (full, sizeof full, options->full_per_km2));
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
        g_string_append_c (key, '|');
        if (texts[i] != NULL)
            g_string_append_uri_escaped (key, texts[i], NULL, FALSE);
    }
    return g_string_free (key, FALSE);
}

/* ---- the maps in use
 * ---------------------------------------------------------------------------------- */

typedef struct {
    char *key;
    CgTileMap *map;
} Kept;

struct _CgTileMaps {
    GMutex making, lock; /* lock: of kept; taken for moments only */
    GQueue kept;         /* latest use first                      */
    gsize bytes;
};

CgTileMaps *
cg_tile_maps_new (void)
{
    CgTileMaps *maps = g_new0 (CgTileMaps, 1);
    g_mutex_init (&maps->making);
    g_mutex_init (&maps->lock);
    g_queue_init (&maps->kept);
    return maps;
}

static void
kept_free (gpointer data)
{
    Kept *kept = data;
    g_free (kept->key);
    cg_tile_map_unref (kept->map);
    g_free (kept);
}

void
cg_tile_maps_free (CgTileMaps *maps)
{
    if (maps == NULL)
        return;
    g_queue_clear_full (&maps->kept, kept_free);
    g_mutex_clear (&maps->making);
    g_mutex_clear (&maps->lock);
    g_free (maps);
}

static CgTileMap *
map_ref (CgTileMap *map)
{
    g_atomic_ref_count_inc (&map->references);
    return map;
}

static CgTileMap *
look_up (CgTileMaps *maps, const char *key)
{
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&maps->lock);
    for (GList *link = maps->kept.head; link != NULL; link = link->next) {
        Kept *kept = link->data;
        if (strcmp (kept->key, key) != 0)
            continue;
        g_queue_unlink (&maps->kept, link);
        g_queue_push_head_link (&maps->kept, link);
        return map_ref (kept->map);
    }
    return NULL;
}

/* A map whose outlines the next one may share. */
static CgTileMap *
latest (CgTileMaps *maps)
{
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&maps->lock);
    Kept *kept = g_queue_peek_head (&maps->kept);
    return kept != NULL ? map_ref (kept->map) : NULL;
}

static void
put (CgTileMaps *maps, const char *key, CgTileMap *map)
{
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&maps->lock);
    Kept *kept = g_new0 (Kept, 1);
    *kept = (Kept){ g_strdup (key), map_ref (map) };
    maps->bytes += cg_tile_map_bytes (map);
    g_queue_push_head (&maps->kept, kept);
    while (g_queue_get_length (&maps->kept) > 1 &&
           (maps->bytes > MAX_BYTES || g_queue_get_length (&maps->kept) > MAX_MAPS)) {
        Kept *last = g_queue_pop_tail (&maps->kept);
        maps->bytes -= cg_tile_map_bytes (last->map);
        kept_free (last);
    }
}

CgTileMap *
cg_tile_maps_get (CgTileMaps *maps, const char *key, CgScreen *screen, const char *layer,
                  const CgTileMapOptions *options, GError **error)
{
    CgTileMap *map = look_up (maps, key);
    if (map != NULL)
        return map;
    g_autoptr (GMutexLocker) making = g_mutex_locker_new (&maps->making);
    if ((map = look_up (maps, key)) != NULL)
        return map;
    g_autoptr (CgTileMap) ground = latest (maps);
    map = cg_tile_map_new (screen, layer, options, ground, error);
    if (map != NULL)
        put (maps, key, map);
    return map;
}
