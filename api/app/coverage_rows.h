/* Use case: what cameras see and how far services are, kept as measures of the plan in force, so that
 * screens, reports, tiles and features read rows and never work it out.
 *
 * Each measure is a part and the whole that it is a part of (value and base of measure rows), by grid,
 * community, town and county, of all time and all types: places above a grid are sums over sums. The
 * setting coverage/PLAN says which cameras, service points, buildings, roads and numbers of county.ini they
 * rest on; rows whose tables have changed since are given and said to be stale.
 */
#ifndef CG_APP_COVERAGE_ROWS_H
#define CG_APP_COVERAGE_ROWS_H

#include "app/coverage.h"

typedef enum {
    CG_COVERED_GROUND,     /* m² in view of a camera, of open ground              */
    CG_COVERED_BUILDINGS,  /* with an outer wall in view, of buildings             */
    CG_COVERED_HOUSEHOLDS, /* of these buildings, of households that buildings are known to have */
    CG_COVERED_WALK,       /* minutes to the nearest service point, summed over households */
    CG_COVERED_FAR,        /* households beyond the service circle, of households  */
    CG_COVERED_MOST,       /* minutes of the furthest unit with households; no base: the greatest counts */
    CG_N_COVERED
} CgCovered;
/* Name of the measure: "camera_ground", "camera_buildings", "camera_households", "service_walk",
 * "service_far", "service_most". */
const char *cg_covered_name (CgCovered covered);

typedef enum {
    CG_COVERAGE_NONE,   /* not worked out yet, or nothing to work out: neither cameras nor service points */
    CG_COVERAGE_FRESH,
    CG_COVERAGE_STALE,  /* something it rests on has changed since                 */
    CG_COVERAGE_FAILED, /* cannot be worked out: problem says why                  */
} CgCoverageState;
const char *cg_coverage_state_name (CgCoverageState state); /* "none", "fresh", "stale", "failed" */

typedef struct {
    CgCoverageState state;
    gboolean wanted;            /* there is something to work out that is not there          */
    char *changed;              /* of STALE: "camera, barrier": tables, "config", "plan"; else NULL */
    char *problem;              /* of FAILED, else NULL                                      */
    gint64 plan, data_version;  /* of the data that it was worked out from; 0: never         */
    guint32 n_cameras, n_assumed, n_services, n_roads;
    double minutes, speed_m_min, cell_m; /* of the service circle; of the lattice            */
} CgCoverageFacts;
void cg_coverage_facts_free (CgCoverageFacts *facts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgCoverageFacts, cg_coverage_facts_free)

/* What is known of the coverage of a plan, without its rows. Errors NOT_FOUND plan; those of the store */
CgCoverageFacts *cg_coverage_facts_load (CgStore *store, gint64 plan, GError **error);

/* The rows of one level. part and whole by place; NaN where nothing is known (no camera or service point in the
 * county, no household, no building there). */
typedef struct {
    guint32 n;
    double *part[CG_N_COVERED], *whole[CG_N_COVERED]; /* [n] */
} CgCoverageRows;
CgCoverageRows *cg_coverage_rows_new (guint32 n); /* all NaN */
void cg_coverage_rows_free (CgCoverageRows *rows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgCoverageRows, cg_coverage_rows_free)
/* codes[n] of places of that level, each once; other rows are passed over. Errors those of the store */
CgCoverageRows *cg_coverage_rows_load (CgStore *store, gint64 plan, CgLevel level, guint32 n, char *const *codes,
                                       GError **error);
/* The same into rows that are there: codes[rows->n], of places of several levels in turn. Errors those of the store */
gboolean cg_coverage_rows_read (CgStore *store, gint64 plan, CgLevel level, char *const *codes,
                                CgCoverageRows *rows, GError **error);
/* part / whole; of CG_COVERED_MOST the part. NaN without a whole. */
double cg_coverage_rows_value (const CgCoverageRows *rows, CgCovered covered, guint32 place);
/* Open ground that no camera sees, to the square decimetre as the ground is stored; NaN where nothing is known. */
double cg_coverage_rows_blind_m2 (const CgCoverageRows *rows, guint32 place);

/* ---- working out ---------------------------------------- */
typedef struct _CgCoverageWork CgCoverageWork;

/* NULL without error: no plan is in force, or what is stored is fresh, or it failed on the same data before.
 * store may be open for reading. Wrong cameras (CG_ERROR_ARGUMENT, LIMIT, GEOMETRY of cg_coverage_report_run) are a
 * result: they are stored as the problem.
 * Errors CANCELLED; those of the store */
CgCoverageWork *cg_coverage_work_new (CgStore *store, const CgProgress *progress, GCancellable *cancel,
                                      GError **error);
void cg_coverage_work_free (CgCoverageWork *work);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgCoverageWork, cg_coverage_work_free)
/* NULL, or why nothing could be worked out. Borrowed. */
const char *cg_coverage_work_problem (const CgCoverageWork *work);
/* Several verbs: inside a group. What changed since the work was begun makes it worthless: nothing is stored and
 * out_stored (may be NULL) is FALSE. Errors those of the store */
gboolean cg_coverage_work_put (const CgCoverageWork *work, CgStore *store, gboolean *out_stored, GError **error);

/* Works out and stores what is not fresh, in a group of its own.
 * out_problem  NULL, or why nothing could be worked out (transfer full); may be NULL
 * Errors       CANCELLED what was stored before stays, as stale; those of the store */
gboolean cg_coverage_update (CgStore *store, const CgProgress *progress, GCancellable *cancel, char **out_problem,
                             GError **error);

#endif
