#include <string.h>

#include "import/table.h"

/* Values of one tag and the class that they mean. A value that is not here is no barrier (a
 * subway, a ditch). */
typedef struct {
    CgFieldId field;
    const char *key; /* in OpenStreetMap's other tags    */
    CgBarrierClass class;
    const char *values; /* after cg_field_key; "*": any but no */
} ClassRule;

static const ClassRule rules[] = {
    { CG_FIELD_CLASS, NULL, CG_BARRIER_WATER,
      "water|river|canal|lake|reservoir|basin|河流|河|水系|水域|湖泊|水库|渠" },
    { CG_FIELD_CLASS, NULL, CG_BARRIER_RAILWAY, "railway|rail|铁路" },
    { CG_FIELD_CLASS, NULL, CG_BARRIER_ARTERIAL,
      "arterial|主干道|主干路|高速|高速公路|国道|省道|次干路|快速路" },
    { CG_FIELD_CLASS, NULL, CG_BARRIER_STREET, "street|街道|支路|县道|道路" },
    { CG_FIELD_CLASS, NULL, CG_BARRIER_ALLEY, "alley|小路|乡道|村道|巷" },
    { CG_FIELD_CLASS, NULL, CG_BARRIER_WALL, "wall|围墙|墙" },
    { CG_FIELD_CLASS, NULL, CG_BARRIER_BUILDING, "building|建筑|建筑物|楼栋|房屋" },
    { CG_FIELD_CLASS, NULL, CG_BARRIER_TUNNEL, "tunnel|underpass|隧道|地下通道" },
    { CG_FIELD_CLASS, NULL, CG_BARRIER_BRIDGE,
      "bridge|footbridge|ferry|桥|桥梁|天桥|渡口|渡轮|轮渡" },
    { CG_FIELD_WATERWAY, "waterway", CG_BARRIER_WATER, "river|canal|stream|riverbank|dock" },
    { CG_FIELD_NATURAL, "natural", CG_BARRIER_WATER, "water|coastline" },
    { CG_FIELD_RAILWAY, "railway", CG_BARRIER_RAILWAY, "rail|lightrail|narrowgauge|monorail" },
    { CG_FIELD_HIGHWAY, "highway", CG_BARRIER_ARTERIAL,
      "motorway|trunk|primary|secondary|motorwaylink|trunklink|primarylink|secondarylink" },
    { CG_FIELD_HIGHWAY, "highway", CG_BARRIER_STREET,
      "tertiary|tertiarylink|residential|unclassified|livingstreet|road|pedestrian" },
    { CG_FIELD_HIGHWAY, "highway", CG_BARRIER_ALLEY,
      "service|track|path|footway|cycleway|steps|bridleway|alley" },
    { CG_FIELD_ROUTE, "route", CG_BARRIER_BRIDGE, "ferry" },
    { CG_FIELD_BARRIER, "barrier", CG_BARRIER_WALL, "wall|citywall|retainingwall|fence" },
    { CG_FIELD_BUILDING, "building", CG_BARRIER_BUILDING, "*" },
    /* Coarse words of vector tiles, after the finer tags of the same row. */
    { CG_FIELD_CLASS, NULL, CG_BARRIER_ARTERIAL, "highway|majorroad" },
    { CG_FIELD_CLASS, NULL, CG_BARRIER_STREET, "minorroad" },
    { CG_FIELD_CLASS, NULL, CG_BARRIER_ALLEY, "path" },
    { CG_FIELD_CLASS, NULL, CG_BARRIER_WATER, "riverbank|dock|ocean|swimmingpool" },
};

/* Whether a field, or the tag of its name, has one of the words. */
static gboolean
says (const CgTable *table, guint32 i, CgFieldId field, const char *tag, const char *words)
{
    const char *cell = cg_table_cell (table, i, field);
    g_autofree char *value = cell != NULL
                                 ? g_strdup (cell)
                                 : cg_tags_find (cg_table_cell (table, i, CG_FIELD_TAGS), tag);
    g_autofree char *key = value != NULL ? cg_field_key (value) : NULL;
    return key != NULL && cg_field_matches (words, key, NULL);
}

/* What runs underground parts nothing. A way through a building is no tunnel, and one that merely
 * lies lower (layer -1, under a bridge) is a line like others. */
static gboolean
is_tunnel (const CgTable *table, guint32 i)
{
    return says (table, i, CG_FIELD_TUNNEL, "tunnel", "yes|true|1|culvert|covered|是");
}

