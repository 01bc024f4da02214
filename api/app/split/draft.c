#include "app/split/draft.h"

#include "base/error.h"

#include <glib/gstdio.h>

gboolean
cg_draft_init (CgDraft *draft, const char *name, GError **error)
{
    g_autoptr (GError) why = NULL;
    draft->folder = g_dir_make_tmp ("countygrid-XXXXXX", &why);
    if (draft->folder == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_IO, "no temporary folder: %s", why->message);
        return FALSE;
    }
    draft->path = g_build_filename (draft->folder, name, NULL);
    return TRUE;
}

GBytes *
cg_draft_read (const CgDraft *draft, GError **error)
{
    g_autoptr (GError) why = NULL;
    g_autoptr (GMappedFile) file = g_mapped_file_new (draft->path, FALSE, &why);
    if (file == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_IO, "%s", why->message);
        return NULL;
    }
    return g_mapped_file_get_bytes (file);
}

void
cg_draft_clear (CgDraft *draft)
{
    if (draft->path != NULL)
        g_unlink (draft->path);
    if (draft->folder != NULL)
        g_rmdir (draft->folder);
    g_clear_pointer (&draft->path, g_free);
    g_clear_pointer (&draft->folder, g_free);
}
