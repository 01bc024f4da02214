/* Use case: files of cells and grids as a picture over buildings, roads and water. */
#ifndef CG_APP_DRAW_H
#define CG_APP_DRAW_H

#include <gio/gio.h>

#include "base/progress.h"
#include "import/report.h"
#include "model/shapes.h"
#include "page/page.h"

typedef struct {
    const char *cells;             /* FILE or FILE:LAYER of areas: thin borders               */
    const char *grids, *buildings; /* thick borders; filled; each may be NULL                 */
    char *const *barriers;         /* NULL-terminated list, or NULL                           */
    const char *label;             /* column of grids with a number to write in each; or NULL */
    const char *output;            /* .png, .svg or .pdf                                      */
    const char *title, *theme;     /* may be NULL; theme "light" unless said                  */
    guint width, height;
    gboolean has_bbox;
    CgBox bbox; /* degrees, or as the cells are */
} CgDrawFile;

/* report  findings about the cells
 * Errors  those of the readers; NOT_FOUND theme; ARGUMENT window, also one without anything of the
 *         cells; LIMIT size; IO */
gboolean cg_draw_file (const CgDrawFile *job, CgImportReport *report, const CgProgress *progress,
                       GCancellable *cancel, GError **error);

#endif
