/* Maps of what an analysis finds: each grid in the colour of its sort, with a mark where there is room. */
#include "app/screen/screen_finding.h"

#include "map/kinds.h"

#include <math.h>
#include <string.h>

#define OPACITY 235

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ScreenEvents, screen_events_clear)

/* ---- what was found --------------------------------------------------------------------------- */

void
screen_finding_init (ScreenFinding *finding, const ScreenJob *job)
{
    guint32 n = job->screen->grids->n;
    screen_figures_of_grids (job, &finding->figures);
    finding->sort = g_new (guint8, (gsize) n + 1);
    memset (finding->sort, SCREEN_NO_SORT, (gsize) n + 1);
}

void
screen_finding_free (ScreenFinding *finding)
{
    if (finding == NULL)
        return;
    screen_figures_clear (&finding->figures);
    g_free (finding->method);
    g_free (finding->method_en);
    g_free (finding->sort);
    g_strfreev (finding->number);
    g_free (finding);
}

static void
count_sorts (const ScreenFinding *finding, guint32 out_count[SCREEN_MAX_SORTS + 1])
{
    memset (out_count, 0, sizeof (guint32) * (SCREEN_MAX_SORTS + 1));
    for (guint32 g = 0; g < finding->figures.n; g++)
        out_count[finding->sort[g] < finding->n_sorts ? finding->sort[g] : SCREEN_MAX_SORTS]++;
}

void
screen_finding_end (ScreenFinding *finding)
{
    guint32 count[SCREEN_MAX_SORTS + 1];
    char **sort = screen_figures_text (&finding->figures, "sort", "结果", "result");
    count_sorts (finding, count);
    for (guint32 g = 0; g < finding->figures.n; g++)
        sort[g] = g_strdup (finding->sort[g] < finding->n_sorts ? finding->sorts[finding->sort[g]].title
                                                                : finding->none);
    for (guint s = 0; s < finding->n_sorts; s++)
        screen_figures_fact (&finding->figures, "grids", finding->sorts[s].title,
                             finding->sorts[s].title_en, count[s], "个网格", "grids");
}

/* ---- who takes part --------------------------------------------------------------------------- */

void
screen_part_init (ScreenPart *part, const ScreenJob *job, gboolean needs_households)
{
    const CgScreen *screen = job->screen;
    guint32 n = screen->grids->n;
    gint64 since_s, until_s;
    screen_figures_window (job, &since_s, &until_s);
    g_autofree guint32 *by_grid = screen_by_grid (screen, since_s, until_s);
    *part = (ScreenPart){ .row = g_new (guint32, (gsize) n + 1),
                          .count = g_new (double, (gsize) n + 1),
                          .base = g_new (double, (gsize) n + 1) };
    for (guint32 g = 0; g < n; g++) {
        if (needs_households && screen->grids->households[g] == 0) {
            part->n_left_out++;
            part->left_out += by_grid[g];
            continue;
        }
        part->row[part->n] = g;
        part->count[part->n] = by_grid[g];
        part->base[part->n++] = screen->grids->households[g];
    }
}

void
screen_part_clear (ScreenPart *part)
{
    g_free (part->row);
    g_free (part->count);
    g_free (part->base);
    g_clear_pointer (&part->near, cg_neighbours_free);
}

/* ---- before anything is drawn ------------------------------------------------------------------- */

gboolean
cg_screen_analyse (const CgScreen *screen, const char *name, const CgScreenOptions *options,
                   char **out_postponed, GError **error)
{
    const CgScreenPicture *picture = cg_screen_picture_find (name);
    if (picture == NULL || !picture->slow)
        return TRUE;
    g_auto (ScreenQuery) query = { 0 };
    if (!screen_prepare (screen, name, options, &query, error))
        return FALSE;
    g_autofree char *key = NULL;
    if (screen_is_found (&query.job, name, &key))
        return TRUE;
    if (out_postponed != NULL) {
        *out_postponed = g_steal_pointer (&key);
        return FALSE;
    }
    g_autoptr (ScreenHold) hold = NULL;
    return screen_found (&query.job, name, picture->find, &hold, error) != NULL;
}

gboolean
cg_screen_is_book (const char *name, const CgScreenOptions *options)
{
    const CgScreenPicture *picture = cg_screen_picture_find (name);
    return picture != NULL && (picture->uses & CG_SCREEN_USES_PAGE) != 0 && options->page == 0 &&
           options->format == CG_FORMAT_PDF;
}

