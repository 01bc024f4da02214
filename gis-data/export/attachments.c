#include "export/export.h"
#include "export/layer.h"
#include "export/target.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>

gboolean
cg_export_attachments (const char *path, const CgPlaces *places, const guint32 *area,
                       char *const *area_id, GError **error)
{
    g_auto (CgTarget) target = { NULL };
    if (!cg_target_init (&target, path, ".csv", error))
        return FALSE;
    FILE *file = g_fopen (target.draft, "we");
    if (file == NULL) {
        cg_target_fail (&target, "cannot be written", g_strerror (errno), error);
        return FALSE;
    }
    fputs ("id,grid_id\n", file);
    for (guint32 i = 0; i < places->n; i++) {
        cg_export_csv_field (file, places->id[i] != NULL ? places->id[i] : "");
        putc (',', file);
        if (area[i] != CG_NONE)
            cg_export_csv_field (file, area_id[area[i]]);
        putc ('\n', file);
    }
    /* A full disk may show only when the buffer is written out. */
    gboolean failed = ferror (file) != 0;
    failed |= fclose (file) != 0;
    if (failed) {
        cg_target_fail (&target, "cannot be written", g_strerror (errno), error);
        return FALSE;
    }
    return cg_target_commit (&target, error);
}
