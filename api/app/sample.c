#include "app/sample.h"

#include <string.h>

#include "app/cells/cells_county.h"
#include "app/county.h"
#include "base/error.h"
#include "sample/sample.h"

#define DAYS 400

/* county.ini of the sample: the template with the county's name, code and CRS set. */
static char *
sample_config (const CgSample *sample)
{
    g_autoptr (GKeyFile) ini = g_key_file_new ();
    g_key_file_load_from_data (ini, cg_config_template (), (gsize) -1, G_KEY_FILE_KEEP_COMMENTS,
                               NULL);
    g_key_file_set_string (ini, "county", "name", sample->county_name);
    g_key_file_set_string (ini, "county", "code", sample->county_code);
    g_key_file_set_string (ini, "county", "working_crs", sample->working_crs);
    return g_key_file_to_data (ini, NULL, NULL);
}

/* The data version of the county at path, which must be empty; -1 when nothing is there. */
static gboolean
look_at_place (const char *path, gint64 *out_version, GError **error)
{
    *out_version = -1;
    if (!g_file_test (path, G_FILE_TEST_EXISTS))
        return TRUE;
    g_autoptr (CgStore) store = cg_store_open (path, CG_STORE_READ, error);
    g_autoptr (CgRegions) regions = store != NULL ? cg_store_load_regions (store, error) : NULL;
    g_autoptr (CgUnits) units = regions != NULL ? cg_store_load_units (store, error) : NULL;
    if (units == NULL)
        return FALSE;
    *out_version = cg_store_data_version (store);
    if (regions->n == 0 && units->n == 0)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_CONFLICT, "%s: holds a county already; name a new file",
                 path);
    return FALSE;
}

static gboolean
go_on (const CgProgress *progress, guint step, GCancellable *cancel, GError **error)
{
    cg_progress (progress, "storing", step, 4);
    if (!g_cancellable_is_cancelled (cancel))
        return TRUE;
    g_set_error_literal (error, CG_ERROR, CG_ERROR_CANCELLED, "stopped; nothing was made");
    return FALSE;
}

/* Rows that are roads, water and walls: buildings have a table of their own. */
static CgBarriers *
without_buildings (const CgBarriers *all)
{
    guint32 n = 0, to = 0;
    for (guint32 i = 0; i < all->n; i++)
        n += all->class[i] != CG_BARRIER_BUILDING;
    CgBarriers *barriers = cg_barriers_new (n);
    for (guint32 i = 0; i < all->n; i++) {
        if (all->class[i] == CG_BARRIER_BUILDING)
            continue;
        barriers->id[to] = g_strdup (all->id[i]);
        barriers->name[to] = g_strdup (all->name[i]);
        barriers->class[to] = all->class[i];
        barriers->row[to] = all->row[i];
        barriers->passable[to++] = all->passable[i];
        cg_shapes_add_shape (barriers->lines, all->lines, i);
        cg_shapes_add_shape (barriers->areas, all->areas, i);
    }
    barriers->working_crs = g_strdup (all->working_crs);
    return barriers;
}

/* The county delivers the land of villager groups; towns are divided by their buildings. */
static gboolean
put_units (CgStore *store, const CgSample *sample, const CgProgress *progress,
           GCancellable *cancel, GError **error)
{
    const CgCellsSettings usual = CG_CELLS_SETTINGS_DEFAULT;
    g_autofree guint8 *rural = g_new0 (guint8, (gsize) sample->units->n + 1);
    for (guint32 i = 0; i < sample->units->n; i++)
        rural[i] = sample->units->kind[i] == CG_UNIT_RURAL;
    g_autoptr (CgUnits) delivered = cg_units_subset (sample->units, rural, 0);
    if (delivered->n > 0 && !cg_store_put_units (store, delivered, error))
        return FALSE;
    g_autoptr (CgCountyUnits) county =
        cg_county_units_load (store, &usual, progress, cancel, error);
    return county != NULL;
}

static gboolean
fill (CgStore *store, const CgSample *sample, const CgProgress *progress, GCancellable *cancel,
      GError **error)
{
    guint32 n_new;
    g_autoptr (CgBarriers) barriers = without_buildings (sample->barriers);
    return go_on (progress, 0, cancel, error) &&
           cg_store_put_regions (store, sample->regions, error) &&
           cg_store_put_compounds (store, sample->compounds, error) &&
           cg_store_put_barriers (store, barriers, error) && go_on (progress, 1, cancel, error) &&
           cg_store_put_buildings (store, sample->buildings, error) &&
           put_units (store, sample, progress, cancel, error) && go_on (progress, 2, cancel, error) &&
           cg_store_put_incidents (store, sample->incidents, &n_new, error) &&
           go_on (progress, 3, cancel, error) &&
           cg_store_put_cameras (store, sample->cameras, error) &&
           cg_store_put_services (store, sample->services, error) &&
           go_on (progress, 4, cancel, error);
}

/* The county is made under another name and takes its own when it is whole. */
static gboolean
make_file (const char *path, gint64 version, const CgSample *sample, const CgProgress *progress,
           GCancellable *cancel, GError **error)
{
    g_autofree char *beside = g_strconcat (path, ".new", NULL);
    g_autofree char *config = sample_config (sample);
    if (!cg_store_remove (beside, error))
        return FALSE;
    CgStore *store = cg_store_create (beside, sample->working_crs, config, error);
    gboolean done = store != NULL && cg_store_put_setting (store, "config", config, error) &&
                    cg_store_put_setting (store, "working_crs_open", "0", error) &&
                    fill (store, sample, progress, cancel, error);
    cg_store_close (store);
    if (done && cg_store_replace (beside, path, version, error))
        return TRUE;
    cg_store_remove (beside, NULL);
    return FALSE;
}

gboolean
cg_sample_into (const char *path, const CgSampleOptions *options, const CgProgress *progress,
                GCancellable *cancel, GError **error)
{
    gint64 version;
    if (!look_at_place (path, &version, error))
        return FALSE;
    const char *preset = options->preset != NULL ? options->preset : cg_sample_presets ()[0].name;
    guint days = options->days > 0 ? options->days : DAYS;
    g_autoptr (CgSample) sample =
        cg_sample_run (preset, options->seed, options->until_s, days, progress, cancel, error);
    return sample != NULL && make_file (path, version, sample, progress, cancel, error);
}
