/* Micro-units (微网格): each grid divided once more, into connected sets of whole units with the
 * households of a courtyard or a staircase (5-15). */
#ifndef CG_APP_MICRO_H
#define CG_APP_MICRO_H

#include "app/split/split.h"

/* Share of the time to search that is kept back for them. */
#define CG_MICRO_SHARE 0.2

/* Fills grids->micro by the same splitter, with each grid as a community, at little effort: a county
 * has tens of thousands of them. A unit above the upper bound stays whole, with that as its reason.
 *
 * crossings  of CgCrossing by row: those that hold grids in pieces together
 * options    micro_min, micro_max, and seed, threads of partition; effort is their own
 * search_s   seconds to search for; 0: no limit
 * Codes      the grid's, then 001, 002, ... in the order in which grids of a community are numbered
 * out        timed_out: that limit ended a search early; only ever set
 * Errors     ARGUMENT micro_min over micro_max; those of cg_partition_run and cg_grid_build;
 *            GEOMETRY the result is not a partition
 * Promise    every unit in one micro-unit, each inside one grid and connected */
gboolean cg_micro_divide (const CgUnits *units, const CgGraph *graph, const GArray *crossings,
                          const CgSplitOptions *options, double search_s, CgGrids *grids,
                          gboolean *out_timed_out, const CgProgress *progress,
                          GCancellable *cancel, GError **error);

/* {"range", "target", "units", "in_range", "below", "above", "certified", "unknown",
 * "coarse_units": units above the bound by themselves, "coarse_households": what they hold,
 * "mean_households"} (transfer full) */
json_t *cg_micro_report (const CgUnits *units, const CgGrids *grids, const CgSplitOptions *options);

#endif
