/* Seals: SQLite keeps no checksum of its pages, so each table keeps one of its rows.
 *
 * The digest is a chain, d(i) = SHA-256 (d(i-1) in hex, then the cells of row i with their types
 * and lengths), so that a table that only grows is sealed by reading its new rows. Measures change
 * in the middle; theirs is "sum:" and the sum modulo 2^256 of SHA-256 (cells of a row), which a
 * changed row enters and leaves in any order. That finds damage, which is what seals are for; it is
 * no proof against somebody who computes rows of equal sums. */
#include <string.h>

#include "store/store_internal.h"

typedef struct {
    gint64 n_rows;
    char *digest; /* "" before the first row */
} Seal;

static void
add_number (GChecksum *sum, guint64 bits)
{
    guint64 little = GUINT64_TO_LE (bits);
    g_checksum_update (sum, (const guchar *) &little, sizeof little);
}

static void
add_cell (GChecksum *sum, CgStatement *row, int column)
{
    const CgDriver *driver = row->db->driver;
    guchar type = (guchar) driver->type (row, column);
    g_checksum_update (sum, &type, 1);
    if (type == CG_CELL_INT) {
        add_number (sum, (guint64) driver->get_int (row, column));
    } else if (type == CG_CELL_REAL) {
        double value = driver->get_real (row, column);
        guint64 bits;
        memcpy (&bits, &value, sizeof bits);
        add_number (sum, bits);
    } else if (type != CG_CELL_NULL) {
        gsize length = 0;
        const guint8 *data = driver->get_bytes (row, column, &length);
        add_number (sum, length);
        if (length > 0)
            g_checksum_update (sum, data, (gssize) length);
    }
}

/* The row that the statement stands on. */
static void
add_row (GChecksum *sum, CgStatement *row)
{
    int n_columns = row->db->driver->n_columns (row);
    for (int column = 0; column < n_columns; column++)
        add_cell (sum, row, column);
}

/* Continues the chain over all rows that the statement gives. */
static gboolean
run_chain (CgStatement *rows, Seal *seal, GError **error)
{
    g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
    gboolean row = FALSE;
    for (;;) {
        if (!cg_statement_step (rows, &row, error))
            return FALSE;
        if (!row)
            return TRUE;
        g_checksum_reset (sum);
        g_checksum_update (sum, (const guchar *) seal->digest, (gssize) strlen (seal->digest));
        add_row (sum, rows);
        g_free (seal->digest);
        seal->digest = g_strdup (g_checksum_get_string (sum));
        seal->n_rows++;
    }
}

/* ---- sums ---------------------------------------- */

#define SUM_BYTES 32
#define SUM_PREFIX "sum:"

static gboolean
is_summed (const char *scope)
{
    return g_str_has_prefix (scope, "measure\t");
}

static void
hash_row (CgStatement *row, guint8 out[SUM_BYTES])
{
    g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
    gsize length = SUM_BYTES;
    add_row (sum, row);
    g_checksum_get_digest (sum, out, &length);
}

/* Little-endian, modulo 2^256. */
static void
add_hash (guint8 sum[SUM_BYTES], const guint8 hash[SUM_BYTES], gboolean negative)
{
    guint carry = negative;
    for (guint i = 0; i < SUM_BYTES; i++) {
        guint byte = negative ? hash[i] ^ 0xFFu : hash[i];
        carry += sum[i] + byte;
        sum[i] = (guint8) carry;
        carry >>= 8;
    }
}

static gboolean
run_sum (CgStatement *rows, CgSealSum *sum, GError **error)
{
    gboolean row = FALSE, good;
    while ((good = cg_statement_step (rows, &row, error)) && row)
        cg_seal_sum_add (sum, rows);
    return good;
}

static char *
sum_digest (const CgSealSum *sum)
{
    g_autoptr (GString) text = g_string_new (SUM_PREFIX);
    for (guint i = SUM_BYTES; i-- > 0;)
        g_string_append_printf (text, "%02x", sum->sum[i]);
    return g_string_free (g_steal_pointer (&text), FALSE);
}

