/* Frames of a screen, composed of layers that are painted only when they change.
 *
 * A wall shows the same map for hours while a few numbers on it move. Each layer says by its stamp
 * what its pixels depend on; with the stamp of the frame before, it is not painted again. Where no
 * layer changed a pixel, the frame's pixels stay as they are.
 *
 *   CgStageLayer layers[] = { { "map", map, map_stamp, paint_map, &job },
 *                             { "labels", map, label_stamp, paint_labels, &job },
 *                             { "trend", cell, trend_stamp, paint_trend, &trend } };
 *   cg_stage_draw (stage, G_N_ELEMENTS (layers), layers, &work, &error);
 */
#ifndef CG_STAGE_H
#define CG_STAGE_H

#include "page/page.h"

typedef struct CgStage CgStage;

/* Draws in coordinates of the sheet onto nothing; what falls outside the layer's rectangle is cut
 * off. The canvas is not to be finished. */
typedef void (*CgStagePaint) (CgCanvas *canvas, gpointer user_data);

/* Rows of a layer that is a raster: given one after the other, they need no sheet between. */
typedef struct CgStageSink CgStageSink;
typedef void (*CgStageRows) (CgStageSink *sink, gpointer user_data);
/* The next row of the layer's rectangle (widened to whole pixels, cut at the sheet), as cairo stores
 * pixels. Rows that are not given are clear. Borrowed for the call. */
void cg_stage_put_row (CgStageSink *sink, const guint32 *pixels);

typedef struct {
    const char *name;  /* unlike those of the other layers                               */
    CgRect rect;       /* widened to whole pixels                                        */
    const char *stamp; /* data version, values, view: equal stamps must mean equal pixels */
    CgStagePaint paint;
    gpointer user_data;
    CgStageRows rows; /* instead of paint, or NULL                                        */
    gboolean texts;   /* paint draws nothing but texts with a halo (cg_map_labels): they are set
                         row by row, without a sheet between; not at all where they stand as
                         they stood                                                       */
} CgStageLayer;

/* What a frame cost. */
typedef struct {
    guint n_painted; /* layers                                   */
    guint n_pixels;  /* composed, in strips of 64                */
} CgStageWork;

/* Sizes, theme and Errors as of cg_canvas_new. Belongs to one thread at a time.
 * Memory  8 bytes a pixel, and 4 for each pixel (in strips of 64) that a layer paints */
CgStage *cg_stage_new (guint width, guint height, const CgTheme *theme, GError **error);
void cg_stage_free (CgStage *stage);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgStage, cg_stage_free)

/* As cg_canvas_set_vh, for all layers; paints everything anew. */
void cg_stage_set_vh (CgStage *stage, double vh_px);

/* The frame of these layers, the first lowest, on the theme's background. Layers of the frame before
 * that are not among them are gone. out_work may be NULL.
 * Errors  ARGUMENT two layers of one name, a name or stamp that is NULL; LIMIT memory. The next frame
 *         paints everything anew then
 * Promise the same bytes as a new stage gives for these layers */
gboolean cg_stage_draw (CgStage *stage, guint n, const CgStageLayer *layers, CgStageWork *out_work,
                        GError **error);

/* Pixels of the last frame as cairo stores them, all opaque. Borrowed until the next frame. */
const guint8 *cg_stage_pixels (const CgStage *stage, gsize *out_stride);
/* The last frame as a file (transfer full). Errors as of cg_png_write. */
GBytes *cg_stage_png (const CgStage *stage, GError **error);

#endif
