/* Outlines for pictures of the whole county: what a quarter of a pixel hides is not drawn. */
#include "app/screen/screen_internal.h"

#include "geom/simplify.h"

/* A pixel of a picture with as many pixels across the county; closer views draw the full outlines. */
#define PIXELS 2500.0

/* Grids and regions are thinned together: where they run along each other they go on doing so. */
void
screen_make_thin (CgScreen *screen)
{
    const CgShapes *tables[CG_LEVEL_GRID + 1];
    double side_m =
        MAX (screen->box.x_max - screen->box.x_min, screen->box.y_max - screen->box.y_min);
    CgSimplifyOptions options = { side_m / PIXELS / 4, 1, 1 };
    if (cg_box_is_empty (&screen->box))
        return;
    for (guint level = 0; level < CG_LEVEL_GRID; level++)
        tables[level] = screen->level[level];
    tables[CG_LEVEL_GRID] = screen->grids->shapes;
    if (cg_simplify_run (CG_LEVEL_GRID + 1, tables, &options, NULL, screen->thin, NULL))
        screen->thin_m = options.tolerance_m;
}

const CgShapes *
screen_outlines (const CgScreen *screen, const CgMapView *view, CgLevel level)
{
    if (screen->thin[level] != NULL && view->m_per_px >= 4 * screen->thin_m)
        return screen->thin[level];
    return level == CG_LEVEL_GRID ? screen->grids->shapes : screen->level[level];
}
