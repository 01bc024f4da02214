#include "sample_internal.h"

#include <math.h>

#include "base/error.h"
#include "kind_internal.h"

#define DAY_S 86400
#define ZONE_S (8 * 3600) /* Beijing time all over the country */

typedef struct {
    gint64 time_s, reported_s;
    CgSpot at;
    guint32 type, source, state, number;
    gint64 day;
} Event;

/* A weighted choice: running sums of the weights of things. */
typedef struct {
    GArray *sums;  /* double  */
    GArray *items; /* guint32 */
} Choice;

typedef struct {
    const CgWorld *world;
    Choice urban, rural, roads;
    Choice hot[CG_N_USES];
    GArray *road_spots; /* CgSpot */
    GArray *events;     /* of the county, Event */
    double rate_sum;
    guint n_kinds;
} Teller;

static void
choice_init (Choice *choice)
{
    choice->sums = g_array_new (FALSE, FALSE, sizeof (double));
    choice->items = g_array_new (FALSE, FALSE, sizeof (guint32));
}

static void
choice_done (Choice *choice)
{
    g_array_unref (choice->sums);
    g_array_unref (choice->items);
}

static void
choice_add (Choice *choice, guint32 item, double weight)
{
    double sum =
        choice->sums->len > 0 ? g_array_index (choice->sums, double, choice->sums->len - 1) : 0;
    sum += weight;
    g_array_append_val (choice->sums, sum);
    g_array_append_val (choice->items, item);
}

static guint32
choice_pick (const Choice *choice, CgRandom *random)
{
    guint n = choice->sums->len, low = 0, high = n - 1;
    double at = cg_random_unit (random) * g_array_index (choice->sums, double, n - 1);
    while (low < high) {
        guint middle = (low + high) / 2;
        if (g_array_index (choice->sums, double, middle) > at)
            high = middle;
        else
            low = middle + 1;
    }
    return g_array_index (choice->items, guint32, low);
}

static guint
pick_weighted (const double *weights, guint n, CgRandom *random)
{
    double sum = 0;
    for (guint i = 0; i < n; i++)
        sum += weights[i];
    double at = cg_random_unit (random) * sum;
    for (guint i = 0; i + 1 < n; i++) {
        at -= weights[i];
        if (at < 0)
            return i;
    }
    return n - 1;
}

/* ---- where ----------------------------------------------------------------------------------- */

static void
find_road_spots (Teller *teller)
{
    const CgWorld *world = teller->world;
    const CgMesh *mesh = world->mesh;
    for (guint32 h = 0; h < mesh->halves->len; h += 2) {
        guint8 class = CG_EDGE (mesh, h)->class;
        CgSpot at = *CG_SPOT (mesh, CG_HALF (mesh, h)->origin);
        if ((class != CG_BARRIER_ARTERIAL && class != CG_BARRIER_STREET) ||
            !cg_world_inside (world, at))
            continue;
        double black_spot =
            cg_noise_pick (world->seed, 171, CG_HALF (mesh, h)->origin) < 0.04 ? 9 : 1;
        choice_add (&teller->roads, teller->road_spots->len,
                    (class == CG_BARRIER_ARTERIAL ? 3 : 1) * black_spot);
        g_array_append_val (teller->road_spots, at);
    }
    double town = teller->roads.sums->len > 0
                      ? g_array_index (teller->roads.sums, double, teller->roads.sums->len - 1) : 1;
    guint n = 0;
    for (guint i = 0; i < world->roads->len; i++)
        n += ((CgWay *) world->roads->pdata[i])->line->len;
    for (guint i = 0; i < world->roads->len; i++) {
        const CgWay *road = world->roads->pdata[i];
        for (guint k = 0; k < road->line->len && road->class != CG_BARRIER_ALLEY; k++) {
            CgSpot at = g_array_index (road->line, CgSpot, k);
            if (!cg_world_inside (world, at))
                continue;
            choice_add (&teller->roads, teller->road_spots->len,
                        (road->class == CG_BARRIER_ARTERIAL ? 1.2 : 0.2) * town / n);
            g_array_append_val (teller->road_spots, at);
        }
    }
}

/* Households are not alike: some buildings and groups give far more work than others. */
static void
find_places (Teller *teller)
{
    const CgWorld *world = teller->world;
    const CgUnits *units = world->sample->units;
    for (guint32 i = 0; i < units->n; i++) {
        double temper = exp (0.7 * (12 * cg_noise_pick (world->seed, 172, i) - 6) / 3.5);
        double weight = units->households[i] * temper;
        if (weight > 0)
            choice_add (units->kind[i] == CG_UNIT_RURAL ? &teller->rural : &teller->urban, i,
                        weight);
    }
    for (guint i = 0; i < world->hot_spots->len; i++) {
        const CgHotSpot *hot = &g_array_index (world->hot_spots, CgHotSpot, i);
        choice_add (&teller->hot[hot->use], i, hot->weight);
    }
    find_road_spots (teller);
}

