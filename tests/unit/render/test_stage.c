/* Frames of layers: whatever changed before, the bytes of a new stage. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/random.h"
#include "chart/chart.h"
#include "map/map.h"
#include "page/canvas_internal.h"
#include "page/sheet.h"
#include "page/stage.h"
#include "support.h"

enum { WIDTH = 500, HEIGHT = 300, N_LAYERS = 7 };

/* A layer whose picture is made of a number. */
typedef struct {
    guint kind, number;
    CgRect rect;
    char name[8], stamp[16];
} Job;

static guint n_paints;

static void
paint (CgCanvas *canvas, gpointer user_data)
{
    const Job *job = user_data;
    const CgRect *r = &job->rect;
    double part = job->number % 10 / 10.0;
    char text[32];
    n_paints++;
    g_snprintf (text, sizeof text, "第 %u 号网格", job->number);
    CgText style = { .size = CG_TEXT_BODY,
                     .colour = CG_RGB (0xffffff),
                     .halo = CG_RGB (0x102030),
                     .align = CG_ALIGN_CENTRE };
    CgPanel panel = { .title = text, .unit = "起" };
    const CgBar bars[3] = { { "甲", 5 + job->number % 7, NAN }, { "乙", 4, NAN }, { "丙", 3, 2 } };
    CgColour glass = CG_RGB (0x3060a0 + job->number * 997);
    glass.a = 100;
    switch (job->kind) {
    case 0: /* a ground that hides everything */
        cg_canvas_fill (canvas, *r, CG_RGB (0x202830 + job->number));
        break;
    case 1: /* glass with edges between pixels, a quarter of it cut off by the layer */
        cg_canvas_fill (canvas,
                        (CgRect){ r->x + r->width * part * 0.5 + 0.3, r->y + 3.7, r->width, 60.2 },
                        glass);
        break;
    case 2:
        cg_canvas_text (canvas, r->x + r->width / 2 + part * 9, r->y + r->height / 2, text, &style);
        break;
    case 3:
        cg_chart_ranking (canvas, *r, &panel, 3, bars);
        break;
    default: /* nothing at all, and a vh of its own that must not outlive the layer */
        cg_canvas_set_vh (canvas, 3 + job->number % 9);
        break;
    }
}

static void
fill_layers (guint n, Job *jobs, const guint *order, CgStageLayer *out)
{
    for (guint i = 0; i < n; i++) {
        Job *job = &jobs[order[i]];
        g_snprintf (job->name, sizeof job->name, "%u", order[i]);
        g_snprintf (job->stamp, sizeof job->stamp, "%u", job->number);
        out[i] = (CgStageLayer){ job->name, job->rect, job->stamp, paint, job };
    }
}

static void
check_frame (CgStage *stage, guint n, const CgStageLayer *layers, CgStageWork *work)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgStage) fresh = cg_stage_new (WIDTH, HEIGHT, NULL, &error);
    g_assert_true (cg_stage_draw (stage, n, layers, work, &error));
    g_assert_true (cg_stage_draw (fresh, n, layers, NULL, &error));
    gsize stride, fresh_stride;
    const guint8 *have = cg_stage_pixels (stage, &stride);
    const guint8 *want = cg_stage_pixels (fresh, &fresh_stride);
    g_assert_cmpuint (stride, ==, fresh_stride);
    for (guint y = 0; y < HEIGHT; y++)
        for (guint x = 0; x < WIDTH; x++) {
            guint32 one, two;
            memcpy (&one, have + y * stride + x * 4, 4);
            memcpy (&two, want + y * stride + x * 4, 4);
            if (one != two)
                g_error ("pixel %u, %u: %08x, anew %08x", x, y, one, two);
            g_assert_cmphex (one >> 24, ==, 255);
        }
}

