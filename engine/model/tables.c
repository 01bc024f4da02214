/* Making and freeing the column tables. */
#include <math.h>

#include "model/grids.h"
#include "model/places.h"
#include "model/regions.h"

static void
free_strings (char **strings, guint32 n)
{
    for (guint32 i = 0; strings != NULL && i < n; i++)
        g_free (strings[i]);
    g_free (strings);
}

static guint32 *
none_column (guint32 n)
{
    guint32 *column = g_new (guint32, n);
    for (guint32 i = 0; i < n; i++)
        column[i] = CG_NONE;
    return column;
}

static double *
nan_column (guint32 n)
{
    double *column = g_new (double, n);
    for (guint32 i = 0; i < n; i++)
        column[i] = NAN;
    return column;
}

CgUnits *
cg_units_new (guint32 n)
{
    CgUnits *units = g_new0 (CgUnits, 1);
    units->n = n;
    units->id = g_new0 (char *, n);
    units->households = g_new0 (guint32, n);
    units->population = g_new0 (guint32, n);
    units->region = none_column (n);
    units->compound = none_column (n);
    units->group = none_column (n);
    units->keep = none_column (n);
    units->kind = g_new0 (guint8, n);
    units->estimated = g_new0 (guint8, n);
    units->row = g_new0 (guint32, n);
    units->regions = cg_names_new ();
    units->compounds = cg_names_new ();
    units->groups = cg_names_new ();
    units->kept = cg_names_new ();
    units->shapes = cg_shapes_new (CG_SHAPES_AREA);
    return units;
}

void
cg_units_free (CgUnits *units)
{
    if (units == NULL)
        return;
    free_strings (units->id, units->n);
    g_free (units->households);
    g_free (units->population);
    g_free (units->region);
    g_free (units->compound);
    g_free (units->group);
    g_free (units->keep);
    g_free (units->kind);
    g_free (units->estimated);
    g_free (units->row);
    cg_names_free (units->regions);
    cg_names_free (units->compounds);
    cg_names_free (units->groups);
    cg_names_free (units->kept);
    cg_shapes_free (units->shapes);
    cg_shapes_free (units->delivered);
    g_free (units->delivered_crs);
    g_free (units->working_crs);
    g_free (units);
}

static guint32
copy_name (CgNames *to, const CgNames *from, guint32 id)
{
    return id != CG_NONE ? cg_names_add (to, cg_names_get (from, id)) : CG_NONE;
}

static void
copy_unit (CgUnits *to, guint32 t, const CgUnits *from, guint32 i)
{
    to->id[t] = g_strdup (from->id[i]);
    to->households[t] = from->households[i];
    to->population[t] = from->population[i];
    to->region[t] = copy_name (to->regions, from->regions, from->region[i]);
    to->compound[t] = copy_name (to->compounds, from->compounds, from->compound[i]);
    to->group[t] = copy_name (to->groups, from->groups, from->group[i]);
    to->keep[t] = copy_name (to->kept, from->kept, from->keep[i]);
    to->kind[t] = from->kind[i];
    to->estimated[t] = from->estimated[i];
    to->row[t] = from->row[i];
    cg_shapes_add_shape (to->shapes, from->shapes, i);
}

CgUnits *
cg_units_subset (const CgUnits *units, const guint8 *keep, guint32 room)
{
    guint32 n = 0, at = 0;
    for (guint32 i = 0; i < units->n; i++)
        n += keep[i] != 0;
    CgUnits *out = cg_units_new (n + room);
    for (guint32 i = 0; i < units->n; i++)
        if (keep[i])
            copy_unit (out, at++, units, i);
    out->has_population = units->has_population;
    out->working_crs = g_strdup (units->working_crs);
    return out;
}

CgPlaces *
cg_places_new (CgPlaceKind place, guint32 n)
{
    CgPlaces *places = g_new0 (CgPlaces, 1);
    places->n = n;
    places->place = place;
    places->id = g_new0 (char *, n);
    places->x = nan_column (n);
    places->y = nan_column (n);
    places->delivered_x = nan_column (n);
    places->delivered_y = nan_column (n);
    places->row = g_new0 (guint32, n);
    places->type = none_column (n);
    places->types = cg_names_new ();
    places->sources = cg_names_new ();
    places->states = cg_names_new ();
    return places;
}

