#include "app/report.h"

#include <math.h>
#include <string.h>

#include "analyse/chance.h"
#include "analyse/rates.h"
#include "app/measures.h"
#include "app/split/eras.h"
#include "base/error.h"
#include "model/codes.h"

#define DAY_S G_GINT64_CONSTANT (86400)
#define MAX_ROWS 2000000u
#define CONFIDENCE 0.95

/* A plan and its time; one, with all time, where incidents count by one plan. */
typedef struct {
    gint64 plan, from_s, until_s;
    gboolean in_force;
} Span;

/* What a place is in one plan; households NaN: nothing. */
typedef struct {
    double households;
    gboolean estimated;
} InPlan;

typedef struct {
    char *code, *name;
    char *key;      /* of its counts: the code, or with grids of several plans "PLAN CODE" */
    guint32 span;   /* of a grid, its only one; CG_NONE: any                             */
    InPlan *in;     /* [spans] */
} Place;

typedef struct {
    char *label;      /* "" all */
    GPtrArray *names; /* of measures; borrowed from Work.known */
} Type;

typedef struct {
    CgStore *store;
    const CgReportJob *job;
    CgReport *report;
    GArray *spans;          /* Span, earliest first                                  */
    GPtrArray *known;       /* char *: types that have measures                     */
    GArray *places;         /* Place, by code                                        */
    GArray *types;          /* Type                                                  */
    GHashTable *counts;     /* key() -> double *, of the periods asked for and compared */
    gint64 first_s, last_s; /* starts of the first and last period               */
} Work;

static void
clear_place (gpointer data)
{
    Place *place = data;
    g_free (place->code);
    g_free (place->name);
    g_free (place->key);
    g_free (place->in);
}

static void
clear_type (gpointer data)
{
    Type *type = data;
    g_free (type->label);
    g_ptr_array_unref (type->names);
}

static void
work_done (Work *work)
{
    g_clear_pointer (&work->report, cg_report_free);
    g_clear_pointer (&work->spans, g_array_unref);
    g_clear_pointer (&work->known, g_ptr_array_unref);
    g_clear_pointer (&work->places, g_array_unref);
    g_clear_pointer (&work->types, g_array_unref);
    g_clear_pointer (&work->counts, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_done)

void
cg_report_free (CgReport *report)
{
    if (report == NULL)
        return;
    for (guint i = 0; i < report->n; i++) {
        g_free (report->rows[i].code);
        g_free (report->rows[i].name);
        g_free (report->rows[i].type);
    }
    g_free (report->rows);
    g_free (report->plan_title);
    g_free (report->plan_hash);
    cg_coverage_facts_free (report->coverage);
    g_free (report);
}

/* ---- what there is ---------------------------------------- */

static void
see_day (const CgMeasureRow *row, gpointer user_data)
{
    CgReport *report = user_data;
    report->begin_s = MIN (report->begin_s, row->start_s);
    report->end_s = MAX (report->end_s, row->start_s + DAY_S);
}

/* Data of today alone stay: better a running day than none. */
static void
leave_today (const Work *work)
{
    const CgReportJob *job = work->job;
    CgReport *report = work->report;
    if (job->now_s <= 0)
        return;
    report->today_s = cg_period_start (CG_PERIOD_DAY, job->now_s);
    report->without_today = job->since_s == CG_TIME_NONE && job->until_s == CG_TIME_NONE &&
                            job->period != CG_PERIOD_ALL && report->begin_s < report->today_s &&
                            report->end_s > report->today_s;
    if (report->without_today)
        report->end_s = report->today_s;
}

static gboolean
find_extent (Work *work, GError **error)
{
    CgReport *report = work->report;
    report->begin_s = G_MAXINT64;
    report->end_s = G_MININT64;
    if (!cg_store_each_measure (work->store, report->plan, "incidents", CG_LEVEL_COUNTY,
                                CG_PERIOD_DAY, CG_TIME_NONE, CG_TIME_NONE, see_day, report, error))
        return FALSE;
    leave_today (work);
    if (report->begin_s < report->end_s)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND,
                 "no incident with a time is stored, so there is nothing to report");
    return FALSE;
}

