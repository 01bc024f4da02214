/* Where snapshots come from: a county file that somebody else may be writing to. */
#include "app/screen/screen.h"

#include "app/county.h"
#include "app/screen/screen_internal.h"
#include "app/split/plan_index.h"
#include "base/error.h"

#include <glib/gstdio.h>
#include <string.h>

/* Loading takes at most a fifth of one core while incidents come all the time, drawing about half of
 * them all. A few changes are shown at once; without end they come once a second. */
#define REST_FACTOR 4
#define REST_LEAST_US (G_USEC_PER_SEC / 4)
#define AT_ONCE 3
#define DRAW_MOST_US (3 * G_USEC_PER_SEC)
#define BEFORE_KEPT_US (10 * G_USEC_PER_SEC)

struct _CgScreenSource {
    GMutex lock;    /* one thread at a time talks to the file */
    CgStore *store; /* NULL: fixed */
    char *path;
    GStatBuf file;    /* of the store: another file may take its name */
    GMutex last_lock; /* held for a moment only, so that the last snapshot is there while a new one
                         loads */
    CgScreen *last, *before; /* before: what walls may still be drawing; NULL: none */
    CgAttachShelf *shelf;
    char *ground;   /* of the last: see ground_stamp                          */
    gint64 next_us; /* the last is given until then; 0: not yet loaded again  */
    gint64 paid_us; /* each load costs a second of this clock                 */
    gboolean again; /* it was loaded more than once                           */
    gint failed;    /* atomic */
    CgScreenStats stats; /* with last_lock, as the next */
    gint64 loaded_us, drawn_us; /* drawn: on the last, by all threads together */
};

static void
sum_units (CgStore *store, CgScreenTables *tables)
{
    g_autoptr (CgUnits) units = cg_store_load_units (store, NULL);
    for (guint32 i = 0; units != NULL && i < units->n; i++) {
        tables->units_households += units->households[i];
        tables->units_population += units->population[i];
        if ((units->estimated[i] & CG_ESTIMATED_HOUSEHOLDS) != 0)
            tables->units_households_estimated += units->households[i];
        if ((units->estimated[i] & CG_ESTIMATED_POPULATION) != 0)
            tables->units_population_estimated += units->population[i];
    }
}

static gboolean
load_coverage (CgStore *store, gint64 plan, CgScreenTables *tables, GError **error)
{
    const CgRegions *regions = tables->regions;
    if ((tables->coverage = cg_coverage_facts_load (store, plan, error)) == NULL ||
        (tables->covered = cg_coverage_rows_load (store, plan, CG_LEVEL_GRID, tables->grids->n,
                                                  tables->grids->code, error)) == NULL)
        return FALSE;
    tables->covered_regions = cg_coverage_rows_new (regions->n);
    for (CgLevel level = CG_LEVEL_COUNTY; level < CG_LEVEL_GRID; level++)
        if (!cg_coverage_rows_read (store, plan, level, regions->code, tables->covered_regions, error))
            return FALSE;
    return TRUE;
}

/* No plan yet is a state of a young county, not an error. */
static gboolean
load_plan (CgStore *store, CgScreenTables *tables, GError **error)
{
    g_autoptr (GError) inner = NULL;
    tables->plan = cg_store_get_plan (store, 0, &inner);
    if (tables->plan == NULL) {
        if (!g_error_matches (inner, CG_ERROR, CG_ERROR_NOT_FOUND)) {
            g_propagate_error (error, g_steal_pointer (&inner));
            return FALSE;
        }
        sum_units (store, tables);
        return TRUE;
    }
    gint64 id = tables->plan->id;
    if ((tables->grids = cg_store_load_grids (store, id, error)) == NULL)
        return FALSE;
    tables->camera_grid =
        cg_store_load_attachments (store, id, tables->cameras, tables->grids, error);
    return tables->camera_grid != NULL && load_coverage (store, id, tables, error);
}

/* Buildings are drawn as barriers that are no border. */
static gboolean
add_buildings (CgStore *store, CgScreenTables *tables, GError **error)
{
    g_autoptr (CgBuildings) buildings = cg_store_load_buildings (store, error);
    if (buildings == NULL)
        return FALSE;
    const CgBarriers *old = tables->barriers;
    const CgShapes *outlines = buildings->outlines;
    CgBarriers *all = cg_barriers_new (old->n + buildings->n);
    guint32 to = 0;
    for (guint32 i = 0; i < old->n; i++, to++) {
        all->id[to] = g_strdup (old->id[i]);
        all->name[to] = g_strdup (old->name[i]);
        all->class[to] = old->class[i];
        all->passable[to] = old->passable[i];
        cg_shapes_add_shape (all->lines, old->lines, i);
        cg_shapes_add_shape (all->areas, old->areas, i);
    }
    for (guint32 i = 0; i < buildings->n; i++) {
        if (outlines->shape_part[i] == outlines->shape_part[i + 1])
            continue;
        all->class[to++] = CG_BARRIER_BUILDING;
        cg_shapes_add_shape (all->areas, outlines, i);
        cg_shapes_end_shape (all->lines);
    }
    all->n = to;
    all->working_crs = g_strdup (old->working_crs);
    cg_barriers_free (tables->barriers);
    tables->barriers = all;
    return TRUE;
}

