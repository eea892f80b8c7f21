#include "core/resolve/search.h"

#define POSTINGS_MAX     6000 /* forms that one reading of a name looks at before it is satisfied */
#define SETTLE_FORMS     2    /* and so many to see whether the name is there word for word */
#define WORTH_MIN        5    /* forms that are compared however far behind the best they are */
#define WORTH_SHARE      0.5F
#define LETTER_BONUS     0.3F
#define LETTER_BONUS_MAX (LETTER_BONUS * NAME_TOKENS)
/* A word with more postings than this only raises the forms that rarer words have found. */
#define COMMON_POSTINGS 200
#define VERIFY_MAX      16 /* forms that are compared in full */

/* Words of the vocabulary that agree with a word of the mention. */
struct agreeing {
    uint32_t word;
    enum agreement agreement;
};

#define AGREEING_MAX 256
#define AHEAD        8  /* entries that memory is asked for before they are read */
#define DELETIONS    40 /* of the first eight letters, up to two left out */

struct group {
    struct agreeing items[AGREEING_MAX];
    int n;
    size_t n_postings;
};

/* Without the instruction for it, which not every processor has. */
static int n_bits(uint32_t x)
{
    x -= x >> 1 & 0x55555555U;
    x = (x & 0x33333333U) + (x >> 2 & 0x33333333U);
    x = (x + (x >> 4)) & 0x0F0F0F0FU;
    return (int)(x * 0x01010101U >> 24);
}

/* Each edit changes two letters at most: what has more that are different cannot be near. Nothing
 * is said of words that agree in another way. */
static bool is_far(const struct probe *probe, const struct word *word)
{
    return probe->skeleton != word->skeleton && probe->consonants != word->consonants &&
           n_bits(probe->letters ^ word->letters) > 4 &&
           (probe->classes->n == 0 || word->classes->n == 0);
}

static void group_add(const struct resolve_index *index, struct group *group, struct probe *probe,
                      uint32_t number)
{
    if (group->n >= AGREEING_MAX) {
        return;
    }
    for (int i = 0; i < group->n; i++) {
        if (group->items[i].word == number) {
            return;
        }
    }
    const struct word *word = &index->words[number];
    int gap = (int)word->len - (int)probe->len;
    if (is_far(probe, word)) {
        return;
    }
    enum agreement agreement =
        score_agreement(probe, word, index_word_text(index, number), word->is_transliterated);
    if (agreement == AGREE_NOT || agreement == AGREE_INITIAL ||
        ((gap > 2 || gap < -2) && agreement == AGREE_PREFIX)) {
        return;
    }
    group->items[group->n++] = (struct agreeing){number, agreement};
    group->n_postings += word->forms.n;
    probe->population += score_writing(probe, word, agreement, word->is_transliterated) *
                         score_frequency(index, word);
}

struct key_search {
    const struct resolve_index *index;
    uint32_t hashes[DELETIONS];
    int n;
};

static void note_key(void *context, uint32_t hash)
{
    struct key_search *search = context;
    if (search->n < DELETIONS) {
        search->hashes[search->n++] = hash;
        index_prefetch_key(search->index, hash);
    }
}

static void add_words(const struct resolve_index *index, struct group *group, struct probe *probe,
                      struct u32s *words)
{
    for (uint32_t i = 0; i < words->n; i++) {
        if (i + AHEAD < words->n) {
            __builtin_prefetch(&index->words[words->items[i + AHEAD]]);
        }
        group_add(index, group, probe, words->items[i]);
    }
    words->n = 0;
}

/* Words that agree in full, by sound, as nicknames, across scripts. */
static void find_close(struct resolve_index *index, struct probe *probe, struct group *group)
{
    if (probe->is_initial) {
        return;
    }
    if (probe->word >= 0) {
        group_add(index, group, probe, (uint32_t)probe->word);
    }
    struct u32s *words = &index->touched;
    words->n = 0;
    index_words_with_key(index, probe->skeleton, words);
    index_words_with_key(index, probe->consonants, words);
    add_words(index, group, probe, words);
    for (int i = 0; i < probe->classes->n; i++) {
        const struct u32s *members = &index->classes[probe->classes->classes[i]];
        for (uint32_t k = 0; k < members->n; k++) {
            group_add(index, group, probe, members->items[k]);
        }
    }
}

/* Words one or two edits away. */
static void find_fuzzy(struct resolve_index *index, struct probe *probe, struct group *group)
{
    if (probe->is_initial || probe->len < FUZZY1_MIN) {
        return;
    }
    struct u32s *words = &index->touched;
    words->n = 0;
    struct key_search search = {.index = index};
    index_deletions(probe->text, probe->len, probe->len >= FUZZY2_MIN ? 2 : 1, note_key, &search);
    for (int i = 0; i < search.n; i++) {
        index_words_with_key(index, search.hashes[i], words);
    }
    add_words(index, group, probe, words);
}

