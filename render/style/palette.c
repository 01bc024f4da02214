#include "style/style.h"

#include <math.h>
#include <string.h>

/* Every fifteenth entry of the published 256. */
static const guint32 viridis[] = { 0x440154, 0x481769, 0x472a7a, 0x433d84, 0x3d4e8a, 0x355e8d,
                                   0x2e6d8e, 0x297b8e, 0x23898e, 0x1f978b, 0x21a585, 0x2eb37c,
                                   0x46c06f, 0x65cb5e, 0x89d548, 0xb0dd2f, 0xd8e219, 0xfde725 };
static const guint32 inferno[] = { 0x000004, 0x0a0722, 0x1e0c45, 0x380962, 0x510e6c, 0x69166e,
                                   0x801f6c, 0x982766, 0xb0315b, 0xc63d4d, 0xd94d3d, 0xe9612b,
                                   0xf47918, 0xfa9407, 0xfcb014, 0xf8cd37, 0xf2ea69, 0xfcffa4 };
static const guint32 magma[] = { 0x000004, 0x090720, 0x1a1042, 0x311165, 0x4a1079, 0x621980,
                                 0x792282, 0x912b81, 0xaa337d, 0xc23b75, 0xd9466b, 0xec5860,
                                 0xf7725c, 0xfc8e64, 0xfeaa74, 0xfec68a, 0xfde2a3, 0xfcfdbf };
static const guint32 cividis[] = { 0x00204d, 0x00306f, 0x2a406c, 0x48526b, 0x5e626e, 0x727374,
                                   0x878479, 0x9e9677, 0xb6a971, 0xd0be67, 0xead357, 0xffea46 };
/* Both arms have the same lightness, control by control. */
static const guint32 diverging[] = { 0x053061, 0x1761a6, 0x3e8fbf, 0x8fc2db, 0xd1e5f0, 0xf7f7f7,
                                     0xfddbc7, 0xf7a885, 0xda6450, 0xb8202f, 0x67001f };
static const guint32 blues[] = { 0xf7fbff, 0xdeebf7, 0xc6dbef, 0x9ecae1, 0x6baed6,
                                 0x4292c6, 0x2171b5, 0x08519c, 0x08306b };
static const guint32 reds[] = { 0xffffcc, 0xffeda0, 0xfed976, 0xfeb24c, 0xfd8d3c,
                                0xfc4e2a, 0xe31a1c, 0xbd0026, 0x800026 };

#define CONTROLS(table) G_N_ELEMENTS (table), table

static const CgPalette palettes[] = {
    { "viridis", "翠绿", CG_PALETTE_SEQUENTIAL, CONTROLS (viridis) },
    { "cividis", "蓝黄 (色觉友好)", CG_PALETTE_SEQUENTIAL, CONTROLS (cividis) },
    { "inferno", "火焰", CG_PALETTE_SEQUENTIAL, CONTROLS (inferno) },
    { "magma", "熔岩", CG_PALETTE_SEQUENTIAL, CONTROLS (magma) },
    { "blues", "蓝", CG_PALETTE_SEQUENTIAL, CONTROLS (blues) },
    { "reds", "黄橙红", CG_PALETTE_SEQUENTIAL, CONTROLS (reds) },
    { "diverging", "蓝白红 (偏差)", CG_PALETTE_DIVERGING, CONTROLS (diverging) },
    { .name = NULL },
};

const CgPalette *
cg_palettes (void)
{
    return palettes;
}

const CgPalette *
cg_palette_find (const char *name)
{
    for (const CgPalette *palette = palettes; name != NULL && palette->name != NULL; palette++)
        if (strcmp (palette->name, name) == 0)
            return palette;
    return NULL;
}

static double
channel (const CgPalette *palette, guint i, guint shift)
{
    return palette->controls[i] >> shift & 255;
}

/* Slope at control i, limited so that the curve never leaves the interval of its two neighbours. */
static double
slope_at (const CgPalette *palette, guint i, guint shift)
{
    guint last = palette->n_controls - 1;
    if (i == 0)
        return channel (palette, 1, shift) - channel (palette, 0, shift);
    if (i == last)
        return channel (palette, last, shift) - channel (palette, last - 1, shift);
    double before = channel (palette, i, shift) - channel (palette, i - 1, shift);
    double after = channel (palette, i + 1, shift) - channel (palette, i, shift);
    if (before * after <= 0.0)
        return 0.0;
    return 2.0 * before * after / (before + after);
}