/* Layers change, move, come, go and change places, at random. */
static void
test_like_new (void)
{
    CgRandom random;
    cg_random_init (&random, 21, 1);
    g_autoptr (GError) error = NULL;
    g_autoptr (CgStage) stage = cg_stage_new (WIDTH, HEIGHT, NULL, &error);
    g_assert_no_error (error);
    Job jobs[N_LAYERS] = { { 0, 1, { 0, 0, WIDTH, HEIGHT } },  { 1, 2, { 20, 30, 300, 100 } },
                           { 3, 3, { 250, 60, 240, 200 } },    { 2, 4, { 100, 100, 200, 60 } },
                           { 2, 5, { -50, 200, 300, 150 } },   { 4, 6, { 0, 0, 50, 50 } },
                           { 1, 7, { 300.5, 100.2, 400, 90 } } };
    guint order[N_LAYERS] = { 0, 1, 2, 3, 4, 5, 6 };
    for (guint round = 0; round < 60; round++) {
        CgStageLayer layers[N_LAYERS];
        guint n = round % 7 == 3 ? cg_random_below (&random, N_LAYERS) : N_LAYERS;
        for (guint k = cg_random_below (&random, 3); k > 0; k--)
            jobs[cg_random_below (&random, N_LAYERS)].number = cg_random_below (&random, 100);
        if (round % 5 == 4)
            jobs[3].rect.x = cg_random_below (&random, 300);
        if (round % 11 == 10) {
            guint a = cg_random_below (&random, N_LAYERS), b = cg_random_below (&random, N_LAYERS);
            guint kept = order[a];
            order[a] = order[b];
            order[b] = kept;
        }
        fill_layers (n, jobs, order, layers);
        check_frame (stage, n, layers, NULL);
    }
}

static void
test_work (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgStage) stage = cg_stage_new (WIDTH, HEIGHT, NULL, &error);
    Job jobs[3] = { { 0, 1, { 0, 0, WIDTH, HEIGHT } },
                    { 2, 4, { 10, 100, 200, 60 } },
                    { 3, 3, { 256, 50, 192, 200 } } };
    const guint order[3] = { 0, 1, 2 };
    CgStageLayer layers[3];
    CgStageWork work;
    fill_layers (3, jobs, order, layers);
    check_frame (stage, 3, layers, &work);
    g_assert_cmpuint (work.n_painted, ==, 3);
    g_assert_cmpuint (work.n_pixels, ==, WIDTH * HEIGHT);
    n_paints = 0;
    g_assert_true (cg_stage_draw (stage, 3, layers, &work, &error));
    g_assert_cmpuint (n_paints, ==, 0);
    g_assert_cmpuint (work.n_painted, ==, 0);
    g_assert_cmpuint (work.n_pixels, ==, 0);
    jobs[2].number++; /* one panel: no more is composed than it covers */
    fill_layers (3, jobs, order, layers);
    check_frame (stage, 3, layers, &work);
    g_assert_cmpuint (work.n_painted, ==, 1);
    g_assert_cmpuint (work.n_pixels, >, 0);
    g_assert_cmpuint (work.n_pixels, <, 192 * 200);
    jobs[1].number = 14; /* painted anew with the same pixels but for the number's digits */
    fill_layers (3, jobs, order, layers);
    check_frame (stage, 3, layers, &work);
    g_assert_cmpuint (work.n_pixels, <, 200 * 60);
    check_frame (stage, 0, NULL, &work); /* the bare ground */
    g_assert_cmpuint (work.n_painted, ==, 0);
    cg_stage_set_vh (stage, 5);
    g_assert_true (cg_stage_draw (stage, 3, layers, &work, &error));
    g_assert_cmpuint (work.n_painted, ==, 3);
    g_autoptr (GBytes) png = cg_stage_png (stage, &error);
    g_assert_no_error (error);
    g_autoptr (GBytes) again = cg_stage_png (stage, &error);
    g_assert_true (g_bytes_equal (png, again));
}

