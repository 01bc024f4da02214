#include "app/split/eras.h"

#include "app/measures.h"
#include "attach/attach.h"

/* ---- all at once ---------------------------------------- */

/* The rows of an era, or (others) those of all but it. */
static CgPlaces *
gather (const CgPlaces *from, const guint32 *era_of, guint32 era, gboolean others,
        const guint32 *grid_of, guint32 *out_grid_of)
{
    guint32 n = 0, at = 0;
    for (guint32 i = 0; i < from->n; i++)
        n += (era_of[i] == era) != others;
    CgPlaces *places = cg_places_new (from->place, n);
    places->time_s = g_new (gint64, n + 1);
    places->source = g_new (guint32, n + 1);
    places->revision = g_new (guint32, n + 1);
    for (guint32 i = 0; i < from->n; i++) {
        if ((era_of[i] == era) == others)
            continue;
        gboolean named = from->source != NULL && from->source[i] != CG_NONE;
        gboolean typed = from->type[i] != CG_NONE;
        places->id[at] = g_strdup (from->id[i]);
        places->x[at] = from->x[i];
        places->y[at] = from->y[i];
        places->time_s[at] = from->time_s != NULL ? from->time_s[i] : CG_TIME_NONE;
        places->revision[at] = from->revision != NULL ? from->revision[i] : 0;
        places->source[at] =
            named ? cg_names_add (places->sources, cg_names_get (from->sources, from->source[i]))
                  : CG_NONE;
        places->type[at] =
            typed ? cg_names_add (places->types, cg_names_get (from->types, from->type[i]))
                  : CG_NONE;
        if (grid_of != NULL)
            out_grid_of[at] = grid_of[i];
        at++;
    }
    return places;
}

static gint64
plan_of (const GArray *eras, guint32 era)
{
    return g_array_index (eras, CgEra, era).plan;
}

/* The incidents of an era to the grids of its plan. */
static gboolean
attach_era (CgStore *store, gint64 plan, const CgPlaces *incidents, GError **error)
{
    g_autoptr (CgGrids) grids = cg_store_load_grids (store, plan, error);
    g_autoptr (CgAttachIndex) index =
        grids != NULL ? cg_attach_index_new (grids->shapes, NULL, error) : NULL;
    g_autofree guint32 *grid_of = g_new (guint32, (gsize) incidents->n + 1);
    if (index == NULL)
        return FALSE;
    cg_attach_run (index, incidents->n, incidents->x, incidents->y, 0, grid_of, NULL);
    return cg_store_put_attachments (store, plan, incidents, grids, grid_of, error) &&
           cg_measures_roll_up_incidents (store, plan, CG_COUNTED_THEN, incidents, grid_of, grids,
                                          error);
}

gboolean
cg_eras_attach (CgStore *store, gint64 plan, const CgGrids *grids, const CgPlaces *incidents,
                const guint32 *grid_of, GError **error)
{
    g_autoptr (GArray) eras = cg_store_list_eras (store, error);
    if (eras == NULL)
        return FALSE;
    guint32 last = eras->len - 1;
    if (eras->len < 2 || plan_of (eras, last) != plan)
        return TRUE;
    g_autofree guint32 *era_of = g_new (guint32, (gsize) incidents->n + 1);
    g_autofree guint32 *before_grid = g_new (guint32, (gsize) incidents->n + 1);
    for (guint32 i = 0; i < incidents->n; i++)
        era_of[i] = cg_eras_find (eras, incidents->time_s != NULL ? incidents->time_s[i]
                                                                  : CG_TIME_NONE);
    for (guint32 e = 0; e < last; e++) {
        g_autoptr (CgPlaces) own = gather (incidents, era_of, e, FALSE, NULL, NULL);
        if (!attach_era (store, plan_of (eras, e), own, error))
            return FALSE;
    }
    g_autoptr (CgPlaces) before = gather (incidents, era_of, last, TRUE, grid_of, before_grid);
    return cg_measures_roll_up_incidents (store, plan, CG_COUNTED_BEFORE, before, before_grid,
                                          grids, error);
}

gboolean
cg_eras_are_counted (CgStore *store, gint64 plan, gboolean *out, GError **error)
{
    g_autofree char *scope = g_strdup_printf ("measure\t%" G_GINT64_FORMAT "\t%s\tcounty\tall", plan,
                                              cg_measures_name (CG_COUNTED_BEFORE));
    g_autofree char *digest = cg_store_table_digest (store, scope, error);
    if (digest == NULL)
        return FALSE;
    *out = digest[0] != '\0';
    return TRUE;
}

/* ---- live ---------------------------------------- */

typedef struct {
    gint64 plan;
    CgGrids *grids;
    CgAttachIndex *index;
    CgMeasureCounter *counter;
} Earlier;

