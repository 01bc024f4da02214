/* Which encoding a text file is in, by statement or by proof, and strict decoding of its values.
 *
 * Order: the user's word, .cpg, language id of the DBF, strict UTF-8, strict GB18030. GBK, GB2312
 * and code page 936 are read as GB18030, which contains them.
 *  */
#ifndef CG_IMPORT_ENCODING_H
#define CG_IMPORT_ENCODING_H

#include "import/report.h"

typedef struct _CgDecoder CgDecoder;

/* Errors INPUT the name is not one of UTF-8, GBK, GB2312, GB18030, CP936, BIG5, ISO-8859-1,
 * WINDOWS-1252 */
CgDecoder *cg_decoder_new (const char *name, GError **error);
void cg_decoder_free (CgDecoder *decoder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgDecoder, cg_decoder_free)
const char *cg_decoder_name (const CgDecoder *decoder); /* "UTF-8", "GB18030", ... */

/* UTF-8 of the bytes (transfer full), or NULL with the offset of the first byte that is no text in
 * the encoding. A character that the end of the bytes cuts in two counts as such a byte. A zero
 * byte is no text. */
char *cg_decoder_run (CgDecoder *decoder, const char *bytes, gsize length, gsize *out_bad);

/* "UTF-8" or "GB18030", whichever all bytes are; NULL when neither. Text that is UTF-8 but for a
 * few bytes is not taken for GB18030, although it may happen to be readable as such. */
const char *cg_encoding_prove (const char *bytes, gsize length);

/* Name of the encoding of a DBF language id (byte 29), or NULL when it says nothing useful. */
const char *cg_encoding_of_dbf (guint8 language_id);
/* Name for the text of a .cpg file, or NULL. (transfer full) */
char *cg_encoding_of_cpg (const char *text);

#endif
