/* Answers to deliveries, by the key that their sender gave: the last CG_REPLY_KEYS, or as many as
 * CG_REPLY_BYTES of answers are of. Thread safe. What is kept here is in the county file too, so that it
 * outlives the program; that file holds about as many. */
#ifndef CG_APP_REPLY_KEYS_H
#define CG_APP_REPLY_KEYS_H

#include <jansson.h>

#include "store/store.h"

#define CG_REPLY_KEYS 10000u
#define CG_REPLY_BYTES (64u << 20)

typedef struct _CgReplyKeys CgReplyKeys;

/* With those that the file holds. Errors STORE */
CgReplyKeys *cg_reply_keys_new (CgStore *store, GError **error);
void cg_reply_keys_free (CgReplyKeys *keys);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgReplyKeys, cg_reply_keys_free)

/* TRUE: the key is known; out_reply (transfer full) is NULL where it was used for another body. */
gboolean cg_reply_keys_recall (CgReplyKeys *keys, const char *key, const char *digest, json_t **out_reply);
/* The first reply of a key stays. */
void cg_reply_keys_keep (CgReplyKeys *keys, const char *key, const char *digest, const char *reply);
guint cg_reply_keys_count (CgReplyKeys *keys);
/* What tells one body from another, however its members are ordered. (transfer full) */
char *cg_reply_keys_digest (const json_t *body);

#endif
