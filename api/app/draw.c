#include "app/draw.h"

#include <math.h>
#include <string.h>

#include "app/window.h"
#include "base/error.h"
#include "import/buildings.h"
#include "import/import.h"
#include "map/map.h"

#define MARGIN 0.02
#define CELL_VH 0.06
#define GRID_VH 0.34
#define CELLS_FROM_M_PER_VH 160 /* cells of a map further away would be one grey */

/* Everything in the working CRS of the cells. */
typedef struct {
    CgKeyedAreas *cells, *grids;
    CgBuildings *buildings;
    GPtrArray *barriers; /* of CgBarriers */
    gboolean estimated;  /* some of what is written in the grids is */
} Work;

static void
work_done (Work *work)
{
    cg_keyed_areas_free (work->cells);
    cg_keyed_areas_free (work->grids);
    cg_buildings_free (work->buildings);
    g_clear_pointer (&work->barriers, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_done)

static CgKeyedAreas *
read_areas (const char *path, const char *value, const char *working_crs, CgImportReport *report,
            GError **error)
{
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    g_autofree char *word = value != NULL ? g_strconcat ("--label ", value, NULL) : NULL;
    char *words[] = { word, NULL };
    options.path = path;
    options.working_crs = working_crs;
    options.map_words = words;
    return cg_import_keyed_areas (&options, NULL, value, report, error);
}

static gboolean
check_crs (const Work *work, const char *file, const char *working_crs, GError **error)
{
    g_autofree char *name = g_path_get_basename (file);
    if (g_strcmp0 (working_crs, work->cells->working_crs) == 0)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_INPUT,
                 "%s: only one of this file and the cells names its coordinate system", name);
    return FALSE;
}

/* Pictures need no more than what can be read: rows that cannot are left out. */
static gboolean
read_rest (const CgDrawFile *job, Work *work, CgImportReport *cells_report,
           const CgProgress *progress, GCancellable *cancel, GError **error)
{
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.working_crs = work->cells->working_crs;
    options.plane = work->cells->working_crs == NULL;
    options.skip_bad = TRUE;
    options.none_will_do = TRUE;
    if (job->buildings != NULL) {
        g_autoptr (CgImportReport) report = cg_import_report_new (job->buildings);
        options.path = job->buildings;
        work->buildings = cg_import_buildings (&options, report, progress, cancel, error);
        if (work->buildings == NULL ||
            (work->buildings->n > 0 &&
             !check_crs (work, job->buildings, work->buildings->working_crs, error)))
            return FALSE;
    }
    for (guint k = 0; job->barriers != NULL && job->barriers[k] != NULL; k++) {
        g_autoptr (CgImportReport) report = cg_import_report_new (job->barriers[k]);
        options.path = job->barriers[k];
        CgBarriers *barriers = cg_import_barriers (&options, report, progress, cancel, error);
        if (barriers == NULL)
            return FALSE;
        cg_import_report_add_warnings (cells_report, report);
        g_ptr_array_add (work->barriers, barriers);
        if (barriers->n > 0 && !check_crs (work, job->barriers[k], barriers->working_crs, error))
            return FALSE;
    }
    return TRUE;
}

/* Whether the numbers of the label are counted: grids say how many of them are not. Those of earlier
 * programs had one figure for households and people together. */
static gboolean
is_estimated (const CgDrawFile *job, const Work *work)
{
    g_autoptr (CgImportReport) report = cg_import_report_new (job->grids);
    g_autoptr (CgKeyedAreas) marks = NULL;
    gboolean people = g_strcmp0 (job->label, "population") == 0;
    if (people)
        marks = read_areas (job->grids, "population_estimated", work->cells->working_crs, report,
                            NULL);
    if (g_strcmp0 (job->label, "households") == 0 || (people && marks == NULL))
        marks = read_areas (job->grids, "households_estimated", work->cells->working_crs, report,
                            NULL);
    for (guint32 g = 0; marks != NULL && g < marks->n; g++)
        if (marks->count[g] > 0)
            return TRUE;
    return FALSE;
}

static gboolean
read_all (const CgDrawFile *job, Work *work, CgImportReport *report, const CgProgress *progress,
          GCancellable *cancel, GError **error)
{
    work->barriers = g_ptr_array_new_with_free_func ((GDestroyNotify) cg_barriers_free);
    work->cells = read_areas (job->cells, NULL, NULL, report, error);
    if (work->cells == NULL)
        return FALSE;
    if (job->grids != NULL) {
        g_autoptr (CgImportReport) own = cg_import_report_new (job->grids);
        work->grids = read_areas (job->grids, job->label, work->cells->working_crs, own, error);
        if (work->grids == NULL || !check_crs (work, job->grids, work->grids->working_crs, error))
            return FALSE;
        work->estimated = is_estimated (job, work);
    }
    return read_rest (job, work, report, progress, cancel, error);
}

