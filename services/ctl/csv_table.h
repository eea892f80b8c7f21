/* csv_table: a CSV file with named columns. */
#ifndef ROLLCALL_CTL_CSV_TABLE_H
#define ROLLCALL_CTL_CSV_TABLE_H

#include "base/csv.h"

struct csv_table {
    struct csv csv;
    size_t n; /* rows without the header */
};

/* Reads the file; ERR_INPUT where it has no header. */
int csv_table_read(const char *path, struct arena *arena, struct csv_table *ret,
                   struct err *err) MUST_CHECK;
/* The column of that name (any case); -1 = there is none. */
int csv_table_column(const struct csv_table *table, const char *name);
/* As csv_table_column(), ERR_INPUT naming the file when there is none. */
int csv_table_need(const struct csv_table *table, const char *path, const char *name,
                   int *ret_column, struct err *err) MUST_CHECK;
/* Field of row i (0 = the first below the header); "" where the row is shorter or column is -1. */
const char *csv_table_field(const struct csv_table *table, size_t i, int column);

#endif
