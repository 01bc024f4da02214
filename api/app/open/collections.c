/* Tables of collections: made when first asked for, kept as long as their data stay. */
#include "app/open/collections.h"

#include "app/open/collections_internal.h"
#include "app/screen/screen_internal.h"
#include "base/error.h"
#include "normalise/crs.h"
#include "tile/tile.h"

#include <math.h>
#include <string.h>

#define EARTH_RADIUS_M 6378137.0 /* of EPSG:3857 */
#define CRS84_URI "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
#define EPSG_URI "http://www.opengis.net/def/crs/EPSG/0/"

typedef struct {
    GMutex making;        /* held by whoever looks whether the table still holds */
    CgFeatureTable *last; /* under the lock of the whole */
    CgStore *store;       /* of stored tables, while they are looked at */
    gint64 version;       /* data version that the digest is of         */
    char *digest;         /* of what a stored table was read from       */
} Slot;

struct _CgFeatures {
    CgScreenSource *source;
    char *county;
    GMutex lock;
    CgScreen *ground; /* of the idle connections, as the next under the lock */
    GPtrArray *idle;  /* of CgStore, for details                             */
    guint n;
    Slot *slot; /* [n] in order of the list of collections */
};

CgFeatures *
cg_features_new (CgScreenSource *source, const char *county)
{
    CgFeatures *features = g_new0 (CgFeatures, 1);
    features->source = source;
    features->county = g_strdup (county);
    features->n = cg_collection_count ();
    features->idle = g_ptr_array_new ();
    features->slot = g_new0 (Slot, features->n);
    g_mutex_init (&features->lock);
    for (guint i = 0; i < features->n; i++)
        g_mutex_init (&features->slot[i].making);
    return features;
}

void
cg_features_free (CgFeatures *features)
{
    if (features == NULL)
        return;
    for (guint i = 0; i < features->n; i++) {
        Slot *slot = &features->slot[i];
        g_clear_pointer (&slot->last, cg_feature_table_unref);
        g_clear_pointer (&slot->store, cg_store_close);
        g_free (slot->digest);
        g_mutex_clear (&slot->making);
    }
    g_ptr_array_set_free_func (features->idle, (GDestroyNotify) cg_store_close);
    g_ptr_array_unref (features->idle);
    g_clear_pointer (&features->ground, cg_screen_unref);
    g_mutex_clear (&features->lock);
    g_free (features->slot);
    g_free (features->county);
    g_free (features);
}

/* ---- making a table -------------------------------------------------------------------------- */

CgFeatureTable *
cg_feature_table_ref (CgFeatureTable *table)
{
    g_atomic_ref_count_inc (&table->references);
    return table;
}

void
cg_feature_table_unref (CgFeatureTable *table)
{
    if (table == NULL || !g_atomic_ref_count_dec (&table->references))
        return;
    g_clear_pointer (&table->source.screen, cg_screen_unref);
    g_clear_pointer (&table->source.units, cg_units_free);
    g_clear_pointer (&table->source.services, cg_places_free);
    g_clear_pointer (&table->degrees, cg_shapes_free);
    g_clear_pointer (&table->line_degrees, cg_shapes_free);
    g_clear_pointer (&table->by_id, g_hash_table_unref);
    g_free (table->row);
    g_free (table->box);
    g_clear_pointer (&table->world, cg_shapes_free);
    g_clear_pointer (&table->line_world, cg_shapes_free);
    g_free (table->world_box);
    g_free (table->u);
    g_free (table->v);
    g_free (table->lon);
    g_free (table->lat);
    g_free (table->stamp);
    for (guint c = 0; c < CG_N_FEATURE_CRS; c++)
        g_free (table->crs[c]);
    g_free (table);
}

static int
by_key (gconstpointer a, gconstpointer b, gpointer user_data)
{
    const CgScreen *screen = user_data;
    gint64 ka = feature_incident_key (screen, *(const guint32 *) a),
           kb = feature_incident_key (screen, *(const guint32 *) b);
    return ka < kb ? -1 : ka > kb;
}

