/* The inside of struct resolve_index: for the files resolve_*.c and
 * identity/identity.c alone. */
#ifndef ROLLCALL_CORE_RESOLVE_INDEX_H
#define ROLLCALL_CORE_RESOLVE_INDEX_H

#include "base/arena.h"
#include "core/names.h"
#include "core/nicknames.h"
#include "core/resolve.h"
#include "core/translit.h"

#include <stdint.h>

#define FUZZY1_MIN   4 /* shortest word that is looked up with one edit */
#define FUZZY2_MIN   6 /* and with two */
#define FUZZY_PREFIX 8 /* letters that deletions are made from */
#define ADDRESSES    3
#define AFFILIATIONS 4 /* words of an affiliation that are kept */

/* A growing array on the heap of numbers. */
struct u32s {
    uint32_t *items;
    uint32_t n;
    uint32_t cap;
};

/* A word that occurs in names: the vocabulary. */
struct word {
    uint32_t text;       /* offset in texts */
    uint32_t skeleton;   /* hash of translit_skeleton() */
    uint32_t unmarked;   /* hash of the word with ae oe ue aa as one letter */
    uint32_t consonants; /* hash of translit_consonants() */
    uint32_t letters;    /* a bit for each that it holds */
    uint8_t len;
    bool is_transliterated; /* occurs in a name of another script */
    bool is_given;          /* a given name that the tables know */
    const struct nickname_classes *classes;
    struct u32s forms; /* forms that hold it, ascending */
};

/* One way to read one name of a candidate. */
struct form {
    uint32_t record;
    uint32_t first;         /* into tokens */
    uint32_t letters;       /* a bit for each letter that a word of it starts with */
    uint32_t letters_twice; /* that two words start with */
    uint8_t script;         /* enum script */
    uint8_t n;
    bool is_order_known;
    bool is_other_script;
};

#define TOKEN_WORD(t) ((t) >> 2)
#define TOKEN_INITIAL 1U
#define TOKEN_OTHER   2U /* written in a script other than Latin */

struct record {
    int owner;
    struct resolve_record given; /* as added: borrowed strings */
    uint32_t first_form;         /* and those behind it with this record */
    uint32_t n_forms;
    uint32_t local_part; /* hash of the address's local part; 0 = none, or one that many share */
    uint32_t affiliations[AFFILIATIONS]; /* hashes; 0 = none */
    uint64_t addresses[ADDRESSES];       /* hashes of address, hash, Matrix id; 0 = none */
};

/* Hashes to numbers with repeats: open addressing, linear probing. */
struct hash_slot {
    uint64_t hash; /* 0 = free */
    uint32_t value;
};

struct hash_table {
    struct hash_slot *slots;
    size_t n_slots;
    size_t n;
    bool is_marked;
    struct u32s journal; /* slots written behind resolve_mark() */
};

struct touched_form {
    uint32_t form;
    float score;
};

/* What the index was when it was marked. */
struct index_mark {
    bool is_set;
    size_t n_words, n_texts, n_forms, n_tokens, n_records, n_other_forms, n_named;
    size_t n_word_slots, n_key_slots, n_keys;
    size_t n_slots[3];          /* of addresses, local parts, affiliations */
    struct u32s word_slots;     /* written since */
    struct u32s key_slots;      /* written since */
    struct u32s transliterated; /* words that occur in another script since */
};

struct resolve_index {
    struct index_mark mark;
    struct word *words;
    size_t n_words, cap_words;
    char *texts;
    size_t n_texts, cap_texts;
    uint32_t *word_slots; /* word number + 1, by its text; open addressing */
    size_t n_word_slots;
    uint32_t *key_slots; /* 22 bits of word number + 1, 10 bits of the key's hash; repeats */
    size_t n_key_slots, n_keys;
    struct form *forms;
    size_t n_forms, cap_forms;
    uint32_t *tokens;
    size_t n_tokens, cap_tokens;
    struct record *records;
    size_t n_records, cap_records;
    struct hash_table addresses;    /* address, hash or Matrix id -> record */
    struct hash_table locals;       /* local part -> record */
    struct hash_table affiliations; /* hash -> number of records */
    struct u32s *classes;           /* words of each nickname class */
    uint32_t initials[26];          /* tokens that start with each letter */
    uint32_t bigrams[27][28]; /* how often a letter follows another in the vocabulary; 26 = the
                                 word's edge, [27] = the row's sum */
    size_t n_other_forms;     /* in a script other than Latin */
    size_t n_named;           /* records that have a name */
    /* scratch of one look-up */
    float *scores; /* of each form; 0 between look-ups */
    size_t cap_scores;
    float *marks; /* of each word; 0 between look-ups */
    size_t cap_marks;
    struct u32s touched;
};

enum key_kind {
    KEY_DELETE, /* a word with letters left out */
    KEY_SKELETON,
    KEY_CONSONANTS,
    KEY_UNMARKED,
};

/* The word with ae, oe, ue and aa as a, o, u and a: what Germans and Danes write for letters with
 * marks. */
uint32_t index_unmarked_hash(const char *text);
/* A bit for each letter of the word. */
uint32_t index_letters(const char *text);

