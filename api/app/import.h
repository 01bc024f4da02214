/* Use case: one file into one table of the county. */
#ifndef CG_APP_IMPORT_H
#define CG_APP_IMPORT_H

#include "import/import.h"
#include "store/store.h"

/* What can be imported: "regions", "units", ... in the order in which a county is usually
 * filled. */
typedef struct {
    const char *name, *title;
} CgImportKind;
const CgImportKind *cg_import_kinds (void); /* ends with name == NULL */

/* Reads the whole file, checks every row and publishes it in one transaction; on any error the
 * store is as before.
 *
 * options    working_crs and regions are filled in here from the store
 * dry_run    everything but the commit: what storing finds is found too
 * report     findings; filled also on failure
 * Errors     ARGUMENT kind (names the known ones); FORBIDDEN persons (the module is off) or
 *            columns that look like personal data; those of cg_import_* and the store */
gboolean cg_import_into (CgStore *store, const char *kind, const CgImportOptions *options,
                         gboolean dry_run, CgImportReport *report, const CgProgress *progress,
                         GCancellable *cancel, GError **error);

/* Opens (or refuses) the county file and chooses its working CRS at the first import. author: who,
 * for the audit.
 * Errors  those of cg_store_open and cg_import_into */
gboolean cg_import_file (const char *county, const char *kind, const CgImportOptions *options,
                         gboolean dry_run, const char *author, CgImportReport *report,
                         const CgProgress *progress, GCancellable *cancel, GError **error);

#endif
