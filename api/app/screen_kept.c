/* What pictures of the same borders share, kept while these are in force: borders drawn for a view, and
 * which grid each of its pixels shows. */
#include "app/screen_internal.h"

#include "map/id_raster.h"
#include "page/sheet.h"

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
    g_autofree char *drawn = screen->drawn ? g_strdup_printf ("%a %a %a %a", screen->box.x_min, screen->box.y_min,
                                                              screen->box.x_max, screen->box.y_max)
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
