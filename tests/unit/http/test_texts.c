/* Every picture of a county, at the sizes that walls and their panels have, dark and light: no text
 * is smaller than a ninetieth of the wall, none meets another, leaves the picture or is cut. The same
 * of each page of the map book, whose text is measured in points on its paper.
 *
 * CG_TEXTS_COUNTY=FILE takes a county file instead of the made-up one, CG_TEXTS_OUT=FOLDER keeps the
 * pictures. */
#include "app/screen/screen_book_internal.h"
#include "attach/attach.h"
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

/* What is drawn, and that nothing of it may be Chinese. */
static gboolean english;

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
        if (english && a->is_chinese)
            fault (what, "text %u %s is Chinese", i, here);
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
    if (g_getenv ("CG_TEXTS_OUT") == NULL)
        return;
    g_autofree char *name = g_strconcat (what, ".png", NULL);
    g_autofree char *path = g_build_filename (g_getenv ("CG_TEXTS_OUT"), name, NULL);
    g_assert_true (cg_canvas_write (canvas, path, &error));
}

static gint64
county_now_s (void)
{
    return g_getenv ("CG_TEXTS_COUNTY") != NULL ? g_get_real_time () / G_USEC_PER_SEC : FAKE_NOW_S;
}

static ScreenJob
job_of (const CgScreen *screen, CgCanvas *canvas)
{
    return (ScreenJob){ .screen = screen,
                        .canvas = canvas,
                        .rect = cg_canvas_rect (canvas),
                        .now_s = county_now_s (),
                        .today_s = cg_screen_today_s (screen, county_now_s ()),
                        .program = "countygrid" };
}

static void
check_picture (const CgScreen *screen, const CgScreenPicture *picture, const Size *size,
               const char *theme)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *what =
        g_strdup_printf ("%s-%s%s-%ux%u-%u", picture->name, theme, english ? "-en" : "",
                         size->width, size->height, size->wall);
    g_autoptr (CgCanvas) canvas = cg_canvas_new (CG_FORMAT_PNG, size->width, size->height,
                                                 cg_theme_find (theme), &error);
    g_assert_no_error (error);
    CgScreenOptions options = { .now_s = county_now_s () };
    CgScreen spoken = *screen;
    spoken.language = english ? CG_ENGLISH : CG_CHINESE;
    cg_canvas_set_language (canvas, spoken.language);
    ScreenJob job = job_of (&spoken, canvas);
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

/* Sheets of the map book in pixels, and their height on paper. */
typedef struct {
    guint width, height;
    double height_mm, least_pt; /* smallest type */
    gboolean slow;
} Sheet;

static const Sheet sheets[] = {
    { 1240, 877, 297.0, 9.0, FALSE }, /* A3 across, what is printed */
    { 877, 1240, 297.0, 6.0, FALSE }, /* of a width of A4           */
    { 1000, 1000, 297.0, 9.0, TRUE }, { 4961, 3508, 297.0, 9.0, TRUE },
};

static void
check_page (const CgScreen *screen, const Sheet *sheet, const CgScreenOptions *options)
{
    g_autoptr (GError) error = NULL;
    const CgScreenPicture *book = cg_screen_picture_find ("mapbook");
    g_autofree char *what =
        g_strdup_printf ("mapbook-%u-%s%s-%ux%u", options->page, options->measure,
                         options->hatch ? "-hatch" : "", sheet->width, sheet->height);
    g_autoptr (CgCanvas) canvas = cg_canvas_new (CG_FORMAT_PNG, sheet->width, sheet->height,
                                                 cg_theme_find ("light"), &error);
    g_assert_no_error (error);
    cg_canvas_set_vh (canvas, MIN (sheet->width, sheet->height) / book->vh);
    CgScreen spoken = *screen;
    spoken.language = english ? CG_ENGLISH : CG_CHINESE;
    cg_canvas_set_language (canvas, spoken.language);
    ScreenJob job = job_of (&spoken, canvas);
    g_assert_true (screen_job_options (&job, book, options, &error));
    g_autoptr (GArray) texts = g_array_new (FALSE, FALSE, sizeof (CgTextBox));
    canvas->texts = texts;
    g_assert_true (book->draw (&job, &error));
    g_assert_no_error (error);
    canvas->texts = NULL;
    keep_picture (canvas, what);
    double px_of_pt = sheet->height / (sheet->height_mm / 25.4 * 72.0);
    check_texts (texts, job.rect, sheet->least_pt * px_of_pt, what);
    g_assert_cmpuint (texts->len, >=, 10);
}

