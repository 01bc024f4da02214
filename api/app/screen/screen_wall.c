/* Where the panels of the county's wall stand: beside each other on wide walls, stacked on upright
 * ones. Lengths are in vh, of which a wall is 100 high (an upright one 125). */
#include "app/screen/screen_internal.h"

#include <math.h>

#define GAP_VH 1.2
#define HEADING_VH 8.0
#define UPRIGHT_ASPECT 1.2
/* The small type is 1.4 vh and no text may be under a 90th of the height: 1.4 / 125 > 1 / 90. */
#define UPRIGHT_VH 125.0
/* A panel is at least so wide, and not much wider while another column finds room. */
#define COLUMN_VH 42.0
#define MAX_COLUMN_VH 52.0
#define MAP_VH 90.0
#define TWO_MAPS_VH 72.0 /* each of them, at least; */
#define TWO_GOOD_VH 80.0 /* and before columns grow */
#define UNITS 24u /* that the height below the heading is divided into */
#define MAX_PANELS 6u
#define MAX_SIDES 5u

typedef struct {
    ScreenDraw draw;
    guint units;
} Panel;

/* Panels of a column, from the top; their units make UNITS. */
typedef struct {
    Panel panel[MAX_PANELS];
} Column;

/* On each wall, left and right of the maps; then the others, alternately left and right of these. */
static const Column columns[MAX_SIDES] = {
    { { { screen_draw_figures, 9 }, { screen_draw_warnings, 8 }, { screen_draw_latest, 7 } } },
    { { { screen_draw_ranking, 8 },
        { screen_draw_types, 6 },
        { screen_draw_trend, 5 },
        { screen_draw_hours, 5 } } },
    { { { screen_draw_gauge, 8 }, { screen_draw_table, 9 }, { screen_draw_ring, 7 } } },
    { { { screen_draw_flow, 8 }, { screen_draw_radar, 10 }, { screen_draw_calendar, 6 } } },
    { { { screen_draw_curve, 12 }, { screen_draw_histogram, 12 } } },
};
/* The second one where there is room for both. */
static const ScreenDraw maps[2] = { screen_draw_map, screen_draw_choropleth };

/* Rows of an upright wall, from the top: one panel, or two beside each other. */
typedef struct {
    double height_vh;
    ScreenDraw draw[2];
} Row;

static const Row rows[] = {
    { 14, { screen_draw_figures, NULL } },
    { 41, { screen_draw_map, NULL } },
    { 29, { screen_draw_ranking, screen_draw_types } },
    { 18, { screen_draw_warnings, screen_draw_trend } },
    { 15, { screen_draw_latest, NULL } },
};
/* Where two panels have no room beside each other. */
static const Row slim_rows[] = {
    { 16, { screen_draw_figures, NULL } },
    { 46, { screen_draw_map, NULL } },
    { 30, { screen_draw_ranking, NULL } },
    { 25, { screen_draw_types, NULL } },
};
#define SLIM_VH 58.0

static gboolean
is_upright (double width, double height)
{
    return width < UPRIGHT_ASPECT * height;
}

double
screen_wall_vh (guint width, guint height)
{
    return height / (is_upright (width, height) ? UPRIGHT_VH : 100.0);
}

#define MAX_PARTS (MAX_SIDES * MAX_PANELS + 2u)

/* What is drawn where. */
typedef struct {
    guint n;
    CgRect rect[MAX_PARTS];
    ScreenDraw draw[MAX_PARTS];
} Parts;

static void
add_part (Parts *parts, CgRect rect, ScreenDraw draw)
{
    if (draw == NULL)
        return;
    parts->rect[parts->n] = rect;
    parts->draw[parts->n++] = draw;
}

