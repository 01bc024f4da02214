#include "app/screen/scenes.h"

#include "app/json_schema.h"
#include "app/screen/scenes_internal.h"
#include "app/screen/screen.h"
#include "base/error.h"

#include <gio/gio.h>
#include <string.h>

#include "app/app_resources.h"

#define MAX_BYTES (1u << 20)
#define COLUMNS 24.0
#define ROWS 12.0

struct _CgScenes {
    json_t *all;
    gboolean has_playlist, has_hour, has_alarm; /* said by the file */
};

/* ---- packed files ---------------------------------------------------------------------------- */

static json_t *
load_packed (const char *name)
{
    g_autofree char *path = g_strconcat ("/countygrid/app/", name, NULL);
    g_autoptr (GBytes) bytes = g_resource_lookup_data (cg_app_resources_get_resource (), path,
                                                       G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    gsize length = 0;
    const char *text = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;
    json_t *value = text != NULL ? json_loadb (text, length, JSON_REJECT_DUPLICATES, NULL) : NULL;
    g_assert (value != NULL);
    return value;
}

const json_t *
cg_scenes_schema (void)
{
    static gsize once;
    static json_t *schema;
    if (g_once_init_enter (&once)) {
        schema = load_packed ("scenes.schema.json");
        json_t *panel = json_object_get (json_object_get (schema, "$defs"), "panel");
        json_t *picture = json_object_get (json_object_get (panel, "properties"), "picture");
        json_t *names = json_array ();
        for (const CgScreenPicture *p = cg_screen_pictures (); p->name != NULL; p++)
            if (!p->scene && !(p->uses & CG_SCREEN_USES_PAGE))
                json_array_append_new (names, json_string (p->name));
        json_object_set_new (picture, "enum", names);
        g_once_init_leave (&once, 1);
    }
    return schema;
}

/* ---- what a schema cannot say ---------------------------------------------------------------- */

static gboolean G_GNUC_PRINTF (4, 5)
refuse (const char *file, const char *path, GError **error, const char *format, ...)
{
    va_list arguments;
    va_start (arguments, format);
    g_autofree char *text = g_strdup_vprintf (format, arguments);
    va_end (arguments);
    g_set_error (error, CG_ERROR, CG_ERROR_INPUT, "%s: %s: %s", file, path, text);
    return FALSE;
}

CgSceneCell
cg_scene_cell (const json_t *panel, const char *key)
{
    const json_t *cell = json_object_get (panel, key);
    return (CgSceneCell){ json_number_value (json_array_get (cell, 0)),
                          json_number_value (json_array_get (cell, 1)),
                          json_number_value (json_array_get (cell, 2)),
                          json_number_value (json_array_get (cell, 3)) };
}

static gboolean
check_cells (const json_t *panels, const char *key, const char *file, const char *scene,
             GError **error)
{
    for (gsize i = 0; i < json_array_size (panels); i++) {
        CgSceneCell a = cg_scene_cell (json_array_get (panels, i), key);
        g_autofree char *path =
            g_strdup_printf ("%s/panels/%" G_GSIZE_FORMAT "/%s", scene, i, key);
        if (a.columns < 1 || a.rows < 1 || a.column + a.columns > COLUMNS ||
            a.row + a.rows > ROWS)
            return refuse (file, path, error,
                           "column, row, columns, rows of at least 1 x 1 inside 24 x 12 are "
                           "wanted");
        for (gsize k = 0; k < i; k++) {
            CgSceneCell b = cg_scene_cell (json_array_get (panels, k), key);
            if (a.column < b.column + b.columns && b.column < a.column + a.columns &&
                a.row < b.row + b.rows && b.row < a.row + a.rows)
                return refuse (file, path, error, "lies over panel %" G_GSIZE_FORMAT, k);
        }
    }
    return TRUE;
}

static gboolean
check_parameters (const json_t *panel, const char *file, const char *path, GError **error)
{
    static const struct {
        const char *name;
        guint use;
    } uses[] = { { "place", CG_SCREEN_USES_PLACE },    { "measure", CG_SCREEN_USES_MEASURE },
                 { "period", CG_SCREEN_USES_PERIOD },  { "breaks", CG_SCREEN_USES_CLASSES },
                 { "classes", CG_SCREEN_USES_CLASSES }, { "palette", CG_SCREEN_USES_PALETTE },
                 { "types", CG_SCREEN_USES_TYPES },     { "sources", CG_SCREEN_USES_SOURCES } };
    const char *name = json_string_value (json_object_get (panel, "picture"));
    const CgScreenPicture *picture = cg_screen_picture_find (name);
    const json_t *parameters = json_object_get (panel, "parameters");
    if (picture == NULL)
        return (parameters == NULL && json_object_get (panel, "play") == NULL) ||
               refuse (file, path, error, "parameters and play are for pictures");
    for (guint u = 0; u < G_N_ELEMENTS (uses); u++)
        if (json_object_get (parameters, uses[u].name) != NULL && !(picture->uses & uses[u].use))
            return refuse (file, path, error, "picture %s has no use for %s", name, uses[u].name);
    if (json_object_get (panel, "play") != NULL && !(picture->uses & CG_SCREEN_USES_FRAME))
        return refuse (file, path, error, "picture %s has no frames", name);
    if (json_is_true (json_object_get (panel, "drill")) && !(picture->uses & CG_SCREEN_USES_PLACE))
        return refuse (file, path, error, "picture %s cannot show a place by itself", name);
    return TRUE;
}

/* TRUE: all panels have the key; FALSE with no error: none has. */
static gboolean
check_all_or_none (const json_t *panels, const char *key, const char *file, const char *scene,
                   gboolean *out_all, GError **error)
{
    gsize n = json_array_size (panels), has = 0;
    for (gsize i = 0; i < n; i++)
        has += json_object_get (json_array_get (panels, i), key) != NULL;
    *out_all = has == n;
    return has == 0 || has == n ||
           refuse (file, scene, error, "%s: given for all panels or for none", key);
}

/* Sources of a scene are those of each picture that counts incidents and names no others. */
static void
give_sources (const json_t *scene, json_t *panel)
{
    json_t *sources = json_object_get (scene, "sources"), *parameters = json_object_get (panel, "parameters");
    const CgScreenPicture *picture =
        cg_screen_picture_find (json_string_value (json_object_get (panel, "picture")));
    if (sources == NULL || picture == NULL || !(picture->uses & CG_SCREEN_USES_SOURCES) ||
        json_object_get (parameters, "sources") != NULL)
        return;
    if (parameters == NULL)
        json_object_set_new (panel, "parameters", parameters = json_object ());
    json_object_set (parameters, "sources", sources);
}

static gboolean
finish_scene (json_t *scene, const char *file, const char *path, GError **error)
{
    static const struct {
        const char *key;
        CgSceneShape shape;
    } shapes[] = { { "wide", CG_SCENE_WIDE }, { "tall", CG_SCENE_TALL } };
    json_t *panels = json_object_get (scene, "panels");
    if (!check_cells (panels, "at", file, path, error))
        return FALSE;
    for (gsize i = 0; i < json_array_size (panels); i++) {
        g_autofree char *below = g_strdup_printf ("%s/panels/%" G_GSIZE_FORMAT, path, i);
        if (!check_parameters (json_array_get (panels, i), file, below, error))
            return FALSE;
        give_sources (scene, json_array_get (panels, i));
    }
    for (guint s = 0; s < G_N_ELEMENTS (shapes); s++) {
        gboolean given;
        if (!check_all_or_none (panels, shapes[s].key, file, path, &given, error))
            return FALSE;
        if (!given)
            cg_scene_deal (panels, shapes[s].shape, shapes[s].key);
        if (!check_cells (panels, shapes[s].key, file, path, error))
            return FALSE;
    }
    return TRUE;
}

static json_t *
find_in (json_t *scenes, const char *name, gsize *out_index)
{
    for (gsize i = 0; i < json_array_size (scenes); i++) {
        json_t *scene = json_array_get (scenes, i);
        if (strcmp (json_string_value (json_object_get (scene, "name")), name) == 0) {
            *out_index = i;
            return scene;
        }
    }
    return NULL;
}

static gboolean
check_scenes (json_t *all, const char *file, GError **error)
{
    json_t *scenes = json_object_get (all, "scenes");
    for (gsize i = 0; i < json_array_size (scenes); i++) {
        json_t *scene = json_array_get (scenes, i);
        const char *name = json_string_value (json_object_get (scene, "name"));
        g_autofree char *path = g_strdup_printf ("/scenes/%" G_GSIZE_FORMAT, i);
        gsize first = i;
        find_in (scenes, name, &first);
        if (first != i)
            return refuse (file, path, error, "scene %s is there twice", name);
        if (strcmp (name, "play") == 0)
            return refuse (file, path, error, "/screen/play is the playlist, not a scene");
        if (!finish_scene (scene, file, path, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- files over what is built in ------------------------------------------------------------- */

static void
lay_over (json_t *all, const json_t *own, gboolean has_hour)
{
    static const char *const groups[] = { "playlist", "alarm" };
    for (guint g = 0; g < G_N_ELEMENTS (groups); g++)
        json_object_update (json_object_get (all, groups[g]), json_object_get (own, groups[g]));
    if (has_hour)
        json_object_set (all, "reload_hour", json_object_get (own, "reload_hour"));
    json_t *scenes = json_object_get (all, "scenes"), *more = json_object_get (own, "scenes");
    for (gsize i = 0; i < json_array_size (more); i++) {
        json_t *scene = json_array_get (more, i);
        const char *name = json_string_value (json_object_get (scene, "name"));
        gsize at = 0;
        if (find_in (scenes, name, &at) != NULL)
            json_array_set (scenes, at, scene);
        else
            json_array_append (scenes, scene);
    }
}

static gboolean
check_playlist (const json_t *all, const char *file, GError **error)
{
    json_t *names = json_object_get (json_object_get (all, "playlist"), "scenes");
    for (gsize i = 0; i < json_array_size (names); i++) {
        const char *name = json_string_value (json_array_get (names, i));
        g_autofree char *path = g_strdup_printf ("/playlist/scenes/%" G_GSIZE_FORMAT, i);
        gsize at;
        if (find_in (json_object_get (all, "scenes"), name, &at) == NULL)
            return refuse (file, path, error, "no scene named '%.40s'", name);
    }
    return TRUE;
}

const CgScenes *
cg_scenes_built_in (void)
{
    static gsize once;
    static CgScenes scenes;
    if (g_once_init_enter (&once)) {
        g_autoptr (GError) error = NULL;
        scenes.all = load_packed ("scenes.json");
        gboolean good = cg_json_check (scenes.all, cg_scenes_schema (), "scenes.json", &error) &&
                        check_scenes (scenes.all, "scenes.json", &error) &&
                        check_playlist (scenes.all, "scenes.json", &error);
        g_assert_no_error (error);
        g_assert (good);
        g_once_init_leave (&once, 1);
    }
    return &scenes;
}

CgScenes *
cg_scenes_parse (const char *text, gsize length, const char *file, GError **error)
{
    json_error_t problem;
    json_t *own = json_loadb (text, length, JSON_REJECT_DUPLICATES, &problem);
    if (own == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT, "%s:%d:%d: %s", file, problem.line,
                     problem.column, problem.text);
        return NULL;
    }
    CgScenes *scenes = NULL;
    gboolean has_hour = json_object_get (own, "reload_hour") != NULL; /* before it has a default */
    /* Checked before it is laid over the others, so that a path is that of the file. */
    if (cg_json_check (own, cg_scenes_schema (), file, error) &&
        check_scenes (own, file, error)) {
        scenes = g_new0 (CgScenes, 1);
        scenes->all = json_deep_copy (cg_scenes_built_in ()->all);
        lay_over (scenes->all, own, has_hour);
        scenes->has_playlist = json_object_get (own, "playlist") != NULL;
        scenes->has_hour = has_hour;
        scenes->has_alarm = json_object_get (own, "alarm") != NULL;
        if (!check_playlist (scenes->all, file, error))
            g_clear_pointer (&scenes, cg_scenes_free);
    }
    json_decref (own);
    return scenes;
}

CgScenes *
cg_scenes_load (const char *path, GError **error)
{
    g_autofree char *text = NULL;
    gsize length = 0;
    g_autoptr (GError) problem = NULL;
    if (!g_file_get_contents (path, &text, &length, &problem)) {
        g_set_error (error, CG_ERROR, CG_ERROR_IO, "%s: %s", path, problem->message);
        return NULL;
    }
    if (length > MAX_BYTES) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "%s: over %u bytes", path, MAX_BYTES);
        return NULL;
    }
    return cg_scenes_parse (text, length, path, error);
}

void
cg_scenes_free (CgScenes *scenes)
{
    if (scenes == NULL)
        return;
    json_decref (scenes->all);
    g_free (scenes);
}

static const CgScenes *
or_built_in (const CgScenes *scenes)
{
    return scenes != NULL ? scenes : cg_scenes_built_in ();
}

const json_t *
cg_scenes_json (const CgScenes *scenes)
{
    return or_built_in (scenes)->all;
}

const json_t *
cg_scenes_find (const CgScenes *scenes, const char *name)
{
    json_t *list = json_object_get (or_built_in (scenes)->all, "scenes");
    gsize at;
    return name == NULL ? json_array_get (list, 0) : find_in (list, name, &at);
}

/* Texts between commas, without blanks around and without empty ones. */
static json_t *
split_list (const char *text)
{
    json_t *list = json_array ();
    g_auto (GStrv) parts = g_strsplit (text, ",", -1);
    for (guint i = 0; parts[i] != NULL; i++)
        if (g_strstrip (parts[i])[0] != '\0')
            json_array_append_new (list, json_string (parts[i]));
    return list;
}

json_t *
cg_scenes_for (const CgScenes *scenes, const CgConfig *config, GError **error)
{
    scenes = or_built_in (scenes);
    json_t *all = json_deep_copy (scenes->all);
    json_t *playlist = json_object_get (all, "playlist"), *alarm = json_object_get (all, "alarm");
    if (!scenes->has_playlist) {
        json_t *names = split_list (config->playlist);
        if (json_array_size (names) > 0)
            json_object_set (playlist, "scenes", names);
        json_decref (names);
        json_object_set_new (playlist, "dwell_s", json_integer (config->dwell_s));
    }
    if (!scenes->has_hour)
        json_object_set_new (all, "reload_hour", json_integer (config->reload_hour));
    if (!scenes->has_alarm) {
        json_object_set_new (alarm, "types", split_list (config->alarm_types));
        json_object_set_new (alarm, "red", json_boolean (config->alarm_red != 0));
        json_object_set_new (alarm, "life_h", json_integer (config->alarm_life_h));
    }
    if (!check_playlist (all, "county.ini [screen] playlist", error))
        g_clear_pointer (&all, json_decref);
    return all;
}

CgSceneShape
cg_scene_shape (double aspect)
{
    return aspect >= 2.6 ? CG_SCENE_WIDE : aspect < 1.2 ? CG_SCENE_TALL : CG_SCENE_USUAL;
}
