/* What a file is by its first bytes, whatever its name says. */
#ifndef CG_IMPORT_SNIFF_H
#define CG_IMPORT_SNIFF_H

#include "import/source.h"

/* FALSE when the ending of the name is none of ours; out_gzip: .csv.gz */
gboolean cg_sniff_name (const char *path, CgDriver *out_driver, gboolean *out_gzip);
/* What to do about a file of a known kind that is not read; NULL for others. Borrowed. */
const char *cg_sniff_refuse (const char *path);
/* Whether the first bytes are those of the driver (head is up to 512 bytes, the whole file when it
 * is shorter). */
gboolean cg_sniff_fits (CgDriver driver, gboolean gzip, const char *head, gsize length);
/* For people: "XML", "a ZIP archive", "an SQLite file", "text", ... Borrowed. */
const char *cg_sniff_describe (const char *head, gsize length);
const char *cg_driver_name (CgDriver driver); /* GDAL's short name */

#endif
