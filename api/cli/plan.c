#include "app/split/plan.h"

#include <math.h>
#include <string.h>

#include "app/county.h"
#include "app/coverage_rows.h"
#include "app/json.h"
#include "cells_options.h"

typedef struct {
    char *range, *report, *title, *output, *method, *weights, *micro, *by, *people, *keep, *pareto,
        *moved;
    int target, effort, threads;
    gint64 seed, plan;
    double deadline_s, crossing_m, simplify_m;
    gboolean certify, publish, stale;
    CgCliCells cells;
    double total;
} Options;

static void
options_done (Options *o)
{
    char *const texts[] = { o->range, o->report, o->title, o->output, o->method, o->weights,
                            o->micro, o->by,     o->people, o->keep,  o->pareto, o->moved };
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        g_free (texts[i]);
    cg_cli_cells_done (&o->cells);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_done)

/* ---- split
 * ---------------------------------------------------------------------------------------------- */

/* --keep PLAN: a number, or "force". */
static gboolean
fill_keep (const Options *o, CgSplitOptions *split, GError **error)
{
    if (g_strcmp0 (o->keep, "force") == 0)
        split->keep_plan = CG_KEEP_IN_FORCE;
    else if (o->keep != NULL
             && !g_ascii_string_to_signed (o->keep, 10, 1, G_MAXINT64, &split->keep_plan, NULL)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "--keep: '%s' is neither the number of a plan nor the word force", o->keep);
        return FALSE;
    }
    return cg_cli_check_pareto (o->pareto, o->moved, o->keep != NULL, &split->pareto,
                                &split->moved_at_most, error);
}

static gboolean
fill_split (const Options *o, CgSplitOptions *split, GError **error)
{
    CgPartitionOptions *p = &split->partition;
    if (!cg_cli_check_number ("--seed", o->seed, 0, G_MAXINT64, error) ||
        !cg_cli_check_number ("--effort", o->effort, 1, 100, error) ||
        !cg_cli_check_number ("--threads", o->threads, 0, 256, error) ||
        !cg_cli_check_method (o->method, error) ||
        !cg_cli_check_deadline (o->deadline_s, error))
        return FALSE;
    *p = (CgPartitionOptions){ .seed = (guint64) o->seed,
                               .effort = (guint) o->effort,
                               .deadline_s = o->deadline_s,
                               .threads = (guint) o->threads,
                               .certify = o->certify,
                               .method = o->method };
    split->weights = o->weights;
    split->micro_county = g_strcmp0 (o->micro, "county") == 0;
    if (!split->micro_county &&
        !cg_cli_parse_micro (o->micro, &split->micro_min, &split->micro_max, error))
        return FALSE;
    if (!cg_cli_parse_by (o->by, &split->by_population, error) ||
        !cg_cli_parse_people (o->people, split->by_population, &split->population_min,
                              &split->population_max, error))
        return FALSE;
    if (!fill_keep (o, split, error) ||
        !cg_cli_check_crossing (o->crossing_m, &split->crossing_max_m, error))
        return FALSE;
    gboolean any = o->target == CG_CLI_NO_TARGET;
    if (o->range == NULL) { /* the county's, which the target must fit too */
        p->target = any ? 0 : (guint32) MAX (o->target, 0);
        return any || cg_cli_check_number ("--target", o->target, 1, G_MAXINT32, error);
    }
    if (!cg_cli_parse_range (o->range, &p->min, &p->max, error) ||
        !cg_cli_check_target (o->target, p->min, p->max, error))
        return FALSE;
    p->target = any ? p->min + (p->max - p->min) / 2 : (guint32) o->target;
    return TRUE;
}

static gboolean
fill_cells (const Options *o, CgCellsSettings *cells, GError **error)
{
    if (!cg_cli_cells_settings (&o->cells, cells, error))
        return FALSE;
    cells->total = o->total;
    if (isnan (o->total) || (o->total >= 0 && o->total <= 1e9))
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "--total: %g is not from 0 to 1e9", o->total);
    return FALSE;
}