static void
choose_rows (CgFeatureTable *table, const FeatureKind *kind)
{
    guint32 n = kind->count (&table->source);
    table->row = g_new (guint32, MAX (n, 1));
    for (guint32 r = 0; r < n; r++)
        if (kind->keep == NULL || kind->keep (&table->source, r))
            table->row[table->n++] = r;
    if (kind->from == FEATURE_INCIDENTS)
        g_qsort_with_data (table->row, (gint) table->n, sizeof *table->row, by_key,
                           table->source.screen);
}

/* RFC 7946 3.1.6: outer rings run against the clock, holes with it. */
static void
turn_rings (CgShapes *shapes)
{
    for (guint32 p = 0; p < shapes->n_parts; p++)
        for (guint32 r = shapes->part_ring[p]; r < shapes->part_ring[p + 1]; r++) {
            gboolean outer = r == shapes->part_ring[p];
            if (outer == (cg_shapes_ring_area (shapes, r) >= 0))
                continue;
            guint32 low = shapes->ring_vertex[r], high = shapes->ring_vertex[r + 1];
            for (; low + 1 < high; low++, high--) {
                double x = shapes->x[low], y = shapes->y[low];
                shapes->x[low] = shapes->x[high - 1];
                shapes->y[low] = shapes->y[high - 1];
                shapes->x[high - 1] = x;
                shapes->y[high - 1] = y;
            }
        }
}

static gboolean
refuse_place (const CgFeatureTable *table, guint32 lost, GError **error)
{
    if (lost > 0)
        g_set_error (error, CG_ERROR, CG_ERROR_GEOMETRY,
                     "%s: %u points have no longitude and latitude", table->about->name, lost);
    return lost == 0;
}

/* The rows of the table in degrees; NULL without error where there are no such shapes. */
static gboolean
shapes_in_degrees (CgFeatureTable *table, const CgShapes *working, CgTransform *transform,
                   CgShapes **out, GError **error)
{
    if (working == NULL)
        return TRUE;
    g_autoptr (CgShapes) degrees = cg_shapes_new (working->kind);
    for (guint32 f = 0; f < table->n; f++)
        cg_shapes_add_shape (degrees, working, table->row[f]);
    if (!refuse_place (table,
                       cg_transform_run (transform, degrees->n_vertices, degrees->x, degrees->y),
                       error))
        return FALSE;
    if (degrees->kind == CG_SHAPES_AREA)
        turn_rings (degrees);
    *out = g_steal_pointer (&degrees);
    return TRUE;
}

#define FAR_M 3000000.0

/* Places on other continents, as wrong coordinates have them: they come back as they were sent, too. */
static void
sharpen_far (CgFeatureTable *table, const CgPlaces *places, const char *working, CgTransform *transform)
{
    CgBox near;
    if (!cg_crs_bounds (working, &near, NULL))
        return;
    for (guint32 f = 0; f < table->n; f++) {
        double x = places->x[table->row[f]], y = places->y[table->row[f]];
        if (isfinite (table->lon[f]) && (x < near.x_min - FAR_M || x > near.x_max + FAR_M ||
                                         y < near.y_min - FAR_M || y > near.y_max + FAR_M))
            cg_transform_sharpen (transform, x, y, &table->lon[f], &table->lat[f]);
    }
}

static gboolean
points_in_degrees (CgFeatureTable *table, const CgPlaces *places, const char *working,
                   CgTransform *transform, GError **error)
{
    if (places == NULL)
        return TRUE;
    guint32 missing = 0;
    table->lon = g_new (double, MAX (table->n, 1));
    table->lat = g_new (double, MAX (table->n, 1));
    for (guint32 f = 0; f < table->n; f++) {
        table->lon[f] = places->x[table->row[f]];
        table->lat[f] = places->y[table->row[f]];
        missing += !isfinite (table->lon[f]) || !isfinite (table->lat[f]);
    }
    guint32 lost = cg_transform_run (transform, table->n, table->lon, table->lat);
    sharpen_far (table, places, working, transform);
    return refuse_place (table, lost - missing, error);
}

