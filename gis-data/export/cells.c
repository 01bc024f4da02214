#include "export/cells.h"

#include "base/error.h"
#include "export/writer.h"

/* Rows of all layers on their way to the file. */
typedef struct {
    CgWriter *writer;
    const CgCellTable *table;
    const CgProgress *progress;
    GCancellable *cancel;
    guint64 done, total;
} Writing;

/* Before each row; FALSE: stop. */
static gboolean
may_go_on (Writing *w)
{
    enum { EVERY = 4096 };
    if (w->done++ % EVERY != 0)
        return TRUE;
    cg_progress (w->progress, "rows written", w->done - 1, w->total);
    return !g_cancellable_is_cancelled (w->cancel);
}

enum {
    UNIT_ID,
    REGION,
    KIND,
    COMPOUND,
    GROUP,
    HOUSEHOLDS,
    POPULATION,
    ESTIMATED,
    POPULATION_ESTIMATED,
    CONTENT,
    BLOCK,
    BUILDINGS,
    AREA,
    N_COLUMNS
};

/* As units of a county have it. */
static CgUnitKind
kind_of (const CgCellTable *table, guint32 cell)
{
    const CgCells *cells = table->cells;
    if (table->dedicated != NULL && cells->compound[cell] != CG_NONE &&
        table->dedicated[cells->compound[cell]])
        return CG_UNIT_DEDICATED;
    gboolean village = table->village != NULL && table->village[cells->region[cell]];
    return table->group[cell] != NULL || village ? CG_UNIT_RURAL : CG_UNIT_URBAN;
}

static gboolean
write_cells (Writing *w)
{
    static const CgColumn columns[N_COLUMNS] = {
        [UNIT_ID] = { "unit_id", OFTString },
        [REGION] = { "region", OFTString },
        [KIND] = { "kind", OFTString },
        [COMPOUND] = { "compound", OFTString },
        [GROUP] = { "villager_group", OFTString },
        [HOUSEHOLDS] = { "households", OFTInteger64 },
        [POPULATION] = { "population", OFTInteger64 },
        [ESTIMATED] = { "estimated", OFTInteger },
        [POPULATION_ESTIMATED] = { "population_estimated", OFTInteger },
        [CONTENT] = { "content", OFTString },
        [BLOCK] = { "block", OFTInteger64 },
        [BUILDINGS] = { "buildings", OFTInteger64 },
        [AREA] = { "area_m2", OFTReal },
    };
    const CgCellTable *table = w->table;
    const CgCells *cells = table->cells;
    OGRLayerH layer = cg_writer_add_layer (w->writer, "cells", wkbPolygon, columns, N_COLUMNS);
    for (guint32 c = 0; layer != NULL && c < cells->n; c++) {
        if (!may_go_on (w))
            return FALSE;
        OGRFeatureH feature = OGR_F_Create (OGR_L_GetLayerDefn (layer));
        gboolean shaped = cg_writer_set_geometry (feature, cells->shapes, c, FALSE);
        cg_writer_set_text (feature, UNIT_ID, table->id[c]);
        cg_writer_set_text (feature, REGION, table->region[c]);
        CgUnitKind kind = kind_of (table, c);
        cg_writer_set_text (feature, KIND, cg_unit_kind_name (kind));
        cg_writer_set_text (feature, COMPOUND, table->compound[c]);
        cg_writer_set_text (feature, GROUP, kind != CG_UNIT_DEDICATED ? table->group[c] : NULL);
        OGR_F_SetFieldInteger64 (feature, HOUSEHOLDS, table->households[c]);
        OGR_F_SetFieldInteger64 (feature, POPULATION, table->population[c]);
        OGR_F_SetFieldInteger (feature, ESTIMATED, table->estimated[c]);
        OGR_F_SetFieldInteger (feature, POPULATION_ESTIMATED, table->population_estimated[c]);
        cg_writer_set_text (feature, CONTENT, cg_cell_content_name (cells->content[c]));
        OGR_F_SetFieldInteger64 (feature, BLOCK, cells->block[c] + 1);
        OGR_F_SetFieldInteger64 (feature, BUILDINGS, cells->buildings[c]);
        cg_writer_set_number (feature, AREA, cells->area_m2[c]);
        if (!cg_writer_add_feature (w->writer, layer, feature) || !shaped)
            return FALSE;
    }
    return layer != NULL;
}

/* Each part of line i as a shape of its own. */
static void
add_parts (CgShapes *to, const CgShapes *from, guint32 i)
{
    for (guint32 p = from->shape_part[i]; p < from->shape_part[i + 1]; p++) {
        guint32 ring = from->part_ring[p];
        for (guint32 v = from->ring_vertex[ring]; v < from->ring_vertex[ring + 1]; v++)
            cg_shapes_add_vertex (to, from->x[v], from->y[v]);
        cg_shapes_end_ring (to);
        cg_shapes_end_part (to);
        cg_shapes_end_shape (to);
    }
}