static void
say_cells (const CgCli *cli, const json_t *report, gboolean has_report)
{
    const json_t *cells = json_object_get (report, "cells");
    if (cells == NULL)
        return;
#define FIGURE(key) ((long long) json_integer_value (json_object_get (cells, key)))
    if (!json_is_true (json_object_get (cells, "kept")))
        cg_cli_say (cli,
                    "%lld units of %lld communities made from %lld buildings", FIGURE ("cells"),
                    FIGURE ("regions"), FIGURE ("buildings"));
#undef FIGURE
    cg_cli_cells_tell (cli, cells, has_report);
}

/* The plan is in force by now, whatever becomes of this: a server works it out as well. */
static gboolean
cover (CgCli *cli, CgStore *store, GError **error)
{
    g_autoptr (GError) inner = NULL;
    g_autofree char *problem = NULL;
    if (!cg_coverage_update (store, &cli->progress, cli->cancel, &problem, &inner)) {
        if (!g_error_matches (inner, CG_ERROR, CG_ERROR_CANCELLED)) {
            g_propagate_error (error, g_steal_pointer (&inner));
            return FALSE;
        }
        cg_cli_warn (cli, "stopped before what cameras see was worked out; the server does it at its next start");
    }
    if (problem != NULL)
        cg_cli_warn (cli, "what cameras see cannot be worked out: %s", problem);
    return TRUE;
}

static gboolean
publish (CgCli *cli, CgStore *store, gint64 plan, CgPublishFlags flags, GError **error)
{
    CgAttachCounts counts;
    if (!cg_plan_publish (store, plan, flags, cg_app_now (), g_get_user_name (), &counts, error))
        return FALSE;
    cg_cli_say (
        cli,
        "plan %" G_GINT64_FORMAT
        " is in force; %u incidents (%u outside every grid) and %u cameras (%u outside) attached",
        plan, counts.incidents, counts.incidents_outside, counts.cameras, counts.cameras_outside);
    return cover (cli, store, error);
}

static gboolean
do_split (CgCli *cli, const Options *o, const char *county, GError **error)
{
    CgSplitOptions options = { 0 };
    CgCellsSettings cells;
    if (!fill_split (o, &options, error) || !fill_cells (o, &cells, error))
        return FALSE;
    options.cells = &cells;
    options.partition.hurry = cg_cli_hurry (cli);
    g_autoptr (CgStore) store = cg_store_open (county, CG_STORE_WRITE, error);
    if (store == NULL)
        return FALSE;
    cg_store_set_author (store, g_get_user_name ());
    gint64 plan;
    g_autoptr (json_t) report = NULL;
    if (!cg_plan_split (store, &options, o->title, g_get_user_name (), cg_app_now (),
                        &cli->progress, cli->cancel, &plan, &report, error))
        return FALSE;
    json_object_set_new (report, "plan", json_integer (plan));
    json_t *points = json_object_get (report, "pareto");
    if (!cg_cli_write_report (o->report, report, error)
        || (points != NULL && o->pareto != NULL && !cg_json_write (o->pareto, points, error)))
        return FALSE;
    say_cells (cli, report, o->report != NULL);
#define FIGURE(of, key) ((long long) json_integer_value (json_object_get (of, key)))
    json_t *kinds = json_object_get (report, "kinds");
    cg_cli_say (cli,
                "plan %" G_GINT64_FORMAT
                ": %lld grids (%lld urban, %lld rural, %lld dedicated); %lld in range, "
                "%lld below, %lld above, each with its reason (%lld without a proof)",
                plan, FIGURE (report, "grids"), FIGURE (kinds, "urban"), FIGURE (kinds, "rural"),
                FIGURE (kinds, "dedicated"), FIGURE (report, "in_range"), FIGURE (report, "below"),
                FIGURE (report, "above"), FIGURE (report, "unknown"));
#undef FIGURE
    cg_cli_say_split (cli, report);
    if (o->publish && g_cancellable_is_cancelled (cli->hurry)) {
        g_set_error (error, CG_ERROR, CG_ERROR_CANCELLED,
                     "stopped by Ctrl-C: plan %" G_GINT64_FORMAT
                     " is a draft of what was found so far and was not put in force", plan);
        return FALSE;
    }
    if (o->publish && !publish (cli, store, plan, CG_PUBLISH_NONE, error))
        return FALSE;
    if (!o->publish)
        cg_cli_say (cli, "it is a draft; next: countygrid plan %s publish --plan %" G_GINT64_FORMAT,
                    county, plan);
    cg_cli_result (cli, report);
    return TRUE;
}

