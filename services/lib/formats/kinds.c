#include "formats/kinds.h"

#include "base/str.h"
#include "formats/build.h"

#include <ctype.h>
#include <string.h>

/* A title made of these words alone, with one that is strong, is a break; anything more is a talk
 * ("Breaking Bad Abstractions", "Breakfast with the board"). */
static const struct {
    const char *word;
    bool is_strong;
} break_words[] = {
    {"break", true},
    {"breaks", true},
    {"coffee", true},
    {"tea", true},
    {"lunch", true},
    {"breakfast", true},
    {"dinner", true},
    {"snack", true},
    {"snacks", true},
    {"supper", true},
    {"brunch", true},
    {"pause", true},
    {"pausen", true},
    {"mittagspause", true},
    {"kaffeepause", true},
    {"buffet", true},
    {"d\xc3\xa9jeuner", true},
    {"pauze", true},
    {"the", false},
    {"and", false},
    {"a", false},
    {"caf\xc3\xa9", false},
    {"morning", false},
    {"afternoon", false},
    {"evening", false},
    {"time", false},
    {"cheese", false},
    {"wine", false},
    {"short", false},
    {"long", false},
    {"late", false},
    {"early", false},
    {"refreshments", false},
    {"food", false},
    {"day", false},
    {"1", false},
    {"2", false},
    {"3", false},
    {"4", false},
    {"5", false},
};

/* A title is an open slot when it is one of these, or begins or ends with one. */
static const char *const open_slots[] = {
    "tbd",
    "tba",
    "open slot",
    "open slots",
    "free slot",
    "empty slot",
    "available slot",
    "unconference slot",
    "unconference session",
    "unconference",
    "to be announced",
    "to be decided",
    "to be determined",
    "to be defined",
    "reserved slot",
    "open session",
    "last minute slot",
};

static const struct {
    const char *words; /* anywhere in the type, at word boundaries */
    struct kind_hints hints;
} types[] = {
    {"open_slot", {SESSION_OPEN_SLOT, BLOCK_NO}},
    {"contribution", {SESSION_TALK, BLOCK_NO}},
    {"bof", {SESSION_BOF, BLOCK_NO}},
    {"bofs", {SESSION_BOF, BLOCK_NO}},
    {"birds of a feather", {SESSION_BOF, BLOCK_NO}},
    {"unconference", {SESSION_OPEN_SLOT, BLOCK_NO}},
    {"open slot", {SESSION_OPEN_SLOT, BLOCK_NO}},
    {"break", {SESSION_BREAK, BLOCK_NO}},
    {"lunch", {SESSION_BREAK, BLOCK_NO}},
    {"meal", {SESSION_BREAK, BLOCK_NO}},
    {"coffee", {SESSION_BREAK, BLOCK_NO}},
    {"pause", {SESSION_BREAK, BLOCK_NO}},
    {"block", {SESSION_TALK, BLOCK_YES}},
    {"session block", {SESSION_TALK, BLOCK_YES}},
    {"devroom block", {SESSION_TALK, BLOCK_YES}},
    {"microconference", {SESSION_TALK, BLOCK_IF_LONG}},
    {"micro conference", {SESSION_TALK, BLOCK_IF_LONG}},
    {"miniconf", {SESSION_TALK, BLOCK_IF_LONG}},
    {"miniconference", {SESSION_TALK, BLOCK_IF_LONG}},
    {"mc", {SESSION_TALK, BLOCK_IF_LONG}},
    {"devroom", {SESSION_TALK, BLOCK_IF_FULL}},
    {"track", {SESSION_TALK, BLOCK_IF_FULL}},
};

static bool is_break_title(const char *words)
{
    bool is_strong = false;
    for (const char *p = words; *p != '\0';) {
        size_t len = strcspn(p, " ");
        bool is_known = false;
        for (size_t i = 0; i < sizeof break_words / sizeof break_words[0] && !is_known; i++) {
            is_known =
                strlen(break_words[i].word) == len && memcmp(break_words[i].word, p, len) == 0;
            is_strong |= is_known && break_words[i].is_strong;
        }
        if (!is_known) {
            return false;
        }
        p += len + (p[len] == ' ');
    }
    return is_strong;
}

