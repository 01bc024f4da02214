/* Palettes, numbers and scales. */
#include <math.h>
#include <string.h>

#include "style/style.h"

static void
test_lightness (void)
{
    for (const CgPalette *palette = cg_palettes (); palette->name != NULL; palette++) {
        CgColour table[256];
        cg_palette_table (palette, table);
        gboolean split = palette->kind == CG_PALETTE_DIVERGING;
        double sign =
            split || cg_colour_lightness (table[255]) > cg_colour_lightness (table[0]) ? 1.0 : -1.0;
        for (guint i = 1; i < 256; i++) {
            double step = cg_colour_lightness (table[i]) - cg_colour_lightness (table[i - 1]);
            if (split && i == 128)
                continue; /* the two middle entries mirror each other */
            if (split && i > 128)
                step = -step;
            if (!(step * sign > 0.0))
                g_error ("%s: lightness does not go on at entry %u (%.4f)", palette->name, i, step);
        }
        g_assert_true (cg_palette_find (palette->name) == palette);
    }
    g_assert_null (cg_palette_find ("jet"));
    g_assert_null (cg_palette_find (NULL));
}

/* Entries of the tables that the authors published (matplotlib _cm_listed.py), away from our
 * controls. */
static void
test_published (void)
{
    static const struct {
        const char *name;
        guint entry;
        guint32 colour;
    } cases[] = {
        { "viridis", 0, 0x440154 },   { "viridis", 128, 0x21918c }, { "viridis", 200, 0x70cf57 },
        { "viridis", 255, 0xfde725 }, { "inferno", 0, 0x000004 },   { "inferno", 128, 0xbc3754 },
        { "inferno", 255, 0xfcffa4 }, { "magma", 128, 0xb73779 },   { "magma", 255, 0xfcfdbf },
    };
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        CgColour table[256], want = CG_RGB (cases[i].colour);
        cg_palette_table (cg_palette_find (cases[i].name), table);
        CgColour have = table[cases[i].entry];
        g_assert_cmpint (ABS (have.r - want.r), <=, 3);
        g_assert_cmpint (ABS (have.g - want.g), <=, 3);
        g_assert_cmpint (ABS (have.b - want.b), <=, 3);
    }
    /* L* of sRGB: white 100, black 0, middle grey #777777 is 50.03 (CIE 1976 formula). */
    g_assert_cmpfloat_with_epsilon (cg_colour_lightness (CG_RGB (0xffffff)), 100.0, 1e-3);
    g_assert_cmpfloat_with_epsilon (cg_colour_lightness (CG_RGB (0x000000)), 0.0, 1e-9);
    g_assert_cmpfloat_with_epsilon (cg_colour_lightness (CG_RGB (0x777777)), 50.03, 0.01);
}

static void
test_colours (void)
{
    const CgPalette *palette = cg_palette_find ("viridis");
    CgColour table[256];
    cg_palette_table (palette, table);
    g_assert_cmpmem (&table[0], 4, &(CgColour[]){ cg_palette_colour (palette, NAN) }, 4);
    g_assert_cmpmem (&table[0], 4, &(CgColour[]){ cg_palette_colour (palette, -5.0) }, 4);
    g_assert_cmpmem (&table[255], 4, &(CgColour[]){ cg_palette_colour (palette, INFINITY) }, 4);
    g_assert_cmpmem (&table[51], 4, &(CgColour[]){ cg_palette_colour (palette, 0.2) }, 4);
    g_assert_cmpuint (cg_colour_alpha (CG_RGB (0x123456), 0.5).a, ==, 128);
    g_assert_cmpuint (cg_colour_mix (CG_RGB (0x000000), CG_RGB (0xff8000), 0.5).g, ==, 64);
    for (const CgTheme *theme = cg_themes (); theme->name != NULL; theme++) {
        double contrast =
            fabs (cg_colour_lightness (theme->text) - cg_colour_lightness (theme->panel));
        g_assert_cmpfloat (contrast, >, 60.0);
        g_assert_nonnull (cg_palette_find (theme->sequential));
        g_assert_nonnull (cg_palette_find (theme->heat));
        g_assert_true (cg_theme_find (theme->name) == theme);
    }
    g_assert_null (cg_theme_find ("pink"));
}