/* Says whether anything but incidents differs: digests of tables and the plan in force. NULL: not
 * known. (transfer full) */
static char *
ground_stamp (CgStore *store)
{
    static const char *const names[] = { "region", "region_total", "barrier", "building",
                                         "camera", "camera_place", "unit",   "service",
                                         "service_place", "setting" };
    g_autoptr (GString) stamp = g_string_new (NULL);
    for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
        g_autofree char *digest = cg_store_table_digest (store, names[i], NULL);
        if (digest == NULL)
            return NULL;
        g_string_append_printf (stamp, "%s\n", digest);
    }
    g_autoptr (GError) error = NULL;
    g_autoptr (CgPlan) plan = cg_store_get_plan (store, 0, &error);
    if (plan != NULL)
        g_string_append_printf (stamp, "%" G_GINT64_FORMAT " %s %s", plan->id, plan->state,
                                plan->hash);
    else if (!g_error_matches (error, CG_ERROR, CG_ERROR_NOT_FOUND))
        return NULL;
    return g_string_free (g_steal_pointer (&stamp), FALSE);
}

static gboolean
load_ground (CgStore *store, CgScreenTables *tables, GError **error)
{
    return (tables->regions = cg_store_load_regions (store, error)) != NULL &&
           (tables->barriers = cg_store_load_barriers (store, NULL, error)) != NULL &&
           add_buildings (store, tables, error) &&
           (tables->cameras = cg_store_load_cameras (store, error)) != NULL &&
           load_plan (store, tables, error);
}

static void
borrow_ground (CgScreen *base, CgScreenTables *tables)
{
    const CgScreenTables *theirs = &base->tables;
    tables->lender = cg_screen_ref (base);
    tables->regions = theirs->regions;
    tables->barriers = theirs->barriers;
    tables->plan = theirs->plan;
    tables->grids = theirs->grids;
    tables->cameras = theirs->cameras;
    tables->coverage = theirs->coverage;
    tables->covered = theirs->covered;
    tables->covered_regions = theirs->covered_regions;
    tables->camera_grid =
        g_memdup2 (theirs->camera_grid, sizeof (guint32) * MAX (theirs->cameras->n, 1));
    tables->index = theirs->index != NULL ? cg_attach_snapshot_ref (theirs->index) : NULL;
    tables->units_households = theirs->units_households;
    tables->units_population = theirs->units_population;
    tables->units_households_estimated = theirs->units_households_estimated;
    tables->units_population_estimated = theirs->units_population_estimated;
}

/* New incidents make a new data version, not a new plan: the index stays. */
static gboolean
load_index (CgAttachShelf *shelf, CgScreenTables *tables, GError **error)
{
    if (shelf == NULL || tables->plan == NULL || tables->grids->n == 0)
        return TRUE;
    tables->index = cg_plan_index (shelf, tables->plan, tables->grids, error);
    return tables->index != NULL;
}

/* What changes seldom, as a snapshot of its own that others borrow from. */
static CgScreen *
load_base (CgStore *store, CgAttachShelf *shelf, GError **error)
{
    CgScreenTables tables = { 0 };
    if ((tables.config = cg_county_config (store, error)) != NULL &&
        load_ground (store, &tables, error) && load_index (shelf, &tables, error))
        return cg_screen_new_from_tables (&tables, error);
    cg_screen_tables_clear (&tables);
    return NULL;
}

/* shelf: NULL where no index is to be kept. last: a snapshot whose ground is still that of the
 * store; NULL: none is. */
static CgScreen *
load_screen (CgStore *store, CgScreen *last, CgAttachShelf *shelf, GError **error)
{
    CgScreenTables tables = { 0 };
    /* The version is read first: a change while the tables load only means one more load. */
    tables.data_version = cg_store_data_version (store);
    g_autoptr (CgScreen) base =
        last != NULL ? cg_screen_ref (last->tables.lender) : load_base (store, shelf, error);
    if (base == NULL)
        return NULL;
    borrow_ground (base, &tables);
    if ((tables.config = cg_county_config (store, error)) != NULL &&
        screen_load_incidents (store, last != NULL ? &last->tables : NULL, &tables, error))
        return cg_screen_new_from_tables (&tables, error);
    cg_screen_tables_clear (&tables);
    return NULL;
}

