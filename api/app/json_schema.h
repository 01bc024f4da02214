/* Checks a JSON value against a schema and fills in its defaults.
 *
 * Of JSON Schema 2020-12 it knows what the project's schemas use: type, enum, pattern, minLength,
 * maxLength, minimum, maximum, multipleOf, minItems, maxItems, items, properties, required,
 * additionalProperties (false), oneOf whose branches hold only `required`, default, and $ref into
 * #/$defs. Lengths of text are in characters. A schema is ours, never a user's.
 */
#ifndef CG_APP_JSON_SCHEMA_H
#define CG_APP_JSON_SCHEMA_H

#include <glib.h>
#include <jansson.h>

/* Members that are missing and have a default are added to value.
 *
 * file    named in front of every error
 * Errors  INPUT, with the JSON pointer of what is wrong ("f.json: /scenes/0/name: ...")
 */
gboolean cg_json_check (json_t *value, const json_t *schema, const char *file, GError **error);

#endif
