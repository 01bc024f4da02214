/* What pictures of the same borders share, kept while these are in force: borders drawn for a view, and
 * which grid each of its pixels shows. */
#include "app/screen/screen_internal.h"

#include "app/screen/screen_finding.h"
#include "map/id_raster.h"
#include "page/sheet.h"

#include "base/error.h"
#include "graph/graph.h"

#include <string.h>

typedef struct {
    gpointer thing;
    GDestroyNotify free;
    gsize bytes;
} Box; /* of g_atomic_rc_box */

typedef struct {
    char *key;
    Box *box;
} Entry;

struct _ScreenKept {
    GMutex lock;
    GQueue entries; /* of Entry, the last used first */
    gsize bytes;
};

static void
box_clear (gpointer data)
{
    Box *box = data;
    box->free (box->thing);
}

static void
box_release (gpointer box)
{
    g_atomic_rc_box_release_full (box, box_clear);
}

static void
entry_free (gpointer data)
{
    Entry *entry = data;
    box_release (entry->box);
    g_free (entry->key);
    g_free (entry);
}

ScreenKept *
screen_kept_new (void)
{
    ScreenKept *kept = g_new0 (ScreenKept, 1);
    g_mutex_init (&kept->lock);
    g_queue_init (&kept->entries);
    return kept;
}

void
screen_kept_free (ScreenKept *kept)
{
    if (kept == NULL)
        return;
    g_queue_clear_full (&kept->entries, entry_free);
    g_mutex_clear (&kept->lock);
    g_free (kept);
}

/* A reference (box_release), or NULL. */
static Box *
find (ScreenKept *kept, const char *key)
{
    Box *found = NULL;
    g_mutex_lock (&kept->lock);
    for (GList *link = kept->entries.head; link != NULL && found == NULL; link = link->next) {
        Entry *entry = link->data;
        if (strcmp (entry->key, key) != 0)
            continue;
        found = g_atomic_rc_box_acquire (entry->box);
        g_queue_unlink (&kept->entries, link);
        g_queue_push_head_link (&kept->entries, link);
        break;
    }
    g_mutex_unlock (&kept->lock);
    return found;
}

/* Keeps thing (taken over) where it is not too large; returns a reference. What was used longest ago
 * makes room. Two threads that made the same keep both until the older is the last. */
static Box *
keep (ScreenKept *kept, const char *key, gpointer thing, GDestroyNotify free, gsize bytes)
{
    Box *box = g_atomic_rc_box_new (Box);
    *box = (Box){ thing, free, bytes };
    if (bytes > SCREEN_KEPT_BYTES)
        return box;
    Entry *entry = g_new (Entry, 1);
    *entry = (Entry){ g_strdup (key), g_atomic_rc_box_acquire (box) };
    g_mutex_lock (&kept->lock);
    g_queue_push_head (&kept->entries, entry);
    kept->bytes += bytes;
    while (kept->bytes > SCREEN_KEPT_BYTES) {
        Entry *last = g_queue_pop_tail (&kept->entries);
        kept->bytes -= last->box->bytes;
        entry_free (last);
    }
    g_mutex_unlock (&kept->lock);
    return box;
}

/* What a picture of a place shows is another county's: the place is part of the key. */
static char *
view_key (const ScreenJob *job, const CgMapView *view, const char *what)
{
    CgRect sheet = cg_canvas_rect (job->canvas);
    const CgRect *rect = &view->rect;
    const CgBox *box = &view->box;
    const CgScreen *screen = job->screen;
    gint64 place = screen->whole != NULL ? (gint64) screen->place_row : -1;
    g_autofree char *drawn = screen->drawn ? g_strdup_printf ("%a %a %a %a %s", screen->box.x_min, screen->box.y_min,
                                                              screen->box.x_max, screen->box.y_max,
                                                              screen->area_key != NULL ? screen->area_key : "")
                                           : NULL;
    return g_strdup_printf ("%s %s %d %" G_GINT64_FORMAT " %s %a %a %a %a %a %a %a %a %a %a %a", what, drawn != NULL ? drawn : "-",
                            screen->whole != NULL ? (int) screen->place_level : -1, place,
                            cg_canvas_theme (job->canvas)->name, sheet.width, sheet.height,
                            cg_canvas_vh (job->canvas), rect->x, rect->y, rect->width,
                            rect->height, box->x_min, box->y_min, box->x_max, box->y_max);
}

/* ---- sheets ------------------------------------------------------------------------------ */

typedef struct {
    ScreenJob job; /* with the sheet's canvas */
    const CgMapView *view;
    gboolean flag;
    ScreenPaint paint;
} Painting;

static void
paint_sheet (CgCanvas *canvas, gpointer user_data)
{
    Painting *painting = user_data;
    painting->job.canvas = canvas;
    painting->paint (&painting->job, painting->view, painting->flag);
}

void
screen_lay (const ScreenJob *job, const CgMapView *view, const char *what, gboolean flag,
            ScreenPaint paint)
{
    Painting painting = { *job, view, flag, paint };
    g_autofree char *name = g_strdup_printf ("%s %d", what, flag);
    g_autofree char *key = view_key (job, view, name);
    Box *box = find (job->screen->kept, key);
    if (box == NULL) {
        CgSheet *sheet = cg_sheet_paint (job->canvas, view->rect, paint_sheet, &painting);
        if (sheet != NULL)
            box = keep (job->screen->kept, key, sheet, (GDestroyNotify) cg_sheet_unref,
                        cg_sheet_bytes (sheet));
    }
    if (box == NULL || !cg_sheet_lay (box->thing, job->canvas))
        paint (job, view, flag);
    if (box != NULL)
        box_release (box);
}

