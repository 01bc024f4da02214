/* Incidents of a snapshot: the few columns that screens read, all of them at first and then only what came since.
 *
 * Rows are sorted by time, then by number. Names (types, sources, states) are those in use, sorted, so that a snapshot
 * is the same however it came about. */
#include "app/screen/screen_internal.h"

#include <string.h>

/* One incident that came. */
typedef struct {
    gint64 key, first, time_s;
    double x, y;
    guint32 type, source, state, grid;
} Row;

typedef struct {
    CgPlaces *places; /* whose names it adds to */
    GHashTable *row_of_grid;
    GArray *rows;     /* of Row    */
    GArray *replaced; /* of gint64 */
    gint64 last;
} Gather;

static guint32
name_id (CgNames *names, const char *name)
{
    return name != NULL ? cg_names_add (names, name) : CG_NONE;
}

static void
gather (const CgIncidentBrief *brief, gpointer user_data)
{
    Gather *all = user_data;
    all->last = MAX (all->last, brief->key);
    if (brief->replaced > 0)
        g_array_append_val (all->replaced, brief->replaced);
    if (brief->withdrawn)
        return;
    Row row = { .key = brief->key,
                .first = brief->first,
                .time_s = brief->time_s,
                .x = brief->x,
                .y = brief->y,
                .type = name_id (all->places->types, brief->type),
                .source = name_id (all->places->sources, brief->source),
                .state = name_id (all->places->states, brief->state) };
    guint at = GPOINTER_TO_UINT (
        g_hash_table_lookup (all->row_of_grid, GUINT_TO_POINTER (brief->grid_id)));
    row.grid = at > 0 ? at - 1 : CG_NONE;
    g_array_append_val (all->rows, row);
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
    const Row *left = a, *right = b;
    if (left->time_s != right->time_s)
        return left->time_s < right->time_s ? -1 : 1;
    return left->key < right->key ? -1 : left->key > right->key;
}

static GHashTable *
rows_of_grids (const CgGrids *grids)
{
    GHashTable *rows = g_hash_table_new (NULL, NULL);
    for (guint32 g = 0; grids != NULL && g < grids->n; g++)
        g_hash_table_insert (rows, GUINT_TO_POINTER (grids->grid_id[g]), GUINT_TO_POINTER (g + 1));
    return rows;
}

/* ---- columns ---------------------------------------- */

typedef struct {
    CgPlaces *places;
    guint32 *grid;
    gint64 *key, *first;
} Columns;

static Columns
new_columns (guint32 n)
{
    Columns columns = { .places = cg_places_new (CG_PLACE_INCIDENT, 0) };
    CgPlaces *places = columns.places;
    /* No id, no place as delivered, no row of a file: no screen shows them. */
    g_clear_pointer (&places->id, g_free);
    g_clear_pointer (&places->delivered_x, g_free);
    g_clear_pointer (&places->delivered_y, g_free);
    g_clear_pointer (&places->row, g_free);
    g_free (places->x);
    g_free (places->y);
    g_free (places->type);
    places->n = n;
    places->x = g_new (double, n);
    places->y = g_new (double, n);
    places->type = g_new (guint32, n);
    places->time_s = g_new (gint64, n);
    places->source = g_new (guint32, n);
    places->state = g_new (guint32, n);
    columns.grid = g_new (guint32, MAX (n, 1));
    columns.key = g_new (gint64, MAX (n, 1));
    columns.first = g_new (gint64, MAX (n, 1));
    return columns;
}

static void
copy_rows (Columns *to, guint32 at, const Columns *from, guint32 first, guint32 end)
{
    const CgPlaces *old = from->places;
    CgPlaces *new = to->places;
    gsize n = end - first;
    if (n == 0)
        return;
    memcpy (new->x + at, old->x + first, n * sizeof *new->x);
    memcpy (new->y + at, old->y + first, n * sizeof *new->y);
    memcpy (new->type + at, old->type + first, n * sizeof *new->type);
    memcpy (new->time_s + at, old->time_s + first, n * sizeof *new->time_s);
    memcpy (new->source + at, old->source + first, n * sizeof *new->source);
    memcpy (new->state + at, old->state + first, n * sizeof *new->state);
    memcpy (to->grid + at, from->grid + first, n * sizeof *to->grid);
    memcpy (to->key + at, from->key + first, n * sizeof *to->key);
    memcpy (to->first + at, from->first + first, n * sizeof *to->first);
}

static void
put_row (Columns *to, guint32 at, const Row *row)
{
    CgPlaces *places = to->places;
    places->x[at] = row->x;
    places->y[at] = row->y;
    places->type[at] = row->type;
    places->time_s[at] = row->time_s;
    places->source[at] = row->source;
    places->state[at] = row->state;
    to->grid[at] = row->grid;
    to->key[at] = row->key;
    to->first[at] = row->first;
}

static CgNames *
copy_names (const CgNames *names)
{
    CgNames *copy = cg_names_new ();
    for (guint32 i = 0; i < cg_names_count (names); i++)
        cg_names_add (copy, cg_names_get (names, i));
    return copy;
}

/* ---- old and new ---------------------------------------- */

static int
compare_keys (gconstpointer a, gconstpointer b)
{
    gint64 left = *(const gint64 *) a, right = *(const gint64 *) b;
    return left < right ? -1 : left > right;
}

