/* One outside file, opened: its format by name and content, its layers, its messages. */
#ifndef CG_IMPORT_SOURCE_H
#define CG_IMPORT_SOURCE_H

/* The library's enumerations are wider than the standard's int. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#pragma GCC diagnostic pop

#include "import/encoding.h"
#include "import/geojson.h"
#include "import/import.h"
#include "import/xlsx.h"

typedef enum {
    CG_DRIVER_GPKG,
    CG_DRIVER_GEOJSON,
    CG_DRIVER_SHAPEFILE,
    CG_DRIVER_CSV,
    CG_DRIVER_FLATGEOBUF,
    CG_DRIVER_OSM,
    CG_DRIVER_XLSX
} CgDriver;

typedef struct {
    const CgImportOptions *options;
    CgImportReport *report;
    char *path, *layer; /* layer: as asked for, or NULL                          */
    CgDriver driver;
    GBytes *text;         /* CSV: the bytes as delivered; GeoJSON: as UTF-8        */
    char *memory_path;    /* GeoJSON: where the reader finds the checked text      */
    GDALDatasetH dataset; /* NULL for CSV and XLSX                                 */
    CgXlsx *xlsx;         /* XLSX                                                  */
    CgGeoJsonScan scan;   /* GeoJSON                                               */
    CgDecoder *decoder;
    GString *failure;   /* first error message of the reader since open          */
    GPtrArray *remarks; /* its first warnings, without repeats                   */
    gboolean handler_set;
} CgSource;

/* NULL with findings in the report (and no GError: the caller fails with cg_import_report_fail).
 * OSM files are taken only where with_osm. Must be freed in the thread that opened it. */
CgSource *cg_source_open (const CgImportOptions *options, gboolean with_osm,
                          CgImportReport *report);
void cg_source_free (CgSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgSource, cg_source_free)

#endif
