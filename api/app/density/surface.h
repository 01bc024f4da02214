/* What every command that smooths events asks for: kernel, bandwidth, edge correction. */
#ifndef CG_APP_SURFACE_H
#define CG_APP_SURFACE_H

#include <jansson.h>

#include "analyse/adaptive.h"
#include "analyse/bandwidth.h"
#include "import/import.h"

typedef struct {
    CgKernel kernel;
    double bandwidth_m; /* 0: by the rule                                                  */
    CgBandwidthRule rule;
    gboolean adaptive; /* each event its own width; the bandwidth is the global one and the pilot's */
    CgEdge edge;
    const char *boundary; /* areas, FILE or FILE:LAYER: region of edge correction; NULL: a box */
} CgSurfaceOptions;

/* What density.h needs, found from the options. */
typedef struct {
    CgKeyedAreas *areas;     /* of the boundary; NULL without                    */
    CgDensityRegion *region; /* NULL without edge correction                     */
    double bandwidth_m;
    double *own_bandwidth_m; /* [points]; NULL: one for all                      */
    CgAdaptive adaptive;
} CgSurface;

/* Reads the boundary, where there is one, into the CRS of the points.
 * Errors  those of cg_import_keyed_areas */
gboolean cg_surface_read (const CgSurfaceOptions *options, const char *working_crs,
                          CgSurface *surface, GError **error);
/* The region of edge correction: boundary or box. Errors those of cg_density_region_new */
gboolean cg_surface_set_region (const CgSurfaceOptions *options, const CgBox *box,
                                CgSurface *surface, GError **error);
/* The global bandwidth. Errors those of cg_bandwidth_find */
gboolean cg_surface_find_bandwidth (const CgSurfaceOptions *options, const CgPlaces *points,
                                    const CgProgress *progress, GCancellable *cancel,
                                    CgSurface *surface, GError **error);
/* Each event's own, none below least_m; nothing to do where one serves all.
 * Errors  ARGUMENT uniform correction with own bandwidths; those of cg_adaptive_bandwidths */
gboolean cg_surface_adapt (const CgSurfaceOptions *options, const CgPlaces *points, double least_m,
                           CgSurface *surface, GError **error);
void cg_surface_fill (const CgSurfaceOptions *options, const CgSurface *surface,
                      CgDensityOptions *out);
void cg_surface_done (CgSurface *surface);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CgSurface, cg_surface_done)

/* Adds bandwidth_m, rule ("given" or a rule's name), kernel, edge, and with own bandwidths
 * adaptive {least_m, most_m, trimmed, raised}. */
void cg_surface_report (const CgSurfaceOptions *options, const CgSurface *surface, json_t *report);

/* Of --bandwidth: metres, a rule, "adaptive" or "adaptive:METRES|RULE". NULL: the automatic rule.
 * Errors  ARGUMENT */
gboolean cg_surface_parse_bandwidth (const char *text, CgSurfaceOptions *out, GError **error);
/* Of --kernel and --edge; NULL keeps what out holds. Errors ARGUMENT names all that are known. */
gboolean cg_surface_parse_names (const char *kernel, const char *edge, CgSurfaceOptions *out,
                                 GError **error);
/* Metres above 0 and at most max; "m" allowed. */
gboolean cg_parse_metres (const char *text, double max, double *out);

#endif
