/* Which layer of a file is meant, and why none is. */
#include <string.h>

#include "import/table.h"

/* Headers of a layer as they are compared with what is asked for: what is no UTF-8 matches nothing.
 * (transfer full) */
static GPtrArray *
headers_of (OGRLayerH layer)
{
    GPtrArray *headers = g_ptr_array_new_with_free_func (g_free);
    OGRFeatureDefnH definition = OGR_L_GetLayerDefn (layer);
    for (int c = 0; c < OGR_FD_GetFieldCount (definition); c++)
        g_ptr_array_add (headers,
                         g_strdup (OGR_Fld_GetNameRef (OGR_FD_GetFieldDefn (definition, c))));
    return headers;
}

gboolean
cg_layer_fits (CgSource *source, OGRLayerH layer, const CgFieldTable *fields)
{
    g_autoptr (GPtrArray) headers = headers_of (layer);
    int column_of[CG_N_FIELDS];
    return cg_map_columns (fields, source->options, headers, NULL, column_of);
}

static OGRLayerH
no_layer (CgSource *source, const char *what)
{
    GString *names = g_string_new (NULL);
    for (int l = 0; l < GDALDatasetGetLayerCount (source->dataset); l++)
        g_string_append_printf (names, "%s%s", l > 0 ? ", " : "",
                                OGR_L_GetName (GDALDatasetGetLayer (source->dataset, l)));
    cg_import_report_add (source->report, CG_FINDING_ERROR, "LAYER", 0, NULL, NULL,
                          "%s; the file has: %s", what, names->str);
    g_string_free (names, TRUE);
    return NULL;
}

/* ---- a column that no layer has ---- */

/* Header of an explicit "field=column" or NULL. */
static const char *
asked_column (const char *map)
{
    const char *equals = strchr (map, '=');
    return equals != NULL && equals[1] != '\0' ? equals + 1 : NULL;
}

/* "blocks (code, hh), roads (class)"; the nearest header of all in out_nearest (transfer full). */
static char *
describe_layers (CgSource *source, const CgFieldTable *fields, const char *map,
                 char **out_nearest)
{
    GString *text = g_string_new (NULL);
    g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_free);
    for (int l = 0; l < GDALDatasetGetLayerCount (source->dataset); l++) {
        OGRLayerH layer = GDALDatasetGetLayer (source->dataset, l);
        if (OGR_L_GetGeomType (layer) == wkbNone)
            continue;
        g_autoptr (GPtrArray) headers = headers_of (layer);
        g_autofree char *names = cg_headers_text (headers);
        g_string_append_printf (text, "%s%s (%s)", text->len > 0 ? ", " : "",
                                OGR_L_GetName (layer), names);
        for (guint c = 0; c < headers->len; c++)
            g_ptr_array_add (all, g_strdup (g_ptr_array_index (headers, c)));
    }
    *out_nearest = cg_headers_nearest (fields, map, all);
    return g_string_free (text, FALSE);
}

/* Says which of the columns asked for is in no layer with shapes; FALSE when there is none such. */
static gboolean
blame_column (CgSource *source, const CgFieldTable *fields)
{
    const CgImportOptions *options = source->options;
    gboolean blamed = FALSE;
    for (guint m = 0; options->map != NULL && options->map[m] != NULL; m++) {
        const char *column = asked_column (options->map[m]);
        gboolean found = column == NULL;
        for (int l = 0; l < GDALDatasetGetLayerCount (source->dataset) && !found; l++) {
            OGRLayerH layer = GDALDatasetGetLayer (source->dataset, l);
            g_autoptr (GPtrArray) headers = headers_of (layer);
            found = OGR_L_GetGeomType (layer) != wkbNone && cg_headers_find (headers, column) >= 0;
        }
        if (found)
            continue;
        g_autofree char *nearest = NULL;
        g_autofree char *layers = describe_layers (source, fields, options->map[m], &nearest);
        cg_import_report_add (source->report, CG_FINDING_ERROR, "BAD_MAP", 0, NULL, NULL,
                              "%s%s: there is no such column in any layer; the file has: %s%s%s%s",
                              options->map_words != NULL ? "" : "--map ",
                              options->map_words != NULL ? options->map_words[m] : options->map[m],
                              layers, nearest != NULL ? "; did you mean " : "",
                              nearest != NULL ? nearest : "", nearest != NULL ? "?" : "");
        blamed = TRUE;
    }
    return blamed;
}

OGRLayerH
cg_layer_choose (CgSource *source, const char *wanted, const CgFieldTable *fields)
{
    OGRLayerH with_shapes = NULL, named = NULL, fitting = NULL;
    guint n_shapes = 0, n_fitting = 0;
    gboolean areas = strcmp (fields->kind, "areas") == 0;
    for (int l = 0; l < GDALDatasetGetLayerCount (source->dataset); l++) {
        OGRLayerH layer = GDALDatasetGetLayer (source->dataset, l);
        const char *name = OGR_L_GetName (layer);
        if (wanted != NULL && strcmp (name, wanted) == 0)
            return layer;
        if (OGR_L_GetGeomType (layer) == wkbNone)
            continue;
        with_shapes = layer;
        n_shapes++;
        if (g_ascii_strcasecmp (name, fields->kind) == 0 || (areas && strcmp (name, "grids") == 0))
            named = layer;
        if (cg_layer_fits (source, layer, fields)) {
            fitting = layer;
            n_fitting++;
        }
    }
    if (wanted != NULL) {
        g_autofree char *text = g_strdup_printf ("there is no layer \"%s\"", wanted);
        return no_layer (source, text);
    }
    if (n_shapes == 1)
        return with_shapes;
    if (named != NULL)
        return named;
    if (n_fitting == 1)
        return fitting;
    if (n_shapes == 0)
        return no_layer (source, "no layer holds shapes");
    if (n_fitting == 0 && blame_column (source, fields))
        return NULL;
    return no_layer (source, n_fitting == 0 ? "no layer has all columns that are needed: say which "
                                              "layer, as FILE:LAYER"
                                            : "several layers have the columns that are needed: say "
                                              "which layer, as FILE:LAYER");
}

gboolean
cg_layer_check_name (CgSource *source, OGRLayerH layer, const char *wanted)
{
    g_autofree char *base = g_path_get_basename (source->path);
    if (g_str_has_suffix (base, ".gz"))
        base[strlen (base) - 3] = '\0';
    char *dot = strrchr (base, '.');
    if (dot != NULL)
        *dot = '\0';
    const char *own = layer != NULL ? OGR_L_GetName (layer) : base;
    g_autofree char *memory = g_strdup_printf ("/vsimem/%s.geojson", own);
    if (g_strcmp0 (memory, source->memory_path) == 0)
        own = base; /* the reader named it after the text in memory */
    if (wanted == NULL || strcmp (wanted, base) == 0 || strcmp (wanted, own) == 0)
        return TRUE;
    cg_import_report_add (source->report, CG_FINDING_ERROR, "LAYER", 0, NULL, NULL,
                          "there is no layer \"%s\"; the file has: %s", wanted, own);
    return FALSE;
}
