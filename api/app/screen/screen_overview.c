/* The figures of the county screen as one JSON object. */
#include "app/screen/screen_internal.h"

#include "analyse/chance.h"
#include "analyse/rates.h"
#include "app/live/intake.h"

#include <math.h>
#include <string.h>

#define WINDOW_DAYS 30
#define LIST_ROWS 12
#define LATEST_ROWS 40

static json_t *
text_or_null (const char *text)
{
    /* Bytes from outside that are not UTF-8 must not turn the whole answer into nothing. */
    if (text == NULL)
        return json_null ();
    g_autofree char *valid = g_utf8_make_valid (text, -1);
    return json_string (valid);
}

static json_t *
time_or_null (gint64 time_s)
{
    if (time_s == CG_TIME_NONE)
        return json_null ();
    g_autofree char *text = cg_app_local_text (time_s, "%Y-%m-%dT%H:%M:%S+08:00");
    return json_string (text);
}

static json_t *
label_json (const CgScreen *screen, guint32 grid)
{
    g_autofree char *label = screen_grid_label (screen, grid);
    return text_or_null (label);
}

/* Of numbers of events; before < 0: the data do not reach that far. */
static json_t *
change_json (double now, double before)
{
    g_autofree char *text = cg_format_change_of_counts (now, before < 0 ? NAN : before);
    const char *direction = before < 0     ? "none"
                            : now > before ? (before == 0 ? "new" : "up")
                            : now < before ? "down"
                                           : "same";
    json_t *change = json_object ();
    json_object_set_new (change, "base",
                         before < 0 ? json_null () : json_integer ((json_int_t) before));
    json_object_set_new (change, "percent",
                         before > 0 ? json_real (100.0 * (now - before) / before) : json_null ());
    json_object_set_new (change, "direction", json_string (direction));
    json_object_set_new (change, "unsure", json_boolean (cg_change_is_unsure (now, before)));
    json_object_set_new (change, "text", json_string (text));
    return change;
}

static double
count_since_begin (const CgScreen *screen, gint64 since_s, gint64 until_s)
{
    gint64 begin = screen_data_begin (screen);
    if (begin == G_MAXINT64 || screen_day_start (begin) > since_s)
        return -1;
    return screen_count_between (screen, since_s, until_s);
}

/* Up to the minute, and further where the data do: what came a moment ago counts at once, also when the
 * clock of its sender is ahead, as far as the intake lets it. */
static gint64
minute_end (const CgScreen *screen, gint64 minute_s)
{
    guint32 from, to;
    screen_range (screen, minute_s, minute_s + 60 + CG_INTAKE_AHEAD_S, &from, &to);
    return to > from ? screen->incidents->time_s[to - 1] + 1 : minute_s;
}

/* The day that runs is compared up to now; a day that the data end in, up to their last second:
 * never a part of a day with a whole one. */
static json_t *
today_json (const CgScreen *screen, gint64 minute_s, gint64 today_s)
{
    gboolean running = today_s == screen_day_start (minute_s);
    gint64 end = screen_data_end (screen);
    gint64 until_s = running || end == CG_TIME_NONE ? minute_end (screen, minute_s) : end + 1;
    gint64 length = CLAMP (until_s - today_s, 0, SCREEN_DAY_S);
    double now = screen_count_between (screen, today_s, today_s + length);
    const struct {
        const char *key;
        gint64 start_s;
    } against[] = {
        { "yesterday", today_s - SCREEN_DAY_S },
        { "last_week", today_s - 7 * SCREEN_DAY_S },
        { "last_year", screen_year_before (today_s) },
    };
    json_t *today = json_object ();
    json_object_set_new (today, "count", json_integer ((json_int_t) now));
    json_object_set_new (today, "until", time_or_null (today_s + length));
    for (guint i = 0; i < G_N_ELEMENTS (against); i++) {
        double before = count_since_begin (screen, against[i].start_s, against[i].start_s + length);
        json_object_set_new (today, against[i].key, change_json (now, before));
    }
    return today;
}

