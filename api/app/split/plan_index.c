#include "app/split/plan_index.h"

/* What polygons of grids depend on: FNV-1a over plan, its hash and the units it was made from. */
static guint64
version_of (const CgPlan *plan)
{
    g_autofree char *text =
        g_strdup_printf ("%" G_GINT64_FORMAT "|%s|%" G_GINT64_FORMAT, plan->id,
                         plan->hash != NULL ? plan->hash : "", plan->unit_version);
    guint64 version = G_GUINT64_CONSTANT (14695981039346656037);
    for (const char *at = text; *at != '\0'; at++)
        version = (version ^ (guint8) *at) * G_GUINT64_CONSTANT (1099511628211);
    return version;
}

CgAttachSnapshot *
cg_plan_index (CgAttachShelf *shelf, const CgPlan *plan, const CgGrids *grids, GError **error)
{
    guint64 version = version_of (plan);
    g_autoptr (CgAttachSnapshot) index = shelf != NULL ? cg_attach_shelf_take (shelf) : NULL;
    if (index != NULL && cg_attach_snapshot_version (index) == version)
        return g_steal_pointer (&index);
    CgAttachSnapshot *fresh = cg_attach_snapshot_new (grids->shapes, NULL, version, error);
    if (fresh != NULL && shelf != NULL)
        cg_attach_shelf_put (shelf, cg_attach_snapshot_ref (fresh));
    return fresh;
}
