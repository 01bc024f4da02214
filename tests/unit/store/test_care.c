/* Damage is found, sound files are not blamed, copies are true, a killed writer leaves the old
 * content. */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"

static void
assert_says (const char *problems, const char *part)
{
    if (strstr (problems, part) == NULL)
        g_error ("the check does not say \"%s\" but:\n%s", part, problems);
}

/* Damages the closed file, then checks it through a reader. */
static char *
check_after (Fixture *f, const char *table, const char *sql)
{
    fixture_close (f);
    damage (f->path, table, sql);
    fixture_open (f, CG_STORE_READ);
    return problems_of (f->store);
}

static void
test_sound (Fixture *f, gconstpointer unused)
{
    g_autofree char *empty = problems_of (f->store);
    g_assert_cmpstr (empty, ==, "");
    gint64 plan = fill (f->store);
    g_autofree char *filled = problems_of (f->store);
    g_assert_cmpstr (filled, ==, "");
    g_autoptr (GError) error = NULL;
    cg_store_publish_plan (f->store, plan, 1700001000, "head", &error);
    g_assert_no_error (error);
    g_autoptr (CgUnits) units = make_units (2, 2, 50);
    g_assert_true (cg_store_put_units (f->store, units, &error));
    g_autoptr (CgPlaces) cameras = make_places (CG_PLACE_CAMERA, 5);
    g_assert_true (cg_store_put_cameras (f->store, cameras, &error));
    fixture_open (f, CG_STORE_READ);
    g_autofree char *later = problems_of (f->store);
    g_assert_cmpstr (later, ==, "");
}

/* Flips the lowest bit of one byte of the file, at the first place that holds text. */
static void
flip (const char *path, const char *text)
{
    g_autofree char *bytes = NULL;
    gsize length = 0;
    g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
    char *found = memmem (bytes, length, text, strlen (text));
    g_assert_nonnull (found);
    found[strlen (text) - 1] ^= 1;
    g_assert_true (g_file_set_contents (path, bytes, (gssize) length, NULL));
}

static void
test_flipped_byte (Fixture *f, gconstpointer unused)
{
    static const char *const texts[] = { "样例0", "花园小区", "洛河",       "处理中", "点位2",
                                         "试划",  "第1网格",  "units.gpkg", "planner" };
    fill (f->store);
    fixture_close (f);
    g_autofree char *good = NULL;
    gsize length = 0;
    g_assert_true (g_file_get_contents (f->path, &good, &length, NULL));
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
        g_assert_true (g_file_set_contents (f->path, good, (gssize) length, NULL));
        flip (f->path, texts[i]);
        fixture_open (f, CG_STORE_READ);
        g_autofree char *problems = problems_of (f->store);
        assert_says (problems, "contents are not what was stored");
        fixture_close (f);
    }
}

/* One bit of the mantissa of one coordinate: SQLite's own check does not see it. */
static void
test_flipped_coordinate (Fixture *f, gconstpointer unused)
{
    fill (f->store);
    fixture_close (f);
    double x = 500000 + 100.0 + 1 / 3.0;
    char text[9] = { 0 };
    memcpy (text, &x, 8);
    g_autofree char *bytes = NULL;
    gsize length = 0;
    g_assert_true (g_file_get_contents (f->path, &bytes, &length, NULL));
    char *found = memmem (bytes, length, text, 8);
    g_assert_nonnull (found);
    found[0] ^= 1;
    g_assert_true (g_file_set_contents (f->path, bytes, (gssize) length, NULL));
    fixture_open (f, CG_STORE_READ);
    g_autofree char *problems = problems_of (f->store);
    assert_says (problems, "contents are not what was stored");
    g_assert_null (strstr (problems, "file:"));
}

/* Every byte of every page in use that a check could know of: a sample of flips, each found or
 * without effect on what is read. Flips in free space, in unused bytes of a cell page and in the
 * file's counters change no row. */
