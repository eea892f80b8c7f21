/*
 * Words of a note behind a name that is no affiliation: "(remote)", "(she/her)", "(lead)". Sorted
 * by byte; to add one, put it in its place. Included by note.c alone.
 */
/* clang-format off */
static const struct word_row note_words[] = {
    {"also", NOTE_STATUS}, {"and", NOTE_STATUS}, {"attending", NOTE_STATUS}, {"chair", NOTE_LEAD},
    {"co-chair", NOTE_LEAD}, {"co-lead", NOTE_LEAD}, {"co-organiser", NOTE_LEAD},
    {"co-organizer", NOTE_LEAD}, {"colead", NOTE_LEAD}, {"confirmed", NOTE_STATUS},
    {"contact", NOTE_LEAD}, {"he", NOTE_STATUS}, {"her", NOTE_STATUS}, {"him", NOTE_STATUS},
    {"hopefully", NOTE_OPTIONAL}, {"host", NOTE_LEAD}, {"if", NOTE_OPTIONAL}, {"in", NOTE_STATUS},
    {"in-person", NOTE_STATUS}, {"independent", NOTE_STATUS}, {"invited", NOTE_STATUS},
    {"key", NOTE_STATUS}, {"lead", NOTE_LEAD}, {"leader", NOTE_LEAD}, {"leads", NOTE_LEAD},
    {"likely", NOTE_STATUS}, {"maybe", NOTE_STATUS}, {"mc", NOTE_STATUS}, {"me", NOTE_STATUS},
    {"microconference", NOTE_STATUS}, {"moderator", NOTE_LEAD}, {"myself", NOTE_STATUS},
    {"new", NOTE_STATUS}, {"no", NOTE_STATUS}, {"online", NOTE_STATUS}, {"optional", NOTE_OPTIONAL},
    {"organiser", NOTE_LEAD}, {"organizer", NOTE_LEAD}, {"person", NOTE_STATUS},
    {"possible", NOTE_OPTIONAL}, {"primary", NOTE_STATUS}, {"remote", NOTE_STATUS},
    {"remotely", NOTE_STATUS}, {"required", NOTE_STATUS}, {"retired", NOTE_STATUS},
    {"runner", NOTE_LEAD}, {"session", NOTE_STATUS}, {"she", NOTE_STATUS}, {"speaker", NOTE_STATUS},
    {"tbc", NOTE_STATUS}, {"tbd", NOTE_STATUS}, {"tentative", NOTE_STATUS}, {"the", NOTE_STATUS},
    {"them", NOTE_STATUS}, {"they", NOTE_STATUS}, {"unconfirmed", NOTE_STATUS},
    {"virtual", NOTE_STATUS}, {"virtually", NOTE_STATUS}, {"yes", NOTE_STATUS},
};
/* clang-format on */
