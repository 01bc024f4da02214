/* Regions, compounds and barriers: small tables that are replaced as a whole. */
#include <math.h>
#include <string.h>

#include "store/store_internal.h"

/* What a bulk needs to know; `at` is the row bound last, for the name in an error. */
typedef struct {
    CgStore *store;
    const CgRegions *regions;
    const CgCompounds *compounds;
    const CgBarriers *barriers;
    const guint32 *fresh; /* of barriers: the rows that are added to the stored ones; NULL: all replace them */
    gsize at;
    gboolean groups; /* of compounds: those of kind CG_COMPOUND_GROUP */
} Put;

typedef struct {
    CgRegions *regions;
    CgCompounds *compounds;
    CgBarriers *barriers;
    const CgBox *box;
    gboolean groups;
} Load;

static gboolean
finish_put (CgStore *store, const char *table, guint32 n, GError **error)
{
    gint64 version;
    g_autofree char *action = g_strconcat ("put ", table, NULL), *after = NULL;
    if (!cg_seal_set (store, table, error) || !cg_store_next_version (store, &version, error))
        return FALSE;
    after = g_strdup_printf ("%u rows, data version %" G_GINT64_FORMAT, n, version);
    return cg_audit_add (store, action, table, NULL, after, error);
}

static gboolean
count_rows (CgStore *store, const char *query, guint32 *out, GError **error)
{
    g_autoptr (CgStatement) count = cg_db_prepare (store->db, query, error);
    return count != NULL && cg_store_get_count (count, out, error);
}

static gboolean
unknown_value (GError **error, const char *what, guint value)
{
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "%s %u is none of ours", what, value);
    return FALSE;
}

/* ---- regions ---------------------------------------- */

static gboolean
bind_region (CgStatement *st, gsize i, gpointer user_data, GError **error)
{
    Put *put = user_data;
    const CgRegions *regions = put->regions;
    guint32 parent = regions->parent[i];
    put->at = i;
    if (regions->level[i] > CG_LEVEL_GRID)
        return unknown_value (error, "level", regions->level[i]);
    if (parent != CG_NONE && parent >= regions->n)
        return unknown_value (error, "parent row", parent);
    cg_bind_int (st, 1, (gint64) i + 1);
    cg_bind_text (st, 2, regions->code[i]);
    cg_bind_text (st, 3, regions->name[i]);
    cg_bind_text (st, 4, cg_level_name (regions->level[i]));
    cg_bind_text (st, 5, parent != CG_NONE ? regions->code[parent] : NULL);
    cg_bind_int (st, 6, regions->urban[i] != 0);
    cg_bind_int (st, 7, regions->row[i]);
    cg_bind_text (st, 8, regions->delivered_crs);
    cg_bind_shape (st, 9, regions->shapes, (guint32) i, put->store->srid);
    return TRUE;
}

/* What units and the plan in force stand on stays. */
static gboolean
refuse_lost (CgStore *store, GError **error)
{
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, "region/lost", error);
    g_autoptr (GString) first = g_string_new (NULL);
    gboolean row = FALSE, good = st != NULL;
    guint n = 0;
    while (good && (good = cg_statement_step (st, &row, error)) && row)
        if (n++ < 3)
            g_string_append_printf (first, "%s%s", n > 1 ? ", " : "", cg_column_text (st, 0));
    if (!good || n == 0)
        return good;
    g_set_error (error, CG_ERROR, CG_ERROR_CONFLICT,
                 "%u regions that units or the plan in force use would be gone: %s%s; keep them "
                 "beside the new ones until neither uses them",
                 n, first->str, n > 3 ? ", ..." : "");
    return FALSE;
}

/* Known households have a table of their own: few regions have any. */
static gboolean
put_totals (CgStore *store, const CgRegions *regions, GError **error)
{
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, "region/total_insert", error);
    if (st == NULL || !cg_db_run (store->db, "region/total_clear", error))
        return FALSE;
    for (guint32 i = 0; i < regions->n; i++) {
        if (isnan (regions->households[i]))
            continue;
        cg_bind_text (st, 1, regions->code[i]);
        cg_bind_real (st, 2, regions->households[i]);
        if (!cg_statement_run (st, error)) {
            cg_store_name_row (error, "regions", i, regions->code);
            return FALSE;
        }
    }
    return cg_seal_set (store, "region_total", error);
}

