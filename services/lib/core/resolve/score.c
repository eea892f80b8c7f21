#include "core/resolve/index.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * Weights after Fellegi and Sunter: ln(m/u) for each pair of words, where m is the probability that
 * somebody of the candidate's name is written as the mention has it, and u the probability that
 * anybody is. u is counted in the index: the sum over all words that agree with the mention's, each
 * as often as it occurs, and a share for names that the index has not seen, by the letters that
 * follow one another. m was estimated on generated variants and on the kernel's .mailmap
 * (docs/resolution.md).
 */
static const struct {
    double same_script;
    double other_script; /* the candidate is written in another script: nothing is exact */
} writing[AGREEMENTS] = {
    [AGREE_NOT] = {0, 0},          [AGREE_EXACT] = {.85, .50},     [AGREE_MARKS] = {.20, .20},
    [AGREE_SOUND] = {.006, .10},   [AGREE_NICKNAME] = {.010, .04}, [AGREE_SCRIPT] = {0, .03},
    [AGREE_PREFIX] = {.002, .002}, [AGREE_EDIT1] = {.03, .06}, /* shared among all words one edit
                                                                  away */
    [AGREE_EDIT2] = {.006, .012},                              /* and two */
    [AGREE_INITIAL] = {.02, .02},
};
#define EDITS_PER_LETTER 53.0 /* words one edit away from a word, for each of its letters */
#define UNSEEN_SHARE     0.10 /* people with a name that the index does not hold */

/* Words on both sides that do not agree; a word that one side leaves out. */
#define CONFLICT_FULL    (-7.5)
#define CONFLICT_INITIAL (-4.0)
#define EXTRA_MENTION    (-2.5)
#define EXTRA_RECORD     (-1.8)
#define EXTRA_INITIAL    (-0.3)
#define SWAPPED_KNOWN    (-3.5) /* both orders were certain */
#define SWAPPED_GIVENS   (-4.0) /* "Paul James" and "James Paul" */
#define SWAPPED          (-0.5)

#define OTHER_SCRIPT_LEAST 0.3

/* The names at hand count against this many of a general kind, so that small lists do not make
 * every name look rare or common. */
#define BACKGROUND   1000.0
#define COMMON_NAME  0.003 /* share of a name that the tables know */
#define UNKNOWN_NAME 0.0003

double score_frequency(const struct resolve_index *index, const struct word *word)
{
    double background = word->classes->n > 0 ? COMMON_NAME : UNKNOWN_NAME;
    double others = word->forms.n > 0 ? (double)word->forms.n - 1 : 0;
    return (others + BACKGROUND * background) / ((double)index->n_forms + BACKGROUND);
}

/* Of a word that the index has not seen, by pairs of letters. */
static double letters_probability(const struct resolve_index *index, const char *text)
{
    double p = 1;
    int last = 26;
    for (const char *c = text;; c++) {
        int letter = *c >= 'a' && *c <= 'z' ? *c - 'a' : 26;
        p *= (index->bigrams[last][letter] + .5) / (index->bigrams[last][27] + 13.5);
        last = letter;
        if (*c == '\0') {
            return p;
        }
    }
}

void score_probe(const struct resolve_index *index, const struct name_token *token,
                 struct probe *ret)
{
    char key[64];
    *ret = (struct probe){
        .text = token->text,
        .len = token->len,
        .word = index_find_word(index, token->text, token->len),
        .letters = index_letters(token->text),
        .is_initial = token->is_initial,
        .is_transliterated = token->is_transliterated,
        .is_family = token->role == NAME_FAMILY,
    };
    if (!token->is_initial) {
        translit_pattern(token->text, token->len, &ret->pattern);
    }
    if (ret->word >= 0) {
        const struct word *word = &index->words[ret->word];
        ret->classes = word->classes;
        ret->skeleton = word->skeleton;
        ret->unmarked = word->unmarked;
        ret->consonants = word->consonants;
        return;
    }
    ret->classes = nicknames_find(token->text);
    ret->population = UNSEEN_SHARE * letters_probability(index, token->text);
    if (ret->classes->n > 0) { /* a name that people have, if nobody here */
        ret->population += writing[AGREE_EXACT].same_script * BACKGROUND * COMMON_NAME /
                           ((double)index->n_forms + BACKGROUND);
    }
    ret->unmarked = index_unmarked_hash(token->text);
    ret->skeleton =
        index_key_hash(KEY_SKELETON, key, translit_skeleton(token->text, key, sizeof key));
    ret->consonants =
        index_key_hash(KEY_CONSONANTS, key, translit_consonants(token->text, key, sizeof key));
}

