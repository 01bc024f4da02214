/* Rows that other programs append to CSV files, and spreadsheets that they lay down, delivered as they come.
 *
 * A path is one file or a folder, whose *.csv and *.xlsx are followed each. The header stays the first line of a file; rows are
 * mapped, decoded and checked as `countygrid import COUNTY incidents` does. A row counts as written once its line has an
 * end. Bad rows go to the list of rejects and block nothing; a file that cannot be taken at all (no column for an id, a
 * column that names persons) is told once and waits until it changes.
 *
 * Only CSV files grow. A spreadsheet is taken as a whole when it was not written to for two seconds, and again when its
 * content is another: what was known then changes nothing. .xls, .xlsm, .xlsb, .ods and .et are told to be saved otherwise.
 *
 * What was taken stands in a file beside the county, written after each commit: a start after a crash goes on there, and
 * what was delivered twice by then changes nothing, since incidents are known by source, id and revision. A file that is
 * shorter than what was taken of it, or begins otherwise, is read anew; one that was renamed is first read to its end. */
#ifndef CG_APP_FEED_H
#define CG_APP_FEED_H

#include "app/live/live.h"

typedef struct _CgFeed CgFeed; /* one thread at a time */

typedef struct {
    const char *county;   /* path of the county file */
    const char *path;     /* file or folder; may come later */
    const char *crs, *encoding; /* as CgImportOptions */
    char **map;           /* "field=column", or NULL */
    CgLive *live;         /* borrowed */
    /* One line for the log. May be NULL. */
    void (*tell) (const char *text, gpointer user_data);
    gpointer user_data;
} CgFeedOptions;

/* Errors  INPUT, IO the file of what was taken cannot be read; STORE the county cannot */
CgFeed *cg_feed_new (const CgFeedOptions *options, GError **error);
void cg_feed_free (CgFeed *feed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgFeed, cg_feed_free)

typedef struct {
    guint64 taken, rejected; /* rows, since cg_feed_new; taken: with those that were known */
} CgFeedStats;
/* Takes all that is whole by now. Returns early when cancelled or when the county is being written to by somebody else;
 * out_stats counts on.
 * Errors  STORE, IO of the county or of what was taken: the next look tries again. What is wrong with a file is told
 *         and is no error */
gboolean cg_feed_look (CgFeed *feed, GCancellable *cancel, CgFeedStats *out_stats, GError **error);

#endif