static gboolean
put_regions (CgStore *store, gpointer data, GError **error)
{
    Put *put = data;
    const CgRegions *regions = put->regions;
    if (!cg_db_run (store->db, "region/clear", error))
        return FALSE;
    if (!cg_db_bulk (store->db, "region/insert", regions->n, bind_region, put, error)) {
        cg_store_name_row (error, "regions", put->at, regions->n > 0 ? regions->code : NULL);
        return FALSE;
    }
    return refuse_lost (store, error) && put_totals (store, regions, error) &&
           finish_put (store, "region", regions->n, error);
}

gboolean
cg_store_put_regions (CgStore *store, const CgRegions *regions, GError **error)
{
    Put put = { .store = store, .regions = regions };
    return cg_store_check_crs (store, regions->working_crs, "regions", error) &&
           cg_store_check_shapes (regions->shapes, regions->n, regions->code, "regions", error) &&
           cg_store_write (store, put_regions, &put, error);
}

/* Parents come before or after their children in order of code: rows are found when all codes are
 * there. */
static void
link_parents (CgRegions *regions, char **parents)
{
    g_autoptr (GHashTable) row_of = g_hash_table_new (g_str_hash, g_str_equal);
    for (guint32 i = 0; i < regions->n; i++)
        g_hash_table_insert (row_of, regions->code[i], GUINT_TO_POINTER (i + 1));
    for (guint32 i = 0; i < regions->n; i++) {
        guint row =
            parents[i] != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (row_of, parents[i])) : 0;
        regions->parent[i] = row > 0 ? row - 1 : CG_NONE;
    }
}

static gboolean
read_region (CgStatement *st, CgRegions *regions, guint32 i, GError **error)
{
    CgLevel level = CG_LEVEL_COUNTY;
    regions->code[i] = g_strdup (cg_column_text (st, 0));
    regions->name[i] = g_strdup (cg_column_text (st, 1));
    if (!cg_level_parse (cg_column_text (st, 2), &level))
        return unknown_value (error, "stored level of region row", i);
    regions->level[i] = level;
    regions->urban[i] = cg_column_int (st, 4) != 0;
    regions->row[i] = (guint32) cg_column_int (st, 5);
    regions->households[i] = cg_column_real (st, 7);
    return cg_column_shape (st, 6, regions->shapes, error);
}

static gboolean
load_regions (CgStore *store, gpointer data, GError **error)
{
    guint32 n;
    if (!count_rows (store, "region/count", &n, error))
        return FALSE;
    g_autoptr (CgRegions) regions = cg_regions_new (n);
    g_autoptr (GPtrArray) parents = g_ptr_array_new_with_free_func (g_free);
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, "region/load", error);
    for (guint32 i = 0; i < n; i++) {
        if (st == NULL || !cg_statement_expect (st, error) || !read_region (st, regions, i, error))
            return FALSE;
        g_ptr_array_add (parents, g_strdup (cg_column_text (st, 3)));
    }
    link_parents (regions, (char **) parents->pdata);
    regions->working_crs = g_strdup (store->working_crs);
    ((Load *) data)->regions = g_steal_pointer (&regions);
    return TRUE;
}

CgRegions *
cg_store_load_regions (CgStore *store, GError **error)
{
    Load load = { 0 };
    return cg_store_read (store, load_regions, &load, error) ? load.regions : NULL;
}

/* ---- compounds ---------------------------------------- */

static gboolean
bind_compound (CgStatement *st, gsize i, gpointer user_data, GError **error)
{
    Put *put = user_data;
    const CgCompounds *compounds = put->compounds;
    put->at = i;
    cg_bind_null (st, 1); /* the next one: groups and compounds share the table */
    cg_bind_text (st, 2, compounds->code[i]);
    cg_bind_text (st, 3, compounds->name[i]);
    cg_bind_text (st, 4, compounds->kind[i]);
    cg_bind_text (st, 5, compounds->region[i]);
    cg_bind_int (st, 6, compounds->dedicated[i] != 0);
    cg_bind_int (st, 7, compounds->row[i]);
    cg_bind_text (st, 8, compounds->delivered_crs);
    cg_bind_shape (st, 9, compounds->shapes, (guint32) i, put->store->srid);
    return TRUE;
}

