/* A file that appears whole or not at all. */
#ifndef CG_EXPORT_TARGET_H
#define CG_EXPORT_TARGET_H

#include <glib.h>

typedef struct {
    char *path;      /* where the file shall be                                   */
    char *directory; /* made for this file, beside it; gone after done            */
    char *draft;     /* write here, under any name that begins with this path     */
} CgTarget;

/* suffix of the draft, with the dot. Errors IO */
gboolean cg_target_init (CgTarget *target, const char *path, const char *suffix, GError **error);
/* Syncs the draft and renames it into place. Errors IO */
gboolean cg_target_commit (CgTarget *target, GError **error);
/* Removes what was not committed. */
void cg_target_done (CgTarget *target);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CgTarget, cg_target_done)

/* Errors IO, always: "PATH: what: why" */
void cg_target_fail (const CgTarget *target, const char *what, const char *why, GError **error);

#endif
