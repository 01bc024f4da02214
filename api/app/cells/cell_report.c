#include "app/cells/cell_report.h"

#include <string.h>

static const char *const meanings[CG_N_CELLS_FINDINGS] = {
    [CG_CELLS_REPEATED] = "covers the ground of an earlier row once more: one building",
    [CG_CELLS_MERGED] = "shares a tenth or more of its ground with an earlier row: one building",
    [CG_CELLS_OVERLAP] = "shares a little ground with an earlier row, which got it",
    [CG_CELLS_PIECES] = "has the id of a row that it touches: pieces of one building",
    [CG_CELLS_ACROSS] = "a barrier runs through the building: it lies where more of it stands",
    [CG_CELLS_PARTLY_OUTSIDE] = "only the part inside the boundary is covered",
    [CG_CELLS_OUTSIDE] = "lies outside the boundary: left out",
    [CG_CELLS_COLLAPSED] = "the outline is too small for an area: taken as a place",
    [CG_CELLS_SAME_PLACE] = "a place inside another building, or where another place is: one cell",
    [CG_CELLS_APART] = "its parts stand in several cells: it counts where most of it stands",
    [CG_CELLS_ACROSS_REGIONS] =
        "the border of two communities runs through the building: it lies where more of it stands",
    [CG_CELLS_REGIONS_OVERLAP] =
        "ground of two communities: an enclave keeps it, else the earlier row",
    [CG_CELLS_REGIONS_GAP] = "ground between two communities that neither claims: left out",
    [CG_CELLS_CLOSED] = "the line ended short of another and was led on to it",
    [CG_CELLS_OPEN] = "the line ends where nothing is near: a border only between buildings",
    [CG_CELLS_STRIP] = "narrow ground between main roads or railways went over this line",
    [CG_CELLS_IN_WATER] = "stands in an area of water: its outline alone is its cell, a place counts in the water's",
    [CG_CELLS_TILE] = "nothing stands here and all around is cut off: a tile may be missing",
    [CG_CELLS_GROUPS_OVERLAP] = "ground of two drawn outlines: houses go to the one with more",
    [CG_CELLS_GROUP_EMPTY] = "no house lies in the drawn outline",
    [CG_CELLS_GROUP_DIFFERS] =
        "the house lies in the outline of another group than it names: its own word stands",
    [CG_CELLS_GROUP_APART] = "a piece of the group has no way to the piece with most houses",
};

static const struct {
    const char *code, *meaning;
} notes[CG_N_CELL_NOTES] = {
    [CG_CELL_COUNTS_DIFFER] = { "COUNTS_DIFFER",
                                "another row of the same building has a larger count, which is taken" },
    [CG_CELL_ID_APART] = { "ID_APART",
                           "has the id of a building that stands elsewhere: both are counted" },
    [CG_CELL_NOT_COUNTED] = { "NOT_COUNTED",
                              "has no count where others of its community have one: estimated" },
    [CG_CELL_GROUP_FOUND] = { "GROUP_FOUND",
                              "names no villager group where others of its village do: it goes to the one beside it" },
    [CG_CELL_GROUP_ACROSS] = { "GROUP_ACROSS",
                               "the drawn outline of its group has houses in two communities: a group in each" },
};

const char *
cg_cell_finding_meaning (const char *code)
{
    for (guint k = 0; k < CG_N_CELLS_FINDINGS; k++)
        if (strcmp (cg_cells_finding_name (k), code) == 0)
            return meanings[k];
    for (guint k = 0; k < G_N_ELEMENTS (notes); k++)
        if (strcmp (notes[k].code, code) == 0)
            return notes[k].meaning;
    return NULL;
}

/* ---- findings ---------------------------------------------------------------------------- */

typedef enum { OF_BUILDINGS, OF_BARRIERS, OF_REGIONS, OF_GROUPS } Subject;

/* Rows of findings are those of the file that they speak about. */
static Subject
subject_of (CgCellsFindingKind kind)
{
    switch (kind) {
    case CG_CELLS_CLOSED:
    case CG_CELLS_OPEN:
    case CG_CELLS_STRIP:
        return OF_BARRIERS;
    case CG_CELLS_REGIONS_OVERLAP:
    case CG_CELLS_REGIONS_GAP:
        return OF_REGIONS;
    case CG_CELLS_GROUPS_OVERLAP:
    case CG_CELLS_GROUP_EMPTY:
        return OF_GROUPS;
    default:
        return OF_BUILDINGS;
    }
}

