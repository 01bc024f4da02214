/* A map for tiles: its colours are fixed when it is made. */
#include "app/open/tile_maps_internal.h"
#include "base/error.h"
#include "tile/picture.h"

#include <math.h>
#include <string.h>

#define HEAT_POWER 0.5 /* as the heat maps of the screens */
#define FAR_DEG 40.0   /* of longitude: beyond, a projection may come round to the county again */
#define GRID_LEAST_PX 14.0      /* borders of smaller grids would hide them */
#define COMMUNITY_LEAST_PX 40.0 /* of grids, until when nobody sees that the line is wider */
#define TOWN_LEAST_PX 24.0

void
cg_tile_map_unref (CgTileMap *map)
{
    if (map == NULL || !g_atomic_ref_count_dec (&map->references))
        return;
    tile_ground_unref (map->ground);
    g_free (map->types);
    g_free (map->title);
    g_free (map->note);
    g_free (map->value);
    g_free (map->x);
    g_free (map->y);
    g_clear_pointer (&map->transform, cg_transform_free);
    g_mutex_clear (&map->lock);
    g_free (map);
}

gsize
cg_tile_map_bytes (const CgTileMap *map)
{
    gsize events = map->x != NULL ? map->n_events : 0;
    return sizeof *map + events * 2 * sizeof (double) + 4096;
}

static gboolean
refuse (GError **error, const char *layer, const char *option)
{
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "layer %s has no use for %s", layer, option);
    return FALSE;
}

static gboolean
check_use (const CgTileLayer *layer, const CgTileMapOptions *options, GError **error)
{
    gboolean heat = layer->measure == NULL;
    if (!layer->events && (options->since_s != 0 || options->until_s != 0))
        return refuse (error, layer->name, "datetime");
    if (!layer->events && options->types != NULL)
        return refuse (error, layer->name, "types");
    if (heat && (options->breaks != NULL || options->classes != 0))
        return refuse (error, layer->name, options->breaks != NULL ? "breaks" : "classes");
    if (!heat && (options->bandwidth_m != 0 || options->full_per_km2 != 0))
        return refuse (error, layer->name, options->bandwidth_m != 0 ? "bandwidth" : "full");
    return TRUE;
}

static gboolean
find_style (CgTileMap *map, const CgTileMapOptions *options, GError **error)
{
    map->theme = cg_theme_find (options->theme != NULL ? options->theme : "light");
    map->palette = options->palette != NULL ? cg_palette_find (options->palette) : NULL;
    if (map->theme != NULL && (options->palette == NULL || map->palette != NULL))
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "no %s named '%.40s'",
                 map->theme == NULL ? "theme" : "palette",
                 map->theme == NULL ? options->theme : options->palette);
    return FALSE;
}

static void
find_span (const CgScreen *screen, const CgTileMapOptions *options, CgTileMap *map)
{
    gint64 end_s = cg_screen_today_s (screen, options->now_s) + SCREEN_DAY_S;
    gint64 days = MAX (screen->tables.config->heat_days, 1);
    map->since_s = end_s - days * SCREEN_DAY_S;
    map->until_s = end_s;
    if (options->since_s == 0 && options->until_s == 0)
        return;
    gint64 first_s = screen_data_begin (screen);
    map->since_s = options->since_s != CG_TIME_NONE ? options->since_s
                   : first_s != G_MAXINT64          ? first_s
                                                    : 0;
    /* The last second belongs to it. */
    map->until_s =
        options->until_s != CG_TIME_NONE ? options->until_s + 1 : MAX (end_s, map->since_s);
}

static gboolean
check_number (const char *name, double value, double low, double high, GError **error)
{
    if (value == 0 || (value >= low && value <= high))
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "%s %g: from %g to %g", name, value, low,
                 high);
    return FALSE;
}

