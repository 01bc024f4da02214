#include "app/json.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"

gboolean
cg_json_write (const char *path, const json_t *value, GError **error)
{
    char *text = json_dumps (value, JSON_INDENT (2) | JSON_REAL_PRECISION (15));
    if (text == NULL) {
        g_set_error_literal (error, CG_ERROR, CG_ERROR_IO, "the report could not be put in words");
        return FALSE;
    }
    g_autoptr (GString) line = g_string_new (text);
    free (text);
    g_string_append_c (line, '\n');
    g_autoptr (GError) problem = NULL;
    if (g_file_set_contents (path, line->str, (gssize) line->len, &problem))
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_IO, "%s: %s", path, problem->message);
    return FALSE;
}

static json_t *
text_or_null (const char *text)
{
    json_t *value = text != NULL ? json_string (text) : NULL;
    return value != NULL ? value : json_null ();
}

static json_t *
finding_to_json (const CgFinding *finding)
{
    json_t *row = json_object ();
    json_object_set_new (row, "level", json_string (cg_finding_level_name (finding->level)));
    json_object_set_new (row, "code", json_string (finding->code));
    json_object_set_new (row, "file", text_or_null (finding->file));
    json_object_set_new (row, "row", finding->row > 0 ? json_integer (finding->row) : json_null ());
    json_object_set_new (row, "column", text_or_null (finding->column));
    json_object_set_new (row, "value", text_or_null (finding->value));
    json_object_set_new (row, "text", text_or_null (finding->text));
    if (isfinite (finding->x) && isfinite (finding->y)) {
        json_object_set_new (row, "x", json_real (finding->x));
        json_object_set_new (row, "y", json_real (finding->y));
    }
    if (isfinite (finding->area_delta_m2))
        json_object_set_new (row, "area_delta_m2", json_real (finding->area_delta_m2));
    return row;
}

json_t *
cg_json_import_report (const CgImportReport *report)
{
    json_t *out = json_object ();
    json_object_set_new (out, "file", text_or_null (report->file));
    json_object_set_new (out, "layer", text_or_null (report->layer));
    json_object_set_new (out, "driver", text_or_null (report->driver));
    json_object_set_new (out, "encoding", text_or_null (report->encoding));
    json_object_set_new (out, "crs", text_or_null (report->crs));
    json_object_set_new (out, "crs_from", text_or_null (report->crs_from));
    json_object_set_new (out, "working_crs", text_or_null (report->working_crs));
    json_object_set_new (out, "rows", json_integer (report->n_rows));
    json_object_set_new (out, "good", json_integer (report->n_good));
    json_object_set_new (out, "replaced", json_integer (report->n_replaced));
    json_object_set_new (out, "known", json_integer (report->n_known));
    json_object_set_new (out, "errors", json_integer (report->n_errors));
    json_object_set_new (out, "repairs", json_integer (report->n_repairs));
    json_object_set_new (out, "warnings", json_integer (report->n_warnings));
    json_object_set_new (out, "notes", json_integer (report->n_notes));
    json_t *mapping = json_array ();
    for (guint i = 0; report->mapping != NULL && i < report->mapping->len; i++)
        json_array_append_new (mapping, text_or_null (g_ptr_array_index (report->mapping, i)));
    json_object_set_new (out, "mapping", mapping);
    json_t *findings = json_array ();
    for (guint i = 0; i < report->findings->len; i++)
        json_array_append_new (findings, finding_to_json (g_ptr_array_index (report->findings, i)));
    json_object_set_new (out, "findings", findings);
    return out;
}
