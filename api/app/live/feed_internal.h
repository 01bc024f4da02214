/* What was taken of the files that a feed follows. */
#ifndef CG_APP_FEED_INTERNAL_H
#define CG_APP_FEED_INTERNAL_H

#include "app/live/feed.h"

#include <jansson.h>

#include "import/report.h"

#define CG_FEED_MAX_SHEET (256 << 20) /* bytes of a spreadsheet that are looked at; the reader takes less */

typedef struct {
    char *path;
    guint64 device, inode; /* 0: not seen yet */
    guint64 offset;        /* bytes taken, with the header; 0: none. Of a spreadsheet all, once all is taken */
    guint64 lines;         /* of them; of a spreadsheet the rows that were delivered */
    char *begin;           /* digest of the first bytes of what was taken, of all of a spreadsheet; NULL: none */
    char *trouble;         /* what was told of it, so that it is told once */
    guint64 trouble_size;  /* of the file then */
    /* Of a spreadsheet, since this start: */
    guint64 size;
    gint64 changed, since_us; /* time of its last change; when it was first seen so */
    gboolean looked;          /* nothing is left to do with what it is now */
    char *sheet;              /* which one is read; NULL: none yet */
} FeedFile;

struct _CgFeed {
    CgFeedOptions options;
    char *county, *path, *crs, *encoding, *working_crs;
    char **map;
    char *taken_path, *rejects_path;
    GHashTable *files; /* path -> FeedFile */
    guint rows;        /* to take at once: fewer after a failure, to find the bad one */
    CgFeedStats stats;
};

void feed_file_free (gpointer file);
/* Begins anew. */
void feed_file_reset (FeedFile *file);

/* path -> FeedFile of the file `path`; an empty table when there is none. Errors INPUT, IO */
GHashTable *feed_load (const char *path, GError **error);
/* Durable when it returns. Errors IO */
gboolean feed_save (const char *path, GHashTable *files, GError **error);

/* Digest of the first `length` bytes (at most 4096) of an open file; NULL: they cannot be read. (transfer full) */
char *feed_digest (int fd, guint64 length);

/* Appends a row to the list of rejects. Errors IO */
gboolean feed_reject (const char *path, const char *file, guint64 row, const char *column, const char *code,
                      const char *text, GError **error);

/* Puts the faults of rows on the list of rejects; out_whole: there is one of the whole file. Errors IO */
gboolean feed_reject_findings (CgFeed *feed, const FeedFile *file, const CgImportReport *report, gboolean *out_whole,
                               GError **error);
/* The same of rows that are stored with another content. Errors IO */
gboolean feed_reject_conflicts (CgFeed *feed, const FeedFile *file, const CgPlaces *places, const json_t *reply,
                                GError **error);

/* Spreadsheets by their name, those that are refused too (feed_sheet.c). */
gboolean feed_is_sheet (const char *path);
/* Takes a spreadsheet that rests and was not taken before; *out_waits: the county is written to by somebody else.
 * Errors as cg_feed_look, and those of the file */
gboolean feed_look_at_sheet (CgFeed *feed, FeedFile *file, GCancellable *cancel, gboolean *out_waits, GError **error);

#endif
