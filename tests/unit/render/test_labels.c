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

static double
nearest (const CgMapCircle *circle, const CgRect *box)
{
    double x = CLAMP (circle->x, box->x, box->x + box->width) - circle->x;
    double y = CLAMP (circle->y, box->y, box->y + box->height) - circle->y;
    return hypot (x, y);
}

/* Names of circles lie on no circle but their own, and hide that one only where it is large. */
static void
test_circles (void)
{
    g_autoptr (CgCanvas) canvas = cg_canvas_new (CG_FORMAT_PNG, 900, 600, NULL, NULL);
    g_autofree Scene *scene = g_new0 (Scene, 1);
    CgMapCircle circles[N];
    CgRect boxes[N];
    guint n_in = 0, n_across = 0, n_beside = 0;
    scene_at (scene, 0);
    for (guint i = 0; i < N; i++) {
        circles[i].radius = i % 7 == 0 ? 60 : i % 5 == 0 ? 24 : 3 + i % 9;
        cg_map_view_to_px (&view, scene->label[i].x, scene->label[i].y, &circles[i].x,
                           &circles[i].y);
        scene->label[i].circle_px = circles[i].radius;
    }
    /* Seven large ones would leave no room to any name. */
    for (guint i = 14; i < N; i += 7)
        circles[i].radius = scene->label[i].circle_px = 5;
    CgLabelOptions options = { .size = CG_TEXT_SMALL, .n_circles = N, .circles = circles };
    guint placed = cg_map_labels (canvas, &view, N, scene->label, &options, boxes);
    for (guint i = 0; i < N; i++) {
        if (!(boxes[i].width > 0.0))
            continue;
        for (guint j = 0; j < N; j++)
            if (j != i)
                g_assert_cmpfloat (nearest (&circles[j], &boxes[i]), >=, circles[j].radius - 0.01);
        if (nearest (&circles[i], &boxes[i]) >= circles[i].radius - 0.01) {
            n_beside++;
            continue;
        }
        g_assert_cmpfloat (circles[i].radius, >=, boxes[i].height);
        double half = hypot (boxes[i].width / 2, boxes[i].height / 2);
        n_in += half <= circles[i].radius;
        n_across += half > circles[i].radius;
    }
    g_test_message ("%u placed: %u in, %u across, %u beside", placed, n_in, n_across, n_beside);
    g_assert_cmpuint (n_beside, >, 40);
    g_assert_cmpuint (n_in, >, 0);
}

/* With no room beside, a name crosses its own circle if that is twice as high, and no smaller one. */
static void
test_across (void)
{
    g_autoptr (CgCanvas) canvas = cg_canvas_new (CG_FORMAT_PNG, 900, 600, NULL, NULL);
    const CgLabel label = { .x = 4500, .y = 3000, .text = "一二三四五六", .circle_px = 24 };
    CgMapCircle circle = { 450, 300, 24 };
    const CgRect round[] = { { 0, 0, 900, 270 }, { 0, 330, 900, 270 } };
    CgLabelOptions options = {
        .size = CG_TEXT_SMALL, .n_taken = 2, .taken = round, .n_circles = 1, .circles = &circle
    };
    CgRect box;
    CgLabel small = label;
    g_assert_cmpuint (cg_map_labels (canvas, &view, 1, &label, &options, &box), ==, 1);
    const CgRect walls[] = { { 0, 0, 900, 288 },
                             { 0, 312, 900, 288 },
                             { 0, 270, 415, 60 },
                             { 485, 270, 415, 60 } };
    options.n_taken = 4;
    options.taken = walls;
    g_assert_cmpuint (cg_map_labels (canvas, &view, 1, &label, &options, &box), ==, 1);
    g_assert_cmpfloat (nearest (&circle, &box), <, 1);
    small.circle_px = circle.radius = 5;
    g_assert_cmpuint (cg_map_labels (canvas, &view, 1, &small, &options, &box), ==, 0);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/render/labels/stay", test_stay);
    g_test_add_func ("/render/labels/same", test_same);
    g_test_add_func ("/render/labels/newcomer", test_newcomer);
    g_test_add_func ("/render/labels/circles", test_circles);
    g_test_add_func ("/render/labels/across", test_across);
    return g_test_run ();
}
