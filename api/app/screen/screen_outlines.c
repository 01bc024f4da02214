/* Where the places of a map lie in its picture. */
#include "app/screen/screen_internal.h"

#include "base/error.h"

#include <math.h>
#include <string.h>

static void
append_number (GString *out, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd (text, sizeof text, "%.1f", value);
    if (g_str_has_suffix (text, ".0"))
        text[strlen (text) - 2] = '\0';
    g_string_append (out, text);
}

/* Vertices that share a tenth of a pixel with the one before say nothing new. */
static void
append_ring (GString *out, const CgMapView *view, const CgShapes *shapes, guint32 ring)
{
    double last_x = NAN, last_y = NAN;
    guint32 from = shapes->ring_vertex[ring], to = shapes->ring_vertex[ring + 1] - 1;
    for (guint32 v = from; v < to; v++) {
        double x, y;
        cg_map_view_to_px (view, shapes->x[v], shapes->y[v], &x, &y);
        x = floor (x * 10 + 0.5) / 10;
        y = floor (y * 10 + 0.5) / 10;
        if (x == last_x && y == last_y)
            continue;
        g_string_append_c (out, v == from ? 'M' : 'L');
        append_number (out, x);
        g_string_append_c (out, ' ');
        append_number (out, y);
        last_x = x;
        last_y = y;
    }
    g_string_append_c (out, 'Z');
}

static char *
path_of (const CgMapView *view, const CgShapes *shapes, guint32 row)
{
    GString *path = g_string_new (NULL);
    for (guint32 p = shapes->shape_part[row]; p < shapes->shape_part[row + 1]; p++)
        for (guint32 r = shapes->part_ring[p]; r < shapes->part_ring[p + 1]; r++)
            append_ring (path, view, shapes, r);
    return g_string_free (path, FALSE);
}

static json_t *
outline_json (const CgMapView *view, const CgShapes *shapes, guint32 row, const char *code,
              const char *name, CgLevel level)
{
    g_autofree char *path = path_of (view, shapes, row);
    g_autofree char *valid = g_utf8_make_valid (name != NULL ? name : "", -1);
    double x_m, y_m, x = 0, y = 0;
    cg_shapes_label_point (shapes, row, &x_m, &y_m, NULL);
    if (isfinite (x_m))
        cg_map_view_to_px (view, x_m, y_m, &x, &y);
    json_t *outline = json_object ();
    json_object_set_new (outline, "code", json_string (code != NULL ? code : ""));
    json_object_set_new (outline, "name", json_string (valid));
    json_object_set_new (outline, "level", json_string (cg_level_name (level)));
    json_object_set_new (outline, "x", json_real (floor (x * 10 + 0.5) / 10));
    json_object_set_new (outline, "y", json_real (floor (y * 10 + 0.5) / 10));
    json_object_set_new (outline, "path", json_string (path));
    return outline;
}

/* Row of a region's shape in the thinned tables of its level. */
static guint32
row_in_level (const CgScreen *screen, CgLevel level, guint32 region)
{
    for (guint k = 0; k < screen->level_row[level]->len; k++)
        if (g_array_index (screen->level_row[level], guint32, k) == region)
            return k;
    return CG_NONE;
}

static json_t *
region_outline (const CgScreen *screen, const CgMapView *view, CgLevel level, guint32 region)
{
    guint32 row = row_in_level (screen, level, region);
    if (row == CG_NONE)
        return NULL;
    return outline_json (view, screen_outlines (screen, view, level), row,
                         screen->regions->code[region], screen->regions->name[region], level);
}

static json_t *
places_json (const CgScreen *screen, const CgMapView *view)
{
    CgLevel level;
    g_autoptr (GArray) rows = screen_children (screen, &level);
    json_t *places = json_array ();
    for (guint k = 0; k < rows->len; k++) {
        guint32 row = g_array_index (rows, guint32, k);
        json_t *place =
            level == CG_LEVEL_GRID
                ? outline_json (view, screen_outlines (screen, view, CG_LEVEL_GRID), row,
                                screen->grids->code[row], screen->grids->name[row], level)
                : region_outline (screen, view, level, row);
        if (place != NULL)
            json_array_append_new (places, place);
    }
    return places;
}

static json_t *
mark_json (const CgScreen *screen, const CgMapView *view, const char *code, GError **error)
{
    CgScreen mark;
    if (!screen_narrow (screen->whole != NULL ? screen->whole : screen, code, &mark, error))
        return NULL;
    g_autofree char *label = screen_place_label (&mark);
    const CgShapes *shapes = mark.whole != NULL ? mark.level[CG_LEVEL_COUNTY]
                                                : screen_county_shapes (&mark);
    json_t *outline = shapes->n_shapes > 0 ? outline_json (view, shapes, 0, code, label,
                                                           mark.whole != NULL ? mark.place_level
                                                                              : CG_LEVEL_COUNTY)
                                           : json_null ();
    screen_narrow_clear (&mark);
    return outline;
}

json_t *
cg_screen_outlines (const CgScreen *screen, const char *name, const CgScreenOptions *options,
                    const char *mark, GError **error)
{
    CgMapView view = { 0 };
    g_auto (ScreenChoice) choice = { 0 };
    guint width, height;
    if (!screen_lay_out (screen, name, options, &view, &width, &height, error) ||
        !screen_choose (screen, options, &choice, error))
        return NULL;
    json_t *marked = mark != NULL ? mark_json (choice.shown, &view, mark, error) : NULL;
    if (mark != NULL && marked == NULL)
        return NULL;
    double x_m, y_m;
    cg_map_view_to_m (&view, 0, 0, &x_m, &y_m);
    const CgRegions *regions = screen->regions;
    json_t *outlines = json_object ();
    json_object_set_new (outlines, "width", json_integer (width));
    json_object_set_new (outlines, "height", json_integer (height));
    json_object_set_new (outlines, "m_per_px", json_real (view.m_per_px));
    json_object_set_new (outlines, "origin_m", json_pack ("[f, f]", x_m, y_m));
    json_object_set_new (outlines, "rect", json_pack ("[f, f, f, f]", view.rect.x, view.rect.y,
                                                      view.rect.width, view.rect.height));
    json_object_set_new (outlines, "crs",
                         regions->working_crs != NULL ? json_string (regions->working_crs) : json_null ());
    json_object_set_new (outlines, "places", places_json (choice.shown, &view));
    if (marked != NULL)
        json_object_set_new (outlines, "mark", marked);
    return outlines;
}