static void
add_states (const CgScreen *screen, gint64 until_s, json_t *numbers)
{
    ScreenStates states;
    screen_states (screen, until_s, &states);
    double rate = states.stated > 0 ? (double) states.settled / states.stated : 0;
    json_object_set_new (numbers, "open", states.known ? json_integer (states.open) : json_null ());
    json_object_set_new (numbers, "settled",
                         states.known ? json_integer (states.settled) : json_null ());
    json_object_set_new (numbers, "stated", json_integer (states.stated));
    json_object_set_new (numbers, "settlement_rate",
                         states.stated > 0 ? json_real (rate) : json_null ());
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
    return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Those of the county: a list that reaches further does not make it better watched. */
static json_t *
cameras_json (const CgScreen *screen)
{
    const CgPlaces *cameras = screen->cameras;
    guint32 n_types = cameras->types != NULL ? cg_names_count (cameras->types) : 0, unclassed = 0;
    guint32 outside = 0;
    g_autofree guint32 *count = g_new0 (guint32, n_types + 1);
    for (guint32 i = 0; i < cameras->n; i++) {
        if (screen_camera_is_outside (screen, i))
            outside++;
        else if (cameras->type[i] < n_types)
            count[cameras->type[i]]++;
        else
            unclassed++;
    }
    g_autoptr (GPtrArray) names = g_ptr_array_new ();
    for (guint32 t = 0; t < n_types; t++)
        g_ptr_array_add (names, (gpointer) cg_names_get (cameras->types, t));
    g_ptr_array_sort (names, compare_names);
    json_t *classes = json_array (), *all = json_object ();
    for (guint k = 0; k < names->len; k++) {
        json_t *row = json_object ();
        json_object_set_new (row, "name", text_or_null (names->pdata[k]));
        json_object_set_new (row, "count",
                             json_integer (count[cg_names_find (cameras->types, names->pdata[k])]));
        json_array_append_new (classes, row);
    }
    json_object_set_new (all, "count", json_integer (cameras->n - outside));
    json_object_set_new (all, "outside", json_integer (outside));
    json_object_set_new (all, "classes", classes);
    json_object_set_new (all, "unclassed", json_integer (unclassed));
    return all;
}

/* The rate with its exact interval, and what makes it unsure: few events, households that nobody has counted. */
static void
set_rate (json_t *row, const ScreenRank *rank)
{
    double low, high, factor = rank->base > 0 ? 1000.0 / rank->base : NAN;
    cg_poisson_interval (rank->count, 0.95, &low, &high);
    const struct {
        const char *key;
        double value;
    } rates[] = { { "per_1000_households", rank->count }, { "per_1000_low", low }, { "per_1000_high", high } };
    for (guint k = 0; k < G_N_ELEMENTS (rates); k++)
        json_object_set_new (row, rates[k].key,
                             rank->base > 0 ? json_real (rates[k].value * factor) : json_null ());
    json_object_set_new (row, "unsure", json_boolean (rank->count < CG_SMALL_COUNT));
    json_object_set_new (row, "households_estimated", json_integer (rank->estimated));
}

static json_t *
ranks_json (const CgScreen *screen, const GArray *ranks, gboolean grids)
{
    json_t *rows = json_array ();
    for (guint i = 0; i < MIN (ranks->len, LIST_ROWS); i++) {
        const ScreenRank *rank = &g_array_index (ranks, ScreenRank, i);
        json_t *row = json_object ();
        json_object_set_new (row, "code",
                             text_or_null (grids ? screen->grids->code[rank->row]
                                                 : screen->regions->code[rank->row]));
        json_object_set_new (row, "name", text_or_null (rank->name));
        if (grids) {
            guint32 community = screen->grid_community[rank->row];
            json_object_set_new (row, "label", label_json (screen, rank->row));
            json_object_set_new (
                row, "community",
                text_or_null (community != CG_NONE ? screen->regions->name[community] : NULL));
        }
        json_object_set_new (row, "count", json_integer (rank->count));
        set_rate (row, rank);
        json_array_append_new (rows, row);
    }
    return rows;
}

static const char *
name_of (const CgNames *names, const guint32 *column, guint32 row)
{
    if (names == NULL || column == NULL || column[row] == CG_NONE)
        return NULL;
    return cg_names_get (names, column[row]);
}

/* Time, kind, source, state and place in words of the plan: never an id that leads to a person. */
static json_t *
latest_json (const CgScreen *screen, gint64 until_s)
{
    const CgPlaces *incidents = screen->incidents;
    guint32 from, to;
    screen_range (screen, G_MININT64 + 1, until_s, &from, &to);
    json_t *rows = json_array ();
    for (guint32 k = 0; k < MIN (to - from, LATEST_ROWS); k++) {
        guint32 i = to - 1 - k, grid = screen->tables.incident_grid[i];
        guint32 community = grid != CG_NONE ? screen->grid_community[grid] : CG_NONE;
        const char *state = name_of (incidents->states, incidents->state, i);
        json_t *row = json_object ();
        json_object_set_new (row, "seq", screen->tables.incident_key != NULL
                                             ? json_integer (screen->tables.incident_key[i])
                                             : json_null ());
        json_object_set_new (row, "time", time_or_null (incidents->time_s[i]));
        json_object_set_new (row, "type",
                             text_or_null (name_of (incidents->types, incidents->type, i)));
        json_object_set_new (row, "source",
                             text_or_null (name_of (incidents->sources, incidents->source, i)));
        json_object_set_new (row, "state", text_or_null (state));
        json_object_set_new (row, "settled",
                             state != NULL ? json_boolean (screen->settled[incidents->state[i]])
                                           : json_null ());
        json_object_set_new (
            row, "community",
            text_or_null (community != CG_NONE ? screen->regions->name[community] : NULL));
        json_object_set_new (row, "label", label_json (screen, grid));
        json_object_set_new (row, "grid",
                             text_or_null (grid != CG_NONE ? screen->grids->name[grid] : NULL));
        json_array_append_new (rows, row);
    }
    return rows;
}

static json_t *
grid_label_json (const CgScreen *screen, guint32 grid)
{
    guint32 community = screen->grid_community[grid];
    json_t *row = json_object ();
    json_object_set_new (row, "code", text_or_null (screen->grids->code[grid]));
    json_object_set_new (row, "name", text_or_null (screen->grids->name[grid]));
    json_object_set_new (
        row, "community",
        text_or_null (community != CG_NONE ? screen->regions->name[community] : NULL));
    json_object_set_new (row, "label", label_json (screen, grid));
    json_object_set_new (row, "households", json_integer (screen->grids->households[grid]));
    json_object_set_new (row, "households_estimated",
                         json_integer (screen->grids->households_estimated[grid]));
    return row;
}

static json_t *
warnings_json (const CgScreen *screen, gint64 today_s)
{
    double by_chance;
    g_autoptr (GArray) warnings = screen_warnings (screen, today_s, &by_chance);
    gboolean has_limit = screen->tables.config->warning_rule == CG_WARN_LIMIT;
    guint count[CG_N_WARNINGS] = { 0 };
    json_t *rows = json_array (), *all = json_object ();
    for (guint i = 0; i < warnings->len; i++) {
        const ScreenWarning *warning = &g_array_index (warnings, ScreenWarning, i);
        count[warning->colour]++;
        if (i >= LIST_ROWS)
            continue;
        json_t *row = grid_label_json (screen, warning->grid);
        json_object_set_new (row, "colour", json_string (screen_colour_name (warning->colour)));
        json_object_set_new (row, "count", json_integer (warning->count));
        json_object_set_new (row, "usual", json_real (warning->usual));
        json_object_set_new (row, "limit", has_limit ? json_integer (warning->limit) : json_null ());
        g_autofree char *reason = screen_warning_reason (screen, warning);
        json_object_set_new (row, "reason", json_string (reason));
        json_array_append_new (rows, row);
    }
    for (guint c = 0; c < CG_N_WARNINGS; c++)
        json_object_set_new (all, screen_colour_name (c), json_integer (count[c]));
    g_autofree char *rule = screen_warning_rule (screen);
    json_object_set_new (all, "by_chance", has_limit ? json_real (by_chance) : json_null ());
    json_object_set_new (all, "rule", json_string (rule));
    json_object_set_new (all, "rows", rows);
    return all;
}

/* Grids above and below the household bounds; `certified` of them have a proof or a rule, `by_rule`
 * are villager groups and dedicated areas, which are one grid of any size; `unknown` have no proof.
 */
static json_t *
range_json (const CgScreen *screen)
{
    const CgGrids *grids = screen->grids;
    guint below = 0, above = 0, certified = 0, by_rule = 0;
    for (guint32 g = 0; g < grids->n; g++) {
        below += grids->status[g] == CG_GRID_BELOW;
        above += grids->status[g] == CG_GRID_ABOVE;
        if (grids->status[g] == CG_GRID_OK)
            continue;
        certified += cg_reason_is_certified (grids->reason[g]);
        by_rule += grids->reason[g] == CG_REASON_RURAL || grids->reason[g] == CG_REASON_DEDICATED;
    }
    const CgConfig *config = screen->tables.config;
    json_t *range = json_object ();
    json_object_set_new (range, "min", json_integer (config->households_min));
    json_object_set_new (range, "max", json_integer (config->households_max));
    json_object_set_new (range, "ok", json_integer (grids->n - below - above));
    json_object_set_new (range, "below", json_integer (below));
    json_object_set_new (range, "above", json_integer (above));
    json_object_set_new (range, "certified", json_integer (certified));
    json_object_set_new (range, "by_rule", json_integer (by_rule));
    json_object_set_new (range, "unknown", json_integer (below + above - certified));
    return range;
}

static json_t *
plan_json (const CgScreen *screen)
{
    const CgPlan *plan = screen->tables.plan;
    if (plan == NULL)
        return json_null ();
    json_t *object = json_object ();
    json_object_set_new (object, "id", json_integer (plan->id));
    json_object_set_new (object, "state", text_or_null (plan->state));
    json_object_set_new (object, "title", text_or_null (plan->title));
    json_object_set_new (object, "hash", text_or_null (plan->hash));
    json_object_set_new (object, "effective_from", time_or_null (plan->effective_from_s));
    return object;
}

/* Whether the figures of cameras and service points are of today. */
static json_t *
coverage_json (const CgScreen *screen)
{
    const CgCoverageFacts *facts = screen->tables.coverage;
    if (facts == NULL)
        return json_null ();
    json_t *object = json_object ();
    json_object_set_new (object, "state", json_string (cg_coverage_state_name (facts->state)));
    json_object_set_new (object, "data_version",
                         facts->data_version > 0 ? json_integer (facts->data_version) : json_null ());
    json_object_set_new (object, "changed", text_or_null (facts->changed));
    json_object_set_new (object, "problem", text_or_null (facts->problem));
    return object;
}

static json_t *
numbers_json (const CgScreen *screen, gint64 now_s, gint64 today_s)
{
    gint64 until_s = today_s + SCREEN_DAY_S;
    guint32 from, to, outside = 0;
    screen_range (screen, until_s - WINDOW_DAYS * SCREEN_DAY_S, until_s, &from, &to);
    for (guint32 i = from; i < to; i++)
        outside += screen->tables.incident_grid[i] == CG_NONE;
    json_t *numbers = json_object ();
    json_object_set_new (numbers, "towns", json_integer (screen->n_towns));
    json_object_set_new (numbers, "communities", json_integer (screen->n_communities));
    json_object_set_new (numbers, "grids", json_integer (screen->grids->n));
    json_object_set_new (numbers, "households", json_integer ((json_int_t) screen->households));
    json_object_set_new (numbers, "households_estimated",
                         json_integer ((json_int_t) screen->households_estimated));
    json_object_set_new (numbers, "population", json_integer ((json_int_t) screen->population));
    json_object_set_new (numbers, "population_estimated",
                         json_integer ((json_int_t) screen->population_estimated));
    json_object_set_new (numbers, "incidents", json_integer (screen->incidents->n));
    json_object_set_new (numbers, "incidents_30_days", json_integer (to - from));
    json_object_set_new (numbers, "outside_30_days", json_integer (outside));
    json_object_set_new (numbers, "today", today_json (screen, now_s, today_s));
    json_object_set_new (numbers, "cameras", cameras_json (screen));
    add_states (screen, until_s, numbers);
    return numbers;
}

static json_t *
county_json (const CgScreen *screen)
{
    json_t *county = json_object ();
    json_object_set_new (county, "name", text_or_null (screen->county_name));
    json_object_set_new (county, "code", text_or_null (screen->county_code));
    return county;
}

json_t *
cg_screen_overview (const CgScreen *screen, gint64 now_s)
{
    gint64 minute_s = screen_day_start (now_s) + (now_s - screen_day_start (now_s)) / 60 * 60;
    gint64 today_s = cg_screen_today_s (screen, now_s), until_s = today_s + SCREEN_DAY_S;
    gint64 since_s = until_s - WINDOW_DAYS * SCREEN_DAY_S;
    g_autofree char *today = cg_app_local_text (today_s, "%Y-%m-%d");
    CgLevel level = CG_LEVEL_TOWN;
    g_autoptr (GArray) towns = screen->whole != NULL
                                   ? screen_rank_children (screen, since_s, until_s, &level)
                                   : screen_rank_towns (screen, since_s, until_s);
    g_autoptr (GArray) grids = screen_rank_grids (screen, since_s, until_s);
    json_t *overview = json_object ();
    json_object_set_new (overview, "county", county_json (screen));
    json_object_set_new (overview, "place", screen_place_json (screen, since_s, until_s));
    json_object_set_new (overview, "version", json_string (CG_VERSION));
    json_object_set_new (overview, "data_version", json_integer (cg_screen_data_version (screen)));
    json_object_set_new (overview, "refresh_s", json_integer (cg_screen_refresh_s (screen)));
    json_object_set_new (overview, "now", time_or_null (minute_s));
    json_object_set_new (overview, "today", json_string (today));
    json_object_set_new (overview, "today_is_now",
                         json_boolean (today_s == screen_day_start (now_s)));
    json_object_set_new (overview, "data_until", time_or_null (screen_data_end (screen)));
    json_object_set_new (overview, "plan", plan_json (screen));
    json_object_set_new (overview, "coverage", coverage_json (screen));
    json_object_set_new (overview, "numbers", numbers_json (screen, minute_s, today_s));
    json_object_set_new (overview, "range", range_json (screen));
    json_object_set_new (overview, "warnings", warnings_json (screen, today_s));
    json_object_set_new (overview, "towns", ranks_json (screen, towns, level == CG_LEVEL_GRID));
    json_object_set_new (overview, "ranking", ranks_json (screen, grids, TRUE));
    json_object_set_new (overview, "latest",
                         latest_json (screen, MIN (until_s, MAX (minute_end (screen, minute_s), today_s))));
    return overview;
}

json_t *
cg_screen_overview_of (const CgScreen *screen, const char *place, const char *sources, gint64 now_s, GError **error)
{
    g_auto (ScreenChoice) choice = { 0 };
    const CgScreenOptions options = { .place = place, .sources = sources };
    if (!screen_choose (screen, &options, &choice, error))
        return NULL;
    return cg_screen_overview (choice.shown, now_s);
}
