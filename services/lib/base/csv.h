/*
 * csv: RFC 4180 in and out, as spreadsheets and Indico really write it.
 *
 * Reading: UTF-8 with or without BOM; delimiter ',', ';' or tab, found in the first record;
 * quotes, doubled quotes, line breaks inside quotes; CRLF, LF or CR. Blank lines are skipped. The
 * apostrophe that csv_add() puts before a formula is taken off again.
 */
#ifndef ROLLCALL_BASE_CSV_H
#define ROLLCALL_BASE_CSV_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <stddef.h>

struct csv_row {
    const char **fields; /* n of them, in the arena, never NULL */
    size_t n;
    size_t line; /* 1-based line of the file on which it starts */
};

struct csv {
    VEC(struct csv_row) rows; /* the header is an ordinary row */
    char delimiter;
};

/* Parses the whole text. ERR_INPUT with where = "name:line" for invalid UTF-8, a NUL byte, an
 * unterminated quote or text after a closing quote. An empty text gives no rows. */
int csv_parse(const char *name, const char *text, size_t len, struct arena *arena,
              struct csv *ret_csv, struct err *err) MUST_CHECK;

/* Adds one field, with the separator before it unless it is the first of its line, quoted where
 * needed; a field that a spreadsheet would take for a formula (leading = + - @ tab CR) gets a
 * leading apostrophe (OWASP "CSV injection"). */
void csv_add(struct str *out, const char *field);
void csv_end(struct str *out); /* CRLF */

#endif
