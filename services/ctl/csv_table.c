#include "ctl/csv_table.h"

#include "base/file.h"
#include "base/settings.h"

int csv_table_read(const char *path, struct arena *arena, struct csv_table *ret, struct err *err)
{
    char *text = NULL;
    size_t len = 0;
    int r = file_read(path, (size_t)setting_int(SET_IMPORT_MAX), arena, &text, &len, err);
    if (r < 0 || (r = csv_parse(path, text, len, arena, &ret->csv, err)) < 0) {
        return r;
    }
    if (ret->csv.rows.n == 0) {
        (void)err_set(err, ERR_INPUT, "the file is empty; its first line names the columns");
        return err_where(err, "%s:1", path);
    }
    ret->n = ret->csv.rows.n - 1;
    return 0;
}

int csv_table_column(const struct csv_table *table, const char *name)
{
    const struct csv_row *header = &table->csv.rows.items[0];
    for (size_t i = 0; i < header->n; i++) {
        if (str_equal_nocase(header->fields[i], name)) {
            return (int)i;
        }
    }
    return -1;
}

int csv_table_need(const struct csv_table *table, const char *path, const char *name,
                   int *ret_column, struct err *err)
{
    *ret_column = csv_table_column(table, name);
    if (*ret_column < 0) {
        (void)err_set(err, ERR_INPUT, "the first line must name a column \"%s\"", name);
        return err_where(err, "%s:1", path);
    }
    return 0;
}

const char *csv_table_field(const struct csv_table *table, size_t i, int column)
{
    const struct csv_row *row = &table->csv.rows.items[i + 1];
    return column >= 0 && (size_t)column < row->n ? row->fields[column] : "";
}
