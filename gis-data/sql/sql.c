/* SQL texts from the packed resource. */
#include "sql/sql.h"

#include <stdlib.h>
#include <string.h>

#include "sql/sql_resource.h"

#define ROOT "/countygrid/sql/"

static int
compare_names (gconstpointer a, gconstpointer b)
{
    return strcmp (*(char *const *) a, *(char *const *) b);
}

static const char *
find_in (const char *folder, const char *name)
{
    g_autofree char *path = g_strconcat (ROOT, folder, "/", name, ".sql", NULL);
    g_autoptr (GBytes) bytes = g_resource_lookup_data (cg_sql_texts_get_resource (), path,
                                                       G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    /* The bytes lie in the program itself and end with a zero: they outlive the wrapper. */
    return bytes != NULL ? g_bytes_get_data (bytes, NULL) : NULL;
}

const char *
cg_sql_find (const char *driver, const char *name)
{
    const char *text = find_in (driver, name);
    return text != NULL ? text : find_in ("common", name);
}

char **
cg_sql_migrations (const char *driver)
{
    g_autofree char *path = g_strconcat (ROOT, driver, "/migration/", NULL);
    char **names = g_resource_enumerate_children (cg_sql_texts_get_resource (), path,
                                                  G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    if (names == NULL)
        return g_new0 (char *, 1);
    qsort (names, g_strv_length (names), sizeof *names, compare_names);
    return names;
}
