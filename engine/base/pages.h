/* Room for tables that are read and written here and there. */
#ifndef CG_BASE_PAGES_H
#define CG_BASE_PAGES_H

#include <glib.h>

/* bytes zeros; from 2 MB on rounded up to large pages where the system has them: a table of some
 * megabytes then needs no thousand first touches, and fits the processor's list of pages.
 * NULL without memory (g_free). */
gpointer cg_pages_try_new0 (gsize bytes);

/* Asks for large pages wherever whole ones lie in a block of memory; call it before the block is first
 * written to. A wish: nothing happens where the system has none, or the block is small. */
void cg_pages_prefer_large (gpointer block, gsize bytes);

#endif