gboolean
cg_screen_check (const CgScreen *screen, const char *name, const CgScreenOptions *options, GError **error)
{
    g_auto (ScreenQuery) query = { 0 };
    return screen_prepare (screen, name, options, &query, error);
}

/* ---- drawing ---------------------------------------------------------------------------------- */

static CgColour
colour_of (const CgTheme *theme, guint band)
{
    static const CgBands bands = { .n = 6, .diverging = TRUE };
    return cg_bands_colour (theme, &bands, band);
}

static void
fill_sort (const ScreenJob *job, const CgMapView *view, const ScreenFinding *finding, guint sort,
           CgColour colour)
{
    const CgShapes *grids = screen_outlines (job->screen, view, CG_LEVEL_GRID);
    g_autoptr (CgShapes) areas = cg_shapes_new (CG_SHAPES_AREA);
    for (guint32 g = 0; g < finding->figures.n; g++)
        if (finding->sort[g] == sort)
            cg_shapes_add_shape (areas, grids, g);
    cg_map_areas (job->canvas, view, areas, colour);
}

static void
paint_sorts (const ScreenJob *job, const CgMapView *view, gpointer data)
{
    const ScreenFinding *finding = data;
    const CgTheme *theme = cg_canvas_theme (job->canvas);
    for (guint s = 0; s < finding->n_sorts; s++) {
        CgColour colour = colour_of (theme, finding->sorts[s].band);
        colour.a = OPACITY;
        fill_sort (job, view, finding, s, colour);
    }
    CgChoropleth none = { .n_classes = 1, .upper = { 1 }, .opacity = 0.01 };
    g_autofree double *value = g_new (double, (gsize) finding->figures.n + 1);
    gboolean any = FALSE;
    for (guint32 g = 0; g < finding->figures.n; g++) {
        value[g] = finding->sort[g] == SCREEN_NO_SORT ? NAN : 0.5;
        any |= finding->sort[g] == SCREEN_NO_SORT;
    }
    if (any)
        screen_draw_grids (job, view, value, &none);
}

static const char *
mark_of (const ScreenFinding *finding, guint32 grid)
{
    if (finding->sort[grid] >= finding->n_sorts)
        return NULL;
    if (finding->number != NULL)
        return finding->number[grid][0] != '\0' ? finding->number[grid] : NULL;
    return finding->sorts[finding->sort[grid]].mark;
}

/* Where marks would stand: room_m below 0 where the grid has none or lies outside the view. */
static void
find_rooms (const ScreenJob *job, const CgMapView *view, const ScreenFinding *finding, CgLabel *label,
            double *room_m)
{
    const CgShapes *shapes = job->screen->grids->shapes;
    for (guint32 g = 0; g < finding->figures.n; g++) {
        CgBox box = cg_shapes_box (shapes, g);
        label[g] = (CgLabel){ .text = screen_word (job->screen, mark_of (finding, g)),
                              .radius_m = 0.2 * view->m_per_px };
        room_m[g] = -1;
        if (label[g].text == NULL || !cg_box_meets (&box, &view->box))
            continue;
        cg_shapes_label_point (shapes, g, &label[g].x, &label[g].y, &room_m[g]);
        if (!(label[g].x >= view->box.x_min && label[g].x <= view->box.x_max &&
              label[g].y >= view->box.y_min && label[g].y <= view->box.y_max))
            room_m[g] = -1;
        label[g].priority = room_m[g];
    }
}

/* The roomiest of the grids with this number. */
static gboolean
leads_number (const ScreenFinding *finding, const double *room_m, guint32 grid)
{
    if (finding->number == NULL)
        return FALSE;
    for (guint32 g = 0; g < finding->figures.n; g++)
        if (strcmp (finding->number[g], finding->number[grid]) == 0 &&
            (room_m[g] > room_m[grid] || (room_m[g] == room_m[grid] && g < grid)))
            return FALSE;
    return TRUE;
}

/* A mark where it fits into its grid: elsewhere it would seem to belong to another. Each number of a list
 * has to be found on the map, though: its roomiest grid has it across or just beside. */