static void
test_counts (void)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        { 0, "0" },
        { 7, "7" },
        { 999, "999" },
        { 1000, "1,000" },
        { 12345, "12,345" },
        { 99999, "99,999" },
        { 99999.6, "10 万" },
        { 100000, "10 万" },
        { 123456, "12.3 万" },
        { 12345678, "1,234.6 万" },
        { 1.234e8, "1.2 亿" },
        { 99994999, "9,999.5 万" },
        { 99996000, "1 亿" },
        { -1234, "−1,234" },
        { -0.2, "0" },
        { NAN, "—" },
        { INFINITY, "—" },
        { -INFINITY, "—" },
    };
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *text = cg_format_count (cases[i].value);
        g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_numbers (void)
{
    static const struct {
        double value;
        guint decimals;
        const char *text;
    } numbers[] = { { 1.5, 2, "1.5" },           { 2.0, 2, "2" },
                    { 1234.567, 2, "1,234.57" }, { 0.004, 2, "0" },
                    { -0.004, 2, "0" },          { 10.0, 0, "10" },
                    { 0.25, 6, "0.25" },         { 1e300, 1, "10,000,000 亿" } };
    for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
        g_autofree char *text = cg_format_number (numbers[i].value, numbers[i].decimals);
        g_assert_cmpstr (text, ==, numbers[i].text);
    }
    static const struct {
        double now, before;
        const char *text;
    } changes[] = { { 112.3, 100, "▲ +12.3 %" },
                    { 95, 100, "▼ −5.0 %" },
                    { 5, 5, "持平" },
                    { 0, 0, "持平" },
                    { 3, 0, "新增" },
                    { 0, 4, "▼ −100.0 %" },
                    { NAN, 4, "—" },
                    { 4, NAN, "—" },
                    { 4, -1, "—" },
                    { 1, 1e9, "▼ −100.0 %" },
                    { 101, 1, "▲ > +9999 %" },
                    { 100.98, 1, "▲ +9998.0 %" },
                    { 1e9, 1, "▲ > +9999 %" },
                    { 5, 5e-324, "▲ > +9999 %" } };
    for (guint i = 0; i < G_N_ELEMENTS (changes); i++) {
        g_autofree char *text = cg_format_change (changes[i].now, changes[i].before);
        g_assert_cmpstr (text, ==, changes[i].text);
    }
    static const struct {
        double now, before;
        const char *text;
    } counts[] = { { 112, 100, "▲ +12.0 %" }, { 12, 9, "▲ +3 △" }, { 8, 20, "▼ −12 △" },
                   { 10, 20, "▼ −50.0 %" },   { 3, 0, "新增 △" },  { 10, 0, "新增" },
                   { 0, 3, "▼ −3 △" },        { 0, 0, "持平" },    { 4, 4, "持平" },
                   { NAN, 3, "—" },           { 3, NAN, "—" },     { 3, -1, "—" },
                   { 3, INFINITY, "—" } };
    for (guint i = 0; i < G_N_ELEMENTS (counts); i++) {
        g_autofree char *text = cg_format_change_of_counts (counts[i].now, counts[i].before);
        g_assert_cmpstr (text, ==, counts[i].text);
    }
    static const struct {
        double length_m;
        const char *text;
    } lengths[] = {
        { 500, "500 m" }, { 2000, "2 km" }, { 2500, "2.5 km" }, { 0.5, "0.5 m" }, { NAN, "—" }
    };
    for (guint i = 0; i < G_N_ELEMENTS (lengths); i++) {
        g_autofree char *text = cg_format_length_m (lengths[i].length_m);
        g_assert_cmpstr (text, ==, lengths[i].text);
    }
}

