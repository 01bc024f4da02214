/* Kept replies of /api/measures: each the figures of one state of the data and one day, and no other. */
#include "../app/small_county.h"

#include "app/json.h"
#include "app/report.h"
#include "app/split/plan.h"
#include "http/http_internal.h"
#include "support.h"

#include <string.h>

#define DAY_S 86400
#define PATIENCE_US (20 * G_USEC_PER_SEC)

static gint64 clock_s;

static gint64
get_clock (void)
{
    return clock_s;
}

typedef struct {
    SmallCounty county;
    CgLive *live;
    HttpContext context;
    HttpReply reply;
} World;

static void
world_open (World *world)
{
    g_autoptr (GError) error = NULL;
    memset (world, 0, sizeof *world);
    clock_s = SMALL_NOW_S;
    small_county_open (&world->county);
    small_publish (world->county.store, 1);
    g_clear_pointer (&world->county.store, cg_store_close);
    CgLiveOptions options = { .county = world->county.path, .idle_s = 1, .now_s = get_clock };
    world->live = cg_live_new (&options, &error);
    g_assert_no_error (error);
    world->context.cache = http_cache_new (1 << 20);
    world->context.now_s = get_clock;
    world->context.measures = http_measures_new (world->county.path, world->context.cache);
}

static void
world_close (World *world)
{
    http_reply_clear (&world->reply);
    cg_live_free (world->live);
    http_measures_free (world->context.measures);
    http_cache_free (world->context.cache);
    small_county_close (&world->county);
}

/* So many hours before (after) midnight of the first day of the clock. */
static void
deliver (World *world, int id, int revision, int hours, gboolean withdrawn)
{
    g_autoptr (GError) error = NULL;
    json_t *reply = NULL;
    CgLiveOutcome outcome;
    gint64 time_s = cg_period_start (CG_PERIOD_DAY, SMALL_NOW_S) + hours * 3600;
    g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (time_s);
    g_autofree char *occurred = g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
    g_autoptr (json_t) body =
        json_pack ("[{s:i, s:s, s:i, s:s, s:f, s:f, s:s, s:b}]", "id", id, "source", "12345",
                   "revision", revision, "occurred", occurred, "x", SMALL_X + 40.0 * id, "y",
                   SMALL_Y + 30.0 * id, "crs", SMALL_CRS, "withdrawn", (int) withdrawn);
    g_assert_true (cg_live_deliver (world->live, body, NULL, &outcome, &reply, &error));
    g_assert_no_error (error);
    g_assert_cmpint (outcome, ==, CG_LIVE_STORED);
    json_decref (reply);
}

static const HttpReply *
ask (World *world, const char *tag)
{
    g_auto (HttpRequest) request = { 0 };
    http_reply_clear (&world->reply);
    g_assert_true (http_request_init (&request, "GET", "/api/measures?level=county&period=day&last=3",
                                      tag, NULL));
    http_answer (&world->context, &request, &world->reply);
    return &world->reply;
}

/* What the use case says of the file and the clock as they are. */
static GBytes *
count_anew (const World *world)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgStore) store = cg_store_open (world->county.path, CG_STORE_READ, &error);
    CgReportJob job = { .level = CG_LEVEL_COUNTY,
                        .period = CG_PERIOD_DAY,
                        .since_s = CG_TIME_NONE,
                        .until_s = CG_TIME_NONE,
                        .last = 3,
                        .now_s = clock_s };
    g_autoptr (CgReport) report = cg_report_run (store, &job, &error);
    g_assert_no_error (error);
    g_auto (HttpReply) reply = { 0 };
    http_reply_json (&reply, cg_report_json (report));
    return g_steal_pointer (&reply.body);
}

/* Until the change is seen: then it is all there, under another tag, which holds. (transfer full) */
static char *
assert_renewed (World *world, const char *old_tag)
{
    g_autoptr (GBytes) wanted = count_anew (world);
    gint64 until_us = g_get_monotonic_time () + PATIENCE_US;
    while (g_strcmp0 (ask (world, NULL)->etag, old_tag) == 0) {
        g_assert_cmpint (g_get_monotonic_time (), <, until_us);
        g_usleep (5000);
    }
    g_assert_cmpuint (world->reply.status, ==, 200);
    gsize size, wanted_size;
    const char *got = g_bytes_get_data (world->reply.body, &size),
               *want = g_bytes_get_data (wanted, &wanted_size);
    g_assert_cmpmem (got, size, want, wanted_size);
    char *tag = g_strdup (world->reply.etag);
    g_assert_cmpuint (ask (world, tag)->status, ==, 304);
    g_assert_cmpuint (ask (world, old_tag)->status, ==, 200);
    return tag;
}

