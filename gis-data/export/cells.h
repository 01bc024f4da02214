/* Cells as a file that `countygrid split` takes: units and the barriers along their borders. */
#ifndef CG_EXPORT_CELLS_H
#define CG_EXPORT_CELLS_H

#include "base/progress.h"
#include "cells/cells.h"
#include "export/export.h"

/* Columns beside the cells; all borrowed. */
typedef struct {
    const CgCells *cells;
    const char *crs;           /* of cells->shapes; as in cg_export_grids                   */
    char *const *id;           /* [cells->n]                                                */
    const char *const *region; /* [cells->n] code of the community                          */
    const char *const *compound, *const *group; /* [cells->n] or NULL in them               */
    const guint8 *village; /* by cells->region: its cells are rural; or NULL                */
    const guint8 *dedicated; /* by cells->compound: its cells are; or NULL                  */
    const guint32 *households, *population;     /* [cells->n]                               */
    const guint8 *estimated;                    /* [cells->n] households are an estimate    */
    const guint8 *population_estimated;         /* [cells->n] people are                    */
    char *const *building_id;                   /* [cells->n_buildings]                     */
    const guint32 *building_row;                /* [cells->n_buildings]                     */
    const guint32 *building_households;         /* [cells->n_buildings]                     */
    const CgBarriers *ways; /* in the plane of cells: rows of class BRIDGE and TUNNEL that may be
                               walked and meet the cells become borders of no cell; or NULL    */
} CgCellTable;

/* A GeoPackage with the layers
 *
 *   cells      unit_id, region, kind (dedicated in such a compound, rural in a villager group or a
 *              village, else urban), compound,
 *              villager_group (of rural ones), households, population, estimated (0, 1: the households are),
 *              population_estimated (0, 1), content (built, empty, water), block, buildings,
 *              area_m2; Polygon
 *   borders    left_id, right_id, class (none, water, railway, arterial, street, alley, wall; bridge
 *              and tunnel: no border, left_id and right_id are null), passable; LineString: a file for
 *              `split --barriers`
 *   buildings  building_id, row, unit_id (null: outside), households (null: outside; those of a
 *              cell's buildings add up to its own), estimated, part_of (first row of the same building;
 *              null: the row is the first); no geometry
 *
 * Time stamps in the file are fixed.
 * Errors   IO cannot be written; INPUT unknown CRS; CANCELLED, then the file is as it was before */
gboolean cg_export_cells (const char *path, const CgCellTable *table, const CgExportStamp *stamp,
                          const CgProgress *progress, GCancellable *cancel, GError **error);

#endif
