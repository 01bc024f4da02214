#include "app/cell_columns.h"

#include <string.h>

#include "app/cell_groups.h"
#include "base/error.h"

void
cg_cell_columns_free (CgCellColumns *columns)
{
    if (columns == NULL)
        return;
    void *const rows[] = { columns->region,     columns->compound,  columns->group,
                           columns->households, columns->population, columns->estimated,
                           columns->population_estimated, columns->of_building,
                           columns->unshared };
    for (guint k = 0; k < G_N_ELEMENTS (rows); k++)
        g_free (rows[k]);
    g_strfreev (columns->id);
    g_array_unref (columns->notes);
    g_free (columns);
}

static CgCellColumns *
new_columns (guint32 n, guint32 n_buildings, guint32 n_regions)
{
    CgCellColumns *c = g_new0 (CgCellColumns, 1);
    gsize room = (gsize) n + 1;
    c->n = n;
    c->id = g_new0 (char *, room);
    c->region = g_new0 (const char *, room);
    c->compound = g_new0 (const char *, room);
    c->group = g_new0 (const char *, room);
    c->households = g_new0 (guint32, room);
    c->population = g_new0 (guint32, room);
    c->estimated = g_new0 (guint8, room);
    c->population_estimated = g_new0 (guint8, room);
    c->of_building = g_new0 (guint32, (gsize) n_buildings + 1);
    c->unshared = g_new0 (double, (gsize) n_regions + 1);
    c->notes = g_array_new (FALSE, FALSE, sizeof (CgCellNote));
    return c;
}

/* ---- one building, one count ------------------------------------------------------------- */

/* Rows by building. */
typedef struct {
    guint32 *home; /* [buildings] of a first row: the first one that lies in a cell, or CG_NONE */
    guint8 *has_outline; /* [buildings] of a first row                                         */
} Rows;

static void
rows_done (Rows *rows)
{
    g_free (rows->home);
    g_free (rows->has_outline);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Rows, rows_done)

static gboolean
is_point (const CgBuildings *b, guint32 i)
{
    return b->points->shape_part[i] < b->points->shape_part[i + 1];
}

static void
rows_init (Rows *rows, const CgCellSource *source, const CgCells *cells)
{
    guint32 n = cells->n_buildings;
    rows->home = g_new (guint32, (gsize) n + 1);
    rows->has_outline = g_new0 (guint8, (gsize) n + 1);
    memset (rows->home, 0xff, ((gsize) n + 1) * sizeof *rows->home);
    for (guint32 i = 0; i < n; i++) {
        guint32 first = cells->same_as[i];
        if (cells->cell_of[i] == CG_NONE)
            continue;
        if (rows->home[first] == CG_NONE)
            rows->home[first] = i;
        rows->has_outline[first] |= !is_point (source->buildings, i);
    }
}

/* Counts by row, each building's at its home: NaN where nobody has counted it, 0 at its other rows.
 * (g_free) */
static double *
count_once (const CgCells *cells, const Rows *rows, const double *column, gboolean is_people,
            GArray *notes)
{
    guint32 n = cells->n_buildings;
    double *count = g_new (double, (gsize) n + 1);
    g_autofree guint32 *largest = g_new (guint32, (gsize) n + 1);
    memset (largest, 0xff, ((gsize) n + 1) * sizeof *largest);
    for (guint32 i = 0; i < n; i++) {
        guint32 *of = &largest[cells->same_as[i]];
        if (cells->cell_of[i] != CG_NONE && !isnan (column[i]) &&
            (*of == CG_NONE || column[i] > column[*of]))
            *of = i;
    }
    for (guint32 i = 0; i < n; i++) {
        guint32 first = cells->same_as[i], of = largest[first];
        gboolean counted = cells->cell_of[i] != CG_NONE && of != CG_NONE;
        count[i] = !counted ? NAN : i == rows->home[first] ? column[of] : 0;
        if (!counted || isnan (column[i]) || column[i] == column[of])
            continue;
        CgCellNote note = { CG_CELL_COUNTS_DIFFER, i, of, is_people, column[i], column[of] };
        g_array_append_val (notes, note);
    }
    return count;
}

/* Buildings that stand apart under one id. */
static void
note_ids (const CgCellSource *source, const CgCells *cells, const Rows *rows, GArray *notes)
{
    g_autoptr (GHashTable) first_of = g_hash_table_new (NULL, NULL);
    for (guint32 i = 0; i < cells->n_buildings; i++) {
        guint32 key = source->buildings->key[i];
        if (key == CG_NONE || rows->home[cells->same_as[i]] != i)
            continue;
        gpointer known = g_hash_table_lookup (first_of, GUINT_TO_POINTER (key + 1));
        if (known == NULL) {
            g_hash_table_insert (first_of, GUINT_TO_POINTER (key + 1), GUINT_TO_POINTER (i + 1));
            continue;
        }
        CgCellNote note = { .kind = CG_CELL_ID_APART, .row = i,
                            .other = GPOINTER_TO_UINT (known) - 1 };
        g_array_append_val (notes, note);
    }
}