static void
see_type (const CgMeasureRow *row, gpointer user_data)
{
    GPtrArray *known = user_data;
    if (row->type[0] != '\0' &&
        !g_ptr_array_find_with_equal_func (known, row->type, g_str_equal, NULL))
        g_ptr_array_add (known, g_strdup (row->type));
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
    return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
add_type (Work *work, const char *label)
{
    Type type = { .label = g_strdup (label), .names = g_ptr_array_new () };
    g_autofree char *below = g_strconcat (label, "/", NULL);
    if (label[0] == '\0')
        g_ptr_array_add (type.names, (char *) "");
    for (guint i = 0; label[0] != '\0' && i < work->known->len; i++) {
        char *name = work->known->pdata[i];
        if (strcmp (name, label) == 0 || g_str_has_prefix (name, below))
            g_ptr_array_add (type.names, name);
    }
    g_array_append_val (work->types, type);
}

static gboolean
choose_types (Work *work, GError **error)
{
    const char *wanted = work->job->type;
    if (!cg_store_each_measure (work->store, work->report->plan, "incidents", CG_LEVEL_COUNTY,
                                CG_PERIOD_ALL, CG_TIME_NONE, CG_TIME_NONE, see_type, work->known,
                                error))
        return FALSE;
    g_ptr_array_sort (work->known, compare_texts);
    gboolean each = wanted != NULL && strcmp (wanted, "*") == 0;
    if (wanted == NULL || each)
        add_type (work, "");
    for (guint i = 0; each && i < work->known->len; i++)
        add_type (work, work->known->pdata[i]);
    if (wanted == NULL || each)
        return TRUE;
    add_type (work, wanted);
    if (g_array_index (work->types, Type, 0).names->len > 0)
        return TRUE;
    g_autoptr (GString) names = g_string_new (NULL);
    for (guint i = 0; i < work->known->len; i++)
        g_string_append_printf (names, "%s%s", i > 0 ? ", " : "",
                                (const char *) work->known->pdata[i]);
    g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "no incident of type '%.80s'; there are: %s",
                 wanted, names->len > 0 ? names->str : "none");
    return FALSE;
}

/* ---- places ---------------------------------------- */

static const char *
find_region (const CgRegions *regions, const CgCodeIndex *index, const char *code)
{
    guint32 r = cg_code_index_find (index, code);
    return r != CG_NONE ? regions->name[r] : NULL;
}

static char *
name_grid (const CgGrids *grids, guint32 g, const CgRegions *regions, const CgCodeIndex *index)
{
    char code[16];
    cg_measures_place_code (grids->code[g], CG_LEVEL_COMMUNITY, code);
    const char *community = find_region (regions, index, code);
    return cg_grids_label (grids, g, community);
}

static int
compare_places (gconstpointer a, gconstpointer b)
{
    const Place *p = a, *q = b;
    int order = strcmp (p->code, q->code);
    return order != 0 ? order : (p->span > q->span) - (p->span < q->span);
}

static const Span *
span_of (const Work *work, guint32 s)
{
    return &g_array_index (work->spans, Span, s);
}

static gboolean
has_grids_of_plans (const Work *work)
{
    return work->job->level == CG_LEVEL_GRID && work->spans->len > 1;
}

static char *
key_of_place (const Work *work, gint64 plan, const char *code)
{
    return has_grids_of_plans (work) ? g_strdup_printf ("%" G_GINT64_FORMAT " %s", plan, code)
                                     : g_strdup (code);
}

/* A place in no plan yet. Takes key and name. */
static void
add_place (Work *work, const char *code, char *key, char *name, guint32 span)
{
    Place place = { .code = g_strdup (code), .key = key, .name = name, .span = span };
    place.in = g_new0 (InPlan, work->spans->len);
    for (guint s = 0; s < work->spans->len; s++)
        place.in[s].households = NAN;
    g_array_append_val (work->places, place);
}