/* The county and every town; the other kinds and sheets of a few pages. */
static void
test_book (void)
{
    g_autoptr (CgScreen) screen = open_county ();
    const CgScreenOptions kinds[] = {
        { .measure = "households" },
        { .measure = "incidents_per_1000", .hatch = TRUE },
        { .measure = "heat" },
        { .measure = "heat", .hatch = TRUE },
    };
    guint n_pages = 1 + screen->level_row[CG_LEVEL_TOWN]->len;
    for (guint s = 0; s < G_N_ELEMENTS (sheets); s++)
        for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
            for (guint page = 1; page <= n_pages; page++) {
                CgScreenOptions options = kinds[k];
                options.page = page;
                options.now_s = county_now_s ();
                gboolean quick = (s == 0 && k == 0) || (s + k <= 3 && page <= 4);
                if (g_test_slow () || (quick && !sheets[s].slow))
                    check_page (screen, &sheets[s], &options);
            }
}

/* Before there is a plan: events are of the whole county and of each town all the same, and nothing
 * claims to be 0 that nobody knows. */
static void
test_bare_book (void)
{
    g_autoptr (GError) error = NULL;
    CgScreenTables tables;
    fake_county_tables (&tables, 1);
    g_clear_pointer (&tables.plan, cg_plan_free);
    g_clear_pointer (&tables.grids, cg_grids_free);
    g_clear_pointer (&tables.incident_grid, g_free);
    g_clear_pointer (&tables.camera_grid, g_free);
    tables.units_households = 5000;
    g_autoptr (CgScreen) screen = cg_screen_new_from_tables (&tables, &error);
    g_assert_no_error (error);
    for (guint page = 1; page <= 3; page++) {
        CgScreenOptions options = { .measure = page < 3 ? "heat" : "households",
                                    .page = page,
                                    .now_s = county_now_s () };
        check_page (screen, &sheets[0], &options);
    }
    CgRegions *regions = screen->regions;
    g_autoptr (CgAttachIndex) index =
        cg_attach_index_new (screen->level[CG_LEVEL_TOWN], NULL, &error);
    g_assert_no_error (error);
    gint64 until_s = screen_day_start (FAKE_NOW_S) + SCREEN_DAY_S;
    ScreenJob job = { .screen = screen };
    Book book = { .job = &job };
    screen_events (screen, until_s - 30 * SCREEN_DAY_S, until_s, &book.events);
    g_assert_true (book_count_towns (&book, &error));
    BookCounts counts;
    book_count (&book, CG_NONE, &counts);
    g_assert_cmpuint (counts.events, ==, book.events.n);
    g_assert_cmpfloat (counts.households, ==, 5000);
    guint32 sum = 0;
    for (guint32 row = 0; row < regions->n; row++)
        if (regions->level[row] == CG_LEVEL_TOWN) {
            book_count (&book, row, &counts);
            g_assert_true (isnan (counts.households));
            sum += counts.events;
        }
    guint32 inside = 0;
    for (guint32 i = 0; i < book.events.n; i++)
        inside += cg_attach_find (index, book.events.x[i], book.events.y[i]) != CG_NONE;
    g_assert_cmpuint (sum, ==, inside);
    g_assert_cmpuint (sum, >, 0);
    g_free (book.by_town);
    screen_events_clear (&book.events);
}

/* The made-up county with names of ASCII letters. */
static CgScreen *
ascii_county (void)
{
    g_autoptr (GError) error = NULL;
    CgScreenTables tables;
    fake_county_tables (&tables, 1);
    for (guint32 r = 0; r < tables.regions->n; r++) {
        g_free (tables.regions->name[r]);
        tables.regions->name[r] = g_strdup_printf ("Place %u", r);
    }
    for (guint32 g = 0; g < tables.grids->n; g++) {
        g_free (tables.grids->name[g]);
        tables.grids->name[g] = g_strdup_printf ("Grid %u", g);
    }
    CgPlaces *places[] = { tables.incidents, tables.cameras };
    for (guint p = 0; p < G_N_ELEMENTS (places); p++) {
        CgNames *names = cg_names_new ();
        for (guint32 t = 0; t < cg_names_count (places[p]->types); t++) {
            g_autofree char *name = g_strdup_printf ("Kind %u/Sort %u", t % 5, t);
            cg_names_add (names, name);
        }
        cg_names_free (places[p]->types);
        places[p]->types = names;
    }
    g_free (tables.config->county_name);
    tables.config->county_name = g_strdup ("Clear River");
    CgScreen *screen = cg_screen_new_from_tables (&tables, &error);
    g_assert_no_error (error);
    return screen;
}