static gboolean
is_bridge (const CgTable *table, guint32 i)
{
    return says (table, i, CG_FIELD_BRIDGE, "bridge",
                 "yes|true|1|viaduct|cantilever|movable|boardwalk|covered|aqueduct|trestle|是");
}

static CgBarrierClass
class_of (const CgTable *table, guint32 i)
{
    const char *tags = cg_table_cell (table, i, CG_FIELD_TAGS);
    for (guint r = 0; r < G_N_ELEMENTS (rules); r++) {
        const char *cell = cg_table_cell (table, i, rules[r].field);
        g_autofree char *value = cell != NULL           ? g_strdup (cell)
                                 : rules[r].key != NULL ? cg_tags_find (tags, rules[r].key)
                                                        : NULL;
        g_autofree char *key = value != NULL ? cg_field_key (value) : NULL;
        if (key == NULL)
            continue;
        gboolean any = strcmp (rules[r].values, "*") == 0 && strcmp (key, "no") != 0;
        if (any || cg_field_matches (rules[r].values, key, NULL))
            return rules[r].class;
    }
    return CG_BARRIER_NONE;
}

static gboolean
is_road (CgBarrierClass class)
{
    return class == CG_BARRIER_ARTERIAL || class == CG_BARRIER_STREET || class == CG_BARRIER_ALLEY;
}

/* The word of our own layer of borders for one that runs along nothing. */
static gboolean
says_none (const CgTable *table, guint32 i)
{
    const char *cell = cg_table_cell (table, i, CG_FIELD_CLASS);
    g_autofree char *key = cell != NULL ? cg_field_key (cell) : NULL;
    return key != NULL && cg_field_matches ("none|无", key, NULL);
}

/* One layer's part of the result. */
typedef struct {
    char *file; /* FILE or FILE:LAYER */
    CgTable *table;
    guint8 *class; /* [rows]                                */
    guint8 *passable;
    guint8 *bridge;  /* a road that leads over what lies between its ends */
    guint32 n_other; /* rows of no class                      */
    guint32 n_none;  /* those that say so themselves, or run underground */
    guint32 n_kept;  /* of these, those that stay as CG_BARRIER_NONE     */
} Layer;

static void
layer_free (Layer *layer)
{
    g_free (layer->file);
    cg_table_free (layer->table);
    g_free (layer->class);
    g_free (layer->passable);
    g_free (layer->bridge);
    g_free (layer);
}

/* Sets the class of a row, NONE where it is no barrier. A road in a tunnel is one by which one gets
 * to the other side; other things underground are as if they were not there. */
static void
set_class (Layer *layer, guint32 i)
{
    CgBarrierClass class = class_of (layer->table, i);
    gboolean below = class != CG_BARRIER_NONE && is_tunnel (layer->table, i);
    if (below)
        class = is_road (class) || class == CG_BARRIER_TUNNEL ? CG_BARRIER_TUNNEL : CG_BARRIER_NONE;
    layer->class[i] = (guint8) class;
    layer->bridge[i] = is_road (class) && is_bridge (layer->table, i) &&
                       cg_table_row (layer->table, i)->kind == CG_SHAPES_LINE;
    if (class == CG_BARRIER_NONE && !cg_table_row (layer->table, i)->bad)
        layer->n_none += below || says_none (layer->table, i);
}

/* A row whose own class is a word that nobody knows: a warning with the first row of each word, a
 * note for each further one. */
static void
tell_unknown (Layer *layer, guint32 i, GHashTable *words)
{
    const char *cell = cg_table_cell (layer->table, i, CG_FIELD_CLASS);
    g_autofree char *key = cell != NULL ? cg_field_key (cell) : NULL;
    if (key == NULL || *key == '\0' || says_none (layer->table, i) || is_tunnel (layer->table, i))
        return;
    gboolean first = g_hash_table_add (words, g_steal_pointer (&key));
    cg_import_report_add (layer->table->report, first ? CG_FINDING_WARNING : CG_FINDING_NOTE,
                          "UNKNOWN_CLASS", cg_table_row (layer->table, i)->row, "class", cell,
                          "\"%s\" is no kind of barrier that is known (water, railway, arterial, "
                          "street, alley, wall, tunnel, bridge, ferry): left out%s",
                          cell, first ? ", and further rows of it" : "");
}

/* A row of no class is set aside as if it were not in the file: told by number, and one by one where
 * its class is a word that nobody knows. */