void
cg_places_free (CgPlaces *places)
{
    if (places == NULL)
        return;
    free_strings (places->id, places->n);
    g_free (places->x);
    g_free (places->y);
    g_free (places->delivered_x);
    g_free (places->delivered_y);
    g_free (places->row);
    g_free (places->type);
    g_free (places->time_s);
    g_free (places->reported_s);
    g_free (places->weight);
    g_free (places->source);
    g_free (places->revision);
    g_free (places->state);
    g_free (places->withdrawn);
    free_strings (places->name, places->n);
    g_free (places->bearing_deg);
    g_free (places->fov_deg);
    g_free (places->range_m);
    cg_names_free (places->types);
    cg_names_free (places->sources);
    cg_names_free (places->states);
    g_free (places->delivered_crs);
    g_free (places->working_crs);
    g_free (places);
}

CgRegions *
cg_regions_new (guint32 n)
{
    CgRegions *regions = g_new0 (CgRegions, 1);
    regions->n = n;
    regions->code = g_new0 (char *, n);
    regions->name = g_new0 (char *, n);
    regions->level = g_new0 (guint8, n);
    regions->parent = none_column (n);
    regions->urban = g_new0 (guint8, n);
    regions->row = g_new0 (guint32, n);
    regions->households = nan_column (n);
    regions->shapes = cg_shapes_new (CG_SHAPES_AREA);
    return regions;
}

void
cg_regions_free (CgRegions *regions)
{
    if (regions == NULL)
        return;
    free_strings (regions->code, regions->n);
    free_strings (regions->name, regions->n);
    g_free (regions->level);
    g_free (regions->parent);
    g_free (regions->urban);
    g_free (regions->row);
    g_free (regions->households);
    cg_shapes_free (regions->shapes);
    cg_shapes_free (regions->delivered);
    g_free (regions->delivered_crs);
    g_free (regions->working_crs);
    g_free (regions);
}

CgCompounds *
cg_compounds_new (guint32 n)
{
    CgCompounds *compounds = g_new0 (CgCompounds, 1);
    compounds->n = n;
    compounds->code = g_new0 (char *, n);
    compounds->name = g_new0 (char *, n);
    compounds->kind = g_new0 (char *, n);
    compounds->region = g_new0 (char *, n);
    compounds->dedicated = g_new0 (guint8, n);
    compounds->row = g_new0 (guint32, n);
    compounds->shapes = cg_shapes_new (CG_SHAPES_AREA);
    return compounds;
}

void
cg_compounds_free (CgCompounds *compounds)
{
    if (compounds == NULL)
        return;
    free_strings (compounds->code, compounds->n);
    free_strings (compounds->name, compounds->n);
    free_strings (compounds->kind, compounds->n);
    free_strings (compounds->region, compounds->n);
    g_free (compounds->dedicated);
    g_free (compounds->row);
    cg_shapes_free (compounds->shapes);
    cg_shapes_free (compounds->delivered);
    g_free (compounds->delivered_crs);
    g_free (compounds->working_crs);
    g_free (compounds);
}

CgBarriers *
cg_barriers_new (guint32 n)
{
    CgBarriers *barriers = g_new0 (CgBarriers, 1);
    barriers->n = n;
    barriers->id = g_new0 (char *, n);
    barriers->name = g_new0 (char *, n);
    barriers->class = g_new0 (guint8, n);
    barriers->passable = g_new (guint8, n);
    for (guint32 i = 0; i < n; i++)
        barriers->passable[i] = TRUE;
    barriers->row = g_new0 (guint32, n);
    barriers->file = none_column (n);
    barriers->files = cg_names_new ();
    barriers->lines = cg_shapes_new (CG_SHAPES_LINE);
    barriers->areas = cg_shapes_new (CG_SHAPES_AREA);
    return barriers;
}

