/* A scene of the list as one picture: what the page shows, for walls and reports without a browser. */
#include "app/screen/screen_internal.h"

#include "app/screen/scenes_internal.h"
#include "base/error.h"

#include <string.h>

#define GAP_VH 1.2 /* between panels, as in cg_page_cell */

/* Panels that a page writes itself have a picture that says the same. */
static const char *
picture_of (const json_t *panel)
{
    static const struct {
        const char *live, *picture;
    } same[] = { { "figures", "figures" },
                 { "warnings", "warnings" },
                 { "ticker", "latest" },
                 { "places", "ranking" } };
    const char *live = json_string_value (json_object_get (panel, "live"));
    if (live == NULL)
        return json_string_value (json_object_get (panel, "picture"));
    for (guint i = 0; i < G_N_ELEMENTS (same); i++)
        if (strcmp (live, same[i].live) == 0)
            return same[i].picture;
    return NULL;
}

/* Cells as of cg_page_cell, with halves. */
static CgRect
panel_rect (CgCanvas *canvas, const json_t *panel, const char *key)
{
    CgSceneCell cell = cg_scene_cell (panel, key);
    CgRect one = cg_page_cell (canvas, 0, 0, 1, 1);
    double gap = GAP_VH * cg_canvas_vh (canvas), step_x = one.width + gap, step_y = one.height + gap;
    return (CgRect){ one.x + cell.column * step_x, one.y + cell.row * step_y,
                     cell.columns * step_x - gap, cell.rows * step_y - gap };
}

static gboolean
draw_panel (const ScreenJob *job, const json_t *scene, const json_t *panel, CgRect rect, GError **error)
{
    const char *name = picture_of (panel);
    const json_t *parameters = json_object_get (panel, "parameters"),
                 *play = json_object_get (panel, "play");
    if (name == NULL)
        return TRUE;
    guint uses = cg_screen_picture_find (name)->uses;
    CgScreenOptions options = {
        .place = json_string_value (json_object_get (parameters, "place")),
        .measure = json_string_value (json_object_get (parameters, "measure")),
        .period = json_string_value (json_object_get (parameters, "period")),
        .breaks = json_string_value (json_object_get (parameters, "breaks")),
        .classes = (guint) json_integer_value (json_object_get (parameters, "classes")),
        .palette = json_string_value (json_object_get (parameters, "palette")),
        .types = json_string_value (json_object_get (parameters, "types")),
        .sources = json_string_value (json_object_get (parameters, "sources")),
    };
    if (json_object_get (panel, "live") != NULL && (uses & CG_SCREEN_USES_SOURCES))
        options.sources = json_string_value (json_object_get (scene, "sources"));
    g_autofree char *days = NULL;
    if (play != NULL) {
        /* Of a moving picture the last frame, which is today. */
        json_int_t frames = json_integer_value (json_object_get (play, "frames"));
        days = g_strdup_printf ("%d", (int) frames);
        options.frame = (guint) frames;
        if (options.period == NULL && (uses & CG_SCREEN_USES_PERIOD))
            options.period = days;
    }
    /* A picture that knows no places shows the county on a place's screen too. */
    ScreenJob whole = *job;
    CgScreen county;
    if (whole.screen->whole != NULL && !(uses & CG_SCREEN_USES_PLACE)) {
        county = *whole.screen->whole;
        county.language = job->screen->language;
        whole.screen = &county;
    }
    return screen_draw_part (&whole, name, &options, rect, error);
}

static gboolean
draw_all (const ScreenJob *job, const json_t *scene, GError **error)
{
    static const char *const keys[CG_N_SCENE_SHAPES] = { "at", "wide", "tall" };
    CgSceneShape shape = cg_scene_shape (job->rect.width / job->rect.height);
    const json_t *panels = json_object_get (scene, "panels");
    g_autofree char *place = screen_place_label (job->screen);
    const json_t *titles = json_object_get (scene, "title");
    const char *title = json_string_value (json_object_get (titles, "zh"));
    const char *english = json_string_value (json_object_get (titles, "en"));
    if (job->screen->language == CG_ENGLISH && english != NULL)
        title = english;
    if (!screen_draw_heading (job, place[0] != '\0' ? place : title, error))
        return FALSE;
    guint n = (guint) json_array_size (panels);
    g_autofree CgRect *rects = g_new0 (CgRect, MAX (n, 1));
    for (guint i = 0; i < n; i++)
        rects[i] = panel_rect (job->canvas, json_array_get (panels, i), keys[shape]);
    screen_snap_panels (job, n, rects, GAP_VH * cg_canvas_vh (job->canvas));
    screen_clear_panels (job, panels, rects, GAP_VH * cg_canvas_vh (job->canvas));
    for (guint i = 0; i < n; i++)
        if (!draw_panel (job, scene, json_array_get (panels, i), rects[i], error))
            return FALSE;
    return TRUE;
}

gboolean
screen_draw_panels (const ScreenJob *job, GError **error)
{
    const json_t *scene = cg_scenes_find (job->scenes, job->scene);
    if (scene == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "no scene named '%.40s'", job->scene);
        return FALSE;
    }
    const char *place = json_string_value (json_object_get (scene, "place"));
    if (place == NULL || job->screen->whole != NULL)
        return draw_all (job, scene, error);
    CgScreen narrow;
    if (!screen_narrow (job->screen, place, &narrow, error))
        return FALSE;
    ScreenJob part = *job;
    narrow.language = job->screen->language;
    part.screen = narrow.whole != NULL ? &narrow : job->screen;
    gboolean good = draw_all (&part, scene, error);
    screen_narrow_clear (&narrow);
    return good;
}

json_t *
cg_screen_scenes (const CgScreen *screen, const CgScenes *scenes, GError **error)
{
    json_t *all = cg_scenes_for (scenes, screen->tables.config, error);
    if (all != NULL)
        screen_snap_scenes (&screen->tables.config->wall, json_object_get (all, "scenes"));
    return all;
}