static void
check_rows (Layer *layer, gboolean forgiving, gboolean keep_none)
{
    CgTable *table = layer->table;
    guint32 n = cg_table_count (table), broken = 0;
    g_autoptr (GHashTable) words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    layer->class = g_new0 (guint8, n + 1);
    layer->passable = g_new0 (guint8, n + 1);
    layer->bridge = g_new0 (guint8, n + 1);
    for (guint32 i = 0; i < n; i++) {
        CgTableRow *row = cg_table_row (table, i);
        gboolean passable = TRUE;
        set_class (layer, i);
        cg_table_flag (table, i, CG_FIELD_PASSABLE, TRUE, &passable);
        layer->passable[i] = (guint8) passable;
        if (keep_none && layer->class[i] == CG_BARRIER_NONE && row->kind == CG_SHAPES_LINE && !row->bad
            && says_none (table, i)) {
            layer->n_kept++;
        } else if (layer->class[i] == CG_BARRIER_NONE && !row->bad) {
            row->bad = TRUE;
            layer->n_other++;
            tell_unknown (layer, i, words);
        } else if (row->kind == CG_NO_SHAPE && !row->bad && forgiving) {
            row->bad = TRUE;
            broken++;
        } else if (row->kind == CG_NO_SHAPE && !row->bad) {
            cg_table_fault (table, i, CG_N_FIELDS, "NO_GEOMETRY", "the barrier has no geometry");
        }
    }
    if (layer->n_other > 0)
        cg_import_report_add (table->report, CG_FINDING_NOTE, "NOT_A_BARRIER", 0, NULL, NULL,
                              "%u rows of kinds that are no barrier were left out", layer->n_other);
    if (broken > 0)
        cg_import_report_add (table->report, CG_FINDING_WARNING, "LEFT_OUT", 0, NULL, NULL,
                              "%u rows without geometry were left out", broken);
}

/* Areas of barriers are drawn and walked along, not counted: whatever change makes them valid will
 * do. */
static gboolean
place_layer (Layer *layer)
{
    const double any_change = -1;
    if (cg_table_count (layer->table) == 0)
        return TRUE; /* nothing that would need a reference system */
    if (!cg_table_decide_crs (layer->table, NULL, layer->table->options->plane) || !cg_table_place (layer->table))
        return FALSE;
    if (layer->table->working[CG_SHAPES_AREA] != NULL)
        cg_table_repair_areas (layer->table, CG_FIELD_NAME, any_change);
    return TRUE;
}

static void
add_empty (CgShapes *shapes)
{
    cg_shapes_end_shape (shapes);
}

/* A road on a bridge is two rows: the line that it draws, and the way that leads over. */
static guint32
count_rows (GPtrArray *layers)
{
    guint32 n = 0, n_good;
    for (guint l = 0; l < layers->len; l++) {
        const Layer *layer = g_ptr_array_index (layers, l);
        g_autofree guint32 *good = cg_table_good (layer->table, &n_good);
        for (guint32 g = 0; g < n_good; g++)
            n += layer->bridge[good[g]] && layer->passable[good[g]] ? 2 : 1;
    }
    return n;
}

static void
fill_row (CgBarriers *barriers, guint32 b, const Layer *layer, guint32 i, guint8 class,
          guint32 file)
{
    const CgTable *table = layer->table;
    const CgTableRow *row = cg_table_row (layer->table, i);
    barriers->id[b] = g_strdup (cg_table_cell (table, i, CG_FIELD_ID));
    barriers->name[b] = g_strdup (cg_table_cell (table, i, CG_FIELD_NAME));
    barriers->class[b] = class;
    barriers->passable[b] = layer->passable[i];
    barriers->row[b] = row->row;
    barriers->file[b] = file;
    CgShapes *into = row->kind == CG_SHAPES_LINE ? barriers->lines : barriers->areas;
    cg_shapes_add_shape (into, table->working[row->kind], row->shape);
    add_empty (row->kind == CG_SHAPES_LINE ? barriers->areas : barriers->lines);
}

