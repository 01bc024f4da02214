/* Chunks of PNG files, for whoever puts them together. */
#ifndef CG_PNG_CHUNK_H
#define CG_PNG_CHUNK_H

#include <glib.h>

/* Bytes of a file before its first chunk, and of the header chunk that follows them. */
#define CG_PNG_SIGNATURE_SIZE 8u
#define CG_PNG_HEADER_SIZE 25u

void cg_png_put_u32 (guint8 *to, guint32 value); /* big-endian */
/* Appends length, type, data and check sum. */
void cg_png_put_chunk (GByteArray *out, const char *type, const guint8 *data, gsize length);

#endif
