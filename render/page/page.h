/* The sheet that maps and charts are drawn on, its text, and the grid a screen is laid out in.
 *
 * Painters draw on and never fail by themselves; what went wrong is told once, by cg_canvas_finish.
 * A canvas belongs to one thread at a time. Fonts are read from the two files of fonts-noto-cjk
 * named at build time, with rules of our own: the machine's font settings do not change a pixel.
 */
#ifndef CG_PAGE_H
#define CG_PAGE_H

#include "style/style.h"

/* Pixels of the canvas, y down. */
typedef struct {
    double x, y, width, height;
} CgRect;

typedef enum { CG_FORMAT_PNG, CG_FORMAT_SVG, CG_FORMAT_PDF } CgFormat;

const char *cg_format_name (CgFormat format); /* "png", "svg", "pdf" */
/* A name, or a path by its ending; FALSE when it is none of these. */
gboolean cg_format_parse (const char *name_or_path, CgFormat *out);

#define CG_CANVAS_MAX_SIDE 16384u /* pixels */
#define CG_CANVAS_MAX_PIXELS (144u << 20) /* 16384 x 9216; 4 bytes each */

typedef struct _CgCanvas CgCanvas;

/* A canvas filled with the theme's background.
 *
 * width, height  pixels; in SVG and PDF 1 px = 1/96 inch
 * theme          borrowed, must live on; NULL: the first of cg_themes
 * Errors  ARGUMENT a side of 0; LIMIT a side over 16384 px or over 144 Mpixel, or no memory;
 *         NOT_FOUND the font files are not installed (text names the package)
 */
CgCanvas *cg_canvas_new (CgFormat format, guint width, guint height, const CgTheme *theme,
                         GError **error);
/* The same without any paint: for tiles and layers. Errors as above. */
CgCanvas *cg_canvas_new_clear (CgFormat format, guint width, guint height, const CgTheme *theme,
                               GError **error);
/* The same for paper of that size: a PDF's pages measure it, a PNG says its resolution. Sides are
 * still in pixels, which need not be square to 1 in 1000.
 * Errors  as above; ARGUMENT a side of 0 or over 5000 mm */
CgCanvas *cg_canvas_new_paper (CgFormat format, guint width, guint height, double width_mm,
                               double height_mm, const CgTheme *theme, GError **error);
/* Ends a PDF's page and begins the next one; FALSE, nothing done, for files of a single page. */
gboolean cg_canvas_next_page (CgCanvas *canvas);
void cg_canvas_free (CgCanvas *canvas);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgCanvas, cg_canvas_free)

const CgTheme *cg_canvas_theme (const CgCanvas *canvas);
CgRect cg_canvas_rect (const CgCanvas *canvas); /* the whole sheet */
/* One vh in pixels: the shorter side / 100, but at least 6.5 so that text of small pictures stays
 * legible. */
double cg_canvas_vh (const CgCanvas *canvas);
void cg_canvas_set_vh (CgCanvas *canvas, double vh_px);

/* What painters say, Chinese unless set. Names that callers give are drawn as they are. */
CgLanguage cg_canvas_language (const CgCanvas *canvas);
void cg_canvas_set_language (CgCanvas *canvas, CgLanguage language);

/* TRUE where painters may write pixels by themselves: a PNG canvas whose clip keeps to whole pixels. */
gboolean cg_canvas_takes_pixels (CgCanvas *canvas);

/* Paints a PNG canvas of the same size over this one: a background drawn once for many frames, or
 * (cg_canvas_new_clear) what lies above them all. */
void cg_canvas_paint (CgCanvas *canvas, const CgCanvas *layer);

/* A line for the file itself (PNG text chunk, SVG and PDF metadata): "Seed", "Options", "Version",
 * "Data". Keys are 1..79 ASCII letters, digits, spaces and hyphens; others are ignored. Order of
 * calls is kept. */
void cg_canvas_note (CgCanvas *canvas, const char *key, const char *value);

/* The file's bytes; the canvas takes no more drawing after it (transfer full).
 * Errors  LIMIT out of memory while drawing or writing; ARGUMENT called twice
 * Promise the same calls give the same bytes: no date, no counter that outlives the canvas.
 *         PNG: palette with tRNS up to 256 colours, else RGB or RGBA. */
GBytes *cg_canvas_finish (CgCanvas *canvas, GError **error);
/* Finishes and writes to a file, replaced in one step. Errors as above; IO. */
gboolean cg_canvas_write (CgCanvas *canvas, const char *path, GError **error);

/* Plain shapes for whoever composes a screen. */
void cg_canvas_fill (CgCanvas *canvas, CgRect rect, CgColour colour);
void cg_canvas_frame (CgCanvas *canvas, CgRect rect, CgColour colour, double line_vh);
void cg_canvas_line (CgCanvas *canvas, double x0, double y0, double x1, double y1, CgColour colour,
                     double line_vh);

typedef enum { CG_ALIGN_LEFT, CG_ALIGN_CENTRE, CG_ALIGN_RIGHT } CgAlign;

typedef struct {
    CgTextSize size;
    gboolean bold;
    CgColour colour;
    CgAlign align;    /* about x                                               */
    CgColour halo;    /* a = 0: none                                           */
    double max_width; /* > 0: text is broken into lines of at most this (px)   */
} CgText;

/* Draws UTF-8 text with x at its left, centre or right and y at the middle of its first line;
 * bytes that are not UTF-8 show as U+FFFD. Returns the box of its ink and spacing, measured in
 * pixels. */
CgRect cg_canvas_text (CgCanvas *canvas, double x, double y, const char *text, const CgText *style);
/* Reads the fonts for all threads, which the first canvas of the process would do (25 ms).
 * Errors NOT_FOUND font files are missing, LIMIT memory */
gboolean cg_fonts_load (GError **error);
/* The box that cg_canvas_text would return, nothing drawn. */
CgRect cg_canvas_measure (CgCanvas *canvas, double x, double y, const char *text,
                          const CgText *style);
/* Pictures of pixels set text from sprites that the calling thread keeps, up to so many bytes (64 MB
 * unless said); the least lately used go first. 0 forgets all and keeps the last one only. What is
 * kept changes no pixel: a line begins at a whole pixel, and its halo is its ink spread by 0.11 em. */
void cg_text_cache_limit (gsize bytes);
/* Distance of baselines in pixels. */
double cg_canvas_line_height (CgCanvas *canvas, CgTextSize size);

/* Cell of a layout of 24 columns x 12 rows below a title bar of 8 vh, with margins of 1.2 vh
 * between panels: columns column..column + n_columns - 1, rows likewise. */
CgRect cg_page_cell (const CgCanvas *canvas, guint column, guint row, guint n_columns,
                     guint n_rows);

typedef struct {
    const char *title; /* "房县 · 社会治理网格"                              */
    const char *when;  /* "2026-11-21 09:30 星期六", or NULL                 */
    const char *state; /* "数据更新于 12 秒前", or NULL                      */
    gboolean delayed;  /* greyed, with 数据延迟 and a triangle, not a dot    */
} CgHeading;

/* The bar on top of a screen, 8 vh high. */
void cg_page_heading (CgCanvas *canvas, const CgHeading *heading);

#endif
