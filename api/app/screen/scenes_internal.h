/* Cells of a scene's panels, and how they are dealt out on walls of other shapes. */
#ifndef CG_APP_SCENES_INTERNAL_H
#define CG_APP_SCENES_INTERNAL_H

#include "app/screen/scenes.h"

typedef struct {
    double column, row, columns, rows; /* of 24 x 12 */
} CgSceneCell;

/* key: "at", "wide" or "tall" */
CgSceneCell cg_scene_cell (const json_t *panel, const char *key);
/* Writes a cell under key to each panel, from those under "at": on a wide wall what stands left and
 * right of the largest panel gets two columns a side, on a tall one all of it two columns below. */
void cg_scene_deal (json_t *panels, CgSceneShape shape, const char *key);

#endif
