/* parts: what the files of extract share, and nobody else. The path of a text through them is drawn
 * in README.md. */
#ifndef ROLLCALL_CORE_EXTRACT_PARTS_H
#define ROLLCALL_CORE_EXTRACT_PARTS_H

#include "base/strmap.h"
#include "core/extract.h"

#include <stdint.h>

/* ------------------------------------------------------------------ text */

/* Borrowed, not NUL-terminated. */
struct span {
    const char *p;
    size_t n;
};

struct span span_of(const char *s);
struct span span_trim(struct span s);                  /* white space at both ends */
bool span_equal_rest(struct span s, const char *word); /* for span_equal_nocase() */
/* In any case of ASCII; most words differ in their first letter already. */
static inline bool span_equal_nocase(struct span s, const char *word)
{
    if (s.n == 0 || ((s.p[0] ^ word[0]) & 0x5F) != 0) {
        return s.n == 0 && word[0] == '\0';
    }
    return span_equal_rest(s, word);
}
char *span_dup(struct span s, struct arena *arena); /* runs of white space become one space */

/* The code point at p (valid UTF-8, n > 0 bytes left); *ret_len = its bytes. */
uint32_t utf8_at(const char *p, size_t n, size_t *ret_len);
/* Lower case without marks: "Jörg" -> "jorg". Returns the length; at most size - 1 bytes. */
size_t fold_word(struct span s, char *buf, size_t size);

bool is_emoji(uint32_t cp);
/* Decodes markup inside one line: emphasis, links, tags, entities, marks of direction. out has room
 * for n + 1 bytes; NUL-terminated. */
size_t inline_clean(const char *s, size_t n, char *out);
/* "jane at example dot org" -> "jane@example.org", in place. */
void address_unveil(char *text);
/* The bytes of the address that starts at p, 0 = none starts here. */
size_t address_length(const char *p, size_t n);
/* RFC 2047 words of a header value as UTF-8. */
char *header_decode(struct span value, struct arena *arena);

/* Mends UTF-8 that was encoded twice, in place; returns the bytes that stay. Line feeds stay. */
size_t mojibake_mend(char *text, size_t n);

/* ------------------------------------------------------------------ lines */

enum line_mark { MARK_NONE, MARK_BULLET, MARK_NUMBER };

enum {
    LINE_AFTER_BLANK = 1,  /* an empty line stands before it */
    LINE_BOLD = 2,         /* all of it is emphasised */
    LINE_RULE = 4,         /* nothing but ----, ==== */
    LINE_TABLE = 8,        /* text has cells separated by CELL */
    LINE_SKIP = 16,        /* mail header, signature: not part of the text */
    LINE_ROW_END = 32,     /* MediaWiki |- */
    LINE_ATTRIBUTION = 64, /* "On ..., Jane Doe wrote:" */
    LINE_CELL = 128,       /* a piece of a table row that ends with the next LINE_ROW_END */
    LINE_NO_ROLE = 256,    /* role_heading() said no */
    LINE_NAMES_MC = 512,   /* text_names_mc() */
    LINE_TITLE = 1024      /* a heading that may be a track's title */
};

#define CELL '\x1f'

struct line {
    const char *text; /* without quote marks, bullet, markup; NUL-terminated */
    uint32_t len;
    uint32_t number; /* 1-based */
    uint16_t indent; /* columns before the bullet or text */
    uint8_t quote;   /* depth of > */
    uint8_t level;   /* of a marked-up heading, 1 = highest; 0 = none */
    uint8_t mark;    /* enum line_mark */
    uint8_t bullet;  /* which bullet: low bits of its code point */
    uint16_t flags;
};

struct mail {
    size_t line; /* its first line */
    const char *from_name;
    const char *from_email;
    const char *subject;
};

struct doc {
    struct arena *arena; /* scratch, dies with the call */
    struct line *lines;  /* empty ones are not kept */
    size_t n;
    VEC(struct mail) mails; /* each header block, and each attribution as a mail without subject */
};

void lines_read(struct doc *doc, const char *text, size_t len);
/* Decodes quoted-printable and base64 bodies: *text becomes a copy in the arena. Returns the line
 * of the given text for each line of the copy, or NULL when there was nothing to do. */
const uint32_t *bodies_decode(const char **text, size_t *len, struct arena *arena);
/* Finds mail headers, signatures and footers and marks them LINE_SKIP. */
void mails_find(struct doc *doc);
/* Fills *ret with who wrote line i: of the quoted mail when it is quoted. False when unknown. */
bool mail_author(const struct doc *doc, size_t i, struct span *ret_name, struct span *ret_email);

