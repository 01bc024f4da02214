#include "export/export.h"
#include "export/writer.h"

/* Columns that grids and micro-units share, from column `first` on. */
static void
set_figures (OGRFeatureH feature, int first, const CgGrids *grids, guint32 i)
{
    cg_writer_set_text (feature, first, cg_unit_kind_name (grids->kind[i]));
    OGR_F_SetFieldInteger64 (feature, first + 1, grids->households[i]);
    OGR_F_SetFieldInteger64 (feature, first + 2, grids->population[i]);
    OGR_F_SetFieldInteger64 (feature, first + 3, grids->units[i]);
    cg_writer_set_number (feature, first + 4, grids->perimeter_m[i]);
    cg_writer_set_number (feature, first + 5, grids->area_m2[i]);
    cg_writer_set_number (feature, first + 6, grids->compactness[i]);
    cg_writer_set_text (feature, first + 7, cg_grid_status_name (grids->status[i]));
    cg_writer_set_text (feature, first + 8, grids->certificate[i]);
    OGR_F_SetFieldInteger64 (feature, first + 9, cg_grid_pieces (grids, i));
    OGR_F_SetFieldInteger64 (feature, first + 10, grids->households_estimated[i]);
    OGR_F_SetFieldInteger64 (feature, first + 11, grids->population_estimated[i]);
}

static gboolean
write_grids (CgWriter *writer, const CgGrids *grids)
{
    static const CgColumn columns[] = {
        { "grid_id", OFTInteger64 }, { "code", OFTString },          { "within", OFTString },
        { "kind", OFTString },       { "households", OFTInteger64 }, { "population", OFTInteger64 },
        { "units", OFTInteger64 },   { "perimeter_m", OFTReal },     { "area_m2", OFTReal },
        { "compactness", OFTReal },  { "status", OFTString },        { "certificate", OFTString },
        { "pieces", OFTInteger64 },  { "households_estimated", OFTInteger64 },
        { "population_estimated", OFTInteger64 },
    };
    const CgShapes *shapes = grids->delivered != NULL ? grids->delivered : grids->shapes;
    gboolean multi = cg_writer_needs_multi (shapes);
    OGRLayerH layer = cg_writer_add_layer (writer, "grids", multi ? wkbMultiPolygon : wkbPolygon,
                                           columns, G_N_ELEMENTS (columns));
    for (guint32 i = 0; layer != NULL && i < grids->n; i++) {
        OGRFeatureH feature = OGR_F_Create (OGR_L_GetLayerDefn (layer));
        gboolean shaped = cg_writer_set_geometry (feature, shapes, i, multi);
        OGR_F_SetFieldInteger64 (feature, 0, grids->grid_id[i]);
        cg_writer_set_text (feature, 1, grids->code[i] != NULL ? grids->code[i] : "");
        cg_writer_set_text (feature, 2, grids->within[i] != NULL ? grids->within[i] : "");
        set_figures (feature, 3, grids, i);
        if (!cg_writer_add_feature (writer, layer, feature) || !shaped)
            return FALSE;
    }
    return layer != NULL;
}

static gboolean
write_micro (CgWriter *writer, const CgGrids *micro)
{
    static const CgColumn columns[] = {
        { "micro_id", OFTInteger64 },   { "code", OFTString },
        { "grid_code", OFTString },     { "kind", OFTString },
        { "households", OFTInteger64 }, { "population", OFTInteger64 },
        { "units", OFTInteger64 },      { "perimeter_m", OFTReal },
        { "area_m2", OFTReal },         { "compactness", OFTReal },
        { "status", OFTString },        { "certificate", OFTString },
        { "pieces", OFTInteger64 },     { "households_estimated", OFTInteger64 },
        { "population_estimated", OFTInteger64 },
    };
    const CgShapes *shapes = micro->delivered != NULL ? micro->delivered : micro->shapes;
    gboolean multi = cg_writer_needs_multi (shapes);
    OGRLayerH layer = cg_writer_add_layer (writer, "micro", multi ? wkbMultiPolygon : wkbPolygon,
                                           columns, G_N_ELEMENTS (columns));
    for (guint32 i = 0; layer != NULL && i < micro->n; i++) {
        OGRFeatureH feature = OGR_F_Create (OGR_L_GetLayerDefn (layer));
        gboolean shaped = cg_writer_set_geometry (feature, shapes, i, multi);
        OGR_F_SetFieldInteger64 (feature, 0, micro->grid_id[i]);
        cg_writer_set_text (feature, 1, micro->code[i]);
        cg_writer_set_text (feature, 2, micro->within[i]);
        set_figures (feature, 3, micro, i);
        if (!cg_writer_add_feature (writer, layer, feature) || !shaped)
            return FALSE;
    }
    return layer != NULL;
}

static gboolean
write_assignment (CgWriter *writer, const CgGrids *grids, char *const *unit_id)
{
    static const CgColumn columns[] = { { "unit_id", OFTString },
                                        { "grid_id", OFTInteger64 },
                                        { "micro_id", OFTInteger64 } };
    const CgGrids *micro = grids->micro;
    OGRLayerH layer =
        cg_writer_add_layer (writer, "assignment", wkbNone, columns, micro != NULL ? 3 : 2);
    for (guint32 i = 0; layer != NULL && i < grids->n_units; i++) {
        OGRFeatureH feature = OGR_F_Create (OGR_L_GetLayerDefn (layer));
        cg_writer_set_text (feature, 0, unit_id[i]);
        if (grids->grid_of[i] < grids->n)
            OGR_F_SetFieldInteger64 (feature, 1, grids->grid_id[grids->grid_of[i]]);
        if (micro != NULL && micro->grid_of[i] < micro->n)
            OGR_F_SetFieldInteger64 (feature, 2, micro->grid_id[micro->grid_of[i]]);
        if (!cg_writer_add_feature (writer, layer, feature))
            return FALSE;
    }
    return layer != NULL;
}

static gboolean
write_all (CgWriter *writer, const char *draft, const CgGrids *grids, char *const *unit_id,
           const CgExportStamp *stamp)
{
    if (!cg_writer_create (writer, draft) || !write_grids (writer, grids) ||
        !write_assignment (writer, grids, unit_id) ||
        (grids->micro != NULL && !write_micro (writer, grids->micro)) ||
        !cg_writer_add_run (writer, stamp))
        return FALSE;
    return TRUE;
}

gboolean
cg_export_grids (const char *path, const CgGrids *grids, char *const *unit_id,
                 const CgExportStamp *stamp, GError **error)
{
    g_auto (CgTarget) target = { NULL };
    g_auto (CgWriter) writer = { NULL };
    if (!cg_target_init (&target, path, ".gpkg", error))
        return FALSE;
    cg_writer_begin (&writer);
    if (!cg_writer_set_crs (&writer, &target,
                            grids->delivered != NULL ? grids->delivered_crs : grids->working_crs,
                            error))
        return FALSE;
    gboolean written = write_all (&writer, target.draft, grids, unit_id, stamp);
    return cg_writer_finish (&writer, &target, written, error);
}
