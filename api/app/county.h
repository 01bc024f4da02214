/* Making and opening county files, and what the store's tables mean together. */
#ifndef CG_APP_COUNTY_H
#define CG_APP_COUNTY_H

#include "app/config.h"
#include "store/store.h"

/* A new county file. config_path may be NULL (defaults). Without a working CRS in the config the
 * file is made for the middle of China and re-made, still empty, for the right zone by the first
 * import.
 * Errors  INPUT config_path cannot be read, or a wrong key or value in it; those of
 *         cg_store_create */
gboolean cg_county_init (const char *path, const char *config_path, GError **error);

/* The config kept in the file.
 * Errors  INPUT it was damaged since; those of the store */
CgConfig *cg_county_config (CgStore *store, GError **error);

/* Opens for writing; when nothing is stored yet and the CRS was not chosen by anybody, the file is
 * made anew for working_crs. working_crs NULL: as it is.
 * Errors  those of cg_store_open and cg_store_replace: CONFLICT somebody writes to it */
CgStore *cg_county_open_for_import (const char *path, const char *working_crs, GError **error);

/* TRUE while the working CRS is only the default of an empty file. Errors: those of the store, with
 * FALSE, so the caller looks at error. */
gboolean cg_county_crs_is_open (CgStore *store, GError **error);

#endif
