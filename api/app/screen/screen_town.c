/* Where the events of a large county are: its busiest town, and room for it on the county's map. */
#include "app/screen/screen_internal.h"

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
#define INSET_WIDE_SHARE 0.86 /* on a map twice as wide as high and wider, where it stands beside the county */
#define WIDE 2.0
#define INSET_GAP_VH 1.2
#define LEAST_INSET_VH 11.0
#define COUNTED_VERTICES 20000u
#define MAX_HIDDEN_PART 40u
#define LARGE_SHARE 0.2 /* of the map, that a legend takes */
/* The county gives way to what stands on its map in so many steps, each of so much of its size. */
#define N_STEPS 11u
#define STEP 0.025
#define N_SHRINKS 3u
#define SHRINK 0.15

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
    double most = view->rect.width > WIDE * view->rect.height ? INSET_WIDE_SHARE : INSET_MAX_SHARE;
    return floor (CLAMP (room, INSET_SHARE * least, most * least));
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

/* On a very wide map county and inset stand together in the middle, not at either end of a void: by
 * how many pixels each moves inwards. */
static double
move_in (const ScreenJob *job, const CgMapView *view, double side)
{
    double county = (job->screen->box.x_max - job->screen->box.x_min) / view->m_per_px;
    double empty = view->rect.width - county - side;
    return view->rect.width > WIDE * view->rect.height ? floor (MAX (empty, 0) / 3) : 0;
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
 * inset's, and inwards from there by so many pixels. */
static void
make_room (CgMapView *view, const CgBox *county, CgCorner inset, double scale, double inwards)
{
    double m_per_px = view->m_per_px / scale;
    double free_x = view->rect.width * m_per_px - (county->x_max - county->x_min);
    double free_y = view->rect.height * m_per_px - (county->y_max - county->y_min);
    gboolean east = inset == CG_CORNER_NE || inset == CG_CORNER_SE;
    gboolean south = inset == CG_CORNER_SE || inset == CG_CORNER_SW;
    double margin_x = MIN (free_x / 2, (0.03 * view->rect.width + inwards) * m_per_px);
    double margin_y = MIN (free_y / 2, 0.03 * view->rect.height * m_per_px);
    double x_min = county->x_min - (east ? margin_x : free_x - margin_x);
    double y_min = county->y_min - (south ? free_y - margin_y : margin_y);
    view->m_per_px = m_per_px;
    view->box = (CgBox){ x_min, y_min, x_min + view->rect.width * m_per_px,
                         y_min + view->rect.height * m_per_px };
}

static gboolean
apart (const CgRect *a, const CgRect *b)
{
    return a->x >= b->x + b->width || b->x >= a->x + a->width || a->y >= b->y + b->height ||
           b->y >= a->y + a->height;
}

static gboolean
is_inside (const CgRect *rect, const CgRect *view)
{
    return rect->x >= view->x && rect->y >= view->y &&
           rect->x + rect->width <= view->x + view->width &&
           rect->y + rect->height <= view->y + view->height;
}

/* Legend and scale bar in each corner: where they would stand, and what they hide; G_MAXUINT32
 * where they do not fit or would stand on the inset. */
typedef struct {
    CgRect legend[CG_N_CORNERS], scale[CG_N_CORNERS];
    guint32 under_legend[CG_N_CORNERS], under_scale[CG_N_CORNERS];
} Places;

static guint32
hidden_by (const ScreenJob *job, const CgShapes *shapes, const ScreenLayout *layout,
           const CgRect *rect)
{
    guint32 on_seam = screen_crosses_seam (job, *rect) ? shapes->n_vertices / 4 + 1 : 0;
    gboolean free = is_inside (rect, &layout->view.rect) &&
                    !(layout->has_inset && !apart (rect, &layout->inset));
    return free ? count_hidden (shapes, &layout->view, *rect) + on_seam : G_MAXUINT32;
}

static void
find_places (const ScreenJob *job, const ScreenLegend *legend, const CgShapes *shapes,
             const ScreenLayout *layout, Places *out)
{
    for (CgCorner c = 0; c < CG_N_CORNERS; c++) {
        out->legend[c] = legend->rect != NULL
                             ? legend->rect (job->canvas, &layout->view, legend->what, c)
                             : (CgRect){ -INFINITY, 0, 0, 0 };
        out->scale[c] = cg_map_scale_bar_rect (job->canvas, &layout->view, c);
        out->under_legend[c] = hidden_by (job, shapes, layout, &out->legend[c]);
        out->under_scale[c] = hidden_by (job, shapes, layout, &out->scale[c]);
    }
}

static const CgCorner furniture_corners[] = { CG_CORNER_SW, CG_CORNER_SE, CG_CORNER_NE,
                                              CG_CORNER_NW };

/* Both in the two corners where they hide least; G_MAXUINT32: no two where they fit. */
static guint32
place_both (const Places *places, ScreenLayout *layout)
{
    guint64 least = G_MAXUINT32;
    for (guint k = 0; k < CG_N_CORNERS * CG_N_CORNERS; k++) {
        CgCorner s = furniture_corners[k / CG_N_CORNERS], l = furniture_corners[k % CG_N_CORNERS];
        guint64 hidden = (guint64) places->under_legend[l] + places->under_scale[s];
        if (hidden >= least || !apart (&places->legend[l], &places->scale[s]))
            continue;
        least = hidden;
        layout->legend = l;
        layout->scale = s;
        layout->has_legend = layout->has_scale = TRUE;
    }
    return (guint32) least;
}

static guint32
place_furniture (const ScreenJob *job, const ScreenLegend *legend, const CgShapes *shapes,
                 ScreenLayout *layout)
{
    Places places;
    find_places (job, legend, shapes, layout, &places);
    return place_both (&places, layout);
}

/* On a map too small for both the legend alone, which says what the colours mean, or the scale.
 * Returns what is hidden. */
static guint32
place_what_fits (const ScreenJob *job, const ScreenLegend *legend, const CgShapes *shapes,
                 ScreenLayout *layout)
{
    Places places;
    guint32 least_legend = G_MAXUINT32, least_scale = G_MAXUINT32;
    find_places (job, legend, shapes, layout, &places);
    guint32 both = place_both (&places, layout);
    if (both < G_MAXUINT32)
        return both;
    for (guint k = 0; k < CG_N_CORNERS; k++) {
        CgCorner c = furniture_corners[k];
        if (places.under_legend[c] < least_legend) {
            layout->has_legend = TRUE;
            least_legend = places.under_legend[layout->legend = c];
        }
        if (places.under_scale[c] < least_scale)
            least_scale = places.under_scale[layout->scale = c];
    }
    layout->has_scale = !layout->has_legend && least_scale < G_MAXUINT32;
    return MIN (least_legend, least_scale);
}

/* Without an inset: in the middle, or aside and smaller where the legend would hide too much. */
static void
place_alone (const ScreenJob *job, const ScreenLegend *legend, const CgShapes *shapes,
             const CgMapView *view, guint32 allowed, ScreenLayout *out)
{
    const CgBox *county = &job->screen->box;
    *out = (ScreenLayout){ .view = *view };
    guint32 least = place_what_fits (job, legend, shapes, out);
    gboolean whole = county->x_min >= view->box.x_min && county->x_max <= view->box.x_max &&
                     county->y_min >= view->box.y_min && county->y_max <= view->box.y_max;
    for (guint k = 0; whole && least > allowed && k < N_STEPS * CG_N_CORNERS; k++) {
        ScreenLayout trial = { .view = *view };
        make_room (&trial.view, county, (CgCorner) (k % CG_N_CORNERS),
                   1 - STEP * (k / CG_N_CORNERS), 0);
        guint32 hidden = place_what_fits (job, legend, shapes, &trial);
        if (hidden < least) {
            least = hidden;
            *out = trial;
        }
    }
}

/* What the inset and the rest hide in the best of the four corners, with the county and the inset
 * that small. */
static guint32
place_inset (const ScreenJob *job, const ScreenLegend *legend, const CgShapes *shapes,
             const CgMapView *view, double scale, double shrink, ScreenLayout *out)
{
    static const CgCorner corners[] = { CG_CORNER_SE, CG_CORNER_NE, CG_CORNER_NW, CG_CORNER_SW };
    double side = floor (inset_side (job, view) * shrink);
    guint32 least = G_MAXUINT32;
    if (side < LEAST_INSET_VH * cg_canvas_vh (job->canvas))
        return least;
    for (guint c = 0; c < CG_N_CORNERS; c++) {
        ScreenLayout trial = { .view = *view, .has_inset = TRUE };
        gboolean east = corners[c] == CG_CORNER_SE || corners[c] == CG_CORNER_NE;
        double inwards = move_in (job, view, side);
        make_room (&trial.view, &job->screen->box, corners[c], scale, inwards);
        trial.inset = corner_rect (job, &trial.view, corners[c], side);
        trial.inset.x += east ? -inwards : inwards;
        guint64 hidden = (guint64) count_hidden (shapes, &trial.view, trial.inset) +
                         place_furniture (job, legend, shapes, &trial);
        if (trial.has_legend && hidden < least) {
            least = (guint32) hidden;
            *out = trial;
        }
    }
    return least;
}

/* The view without a line below it, showing as much. */
static CgMapView
above_strip (const CgMapView *view, double height)
{
    CgMapView out = *view;
    double scale = view->rect.height / (view->rect.height - height);
    double mid_x = (view->box.x_min + view->box.x_max) / 2,
           mid_y = (view->box.y_min + view->box.y_max) / 2;
    out.rect.height -= height;
    out.m_per_px *= scale;
    double half_x = out.rect.width * out.m_per_px / 2, half_y = out.rect.height * out.m_per_px / 2;
    out.box = (CgBox){ mid_x - half_x, mid_y - half_y, mid_x + half_x, mid_y + half_y };
    return out;
}

static const ScreenLegend no_legend;

/* Where a box has no room, or would hide much of the county that a line or two need not hide. */
static void
lay_strip (const ScreenJob *job, const ScreenLegend *legend, const CgShapes *shapes,
           const CgMapView *view, guint32 allowed, ScreenLayout *out)
{
    double line = cg_canvas_line_height (job->canvas, CG_TEXT_SMALL), height = 0.0;
    CgRect box = legend->rect (job->canvas, &out->view, legend->what, out->legend), strip;
    gboolean large = box.width * box.height > LARGE_SHARE * view->rect.width * view->rect.height;
    if (out->has_legend && !(large && count_hidden (shapes, &out->view, box) > allowed))
        return;
    gboolean fits = FALSE;
    for (guint lines = 1; !fits && lines <= 2; lines++) {
        height = ceil ((1.1 * lines + 0.2) * line);
        strip = (CgRect){ view->rect.x, view->rect.y + view->rect.height - height,
                          view->rect.width, height };
        fits = legend->strip (job->canvas, strip, legend->what, FALSE);
    }
    if (!fits) {
        height = ceil (1.3 * line);
        strip.y += strip.height - height;
        strip.height = height;
    }
    if ((out->has_legend && !fits) || view->rect.height < 2.2 * height)
        return;
    CgMapView above = above_strip (view, height);
    *out = (ScreenLayout){ .view = above };
    place_what_fits (job, &no_legend, shapes, out);
    out->has_strip = TRUE;
    out->strip = strip;
}

void
screen_layout (const ScreenJob *job, const ScreenLegend *legend, const ScreenTown *town,
               const CgMapView *view, ScreenLayout *out)
{
    const CgScreen *screen = job->screen;
    const CgShapes *shapes =
        screen->grids->n > 0 ? screen->grids->shapes : screen_county_shapes (screen);
    *out = (ScreenLayout){ .view = *view };
    /* The county gives way to the inset in steps, as long as more than one part in 500 is hidden;
     * where that is not enough the inset itself shrinks. */
    guint32 least = G_MAXUINT32, seen = shapes->n_vertices / vertex_step (shapes);
    guint32 allowed = seen / 500;
    gboolean inset = town != NULL && !cg_box_is_empty (&screen->box);
    for (guint k = 0; inset && k < N_SHRINKS * N_STEPS && least > allowed; k++) {
        ScreenLayout trial;
        guint32 hidden = place_inset (job, legend, shapes, view, 1 - STEP * (k % N_STEPS),
                                      1 - SHRINK * (k / N_STEPS), &trial);
        if (hidden < least) {
            least = hidden;
            *out = trial;
        }
    }
    /* An inset that would push the legend out or onto the county is left out. */
    if (!out->has_inset || least > seen / MAX_HIDDEN_PART)
        place_alone (job, legend, shapes, view, allowed, out);
    lay_strip (job, legend, shapes, view, allowed, out);
}
