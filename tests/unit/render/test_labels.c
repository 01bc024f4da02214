/* Labels that stay where they were from frame to frame. */
#include <math.h>
#include <string.h>

#include "base/random.h"
#include "map/map.h"

#define N 150u
#define FRAMES 24u

typedef struct {
    CgLabel label[N];
    char text[N][32];
    CgRect legend; /* where no label may stand in this frame */
} Scene;

static const CgMapView view = { { 0, 0, 900, 600 }, { 0, 0, 9000, 6000 }, 10 };

/* Places stay; priorities jitter as counts do, a few names come and go, the legend moves east. */
static void
scene_at (Scene *scene, guint frame)
{
    CgRandom fixed, moving;
    cg_random_init (&fixed, 7, 0);
    cg_random_init (&moving, 8, frame);
    for (guint i = 0; i < N; i++) {
        /* Some names are equal, as those of villages are. */
        g_snprintf (scene->text[i], sizeof scene->text[i], "%s%u村", i % 3 ? "李家" : "王",
                    i % 10 == 0 ? 1 : i);
        scene->label[i] = (CgLabel){ .x = 9000 * cg_random_unit (&fixed),
                                     .y = 6000 * cg_random_unit (&fixed),
                                     .text = scene->text[i] };
        scene->label[i].priority = cg_random_unit (&fixed) + 0.5 * cg_random_unit (&moving);
    }
    scene->label[N - 1 - frame % 5].text = NULL;
    scene->legend = (CgRect){ 30.0 * frame, 400, 180, 150 };
}

static gboolean
meets (const CgRect *a, const CgRect *b)
{
    return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height &&
           b->y < a->y + a->height;
}

static gboolean
same (const CgRect *a, const CgRect *b)
{
    return a->x == b->x && a->y == b->y && a->width == b->width && a->height == b->height;
}

static guint
place (const Scene *scene, CgLabelMemory *memory, CgRect *out)
{
    g_autoptr (CgCanvas) canvas = cg_canvas_new (CG_FORMAT_PNG, 900, 600, NULL, NULL);
    CgLabelOptions options = {
        .size = CG_TEXT_BODY, .n_taken = 1, .taken = &scene->legend, .memory = memory
    };
    return cg_map_labels (canvas, &view, N, scene->label, &options, out);
}

/* Labels of the frame before that still have room, and how many of them moved or went. */
static void
run (CgLabelMemory *memory, guint *out_could, guint *out_moved)
{
    g_autofree Scene *scene = g_new0 (Scene, 1);
    CgRect before[N] = { 0 }, now[N];
    *out_could = *out_moved = 0;
    for (guint frame = 0; frame < FRAMES; frame++) {
        scene_at (scene, frame);
        place (scene, memory, now);
        for (guint i = 0; i < N; i++) {
            if (scene->label[i].text == NULL)
                g_assert_cmpfloat (now[i].width, ==, 0);
            for (guint j = 0; j < i && now[i].width > 0; j++)
                g_assert_false (now[j].width > 0 && meets (&now[i], &now[j]));
            g_assert_false (now[i].width > 0 && meets (&now[i], &scene->legend));
            if (before[i].width == 0 || scene->label[i].text == NULL ||
                meets (&before[i], &scene->legend))
                continue;
            ++*out_could;
            *out_moved += !same (&before[i], &now[i]);
        }
        memcpy (before, now, sizeof before);
    }
}

static void
test_stay (void)
{
    guint could, moved, could_alone, moved_alone;
    g_autoptr (CgLabelMemory) memory = cg_label_memory_new ();
    run (NULL, &could_alone, &moved_alone);
    run (memory, &could, &moved);
    g_test_message ("without memory %u of %u moved, with it %u of %u", moved_alone, could_alone,
                    moved, could);
    g_assert_cmpuint (moved_alone, >, 200); /* or this would prove nothing */
    g_assert_cmpuint (could, >, 1000);
    g_assert_cmpuint (moved, ==, 0);
}

/* The first frame is that without memory; the same frames give the same places; a new scale starts
 * anew. */
static void
test_same (void)
{
    g_autofree Scene *scene = g_new0 (Scene, 1);
    g_autoptr (CgLabelMemory) one = cg_label_memory_new (), two = cg_label_memory_new ();
    CgRect a[N], b[N], alone[N];
    for (guint frame = 0; frame < 4; frame++) {
        scene_at (scene, frame);
        place (scene, one, a);
        place (scene, two, b);
        g_assert_cmpmem (a, sizeof a, b, sizeof b);
        place (scene, NULL, alone);
        g_assert_cmpint (memcmp (a, alone, sizeof a) == 0, ==, frame == 0);
    }
    CgMapView near = view;
    near.m_per_px = 9;
    g_autoptr (CgCanvas) canvas = cg_canvas_new (CG_FORMAT_PNG, 900, 600, NULL, NULL);
    CgLabelOptions options = { .size = CG_TEXT_BODY, .memory = one };
    cg_map_labels (canvas, &near, N, scene->label, &options, a);
    options.memory = NULL;
    cg_map_labels (canvas, &near, N, scene->label, &options, b);
    g_assert_cmpmem (a, sizeof a, b, sizeof b);
}

/* A displaced name comes back, and an old one does not give way to a greater newcomer. */
static void
test_newcomer (void)
{
    g_autoptr (CgLabelMemory) memory = cg_label_memory_new ();
    g_autoptr (CgCanvas) canvas = cg_canvas_new (CG_FORMAT_PNG, 900, 600, NULL, NULL);
    CgLabel labels[] = { { 4500, 3000, "旧", NULL, 1, 0.1 }, { 4500, 3000, NULL, NULL, 2, 0.1 } };
    CgLabelOptions options = { .size = CG_TEXT_BODY, .memory = memory };
    const CgRect over = { 400, 250, 100, 100 };
    CgRect boxes[2];
    g_assert_cmpuint (cg_map_labels (canvas, &view, 2, labels, &options, boxes), ==, 1);
    labels[1].text = "新";
    g_assert_cmpuint (cg_map_labels (canvas, &view, 2, labels, &options, boxes), ==, 1);
    g_assert_cmpfloat (boxes[0].width, >, 0);
    options.n_taken = 1;
    options.taken = &over;
    g_assert_cmpuint (cg_map_labels (canvas, &view, 1, labels, &options, boxes), ==, 0);
    options.n_taken = 0;
    g_assert_cmpuint (cg_map_labels (canvas, &view, 1, labels, &options, boxes), ==, 1);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/render/labels/stay", test_stay);
    g_test_add_func ("/render/labels/same", test_same);
    g_test_add_func ("/render/labels/newcomer", test_newcomer);
    return g_test_run ();
}