/* ---- the others
 * ----------------------------------------------------------------------------------------- */

static json_t *
plan_to_json (const CgPlan *plan)
{
    return json_pack ("{s:I, s:I, s:s, s:s?, s:s?, s:s?, s:i, s:i, s:i, s:i, s:I}", "id",
                      (json_int_t) plan->id, "parent", (json_int_t) plan->parent, "state",
                      plan->state, "title", plan->title, "author", plan->author, "hash", plan->hash,
                      "grids", (int) plan->n_grids, "ok", (int) plan->n_ok, "below",
                      (int) plan->n_below, "above", (int) plan->n_above, "created_s",
                      (json_int_t) plan->created_s);
}

static gboolean
do_list (CgCli *cli, const Options *o, const char *county, GError **error)
{
    g_autoptr (CgStore) store = cg_store_open (county, CG_STORE_READ, error);
    g_autoptr (GPtrArray) plans = store != NULL ? cg_store_list_plans (store, error) : NULL;
    if (plans == NULL)
        return FALSE;
    g_autoptr (json_t) list = json_array ();
    for (guint i = 0; i < plans->len; i++) {
        const CgPlan *plan = g_ptr_array_index (plans, i);
        cg_cli_say (cli,
                    "%4" G_GINT64_FORMAT "  %-10s %5u grids, %u ok, %u below, %u above  %s  %s",
                    plan->id, plan->state, plan->n_grids, plan->n_ok, plan->n_below, plan->n_above,
                    plan->title, plan->author);
        json_array_append_new (list, plan_to_json (plan));
    }
    if (plans->len == 0)
        cg_cli_say (cli, "no plan yet; next: countygrid plan %s split", county);
    cg_cli_result (cli, list);
    return TRUE;
}

/* The plan that --plan names, else the newest draft; 0 on error. */
static gint64
plan_or_draft (CgStore *store, const Options *o, GError **error)
{
    return o->plan != 0 ? o->plan : cg_plan_newest (store, "draft", error);
}

static gboolean
do_publish (CgCli *cli, const Options *o, const char *county, GError **error)
{
    g_autoptr (CgStore) store = cg_store_open (county, CG_STORE_WRITE, error);
    if (store == NULL)
        return FALSE;
    gint64 plan = plan_or_draft (store, o, error);
    return plan != 0 &&
           publish (cli, store, plan, o->stale ? CG_PUBLISH_STALE : CG_PUBLISH_NONE, error);
}

static gboolean
do_export (CgCli *cli, const Options *o, const char *county, GError **error)
{
    if (!cg_cli_need (o->output, "-o GRIDS.gpkg", error) ||
        !cg_cli_check_package (o->output, error))
        return FALSE;
    if (!(o->simplify_m >= 0 && o->simplify_m <= 100000)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "--simplify: %g is not from 0 to 100000",
                     o->simplify_m);
        return FALSE;
    }
    g_autoptr (CgStore) store = cg_store_open (county, CG_STORE_READ, error);
    if (store == NULL || !cg_plan_export (store, o->plan, o->simplify_m, o->output, error))
        return FALSE;
    cg_cli_say (cli, "written: %s", o->output);
    return TRUE;
}

static gboolean
do_compare (CgCli *cli, const Options *o, const char *county, GError **error)
{
    g_autoptr (CgStore) store = cg_store_open (county, CG_STORE_READ, error);
    if (store == NULL)
        return FALSE;
    gint64 from = cg_plan_newest (store, "published", error);
    gint64 to = from != 0 ? plan_or_draft (store, o, error) : 0;
    g_autoptr (json_t) result = to != 0 ? cg_plan_compare (store, from, to, error) : NULL;
    if (result == NULL)
        return FALSE;
#define FIGURE(key) ((long long) json_integer_value (json_object_get (result, key)))
    cg_cli_say (cli,
                "from plan %" G_GINT64_FORMAT " in force to plan %" G_GINT64_FORMAT
                ": %lld units with %lld households change their grid; %lld units are new, %lld gone",
                from, to, FIGURE ("moved_units"), FIGURE ("moved_households"),
                FIGURE ("new_units"), FIGURE ("gone_units"));
#undef FIGURE
    cg_cli_result (cli, result);
    return TRUE;
}

