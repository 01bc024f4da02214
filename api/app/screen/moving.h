/* Frames as files: a PNG that moves, or one file a frame in a directory of their own. */
#ifndef CG_APP_MOVING_H
#define CG_APP_MOVING_H

#include "page/page.h"

#define CG_MOVING_DEFAULT_MS 400u

/* Frame k, from 0; called once each, in order. (transfer full) */
typedef CgCanvas *(*CgMovingDraw) (guint k, gpointer user_data, GError **error);

/* output ends with "/" or is a directory: frames are files in it.
 * Errors  ARGUMENT neither that nor a .png; a directory that is not empty */
gboolean cg_moving_check (const char *output, GError **error);
gboolean cg_moving_is_directory (const char *output);
/* Draws and writes n frames of one size: all of them, or nothing is left behind.
 *
 * frame_ms  how long each is shown; 0: CG_MOVING_DEFAULT_MS
 * Errors    those of draw and of page/apng.h */
gboolean cg_moving_write (const char *output, guint n, guint width, guint height, guint frame_ms,
                          CgMovingDraw draw, gpointer user_data, GError **error);

#endif