static void
measure_boxes (CgFeatureTable *table)
{
    table->extent = CG_BOX_EMPTY;
    table->box = table->lon == NULL ? g_new (CgBox, MAX (table->n, 1)) : NULL;
    for (guint32 f = 0; f < table->n; f++) {
        if (table->box == NULL) {
            if (isfinite (table->lon[f]))
                cg_box_add (&table->extent, table->lon[f], table->lat[f]);
            continue;
        }
        table->box[f] = table->degrees != NULL ? cg_shapes_box (table->degrees, f) : CG_BOX_EMPTY;
        if (table->line_degrees != NULL && cg_box_is_empty (&table->box[f]))
            table->box[f] = cg_shapes_box (table->line_degrees, f);
        if (!cg_box_is_empty (&table->box[f]))
            cg_box_join (&table->extent, &table->box[f]);
    }
}

static CgShapes *
shapes_in_world (const CgShapes *degrees)
{
    CgShapes *world = degrees != NULL ? cg_shapes_copy (degrees) : NULL;
    for (guint32 v = 0; world != NULL && v < world->n_vertices; v++)
        cg_tile_world (degrees->x[v], degrees->y[v], &world->x[v], &world->y[v]);
    return world;
}

/* The same places once more, as tiles want them. */
static void
find_world (CgFeatureTable *table)
{
    if (table->lon != NULL) {
        table->u = g_new (double, MAX (table->n, 1));
        table->v = g_new (double, MAX (table->n, 1));
        for (guint32 f = 0; f < table->n; f++)
            cg_tile_world (table->lon[f], table->lat[f], &table->u[f], &table->v[f]);
        return;
    }
    table->world = shapes_in_world (table->degrees);
    table->line_world = shapes_in_world (table->line_degrees);
    table->world_box = g_new (CgBox, MAX (table->n, 1));
    for (guint32 f = 0; f < table->n; f++) {
        CgBox *box = &table->world_box[f];
        *box = table->world != NULL ? cg_shapes_box (table->world, f) : CG_BOX_EMPTY;
        if (table->line_world != NULL && cg_box_is_empty (box))
            *box = cg_shapes_box (table->line_world, f);
    }
}

static gboolean
find_places (CgFeatureTable *table, const FeatureKind *kind, GError **error)
{
    const FeatureSource *source = &table->source;
    const char *working = feature_working_crs (source);
    if (working == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_GEOMETRY,
                     "the working CRS of the county is not known");
        return FALSE;
    }
    g_autoptr (CgTransform) transform = cg_transform_new (working, "EPSG:4326", error);
    if (transform == NULL || !cg_crs_is_north_first (working, &table->northing_first, error))
        return FALSE;
    const char *const epsg[] = { NULL, "4326", "4490", "3857", strchr (working, ':') + 1 };
    for (guint c = 0; c < CG_N_FEATURE_CRS; c++)
        table->crs[c] =
            epsg[c] != NULL ? g_strconcat (EPSG_URI, epsg[c], NULL) : g_strdup (CRS84_URI);
    if (kind->points != NULL && !points_in_degrees (table, kind->points (source), working, transform, error))
        return FALSE;
    if (kind->areas != NULL &&
        !shapes_in_degrees (table, kind->areas (source), transform, &table->degrees, error))
        return FALSE;
    if (kind->lines != NULL &&
        !shapes_in_degrees (table, kind->lines (source), transform, &table->line_degrees, error))
        return FALSE;
    measure_boxes (table);
    find_world (table);
    return TRUE;
}

static void
index_ids (CgFeatureTable *table, const FeatureKind *kind)
{
    if (table->about->whole_id)
        return;
    table->by_id = g_hash_table_new (g_str_hash, g_str_equal);
    for (guint32 f = table->n; f-- > 0;) { /* of equal ids the first */
        CgFeatureValue id = { 0 };
        cg_feature_table_value (table, f, kind->id_column, &id);
        if (!id.is_null)
            g_hash_table_insert (table->by_id, (gpointer) id.text, GUINT_TO_POINTER (f + 1));
    }
}

/* Takes what source holds. */
static CgFeatureTable *
make_table (guint which, FeatureSource *source, const char *digest, GError **error)
{
    const FeatureKind *kind = &cg_feature_kinds[which];
    g_autoptr (CgFeatureTable) table = g_new0 (CgFeatureTable, 1);
    g_atomic_ref_count_init (&table->references);
    table->about = &kind->about;
    table->which = which;
    table->source = *source;
    memset (source, 0, sizeof *source);
    choose_rows (table, kind);
    if (!find_places (table, kind, error))
        return NULL;
    index_ids (table, kind);
    table->stamp =
        g_strdup_printf ("%s|%s|%s", kind->about.name, cg_screen_stamp (table->source.screen),
                         digest != NULL ? digest : "");
    return g_steal_pointer (&table);
}

