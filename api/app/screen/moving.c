#include "app/screen/moving.h"

#include "base/error.h"
#include "page/apng.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

gboolean
cg_moving_is_directory (const char *output)
{
    return g_str_has_suffix (output, G_DIR_SEPARATOR_S) || g_file_test (output, G_FILE_TEST_IS_DIR);
}

static gboolean
check_directory (const char *output, GError **error)
{
    g_autoptr (GDir) dir = g_dir_open (output, 0, NULL);
    if (dir == NULL || g_dir_read_name (dir) == NULL)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 "%s: the directory is not empty; frames go to a new or empty one", output);
    return FALSE;
}

gboolean
cg_moving_check (const char *output, GError **error)
{
    if (cg_moving_is_directory (output))
        return check_directory (output, error);
    if (g_str_has_suffix (output, ".png"))
        return TRUE;
    g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT,
                         g_str_has_suffix (output, ".gif")
                             ? "--frames: a GIF has 256 colours, too few for a scale and a map; "
                               "write OUT.png, which moves as well, or a directory OUT/"
                             : "--frames: -o takes OUT.png, which moves, or a directory OUT/");
    return FALSE;
}

typedef struct {
    guint n;
    CgMovingDraw draw;
    gpointer user_data;
} Frames;

static gboolean
write_moving (const Frames *frames, const char *output, guint width, guint height, guint frame_ms,
              GError **error)
{
    const CgPngNote note = { "Software", "countygrid " CG_VERSION };
    g_autoptr (CgApng) apng = cg_apng_new (output, width, height, frames->n,
                                           frame_ms > 0 ? frame_ms : CG_MOVING_DEFAULT_MS, 1, &note,
                                           error);
    if (apng == NULL)
        return FALSE;
    for (guint k = 0; k < frames->n; k++) {
        g_autoptr (CgCanvas) canvas = frames->draw (k, frames->user_data, error);
        if (canvas == NULL || !cg_apng_add (apng, canvas, error))
            return FALSE;
    }
    return cg_apng_close (apng, error);
}

static char *
frame_path (const char *dir, guint k)
{
    g_autofree char *name = g_strdup_printf ("frame-%04u.png", k + 1);
    return g_build_filename (dir, name, NULL);
}

static gboolean
write_sequence (const Frames *frames, const char *dir, GError **error)
{
    for (guint k = 0; k < frames->n; k++) {
        g_autofree char *path = frame_path (dir, k);
        g_autoptr (CgCanvas) canvas = frames->draw (k, frames->user_data, error);
        if (canvas == NULL || !cg_canvas_write (canvas, path, error))
            return FALSE;
    }
    return TRUE;
}

static void
remove_sequence (const Frames *frames, const char *dir)
{
    for (guint k = 0; k < frames->n; k++) {
        g_autofree char *path = frame_path (dir, k);
        g_unlink (path);
    }
    g_rmdir (dir);
}

/* Frames are written beside the target, which takes their place when all are there. */
static gboolean
write_directory (const Frames *frames, const char *output, GError **error)
{
    g_autofree char *target = g_strdup (output);
    for (gsize n = strlen (target); n > 1 && target[n - 1] == G_DIR_SEPARATOR; n--)
        target[n - 1] = '\0';
    g_autofree char *part = g_strconcat (target, ".XXXXXX", NULL);
    if (g_mkdtemp_full (part, 0755) == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_IO, "%s: %s", target, g_strerror (errno));
        return FALSE;
    }
    if (!write_sequence (frames, part, error)) {
        remove_sequence (frames, part);
        return FALSE;
    }
    if (g_rename (part, target) == 0)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_IO, "%s: %s", target, g_strerror (errno));
    remove_sequence (frames, part);
    return FALSE;
}

gboolean
cg_moving_write (const char *output, guint n, guint width, guint height, guint frame_ms,
                 CgMovingDraw draw, gpointer user_data, GError **error)
{
    const Frames frames = { n, draw, user_data };
    return cg_moving_is_directory (output)
               ? write_directory (&frames, output, error)
               : write_moving (&frames, output, width, height, frame_ms, error);
}
