/* Where the events of a large county are: its busiest town, and room for it on the county's map. */
#include "app/screen_internal.h"

#include <math.h>

/* Under so many events a town has no shape; over this share of the county it can be seen there. */
#define TOWN_MIN_EVENTS 30u
#define TOWN_MAX_SHARE 0.25
#define TOWN_MIN_M 2000.0
/* The box holds the middle of the town's events: villages at its edge stay out. */
#define TOWN_TAIL 0.03
#define TOWN_GROW 1.2

#define INSET_SHARE 0.34
#define INSET_MAX_SHARE 0.6
#define INSET_GAP_VH 1.2
#define COUNTED_VERTICES 20000u

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
    double left = *(const double *) a, right = *(const double *) b;
    return left < right ? -1 : left > right;
}

static void
middle (GArray *values, double *out_low, double *out_high)
{
    g_array_sort (values, compare_doubles);
    guint tail = (guint) (TOWN_TAIL * values->len);
    *out_low = g_array_index (values, double, tail);
    *out_high = g_array_index (values, double, values->len - 1 - tail);
}

gboolean
screen_town (const CgScreen *screen, gint64 since_s, gint64 until_s, ScreenTown *out)
{
    g_autoptr (GArray) ranks = screen_rank_towns (screen, since_s, until_s);
    g_autoptr (GArray) x = g_array_new (FALSE, FALSE, sizeof (double));
    g_autoptr (GArray) y = g_array_new (FALSE, FALSE, sizeof (double));
    guint32 town = ranks->len > 1 ? g_array_index (ranks, ScreenRank, 0).row : CG_NONE, from, to;
    screen_range (screen, since_s, until_s, &from, &to);
    for (guint32 i = from; town != CG_NONE && i < to; i++) {
        guint32 grid = screen->tables.incident_grid[i];
        if (grid == CG_NONE || screen->grid_town[grid] != town)
            continue;
        g_array_append_val (x, screen->incidents->x[i]);
        g_array_append_val (y, screen->incidents->y[i]);
    }
    if (x->len < TOWN_MIN_EVENTS)
        return FALSE;
    double west, east, south, north;
    middle (x, &west, &east);
    middle (y, &south, &north);
    double side_m = MAX (TOWN_GROW * MAX (east - west, north - south), TOWN_MIN_M);
    const CgBox *county = &screen->box;
    if (side_m >
        TOWN_MAX_SHARE * MAX (county->x_max - county->x_min, county->y_max - county->y_min))
        return FALSE;
    double mid_x = (west + east) / 2, mid_y = (south + north) / 2;
    *out = (ScreenTown){
        town, { mid_x - side_m / 2, mid_y - side_m / 2, mid_x + side_m / 2, mid_y + side_m / 2 }
    };
    return TRUE;
}

/* Side of the inset in pixels: a share of the map, or what lies free beside the county. */
static double
inset_side (const ScreenJob *job, const CgMapView *view)
{
    const CgBox *county = &job->screen->box;
    double least = MIN (view->rect.width, view->rect.height);
    double free_x = view->rect.width - (county->x_max - county->x_min) / view->m_per_px;
    double free_y = view->rect.height - (county->y_max - county->y_min) / view->m_per_px;
    double room = MAX (free_x, free_y) - 4 * INSET_GAP_VH * cg_canvas_vh (job->canvas);
    return floor (CLAMP (room, INSET_SHARE * least, INSET_MAX_SHARE * least));
}

static CgRect
corner_rect (const ScreenJob *job, const CgMapView *view, CgCorner corner, double side)
{
    CgRect all = view->rect;
    double gap = INSET_GAP_VH * cg_canvas_vh (job->canvas);
    gboolean east = corner == CG_CORNER_NE || corner == CG_CORNER_SE;
    gboolean south = corner == CG_CORNER_SE || corner == CG_CORNER_SW;
    return (CgRect){ floor (east ? all.x + all.width - side - gap : all.x + gap),
                     floor (south ? all.y + all.height - side - gap : all.y + gap), side, side };
}

static guint32
vertex_step (const CgShapes *shapes)
{
    return shapes->n_vertices / COUNTED_VERTICES + 1;
}

/* Vertices of grids under a rectangle, every so manyth of a large county: what it would hide. */
static guint32
count_hidden (const CgShapes *shapes, const CgMapView *view, CgRect rect)
{
    double x_min, y_min, x_max, y_max;
    guint32 hidden = 0;
    cg_map_view_to_m (view, rect.x, rect.y + rect.height, &x_min, &y_min);
    cg_map_view_to_m (view, rect.x + rect.width, rect.y, &x_max, &y_max);
    for (guint32 v = 0; v < shapes->n_vertices; v += vertex_step (shapes))
        hidden += shapes->x[v] > x_min && shapes->x[v] < x_max && shapes->y[v] > y_min &&
                  shapes->y[v] < y_max;
    return hidden;
}

