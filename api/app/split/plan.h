/* Use cases around plans in a county: split, list, publish, export. */
#ifndef CG_APP_PLAN_H
#define CG_APP_PLAN_H

#include "app/attach.h"
#include "app/split/split.h"
#include "store/store.h"

/* Splits the county's units into a new draft plan. Bounds and weights come from the county's config
 * unless set in options (a zero maximum means "range from the config", a zero target beside it "target,
 * too"; weights there are changes to the
 * county's, partition.weights takes their place); barriers are the county's own, borders are
 * snapped at the usual distance. Communities without units get some from buildings first
 * (cells_county.h); the report tells of it under "cells".
 * Errors  INPUT no units and no buildings, or none that the plan to keep has; ARGUMENT a target outside
 *         the config's range; those of cg_county_units_load, cg_split_run and the store */
gboolean cg_plan_split (CgStore *store, const CgSplitOptions *options, const char *title,
                        const char *author, gint64 now_s, const CgProgress *progress,
                        GCancellable *cancel, gint64 *out_plan, json_t **out_report,
                        GError **error);

/* The newest plan of a state ("draft", "published", ...).
 * Errors  NOT_FOUND (and 0) there is none; those of the store */
gint64 cg_plan_newest (CgStore *store, const char *state, GError **error);

typedef enum {
    CG_PUBLISH_NONE = 0,
    CG_PUBLISH_STALE = 1 << 0, /* also a draft of units that were replaced since */
} CgPublishFlags;

/* Puts a plan in force from now_s on and attaches incidents and cameras to it, in one transaction;
 * the plan that was in force is archived. out_counts may be NULL.
 * Errors  CONFLICT the units have changed since the draft was made (without CG_PUBLISH_STALE);
 *         those of cg_store_publish_plan */
gboolean cg_plan_publish (CgStore *store, gint64 plan, CgPublishFlags flags, gint64 now_s,
                          const char *who, CgAttachCounts *out_counts, GError **error);

/* Writes the grids of a plan (0: in force, else newest draft) as GeoPackage with layers grids and
 * assignment, their outlines thinned by simplify_m (app/outline.h; 0: as they are).
 * Errors  NOT_FOUND no such plan; those of the store and of cg_export_grids */
gboolean cg_plan_export (CgStore *store, gint64 plan, double simplify_m, const char *path,
                         GError **error);

/* What changes from plan `from` to plan `to`, each with the units it was made from, matched by
 * unit id: grids of each, units and households that move to another grid code, by community; those
 * that only `to` has ("new") or only `from` has ("gone"). (transfer full)
 * Errors  NOT_FOUND no such plan; those of the store */
json_t *cg_plan_compare (CgStore *store, gint64 from, gint64 to, GError **error);

/* Independent check of a plan against the units that it was made from: violations, units, grids,
 * multipart_grids, crossings (of the plan's report: grids may be joined by them, and each must be
 * as long as its units are apart), first (text or null). (transfer full)
 * Errors  NOT_FOUND no such plan; those of cg_graph_build and the store. A plan that is no partition is
 *         a result */
json_t *cg_plan_check (CgStore *store, gint64 plan, GError **error);

#endif