/* row_of: key of a place -> row + 1 */
static void
list_places (Work *work, guint32 span, const CgGrids *grids, const CgRegions *regions,
             GHashTable *row_of)
{
    CgLevel level = work->job->level;
    char code[16];
    g_autoptr (CgCodeIndex) index = cg_code_index_new (regions);
    for (guint32 g = 0; g < grids->n; g++) {
        cg_measures_place_code (grids->code[g], level, code);
        g_autofree char *name = key_of_place (work, span_of (work, span)->plan, code);
        guint row = GPOINTER_TO_UINT (g_hash_table_lookup (row_of, name));
        if (row == 0) {
            add_place (work, code, g_strdup (name),
                       level == CG_LEVEL_GRID ? name_grid (grids, g, regions, index)
                                              : g_strdup (find_region (regions, index, code)),
                       has_grids_of_plans (work) ? span : CG_NONE);
            row = work->places->len;
            g_hash_table_insert (row_of, g_strdup (name), GUINT_TO_POINTER (row));
        }
        InPlan *in = &g_array_index (work->places, Place, row - 1).in[span];
        in->households = (isnan (in->households) ? 0 : in->households) + grids->households[g];
        in->estimated |= grids->households_estimated != NULL && grids->households_estimated[g] > 0;
    }
}

/* The span that says how many households a place has in a period: that of the period's end, else the
 * nearest before, else the nearest behind it, that knows the place. */
static guint32
span_for (const Work *work, const Place *place, gint64 end_s)
{
    guint32 at = 0, n = work->spans->len;
    while (at + 1 < n && span_of (work, at + 1)->from_s < end_s)
        at++;
    for (guint32 s = at + 1; s-- > 0;)
        if (!isnan (place->in[s].households))
            return s;
    for (guint32 s = at + 1; s < n; s++)
        if (!isnan (place->in[s].households))
            return s;
    return at;
}

/* ---- counts ---------------------------------------- */

static char *
key (const char *place, const char *type, gint64 start_s)
{
    return g_strdup_printf ("%s\t%s\t%" G_GINT64_FORMAT, place, type, start_s);
}

typedef struct {
    const Work *work;
    GHashTable *counts;
    gint64 start_s; /* days are summed under this start; CG_TIME_NONE: each under its own */
    gint64 plan;
    double sign;
} Sink;

static void
take_count (const CgMeasureRow *row, gpointer user_data)
{
    Sink *sink = user_data;
    g_autofree char *place = key_of_place (sink->work, sink->plan, row->place);
    char *name =
        key (place, row->type, sink->start_s == CG_TIME_NONE ? row->start_s : sink->start_s);
    double *sum = g_hash_table_lookup (sink->counts, name);
    if (sum == NULL) {
        sum = g_new0 (double, 1);
        g_hash_table_insert (sink->counts, name, sum);
    } else {
        g_free (name);
    }
    *sum += sink->sign * row->value;
}

static gboolean
load_counts (Work *work, GHashTable *counts, CgPeriod period, gint64 since_s, gint64 until_s,
             gint64 start_s, GError **error)
{
    for (guint s = 0; s < work->spans->len; s++) {
        const Span *span = span_of (work, s);
        for (CgCounted counted = CG_COUNTED_NOW; counted < CG_N_COUNTED; counted++) {
            Sink sink = { .work = work,
                          .counts = counts,
                          .start_s = start_s,
                          .plan = span->plan,
                          .sign = counted == CG_COUNTED_BEFORE ? -1 : 1 };
            gboolean wanted = work->spans->len == 1 ? counted == CG_COUNTED_NOW
                              : span->in_force      ? counted != CG_COUNTED_THEN
                                                    : counted == CG_COUNTED_THEN;
            if (wanted && !cg_store_each_measure (work->store, span->plan,
                                                  cg_measures_name (counted), work->job->level,
                                                  period, since_s, until_s, take_count, &sink,
                                                  error))
                return FALSE;
        }
    }
    return TRUE;
}