static void
test_many_flips (Fixture *f, gconstpointer unused)
{
    fill (f->store);
    fixture_close (f);
    g_autofree char *good = NULL, *before = dump (f->path);
    gsize length = 0;
    guint n = g_test_slow () ? 3000 : 60, found = 0, silent = 0, wrong = 0;
    g_assert_true (g_file_get_contents (f->path, &good, &length, NULL));
    for (guint k = 0; k < n; k++) {
        g_autofree char *bytes = g_memdup2 (good, length);
        gsize at = (gsize) g_test_rand_int_range (100, (gint32) length);
        int bit = g_test_rand_int_range (0, 8);
        bytes[at] ^= (char) (1 << bit);
        g_assert_true (g_file_set_contents (f->path, bytes, (gssize) length, NULL));
        g_autoptr (GError) error = NULL;
        g_autoptr (CgStore) store = cg_store_open (f->path, CG_STORE_READ, &error);
        g_autofree char *problems =
            store != NULL ? problems_of (store) : g_strdup ("cannot be opened");
        g_clear_pointer (&store, cg_store_close);
        if (problems[0] != '\0') {
            found++;
            continue;
        }
        g_autofree char *after = dump (f->path);
        silent++;
        if (strcmp (before, after) != 0) {
            wrong++;
            g_test_message ("bit %d of byte %" G_GSIZE_FORMAT " was missed", bit, at);
        }
    }
    g_test_message ("%u flipped bits: %u found, %u without effect on any row, %u missed", n, found,
                    silent - wrong, wrong);
    g_assert_cmpuint (wrong, ==, 0);
}

