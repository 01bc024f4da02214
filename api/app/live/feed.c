#include "app/live/feed_internal.h"

#include "app/json.h"

#include "base/error.h"
#include "import/import.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define BLOCK_BYTES (1u << 20)
#define MAX_ROWS 1000u /* of one delivery */

/* A piece of a file: its header and some rows that are whole. */
typedef struct {
    char *text;
    gsize header, end; /* bytes of the header; of the whole text */
    guint rows, lines; /* records, and lines that they stand on  */
} Piece;

static void
tell (CgFeed *feed, const char *format, ...) G_GNUC_PRINTF (2, 3);
static void
tell (CgFeed *feed, const char *format, ...)
{
    va_list args;
    va_start (args, format);
    g_autofree char *text = g_strdup_vprintf (format, args);
    va_end (args);
    if (feed->options.tell != NULL)
        feed->options.tell (text, feed->options.user_data);
}

/* ---- pieces ---------------------------------------- */

/* Length of at most `rows` records: a line end inside quotes ends none. Blank lines count as lines. */
static gsize
whole_records (const char *text, gsize length, guint rows, guint *out_rows, guint *out_lines)
{
    gsize end = 0;
    gboolean quoted = FALSE;
    guint lines = 0;
    *out_rows = *out_lines = 0;
    for (gsize i = 0; i < length && *out_rows < rows; i++) {
        quoted ^= text[i] == '"';
        if (text[i] != '\n')
            continue;
        lines++;
        if (quoted)
            continue;
        (*out_rows)++;
        *out_lines = lines;
        end = i + 1;
    }
    return end;
}

static gboolean
fail_read (const FeedFile *file, GError **error)
{
    g_set_error (error, CG_ERROR, CG_ERROR_IO, "%s: cannot be read: %s", file->path, g_strerror (errno));
    return FALSE;
}

static gboolean
too_long (const FeedFile *file, GError **error)
{
    g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "%s: a row is longer than 1 MiB, or a quote is not closed", file->path);
    return FALSE;
}

/* The header and the next rows behind what was taken; text NULL: nothing whole is there yet. final: the file grows no
 * more, so its last line counts without an end. */
static gboolean
read_piece (const FeedFile *file, int fd, guint rows, gboolean final, Piece *out, GError **error)
{
    g_autofree char *text = g_malloc (2 * BLOCK_BYTES + 1);
    guint n, lines;
    *out = (Piece){ 0 };
    gssize got = pread (fd, text, BLOCK_BYTES, 0);
    if (got < 0)
        return fail_read (file, error);
    gsize header = whole_records (text, (gsize) got, 1, &n, &lines);
    if (header == 0)
        return got < (gssize) BLOCK_BYTES || too_long (file, error);
    guint64 from = MAX (file->offset, header);
    got = pread (fd, text + header, BLOCK_BYTES, (off_t) from);
    if (got < 0)
        return fail_read (file, error);
    gsize end = whole_records (text + header, (gsize) got, rows, &out->rows, &out->lines);
    if (end == 0 && got == (gssize) BLOCK_BYTES)
        return too_long (file, error);
    if (end == 0 && final && got > 0) {
        text[header + (gsize) got] = '\n';
        end = (gsize) got + 1;
        out->rows = out->lines = 1;
    }
    if (end == 0)
        return TRUE;
    out->header = header;
    out->end = header + end;
    out->lines += file->offset == 0 ? lines : 0;
    out->text = g_steal_pointer (&text);
    return TRUE;
}

static gboolean
is_blank (const Piece *piece)
{
    for (gsize i = piece->header; i < piece->end; i++)
        if (!g_ascii_isspace (piece->text[i]))
            return FALSE;
    return TRUE;
}

/* ---- one delivery ---------------------------------------- */

/* Line of the file that a row of the piece stands on. */
static guint64
line_of (const FeedFile *file, guint32 row)
{
    return file->lines > 0 && row > 0 ? file->lines + row - 1 : row;
}

