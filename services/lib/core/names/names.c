#include "core/names/internal.h"

#include "core/nicknames.h"

#include <stdlib.h>
#include <string.h>

static const char *const particles[] = {
    "van",  "von", "der", "den", "de", "del", "della", "di",  "du",     "la",  "le", "lo",  "da",
    "do",   "dos", "das", "e",   "y",  "zu",  "zum",   "zur", "ter",    "ten", "te", "bin", "ibn",
    "bint", "al",  "el",  "ul",  "ur", "af",  "av",    "vom", "vander", "het", "t",  NULL};

/* --- tokens --- */

static struct name_token *add_token(struct name *name, const char *s, size_t n, enum name_role role)
{
    struct name_token *token = &name->tokens[name->n];
    *token = (struct name_token){.role = role};
    enum script script = SCRIPT_NONE;
    token->len = (uint8_t)translit_fold(s, n, token->text, sizeof token->text, &script);
    token->is_transliterated = script != SCRIPT_LATIN && script != SCRIPT_NONE;
    if (script == SCRIPT_ARABIC && token->len > 4 && strncmp(token->text, "al", 2) == 0) {
        memmove(token->text, token->text + 2, (size_t)token->len - 1);
        token->len = (uint8_t)(token->len - 2);
    }
    if (token->len == 0 || (token->text[0] >= '0' && token->text[0] <= '9')) {
        return NULL;
    }
    token->is_initial = token->len == 1 && script != SCRIPT_HAN && script != SCRIPT_HANGUL &&
                        script != SCRIPT_ARABIC && script != SCRIPT_HEBREW;
    if (name->n == 0) {
        name->script = script;
    }
    if (name->n < NAME_TOKENS - 1) {
        name->n++;
    }
    return token;
}

static bool has_vowel(const struct chunk *chunk)
{
    for (size_t i = 0; i < chunk->n; i++) {
        if (strchr("AEIOUY", chunk->s[i]) != NULL) {
            return true;
        }
    }
    return false;
}

static bool is_bunch_of_initials(const struct chunk *chunk)
{
    return chunk->is_upper && chunk->n <= 3 && (size_t)chunk->n_letters == chunk->n &&
           chunk->script == SCRIPT_LATIN && !has_vowel(chunk);
}

/* "FUJITA Tomonori": some words in capitals, and not all. */
static bool has_capital_family(const struct chunks *chunks)
{
    int n_upper = 0;
    int n_mixed = 0;
    for (int i = 0; i < chunks->n; i++) {
        const struct chunk *chunk = &chunks->items[i];
        if (chunk->n_letters < 2 ||
            (chunk->is_upper && chunk->n_letters < 3 && !has_vowel(chunk))) {
            continue;
        }
        n_upper += chunk->is_upper;
        n_mixed += !chunk->is_upper;
    }
    return n_upper > 0 && n_mixed > 0;
}

static bool is_particle(const struct chunks *chunks, int at)
{
    const struct chunk *chunk = &chunks->items[at];
    bool is_last = at == chunks->n - 1 || at + 1 == chunks->comma;
    return chunks->n > 1 && !is_last && chunk->n_letters > 0 && (at > 0 || chunk->is_lower) &&
           (!chunk->is_dotted || chunk->n > 1) && (chunk->n > 1 || chunk->is_lower) &&
           names_fold_is(chunk, particles);
}

static enum name_role role_of(const struct chunks *chunks, int at, bool has_capitals)
{
    if (chunks->comma > 0) {
        return at < chunks->comma ? NAME_FAMILY : NAME_GIVEN;
    }
    if (has_capitals) {
        const struct chunk *chunk = &chunks->items[at];
        return chunk->is_upper && !is_bunch_of_initials(chunk) ? NAME_FAMILY : NAME_GIVEN;
    }
    return NAME_ANY;
}

/* Given names first where roles say so; the order among equals stays. */
static void order_tokens(struct name *name)
{
    struct name_token sorted[NAME_TOKENS];
    int n = 0;
    bool has_given = false;
    bool has_family = false;
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < name->n; i++) {
            bool is_family = name->tokens[i].role == NAME_FAMILY;
            has_family |= is_family;
            has_given |= name->tokens[i].role == NAME_GIVEN;
            if (is_family == (pass == 1)) {
                sorted[n++] = name->tokens[i];
            }
        }
    }
    memcpy(name->tokens, sorted, (size_t)n * sizeof sorted[0]);
    name->is_order_known = has_given && has_family;
}

static void add_initials(struct name *name, const struct chunk *chunk, enum name_role role)
{
    for (size_t i = 0; i < chunk->n; i++) {
        (void)add_token(name, chunk->s + i, 1, role);
    }
}