/* ---- is it still the same? ------------------------------------------------------------------- */

/* The snapshot that things which stay belong to: the same one until they change. */
static CgScreen *
ground_of (CgScreen *screen)
{
    return screen->tables.lender != NULL ? screen->tables.lender : screen;
}

static char *
stored_digest (CgStore *store, GError **error)
{
    static const char *const names[] = { "unit", "service", "service_place" };
    g_autoptr (GString) all = g_string_new (NULL);
    for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
        g_autofree char *digest = cg_store_table_digest (store, names[i], error);
        if (digest == NULL)
            return NULL;
        g_string_append_printf (all, "%.16s.", digest);
    }
    return g_string_free (g_steal_pointer (&all), FALSE);
}

/* Looks at the file where its data version moved. out_changed: what stored tables are read from
 * did. */
static gboolean
look_at_store (const CgFeatures *features, Slot *slot, gboolean anew, gboolean *out_changed,
               GError **error)
{
    *out_changed = anew;
    if (features->county == NULL)
        return TRUE;
    if (anew)
        g_clear_pointer (&slot->store, cg_store_close); /* another file may have its name */
    if (slot->store == NULL &&
        (slot->store = cg_store_open (features->county, CG_STORE_READ, error)) == NULL)
        return FALSE;
    gint64 version = cg_store_data_version (slot->store);
    if (!anew && version == slot->version)
        return TRUE;
    g_autofree char *digest = stored_digest (slot->store, error);
    if (digest == NULL)
        return FALSE;
    *out_changed = anew || g_strcmp0 (digest, slot->digest) != 0;
    slot->version = version;
    g_free (slot->digest);
    slot->digest = g_steal_pointer (&digest);
    return TRUE;
}

static gboolean
load_stored (const CgFeatures *features, Slot *slot, const FeatureKind *kind, FeatureSource *source,
             GError **error)
{
    if (features->county == NULL)
        return TRUE;
    if (kind->points == NULL)
        return (source->units = cg_store_load_units (slot->store, error)) != NULL;
    return (source->services = cg_store_load_services (slot->store, error)) != NULL;
}

static void
source_clear (FeatureSource *source)
{
    g_clear_pointer (&source->screen, cg_screen_unref);
    g_clear_pointer (&source->units, cg_units_free);
    g_clear_pointer (&source->services, cg_places_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FeatureSource, source_clear)

/* With the slot's lock held: the table to put in the slot, or NULL without error when the old one
 * holds. */
static CgFeatureTable *
renew (CgFeatures *features, guint which, CgScreen *screen, GError **error)
{
    const FeatureKind *kind = &cg_feature_kinds[which];
    Slot *slot = &features->slot[which];
    CgScreen *base = kind->from == FEATURE_INCIDENTS ? screen : ground_of (screen);
    gboolean changed = slot->last == NULL || slot->last->source.screen != base;
    if (kind->from == FEATURE_STORED && !look_at_store (features, slot, changed, &changed, error))
        return NULL;
    if (!changed)
        return NULL;
    g_auto (FeatureSource) source = { .screen = cg_screen_ref (base) };
    if (kind->from == FEATURE_STORED && !load_stored (features, slot, kind, &source, error))
        return NULL;
    return make_table (which, &source, slot->digest, error);
}

static CgFeatureTable *
take_last (CgFeatures *features, Slot *slot, CgFeatureTable *fresh)
{
    g_mutex_lock (&features->lock);
    g_autoptr (CgFeatureTable) old = NULL;
    if (fresh != NULL) {
        old = slot->last;
        slot->last = fresh;
    }
    CgFeatureTable *last = slot->last;
    if (last != NULL)
        g_atomic_ref_count_inc (&last->references);
    g_mutex_unlock (&features->lock);
    return last;
}

CgFeatureTable *
cg_features_get (CgFeatures *features, const char *name, GError **error)
{
    guint which = 0;
    while (which < features->n && strcmp (cg_collection_at (which)->name, name) != 0)
        which++;
    if (which == features->n) {
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "no collection '%.40s'", name);
        return NULL;
    }
    g_autoptr (CgScreen) screen = cg_screen_source_get (features->source, error);
    if (screen == NULL)
        return NULL;
    Slot *slot = &features->slot[which];
    if (!g_mutex_trylock (&slot->making)) {
        CgFeatureTable *last = take_last (features, slot, NULL);
        if (last != NULL)
            return last;
        g_mutex_lock (&slot->making);
    }
    g_autoptr (GError) inner = NULL;
    CgFeatureTable *fresh = renew (features, which, screen, &inner);
    CgFeatureTable *table = inner == NULL ? take_last (features, slot, fresh) : NULL;
    g_mutex_unlock (&slot->making);
    if (inner != NULL)
        g_propagate_error (error, g_steal_pointer (&inner));
    return table;
}