static CgSpot
near_hot_spot (const Teller *teller, CgUse use, CgRandom *random)
{
    const CgHotSpot *hot = &g_array_index (teller->world->hot_spots, CgHotSpot,
                                           choice_pick (&teller->hot[use], random));
    double reach_m = use == CG_USE_SCHOOL ? 30 : use == CG_USE_MARKET ? 55 : 45;
    CgSpot at = cg_world_near (hot->at, reach_m, random);
    return cg_world_inside (teller->world, at) ? at : hot->at;
}

static CgSpot
at_home (const Teller *teller, const Choice *choice, CgRandom *random)
{
    guint32 unit = choice_pick (choice, random);
    return cg_world_spot (teller->world, unit, random);
}

static CgSpot
place_event (const Teller *teller, const CgKind *kind, CgRandom *random)
{
    static const CgUse uses[] = { CG_USE_MARKET, CG_USE_HOSPITAL, CG_USE_SCHOOL,
                                  CG_USE_BUSES,  CG_USE_SITE,     CG_USE_TOWERS };
    double households = teller->rural.sums->len == 0 ? 0 : kind->rural;
    double weights[9] = { kind->urban, households,  kind->market, kind->hospital, kind->school,
                          kind->buses, kind->site, kind->compound, kind->road };
    for (guint k = 0; k < G_N_ELEMENTS (uses); k++)
        weights[2 + k] *= teller->hot[uses[k]].sums->len > 0 ? 1.6 : 0;
    /* In a county without villages rural matters turn up in town. */
    if (teller->rural.sums->len == 0 && kind->urban <= 0)
        weights[0] = 1;
    guint which = pick_weighted (weights, 9, random);
    if (which == 0)
        return at_home (teller, &teller->urban, random);
    if (which == 1)
        return at_home (teller, &teller->rural, random);
    if (which < 8)
        return near_hot_spot (teller, uses[which - 2], random);
    CgSpot at = g_array_index (teller->road_spots, CgSpot, choice_pick (&teller->roads, random));
    CgSpot off = cg_world_near (at, 6, random);
    return cg_world_inside (teller->world, off) ? off : at;
}

/* ---- when ------------------------------------------------------------------------------------ */

static double
weekday_factor (const CgKind *kind, gint64 day)
{
    guint weekday = (guint) ((day + 3) % 7); /* 1 January 1970 was a Thursday; 0: Monday */
    if (weekday == 0)
        return kind->rhythm == CG_RHYTHM_OFFICE ? 1.18 : 1.04;
    return weekday >= 5 ? kind->weekend : 1;
}

static gint64
time_of_day (const CgKind *kind, gint64 day, CgRandom *random)
{
    guint hour = pick_weighted (cg_rhythm_hours (kind->rhythm), 24, random);
    return day * DAY_S - ZONE_S + hour * 3600 + cg_random_below (random, 3600);
}

/* Minutes from the event to its record: the hotline hears soon, a visit tells in the evening. */
static gint64
delay_s (CgSource source, CgRandom *random)
{
    static const double minutes[CG_N_SOURCES] = { 14, 4, 9, 3, 90, 2, 240 };
    return 20 + (gint64) (60 * minutes[source] * exp (0.8 * cg_random_normal (random)));
}

/* ---- how it goes on -------------------------------------------------------------------------- */

static const char *const states[] = { "受理", "派单", "处置", "反馈", "核查", "办结" };

/* Steps take hours; about one in thirty drags on for weeks. The state is what is reached in that
 * age. */
static guint32
state_at (gint64 age_s, CgRandom *random)
{
    static const double hours[] = { 0.4, 1.5, 20, 5, 9 };
    double slow = cg_random_unit (random) < 0.035 ? 30 : 1, left = (double) age_s / 3600;
    for (guint step = 0; step < G_N_ELEMENTS (hours); step++) {
        left -= hours[step] * slow * exp (0.7 * cg_random_normal (random));
        if (left < 0)
            return step;
    }
    return G_N_ELEMENTS (states) - 1;
}

static int
by_time (gconstpointer a, gconstpointer b)
{
    const Event *p = a, *q = b;
    if (p->time_s != q->time_s)
        return p->time_s < q->time_s ? -1 : 1;
    return p->number < q->number ? -1 : p->number > q->number;
}

/* A whole local day from its own random stream: it reads the same whatever period is asked for. */
static void
tell_day (Teller *teller, gint64 day, GArray *out)
{
    const CgWorld *world = teller->world;
    CgRandom random;
    cg_random_init (&random, world->seed ^ G_GUINT64_CONSTANT (0x5eed), (guint64) day);
    double weather = exp (0.12 * cg_random_normal (&random));
    g_array_set_size (out, 0);
    for (guint k = 0; k < teller->n_kinds; k++) {
        const CgKind *kind = &cg_kinds[k];
        double mean = world->county->incidents_per_day * kind->rate / teller->rate_sum;
        mean *= weather * weekday_factor (kind, day) * cg_season_factor (kind->season, day);
        guint32 count = cg_random_poisson (&random, mean);
        for (guint32 i = 0; i < count; i++) {
            Event event = { .type = k, .day = day, .number = out->len };
            event.time_s = time_of_day (kind, day, &random);
            event.source = pick_weighted (kind->source, CG_N_SOURCES, &random);
            event.reported_s = event.time_s + delay_s (event.source, &random);
            event.at = place_event (teller, kind, &random);
            event.state = (guint32) cg_random_below (&random, G_MAXUINT32);
            g_array_append_val (out, event);
        }
    }
    g_array_sort (out, by_time);
    for (guint i = 0; i < out->len; i++)
        g_array_index (out, Event, i).number = i + 1;
}

