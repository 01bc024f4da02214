/* What a split comes to, for people: the same lines for a file and for a county. */
#include <string.h>

#include "cli.h"

#define MOST_SHOWN 10u /* exceptions; the report has all */

static long long
figure (const json_t *of, const char *key)
{
    return (long long) json_integer_value (json_object_get (of, key));
}

static const char *
text_of (const json_t *row, const char *key)
{
    const char *text = json_string_value (json_object_get (row, key));
    return text != NULL ? text : "";
}

/* Villager groups and dedicated areas are one grid each, however large: nobody can mend that. */
static gboolean
is_by_rule (const json_t *row)
{
    const char *reason = text_of (row, "reason");
    return strcmp (reason, "rural") == 0 || strcmp (reason, "dedicated") == 0;
}

/* "250 households (300-500)", "1400 people (750-1250)", or both. */
static char *
describe_measures (const json_t *row)
{
    GString *text = g_string_new (NULL);
    const json_t *list = json_object_get (row, "out");
    for (gsize i = 0; i < json_array_size (list); i++) {
        const json_t *one = json_array_get (list, i);
        gboolean people = strcmp (text_of (one, "by"), "population") == 0;
        g_string_append_printf (text, "%s%lld %s (%lld-%lld)", i > 0 ? " and " : "",
                                figure (one, "value"), people ? "people" : "households",
                                figure (one, "min"), figure (one, "max"));
    }
    return g_string_free (text, FALSE);
}

static void
say_exceptions (const CgCli *cli, const json_t *report)
{
    const json_t *list = json_object_get (report, "exceptions");
    guint seen = 0, ruled = 0;
    for (gsize i = 0; i < json_array_size (list); i++) {
        const json_t *row = json_array_get (list, i);
        if (is_by_rule (row)) {
            ruled++;
            continue;
        }
        if (seen++ >= MOST_SHOWN)
            continue;
        g_autofree char *measures = describe_measures (row);
        cg_cli_say (cli, "  %s: %s, %s: %s", text_of (row, "code"), measures,
                    text_of (row, "status"), text_of (row, "certificate"));
    }
    if (seen > MOST_SHOWN)
        cg_cli_say (cli, "  ... and %u more; --report FILE lists all", seen - MOST_SHOWN);
    if (ruled > 0)
        cg_cli_say (cli,
                    "  %u more are villager groups and dedicated areas, one grid each by rule; "
                    "--report FILE lists them",
                    ruled);
}

static void
say_deadline (const CgCli *cli, const json_t *report)
{
    if (strcmp (text_of (report, "status"), "interrupted") == 0)
        cg_cli_warn (cli, "stopped by Ctrl-C: the plan is the best that was found so far, it is valid; "
                          "more time may give a better one (INTERRUPTED)");
    if (json_is_true (json_object_get (report, "timed_out")))
        cg_cli_say (cli,
                    "the deadline of %g s cut the search short: the plan is valid, more time may "
                    "give a better one",
                    json_number_value (json_object_get (report, "deadline_s")));
}

static void
say_map (const CgCli *cli, const json_t *report)
{
    const json_t *inside = json_object_get (report, "barrier_inside");
    if (figure (report, "compounds_cut") > 0)
        cg_cli_say (cli,
                    "%lld compounds lie in several grids: larger than a grid may be, in pieces, or "
                    "in several communities",
                    figure (report, "compounds_cut"));
    if (figure (inside, "grids") > 0)
        cg_cli_say (cli,
                    "%lld grids have both sides of an impassable barrier, %.0f m in all; reasons in "
                    "--report FILE",
                    figure (inside, "grids"),
                    json_real_value (json_object_get (inside, "metres")));
    if (figure (report, "crossings_used") > 0 && figure (report, "multipart_grids") == 0)
        cg_cli_say (cli,
                    "%lld bridges, ferries and other ways over hold grids together; --report FILE "
                    "lists them",
                    figure (report, "crossings_used"));
    else if (figure (report, "crossings_used") > 0)
        cg_cli_say (cli,
                    "%lld grids are in several pieces, joined by %lld crossings; --report FILE "
                    "lists them",
                    figure (report, "multipart_grids"), figure (report, "crossings_used"));
}

