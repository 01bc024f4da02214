/* The rows of one layer as text cells and guarded shapes: common to all kinds of import. */
#ifndef CG_IMPORT_TABLE_H
#define CG_IMPORT_TABLE_H

#include "import/fields.h"
#include "import/source.h"
#include "normalise/crs.h"

#define CG_NO_SHAPE 255
#define CG_TAKE(kind) (1u << (kind)) /* of CgShapesKind */

typedef struct {
    guint32 row;      /* for people                             */
    guint32 shape;    /* row in shapes[kind]                    */
    guint8 kind;      /* CgShapesKind, or CG_NO_SHAPE           */
    guint8 bad;       /* an error of this row is in the report  */
    guint8 placeless; /* kept without a place (keep_placeless) */
    double x, y;      /* delivered: its first vertex, read or not; NaN: none */
} CgTableRow;

/* Values whose text is not stored as delivered. */
typedef struct {
    guint32 n, first_row; /* first_row as in CgTableRow, when n > 0 */
} CgTextChanges;

typedef struct {
    const CgImportOptions *options;
    CgImportReport *report;
    const CgFieldTable *fields;
    const CgField *field[CG_N_FIELDS]; /* description, NULL when the kind has no such field */
    char *column[CG_N_FIELDS];         /* header that serves it, or NULL (owned)            */
    guint take;                        /* CG_TAKE of the kinds of shapes that are taken      */
    gboolean is_text;        /* CSV or a spreadsheet: places and outlines stand in columns */
    gboolean forgiving;      /* faults of geometry are warnings, the row is left out */
    gboolean may_be_empty;   /* a layer among others may hold no usable row       */
    gboolean keep_placeless; /* faults about the place are warnings               */
    GArray *rows;            /* of CgTableRow                                      */
    GPtrArray *cells;        /* [rows * n_slots], NULL empty; in text              */
    int slot[CG_N_FIELDS];   /* -1 when not read                                   */
    guint n_slots;
    GStringChunk *text;
    CgShapes *shapes[3];               /* delivered coordinates                              */
    CgShapes *working[3];              /* after cg_table_place, parallel                     */
    char *crs, *working_crs;           /* delivered: of the file, then as decided            */
    gboolean crs_is_default;           /* the file names none; its format has one for all    */
    CgTransform *transform;            /* delivered to working, NULL when they are the same  */
    guint32 n_z, n_repeats;            /* rows without their heights, vertices             */
    CgTextChanges cleaned, trimmed;    /* line ends inside, blanks around                  */
} CgTable;

/* Reads one layer. layer NULL: the one asked for, the only one with shapes, the one named like the
 * kind, or the only one that has the columns. NULL with findings in the report. */
CgTable *cg_table_read (CgSource *source, const char *layer, const CgFieldTable *fields, guint take,
                        const CgProgress *progress, GCancellable *cancel);
void cg_table_free (CgTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgTable, cg_table_free)

guint32 cg_table_count (const CgTable *table);
CgTableRow *cg_table_row (const CgTable *table, guint32 i);
/* NULL: empty or no column. */
const char *cg_table_cell (const CgTable *table, guint32 i, CgFieldId field);

/* Adds an error about a cell (field CG_N_FIELDS: about the geometry) and marks the row. Personal
 * values are not repeated. */
void cg_table_fault (CgTable *table, guint32 i, CgFieldId field, const char *code,
                     const char *format, ...) G_GNUC_PRINTF (5, 6);

/* Adds a warning (BAD_VALUES) about a cell that is taken as not known; the row stays. what: "is no
 * number from 0 to 300". Personal values are not repeated. */
void cg_table_doubt (CgTable *table, guint32 i, CgFieldId field, const char *value,
                     const char *what);

/* Rows fit to be stored, in file order. (g_free) */
guint32 *cg_table_good (const CgTable *table, guint32 *out_n);

/* ---- cells as values; FALSE after cg_table_fault. An empty cell gives the value `missing` unless
 * it is needed. ---- */
gboolean cg_table_text (CgTable *table, guint32 i, CgFieldId field, gboolean needed,
                        const char **out);
gboolean cg_table_whole (CgTable *table, guint32 i, CgFieldId field, gboolean needed, guint32 most,
                         guint32 *out);
gboolean cg_table_number (CgTable *table, guint32 i, CgFieldId field, double missing, double *out);
gboolean cg_table_flag (CgTable *table, guint32 i, CgFieldId field, gboolean missing,
                        gboolean *out);
gboolean cg_table_time (CgTable *table, guint32 i, CgFieldId field, gint64 missing, gint64 *out);
/* Marks all rows whose id an earlier row has; names that row. */
void cg_table_check_unique (CgTable *table, CgFieldId field);

