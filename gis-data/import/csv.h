/* Comma-separated values of RFC 4180 as bytes: one record at a time, with its line. */
#ifndef CG_IMPORT_CSV_H
#define CG_IMPORT_CSV_H

#include <glib.h>

typedef struct {
    const char *at, *end;
    char separator;       /* ',', ';' or tab                              */
    guint32 line;         /* line of the next byte, from 1                */
    guint32 record_line;  /* line on which the last record began          */
    GString *text;        /* fields of the last record, one after another */
    GArray *first;        /* [n_fields + 1] gsize: where each begins      */
} CgCsv;

typedef enum { CG_CSV_RECORD, CG_CSV_END, CG_CSV_OPEN_QUOTE, CG_CSV_STRAY_QUOTE } CgCsvResult;

/* bytes stay the caller's until done; a byte order mark is passed over. The separator is the one
 * of , ; tab that the first record holds most often outside quotes. */
void cg_csv_init (CgCsv *csv, const char *bytes, gsize length);
void cg_csv_done (CgCsv *csv);

/* Next record; empty lines are passed over. A record ends at LF, CRLF or CR. OPEN_QUOTE: the file
 * ends inside quotes; STRAY_QUOTE: text follows a closing quote (the record is read as far as its
 * line end). */
CgCsvResult cg_csv_next (CgCsv *csv);
guint cg_csv_count (const CgCsv *csv);
const char *cg_csv_field (const CgCsv *csv, guint i, gsize *out_length);

#endif