static void
test_zeroed_rtree_node (Fixture *f, gconstpointer unused)
{
    fill (f->store);
    g_autofree char *problems =
        check_after (f, NULL, "UPDATE idx_unit_geom_node SET data = zeroblob(length(data))");
    assert_says (problems, "idx_unit_geom");
    g_assert_cmpint (
        ask (f->path, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"),
        ==, 1);
}

static void
test_rtree_out_of_step (Fixture *f, gconstpointer unused)
{
    fill (f->store);
    g_autofree char *moved =
        check_after (f, NULL, "UPDATE idx_unit_geom SET xmin = 1, xmax = 2 WHERE pkid = 5");
    assert_says (moved, "unit: 1 rows are missing from the spatial index or do not fit their box");
    g_autofree char *missing = check_after (f, NULL, "DELETE FROM idx_grid_geom WHERE pkid = 2");
    assert_says (missing, "grid: 3 rows but 2 in the spatial index");
}

static void
test_deleted_assignment (Fixture *f, gconstpointer unused)
{
    fill (f->store);
    g_autofree char *problems =
        check_after (f, "assignment", "DELETE FROM assignment WHERE unit = 7");
    assert_says (problems, "plan 1: unit u00006 is in no grid");
    assert_says (problems, "assignment 1: 12 rows were stored, 11 are there");
    assert_says (problems, "its assignments do not give its hash");
}

static void
test_moved_assignment (Fixture *f, gconstpointer unused)
{
    fill (f->store);
    g_autofree char *problems =
        check_after (f, "assignment", "UPDATE assignment SET grid_id = 3 WHERE unit = 1");
    assert_says (problems, "its units add up to");
    assert_says (problems, "its assignments do not give its hash");
}

static void
test_wrong_count (Fixture *f, gconstpointer unused)
{
    fill (f->store);
    g_autofree char *problems =
        check_after (f, "grid", "UPDATE grid SET households = households + 1 WHERE grid_id = 2");
    assert_says (problems, "grid 610626000001002 says 4 units, 401 households, 1222 people; its "
                           "units add up to 4, 400, 1222");
    g_autofree char *plan = check_after (f, "plan", "UPDATE plan SET n_ok = 9");
    assert_says (plan, "plan 1: counts of grids");
}

static void
test_broken_audit (Fixture *f, gconstpointer unused)
{
    fill (f->store);
    fixture_close (f);
    g_autofree char *copy = g_strconcat (f->path, ".copy", NULL), *good = NULL;
    gsize length = 0;
    g_assert_true (g_file_get_contents (f->path, &good, &length, NULL));
    g_autofree char *changed =
        check_after (f, "audit", "UPDATE audit SET who = 'nobody' WHERE sequence = 4");
    assert_says (changed, "audit: link 4 was changed");
    fixture_close (f);
    g_assert_true (g_file_set_contents (f->path, good, (gssize) length, NULL));
    g_autofree char *cut = check_after (f, "audit", "DELETE FROM audit WHERE sequence = 5");
    assert_says (cut, "audit: link 5 is missing");
    fixture_close (f);
    g_assert_true (g_file_set_contents (f->path, good, (gssize) length, NULL));
    g_autofree char *tail = check_after (
        f, "audit", "DELETE FROM audit WHERE sequence = (SELECT max(sequence) FROM audit)");
    assert_says (tail, "audit: the chain ends at link");
}

static void
test_lost_region (Fixture *f, gconstpointer unused)
{
    fill (f->store);
    g_autofree char *some =
        check_after (f, NULL, "DELETE FROM region WHERE code = '610626000002'");
    assert_says (some, "6 units of version");
    assert_says (some, "are in region 610626000002, which does not exist");
    fixture_open (f, CG_STORE_WRITE);
    g_autoptr (GError) error = NULL;
    g_autoptr (CgRegions) regions = make_regions ();
    g_free (regions->code[0]);
    regions->code[0] = g_strdup ("610626000003");
    assert_failed (cg_store_put_regions (f->store, regions, &error), &error, CG_ERROR_CONFLICT,
                   "1 regions that units or the plan in force use would be gone: 610626000001");
}

static void
test_orphans (Fixture *f, gconstpointer unused)
{
    fill (f->store);
    g_autofree char *thing =
        check_after (f, NULL, "INSERT INTO attachment VALUES (1, 'camera', 4711, 1)");
    assert_says (thing, "attachment: camera 4711 of plan 1 does not exist");
    g_autofree char *grid = check_after (
        f, NULL, "UPDATE attachment SET grid_id = 99 WHERE kind = 'incident' AND thing = 3");
    assert_says (grid, "its grid 99 does not");
    assert_says (grid, "foreign key: attachment");
    g_autofree char *measure = check_after (
        f, NULL, "INSERT INTO measure VALUES (8, 'x', 'grid', 'day', 'p', 0, '', 1, 1)");
    assert_says (measure, "measure: x refers to plan 8");
    assert_says (measure, "measure: 2 rows, but 1 were stored");
}

static void
test_backup (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    fill (f->store);
    g_autofree char *to = g_build_filename (f->dir, "copy.sqlite", NULL);
    cg_store_backup (f->store, to, &error);
    g_assert_no_error (error);
    assert_failed (cg_store_backup (f->store, to, &error), &error, CG_ERROR_CONFLICT,
                   "exists already");
    g_autofree char *nowhere = g_build_filename (f->dir, "none", "copy.sqlite", NULL);
    assert_failed (cg_store_backup (f->store, nowhere, &error), &error, CG_ERROR_NOT_FOUND,
                   "folder");
    g_autoptr (CgStore) copy = cg_store_open (to, CG_STORE_WRITE, &error);
    g_assert_no_error (error);
    g_autofree char *problems = problems_of (copy);
    g_assert_cmpstr (problems, ==, "");
    g_clear_pointer (&copy, cg_store_close);
    fixture_close (f);
    g_autofree char *a = dump (f->path), *b = dump (to);
    g_assert_cmpstr (a, ==, b);
}

/* A damaged county is not copied into something that looks like a good backup. */
static void
test_backup_of_damaged (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    fill (f->store);
    g_autofree char *problems =
        check_after (f, "grid", "UPDATE grid SET units = 5 WHERE grid_id = 2");
    g_autofree char *to = g_build_filename (f->dir, "copy.sqlite", NULL);
    assert_failed (cg_store_backup (f->store, to, &error), &error, CG_ERROR_STORE, "not sound");
    g_assert_false (g_file_test (to, G_FILE_TEST_EXISTS));
    g_autoptr (GDir) dir = g_dir_open (f->dir, 0, NULL);
    for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
        g_assert_null (strstr (name, "-part-"));
}

/* ---- a writer that dies ---------------------------------------- */

static gint64
size_of (const char *path, const char *ending)
{
    g_autofree char *name = g_strconcat (path, ending, NULL);
    GStatBuf found;
    return g_stat (name, &found) == 0 ? found.st_size : 0;
}

/* One transaction that never ends: revision after revision of 20 000 incidents, until the page
 * cache overflows into the log. */
static void
run_child (const char *path)
{
    g_autoptr (GError) error = NULL;
    alarm (60); /* never outlives a test that failed */
    CgStore *store = cg_store_open (path, CG_STORE_WRITE, &error);
    g_autoptr (CgPlaces) places = make_places (CG_PLACE_INCIDENT, 20000);
    if (store == NULL || !cg_store_begin (store, NULL))
        _exit (1);
    for (guint32 revision = 1;; revision++) {
        for (guint32 i = 0; i < places->n; i++)
            places->revision[i] = revision;
        if (!cg_store_put_incidents (store, places, NULL, NULL))
            _exit (1);
    }
}

static void
kill_in_the_middle (Fixture *f, gint64 wal_bytes)
{
    fixture_close (f);
    pid_t child = fork ();
    if (child == 0)
        run_child (f->path);
    for (guint i = 0; i < 30000 && size_of (f->path, "-wal") < wal_bytes; i++)
        g_usleep (1000);
    gint64 reached = size_of (f->path, "-wal");
    kill (child, SIGKILL);
    int status = 0;
    waitpid (child, &status, 0);
    g_assert_true (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL);
    g_assert_cmpint (reached, >=, wal_bytes);
}

static void
test_kill (Fixture *f, gconstpointer unused)
{
    fill (f->store);
    fixture_close (f);
    g_autofree char *before = dump (f->path);
    for (guint round = 1; round <= 2; round++) {
        kill_in_the_middle (f, 10000000 + round * 2000000);
        fixture_open (f, round % 2 == 0 ? CG_STORE_READ
                                        : CG_STORE_WRITE); /* the dead writer's lock is gone */
        g_autofree char *problems = problems_of (f->store);
        g_assert_cmpstr (problems, ==, "");
        fixture_close (f);
        g_autofree char *after = dump (f->path);
        g_assert_cmpstr (after, ==, before);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    ADD ("/store/care/sound", test_sound);
    ADD ("/store/care/flipped-byte", test_flipped_byte);
    ADD ("/store/care/flipped-coordinate", test_flipped_coordinate);
    ADD ("/store/care/many-flips", test_many_flips);
    ADD ("/store/care/zeroed-rtree-node", test_zeroed_rtree_node);
    ADD ("/store/care/rtree-out-of-step", test_rtree_out_of_step);
    ADD ("/store/care/deleted-assignment", test_deleted_assignment);
    ADD ("/store/care/moved-assignment", test_moved_assignment);
    ADD ("/store/care/wrong-count", test_wrong_count);
    ADD ("/store/care/broken-audit", test_broken_audit);
    ADD ("/store/care/lost-region", test_lost_region);
    ADD ("/store/care/orphans", test_orphans);
    ADD ("/store/care/backup", test_backup);
    ADD ("/store/care/backup-of-damaged", test_backup_of_damaged);
    ADD ("/store/care/kill", test_kill);
    return g_test_run ();
}
