/* The audit chain: each link carries the hash of the one before.
 *
 * hash = SHA-256 over sequence, who, action, object, before, after, purpose and the previous hash,
 * each as its length in decimal, a colon and its bytes. The head is kept apart, so that links cut
 * off the end are missed too. */
#include <string.h>

#include "store/store_internal.h"

typedef struct {
    gint64 sequence;
    const char *who, *action, *object, *before, *after, *purpose, *previous;
} Link;

static char *
hash_link (const Link *link)
{
    g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
    g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, link->sequence);
    const char *fields[] = { number,       link->who,   link->action,  link->object,
                             link->before, link->after, link->purpose, link->previous };
    for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
        const char *field = fields[i] != NULL ? fields[i] : "";
        g_autofree char *head = g_strdup_printf ("%" G_GSIZE_FORMAT ":", strlen (field));
        g_checksum_update (sum, (const guchar *) head, -1);
        g_checksum_update (sum, (const guchar *) field, -1);
    }
    return g_strdup (g_checksum_get_string (sum));
}

static gboolean
get_head (CgStore *store, gint64 *out_sequence, char **out_hash, GError **error)
{
    g_autoptr (CgStatement) head = cg_db_prepare (store->db, "audit/head", error);
    gboolean row = FALSE;
    if (head == NULL || !cg_statement_step (head, &row, error))
        return FALSE;
    if (!row) {
        g_set_error (error, CG_ERROR, CG_ERROR_STORE, "the head of the audit chain is lost");
        return FALSE;
    }
    *out_sequence = cg_column_int (head, 0);
    *out_hash = g_strdup (cg_column_text (head, 1));
    return TRUE;
}

static gboolean
put_link (CgStore *store, const Link *link, const char *hash, GError **error)
{
    g_autoptr (CgStatement) insert = cg_db_prepare (store->db, "audit/insert", error);
    g_autoptr (CgStatement) move = cg_db_prepare (store->db, "audit/move_head", error);
    if (insert == NULL || move == NULL)
        return FALSE;
    cg_bind_int (insert, 1, link->sequence);
    cg_bind_text (insert, 2, link->who);
    cg_bind_text (insert, 3, link->action);
    cg_bind_text (insert, 4, link->object);
    cg_bind_text (insert, 5, link->before);
    cg_bind_text (insert, 6, link->after);
    cg_bind_text (insert, 7, link->purpose);
    cg_bind_text (insert, 8, link->previous);
    cg_bind_text (insert, 9, hash);
    cg_bind_int (move, 1, link->sequence);
    cg_bind_text (move, 2, hash);
    return cg_statement_run (insert, error) && cg_statement_run (move, error);
}

gboolean
cg_audit_add (CgStore *store, const char *action, const char *object, const char *before,
              const char *after, GError **error)
{
    gint64 sequence = 0;
    g_autofree char *previous = NULL;
    if (!get_head (store, &sequence, &previous, error))
        return FALSE;
    Link link = { .sequence = sequence + 1,
                  .who = store->author,
                  .action = action,
                  .object = object,
                  .before = before != NULL ? before : "",
                  .after = after != NULL ? after : "",
                  .purpose = "",
                  .previous = previous };
    g_autofree char *hash = hash_link (&link);
    return put_link (store, &link, hash, error);
}

/* The first link that does not hold, or NULL. */
static char *
follow (CgStatement *links, gint64 *out_last, char **inout_hash, GError **error)
{
    gboolean row = FALSE;
    while (cg_statement_step (links, &row, error) && row) {
        Link link = { .sequence = cg_column_int (links, 0),
                      .who = cg_column_text (links, 1),
                      .action = cg_column_text (links, 2),
                      .object = cg_column_text (links, 3),
                      .before = cg_column_text (links, 4),
                      .after = cg_column_text (links, 5),
                      .purpose = cg_column_text (links, 6),
                      .previous = cg_column_text (links, 7) };
        if (link.sequence != *out_last + 1)
            return g_strdup_printf ("audit: link %" G_GINT64_FORMAT " is missing", *out_last + 1);
        g_autofree char *hash = hash_link (&link);
        if (g_strcmp0 (link.previous, *inout_hash) != 0 ||
            g_strcmp0 (hash, cg_column_text (links, 8)) != 0)
            return g_strdup_printf ("audit: link %" G_GINT64_FORMAT " was changed", link.sequence);
        g_free (*inout_hash);
        *inout_hash = g_steal_pointer (&hash);
        *out_last = link.sequence;
    }
    return NULL;
}

gboolean
cg_audit_check (CgStore *store, GPtrArray *problems, GError **error)
{
    gint64 head = 0, last = 0;
    g_autofree char *head_hash = NULL, *hash = g_strdup ("");
    g_autoptr (GError) problem = NULL;
    g_autoptr (CgStatement) links = cg_db_prepare (store->db, "audit/load", error);
    if (links == NULL || !get_head (store, &head, &head_hash, error))
        return FALSE;
    char *broken = follow (links, &last, &hash, &problem);
    if (broken != NULL)
        g_ptr_array_add (problems, broken);
    else if (problem != NULL)
        g_ptr_array_add (problems, g_strdup_printf ("audit: cannot be read: %s", problem->message));
    else if (last != head || g_strcmp0 (hash, head_hash) != 0)
        g_ptr_array_add (problems,
                         g_strdup_printf ("audit: the chain ends at link %" G_GINT64_FORMAT
                                          ", its head says %" G_GINT64_FORMAT,
                                          last, head));
    return TRUE;
}
