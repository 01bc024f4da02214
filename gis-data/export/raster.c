#include "export/raster.h"

#include <math.h>

#include "base/error.h"
#include "export/writer.h"

/* Registered by itself, as the other drivers are. */
void GDALRegister_GTiff (void);

#define STRIP 256 /* rows of a tile */

static gboolean
name_bands (GDALDatasetH dataset, guint n_bands, const CgRasterBand *bands)
{
    for (guint k = 0; k < n_bands; k++) {
        GDALRasterBandH band = GDALGetRasterBand (dataset, (int) k + 1);
        GDALSetDescription (band, bands[k].name);
        GDALSetRasterUnitType (band, bands[k].unit);
        if (GDALSetRasterNoDataValue (band, NAN) != CE_None)
            return FALSE;
    }
    return TRUE;
}

/* Bands lie pixel by pixel: a tile is complete when each has its rows. What is deflated then is not deflated when the
 * file is closed, which nobody can stop. */
static gboolean
write_strip (GDALDatasetH dataset, guint32 row, guint32 rows, guint32 width, guint n_bands, const CgRasterBand *bands)
{
    for (guint k = 0; k < n_bands; k++)
        if (GDALRasterIO (GDALGetRasterBand (dataset, (int) k + 1), GF_Write, 0, (int) row, (int) width, (int) rows,
                          (void *) (bands[k].value + (gsize) row * width), (int) width, (int) rows, GDT_Float32, 0,
                          0) != CE_None)
            return FALSE;
    for (guint k = 0; k < n_bands; k++)
        if (GDALFlushRasterCache (GDALGetRasterBand (dataset, (int) k + 1)) != CE_None)
            return FALSE;
    return TRUE;
}

static gboolean
write_bands (GDALDatasetH dataset, guint32 width, guint32 height, guint n_bands,
             const CgRasterBand *bands, GCancellable *cancel)
{
    if (!name_bands (dataset, n_bands, bands))
        return FALSE;
    for (guint32 row = 0; row < height; row += STRIP)
        if (g_cancellable_is_cancelled (cancel) ||
            !write_strip (dataset, row, MIN (STRIP, height - row), width, n_bands, bands))
            return FALSE;
    return TRUE;
}

/* The file is complete only when it is closed. */
static gboolean
write_raster (CgWriter *writer, const char *draft, const CgBox *box, guint32 width, guint32 height,
              guint n_bands, const CgRasterBand *bands, const char *const *notes, GCancellable *cancel)
{
    static char *options[] = { "COMPRESS=DEFLATE", "PREDICTOR=3", "TILED=YES", NULL };
    if (GDALGetDriverByName ("GTiff") == NULL)
        GDALRegister_GTiff ();
    writer->dataset = GDALCreate (GDALGetDriverByName ("GTiff"), draft, (int) width, (int) height,
                                  (int) n_bands, GDT_Float32, options);
    if (writer->dataset == NULL)
        return FALSE;
    double place[] = { box->x_min, (box->x_max - box->x_min) / width,  0, box->y_max,
                       0,          -(box->y_max - box->y_min) / height };
    GDALSetGeoTransform (writer->dataset, place);
    if (writer->crs != NULL)
        GDALSetSpatialRef (writer->dataset, writer->crs);
    for (guint i = 0; notes != NULL && notes[i] != NULL; i += 2)
        GDALSetMetadataItem (writer->dataset, notes[i], notes[i + 1], NULL);
    gboolean written = write_bands (writer->dataset, width, height, n_bands, bands, cancel);
    GDALClose (writer->dataset);
    writer->dataset = NULL;
    return written && writer->trouble->len == 0;
}

gboolean
cg_export_raster (const char *path, const char *crs, const CgBox *box, guint32 width,
                  guint32 height, guint n_bands, const CgRasterBand *bands,
                  const char *const *notes, GCancellable *cancel, GError **error)
{
    g_auto (CgTarget) target = { NULL };
    if (!cg_target_init (&target, path, ".tif", error))
        return FALSE;
    g_auto (CgWriter) writer;
    cg_writer_begin (&writer);
    if (!cg_writer_set_crs (&writer, &target, crs, error))
        return FALSE;
    if (write_raster (&writer, target.draft, box, width, height, n_bands, bands, notes, cancel))
        return cg_target_commit (&target, error);
    if (cg_is_stopped (cancel, error))
        return FALSE;
    cg_target_fail (&target, "cannot be written",
                    writer.trouble->len > 0 ? writer.trouble->str : "GDAL gave no reason", error);
    return FALSE;
}