/* What leads over and below borders, as the lines that were delivered. */
static gboolean
write_ways (Writing *w, OGRLayerH layer)
{
    const CgBarriers *ways = w->table->ways;
    CgBox own = cg_shapes_box_all (w->table->cells->shapes);
    for (guint32 i = 0; ways != NULL && i < ways->n; i++) {
        CgBox box = cg_shapes_box (ways->lines, i);
        if ((ways->class[i] != CG_BARRIER_BRIDGE && ways->class[i] != CG_BARRIER_TUNNEL) ||
            !ways->passable[i] || !cg_box_meets (&box, &own))
            continue;
        g_autoptr (CgShapes) parts = cg_shapes_new (CG_SHAPES_LINE);
        add_parts (parts, ways->lines, i);
        for (guint32 p = 0; p < parts->n_shapes; p++) {
            if (!may_go_on (w))
                return FALSE;
            OGRFeatureH feature = OGR_F_Create (OGR_L_GetLayerDefn (layer));
            gboolean shaped = cg_writer_set_geometry (feature, parts, p, FALSE);
            cg_writer_set_text (feature, 2, cg_barrier_name (ways->class[i]));
            OGR_F_SetFieldInteger (feature, 3, TRUE);
            if (!cg_writer_add_feature (w->writer, layer, feature) || !shaped)
                return FALSE;
        }
    }
    return TRUE;
}

static gboolean
write_borders (Writing *w)
{
    static const CgColumn columns[] = {
        { "left_id", OFTString },
        { "right_id", OFTString },
        { "class", OFTString },
        { "passable", OFTInteger },
    };
    const CgCellTable *table = w->table;
    const CgCells *cells = table->cells;
    OGRLayerH layer =
        cg_writer_add_layer (w->writer, "borders", wkbLineString, columns, G_N_ELEMENTS (columns));
    for (guint32 b = 0; layer != NULL && b < cells->n_borders; b++) {
        if (!may_go_on (w))
            return FALSE;
        OGRFeatureH feature = OGR_F_Create (OGR_L_GetLayerDefn (layer));
        gboolean shaped = cg_writer_set_geometry (feature, cells->borders, b, FALSE);
        cg_writer_set_text (feature, 0, table->id[cells->left[b]]);
        cg_writer_set_text (feature, 1, table->id[cells->right[b]]);
        cg_writer_set_text (feature, 2, cg_barrier_name (cells->class[b]));
        OGR_F_SetFieldInteger (feature, 3, cells->passable[b]);
        if (!cg_writer_add_feature (w->writer, layer, feature) || !shaped)
            return FALSE;
    }
    return layer != NULL && write_ways (w, layer);
}

static gboolean
write_buildings (Writing *w)
{
    static const CgColumn columns[] = {
        { "building_id", OFTString },
        { "row", OFTInteger64 },
        { "unit_id", OFTString },
        { "households", OFTInteger64 },
        { "estimated", OFTInteger },
        { "part_of", OFTInteger64 },
    };
    const CgCellTable *table = w->table;
    const CgCells *cells = table->cells;
    OGRLayerH layer =
        cg_writer_add_layer (w->writer, "buildings", wkbNone, columns, G_N_ELEMENTS (columns));
    for (guint32 i = 0; layer != NULL && i < cells->n_buildings; i++) {
        if (!may_go_on (w))
            return FALSE;
        OGRFeatureH feature = OGR_F_Create (OGR_L_GetLayerDefn (layer));
        guint32 cell = cells->cell_of[i];
        cg_writer_set_text (feature, 0, table->building_id[i]);
        OGR_F_SetFieldInteger64 (feature, 1, table->building_row[i]);
        cg_writer_set_text (feature, 2, cell != CG_NONE ? table->id[cell] : NULL);
        if (cell != CG_NONE) {
            OGR_F_SetFieldInteger64 (feature, 3, table->building_households[i]);
            OGR_F_SetFieldInteger (feature, 4, table->estimated[cell]);
        }
        if (cells->same_as[i] != i)
            OGR_F_SetFieldInteger64 (feature, 5, table->building_row[cells->same_as[i]]);
        if (!cg_writer_add_feature (w->writer, layer, feature))
            return FALSE;
    }
    return layer != NULL;
}

gboolean
cg_export_cells (const char *path, const CgCellTable *table, const CgExportStamp *stamp,
                 const CgProgress *progress, GCancellable *cancel, GError **error)
{
    g_auto (CgTarget) target = { NULL };
    g_auto (CgWriter) writer = { NULL };
    const CgCells *cells = table->cells;
    Writing w = { .writer = &writer,
                  .table = table,
                  .progress = progress,
                  .cancel = cancel,
                  .total = (guint64) cells->n + cells->n_borders + cells->n_buildings };
    if (!cg_target_init (&target, path, ".gpkg", error))
        return FALSE;
    cg_writer_begin (&writer);
    if (!cg_writer_set_crs (&writer, &target, table->crs, error))
        return FALSE;
    gboolean written = cg_writer_create (&writer, target.draft) && write_cells (&w) &&
                       write_borders (&w) && write_buildings (&w) &&
                       cg_writer_add_run (&writer, stamp);
    if (written || !g_cancellable_is_cancelled (cancel))
        return cg_writer_finish (&writer, &target, written, error);
    cg_writer_finish (&writer, &target, FALSE, NULL);
    g_set_error (error, CG_ERROR, CG_ERROR_CANCELLED, "%s: stopped; nothing was written", path);
    return FALSE;
}