static double
look_up (GHashTable *counts, const Place *place, const Type *type, gint64 start_s)
{
    double sum = 0;
    for (guint i = 0; i < type->names->len; i++) {
        g_autofree char *name = key (place->key, type->names->pdata[i], start_s);
        const double *count = g_hash_table_lookup (counts, name);
        sum += count != NULL ? *count : 0;
    }
    return sum;
}

/* The counts that the periods of one start are compared with. */
typedef struct {
    gint64 start_s;
    gboolean known;
    GHashTable *counts; /* borrowed, or owned where the days are fewer */
    GHashTable *own;
} Compared;

/* n_days > 0: only so many days of the period. */
static gboolean
prepare (Work *work, gint64 start_s, gint64 n_days, Compared *out, GError **error)
{
    CgPeriod period = work->job->period;
    *out = (Compared){ .start_s = start_s, .counts = work->counts };
    out->known = period != CG_PERIOD_ALL && start_s >= work->report->begin_s;
    if (period == CG_PERIOD_ALL || n_days == 0)
        return TRUE;
    gint64 end_s = MIN (start_s + n_days * DAY_S, cg_period_step (period, start_s, 1));
    out->own = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    out->counts = out->own;
    return load_counts (work, out->own, CG_PERIOD_DAY, start_s, end_s, start_s, error);
}

/* A grid of one plan among several was not there before its plan. */
static double
compare (const Work *work, const Compared *compared, const Place *place, const Type *type)
{
    if (place->span != CG_NONE && compared->start_s < span_of (work, place->span)->from_s)
        return NAN;
    return compared->known ? look_up (compared->counts, place, type, compared->start_s) : NAN;
}

/* ---- rows ---------------------------------------- */

static void
set_rate (CgReportRow *row)
{
    row->rate = row->rate_low = row->rate_high = NAN;
    row->few = row->count < CG_SMALL_COUNT;
    if (!(row->households > 0))
        return;
    double thousands = row->households / 1000, low, high;
    cg_poisson_interval (row->count, CONFIDENCE, &low, &high);
    row->rate = row->count / thousands;
    row->rate_low = low / thousands;
    row->rate_high = high / thousands;
}

static void
add_period (Work *work, gint64 start_s, const Compared *current, const Compared *previous,
            const Compared *last_year)
{
    CgReport *report = work->report;
    gboolean dated = work->job->period != CG_PERIOD_ALL;
    gint64 end_s = dated ? cg_period_step (work->job->period, start_s, 1) : G_MAXINT64;
    for (guint p = 0; p < work->places->len; p++) {
        const Place *place = &g_array_index (work->places, Place, p);
        const Span *own = place->span != CG_NONE ? span_of (work, place->span) : NULL;
        if (dated && own != NULL && (own->from_s >= end_s || own->until_s <= start_s))
            continue;
        guint32 span = own != NULL ? place->span : span_for (work, place, end_s);
        gboolean outside = strcmp (place->code, CG_MEASURE_OUTSIDE) == 0;
        for (guint t = 0; t < work->types->len; t++) {
            const Type *type = &g_array_index (work->types, Type, t);
            CgReportRow *row = &report->rows[report->n++];
            *row = (CgReportRow){
                .code = g_strdup (outside ? "" : place->code),
                .name = g_strdup (outside ? "网格外" : place->name),
                .type = g_strdup (type->label),
                .start_s = start_s,
                .count = look_up (current->counts, place, type, start_s),
                .plan = span_of (work, span)->plan,
                .households = place->in[span].households,
                .previous = compare (work, previous, place, type),
                .last_year = compare (work, last_year, place, type),
                .estimated = place->in[span].estimated,
            };
            set_rate (row);
        }
    }
}

