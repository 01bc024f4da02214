/* Scenes and maps on a wall of panels: what keeps off the seams. */
#include "app/screen/scenes_internal.h"
#include "app/screen/screen_internal.h"

#include <math.h>

#define SEAM_VH 1.2        /* what is kept free of text, about a seam     */
#define LEAST_TEXT_VH 36.0 /* lines are not broken before a seam so near  */
#define GAP_VH 1.2
#define HEADING_VH 8.0
#define COLUMNS 24.0
#define ROWS 12.0

const CgWall *
screen_wall_for (const CgScreen *screen, double width, double height)
{
    const CgWall *wall = &screen->tables.config->wall;
    return cg_wall_fits (wall, width, height) ? wall : NULL;
}

static void
seams_px (const CgWall *wall, double width, double height, double *out_x, double *out_y)
{
    for (guint i = 0; i < wall->n_x; i++)
        out_x[i] = wall->x[i] * width;
    for (guint i = 0; i < wall->n_y; i++)
        out_y[i] = wall->y[i] * height;
}

/* A map keeps its own names off the seams; everything else keeps to one side of them. */
static gboolean
parts_itself (const json_t *panel)
{
    const char *name = json_string_value (json_object_get (panel, "picture"));
    const CgScreenPicture *picture = name != NULL ? cg_screen_picture_find (name) : NULL;
    return picture != NULL && (picture->uses & CG_SCREEN_USES_NAMES) != 0;
}

void
screen_clear_panels (const ScreenJob *job, const json_t *panels, CgRect *rects, double gap)
{
    double x[CG_WALL_MAX_SEAMS], y[CG_WALL_MAX_SEAMS];
    CgRect all = cg_canvas_rect (job->canvas);
    if (job->wall == NULL)
        return;
    seams_px (job->wall, all.width, all.height, x, y);
    for (gsize i = 0; i < json_array_size (panels); i++)
        if (!parts_itself (json_array_get (panels, i)))
            rects[i] = cg_wall_clear (rects[i], gap, job->wall->n_x, x, job->wall->n_y, y);
}

void
screen_snap_panels (const ScreenJob *job, guint n, CgRect *rects, double gap)
{
    double x[CG_WALL_MAX_SEAMS], y[CG_WALL_MAX_SEAMS];
    CgRect all = cg_canvas_rect (job->canvas);
    if (job->wall == NULL)
        return;
    seams_px (job->wall, all.width, all.height, x, y);
    cg_wall_snap (n, rects, gap, job->wall->n_x, x, job->wall->n_y, y);
}

/* Strips about all seams that meet rect. */
static GArray *
strips_in (const ScreenJob *job, CgRect rect)
{
    GArray *out = g_array_new (FALSE, FALSE, sizeof (CgRect));
    double x[CG_WALL_MAX_SEAMS], y[CG_WALL_MAX_SEAMS], wide = SEAM_VH * cg_canvas_vh (job->canvas);
    CgRect all = cg_canvas_rect (job->canvas);
    if (job->wall == NULL)
        return out;
    seams_px (job->wall, all.width, all.height, x, y);
    for (guint i = 0; i < job->wall->n_x; i++) {
        CgRect strip = { x[i] - wide / 2, rect.y, wide, rect.height };
        if (strip.x + wide > rect.x && strip.x < rect.x + rect.width)
            g_array_append_val (out, strip);
    }
    for (guint i = 0; i < job->wall->n_y; i++) {
        CgRect strip = { rect.x, y[i] - wide / 2, rect.width, wide };
        if (strip.y + wide > rect.y && strip.y < rect.y + rect.height)
            g_array_append_val (out, strip);
    }
    return out;
}

void
screen_take_seams (const ScreenJob *job, CgRect rect, GArray *taken)
{
    g_autoptr (GArray) strips = strips_in (job, rect);
    g_array_append_vals (taken, strips->data, strips->len);
}

gboolean
screen_crosses_seam (const ScreenJob *job, CgRect rect)
{
    g_autoptr (GArray) strips = strips_in (job, rect);
    return strips->len > 0;
}

double
screen_text_width (const ScreenJob *job, CgRect rect, double x)
{
    double end = rect.x + rect.width, least = LEAST_TEXT_VH * cg_canvas_vh (job->canvas);
    CgRect all = cg_canvas_rect (job->canvas);
    for (guint i = 0; job->wall != NULL && i < job->wall->n_x; i++) {
        double seam = job->wall->x[i] * all.width;
        if (seam - x >= least && seam < end)
            return seam - SEAM_VH / 2 * cg_canvas_vh (job->canvas) - x;
    }
    return end - x;
}

/* The page's gutters: gap / 2 + (width - gap) * column / 24 from the left, likewise below its bar. */
static void
snap_scene (const CgWall *wall, json_t *panels, const char *key)
{
    guint n = (guint) json_array_size (panels);
    g_autofree CgRect *rects = g_new0 (CgRect, MAX (n, 1));
    double vh = screen_wall_vh (wall->width, wall->height), half = GAP_VH / 2 * vh;
    double step_x = (wall->width - 2 * half) / COLUMNS;
    double top = HEADING_VH * vh + half, step_y = (wall->height - half - top) / ROWS;
    double x[CG_WALL_MAX_SEAMS], y[CG_WALL_MAX_SEAMS];
    seams_px (wall, wall->width, wall->height, x, y);
    for (guint i = 0; i < wall->n_x; i++)
        x[i] = (x[i] - half) / step_x;
    for (guint i = 0; i < wall->n_y; i++)
        y[i] = (y[i] - top) / step_y;
    for (guint i = 0; i < n; i++) {
        CgSceneCell cell = cg_scene_cell (json_array_get (panels, i), key);
        rects[i] = (CgRect){ cell.column, cell.row, cell.columns, cell.rows };
    }
    cg_wall_snap (n, rects, 0.0, wall->n_x, x, wall->n_y, y);
    for (guint i = 0; i < n; i++)
        if (!parts_itself (json_array_get (panels, i)))
            rects[i] = cg_wall_clear (rects[i], 0.0, wall->n_x, x, wall->n_y, y);
    for (guint i = 0; i < n; i++) {
        const double number[] = { rects[i].x, rects[i].y, rects[i].width, rects[i].height };
        json_t *cell = json_array ();
        for (guint k = 0; k < G_N_ELEMENTS (number); k++)
            json_array_append_new (cell, json_real (floor (number[k] * 1e4 + 0.5) / 1e4));
        json_object_set_new (json_array_get (panels, i), key, cell);
    }
}

void
screen_snap_scenes (const CgWall *wall, json_t *scenes)
{
    static const char *const keys[CG_N_SCENE_SHAPES] = { "at", "wide", "tall" };
    if (wall->n_x + wall->n_y == 0)
        return;
    CgSceneShape shape = cg_scene_shape ((double) wall->width / wall->height);
    for (gsize i = 0; i < json_array_size (scenes); i++)
        snap_scene (wall, json_object_get (json_array_get (scenes, i), "panels"), keys[shape]);
}
