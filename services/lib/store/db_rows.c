/* What comes back, and the arrays that go in. */
#include "store/db_internal.h"

#include <stdio.h>
#include <stdlib.h>

#define NUMBER_SIZE 40

/* --- results --- */

void rows_done(struct rows *rows)
{
    PQclear(rows->result);
    *rows = (struct rows){0};
}

const char *rows_text(const struct rows *rows, int row, int column)
{
    return PQgetvalue(rows->result, row, column);
}

char *rows_dup(const struct rows *rows, int row, int column, struct arena *arena)
{
    return arena_strdup(arena, rows_text(rows, row, column));
}

int64_t rows_int(const struct rows *rows, int row, int column)
{
    return strtoll(rows_text(rows, row, column), NULL, 10);
}

double rows_real(const struct rows *rows, int row, int column)
{
    return strtod(rows_text(rows, row, column), NULL);
}

bool rows_bool(const struct rows *rows, int row, int column)
{
    return rows_text(rows, row, column)[0] == 't';
}

bool rows_is_null(const struct rows *rows, int row, int column)
{
    return PQgetisnull(rows->result, row, column) != 0;
}

/* --- arrays: kept closed, the brace is overwritten by the next item --- */

static void open_item(struct db_array *array)
{
    if (array->text.len == 0) {
        str_add_char(&array->text, '{');
    } else {
        array->text.data[array->text.len - 1] = ',';
    }
}

static void add_raw(struct db_array *array, const char *text)
{
    open_item(array);
    str_add(&array->text, text);
    str_add_char(&array->text, '}');
}

void db_array_int(struct db_array *array, int64_t value)
{
    char number[NUMBER_SIZE];
    (void)snprintf(number, sizeof number, "%lld", (long long)value);
    add_raw(array, number);
}

void db_array_int_or_null(struct db_array *array, int64_t value)
{
    if (value == 0) {
        add_raw(array, "null");
    } else {
        db_array_int(array, value);
    }
}

void db_array_us(struct db_array *array, int64_t us)
{
    db_array_int(array, us);
}

void db_array_real(struct db_array *array, double value)
{
    char number[NUMBER_SIZE];
    (void)snprintf(number, sizeof number, "%.17g", value);
    add_raw(array, number);
}

void db_array_bool(struct db_array *array, bool value)
{
    add_raw(array, value ? "t" : "f");
}

void db_array_text(struct db_array *array, const char *value)
{
    open_item(array);
    str_add_char(&array->text, '"');
    for (const char *p = value; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\') {
            str_add_char(&array->text, '\\');
        }
        str_add_char(&array->text, *p);
    }
    str_add(&array->text, "\"}");
}

void db_array_done(struct db_array *array)
{
    str_done(&array->text);
}

void db_arrays_done(struct db_array *arrays, int n)
{
    for (int i = 0; i < n; i++) {
        db_array_done(&arrays[i]);
    }
}
