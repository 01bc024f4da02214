/* What an old plan means for a new one: which grid continues which, and how much may move. */
#ifndef CG_APP_KEEP_H
#define CG_APP_KEEP_H

#include "app/split/split.h"
#include "store/store.h"

/* Fills units->keep with the grid codes of a plan, by unit id; units that it does not have stay
 * without.
 * Errors  NOT_FOUND; those of the store */
gboolean cg_keep_plan (CgStore *store, gint64 plan, CgUnits *units, GError **error);

/* Code that each part of a plan goes on with, or NULL, where the old grids were named by codes;
 * NULL when no part does. [parts->n_parts] borrowed from units->kept; free the list alone. */
const char **cg_keep_codes (const CgUnits *units, const CgParts *parts, gboolean by_population);

/* Runs cg_partition_pareto and takes one: of the points that move no more than the share
 * options->moved_at_most those with the least out of range, then the fewest grids out of range, then
 * the shortest boundary; the first point when all move more, or the share is negative. Points go to
 * split->points. (transfer full)
 * Errors  those of cg_partition_pareto */
CgParts *cg_keep_choose (const CgPartitionInput *input, const CgPartitionOptions *partition,
                         const CgSplitOptions *options, CgSplit *split, const CgProgress *progress,
                         GCancellable *cancel, GError **error);

/* The points and which one was taken. (transfer full) */
json_t *cg_keep_points_json (const CgSplit *split, const CgSplitOptions *options);

#endif