/* ---- households -------------------------------------------------------------------------- */

/* TRUE for each region where somebody has counted. */
static guint8 *
find_counted (const CgCellSource *source, const CgCells *cells, const Rows *rows,
              const double *count)
{
    guint8 *counted = g_new0 (guint8, (gsize) source->n_regions + 1);
    for (guint32 i = 0; i < cells->n_buildings; i++)
        if (rows->home[cells->same_as[i]] == i && !isnan (count[i]))
            counted[cells->region[cells->cell_of[i]]] = TRUE;
    return counted;
}

/* In millionths, as cg_share_whole counts: then the buildings of a cell weigh what the cell does. */
static double
millionths (double value)
{
    return floor (value * 1e6 + 0.5) / 1e6;
}

/* Towers stand on podiums, parts of buildings in the outline of the whole: floors that both rows have
 * over common ground are counted once. */
static void
take_common_floors (const CgCellSource *source, const CgCells *cells, const CgDwellings *dwellings,
                    const guint8 *estimated, double *weight)
{
    const double million_m2 = 1e6;
    const CgBuildings *b = source->buildings;
    for (guint k = 0; k < cells->overlaps->len; k++) {
        CgCellsOverlap o = g_array_index (cells->overlaps, CgCellsOverlap, k);
        if (!estimated[o.row] || !estimated[o.other])
            continue;
        double one = cg_dwellings_estimate (dwellings, million_m2, b->levels[o.row],
                                            b->height_m[o.row]);
        double two = cg_dwellings_estimate (dwellings, million_m2, b->levels[o.other],
                                            b->height_m[o.other]);
        weight[o.row] = MAX (weight[o.row] - o.m2 * MIN (one, two) / million_m2, 0);
    }
    for (guint32 i = 0; i < b->n; i++)
        weight[i] = millionths (weight[i]);
}

/* What each building weighs: its count, else its floor. A place counts as one household where its
 * building has no outline. */
static double *
weigh_buildings (const CgCellSource *source, const CgCells *cells, const Rows *rows,
                 const CgDwellings *dwellings, const guint8 *counted, const double *count)
{
    const CgBuildings *b = source->buildings;
    double *weight = g_new0 (double, (gsize) b->n + 1);
    g_autofree guint8 *estimated = g_new0 (guint8, (gsize) b->n + 1); /* from an outline */
    for (guint32 i = 0; i < b->n; i++) {
        guint32 first = cells->same_as[i];
        if (cells->cell_of[i] == CG_NONE)
            continue;
        if (counted[cells->region[cells->cell_of[i]]] || !isnan (count[i]))
            weight[i] = isnan (count[i]) ? 0 : count[i];
        else if (b->dwelling[i] && is_point (b, i))
            weight[i] = rows->home[first] == i && !rows->has_outline[first];
        else if (b->dwelling[i]) {
            double m2 = cg_shapes_area (b->outlines, i) * cells->share[i];
            weight[i] = cg_dwellings_estimate (dwellings, m2, b->levels[i], b->height_m[i]);
            estimated[i] = weight[i] > 0;
        }
    }
    take_common_floors (source, cells, dwellings, estimated, weight);
    return weight;
}

static gboolean
is_known (const CgCellSource *source, const CgCellsSettings *settings, guint32 region)
{
    return !isnan (settings->total) ||
           (source->known != NULL && !isnan (source->known[region]));
}

/* Households that are known of communities where not one dwelling is there to hold them. */
static gboolean
note_unshared (const CgCellSource *source, const CgCells *cells, const CgCellsSettings *settings,
               const double *weight, CgCellColumns *c, GError **error)
{
    double all = 0;
    g_autofree double *sum = g_new0 (double, (gsize) source->n_regions + 1);
    for (guint32 k = 0; k < cells->n; k++) {
        sum[cells->region[k]] += weight[k];
        all += weight[k];
    }
    gboolean any = settings->total > 0;
    for (guint32 r = 0; isnan (settings->total) && r < source->n_regions; r++) {
        gboolean known = is_known (source, settings, r) && source->known[r] > 0;
        c->unshared[r] = known && !(sum[r] > 0) ? source->known[r] : 0;
        any |= known;
    }
    if (!any || all > 0)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_INPUT,
                 "no building has a dwelling, so households cannot be shared out");
    return FALSE;
}