static enum agreement edit_agreement(const struct probe *probe, const char *text, size_t len)
{
    size_t least = probe->len < len ? probe->len : len;
    size_t most = probe->len < len ? len : probe->len;
    if (most < FUZZY1_MIN || least < 3) {
        return AGREE_NOT;
    }
    int max = most >= FUZZY2_MIN && least + 1 >= FUZZY2_MIN ? 2 : 1;
    int distance = translit_pattern_distance(&probe->pattern, text, len, max);
    if (distance == 1) {
        return AGREE_EDIT1;
    }
    if (strncmp(probe->text, text, least) == 0) {
        return AGREE_PREFIX;
    }
    return distance <= max ? AGREE_EDIT2 : AGREE_NOT;
}

enum agreement score_agreement(const struct probe *probe, const struct word *word, const char *text,
                               bool is_other)
{
    if (probe->len == word->len && memcmp(probe->text, text, probe->len) == 0) {
        return AGREE_EXACT;
    }
    bool is_same_script = probe->is_transliterated == is_other;
    if (probe->is_initial || (word->len == 1 && !is_other)) {
        return probe->text[0] == text[0] ? AGREE_INITIAL : AGREE_NOT;
    }
    if (!is_same_script || !is_other) { /* two words of one other script are spelled as meant */
        if (probe->unmarked == word->unmarked) {
            return AGREE_MARKS;
        }
        if (probe->skeleton == word->skeleton) {
            return AGREE_SOUND;
        }
    }
    if (nicknames_share(probe->classes, word->classes)) {
        return AGREE_NICKNAME;
    }
    if (!is_same_script && probe->consonants == word->consonants) {
        int max = (int)(probe->len < word->len ? word->len : probe->len) / 3;
        bool is_near = translit_pattern_distance(&probe->pattern, text, word->len, max) <= max;
        return is_near ? AGREE_SOUND : AGREE_SCRIPT;
    }
    return edit_agreement(probe, text, word->len);
}

double score_writing(const struct probe *probe, const struct word *word, enum agreement agreement,
                     bool is_other)
{
    bool is_mixed = is_other != probe->is_transliterated;
    double m = is_mixed ? writing[agreement].other_script : writing[agreement].same_script;
    double edits = EDITS_PER_LETTER * word->len;
    switch (agreement) {
    case AGREE_NOT:
    case AGREE_EXACT:
    case AGREE_MARKS:
    case AGREE_SOUND:
    case AGREE_SCRIPT:
    case AGREE_PREFIX:
    case AGREE_INITIAL: return m;
    case AGREE_NICKNAME: /* Larry is more often Lawrence than Laurent */
        return nicknames_share(probe->classes, word->classes) > 1 ? 2 * m : m;
    case AGREE_EDIT1: return m / edits;
    case AGREE_EDIT2: return m / (edits * edits / 2);
    }
    return m;
}

static double initial_weight(const struct resolve_index *index, char letter)
{
    double all = 1;
    for (int i = 0; i < 26; i++) {
        all += index->initials[i];
    }
    double share = letter >= 'a' && letter <= 'z' ? index->initials[letter - 'a'] / all : 0;
    return log(.6 / (share + .03));
}

static double pair_weight(const struct resolve_index *index, const struct probe *probe,
                          const struct word *word, enum agreement agreement, bool is_other)
{
    if (agreement == AGREE_INITIAL || probe->is_initial) {
        return initial_weight(index, probe->text[0]);
    }
    double m = score_writing(probe, word, agreement, is_other);
    double u = fmax(probe->population, m * score_frequency(index, word));
    return log(m / u);
}

/* --- whole names --- */

static int by_weight(const void *a, const void *b)
{
    const struct pairing *x = a;
    const struct pairing *y = b;
    if (x->weight != y->weight) {
        return x->weight > y->weight ? -1 : 1;
    }
    int slant_x = abs((int)x->mention - (int)x->token);
    int slant_y = abs((int)y->mention - (int)y->token);
    return slant_x != slant_y ? slant_x - slant_y : (int)x->mention - (int)y->mention;
}

