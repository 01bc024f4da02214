/* The pages as they were packed into the program. */
#ifndef CG_WEB_PAGES_H
#define CG_WEB_PAGES_H

#include <gio/gio.h>

/* FALSE: built with -Dweb=false, there are no pages. */
gboolean cg_web_is_built (void);
/* Bytes of a file by its name ("screen.html"), or NULL. (transfer full, no copy) */
GBytes *cg_web_page (const char *file);

#endif