static gboolean
make_heat (CgTileMap *map, const CgScreen *screen, ScreenEvents *events,
           const CgTileMapOptions *options, GError **error)
{
    double peak = 0;
    if (!check_number ("bandwidth", options->bandwidth_m, 10, 50000, error) ||
        !check_number ("full", options->full_per_km2, 1e-6, 1e9, error))
        return FALSE;
    map->bandwidth_m =
        options->bandwidth_m > 0 ? options->bandwidth_m : screen_bandwidth (screen, events, NULL);
    if (!screen_peak (events, &screen->box, map->bandwidth_m, &peak, error))
        return FALSE;
    map->heat = (CgHeat){ .palette = map->palette,
                          .full_per_km2 = options->full_per_km2 > 0 ? options->full_per_km2
                                                                    : cg_map_heat_full (peak),
                          .peak_per_km2 = peak,
                          .power = HEAT_POWER };
    map->title = g_strdup (map->layer.title);
    g_autofree char *length = cg_format_length_m (map->bandwidth_m);
    map->note = g_strdup_printf ("高斯核, 带宽 %s", length);
    map->transform = cg_transform_new ("EPSG:4326", tile_working_crs (screen), error);
    map->x = g_steal_pointer (&events->x);
    map->y = g_steal_pointer (&events->y);
    map->events = CG_BOX_EMPTY;
    for (guint32 i = 0; i < map->n_events; i++)
        cg_box_add (&map->events, map->x[i], map->y[i]);
    return map->transform != NULL;
}

static gboolean
make_classes (CgTileMap *map, const CgScreen *screen, const CgTileMapOptions *options,
              GError **error)
{
    guint32 n = screen->grids->n;
    ScreenJob job = { .screen = screen, .palette = map->palette };
    const CgScreenOptions asked = { .breaks = options->breaks, .classes = options->classes };
    const CgScreenPicture *picture = cg_screen_picture_find ("choropleth");
    map->value = g_new0 (double, MAX (n, 1));
    if (!screen_job_options (&job, picture, &asked, error) ||
        !screen_measure_between (screen, map->layer.measure->name, map->since_s, map->until_s,
                                 map->value, error))
        return FALSE;
    job.palette = map->palette;
    screen_classes (&job, n, map->value, &map->choropleth);
    cg_choropleth_count (n, map->value, &map->choropleth);
    map->title = screen_measure_title (screen, map->layer.measure);
    map->note = screen_classes_method (&job);
    return TRUE;
}

/* shown: the snapshot, or what is left of it where types are named. */
static gboolean
make_map (CgTileMap *map, const CgScreen *shown, const CgTileMapOptions *options, GError **error)
{
    ScreenEvents events = { 0 };
    if (map->layer.events)
        screen_events (shown, map->since_s, map->until_s, &events);
    map->n_events = events.n;
    map->n_left_out = events.n_left_out;
    gboolean made = map->layer.measure == NULL ? make_heat (map, shown, &events, options, error)
                                               : make_classes (map, shown, options, error);
    screen_events_clear (&events);
    return made;
}

CgTileMap *
cg_tile_map_new (CgScreen *screen, const char *layer, const CgTileMapOptions *options,
                 const CgTileMap *ground, GError **error)
{
    g_autoptr (CgTileMap) map = g_new0 (CgTileMap, 1);
    g_atomic_ref_count_init (&map->references);
    g_mutex_init (&map->lock);
    if (!cg_tile_layer_find (layer, &map->layer)) {
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "no layer of pictures named '%.40s'",
                     layer);
        return NULL;
    }
    if (!check_use (&map->layer, options, error) || !find_style (map, options, error))
        return NULL;
    if (ground != NULL && ground->ground->of == tile_ground_screen (screen)) {
        map->ground = ground->ground;
        g_atomic_ref_count_inc (&map->ground->references);
    } else if ((map->ground = tile_ground_new (tile_ground_screen (screen), error)) == NULL) {
        return NULL;
    }
    map->types = g_strdup (options->types);
    find_span (screen, options, map);
    ScreenChoice choice = { 0 };
    const CgScreenOptions asked = { .types = options->types };
    gboolean made = screen_choose (screen, &asked, &choice, error) &&
                    make_map (map, choice.shown, options, error);
    screen_choice_clear (&choice);
    return made ? g_steal_pointer (&map) : NULL;
}

CgBox
cg_tile_map_extent (const CgTileMap *map)
{
    return map->ground->extent;
}

/* ---- drawing
 * ---------------------------------------------------------------------------------------- */