/* English says nothing in Chinese, on any picture, and finds room. */
static void
test_english (void)
{
    g_autoptr (CgScreen) screen = ascii_county ();
    static const Size sizes[] = { { 1920, 1080, 0, FALSE },
                                  { 960, 720, 0, FALSE },
                                  { 460, 300, 1080, FALSE },
                                  { 1920, 540, 0, TRUE } };
    english = TRUE;
    for (const CgScreenPicture *p = cg_screen_pictures (); p->name != NULL; p++)
        for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
            if (p->scene == (s == 0 || s == 3) && (!sizes[s].slow || g_test_slow ()) &&
                !(p->uses & CG_SCREEN_USES_PAGE))
                check_picture (screen, p, &sizes[s], s % 2 == 0 ? "dark" : "light");
    for (guint page = 1; page <= 2; page++) {
        CgScreenOptions options = { .measure = page == 1 ? "heat" : SCREEN_RAW_RATE,
                                    .page = page,
                                    .hatch = page == 2,
                                    .now_s = county_now_s () };
        check_page (screen, &sheets[0], &options);
    }
    english = FALSE;
}

static void
check_seams (const GArray *texts, const Size *size)
{
    for (guint i = 0; i < texts->len; i++) {
        CgRect box = g_array_index (texts, CgTextBox, i).box;
        for (guint k = 1; k < 4; k++)
            if (box.x < k * size->width / 4.0 && box.x + box.width > k * size->width / 4.0)
                fault ("seams", "text at %.0f, %.0f lies on seam %u", box.x, box.y, k);
        if (box.y < size->height / 2.0 && box.y + box.height > size->height / 2.0)
            fault ("seams", "text at %.0f, %.0f lies on the middle seam", box.x, box.y);
    }
}

static double
cell_of (const json_t *scenes, guint panel, const char *key, guint k)
{
    const json_t *scene = json_array_get (json_object_get (scenes, "scenes"), 0);
    const json_t *cells = json_object_get (json_array_get (json_object_get (scene, "panels"), panel), key);
    return json_number_value (json_array_get (cells, k));
}

/* On a wall of 4 x 2 panels no text lies on a seam, neither the county's screen nor its maps' names;
 * and the page is told the same gutters. */
static void
test_seams (void)
{
    static const Size sizes[] = { { 3840, 1080, 0, FALSE }, { 3328, 896, 0, TRUE } };
    for (guint s = 0; s < G_N_ELEMENTS (sizes) && (s == 0 || g_test_slow ()); s++) {
        g_autoptr (GError) error = NULL;
        g_autoptr (CgScreen) screen = open_county ();
        CgWall *wall = &screen->tables.config->wall;
        g_autofree char *size = g_strdup_printf ("%ux%u", sizes[s].width, sizes[s].height);
        g_assert_true (cg_wall_parse (size, "4x2", "", "", wall, &error));
        g_autoptr (CgCanvas) canvas = cg_canvas_new (CG_FORMAT_PNG, sizes[s].width, sizes[s].height,
                                                     cg_theme_find ("dark"), &error);
        g_assert_no_error (error);
        cg_canvas_set_vh (canvas, screen_wall_vh (sizes[s].width, sizes[s].height));
        ScreenJob job = job_of (screen, canvas);
        job.wall = screen_wall_for (screen, sizes[s].width, sizes[s].height);
        g_assert_nonnull (job.wall);
        const CgScreenPicture *county = cg_screen_picture_find ("county");
        CgScreenOptions options = { .now_s = county_now_s () };
        g_assert_true (screen_job_options (&job, county, &options, &error));
        g_autoptr (GArray) texts = g_array_new (FALSE, FALSE, sizeof (CgTextBox));
        canvas->texts = texts;
        g_assert_true (county->draw (&job, &error));
        canvas->texts = NULL;
        keep_picture (canvas, "county-seams");
        check_seams (texts, &sizes[s]);
        g_assert_cmpuint (texts->len, >, 100);
    }
}

