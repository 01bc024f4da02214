/* What pictures are made of, as files, by the use case and by URL. */
#include "desk.h"

#include "base/error.h"

#include <string.h>

/* Every picture gives the files that it names and no other, by itself and by URL the same bytes each time. */
static void
test_files (void)
{
    static const char *const heads[CG_SCREEN_FILES] = { "{\"picture\"", "PK", "\xef\xbb\xbf", "SQLite format 3", "II*" };
    Desk desk;
    desk_open (&desk);
    g_autoptr (CgScreen) screen = fake_county (5);
    for (const CgScreenPicture *p = cg_screen_pictures (); p->name != NULL; p++)
        for (CgScreenFile f = 0; f < CG_SCREEN_FILES; f++) {
            g_autoptr (GError) error = NULL;
            CgScreenOptions options = { .period = p->uses & CG_SCREEN_USES_PERIOD ? "2026-10-01/2026-10-31" : NULL,
                                        .now_s = FAKE_NOW_S };
            g_autoptr (GBytes) bytes = cg_screen_data (screen, p->name, &options, f, NULL, &error);
            g_autofree char *target = g_strdup_printf ("/api/render/%s?format=%s%s%s", p->name, cg_screen_file_name (f),
                                                       options.period != NULL ? "&period=" : "",
                                                       options.period != NULL ? "2026-10-01%2F2026-10-31" : "");
            g_auto (HttpRequest) request = { 0 };
            http_reply_clear (&desk.reply);
            g_assert_true (http_request_init (&request, "GET", target, NULL, NULL));
            http_answer (&desk.context, &request, &desk.reply);
            if (!cg_screen_has_file (p, f)) {
                g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
                g_assert_cmpuint (desk.reply.status, ==, 400);
                continue;
            }
            g_assert_no_error (error);
            gsize size;
            const char *data = g_bytes_get_data (bytes, &size);
            g_assert_cmpuint (size, >, strlen (heads[f]));
            g_assert_cmpmem (data, strlen (heads[f]), heads[f], strlen (heads[f]));
            g_assert_cmpuint (desk.reply.status, ==, 200);
            g_assert_cmpstr (desk.reply.type, ==, cg_screen_file_type (f));
            g_assert_true (g_bytes_equal (bytes, desk.reply.body));
        }
    desk_close (&desk);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/files/all", test_files);
    return g_test_run ();
}