static bool is_open_slot_title(const char *words)
{
    size_t n = strlen(words);
    for (size_t i = 0; i < sizeof open_slots / sizeof open_slots[0]; i++) {
        size_t len = strlen(open_slots[i]);
        if (n < len) {
            continue;
        }
        bool starts =
            memcmp(words, open_slots[i], len) == 0 && (words[len] == '\0' || words[len] == ' ');
        bool ends =
            strcmp(words + n - len, open_slots[i]) == 0 && (n == len || words[n - len - 1] == ' ');
        /* "Unconference" opens many an ordinary talk about unconferences. */
        bool is_single = strchr(open_slots[i], ' ') == NULL && strlen(open_slots[i]) > 3;
        if (is_single ? starts && ends : (starts || ends)) {
            return true;
        }
    }
    return false;
}

struct kind_hints session_kind_from(struct arena *arena, const char *type, const char *title)
{
    struct kind_hints hints = {SESSION_TALK, BLOCK_NO};
    const char *type_words = str_equal(type, "open_slot") ? type : text_words(arena, type);
    const char *title_words = text_words(arena, title);
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (words_contain(type_words, types[i].words)) {
            hints = types[i].hints;
            break;
        }
    }
    if (hints.kind != SESSION_TALK || hints.block == BLOCK_YES) {
        return hints;
    }
    if (is_break_title(title_words)) {
        hints = (struct kind_hints){SESSION_BREAK, BLOCK_NO};
    } else if (is_open_slot_title(title_words)) {
        hints = (struct kind_hints){SESSION_OPEN_SLOT, BLOCK_NO};
    } else if (words_contain(title_words, "bof") ||
               words_contain(title_words, "birds of a feather")) {
        hints = (struct kind_hints){SESSION_BOF, BLOCK_NO};
    } else if (hints.block == BLOCK_NO && track_kind_from(arena, title) == TRACK_MC) {
        hints.block = BLOCK_IF_LONG;
    }
    return hints;
}

enum track_kind track_kind_from(struct arena *arena, const char *title)
{
    static const struct {
        const char *words;
        enum track_kind kind;
    } rows[] = {
        {"kernel summit", TRACK_KERNEL_SUMMIT},
        {"refereed", TRACK_REFEREED},
        {"bof", TRACK_BOF},
        {"bofs", TRACK_BOF},
        {"birds of a feather", TRACK_BOF},
        {"mc", TRACK_MC},
        {"microconference", TRACK_MC},
        {"microconferences", TRACK_MC},
        {"micro conference", TRACK_MC},
        {"miniconf", TRACK_MC},
        {"miniconference", TRACK_MC},
        {"mini conference", TRACK_MC},
    };
    const char *words = text_words(arena, title);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (words_contain(words, rows[i].words)) {
            return rows[i].kind;
        }
    }
    return TRACK_OTHER;
}

static const char *const cancel_words[] = {"cancelled", "canceled", "abgesagt", "annul\xc3\xa9"};

/* The word at p, and what kind of writing it is: a shout, or marked off by what follows. */
static bool is_cancel_mark(const char *p, bool is_bracketed)
{
    for (size_t i = 0; i < sizeof cancel_words / sizeof cancel_words[0]; i++) {
        size_t len = strlen(cancel_words[i]);
        if (!str_starts_nocase(p, cancel_words[i])) {
            continue;
        }
        bool is_shout = isupper((unsigned char)p[0]) && isupper((unsigned char)p[1]);
        bool is_word = !isalnum((unsigned char)p[len]);
        return is_word && (is_bracketed || is_shout || p[len] == ':' || p[len] == '\0');
    }
    return false;
}

bool is_cancelled_title(const char *title)
{
    bool is_bracketed = title[0] == '[' || title[0] == '(';
    if (is_cancel_mark(title + is_bracketed, is_bracketed)) {
        return true;
    }
    const char *dash = strstr(title, " - ");
    while (dash != NULL) {
        if (is_cancel_mark(dash + 3, false)) {
            return true;
        }
        dash = strstr(dash + 3, " - ");
    }
    return false;
}

bool is_cancelled_state(const char *state)
{
    static const char *const states[] = {"cancelled", "canceled", "withdrawn", "rejected",
                                         "deleted"};
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        if (str_equal_nocase(state, states[i])) {
            return true;
        }
    }
    return false;
}