/* --- forms --- */

static float group_weight(const struct resolve_index *index, const struct agreeing *agreeing)
{
    static const float factor[AGREEMENTS] = {
        [AGREE_EXACT] = 1.0F, [AGREE_MARKS] = .95F, [AGREE_SOUND] = .9F, [AGREE_NICKNAME] = .8F,
        [AGREE_SCRIPT] = .8F, [AGREE_PREFIX] = .5F, [AGREE_EDIT1] = .7F, [AGREE_EDIT2] = .45F};
    uint32_t n = index->words[agreeing->word].forms.n;
    float idf = 1.0F; /* about ln(N / n), without calling log() for each word */
    for (size_t rest = index->n_forms / (n + 1); rest > 1; rest >>= 1) {
        idf += .7F;
    }
    return factor[agreeing->agreement] * idf;
}

static void add_postings(struct resolve_index *index, const struct group *group, size_t *budget)
{
    struct u32s *touched = &index->touched;
    for (int i = 0; i<group->n && * budget> 0; i++) {
        const struct u32s *forms = &index->words[group->items[i].word].forms;
        float weight = group_weight(index, &group->items[i]);
        uint32_t n = forms->n < *budget ? forms->n : (uint32_t)*budget;
        for (uint32_t k = 0; k < n; k++) {
            uint32_t form = forms->items[k];
            if (index->scores[form] == 0) {
                u32s_add(touched, form);
            }
            index->scores[form] += weight;
        }
        *budget -= n;
    }
}

static void prefetch_form(const struct resolve_index *index, uint32_t i)
{
    if (i < index->touched.n) {
        __builtin_prefetch(&index->forms[index->touched.items[i]]);
        if (i >= AHEAD / 2) { /* that one has come by now: its words */
            uint32_t near = index->touched.items[i - AHEAD / 2];
            __builtin_prefetch(&index->tokens[index->forms[near].first]);
        }
    }
}

/* As add_postings() for the forms that are touched already: cheaper when the group's words are
 * common. */
static void raise_touched(struct resolve_index *index, const struct group *group)
{
    for (int g = 0; g < group->n; g++) {
        index->marks[group->items[g].word] = group_weight(index, &group->items[g]);
    }
    for (uint32_t i = 0; i < index->touched.n; i++) {
        const struct form *form = &index->forms[index->touched.items[i]];
        prefetch_form(index, i + AHEAD);
        for (uint32_t k = 0; k < form->n; k++) {
            index->scores[index->touched.items[i]] +=
                index->marks[TOKEN_WORD(index->tokens[form->first + k])];
        }
    }
    for (int g = 0; g < group->n; g++) {
        index->marks[group->items[g].word] = 0;
    }
}

/* The best VERIFY_MAX of the touched forms, best first, without those that are far behind; forgets
 * all scores. Among equals, words that start with the same letters (initials, worse typing errors)
 * come first. Returns how many. */
static uint32_t best_forms(struct resolve_index *index, uint32_t letters, uint32_t twice,
                           uint32_t *ret)
{
    struct u32s *touched = &index->touched;
    float best[VERIFY_MAX];
    uint32_t n = 0;
    bool is_choice = touched->n > VERIFY_MAX;
    for (uint32_t i = 0; i < touched->n; i++) {
        uint32_t form = touched->items[i];
        float score = index->scores[form];
        index->scores[form] = 0;
        if (n == VERIFY_MAX && score + LETTER_BONUS_MAX <= best[n - 1]) {
            continue;
        }
        if (is_choice) {
            const struct form *held = &index->forms[form];
            score += LETTER_BONUS *
                     (float)(n_bits(letters & held->letters) + n_bits(twice & held->letters_twice));
        }
        if (n == VERIFY_MAX && score <= best[n - 1]) {
            continue;
        }
        uint32_t at = n < VERIFY_MAX ? n++ : n - 1;
        for (; at > 0 && best[at - 1] < score; at--) {
            best[at] = best[at - 1];
            ret[at] = ret[at - 1];
        }
        best[at] = score;
        ret[at] = form;
    }
    uint32_t n_worth = n < WORTH_MIN ? n : WORTH_MIN;
    while (n_worth < n && best[n_worth] >= WORTH_SHARE * best[0]) {
        n_worth++;
    }
    return n_worth;
}

