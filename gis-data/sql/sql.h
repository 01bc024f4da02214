/* The texts of gis-data/sql by name, as packed in at build. */
#ifndef CG_SQL_H
#define CG_SQL_H

#include <glib.h>

/* Text of DRIVER/NAME.sql, else of common/NAME.sql; NULL when neither was packed in. name
 * "unit/load". Borrowed, lives as long as the program. Thread safe. */
const char *cg_sql_find (const char *driver, const char *name);

/* File names of DRIVER's migrations, sorted: "001_base.sql", ... NULL-terminated. (transfer
 * full) */
char **cg_sql_migrations (const char *driver);

#endif