static gboolean
draw_parts (const ScreenJob *job, Parts *parts, GError **error)
{
    screen_snap_panels (job, parts->n, parts->rect, GAP_VH * cg_canvas_vh (job->canvas));
    for (guint i = 0; i < parts->n; i++) {
        ScreenJob part = *job;
        part.rect = parts->rect[i];
        if (!parts->draw[i] (&part, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- side by side ------------------------------------------------------------------------------
 */

/* Widths in pixels, each with the gap at its right. */
typedef struct {
    guint n_sides, n_maps;
    double side, map, left; /* left: of the first column */
} Plan;

static Plan
plan_columns (CgRect all, double vh)
{
    double gap = GAP_VH * vh, width = all.width - gap, wide = width / vh;
    Plan plan = { .left = all.x + gap, .n_maps = 1 };
    double maps_vh = MAP_VH;
    plan.n_sides = (guint) CLAMP ((wide - MAP_VH) / COLUMN_VH, 2, MAX_SIDES - 1);
    if (wide >= 2 * TWO_MAPS_VH + (MAX_SIDES - 1) * COLUMN_VH) {
        plan.n_maps = 2;
        maps_vh = 2 * TWO_GOOD_VH;
        plan.n_sides = wide >= maps_vh + MAX_SIDES * COLUMN_VH ? MAX_SIDES : MAX_SIDES - 1;
    }
    /* Up to 16:9 and a little more, the quarters of the page of the same name. */
    plan.side = plan.n_sides == 2
                    ? MAX (width / 4, 38 * vh)
                    : vh * CLAMP ((wide - maps_vh) / plan.n_sides, COLUMN_VH, MAX_COLUMN_VH);
    plan.map = (width - plan.n_sides * plan.side) / plan.n_maps;
    return plan;
}

static void
add_column (const ScreenJob *job, const Column *column, CgRect rect, Parts *parts)
{
    double gap = GAP_VH * cg_canvas_vh (job->canvas), unit = (rect.height + gap) / UNITS;
    double y = rect.y;
    for (guint p = 0; p < MAX_PANELS && column->panel[p].units > 0; p++) {
        double height = column->panel[p].units * unit;
        CgRect here = { rect.x, y, rect.width, height - gap };
        add_part (parts, here, column->panel[p].draw);
        y += height;
    }
}

static gboolean
draw_beside (const ScreenJob *job, GError **error)
{
    double vh = cg_canvas_vh (job->canvas), gap = GAP_VH * vh, top = (HEADING_VH + GAP_VH / 2) * vh;
    Plan plan = plan_columns (job->rect, vh);
    Parts parts = { 0 };
    CgRect rect = { plan.left, job->rect.y + top, plan.side - gap,
                    job->rect.height - top - 1.5 * gap };
    guint n_left = (plan.n_sides + 1) / 2;
    /* From the left: column 0, the later left ones, the maps, column 1, the later right ones. */
    for (guint k = 0; k < plan.n_sides; k++) {
        guint column = k < n_left ? 2 * k : 2 * (k - n_left) + 1;
        for (guint m = 0; k == n_left && m < plan.n_maps; m++, rect.x += plan.map) {
            CgRect map = { rect.x, rect.y, plan.map - gap, rect.height };
            add_part (&parts, map, maps[m]);
        }
        add_column (job, &columns[column], rect, &parts);
        rect.x += plan.side;
    }
    return draw_parts (job, &parts, error);
}

/* ---- stacked -----------------------------------------------------------------------------------
 */

static gboolean
draw_stacked (const ScreenJob *job, GError **error)
{
    double vh = cg_canvas_vh (job->canvas), gap = GAP_VH * vh, sum = 0.0;
    gboolean slim = job->rect.width < SLIM_VH * vh;
    const Row *list = slim ? slim_rows : rows;
    guint n = slim ? G_N_ELEMENTS (slim_rows) : G_N_ELEMENTS (rows);
    double width = job->rect.width - 2 * gap, top = (HEADING_VH + GAP_VH / 2) * vh;
    double free_height = job->rect.height - top - gap / 2, y = job->rect.y + top;
    Parts parts = { 0 };
    for (guint r = 0; r < n; r++)
        sum += list[r].height_vh;
    for (guint r = 0; r < n; r++) {
        double height = free_height * list[r].height_vh / sum;
        gboolean pair = list[r].draw[1] != NULL;
        CgRect first = { job->rect.x + gap, y, pair ? (width - gap) / 2 : width, height - gap };
        CgRect second = { first.x + first.width + gap, y, first.width, first.height };
        add_part (&parts, first, list[r].draw[0]);
        add_part (&parts, second, list[r].draw[1]);
        y += height;
    }
    return draw_parts (job, &parts, error);
}

gboolean
screen_draw_wall (const ScreenJob *job, GError **error)
{
    return is_upright (job->rect.width, job->rect.height) ? draw_stacked (job, error)
                                                          : draw_beside (job, error);
}
