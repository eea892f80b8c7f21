#include "core/text/tables.h"

#include "base/strmap.h"
#include "core/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <libstemmer.h>

const struct text_language_row text_languages[] = {
    {"en", "eng", "english", "english"},     {"de", "deu", "german", "german"},
    {"fr", "fra", "french", "french"},       {"es", "spa", "spanish", "spanish"},
    {"it", "ita", "italian", "italian"},     {"pt", "por", "portuguese", "portuguese"},
    {"nl", "nld", "dutch", "dutch"},         {"sv", "swe", "swedish", "swedish"},
    {"da", "dan", "danish", "danish"},       {"nb", "nob", "norwegian", "norwegian"},
    {"no", "nor", "norwegian", "norwegian"}, {"fi", "fin", "finnish", "finnish"},
    {"hu", "hun", "hungarian", "hungarian"}, {"ro", "ron", "romanian", "romanian"},
    {"ru", "rus", "russian", "russian"},     {"tr", "tur", "turkish", "turkish"},
    {"ar", "ara", "arabic", "arabic"},       {0},
};

const struct text_abbreviation text_abbreviations[] = {
    {"admin", "administration"},
    {"ai", "artificial intelligence"},
    {"alloc", "allocator"},
    {"api", "application programming interface"},
    {"arch", "architecture"},
    {"async", "asynchronous"},
    {"auth", "authentication"},
    {"cfg", "configuration"},
    {"ci", "continuous integration"},
    {"config", "configuration"},
    {"cpu", "processor"},
    {"crypto", "cryptography"},
    {"db", "database"},
    {"dev", "development"},
    {"distro", "distribution"},
    {"docs", "documentation"},
    {"fs", "file system"},
    {"filesystem", "file system"},
    {"gc", "garbage collection"},
    {"gpu", "graphics processing unit"},
    {"hw", "hardware"},
    {"io", "input output"},
    {"irq", "interrupt"},
    {"jit", "just in time"},
    {"k8s", "kubernetes"},
    {"lang", "language"},
    {"llm", "large language model"},
    {"mem", "memory"},
    {"ml", "machine learning"},
    {"mm", "memory management"},
    {"net", "network"},
    {"nlp", "natural language processing"},
    {"os", "operating system"},
    {"pcie", "pci"},
    {"pcie", "pci express"},
    {"perf", "performance"},
    {"pm", "power management"},
    {"repo", "repository"},
    {"rt", "real time"},
    {"sched", "scheduler"},
    {"sec", "security"},
    {"spec", "specification"},
    {"sw", "software"},
    {"sync", "synchronization"},
    {"sysadmin", "system administration"},
    {"ui", "user interface"},
    {"virt", "virtualization"},
    {"virtualisation", "virtualization"},
    {"vm", "virtual machine"},
    {0},
};

/* In one string, blank-separated: easier to read and to add to than a column of literals. */
static const char stop_words[] =
    "a about above after again against all also am an and any anything are aren as at be because "
    "been before being below between both but by can cannot could couldn did didn do does doesn "
    "doing don done down during each either else etc eg ever every everything few for from further "
    "get gets give given go going got had hadn has hasn have haven having he her here hers herself "
    "him himself his how however i ie if im in including instead into is isn it its itself ive "
    "just "
    "let lets like ll made make makes making many may me might more most much must my myself need "
    "needs neither no nor not now of off often on once one ones only onto or other others "
    "otherwise "
    "our ours ourselves out over own per rather re same several shall she should shouldn since so "
    "some something such than that thats the their theirs them themselves then there therefore "
    "these they this those though through thus to together too toward towards two under until up "
    "upon us use used uses using various ve very via want wants was wasn way we well were weren "
    "what when where whether which while who whom whose why will with within without won would "
    "wouldn yet you your yours yourself yourselves "
    "interest interests interested interesting love enjoy curious discuss discussed discussion "
    "discussions talk talks session sessions microconference microconferences miniconf topic "
    "topics "
    "attend attendee attendees presentation care cares maintain maintains maintainer maintainers "
    "work "
    "works working hear hearing living lot lots thing things bit mostly mainly currently hobby job "
    "small "
    "big new people day days good best";