void
cg_barriers_free (CgBarriers *barriers)
{
    if (barriers == NULL)
        return;
    free_strings (barriers->id, barriers->n);
    free_strings (barriers->name, barriers->n);
    g_free (barriers->class);
    g_free (barriers->passable);
    g_free (barriers->row);
    g_free (barriers->file);
    cg_names_free (barriers->files);
    cg_shapes_free (barriers->lines);
    cg_shapes_free (barriers->areas);
    g_free (barriers->delivered_crs);
    g_free (barriers->working_crs);
    g_free (barriers);
}

CgParts *
cg_parts_new (guint32 n_units, guint32 n_parts)
{
    CgParts *parts = g_new0 (CgParts, 1);
    parts->n_units = n_units;
    parts->n_parts = n_parts;
    parts->part_of = none_column (n_units);
    parts->reason = g_new0 (guint8, n_parts);
    parts->certificate = g_new0 (char *, n_parts);
    parts->proof = g_new0 (CgPartProof *, (gsize) n_parts + 1);
    parts->inside_proved = g_new0 (guint8, n_parts);
    return parts;
}

void
cg_part_proof_free (CgPartProof *proof)
{
    if (proof == NULL)
        return;
    g_free (proof->unit);
    g_free (proof->first);
    g_free (proof->holder);
    g_free (proof);
}

void
cg_parts_free (CgParts *parts)
{
    if (parts == NULL)
        return;
    for (guint32 p = 0; p < parts->n_parts; p++)
        cg_part_proof_free (parts->proof[p]);
    g_free (parts->proof);
    g_free (parts->inside_proved);
    g_free (parts->part_of);
    g_free (parts->reason);
    g_free (parts->bounds);
    free_strings (parts->certificate, parts->n_parts);
    g_free (parts);
}

guint32
cg_grid_pieces (const CgGrids *grids, guint32 g)
{
    return grids->shapes->shape_part[g + 1] - grids->shapes->shape_part[g];
}

CgGrids *
cg_grids_new (guint32 n, guint32 n_units)
{
    CgGrids *grids = g_new0 (CgGrids, 1);
    grids->n = n;
    grids->grid_id = g_new0 (guint32, n);
    grids->code = g_new0 (char *, n);
    grids->name = g_new0 (char *, n);
    grids->within = g_new0 (char *, n);
    grids->kind = g_new0 (guint8, n);
    grids->status = g_new0 (guint8, n);
    grids->reason = g_new0 (guint8, n);
    grids->households = g_new0 (guint32, n);
    grids->population = g_new0 (guint32, n);
    grids->units = g_new0 (guint32, n);
    grids->households_estimated = g_new0 (guint32, n);
    grids->population_estimated = g_new0 (guint32, n);
    grids->perimeter_m = g_new0 (double, n);
    grids->area_m2 = g_new0 (double, n);
    grids->compactness = g_new0 (double, n);
    grids->certificate = g_new0 (char *, n);
    grids->shapes = cg_shapes_new (CG_SHAPES_AREA);
    grids->n_units = n_units;
    grids->grid_of = none_column (n_units);
    return grids;
}

void
cg_grids_free (CgGrids *grids)
{
    if (grids == NULL)
        return;
    g_free (grids->grid_id);
    free_strings (grids->code, grids->n);
    free_strings (grids->name, grids->n);
    free_strings (grids->within, grids->n);
    g_free (grids->kind);
    g_free (grids->status);
    g_free (grids->reason);
    g_free (grids->households);
    g_free (grids->population);
    g_free (grids->units);
    g_free (grids->households_estimated);
    g_free (grids->population_estimated);
    g_free (grids->perimeter_m);
    g_free (grids->area_m2);
    g_free (grids->compactness);
    free_strings (grids->certificate, grids->n);
    cg_shapes_free (grids->shapes);
    cg_shapes_free (grids->delivered);
    g_free (grids->grid_of);
    g_free (grids->delivered_crs);
    g_free (grids->working_crs);
    cg_grids_free (grids->micro);
    g_free (grids);
}

char *
cg_grids_label (const CgGrids *grids, guint32 grid, const char *community)
{
    const char *name = grids->name[grid] != NULL ? grids->name[grid] : grids->code[grid];
    if (name == NULL)
        name = "";
    gboolean has_it = community == NULL || g_str_has_prefix (name, community);
    return g_strconcat (has_it ? "" : community, name, NULL);
}
