/* Files of the county on the disk: what a path may be, and how a new file comes to its name. */
#ifndef CG_STORE_COUNTY_FILE_H
#define CG_STORE_COUNTY_FILE_H

#include <glib.h>

#include "base/error.h"

#define CG_APPLICATION_ID 0x43475244 /* "CGRD", in the head of the file */

/* Gives FALSE. Errors code, always: "PATH: what" */
gboolean cg_file_refuse (GError **error, CgError code, const char *path, const char *what);

/* Real path of an existing county file, found by reading its head only. (transfer full)
 * Errors NOT_FOUND; INPUT not ours; STORE not a file, no right to read or (write) to write, network
 * file system, a log that cannot be played in where it lies. All name the path as given. */
char *cg_county_file_check (const char *where, gboolean write, GError **error);
/* TRUE when the file lies in a folder that may only be read and no log waits: SQLite could not make
 * its shared memory there and has to be told that the file does not change. */
gboolean cg_county_file_is_fixed (const char *path);

/* Whether the name is taken. Errors CONFLICT (and TRUE) something of that name exists, or a log that would
 * be played into it */
gboolean cg_new_file_refuse (const char *path, GError **error);
/* Makes an empty file beside `path` to be filled; its name. (transfer full)
 * Errors NOT_FOUND no folder; IO; STORE network */
char *cg_new_file_begin (const char *path, GError **error);
/* Syncs the filled file and gives it its name.
 * Errors CONFLICT somebody has taken it meanwhile; IO */
gboolean cg_new_file_finish (const char *part, const char *path, GError **error);
/* Brings the names in a folder to the disk. */
void cg_folder_sync (const char *folder);
/* Removes a file that was not finished, with what SQLite left beside it. */
void cg_new_file_remove (const char *part);

#endif
