/* Scene files: what is refused and where, what a file adds, how panels are dealt out. */
#include "fake_county.h"
#include "support.h"

#include "app/screen/scenes.h"
#include "app/screen/scenes_internal.h"
#include "base/error.h"

#include <string.h>

#define PANEL "{\"at\":[0,0,6,6],\"live\":\"clock\"}"
#define SCENE(panels) "{\"scenes\":[{\"name\":\"a\",\"title\":{\"zh\":\"甲\"},\"panels\":[" panels "]}]}"

static CgScenes *
parse (const char *text, GError **error)
{
    return cg_scenes_parse (text, strlen (text), "f.json", error);
}

static void
test_built_in (void)
{
    static const char *const names[] = { "county", "town", "heat", "warnings", "cameras", "hotline" };
    g_assert_cmpuint (json_array_size (json_object_get (cg_scenes_json (NULL), "scenes")), ==,
                      G_N_ELEMENTS (names));
    for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        g_assert_nonnull (cg_scenes_find (NULL, names[i]));
    /* Sources of a scene are those of its pictures. */
    const json_t *hotline = cg_scenes_find (NULL, "hotline");
    json_t *panels = json_object_get (hotline, "panels");
    for (gsize i = 0; i < json_array_size (panels); i++) {
        json_t *panel = json_array_get (panels, i);
        if (json_object_get (panel, "picture") != NULL)
            g_assert_true (json_equal (json_object_get (json_object_get (panel, "parameters"), "sources"),
                                       json_object_get (hotline, "sources")));
    }
    g_assert_null (cg_scenes_find (NULL, "play"));
    g_assert_true (cg_scenes_find (NULL, NULL) == cg_scenes_find (NULL, "county"));
}

static void
test_refused (void)
{
    static const struct {
        const char *text, *where;
    } cases[] = {
        { "{", "f.json:1:" },
        { "[]", "f.json: /: an object is wanted here" },
        { "{\"scnes\":[]}", "f.json: /scnes: this member is not known" },
        { "{\"scenes\":{}}", "f.json: /scenes: an array" },
        { "{\"scenes\":[{\"name\":\"a\"}]}", "f.json: /scenes/0: member 'title' is missing" },
        { SCENE (""), "f.json: /scenes/0/panels: 0 items" },
        { SCENE ("{\"at\":[0,0,6,6]}"), "/scenes/0/panels/0: exactly one of picture and live" },
        { SCENE ("{\"at\":[0,0,6,6],\"live\":\"clock\",\"picture\":\"map\"}"), "exactly one of" },
        { SCENE ("{\"at\":[0,0,6],\"live\":\"clock\"}"), "/scenes/0/panels/0/at: 3 items" },
        { SCENE ("{\"at\":[0,0,6,6.3],\"live\":\"clock\"}"), "/panels/0/at/3: 6.3 is no multiple of 0.5" },
        { SCENE ("{\"at\":[20,0,6,6],\"live\":\"clock\"}"), "/scenes/0/panels/0/at: column" },
        { SCENE ("{\"at\":[0,8,6,6],\"live\":\"clock\"}"), "inside 24 x 12" },
        { SCENE (PANEL ",{\"at\":[5.5,5.5,6,6],\"live\":\"clock\"}"), "/scenes/0/panels/1/at: lies over panel 0" },
        { SCENE ("{\"at\":[0,0,6,6],\"live\":\"video\"}"), "/panels/0/live: 'video' is none of figures," },
        { SCENE ("{\"at\":[0,0,6,6],\"picture\":\"mpa\"}"), "/panels/0/picture: 'mpa' is none of map," },
        { SCENE ("{\"at\":[0,0,6,6],\"picture\":\"county\"}"), "'county' is none of" },
        { SCENE ("{\"at\":[0,0,6,6],\"picture\":\"trend\",\"parameters\":{\"measure\":\"open\"}}"),
          "/scenes/0/panels/0: picture trend has no use for measure" },
        { SCENE ("{\"at\":[0,0,6,6],\"picture\":\"trend\",\"parameters\":{\"size\":1}}"), "/parameters/size: this" },
        { SCENE ("{\"at\":[0,0,6,6],\"picture\":\"map\",\"play\":{\"frames\":5}}"), "picture map has no frames" },
        { SCENE ("{\"at\":[0,0,6,6],\"picture\":\"table\",\"drill\":true}"), "cannot show a place" },
        { SCENE ("{\"at\":[0,0,6,6],\"wide\":[0,0,6,6],\"live\":\"clock\"},{\"at\":[6,0,6,6],\"live\":\"clock\"}"),
          "/scenes/0: wide: given for all panels or for none" },
        { "{\"scenes\":[{\"name\":\"A b\",\"title\":{\"zh\":\"甲\"},\"panels\":[" PANEL "]}]}", "/scenes/0/name: 'A b'" },
        { "{\"scenes\":[{\"name\":\"play\",\"title\":{\"zh\":\"甲\"},\"panels\":[" PANEL "]}]}", "/screen/play is" },
        { "{\"playlist\":{\"scenes\":[\"county\",\"nope\"]}}", "f.json: /playlist/scenes/1: no scene named 'nope'" },
        { "{\"playlist\":{\"dwell_s\":1}}", "/playlist/dwell_s: 1 is not from 5 to 86400" },
        { "{\"reload_hour\":24}", "/reload_hour: 24 is not from -1 to 23" },
        { "{\"alarm\":{\"answers\":[{\"type\":\"a\"}]}}", "/alarm/answers/0: member 'who' is missing" },
        { "{\"alarm\":{\"red\":1}}", "/alarm/red: a boolean is wanted here" },
        { "{\"reload_hour\":4,\"reload_hour\":5}", "f.json:1:" },
    };
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (GError) error = NULL;
        g_assert_null (parse (cases[i].text, &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_INPUT);
        g_test_message ("%s", error->message);
        g_assert_nonnull (strstr (error->message, cases[i].where));
    }
}