static gboolean
is_group (const CgCompounds *compounds, guint32 i)
{
    return g_strcmp0 (compounds->kind[i], CG_COMPOUND_GROUP) == 0;
}

static gboolean
put_compounds (CgStore *store, gpointer data, GError **error)
{
    Put *put = data;
    const CgCompounds *compounds = put->compounds;
    if (!cg_db_run (store->db, put->groups ? "compound/clear_groups" : "compound/clear", error))
        return FALSE;
    if (!cg_db_bulk (store->db, "compound/insert", compounds->n, bind_compound, put, error)) {
        cg_store_name_row (error, put->groups ? "groups" : "compounds", put->at,
                           compounds->n > 0 ? compounds->code : NULL);
        return FALSE;
    }
    return finish_put (store, "compound", compounds->n, error);
}

static gboolean
put_either (CgStore *store, const CgCompounds *compounds, gboolean groups, GError **error)
{
    const char *what = groups ? "groups" : "compounds";
    Put put = { .store = store, .compounds = compounds, .groups = groups };
    for (guint32 i = 0; i < compounds->n; i++)
        if (is_group (compounds, i) != groups) {
            g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "%s: row %u is of the kind %s", what,
                         compounds->row[i], compounds->kind[i] != NULL ? compounds->kind[i] : "");
            return FALSE;
        }
    return cg_store_check_crs (store, compounds->working_crs, what, error) &&
           cg_store_check_shapes (compounds->shapes, compounds->n, compounds->code, what, error) &&
           cg_store_write (store, put_compounds, &put, error);
}

gboolean
cg_store_put_compounds (CgStore *store, const CgCompounds *compounds, GError **error)
{
    return put_either (store, compounds, FALSE, error);
}

gboolean
cg_store_put_groups (CgStore *store, const CgCompounds *groups, GError **error)
{
    return put_either (store, groups, TRUE, error);
}

static gboolean
load_compounds (CgStore *store, gpointer data, GError **error)
{
    guint32 n;
    Load *load = data;
    if (!count_rows (store, load->groups ? "compound/count_groups" : "compound/count", &n, error))
        return FALSE;
    g_autoptr (CgCompounds) compounds = cg_compounds_new (n);
    g_autoptr (CgStatement) st =
        cg_db_prepare (store->db, load->groups ? "compound/load_groups" : "compound/load", error);
    for (guint32 i = 0; i < n; i++) {
        if (st == NULL || !cg_statement_expect (st, error))
            return FALSE;
        compounds->code[i] = g_strdup (cg_column_text (st, 0));
        compounds->name[i] = g_strdup (cg_column_text (st, 1));
        compounds->kind[i] = g_strdup (cg_column_text (st, 2));
        compounds->region[i] = g_strdup (cg_column_text (st, 3));
        compounds->dedicated[i] = cg_column_int (st, 4) != 0;
        compounds->row[i] = (guint32) cg_column_int (st, 5);
        if (!cg_column_shape (st, 6, compounds->shapes, error))
            return FALSE;
    }
    compounds->working_crs = g_strdup (store->working_crs);
    load->compounds = g_steal_pointer (&compounds);
    return TRUE;
}

CgCompounds *
cg_store_load_compounds (CgStore *store, GError **error)
{
    Load load = { 0 };
    return cg_store_read (store, load_compounds, &load, error) ? load.compounds : NULL;
}

CgCompounds *
cg_store_load_groups (CgStore *store, GError **error)
{
    Load load = { .groups = TRUE };
    return cg_store_read (store, load_compounds, &load, error) ? load.compounds : NULL;
}

/* ---- barriers ---------------------------------------- */

static gboolean
has_shape (const CgShapes *shapes, guint32 i)
{
    return i < shapes->n_shapes && shapes->shape_part[i] < shapes->shape_part[i + 1];
}

/* A barrier is a line or an area; its own table of the two has the shape, the other is empty there.
 */
