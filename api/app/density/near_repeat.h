/* Use case: are events near each other in space also near in time? */
#ifndef CG_APP_NEAR_REPEAT_H
#define CG_APP_NEAR_REPEAT_H

#include <jansson.h>

#include "analyse/knox.h"
#include "app/density/points.h"

typedef struct {
    CgPointsFile points; /* weight and working_crs NULL */
    const char *output;  /* .csv                        */
    const char *report;  /* NULL: none                  */
    CgKnoxOptions knox;
} CgNearRepeatFile;

/* CSV: one line for each pair of bands, space first: space_m, time_d ("[0,1)", "[301,Inf)"), pairs,
 * expected, ratio, p. Rows without a place or a time are left out and counted.
 * out_report (may be NULL): rows, events, without_place, without_time, method, distance, space_m,
 * time_d, replicates, seed, pairs, cells [with p <= 0.05, more than expected], version.
 * Errors  INPUT no event with a place and a time; those of the readers and of cg_knox_run */
gboolean cg_near_repeat_file (const CgNearRepeatFile *job, CgImportReport *import_report,
                              const CgProgress *progress, GCancellable *cancel, json_t **out_report,
                              GError **error);

#endif
