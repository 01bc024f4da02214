/* Use case: units in, a division into grids out, with its report. */
#ifndef CG_APP_SPLIT_H
#define CG_APP_SPLIT_H

#include <jansson.h>

#include "app/cells/cell_columns.h"
#include "base/progress.h"
#include "graph/crossing.h"
#include "import/report.h"
#include "model/grids.h"
#include "partition/partition.h"

typedef struct {
    CgPartitionOptions partition;
    gboolean by_population;     /* bounds are of population instead of households              */
    guint32 population_min, population_max; /* bounds of the population beside those of the
                                               households, when population_max > 0              */
    const CgBarriers *barriers; /* may be NULL                                                 */
    const guint8 *made;         /* [units] TRUE: a cell, whose borders run along cell_borders (and
                                   not along barriers); NULL: none is                          */
    const CgBarriers *cell_borders; /* with made                                             */
    double snap_m;              /* CgGraphOptions; CG_GRAPH_SNAP_M is the usual value          */
    double crossing_max_m; /* longest crossing between pieces of a community (CgCrossingOptions);
                              0: the usual (a county: its own); negative: none             */
    guint32 micro_min, micro_max; /* households of a micro-unit; micro_max 0: no micro-units   */
    gboolean micro_county;        /* of a county: micro-units as county.ini has them           */
    const char *weights; /* "balance=0.5,street=0.5" over the defaults (a county: over county.ini);
                            may be NULL                                                    */
    gboolean pareto;       /* weigh changes against the old plan at several prices: points */
    double moved_at_most;  /* with pareto: share 0..1 of households; negative: the fewest  */
    const CgCellsSettings *cells; /* a county: how units are made from buildings; NULL: as usual */
    gint64 keep_plan;      /* a county: the old plan (CG_KEEP_IN_FORCE: that in force); 0: none */
    const CgNames *used_codes; /* that no new grid may get when old ones keep theirs; may be NULL */
    const char *options_text;   /* the command's options, one line, for the stamp; may be NULL */
} CgSplitOptions;

#define CG_KEEP_IN_FORCE (-1)

/* One way to weigh changes against the old plan, over urban units. */
typedef struct {
    guint64 moved, violation; /* households, or people where the bounds are of people */
    double moved_share;       /* of those that have an old grid                       */
    guint32 exceptions, grids;
    double boundary_m;
} CgSplitPoint;

typedef struct {
    guint32 part;       /* of CgSplit.parts                     */
    double metres;
    const char *reason; /* "rule": a villager group or dedicated area is one grid; "bounds": proved that
                           every plan in range has such a grid; "unproved"; "keep": in the old plan */
} CgSplitInside;

typedef struct {
    CgGraph *graph;
    CgParts *parts;
    CgGrids *grids;
    char *plan_hash; /* cg_plan_hash */
    guint64 moved_households;
    double border_on_barrier; /* 0..1, NaN where no barriers were given */
    double beyond_lines_m;    /* of the border, outside the hull of all lines: where none could be */
    CgPartitionVisible *visible; /* how much could be; NULL without barriers and with a deadline */
    double internal_boundary_m;
    guint32 links;         /* pairs that share border length (or, see corner_links, two points) */
    guint32 corner_links;  /* of these: pairs that only meet in two or more points; never used to
                              connect a grid */
    GArray *ways;          /* of CgCrossing by row: bridges and tunnels between units that share no
                              border (graph/ways.h)                                          */
    GArray *crossings;     /* of CgCrossing by row: those that hold a grid together           */
    GArray *all_crossings; /* those that might have been                                     */
    GArray *inside;        /* of CgSplitInside: grids with both sides of an impassable barrier  */
    GArray *points;        /* of CgSplitPoint, fewest moved first; NULL without pareto          */
    guint taken;           /* index of the one that the plan is                                 */
    guint32 multipart;     /* grids that are several polygons on the map                    */
    guint32 pieces_apart;  /* urban pieces too far from the rest of their community to be joined */
    guint32 compounds_cut; /* compounds whose urban units lie in several grids */
    guint32 violations;
    CgPartitionWeights weights; /* that were used */
    gboolean timed_out;         /* the deadline ended or hurried a search or a proof */
    gboolean interrupted;       /* so did partition.hurry                            */
    double graph_s, solve_s, grids_s, micro_s;
} CgSplit;

