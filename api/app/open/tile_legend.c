/* What the colours of a tile map mean. */
#include "app/open/tile_maps_internal.h"

#include <math.h>

#define LEGEND_VH 11.0 /* pixels */

static json_t *
colour_json (CgColour colour)
{
    char text[16];
    g_snprintf (text, sizeof text, "#%02x%02x%02x", colour.r, colour.g, colour.b);
    return json_string (text);
}

static json_t *
number_json (double value)
{
    return isfinite (value) ? json_real (value) : json_null ();
}

static json_t *
class_json (CgColour colour, const char *about, double above, double upto, guint32 count)
{
    json_t *json = json_object ();
    json_object_set_new (json, "colour", colour_json (colour));
    if (about != NULL)
        json_object_set_new (json, "title", json_string (about));
    json_object_set_new (json, "from", number_json (above));
    json_object_set_new (json, "to", number_json (upto));
    json_object_set_new (json, "grids", json_integer (count));
    return json;
}

static json_t *
classes_json (const CgTileMap *map)
{
    const CgChoropleth *choropleth = &map->choropleth;
    json_t *classes = json_array ();
    if (choropleth->count_none > 0)
        json_array_append_new (
            classes, class_json (map->theme->no_data, "无数据", NAN, NAN, choropleth->count_none));
    if (choropleth->zero)
        json_array_append_new (classes, class_json (cg_choropleth_zero (choropleth, map->theme),
                                                    NULL, 0, 0, choropleth->count_zero));
    for (guint c = 0; c < choropleth->n_classes; c++)
        json_array_append_new (classes,
                               class_json (cg_choropleth_colour (choropleth, map->theme, c), NULL,
                                           c == 0 ? choropleth->lower : choropleth->upper[c - 1],
                                           choropleth->upper[c], choropleth->count[c]));
    return classes;
}

/* Densities at even steps of the colour scale; colours as over nothing, with their opacity. */
static json_t *
stops_json (const CgTileMap *map)
{
    guint32 lut[256];
    json_t *stops = json_array ();
    cg_map_heat_colours (map->theme, &map->heat, lut);
    for (guint k = 0; k <= 255; k += 15) {
        double share = k / 255.0, a = (double) (lut[k] >> 24) / 255;
        char text[48];
        guint r = (guint) ((lut[k] >> 16 & 255) / MAX (a, 1e-9) + 0.5),
              g = (guint) ((lut[k] >> 8 & 255) / MAX (a, 1e-9) + 0.5),
              b = (guint) ((lut[k] & 255) / MAX (a, 1e-9) + 0.5);
        g_snprintf (text, sizeof text, "#%02x%02x%02x%02x", MIN (r, 255), MIN (g, 255),
                    MIN (b, 255), (guint) (lut[k] >> 24));
        json_array_append_new (stops,
                               json_pack ("{s:f, s:s}", "density",
                                          map->heat.full_per_km2 * pow (share, 1 / map->heat.power),
                                          "colour", text));
    }
    return stops;
}

json_t *
cg_tile_map_legend_json (const CgTileMap *map)
{
    json_t *json =
        json_pack ("{s:s, s:s, s:s, s:s, s:s}", "layer", map->layer.name, "title", map->title,
                   "unit", map->layer.unit, "theme", map->theme->name, "method", map->note);
    if (map->layer.events) {
        g_autofree char *from = cg_app_local_text (map->since_s, "%Y-%m-%dT%H:%M:%S+08:00");
        g_autofree char *to = cg_app_local_text (map->until_s - 1, "%Y-%m-%dT%H:%M:%S+08:00");
        json_object_set_new (json, "from", json_string (from));
        json_object_set_new (json, "to", json_string (to));
        json_object_set_new (json, "types",
                             map->types != NULL ? json_string (map->types) : json_null ());
        json_object_set_new (json, "incidents", json_integer (map->n_events));
        json_object_set_new (json, "incidents_outside", json_integer (map->n_left_out));
    }
    if (map->layer.measure != NULL) {
        json_object_set_new (json, "classes", classes_json (map));
        return json;
    }
    json_object_set_new (json, "bandwidth_m", json_real (map->bandwidth_m));
    json_object_set_new (json, "full_per_km2", json_real (map->heat.full_per_km2));
    json_object_set_new (json, "peak_per_km2", json_real (map->heat.peak_per_km2));
    json_object_set_new (json, "stops", stops_json (map));
    return json;
}

/* Period and type, of maps that count incidents. (transfer full) */
static char *
span_text (const CgTileMap *map)
{
    if (!map->layer.events)
        return NULL;
    g_autofree char *from = cg_app_local_text (map->since_s, "%Y-%m-%d");
    g_autofree char *to = cg_app_local_text (map->until_s - 1, "%Y-%m-%d");
    return g_strconcat (from, " 至 ", to, map->types != NULL ? " · " : NULL, map->types, NULL);
}

/* The legend in the corner of a sheet of that size. */
static CgRect
put_legend (const CgTileMap *map, const CgLegend *legend, double side, CgCanvas **out_canvas,
            guint width, guint height, GError **error)
{
    CgRect none = { 0, 0, 0, 0 };
    g_autoptr (CgCanvas) canvas = cg_canvas_new (CG_FORMAT_PNG, width, height, map->theme, error);
    if (canvas == NULL)
        return none;
    cg_canvas_set_vh (canvas, LEGEND_VH);
    /* The painter keeps 1.2 vh off the corner, a picture of a legend needs no such room. */
    double gap = 1.2 * LEGEND_VH;
    CgMapView view = { .rect = { -gap, -gap, side + 2 * gap, side + 2 * gap },
                       .box = { 0, 0, 1000, 1000 },
                       .m_per_px = 1 };
    CgRect rect = cg_map_legend_rect (canvas, &view, legend, CG_CORNER_NW);
    cg_map_legend (canvas, &view, legend, CG_CORNER_NW);
    *out_canvas = g_steal_pointer (&canvas);
    return rect;
}

GBytes *
cg_tile_map_legend (const CgTileMap *map, GError **error)
{
    g_autofree char *span = span_text (map);
    g_autofree char *note = g_strconcat (map->note, span != NULL ? " · " : NULL, span, NULL);
    gboolean heat = map->layer.measure == NULL;
    const CgLegend legend = { .title = map->title,
                              .unit = map->layer.unit,
                              .heat = heat ? &map->heat : NULL,
                              .choropleth = heat ? NULL : &map->choropleth,
                              .note = note,
                              .count_title = heat ? NULL : "网格数" };
    g_autoptr (CgCanvas) first = NULL, canvas = NULL;
    CgRect rect = put_legend (map, &legend, 2048, &first, 64, 64, error);
    if (first == NULL)
        return NULL;
    put_legend (map, &legend, 2048, &canvas, (guint) ceil (rect.width), (guint) ceil (rect.height),
                error);
    return canvas != NULL ? cg_canvas_finish (canvas, error) : NULL;
}
