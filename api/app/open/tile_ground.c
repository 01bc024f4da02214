/* Outlines of a county for tiles. */
#include "app/open/tile_maps_internal.h"
#include "base/error.h"
#include "tile/picture.h"

#include <stdlib.h>

static void
outlines_clear (TileOutlines *outlines)
{
    g_clear_pointer (&outlines->areas, cg_shapes_free);
    g_clear_pointer (&outlines->box, g_free);
}

void
tile_ground_unref (TileGround *ground)
{
    if (ground == NULL || !g_atomic_ref_count_dec (&ground->references))
        return;
    for (guint level = 0; level <= CG_LEVEL_GRID; level++) {
        outlines_clear (&ground->full[level]);
        outlines_clear (&ground->thin[level]);
    }
    cg_screen_unref (ground->of);
    g_free (ground);
}
CgScreen *
tile_ground_screen (CgScreen *screen)
{
    return screen->tables.lender != NULL ? screen->tables.lender : screen;
}

const char *
tile_working_crs (const CgScreen *screen)
{
    const char *const names[] = { screen->grids->working_crs, screen->regions->working_crs,
                                  screen->incidents->working_crs, screen->cameras->working_crs };
    for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        if (names[i] != NULL)
            return names[i];
    return NULL;
}

/* Map units of a table, and longitudes and latitudes into inout_extent. */
static gboolean
take_outlines (const CgShapes *shapes, CgTransform *transform, TileOutlines *out,
               CgBox *inout_extent, GError **error)
{
    if (shapes == NULL || shapes->n_shapes == 0)
        return TRUE;
    CgShapes *areas = cg_transform_shapes (transform, shapes, error);
    if (areas == NULL)
        return FALSE;
    for (guint32 v = 0; v < areas->n_vertices; v++) {
        double down;
        cg_box_add (inout_extent, areas->x[v], areas->y[v]);
        cg_tile_world (areas->x[v], areas->y[v], &areas->x[v], &down);
        areas->y[v] = -down;
    }
    out->areas = areas;
    out->box = g_new (CgBox, areas->n_shapes);
    for (guint32 i = 0; i < areas->n_shapes; i++)
        out->box[i] = cg_shapes_box (areas, i);
    return TRUE;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
    double left = *(const double *) a, right = *(const double *) b;
    return left < right ? -1 : left > right;
}

static double
median_side (const TileOutlines *outlines)
{
    guint32 n = outlines->areas != NULL ? outlines->areas->n_shapes : 0;
    g_autofree double *side = g_new (double, MAX (n, 1));
    for (guint32 i = 0; i < n; i++)
        side[i] = MAX (outlines->box[i].x_max - outlines->box[i].x_min,
                       outlines->box[i].y_max - outlines->box[i].y_min);
    qsort (side, n, sizeof *side, compare_doubles);
    return n > 0 ? side[n / 2] : 0;
}

TileGround *
tile_ground_new (CgScreen *screen, GError **error)
{
    const char *crs = tile_working_crs (screen);
    if (crs == NULL) {
        g_set_error_literal (error, CG_ERROR, CG_ERROR_GEOMETRY,
                             "the working CRS of the county is not known");
        return NULL;
    }
    g_autoptr (CgTransform) transform = cg_transform_new (crs, "EPSG:4326", error);
    if (transform == NULL)
        return NULL;
    g_autoptr (TileGround) ground = g_new0 (TileGround, 1);
    g_atomic_ref_count_init (&ground->references);
    ground->of = cg_screen_ref (screen);
    ground->extent = CG_BOX_EMPTY;
    ground->thin_m = screen->thin_m;
    for (guint level = 0; level <= CG_LEVEL_GRID; level++) {
        const CgShapes *full =
            level == CG_LEVEL_GRID ? screen->grids->shapes : screen->level[level];
        if (!take_outlines (full, transform, &ground->full[level], &ground->extent, error) ||
            !take_outlines (screen->thin[level], transform, &ground->thin[level], &ground->extent,
                            error))
            return NULL;
    }
    ground->grid_side = median_side (&ground->full[CG_LEVEL_GRID]);
    ground->town_side = median_side (&ground->full[CG_LEVEL_TOWN]);
    if (!cg_box_is_empty (&ground->extent)) {
        ground->lon = (ground->extent.x_min + ground->extent.x_max) / 2;
        ground->lat = (ground->extent.y_min + ground->extent.y_max) / 2;
    }
    return g_steal_pointer (&ground);
}
