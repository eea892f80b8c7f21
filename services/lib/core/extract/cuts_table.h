/*
 * Words and signs between the people of a list and around them. The first that fits is taken, so a
 * longer one stands before its beginning. Included by cut.c alone.
 */
/* clang-format off */
/* part people from one another; blanks stand around them */
static const char *const separators[] = {
    "and/or", "and", "&", "or", "plus", "as well as", "along with", "together with", "und", "et",
    "/", "|",
};

/* at the end of a list or a name */
static const char *const tails[] = {
    " +1", "...", "…", ";", ",", ":", "etc.", " etc", " et al.", " -", "!", "?", "\"", "“", "”",
    " –", " —", "*", "\\",
};

/* before a name */
static const char *const leads[] = {
    "and", "or", "maybe", "possibly", "ideally", "also", "probably", "&", "perhaps", "hopefully",
    "including", "include", "includes", "both", "e.g.", "plus", "potentially", "especially",
    "definitely", "likely", "as well as", "with", "me", "are", "is", "at least", "we need",
    "we want", "we'd like", "we would like", "to have", "we would love", "one of", "some of",
    "namely", "i.e.", "but", "of course", "by", "from:", "our", "+", "moderator:", "lead:", "name:",
    "cc:", "mr", "contact", "either", "like",
};

/* between a name and what belongs to it */
static const char *const dashes[] = {
    "- ", "– ", "— ", "-- ", "--- ", "=> ", "-> ", "= ", "→ ",
};

/* words between a name and what belongs to it */
static const struct {
    const char *word;
    enum cut cut;
} cut_words[] = {
    {"from", CUT_FROM}, {"of", CUT_FROM}, {"at", CUT_FROM}, {"@", CUT_FROM},
    {"representing", CUT_FROM}, {"for", CUT_TOPIC}, {"on", CUT_TOPIC}, {"regarding", CUT_TOPIC},
    {"about", CUT_TOPIC}, {"who", CUT_IGNORE}, {"as", CUT_IGNORE}, {"is", CUT_IGNORE},
    {"will", CUT_IGNORE}, {"to", CUT_IGNORE}, {"via", CUT_IGNORE}, {"in", CUT_IGNORE},
    {"because", CUT_IGNORE}, {"if", CUT_IGNORE}, {"aka", CUT_IGNORE}, {"are", CUT_IGNORE},
    {"would", CUT_IGNORE}, {"with", CUT_IGNORE}, {"has", CUT_IGNORE}, {"should", CUT_IGNORE},
    {"a.k.a.", CUT_IGNORE}, {"have", CUT_IGNORE}, {"can", CUT_IGNORE},
};
/* clang-format on */
