/* Readers attach points while writers put one plan after another in force. Meant for
 * ThreadSanitizer too (docs/testing.md). */
#include "attach/shelf.h"
#include "base/error.h"
#include "base/random.h"
#include "support.h"

#include <math.h>

#define COLUMNS 16
#define READERS 4
#define ROUNDS 300

/* COLUMNS stripes over 0..COLUMNS, moved to the right by version % COLUMNS and numbered on: whoever
 * knows the version knows which stripe holds a point. */
static CgAttachSnapshot *
make_snapshot (guint64 version)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgShapes) areas = cg_shapes_new (CG_SHAPES_AREA);
    for (guint k = 0; k < COLUMNS; k++) {
        double x = (double) ((k + version) % COLUMNS);
        const double xs[] = { x, x + 1, x + 1, x, x }, ys[] = { 0, 0, 1, 1, 0 };
        for (guint v = 0; v < 5; v++)
            cg_shapes_add_vertex (areas, xs[v], ys[v]);
        cg_shapes_end_ring (areas);
        cg_shapes_end_part (areas);
        cg_shapes_end_shape (areas);
    }
    CgAttachSnapshot *snapshot = cg_attach_snapshot_new (areas, NULL, version, &error);
    g_assert_no_error (error);
    return snapshot;
}

static void
test_one (void)
{
    g_autoptr (CgAttachShelf) shelf = cg_attach_shelf_new ();
    g_assert_null (cg_attach_shelf_take (shelf));
    cg_attach_shelf_put (shelf, make_snapshot (3));
    g_autoptr (CgAttachSnapshot) three = cg_attach_shelf_take (shelf);
    g_assert_cmpuint (cg_attach_snapshot_version (three), ==, 3);
    cg_attach_shelf_put (shelf, make_snapshot (4));
    g_autoptr (CgAttachSnapshot) four = cg_attach_shelf_take (shelf);
    g_assert_cmpuint (cg_attach_snapshot_version (four), ==, 4);
    /* The old one goes on answering. */
    g_assert_cmpuint (cg_attach_find (cg_attach_snapshot_index (three), 3.5, 0.5), ==, 0);
    g_assert_cmpuint (cg_attach_find (cg_attach_snapshot_index (four), 3.5, 0.5), ==, COLUMNS - 1);
    cg_attach_shelf_put (shelf, NULL);
    g_assert_null (cg_attach_shelf_take (shelf));
}

static void
test_failure (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgShapes) points = cg_shapes_new (CG_SHAPES_POINT);
    g_assert_null (cg_attach_snapshot_new (points, NULL, 1, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
}

typedef struct {
    CgAttachShelf *shelf;
    gint *stop; /* atomic */
    guint seed;
    guint64 answers, versions;
} Reader;

static gpointer
read_on (gpointer data)
{
    Reader *reader = data;
    CgRandom random;
    cg_random_init (&random, 5, reader->seed);
    guint64 last = 0;
    while (!g_atomic_int_get (reader->stop)) {
        g_autoptr (CgAttachSnapshot) snapshot = cg_attach_shelf_take (reader->shelf);
        guint64 version = cg_attach_snapshot_version (snapshot);
        g_assert_cmpuint (version, >=, last); /* never back to an older plan */
        reader->versions += version > last;
        last = version;
        for (guint k = 0; k < 50; k++) {
            double x = COLUMNS * cg_random_unit (&random);
            guint32 found = cg_attach_find (cg_attach_snapshot_index (snapshot), x, 0.5);
            guint32 wanted =
                (guint32) ((guint64) floor (x) + COLUMNS - version % COLUMNS) % COLUMNS;
            g_assert_cmpuint (found, ==, wanted);
            reader->answers++;
        }
    }
    return NULL;
}

static void
test_readers_and_writer (void)
{
    g_autoptr (CgAttachShelf) shelf = cg_attach_shelf_new ();
    gint stop = FALSE;
    Reader reader[READERS];
    GThread *thread[READERS];
    cg_attach_shelf_put (shelf, make_snapshot (1));
    for (guint r = 0; r < READERS; r++) {
        reader[r] = (Reader){ shelf, &stop, r, 0, 0 };
        thread[r] = g_thread_new ("reader", read_on, &reader[r]);
    }
    for (guint64 version = 2; version <= ROUNDS; version++)
        cg_attach_shelf_put (shelf, make_snapshot (version));
    g_atomic_int_set (&stop, TRUE);
    guint64 answers = 0;
    for (guint r = 0; r < READERS; r++) {
        g_thread_join (thread[r]);
        answers += reader[r].answers;
    }
    g_test_message ("%" G_GUINT64_FORMAT " answers during %d plans", answers, ROUNDS);
    g_assert_cmpuint (answers, >, 0);
}

static gpointer
write_on (gpointer data)
{
    for (guint64 version = 1; version <= ROUNDS / 4; version++)
        cg_attach_shelf_put (data, make_snapshot (version));
    return NULL;
}

/* Several writers: each version is put and freed once (the sanitizers look). */
static void
test_writers (void)
{
    g_autoptr (CgAttachShelf) shelf = cg_attach_shelf_new ();
    GThread *thread[3];
    for (guint w = 0; w < G_N_ELEMENTS (thread); w++)
        thread[w] = g_thread_new ("writer", write_on, shelf);
    for (guint k = 0; k < 2000; k++)
        cg_attach_snapshot_unref (cg_attach_shelf_take (shelf));
    for (guint w = 0; w < G_N_ELEMENTS (thread); w++)
        g_thread_join (thread[w]);
    g_autoptr (CgAttachSnapshot) last = cg_attach_shelf_take (shelf);
    g_assert_cmpuint (cg_attach_snapshot_version (last), ==, ROUNDS / 4);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/attach/shelf/one", test_one);
    g_test_add_func ("/attach/shelf/failure", test_failure);
    g_test_add_func ("/attach/shelf/readers-and-writer", test_readers_and_writer);
    g_test_add_func ("/attach/shelf/writers", test_writers);
    return g_test_run ();
}