static gboolean
do_check (CgCli *cli, const Options *o, const char *county, GError **error)
{
    g_autoptr (CgStore) store = cg_store_open (county, CG_STORE_READ, error);
    g_autoptr (CgPlan) plan = store != NULL ? cg_store_get_plan (store, o->plan, error) : NULL;
    g_autoptr (json_t) result = plan != NULL ? cg_plan_check (store, plan->id, error) : NULL;
    if (result == NULL)
        return FALSE;
    gint64 violations = json_integer_value (json_object_get (result, "violations"));
    cg_cli_result (cli, result);
    if (violations > 0) {
        g_set_error (error, CG_ERROR, CG_ERROR_GEOMETRY,
                     "plan %" G_GINT64_FORMAT " is not a partition: %s", plan->id,
                     json_string_value (json_object_get (result, "first")));
        return FALSE;
    }
    cg_cli_say (cli,
                "plan %" G_GINT64_FORMAT ": %u grids, every unit in one, all connected (%d in "
                "several pieces by reported crossings), sums equal",
                plan->id, plan->n_grids,
                (int) json_integer_value (json_object_get (result, "multipart_grids")));
    return TRUE;
}

static const struct {
    const char *name;
    gboolean (*run) (CgCli *cli, const Options *o, const char *county, GError **error);
} verbs[] = {
    { "split", do_split },     { "check", do_check },     { "list", do_list },
    { "compare", do_compare }, { "publish", do_publish }, { "export", do_export },
};

