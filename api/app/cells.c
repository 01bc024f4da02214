#include "app/cells.h"

#include <math.h>
#include <string.h>

#include "app/json.h"
#include "base/error.h"
#include "export/cells.h"
#include "import/buildings.h"
#include "normalise/crs.h"

/* Everything that was read, in the coordinates of the boundary file. */
typedef struct {
    CgKeyedAreas *boundary;
    CgBuildings *buildings;
    CgBarriers *barriers;
    CgCompounds *compounds;
    CgShapes *outlines, *points;
    CgCellsInput input;
    json_t *reports; /* of the other files */
} Inputs;

static void
inputs_done (Inputs *in)
{
    cg_keyed_areas_free (in->boundary);
    cg_buildings_free (in->buildings);
    cg_barriers_free (in->barriers);
    cg_compounds_free (in->compounds);
    cg_shapes_free (in->outlines);
    cg_shapes_free (in->points);
    json_decref (in->reports);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Inputs, inputs_done)

/* ---- reading ----------------------------------------------------------------------------- */

static gboolean
read_boundary (const CgCellsFile *job, Inputs *in, GError **error)
{
    g_autoptr (CgImportReport) report = cg_import_report_new (job->boundary);
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = job->boundary;
    in->boundary =
        cg_import_keyed_areas (&options, job->boundary_id, job->total_column, report, error);
    json_array_append_new (in->reports, cg_json_import_report (report));
    return in->boundary != NULL;
}

static gboolean
check_crs (const Inputs *in, const char *file, const char *working_crs, GError **error)
{
    if (g_strcmp0 (working_crs, in->boundary->working_crs) == 0)
        return TRUE;
    g_autofree char *name = g_path_get_basename (file);
    g_set_error (error, CG_ERROR, CG_ERROR_INPUT,
                 "%s: only one of this file and the boundary names its coordinate system", name);
    return FALSE;
}

static gboolean
read_buildings (const CgCellsFile *job, Inputs *in, CgImportReport *report,
                const CgProgress *progress, GCancellable *cancel, GError **error)
{
    const struct {
        const char *field, *option, *column;
    } rows[] = { { "id", "id", job->id },
                 { "households", "households", job->households },
                 { "population", "population", job->population },
                 { "levels", "levels", job->levels },
                 { "use", "use", job->use },
                 { "compound", "compound", job->compound },
                 { "group", "group", job->group } };
    g_autoptr (GStrvBuilder) maps = g_strv_builder_new (), words = g_strv_builder_new ();
    for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
        if (rows[i].column != NULL) {
            g_autofree char *map = g_strdup_printf ("%s=%s", rows[i].field, rows[i].column);
            g_autofree char *word = g_strdup_printf ("--%s %s", rows[i].option, rows[i].column);
            g_strv_builder_add (maps, map);
            g_strv_builder_add (words, word);
        }
    g_auto (GStrv) map = g_strv_builder_end (maps), map_words = g_strv_builder_end (words);
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = job->buildings;
    options.crs = job->crs;
    options.encoding = job->encoding;
    options.map = map;
    options.map_words = map_words;
    options.working_crs = in->boundary->working_crs;
    options.skip_bad = TRUE;
    in->buildings = cg_import_buildings (&options, report, progress, cancel, error);
    return in->buildings != NULL &&
           check_crs (in, job->buildings, in->buildings->working_crs, error);
}

/* Moves all rows of more behind those of into. */
static void
append_barriers (CgBarriers **into, CgBarriers *more)
{
    if (*into == NULL) {
        *into = more;
        return;
    }
    CgBarriers *old = *into, *all = cg_barriers_new (old->n + more->n);
    const CgBarriers *parts[] = { old, more };
    all->working_crs = g_strdup (old->working_crs);
    for (guint p = 0, to = 0; p < 2; p++)
        for (guint32 i = 0; i < parts[p]->n; i++, to++) {
            all->id[to] = g_strdup (parts[p]->id[i]);
            all->name[to] = g_strdup (parts[p]->name[i]);
            all->class[to] = parts[p]->class[i];
            all->passable[to] = parts[p]->passable[i];
            all->row[to] = parts[p]->row[i];
            cg_shapes_add_shape (all->lines, parts[p]->lines, i);
            cg_shapes_add_shape (all->areas, parts[p]->areas, i);
        }
    cg_barriers_free (old);
    cg_barriers_free (more);
    *into = all;
}

