/* Reads buildings as outlines or points. */
#ifndef CG_IMPORT_BUILDINGS_H
#define CG_IMPORT_BUILDINGS_H

#include "import/import.h"
#include "model/buildings.h"

/* As the other readers of import.h. Rows without a usable outline are left out when
 * options->skip_bad; invalid outlines are repaired whatever their area becomes; a cell that is no
 * number counts as unknown and is told by row and by number (BAD_VALUES). has_households,
 * has_population: the file has the column.
 * Errors  those of every reader of import.h */
CgBuildings *cg_import_buildings (const CgImportOptions *options, CgImportReport *report,
                                  const CgProgress *progress, GCancellable *cancel, GError **error);

#endif
