/*
 * identity: who stands behind the mentions and the registrants of one conference.
 *
 * Works on the whole conference: joins registrants with one another, mentions with registrants and
 * mentions with mentions (also of people who are not registered), and keeps what was known before.
 */
#ifndef ROLLCALL_CORE_IDENTITY_H
#define ROLLCALL_CORE_IDENTITY_H

#include "core/conference.h"

/* What a person decided; the machine never overrules it. */
enum verdict {
    VERDICT_SAME,     /* that name is that person */
    VERDICT_NOT_SAME, /* that name is not that person */
};

struct decision {
    const char *name;  /* the mention's name as written */
    const char *email; /* its address; "" = any */
    int track;         /* only in that track; -1 = everywhere */
    int person;        /* index in conf->persons */
    enum verdict verdict;
};

/* Something known about a person from before: a name, an address, a Matrix id. */
enum alias_kind {
    ALIAS_NAME,
    ALIAS_EMAIL,
    ALIAS_EMAIL_MD5,
    ALIAS_MATRIX_ID,
    ALIAS_SOURCE_KEY, /* "source\nkey": a person whom the programme knows by one word */
};

struct alias {
    int person;
    enum alias_kind kind;
    const char *value;
    bool is_said; /* of somebody whom a person merged into this one: holds whoever is named now */
};

struct candidate {
    int person;           /* index in conf->persons */
    double confidence;    /* 0..1 */
    const char *evidence; /* "family name and nickname; same affiliation" */
};

/* What was found for mention i of the conference. */
struct resolution {
    enum resolution_status status;
    int person; /* the person chosen, also for unknown (somebody not registered); -1 = must be
                   chosen */
    double confidence;
    const char *evidence;         /* reasons joined by "; " */
    struct candidate *candidates; /* best first, at most 5; in the arena */
    int n_candidates;
    bool is_decided;      /* by a person */
    bool is_by_key;       /* one word, and a person of its own by the source's key */
    bool is_name_learned; /* the name as written is the person's: more than the name says so */
};

/* A decision of an earlier event, and what was known there of the person meant. Who that is here
 * is found by address, else by a full name that one person alone has here; else it says nothing. */
struct recalled {
    struct decision decision;  /* its person is not read */
    const struct alias *known; /* their persons are not read; n_known of them */
    int n_known;
};

struct person_pair {
    int a; /* indices in conf->persons */
    int b;
};

struct identity_input {
    const struct decision *decisions;
    int n_decisions;
    const struct alias *aliases;
    int n_aliases;
    const struct recalled *recalled; /* the latest last; a decision of this event goes before */
    int n_recalled;
    const struct person_pair *apart; /* taken apart by a person: never joined here */
    int n_apart;
    const int *before; /* person of each mention in the last run, -1 = none; NULL = as they point */
    double threshold;  /* link alone at or above this confidence; DESIGN: 0.99 */
    double lead;       /* and this far ahead of the runner-up */
};

/* Two persons that turned out to be one; `gone` has no registrant and no mention any more. */
struct identity_merge {
    int keep;
    int gone;
    const char *why;
};

struct identity {
    struct resolution *mentions;         /* one for each of conf->mentions */
    const struct identity_merge *merges; /* in order, in the arena */
    size_t n_merges;
    const bool
        *is_shown; /* of each of input->aliases: a mention had shown it, so it was left out */
};

/*
 * What is kept between two runs over one event that has grown: the registrants, joined and indexed.
 * Works only while registrants, persons and what is known of them are added and nothing of it is
 * changed or removed; whoever keeps a book must begin a new one then. The arena must be the one
 * that the conference's registrants and persons live in; it is borrowed.
 */
struct identity_book;
struct identity_book *identity_book_new(struct arena *arena);
void identity_book_free(struct identity_book *book); /* accepts NULL */
/* Bytes that the book holds beside its arena. */
size_t identity_book_bytes(const struct identity_book *book);

/* As identity_assign(), with the same result; only registrants and persons that have come since the
 * book's last run are joined and indexed. What is returned lives in arena. */
void identity_book_assign(struct identity_book *book, struct conference *conf,
                          const struct identity_input *input, struct arena *arena,
                          struct identity *ret);

/*
 * Assigns a person to every registrant (adding to conf->persons those that are new) and resolves
 * every mention, writing mention.person, .status and .confidence too. Persons that conf already has
 * keep their index and id; a registrant or mention that already points to a person keeps it unless
 * a decision says otherwise. But a mention whose person nobody has registered for is looked at
 * again: a registrant who comes late may take that person over, two who fit make a question of it
 * (person -1). Registrants under one address whose full names have nothing in common stay apart.
 * When an address, an id or a name that is learned late shows that two persons are one, they are
 * merged, unless a person has taken them apart.
 *
 * Names that remain open are looked at again with what the others of the same text have shown,
 * until nothing new comes of it: an address that two mentions share, the same spelling with an
 * address or affiliation, a full name in the same list for a short form of it. Links made in an
 * earlier round are never taken back. What the mentions of this run show is found anew each time,
 * so that neither the order in which they came nor the number of runs changes the answer: of
 * input->aliases those are left out that a mention has shown. Cannot fail; deterministic.
 */
void identity_assign(struct conference *conf, const struct identity_input *input,
                     struct arena *arena, struct identity *ret);

#endif
