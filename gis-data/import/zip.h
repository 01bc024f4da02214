/* Parts of a ZIP archive, one at a time and never more of them in memory than asked for.
 *
 * The whole archive is held as it is on the disk (at most CG_ZIP_MAX_BYTES), so that nothing changes while it is read; what
 * it unfolds to is not. The directory at its end says what it holds; each part's own head must agree. Refused: parts
 * that are encrypted or of several disks, two parts of one name, other methods than stored and deflated, a part that is
 * longer than said or has another check sum, and what unfolds to more than CG_ZIP_MAX_RATIO times itself after
 * CG_ZIP_FREE_BYTES: no table does, bombs do.
 * Source   PKWARE APPNOTE 6.3; ISO/IEC 21320-1 (which parts of it documents use); RFC 1951
 */
#ifndef CG_IMPORT_ZIP_H
#define CG_IMPORT_ZIP_H

#include <glib.h>

#define CG_ZIP_MAX_BYTES (128u << 20)
#define CG_ZIP_MAX_RATIO 250u
#define CG_ZIP_FREE_BYTES (32u << 20)

typedef struct _CgZip CgZip;

/* Errors  IO the file cannot be read; LIMIT it is larger than CG_ZIP_MAX_BYTES or holds more than 10 000 parts; INPUT it is
 *         cut short, or no such archive */
CgZip *cg_zip_open (const char *path, GError **error);
/* The same of bytes (kept). Errors as above but IO */
CgZip *cg_zip_new (GBytes *bytes, GError **error);
void cg_zip_free (CgZip *zip);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgZip, cg_zip_free)

/* Letters A to Z and a to z are the same in names, and a slash in front is none. */
gboolean cg_zip_has (const CgZip *zip, const char *name);

/* Piece by piece; FALSE ends the reading. */
typedef gboolean (*CgZipPiece) (const char *bytes, gsize length, gpointer user_data);

/* Gives all of a part to `piece`, most bytes at most.
 *
 * Returns TRUE as well when `piece` ended it.
 * Errors  NOT_FOUND no such part; LIMIT longer than most, or a bomb; INPUT damaged or encrypted */
gboolean cg_zip_read (const CgZip *zip, const char *name, guint64 most, CgZipPiece piece, gpointer user_data, GError **error);

#endif