/* ---- details --------------------------------------------------------------------------------- */

/* A connection for the caller alone. Those of another ground may be of a file that lost its name.
 */
static CgStore *
borrow_store (CgFeatures *features, CgScreen *ground, GError **error)
{
    CgStore *store = NULL;
    g_autoptr (GPtrArray) stale = g_ptr_array_new_with_free_func ((GDestroyNotify) cg_store_close);
    g_mutex_lock (&features->lock);
    if (features->ground != ground) {
        g_clear_pointer (&features->ground, cg_screen_unref);
        features->ground = cg_screen_ref (ground);
        g_ptr_array_extend_and_steal (stale, g_steal_pointer (&features->idle));
        features->idle = g_ptr_array_new ();
    }
    if (features->idle->len > 0)
        store = g_ptr_array_steal_index_fast (features->idle, features->idle->len - 1);
    g_mutex_unlock (&features->lock);
    return store != NULL ? store : cg_store_open (features->county, CG_STORE_READ, error);
}

static void
give_back (CgFeatures *features, CgScreen *ground, CgStore *store)
{
    g_mutex_lock (&features->lock);
    gboolean keep = features->ground == ground;
    if (keep)
        g_ptr_array_add (features->idle, store);
    g_mutex_unlock (&features->lock);
    if (!keep)
        cg_store_close (store);
}

void
cg_feature_details_clear (CgFeatureDetails *details)
{
    g_clear_pointer (&details->incidents, cg_places_free);
}

gboolean
cg_features_details (CgFeatures *features, const CgFeatureTable *table, guint n,
                     const guint32 *rows, CgFeatureDetails *out, GError **error)
{
    CgScreen *screen = table->source.screen;
    const gint64 *key = screen->tables.incident_key;
    *out = (CgFeatureDetails){ NULL };
    if (cg_feature_kinds[table->which].from != FEATURE_INCIDENTS || key == NULL ||
        features->county == NULL)
        return TRUE;
    g_autofree gint64 *wanted = g_new (gint64, MAX (n, 1));
    for (guint i = 0; i < n; i++)
        wanted[i] = key[table->row[rows[i]]];
    CgStore *store = borrow_store (features, ground_of (screen), error);
    if (store == NULL)
        return FALSE;
    out->incidents = cg_store_load_incident_details (store, n, wanted, error);
    give_back (features, ground_of (screen), store);
    return out->incidents != NULL;
}

/* ---- reading a table ------------------------------------------------------------------------- */

const CgCollection *
cg_feature_table_about (const CgFeatureTable *table)
{
    return table->about;
}

guint32
cg_feature_table_count (const CgFeatureTable *table)
{
    return table->n;
}

const char *
cg_feature_table_stamp (const CgFeatureTable *table)
{
    return table->stamp;
}

CgBox
cg_feature_table_extent (const CgFeatureTable *table)
{
    return table->extent;
}

gboolean
cg_feature_table_times (const CgFeatureTable *table, gint64 *out_first_s, gint64 *out_last_s)
{
    const CgScreen *screen = table->source.screen;
    if (!table->about->timed || screen->first_dated >= screen->end_dated)
        return FALSE;
    *out_first_s = screen->incidents->time_s[screen->first_dated];
    *out_last_s = screen->incidents->time_s[screen->end_dated - 1];
    return TRUE;
}