/* Calls visit(key hash) for the word itself and with one letter (two with max 2) left out. */
typedef void (*key_visitor)(void *context, uint32_t hash);
void index_deletions(const char *word, size_t len, int max, key_visitor visit, void *context);
uint32_t index_key_hash(enum key_kind kind, const char *text, size_t len);

/* The word's number; -1 = not in the vocabulary. */
int64_t index_find_word(const struct resolve_index *index, const char *text, size_t len);
const char *index_word_text(const struct resolve_index *index, uint32_t word);
/* Asks the processor to bring what index_words_with_key() will read. */
void index_prefetch_key(const struct resolve_index *index, uint32_t hash);
/* Makes both tables of the vocabulary anew, with so many slots. */
void index_fill_word_slots(struct resolve_index *index, size_t n_slots);
void index_fill_key_slots(struct resolve_index *index, size_t n_slots);
/* Counts the word's pairs of letters, or takes them back (by = -1). */
void index_count_bigrams(struct resolve_index *index, const char *text, int by);
/* Adds what the record is found by beside its name to the three tables. */
void index_add_addresses(struct resolve_index *index, uint32_t record);
void index_add_affiliations(struct resolve_index *index, uint32_t record);
/* The words that may have that key, appended to ret (with strays: compare them). */
void index_words_with_key(const struct resolve_index *index, uint32_t hash, struct u32s *ret);

void u32s_add(struct u32s *list, uint32_t value);

/* Never 0. */
uint32_t index_hash32(const char *text, size_t len, uint64_t seed);

/* --- addresses and affiliations (resolve/address.c) --- */

/* Hash of an address, hash or Matrix id for the table of addresses; 0 = none. */
uint64_t index_address_email(const char *email);
uint64_t index_address_md5(const char *md5);
uint64_t index_address_matrix(const char *matrix_id);
uint32_t index_local_part(const char *email);
/* Hashes of the telling words of an affiliation and of the address's domain; returns how many. */
int index_affiliation_words(const char *affiliation, const char *email, uint32_t *ret);

/* The first slot with that hash at or after *at; -1 = no more. Start with *at = SIZE_MAX. */
int64_t hash_table_next(const struct hash_table *table, uint64_t hash, size_t *at);
void hash_table_add(struct hash_table *table, uint64_t hash, uint32_t value);
/* Adds 1 to the number kept for hash. */
void hash_table_count(struct hash_table *table, uint64_t hash);

/* --- comparing (resolve/score.c) --- */

enum agreement {
    AGREE_NOT,
    AGREE_EXACT,
    AGREE_MARKS,    /* ae, oe, ue or aa for a letter with marks: Roedel, Rödel */
    AGREE_SOUND,    /* one skeleton: Aleksey, Alexei */
    AGREE_NICKNAME, /* Steve, Steven; Xu, Hsu */
    AGREE_SCRIPT,   /* one set of consonants in two scripts */
    AGREE_PREFIX,   /* Sriniva, Srinivas; Ben, Benjamin */
    AGREE_EDIT1,
    AGREE_EDIT2,
    AGREE_INITIAL,
};
#define AGREEMENTS 10

/* A word of the mention with what the index knows of it. */
struct probe {
    const char *text;
    size_t len;
    int64_t word; /* in the vocabulary; -1 */
    uint32_t skeleton;
    uint32_t unmarked;
    uint32_t consonants;
    uint32_t letters; /* a bit for each that it holds */
    const struct nickname_classes *classes;
    bool is_initial;
    bool is_transliterated;
    bool is_family;                  /* known to be one */
    double population;               /* probability that somebody at random is written so */
    struct translit_pattern pattern; /* of the text, but for an initial */
};

struct reading {
    struct probe probes[NAME_TOKENS];
    int n;
    enum script script;
    bool is_order_known;
    bool is_other_script;
};

struct pairing {
    uint8_t mention;
    uint8_t token;
    enum agreement agreement;
    double weight; /* natural logarithm of the likelihood ratio */
};

struct comparison {
    double weight; /* sum for the names: logarithm of the likelihood ratio */
    struct pairing pairs[NAME_TOKENS];
    int n_pairs;
    int n_strong;       /* pairs of whole words */
    int n_exact;        /* pairs that agree in full or by sound */
    int n_fuzzy;        /* pairs a letter or two away; a shortened one counts twice */
    int n_conflicts;    /* words left over on both sides */
    int n_extra;        /* whole words that only one side has */
    bool is_edge_extra; /* one of them is the first or the last: perhaps another family name */
    bool is_swapped;    /* the order differs */
};

void score_probe(const struct resolve_index *index, const struct name_token *token,
                 struct probe *ret);
double score_frequency(const struct resolve_index *index, const struct word *word);
/* is_other: the word stands in a name of another script than Latin. */
enum agreement score_agreement(const struct probe *probe, const struct word *word, const char *text,
                               bool is_other);
/* How likely it is that a word is written as the probe by people who have that word. */
double score_writing(const struct probe *probe, const struct word *word, enum agreement agreement,
                     bool is_other);
void score_compare(const struct resolve_index *index, const struct reading *mention,
                   const struct form *form, struct comparison *ret);

#endif
