/* The GeoPackage of all layers that a server keeps: the last one, as a file without a name. */
#ifndef CG_HTTP_SNAPSHOT_H
#define CG_HTTP_SNAPSHOT_H

#include "http/http_internal.h"

HttpSnapshot *http_snapshot_new (void);
void http_snapshot_free (HttpSnapshot *snapshot);

#endif
