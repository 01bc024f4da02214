/* Spreadsheets of a feed: each is taken as a whole once it rests, and again when its content is another. */
#include "app/live/feed_internal.h"

#include "app/json.h"

#include "base/error.h"
#include "import/import.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REST_US (2 * G_USEC_PER_SEC) /* without a change, after which nobody writes to it any more */
#define SLICE_ROWS 1000u

gboolean
feed_is_sheet (const char *path)
{
    /* All but the first are told to be saved as another kind. */
    static const char *const endings[] = { ".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".et" };
    g_autofree char *base = g_path_get_basename (path);
    g_autofree char *lower = g_ascii_strdown (base, -1);
    for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
        if (g_str_has_suffix (lower, endings[i]) && !g_str_has_prefix (lower, "~$"))
            return TRUE;
    return FALSE;
}

/* Digest of all of a file; NULL: it cannot be read. (transfer full) */
static char *
digest_file (int fd)
{
    g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
    g_autofree guchar *bytes = g_malloc (1 << 18);
    gssize n;
    off_t at = 0;
    while ((n = pread (fd, bytes, 1 << 18, at)) > 0) {
        g_checksum_update (sum, bytes, n);
        at += n;
    }
    return n == 0 ? g_strdup (g_checksum_get_string (sum)) : NULL;
}

/* TRUE when nothing was written to it for a while, and it was not looked at since. */
static gboolean
rests (FeedFile *file, const struct stat *info)
{
    gint64 now_us = g_get_monotonic_time ();
    gint64 changed = (gint64) info->st_mtim.tv_sec * 1000000000 + info->st_mtim.tv_nsec;
    if (file->device != info->st_dev || file->inode != info->st_ino || file->size != (guint64) info->st_size ||
        file->changed != changed) {
        file->device = info->st_dev;
        file->inode = info->st_ino;
        file->size = (guint64) info->st_size;
        file->changed = changed;
        file->since_us = now_us;
        file->looked = FALSE;
    }
    return !file->looked && file->since_us != 0 && now_us - file->since_us >= REST_US;
}

/* Rows of a table as a table: columns are those of the whole. */
static CgPlaces
slice (const CgPlaces *all, guint32 from, guint32 n)
{
    CgPlaces some = *all;
    some.n = n;
    some.id += from;
    some.x += from;
    some.y += from;
    some.delivered_x += from;
    some.delivered_y += from;
    some.row += from;
    some.type += from;
    some.time_s += all->time_s != NULL ? from : 0;
    some.reported_s += all->reported_s != NULL ? from : 0;
    some.weight += all->weight != NULL ? from : 0;
    some.source += all->source != NULL ? from : 0;
    some.revision += all->revision != NULL ? from : 0;
    some.state += all->state != NULL ? from : 0;
    some.withdrawn += all->withdrawn != NULL ? from : 0;
    some.name += all->name != NULL ? from : 0;
    some.bearing_deg = some.fov_deg = some.range_m = NULL;
    return some;
}

/* Columns that the delivery added. */
static void
slice_clear (CgPlaces *some, const CgPlaces *all)
{
    g_free (all->time_s == NULL ? some->time_s : NULL);
    g_free (all->reported_s == NULL ? some->reported_s : NULL);
    g_free (all->weight == NULL ? some->weight : NULL);
    g_free (all->source == NULL ? some->source : NULL);
    g_free (all->revision == NULL ? some->revision : NULL);
    g_free (all->state == NULL ? some->state : NULL);
}

/* What is left of the rows, a thousand at a time, so that others are served in between. */
static gboolean
deliver_rows (CgFeed *feed, FeedFile *file, const CgPlaces *places, GCancellable *cancel, gboolean *out_waits,
              GError **error)
{
    while (file->lines < places->n && !g_cancellable_is_cancelled (cancel)) {
        guint32 from = (guint32) file->lines, n = MIN (SLICE_ROWS, places->n - from);
        g_autoptr (json_t) reply = NULL;
        CgLiveOutcome outcome = CG_LIVE_STORED;
        CgPlaces some = slice (places, from, n);
        gboolean good = cg_live_deliver_places (feed->options.live, &some, &outcome, &reply, error) &&
                        (reply == NULL || feed_reject_conflicts (feed, file, &some, reply, error));
        slice_clear (&some, places);
        if (!good)
            return FALSE;
        *out_waits = outcome == CG_LIVE_BUSY;
        if (*out_waits)
            return TRUE;
        file->lines += n;
        feed->stats.taken += n;
        if (!feed_save (feed->taken_path, feed->files, error))
            return FALSE;
    }
    return TRUE;
}

static CgPlaces *
read_sheet (const CgFeed *feed, const FeedFile *file, CgImportReport *report, GCancellable *cancel, GError **error)
{
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = file->path;
    options.crs = feed->crs;
    options.map = feed->map;
    options.working_crs = feed->working_crs;
    options.skip_bad = TRUE;
    options.skip_personal = TRUE;
    options.keep_placeless = TRUE;
    return cg_import_places (&options, CG_PLACE_INCIDENT, FALSE, report, NULL, cancel, error);
}

/* Takes the whole file. What was delivered of this content before goes on where it stopped. */
static gboolean
take_sheet (CgFeed *feed, FeedFile *file, GCancellable *cancel, gboolean *out_waits, GError **error)
{
    g_autoptr (CgImportReport) report = cg_import_report_new (file->path);
    g_autoptr (GError) inner = NULL;
    gboolean whole;
    g_autoptr (CgPlaces) places = read_sheet (feed, file, report, cancel, &inner);
    g_free (file->sheet);
    file->sheet = g_strdup (report->layer);
    if (places == NULL && (g_cancellable_is_cancelled (cancel) || report->n_errors == 0)) {
        g_propagate_error (error, g_steal_pointer (&inner));
        return FALSE;
    }
    if (places != NULL && !deliver_rows (feed, file, places, cancel, out_waits, error))
        return FALSE;
    if (*out_waits || g_cancellable_is_cancelled (cancel))
        return TRUE;
    if (!feed_reject_findings (feed, file, report, &whole, error))
        return FALSE;
    if (places == NULL && whole) {
        g_propagate_error (error, g_steal_pointer (&inner));
        return FALSE;
    }
    file->offset = file->size;
    return feed_save (feed->taken_path, feed->files, error);
}

gboolean
feed_look_at_sheet (CgFeed *feed, FeedFile *file, GCancellable *cancel, gboolean *out_waits, GError **error)
{
    struct stat info;
    int fd = open (file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return TRUE; /* it may come */
    gboolean ready = fstat (fd, &info) == 0 && S_ISREG (info.st_mode) && rests (file, &info);
    g_autofree char *digest = ready && info.st_size <= CG_FEED_MAX_SHEET ? digest_file (fd) : NULL;
    close (fd);
    if (!ready)
        return TRUE;
    if (digest == NULL || g_strcmp0 (digest, file->begin) != 0) {
        g_clear_pointer (&file->trouble, g_free);
        g_free (file->begin);
        file->begin = g_steal_pointer (&digest);
        file->offset = file->lines = 0;
    }
    gboolean good = file->offset > 0 || take_sheet (feed, file, cancel, out_waits, error);
    /* A fault of the county or the disk is no reason to leave the file. */
    file->looked = good ? !*out_waits : error != NULL && *error != NULL && (*error)->domain == CG_ERROR &&
                                            (*error)->code != CG_ERROR_STORE && (*error)->code != CG_ERROR_IO;
    return good;
}