/* Words of everyday English that are rare enough in a small programme to look like its topics. None
 * that names one at a technical conference: not time, real, free, open, hard, light or power. */
static const char common_words[] =
    "able across actual actually add adding added ago ahead almost alone along already always "
    "amount "
    "answer answers anybody anyone around ask asking away back bad bear begin beginning behind "
    "believe "
    "beyond bottom break bring bringing broken build call called care case cases cause certain "
    "change "
    "changed changes changing child choice choose clean clear close closer code come comes coming "
    "common "
    "complete completely cost costs course cover cut daily deal decade decide deep detail details "
    "die "
    "different difference difficult early easily easier easy effort else end ends enough entire "
    "especially "
    "everybody everyone exactly example examples expect explain extra eye face fact fail fails far "
    "fast "
    "feel felt fewer fill final finally find finding fine first fit five fix fixes fixing follow "
    "found four "
    "friend front full fun general gets gone great half hand hands handy happen happens hardly "
    "head "
    "help helped helping helps hold home hour hours house huge hundred idea ideas important "
    "improve "
    "improving inside interesting isnt join keep keeping keeps kept kind know knowing known large "
    "last lately "
    "later lead least leave leaves left less lesson lessons let level life like line little long "
    "longer look "
    "looked looking looks lose loss main man matter matters maybe mean means meet middle million "
    "mind minute "
    "miss month months morning move moved moves moving name named near nearly next nice night none "
    "normal note "
    "nothing number numbers old older ought pay perhaps pick picks piece pieces pile place places "
    "plan plans "
    "play point points possible present pretty previous problem problems put question questions "
    "quick quickly "
    "quite reach ready really reason reasons recent recently right room rule run runs running said "
    "save saves say "
    "says second see seem seen send set several share short show shows side similar simple simply "
    "sit size slow "
    "slowly someone sometimes soon sort spend stand start started starting state stay step steps "
    "still stop story "
    "strong stuff suit suits sure take taken takes taking talk teach tell tells ten term thank "
    "thanks thousand three "
    "today together told tomorrow took top total tried tries true truth try trying turn turns "
    "twice "
    "two types "
    "understand usual usually view wait walk wanted watch week weeks whole wide wish wonder word "
    "words world worth "
    "write writes writing written wrong year years yesterday young";

/* What joins the words around it into one phrase. */
static const char link_words[] =
    "of for in on with and or the a an by via from between under per over "
    "without within against across after before";

/* Verbs that abstracts are written with, where they are seldom nouns. Those that are stop words
 * divide anyhow. */
static const char verbs[] =
    "accept accepts agrees alive cost costs disagree disagrees add adds agree allow allows appear "
    "appears arrive arrived ask asks avoid "
    "avoids become becomes began begin begins belong belongs bring brings broke came carries come "
    "comes consider contain contains cover covers create creates decide decides define defines "
    "deliver delivers demonstrate demonstrates depend depends describe describes discover "
    "eliminate enable enables end ends ensure ensures examine expect expects explain explains "
    "explore explores expose exposes fail fails fight fights find finds follow follows found gain "
    "gains go goes grew grow grows happen happens help helps hide hides improve improves include "
    "includes insist integrate introduce introduces involve involves join keep keeps know knows "
    "lack lacks learn leave leaves list lose loses made maintain make makes matter matters mean "
    "means meet meets moves need needs occur offer offers perform performs pick picks prefer "
    "present presents prevent prevents promise promises propose proposes prove provide provides "
    "pull pulls push pushes put puts read reads receive reduce reduces rely relies remain remains "
    "remove removes replace replaces require requires reveal saves say says see seem seems serve "
    "serves settle settling share shares show showcase shows sit solve solves start starts stay "
    "stays stop stops struggle suit suits take takes talk talks tell tells try tries turn turns "
    "understand wait waits walk want wants went work works write writes";