struct found *search_add_record(struct search *search, uint32_t record)
{
    struct found *weakest = NULL;
    for (int i = 0; i < search->n_found; i++) {
        struct found *found = &search->found[i];
        if (found->record == record) {
            return found;
        }
        if (!found->is_address &&
            (weakest == NULL || found->names.weight < weakest->names.weight)) {
            weakest = found;
        }
    }
    struct found *ret = search->n_found < FOUND_MAX ? &search->found[search->n_found++] : weakest;
    if (ret != NULL) {
        *ret = (struct found){.record = record, .names = {.weight = -1e9}};
    }
    return ret;
}

static void note_form(struct resolve_index *index, struct search *search,
                      const struct reading *reading, uint32_t number)
{
    const struct form *form = &index->forms[number];
    struct comparison comparison;
    score_compare(index, reading, form, &comparison);
    if (comparison.n_pairs == 0) {
        return;
    }
    struct found *found = search_add_record(search, form->record);
    if (found != NULL && comparison.weight > found->names.weight) {
        found->names = comparison;
        found->reading = reading;
        found->form = number;
    }
}

/* Forms through the groups with the fewest postings first; common words only raise what rarer ones
 * found. Returns how many are worth comparing, best first, in ret. */
static uint32_t find_forms(struct resolve_index *index, const struct reading *reading,
                           const struct group *groups, uint32_t *ret)
{
    int order[NAME_TOKENS];
    for (int i = 0; i < reading->n; i++) {
        int at = i;
        for (; at > 0 && groups[order[at - 1]].n_postings > groups[i].n_postings; at--) {
            order[at] = order[at - 1];
        }
        order[at] = i;
    }
    index->touched.n = 0;
    size_t budget = POSTINGS_MAX;
    for (int i = 0; i < reading->n; i++) {
        const struct group *group = &groups[order[i]];
        if (index->touched.n == 0 || group->n_postings <= COMMON_POSTINGS) {
            add_postings(index, group, &budget);
        } else if (index->touched.n > VERIFY_MAX) { /* else all are compared anyway */
            raise_touched(index, group);
        }
    }
    uint32_t letters = 0;
    uint32_t twice = 0;
    for (int i = 0; i < reading->n; i++) {
        char first = reading->probes[i].text[0];
        uint32_t letter = first >= 'a' && first <= 'z' ? 1U << (first - 'a') : 0;
        twice |= letters & letter;
        letters |= letter;
    }
    return best_forms(index, letters, twice, ret);
}

static void note_forms(struct resolve_index *index, struct search *search,
                       const struct reading *reading, const uint32_t *forms, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        note_form(index, search, reading, forms[i]);
    }
}

/* What was found for a reading before all that agrees with it was counted. */
static void forget_reading(struct search *search, const struct reading *reading)
{
    int n = 0;
    for (int i = 0; i < search->n_found; i++) {
        if (search->found[i].reading != reading) {
            search->found[n++] = search->found[i];
        }
    }
    search->n_found = n;
}

/* Does some record fit this reading word for word? Then no typing errors need be thought of. */
static bool is_settled(const struct search *search, const struct reading *reading)
{
    for (int i = 0; i < search->n_found; i++) {
        const struct found *found = &search->found[i];
        if (found->reading == reading && found->names.n_conflicts == 0 &&
            found->names.n_exact >= 2 && found->names.n_exact == reading->n) {
            return true;
        }
    }
    return false;
}

static void search_reading(struct resolve_index *index, struct search *search,
                           struct reading *reading)
{
    static struct group groups[NAME_TOKENS]; /* large; one thread */
    for (int i = 0; i < reading->n; i++) {
        groups[i].n = 0;
        groups[i].n_postings = 0;
        find_close(index, &reading->probes[i], &groups[i]);
    }
    bool is_all_known = true;
    for (int i = 0; i < reading->n; i++) {
        is_all_known &= groups[i].n > 0 || reading->probes[i].is_initial;
    }
    uint32_t forms[VERIFY_MAX];
    if (is_all_known) {
        uint32_t n = find_forms(index, reading, groups, forms);
        uint32_t first = n < SETTLE_FORMS ? n : SETTLE_FORMS;
        note_forms(index, search, reading, forms, first);
        if (is_settled(search, reading)) {
            note_forms(index, search, reading, forms + first, n - first);
            return;
        }
        forget_reading(search, reading);
    }
    for (int i = 0; i < reading->n; i++) {
        find_fuzzy(index, &reading->probes[i], &groups[i]);
    }
    note_forms(index, search, reading, forms, find_forms(index, reading, groups, forms));
}

void search_names(struct resolve_index *index, const char *name, struct search *ret)
{
    ret->n_found = 0;
    search_read(index, name, ret);
    for (int i = 0; i < ret->n_readings; i++) {
        search_reading(index, ret, &ret->readings[i]);
    }
}
