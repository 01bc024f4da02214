/* Buildings as outlines or points, with what tells how many people live there. */
#ifndef CG_MODEL_BUILDINGS_H
#define CG_MODEL_BUILDINGS_H

#include "model/units.h"

typedef struct {
    guint32 n;
    char **id;    /* [n] may repeat                                                */
    guint32 *key; /* [n] equal for equal ids; CG_NONE where the file has none      */
    double *households, *population, *levels, *height_m; /* [n] NaN: not known             */
    guint8 *dwelling;          /* [n] FALSE: garage, barn, school, factory, ...                 */
    guint32 *compound, *group; /* [n] ids into names, or CG_NONE                           */
    CgNames *compounds, *groups;
    guint32 *row;       /* [n] row in the file                                           */
    CgShapes *outlines; /* AREA [n], empty where the row is a point; working CRS         */
    CgShapes *points;   /* POINT [n], empty where the row is an area                     */
    gboolean has_households, has_population; /* somebody has counted                       */
    guint32 n_bad_values; /* cells that are no number: taken as not known                  */
    char *delivered_crs, *working_crs;
} CgBuildings;

/* n rows, dwellings of which nothing is known; ids NULL, shapes without a row. */
CgBuildings *cg_buildings_new (guint32 n);
void cg_buildings_free (CgBuildings *buildings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgBuildings, cg_buildings_free)

#endif