/* ---- choropleth -------------------------------------------------------------------------- */

void
screen_draw_grids (const ScreenJob *job, const CgMapView *view, const double *value,
                   CgChoropleth *choropleth)
{
    const CgShapes *grids = screen_outlines (job->screen, view, CG_LEVEL_GRID);
    g_autofree char *key = view_key (job, view, "grids");
    Box *box = NULL;
    if (cg_canvas_takes_pixels (job->canvas) && (box = find (job->screen->kept, key)) == NULL) {
        CgIdRaster *raster = cg_id_raster_new (view, grids, NULL);
        if (raster != NULL)
            box = keep (job->screen->kept, key, raster, (GDestroyNotify) cg_id_raster_free,
                        cg_id_raster_bytes (raster));
    }
    if (box == NULL) {
        cg_map_choropleth (job->canvas, view, grids, value, choropleth);
        return;
    }
    cg_map_choropleth_ids (job->canvas, box->thing, grids, value, choropleth);
    box_release (box);
}

/* ---- findings ---------------------------------------------------------------------------- */

/* The plan's grids, with or without the place and the types that are shown of them. */
static const CgScreen *
whole_of (const CgScreen *screen)
{
    return screen->whole != NULL ? screen->whole : screen;
}

/* The engine's graph finds borders that do not match vertex for vertex. NULL without error where
 * grids overlap too much for it. */
static CgGraph *
build_graph (const CgGrids *grids, GCancellable *cancel, GError **error)
{
    g_autoptr (CgUnits) units = cg_units_new (grids->n);
    g_autoptr (GError) why = NULL;
    cg_shapes_free (units->shapes);
    units->shapes = cg_shapes_copy (grids->shapes);
    for (guint32 i = 0; i < grids->n; i++)
        units->id[i] = g_strdup (grids->code[i]);
    g_autoptr (CgGraph) graph = cg_graph_build (units, NULL, NULL, cancel, &why);
    if (graph == NULL && !g_error_matches (why, CG_ERROR, CG_ERROR_GEOMETRY))
        g_propagate_error (error, g_steal_pointer (&why));
    return g_steal_pointer (&graph);
}

static Box *
near_of_all (const ScreenJob *job, GError **error)
{
    const CgScreen *whole = whole_of (job->screen);
    g_autofree char *key = g_strdup_printf ("near %u", whole->grids->n);
    Box *box = find (whole->kept, key);
    if (box != NULL)
        return box;
    g_autoptr (GError) failed = NULL;
    g_autoptr (CgGraph) graph = build_graph (whole->grids, job->cancel, &failed);
    if (failed != NULL) {
        g_propagate_error (error, g_steal_pointer (&failed));
        return NULL;
    }
    CgNeighbours *near =
        cg_neighbours_from_areas (whole->grids->shapes, CG_NEAR_QUEEN, graph, error);
    if (near == NULL)
        return NULL;
    gsize bytes = sizeof (guint32) * ((gsize) near->n + 1 + near->first[near->n]);
    return keep (whole->kept, key, near, (GDestroyNotify) cg_neighbours_free, bytes);
}

CgNeighbours *
screen_near (const ScreenJob *job, GError **error)
{
    const CgScreen *screen = job->screen, *whole = whole_of (screen);
    Box *box = near_of_all (job, error);
    if (box == NULL)
        return NULL;
    g_autofree guint32 *rows = g_new (guint32, (gsize) screen->grids->n + 1);
    for (guint32 g = 0; g < whole->grids->n; g++) {
        guint32 row = screen->whole != NULL ? screen->new_grid[g] : g;
        if (row != CG_NONE)
            rows[row] = g;
    }
    CgNeighbours *near = cg_neighbours_subset (box->thing, screen->grids->n, rows);
    box_release (box);
    return near;
}

static char *
finding_key (const ScreenJob *job, const char *name)
{
    const CgScreen *screen = job->screen;
    g_autoptr (GString) key = g_string_new (name);
    const char *const texts[] = { screen->stamp, job->measure, job->types, job->sources, job->box,
                                  screen->area_key };
    g_string_append_printf (key, " %d %d", screen->whole != NULL ? (int) screen->place_level : -1,
                            screen->whole != NULL ? (int) screen->place_row : -1);
    g_string_append_printf (key,
                            " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
                            " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT,
                            job->today_s, job->since_s, job->until_s, job->against_since_s,
                            job->against_until_s);
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
        g_string_append_c (key, '|');
        if (texts[i] != NULL)
            g_string_append_uri_escaped (key, texts[i], NULL, TRUE);
    }
    return g_string_free (g_steal_pointer (&key), FALSE);
}

gboolean
screen_is_found (const ScreenJob *job, const char *name, char **out_key)
{
    *out_key = finding_key (job, name);
    Box *box = find (job->screen->kept, *out_key);
    if (box != NULL)
        box_release (box);
    return box != NULL;
}

const ScreenFinding *
screen_found (const ScreenJob *job, const char *name, ScreenFind run, ScreenHold **out_hold,
              GError **error)
{
    ScreenKept *kept = job->screen->kept;
    g_autofree char *key = finding_key (job, name);
    Box *box = find (kept, key);
    if (box == NULL) {
        g_autoptr (ScreenFinding) finding = g_new0 (ScreenFinding, 1);
        if (!run (job, finding, error))
            return NULL;
        gsize bytes = 400 * ((gsize) finding->figures.n + 1);
        box = keep (kept, key, g_steal_pointer (&finding), (GDestroyNotify) screen_finding_free, bytes);
    }
    *out_hold = box;
    return box->thing;
}

void
screen_finding_release (ScreenHold *hold)
{
    if (hold != NULL)
        box_release (hold);
}