static guint8
interpolate (const CgPalette *palette, guint i, double u, guint shift)
{
    double v0 = channel (palette, i, shift), v1 = channel (palette, i + 1, shift);
    double m0 = slope_at (palette, i, shift), m1 = slope_at (palette, i + 1, shift);
    double u2 = u * u, u3 = u2 * u;
    double v = (2.0 * u3 - 3.0 * u2 + 1.0) * v0 + (u3 - 2.0 * u2 + u) * m0 +
               (3.0 * u2 - 2.0 * u3) * v1 + (u3 - u2) * m1;
    return (guint8) (CLAMP (v, 0.0, 255.0) + 0.5);
}

static CgColour
entry (const CgPalette *palette, guint k)
{
    double at = k * (double) (palette->n_controls - 1) / 255.0;
    guint i = MIN ((guint) at, palette->n_controls - 2);
    double u = at - i;
    return (CgColour){ interpolate (palette, i, u, 16), interpolate (palette, i, u, 8),
                       interpolate (palette, i, u, 0), 255 };
}

static double
linear_light (guint8 v)
{
    double s = v / 255.0;
    return s <= 0.04045 ? s / 12.92 : pow ((s + 0.055) / 1.055, 2.4);
}

double
cg_colour_lightness (CgColour colour)
{
    double y = 0.2126729 * linear_light (colour.r) + 0.7151522 * linear_light (colour.g) +
               0.0721750 * linear_light (colour.b);
    double f = y > 216.0 / 24389.0 ? cbrt (y) : (24389.0 / 27.0 * y + 16.0) / 116.0;
    return 116.0 * f - 16.0;
}

/* Rounding to 8 bits leaves neighbours of equal lightness (the published viridis has four); one
 * step of the least visible channel that is enough puts them in order again. */
static CgColour
lighter_than (CgColour colour, CgColour before)
{
    double floor = cg_colour_lightness (before);
    if (cg_colour_lightness (colour) > floor)
        return colour;
    CgColour tries[3] = { colour, colour, colour };
    tries[0].b = (guint8) MIN (colour.b + 1, 255);
    tries[1].r = (guint8) MIN (colour.r + 1, 255);
    tries[2].g = (guint8) MIN (colour.g + 1, 255);
    for (guint i = 0; i < 2; i++)
        if (cg_colour_lightness (tries[i]) > floor)
            return tries[i];
    return tries[2];
}

void
cg_palette_table (const CgPalette *palette, CgColour out[256])
{
    g_return_if_fail (palette != NULL && palette->n_controls >= 2);
    for (guint k = 0; k < 256; k++)
        out[k] = entry (palette, k);
    gboolean split = palette->kind == CG_PALETTE_DIVERGING;
    gboolean rises = split || cg_colour_lightness (out[255]) > cg_colour_lightness (out[0]);
    guint rise_end = !rises ? 0 : split ? 127 : 255;
    guint fall_start = !rises ? 0 : split ? 128 : 255;
    for (guint k = 1; k <= rise_end; k++)
        out[k] = lighter_than (out[k], out[k - 1]);
    for (guint k = 255; k-- > fall_start;)
        out[k] = lighter_than (out[k], out[k + 1]);
}

CgColour
cg_palette_colour (const CgPalette *palette, double t)
{
    g_return_val_if_fail (palette != NULL && palette->n_controls >= 2, CG_RGB (0));
    CgColour table[256];
    cg_palette_table (palette, table);
    if (!(t > 0.0)) /* NaN too */
        return table[0];
    return table[t >= 1.0 ? 255 : (guint) (t * 255.0 + 0.5)];
}

CgColour
cg_colour_alpha (CgColour colour, double a)
{
    colour.a = (guint8) (CLAMP (a, 0.0, 1.0) * 255.0 + 0.5);
    return colour;
}

CgColour
cg_colour_mix (CgColour a, CgColour b, double t)
{
    t = t > 0.0 ? MIN (t, 1.0) : 0.0;
    return (
        CgColour){ (guint8) (a.r + (b.r - a.r) * t + 0.5), (guint8) (a.g + (b.g - a.g) * t + 0.5),
                   (guint8) (a.b + (b.b - a.b) * t + 0.5), (guint8) (a.a + (b.a - a.a) * t + 0.5) };
}
