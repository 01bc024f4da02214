/* Use case: clusters of points by distance alone, each with its outline. */
#ifndef CG_APP_CLUSTERS_H
#define CG_APP_CLUSTERS_H

#include <jansson.h>

#include "app/density/points.h"

typedef enum { CG_CLUSTERS_DBSCAN, CG_CLUSTERS_NNH } CgClustersMethod;

typedef struct {
    CgPointsFile points; /* weight and working_crs NULL */
    const char *output;  /* .gpkg, .geojson, .csv       */
    const char *report;  /* NULL: none                  */
    CgClustersMethod method;
    double radius_m;    /* dbscan: above 0; nnh: 0 for what chance would give                  */
    guint32 min_points; /* dbscan: of a core, itself included; nnh: of a cluster of points     */
    double area_km2;    /* nnh, radius 0: where events can be; 0: the box of the points        */
    const char *options_text; /* for the stamp */
} CgClustersFile;

/* .gpkg, .geojson  layer `clusters`: cluster, order (nnh: 1 for clusters of points, then clusters
 * of those), parent (nnh: cluster it belongs to), points, x, y (mean, working metres), per_km2
 * (points over the area of the outline), outline .csv             id, x, y as delivered, cluster
 * (empty: in none): one line for each row Clusters are numbered from 1. out_report (may be NULL):
 * rows, points, method, radius_m, min_points, clusters, in_clusters, noise, no_area (nnh: true when chance gives no distance), orders [order,
 * clusters, threshold_m] (nnh), version. Errors  ARGUMENT ranges; those of the readers, of
 * clusters.h and of cg_export_layer */
gboolean cg_clusters_file (const CgClustersFile *job, CgImportReport *import_report,
                           const CgProgress *progress, GCancellable *cancel, json_t **out_report,
                           GError **error);

#endif
