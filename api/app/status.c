#include "app/status.h"

static const struct {
    int exit, http;
} statuses[CG_N_ERRORS] = {
    [CG_ERROR_ARGUMENT] = { 2, 400 },  [CG_ERROR_INPUT] = { 1, 422 },
    [CG_ERROR_GEOMETRY] = { 1, 422 },  [CG_ERROR_INFEASIBLE] = { 1, 422 },
    [CG_ERROR_CONFLICT] = { 1, 409 },  [CG_ERROR_FORBIDDEN] = { 1, 403 },
    [CG_ERROR_NOT_FOUND] = { 1, 404 }, [CG_ERROR_STORE] = { 3, 503 },
    [CG_ERROR_IO] = { 3, 500 },        [CG_ERROR_LIMIT] = { 1, 413 },
    [CG_ERROR_CANCELLED] = { 3, 503 }, [CG_ERROR_DEADLINE] = { 3, 504 },
};

static gboolean
is_ours (const GError *error)
{
    return error->domain == CG_ERROR && error->code >= 0 && error->code < CG_N_ERRORS;
}

int
cg_status_exit (const GError *error)
{
    if (error == NULL)
        return 0;
    if (error->domain == G_OPTION_ERROR)
        return 2;
    return is_ours (error) ? statuses[error->code].exit : 3;
}

int
cg_status_http (const GError *error)
{
    if (error == NULL)
        return 200;
    return is_ours (error) ? statuses[error->code].http : 500;
}

gboolean
cg_app_is_stopped (GCancellable *cancel, GError **error)
{
    if (!g_cancellable_is_cancelled (cancel))
        return FALSE;
    g_set_error_literal (error, CG_ERROR, CG_ERROR_CANCELLED, "stopped; nothing was written");
    return TRUE;
}