/* ---- rows of text (table.c), for who reads a format ---------------------------------------- */
/* Which column serves which field, into column_of[CG_N_FIELDS] and the table. FALSE with findings. */
gboolean cg_table_open_columns (CgTable *table, const GPtrArray *headers, int *column_of);
/* FALSE with a finding where areas or lines are wanted and no column holds their outlines. */
gboolean cg_table_check_outlines (const CgTable *table, const GPtrArray *headers);
/* Appends a header as delivered, in the encoding of the source. */
void cg_table_add_header (GPtrArray *headers, CgSource *source, const char *bytes, gsize length);
/* Appends a row without values; its place in the table. */
guint32 cg_table_begin_row (CgTable *table, guint32 row);
/* Puts a value of that row where the field has a column. */
void cg_table_put (CgTable *table, CgSource *source, guint32 i, const CgField *field, const char *bytes, gsize length);
/* Judges the texts of the row and takes its outline. */
void cg_table_end_row (CgTable *table, guint32 i);

/* ---- spreadsheets (spreadsheet.c) -------------------------------------------------------- */
/* Reads the sheet of that name; wanted NULL: the first that is shown and has the columns that are needed. Its header is the
 * one of its first 20 filled rows with the most columns that are known. FALSE with findings. */
gboolean cg_table_read_sheet (CgTable *table, CgSource *source, const char *wanted, const CgProgress *progress,
                              GCancellable *cancel);

/* ---- urban or not (urban.c) -------------------------------------------------------------- */
/* What the column says; FALSE: nothing. Faults the row for words that nobody knows. */
gboolean cg_urban_read (CgTable *table, guint32 i, gboolean *out_urban);
/* By the end of the name, else by the code; both may be NULL. FALSE: they say nothing (then
 * out_urban is FALSE). */
gboolean cg_urban_guess (const char *name, const char *code, gboolean *out_urban);

/* ---- layers (layer.c) -------------------------------------------------------------------- */
/* The layer to read, by name or by what it holds; NULL with a finding that gives the cause. */
OGRLayerH cg_layer_choose (CgSource *source, const char *wanted, const CgFieldTable *fields);
/* Whether the layer has the columns that are asked for and those that are needed. */
gboolean cg_layer_fits (CgSource *source, OGRLayerH layer, const CgFieldTable *fields);
/* A text format holds one layer, which answers to its own name and to that of the file. layer NULL:
 * CSV. FALSE with a finding. */
gboolean cg_layer_check_name (CgSource *source, OGRLayerH layer, const char *wanted);

/* ---- headers (headers.c): char * each ---------------------------------------------------- */
/* Position of the header by that name, else by what cg_field_key makes of it; -1. */
int cg_headers_find (const GPtrArray *headers, const char *name);
/* "a, b, c", the first forty. (transfer full) */
char *cg_headers_text (const GPtrArray *headers);
/* The header that may be meant by "field=column" when no header is called so: nearly the same
 * letters, one inside the other, or a known name of the field; NULL: none. (transfer full) */
char *cg_headers_nearest (const CgFieldTable *fields, const char *map, const GPtrArray *headers);

/* ---- mapping (mapping.c) ----------------------------------------------------------------- */
/* headers: char * each. Fills column_of[CG_N_FIELDS], -1 for none. report NULL: only tries. */
gboolean cg_map_columns (const CgFieldTable *fields, const CgImportOptions *options,
                         const GPtrArray *headers, CgImportReport *report, int *column_of);

/* ---- geometry (geometry.c) --------------------------------------------------------------- */
/* Guards one geometry of the reader and appends it to the table; faults go to the row. */
void cg_table_take_geometry (CgTable *table, guint32 i, OGRGeometryH geometry);
/* The same for well-known text. */
void cg_table_take_wkt (CgTable *table, guint32 i, const char *text);

/* ---- place (place.c) --------------------------------------------------------------------- */
/* Decides the CRS of the file. assumed: where the file says none (NULL: an error). plane_allowed:
 * coordinates without a CRS are taken as plane metres, with a warning; table->crs is then NULL. */
gboolean cg_table_decide_crs (CgTable *table, const char *assumed, gboolean plane_allowed);
/* Tests ranges and moves all shapes to the working CRS. FALSE for faults of the whole file. */
gboolean cg_table_place (CgTable *table);
/* Gives all findings about a row of the table the place where the row begins, unless they know better. cg_table_finish
 * does; who adds findings later does it again. */
void cg_table_place_findings (CgTable *table);
/* Tests all areas of good rows, repairs them or faults the row; most_share as in
 * normalise/repair.h. */
void cg_table_repair_areas (CgTable *table, CgFieldId label, double most_share);

/* ---- end of an import -------------------------------------------------------------------- */
/* Counts, sorts the report, and decides: TRUE when the rows that are left may be used.
 * Errors  those of cg_import_report_fail */
gboolean cg_table_finish (CgTable *table, GError **error);
/* Fails with what the report holds. Always FALSE.
 * Errors  CANCELLED; those of cg_import_report_fail, INPUT where the report holds no error */
gboolean cg_import_fail (CgImportReport *report, GCancellable *cancel, GError **error);

#endif
