#include "app/screen/hex_map.h"

#include <math.h>

#define SHARE_OF_SIDE 60.0
#define MAX_CLASSES 7u
#define DEFAULT_WIDTH_M 500.0

static double
automatic_width_m (const CgBox *box)
{
    double side_m = sqrt ((box->x_max - box->x_min) * (box->y_max - box->y_min));
    double width_m = cg_round_up (side_m / SHARE_OF_SIDE);
    return width_m > 0.0 && isfinite (width_m) ? width_m : DEFAULT_WIDTH_M;
}

/* Events of hexagons in the window; NaN elsewhere, so that a place far off does not stretch the
 * classes. */
static double *
values_in (const CgHexMap *map, const CgBox *box)
{
    double *value = g_new (double, MAX (map->bins->n, 1));
    for (guint32 i = 0; i < map->bins->n; i++) {
        CgBox cell = cg_shapes_box (map->shapes, i);
        value[i] = cg_box_meets (&cell, box) ? map->bins->weight[i] : NAN;
    }
    return value;
}

/* Bounds 1, 2, 5 times powers of ten, as many of the highest as there is room for; the last class
 * ends at the highest value. */
static void
choose_classes (guint32 n, const double *value, CgChoropleth *out)
{
    double lowest = INFINITY, highest = -INFINITY, down[MAX_CLASSES];
    gboolean whole = TRUE;
    for (guint32 i = 0; i < n; i++) {
        if (!isfinite (value[i]))
            continue;
        lowest = MIN (lowest, value[i]);
        highest = MAX (highest, value[i]);
        whole = whole && value[i] == floor (value[i]);
    }
    *out = (CgChoropleth){ .n_classes = 1, .upper = { 1 }, .decimals = whole ? 0 : 2 };
    if (lowest > highest)
        return;
    guint n_bounds = 0;
    double bound = highest;
    while (n_bounds < MAX_CLASSES && bound >= lowest && bound > 0.0) {
        down[n_bounds++] = bound;
        bound = cg_round_length (bound * (1.0 - 1e-9));
    }
    out->lower = lowest;
    out->n_classes = MAX (n_bounds, 1);
    out->upper[0] = highest;
    for (guint k = 0; k < n_bounds; k++)
        out->upper[k] = down[n_bounds - 1 - k];
}

static guint
density_decimals (double per_km2)
{
    return per_km2 >= 100.0 ? 0 : per_km2 >= 10.0 ? 1 : per_km2 >= 1.0 ? 2 : 3;
}

static char *
range_text (double low, double high, guint decimals)
{
    g_autofree char *from = cg_format_number (low, decimals);
    g_autofree char *to = cg_format_number (high, decimals);
    return g_str_equal (from, to) || low >= high ? g_steal_pointer (&to)
                                                 : g_strconcat (from, "–", to, NULL);
}

static void
clear_row (gpointer row)
{
    g_free ((char *) ((CgLegendRow *) row)->text);
}

static void
make_rows (CgHexMap *map, const CgTheme *theme)
{
    const CgChoropleth *choropleth = &map->choropleth;
    map->rows = g_array_new (FALSE, TRUE, sizeof (CgLegendRow));
    g_array_set_clear_func (map->rows, clear_row);
    for (guint c = map->bins->n > 0 ? choropleth->n_classes : 0; c-- > 0;) {
        double high = choropleth->upper[c];
        double low = c == 0                      ? choropleth->lower
                     : choropleth->decimals == 0 ? floor (choropleth->upper[c - 1]) + 1
                                                 : choropleth->upper[c - 1];
        double dense = high / map->bins->area_km2;
        g_autofree char *events = range_text (low, high, choropleth->decimals);
        g_autofree char *density =
            range_text (low / map->bins->area_km2, dense, density_decimals (dense));
        CgLegendRow row = { .colour = cg_choropleth_colour (choropleth, theme, c),
                            .symbol = -1,
                            .text = g_strdup_printf (cg_word (map->language, "%s 起 = %s 起/km²"),
                                                     events, density),
                            .count = choropleth->count[c] };
        g_array_append_val (map->rows, row);
    }
}

gboolean
cg_hex_map_init (CgHexMap *out, guint32 n, const double *x, const double *y, const double *weight,
                 double width_m, const CgBox *box, const CgPalette *palette, const CgTheme *theme,
                 CgLanguage language, GError **error)
{
    *out = (CgHexMap){ .language = language };
    width_m = width_m > 0.0 ? width_m : automatic_width_m (box);
    out->bins = cg_hexbin_run (n, x, y, weight, width_m, error);
    if (out->bins == NULL)
        return FALSE;
    out->shapes = cg_hexbin_shapes (out->bins);
    g_autofree double *value = values_in (out, box);
    choose_classes (out->bins->n, value, &out->choropleth);
    out->choropleth.palette = palette;
    cg_choropleth_count (out->bins->n, value, &out->choropleth);
    make_rows (out, theme);
    out->brief = (CgLegend){ .unit = cg_word (language, "起/格"), .choropleth = &out->choropleth };
    g_autofree char *side = cg_format_length_m (width_m);
    g_autofree char *area =
        cg_format_number (out->bins->area_km2, out->bins->area_km2 < 0.1 ? 6 : 3);
    out->method = g_strdup_printf (cg_word (language, "六边形对边距 %s，每格 %s km²"), side, area);
    return TRUE;
}

void
cg_hex_map_clear (CgHexMap *map)
{
    g_clear_pointer (&map->bins, cg_hexbin_free);
    g_clear_pointer (&map->shapes, cg_shapes_free);
    g_clear_pointer (&map->rows, g_array_unref);
    g_clear_pointer (&map->method, g_free);
}

void
cg_hex_map_draw (CgCanvas *canvas, const CgMapView *view, CgHexMap *map)
{
    CgChoropleth drawn = map->choropleth; /* drawing would count hexagons outside the window too */
    cg_map_choropleth (canvas, view, map->shapes, map->bins->weight, &drawn);
    g_autofree guint32 *all = g_new (guint32, MAX (map->bins->n, 1));
    for (guint32 i = 0; i < map->bins->n; i++)
        all[i] = i;
    cg_map_outline (canvas, view, map->shapes, map->bins->n, all, cg_canvas_theme (canvas)->land,
                    0.14);
}

CgLegend
cg_hex_map_legend (const CgHexMap *map)
{
    return (CgLegend){ .title = cg_word (map->language, "每格事件数 = 密度"),
                       .count_title = map->rows->len > 0 ? cg_word (map->language, "格数") : NULL,
                       .n_rows = map->rows->len,
                       .rows = (const CgLegendRow *) (gpointer) map->rows->data,
                       .brief = map->choropleth.n_classes > 0 ? &map->brief : NULL };
}
