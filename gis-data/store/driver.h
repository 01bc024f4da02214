/* What a database must give so that the verbs of store.h, written once, work on it.
 *
 * A driver fills CgDriver with designated initialisers and puts its own fields behind CgDb and
 * CgStatement (first member). SQL comes by name from gis-data/sql: the folder named as the driver,
 * then common/. Values cross as 64-bit integers, doubles (NaN is NULL), UTF-8 text (NULL is NULL)
 * and bytes; geometry as WKB inside the SQL. One connection belongs to one thread. Errors carry a
 * CG_ERROR code; STORE when the database itself failed. */
#ifndef CG_STORE_DRIVER_H
#define CG_STORE_DRIVER_H

#include <glib.h>

#include "base/error.h"

typedef struct _CgDriver CgDriver;

typedef struct {
    const CgDriver *driver;
    GHashTable *idle; /* of db.c: finished statements by name, to be used again; NULL: none */
} CgDb;

typedef struct {
    CgDb *db;
    char *bind_problem; /* first value that could not be bound; told at the next step */
    char *name;         /* of db.c: of its query; NULL: of none                       */
    gboolean failed;    /* of db.c: a step failed                                     */
} CgStatement;

typedef enum { CG_CELL_NULL, CG_CELL_INT, CG_CELL_REAL, CG_CELL_TEXT, CG_CELL_BYTES } CgCellType;

/* Fills an empty database; called by create inside a transaction. */
typedef gboolean (*CgDbFill) (CgDb *db, gpointer user_data, GError **error);
/* Binds row i of n of a bulk; the name of a bad row is the caller's to give. */
typedef gboolean (*CgDbBindRow) (CgStatement *statement, gsize i, gpointer user_data,
                                 GError **error);

/* WRITE_AGAIN: as CG_STORE_WRITE_AGAIN of store.h. */
typedef enum { CG_DB_READ, CG_DB_WRITE, CG_DB_WRITE_AGAIN } CgDbOpen;

struct _CgDriver {
    const char *name; /* its folder under gis-data/sql */

    /* A new database that appears under `where` only when complete. */
    gboolean (*create) (const char *where, int srid, CgDbFill fill, gpointer user_data,
                        GError **error);
    CgDb *(*open) (const char *where, CgDbOpen how, GError **error);
    void (*close) (CgDb *db);
    /* Version of the schema, checked at open to be ours; set inside a transaction. */
    gboolean (*get_schema) (CgDb *db, int *out, GError **error);
    gboolean (*set_schema) (CgDb *db, int version, GError **error);

    gboolean (*begin) (CgDb *db, gboolean write, GError **error);
    gboolean (*commit) (CgDb *db, GError **error);
    void (*rollback) (CgDb *db);

    /* Brings all that is committed into the main file, as far as readers let it. */
    gboolean (*flush) (CgDb *db, GError **error);

    gboolean (*exec) (CgDb *db, const char *script,
                      GError **error); /* statements without parameters */
    CgStatement *(*prepare) (CgDb *db, const char *sql, GError **error);
    void (*bind_int) (CgStatement *statement, int n, gint64 value); /* n counts from 1: $n */
    void (*bind_real) (CgStatement *statement, int n, double value);
    void (*bind_text) (CgStatement *statement, int n, const char *value);
    void (*bind_bytes) (CgStatement *statement, int n, GBytes *value);
    void (*bind_null) (CgStatement *statement, int n);
    gboolean (*step) (CgStatement *statement, gboolean *out_row, GError **error);
    void (*reset) (CgStatement *statement);
    void (*renew) (CgStatement *statement); /* as if it came from prepare: nothing bound, nothing run */
    void (*finish) (CgStatement *statement);
    gint64 (*changes) (CgStatement *statement); /* rows changed by the last step */

    int (*n_columns) (CgStatement *statement);
    CgCellType (*type) (CgStatement *statement, int column); /* columns count from 0 */
    gint64 (*get_int) (CgStatement *statement, int column);
    double (*get_real) (CgStatement *statement, int column);
    const char *(*get_text) (CgStatement *statement, int column); /* until the next step */
    const guint8 *(*get_bytes) (CgStatement *statement, int column,
                                gsize *out); /* until the next step */

    /* All rows of a statement at once, where the database has a faster way; NULL: one by one. */
    gboolean (*bulk) (CgStatement *statement, gsize n, CgDbBindRow bind, gpointer user_data,
                      GError **error);
    /* Damage below the level of rows: pages, indexes, foreign keys; one line (char *) each. */
    gboolean (*verify) (CgDb *db, GPtrArray *problems, GError **error);
    /* A consistent copy at `to`, which appears only when `check` of the open copy has passed. */
    gboolean (*copy) (CgDb *db, const char *to, CgDbFill check, gpointer user_data, GError **error);
};

extern const CgDriver cg_driver_spatialite;

/* ---- the same for all drivers (db.c) ---------------------------------------- */

/* The query of that name, ready to bind. STORE when the database refuses it.
 * A finished one is kept by the connection and given again. */
CgStatement *cg_db_prepare (CgDb *db, const char *name, GError **error);
void cg_statement_finish (CgStatement *statement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgStatement, cg_statement_finish)

/* Lets go of the statements that are kept; drivers call it before they close a connection. */
void cg_db_forget (CgDb *db);

void cg_bind_int (CgStatement *statement, int n, gint64 value);
void cg_bind_real (CgStatement *statement, int n, double value); /* NaN binds NULL */
void cg_bind_text (CgStatement *statement, int n,
                   const char *value); /* NULL binds NULL; must be UTF-8 */
void cg_bind_bytes (CgStatement *statement, int n, GBytes *value); /* taken (transfer full) */
void cg_bind_null (CgStatement *statement, int n);

/* The next row; FALSE in out_row at the end. */
gboolean cg_statement_step (CgStatement *statement, gboolean *out_row, GError **error);
/* Runs a statement that gives no rows and makes it ready to be bound again. */
gboolean cg_statement_run (CgStatement *statement, GError **error);
gint64 cg_statement_changes (CgStatement *statement);

gboolean cg_column_is_null (CgStatement *statement, int column);
gint64 cg_column_int (CgStatement *statement, int column);
double cg_column_real (CgStatement *statement, int column); /* NULL gives NaN */
const char *cg_column_text (CgStatement *statement,
                            int column); /* NULL gives NULL; until the next step */
const guint8 *cg_column_bytes (CgStatement *statement, int column, gsize *out_length);

/* Runs the named query once for each of n rows, by the driver's bulk where it has one. */
gboolean cg_db_bulk (CgDb *db, const char *name, gsize n, CgDbBindRow bind, gpointer user_data,
                     GError **error);
/* Runs the named query without parameters. */
gboolean cg_db_run (CgDb *db, const char *name, GError **error);
/* First column of the first row of a query without parameters; STORE when there is none. */
gboolean cg_db_get_int (CgDb *db, const char *name, gint64 *out, GError **error);

#endif