CgScreen *
cg_screen_open (const char *path, GError **error)
{
    g_autoptr (CgStore) store = cg_store_open (path, CG_STORE_READ, error);
    return store != NULL ? load_screen (store, NULL, NULL, error) : NULL;
}

CgScreenSource *
cg_screen_source_new (const char *path, GError **error)
{
    GStatBuf file = { 0 };
    g_stat (path, &file);
    g_autoptr (CgStore) store = cg_store_open (path, CG_STORE_READ, error);
    if (store == NULL)
        return NULL;
    g_autofree char *ground =
        ground_stamp (store); /* before: what changes meanwhile is seen later */
    g_autoptr (CgAttachShelf) shelf = cg_attach_shelf_new ();
    g_autoptr (CgScreen) screen = load_screen (store, NULL, shelf, error);
    if (screen == NULL)
        return NULL;
    CgScreenSource *source = cg_screen_source_new_fixed (screen);
    source->ground = g_steal_pointer (&ground);
    cg_attach_shelf_free (source->shelf);
    source->shelf = g_steal_pointer (&shelf);
    source->store = g_steal_pointer (&store);
    source->path = g_strdup (path);
    source->file = file;
    return source;
}

CgScreenSource *
cg_screen_source_new_fixed (CgScreen *screen)
{
    CgScreenSource *source = g_new0 (CgScreenSource, 1);
    g_mutex_init (&source->lock);
    g_mutex_init (&source->last_lock);
    source->last = cg_screen_ref (screen);
    source->loaded_us = g_get_monotonic_time ();
    source->shelf = cg_attach_shelf_new ();
    return source;
}

void
cg_screen_source_free (CgScreenSource *source)
{
    if (source == NULL)
        return;
    g_clear_pointer (&source->store, cg_store_close);
    g_clear_pointer (&source->last, cg_screen_unref);
    g_clear_pointer (&source->before, cg_screen_unref);
    g_clear_pointer (&source->shelf, cg_attach_shelf_free);
    g_free (source->path);
    g_free (source->ground);
    g_mutex_clear (&source->lock);
    g_mutex_clear (&source->last_lock);
    g_free (source);
}

CgScreen *
cg_screen_source_last (CgScreenSource *source)
{
    g_mutex_lock (&source->last_lock);
    CgScreen *screen = cg_screen_ref (source->last);
    g_mutex_unlock (&source->last_lock);
    return screen;
}

CgAttachShelf *
cg_screen_source_shelf (CgScreenSource *source)
{
    return source->shelf;
}

CgScreen *
cg_screen_source_at (CgScreenSource *source, gint64 data_version)
{
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&source->last_lock);
    CgScreen *const kept[] = { source->last, source->before };
    for (guint k = 0; k < G_N_ELEMENTS (kept); k++)
        if (kept[k] != NULL && cg_screen_data_version (kept[k]) == data_version)
            return cg_screen_ref (kept[k]);
    return NULL;
}

void
cg_screen_source_drew (CgScreenSource *source, const CgScreen *screen, gint64 took_us)
{
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&source->last_lock);
    if (screen == source->last)
        source->drawn_us += took_us;
}

/* anew: of what was before nothing shall be seen any more. */
static void
put_last (CgScreenSource *source, CgScreen *screen, gboolean anew)
{
    g_mutex_lock (&source->last_lock);
    g_autoptr (CgScreen) oldest = source->before, old = source->last;
    source->before = anew ? NULL : cg_screen_ref (old);
    source->last = cg_screen_ref (screen);
    source->drawn_us = 0;
    g_mutex_unlock (&source->last_lock);
}

/* A wall that began to draw the one before is done by now. */
static void
drop_before (CgScreenSource *source, gint64 now_us)
{
    g_mutex_lock (&source->last_lock);
    g_autoptr (CgScreen) old = NULL;
    if (now_us - source->loaded_us > BEFORE_KEPT_US)
        old = g_steal_pointer (&source->before);
    g_mutex_unlock (&source->last_lock);
}

/* Until when the last snapshot is given, whatever came meanwhile. */
static gint64
rests_until (CgScreenSource *source)
{
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&source->last_lock);
    gint64 drawing_us = MIN (2 * source->drawn_us / MAX (g_get_num_processors (), 1), DRAW_MOST_US);
    return source->next_us == 0 ? 0 : MAX (source->next_us, source->loaded_us + drawing_us);
}

