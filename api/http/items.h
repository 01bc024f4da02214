/* What the files of OGC API Features share: documents about collections, items. */
#ifndef CG_HTTP_ITEMS_H
#define CG_HTTP_ITEMS_H

#include "http/http_internal.h"

/* A link object; type and title may be NULL. Each "%s" of href is written in. (transfer full) */
json_t *http_link (const char *href, const char *rel, const char *type, const char *title);

/* Everything that makes a reply another one goes into its ETag; negotiated ones also tell caches so. */
void http_reply_vary (const HttpRequest *request, HttpReply *reply, const char *stamp,
                      gboolean html);

/* A time or a span, as of "datetime" below. Errors ARGUMENT */
gboolean http_parse_datetime (const char *text, gint64 *out_since_s, gint64 *out_until_s, GError **error);
/* The span of "datetime", both within; CG_TIME_NONE: open, or not given. Errors ARGUMENT */
gboolean http_get_datetime (const HttpRequest *request, gint64 *out_since_s, gint64 *out_until_s,
                            GError **error);

/* What GET .../items asks for. Texts are borrowed from the request. Errors ARGUMENT names the
 * parameter */
typedef struct {
    CgFeatureQuery query;
    CgFeatureCrs crs;
    gboolean html;
} HttpItems;
gboolean http_items_parse (const CgFeatureTable *table, const HttpRequest *request, HttpItems *out,
                           GError **error);
/* Parameters of items that are no names of columns, ends with NULL. */
extern const char *const http_items_parameters[];

/* features_items.c. Errors NOT_FOUND, ARGUMENT as the verbs above and cg_feature_table_ask; STORE, IO */
gboolean http_get_items (HttpContext *context, const HttpRequest *request, const char *const *names,
                         HttpReply *reply, GError **error);
gboolean http_get_item (HttpContext *context, const HttpRequest *request, const char *const *names,
                        HttpReply *reply, GError **error);
/* No collections without a table of them. Errors NOT_FOUND */
CgFeatureTable *http_find_collection (HttpContext *context, const char *name, GError **error);

#endif
