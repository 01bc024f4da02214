/* What a live system remembers beside its incidents: answers by their sender's key, alarms that somebody
 * acknowledged. Neither is data of the county: no data version, no audit. */
#include "store/store_internal.h"

typedef struct {
    const char *key, *body, *reply;
    guint most;
} Delivery;

typedef struct {
    const char *alarm, *screen;
    gint64 at_s;
    guint most;
    gboolean is_new;
} Acknowledgement;

static gboolean
trim (CgStore *store, const char *query, guint most, GError **error)
{
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, query, error);
    if (st == NULL)
        return FALSE;
    cg_bind_int (st, 1, most);
    return cg_statement_run (st, error);
}

static gboolean
put_delivery (CgStore *store, gpointer data, GError **error)
{
    const Delivery *delivery = data;
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, "delivery/insert", error);
    if (st == NULL)
        return FALSE;
    cg_bind_text (st, 1, delivery->key);
    cg_bind_text (st, 2, delivery->body);
    cg_bind_text (st, 3, delivery->reply);
    return cg_statement_run (st, error) && trim (store, "delivery/trim", delivery->most, error);
}

gboolean
cg_store_put_delivery (CgStore *store, const char *key, const char *body, const char *reply, guint most,
                       GError **error)
{
    Delivery delivery = { .key = key, .body = body, .reply = reply, .most = most };
    return cg_store_write (store, put_delivery, &delivery, error);
}

typedef struct {
    CgDeliveryEach each_delivery;
    CgAcknowledgementEach each_alarm;
    gpointer user_data;
} Each;

static gboolean
each_delivery (CgStore *store, gpointer data, GError **error)
{
    const Each *each = data;
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, "delivery/load", error);
    gboolean row = FALSE, good = st != NULL;
    while (good && (good = cg_statement_step (st, &row, error)) && row)
        each->each_delivery (cg_column_text (st, 0), cg_column_text (st, 1), cg_column_text (st, 2), each->user_data);
    return good;
}

gboolean
cg_store_each_delivery (CgStore *store, CgDeliveryEach each, gpointer user_data, GError **error)
{
    Each job = { .each_delivery = each, .user_data = user_data };
    return cg_store_read (store, each_delivery, &job, error);
}

static gboolean
put_acknowledgement (CgStore *store, gpointer data, GError **error)
{
    Acknowledgement *one = data;
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, "acknowledgement/insert", error);
    if (st == NULL)
        return FALSE;
    cg_bind_text (st, 1, one->alarm);
    cg_bind_int (st, 2, one->at_s);
    cg_bind_text (st, 3, one->screen);
    if (!cg_statement_run (st, error))
        return FALSE;
    one->is_new = cg_statement_changes (st) > 0;
    return trim (store, "acknowledgement/trim", one->most, error);
}

gboolean
cg_store_put_acknowledgement (CgStore *store, const char *alarm, gint64 at_s, const char *screen, guint most,
                              gboolean *out_new, GError **error)
{
    Acknowledgement one = { .alarm = alarm, .screen = screen, .at_s = at_s, .most = most };
    if (!cg_store_write (store, put_acknowledgement, &one, error))
        return FALSE;
    *out_new = one.is_new;
    return TRUE;
}

static gboolean
each_acknowledgement (CgStore *store, gpointer data, GError **error)
{
    const Each *each = data;
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, "acknowledgement/load", error);
    gboolean row = FALSE, good = st != NULL;
    while (good && (good = cg_statement_step (st, &row, error)) && row)
        each->each_alarm (cg_column_text (st, 0), cg_column_int (st, 1), cg_column_text (st, 2), each->user_data);
    return good;
}

gboolean
cg_store_each_acknowledgement (CgStore *store, CgAcknowledgementEach each, gpointer user_data, GError **error)
{
    Each job = { .each_alarm = each, .user_data = user_data };
    return cg_store_read (store, each_acknowledgement, &job, error);
}