/* Which word stands for which: the heaviest pair first. */
static void pair_up(const struct resolve_index *index, const struct reading *mention,
                    const struct form *form, struct comparison *ret)
{
    struct pairing all[NAME_TOKENS * NAME_TOKENS];
    int n_all = 0;
    for (int i = 0; i < mention->n; i++) {
        for (int j = 0; j < form->n; j++) {
            uint32_t token = index->tokens[form->first + (uint32_t)j];
            uint32_t number = TOKEN_WORD(token);
            bool is_other = (token & TOKEN_OTHER) != 0;
            const struct word *word = &index->words[number];
            enum agreement agreement = score_agreement(&mention->probes[i], word,
                                                       index_word_text(index, number), is_other);
            if (agreement == AGREE_NOT) {
                continue;
            }
            double weight = pair_weight(index, &mention->probes[i], word, agreement, is_other);
            all[n_all++] = (struct pairing){(uint8_t)i, (uint8_t)j, agreement, weight};
        }
    }
    qsort(all, (size_t)n_all, sizeof all[0], by_weight);
    unsigned mentions = 0;
    unsigned tokens = 0;
    for (int k = 0; k < n_all; k++) {
        if ((mentions >> all[k].mention & 1) != 0 || (tokens >> all[k].token & 1) != 0) {
            continue;
        }
        mentions |= 1U << all[k].mention;
        tokens |= 1U << all[k].token;
        ret->pairs[ret->n_pairs++] = all[k];
        ret->weight += all[k].weight;
        ret->n_strong +=
            all[k].agreement != AGREE_INITIAL && !mention->probes[all[k].mention].is_initial;
        ret->n_fuzzy += all[k].agreement == AGREE_EDIT1 || all[k].agreement == AGREE_EDIT2;
        ret->n_fuzzy += all[k].agreement == AGREE_PREFIX ? 2 : 0;
        ret->n_exact += all[k].agreement <= AGREE_SOUND;
    }
}

static void weigh_rest(const struct resolve_index *index, const struct reading *mention,
                       const struct form *form, struct comparison *ret)
{
    unsigned mentions = 0;
    unsigned tokens = 0;
    for (int k = 0; k < ret->n_pairs; k++) {
        mentions |= 1U << ret->pairs[k].mention;
        tokens |= 1U << ret->pairs[k].token;
    }
    int full[2] = {0, 0};
    int initials[2] = {0, 0};
    for (int i = 0; i < mention->n; i++) {
        if ((mentions >> i & 1) == 0) {
            (mention->probes[i].is_initial ? initials : full)[0]++;
            ret->is_edge_extra |= !mention->probes[i].is_initial && (i == 0 || i == mention->n - 1);
        }
    }
    for (int j = 0; j < form->n; j++) {
        if ((tokens >> j & 1) == 0) {
            bool is_initial = (index->tokens[form->first + (uint32_t)j] & TOKEN_INITIAL) != 0;
            (is_initial ? initials : full)[1]++;
            ret->is_edge_extra |= !is_initial && (j == 0 || j == form->n - 1);
        }
    }
    int n_full = full[0] < full[1] ? full[0] : full[1];
    full[0] -= n_full;
    full[1] -= n_full;
    ret->n_extra = full[0] + full[1];
    int left[2] = {full[0] + initials[0], full[1] + initials[1]};
    int n_initial = left[0] < left[1] ? left[0] : left[1];
    ret->n_conflicts = n_full + n_initial;
    ret->weight += n_full * CONFLICT_FULL + n_initial * CONFLICT_INITIAL;
    if (n_initial > 0) {
        return;
    }
    ret->weight += full[0] * EXTRA_MENTION + full[1] * EXTRA_RECORD +
                   (initials[0] + initials[1]) * EXTRA_INITIAL;
}

static void weigh_order(const struct reading *mention, const struct form *form,
                        struct comparison *ret)
{
    for (int a = 0; a < ret->n_pairs && !ret->is_swapped; a++) {
        for (int b = a + 1; b < ret->n_pairs; b++) {
            int before = (int)ret->pairs[a].mention - (int)ret->pairs[b].mention;
            int after = (int)ret->pairs[a].token - (int)ret->pairs[b].token;
            ret->is_swapped |= before * after < 0;
        }
    }
    if (!ret->is_swapped) {
        return;
    }
    bool all_given = true;
    for (int i = 0; i < mention->n; i++) {
        all_given &= mention->probes[i].is_initial || mention->probes[i].classes->is_given;
    }
    if (mention->is_order_known && form->is_order_known) {
        ret->weight += SWAPPED_KNOWN;
    } else if (all_given && !mention->is_order_known && !form->is_order_known) {
        ret->weight += SWAPPED_GIVENS;
    } else {
        ret->weight += SWAPPED;
    }
}

/* Among names of another script than the mention's, a word is as common as it is among these. */
static void weigh_script(const struct resolve_index *index, const struct reading *mention,
                         const struct form *form, struct comparison *ret)
{
    if (mention->is_other_script == form->is_other_script) {
        return;
    }
    double n = form->is_other_script ? (double)index->n_other_forms
                                     : (double)(index->n_forms - index->n_other_forms);
    double share = (n + 1) / ((double)index->n_forms + 1);
    ret->weight += ret->n_pairs * log(fmax(share, OTHER_SCRIPT_LEAST));
}

void score_compare(const struct resolve_index *index, const struct reading *mention,
                   const struct form *form, struct comparison *ret)
{
    *ret = (struct comparison){0};
    pair_up(index, mention, form, ret);
    weigh_rest(index, mention, form, ret);
    weigh_order(mention, form, ret);
    weigh_script(index, mention, form, ret);
}
