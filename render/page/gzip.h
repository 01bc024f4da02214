/* Bytes as a gzip file (RFC 1952), the same bytes each time. */
#ifndef CG_GZIP_H
#define CG_GZIP_H

#include <glib.h>

/* NULL where it would be no shorter, or without memory. (transfer full) */
GBytes *cg_gzip (GBytes *bytes);

#endif