static void
keep_period (Teller *teller, const GArray *day)
{
    gint64 until_s = teller->world->until_s,
           since_s = until_s - (gint64) teller->world->days * DAY_S;
    for (guint i = 0; i < day->len; i++) {
        Event event = g_array_index (day, Event, i);
        if (event.time_s < since_s || event.time_s >= until_s || event.reported_s >= until_s)
            continue;
        CgRandom random;
        cg_random_init (&random, teller->world->seed + 173,
                        ((guint64) event.day << 32) + event.state);
        event.state = state_at (until_s - event.reported_s, &random);
        g_array_append_val (teller->events, event);
    }
}

static CgPlaces *
write_events (const Teller *teller)
{
    guint32 n = teller->events->len;
    CgPlaces *places = cg_places_new (CG_PLACE_INCIDENT, n);
    places->time_s = g_new (gint64, n);
    places->reported_s = g_new (gint64, n);
    places->source = g_new (guint32, n);
    places->state = g_new (guint32, n);
    for (guint k = 0; k < teller->n_kinds; k++)
        cg_names_add (places->types, cg_kinds[k].type);
    for (guint s = 0; s < CG_N_SOURCES; s++)
        cg_names_add (places->sources, cg_source_name (s));
    for (guint s = 0; s < G_N_ELEMENTS (states); s++)
        cg_names_add (places->states, states[s]);
    for (guint32 i = 0; i < n; i++) {
        const Event *event = &g_array_index (teller->events, Event, i);
        g_autoptr (GDate) date = g_date_new_julian ((guint32) (event->day + 719163));
        places->id[i] =
            g_strdup_printf ("GD%04u%02u%02u%04u", g_date_get_year (date), g_date_get_month (date),
                             g_date_get_day (date), event->number);
        places->x[i] = places->delivered_x[i] = event->at.x;
        places->y[i] = places->delivered_y[i] = event->at.y;
        places->type[i] = event->type;
        places->time_s[i] = event->time_s;
        places->reported_s[i] = event->reported_s;
        places->source[i] = event->source;
        places->state[i] = event->state;
    }
    places->working_crs = g_strdup (teller->world->county->working_crs);
    places->delivered_crs = g_strdup (teller->world->county->working_crs);
    return places;
}

static gboolean
tell_days (Teller *teller, const CgProgress *progress, GCancellable *cancel, GError **error)
{
    gint64 until_s = teller->world->until_s,
           since_s = until_s - (gint64) teller->world->days * DAY_S;
    gint64 first = (since_s + ZONE_S) / DAY_S - 1, last = (until_s + ZONE_S) / DAY_S + 1;
    g_autoptr (GArray) day = g_array_new (FALSE, FALSE, sizeof (Event));
    for (gint64 d = MAX (first, 0); d <= last && teller->world->days > 0; d++) {
        if (cancel != NULL && g_cancellable_is_cancelled (cancel)) {
            g_set_error (error, CG_ERROR, CG_ERROR_CANCELLED, "the sample county was not finished");
            return FALSE;
        }
        if (d % 16 == 0)
            cg_progress (progress, "incidents", (guint64) (d - first), (guint64) (last - first));
        tell_day (teller, d, day);
        keep_period (teller, day);
    }
    return TRUE;
}

gboolean
cg_world_incidents (CgWorld *world, const CgProgress *progress, GCancellable *cancel,
                    GError **error)
{
    Teller teller = { .world = world };
    choice_init (&teller.urban);
    choice_init (&teller.rural);
    choice_init (&teller.roads);
    for (guint i = 0; i < CG_N_USES; i++)
        choice_init (&teller.hot[i]);
    teller.road_spots = g_array_new (FALSE, FALSE, sizeof (CgSpot));
    teller.events = g_array_new (FALSE, FALSE, sizeof (Event));
    for (; cg_kinds[teller.n_kinds].type != NULL; teller.n_kinds++)
        teller.rate_sum += cg_kinds[teller.n_kinds].rate;
    find_places (&teller);
    gboolean done = tell_days (&teller, progress, cancel, error);
    if (done)
        world->sample->incidents = write_events (&teller);
    choice_done (&teller.urban);
    choice_done (&teller.rural);
    choice_done (&teller.roads);
    for (guint i = 0; i < CG_N_USES; i++)
        choice_done (&teller.hot[i]);
    g_array_unref (teller.road_spots);
    g_array_unref (teller.events);
    return done;
}