static gboolean
add_rows (Work *work, gint64 start_s, GError **error)
{
    CgPeriod period = work->job->period;
    gint64 next_s = cg_period_step (period, start_s, 1), end_s = work->report->end_s;
    gint64 n_days = period != CG_PERIOD_ALL && end_s < next_s ? (end_s - start_s) / DAY_S : 0;
    /* Sums of a period hold the running day too. */
    gint64 own_days = work->report->without_today ? n_days : 0;
    Compared current = { 0 }, previous = { 0 }, last_year = { 0 };
    gboolean good =
        prepare (work, start_s, own_days, &current, error) &&
        prepare (work, cg_period_step (period, start_s, -1), n_days, &previous, error) &&
        prepare (work, cg_period_last_year (period, start_s), n_days, &last_year, error);
    if (cg_report_is_running (work->report, start_s))
        previous.known = last_year.known = FALSE;
    if (good)
        add_period (work, start_s, &current, &previous, &last_year);
    g_clear_pointer (&current.own, g_hash_table_unref);
    g_clear_pointer (&previous.own, g_hash_table_unref);
    g_clear_pointer (&last_year.own, g_hash_table_unref);
    return good;
}

static gboolean
choose_span (Work *work, GError **error)
{
    const CgReportJob *job = work->job;
    const CgReport *report = work->report;
    if (job->period == CG_PERIOD_ALL) {
        if (job->since_s == CG_TIME_NONE && job->until_s == CG_TIME_NONE)
            return TRUE;
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "a report of all time takes no span; choose day, week, month or year");
        return FALSE;
    }
    gint64 end_s = job->until_s != CG_TIME_NONE ? MIN (job->until_s, report->end_s) : report->end_s;
    work->last_s = cg_period_start (job->period, end_s - 1);
    if (job->since_s != CG_TIME_NONE)
        work->first_s = cg_period_start (job->period, MAX (job->since_s, report->begin_s));
    else
        work->first_s =
            MAX (cg_period_step (job->period, work->last_s, 1 - (int) MAX (job->last, 1)),
                 cg_period_start (job->period, report->begin_s));
    if (work->first_s <= work->last_s)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND,
                 "the incidents have no day in the span that was asked for");
    return FALSE;
}

static gboolean
fill (Work *work, GError **error)
{
    CgPeriod period = work->job->period;
    guint64 per_period = (guint64) work->places->len * work->types->len, n = 1;
    for (gint64 s = work->first_s; s < work->last_s; s = cg_period_step (period, s, 1))
        n++;
    if (n * per_period > MAX_ROWS) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                     "%" G_GUINT64_FORMAT
                     " rows are more than %u; ask for a shorter span, a higher "
                     "level or one type",
                     n * per_period, MAX_ROWS);
        return FALSE;
    }
    work->report->rows = g_new0 (CgReportRow, n * per_period + 1);
    gint64 since_s = MIN (cg_period_last_year (period, work->first_s),
                          cg_period_step (period, work->first_s, -1));
    if (!load_counts (work, work->counts, period, period == CG_PERIOD_ALL ? CG_TIME_NONE : since_s,
                      CG_TIME_NONE, CG_TIME_NONE, error))
        return FALSE;
    for (guint64 i = 0; i < n; i++) {
        if (!add_rows (work, work->first_s, error))
            return FALSE;
        work->first_s = cg_period_step (period, work->first_s, 1);
    }
    return TRUE;
}

static void
add_span (Work *work, gint64 plan, gint64 from_s, gint64 until_s, gboolean in_force)
{
    Span span = { plan, from_s, until_s, in_force };
    g_array_append_val (work->spans, span);
}

