/* What was taken of the files that a feed follows. */
#ifndef CG_APP_FEED_INTERNAL_H
#define CG_APP_FEED_INTERNAL_H

#include "app/feed.h"

#include <jansson.h>

typedef struct {
    char *path;
    guint64 device, inode; /* 0: not seen yet */
    guint64 offset;        /* bytes taken, with the header; 0: none */
    guint64 lines;         /* of them                               */
    char *begin;           /* digest of the first bytes of what was taken; NULL: none */
    char *trouble;         /* what was told of it, so that it is told once */
    guint64 trouble_size;  /* of the file then */
} FeedFile;

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

#endif
