/* The one error domain of the project and the names that users see.
 *
 * Every function that can fail takes a `GError **error` last, leaves its outputs untouched on
 * failure and sets one line of text that says which thing and which value is wrong.
 */
#ifndef CG_BASE_ERROR_H
#define CG_BASE_ERROR_H

#include <gio/gio.h>

typedef enum {
    CG_ERROR_ARGUMENT,   /* caller broke the contract of the header            */
    CG_ERROR_INPUT,      /* outside data is wrong; text names file, row, column */
    CG_ERROR_GEOMETRY,   /* geometry could not be read or repaired              */
    CG_ERROR_INFEASIBLE, /* bounds cannot be met; text names the units          */
    CG_ERROR_CONFLICT,   /* somebody changed it first; text names the version   */
    CG_ERROR_FORBIDDEN,  /* policy or role does not allow it                    */
    CG_ERROR_NOT_FOUND,  /* the named thing does not exist                      */
    CG_ERROR_STORE,      /* the county file failed or is damaged                */
    CG_ERROR_IO,         /* a file could not be read or written                 */
    CG_ERROR_LIMIT,      /* a stated limit on size, depth or time was passed    */
    CG_ERROR_CANCELLED,  /* the user stopped the work                           */
    CG_ERROR_DEADLINE,   /* not done within the time that was set for it        */
    CG_N_ERRORS
} CgError;

#define CG_ERROR (cg_error_quark ())
GQuark cg_error_quark (void);

/* Stable upper-case name of a code, as printed in brackets by the command line and as `code` by
 * HTTP: "INPUT", "NOT_FOUND", ... Errors of other domains give "FAILED". Borrowed, never NULL. */
const char *cg_error_name (const GError *error);

/* One fixed sentence for each code, for help pages and the HTTP title. Borrowed. */
const char *cg_error_title (CgError code);

/* TRUE: somebody stopped the work, and error says CANCELLED, "stopped". cancel may be NULL. Errors CANCELLED */
gboolean cg_is_stopped (GCancellable *cancel, GError **error);

#endif
