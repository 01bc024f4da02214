/* Scenes: what a command centre's walls show, one page each, and in which order.
 *
 * Built-in scenes (county, town, heat, warnings, cameras, hotline) are there without any file. A
 * file in JSON (scenes.schema.json; GET /api/scenes/schema) adds scenes, replaces those of the same
 * name and says what a playlist and an alarm do. Places are cells of a grid of 24 x 12 below a bar of
 * 8 vh; for walls wider than 2.6 to 1 and for upright ones the side columns are dealt out anew unless
 * the file says how. What is read here never changes afterwards; any thread may look at it. NULL
 * stands for the built-in scenes wherever scenes are only looked at.
 */
#ifndef CG_APP_SCENES_H
#define CG_APP_SCENES_H

#include "app/config.h"

#include <glib.h>
#include <jansson.h>

typedef struct _CgScenes CgScenes;

/* The built-in ones; borrowed, lives as long as the program. */
const CgScenes *cg_scenes_built_in (void);
/* Text of a scene file over the built-in ones. file is named in errors.
 * Errors  INPUT, with line and column, or the JSON pointer of what is wrong: an unknown member, name,
 *         picture or parameter, a value out of range, panels that overlap or leave the grid, two
 *         scenes of one name, a playlist of scenes that are not there */
CgScenes *cg_scenes_parse (const char *text, gsize length, const char *file, GError **error);
/* Errors  as cg_scenes_parse; IO the file cannot be read; LIMIT over 1 MiB */
CgScenes *cg_scenes_load (const char *path, GError **error);
void cg_scenes_free (CgScenes *scenes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgScenes, cg_scenes_free)

typedef enum { CG_SCENE_USUAL, CG_SCENE_WIDE, CG_SCENE_TALL, CG_N_SCENE_SHAPES } CgSceneShape;
/* By width / height of a wall: over 2.6 wide, under 1.2 tall. */
CgSceneShape cg_scene_shape (double aspect);

/* `playlist`, `reload_hour`, `alarm`, `scenes` as in the file with every default filled in; each
 * panel has `at`, `wide` and `tall`. Borrowed. */
const json_t *cg_scenes_json (const CgScenes *scenes);
/* One of `scenes`; name NULL: the first. Borrowed; NULL: none of that name. */
const json_t *cg_scenes_find (const CgScenes *scenes, const char *name);
/* The same with the playlist, the hour and the alarm of county.ini where no scene file says them.
 * (transfer full)
 * Errors  INPUT the playlist of county.ini names a scene that is not there */
json_t *cg_scenes_for (const CgScenes *scenes, const CgConfig *config, GError **error);
/* The schema of a file, for editors. Borrowed. */
const json_t *cg_scenes_schema (void);

#endif