/* FALSE: another kind of digest. */
static gboolean
parse_sum (const char *digest, guint8 out[SUM_BYTES])
{
    if (!g_str_has_prefix (digest, SUM_PREFIX) ||
        strlen (digest) != strlen (SUM_PREFIX) + 2 * SUM_BYTES)
        return FALSE;
    const char *hex = digest + strlen (SUM_PREFIX);
    for (guint i = 0; i < SUM_BYTES; i++) {
        int high = g_ascii_xdigit_value (hex[2 * i]), low = g_ascii_xdigit_value (hex[2 * i + 1]);
        if (high < 0 || low < 0)
            return FALSE;
        out[SUM_BYTES - 1 - i] = (guint8) (high * 16 + low);
    }
    return TRUE;
}

void
cg_seal_sum_add (CgSealSum *sum, CgStatement *row)
{
    guint8 hash[SUM_BYTES];
    hash_row (row, hash);
    add_hash (sum->sum, hash, FALSE);
    sum->n_rows++;
}

void
cg_seal_sum_remove (CgSealSum *sum, CgStatement *row)
{
    guint8 hash[SUM_BYTES];
    hash_row (row, hash);
    add_hash (sum->sum, hash, TRUE);
    sum->n_rows--;
}

/* ---- scopes ---------------------------------------- */

/* The query of a scope; "grid\t3" is seal/grid with $1 = 3. Tables that only grow take a first key.
 */
static CgStatement *
open_scope (CgStore *store, const char *scope, GError **error)
{
    g_auto (GStrv) words = g_strsplit (scope, "\t", -1);
    g_autofree char *name = g_strconcat ("seal/", words[0], NULL);
    CgStatement *rows = cg_db_prepare (store->db, name, error);
    if (rows == NULL)
        return NULL;
    for (int n = 1; words[n] != NULL; n++)
        cg_bind_text (rows, n, words[n]);
    if (g_str_equal (words[0], "incident") || g_str_equal (words[0], "incident_place"))
        cg_bind_int (rows, 1, G_MININT64);
    return rows;
}

/* All rows of a scope, from an empty seal on. */
static gboolean
run_scope (CgStatement *rows, gboolean summed, Seal *seal, GError **error)
{
    CgSealSum sum = { 0 };
    if (!summed)
        return run_chain (rows, seal, error);
    if (!run_sum (rows, &sum, error))
        return FALSE;
    g_free (seal->digest);
    seal->digest = sum_digest (&sum);
    seal->n_rows = sum.n_rows;
    return TRUE;
}

static gboolean
put_seal (CgStore *store, const char *scope, const Seal *seal, GError **error)
{
    g_autoptr (CgStatement) put = cg_db_prepare (store->db, "seal/put", error);
    if (put == NULL)
        return FALSE;
    cg_bind_text (put, 1, scope);
    cg_bind_int (put, 2, seal->n_rows);
    cg_bind_text (put, 3, seal->digest);
    return cg_statement_run (put, error);
}

gboolean
cg_seal_set (CgStore *store, const char *scope, GError **error)
{
    g_autoptr (CgStatement) rows = open_scope (store, scope, error);
    if (rows == NULL)
        return FALSE;
    Seal seal = { .digest = g_strdup ("") };
    gboolean good =
        run_scope (rows, is_summed (scope), &seal, error) && put_seal (store, scope, &seal, error);
    g_free (seal.digest);
    return good;
}

gboolean
cg_seal_drop (CgStore *store, const char *scope, GError **error)
{
    g_autoptr (CgStatement) drop = cg_db_prepare (store->db, "seal/drop", error);
    if (drop == NULL)
        return FALSE;
    cg_bind_text (drop, 1, scope);
    return cg_statement_run (drop, error);
}

static gboolean
get_seal (CgStore *store, const char *scope, Seal *out, GError **error)
{
    g_autoptr (CgStatement) get = cg_db_prepare (store->db, "seal/get", error);
    gboolean row = FALSE;
    if (get == NULL)
        return FALSE;
    cg_bind_text (get, 1, scope);
    if (!cg_statement_step (get, &row, error))
        return FALSE;
    out->n_rows = row ? cg_column_int (get, 0) : 0;
    out->digest = g_strdup (row ? cg_column_text (get, 1) : "");
    return TRUE;
}

