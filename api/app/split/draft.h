/* A file that is written only to be read again: where a library writes to paths alone and a reply wants
 * bytes.
 *
 *     g_auto (CgDraft) draft = { 0 };
 *     if (!cg_draft_init (&draft, "data.xlsx", error) || !write_sheet (draft.path, error))
 *         return NULL;
 *     return cg_draft_read (&draft, error);
 */
#ifndef CG_APP_DRAFT_H
#define CG_APP_DRAFT_H

#include <glib.h>

typedef struct {
    char *folder; /* of its own, that nobody else may enter */
    char *path;
} CgDraft;

/* draft  zeroed before
 * name   of the file, without a folder
 * Errors IO */
gboolean cg_draft_init (CgDraft *draft, const char *name, GError **error);
/* What was written, mapped: it stays when the draft is cleared. Errors IO. (transfer full) */
GBytes *cg_draft_read (const CgDraft *draft, GError **error);
/* Removes the file and its folder. */
void cg_draft_clear (CgDraft *draft);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CgDraft, cg_draft_clear)

#endif
