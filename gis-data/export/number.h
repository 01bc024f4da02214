/* Numbers as text: the same ones everywhere that files and replies are written. */
#ifndef CG_EXPORT_NUMBER_H
#define CG_EXPORT_NUMBER_H

#include <glib.h>

/* The shortest of the forms with 15, 16 or 17 digits (as "%.15g" writes them) that reads back as the
 * same finite double.
 * Cost  some 60 ns from 0.0001 to 9e14, where digits come from whole numbers of 128 bits, exactly; 1 to 2 us else */
void cg_export_format_number (double value, char out[G_ASCII_DTOSTR_BUF_SIZE]);

#endif