static void
test_file (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgScenes) missing = cg_scenes_load ("no/such/file.json", &error);
    g_assert_error (error, CG_ERROR, CG_ERROR_IO);
    g_assert_null (missing);
}

/* A file's scene takes the place of a built-in one of its name; all others stay. */
static void
test_over (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgConfig) config = cg_config_new ();
    g_autoptr (CgScenes) scenes =
        parse ("{\"scenes\":[{\"name\":\"heat\",\"title\":{\"zh\":\"甲\"},\"panels\":[" PANEL "]},"
               "{\"name\":\"own\",\"title\":{\"zh\":\"乙\"},\"panels\":[" PANEL "]}],"
               "\"playlist\":{\"scenes\":[\"own\",\"county\"]},\"alarm\":{\"types\":[\"治安\"]}}",
               &error);
    g_assert_no_error (error);
    json_t *all = cg_scenes_for (scenes, config, &error), *playlist = json_object_get (all, "playlist");
    g_assert_no_error (error);
    g_assert_cmpuint (json_array_size (json_object_get (all, "scenes")), ==, 7);
    g_assert_cmpuint (json_array_size (json_object_get (cg_scenes_find (scenes, "heat"), "panels")), ==, 1);
    g_assert_cmpuint (json_array_size (json_object_get (cg_scenes_find (NULL, "heat"), "panels")), >, 1);
    g_assert_cmpint (json_integer_value (json_object_get (playlist, "dwell_s")), ==, 30);
    g_assert_cmpuint (json_array_size (json_object_get (playlist, "scenes")), ==, 2);
    g_assert_cmpint (json_integer_value (json_object_get (all, "reload_hour")), ==, 4);
    json_decref (all);
}

static void
test_county_ini (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgConfig) config =
        cg_config_parse ("[screen]\nplaylist = heat , county\ndwell_s = 12\nreload_hour = 3\n"
                         "[alarm]\ntypes = 安全隐患/消防,治安\nred = 1\n",
                         "county.ini", &error);
    g_assert_no_error (error);
    json_t *all = cg_scenes_for (NULL, config, &error);
    g_assert_no_error (error);
    json_t *alarm = json_object_get (all, "alarm"), *list = json_object_get (json_object_get (all, "playlist"), "scenes");
    g_assert_cmpstr (json_string_value (json_array_get (list, 0)), ==, "heat");
    g_assert_cmpuint (json_array_size (list), ==, 2);
    g_assert_cmpstr (json_string_value (json_array_get (json_object_get (alarm, "types"), 0)), ==, "安全隐患/消防");
    g_assert_true (json_is_true (json_object_get (alarm, "red")));
    g_assert_cmpint (json_integer_value (json_object_get (all, "reload_hour")), ==, 3);
    json_decref (all);
    g_free (config->playlist);
    config->playlist = g_strdup ("county,nope");
    g_assert_null (cg_scenes_for (NULL, config, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_INPUT);
}