static guint32
row_in_file (const CgCellSource *in, Subject subject, guint32 row)
{
    if (row == CG_NONE)
        return 0;
    switch (subject) {
    case OF_BARRIERS:
        return in->barriers->row[row];
    case OF_REGIONS:
        return in->region_row[row];
    case OF_GROUPS:
        return in->group_row[row];
    default:
        return in->buildings->row[row];
    }
}

static const char *
file_of (const CgCellSource *in, Subject subject, guint32 row)
{
    switch (subject) {
    case OF_BARRIERS:
        return in->barriers->file[row] != CG_NONE
                   ? cg_names_get (in->barriers->files, in->barriers->file[row])
                   : in->barrier_file;
    case OF_REGIONS:
        return in->region_file;
    case OF_GROUPS:
        return in->group_file;
    default:
        return in->building_file;
    }
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

static json_t *
finding_json (const CgCellSource *in, const CgCells *cells, const CgCellsFinding *f)
{
    Subject subject = subject_of (f->kind);
    Subject others = f->kind == CG_CELLS_GROUP_DIFFERS    ? OF_GROUPS
                     : f->kind == CG_CELLS_ACROSS_REGIONS ? OF_REGIONS
                                                          : subject;
    json_t *item = json_pack (
        "{s:s, s:s, s:i, s:f, s:f, s:f, s:s}", "code", cg_cells_finding_name (f->kind), "file",
        file_of (in, subject, f->row), "row", (int) row_in_file (in, subject, f->row), "x",
        isfinite (f->x) ? f->x : 0, "y", isfinite (f->y) ? f->y : 0,
        f->kind == CG_CELLS_CLOSED ? "m" : "m2", f->amount, "text", meanings[f->kind]);
    if (f->other != CG_NONE)
        json_object_set_new (item, "other",
                             json_integer ((json_int_t) row_in_file (in, others, f->other)));
    if (f->kind == CG_CELLS_TILE)
        json_object_set_new (item, "box",
                             json_pack ("[f, f, f, f]", f->x - f->width / 2, f->y - f->height / 2,
                                        f->x + f->width / 2, f->y + f->height / 2));
    const char *group = group_of (in, cells, f);
    if (group != NULL)
        json_object_set_new (item, "group", json_string (group));
    if (subject == OF_REGIONS) {
        json_object_set_new (item, "region", json_string (in->region[f->row]));
        json_object_set_new (item, "other_region", json_string (in->region[f->other]));
    } else if (f->kind == CG_CELLS_ACROSS_REGIONS && cells->cell_of[f->row] != CG_NONE) {
        guint32 own = cells->region[cells->cell_of[f->row]];
        json_object_set_new (item, "region", json_string (in->region[own]));
        json_object_set_new (item, "other_region", json_string (in->region[f->other]));
    }
    return item;
}

/* The place where a shape begins, in the plane of the cells; nothing where it is empty. */
static void
begin_at (const CgShapes *shapes, guint32 i, json_t *item)
{
    if (shapes == NULL || shapes->shape_part[i] == shapes->shape_part[i + 1])
        return;
    guint32 v = shapes->ring_vertex[shapes->part_ring[shapes->shape_part[i]]];
    json_object_set_new (item, "x", json_real (shapes->x[v]));
    json_object_set_new (item, "y", json_real (shapes->y[v]));
}

static void
set_place (const CgCellSource *in, guint32 row, json_t *item)
{
    begin_at (in->input.outlines, row, item);
    begin_at (in->input.points, row, item);
}

static json_t *
note_json (const CgCellSource *in, const CgCells *cells, const CgCellColumns *c, const CgCellNote *note)
{
    const CgBuildings *b = in->buildings;
    json_t *item = json_pack ("{s:s, s:s, s:i, s:s, s:s}", "code", notes[note->kind].code,
                              "file", in->building_file, "row", (int) b->row[note->row], "id",
                              b->id[note->row], "text", notes[note->kind].meaning);
    set_place (in, note->row, item);
    if (note->other != CG_NONE)
        json_object_set_new (item, "other", json_integer ((json_int_t) b->row[note->other]));
    if (note->kind == CG_CELL_GROUP_FOUND || note->kind == CG_CELL_GROUP_ACROSS)
        json_object_set_new (item, "group", json_string (c->group[cells->cell_of[note->row]]));
    if (note->kind == CG_CELL_COUNTS_DIFFER || note->kind == CG_CELL_NOT_COUNTED)
        json_object_set_new (item, note->is_people ? "population" : "households",
                             json_real (note->count));
    if (note->kind == CG_CELL_COUNTS_DIFFER)
        json_object_set_new (item, "taken", json_real (note->taken));
    return item;
}

static json_t *
list_findings (const CgCellSource *in, const CgCells *cells, const CgCellColumns *c)
{
    json_t *list = json_array ();
    guint n_of[CG_N_CELL_NOTES] = { 0 };
    for (guint k = 0; k < cells->findings->len; k++)
        json_array_append_new (
            list, finding_json (in, cells, &g_array_index (cells->findings, CgCellsFinding, k)));
    for (guint k = 0; k < c->notes->len; k++) {
        const CgCellNote *note = &g_array_index (c->notes, CgCellNote, k);
        if (n_of[note->kind]++ < CG_CELLS_MAX_FINDINGS)
            json_array_append_new (list, note_json (in, cells, c, note));
    }
    return list;
}

static json_t *
count_findings (const CgCells *cells, const CgCellColumns *c)
{
    json_t *counts = json_object ();
    guint n_of[CG_N_CELL_NOTES] = { 0 };
    for (guint k = 0; k < CG_N_CELLS_FINDINGS; k++)
        json_object_set_new (counts, cg_cells_finding_name (k),
                             json_integer (cells->n_findings[k]));
    for (guint k = 0; k < c->notes->len; k++)
        n_of[g_array_index (c->notes, CgCellNote, k).kind]++;
    for (guint k = 0; k < CG_N_CELL_NOTES; k++)
        json_object_set_new (counts, notes[k].code, json_integer (n_of[k]));
    return counts;
}

/* ---- warnings ---------------------------------------------------------------------------- */

static guint32
count_cells_of (const CgCells *cells, guint32 region)
{
    guint32 n = 0;
    for (guint32 k = 0; k < cells->n; k++)
        n += cells->region[k] == region;
    return n;
}

json_t *
cg_cell_unshared_warning (const char *region, double households, gboolean has_ground)
{
    g_autofree char *text = g_strdup_printf (
        "community %s: its %.0f known households are in no unit, since %s", region, households,
        has_ground ? "no dwelling stands there"
                   : "all of its ground belongs to communities before it");
    return json_pack ("{s:s, s:s, s:f, s:s}", "code", "NOT_SHARED", "region", region, "households",
                      households, "text", text);
}

static void
warn_unshared (const CgCellSource *in, const CgCells *cells, const CgCellColumns *c, json_t *list)
{
    for (guint32 r = 0; r < in->n_regions; r++) {
        if (!(c->unshared[r] > 0))
            continue;
        json_t *item = cg_cell_unshared_warning (in->region[r], c->unshared[r],
                                                 count_cells_of (cells, r) > 0);
        json_object_set_new (item, "file", json_string (in->region_file));
        json_object_set_new (item, "row", json_integer (in->region_row[r]));
        begin_at (in->input.regions, r, item);
        json_array_append_new (list, item);
    }
}

static void
warn_counts (const CgCellSource *in, const CgCellColumns *c, json_t *list)
{
    const CgBuildings *b = in->buildings;
    for (guint k = 0; k < MIN (c->notes->len, CG_CELLS_MAX_FINDINGS); k++) {
        const CgCellNote *note = &g_array_index (c->notes, CgCellNote, k);
        if (note->kind != CG_CELL_COUNTS_DIFFER)
            continue;
        g_autofree char *text = g_strdup_printf (
            "%g %s, but row %u of the same building says %g: the larger count is taken",
            note->count, note->is_people ? "people" : "households", b->row[note->other],
            note->taken);
        json_t *item =
            json_pack ("{s:s, s:s, s:i, s:s}", "code", notes[note->kind].code, "file",
                       in->building_file, "row", (int) b->row[note->row], "text", text);
        set_place (in, note->row, item);
        json_array_append_new (list, item);
    }
}

/* A total that is a fifth or five times of what counts and floor say is rather a slip of the pen, or of another place. */
#define FAR_TOTAL 5.0

static json_t *
total_warning (const char *code, const char *whose, double known, double dwelt, json_t *list)
{
    gboolean missing = isnan (known);
    g_autofree char *text =
        missing ? g_strdup_printf ("%s has no total, others have: its %.0f households are by counts and floor alone", whose,
                                   dwelt)
                : g_strdup_printf ("%s: the total is %.0f households, counts and floor say %.0f: all were multiplied by %.3g",
                                   whose, known, dwelt, known / dwelt);
    json_t *item = json_pack ("{s:s, s:f, s:s}", "code", code, "by_floor", dwelt, "text", text);
    if (!missing)
        json_object_set_new (item, "total", json_real (known));
    json_array_append_new (list, item);
    return item;
}

static gboolean
is_far (double known, double dwelt)
{
    return known > 0 && dwelt > 0 && (known > dwelt * FAR_TOTAL || known * FAR_TOTAL < dwelt);
}

/* Totals that say something else than what stands there, and communities without one where others have one. */
static void
warn_totals (const CgCellSource *in, const CgCellColumns *c, json_t *list)
{
    double all = 0, total = c->total;
    gboolean any = FALSE;
    for (guint32 r = 0; r < in->n_regions; r++) {
        all += c->dwelt[r];
        any |= in->known != NULL && !isnan (in->known[r]);
    }
    if (!isnan (total) && is_far (total, all))
        total_warning ("TOTAL_FAR", "all communities together", total, all, list);
    for (guint32 r = 0; isnan (total) && any && r < in->n_regions; r++) {
        gboolean missing = isnan (in->known[r]) && c->dwelt[r] > 0;
        if (!missing && !is_far (in->known[r], c->dwelt[r]))
            continue;
        g_autofree char *whose = g_strdup_printf ("community %s", in->region[r]);
        json_t *item = total_warning (missing ? "TOTAL_MISSING" : "TOTAL_FAR", whose, in->known[r], c->dwelt[r], list);
        json_object_set_new (item, "region", json_string (in->region[r]));
        json_object_set_new (item, "file", json_string (in->region_file));
        json_object_set_new (item, "row", json_integer (in->region_row[r]));
        begin_at (in->input.regions, r, item);
    }
}

/* Communities where somebody has counted, but not everything. */
static void
warn_gaps (const CgCellSource *in, const CgCellGap *gaps, const char *what, json_t *list)
{
    for (guint32 r = 0; r < in->n_regions; r++) {
        const CgCellGap *gap = &gaps[r];
        if (!(gap->filled > 0))
            continue;
        g_autofree char *text = g_strdup_printf (
            "community %s: %u of %u dwellings have no count of %s; %.0f are estimated for them", in->region[r],
            gap->n_without, gap->n_without + gap->n_counted, what, gap->filled);
        json_t *item = json_pack ("{s:s, s:s, s:s, s:i, s:i, s:i, s:f, s:s}", "code", "PARTLY_COUNTED",
                                  "region", in->region[r], "file", in->region_file, "row",
                                  (int) in->region_row[r], "without", (int) gap->n_without, "counted",
                                  (int) gap->n_counted, what, gap->filled, "text", text);
        begin_at (in->input.regions, r, item);
        json_array_append_new (list, item);
    }
}

static void
warn_overlaps (const CgCellSource *in, const CgCells *cells, json_t *list)
{
    for (guint k = 0; k < cells->findings->len; k++) {
        const CgCellsFinding *f = &g_array_index (cells->findings, CgCellsFinding, k);
        if ((f->kind != CG_CELLS_REGIONS_OVERLAP && f->kind != CG_CELLS_REGIONS_GAP) || f->amount < 1)
            continue;
        const char *one = in->region[f->row], *other = in->region[f->other];
        g_autofree char *text =
            f->kind == CG_CELLS_REGIONS_GAP
                ? g_strdup_printf ("%.0f m2 between the communities %s and %s belong to neither: "
                                   "left out",
                                   f->amount, one, other)
            : count_cells_of (cells, f->row) == 0
                ? g_strdup_printf ("community %s has no cell: %.0f m2 of it are community %s's", one,
                                   f->amount, other)
                : g_strdup_printf (
                      "community %s lies over community %s with %.0f m2, which stay with the latter",
                      one, other, f->amount);
        json_array_append_new (
            list, json_pack ("{s:s, s:s, s:i, s:f, s:f, s:s}", "code",
                             cg_cells_finding_name (f->kind), "file", in->region_file, "row",
                             (int) in->region_row[f->row], "x", f->x, "y", f->y, "text", text));
    }
}

/* Estates in which no cell lies: outside of all communities, or under an earlier estate. */
static void
warn_compounds (const CgCellSource *in, const CgCells *cells, json_t *list)
{
    const CgCompounds *compounds = in->compounds;
    guint32 n = compounds != NULL && in->input.compounds != NULL ? compounds->n : 0;
    g_autofree guint8 *has_cell = g_new0 (guint8, (gsize) n + 1);
    for (guint32 k = 0; k < cells->n; k++)
        if (cells->compound[k] < n)
            has_cell[cells->compound[k]] = TRUE;
    for (guint32 i = 0; i < n; i++) {
        if (has_cell[i])
            continue;
        g_autofree char *text = g_strdup_printf (
            "no cell lies in the estate %s: it is outside of all communities, or under another one",
            compounds->name[i]);
        json_t *item = json_pack ("{s:s, s:s, s:i, s:s, s:s}", "code", "COMPOUND_WITHOUT_CELL", "file",
                                  in->compound_file != NULL ? in->compound_file : "compounds",
                                  "row", (int) compounds->row[i], "compound",
                                  compounds->name[i], "text", text);
        begin_at (in->input.compounds, i, item);
        json_array_append_new (list, item);
    }
}

/* Places as precise as half a metre, or so. */
static void
warn_tiles (const CgCellSource *in, const CgCells *cells, json_t *list)
{
    for (guint k = 0; k < cells->findings->len; k++) {
        const CgCellsFinding *f = &g_array_index (cells->findings, CgCellsFinding, k);
        if (f->kind != CG_CELLS_TILE)
            continue;
        int digits = f->width < 1 ? 5 : 0; /* degrees or metres */
        g_autofree char *text = g_strdup_printf (
            "nothing stands from %.*f, %.*f to %.*f, %.*f in the middle of the town, and roads or "
            "walls are cut off all around: a tile of the map may be missing",
            digits, f->x - f->width / 2, digits, f->y - f->height / 2, digits,
            f->x + f->width / 2, digits, f->y + f->height / 2);
        json_array_append_new (list, json_pack ("{s:s, s:s, s:i, s:f, s:f, s:s}", "code",
                                                cg_cells_finding_name (f->kind), "file",
                                                in->building_file, "row", 0, "x", f->x, "y", f->y,
                                                "text", text));
    }
}

static json_t *
list_warnings (const CgCellSource *in, const CgCells *cells, const CgCellColumns *c)
{
    json_t *list = json_array ();
    warn_unshared (in, cells, c, list);
    warn_tiles (in, cells, list);
    warn_overlaps (in, cells, list);
    warn_compounds (in, cells, list);
    warn_totals (in, c, list);
    warn_gaps (in, c->households_gap, "households", list);
    warn_gaps (in, c->population_gap, "population", list);
    warn_counts (in, c, list);
    return list;
}

/* ---- figures ----------------------------------------------------------------------------- */

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
    double overlaps = cells->regions_overlap_m2;
    for (guint32 k = 0; k < cells->n; k++) {
        contents[cells->content[k]]++;
        households += c->households[k];
        population += c->population[k];
        estimated += c->estimated[k] ? c->households[k] : 0;
        any_estimated |= c->estimated[k];
        people_estimated |= c->population_estimated[k];
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
    json_object_set_new (report, "warnings", list_warnings (in, cells, c));
    json_object_set_new (report, "borders_m", sum_borders (in, cells));
    json_object_set_new (report, "counts", count_findings (cells, c));
    json_object_set_new (report, "findings", list_findings (in, cells, c));
    json_object_set_new (report, "version", json_string (CG_VERSION));
    return report;
}