/* What a quarter of a pixel hides is not drawn; by the zoom alone, so that all its tiles agree. */
static CgTileAreas
areas_of (const TileGround *ground, double pixel_m, CgLevel level)
{
    const TileOutlines *thin = &ground->thin[level];
    gboolean far = thin->areas != NULL && pixel_m >= 4 * ground->thin_m;
    const TileOutlines *outlines = far ? thin : &ground->full[level];
    return (CgTileAreas){ outlines->areas, outlines->box };
}

static GBytes *
draw_classes (const CgTileMap *map, const CgTile *tile, guint span, GError **error)
{
    const TileGround *ground = map->ground;
    double pixel_m = cg_tile_pixel_m (tile->z, ground->lat);
    CgTileClasses classes = { .filled = areas_of (ground, pixel_m, CG_LEVEL_GRID),
                              .value = map->value,
                              .choropleth = &map->choropleth };
    double grid_px = ground->grid_side / cg_tile_pixel (tile->z),
           town_px = ground->town_side / cg_tile_pixel (tile->z);
    if (classes.filled.areas == NULL)
        return cg_tile_clear ();
    for (int level = CG_LEVEL_GRID; level >= 0; level--) {
        gboolean told_apart = level == CG_LEVEL_GRID        ? grid_px >= GRID_LEAST_PX
                              : level == CG_LEVEL_COMMUNITY ? grid_px >= COMMUNITY_LEAST_PX
                                                            : town_px >= TOWN_LEAST_PX;
        CgTileAreas areas = areas_of (ground, pixel_m, (CgLevel) level);
        if ((!told_apart && level != CG_LEVEL_COUNTY) || areas.areas == NULL)
            continue;
        classes.border[classes.n_borders].areas = areas;
        classes.border[classes.n_borders++].level = (CgLevel) level;
    }
    return cg_tile_draw_classes (tile, span, &classes, map->theme, error);
}

static GBytes *
draw_heat (CgTileMap *map, const CgTile *tile, guint span, GError **error)
{
    guint n = span * CG_TILE_NODES + 1;
    g_autofree double *x = g_new (double, n *n), *y = g_new (double, n *n);
    CgTileLattice lattice;
    CgDensityOptions options;
    cg_tile_nodes (tile, span, x, y);
    for (guint i = 0; i < n * n; i++)
        if (fabs (x[i] - map->ground->lon) > FAR_DEG)
            x[i] = NAN;
    g_mutex_lock (&map->lock);
    cg_transform_run (map->transform, n * n, x, y);
    g_mutex_unlock (&map->lock);
    cg_tile_lattice (tile->z, map->ground->lat, map->bandwidth_m, &lattice);
    if (!cg_tile_window (span, x, y, &lattice, &map->events, &options))
        return cg_tile_clear ();
    g_autoptr (CgDensity) density =
        cg_density_run (map->n_events, map->x, map->y, NULL, &options, error);
    return density != NULL
               ? cg_tile_draw_heat (span, x, y, &lattice, density, &map->heat, map->theme, error)
               : NULL;
}

GBytes *
cg_tile_map_draw (const CgTileMap *map, const CgTile *tile, guint span, GError **error)
{
    const TileGround *ground = map->ground;
    CgBox box = cg_tile_map_box (tile, span, 0);
    CgBox county = CG_BOX_EMPTY;
    double u, v;
    if (cg_box_is_empty (&ground->extent) || span == 0 ||
        span * CG_TILE_SIZE > CG_CANVAS_MAX_SIDE / 2) {
        if (span == 1)
            return cg_tile_clear ();
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "a picture of %u tiles a side", span);
        return NULL;
    }
    cg_tile_world (ground->extent.x_min, ground->extent.y_min, &u, &v);
    cg_box_add (&county, u, -v);
    cg_tile_world (ground->extent.x_max, ground->extent.y_max, &u, &v);
    cg_box_add (&county, u, -v);
    /* Heat reaches beyond the border, the line of the border half its width; a whole county is
     * plenty. */
    double reach = MAX (county.x_max - county.x_min, county.y_max - county.y_min) +
                   16 * cg_tile_pixel (tile->z);
    county = (CgBox){ county.x_min - reach, county.y_min - reach, county.x_max + reach,
                      county.y_max + reach };
    if (span == 1 && !cg_box_meets (&box, &county))
        return cg_tile_clear ();
    return map->layer.measure == NULL ? draw_heat ((CgTileMap *) map, tile, span, error)
                                      : draw_classes (map, tile, span, error);
}
