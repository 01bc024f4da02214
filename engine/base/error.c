#include "base/error.h"

static const struct {
    const char *name;
    const char *title;
} errors[CG_N_ERRORS] = {
    [CG_ERROR_ARGUMENT] = { "ARGUMENT", "A value is outside what this call allows" },
    [CG_ERROR_INPUT] = { "INPUT", "The input is wrong" },
    [CG_ERROR_GEOMETRY] = { "GEOMETRY", "A geometry could not be read or repaired" },
    [CG_ERROR_INFEASIBLE] = { "INFEASIBLE", "The bounds cannot be met" },
    [CG_ERROR_CONFLICT] = { "CONFLICT", "Somebody else changed it first" },
    [CG_ERROR_FORBIDDEN] = { "FORBIDDEN", "This is not allowed" },
    [CG_ERROR_NOT_FOUND] = { "NOT_FOUND", "There is no such thing" },
    [CG_ERROR_STORE] = { "STORE", "The county file failed" },
    [CG_ERROR_IO] = { "IO", "A file could not be read or written" },
    [CG_ERROR_LIMIT] = { "LIMIT", "A limit was passed" },
    [CG_ERROR_CANCELLED] = { "CANCELLED", "The work was stopped" },
    [CG_ERROR_DEADLINE] = { "DEADLINE", "The work was not done within its time" },
};

G_DEFINE_QUARK (cg - error - quark, cg_error)

const char *
cg_error_name (const GError *error)
{
    if (error == NULL || error->domain != CG_ERROR || error->code < 0 || error->code >= CG_N_ERRORS)
        return "FAILED";
    return errors[error->code].name;
}

const char *
cg_error_title (CgError code)
{
    g_return_val_if_fail ((int) code >= 0 && code < CG_N_ERRORS, "");
    return errors[code].title;
}

gboolean
cg_is_stopped (GCancellable *cancel, GError **error)
{
    if (!g_cancellable_is_cancelled (cancel))
        return FALSE;
    g_set_error_literal (error, CG_ERROR, CG_ERROR_CANCELLED, "stopped");
    return TRUE;
}