typedef struct {
    const char *table;
    char *digest;
} Wanted;

static gboolean
read_digest (CgStore *store, gpointer data, GError **error)
{
    Wanted *wanted = data;
    Seal seal = { 0 };
    if (!get_seal (store, wanted->table, &seal, error))
        return FALSE;
    wanted->digest = seal.digest;
    return TRUE;
}

char *
cg_store_table_digest (CgStore *store, const char *table, GError **error)
{
    Wanted wanted = { .table = table };
    return cg_store_read (store, read_digest, &wanted, error) ? wanted.digest : NULL;
}

gboolean
cg_seal_grow (CgStore *store, const char *scope, gint64 first_key, GError **error)
{
    g_autoptr (CgStatement) rows = open_scope (store, scope, error);
    g_auto (GStrv) words = g_strsplit (scope, "\t", -1);
    Seal seal = { 0 };
    if (rows == NULL || !get_seal (store, scope, &seal, error))
        return FALSE;
    cg_bind_int (rows, (int) g_strv_length (words), first_key); /* after the values of the scope */
    gboolean good = run_chain (rows, &seal, error) && put_seal (store, scope, &seal, error);
    g_free (seal.digest);
    return good;
}

gboolean
cg_seal_sum_begin (CgStore *store, const char *scope, CgSealSum *out, GError **error)
{
    Seal seal = { 0 };
    CgSealSum sum = { 0 };
    if (!get_seal (store, scope, &seal, error))
        return FALSE;
    gboolean known = seal.digest[0] == '\0' || parse_sum (seal.digest, sum.sum);
    sum.n_rows = seal.n_rows;
    g_free (seal.digest);
    if (!known) {
        g_autoptr (CgStatement) rows = open_scope (store, scope, error);
        sum = (CgSealSum){ 0 };
        if (rows == NULL || !run_sum (rows, &sum, error))
            return FALSE;
    }
    *out = sum;
    return TRUE;
}

gboolean
cg_seal_sum_end (CgStore *store, const char *scope, const CgSealSum *sum, GError **error)
{
    g_autofree char *digest = sum_digest (sum);
    Seal seal = { .n_rows = sum->n_rows, .digest = digest };
    return put_seal (store, scope, &seal, error);
}

static void
check_scope (CgStore *store, const char *scope, gint64 n_rows, const char *digest,
             GPtrArray *problems)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgStatement) rows = open_scope (store, scope, &error);
    g_autofree char *shown = g_strdelimit (g_strdup (scope), "\t", ' ');
    Seal seal = { .digest = g_strdup ("") };
    /* Files of earlier programs have chains where sums are today. */
    gboolean summed = digest != NULL && g_str_has_prefix (digest, SUM_PREFIX);
    if (rows == NULL || !run_scope (rows, summed, &seal, &error))
        g_ptr_array_add (problems,
                         g_strdup_printf ("%s: cannot be read: %s", shown, error->message));
    else if (seal.n_rows != n_rows)
        g_ptr_array_add (problems,
                         g_strdup_printf ("%s: %" G_GINT64_FORMAT
                                          " rows were stored, %" G_GINT64_FORMAT " are there",
                                          shown, n_rows, seal.n_rows));
    else if (g_strcmp0 (seal.digest, digest) != 0)
        g_ptr_array_add (problems, g_strdup_printf ("%s: contents are not what was stored", shown));
    g_free (seal.digest);
}

gboolean
cg_seal_check (CgStore *store, GPtrArray *problems, GError **error)
{
    g_autoptr (CgStatement) list = cg_db_prepare (store->db, "seal/list", error);
    gboolean row = FALSE, good = list != NULL;
    while (good && (good = cg_statement_step (list, &row, error)) && row)
        check_scope (store, cg_column_text (list, 0), cg_column_int (list, 1),
                     cg_column_text (list, 2), problems);
    return good;
}