static gboolean
read_barriers (const CgCellsFile *job, Inputs *in, const CgProgress *progress, GCancellable *cancel,
               GError **error)
{
    for (guint k = 0; job->barriers != NULL && job->barriers[k] != NULL; k++) {
        g_autoptr (CgImportReport) report = cg_import_report_new (job->barriers[k]);
        CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
        options.path = job->barriers[k];
        options.working_crs = in->boundary->working_crs;
        options.skip_bad = TRUE;
        CgBarriers *more = cg_import_barriers (&options, report, progress, cancel, error);
        json_array_append_new (in->reports, cg_json_import_report (report));
        if (more == NULL)
            return FALSE;
        append_barriers (&in->barriers, more);
        if (!check_crs (in, job->barriers[k], in->barriers->working_crs, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
read_compounds (const CgCellsFile *job, Inputs *in, const CgProgress *progress,
                GCancellable *cancel, GError **error)
{
    if (job->compounds == NULL)
        return TRUE;
    g_autoptr (CgImportReport) report = cg_import_report_new (job->compounds);
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = job->compounds;
    options.working_crs = in->boundary->working_crs;
    options.skip_bad = TRUE;
    in->compounds = cg_import_compounds (&options, report, progress, cancel, error);
    json_array_append_new (in->reports, cg_json_import_report (report));
    return in->compounds != NULL &&
           check_crs (in, job->compounds, in->compounds->working_crs, error);
}

/* ---- one plane for all ------------------------------------------------------------------- */

static gboolean
move_shapes (CgTransform *transform, CgShapes *shapes, GError **error)
{
    if (transform == NULL || shapes == NULL ||
        cg_transform_run (transform, shapes->n_vertices, shapes->x, shapes->y) == 0)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_GEOMETRY,
                 "a place lies outside the boundary's coordinate system");
    return FALSE;
}

/* Metres of one unit of the boundary's coordinates, at its middle. */
static gboolean
measure_unit (Inputs *in, GError **error)
{
    const CgKeyedAreas *b = in->boundary;
    CgBox box = cg_shapes_box_all (b->delivered);
    double wide = MAX (box.x_max - box.x_min, box.y_max - box.y_min) / 1000;
    double cx = box.x_min / 2 + box.x_max / 2, cy = box.y_min / 2 + box.y_max / 2;
    double x[] = { cx, cx + wide, cx }, y[] = { cy, cy, cy + wide };
    g_autoptr (CgTransform) transform = cg_transform_new (b->delivered_crs, b->working_crs, error);
    if (transform == NULL)
        return FALSE;
    if (!(wide > 0) || cg_transform_run (transform, 3, x, y) > 0) {
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT, "the boundary has no ground");
        return FALSE;
    }
    in->input.metre_x = sqrt ((x[1] - x[0]) * (x[1] - x[0]) + (y[1] - y[0]) * (y[1] - y[0])) / wide;
    in->input.metre_y = sqrt ((x[2] - x[0]) * (x[2] - x[0]) + (y[2] - y[0]) * (y[2] - y[0])) / wide;
    return TRUE;
}

/* Cells are made in the coordinates of the boundary file: what is straight there stays so. */
static gboolean
to_plane (Inputs *in, GError **error)
{
    const CgKeyedAreas *b = in->boundary;
    gboolean same = b->delivered_crs == NULL || strcmp (b->delivered_crs, b->working_crs) == 0;
    g_autoptr (CgTransform) transform = NULL;
    in->input.metre_x = in->input.metre_y = 1;
    if (!same) {
        transform = cg_transform_new (b->working_crs, b->delivered_crs, error);
        if (transform == NULL || !measure_unit (in, error))
            return FALSE;
    }
    in->outlines = cg_shapes_copy (in->buildings->outlines);
    in->points = cg_shapes_copy (in->buildings->points);
    if (!move_shapes (transform, in->outlines, error) ||
        !move_shapes (transform, in->points, error) ||
        (in->barriers != NULL && (!move_shapes (transform, in->barriers->lines, error) ||
                                  !move_shapes (transform, in->barriers->areas, error))) ||
        (in->compounds != NULL && !move_shapes (transform, in->compounds->shapes, error)))
        return FALSE;
    in->input.regions = b->delivered;
    in->input.n_buildings = in->buildings->n;
    in->input.outlines = in->outlines;
    in->input.points = in->points;
    in->input.key = in->buildings->key;
    in->input.barriers = in->barriers;
    in->input.compounds = in->compounds != NULL ? in->compounds->shapes : NULL;
    return TRUE;
}

/* ---- households -------------------------------------------------------------------------- */

typedef struct {
    guint32 *households, *population; /* [cells] */
    double *of_building;              /* [buildings] */
    gboolean estimated, population_estimated;
    const char **region, **compound, **group; /* [cells] borrowed */
    char **id;                                /* [cells] */
} Columns;

static void
columns_done (Columns *columns)
{
    g_free (columns->households);
    g_free (columns->population);
    g_free (columns->of_building);
    g_free (columns->region);
    g_free (columns->compound);
    g_free (columns->group);
    g_strfreev (columns->id);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Columns, columns_done)

/* What each building weighs: its count, else its floor. */
static void
weigh_buildings (const CgCellsFile *job, const Inputs *in, const CgCells *cells, Columns *c)
{
    const CgBuildings *b = in->buildings;
    c->estimated = !b->has_households;
    for (guint32 i = 0; i < b->n; i++) {
        double ground = cg_shapes_area (b->outlines, i) * cells->share[i];
        gboolean is_point = b->points->shape_part[i] < b->points->shape_part[i + 1];
        c->of_building[i] = 0;
        if (cells->cell_of[i] == CG_NONE)
            continue;
        if (b->has_households)
            c->of_building[i] = isnan (b->households[i]) ? 0 : b->households[i];
        else if (b->dwelling[i])
            c->of_building[i] = is_point ? 1
                                         : cg_dwellings_estimate (&job->dwellings, ground,
                                                                  b->levels[i], b->height_m[i]);
    }
}

static gboolean
share_households (const CgCellsFile *job, const Inputs *in, const CgCells *cells, Columns *c,
                  GError **error)
{
    guint32 n_regions = in->boundary->n;
    g_autofree double *weight = g_new0 (double, (gsize) cells->n + 1);
    g_autofree double *people = g_new0 (double, (gsize) cells->n + 1);
    g_autofree guint32 *together = g_new0 (guint32, (gsize) cells->n + 1);
    double sum = 0;
    for (guint32 i = 0; i < cells->n_buildings; i++) {
        if (cells->cell_of[i] == CG_NONE)
            continue;
        weight[cells->cell_of[i]] += c->of_building[i];
        sum += c->of_building[i];
        if (in->buildings->has_population && !isnan (in->buildings->population[i]))
            people[cells->cell_of[i]] += in->buildings->population[i];
    }
    gboolean has_total = !isnan (job->total) || in->boundary->count != NULL;
    if (has_total && !(sum > 0)) {
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT,
                     "no building has a dwelling, so households cannot be shared out");
        return FALSE;
    }
    if (!isnan (job->total))
        cg_share_whole (cells->n, weight, together, 1, &job->total, c->households);
    else
        cg_share_whole (cells->n, weight, cells->region, n_regions, in->boundary->count,
                        c->households);
    c->estimated |= has_total;
    c->population_estimated = !in->buildings->has_population;
    for (guint32 k = 0; k < cells->n && c->population_estimated; k++)
        people[k] = c->households[k] * job->persons;
    cg_share_whole (cells->n, people, cells->region, n_regions, NULL, c->population);
    return TRUE;
}

/* Names that most buildings of a cell agree on: the first row's. */
static void
name_cells (const Inputs *in, const CgCells *cells, Columns *c)
{
    const CgBuildings *b = in->buildings;
    c->id = g_new0 (char *, (gsize) cells->n + 1);
    for (guint32 k = 0; k < cells->n; k++) {
        c->id[k] = g_strdup_printf ("C%06u", k + 1);
        c->region[k] = in->boundary->id[cells->region[k]];
        if (cells->compound[k] != CG_NONE)
            c->compound[k] = in->compounds->code[cells->compound[k]];
    }
    for (guint32 i = b->n; i-- > 0;) {
        guint32 cell = cells->cell_of[i];
        if (cell == CG_NONE)
            continue;
        if (b->compound[i] != CG_NONE && cells->compound[cell] == CG_NONE)
            c->compound[cell] = cg_names_get (b->compounds, b->compound[i]);
        if (b->group[i] != CG_NONE)
            c->group[cell] = cg_names_get (b->groups, b->group[i]);
    }
}

static gboolean
fill_columns (const CgCellsFile *job, const Inputs *in, const CgCells *cells, Columns *c,
              GError **error)
{
    gsize room = (gsize) cells->n + 1;
    c->households = g_new0 (guint32, room);
    c->population = g_new0 (guint32, room);
    c->of_building = g_new0 (double, (gsize) cells->n_buildings + 1);
    c->region = g_new0 (const char *, room);
    c->compound = g_new0 (const char *, room);
    c->group = g_new0 (const char *, room);
    weigh_buildings (job, in, cells, c);
    name_cells (in, cells, c);
    return share_households (job, in, cells, c, error);
}

/* ---- the report -------------------------------------------------------------------------- */

/* Rows of findings are those of the file that they speak about. */
static guint32
row_of (const Inputs *in, CgCellsFindingKind kind, guint32 row)
{
    if (row == CG_NONE)
        return 0;
    if (kind == CG_CELLS_CLOSED || kind == CG_CELLS_OPEN)
        return in->barriers->row[row];
    return kind == CG_CELLS_REGIONS_OVERLAP ? row + 1 : in->buildings->row[row];
}

static json_t *
list_findings (const Inputs *in, const CgCells *cells)
{
    json_t *list = json_array ();
    for (guint k = 0; k < cells->findings->len; k++) {
        const CgCellsFinding *f = &g_array_index (cells->findings, CgCellsFinding, k);
        json_t *item = json_pack (
            "{s:s, s:i, s:f, s:f, s:f}", "code", cg_cells_finding_name (f->kind), "row",
            (int) row_of (in, f->kind, f->row), "x", isfinite (f->x) ? f->x : 0, "y",
            isfinite (f->y) ? f->y : 0, f->kind == CG_CELLS_CLOSED ? "m" : "m2", f->amount);
        if (f->other != CG_NONE)
            json_object_set_new (item, "other",
                                 json_integer ((json_int_t) row_of (in, f->kind, f->other)));
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
sum_borders (const Inputs *in, const CgCells *cells)
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

/* Areas in square units of the boundary's own coordinates are compared: exact in any CRS. */
static json_t *
make_report (const Inputs *in, const CgCells *cells, const Columns *c, double read_s,
             double solve_s)
{
    guint32 contents[3] = { 0 };
    guint64 households = 0, population = 0;
    double overlaps = 0;
    for (guint32 k = 0; k < cells->n; k++) {
        contents[cells->content[k]]++;
        households += c->households[k];
        population += c->population[k];
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
    json_object_set_new (report, "regions", json_integer (in->boundary->n));
    json_object_set_new (report, "area_m2", json_real (cells->cell_area * unit));
    json_object_set_new (report, "regions_overlap_m2", json_real (overlaps));
    json_object_set_new (
        report, "area_error",
        json_real (fabs (cells->cell_area * unit + overlaps - own) / MAX (own, 1e-300)));
    json_object_set_new (report, "step", json_real (cells->step));
    json_object_set_new (report, "households", json_integer ((json_int_t) households));
    json_object_set_new (report, "population", json_integer ((json_int_t) population));
    json_object_set_new (report, "estimated", json_boolean (c->estimated));
    json_object_set_new (report, "population_estimated", json_boolean (c->population_estimated));
    json_object_set_new (report, "borders_m", sum_borders (in, cells));
    json_object_set_new (report, "counts", count_findings (cells));
    json_object_set_new (report, "findings", list_findings (in, cells));
    json_object_set (report, "other_files", in->reports);
    json_object_set_new (report, "seconds",
                         json_pack ("{s:f, s:f}", "read", read_s, "cells", solve_s));
    json_object_set_new (report, "version", json_string (CG_VERSION));
    return report;
}

/* ---- file to file ------------------------------------------------------------------------ */

static gboolean
read_all (const CgCellsFile *job, Inputs *in, CgImportReport *report, const CgProgress *progress,
          GCancellable *cancel, GError **error)
{
    in->reports = json_array ();
    return read_boundary (job, in, error) &&
           read_buildings (job, in, report, progress, cancel, error) &&
           read_barriers (job, in, progress, cancel, error) &&
           read_compounds (job, in, progress, cancel, error) && to_plane (in, error);
}

static gboolean
write_cells (const CgCellsFile *job, const Inputs *in, const CgCells *cells, const Columns *c,
             GError **error)
{
    CgCellTable table = {
        .cells = cells,
        .crs = in->boundary->delivered_crs,
        .id = c->id,
        .region = c->region,
        .compound = c->compound,
        .group = c->group,
        .households = c->households,
        .population = c->population,
        .estimated = c->estimated,
        .building_id = in->buildings->id,
        .building_row = in->buildings->row,
        .building_households = c->of_building,
    };
    CgExportStamp stamp = { 0, job->options_text, NULL };
    return cg_export_cells (job->output, &table, &stamp, error);
}

gboolean
cg_cells_file (const CgCellsFile *job, CgImportReport *report, const CgProgress *progress,
               GCancellable *cancel, json_t **out_report, GError **error)
{
    g_auto (Inputs) in = { 0 };
    g_auto (Columns) columns = { 0 };
    gint64 start = g_get_monotonic_time ();
    if (!read_all (job, &in, report, progress, cancel, error))
        return FALSE;
    double read_s = (g_get_monotonic_time () - start) / 1e6;
    start = g_get_monotonic_time ();
    g_autoptr (CgCells) cells = cg_cells_build (&in.input, &job->cells, progress, cancel, error);
    if (cells == NULL || !fill_columns (job, &in, cells, &columns, error))
        return FALSE;
    double solve_s = (g_get_monotonic_time () - start) / 1e6;
    start = g_get_monotonic_time ();
    if (!write_cells (job, &in, cells, &columns, error))
        return FALSE;
    g_autoptr (json_t) json = make_report (&in, cells, &columns, read_s, solve_s);
    json_object_set_new (json_object_get (json, "seconds"), "write",
                         json_real ((g_get_monotonic_time () - start) / 1e6));
    json_object_set_new (json, "input", cg_json_import_report (report));
    if (job->report != NULL && !cg_json_write (job->report, json, error))
        return FALSE;
    if (out_report != NULL)
        *out_report = g_steal_pointer (&json);
    return TRUE;
}