static void
mark_sorts (const ScreenJob *job, const CgMapView *view, gpointer data, GArray *taken)
{
    const ScreenFinding *finding = data;
    double line_m = cg_canvas_line_height (job->canvas, CG_TEXT_SMALL) * view->m_per_px;
    gsize n = (gsize) finding->figures.n + 1;
    g_autofree CgLabel *all = g_new (CgLabel, n);
    g_autofree double *room_m = g_new (double, n);
    g_autoptr (GArray) labels = g_array_new (FALSE, FALSE, sizeof (CgLabel));
    find_rooms (job, view, finding, all, room_m);
    for (guint32 g = 0; g < finding->figures.n; g++) {
        if (room_m[g] < 0)
            continue;
        CgBox box = cg_shapes_box (job->screen->grids->shapes, g);
        gboolean fits = 1.7 * room_m[g] >= line_m &&
                        MIN (box.x_max - box.x_min, box.y_max - box.y_min) >= line_m;
        if (!fits && !leads_number (finding, room_m, g))
            continue;
        if (!fits)
            all[g].radius_m = line_m;
        g_array_append_val (labels, all[g]);
    }
    CgLabelOptions options = { .size = CG_TEXT_SMALL,
                               .bold = TRUE,
                               .n_taken = taken->len,
                               .taken = (const CgRect *) (gpointer) taken->data };
    g_autofree CgRect *boxes = g_new0 (CgRect, (gsize) labels->len + 1);
    cg_map_labels (job->canvas, view, labels->len, (const CgLabel *) (gpointer) labels->data, &options,
                   boxes);
    g_array_append_vals (taken, boxes, labels->len);
}

static guint
fill_legend (const ScreenJob *job, const ScreenFinding *finding,
             CgLegendRow rows[SCREEN_MAX_SORTS + 1])
{
    const CgTheme *theme = cg_canvas_theme (job->canvas);
    guint32 count[SCREEN_MAX_SORTS + 1];
    guint n = 0;
    count_sorts (finding, count);
    for (guint s = 0; s < finding->n_sorts; s++)
        rows[n++] =
            (CgLegendRow){ .colour = cg_colour_mix (theme->land,
                                                    colour_of (theme, finding->sorts[s].band),
                                                    OPACITY / 255.0),
                           .symbol = -1,
                           .text = job->screen->language == CG_ENGLISH ? finding->sorts[s].title_en
                                                                       : finding->sorts[s].title,
                           .count = count[s] };
    if (count[SCREEN_MAX_SORTS] > 0)
        rows[n++] = (CgLegendRow){ .colour = theme->no_data,
                                   .symbol = -1,
                                   .hatched = TRUE,
                                   .text = screen_word (job->screen, finding->none),
                                   .count = count[SCREEN_MAX_SORTS] };
    return n;
}

static char *
span_text (const ScreenJob *job)
{
    gint64 since_s, until_s;
    g_auto (ScreenEvents) events = { 0 };
    screen_figures_window (job, &since_s, &until_s);
    screen_events (job->screen, since_s, until_s, &events);
    return screen_span_text (job->screen, since_s, until_s, events.n, events.n_left_out);
}

static gboolean
draw_finding (const ScreenJob *job, const char *name, ScreenFind find, GError **error)
{
    g_autoptr (ScreenHold) hold = NULL;
    const ScreenFinding *finding = screen_found (job, name, find, &hold, error);
    if (finding == NULL)
        return FALSE;
    CgMapView view;
    ScreenTown town;
    CgLegendRow rows[SCREEN_MAX_SORTS + 1];
    g_autofree char *span = span_text (job);
    gboolean english = job->screen->language == CG_ENGLISH;
    g_autofree char *source =
        screen_source_text (job->screen, english ? finding->method_en : finding->method);
    CgMapFrame frame = { .title = screen_word (job->screen, finding->title),
                         .span = span,
                         .source = source };
    if (!screen_fit_view (job, &frame, NULL, &view, error))
        return FALSE;
    CgLegend legend = { .title = screen_word (job->screen, finding->legend),
                        .unit = "",
                        .count_title = screen_word (job->screen, "网格数"),
                        .n_rows = fill_legend (job, finding, rows),
                        .rows = rows };
    return screen_draw_kind (job, &view,
                             &(ScreenMapKind){ .legend = screen_legend (&legend),
                                               .paint = paint_sorts,
                                               .mark = mark_sorts,
                                               .marks_yield = finding->number != NULL,
                                               .data = (gpointer) finding },
                             screen_find_town (job, &town), error);
}

gboolean
screen_draw_hotspots (const ScreenJob *job, GError **error)
{
    return draw_finding (job, "hotspots", screen_find_hotspots, error);
}

gboolean
screen_draw_moran (const ScreenJob *job, GError **error)
{
    return draw_finding (job, "moran", screen_find_moran, error);
}

gboolean
screen_draw_clusters (const ScreenJob *job, GError **error)
{
    return draw_finding (job, "clusters", screen_find_clusters, error);
}

gboolean
screen_draw_change (const ScreenJob *job, GError **error)
{
    return draw_finding (job, "change", screen_find_change, error);
}
