#include "core/resolve_index.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * Weights after Fellegi and Sunter: ln(m/u), where m is how often two writings of one person's
 * name agree so, and u how often those of two different people do. u is counted in the index (the
 * share of names that would agree as well); m was estimated on generated variants and on the
 * kernel's .mailmap (docs/resolution.md).
 */
static const struct {
    double m;
    double floor; /* least u: names that the index has not seen */
} levels[AGREEMENTS] = {
    [AGREE_NOT] = {0, 1},           [AGREE_EXACT] = {.90, 0},     [AGREE_SOUND] = {.04, 2e-5},
    [AGREE_NICKNAME] = {.06, 1e-4}, [AGREE_SCRIPT] = {.40, 2e-4}, [AGREE_PREFIX] = {.012, 1e-3},
    [AGREE_EDIT1] = {.03, 0},       [AGREE_EDIT2] = {.006, 0},    [AGREE_INITIAL] = {.60, 0},
};

/* How often two different names of that length are one or two edits apart. */
static const double edit1_floor[] = {1, 1, 1, 5e-3, 1e-3, 3e-4, 1e-4, 4e-5, 2e-5};
static const double edit2_floor[] = {1, 1, 1, 1, 1, 5e-3, 1e-3, 4e-4, 1.5e-4, 6e-5, 3e-5};

/* Words on both sides that do not agree; a word that one side leaves out. */
#define CONFLICT_FULL    (-6.0)
#define CONFLICT_INITIAL (-4.0)
#define EXTRA_MENTION    (-1.6)
#define EXTRA_RECORD     (-1.2)
#define EXTRA_INITIAL    (-0.3)
#define SWAPPED_KNOWN    (-3.5) /* both orders were certain */
#define SWAPPED_GIVENS   (-4.0) /* "Paul James" and "James Paul" */
#define SWAPPED          (-0.5)

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

void score_probe(const struct resolve_index *index, const struct name_token *token,
                 struct probe *ret)
{
    char key[64];
    *ret = (struct probe){
        .text = token->text,
        .len = token->len,
        .word = index_find_word(index, token->text, token->len),
        .is_initial = token->is_initial,
        .is_transliterated = token->is_transliterated,
        .is_family = token->role == NAME_FAMILY,
    };
    if (ret->word >= 0) {
        const struct word *word = &index->words[ret->word];
        ret->classes = word->classes;
        ret->skeleton = word->skeleton;
        ret->consonants = word->consonants;
        return;
    }
    ret->classes = nicknames_find(token->text);
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
    int max = most >= FUZZY2_MIN && least >= 4 ? 2 : 1;
    int distance = translit_distance(probe->text, probe->len, text, len, max);
    if (distance == 1) {
        return AGREE_EDIT1;
    }
    if (strncmp(probe->text, text, least) == 0) {
        return AGREE_PREFIX;
    }
    return distance <= max ? AGREE_EDIT2 : AGREE_NOT;
}

enum agreement score_agreement(const struct probe *probe, const struct word *word, const char *text)
{
    if (probe->len == word->len && memcmp(probe->text, text, probe->len) == 0) {
        return AGREE_EXACT;
    }
    if (probe->is_initial || word->len == 1) {
        return probe->text[0] == text[0] ? AGREE_INITIAL : AGREE_NOT;
    }
    if (probe->skeleton == word->skeleton) {
        return AGREE_SOUND;
    }
    if (nicknames_share(probe->classes, word->classes)) {
        return AGREE_NICKNAME;
    }
    if ((probe->is_transliterated || word->is_transliterated) &&
        probe->consonants == word->consonants) {
        return AGREE_SCRIPT;
    }
    return edit_agreement(probe, text, word->len);
}

static double edit_floor(const double *floors, size_t n, size_t len)
{
    return floors[len < n ? len : n - 1];
}

static double pair_weight(const struct resolve_index *index, const struct probe *probe,
                          const struct word *word, enum agreement agreement)
{
    double m = levels[agreement].m;
    double frequency = score_frequency(index, word);
    bool both_given = probe->classes->is_given && word->is_given;
    size_t len = probe->len < word->len ? probe->len : word->len;
    switch (agreement) {
    case AGREE_NOT: return 0;
    case AGREE_INITIAL: {
        double all = 1;
        for (int i = 0; i < 26; i++) {
            all += index->initials[i];
        }
        int letter = probe->text[0] - 'a';
        double share = letter >= 0 && letter < 26 ? index->initials[letter] / all : 0;
        return log(m / (share + .03));
    }
    case AGREE_EXACT:
        if (probe->is_initial) {
            return log(levels[AGREE_INITIAL].m / .1);
        }
        return log(m / frequency);
    case AGREE_SOUND:
    case AGREE_NICKNAME:
    case AGREE_SCRIPT:
    case AGREE_PREFIX: break;
    case AGREE_EDIT1:
    case AGREE_EDIT2: {
        const bool is_one = agreement == AGREE_EDIT1;
        double floor = is_one ? edit_floor(edit1_floor, 9, len) : edit_floor(edit2_floor, 11, len);
        m *= both_given ? .1 : probe->word >= 0 ? .3 : 1;
        return log(m / (floor + fmax(probe->mass[agreement], frequency)));
    }
    }
    return log(m / (levels[agreement].floor + fmax(probe->mass[agreement], frequency)));
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
            uint32_t number = TOKEN_WORD(index->tokens[form->first + (uint32_t)j]);
            const struct word *word = &index->words[number];
            enum agreement agreement =
                score_agreement(&mention->probes[i], word, index_word_text(index, number));
            if (agreement == AGREE_NOT) {
                continue;
            }
            double weight = pair_weight(index, &mention->probes[i], word, agreement);
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
        ret->n_exact += all[k].agreement == AGREE_EXACT || all[k].agreement == AGREE_SOUND;
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
        }
    }
    for (int j = 0; j < form->n; j++) {
        if ((tokens >> j & 1) == 0) {
            bool is_initial = (index->tokens[form->first + (uint32_t)j] & TOKEN_INITIAL) != 0;
            (is_initial ? initials : full)[1]++;
        }
    }
    int n_full = full[0] < full[1] ? full[0] : full[1];
    full[0] -= n_full;
    full[1] -= n_full;
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

void score_compare(const struct resolve_index *index, const struct reading *mention,
                   const struct form *form, struct comparison *ret)
{
    *ret = (struct comparison){0};
    pair_up(index, mention, form, ret);
    weigh_rest(index, mention, form, ret);
    weigh_order(mention, form, ret);
}