/* Divides units by their kind: urban units of a region by households; rural units one grid a
 * villager group, dedicated units one grid an area. Pieces of a community, of a group or of an area,
 * by nature or since another area lies between, are joined by their shortest crossings before they
 * are divided; what lies too far for that is a piece by itself, with a certificate that says so.
 *
 * Deadline partition.deadline_s holds all of this together: the searches (solve, old plan and its points,
 *          shape, proofs, micro-units) get what the graph and the polygons, which take what they take,
 *          leave of it. A plan comes out in any case; timed_out says that the clock had a say in it
 * Hurry    partition.hurry, once cancelled, ends the searches: the plan is what they have found. Before
 *          they begin it stops the work as cancel does
 * Errors   those of cg_graph_build, cg_partition_run, cg_grid_build; ARGUMENT weights; CANCELLED;
 *          GEOMETRY when the result is not a partition
 * Promise  checked before it returns: every unit in one grid, grids connected, sums equal */
CgSplit *cg_split_run (const CgUnits *units, const CgSplitOptions *options,
                       const CgProgress *progress, GCancellable *cancel, GError **error);
/* What stops the work before there is anything to be in a hurry for. (borrowed; may be NULL) */
GCancellable *cg_split_before_search (const CgSplitOptions *options, GCancellable *cancel);
/* Weights of the caller over those that partition brings (a county's) or the defaults.
 * Errors   ARGUMENT a name or a value; shape beside certify */
gboolean cg_split_weights (const CgSplitOptions *options, CgPartitionWeights *out, GError **error);

void cg_split_free (CgSplit *split);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgSplit, cg_split_free)

/* Figures of what is proved of a grid (units by id), or null; and what is proved of the communities.
 * docs/data-dictionary.md lists the fields. (transfer full) */
json_t *cg_split_proof_json (const CgUnits *units, const CgSplit *split, guint32 grid,
                             gboolean by_population);
json_t *cg_split_bounds_json (const CgUnits *units, const CgParts *parts);

/* REPORT.json of design.md section 4. read_s, write_s: seconds spent by the caller. (transfer
 * full) */
json_t *cg_split_report (const CgUnits *units, const CgSplit *split, const CgSplitOptions *options,
                         double read_s, double write_s);

/* {"balance": 1.0, ...} (transfer full) */
json_t *cg_split_weights_json (const CgPartitionWeights *weights);

/* File to file. */
typedef struct {
    const char *input, *output, *layer, *report; /* report may be NULL */
    const char *pareto; /* file for the points, with split.pareto; may be NULL */
    const char *id, *households, *population, *within, *compound,
        *keep;            /* columns; may be NULL except households */
    const char *kind;     /* column of urban, rural, dedicated; NULL: found by its name; "": none, all
                             units are urban                                                      */
    const char *group;    /* column of villager groups and dedicated areas; NULL: found by its name
                             (an area: else its compound); "": none                               */
    const char *barriers; /* FILE or FILE:LAYER, may be NULL */
    double wide_water_m;  /* its areas of water so wide are not passable (graph/ways.h); 0: none is */
    const char *crs, *encoding;
    CgSplitOptions split;
} CgSplitFile;

/* Kinds are those of cg_split_run, where the file has them; a villager group or an area counts within
 * its community, named by --within or not.
 *
 * import_report gets the findings about the input. out_report (may be NULL) gets the report.
 * Errors  those of cg_import_units, cg_import_barriers, cg_split_run and cg_export_grids; INPUT no people
 *         to divide by, no unit with a grid of the old plan; IO */
gboolean cg_split_file (const CgSplitFile *job, CgImportReport *import_report,
                        const CgProgress *progress, GCancellable *cancel, json_t **out_report,
                        GError **error);

#endif
