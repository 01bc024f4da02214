/* What the table of routes does not say: kinds and meanings of parameters, shapes of replies. */
#ifndef CG_HTTP_OPENAPI_WORDS_H
#define CG_HTTP_OPENAPI_WORDS_H

#include <glib.h>

typedef struct {
    const char *name, *about;
    const char *schema; /* JSON */
    gboolean shared;    /* used by many: a component of its own */
} HttpWord;

extern const HttpWord http_parameters[], http_variables[]; /* end with name == NULL */
const HttpWord *http_word_find (const HttpWord *words, const char *name); /* NULL: not told */

/* Name of the schema of a route's JSON, or NULL: any object. */
const char *http_schema_of (const char *pattern);

extern const char http_openapi_head[], http_openapi_components[]; /* JSON */

#endif