/* A Latin, Cyrillic, Arabic ... name. is_joined: particles and what hyphens join become one word.
 */
static void read_words(const struct chunks *chunks, bool is_joined, struct name *ret)
{
    *ret = (struct name){0};
    bool has_capitals = has_capital_family(chunks);
    for (int i = 0; i < chunks->n; i++) {
        const struct chunk *chunk = &chunks->items[i];
        enum name_role role = role_of(chunks, i, has_capitals);
        if (is_bunch_of_initials(chunk) && chunks->n > 1 && (has_capitals || i == 0) &&
            (i > 0 || !chunks->items[1].is_upper)) {
            add_initials(ret, chunk, role);
            continue;
        }
        if (!is_joined) {
            if (!is_particle(chunks, i)) {
                (void)add_token(ret, chunk->s, chunk->n, role);
            }
            continue;
        }
        char joined[128];
        size_t n = 0;
        int last = i;
        for (;; last++) {
            const struct chunk *part = &chunks->items[last];
            size_t room = sizeof joined - n;
            size_t keep = part->n < room ? part->n : 0;
            memcpy(joined + n, part->s, keep);
            n += keep;
            bool goes_on = is_particle(chunks, last) ||
                           (last + 1 < chunks->n && chunks->items[last + 1].is_hyphened);
            if (last + 1 >= chunks->n || last + 1 == chunks->comma || !goes_on) {
                break;
            }
        }
        (void)add_token(ret, joined, n, role_of(chunks, last, has_capitals));
        i = last;
    }
    order_tokens(ret);
}

/* --- East Asian names: the family name first --- */

static const char *const compound_families[] = {
    "欧阳", "歐陽", "司马", "司馬", "上官", "诸葛", "諸葛", "夏侯", "皇甫",
    "尉迟", "公孙", "公孫", "慕容", "司徒", "令狐", "长孙", "宇文", "端木",
    "南宫", "东方", "남궁", "황보", "제갈", "선우", "독고", "사공", NULL};

static size_t family_bytes(const char *s, size_t n)
{
    for (size_t i = 0; compound_families[i] != NULL; i++) {
        size_t len = strlen(compound_families[i]);
        if (n > len && strncmp(s, compound_families[i], len) == 0) {
            return len;
        }
    }
    size_t at = 0;
    (void)translit_next(s, n, &at);
    return at;
}

static bool is_cjk(enum script script)
{
    return script == SCRIPT_HAN || script == SCRIPT_HANGUL || script == SCRIPT_KANA;
}

static void read_cjk(const struct chunks *chunks, struct name *ret)
{
    *ret = (struct name){0};
    const struct chunk *first = &chunks->items[0];
    size_t family = first->n;
    if (chunks->n == 1 && first->script != SCRIPT_KANA && first->n_letters > 1) {
        family = family_bytes(first->s, first->n);
    }
    (void)add_token(ret, first->s, family, NAME_FAMILY);
    char given[128];
    size_t n = 0;
    for (int i = 0; i < chunks->n; i++) {
        size_t skip = i == 0 ? family : 0;
        size_t len = chunks->items[i].n - skip;
        if (n + len < sizeof given) {
            memcpy(given + n, chunks->items[i].s + skip, len);
            n += len;
        }
    }
    if (n > 0) {
        (void)add_token(ret, given, n, NAME_GIVEN);
    }
    order_tokens(ret);
}

/* The Japanese reading, when the tables know it. */
static bool read_kanji(const struct chunks *chunks, struct name *ret)
{
    const struct chunk *first = &chunks->items[0];
    const struct chunk *last = &chunks->items[chunks->n - 1];
    char family[32];
    char given[32];
    *ret = (struct name){0};
    size_t whole = (size_t)(last->s + last->n - first->s);
    size_t taken = chunks->n <= 2 ? name_kanji(first->s, whole, family, given) : 0;
    if (taken == 0 && chunks->n == 2) { /* a given name that only kana or ICU can read */
        taken = name_kanji(first->s, first->n, family, given) == first->n ? first->n : 0;
        enum script script = SCRIPT_NONE;
        translit_fold(last->s, last->n, given, sizeof given, &script);
    }
    if (taken == 0 || given[0] == '\0') {
        return false;
    }
    struct name_token *token = add_token(ret, given, strlen(given), NAME_GIVEN);
    struct name_token *other = add_token(ret, family, strlen(family), NAME_FAMILY);
    if (token == NULL || other == NULL) {
        return false;
    }
    token->is_transliterated = other->is_transliterated = true;
    ret->script = SCRIPT_HAN;
    ret->is_order_known = true;
    return true;
}

/* --- scripts that can be read in two ways --- */

