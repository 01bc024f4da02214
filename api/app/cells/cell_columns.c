#include "app/cells/cell_columns.h"

#include <string.h>

#include "app/cells/cell_groups.h"
#include "base/error.h"

void
cg_cell_columns_free (CgCellColumns *columns)
{
    if (columns == NULL)
        return;
    void *const rows[] = { columns->region,     columns->compound,  columns->group,
                           columns->households, columns->population, columns->estimated,
                           columns->population_estimated, columns->of_building,
                           columns->unshared, columns->dwelt, columns->households_gap, columns->population_gap };
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
    c->dwelt = g_new0 (double, (gsize) n_regions + 1);
    c->households_gap = g_new0 (CgCellGap, (gsize) n_regions + 1);
    c->population_gap = g_new0 (CgCellGap, (gsize) n_regions + 1);
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

/* Households of each row by its floor. A place is one household where its building has no outline. (g_free) */
static double *
weigh_floors (const CgCellSource *source, const CgCells *cells, const Rows *rows,
              const CgDwellings *dwellings)
{
    const CgBuildings *b = source->buildings;
    double *weight = g_new0 (double, (gsize) b->n + 1);
    g_autofree guint8 *estimated = g_new0 (guint8, (gsize) b->n + 1); /* from an outline */
    for (guint32 i = 0; i < b->n; i++) {
        guint32 first = cells->same_as[i];
        if (cells->cell_of[i] == CG_NONE || !b->dwelling[i])
            continue;
        if (is_point (b, i))
            weight[i] = rows->home[first] == i && !rows->has_outline[first];
        else {
            double m2 = cg_shapes_area (b->outlines, i) * cells->share[i];
            weight[i] = cg_dwellings_estimate (dwellings, m2, b->levels[i], b->height_m[i]);
            estimated[i] = weight[i] > 0;
        }
    }
    take_common_floors (source, cells, dwellings, estimated, weight);
    return weight;
}

/* ---- what nobody has counted where others are counted -------------------------------------- */

/* Fewer counted dwellings than this say nothing about the others. */
#define LEAST_COUNTED 10

/* Compares the counts of each community with what the buildings counted would have by `guess`, and weighs those
 * that nobody has counted (where somebody has counted others) by their guess times that. usual: where too few are
 * counted. Rows as in count_once. (g_free) */
static double *
fill_gaps (const CgCells *cells, const Rows *rows, const guint8 *counted, const double *count,
           const double *guess, double usual, CgCellGap *gap)
{
    guint32 n = cells->n_buildings;
    double *fill = g_new0 (double, (gsize) n + 1);
    g_autofree double *of = g_new0 (double, (gsize) n + 1); /* [first rows] guess of the building */
    for (guint32 i = 0; i < n; i++)
        of[cells->same_as[i]] += cells->cell_of[i] != CG_NONE ? guess[i] : 0;
    for (guint32 i = 0; i < n; i++) {
        guint32 first = cells->same_as[i];
        if (rows->home[first] != i || !(of[first] > 0))
            continue;
        CgCellGap *its = &gap[cells->region[cells->cell_of[i]]];
        its->n_without += isnan (count[i]);
        its->n_counted += !isnan (count[i]);
        its->counted += isnan (count[i]) ? 0 : count[i];
        its->guessed += isnan (count[i]) ? 0 : of[first];
    }
    for (guint32 i = 0; i < n; i++) {
        guint32 region = cells->cell_of[i] != CG_NONE ? cells->region[cells->cell_of[i]] : CG_NONE;
        if (region == CG_NONE || !counted[region] || !isnan (count[i]))
            continue;
        const CgCellGap *its = &gap[region];
        gboolean known = its->n_counted >= LEAST_COUNTED && its->counted > 0;
        fill[i] = millionths (guess[i] * (known ? its->counted / its->guessed : usual));
    }
    return fill;
}

/* Communities without a count have no gap; the others' buildings without one are told. */
static void
note_gaps (const CgCellSource *source, const CgCells *cells, const Rows *rows, const guint8 *counted,
           const double *fill, gboolean is_people, CgCellGap *gap, GArray *notes)
{
    for (guint32 r = 0; r < source->n_regions; r++)
        if (!counted[r])
            gap[r] = (CgCellGap){ 0 };
    g_autofree double *of = g_new0 (double, (gsize) cells->n_buildings + 1);
    for (guint32 i = 0; i < cells->n_buildings; i++)
        of[cells->same_as[i]] += fill[i];
    for (guint32 i = 0; i < cells->n_buildings; i++) {
        guint32 first = cells->same_as[i];
        if (rows->home[first] != i || !(of[first] > 0))
            continue;
        CgCellNote note = { CG_CELL_NOT_COUNTED, i, CG_NONE, is_people, of[first], NAN };
        gap[cells->region[cells->cell_of[i]]].filled += of[first];
        g_array_append_val (notes, note);
    }
}

static gboolean
is_known (const CgCellSource *source, const CgCellsSettings *settings, guint32 region)
{
    return !isnan (settings->total) ||
           (source->known != NULL && !isnan (source->known[region]));
}

/* What dwellings of each community say, and households known of communities where none is there to hold them. */
static gboolean
note_unshared (const CgCellSource *source, const CgCells *cells, const CgCellsSettings *settings,
               const double *weight, CgCellColumns *c, GError **error)
{
    double all = 0, *sum = c->dwelt;
    c->total = settings->total;
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

static double *
sum_by_cell (const CgCells *cells, const double *of_building)
{
    double *sum = g_new0 (double, (gsize) cells->n + 1);
    for (guint32 i = 0; i < cells->n_buildings; i++)
        if (cells->cell_of[i] != CG_NONE && !isnan (of_building[i]))
            sum[cells->cell_of[i]] += of_building[i];
    return sum;
}

/* What the cells got goes on to their buildings, in whole households too, and is added to `out`. */
static void
share_to_buildings (const CgCells *cells, const guint32 *households, const double *weight, guint32 *out)
{
    guint32 n = cells->n_buildings;
    g_autofree guint32 *cell = g_new (guint32, (gsize) n + 1);
    g_autofree guint32 *share = g_new (guint32, (gsize) n + 1);
    g_autofree double *total = g_new0 (double, (gsize) cells->n + 1);
    for (guint32 i = 0; i < n; i++)
        cell[i] = cells->cell_of[i] != CG_NONE ? cells->cell_of[i] : cells->n;
    for (guint32 k = 0; k < cells->n; k++)
        total[k] = households[k];
    cg_share_whole (n, weight, cell, cells->n + 1, total, share);
    for (guint32 i = 0; i < n; i++)
        out[i] += share[i];
}

/* Adds what of_building sums up to, in whole households by community (or as `total` says, by group), to cells and
 * buildings. Counts and estimates go through it one after the other, so that no rounding of the one moves the other. */
static void
share_weights (const CgCells *cells, const double *of_building, const guint32 *group, guint32 n_groups,
               const double *total, CgCellColumns *c)
{
    g_autofree double *weight = sum_by_cell (cells, of_building);
    g_autofree guint32 *share = g_new0 (guint32, (gsize) cells->n + 1);
    cg_share_whole (cells->n, weight, group, n_groups, total, share);
    share_to_buildings (cells, share, of_building, c->of_building);
    for (guint32 k = 0; k < cells->n; k++)
        c->households[k] += share[k];
}

/* count: NaN where nobody has counted; guess: what those have. */
static gboolean
share_households (const CgCellSource *source, const CgCells *cells,
                  const CgCellsSettings *settings, const guint8 *counted, const double *count,
                  const double *guess, CgCellColumns *c, GError **error)
{
    guint32 n = cells->n_buildings;
    g_autofree double *all = g_new0 (double, (gsize) n + 1);
    g_autofree double *known = g_new0 (double, (gsize) n + 1); /* what is shared out first */
    g_autofree double *rest = g_new0 (double, (gsize) n + 1);
    g_autofree guint32 *together = g_new0 (guint32, (gsize) cells->n + 1);
    for (guint32 i = 0; i < n; i++) {
        if (cells->cell_of[i] == CG_NONE)
            continue;
        gboolean scaled = is_known (source, settings, cells->region[cells->cell_of[i]]);
        all[i] = isnan (count[i]) ? guess[i] : millionths (count[i]);
        known[i] = scaled || !isnan (count[i]) ? all[i] : 0;
        rest[i] = all[i] - known[i];
    }
    g_autofree double *weight = sum_by_cell (cells, all), *guessed = sum_by_cell (cells, rest);
    if (!note_unshared (source, cells, settings, weight, c, error))
        return FALSE;
    if (!isnan (settings->total))
        share_weights (cells, known, together, 1, &settings->total, c);
    else {
        share_weights (cells, known, cells->region, source->n_regions, source->known, c);
        share_weights (cells, rest, cells->region, source->n_regions, NULL, c);
    }
    for (guint32 k = 0; k < cells->n; k++) {
        guint32 region = cells->region[k];
        c->estimated[k] = !counted[region] || is_known (source, settings, region) || guessed[k] > 0;
    }
    return TRUE;
}

/* People of counted buildings as counted, of others in the same community as many a household as there; where nobody has
 * counted any, `persons` a household. */
static void
share_people (const CgCellSource *source, const CgCells *cells, const Rows *rows, double persons,
              CgCellColumns *c)
{
    guint32 n = cells->n_buildings;
    g_autofree double *count =
        count_once (cells, rows, source->buildings->population, TRUE, c->notes);
    g_autofree guint8 *counted = find_counted (source, cells, rows, count);
    g_autofree double *households = g_new0 (double, (gsize) n + 1);
    for (guint32 i = 0; i < n; i++)
        households[i] = c->of_building[i];
    g_autofree double *fill = fill_gaps (cells, rows, counted, count, households, persons, c->population_gap);
    note_gaps (source, cells, rows, counted, fill, TRUE, c->population_gap, c->notes);
    g_autofree double *people = sum_by_cell (cells, count), *guessed = sum_by_cell (cells, fill);
    g_autofree guint32 *share = g_new0 (guint32, (gsize) cells->n + 1);
    for (guint32 k = 0; k < cells->n; k++) {
        gboolean none = !counted[cells->region[k]];
        c->population_estimated[k] = none || guessed[k] > 0;
        if (none)
            people[k] = c->households[k] * persons;
    }
    cg_share_whole (cells->n, people, cells->region, source->n_regions, NULL, c->population);
    cg_share_whole (cells->n, guessed, cells->region, source->n_regions, NULL, share);
    for (guint32 k = 0; k < cells->n; k++)
        c->population[k] += share[k];
}

/* ---- names ------------------------------------------------------------------------------- */

/* Names that buildings of a cell have: the first row's. */
static gboolean
name_cells (const CgCellSource *source, const CgCells *cells, CgCellColumns *c, GError **error)
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
    return cg_cell_groups_note (source, cells, group, c->notes, error);
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
    g_autofree double *floor = weigh_floors (source, cells, &rows, &settings->dwellings);
    g_autofree double *fill = fill_gaps (cells, &rows, counted, count, floor, 1, c->households_gap);
    note_gaps (source, cells, &rows, counted, fill, FALSE, c->households_gap, c->notes);
    for (guint32 i = 0; i < cells->n_buildings; i++)
        if (cells->cell_of[i] != CG_NONE && counted[cells->region[cells->cell_of[i]]])
            floor[i] = fill[i];
    if (!name_cells (source, cells, c, error) ||
        !share_households (source, cells, settings, counted, count, floor, c, error))
        return NULL;
    share_people (source, cells, &rows, settings->persons, c);
    note_ids (source, cells, &rows, c->notes);
    g_array_sort (c->notes, compare_notes);
    return g_steal_pointer (&c);
}
