#include "runner.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>
#include <sys/socket.h>

static void
on_ready (const char *address, gpointer user_data)
{
    Runner *runner = user_data;
    g_mutex_lock (&runner->lock);
    runner->address = g_strdup (address);
    g_cond_broadcast (&runner->changed);
    g_mutex_unlock (&runner->lock);
}

static gpointer
run_server (gpointer data)
{
    Runner *runner = data;
    gboolean well = cg_http_serve (&runner->options, &runner->error);
    g_mutex_lock (&runner->lock);
    runner->ended = TRUE;
    runner->well = well;
    g_cond_broadcast (&runner->changed);
    g_mutex_unlock (&runner->lock);
    return NULL;
}

Runner *
start (const CgHttpOptions *options)
{
    Runner *runner = g_new0 (Runner, 1);
    g_mutex_init (&runner->lock);
    g_cond_init (&runner->changed);
    runner->options = *options;
    runner->options.keep_signals = TRUE;
    runner->options.cancel = g_cancellable_new ();
    runner->options.ready = on_ready;
    runner->options.user_data = runner;
    runner->thread = g_thread_new ("serve", run_server, runner);
    g_mutex_lock (&runner->lock);
    while (runner->address == NULL && !runner->ended)
        g_cond_wait (&runner->changed, &runner->lock);
    g_mutex_unlock (&runner->lock);
    return runner;
}

void
stop (Runner *runner)
{
    g_cancellable_cancel (runner->options.cancel);
    g_thread_join (runner->thread);
    g_object_unref (runner->options.cancel);
    g_clear_error (&runner->error);
    g_free (runner->address);
    g_mutex_clear (&runner->lock);
    g_cond_clear (&runner->changed);
    g_free (runner);
}

GSocket *
dial (const Runner *runner)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GSocketAddress) address = NULL;
    if (g_str_has_prefix (runner->address, "unix:"))
        address = g_unix_socket_address_new (runner->address + 5);
    else {
        g_autoptr (GUri) uri = g_uri_parse (runner->address, G_URI_FLAGS_NONE, &error);
        g_assert_no_error (error);
        address = g_inet_socket_address_new_from_string (g_uri_get_host (uri),
                                                         (guint) g_uri_get_port (uri));
    }
    GSocket *socket = g_socket_new (g_socket_address_get_family (address), G_SOCKET_TYPE_STREAM,
                                    G_SOCKET_PROTOCOL_DEFAULT, &error);
    g_assert_no_error (error);
    g_socket_connect (socket, address, NULL, &error);
    g_assert_no_error (error);
    g_socket_set_timeout (socket, 120); /* only ends a hang: loaded machines draw slowly */
    return socket;
}

gboolean
say (GSocket *socket, const char *text)
{
    gsize done = 0, length = strlen (text);
    while (done < length) {
        gssize n =
            g_socket_send_with_blocking (socket, text + done, length - done, TRUE, NULL, NULL);
        if (n <= 0)
            return FALSE;
        done += (gsize) n;
    }
    return TRUE;
}

GString *
hear (GSocket *socket)
{
    GString *all = g_string_new (NULL);
    char buffer[16384];
    gssize n;
    while ((n = g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL)) > 0)
        g_string_append_len (all, buffer, n);
    return all;
}

GString *
ask (const Runner *runner, const char *request)
{
    g_autoptr (GSocket) socket = dial (runner);
    say (socket, request);
    return hear (socket);
}

guint
status_of (const GString *reply)
{
    guint status = 0;
    if (g_str_has_prefix (reply->str, "HTTP/1."))
        status = (guint) g_ascii_strtoull (reply->str + 9, NULL, 10);
    return status;
}
