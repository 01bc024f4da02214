#include "export/export.h"
#include "export/layer.h"
#include "export/target.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <math.h>
#include <stdio.h>

/* A full disk may show only when the buffer is written out. */
static gboolean
finish (FILE *file, CgTarget *target, GError **error)
{
    gboolean failed = ferror (file) != 0;
    failed |= fclose (file) != 0;
    if (!failed)
        return cg_target_commit (target, error);
    cg_target_fail (target, "cannot be written", g_strerror (errno), error);
    return FALSE;
}

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
    return finish (file, &target, error);
}

static void
write_number (FILE *file, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    putc (',', file);
    if (isfinite (value))
        fputs (g_ascii_formatd (text, sizeof text, "%.15g", value), file);
}

gboolean
cg_export_point_values (const char *path, const CgPlaces *places, const char *column,
                        const double *value, GError **error)
{
    g_auto (CgTarget) target = { NULL };
    if (!cg_target_init (&target, path, ".csv", error))
        return FALSE;
    FILE *file = g_fopen (target.draft, "we");
    if (file == NULL) {
        cg_target_fail (&target, "cannot be written", g_strerror (errno), error);
        return FALSE;
    }
    fprintf (file, "id,x,y,%s\n", column);
    for (guint32 i = 0; i < places->n; i++) {
        cg_export_csv_field (file, places->id[i] != NULL ? places->id[i] : "");
        write_number (file, places->delivered_x[i]);
        write_number (file, places->delivered_y[i]);
        write_number (file, value[i]);
        putc ('\n', file);
    }
    return finish (file, &target, error);
}