/* Random scenes: whatever tiles the usual wall is dealt out on wide and tall ones without overlap (the
 * parser itself checks and would refuse). */
static void
test_deal (void)
{
    g_autoptr (GRand) random = g_rand_new_with_seed (7);
    for (guint round = 0; round < 300; round++) {
        g_autoptr (GString) text = g_string_new ("{\"scenes\":[{\"name\":\"a\",\"title\":{\"zh\":\"甲\"},\"panels\":[");
        static const guint columns[][2] = { { 0, 6 }, { 6, 12 }, { 18, 6 } };
        guint n = 0, sides = (guint) g_rand_int_range (random, 1, 4);
        for (guint c = 0; c < sides; c++)
            for (guint row = 0; row < 12;) {
                guint rows = c == 1 ? (guint) g_rand_int_range (random, 4, 13) : (guint) g_rand_int_range (random, 2, 7);
                rows = MIN (rows, 12 - row);
                if (rows == 0)
                    break;
                g_string_append_printf (text, "%s{\"at\":[%u,%u,%u,%u],\"live\":\"clock\"}", n++ > 0 ? "," : "",
                                        columns[c][0], row, columns[c][1], rows);
                row += rows;
            }
        g_string_append (text, "]}]}");
        g_autoptr (GError) error = NULL;
        g_autoptr (CgScenes) scenes = parse (text->str, &error);
        g_assert_no_error (error);
        const json_t *panels = json_object_get (cg_scenes_find (scenes, "a"), "panels");
        double tall = 0;
        for (gsize i = 0; i < json_array_size (panels); i++) {
            CgSceneCell cell = cg_scene_cell (json_array_get (panels, i), "tall");
            tall += cell.columns * cell.rows;
        }
        g_assert_cmpfloat (tall, ==, 24 * 12);
    }
}

static void
test_shape (void)
{
    g_assert_cmpint (cg_scene_shape (1920.0 / 1080), ==, CG_SCENE_USUAL);
    g_assert_cmpint (cg_scene_shape (2560.0 / 1080), ==, CG_SCENE_USUAL);
    g_assert_cmpint (cg_scene_shape (6656.0 / 1792), ==, CG_SCENE_WIDE);
    g_assert_cmpint (cg_scene_shape (15360.0 / 4320), ==, CG_SCENE_WIDE);
    g_assert_cmpint (cg_scene_shape (1080.0 / 1920), ==, CG_SCENE_TALL);
}

/* Every built-in scene as one picture on walls of each shape. */
static void
test_drawn (void)
{
    static const guint sizes[][2] = { { 960, 540 }, { 1664, 448 }, { 540, 960 } };
    g_autoptr (CgScreen) screen = fake_county (1);
    const json_t *scenes = json_object_get (cg_scenes_json (NULL), "scenes");
    for (gsize i = 0; i < json_array_size (scenes); i++)
        for (guint s = 0; s < G_N_ELEMENTS (sizes); s++) {
            const char *name = json_string_value (json_object_get (json_array_get (scenes, i), "name"));
            CgScreenOptions options = { .width = sizes[s][0], .height = sizes[s][1], .scene = name, .now_s = FAKE_NOW_S };
            g_autoptr (GError) error = NULL;
            g_autoptr (GBytes) bytes = cg_screen_render (screen, "scene", &options, &error);
            g_assert_no_error (error);
            g_assert_cmpuint (g_bytes_get_size (bytes), >, 10000);
        }
    g_autoptr (GError) error = NULL;
    CgScreenOptions options = { .scene = "nope", .now_s = FAKE_NOW_S };
    g_assert_null (cg_screen_render (screen, "scene", &options, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_NOT_FOUND);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/scenes/built-in", test_built_in);
    g_test_add_func ("/scenes/refused", test_refused);
    g_test_add_func ("/scenes/file", test_file);
    g_test_add_func ("/scenes/over", test_over);
    g_test_add_func ("/scenes/county-ini", test_county_ini);
    g_test_add_func ("/scenes/deal", test_deal);
    g_test_add_func ("/scenes/shape", test_shape);
    g_test_add_func ("/scenes/drawn", test_drawn);
    return g_test_run ();
}
