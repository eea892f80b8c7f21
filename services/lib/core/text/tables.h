/* text_tables: what grows in text: languages, stop words, common abbreviations. */
#ifndef ROLLCALL_CORE_TEXT_TABLES_H
#define ROLLCALL_CORE_TEXT_TABLES_H

struct text_language_row {
    const char *code;      /* ISO 639-1: "en" */
    const char *code3;     /* ISO 639-2/T: "eng" */
    const char *name;      /* "english" */
    const char *algorithm; /* Snowball's name of the stemmer */
};

extern const struct text_language_row
    text_languages[]; /* row 0 is English; ends with a NULL code */

/* An abbreviation that technical people use without ever writing it out. Words are folded. */
struct text_abbreviation {
    const char *short_form; /* one word */
    const char *long_form;  /* one word or more */
};

extern const struct text_abbreviation text_abbreviations[]; /* ends with a NULL short_form */

#endif