/* ------------------------------------------------------------------ words */

enum {
    WORD_IS_GIVEN_NAME = 1,   /* common as a given name somewhere */
    WORD_IS_NEVER_NAME = 2,   /* kernel, team, project, the, ... */
    WORD_IS_ORGANISATION = 4, /* Inc, Foundation, Google, ... */
    WORD_IS_PARTICLE = 8,     /* de, van, bin, ... */
    WORD_IS_HONORIFIC = 16,   /* Dr., Prof. */
    WORD_IS_GROUP = 32,       /* team, folks, contributors */
    WORD_IS_JOB = 64          /* director, architect */
};

/* Which of these the word is. */
unsigned word_classes(struct span word);

/* An English word that is in nobody's name as far as is known: "writes". */
bool word_is_common(struct span word);

/* A table of words, sorted by byte; each has its table's bits. */
struct word_row {
    const char *word; /* folded: lower case, no marks */
    unsigned bits;
};

/* The bits of a word, folded for the look-up; 0 = not in the table. */
unsigned word_bits(const struct word_row *rows, size_t n, struct span word);
#define WORD_BITS(rows, word) word_bits(rows, sizeof rows / sizeof rows[0], word)

/* The word that starts at s.p[i]: letters, digits, "-", "'", "_"; n = 0 none starts here. */
struct span word_at(struct span s, size_t i);

/* ------------------------------------------------------------------ names */

enum name_shape {
    NAME_NOT,   /* no person */
    NAME_GIVEN, /* one word that may be a given name */
    NAME_FULL,  /* given and family name */
};

struct name_facts {
    enum name_shape shape;
    double score;     /* 0..1 without context */
    bool has_given;   /* a word of it is a common given name, or the address says that it is one */
    bool is_job;      /* names a profession */
    bool is_org;      /* looks like a company, project or group instead */
    int n_words;      /* without initials, honorifics, particles */
    bool is_all_caps; /* every word */
    bool is_handle;   /* "@jane": a shape of NAME_GIVEN that says nothing of other words */
};

struct name_facts name_judge(struct span s);
/* The same of a name that stands before an address, n = 0 none: "Ann Kernel <ann@example.org>" is
 * somebody, though no table knows Ann and Kernel is in no name. A team's address begins with the
 * team's name too, so words of groups and of every day stay what they are. */
struct name_facts name_judge_with_address(struct span s, struct span email);

/* ------------------------------------------------------------------ headings */

#define ROLE_PHRASE_MAX ((size_t)110) /* bytes of a heading */

struct role_phrase {
    enum role role;
    enum strength strength;
    bool is_behind_topics; /* people stand in brackets behind topics */
    bool is_by_topic;      /* "Key attendees (by topic)": labels in the list are topics */
    bool is_need_only;     /* "Required:", "Nice to have:": people must follow, else it is none */
    bool has_colon;
    size_t used; /* bytes up to what follows the colon */
};

/* Is phrase the name of a role ("MC leads (tentative)", "people who should be there")? */
bool role_classify(struct span phrase, bool is_sure_heading, struct role_phrase *ret);
/* Does the line start a list of people, alone or with the list behind a colon? */
bool role_heading(const struct line *line, struct role_phrase *ret);
/* Finds the next role inside a line, from byte `from` on: "Leads: A, B - Key attendees: C".
 * *ret_end = where the text before it ends; ret->used counts from the start of the line. */
bool role_inside(const struct line *line, size_t from, size_t *ret_end, struct role_phrase *ret);
/* "Topics", "Speakers", "References": a heading that ends a list of people. */
bool heading_is_other_section(struct span phrase);
/* Words of a person's note that are no affiliation: "(remote)", "(she/her)", "(lead)". */
enum note_kind { NOTE_NONE, NOTE_STATUS, NOTE_LEAD, NOTE_OPTIONAL, NOTE_MEMBER_ROLE };
enum note_kind note_classify(struct span note);

/* ------------------------------------------------------------------ entries */

struct entry {
    struct span name;
    struct span email;
    struct span affiliation;
    struct span topic;
    int line;
    struct name_facts facts;
    enum note_kind note;
    bool is_accepted;
    double confidence;
};

#define ITEM_MAX ((size_t)64 * 1024) /* bytes of an item that are read */

