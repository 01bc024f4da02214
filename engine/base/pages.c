#include "base/pages.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define LARGE_PAGE ((gsize) 2 << 20)

gpointer
cg_pages_try_new0 (gsize bytes)
{
#ifdef MADV_HUGEPAGE
    if (bytes >= LARGE_PAGE && bytes <= G_MAXSIZE / 2) {
        gsize whole = (bytes + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
        gpointer table = NULL;
        if (posix_memalign (&table, LARGE_PAGE, whole) != 0)
            return NULL;
        madvise (table, whole, MADV_HUGEPAGE); /* a wish: small pages serve as well */
        return memset (table, 0, bytes);
    }
#endif
    return g_try_malloc0 (bytes);
}

void
cg_pages_prefer_large (gpointer block, gsize bytes)
{
#ifdef MADV_HUGEPAGE
    guintptr from = (guintptr) block, to = from + bytes;
    from = (from + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
    to = to / LARGE_PAGE * LARGE_PAGE;
    if (block != NULL && from < to)
        madvise ((gpointer) from, to - from, MADV_HUGEPAGE);
#endif
}
