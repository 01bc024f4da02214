#include "web/web_pages.h"

#ifdef CG_WEB

#include "cg_web.h"

gboolean
cg_web_is_built (void)
{
    return TRUE;
}

GBytes *
cg_web_page (const char *file)
{
    g_autofree char *path = g_strconcat ("/countygrid/web/", file, NULL);
    return g_resource_lookup_data (cg_web_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE,
                                   NULL);
}

#else

gboolean
cg_web_is_built (void)
{
    return FALSE;
}

GBytes *
cg_web_page (const char *file)
{
    return NULL;
}

#endif
