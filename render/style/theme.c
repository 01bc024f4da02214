#include "style/style.h"

#include <string.h>

static const double text_vh[CG_N_TEXT_SIZES] = {
    [CG_TEXT_FIGURE] = 5.2, [CG_TEXT_TITLE] = 2.8, [CG_TEXT_BODY] = 1.9, [CG_TEXT_SMALL] = 1.4
};

static const char *const warning_letters[CG_N_WARNINGS] = {
    [CG_WARNING_RED] = "红", [CG_WARNING_ORANGE] = "橙",
    [CG_WARNING_YELLOW] = "黄", [CG_WARNING_BLUE] = "蓝"
};

/* Class colours differ in lightness as well as in hue, and never stand alone: symbols differ in
 * shape, parts of a ring are named beside it. */
static const CgTheme themes[] = {
    {
        .name = "dark", .title = "深色 (大屏)", .dark = TRUE,
        .background = CG_RGB (0x0a1420), .panel = CG_RGB (0x101d2c), .hairline = CG_RGB (0x1e3246),
        .text = CG_RGB (0xe8eef4), .text2 = CG_RGB (0x8fa3b7), .accent = CG_RGB (0x4fb3ff),
        .warning = { CG_RGB (0xe5484d), CG_RGB (0xf08c2e), CG_RGB (0xe8c441), CG_RGB (0x4f8ff0) },
        .worse = CG_RGB (0xe5484d), .better = CG_RGB (0x3fb27f),
        .land = CG_RGB (0x14222f), .outside = CG_RGB (0x0a1420), .water = CG_RGB (0x1b3c58),
        .road = CG_RGB (0x35495c), .road_casing = CG_RGB (0x0e1a26), .rail = CG_RGB (0x4a5a6a),
        .building = CG_RGB (0x1d2e3e),
        .border = CG_RGB (0x9db3c8), .halo = CG_RGB (0x0a1420),
        .no_data = CG_RGB (0x17222d), .hatch = CG_RGB (0x40556a),
        .class_colour = { CG_RGB (0x4fb3ff), CG_RGB (0xf0a35e), CG_RGB (0x7fd6c2), CG_RGB (0xc9a0e8),
                          CG_RGB (0xe8d174), CG_RGB (0x8a9fe0), CG_RGB (0xe58aa0), CG_RGB (0x7b8fa3) },
        .sequential = "viridis", .heat = "inferno",
    },
    {
        .name = "light", .title = "浅色 (打印, 分析)", .dark = FALSE,
        .background = CG_RGB (0xffffff), .panel = CG_RGB (0xffffff), .hairline = CG_RGB (0xd0d7de),
        .text = CG_RGB (0x16202a), .text2 = CG_RGB (0x55636f), .accent = CG_RGB (0x1668b0),
        .warning = { CG_RGB (0xc62f34), CG_RGB (0xd9730d), CG_RGB (0xc9a100), CG_RGB (0x2f6fd0) },
        .worse = CG_RGB (0xc62f34), .better = CG_RGB (0x1f7d55),
        .land = CG_RGB (0xf6f5f1), .outside = CG_RGB (0xe9ecee), .water = CG_RGB (0xbfd9ea),
        .road = CG_RGB (0xffffff), .road_casing = CG_RGB (0xc9c6bd), .rail = CG_RGB (0x9aa0a6),
        .building = CG_RGB (0xe2ddd2),
        .border = CG_RGB (0x4a5560), .halo = CG_RGB (0xffffff),
        .no_data = CG_RGB (0xf2f2f2), .hatch = CG_RGB (0xa9b0b6),
        .class_colour = { CG_RGB (0x1f6fb5), CG_RGB (0xc8691c), CG_RGB (0x2a8f77), CG_RGB (0x8450b5),
                          CG_RGB (0xa88a0b), CG_RGB (0x4759b8), CG_RGB (0xb84565), CG_RGB (0x6b7883) },
        .sequential = "blues", .heat = "reds",
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
