/* A made-up county of any size, from a seed: no real person, place or address in it. */
#ifndef CG_SAMPLE_H
#define CG_SAMPLE_H

#include "base/progress.h"
#include "model/places.h"
#include "model/regions.h"
#include "model/units.h"

typedef struct {
    const char *name, *title; /* "wuqi", "吴起型: 9 towns, 99 villages ..." */
} CgSamplePreset;
const CgSamplePreset *cg_sample_presets (void); /* ends with name == NULL; first is the default */

typedef struct {
    char *county_code, *county_name, *working_crs;
    CgRegions *regions;
    CgCompounds *compounds;
    CgUnits *units;
    CgBarriers *barriers;  /* roads, river, railway, buildings */
    CgPlaces *incidents, *cameras, *services;
} CgSample;

/* until_s  end of the incident history (seconds UTC); incidents cover the `days` days before it. The engine has no
 *          clock: the caller says. Same preset, seed, until_s and days give the same tables bit for bit.
 * Errors   NOT_FOUND preset; CANCELLED */
CgSample *cg_sample_run (const char *preset, guint64 seed, gint64 until_s, guint days,
                         const CgProgress *progress, GCancellable *cancel, GError **error);
void cg_sample_free (CgSample *sample);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgSample, cg_sample_free)

#endif
