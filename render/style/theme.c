#include "style/style.h"

#include <string.h>

/* CG_RGB is a compound literal, which ISO C does not take in a static table. */
#define HEX(hex) { (hex) >> 16, (hex) >> 8 & 255, (hex) & 255, 255 }

static const double text_vh[CG_N_TEXT_SIZES] = {
    [CG_TEXT_FIGURE] = 5.2, [CG_TEXT_TITLE] = 2.8, [CG_TEXT_BODY] = 1.9, [CG_TEXT_SMALL] = 1.4
};

static const char *const warning_letters[CG_N_WARNINGS] = { [CG_WARNING_RED] = "红",
                                                            [CG_WARNING_ORANGE] = "橙",
                                                            [CG_WARNING_YELLOW] = "黄",
                                                            [CG_WARNING_BLUE] = "蓝" };

/* Class colours differ in lightness as well as in hue, also for people who lack one of the three
 * cones, and yet never stand alone: symbols differ in shape, lines in dashes, parts of a ring are
 * named beside it in their order. */
static const CgTheme themes[] = {
    {
        .name = "dark",
        .title = "深色 (大屏)",
        .dark = TRUE,
        .background = HEX (0x0a1420),
        .panel = HEX (0x101d2c),
        .hairline = HEX (0x1e3246),
        .text = HEX (0xe8eef4),
        .text2 = HEX (0x8fa3b7),
        .accent = HEX (0x4fb3ff),
        .warning = { HEX (0xe5484d), HEX (0xf08c2e), HEX (0xe8c441), HEX (0x4f8ff0) },
        .worse = HEX (0xe5484d),
        .better = HEX (0x3fb27f),
        .land = HEX (0x14222f),
        .outside = HEX (0x0a1420),
        .water = HEX (0x1b3c58),
        .road = HEX (0x35495c),
        .road_casing = HEX (0x0e1a26),
        .rail = HEX (0x4a5a6a),
        .building = HEX (0x1d2e3e),
        .border = HEX (0x9db3c8),
        .halo = HEX (0x0a1420),
        .no_data = HEX (0x17222d),
        .hatch = HEX (0x40556a),
        .class_colour = { HEX (0x4fb3ff), HEX (0xf0a35e), HEX (0x7fd6c2), HEX (0xa55088), HEX (0x88854c), HEX (0x6b7ac6), HEX (0xfe7e8b), HEX (0xada9b8) },
        .sequential = "viridis",
        .heat = "inferno",
    },
    {
        .name = "light",
        .title = "浅色 (打印, 分析)",
        .dark = FALSE,
        .background = HEX (0xffffff),
        .panel = HEX (0xffffff),
        .hairline = HEX (0xd0d7de),
        .text = HEX (0x16202a),
        .text2 = HEX (0x55636f),
        .accent = HEX (0x1668b0),
        .warning = { HEX (0xc62f34), HEX (0xd9730d), HEX (0xc9a100), HEX (0x2f6fd0) },
        .worse = HEX (0xc62f34),
        .better = HEX (0x1f7d55),
        .land = HEX (0xf6f5f1),
        .outside = HEX (0xe9ecee),
        .water = HEX (0xbfd9ea),
        .road = HEX (0xffffff),
        .road_casing = HEX (0xc9c6bd),
        .rail = HEX (0x9aa0a6),
        .building = HEX (0xe2ddd2),
        .border = HEX (0x4a5560),
        .halo = HEX (0xffffff),
        .no_data = HEX (0xf2f2f2),
        .hatch = HEX (0xa9b0b6),
        .class_colour = { HEX (0x1f6fb5), HEX (0xc8691c), HEX (0x2a8f77), HEX (0x682b6f), HEX (0x572f12), HEX (0x9880d2), HEX (0xce94bb), HEX (0x605c5f) },
        .sequential = "blues",
        .heat = "reds",
    },
    { .name = NULL },
};

double
cg_text_vh (CgTextSize size)
{
    g_return_val_if_fail ((guint) size < CG_N_TEXT_SIZES, text_vh[CG_TEXT_BODY]);
    return text_vh[size];
}

const char *
cg_warning_letter (CgWarning warning)
{
    g_return_val_if_fail ((guint) warning < CG_N_WARNINGS, "");
    return warning_letters[warning];
}

const char *
cg_warning_letter_in (CgLanguage language, CgWarning warning)
{
    return cg_word (language, cg_warning_letter (warning));
}

const CgTheme *
cg_themes (void)
{
    return themes;
}

const CgTheme *
cg_theme_find (const char *name)
{
    for (const CgTheme *theme = themes; name != NULL && theme->name != NULL; theme++)
        if (strcmp (theme->name, name) == 0)
            return theme;
    return NULL;
}
