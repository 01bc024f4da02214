#include "app/cell_columns.h"

#include <string.h>

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
    c->of_building = g_new0 (double, (gsize) n_buildings + 1);
    c->unshared = g_new0 (double, (gsize) n_regions + 1);
    return c;
}

/* ---- households -------------------------------------------------------------------------- */

/* TRUE for each region where somebody has counted (column: of its buildings). */
static guint8 *
find_counted (const CgCellSource *source, const CgCells *cells, const double *column)
{
    guint8 *counted = g_new0 (guint8, (gsize) source->n_regions + 1);
    for (guint32 i = 0; i < cells->n_buildings; i++)
        if (cells->cell_of[i] != CG_NONE && !isnan (column[i]))
            counted[cells->region[cells->cell_of[i]]] = TRUE;
    return counted;
}

/* What each building weighs: its count, else its floor. */
static void
weigh_buildings (const CgCellSource *source, const CgCells *cells, const CgDwellings *dwellings,
                 const guint8 *counted, double *of_building)
{
    const CgBuildings *b = source->buildings;
    for (guint32 i = 0; i < b->n; i++) {
        if (cells->cell_of[i] == CG_NONE)
            continue;
        gboolean point = b->points->shape_part[i] < b->points->shape_part[i + 1];
        if (counted[cells->region[cells->cell_of[i]]])
            of_building[i] = isnan (b->households[i]) ? 0 : b->households[i];
        else if (b->dwelling[i] && point)
            of_building[i] = 1;
        else if (b->dwelling[i])
            of_building[i] = cg_dwellings_estimate (
                dwellings, cg_shapes_area (b->outlines, i) * cells->share[i], b->levels[i],
                b->height_m[i]);
    }
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

static gboolean
share_households (const CgCellSource *source, const CgCells *cells,
                  const CgCellsSettings *settings, const guint8 *counted, CgCellColumns *c,
                  GError **error)
{
    g_autofree double *weight = g_new0 (double, (gsize) cells->n + 1);
    g_autofree guint32 *together = g_new0 (guint32, (gsize) cells->n + 1);
    for (guint32 i = 0; i < cells->n_buildings; i++)
        if (cells->cell_of[i] != CG_NONE)
            weight[cells->cell_of[i]] += c->of_building[i];
    if (!note_unshared (source, cells, settings, weight, c, error))
        return FALSE;
    if (!isnan (settings->total))
        cg_share_whole (cells->n, weight, together, 1, &settings->total, c->households);
    else
        cg_share_whole (cells->n, weight, cells->region, source->n_regions, source->known,
                        c->households);
    for (guint32 k = 0; k < cells->n; k++)
        c->estimated[k] =
            !counted[cells->region[k]] || is_known (source, settings, cells->region[k]);
    return TRUE;
}

static void
share_people (const CgCellSource *source, const CgCells *cells, double persons, CgCellColumns *c)
{
    const CgBuildings *b = source->buildings;
    g_autofree guint8 *counted = find_counted (source, cells, b->population);
    g_autofree double *people = g_new0 (double, (gsize) cells->n + 1);
    for (guint32 i = 0; i < cells->n_buildings; i++)
        if (cells->cell_of[i] != CG_NONE && !isnan (b->population[i]))
            people[cells->cell_of[i]] += b->population[i];
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
    for (guint32 k = 0; k < cells->n; k++) {
        c->id[k] = g_strdup_printf ("C%06u", k + 1);
        c->region[k] = source->region[cells->region[k]];
        if (cells->compound[k] != CG_NONE)
            c->compound[k] = source->compounds->code[cells->compound[k]];
        if (cells->group[k] != CG_NONE)
            c->group[k] = cg_names_get (source->groups, cells->group[k]);
    }
    for (guint32 i = b->n; i-- > 0;) {
        guint32 cell = cells->cell_of[i];
        if (cell == CG_NONE)
            continue;
        if (b->compound[i] != CG_NONE && cells->compound[cell] == CG_NONE)
            c->compound[cell] = cg_names_get (b->compounds, b->compound[i]);
        if (b->group[i] != CG_NONE && source->groups == NULL)
            c->group[cell] = cg_names_get (b->groups, b->group[i]);
    }
}

CgCellColumns *
cg_cell_columns_new (const CgCellSource *source, const CgCells *cells,
                     const CgCellsSettings *settings, GError **error)
{
    g_autoptr (CgCellColumns) c = new_columns (cells->n, cells->n_buildings,
                                                source->n_regions);
    g_autofree guint8 *counted = find_counted (source, cells, source->buildings->households);
    weigh_buildings (source, cells, &settings->dwellings, counted, c->of_building);
    name_cells (source, cells, c);
    if (!share_households (source, cells, settings, counted, c, error))
        return NULL;
    share_people (source, cells, settings->persons, c);
    return g_steal_pointer (&c);
}

/* ---- the report -------------------------------------------------------------------------- */

/* Rows of findings are those of the file that they speak about. */
static guint32
row_of (const CgCellSource *in, CgCellsFindingKind kind, guint32 row)
{
    if (row == CG_NONE)
        return 0;
    if (kind == CG_CELLS_CLOSED || kind == CG_CELLS_OPEN || kind == CG_CELLS_STRIP)
        return in->barriers->row[row];
    gboolean numbered = kind == CG_CELLS_REGIONS_OVERLAP || kind == CG_CELLS_GROUPS_OVERLAP ||
                        kind == CG_CELLS_GROUP_EMPTY;
    return numbered ? row + 1 : in->buildings->row[row];
}

/* The group that a finding is about: of the row, of GROUP_APART the piece's. */
static const char *
group_of (const CgCellSource *in, const CgCells *cells, const CgCellsFinding *f)
{
    if (f->kind == CG_CELLS_GROUPS_OVERLAP || f->kind == CG_CELLS_GROUP_EMPTY)
        return cg_names_get (in->groups, in->input.drawn_group[f->row]);
    if (f->kind == CG_CELLS_GROUP_DIFFERS || f->kind == CG_CELLS_GROUP_APART)
        return cg_names_get (in->groups, cells->group[cells->cell_of[f->row]]);
    return NULL;
}

/* Of GROUP_DIFFERS the other row is that of a drawn outline. */
static guint32
other_of (const CgCellSource *in, const CgCellsFinding *f)
{
    return f->kind == CG_CELLS_GROUP_DIFFERS ? f->other + 1 : row_of (in, f->kind, f->other);
}

static json_t *
list_findings (const CgCellSource *in, const CgCells *cells)
{
    json_t *list = json_array ();
    for (guint k = 0; k < cells->findings->len; k++) {
        const CgCellsFinding *f = &g_array_index (cells->findings, CgCellsFinding, k);
        json_t *item = json_pack (
            "{s:s, s:i, s:f, s:f, s:f}", "code", cg_cells_finding_name (f->kind), "row",
            (int) row_of (in, f->kind, f->row), "x", isfinite (f->x) ? f->x : 0, "y",
            isfinite (f->y) ? f->y : 0, f->kind == CG_CELLS_CLOSED ? "m" : "m2", f->amount);
        if (f->other != CG_NONE)
            json_object_set_new (item, "other", json_integer ((json_int_t) other_of (in, f)));
        const char *group = group_of (in, cells, f);
        if (group != NULL)
            json_object_set_new (item, "group", json_string (group));
        json_array_append_new (list, item);
    }
    return list;
}

static json_t *
count_findings (const CgCells *cells)
{
    json_t *counts = json_object ();
    for (guint k = 0; k < CG_N_CELLS_FINDINGS; k++)
        json_object_set_new (counts, cg_cells_finding_name (k),
                             json_integer (cells->n_findings[k]));
    return counts;
}

static json_t *
sum_borders (const CgCellSource *in, const CgCells *cells)
{
    double sums[CG_N_BARRIERS] = { 0 };
    json_t *out = json_object ();
    for (guint32 b = 0; b < cells->n_borders; b++) {
        const CgShapes *s = cells->borders;
        guint32 ring = s->part_ring[s->shape_part[b]];
        for (guint32 v = s->ring_vertex[ring]; v + 1 < s->ring_vertex[ring + 1]; v++) {
            double dx = (s->x[v + 1] - s->x[v]) * in->input.metre_x;
            double dy = (s->y[v + 1] - s->y[v]) * in->input.metre_y;
            sums[cells->class[b]] += sqrt (dx * dx + dy * dy);
        }
    }
    for (guint class = 0; class < CG_BARRIER_BUILDING; class ++)
        json_object_set_new (out, cg_barrier_name (class), json_real (sums[class]));
    return out;
}

static json_t *
list_unshared (const CgCellSource *in, const CgCellColumns *c)
{
    json_t *list = json_array ();
    for (guint32 r = 0; r < in->n_regions; r++)
        if (c->unshared[r] > 0)
            json_array_append_new (list, json_pack ("{s:s, s:f}", "region", in->region[r],
                                                    "households", c->unshared[r]));
    return list;
}

/* Areas in square units of the boundary's own coordinates are compared: exact in any CRS. */
json_t *
cg_cell_report (const CgCellSource *in, const CgCells *cells, const CgCellColumns *c)
{
    guint32 contents[3] = { 0 };
    guint64 households = 0, population = 0, estimated = 0;
    gboolean any_estimated = FALSE, people_estimated = FALSE;
    double overlaps = 0;
    for (guint32 k = 0; k < cells->n; k++) {
        contents[cells->content[k]]++;
        households += c->households[k];
        population += c->population[k];
        estimated += c->estimated[k] ? c->households[k] : 0;
        any_estimated |= c->estimated[k];
        people_estimated |= c->population_estimated[k];
    }
    for (guint k = 0; k < cells->findings->len; k++) {
        const CgCellsFinding *f = &g_array_index (cells->findings, CgCellsFinding, k);
        overlaps += f->kind == CG_CELLS_REGIONS_OVERLAP ? f->amount : 0;
    }
    double unit = in->input.metre_x * in->input.metre_y, own = cells->boundary_area * unit;
    json_t *report = json_object ();
    json_object_set_new (report, "buildings", json_integer (cells->n_buildings));
    json_object_set_new (report, "cells", json_integer (cells->n));
    json_object_set_new (report, "content",
                         json_pack ("{s:i, s:i, s:i}", "built", (int) contents[CG_CELL_BUILT],
                                    "empty", (int) contents[CG_CELL_EMPTY], "water",
                                    (int) contents[CG_CELL_WATER]));
    json_object_set_new (report, "blocks", json_integer (cells->n_blocks));
    json_object_set_new (report, "regions", json_integer (in->n_regions));
    json_object_set_new (report, "area_m2", json_real (cells->cell_area * unit));
    json_object_set_new (report, "regions_overlap_m2", json_real (overlaps));
    json_object_set_new (
        report, "area_error",
        json_real (fabs (cells->cell_area * unit + overlaps - own) / MAX (own, 1e-300)));
    json_object_set_new (report, "step", json_real (cells->step));
    json_object_set_new (report, "households", json_integer ((json_int_t) households));
    json_object_set_new (report, "population", json_integer ((json_int_t) population));
    json_object_set_new (report, "estimated", json_boolean (any_estimated));
    json_object_set_new (report, "population_estimated", json_boolean (people_estimated));
    json_object_set_new (report, "estimated_households", json_integer ((json_int_t) estimated));
    json_object_set_new (report, "not_shared", list_unshared (in, c));
    json_object_set_new (report, "borders_m", sum_borders (in, cells));
    json_object_set_new (report, "counts", count_findings (cells));
    json_object_set_new (report, "findings", list_findings (in, cells));
    json_object_set_new (report, "version", json_string (CG_VERSION));
    return report;
}
