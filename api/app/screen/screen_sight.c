/* Sectors of cameras on a map that is large enough to show them. */
#include "app/screen/screen_internal.h"

#include "analyse/sight.h"

#include <math.h>

#define LEAST_RANGE_VH 1.5
#define MOST_CAMERAS 800u
#define STEP_DEG 2.0

/* Snapshots that are narrowed or sifted keep of cameras only what they count. */
static const CgScreen *
whole_of (const CgScreen *screen)
{
    return screen->whole != NULL ? screen->whole : screen;
}

static double
known (const double *column, guint32 row)
{
    return column != NULL ? column[row] : NAN;
}

/* FALSE: no place. As app/coverage.c takes them. */
static gboolean
camera_of (const CgScreen *screen, guint32 i, CgCamera *out)
{
    const CgPlaces *places = screen->cameras;
    const CgConfig *config = screen->tables.config;
    double range_m = known (places->range_m, i), fov_deg = known (places->fov_deg, i);
    *out = (CgCamera){ .x = places->x[i],
                       .y = places->y[i],
                       .bearing_deg = known (places->bearing_deg, i),
                       .fov_deg = fov_deg > 0 ? MIN (fov_deg, 360) : config->camera_fov_deg,
                       .range_m = range_m > 0 ? range_m : config->camera_range_m };
    if (isnan (out->bearing_deg))
        out->fov_deg = 360;
    return isfinite (out->x) && isfinite (out->y);
}

static CgBox
box_about (const CgCamera *camera)
{
    return (CgBox){ camera->x - camera->range_m, camera->y - camera->range_m, camera->x + camera->range_m,
                    camera->y + camera->range_m };
}

/* CgCamera of those that see into the view; NULL: too many, or none. */
static GArray *
list_cameras (const CgScreen *screen, const CgBox *view)
{
    g_autoptr (GArray) cameras = g_array_new (FALSE, FALSE, sizeof (CgCamera));
    for (guint32 i = 0; i < screen->cameras->n; i++) {
        CgCamera camera;
        if (!camera_of (screen, i, &camera))
            continue;
        CgBox box = box_about (&camera);
        if (!cg_box_meets (&box, view))
            continue;
        if (cameras->len == MOST_CAMERAS)
            return NULL;
        g_array_append_val (cameras, camera);
    }
    return cameras->len > 0 ? g_steal_pointer (&cameras) : NULL;
}

typedef struct {
    guint32 row;
    CgBox box;
} House;

/* Of the buildings that lie in the view or within reach of a camera there. */
static GArray *
list_houses (const CgBarriers *barriers, const GArray *cameras)
{
    GArray *houses = g_array_new (FALSE, FALSE, sizeof (House));
    CgBox all = CG_BOX_EMPTY;
    for (guint c = 0; c < cameras->len; c++) {
        CgBox box = box_about (&g_array_index (cameras, CgCamera, c));
        cg_box_add (&all, box.x_min, box.y_min);
        cg_box_add (&all, box.x_max, box.y_max);
    }
    for (guint32 b = 0; barriers != NULL && b < barriers->n; b++) {
        if (barriers->class[b] != CG_BARRIER_BUILDING)
            continue;
        House house = { b, cg_shapes_box (barriers->areas, b) };
        if (cg_box_meets (&house.box, &all))
            g_array_append_val (houses, house);
    }
    return houses;
}

static GArray *
find_cameras (const ScreenJob *job, const CgMapView *view)
{
    const CgScreen *screen = whole_of (job->screen);
    double least_m = LEAST_RANGE_VH * cg_canvas_vh (job->canvas) * view->m_per_px;
    CgBox box = view->box;
    if (screen->cameras->n == 0 || screen->tables.config->camera_range_m < least_m)
        return NULL;
    if (job->screen->whole != NULL && !cg_box_is_empty (&job->screen->box)) {
        box.x_min = MAX (box.x_min, job->screen->box.x_min);
        box.y_min = MAX (box.y_min, job->screen->box.y_min);
        box.x_max = MIN (box.x_max, job->screen->box.x_max);
        box.y_max = MIN (box.y_max, job->screen->box.y_max);
    }
    return list_cameras (screen, &box);
}

gboolean
screen_has_sectors (const ScreenJob *job, const CgMapView *view)
{
    g_autoptr (GArray) cameras = find_cameras (job, view);
    return cameras != NULL;
}

CgShapes *
screen_sectors (const ScreenJob *job, const CgMapView *view)
{
    const CgScreen *screen = whole_of (job->screen);
    g_autoptr (GArray) cameras = find_cameras (job, view);
    if (cameras == NULL)
        return NULL;
    const CgBarriers *barriers = screen->tables.barriers;
    g_autoptr (GArray) houses = list_houses (barriers, cameras), near = g_array_new (FALSE, FALSE, sizeof (guint32));
    CgShapes *sectors = cg_shapes_new (CG_SHAPES_AREA);
    for (guint c = 0; c < cameras->len; c++) {
        const CgCamera *camera = &g_array_index (cameras, CgCamera, c);
        CgBox box = box_about (camera);
        g_array_set_size (near, 0);
        for (guint h = 0; h < houses->len; h++) {
            const House *house = &g_array_index (houses, House, h);
            if (cg_box_meets (&house->box, &box))
                g_array_append_val (near, house->row);
        }
        g_autoptr (CgSight) sight =
            cg_sight_new (camera, barriers != NULL ? barriers->areas : NULL, near->len,
                          (const guint32 *) (gpointer) near->data);
        cg_sight_outline (sight, STEP_DEG, sectors);
    }
    return sectors;
}