static void
say_micro (const CgCli *cli, const json_t *report)
{
    const json_t *micro = json_object_get (report, "micro");
    long long coarse = figure (micro, "coarse_households");
    if (micro == NULL)
        return;
    cg_cli_say (cli,
                "%lld micro-units: %lld in range, %lld below, %lld above (%lld with a proof, %lld "
                "without)",
                figure (micro, "units"), figure (micro, "in_range"), figure (micro, "below"),
                figure (micro, "above"), figure (micro, "certified"), figure (micro, "unknown"));
    if (figure (micro, "coarse_units") > 0)
        cg_cli_say (cli,
                    "%lld base units hold more than a micro-unit may by themselves (%lld of %lld "
                    "households): they stay whole",
                    figure (micro, "coarse_units"), coarse, figure (report, "households"));
    if (2 * coarse > figure (report, "households"))
        cg_cli_say (cli, "the base units are too coarse for micro-units: most households live in "
                         "such units; import buildings or staircases to divide them");
}

static void
say_proofs (const CgCli *cli, const json_t *report)
{
    const json_t *certify = json_object_get (report, "certify");
    if (certify == NULL)
        return;
    long long all = figure (certify, "communities"), bounded = figure (certify, "bounded");
    cg_cli_say (cli, "proved best: %lld of %lld communities", figure (certify, "optimal"), all);
    if (bounded > 0)
        cg_cli_say (cli, "gap to the proven bound in %lld of them: mean %.2f %%, largest %.2f %%",
                    bounded, 100 * json_number_value (json_object_get (certify, "gap_mean")),
                    100 * json_number_value (json_object_get (certify, "gap_max")));
    if (bounded < all)
        cg_cli_say (cli,
                    "no bound in %lld: %lld were not tried (an old plan to keep, a second range, "
                    "or no time), %lld found none",
                    all - bounded, all - figure (certify, "tried"),
                    figure (certify, "tried") - bounded);
}

static void
say_estimates (const CgCli *cli, const json_t *report)
{
    if (figure (report, "estimated_households") > 0)
        cg_cli_say (cli,
                    "%lld of the %lld households, in %lld grids, are estimates: nobody has counted "
                    "them (估算)",
                    figure (report, "estimated_households"), figure (report, "households"),
                    figure (report, "estimated_grids"));
    if (figure (report, "estimated_population") > 0)
        cg_cli_say (cli,
                    "%lld of the %lld people, in %lld grids, are estimates: nobody has counted them "
                    "(估算)",
                    figure (report, "estimated_population"), figure (report, "population"),
                    figure (report, "estimated_population_grids"));
}

/* A share that no plan keeps is said; the plan is the one that moves least. */
static void
say_moved (const CgCli *cli, const json_t *report)
{
    const json_t *points = json_object_get (report, "pareto");
    if (points == NULL || !json_is_false (json_object_get (points, "moved_at_most_met")))
        return;
    const char *what = json_string_value (json_object_get (points, "by"));
    double wanted = json_real_value (json_object_get (points, "moved_at_most_percent"));
    double least = json_real_value (json_object_get (points, "least_moved_percent"));
    cg_cli_say (cli,
                "no plan was found that moves at most %g %% of the %s: the least is %.2f %%, and that "
                "plan is taken",
                wanted, what != NULL ? what : "households", least);
}

/* Grids by kind, where some are a grid by rule. */
static void
say_kinds (const CgCli *cli, const json_t *report)
{
    const json_t *kinds = json_object_get (report, "kinds");
    if (figure (kinds, "rural") + figure (kinds, "dedicated") > 0)
        cg_cli_say (cli, "of the grids %lld are urban, %lld rural (villager groups), %lld dedicated",
                    figure (kinds, "urban"), figure (kinds, "rural"), figure (kinds, "dedicated"));
}

void
cg_cli_say_split (const CgCli *cli, const json_t *report)
{
    say_kinds (cli, report);
    say_exceptions (cli, report);
    say_estimates (cli, report);
    say_map (cli, report);
    say_micro (cli, report);
    say_proofs (cli, report);
    say_moved (cli, report);
    say_deadline (cli, report);
}
