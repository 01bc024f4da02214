/* Requests to replies without a socket: a context over the fake county and the last reply. */
#ifndef CG_TEST_DESK_H
#define CG_TEST_DESK_H

#include "fake_county.h"
#include "http/http_internal.h"

typedef struct {
    HttpContext context;
    HttpReply reply;
} Desk;

/* The county's source, a cache and a clock that stands at FAKE_NOW_S; a test adds what else it asks for, which
 * desk_close frees too. */
void desk_open (Desk *desk);
void desk_close (Desk *desk);

#endif