static CgBarriers *
build (GPtrArray *layers, const char *working_crs)
{
    guint32 b = 0, n_good;
    CgBarriers *barriers = cg_barriers_new (count_rows (layers));
    for (guint l = 0; l < layers->len; l++) {
        const Layer *layer = g_ptr_array_index (layers, l);
        CgTable *table = layer->table;
        g_autofree guint32 *good = cg_table_good (table, &n_good);
        guint32 file = cg_names_add (barriers->files, layer->file);
        if (barriers->working_crs == NULL) {
            barriers->delivered_crs = g_strdup (table->crs);
            barriers->working_crs = g_strdup (table->working_crs);
        }
        for (guint32 g = 0; g < n_good; g++) {
            guint32 i = good[g];
            fill_row (barriers, b++, layer, i, layer->class[i], file);
            if (layer->bridge[i] && layer->passable[i])
                fill_row (barriers, b++, layer, i, CG_BARRIER_BRIDGE, file);
        }
    }
    if (barriers->working_crs == NULL)
        barriers->working_crs = g_strdup (working_crs);
    return barriers;
}

/* A layer that has no column of a class is no layer of barriers (cameras, points). */
static gboolean
has_class_column (OGRLayerH handle, const CgImportOptions *options)
{
    static const CgFieldId classes[] = { CG_FIELD_CLASS,    CG_FIELD_HIGHWAY, CG_FIELD_RAILWAY,
                                         CG_FIELD_WATERWAY, CG_FIELD_NATURAL, CG_FIELD_BARRIER,
                                         CG_FIELD_BUILDING };
    g_autoptr (GPtrArray) headers = g_ptr_array_new ();
    OGRFeatureDefnH definition = OGR_L_GetLayerDefn (handle);
    OGRwkbGeometryType type = wkbFlatten (OGR_L_GetGeomType (handle));
    int column_of[CG_N_FIELDS];
    if (type == wkbPoint || type == wkbMultiPoint || type == wkbNone ||
        type == wkbGeometryCollection)
        return FALSE;
    for (int c = 0; c < OGR_FD_GetFieldCount (definition); c++)
        g_ptr_array_add (headers,
                         (gpointer) OGR_Fld_GetNameRef (OGR_FD_GetFieldDefn (definition, c)));
    cg_map_columns (cg_fields_of ("barriers"), options, headers, NULL, column_of);
    for (guint k = 0; k < G_N_ELEMENTS (classes); k++)
        if (column_of[classes[k]] >= 0 &&
            !(options->borders_only && classes[k] == CG_FIELD_BUILDING))
            return TRUE;
    return FALSE;
}

static gboolean
choose_layers (CgSource *source, GPtrArray *names)
{
    g_autoptr (GString) all = g_string_new (NULL);
    if (source->dataset == NULL || source->layer != NULL ||
        GDALDatasetGetLayerCount (source->dataset) == 1) {
        g_ptr_array_add (names, g_strdup (source->layer));
        return TRUE;
    }
    for (int l = 0; l < GDALDatasetGetLayerCount (source->dataset); l++) {
        OGRLayerH layer = GDALDatasetGetLayer (source->dataset, l);
        g_string_append_printf (all, "%s%s", l > 0 ? ", " : "", OGR_L_GetName (layer));
        if (has_class_column (layer, source->options) &&
            strcmp (OGR_L_GetName (layer), "multilinestrings") != 0)
            g_ptr_array_add (names, g_strdup (OGR_L_GetName (layer)));
    }
    if (names->len == 0)
        cg_import_report_add (source->report, CG_FINDING_ERROR, "LAYER", 0, NULL, NULL,
                              "no layer has lines or areas and a column of a barrier (class, "
                              "highway, railway, waterway, natural, barrier); the file has: %s",
                              all->str);
    return names->len > 0;
}

/* Rows count from 1 in each layer, so a file with several names the layer too. */
static void
name_layer (CgImportReport *report, const char *file, const char *layer)
{
    g_free (report->file);
    report->file = layer != NULL ? g_strconcat (file, ":", layer, NULL) : g_strdup (file);
}

static gboolean
has_any_class (const CgTable *table)
{
    if (cg_table_count (table) == 0)
        return TRUE; /* an empty GeoJSON has no columns either */
    for (guint r = 0; r < G_N_ELEMENTS (rules); r++)
        if (table->slot[rules[r].field] >= 0)
            return TRUE;
    cg_import_report_add (table->report, CG_FINDING_ERROR, "MISSING_COLUMN", 0, "class", NULL,
                          "no column says what the rows are: class, or highway, railway, waterway, "
                          "natural, building, barrier");
    return FALSE;
}

static guint32
count_barriers (const GPtrArray *layers, const CgImportReport *report)
{
    guint32 n = report->n_good;
    for (guint l = 0; l < layers->len; l++)
        n -= ((const Layer *) g_ptr_array_index (layers, l))->n_kept;
    return n;
}