static gboolean
is_125 (double step)
{
    double mantissa = step / pow (10.0, floor (log10 (step) + 1e-9));
    return fabs (mantissa - 1) < 1e-6 || fabs (mantissa - 2) < 1e-6 || fabs (mantissa - 5) < 1e-6;
}

static void
test_ticks (void)
{
    static const struct {
        double max;
        gboolean whole;
        guint n;
        double last;
    } cases[] = { { 7, FALSE, 5, 8 },     { 47, FALSE, 6, 50 }, { 0.3, FALSE, 4, 0.3 },
                  { 600, FALSE, 4, 600 }, { 2, TRUE, 3, 2 },    { 1, TRUE, 2, 1 },
                  { 0, FALSE, 6, 1 },     { NAN, FALSE, 6, 1 }, { INFINITY, TRUE, 2, 1 } };
    double tick[16];
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        guint n = cg_ticks (cases[i].max, cases[i].whole, 6, tick);
        g_assert_cmpuint (n, ==, cases[i].n);
        g_assert_cmpfloat_with_epsilon (tick[n - 1], cases[i].last, 1e-9);
    }
    for (double max = 1e-9; max < 1e12; max *= 1.37)
        for (guint room = 2; room <= 16; room++) {
            guint n = cg_ticks (max, FALSE, room, tick);
            g_assert_cmpuint (n, >=, 2);
            g_assert_cmpuint (n, <=, room);
            g_assert_cmpfloat (tick[0], ==, 0.0);
            g_assert_cmpfloat (tick[n - 1], >=, max * (1 - 1e-8));
            g_assert_cmpfloat (tick[n - 2], <, max);
            g_assert_true (is_125 (tick[1]));
        }
}

static void
test_round_lengths (void)
{
    static const double cases[][3] = {
        { 999, 500, 1000 }, { 1000, 1000, 1000 }, { 1999, 1000, 2000 }, { 4999, 2000, 5000 },
        { 581, 500, 600 },  { 1.2, 1, 1.2 },      { 1.3, 1, 1.5 },      { 0.07, 0.05, 0.08 },
        { 9.1, 5, 10 },     { 0, 0, 0 },          { -3, 0, 0 }
    };
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_assert_cmpfloat_with_epsilon (cg_round_length (cases[i][0]), cases[i][1], 1e-12);
        g_assert_cmpfloat_with_epsilon (cg_round_up (cases[i][0]), cases[i][2], 1e-12);
    }
    g_assert_cmpfloat (cg_round_length (NAN), ==, 0.0);
    g_assert_cmpfloat (cg_round_up (INFINITY), ==, 0.0);
}

/* Formats take the same arguments in the same order; English has no Chinese letter; no word twice.
 */
static char *
conversions (const char *text)
{
    GString *out = g_string_new (NULL);
    for (const char *p = strchr (text, '%'); p != NULL; p = strchr (p, '%')) {
        gsize length = 1 + strspn (p + 1, "0123456789.l");
        if (p[length] != '\0' && strchr ("%diufgsHM", p[length]) != NULL)
            g_string_append_len (out, p, (gssize) ++length);
        p += length;
    }
    return g_string_free (out, FALSE);
}

static gboolean
is_chinese (const char *text)
{
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
        gunichar c = g_utf8_get_char (p);
        if ((c >= 0x3000 && c <= 0x9fff) || (c >= 0xff00 && c <= 0xffef))
            return TRUE;
    }
    return FALSE;
}