static void
draw_labels (CgCanvas *canvas, const CgMapView *view, const CgKeyedAreas *grids)
{
    g_auto (GStrv) text = g_new0 (char *, (gsize) grids->n + 1);
    for (guint32 g = 0; g < grids->n; g++)
        text[g] = isnan (grids->count[g]) ? g_strdup ("") : cg_format_number (grids->count[g], 0);
    CgRect bar = cg_map_scale_bar_rect (canvas, view, CG_CORNER_SW);
    CgLabelOptions options = { .size = CG_TEXT_BODY, .bold = TRUE, .n_taken = 1, .taken = &bar };
    cg_map_area_labels (canvas, view, grids->shapes, text, NULL, &options);
}

/* All rows: their ranks are each number once. */
static void
draw_borders (CgCanvas *canvas, const CgMapView *view, const CgKeyedAreas *areas, CgColour colour,
              double line_vh)
{
    cg_map_outline (canvas, view, areas->shapes, areas->n, areas->rank, colour, line_vh);
}

/* What lines and numbers are: the line below the map. (transfer full) */
static char *
describe (const CgDrawFile *job, const Work *work, gboolean with_cells)
{
    GString *text = g_string_new (NULL);
    g_autofree char *cells = cg_format_number (work->cells->n, 0);
    g_autofree char *grids = cg_format_number (work->grids != NULL ? work->grids->n : 0, 0);
    if (work->grids != NULL)
        g_string_append_printf (text, "粗红线: 网格 grids (%s)", grids);
    if (with_cells)
        g_string_append_printf (text, "%s细线: 单元 cells (%s)", text->len > 0 ? " · " : "", cells);
    if (work->buildings != NULL)
        g_string_append_printf (text, "%s灰色: 楼栋 buildings", text->len > 0 ? " · " : "");
    if (job->label != NULL)
        g_string_append_printf (
            text, " · 数字: 每格%s %s%s", g_str_equal (job->label, "households")   ? "户数"
                                            : g_str_equal (job->label, "population") ? "人口"
                                                                                     : "",
            job->label, work->estimated ? ", 含估算 estimated in part or whole" : "");
    return g_string_free (text, FALSE);
}

static void
draw_layers (CgCanvas *canvas, const CgMapView *view, const Work *work, gboolean with_cells)
{
    const CgTheme *theme = cg_canvas_theme (canvas);
    cg_map_ground (canvas, view);
    cg_map_land (canvas, view, work->cells->shapes);
    if (work->buildings != NULL)
        cg_map_areas (canvas, view, work->buildings->outlines,
                      cg_colour_mix (theme->building, theme->text2, 0.35));
    for (guint k = 0; k < work->barriers->len; k++)
        cg_map_barriers (canvas, view, work->barriers->pdata[k]);
    if (with_cells)
        draw_borders (canvas, view, work->cells, cg_colour_alpha (theme->text, 0.55), CELL_VH);
    if (work->grids == NULL)
        return;
    draw_borders (canvas, view, work->grids, theme->warning[CG_WARNING_RED], GRID_VH);
    if (work->grids->count != NULL)
        draw_labels (canvas, view, work->grids);
}

/* The window in working metres. */
static gboolean
find_window (const CgDrawFile *job, const Work *work, CgBox *out, GError **error)
{
    const CgKeyedAreas *cells = work->cells;
    *out = cg_shapes_box_all (cells->shapes);
    return !job->has_bbox ||
           (cg_window_check (&job->bbox, out, "cells", cells->delivered_crs, cells->working_crs,
                             error) &&
            cg_window_to_working (&job->bbox, cells->delivered_crs, cells->working_crs, out,
                                  error));
}

static gboolean
draw (const CgDrawFile *job, const Work *work, CgCanvas *canvas, GError **error)
{
    CgRect rect = cg_canvas_rect (canvas);
    CgBox box;
    CgMapView view;
    double margin = job->has_bbox ? 0 : MARGIN;
    if (!find_window (job, work, &box, error) ||
        !cg_map_view_fit (&view, &box, rect, margin, error))
        return FALSE;
    gboolean with_cells = view.m_per_px * cg_canvas_vh (canvas) <= CELLS_FROM_M_PER_VH;
    g_autofree char *source = describe (job, work, with_cells);
    CgMapFrame frame = { .title = job->title, .source = source };
    rect = cg_map_frame (canvas, rect, &frame);
    if (!cg_map_view_fit (&view, &box, rect, margin, error))
        return FALSE;
    draw_layers (canvas, &view, work, with_cells);
    cg_map_scale_bar (canvas, &view, CG_CORNER_SW);
    return TRUE;
}

gboolean
cg_draw_file (const CgDrawFile *job, CgImportReport *report, const CgProgress *progress,
              GCancellable *cancel, GError **error)
{
    g_auto (Work) work = { 0 };
    CgFormat format;
    const char *name = job->theme != NULL ? job->theme : "light";
    const CgTheme *theme = cg_theme_find (name);
    if (theme == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "theme '%s' is not known", name);
        return FALSE;
    }
    if (!cg_format_parse (job->output, &format)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "-o %s: the name must end in .png, .svg or .pdf", job->output);
        return FALSE;
    }
    if (!read_all (job, &work, report, progress, cancel, error))
        return FALSE;
    g_autoptr (CgCanvas) canvas = cg_canvas_new (format, job->width, job->height, theme, error);
    return canvas != NULL && draw (job, &work, canvas, error) &&
           cg_canvas_write (canvas, job->output, error);
}