struct _CgEras {
    gint64 plan;
    GArray *list;       /* of CgEra */
    GPtrArray *earlier; /* of Earlier */
};

static void
earlier_free (gpointer data)
{
    Earlier *earlier = data;
    g_clear_pointer (&earlier->counter, cg_measure_counter_free);
    g_clear_pointer (&earlier->index, cg_attach_index_free);
    g_clear_pointer (&earlier->grids, cg_grids_free);
    g_free (earlier);
}

static gboolean
count_all (CgStore *store, gint64 plan, const CgGrids *grids, GError **error)
{
    g_autoptr (CgPlaces) incidents =
        cg_store_load_incidents (store, CG_TIME_NONE, CG_TIME_NONE, error);
    g_autofree guint32 *grid_of =
        incidents != NULL ? cg_store_load_attachments (store, plan, incidents, grids, error) : NULL;
    if (grid_of == NULL || !cg_store_begin (store, error))
        return FALSE;
    if (cg_eras_attach (store, plan, grids, incidents, grid_of, error))
        return cg_store_commit (store, error);
    cg_store_cancel (store);
    return FALSE;
}

CgEras *
cg_eras_new (CgStore *store, gint64 plan, const CgGrids *grids, GError **error)
{
    g_autoptr (CgEras) eras = g_new0 (CgEras, 1);
    gboolean counted = TRUE;
    eras->plan = plan;
    eras->earlier = g_ptr_array_new_with_free_func (earlier_free);
    eras->list = cg_store_list_eras (store, error);
    if (eras->list == NULL)
        return NULL;
    if (eras->list->len > 1 && (!cg_eras_are_counted (store, plan, &counted, error) ||
                                (!counted && !count_all (store, plan, grids, error))))
        return NULL;
    return g_steal_pointer (&eras);
}

void
cg_eras_free (CgEras *eras)
{
    if (eras == NULL)
        return;
    g_clear_pointer (&eras->list, g_array_unref);
    g_clear_pointer (&eras->earlier, g_ptr_array_unref);
    g_free (eras);
}

static Earlier *
find_earlier (CgEras *eras, CgStore *store, gint64 plan, GError **error)
{
    for (guint e = 0; e < eras->earlier->len; e++) {
        Earlier *earlier = eras->earlier->pdata[e];
        if (earlier->plan == plan)
            return earlier;
    }
    g_autoptr (CgGrids) grids = cg_store_load_grids (store, plan, error);
    CgAttachIndex *index = grids != NULL ? cg_attach_index_new (grids->shapes, NULL, error) : NULL;
    if (index == NULL)
        return NULL;
    Earlier *earlier = g_new0 (Earlier, 1);
    earlier->plan = plan;
    earlier->index = index;
    earlier->counter = cg_measure_counter_new (plan, grids);
    earlier->grids = g_steal_pointer (&grids);
    g_ptr_array_add (eras->earlier, earlier);
    return earlier;
}

gboolean
cg_eras_find_grids (CgEras *eras, CgStore *store, const CgPlaces *incidents, guint32 **out_then_id,
                    GError **error)
{
    *out_then_id = NULL;
    if (eras->list->len < 2)
        return TRUE;
    g_autofree guint32 *then_id = g_new0 (guint32, (gsize) incidents->n + 1);
    for (guint32 i = 0; i < incidents->n; i++) {
        gint64 time_s = incidents->time_s != NULL ? incidents->time_s[i] : CG_TIME_NONE;
        gint64 plan = plan_of (eras->list, cg_eras_find (eras->list, time_s));
        if (plan == eras->plan)
            continue;
        Earlier *earlier = find_earlier (eras, store, plan, error);
        if (earlier == NULL)
            return FALSE;
        guint32 row = cg_attach_find (earlier->index, incidents->x[i], incidents->y[i]);
        then_id[i] = row != CG_NONE ? earlier->grids->grid_id[row] : 0;
    }
    *out_then_id = g_steal_pointer (&then_id);
    return TRUE;
}

gboolean
cg_eras_change (CgEras *eras, CgStore *store, const GArray *changes, GError **error)
{
    for (guint i = 0; i < changes->len; i++) {
        gint64 plan = g_array_index (changes, CgIncidentChange, i).plan;
        gboolean first = plan != eras->plan;
        for (guint k = 0; first && k < i; k++)
            first = g_array_index (changes, CgIncidentChange, k).plan != plan;
        if (!first)
            continue;
        Earlier *earlier = find_earlier (eras, store, plan, error);
        if (earlier == NULL ||
            !cg_measure_counter_change (earlier->counter, store, changes, error))
            return FALSE;
    }
    return TRUE;
}