/* Moves the view so that the county, as small as scale, stands in the corner opposite to the
 * inset's. */
static void
make_room (CgMapView *view, const CgBox *county, CgCorner inset, double scale)
{
    double m_per_px = view->m_per_px / scale;
    double free_x = view->rect.width * m_per_px - (county->x_max - county->x_min);
    double free_y = view->rect.height * m_per_px - (county->y_max - county->y_min);
    gboolean east = inset == CG_CORNER_NE || inset == CG_CORNER_SE;
    gboolean south = inset == CG_CORNER_SE || inset == CG_CORNER_SW;
    double margin_x = MIN (free_x / 2, 0.03 * view->rect.width * m_per_px);
    double margin_y = MIN (free_y / 2, 0.03 * view->rect.height * m_per_px);
    double x_min = county->x_min - (east ? margin_x : free_x - margin_x);
    double y_min = county->y_min - (south ? free_y - margin_y : margin_y);
    view->m_per_px = m_per_px;
    view->box = (CgBox){ x_min, y_min, x_min + view->rect.width * m_per_px,
                         y_min + view->rect.height * m_per_px };
}

/* Legend and scale bar in the two corners, not the inset's, where they hide least. */
static guint32
place_furniture (const ScreenJob *job, const ScreenLegend *legend, const CgShapes *shapes,
                 ScreenLayout *layout, int inset_corner)
{
    static const CgCorner corners[] = { CG_CORNER_SW, CG_CORNER_SE, CG_CORNER_NE, CG_CORNER_NW };
    guint32 under_legend[CG_N_CORNERS], under_scale[CG_N_CORNERS], least = G_MAXUINT32;
    for (guint c = 0; c < CG_N_CORNERS; c++) {
        CgRect rect = legend->rect (job->canvas, &layout->view, legend->what, corners[c]);
        under_legend[c] = count_hidden (shapes, &layout->view, rect);
        rect = cg_map_scale_bar_rect (job->canvas, &layout->view, corners[c]);
        under_scale[c] = count_hidden (shapes, &layout->view, rect);
    }
    for (guint k = 0; k < CG_N_CORNERS * CG_N_CORNERS; k++) {
        guint s = k / CG_N_CORNERS, l = k % CG_N_CORNERS;
        if (s == l || (int) corners[s] == inset_corner || (int) corners[l] == inset_corner ||
            under_legend[l] + under_scale[s] >= least)
            continue;
        least = under_legend[l] + under_scale[s];
        layout->legend = corners[l];
        layout->scale = corners[s];
    }
    return least;
}

/* What the inset and the rest hide in the best of the four corners, with the county that small. */
static guint32
place_inset (const ScreenJob *job, const ScreenLegend *legend, const CgShapes *shapes,
             const CgMapView *view, double scale, ScreenLayout *out)
{
    static const CgCorner corners[] = { CG_CORNER_SE, CG_CORNER_NE, CG_CORNER_NW, CG_CORNER_SW };
    double side = inset_side (job, view);
    guint32 least = G_MAXUINT32;
    for (guint c = 0; c < CG_N_CORNERS; c++) {
        ScreenLayout trial = { .view = *view, .has_inset = TRUE };
        make_room (&trial.view, &job->screen->box, corners[c], scale);
        trial.inset = corner_rect (job, &trial.view, corners[c], side);
        guint32 hidden = count_hidden (shapes, &trial.view, trial.inset) +
                         place_furniture (job, legend, shapes, &trial, (int) corners[c]);
        if (hidden < least) {
            least = hidden;
            *out = trial;
        }
    }
    return least;
}

void
screen_layout (const ScreenJob *job, const ScreenLegend *legend, const ScreenTown *town,
               const CgMapView *view, ScreenLayout *out)
{
    const CgScreen *screen = job->screen;
    const CgShapes *shapes =
        screen->grids->n > 0 ? screen->grids->shapes : screen_county_shapes (screen);
    *out = (ScreenLayout){ .view = *view };
    if (town == NULL || cg_box_is_empty (&screen->box)) {
        place_furniture (job, legend, shapes, out, -1);
        return;
    }
    /* The county gives way to the inset in steps, as long as more than one part in 500 is hidden.
     */
    guint32 least = G_MAXUINT32, allowed = shapes->n_vertices / vertex_step (shapes) / 500;
    for (guint step = 0; step <= 10 && least > allowed; step++) {
        ScreenLayout trial;
        guint32 hidden = place_inset (job, legend, shapes, view, 1 - 0.025 * step, &trial);
        if (hidden < least) {
            least = hidden;
            *out = trial;
        }
    }
}