static void
test_changes (void)
{
    World world;
    world_open (&world);
    for (int id = 1; id <= 6; id++)
        deliver (&world, id, 0, id % 3 * 24 - 40, FALSE);
    g_autofree char *first = assert_renewed (&world, NULL);
    deliver (&world, 7, 0, -5, FALSE);
    g_autofree char *more = assert_renewed (&world, first);
    deliver (&world, 2, 1, -50, FALSE);
    g_autofree char *corrected = assert_renewed (&world, more);
    deliver (&world, 3, 1, -30, TRUE);
    g_autofree char *withdrawn = assert_renewed (&world, corrected);
    world_close (&world);
}

static void
test_plan (void)
{
    World world;
    g_autoptr (GError) error = NULL;
    world_open (&world);
    deliver (&world, 1, 0, -20, FALSE);
    deliver (&world, 2, 0, -30, FALSE);
    g_autofree char *first = assert_renewed (&world, NULL);
    g_clear_pointer (&world.live, cg_live_free);
    g_autoptr (CgStore) store = cg_store_open (world.county.path, CG_STORE_WRITE, &error);
    g_assert_no_error (error);
    clock_s += 60;
    CgSplitOptions options = { .partition = CG_PARTITION_OPTIONS_DEFAULT };
    gint64 plan = 0;
    options.partition.min = 400;
    options.partition.max = 800;
    options.partition.target = 600;
    g_assert_true (cg_plan_split (store, &options, NULL, "tester", clock_s, NULL, NULL, &plan, NULL, &error));
    g_assert_true (cg_plan_publish (store, plan, 0, clock_s, "tester", NULL, &error));
    g_assert_no_error (error);
    g_autofree char *published = assert_renewed (&world, first);
    world_close (&world);
}

/* The running day is left out while it runs: at midnight the same data have another sheet, at once. */
static void
test_midnight (void)
{
    World world;
    world_open (&world);
    for (int id = 1; id <= 6; id++)
        deliver (&world, id, 0, id * 5 - 28, FALSE);
    deliver (&world, 7, 0, 3, FALSE);
    g_autofree char *first = assert_renewed (&world, NULL);
    clock_s += DAY_S;
    g_autoptr (GBytes) wanted = count_anew (&world);
    g_assert_cmpuint (ask (&world, first)->status, ==, 200);
    g_assert_cmpstr (world.reply.etag, !=, first);
    g_assert_true (g_bytes_equal (world.reply.body, wanted));
    world_close (&world);
}

/* Who asks while the next reply is counted does not wait for it; who asks after a long time does. */
static void
test_before (void)
{
    World world;
    world_open (&world);
    deliver (&world, 1, 0, -20, FALSE);
    g_autofree char *first = assert_renewed (&world, NULL);
    gint64 asked_us = g_get_monotonic_time ();
    deliver (&world, 2, 0, -20, FALSE);
    g_usleep (300000); /* the file is looked at four times a second */
    ask (&world, NULL);
    if (g_get_monotonic_time () - asked_us < 1500000)
        g_assert_cmpstr (world.reply.etag, ==, first);
    g_autofree char *second = assert_renewed (&world, first);
    deliver (&world, 3, 0, -20, FALSE);
    g_usleep (2100000);
    g_autoptr (GBytes) wanted = count_anew (&world);
    g_assert_cmpstr (ask (&world, NULL)->etag, !=, second);
    g_assert_true (g_bytes_equal (world.reply.body, wanted));
    world_close (&world);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/http/measures/changes", test_changes);
    g_test_add_func ("/http/measures/plan", test_plan);
    g_test_add_func ("/http/measures/midnight", test_midnight);
    g_test_add_func ("/http/measures/before", test_before);
    return g_test_run ();
}
