#include "app/county.h"

#include <string.h>

#include "base/error.h"

#define KEY_CONFIG "config"
#define KEY_CRS_OPEN "working_crs_open" /* "1": nobody chose it yet */
#define CRS_MIDDLE "EPSG:4547"          /* CGCS2000 3-degree, CM 114E */

static char *
read_config (const char *config_path, GError **error)
{
    if (config_path == NULL)
        return g_strdup (cg_config_template ());
    g_autofree char *text = NULL;
    g_autoptr (GError) problem = NULL;
    if (!g_file_get_contents (config_path, &text, NULL, &problem)) {
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT, "%s: %s", config_path, problem->message);
        return NULL;
    }
    if (!g_utf8_validate (text, -1, NULL)) {
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT, "%s: not UTF-8 text", config_path);
        return NULL;
    }
    return g_steal_pointer (&text);
}

static gboolean
create (const char *path, const char *working_crs, const char *config, gboolean crs_open,
        GError **error)
{
    g_autoptr (CgStore) store = cg_store_create (path, working_crs, config, error);
    return store != NULL && cg_store_put_setting (store, KEY_CONFIG, config, error) &&
           cg_store_put_setting (store, KEY_CRS_OPEN, crs_open ? "1" : "0", error);
}

gboolean
cg_county_init (const char *path, const char *config_path, GError **error)
{
    g_autofree char *text = read_config (config_path, error);
    if (text == NULL)
        return FALSE;
    g_autoptr (CgConfig) config =
        cg_config_parse (text, config_path != NULL ? config_path : "county.ini", error);
    if (config == NULL)
        return FALSE;
    gboolean open = config->working_crs[0] == '\0';
    return create (path, open ? CRS_MIDDLE : config->working_crs, text, open, error);
}

CgConfig *
cg_county_config (CgStore *store, GError **error)
{
    g_autoptr (GError) problem = NULL;
    g_autofree char *text = cg_store_get_setting (store, KEY_CONFIG, &problem);
    if (problem != NULL) {
        g_propagate_error (error, g_steal_pointer (&problem));
        return NULL;
    }
    return cg_config_parse (text != NULL ? text : "", "county.ini", error);
}

gboolean
cg_county_crs_is_open (CgStore *store, GError **error)
{
    g_autofree char *open = cg_store_get_setting (store, KEY_CRS_OPEN, error);
    return g_strcmp0 (open, "1") == 0;
}

/* The empty file again, for another CRS: made beside it and renamed over it. */
static gboolean
remake (const char *path, gint64 version, const char *working_crs, const char *config,
        GError **error)
{
    g_autofree char *beside = g_strconcat (path, ".new", NULL);
    if (!cg_store_remove (beside, error))
        return FALSE;
    if (create (beside, working_crs, config, FALSE, error) &&
        cg_store_replace (beside, path, version, error))
        return TRUE;
    cg_store_remove (beside, NULL);
    return FALSE;
}

CgStore *
cg_county_open_for_import (const char *path, const char *working_crs, GError **error)
{
    g_autoptr (CgStore) store = cg_store_open (path, CG_STORE_WRITE, error);
    if (store == NULL)
        return NULL;
    g_autoptr (GError) problem = NULL;
    gboolean open = cg_county_crs_is_open (store, &problem);
    if (problem != NULL) {
        g_propagate_error (error, g_steal_pointer (&problem));
        return NULL;
    }
    if (!open || working_crs == NULL)
        return g_steal_pointer (&store);
    if (strcmp (cg_store_working_crs (store), working_crs) == 0)
        return cg_store_put_setting (store, KEY_CRS_OPEN, "0", error) ? g_steal_pointer (&store)
                                                                      : NULL;
    g_autofree char *config = cg_store_get_setting (store, KEY_CONFIG, error);
    if (config == NULL)
        return NULL;
    gint64 version = cg_store_data_version (store);
    g_clear_pointer (&store, cg_store_close);
    return remake (path, version, working_crs, config, error)
               ? cg_store_open (path, CG_STORE_WRITE, error)
               : NULL;
}
