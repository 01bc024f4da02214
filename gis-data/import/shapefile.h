/* The three files of a Shapefile against their own headers, and the encoding of its table. */
#ifndef CG_IMPORT_SHAPEFILE_H
#define CG_IMPORT_SHAPEFILE_H

#include "import/report.h"

/* Sizes, record counts and offsets of .shp, .shx and .dbf must agree: a file cut short anywhere is
 * refused here, before the reader of the format guesses. FALSE with a finding in the report. */
gboolean cg_shapefile_check (const char *path, CgImportReport *report);

/* Encoding of the table: .cpg, language id, or by proof over all values; NULL with a finding when
 * the table cannot be read.
 * out_how  "the .cpg file", "the language id", "its bytes" (static). (transfer full) */
char *cg_shapefile_encoding (const char *path, const char **out_how, CgImportReport *report);

#endif