/* Rows that were replaced, ascending. (transfer full) */
static GArray *
find_replaced (const Columns *old, GArray *keys)
{
    GArray *rows = g_array_new (FALSE, FALSE, sizeof (guint32));
    g_array_sort (keys, compare_keys);
    for (guint32 i = 0; keys->len > 0 && i < old->places->n; i++)
        if (g_array_binary_search (keys, &old->key[i], compare_keys, NULL))
            g_array_append_val (rows, i);
    return rows;
}

/* First old row that sorts after a new one. */
static guint32
place_of (const Columns *old, const Row *row)
{
    guint32 low = 0, high = old->places->n;
    while (low < high) {
        guint32 middle = low + (high - low) / 2;
        gint64 time_s = old->places->time_s[middle];
        if (time_s < row->time_s || (time_s == row->time_s && old->key[middle] < row->key))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static Columns
merge (const Columns *old, const GArray *gone, const GArray *rows)
{
    Columns all = new_columns (old->places->n - gone->len + rows->len);
    guint32 from = 0, to = 0;
    for (guint g = 0, r = 0; g < gone->len || r < rows->len;) {
        const Row *row = r < rows->len ? &g_array_index (rows, Row, r) : NULL;
        guint32 out = g < gone->len ? g_array_index (gone, guint32, g) : CG_NONE;
        guint32 in = row != NULL ? place_of (old, row) : CG_NONE;
        guint32 until = MIN (in, out);
        copy_rows (&all, to, old, from, until);
        to += until - from;
        from = until;
        if (in <= out) {
            put_row (&all, to++, row);
            r++;
        } else {
            from++;
            g++;
        }
    }
    copy_rows (&all, to, old, from, old->places->n);
    return all;
}

/* ---- names ---------------------------------------- */

static int
compare_names (gconstpointer a, gconstpointer b, gpointer names)
{
    return strcmp (cg_names_get (names, *(const guint32 *) a),
                   cg_names_get (names, *(const guint32 *) b));
}

/* What no row says any more goes, the rest is sorted: a name's number tells nothing of the past. */
static void
tidy_names (CgNames **names, guint32 *column, guint32 n)
{
    guint32 n_names = cg_names_count (*names);
    g_autofree guint8 *used = g_new0 (guint8, MAX (n_names, 1));
    g_autofree guint32 *id = g_new (guint32, MAX (n_names, 1));
    g_autoptr (GArray) order = g_array_new (FALSE, FALSE, sizeof (guint32));
    for (guint32 i = 0; i < n; i++)
        if (column[i] != CG_NONE)
            used[column[i]] = 1;
    for (guint32 name = 0; name < n_names; name++)
        if (used[name])
            g_array_append_val (order, name);
    g_array_sort_with_data (order, compare_names, *names);
    gboolean same = order->len == n_names;
    for (guint32 i = 0; i < order->len; i++) {
        guint32 name = g_array_index (order, guint32, i);
        id[name] = i;
        same = same && name == i;
    }
    if (same)
        return;
    g_autoptr (CgNames) old = *names;
    *names = cg_names_new ();
    for (guint32 i = 0; i < order->len; i++)
        cg_names_add (*names, cg_names_get (old, g_array_index (order, guint32, i)));
    for (guint32 i = 0; i < n; i++)
        if (column[i] != CG_NONE)
            column[i] = id[column[i]];
}

/* ---- the snapshot ---------------------------------------- */

gboolean
screen_load_incidents (CgStore *store, const CgScreenTables *before, CgScreenTables *tables,
                       GError **error)
{
    Columns none = { 0 }, old = { 0 };
    if (before != NULL && before->incident_key != NULL)
        old = (Columns){ before->incidents, before->incident_grid, before->incident_key,
                         before->incident_first };
    else
        old = none = new_columns (0);
    g_autoptr (CgPlaces) names = cg_places_new (CG_PLACE_INCIDENT, 0);
    CgNames **of[] = { &names->types, &names->sources, &names->states };
    const CgNames *from[] = { old.places->types, old.places->sources, old.places->states };
    for (guint i = 0; i < G_N_ELEMENTS (of); i++) {
        cg_names_free (*of[i]);
        *of[i] = copy_names (from[i]);
    }
    g_autoptr (GHashTable) row_of_grid = rows_of_grids (tables->grids);
    g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (Row));
    g_autoptr (GArray) replaced = g_array_new (FALSE, FALSE, sizeof (gint64));
    Gather all = { names, row_of_grid, rows, replaced, none.places != NULL ? 0 : before->last_key };
    gint64 plan = tables->plan != NULL ? tables->plan->id : 0;
    gboolean good = cg_store_each_latest_after (store, plan, all.last, gather, &all, error);
    if (good) {
        g_array_sort (rows, compare_rows);
        g_autoptr (GArray) gone = find_replaced (&old, replaced);
        Columns made = merge (&old, gone, rows);
        CgPlaces *places = made.places;
        CgNames **to[] = { &places->types, &places->sources, &places->states };
        guint32 *columns[] = { places->type, places->source, places->state };
        for (guint i = 0; i < G_N_ELEMENTS (to); i++) {
            cg_names_free (*to[i]);
            *to[i] = g_steal_pointer (of[i]);
            tidy_names (to[i], columns[i], places->n);
        }
        tables->incidents = places;
        tables->incident_grid = made.grid;
        tables->incident_key = made.key;
        tables->incident_first = made.first;
        tables->last_key = all.last;
    }
    g_clear_pointer (&none.places, cg_places_free);
    g_free (none.grid);
    g_free (none.key);
    g_free (none.first);
    return good;
}