/* A scene of one's own whose charts lie across the seams of such a wall: each keeps to one side. */
static void
test_seams_of_charts (void)
{
    static const Size size = { 3840, 1080, 0, FALSE };
    static const char text[] =
        "{\"scenes\":[{\"name\":\"county\",\"title\":{\"zh\":\"图表\"},\"panels\":["
        "{\"at\":[0,0,7,4],\"picture\":\"trend\"},{\"at\":[7,0,10,4],\"picture\":\"ranking\"},"
        "{\"at\":[17,0,7,4],\"picture\":\"types\"},{\"at\":[0,4,7,4],\"picture\":\"hours\"},"
        "{\"at\":[7,4,10,4],\"picture\":\"table\"},{\"at\":[17,4,7,4],\"live\":\"ticker\"},"
        "{\"at\":[0,8,15,4],\"picture\":\"calendar\"},{\"at\":[15,8,9,4],\"live\":\"figures\"}]}]}";
    g_autoptr (GError) error = NULL;
    g_autoptr (CgScreen) screen = fake_county (1);
    g_assert_true (cg_wall_parse ("3840x1080", "4x2", "", "", &screen->tables.config->wall, &error));
    g_autoptr (CgScenes) scenes = cg_scenes_parse (text, strlen (text), "f.json", &error);
    g_assert_no_error (error);
    g_autoptr (CgCanvas) canvas =
        cg_canvas_new (CG_FORMAT_PNG, size.width, size.height, cg_theme_find ("dark"), &error);
    cg_canvas_set_vh (canvas, screen_wall_vh (size.width, size.height));
    ScreenJob job = job_of (screen, canvas);
    job.wall = screen_wall_for (screen, size.width, size.height);
    const CgScreenPicture *scene = cg_screen_picture_find ("scene");
    CgScreenOptions options = { .now_s = FAKE_NOW_S, .scenes = scenes, .scene = "county" };
    g_assert_true (screen_job_options (&job, scene, &options, &error));
    g_autoptr (GArray) texts = g_array_new (FALSE, FALSE, sizeof (CgTextBox));
    canvas->texts = texts;
    g_assert_true (scene->draw (&job, &error));
    canvas->texts = NULL;
    keep_picture (canvas, "charts-seams");
    check_seams (texts, &size);
    g_assert_cmpuint (texts->len, >, 150);
    /* The page is told the same places: no cell has a seam inside. */
    json_t *told = cg_screen_scenes (screen, scenes, &error);
    for (guint p = 0; p < 8; p++)
        for (guint k = 1; k < 4; k++) {
            double left = cell_of (told, p, "wide", 0), right = left + cell_of (told, p, "wide", 2), at = 6.0 * k;
            if (left < at - 0.1 && right > at + 0.1)
                fault ("seams", "panel %u, %g to %g, lies across seam %u", p, left, right, k);
        }
    json_decref (told);
}

static void
test_seams_of_page (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgScreen) screen = fake_county (1);
    const char *text = "{\"scenes\":[{\"name\":\"county\",\"title\":{\"zh\":\"甲\"},\"panels\":["
                       "{\"at\":[0,0,11,12],\"picture\":\"map\"},"
                       "{\"at\":[11,0,13,12],\"live\":\"clock\"}]}]}";
    g_autoptr (CgScenes) scenes = cg_scenes_parse (text, strlen (text), "f.json", &error);
    g_assert_no_error (error);
    json_t *before = cg_screen_scenes (screen, scenes, &error);
    g_assert_cmpfloat (cell_of (before, 0, "at", 2), ==, 11);
    g_assert_true (cg_wall_parse ("1920x1080", "2x2", "", "", &screen->tables.config->wall, &error));
    json_t *after = cg_screen_scenes (screen, scenes, &error);
    g_assert_cmpfloat (cell_of (after, 0, "at", 2), ==, 12); /* the middle of the wall */
    g_assert_cmpfloat (cell_of (after, 1, "at", 0), ==, 12);
    /* A map parts itself at the seam that lies across; a clock is on one side of it. */
    g_assert_cmpfloat (cell_of (after, 0, "at", 3), ==, 12);
    g_assert_cmpfloat (cell_of (after, 1, "at", 3), <, 7);
    json_decref (before);
    json_decref (after);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/screen/texts/walls", test_walls);
    g_test_add_func ("/screen/texts/panels", test_panels);
    g_test_add_func ("/screen/texts/book", test_book);
    g_test_add_func ("/screen/texts/bare-book", test_bare_book);
    g_test_add_func ("/screen/texts/english", test_english);
    g_test_add_func ("/screen/texts/seams", test_seams);
    g_test_add_func ("/screen/texts/seams-of-charts", test_seams_of_charts);
    g_test_add_func ("/screen/texts/seams-of-page", test_seams_of_page);
    return g_test_run ();
}
