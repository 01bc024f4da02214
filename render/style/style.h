/* How everything looks: themes, colours, text sizes and the way numbers are written.
 *
 * Nothing here draws. All tables are constant; pointers returned are borrowed unless said.
 * Lengths are in vh, hundredths of the height of the screen, so that one design fits every wall.
 */
#ifndef CG_STYLE_H
#define CG_STYLE_H

#include <glib.h>

typedef struct {
    guint8 r, g, b, a; /* sRGB, not premultiplied; a = 255 is opaque */
} CgColour;

#define CG_RGB(hex)                                                                                \
    ((CgColour){ (guint8) ((hex) >> 16), (guint8) ((hex) >> 8 & 255), (guint8) ((hex) &255), 255 })

typedef enum { CG_CHINESE, CG_ENGLISH } CgLanguage;

/* What a drawing says, in that language: Chinese as given, English from the one table in words.c.
 * What the table has not (names of places, types of incident) comes back as it is. Borrowed. A
 * format takes the same arguments in both. */
const char *cg_word (CgLanguage language, const char *chinese) G_GNUC_FORMAT (2);
/* Entry i of the table; returns how many there are. */
guint cg_words (guint i, const char **out_chinese, const char **out_english);
/* "zh", "en"; FALSE: neither. */
gboolean cg_language_parse (const char *name, CgLanguage *out);

/* Four sizes and no other: figure 5.2, title 2.8, body 1.9, small 1.4 vh (the em square). */
typedef enum {
    CG_TEXT_BODY,
    CG_TEXT_SMALL,
    CG_TEXT_TITLE,
    CG_TEXT_FIGURE,
    CG_N_TEXT_SIZES
} CgTextSize;

double cg_text_vh (CgTextSize size);

/* Warning levels, from the gravest. The letter is always shown beside the colour. */
typedef enum {
    CG_WARNING_RED,
    CG_WARNING_ORANGE,
    CG_WARNING_YELLOW,
    CG_WARNING_BLUE,
    CG_N_WARNINGS
} CgWarning;

const char *cg_warning_letter (CgWarning warning); /* 红 橙 黄 蓝 */
const char *cg_warning_letter_in (CgLanguage language, CgWarning warning); /* or R O Y B */

typedef struct {
    const char *name, *title; /* "dark" for walls; "light" for print and the analyst's page */
    gboolean dark;
    CgColour background, panel, hairline, text, text2, accent;
    CgColour warning[CG_N_WARNINGS];
    CgColour worse, better; /* increase and decrease of incidents; always with an arrow  */
    CgColour land, outside, water, road, road_casing, rail, building; /* the quiet map           */
    CgColour border, halo;         /* lines between places; around text on the map             */
    CgColour no_data, hatch;       /* base and stripes of areas without a value                */
    CgColour class_colour[8];      /* symbols, rings and stacked parts, in this order           */
    const char *sequential, *heat; /* names of the palettes that suit this ground               */
} CgTheme;

const CgTheme *cg_themes (void);                 /* ends with name == NULL; the first is dark    */
const CgTheme *cg_theme_find (const char *name); /* NULL when unknown                            */

typedef enum { CG_PALETTE_SEQUENTIAL, CG_PALETTE_DIVERGING } CgPaletteKind;

/* Colour ramps of 256 sRGB entries, from control colours by monotone cubic interpolation
 * (Fritsch and Carlson 1980, doi:10.1137/0717021), in plain arithmetic: the same bytes everywhere.
 * Control colours: viridis, inferno, magma (van der Walt and Smith 2015, matplotlib), cividis
 * (Nunez, Anderton, Renslow 2018, doi:10.1371/journal.pone.0199239), diverging, blues
 * and reds (Harrower and Brewer 2003, doi:10.1179/000870403235002042: RdBu reversed with the
 * lightness of its arms made equal, Blues, YlOrRd).
 * Promise  CIELAB lightness of a sequential palette is strictly monotone over the 256 entries; that
 *          of a diverging one rises strictly to the middle and falls strictly after it, by the same
 *          steps to 1 L*. Up to nine classes of any of them can be told apart by people who lack one
 *          of the three cones (test_colours.c). */
typedef struct {
    const char *name, *title;
    CgPaletteKind kind;
    guint n_controls;
    const guint32 *controls; /* 0xRRGGBB, evenly spaced */
} CgPalette;

const CgPalette *cg_palettes (void); /* ends with name == NULL                      */
const CgPalette *cg_palette_find (const char *name); /* NULL when unknown */
void cg_palette_table (const CgPalette *palette, CgColour out[256]);
/* Entry for t in 0..1, clamped; NaN gives entry 0. */
CgColour cg_palette_colour (const CgPalette *palette, double t);

/* CIELAB lightness 0..100 under D65, for tests and for choosing black or white text. */
double cg_colour_lightness (CgColour colour);
/* The colour with its alpha set to a in 0..1. */
CgColour cg_colour_alpha (CgColour colour, double a);
/* a and b mixed, t = 0 gives a. */
CgColour cg_colour_mix (CgColour a, CgColour b, double t);

/* Text of numbers (transfer full). Not finite gives "—"; the minus is U+2212.
 * count   whole numbers: 12,345; from 100 000 on 12.3 万; from 10^8 on 1.2 亿
 * number  at most `decimals` (0..6) decimals, trailing zeros cut, thousands as above
 * change  now against before in per cent: "▲ +12.3 %", "▼ −5.0 %", "持平"; over ten thousand per
 *         cent "▲ > +9999 %"; before 0: "新增", both 0: "持平"; unknown: "—". Never an infinity.
 * change_of_counts  the same for numbers of events. Of fewer than ten a per cent means nothing: the
 *         difference stands there, "▲ +3 △", and a panel explains the triangle by CG_UNSURE_TEXT
 * length  "500 m", "2 km", "2.5 km" */
char *cg_format_count (double value);
char *cg_format_number (double value, guint decimals);
char *cg_format_change (double now, double before);
char *cg_format_change_of_counts (double now, double before);
/* The same in a language: English has 123,456, from a million on 1.2 M, from 10^9 on 1.2 bn. */
char *cg_format_count_in (CgLanguage language, double value);
char *cg_format_number_in (CgLanguage language, double value, guint decimals);
char *cg_format_change_in (CgLanguage language, double now, double before);
char *cg_format_change_of_counts_in (CgLanguage language, double now, double before);
char *cg_format_length_m (double length_m);

/* Counts under ten: their Poisson interval of 95 % reaches from half to twice the count. */
#define CG_UNSURE_COUNT 10
#define CG_UNSURE_TEXT "△ 少于 10 起，不稳定"
/* TRUE when both are counts and either is under CG_UNSURE_COUNT; not when they are equal, nor where
 * many are new. */
gboolean cg_change_is_unsure (double now, double before);

/* Round marks 0, step, 2 step, ... up to the first at or above max, with step 1, 2 or 5 x 10^k (for
 * whole = TRUE never below 1). At most n_room - 1 steps, n_room in 2..16. max not finite or <= 0 is
 * taken as 1. Returns how many were written to out[n_room]; the last is the end of the axis. */
guint cg_ticks (double max, gboolean whole, guint n_room, double *out);

/* The largest 1, 2 or 5 x 10^k not above `length`; 0 when length is not finite or <= 0. */
double cg_round_length (double length);
/* The smallest 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6 or 8 x 10^k not below `value`: the end of a scale; 0
 * when value is not finite or <= 0. */
double cg_round_up (double value);

#endif
