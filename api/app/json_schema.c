#include "app/json_schema.h"

#include "base/error.h"

#include <math.h>
#include <string.h>

#define MAX_DEPTH 32u

typedef struct {
    const json_t *root;
    const char *file;
    guint depth;
} Check;

static gboolean check_value (Check *check, json_t *value, const json_t *schema, const char *path,
                             GError **error);

static gboolean G_GNUC_PRINTF (4, 5)
refuse (const Check *check, const char *path, GError **error, const char *format, ...)
{
    va_list arguments;
    va_start (arguments, format);
    g_autofree char *text = g_strdup_vprintf (format, arguments);
    va_end (arguments);
    g_set_error (error, CG_ERROR, CG_ERROR_INPUT, "%s: %s: %s", check->file,
                 path[0] != '\0' ? path : "/", text);
    return FALSE;
}

static const json_t *
follow (const Check *check, const json_t *schema)
{
    const char *ref = json_string_value (json_object_get (schema, "$ref"));
    if (ref == NULL)
        return schema;
    g_assert (g_str_has_prefix (ref, "#/$defs/"));
    return json_object_get (json_object_get (check->root, "$defs"), ref + strlen ("#/$defs/"));
}

static gboolean
has_type (const json_t *value, const char *type)
{
    return strcmp (type, "object") == 0    ? json_is_object (value)
           : strcmp (type, "array") == 0   ? json_is_array (value)
           : strcmp (type, "string") == 0  ? json_is_string (value)
           : strcmp (type, "boolean") == 0 ? json_is_boolean (value)
           : strcmp (type, "integer") == 0 ? json_is_integer (value)
                                           : json_is_number (value);
}

static gboolean
check_enum (const Check *check, const json_t *value, const json_t *names, const char *path,
            GError **error)
{
    g_autoptr (GString) list = g_string_new (NULL);
    for (gsize i = 0; i < json_array_size (names); i++) {
        const json_t *name = json_array_get (names, i);
        if (json_equal (value, name))
            return TRUE;
        g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", json_string_value (name));
    }
    return refuse (check, path, error, "'%.40s' is none of %s", json_string_value (value),
                   list->str);
}

static gboolean
check_text (const Check *check, const json_t *value, const json_t *schema, const char *path,
            GError **error)
{
    const char *text = json_string_value (value);
    const char *pattern = json_string_value (json_object_get (schema, "pattern"));
    const json_t *names = json_object_get (schema, "enum");
    const json_t *most = json_object_get (schema, "maxLength");
    glong length = g_utf8_strlen (text, -1);
    if (length < json_integer_value (json_object_get (schema, "minLength")))
        return refuse (check, path, error, "the text is empty");
    if (most != NULL && length > json_integer_value (most))
        return refuse (check, path, error, "%ld characters are more than %" JSON_INTEGER_FORMAT,
                       length, json_integer_value (most));
    if (pattern != NULL && !g_regex_match_simple (pattern, text, 0, 0))
        return refuse (check, path, error, "'%.40s' does not look like %s", text, pattern);
    return names == NULL || check_enum (check, value, names, path, error);
}

static gboolean
check_number (const Check *check, const json_t *value, const json_t *schema, const char *path,
              GError **error)
{
    const json_t *least = json_object_get (schema, "minimum"),
                 *most = json_object_get (schema, "maximum"),
                 *step = json_object_get (schema, "multipleOf");
    double number = json_number_value (value);
    if ((least != NULL && number < json_number_value (least)) ||
        (most != NULL && number > json_number_value (most)))
        return refuse (check, path, error, "%g is not from %g to %g", number,
                       json_number_value (least), json_number_value (most));
    if (step != NULL && fmod (number, json_number_value (step)) != 0)
        return refuse (check, path, error, "%g is no multiple of %g", number,
                       json_number_value (step));
    return TRUE;
}

