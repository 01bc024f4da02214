/* What the files of gis-data/store share. */
#ifndef CG_STORE_INTERNAL_H
#define CG_STORE_INTERNAL_H

#include "store/driver.h"
#include "store/store.h"

struct _CgStore {
    CgDb *db;
    char *working_crs;
    int srid;
    char *author;
    gboolean in_group; /* between cg_store_begin and commit or cancel */
    gboolean spoiled;  /* a verb of the group failed                  */
};

typedef gboolean (*CgStoreWork) (CgStore *store, gpointer data, GError **error);

/* Runs work in a transaction of its own, or in the open group. */
gboolean cg_store_write (CgStore *store, CgStoreWork work, gpointer data, GError **error);
gboolean cg_store_read (CgStore *store, CgStoreWork work, gpointer data, GError **error);

/* data is GArray **: cg_store_list_eras inside work. */
gboolean cg_store_read_eras (CgStore *store, gpointer data, GError **error);

/* Inside cg_store_write: the data version after this change. */
gboolean cg_store_next_version (CgStore *store, gint64 *out, GError **error);
/* Inside cg_store_write: one more link of the audit chain; before and after may be NULL. */
gboolean cg_audit_add (CgStore *store, const char *action, const char *object, const char *before,
                       const char *after, GError **error);
/* A line into problems for the first link that does not hold. */
gboolean cg_audit_check (CgStore *store, GPtrArray *problems, GError **error);

/* Seals: number and digest of the rows of a scope, which is a table and, where a table is written
 * in pieces, the values that name the piece, tab between them: "grid\t3". The query seal/TABLE
 * gives the rows; the values are its parameters. */
gboolean cg_seal_set (CgStore *store, const char *scope, GError **error); /* reads the scope anew */
gboolean cg_seal_drop (CgStore *store, const char *scope,
                       GError **error); /* the scope has no rows any more    */
/* Rows were only added, with keys from first_key on, to a scope whose seal query takes that key as
 * its last parameter. */
gboolean cg_seal_grow (CgStore *store, const char *scope, gint64 first_key, GError **error);
/* Measures change row by row: begin, add and remove the row that a statement (the columns of
 * seal/measure) stands on, end. */
typedef struct {
    gint64 n_rows;
    guint8 sum[32];
} CgSealSum;
gboolean cg_seal_sum_begin (CgStore *store, const char *scope, CgSealSum *out, GError **error);
void cg_seal_sum_add (CgSealSum *sum, CgStatement *row);
void cg_seal_sum_remove (CgSealSum *sum, CgStatement *row);
gboolean cg_seal_sum_end (CgStore *store, const char *scope, const CgSealSum *sum, GError **error);
gboolean cg_seal_check (CgStore *store, GPtrArray *problems, GError **error);

/* Brings the schema to `target` (0: newest), each migration a transaction unless one is open. */
gboolean cg_store_migrate (CgDb *db, int target, gboolean in_transaction, GError **error);
int cg_store_newest_schema (const CgDriver *driver);

/* At the door of every put: the table's CRS is the store's, each shape has vertices and all are
 * finite. ids may be NULL. */
gboolean cg_store_check_crs (const CgStore *store, const char *working_crs, const char *what,
                             GError **error);
gboolean cg_store_check_shapes (const CgShapes *shapes, guint32 n, char *const *ids,
                                const char *what, GError **error);
gboolean cg_store_shape_is_finite (const CgShapes *shapes,
                                   guint32 i); /* FALSE for an empty shape */
/* Prefix "unit row 3 (X): " for an error of row i. */
void cg_store_name_row (GError **error, const char *what, gsize i, char *const *ids);

/* Binds geometry i of shapes and the SRID at n and n + 1. */
void cg_bind_shape (CgStatement *statement, int n, const CgShapes *shapes, guint32 i, int srid);
/* Appends the WKB of a column. STORE where it cannot be read. */
gboolean cg_column_shape (CgStatement *statement, int column, CgShapes *shapes, GError **error);
/* Id of the text of a column in names, or CG_NONE for NULL. */
guint32 cg_column_name (CgStatement *statement, int column, CgNames *names);
/* Text for id, NULL for CG_NONE. */
const char *cg_name_or_null (const CgNames *names, guint32 id);
/* The next row, which must be there: the count said so. STORE otherwise. */
gboolean cg_statement_expect (CgStatement *statement, GError **error);
/* A count that must fit a table; LIMIT otherwise. */
gboolean cg_store_get_count (CgStatement *statement, guint32 *out, GError **error);

/* One put of units. */
typedef struct {
    gint64 version; /* 0: none */
    guint32 n;
    gboolean has_population;
} CgUnitVersion;
/* The units of today: version 0 when none were put. */
gboolean cg_store_latest_units (CgStore *store, CgUnitVersion *out, GError **error);
/* The units that a plan was made from. STORE when they are lost. */
gboolean cg_store_units_of (CgStore *store, const CgPlan *plan, CgUnitVersion *out, GError **error);
/* Inside cg_store_write: what cg_store_put_units does, and the version that it made. */
gboolean cg_store_add_units (CgStore *store, const CgUnits *units, gint64 *out_version,
                             GError **error);
/* Inside cg_store_write: seals of what tells how units were made. */
gboolean cg_store_seal_made (CgStore *store, GError **error);
/* Inside cg_store_read. (transfer full) */
CgUnits *cg_store_read_units (CgStore *store, const CgUnitVersion *version, GError **error);
/* NOT_FOUND when there is no such plan. */
gboolean cg_store_require_plan (CgStore *store, gint64 plan, GError **error);
/* Attachments of a kind whose things were replaced. */
gboolean cg_store_drop_attachments (CgStore *store, CgPlaceKind kind, GError **error);

#endif