static void set_token(struct name_token *token, const char *text, size_t n)
{
    n = n < sizeof token->text ? n : sizeof token->text - 1;
    memcpy(token->text, text, n);
    token->text[n] = '\0';
    token->len = (uint8_t)n;
}

/* Ukrainian for Russian letters, and v for the Hebrew letter that is w, v, o or u. */
static void read_otherwise(const struct chunks *chunks, struct name *ret)
{
    int at = 0;
    for (int i = 0; i < chunks->n && ret->script == SCRIPT_CYRILLIC && at < ret->n; i++) {
        const struct chunk *chunk = &chunks->items[i];
        char text[64];
        enum script script = SCRIPT_NONE;
        translit_fold(chunk->s, chunk->n, text, sizeof text, &script);
        for (int k = 0; k < ret->n; k++) { /* tokens may stand in another order */
            struct name_token *token = &ret->tokens[k];
            if (script == SCRIPT_CYRILLIC &&
                strncmp(token->text, text, sizeof token->text - 1) == 0) {
                size_t n =
                    translit_fold_as(SCRIPT_UKRAINIAN, chunk->s, chunk->n, text, sizeof text);
                set_token(token, text, n);
                at++;
                break;
            }
        }
    }
    for (int i = 0; i < ret->n && ret->script == SCRIPT_HEBREW; i++) {
        for (char *p = ret->tokens[i].text; *p != '\0'; p++) {
            *p = *p == 'w' ? 'v' : *p;
        }
    }
}

/* --- the whole --- */

static void finish(struct name *name)
{
    int n_full = 0;
    for (int i = 0; i < name->n; i++) {
        n_full += !name->tokens[i].is_initial;
    }
    name->is_given_alone = name->n == 1 || n_full == 0;
}

static void add_reading(struct written_name *ret, struct name *name)
{
    finish(name);
    for (int i = 0; i < ret->n_readings; i++) {
        char a[NAME_KEY_SIZE];
        char b[NAME_KEY_SIZE];
        name_key(&ret->readings[i], a);
        name_key(name, b);
        if (strcmp(a, b) == 0) {
            return;
        }
    }
    if (name->n > 0 && ret->n_readings < NAME_READINGS) {
        ret->readings[ret->n_readings++] = *name;
    }
}

static bool is_all_cjk(const struct chunks *chunks)
{
    for (int i = 0; i < chunks->n; i++) {
        if (!is_cjk(chunks->items[i].script)) {
            return false;
        }
    }
    return chunks->n > 0;
}

static bool has_joins(const struct chunks *chunks)
{
    for (int i = 0; i < chunks->n; i++) {
        if (chunks->items[i].is_hyphened || is_particle(chunks, i)) {
            return true;
        }
    }
    return false;
}

void name_parse(const char *text, struct written_name *ret)
{
    ret->n_readings = 0;
    ret->email[0] = ret->affiliation[0] = '\0';
    char buf[NAME_BYTES];
    translit_normalise(text, strnlen(text, NAME_BYTES), buf, sizeof buf);
    names_take_email(buf, ret->email, sizeof ret->email);
    names_take_brackets(buf, ret->affiliation, sizeof ret->affiliation);
    names_take_quoted(buf);
    names_take_tail(buf, ret->affiliation, sizeof ret->affiliation);
    struct chunks chunks;
    names_split_words(buf, &chunks);
    names_drop_titles(&chunks);
    names_drop_company(&chunks, ret->affiliation, sizeof ret->affiliation);
    struct name name;
    if (is_all_cjk(&chunks)) {
        if (chunks.items[0].script == SCRIPT_HAN && read_kanji(&chunks, &name)) {
            add_reading(ret, &name);
        }
        read_cjk(&chunks, &name);
        add_reading(ret, &name);
        return;
    }
    read_words(&chunks, false, &name);
    add_reading(ret, &name);
    if (has_joins(&chunks)) {
        read_words(&chunks, true, &name);
        add_reading(ret, &name);
    }
    if (ret->n_readings > 0 &&
        (ret->readings[0].script == SCRIPT_CYRILLIC || ret->readings[0].script == SCRIPT_HEBREW)) {
        name = ret->readings[0];
        read_otherwise(&chunks, &name);
        add_reading(ret, &name);
    }
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void name_key(const struct name *name, char *out)
{
    const char *texts[NAME_TOKENS];
    for (int i = 0; i < name->n; i++) {
        texts[i] = name->tokens[i].text;
    }
    qsort(texts, (size_t)name->n, sizeof texts[0], by_text);
    size_t len = 0;
    for (int i = 0; i < name->n; i++) {
        size_t n = strlen(texts[i]);
        if (len > 0) {
            out[len++] = ' ';
        }
        memcpy(out + len, texts[i], n);
        len += n;
    }
    out[len] = '\0';
}