static gboolean
check_array (Check *check, json_t *value, const json_t *schema, const char *path, GError **error)
{
    const json_t *least = json_object_get (schema, "minItems"),
                 *most = json_object_get (schema, "maxItems"),
                 *items = json_object_get (schema, "items");
    gsize n = json_array_size (value);
    if ((least != NULL && n < (gsize) json_integer_value (least)) ||
        (most != NULL && n > (gsize) json_integer_value (most)))
        return refuse (check, path, error, "%" G_GSIZE_FORMAT " items are not %s%" JSON_INTEGER_FORMAT,
                       n, n < (gsize) json_integer_value (least) ? "at least " : "at most ",
                       json_integer_value (n < (gsize) json_integer_value (least) ? least : most));
    for (gsize i = 0; items != NULL && i < n; i++) {
        g_autofree char *below = g_strdup_printf ("%s/%" G_GSIZE_FORMAT, path, i);
        if (!check_value (check, json_array_get (value, i), items, below, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
has_all (const json_t *value, const json_t *required, const char **out_missing)
{
    for (gsize i = 0; i < json_array_size (required); i++) {
        const char *name = json_string_value (json_array_get (required, i));
        if (json_object_get (value, name) == NULL) {
            *out_missing = name;
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean
check_one_of (const Check *check, const json_t *value, const json_t *branches, const char *path,
              GError **error)
{
    g_autoptr (GString) names = g_string_new (NULL);
    guint fit = 0;
    for (gsize i = 0; i < json_array_size (branches); i++) {
        const json_t *required = json_object_get (json_array_get (branches, i), "required");
        const char *missing;
        fit += has_all (value, required, &missing);
        g_string_append_printf (names, "%s%s", i > 0 ? " and " : "",
                                json_string_value (json_array_get (required, 0)));
    }
    return fit == 1 || refuse (check, path, error, "exactly one of %s is wanted", names->str);
}

static gboolean
check_members (Check *check, json_t *value, const json_t *properties, const char *path,
               GError **error)
{
    const char *key;
    json_t *member;
    json_object_foreach (value, key, member) {
        const json_t *schema = json_object_get (properties, key);
        g_autofree char *below = g_strdup_printf ("%s/%s", path, key);
        if (schema == NULL)
            return refuse (check, below, error, "this member is not known");
        if (!check_value (check, member, schema, below, error))
            return FALSE;
    }
    return TRUE;
}

static void
add_defaults (json_t *value, const json_t *properties)
{
    const char *key;
    json_t *schema;
    json_object_foreach ((json_t *) properties, key, schema) {
        json_t *initial = json_object_get (schema, "default");
        if (initial != NULL && json_object_get (value, key) == NULL)
            json_object_set_new (value, key, json_deep_copy (initial));
    }
}

static gboolean
check_object (Check *check, json_t *value, const json_t *schema, const char *path, GError **error)
{
    const json_t *properties = json_object_get (schema, "properties"),
                 *branches = json_object_get (schema, "oneOf");
    const char *missing = NULL;
    if (!has_all (value, json_object_get (schema, "required"), &missing))
        return refuse (check, path, error, "member '%s' is missing", missing);
    if (!check_members (check, value, properties, path, error) ||
        (branches != NULL && !check_one_of (check, value, branches, path, error)))
        return FALSE;
    add_defaults (value, properties);
    return TRUE;
}

static gboolean
check_value (Check *check, json_t *value, const json_t *raw, const char *path, GError **error)
{
    const json_t *schema = follow (check, raw);
    const char *type = json_string_value (json_object_get (schema, "type"));
    if (!has_type (value, type))
        return refuse (check, path, error, "%s %s is wanted here",
                       strchr ("aeio", type[0]) != NULL ? "an" : "a", type);
    if (check->depth >= MAX_DEPTH)
        return refuse (check, path, error, "nested deeper than %u", MAX_DEPTH);
    check->depth++;
    gboolean good = json_is_object (value)   ? check_object (check, value, schema, path, error)
                    : json_is_array (value)  ? check_array (check, value, schema, path, error)
                    : json_is_string (value) ? check_text (check, value, schema, path, error)
                    : json_is_number (value) ? check_number (check, value, schema, path, error)
                                             : TRUE;
    check->depth--;
    return good;
}

gboolean
cg_json_check (json_t *value, const json_t *schema, const char *file, GError **error)
{
    Check check = { .root = schema, .file = file };
    return check_value (&check, value, schema, "", error);
}
