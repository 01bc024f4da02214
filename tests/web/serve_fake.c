/* Serves the made-up county of the tests, so that the pages can be tried without a county file.
 * serve_fake ADDRESS [DATA_VERSION]: prints the address when ready, ends with SIGTERM. */
#include "fake_county.h"

#include "http/server.h"

#include <stdio.h>
#include <stdlib.h>

static void
say_ready (const char *address, gpointer user_data)
{
    printf ("%s\n", address);
    fflush (stdout);
}

int
main (int argc, char **argv)
{
    g_autoptr (GError) error = NULL;
    CgScreenTables tables;
    fake_county_tables (&tables, argc > 2 ? g_ascii_strtoll (argv[2], NULL, 10) : 1);
    tables.config->screen_refresh_s = 2; /* so that a page notices soon */
    g_autoptr (CgScreen) screen = cg_screen_new_from_tables (&tables, &error);
    g_assert_no_error (error);
    g_autoptr (CgScreenSource) source = cg_screen_source_new_fixed (screen);
    CgHttpOptions options = { .source = source,
                              .listen = argc > 1 ? argv[1] : "127.0.0.1:0",
                              .ready = say_ready };
    if (cg_http_serve (&options, &error))
        return EXIT_SUCCESS;
    fprintf (stderr, "serve_fake: %s\n", error->message);
    return EXIT_FAILURE;
}
