#include "app/open/snapshot.h"

#include "app/open/collections_internal.h"
#include "app/open/snapshot_style.h"
#include "base/error.h"
#include "export/package.h"

#include <math.h>
#include <string.h>

#define TRIES 3u
#define CHUNK 5000u /* rows whose details are read at a time */

/* ---- one moment ------------------------------------------------------------------------------ */

typedef struct {
    CgScreen *screen;
    CgScreenSource *fixed;
    CgFeatures *features;
    GPtrArray *tables; /* of CgFeatureTable, in order of the collections */
} Moment;

static void
moment_clear (Moment *moment)
{
    g_clear_pointer (&moment->tables, g_ptr_array_unref);
    g_clear_pointer (&moment->features, cg_features_free);
    g_clear_pointer (&moment->fixed, cg_screen_source_free);
    g_clear_pointer (&moment->screen, cg_screen_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Moment, moment_clear)

static gboolean
take_tables (Moment *moment, const char *county, GError **error)
{
    moment->fixed = cg_screen_source_new_fixed (moment->screen);
    moment->features = cg_features_new (moment->fixed, county);
    moment->tables = g_ptr_array_new_with_free_func ((GDestroyNotify) cg_feature_table_unref);
    for (guint i = 0; i < cg_collection_count (); i++) {
        CgFeatureTable *table =
            cg_features_get (moment->features, cg_collection_at (i)->name, error);
        if (table == NULL)
            return FALSE;
        g_ptr_array_add (moment->tables, table);
    }
    return TRUE;
}

static const CgScreen *
ground_of (const CgScreen *screen)
{
    return screen->tables.lender != NULL ? screen->tables.lender : screen;
}

/* All tables of one snapshot. Units are read from the file by themselves, so the plan they are of
 * is looked at again behind them. */
static gboolean
take_moment (CgScreenSource *source, const char *county, Moment *out, GError **error)
{
    for (guint k = 0; k < TRIES; k++) {
        moment_clear (out);
        if ((out->screen = cg_screen_source_get (source, error)) == NULL ||
            !take_tables (out, county, error))
            return FALSE;
        g_autoptr (CgScreen) now = cg_screen_source_get (source, error);
        if (now == NULL)
            return FALSE;
        if (ground_of (now) == ground_of (out->screen))
            return TRUE;
    }
    g_set_error_literal (error, CG_ERROR, CG_ERROR_CONFLICT,
                         "the county changes while it is read: try again");
    return FALSE;
}

/* ---- measures of grids ----------------------------------------------------------------------- */

typedef struct {
    guint n;
    double **value; /* [n][grids]; NULL: no grids */
} Measures;

static void
measures_clear (Measures *measures)
{
    for (guint m = 0; m < measures->n; m++)
        g_free (measures->value[m]);
    g_free (measures->value);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Measures, measures_clear)

/* FALSE: the grids have a column of that name already. */
static gboolean
adds (const CgCollection *grids, const CgScreenMeasure *measure)
{
    return cg_collection_column (grids, measure->name) < 0;
}

static gboolean
take_measures (const CgScreen *screen, gint64 now_s, Measures *out, GError **error)
{
    const CgScreenMeasure *all = cg_screen_measures ();
    while (all[out->n].name != NULL)
        out->n++;
    out->value = g_new0 (double *, out->n);
    for (guint m = 0; m < out->n; m++) {
        out->value[m] = g_new (double, MAX (screen->grids->n, 1));
        if (!cg_screen_measure (screen, all[m].name, now_s, out->value[m], error))
            return FALSE;
    }
    return TRUE;
}

/* ---- features -------------------------------------------------------------------------------- */

/* One layer: a collection, or of a mixed one its lines or its areas. */
typedef struct {
    CgPackage *package;
    CgFeatures *features;
    const CgFeatureTable *table;
    const char *name;
    CgPackageKind kind;
    gboolean mixed;
    const Measures *measures; /* of grids; else NULL */
} Layer;

static guint
add_columns (const Layer *layer, CgPackageColumn *out)
{
    static const CgFieldKind kinds[] = { CG_FIELD_TEXT, CG_FIELD_WHOLE, CG_FIELD_REAL,
                                         CG_FIELD_FLAG, CG_FIELD_TIME };
    const CgCollection *about = layer->table->about;
    guint n = 0;
    for (guint c = 0; about->columns[c].name != NULL; c++)
        out[n++] = (CgPackageColumn){ about->columns[c].name, kinds[about->columns[c].kind] };
    const CgScreenMeasure *all = cg_screen_measures ();
    for (guint m = 0; layer->measures != NULL && m < layer->measures->n; m++)
        if (adds (about, &all[m]))
            out[n++] = (CgPackageColumn){ all[m].name, CG_FIELD_REAL };
    return n;
}

static void
set_value (CgPackage *package, guint column, CgFeatureKind kind, const CgFeatureValue *value)
{
    if (value->is_null)
        return;
    if (kind == CG_FEATURE_TEXT)
        cg_package_set_text (package, column, value->text);
    else if (kind == CG_FEATURE_REAL)
        cg_package_set_real (package, column, value->real);
    else if (kind == CG_FEATURE_TIME)
        cg_package_set_time (package, column, value->whole);
    else
        cg_package_set_whole (package, column, value->whole);
}

/* details: of the chunk that row i of it belongs to. */
static void
write_feature (const Layer *layer, guint32 row, const CgFeatureDetails *details, guint i)
{
    const CgCollection *about = layer->table->about;
    const CgScreenMeasure *all = cg_screen_measures ();
    CgFeatureGeometry geometry;
    cg_feature_table_geometry (layer->table, row, &geometry);
    gboolean is_line = geometry.has_shape && geometry.working->kind == CG_SHAPES_LINE;
    if (layer->mixed && is_line != (layer->kind == CG_PACKAGE_LINES))
        return;
    guint n = 0;
    for (; about->columns[n].name != NULL; n++) {
        CgFeatureValue value;
        if (about->columns[n].detail)
            cg_feature_details_value (details, i, n, &value);
        else
            cg_feature_table_value (layer->table, row, n, &value);
        set_value (layer->package, n, about->columns[n].kind, &value);
    }
    for (guint m = 0; layer->measures != NULL && m < layer->measures->n; m++)
        if (adds (about, &all[m]))
            cg_package_set_real (layer->package, n++,
                                 layer->measures->value[m][layer->table->row[row]]);
    if (layer->kind == CG_PACKAGE_POINTS)
        cg_package_end_point (layer->package, geometry.has_point ? geometry.x : NAN, geometry.y);
    else
        cg_package_end_shape (layer->package, geometry.has_shape ? geometry.working : NULL,
                              geometry.working_index);
}

static gboolean
write_layer (const Layer *layer, GError **error)
{
    guint32 n = cg_feature_table_count (layer->table), rows[CHUNK];
    CgPackageColumn columns[64];
    cg_package_begin (layer->package, layer->name, layer->kind, columns,
                      add_columns (layer, columns));
    for (guint32 from = 0; from < n; from += CHUNK) {
        g_auto (CgFeatureDetails) details = { NULL };
        guint32 count = MIN (CHUNK, n - from);
        for (guint32 i = 0; i < count; i++)
            rows[i] = from + i;
        if (!cg_features_details (layer->features, layer->table, count, rows, &details, error))
            return FALSE;
        for (guint32 i = 0; i < count; i++)
            write_feature (layer, from + i, &details, i);
    }
    return TRUE;
}

/* ---- styles ---------------------------------------------------------------------------------- */

/* Pairs of column and title, ends with NULL; free the list alone. */
static const char **
aliases_of (const Layer *layer)
{
    const CgCollection *about = layer->table->about;
    const CgScreenMeasure *all = cg_screen_measures ();
    GPtrArray *names = g_ptr_array_new ();
    for (guint c = 0; about->columns[c].name != NULL; c++) {
        g_ptr_array_add (names, (gpointer) about->columns[c].name);
        g_ptr_array_add (names, (gpointer) about->columns[c].title);
    }
    for (guint m = 0; layer->measures != NULL && m < layer->measures->n; m++)
        if (adds (about, &all[m])) {
            g_ptr_array_add (names, (gpointer) all[m].name);
            g_ptr_array_add (names, (gpointer) all[m].title);
        }
    g_ptr_array_add (names, NULL);
    return (const char **) g_ptr_array_free (names, FALSE);
}

/* By the classes that the tiles and screens have too. */
static char *
style_of_grids (const Layer *layer, const CgScreen *screen, const char *const *aliases)
{
    const CgScreenMeasure *measure = cg_screen_measure_find (NULL);
    guint m = (guint) (measure - cg_screen_measures ());
    const ScreenJob job = { .screen = screen };
    CgChoropleth classes = { 0 };
    screen_classes (&job, screen->grids->n, layer->measures->value[m], &classes);
    cg_choropleth_count (screen->grids->n, layer->measures->value[m], &classes);
    return cg_qml_classes (measure->name, measure->unit, &classes, aliases);
}

static void
add_style (const Layer *layer, const CgScreen *screen)
{
    static const struct {
        const char *layer;
        guint32 fill, line; /* 0: none */
        double size_mm;
        const char *label;
    } looks[] = {
        { "regions", 0, 0x2b3a4a, 0.7, NULL },
        { "towns", 0, 0x3d4f61, 0.5, "name" },
        { "communities", 0, 0x6b7c8c, 0.3, NULL },
        { "units", 0xf1ede4, 0xb9b2a2, 0.15, NULL },
        { "incidents", 0xd1495b, 0xffffff, 1.8, NULL },
        { "cameras", 0x2e86ab, 0xffffff, 2.0, NULL },
        { "services", 0x2a9d62, 0xffffff, 2.4, NULL },
        { "barriers", 0, 0x8a8f98, 0.4, NULL },
        { "barrier_areas", 0xb5d3e7, 0x8fb5cf, 0.2, NULL },
    };
    static const char title[] = "countygrid";
    g_autofree const char **aliases = aliases_of (layer);
    g_autofree char *qml = NULL;
    if (layer->measures != NULL)
        qml = style_of_grids (layer, screen, aliases);
    for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
        if (qml == NULL && strcmp (looks[i].layer, layer->name) == 0) {
            CgColour none = { 0, 0, 0, 0 };
            CgQmlKind kind = layer->kind == CG_PACKAGE_POINTS  ? CG_QML_POINT
                             : layer->kind == CG_PACKAGE_LINES ? CG_QML_LINE
                                                               : CG_QML_AREA;
            qml = cg_qml_plain (kind, looks[i].fill != 0 ? CG_RGB (looks[i].fill) : none,
                                CG_RGB (looks[i].line), looks[i].size_mm, looks[i].label, aliases);
        }
    if (qml != NULL)
        cg_package_add_style (layer->package, layer->name, title, qml);
}

/* ---- the file -------------------------------------------------------------------------------- */

static gboolean
write_collection (CgPackage *package, const Moment *moment, const Measures *measures, guint which,
                  GError **error)
{
    const CgFeatureTable *table = moment->tables->pdata[which];
    const CgCollection *about = table->about;
    gboolean points = strcmp (about->geometry, "Point") == 0;
    gboolean mixed = !points && strcmp (about->geometry, "any") == 0;
    Layer layer = { .package = package,
                    .features = moment->features,
                    .table = table,
                    .name = about->name,
                    .kind = points  ? CG_PACKAGE_POINTS
                            : mixed ? CG_PACKAGE_LINES
                                    : CG_PACKAGE_AREAS,
                    .mixed = mixed,
                    .measures = strcmp (about->name, "grids") == 0 ? measures : NULL };
    if (!write_layer (&layer, error))
        return FALSE;
    add_style (&layer, moment->screen);
    if (!mixed)
        return TRUE;
    layer.name = "barrier_areas";
    layer.kind = CG_PACKAGE_AREAS;
    if (!write_layer (&layer, error))
        return FALSE;
    add_style (&layer, moment->screen);
    return TRUE;
}

gboolean
cg_snapshot_write (CgScreenSource *source, const char *county, gint64 now_s, const char *path,
                   gint64 *out_data_version, GError **error)
{
    g_auto (Moment) moment = { NULL };
    g_auto (Measures) measures = { 0 };
    if (!take_moment (source, county, &moment, error) ||
        !take_measures (moment.screen, now_s, &measures, error))
        return FALSE;
    const CgFeatureTable *any = moment.tables->pdata[0];
    g_autoptr (CgPackage) package =
        cg_package_new (path, feature_working_crs (&any->source), error);
    if (package == NULL)
        return FALSE;
    for (guint i = 0; i < moment.tables->len; i++)
        if (!write_collection (package, &moment, &measures, i, error))
            return FALSE;
    gint64 version = cg_screen_data_version (moment.screen);
    g_autofree char *day = cg_app_local_text (cg_screen_today_s (moment.screen, now_s), "%Y-%m-%d");
    g_autofree char *options = g_strdup_printf ("snapshot, measures up to %s", day);
    g_autofree char *version_text = g_strdup_printf ("%" G_GINT64_FORMAT, version);
    const CgExportStamp stamp = { .options = options, .data_version = version_text };
    if (out_data_version != NULL)
        *out_data_version = version;
    return cg_package_finish (package, &stamp, error);
}