/* The plans that incidents count by: one, or all that ever were in force. */
static gboolean
choose_plans (Work *work, gint64 plan, GError **error)
{
    gboolean counted = TRUE;
    g_autoptr (GArray) eras = cg_store_list_eras (work->store, error);
    if (eras == NULL)
        return FALSE;
    if (work->job->grids == CG_GRIDS_NOW || eras->len < 2) {
        add_span (work, plan, G_MININT64, G_MAXINT64, TRUE);
        return TRUE;
    }
    if (!cg_eras_are_counted (work->store, plan, &counted, error))
        return FALSE;
    for (guint e = 0; e < eras->len; e++) {
        const CgEra *era = &g_array_index (eras, CgEra, e), *next = era + 1;
        gboolean last = e + 1 == eras->len;
        add_span (work, era->plan, e > 0 ? era->from_s : G_MININT64,
                  last ? G_MAXINT64 : next->from_s, last);
    }
    if (!counted)
        g_set_error_literal (error, CG_ERROR, CG_ERROR_CONFLICT,
                             "this file does not count incidents by the plans of their times yet; it "
                             "does from the next import of incidents or published plan on");
    return counted;
}

static gboolean
load_plan (Work *work, GError **error)
{
    CgReport *report = work->report;
    g_autoptr (CgPlan) plan = cg_store_get_plan (work->store, work->job->plan, error);
    g_autoptr (CgRegions) regions =
        plan != NULL ? cg_store_load_regions (work->store, error) : NULL;
    if (regions == NULL || !choose_plans (work, plan->id, error))
        return FALSE;
    report->plan = plan->id;
    report->plan_title = g_strdup (plan->title);
    report->plan_hash = g_strdup (plan->hash);
    g_autoptr (GHashTable) row_of = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    for (guint s = 0; s < work->spans->len; s++) {
        g_autoptr (CgGrids) grids =
            cg_store_load_grids (work->store, span_of (work, s)->plan, error);
        if (grids == NULL)
            return FALSE;
        list_places (work, s, grids, regions, row_of);
    }
    g_array_sort (work->places, compare_places);
    if (work->job->level == CG_LEVEL_COUNTY)
        add_place (work, CG_MEASURE_OUTSIDE, g_strdup (CG_MEASURE_OUTSIDE), NULL, CG_NONE);
    return TRUE;
}

gboolean
cg_report_grids_parse (const char *name, CgReportGrids *out)
{
    gboolean then = strcmp (name, "then") == 0;
    if (!then && strcmp (name, "now") != 0)
        return FALSE;
    *out = then ? CG_GRIDS_THEN : CG_GRIDS_NOW;
    return TRUE;
}

CgReport *
cg_report_run (CgStore *store, const CgReportJob *job, GError **error)
{
    g_auto (Work) work = { .store = store, .job = job, .report = g_new0 (CgReport, 1) };
    work.known = g_ptr_array_new_with_free_func (g_free);
    work.spans = g_array_new (FALSE, FALSE, sizeof (Span));
    work.places = g_array_new (FALSE, TRUE, sizeof (Place));
    g_array_set_clear_func (work.places, clear_place);
    work.types = g_array_new (FALSE, TRUE, sizeof (Type));
    g_array_set_clear_func (work.types, clear_type);
    work.counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    work.report->level = job->level;
    work.report->period = job->period;
    work.report->grids = job->grids;
    work.report->data_version = cg_store_data_version (store);
    if (job->grids == CG_GRIDS_THEN && job->plan != 0) {
        g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT,
                             "grids of their time are of all plans: choose no plan");
        return NULL;
    }
    if (!load_plan (&work, error) || !find_extent (&work, error) || !choose_types (&work, error) ||
        !choose_span (&work, error) || !fill (&work, error) ||
        !cg_report_add_coverage (work.report, store, error))
        return NULL;
    return g_steal_pointer (&work.report);
}

gboolean
cg_report_is_running (const CgReport *report, gint64 start_s)
{
    return report->period == CG_PERIOD_DAY && report->today_s > 0 && start_s >= report->today_s;
}

gint64
cg_report_row_end (const CgReport *report, const CgReportRow *row, gboolean *out_unfinished)
{
    gint64 next_s = cg_period_step (report->period, row->start_s, 1);
    gboolean unfinished = report->period != CG_PERIOD_ALL && report->end_s < next_s;
    if (out_unfinished != NULL)
        *out_unfinished = unfinished;
    return (unfinished || report->period == CG_PERIOD_ALL ? report->end_s : next_s) - DAY_S;
}