const char *
cg_feature_table_crs (const CgFeatureTable *table, CgFeatureCrs crs)
{
    return table->crs[crs];
}

gboolean
cg_feature_table_find_crs (const CgFeatureTable *table, const char *uri, CgFeatureCrs *out)
{
    for (guint c = 0; c < CG_N_FEATURE_CRS; c++)
        if (strcmp (table->crs[c], uri) == 0) {
            *out = (CgFeatureCrs) c;
            return TRUE;
        }
    return FALSE;
}

/* The number of a row whose ids are numbers: they rise with the row. */
gint64
feature_whole_id (const CgFeatureTable *table, guint32 f)
{
    return table->about->timed ? feature_incident_key (table->source.screen, table->row[f])
                               : (gint64) f + 1;
}

static guint32
find_whole (const CgFeatureTable *table, const char *id)
{
    guint64 wanted;
    if (!g_ascii_string_to_unsigned (id, 10, 1, G_MAXINT64, &wanted, NULL))
        return CG_NONE;
    guint32 low = 0, high = table->n;
    while (low < high) {
        guint32 middle = low + (high - low) / 2;
        if (feature_whole_id (table, middle) < (gint64) wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return low < table->n && feature_whole_id (table, low) == (gint64) wanted ? low : CG_NONE;
}

guint32
cg_feature_table_find (const CgFeatureTable *table, const char *id)
{
    if (table->by_id == NULL)
        return find_whole (table, id);
    guint row = GPOINTER_TO_UINT (g_hash_table_lookup (table->by_id, id));
    return row > 0 ? row - 1 : CG_NONE;
}

char *
cg_feature_table_id (const CgFeatureTable *table, guint32 row)
{
    if (table->about->whole_id)
        return g_strdup_printf ("%" G_GINT64_FORMAT, feature_whole_id (table, row));
    CgFeatureValue id = { 0 };
    cg_feature_table_value (table, row, cg_feature_kinds[table->which].id_column, &id);
    return g_strdup (id.text != NULL ? id.text : "");
}

void
cg_feature_table_value (const CgFeatureTable *table, guint32 row, guint column, CgFeatureValue *out)
{
    *out = (CgFeatureValue){ .is_null = TRUE };
    cg_feature_kinds[table->which].value (&table->source, table->row[row], column, out);
}

void
cg_feature_table_geometry (const CgFeatureTable *table, guint32 row, CgFeatureGeometry *out)
{
    const FeatureKind *kind = &cg_feature_kinds[table->which];
    *out = (CgFeatureGeometry){ .degrees_index = row, .working_index = table->row[row] };
    if (table->lon != NULL) {
        const CgPlaces *places = kind->points (&table->source);
        out->lon = table->lon[row];
        out->lat = table->lat[row];
        out->x = places->x[table->row[row]];
        out->y = places->y[table->row[row]];
        out->has_point = isfinite (out->lon);
        return;
    }
    gboolean is_area = table->degrees != NULL &&
                       table->degrees->shape_part[row] < table->degrees->shape_part[row + 1];
    out->degrees = is_area ? table->degrees : table->line_degrees;
    if (out->degrees == NULL || out->degrees->shape_part[row] == out->degrees->shape_part[row + 1])
        return;
    out->has_shape = TRUE;
    out->working = is_area ? kind->areas (&table->source) : kind->lines (&table->source);
}

void
cg_feature_table_place (const CgFeatureTable *table, CgFeatureCrs crs, double lon, double lat,
                        double x, double y, double *out_first, double *out_second)
{
    gboolean swap = crs == CG_FEATURE_EPSG4326 || crs == CG_FEATURE_EPSG4490 ||
                    (crs == CG_FEATURE_WORKING && table->northing_first);
    double first = lon, second = lat;
    if (crs == CG_FEATURE_WORKING) {
        first = x;
        second = y;
    } else if (crs == CG_FEATURE_EPSG3857) {
        first = EARTH_RADIUS_M * lon * G_PI / 180;
        second = EARTH_RADIUS_M * log (tan (G_PI / 4 + lat * G_PI / 360));
    }
    *out_first = swap ? second : first;
    *out_second = swap ? first : second;
}