static void
test_words (void)
{
    const char *chinese, *english, *other, *unused;
    guint n = cg_words (0, &chinese, &english);
    g_assert_cmpuint (n, >, 200);
    for (guint i = 0; i < n; i++) {
        cg_words (i, &chinese, &english);
        g_autofree char *want = conversions (chinese), *have = conversions (english);
        g_assert_cmpstr (have, ==, want);
        g_assert_true (g_utf8_validate (chinese, -1, NULL) && g_utf8_validate (english, -1, NULL));
        if (is_chinese (english))
            g_error ("%s: Chinese in English", english);
        g_assert_cmpstr (cg_word (CG_ENGLISH, chinese), ==, english);
        g_assert_cmpstr (cg_word (CG_CHINESE, chinese), ==, chinese);
        for (guint k = 0; k < i; k++) {
            cg_words (k, &other, &unused);
            g_assert_cmpstr (other, !=, chinese);
        }
    }
    g_assert_cmpstr (cg_word (CG_ENGLISH, "城关镇"), ==, "城关镇");
    g_assert_null (cg_word (CG_ENGLISH, NULL));
}

/* What the sources say in Chinese is in the table. */
static void
check_source (const char *path)
{
    g_autofree char *text = NULL;
    g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
    g_autoptr (GRegex) call =
        g_regex_new ("(?:cg|screen)_word \\([^;\"]*\"((?:[^\"\\\\]|\\\\.)*)\"", 0, 0, NULL);
    g_autoptr (GMatchInfo) match = NULL;
    g_regex_match (call, text, 0, &match);
    for (; g_match_info_matches (match); g_match_info_next (match, NULL)) {
        g_autofree char *word = g_match_info_fetch (match, 1);
        gboolean joined = g_str_has_suffix (word, "%"); /* goes on after a macro of a length */
        if (is_chinese (word) && !joined && cg_word (CG_ENGLISH, word) == word)
            g_error ("%s: '%s' has no English", path, word);
    }
}

static void
test_sources (void)
{
    static const char *const folders[] = { "render/chart", "render/map", "render/page",
                                           "render/style", "api/app" };
    const char *root = g_getenv ("CG_SOURCE");
    if (root == NULL) {
        g_test_skip ("CG_SOURCE is not set");
        return;
    }
    for (guint f = 0; f < G_N_ELEMENTS (folders); f++) {
        g_autofree char *folder = g_build_filename (root, folders[f], NULL);
        g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
        g_assert_nonnull (dir);
        for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
            if (g_str_has_suffix (name, ".c")) {
                g_autofree char *path = g_build_filename (folder, name, NULL);
                check_source (path);
            }
    }
}

static void
test_english_numbers (void)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = { { 0, "0" },
                  { 99999.6, "100,000" },
                  { 123456, "123,456" },
                  { 999999, "999,999" },
                  { 1e6, "1 M" },
                  { 1.26e6, "1.3 M" },
                  { 9.9996e8, "1 bn" },
                  { -2.5e9, "\xe2\x88\x92"
                            "2.5 bn" },
                  { NAN, "—" } };
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *text = cg_format_count_in (CG_ENGLISH, cases[i].value);
        g_assert_cmpstr (text, ==, cases[i].text);
    }
    g_autofree char *same = cg_format_change_in (CG_ENGLISH, 5, 5);
    g_assert_cmpstr (same, ==, "unchanged");
    CgLanguage language = CG_CHINESE;
    g_assert_true (cg_language_parse ("en", &language) && language == CG_ENGLISH);
    g_assert_false (cg_language_parse ("de", &language));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/render/style/lightness", test_lightness);
    g_test_add_func ("/render/style/published-colours", test_published);
    g_test_add_func ("/render/style/colours", test_colours);
    g_test_add_func ("/render/style/counts", test_counts);
    g_test_add_func ("/render/style/numbers", test_numbers);
    g_test_add_func ("/render/style/words", test_words);
    g_test_add_func ("/render/style/sources", test_sources);
    g_test_add_func ("/render/style/english-numbers", test_english_numbers);
    g_test_add_func ("/render/style/ticks", test_ticks);
    g_test_add_func ("/render/style/round-lengths", test_round_lengths);
    return g_test_run ();
}