/* How much of a text is read when that is at most `max` bytes: up to the last comma, semicolon or,
 * failing that, blank, so that no name is cut in two. */
size_t whole_cut(const char *text, size_t n, size_t max);

/* One line, table row or paragraph of a list. '\n' inside counts lines. */
struct item {
    char *text;
    int line;
    struct span label;     /* the group it stands under; n = 0 none */
    bool is_row;           /* cells separated by CELL */
    bool is_label_topic;   /* the label is a topic, whatever it looks like */
    bool is_topic;         /* people stand in brackets behind the topic */
    struct span topic;     /* that all of it is about; n = 0 none */
    bool is_company_style; /* the list writes "Name, Company" */
    bool is_turned_style;  /* the list writes "Surname, Given" */
};

struct entries {
    VEC(struct entry) all;
};

/* Where the columns of a table are; -1 = not there. */
struct columns {
    int name;
    int family_name;
    int affiliation;
    int email;
    int topic;
    bool is_header; /* the row that was read names columns */
};

#define NO_COLUMNS ((struct columns){-1, -1, -1, -1, -1, false})
struct columns columns_read(const char *row);
/* Adds whoever the item may name, without deciding yet. */
void entries_read(struct entries *entries, const struct item *item, const struct columns *columns,
                  struct arena *scratch);
/* Counts how the pairs "X, Y" of an item are meant, to tell "Name, Company" from two names. */
void item_style(const struct item *item, struct arena *scratch, int *n_company, int *n_turned,
                int *n_pairs);
/* Decides by shape and by the neighbours which entries are people. base is what the context is
 * worth: 1 = under a heading for people, 0 = somewhere in prose. */
void entries_decide(struct entries *entries, double base);

/* How much of a text the people in it make. */
struct entries_share {
    size_t n;       /* accepted entries */
    size_t n_bytes; /* of them with what stands by them */
    bool is_sure;   /* one has a known given name or an address */
};

struct entries_share entries_share(const struct entries *entries);

/* ------------------------------------------------------------------ tracks */

struct section {
    size_t first; /* lines [first, end) */
    size_t end;
    const char *title; /* from a heading or subject; NULL = find it in the text */
    enum track_kind kind;
    bool is_described_only; /* a general description, no track of its own */
};

struct sections {
    VEC(struct section) all;
};

struct reader {
    struct doc *doc;
    struct arena *arena;   /* of the result */
    struct arena *scratch; /* reset after each list */
    struct arena *probe;   /* reset after each question */
    struct extract *result;
    struct extract_track *track; /* valid until the next track_add() */
    size_t track_index;          /* of the track in the result */
    struct strmap seen;          /* "track role name" -> index of the mention */
    struct span heading_topic;
    size_t key_list_end; /* line behind the last list of key attendees */
};

void sections_find(struct doc *doc, struct sections *ret, struct arena *arena);
/* Reads lists, tables and prose of one section into reader->track. */
void people_read(struct reader *reader, size_t first, size_t end);
/* One list that begins at line i with the phrase; returns the line behind it. */
size_t list_read(struct reader *reader, size_t i, size_t end, const struct role_phrase *phrase);
/* Begins another track, to which what is read next belongs. */
void track_add(struct reader *reader, const char *title, enum track_kind kind, int line);
/* A table that begins at line i; returns the line behind it. */
size_t table_read(struct reader *reader, size_t i, size_t end);
/* Sentences such as "led by A and B"; text has '\n' for line ends; line is that of its start. */
void prose_read(struct reader *reader, const char *text, size_t line_index);
void mention_add(struct reader *reader, enum role role, enum strength strength,
                 const struct entry *entry);
/* "I", "myself": who wrote line i, when that is known. */
void mention_add_author(struct reader *reader, size_t i, enum role role, enum strength strength);
/* Does the line read as names rather than as prose? Strict: at least one of them is surely one. */
bool people_stand_in(const struct line *line, struct arena *probe, bool is_strict);

/* The best title that lines [first, end) give; "" = none. */
const char *title_find(const struct doc *doc, size_t first, size_t end, struct arena *arena);
/* A heading or subject without "microconference", "LPC 2024", "[CFP]"; "" when nothing is left. */
const char *title_clean(struct span heading, struct arena *arena);
/* Does the line read as the title of a microconference: nothing but trimmings behind "MC"? */
bool title_is_whole(struct span line);
bool text_names_mc(struct span text); /* "microconference", "MC", "miniconf" ... occurs */
enum track_kind title_kind(struct span heading);

#endif