/* What the first rows say that is no barrier: ": highway \"x\" (row 1), ..."; "" where they say nothing.
 * (transfer full) */
static char *
describe_words (const GPtrArray *layers)
{
    enum { MOST = 5 };
    GString *text = g_string_new (NULL);
    g_autoptr (CgNames) seen = cg_names_new ();
    for (guint l = 0; l < layers->len; l++) {
        const CgTable *table = ((const Layer *) g_ptr_array_index (layers, l))->table;
        for (guint32 i = 0; i < cg_table_count (table); i++)
            for (guint r = 0; r < G_N_ELEMENTS (rules); r++) {
                const char *cell = cg_table_cell (table, i, rules[r].field);
                g_autofree char *word =
                    cell != NULL
                        ? g_strdup_printf ("%s \"%.40s\"", table->column[rules[r].field], cell)
                        : NULL;
                if (word == NULL || cg_names_count (seen) >= MOST ||
                    cg_names_find (seen, word) != CG_NONE)
                    continue;
                cg_names_add (seen, word);
                g_string_append_printf (text, "%s%s (row %u)", text->len > 0 ? ", " : ": ", word,
                                        g_array_index (table->rows, CgTableRow, i).row);
            }
    }
    return g_string_free (text, FALSE);
}

/* No barrier at all: an error, unless that is what a layer says, or all of it is underground. A file whose rows are all of kinds
 * that nobody knows says nothing. */
static gboolean
check_any (const GPtrArray *layers, CgImportReport *report, const CgImportOptions *options)
{
    gboolean said = FALSE;
    if (count_barriers (layers, report) > 0)
        return TRUE;
    for (guint l = 0; l < layers->len; l++) {
        const Layer *layer = g_ptr_array_index (layers, l);
        said = said || layer->n_none == cg_table_count (layer->table);
    }
    said = said && options->none_will_do && report->n_errors == 0;
    g_autofree char *words = said ? g_strdup ("") : describe_words (layers);
    cg_import_report_add (report, said ? CG_FINDING_WARNING : CG_FINDING_ERROR, "NO_ROWS", 0, NULL,
                          NULL, "%s%s",
                          report->n_rows == 0 ? "the layer holds no rows" : "no row is a barrier",
                          words);
    return said;
}

CgBarriers *
cg_import_barriers (const CgImportOptions *options, CgImportReport *report,
                    const CgProgress *progress, GCancellable *cancel, GError **error)
{
    g_autoptr (CgSource) source = cg_source_open (options, TRUE, report);
    g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
    g_autoptr (GPtrArray) layers = g_ptr_array_new_with_free_func ((GDestroyNotify) layer_free);
    g_autofree char *file = g_strdup (report->file);
    gboolean good = source != NULL, finished = TRUE;
    guint take = CG_TAKE (CG_SHAPES_LINE) | CG_TAKE (CG_SHAPES_AREA);
    if (good)
        good = choose_layers (source, names);
    for (guint l = 0; good && l < names->len; l++) {
        name_layer (report, file, names->len > 1 ? g_ptr_array_index (names, l) : NULL);
        CgTable *table = cg_table_read (source, g_ptr_array_index (names, l),
                                        cg_fields_of ("barriers"), take, progress, cancel);
        good = table != NULL;
        if (!good)
            break;
        Layer *layer = g_new0 (Layer, 1);
        layer->table = table;
        layer->file = g_strdup (report->file);
        table->may_be_empty = TRUE;
        g_ptr_array_add (layers, layer);
        good = has_any_class (table);
        check_rows (layer, source->driver == CG_DRIVER_OSM, options->keep_none);
        good = good && place_layer (layer);
    }
    name_layer (report, file, NULL);
    if (!good) {
        cg_import_fail (report, cancel, error);
        return NULL;
    }
    for (guint l = 0; l < layers->len; l++) {
        const Layer *layer = g_ptr_array_index (layers, l);
        g_clear_error (error);
        g_free (report->file);
        report->file = g_strdup (layer->file); /* its findings are told by that name */
        finished = cg_table_finish (layer->table, error);
    }
    name_layer (report, file, NULL);
    if (finished && !check_any (layers, report, options))
        finished = cg_import_fail (report, cancel, error);
    if (finished && count_barriers (layers, report) == 0)
        g_ptr_array_set_size (layers, 0); /* nothing runs anywhere: that needs no rows */
    return finished ? build (layers, options->working_crs) : NULL;
}