static gboolean
reject (CgFeed *feed, const FeedFile *file, guint32 row, const char *column, const char *code,
        const char *text, GError **error)
{
    g_autofree char *name = file->sheet != NULL ? g_strdup_printf ("%s:%s", file->path, file->sheet) : NULL;
    feed->stats.rejected++;
    return feed_reject (feed->rejects_path, name != NULL ? name : file->path, name != NULL ? row : line_of (file, row),
                        column, code, text, error);
}

gboolean
feed_reject_findings (CgFeed *feed, const FeedFile *file, const CgImportReport *report,
                      gboolean *out_whole, GError **error)
{
    guint32 last = 0;
    *out_whole = FALSE;
    for (guint i = 0; i < report->findings->len; i++) {
        const CgFinding *finding = report->findings->pdata[i];
        *out_whole |= finding->level == CG_FINDING_ERROR && finding->row == 0 &&
                      strcmp (finding->code, "NO_ROWS") != 0; /* none is left */
    }
    for (guint i = 0; i < report->findings->len && !*out_whole; i++) {
        const CgFinding *finding = report->findings->pdata[i];
        if (finding->level != CG_FINDING_ERROR || finding->row == last || finding->row == 0)
            continue;
        last = finding->row;
        if (!reject (feed, file, finding->row, finding->column, finding->code, finding->text, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
feed_reject_conflicts (CgFeed *feed, const FeedFile *file, const CgPlaces *places, const json_t *reply,
                       GError **error)
{
    gsize i;
    json_t *one;
    json_array_foreach (json_object_get (reply, "incidents"), i, one)
    {
        if (strcmp (json_string_value (json_object_get (one, "status")), "conflict") == 0 &&
            !reject (feed, file, places->row[i], NULL, "REVISION_CONFLICT",
                     "stored with another content under the same id and revision", error))
            return FALSE;
    }
    return TRUE;
}

static CgPlaces *
read_rows (CgFeed *feed, const Piece *piece, CgImportReport *report, GCancellable *cancel,
           GError **error)
{
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    g_autoptr (GBytes) bytes = g_bytes_new_static (piece->text, piece->end);
    options.path = "feed.csv";
    options.bytes = bytes;
    options.crs = feed->crs;
    options.encoding = feed->encoding;
    options.map = feed->map;
    options.working_crs = feed->working_crs;
    options.skip_bad = TRUE;
    options.keep_placeless = TRUE;
    return cg_import_places (&options, CG_PLACE_INCIDENT, FALSE, report, NULL, cancel, error);
}

typedef enum { TAKEN, WAITS, SMALLER, FAULTY } Outcome; /* FAULTY: the whole file, with an error */

/* TAKEN: what the piece holds is stored or rejected. Errors also of STORE and IO, with FAULTY */
static Outcome
deliver (CgFeed *feed, const FeedFile *file, const Piece *piece, GCancellable *cancel, GError **error)
{
    g_autoptr (CgImportReport) report = cg_import_report_new (file->path);
    g_autoptr (GError) inner = NULL;
    g_autoptr (json_t) reply = NULL;
    CgLiveOutcome outcome = CG_LIVE_STORED;
    gboolean whole;
    g_autoptr (CgPlaces) places = read_rows (feed, piece, report, cancel, &inner);
    if (places == NULL && piece->rows > 1 && !g_error_matches (inner, CG_ERROR, CG_ERROR_IO))
        return SMALLER; /* one of them spoils the others */
    if (places != NULL && places->n > 0 &&
        !cg_live_deliver_places (feed->options.live, places, &outcome, &reply, error))
        return FAULTY;
    if (outcome == CG_LIVE_BUSY)
        return WAITS;
    if (!feed_reject_findings (feed, file, report, &whole, error))
        return FAULTY;
    if (places == NULL && (whole || report->n_errors == 0)) {
        g_propagate_error (error, g_steal_pointer (&inner));
        return FAULTY;
    }
    if (reply != NULL && !feed_reject_conflicts (feed, file, places, reply, error))
        return FAULTY;
    feed->stats.taken += places != NULL ? places->n : 0;
    return TAKEN;
}

/* ---- one file ---------------------------------------- */

static gboolean
note_taken (CgFeed *feed, FeedFile *file, int fd, const GStatBuf *info, const Piece *piece, GError **error)
{
    file->offset = MAX (file->offset, piece->header) + (piece->end - piece->header);
    file->offset = MIN (file->offset, (guint64) info->st_size);
    file->lines += piece->lines;
    file->device = info->st_dev;
    file->inode = info->st_ino;
    g_free (file->begin);
    file->begin = feed_digest (fd, file->offset);
    return feed_save (feed->taken_path, feed->files, error);
}

/* Takes what is whole; *out_waits: the county is written to by somebody else. */
static gboolean
drain (CgFeed *feed, FeedFile *file, int fd, gboolean final, GCancellable *cancel,
       gboolean *out_waits, GError **error)
{
    for (*out_waits = FALSE; !*out_waits && !g_cancellable_is_cancelled (cancel);) {
        GStatBuf info;
        Piece piece;
        if (fstat (fd, &info) != 0)
            return fail_read (file, error);
        if (!read_piece (file, fd, feed->rows, final, &piece, error))
            return FALSE;
        g_autofree char *text = piece.text;
        if (text == NULL)
            return TRUE;
        Outcome outcome = is_blank (&piece) ? TAKEN : deliver (feed, file, &piece, cancel, error);
        if (outcome == FAULTY)
            return FALSE;
        *out_waits = outcome == WAITS;
        if (outcome == SMALLER)
            feed->rows = MAX (MIN (piece.rows, feed->rows) / 2, 1);
        if (outcome != TAKEN)
            continue;
        feed->rows = MIN (feed->rows * 2, MAX_ROWS);
        if (!note_taken (feed, file, fd, &info, &piece, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
is_same (const FeedFile *file, const GStatBuf *info)
{
    return file->inode == info->st_ino && file->device == info->st_dev;
}

/* The name under which a file that was followed lies now; NULL: it is gone. (transfer full) */
static char *
find_renamed (const FeedFile *file)
{
    g_autofree char *folder = g_path_get_dirname (file->path);
    g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
        GStatBuf info;
        g_autofree char *path = g_build_filename (folder, name, NULL);
        if (g_stat (path, &info) == 0 && S_ISREG (info.st_mode) && is_same (file, &info))
            return g_steal_pointer (&path);
    }
    return NULL;
}

/* The rest of a file that was renamed, before the new one of its name is begun. */
static gboolean
finish_renamed (CgFeed *feed, FeedFile *file, GCancellable *cancel, gboolean *out_waits, GError **error)
{
    g_autofree char *path = find_renamed (file);
    int fd = path != NULL ? open (path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        return TRUE;
    gboolean good = drain (feed, file, fd, TRUE, cancel, out_waits, error);
    close (fd);
    return good;
}

/* FALSE where it was cut or written anew. */
static gboolean
goes_on (const FeedFile *file, int fd, const GStatBuf *info)
{
    g_autofree char *begin = (guint64) info->st_size >= file->offset ? feed_digest (fd, file->offset) : NULL;
    return begin != NULL && g_strcmp0 (begin, file->begin) == 0;
}

static gboolean
look_at (CgFeed *feed, FeedFile *file, GCancellable *cancel, gboolean *out_waits, GError **error)
{
    GStatBuf info;
    int fd = open (file->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT || fail_read (file, error); /* it may come */
    gboolean good = fstat (fd, &info) == 0 && S_ISREG (info.st_mode);
    if (good && file->offset > 0 && !is_same (file, &info))
        good = finish_renamed (feed, file, cancel, out_waits, error);
    if (good && !*out_waits && file->offset > 0 && (!is_same (file, &info) || !goes_on (file, fd, &info))) {
        tell (feed, "%s: is another file than before, or was written anew; it is read from its beginning", file->path);
        feed_file_reset (file);
    }
    if (good && !*out_waits && (file->trouble == NULL || file->trouble_size != (guint64) info.st_size))
        good = drain (feed, file, fd, FALSE, cancel, out_waits, error);
    if (!good && error != NULL && *error != NULL)
        file->trouble_size = (guint64) info.st_size;
    close (fd);
    return good;
}

/* ---- all files ---------------------------------------- */

static int
compare_paths (gconstpointer a, gconstpointer b)
{
    return strcmp (*(char *const *) a, *(char *const *) b);
}

/* In order of their names. (transfer full) */
static GPtrArray *
list_paths (const CgFeed *feed)
{
    GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
    g_autoptr (GDir) dir = g_dir_open (feed->path, 0, NULL);
    const char *name;
    if (dir == NULL)
        g_ptr_array_add (paths, g_strdup (feed->path));
    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
        gsize length = strlen (name);
        gboolean grows = length > 4 && g_ascii_strcasecmp (name + length - 4, ".csv") == 0;
        if (name[0] != '.' && (grows || feed_is_sheet (name)))
            g_ptr_array_add (paths, g_build_filename (feed->path, name, NULL));
    }
    g_ptr_array_sort (paths, compare_paths);
    return paths;
}

static FeedFile *
follow (CgFeed *feed, const char *path)
{
    FeedFile *file = g_hash_table_lookup (feed->files, path);
    if (file != NULL)
        return file;
    file = g_new0 (FeedFile, 1);
    file->path = g_strdup (path);
    g_hash_table_insert (feed->files, file->path, file);
    return file;
}

/* Of a file: told once, and it waits until it changes. Of the county: an error. */
static gboolean
take_trouble (CgFeed *feed, FeedFile *file, GError *problem, GError **error)
{
    if (g_error_matches (problem, CG_ERROR, CG_ERROR_STORE) ||
        g_error_matches (problem, CG_ERROR, CG_ERROR_CANCELLED) || problem->domain != CG_ERROR) {
        g_propagate_error (error, problem);
        return FALSE;
    }
    if (g_strcmp0 (file->trouble, problem->message) != 0)
        tell (feed, "%s: %s (%s)", file->path, problem->message, cg_error_name (problem));
    g_free (file->trouble);
    file->trouble = g_strdup (problem->message);
    g_error_free (problem);
    return TRUE;
}

gboolean
cg_feed_look (CgFeed *feed, GCancellable *cancel, CgFeedStats *out_stats, GError **error)
{
    g_autoptr (GPtrArray) paths = list_paths (feed);
    gboolean good = TRUE, waits = FALSE;
    for (guint i = 0; good && !waits && i < paths->len; i++) {
        FeedFile *file = follow (feed, paths->pdata[i]);
        GError *problem = NULL;
        gboolean (*look) (CgFeed *, FeedFile *, GCancellable *, gboolean *, GError **) =
            feed_is_sheet (file->path) ? feed_look_at_sheet : look_at;
        if (!look (feed, file, cancel, &waits, &problem) && problem != NULL)
            good = take_trouble (feed, file, problem, error);
    }
    *out_stats = feed->stats;
    return good;
}

CgFeed *
cg_feed_new (const CgFeedOptions *options, GError **error)
{
    g_autoptr (CgStore) store = cg_store_open (options->county, CG_STORE_READ, error);
    if (store == NULL)
        return NULL;
    g_autofree char *taken_path = g_strconcat (options->county, "-feed.json", NULL);
    g_autoptr (GHashTable) files = feed_load (taken_path, error);
    if (files == NULL)
        return NULL;
    CgFeed *feed = g_new0 (CgFeed, 1);
    feed->options = *options;
    feed->county = g_strdup (options->county);
    feed->path = g_canonicalize_filename (options->path, NULL);
    feed->crs = g_strdup (options->crs);
    feed->encoding = g_strdup (options->encoding);
    feed->map = g_strdupv (options->map);
    feed->working_crs = g_strdup (cg_store_working_crs (store));
    feed->rejects_path = g_strconcat (options->county, "-feed-rejects.csv", NULL);
    feed->taken_path = g_steal_pointer (&taken_path);
    feed->files = g_steal_pointer (&files);
    feed->rows = MAX_ROWS;
    return feed;
}

void
cg_feed_free (CgFeed *feed)
{
    if (feed == NULL)
        return;
    g_hash_table_unref (feed->files);
    g_strfreev (feed->map);
    char *texts[] = { feed->county, feed->path, feed->crs, feed->encoding, feed->working_crs,
                      feed->taken_path, feed->rejects_path };
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        g_free (texts[i]);
    g_free (feed);
}