/* What the cells got goes on to their buildings, in whole households too. */
static void
share_to_buildings (const CgCells *cells, const double *weight, CgCellColumns *c)
{
    guint32 n = cells->n_buildings;
    g_autofree guint32 *cell = g_new (guint32, (gsize) n + 1);
    g_autofree double *total = g_new0 (double, (gsize) cells->n + 1);
    for (guint32 i = 0; i < n; i++)
        cell[i] = cells->cell_of[i] != CG_NONE ? cells->cell_of[i] : cells->n;
    for (guint32 k = 0; k < cells->n; k++)
        total[k] = c->households[k];
    cg_share_whole (n, weight, cell, cells->n + 1, total, c->of_building);
}

static gboolean
share_households (const CgCellSource *source, const CgCells *cells,
                  const CgCellsSettings *settings, const guint8 *counted,
                  const double *of_building, CgCellColumns *c, GError **error)
{
    g_autofree double *weight = g_new0 (double, (gsize) cells->n + 1);
    g_autofree guint32 *together = g_new0 (guint32, (gsize) cells->n + 1);
    for (guint32 i = 0; i < cells->n_buildings; i++)
        if (cells->cell_of[i] != CG_NONE)
            weight[cells->cell_of[i]] += of_building[i];
    if (!note_unshared (source, cells, settings, weight, c, error))
        return FALSE;
    if (!isnan (settings->total))
        cg_share_whole (cells->n, weight, together, 1, &settings->total, c->households);
    else
        cg_share_whole (cells->n, weight, cells->region, source->n_regions, source->known,
                        c->households);
    share_to_buildings (cells, of_building, c);
    for (guint32 k = 0; k < cells->n; k++)
        c->estimated[k] =
            !counted[cells->region[k]] || is_known (source, settings, cells->region[k]);
    return TRUE;
}

static void
share_people (const CgCellSource *source, const CgCells *cells, const Rows *rows, double persons,
              CgCellColumns *c)
{
    g_autofree double *count =
        count_once (cells, rows, source->buildings->population, TRUE, c->notes);
    g_autofree guint8 *counted = find_counted (source, cells, rows, count);
    g_autofree double *people = g_new0 (double, (gsize) cells->n + 1);
    for (guint32 i = 0; i < cells->n_buildings; i++)
        if (cells->cell_of[i] != CG_NONE && !isnan (count[i]))
            people[cells->cell_of[i]] += count[i];
    for (guint32 k = 0; k < cells->n; k++) {
        c->population_estimated[k] = !counted[cells->region[k]];
        if (c->population_estimated[k])
            people[k] = c->households[k] * persons;
    }
    cg_share_whole (cells->n, people, cells->region, source->n_regions, NULL, c->population);
}

/* ---- names ------------------------------------------------------------------------------- */

/* Names that buildings of a cell have: the first row's. */
static void
name_cells (const CgCellSource *source, const CgCells *cells, CgCellColumns *c)
{
    const CgBuildings *b = source->buildings;
    g_autofree guint32 *group = cg_cell_groups_spread (source, cells);
    for (guint32 k = 0; k < cells->n; k++) {
        c->id[k] = g_strdup_printf ("C%06u", k + 1);
        c->region[k] = source->region[cells->region[k]];
        if (cells->compound[k] != CG_NONE)
            c->compound[k] = source->compounds->code[cells->compound[k]];
        if (group[k] != CG_NONE)
            c->group[k] = cg_names_get (source->groups, group[k]);
    }
    for (guint32 i = b->n; i-- > 0;) {
        guint32 cell = cells->cell_of[i];
        if (cell == CG_NONE)
            continue;
        if (b->compound[i] != CG_NONE && cells->compound[cell] == CG_NONE)
            c->compound[cell] = cg_names_get (b->compounds, b->compound[i]);
    }
}

static int
compare_notes (gconstpointer x, gconstpointer y)
{
    const CgCellNote *a = x, *b = y;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->row != b->row)
        return a->row < b->row ? -1 : 1;
    return (a->is_people > b->is_people) - (a->is_people < b->is_people);
}

CgCellColumns *
cg_cell_columns_new (const CgCellSource *source, const CgCells *cells,
                     const CgCellsSettings *settings, GError **error)
{
    g_autoptr (CgCellColumns) c = new_columns (cells->n, cells->n_buildings,
                                                source->n_regions);
    g_auto (Rows) rows = { 0 };
    rows_init (&rows, source, cells);
    g_autofree double *count =
        count_once (cells, &rows, source->buildings->households, FALSE, c->notes);
    g_autofree guint8 *counted = find_counted (source, cells, &rows, count);
    g_autofree double *weight =
        weigh_buildings (source, cells, &rows, &settings->dwellings, counted, count);
    name_cells (source, cells, c);
    if (!share_households (source, cells, settings, counted, weight, c, error))
        return NULL;
    share_people (source, cells, &rows, settings->persons, c);
    note_ids (source, cells, &rows, c->notes);
    g_array_sort (c->notes, compare_notes);
    return g_steal_pointer (&c);
}