static gboolean
check_barriers (const CgBarriers *barriers, GError **error)
{
    for (guint32 i = 0; i < barriers->n; i++) {
        gboolean line = has_shape (barriers->lines, i), area = has_shape (barriers->areas, i);
        const CgShapes *shapes = line ? barriers->lines : barriers->areas;
        if (line == area || !cg_store_shape_is_finite (shapes, i)) {
            g_set_error (error, CG_ERROR, CG_ERROR_GEOMETRY, "%s",
                         line && area ? "is a line and an area"
                                      : "no shape, or a coordinate that is not finite");
            cg_store_name_row (error, "barriers", i, barriers->id);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean
bind_barrier (CgStatement *st, gsize i, gpointer user_data, GError **error)
{
    Put *put = user_data;
    const CgBarriers *barriers = put->barriers;
    if (put->fresh != NULL)
        i = put->fresh[i];
    put->at = i;
    if (barriers->class[i] >= CG_N_BARRIERS)
        return unknown_value (error, "barrier class", barriers->class[i]);
    if (put->fresh != NULL)
        cg_bind_null (st, 1); /* the next one */
    else
        cg_bind_int (st, 1, (gint64) i + 1);
    cg_bind_text (st, 2, barriers->id[i]);
    cg_bind_text (st, 3, barriers->name[i]);
    cg_bind_text (st, 4, cg_barrier_name (barriers->class[i]));
    cg_bind_int (st, 5, barriers->passable[i] != 0);
    cg_bind_int (st, 6, barriers->row[i]);
    cg_bind_text (st, 7, barriers->delivered_crs);
    cg_bind_shape (st, 8,
                   has_shape (barriers->lines, (guint32) i) ? barriers->lines : barriers->areas,
                   (guint32) i, put->store->srid);
    return TRUE;
}

static gboolean
put_barriers (CgStore *store, gpointer data, GError **error)
{
    Put *put = data;
    const CgBarriers *barriers = put->barriers;
    if (!cg_db_run (store->db, "barrier/clear", error))
        return FALSE;
    if (!cg_db_bulk (store->db, "barrier/insert", barriers->n, bind_barrier, put, error)) {
        cg_store_name_row (error, "barriers", put->at, barriers->n > 0 ? barriers->id : NULL);
        return FALSE;
    }
    return finish_put (store, "barrier", barriers->n, error);
}

gboolean
cg_store_put_barriers (CgStore *store, const CgBarriers *barriers, GError **error)
{
    Put put = { .store = store, .barriers = barriers };
    return cg_store_check_crs (store, barriers->working_crs, "barriers", error) &&
           check_barriers (barriers, error) && cg_store_write (store, put_barriers, &put, error);
}

/* Class, passability and place of a barrier as bytes. (g_bytes_unref) */
static GBytes *
key_of (const CgBarriers *barriers, guint32 i)
{
    const CgShapes *shapes = has_shape (barriers->lines, i) ? barriers->lines : barriers->areas;
    g_autoptr (GBytes) wkb = cg_shapes_get_wkb (shapes, i, TRUE);
    const guint8 head[] = { barriers->class[i], barriers->passable[i] != 0 };
    GByteArray *key = g_byte_array_append (g_byte_array_new (), head, sizeof head);
    gsize length;
    const guint8 *bytes = g_bytes_get_data (wkb, &length);
    return g_byte_array_free_to_bytes (g_byte_array_append (key, bytes, (guint) length));
}

typedef struct {
    const CgBarriers *barriers;
    guint32 *known;
} Add;

static gboolean
add_barriers (CgStore *store, gpointer data, GError **error)
{
    Add *add = data;
    const CgBarriers *barriers = add->barriers;
    g_autoptr (CgBarriers) stored = cg_store_load_barriers (store, NULL, error);
    if (stored == NULL)
        return FALSE;
    g_autoptr (GHashTable) known =
        g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);
    g_autofree guint32 *fresh = g_new (guint32, (gsize) barriers->n + 1);
    guint32 n = 0;
    for (guint32 i = 0; i < stored->n; i++)
        g_hash_table_add (known, key_of (stored, i));
    for (guint32 i = 0; i < barriers->n; i++)
        if (g_hash_table_add (known, key_of (barriers, i)))
            fresh[n++] = i;
    if (add->known != NULL)
        *add->known = barriers->n - n;
    if (n == 0)
        return TRUE;
    Put put = { .store = store, .barriers = barriers, .fresh = fresh };
    if (!cg_db_bulk (store->db, "barrier/insert", n, bind_barrier, &put, error)) {
        cg_store_name_row (error, "barriers", put.at, barriers->id);
        return FALSE;
    }
    return finish_put (store, "barrier", stored->n + n, error);
}

gboolean
cg_store_add_barriers (CgStore *store, const CgBarriers *barriers, guint32 *out_known, GError **error)
{
    Add add = { barriers, out_known };
    return cg_store_check_crs (store, barriers->working_crs, "barriers", error) &&
           check_barriers (barriers, error) && cg_store_write (store, add_barriers, &add, error);
}

static gboolean
count_barriers (CgStore *store, gpointer data, GError **error)
{
    guint32 *out = data;
    gboolean row = FALSE, good;
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, "barrier/classes", error);
    memset (out, 0, CG_N_BARRIERS * sizeof *out);
    good = st != NULL;
    while (good && (good = cg_statement_step (st, &row, error)) && row) {
        guint8 class;
        if (!cg_barrier_parse (cg_column_text (st, 0), &class))
            return unknown_value (error, "stored class of barrier", 0);
        out[class] = (guint32) cg_column_int (st, 1);
    }
    return good;
}

gboolean
cg_store_count_barriers (CgStore *store, guint32 *out, GError **error)
{
    return cg_store_read (store, count_barriers, out, error);
}

static gboolean
read_barrier (CgStatement *st, CgBarriers *barriers, guint32 i, GError **error)
{
    barriers->id[i] = g_strdup (cg_column_text (st, 0));
    barriers->name[i] = g_strdup (cg_column_text (st, 1));
    if (!cg_barrier_parse (cg_column_text (st, 2), &barriers->class[i]))
        return unknown_value (error, "stored class of barrier row", i);
    barriers->passable[i] = cg_column_int (st, 3) != 0;
    barriers->row[i] = (guint32) cg_column_int (st, 4);
    gboolean area = g_strcmp0 (cg_column_text (st, 5), "MULTIPOLYGON") == 0;
    cg_shapes_end_shape (area ? barriers->lines : barriers->areas);
    return cg_column_shape (st, 6, area ? barriers->areas : barriers->lines, error);
}

static CgStatement *
prepare_barriers (CgStore *store, const CgBox *box, const char *all, const char *some,
                  GError **error)
{
    CgStatement *st = cg_db_prepare (store->db, box != NULL ? some : all, error);
    if (st == NULL || box == NULL)
        return st;
    cg_bind_real (st, 1, box->x_min);
    cg_bind_real (st, 2, box->y_min);
    cg_bind_real (st, 3, box->x_max);
    cg_bind_real (st, 4, box->y_max);
    return st;
}

static gboolean
load_barriers (CgStore *store, gpointer data, GError **error)
{
    Load *load = data;
    guint32 n;
    g_autoptr (CgStatement) count =
        prepare_barriers (store, load->box, "barrier/count", "barrier/box_count", error);
    if (count == NULL || !cg_store_get_count (count, &n, error))
        return FALSE;
    g_autoptr (CgBarriers) barriers = cg_barriers_new (n);
    g_autoptr (CgStatement) st =
        prepare_barriers (store, load->box, "barrier/load", "barrier/box", error);
    for (guint32 i = 0; i < n; i++)
        if (st == NULL || !cg_statement_expect (st, error) ||
            !read_barrier (st, barriers, i, error))
            return FALSE;
    barriers->working_crs = g_strdup (store->working_crs);
    load->barriers = g_steal_pointer (&barriers);
    return TRUE;
}

CgBarriers *
cg_store_load_barriers (CgStore *store, const CgBox *box, GError **error)
{
    Load load = { .box = box };
    return cg_store_read (store, load_barriers, &load, error) ? load.barriers : NULL;
}