static bool is_listed(const char *list, struct strmap *map, const char *fold)
{
    static struct arena *arena; /* lives as long as the process: constants in another shape */
    if (map->n == 0) {
        arena = arena == NULL ? arena_new() : arena;
        char *words = arena_strdup(arena, list);
        char *rest = NULL;
        for (char *w = strtok_r(words, " ", &rest); w != NULL; w = strtok_r(NULL, " ", &rest)) {
            (void)strmap_at(map, arena, w, 1, NULL); /* only its being there counts */
        }
    }
    return strmap_find(map, fold) != NULL;
}

bool text_is_stop(const char *fold)
{
    static struct strmap map;
    return is_listed(stop_words, &map, fold);
}

bool text_is_common(const char *fold)
{
    static struct strmap map;
    return is_listed(common_words, &map, fold);
}

enum text_grammar text_grammar(const char *fold)
{
    static struct strmap link_map;
    static struct strmap verb_map;
    if (is_listed(link_words, &link_map, fold)) {
        return TEXT_LINK;
    }
    if (is_listed(verbs, &verb_map, fold)) {
        return TEXT_VERB;
    }
    return text_is_common(fold) ? TEXT_EVERYDAY : TEXT_TOPIC;
}

#define N_LANGUAGES ((int)(sizeof text_languages / sizeof text_languages[0]) - 1)

struct text_stemmers {
    struct sb_stemmer *by_language[sizeof text_languages / sizeof text_languages[0]];
    char buf[TEXT_WORD_MAX + 1];
};

struct text_stemmers *text_stemmers_new(void)
{
    struct text_stemmers *stemmers = calloc(1, sizeof *stemmers);
    if (stemmers == NULL) {
        abort();
    }
    return stemmers;
}

void text_stemmers_free(struct text_stemmers *stemmers)
{
    if (stemmers == NULL) {
        return;
    }
    for (int i = 0; i < N_LANGUAGES; i++) {
        if (stemmers->by_language[i] != NULL) {
            sb_stemmer_delete(stemmers->by_language[i]);
        }
    }
    free(stemmers);
}

int text_n_languages(void)
{
    return N_LANGUAGES;
}

int text_language(const char *name)
{
    size_t n = strcspn(name, "-_ ");
    for (int i = 0; i < N_LANGUAGES && n > 0; i++) {
        const struct text_language_row *row = &text_languages[i];
        const char *forms[] = {row->code, row->code3, row->name};
        for (size_t f = 0; f < 3; f++) {
            if (strlen(forms[f]) == n && strncasecmp(forms[f], name, n) == 0) {
                return i;
            }
        }
    }
    return 0;
}

const char *text_stem(struct text_stemmers *stemmers, int language, const char *fold)
{
    size_t len = strlen(fold);
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)fold[i];
        if (c < 0x80 && !islower(c)) {
            return fold;
        }
    }
    struct sb_stemmer **stemmer = &stemmers->by_language[language];
    if (*stemmer == NULL) {
        *stemmer = sb_stemmer_new(text_languages[language].algorithm, "UTF_8");
    }
    if (*stemmer == NULL || len > TEXT_WORD_MAX) {
        return fold;
    }
    const sb_symbol *stem = sb_stemmer_stem(*stemmer, (const sb_symbol *)fold, (int)len);
    int n = sb_stemmer_length(*stemmer);
    if (stem == NULL || n <= 0 || n > TEXT_WORD_MAX) {
        return fold;
    }
    memcpy(stemmers->buf, stem, (size_t)n);
    stemmers->buf[n] = '\0';
    return stemmers->buf;
}
