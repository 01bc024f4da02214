/* Every picture of a county, at the sizes that walls and their panels have, dark and light: no text
 * is smaller than a ninetieth of the wall, none meets another, leaves the picture or is cut.
 *
 * CG_TEXTS_COUNTY=FILE takes a county file instead of the made-up one, CG_TEXTS_OUT=FOLDER keeps the
 * pictures. */
#include "app/screen_internal.h"
#include "fake_county.h"
#include "page/canvas_internal.h"

#include <math.h>
#include <string.h>

typedef struct {
    guint width, height, wall; /* wall: height of the wall that the picture is a part of; 0: itself */
    gboolean slow;
} Size;

/* Walls, whole. */
static const Size walls[] = {
    { 1366, 768, 0, FALSE },  { 1920, 1080, 0, FALSE }, { 1024, 768, 0, FALSE },
    { 2560, 1080, 0, FALSE }, { 3840, 1080, 0, FALSE }, { 3328, 896, 0, FALSE },
    { 1080, 1920, 0, FALSE }, { 600, 1920, 0, FALSE },  { 1000, 1000, 0, FALSE },
    { 4200, 1000, 0, FALSE }, { 7680, 2160, 0, TRUE },  { 6656, 1792, 0, TRUE },
};
/* Panels of them. */
static const Size panels[] = {
    { 328, 216, 768, FALSE },  { 328, 135, 768, FALSE },   { 200, 300, 768, FALSE },
    { 460, 300, 1080, FALSE }, { 960, 720, 1080, FALSE },  { 650, 690, 768, FALSE },
    { 700, 500, 0, FALSE },    { 1300, 400, 1080, FALSE }, { 2300, 1100, 2160, TRUE },
};

static CgScreen *
open_county (void)
{
    g_autoptr (GError) error = NULL;
    const char *path = g_getenv ("CG_TEXTS_COUNTY");
    CgScreen *screen = path != NULL ? cg_screen_open (path, &error) : fake_county (1);
    g_assert_no_error (error);
    return screen;
}

static gboolean
is_within (const CgRect *in, const CgRect *out)
{
    return in->x >= out->x - 0.5 && in->y >= out->y - 0.5 &&
           in->x + in->width <= out->x + out->width + 0.5 &&
           in->y + in->height <= out->y + out->height + 0.5;
}

static void G_GNUC_PRINTF (2, 3)
fault (const char *what, const char *format, ...)
{
    va_list list;
    va_start (list, format);
    g_autofree char *text = g_strdup_vprintf (format, list);
    va_end (list);
    g_test_message ("%s: %s", what, text);
    g_test_fail ();
}

static char *
text_of (const CgRect *box)
{
    return g_strdup_printf ("(%.0f,%.0f %.0fx%.0f)", box->x, box->y, box->width, box->height);
}

static void
check_texts (const GArray *texts, CgRect picture, double least_px, const char *what)
{
    for (guint i = 0; i < texts->len; i++) {
        const CgTextBox *a = &g_array_index (texts, CgTextBox, i);
        g_autofree char *here = text_of (&a->box);
        if (a->em_px < least_px - 1e-9)
            fault (what, "text of %.1f px, %.1f at least", a->em_px, least_px);
        if (!is_within (&a->box, &picture))
            fault (what, "text %u %s leaves the picture", i, here);
        if (!is_within (&a->box, &a->clip))
            fault (what, "text %u %s is cut", i, here);
        for (guint k = 0; k < i; k++) {
            const CgRect *b = &g_array_index (texts, CgTextBox, k).box;
            double wide = MIN (a->box.x + a->box.width, b->x + b->width) - MAX (a->box.x, b->x);
            double high = MIN (a->box.y + a->box.height, b->y + b->height) - MAX (a->box.y, b->y);
            g_autofree char *there = text_of (b);
            if (wide > 0.5 && high > 0.5)
                fault (what, "texts %u %s and %u %s meet", k, there, i, here);
        }
    }
}

static void
keep_picture (CgCanvas *canvas, const char *what)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *name = g_strconcat (what, ".png", NULL);
    g_autofree char *path = g_build_filename (g_getenv ("CG_TEXTS_OUT"), name, NULL);
    g_assert_true (cg_canvas_write (canvas, path, &error));
}

static void
check_picture (const CgScreen *screen, const CgScreenPicture *picture, const Size *size,
               const char *theme)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *what = g_strdup_printf ("%s-%s-%ux%u-%u", picture->name, theme, size->width,
                                             size->height, size->wall);
    g_autoptr (CgCanvas) canvas = cg_canvas_new (CG_FORMAT_PNG, size->width, size->height,
                                                 cg_theme_find (theme), &error);
    g_assert_no_error (error);
    CgScreenOptions options = { .now_s = g_getenv ("CG_TEXTS_COUNTY") != NULL
                                             ? g_get_real_time () / G_USEC_PER_SEC
                                             : FAKE_NOW_S };
    ScreenJob job = { .screen = screen,
                      .canvas = canvas,
                      .rect = cg_canvas_rect (canvas),
                      .now_s = options.now_s,
                      .today_s = cg_screen_today_s (screen, options.now_s),
                      .program = "countygrid" };
    guint wall = size->wall > 0 ? size->wall : size->height;
    double vh = picture->scene   ? screen_wall_vh (size->width, size->height)
                : size->wall > 0 ? size->wall / 100.0
                                 : MIN (size->width, size->height) / picture->vh;
    cg_canvas_set_vh (canvas, vh);
    g_assert_true (screen_job_options (&job, picture, &options, &error));
    g_autoptr (GArray) texts = g_array_new (FALSE, FALSE, sizeof (CgTextBox));
    canvas->texts = texts;
    g_assert_true (picture->draw (&job, &error));
    g_assert_no_error (error);
    canvas->texts = NULL;
    if (g_getenv ("CG_TEXTS_OUT") != NULL)
        keep_picture (canvas, what);
    check_texts (texts, job.rect, size->wall == 0 && !picture->scene ? 1.4 * vh : wall / 90.0, what);
    g_assert_cmpuint (texts->len, >=, 1);
}

static void
check_sizes (gboolean scene, guint n, const Size *sizes)
{
    g_autoptr (CgScreen) screen = open_county ();
    static const char *const themes[] = { "dark", "light" };
    for (const CgScreenPicture *p = cg_screen_pictures (); p->name != NULL; p++)
        for (guint s = 0; p->scene == scene && s < n; s++)
            for (guint t = 0; t < G_N_ELEMENTS (themes); t++)
                if ((!sizes[s].slow || g_test_slow ()) && !(p->uses & CG_SCREEN_USES_PAGE))
                    check_picture (screen, p, &sizes[s], themes[t]);
}

static void
test_walls (void)
{
    check_sizes (TRUE, G_N_ELEMENTS (walls), walls);
}

static void
test_panels (void)
{
    check_sizes (FALSE, G_N_ELEMENTS (panels), panels);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/screen/texts/walls", test_walls);
    g_test_add_func ("/screen/texts/panels", test_panels);
    return g_test_run ();
}
