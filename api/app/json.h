/* JSON of use cases: files, import reports. */
#ifndef CG_APP_JSON_H
#define CG_APP_JSON_H

#include <jansson.h>

#include "import/report.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_t, json_decref)

/* Writes beside the target and renames: the file is whole or not there.
 * Errors  IO */
gboolean cg_json_write (const char *path, const json_t *value, GError **error);

/* Findings with file, row, column, value, text, code; counts; what was used (encoding, CRS,
 * mapping). (transfer full) */
json_t *cg_json_import_report (const CgImportReport *report);

#endif