static void
note_load (CgScreenSource *source, gboolean good, gint64 start_us)
{
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&source->last_lock);
    gint64 now_us = g_get_monotonic_time ();
    source->stats.loads += good;
    source->stats.failures += !good;
    source->stats.load_s += (double) (now_us - start_us) / G_USEC_PER_SEC;
    if (good)
        source->loaded_us = now_us;
}

void
cg_screen_source_stats (CgScreenSource *source, CgScreenStats *out)
{
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&source->last_lock);
    *out = source->stats;
    out->age_s = (double) (g_get_monotonic_time () - source->loaded_us) / G_USEC_PER_SEC;
}

/* A first import or a sample replaces an empty county by a new file: the open one would stay empty
 * for ever. */
static gboolean
follow_name (CgScreenSource *source, gboolean *out_moved, GError **error)
{
    GStatBuf now = { 0 };
    *out_moved = g_stat (source->path, &now) == 0 &&
                 (now.st_ino != source->file.st_ino || now.st_dev != source->file.st_dev);
    if (!*out_moved)
        return TRUE;
    CgStore *store = cg_store_open (source->path, CG_STORE_READ, error);
    if (store == NULL)
        return FALSE;
    cg_store_close (source->store);
    source->store = store;
    source->file = now;
    return TRUE;
}

static void
rest (CgScreenSource *source, gint64 start_us)
{
    gint64 now_us = g_get_monotonic_time ();
    gint64 rest_us = MAX (REST_LEAST_US, REST_FACTOR * (now_us - start_us));
    source->paid_us = MAX (source->paid_us, now_us - AT_ONCE * G_USEC_PER_SEC) + G_USEC_PER_SEC;
    source->next_us = source->again ? MAX (now_us + rest_us, source->paid_us) : 0;
    source->again = TRUE;
}

static CgScreen *
load_fresh (CgScreenSource *source, CgScreen *last, gboolean moved, GError **error)
{
    gint64 start_us = g_get_monotonic_time ();
    g_autofree char *ground = ground_stamp (source->store);
    gint64 highest = 0;
    gboolean same = !moved && ground != NULL && last->tables.lender != NULL &&
                    g_strcmp0 (ground, source->ground) == 0 &&
                    cg_store_last_incident (source->store, &highest, NULL) &&
                    highest >= last->tables.last_key;
    CgScreen *fresh = load_screen (source->store, same ? last : NULL, source->shelf, error);
    note_load (source, fresh != NULL, start_us);
    if (fresh == NULL)
        return NULL;
    put_last (source, fresh, moved);
    g_free (source->ground);
    source->ground = g_steal_pointer (&ground);
    rest (source, start_us);
    return fresh;
}

/* With the lock held. */
static CgScreen *
get_fresh (CgScreenSource *source, GError **error)
{
    g_autoptr (CgScreen) last = cg_screen_source_last (source);
    gboolean moved, followed = follow_name (source, &moved, error);
    gint64 now_us = g_get_monotonic_time ();
    drop_before (source, now_us);
    if (!moved && (cg_store_data_version (source->store) == cg_screen_data_version (last) ||
                   now_us < rests_until (source)))
        return g_steal_pointer (&last);
    CgScreen *fresh = followed ? load_fresh (source, last, moved, error) : NULL;
    if (moved && fresh == NULL)
        source->file = (GStatBuf){ 0 }; /* the next call tries again */
    g_atomic_int_set (&source->failed, fresh == NULL);
    return fresh;
}

gboolean
cg_screen_source_reload (CgScreenSource *source, GError **error)
{
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&source->lock);
    gboolean moved;
    if (source->store == NULL)
        return TRUE;
    g_autoptr (CgScreen) last = cg_screen_source_last (source);
    g_autoptr (CgScreen) fresh =
        follow_name (source, &moved, error) ? load_fresh (source, last, TRUE, error) : NULL;
    if (moved && fresh == NULL)
        source->file = (GStatBuf){ 0 }; /* the next look tries again */
    g_atomic_int_set (&source->failed, fresh == NULL);
    return fresh != NULL;
}

void
screen_source_hurry (CgScreenSource *source)
{
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&source->lock);
    source->next_us = 0;
}

CgScreen *
cg_screen_source_get (CgScreenSource *source, GError **error)
{
    if (source->store == NULL || !g_mutex_trylock (&source->lock))
        return cg_screen_source_last (source);
    CgScreen *screen = get_fresh (source, error);
    g_mutex_unlock (&source->lock);
    return screen;
}

gboolean
cg_screen_source_is_well (CgScreenSource *source)
{
    return !g_atomic_int_get (&source->failed);
}
