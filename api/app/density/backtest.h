/* Use case: which map of the past would have said where events happened afterwards? */
#ifndef CG_APP_BACKTEST_H
#define CG_APP_BACKTEST_H

#include <jansson.h>

#include "app/density/points.h"
#include "app/density/surface.h"

#define CG_BACKTEST_MAX_CELLS 4000000u
#define CG_BACKTEST_MAX_MAPS 32u

typedef struct {
    CgPointsFile points;     /* weight and working_crs NULL                                       */
    const char *output;      /* .csv                                                              */
    const char *report;      /* NULL: none                                                        */
    gint64 split_s;          /* events before it make the maps, the others judge them             */
    gint64 since_s, until_s; /* CG_TIME_NONE: open end                                        */
    const char *grids;       /* places: areas, FILE or FILE:LAYER; NULL: cells                    */
    const char *score;       /* column of the grids that is a map of its own; or NULL             */
    const char *boundary;    /* cells whose centre lies in these areas; NULL: box of the events  */
    double cell_m;           /* side of a cell                                                    */
    guint n_maps;           /* densities to try, at most CG_BACKTEST_MAX_MAPS                     */
    CgSurfaceOptions *maps; /* [n_maps] edge none, no boundary                                */
    guint n_shares;
    const double *share; /* [n_shares] of the ground, inside (0, 1]                           */
} CgBacktestFile;

/* CSV: one line for each map and share: map ("counts", "score", "density gaussian 500 m"), share,
 * places (chosen), area_share, events (that fell into them), hit_rate, pai, pai_most, pei, rri
 * (analyse/backtest.h). Density is taken at the middle of a place (areas: their centroid).
 * out_report (may be NULL): rows, without_place, without_time, before, after, outside {before,
 * after}, places, cell_m, maps [map, bandwidth_m, pai by share], best (map of the highest mean
 * pei), version.
 * Errors  INPUT no event before or after the split; ARGUMENT too many cells, ranges; those of the
 *         readers, of density and of cg_backtest_run */
gboolean cg_backtest_file (const CgBacktestFile *job, CgImportReport *import_report,
                           const CgProgress *progress, GCancellable *cancel, json_t **out_report,
                           GError **error);

#endif