static gboolean
run_plan (CgCli *cli, int argc, char **argv, GError **error)
{
    g_auto (Options) o = { .seed = 1, .effort = 20, .crossing_m = CG_CLI_UNSET, .total = NAN,
                         .target = CG_CLI_NO_TARGET };
    g_auto (GStrv) typed = g_strdupv (argv);
    cg_cli_cells_init (&o.cells);
    const GOptionEntry entries[] = {
        { "range", 0, 0, G_OPTION_ARG_STRING, &o.range,
          "split: households of a grid (default: county.ini, 300:500)", "MIN:MAX" },
        { "target", 0, 0, G_OPTION_ARG_INT, &o.target,
          "split: wanted households (default: county.ini, 400)", "N" },
        { "by", 0, 0, G_OPTION_ARG_STRING, &o.by,
          "split: range and target count households or population", "WHAT" },
        { "population-range", 0, 0, G_OPTION_ARG_STRING, &o.people,
          "split: population of a grid, to hold beside the range of households: 750:1250",
          "MIN:MAX" },
        { "seed", 0, 0, G_OPTION_ARG_INT64, &o.seed, "split: same seed, same plan (default 1)",
          "N" },
        { "effort", 0, 0, G_OPTION_ARG_INT, &o.effort, "split: 1..100, search time; others are refused (default 20)", "N" },
        { "deadline", 0, 0, G_OPTION_ARG_DOUBLE, &o.deadline_s,
          "split: for all work between reading and writing; the best valid plan by then; 0: none "
          "(default)", "SECONDS" },
        { "threads", 0, 0, G_OPTION_ARG_INT, &o.threads, "split: 0: one a core", "N" },
        { "certify", 0, 0, G_OPTION_ARG_NONE, &o.certify,
          "split: prove how good each community's plan is, and take the best", NULL },
        { "method", 0, 0, G_OPTION_ARG_STRING, &o.method, "split: see countygrid split --help",
          "NAME" },
        { "weight", 0, 0, G_OPTION_ARG_STRING, &o.weights,
          "split: changes to the weights of county.ini, see below", "NAME=VALUE,..." },
        { "micro", 0, 0, G_OPTION_ARG_STRING, &o.micro,
          "split: divide each grid into micro-units too, of so many households, like 5:15, or as "
          "county.ini says", "MIN:MAX|county" },
        { "crossing-max", 0, 0, G_OPTION_ARG_DOUBLE, &o.crossing_m,
          "split: pieces of a community no further apart may share a grid (default: county.ini, "
          "1000)", "METRES" },
        { "keep", 0, 0, G_OPTION_ARG_STRING, &o.keep,
          "split: the fewest households move from that plan, grids keep their codes",
          "PLAN|force" },
        { "pareto", 0, 0, G_OPTION_ARG_FILENAME, &o.pareto,
          "split: with --keep, plans at six prices of a moved household, as JSON", "FILE" },
        { "moved-at-most", 0, 0, G_OPTION_ARG_STRING, &o.moved,
          "split: take the best of them that moves no more", "PERCENT" },
        { "total", 0, 0, G_OPTION_ARG_DOUBLE, &o.total,
          "split: known households of all communities whose units are made (default: those of the "
          "regions)",
          "N" },
        { "title", 0, 0, G_OPTION_ARG_STRING, &o.title, "split: name of the plan", "TEXT" },
        { "publish", 0, 0, G_OPTION_ARG_NONE, &o.publish,
          "split: put the plan in force at once and attach", NULL },
        { "report", 0, 0, G_OPTION_ARG_FILENAME, &o.report, "split: figures as JSON",
          "REPORT.json" },
        { "plan", 0, 0, G_OPTION_ARG_INT64, &o.plan,
          "check, compare, publish, export: number of the plan (default: publish and compare take the "
          "newest draft, check and export the plan in force, else the newest draft)",
          "ID" },
        { "stale", 0, 0, G_OPTION_ARG_NONE, &o.stale,
          "publish: also a draft made before the units were last imported", NULL },
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &o.output, "export: GeoPackage to write",
          "GRIDS.gpkg" },
        { "simplify", 0, 0, G_OPTION_ARG_DOUBLE, &o.simplify_m,
          "export: thin outlines, moving no border further; neighbours go on sharing theirs",
          "METRES" },
        G_OPTION_ENTRY_NULL
    };
    g_autofree char *weights = cg_cli_describe_weights ();
    g_autofree GOptionEntry *all = cg_cli_cells_entries (&o.cells, entries, "split: ");
    if (!cg_cli_parse (cli, &cg_command_plan, all, weights, &argc, &argv, error) ||
        !cg_cli_expect (&cg_command_plan, argc, 2, error))
        return FALSE;
    const char *const county = argv[1], *const outputs[] = { o.output, o.report, o.pareto };
    if (!cg_cli_check_paths (3, outputs, 1, &county, error))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
        if (strcmp (verbs[i].name, argv[2]) == 0)
            return cg_cli_check_verb (&cg_command_plan, all, (const char *const *) typed, argv[2],
                                      error)
                   && verbs[i].run (cli, &o, argv[1], error);
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 "plan: '%s' is not known; known are split check list compare publish export",
                 argv[2]);
    return FALSE;
}

static int
run (CgCli *cli, int argc, char **argv)
{
    g_autoptr (GError) error = NULL;
    return run_plan (cli, argc, argv, &error) ? 0 : cg_cli_fail (cli, error, NULL);
}

const CgCommand cg_command_plan = {
    .name = "plan",
    .summary = "splits a county into grids; lists, compares, publishes and exports plans",
    .usage = "COUNTY.sqlite split|check|list|compare|publish|export",
    .details = "Example:\n"
               "  countygrid plan wuqi.sqlite split --report report.json\n"
               "  countygrid plan wuqi.sqlite publish\n"
               "  countygrid plan wuqi.sqlite export -o grids.gpkg\n"
               "\n"
               "Publishing archives the plan in force and attaches incidents and cameras to the "
               "new grids.\n"
               "split --keep force changes as little of the plan in force as brings it back into "
               "range; grids that go on keep their codes.\n"
               "Communities without units get some first, from the county's buildings, barriers, "
               "compounds and groups,\n"
               "as countygrid cells makes them (--cut to --persons, --total); households that nobody "
               "has counted are\n"
               "estimates. A village without villager groups is one rural grid: groups come with "
               "buildings or with\n"
               "countygrid import COUNTY groups FILE.\n"
               "compare tells what changes from the plan in force to the newest draft (or --plan).",
    .run = run,
};
