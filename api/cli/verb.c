/* Options of a command with verbs: which belong to which. */
#include <string.h>

#include "cli.h"

static gboolean
is_among (char **verbs, const char *word)
{
    return g_strv_contains ((const char *const *) verbs, word);
}

/* TRUE when the help names verbs first ("split, check: ...") and not this one. out_owners
 * (transfer full). */
static gboolean
belongs_elsewhere (const GOptionEntry *entry, char **verbs, const char *verb, char **out_owners)
{
    const char *colon = strstr (entry->description, ": ");
    if (colon == NULL)
        return FALSE;
    g_autofree char *head = g_strndup (entry->description, (gsize) (colon - entry->description));
    g_auto (GStrv) owners = g_strsplit (head, ", ", -1);
    for (guint i = 0; owners[i] != NULL; i++)
        if (!is_among (verbs, owners[i]))
            return FALSE; /* an ordinary colon */
    if (is_among (owners, verb))
        return FALSE;
    *out_owners = g_steal_pointer (&head);
    return TRUE;
}

static gboolean
is_given (const GOptionEntry *entry, const char *word)
{
    gsize length = strlen (entry->long_name);
    if (g_str_has_prefix (word, "--"))
        return strncmp (word + 2, entry->long_name, length) == 0
               && (word[2 + length] == '\0' || word[2 + length] == '=');
    return word[0] == '-' && word[1] != '\0' && word[1] == entry->short_name;
}

static const GOptionEntry *
find_entry (const GOptionEntry *entries, const char *word)
{
    for (const GOptionEntry *entry = entries; entry->long_name != NULL; entry++)
        if (is_given (entry, word))
            return entry;
    return NULL;
}

/* The option's value is the next word. */
static gboolean
takes_next (const GOptionEntry *entry, const char *word)
{
    gboolean inside = word[1] == '-' ? strchr (word, '=') != NULL : word[2] != '\0';
    return entry->arg != G_OPTION_ARG_NONE && !inside;
}

gboolean
cg_cli_check_verb (const CgCommand *command, const GOptionEntry *entries, const char *const *argv,
                   const char *verb, GError **error)
{
    const char *list = strrchr (command->usage, ' ');
    g_auto (GStrv) verbs = g_strsplit (list != NULL ? list + 1 : command->usage, "|", -1);
    for (guint i = 0; argv[i] != NULL && strcmp (argv[i], "--") != 0; i++) {
        const GOptionEntry *entry = find_entry (entries, argv[i]);
        g_autofree char *owners = NULL;
        if (entry == NULL)
            continue;
        if (belongs_elsewhere (entry, verbs, verb, &owners)) {
            g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                         "--%s: is an option of %s, not of %s %s", entry->long_name, owners,
                         command->name, verb);
            return FALSE;
        }
        if (takes_next (entry, argv[i]) && argv[i + 1] != NULL)
            i++;
    }
    return TRUE;
}
