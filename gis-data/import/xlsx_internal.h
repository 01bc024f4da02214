/* Parts of the reader of spreadsheets that its files share. */
#ifndef CG_IMPORT_XLSX_INTERNAL_H
#define CG_IMPORT_XLSX_INTERNAL_H

#include "import/xlsx.h"
#include "import/zip.h"

#define XLSX_MAX_CELL (1u << 20) /* bytes of one text */

/* ---- XML (xlsx_xml.c) ---- */

typedef struct _Xml Xml;
typedef struct {
    /* Names without what stands before a colon; attributes as name, value, ..., NULL. */
    void (*start) (Xml *xml, const char *name, const char **attributes);
    void (*end) (Xml *xml, const char *name);
    void (*text) (Xml *xml, const char *bytes, gsize length); /* may be NULL */
} XmlHandlers;

struct _Xml {
    const XmlHandlers *handlers;
    gpointer user_data;
    guint depth;
    gboolean stop;  /* no more is wanted     */
    GError *error;  /* why no more is read   */
    /*< private >*/
    gpointer parser;
    gsize quiet; /* bytes since something was found in them */
};

/* Reads a part of at most `most` bytes. Errors as cg_zip_read; INPUT no XML, with a document type or too deep */
gboolean xml_read (const CgZip *zip, const char *name, guint64 most, const XmlHandlers *handlers, gpointer user_data,
                   GError **error);
/* Ends the reading with an error; the first counts. */
void xml_fail (Xml *xml, int code, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* Value of an attribute, or NULL. */
const char *xml_find (const char **attributes, const char *name);

/* ---- formats and values (xlsx_cell.c) ---- */

typedef enum { FORMAT_PLAIN, FORMAT_DATE, FORMAT_HOURS, FORMAT_ZEROS } FormatKind;
typedef struct {
    FormatKind kind;
    guint zeros; /* of FORMAT_ZEROS */
} Format;

Format xlsx_format_of_id (guint id);
Format xlsx_format_of_code (const char *code);

/* Appends a number in its format; FALSE: it is no number, or no day of the calendar (then as it stands). */
gboolean xlsx_add_number (GString *out, const char *text, Format format, gboolean since_1904, CgXlsxKind *out_kind);
/* Appends a text, _x000D_ and the like as what they stand for. */
void xlsx_add_text (GString *out, const char *text, gsize length);

/* ---- the file (xlsx.c) ---- */

typedef struct {
    char *name, *part;
    gboolean hidden;
} Sheet;

struct _CgXlsx {
    CgZip *zip;
    GPtrArray *sheets;     /* of Sheet                                        */
    gboolean since_1904;
    char *strings_part, *styles_part;
    GArray *formats;       /* of Format, by style; NULL until asked for       */
    GString *texts;        /* shared ones, each with its zero; NULL until ... */
    GArray *first;         /* guint32: where each begins in texts             */
};

/* Reads formats and shared texts, once. */
gboolean xlsx_load (CgXlsx *xlsx, GError **error);

#endif
