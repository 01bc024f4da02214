/* How QGIS draws the layers of a snapshot: styles in its own language, by the same palettes and classes as the screens. */
#ifndef CG_APP_SNAPSHOT_STYLE_H
#define CG_APP_SNAPSHOT_STYLE_H

#include "app/screen/screen_internal.h"

/* Grids by class of a column. aliases: pairs of column and title, ends with NULL. (transfer full) */
char *cg_qml_classes (const char *column, const char *unit, const CgChoropleth *classes, const char *const *aliases);
/* All features alike. fill, line: opaque, or a = 0 for none; label: column, or NULL. (transfer full) */
typedef enum { CG_QML_POINT, CG_QML_LINE, CG_QML_AREA } CgQmlKind;
char *cg_qml_plain (CgQmlKind kind, CgColour fill, CgColour line, double size_mm, const char *label,
                    const char *const *aliases);

#endif