static void
test_errors (void)
{
    g_autoptr (GError) error = NULL;
    g_assert_null (cg_stage_new (0, 5, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    g_assert_null (cg_stage_new (20000, 5, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_LIMIT);
    g_clear_error (&error);
    g_autoptr (CgStage) stage = cg_stage_new (WIDTH, HEIGHT, NULL, &error);
    Job jobs[2] = { { 0, 1, { 0, 0, WIDTH, HEIGHT } }, { 2, 4, { 10, 100, 200, 60 } } };
    const guint order[2] = { 0, 1 };
    CgStageLayer layers[2];
    fill_layers (2, jobs, order, layers);
    layers[1].name = layers[0].name;
    g_assert_false (cg_stage_draw (stage, 2, layers, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    layers[1].name = "other";
    layers[1].stamp = NULL;
    g_assert_false (cg_stage_draw (stage, 2, layers, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    layers[1].stamp = "1";
    layers[1].rect = (CgRect){ NAN, -1e300, INFINITY, 1e300 }; /* nowhere, or everywhere */
    check_frame (stage, 2, layers, NULL);
    cg_stage_free (NULL);
}

/* A sheet laid on a ground, beside the same drawing on a canvas of its own that cairo paints over the
 * ground; once kept, as often as one likes. */
static void
test_sheet (void)
{
    for (guint kind = 0; kind < 5; kind++) {
        CgSheet *sheet = NULL;
        for (guint round = 0; round < 2; round++) {
            Job job = { .kind = kind, .number = 7, .rect = { 61.5, 20, 301.2, 201 } };
            g_autoptr (CgCanvas) laid = cg_canvas_new (CG_FORMAT_PNG, WIDTH, HEIGHT, NULL, NULL);
            g_autoptr (CgCanvas) want = cg_canvas_new (CG_FORMAT_PNG, WIDTH, HEIGHT, NULL, NULL);
            g_autoptr (CgCanvas) clear =
                cg_canvas_new_clear (CG_FORMAT_PNG, WIDTH, HEIGHT, NULL, NULL);
            for (guint k = 0; k < 2; k++) {
                CgRect bar = { 0, 40.5, WIDTH, 50 };
                cg_canvas_fill (k == 0 ? laid : want, bar, CG_RGB (0x884422 + round));
            }
            paint (clear, &job);
            cg_canvas_paint (want, clear);
            if (sheet == NULL) /* widened beyond what is drawn */
                sheet = cg_sheet_paint (laid, (CgRect){ -5, 3, WIDTH, HEIGHT }, paint, &job);
            g_assert_nonnull (sheet);
            g_assert_cmpuint (cg_sheet_bytes (sheet), <, kind == 4 ? 5000 : WIDTH * HEIGHT * 5);
            g_assert_true (cg_sheet_lay (sheet, laid));
            g_autoptr (GBytes) have_png = cg_canvas_finish (laid, NULL);
            g_autoptr (GBytes) want_png = cg_canvas_finish (want, NULL);
            if (kind != 1) /* whose glass goes on beyond the sheet */
                g_assert_true (g_bytes_equal (have_png, want_png));
        }
        cg_sheet_unref (sheet);
    }
    g_autoptr (CgCanvas) vectors = cg_canvas_new (CG_FORMAT_SVG, WIDTH, HEIGHT, NULL, NULL);
    Job job = { .rect = { 0, 0, 10, 10 } };
    g_assert_null (cg_sheet_paint (vectors, job.rect, paint, &job));
    cg_sheet_unref (NULL);
}

typedef struct {
    guint shift;
    gboolean plain, cut, turned, other, moved, fewer;
} Names;

/* Names one over the other, beyond the rim, of two lines; a few without a halo, in a clip between pixels or turned. */
static void
paint_names (CgCanvas *canvas, gpointer user_data)
{
    const Names *names = user_data;
    for (guint i = 0; i < (names->fewer ? 40 : 60); i++) {
        CgText style = { .size = i % 3 ? CG_TEXT_SMALL : CG_TEXT_BODY,
                         .colour = CG_RGB (0xffffff - i * 3000),
                         .halo = CG_RGB (0x102030),
                         .max_width = i % 7 == 0 ? 60 : 0,
                         .align = i % 3 };
        if (names->plain && i == 30)
            style.halo = (CgColour){ 0, 0, 0, 0 };
        cairo_save (canvas->cr);
        if (i % 5 == 0)
            cairo_rectangle (canvas->cr, 40, 30, names->cut ? 200.5 : 200, 180), cairo_clip (canvas->cr);
        if (names->turned && i == 20)
            cairo_rotate (canvas->cr, 0.1);
        cg_canvas_text (canvas, -20 + i * 37 % 540 + names->shift + (names->moved && i == 8 ? 2 : 0), -5 + i * 53 % 310, names->other && i == 8 ? "城关镇西街社区" : "城关镇东街社区", &style);
        cairo_restore (canvas->cr);
    }
}

/* Set row by row or painted on a sheet: the same pixels, also after others and where a text is no such text. */
static void
test_texts (void)
{
    g_autoptr (CgStage) rows = cg_stage_new (WIDTH, HEIGHT, NULL, NULL);
    g_autoptr (CgStage) sheet = cg_stage_new (WIDTH, HEIGHT, NULL, NULL);
    for (guint round = 0; round < 12; round++) {
        Names names = { round / 4 * 3, round % 4 == 1, round % 4 == 2, round % 4 == 3, FALSE, FALSE, FALSE };
        char stamp[8];
        g_snprintf (stamp, sizeof stamp, "%u", round);
        CgRect rect = { round % 2 ? 0 : 33, 21, WIDTH - 40, HEIGHT - (round % 3 ? 30 : 64) };
        CgStageLayer layer = { "names", rect, stamp, paint_names, &names, NULL, TRUE };
        CgStageWork one, two;
        g_assert_true (cg_stage_draw (rows, 1, &layer, &one, NULL));
        layer.texts = FALSE;
        g_assert_true (cg_stage_draw (sheet, 1, &layer, &two, NULL));
        gsize stride, same;
        const guint8 *have = cg_stage_pixels (rows, &stride), *want = cg_stage_pixels (sheet, &same);
        for (guint y = 0; y < HEIGHT; y++)
            g_assert_cmpmem (have + y * stride, WIDTH * 4, want + y * same, WIDTH * 4);
        g_assert_cmpuint (one.n_pixels, ==, two.n_pixels);
        g_assert_cmpuint (two.n_pixels, >, 10000);
        /* Anew, to the same places; with sprites that are drawn anew too; then another name there; then elsewhere; then the first forty. */
        for (guint again = 0; again < 5; again++) {
            if (again == 1) {
                cg_text_cache_limit (0);
                cg_text_cache_limit (64u << 20);
            }
            names.other = again >= 2;
            names.moved = again >= 3;
            names.fewer = again == 4;
            g_snprintf (stamp, sizeof stamp, "%u %u", round, again);
            layer.texts = TRUE;
            g_assert_true (cg_stage_draw (rows, 1, &layer, &one, NULL));
            layer.texts = FALSE;
            g_assert_true (cg_stage_draw (sheet, 1, &layer, &two, NULL));
            have = cg_stage_pixels (rows, &stride), want = cg_stage_pixels (sheet, &same);
            for (guint y = 0; y < HEIGHT; y++)
                g_assert_cmpmem (have + y * stride, WIDTH * 4, want + y * same, WIDTH * 4);
            g_assert_cmpuint (one.n_pixels, ==, two.n_pixels);
            g_assert_cmpint (one.n_pixels > 0, ==, again >= 2);
        }
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/render/stage/like-new", test_like_new);
    g_test_add_func ("/render/stage/work", test_work);
    g_test_add_func ("/render/stage/texts", test_texts);
    g_test_add_func ("/render/stage/errors", test_errors);
    g_test_add_func ("/render/stage/sheet", test_sheet);
    return g_test_run ();
}
