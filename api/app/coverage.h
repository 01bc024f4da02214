/* Use case: what cameras see of each grid of a plan, and how far its people have to the nearest service point. */
#ifndef CG_APP_COVERAGE_H
#define CG_APP_COVERAGE_H

#include <jansson.h>

#include "base/progress.h"
#include "store/store.h"

typedef struct {
    gint64 plan;       /* 0: the one in force, else the newest draft                              */
    double cell_m;     /* of the ground that is looked at; analyse/coverage.h                     */
    double range_m, fov_deg; /* of cameras whose own are not known; NaN: county.ini               */
    double minutes, speed_m_min; /* "near": within so many minutes on foot; NaN: county.ini       */
    const char *kind;  /* only service points of this kind; NULL: all                             */
} CgCoverageJob;

/* One row a grid, by code. Columns are not finite where there is nothing to tell: no camera or no service point in the
 * whole county, no household in the grid. */
typedef struct {
    guint32 n;
    char **code, **name;
    double *households, *cameras;
    double *open_m2, *seen_m2, *seen_share;
    double *buildings, *buildings_seen;
    double *mean_minutes, *most_minutes; /* by household; of the unit that is furthest with households    */
    double *near_share;                  /* of the households                                     */
    /* What the shares are made of, so that places above a grid can be added up. */
    double *housed, *housed_seen;        /* households of its buildings, where a building's are known; of those in view */
    double *walked, *walked_minutes;     /* households with a way; sum of their minutes           */
    double *far;                         /* households beyond `minutes`                           */
    CgShapes *shapes;                    /* working CRS; borrowed from grids                      */
    CgGrids *grids;
    gint64 plan, data_version;
    char *crs;
    CgCoverageJob job; /* with the numbers that were taken; kind is borrowed                      */
    guint32 n_cameras, n_assumed;    /* cameras with a place; of them: range or opening assumed   */
    guint32 cameras_outside, n_services, n_roads;
    double open_urban_m2, seen_urban_m2; /* sums over urban grids */
    double households_total, households_near;
} CgCoverageReport;

void cg_coverage_report_free (CgCoverageReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgCoverageReport, cg_coverage_report_free)

/* Cameras without a bearing look all round. Buildings stand in the way where the county has outlines; roads are its
 * barriers of the classes arterial, street and alley (analyse/reach.h).
 * Errors  NOT_FOUND no plan, neither cameras nor service points, or no service point of that kind (names those there
 *         are); ARGUMENT; CANCELLED; those of the store */
CgCoverageReport *cg_coverage_report_run (CgStore *store, const CgCoverageJob *job,
                                          const CgProgress *progress, GCancellable *cancel,
                                          GError **error);
/* .csv or .xlsx (a sheet), .gpkg or .geojson (the grids with the same columns).
 * Errors  those of cg_export_sheet and cg_export_layer */
gboolean cg_coverage_report_write (const CgCoverageReport *report, const char *path, GError **error);

#endif
