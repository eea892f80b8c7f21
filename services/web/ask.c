#include "web/ask.h"

#include <stdlib.h>
#include <string.h>

static bool is_later(int64_t at_us, int64_t than_us)
{
    return at_us >= than_us; /* of two at the same instant the one stored last counts */
}

/* The latest answer of the person on exactly this track and session. */
static struct ask_reply latest_answer(const struct conference *conf, int person, int track,
                                      int session)
{
    struct ask_reply reply = {0};
    int64_t at_us = INT64_MIN;
    for (size_t i = 0; i < conf->answers.n; i++) {
        const struct answer *answer = &conf->answers.items[i];
        if (answer->person == person && answer->track == track && answer->session == session &&
            is_later(answer->at_us, at_us)) {
            at_us = answer->at_us;
            reply =
                (struct ask_reply){true, answer->reply,
                                   answer->reply == REPLY_NOT_BEFORE ? answer->not_before_min : 0};
        }
    }
    return reply;
}

static struct ask_subject *subject_at(const struct conference *conf, struct arena *arena,
                                      struct ask *ask, int track, int session)
{
    for (size_t i = 0; i < ask->subjects.n; i++) {
        struct ask_subject *subject = &ask->subjects.items[i];
        if (subject->track == track && subject->session == session) {
            return subject;
        }
    }
    struct ask_subject *subject = vec_add(arena, &ask->subjects);
    subject->track = track;
    subject->session = session;
    bool is_track = track >= 0;
    long long id = is_track ? conf->tracks.items[track].id : conf->sessions.items[session].id;
    subject->title =
        is_track ? conf->tracks.items[track].title : conf->sessions.items[session].title;
    subject->field = arena_printf(arena, "reply_%c%lld", is_track ? 't' : 's', id);
    subject->time_field = arena_printf(arena, "not_before_%c%lld", is_track ? 't' : 's', id);
    subject->role = "";
    subject->topics = "";
    subject->own = latest_answer(conf, ask->person, track, session);
    return subject;
}

static const char *role_phrase(enum role role)
{
    switch (role) {
    case ROLE_LEAD: return "lead";
    case ROLE_SPEAKER: return "speaker";
    case ROLE_KEY_ATTENDEE: break;
    }
    return "key attendee";
}

/* Leads and key attendees are asked about their track even before it has a time. */
static void add_mention(const struct conference *conf, struct arena *arena, struct ask *ask,
                        const struct mention *mention)
{
    int session = mention->session;
    int track = session >= 0 ? conf->sessions.items[session].track : mention->track;
    if (session >= 0 && !session_is_live(&conf->sessions.items[session])) {
        return; /* a talk that was cancelled asks nobody */
    }
    if (track < 0 && session < 0) {
        return;
    }
    struct ask_subject *subject = subject_at(conf, arena, ask, track, track >= 0 ? -1 : session);
    const char *role = role_phrase(mention->role);
    bool is_only_speaker = strcmp(subject->role, role_phrase(ROLE_SPEAKER)) == 0;
    if (subject->role[0] == '\0' || mention->role == ROLE_LEAD ||
        (is_only_speaker && mention->role == ROLE_KEY_ATTENDEE)) {
        subject->role = role;
    }
    if (mention->topic[0] != '\0' && strstr(subject->topics, mention->topic) == NULL) {
        subject->topics = subject->topics[0] == '\0'
                              ? mention->topic
                              : arena_printf(arena, "%s; %s", subject->topics, mention->topic);
    }
}

static bool is_duty(enum reason reason)
{
    switch (reason) {
    case REASON_LEAD:
    case REASON_SPEAKER:
    case REASON_KEY_ATTENDEE: return true;
    case REASON_STARRED:
    case REASON_MATCH: break;
    }
    return false;
}

static void add_session(const struct conference *conf, struct arena *arena, struct ask *ask,
                        const struct requirement *requirement)
{
    int track = conf->sessions.items[requirement->session].track;
    struct ask_subject *subject =
        subject_at(conf, arena, ask, track, track >= 0 ? -1 : requirement->session);
    *vec_add(arena, &subject->sessions) = requirement->session;
}

static int compare_sessions(const void *a, const void *b, void *arg)
{
    const struct conference *conf = arg;
    const struct session *x = &conf->sessions.items[*(const int *)a];
    const struct session *y = &conf->sessions.items[*(const int *)b];
    if (x->start_us != y->start_us) {
        return x->start_us < y->start_us ? -1 : 1;
    }
    return x->id < y->id ? -1 : x->id > y->id;
}

static int64_t first_start(const struct conference *conf, const struct ask_subject *subject)
{
    return subject->sessions.n == 0 ? INT64_MAX
                                    : conf->sessions.items[subject->sessions.items[0]].start_us;
}

static int compare_subjects(const void *a, const void *b, void *arg)
{
    const struct conference *conf = arg;
    const struct ask_subject *x = a;
    const struct ask_subject *y = b;
    int64_t start_x = first_start(conf, x);
    int64_t start_y = first_start(conf, y);
    if (start_x != start_y) {
        return start_x < start_y ? -1 : 1;
    }
    return strcmp(x->title, y->title);
}

/* A block and what lies in it are one place; everything else at the same time is a question. */
static bool is_question(const struct conference *conf, int a, int b)
{
    const struct session *x = &conf->sessions.items[a];
    const struct session *y = &conf->sessions.items[b];
    return x->parent != b && y->parent != a && session_overlaps(x, y);
}

static bool is_among(const int *sessions, size_t n, int session)
{
    for (size_t i = 0; i < n && session >= 0; i++) {
        if (sessions[i] == session) {
            return true;
        }
    }
    return false;
}

/* Is the question asked already, about the block that one of the two lies in? A choice for a block
 * counts for what is in it. */
static bool is_asked_of_block(const struct conference *conf, const int *sessions, size_t n, int a,
                              int b)
{
    int block_a = conf->sessions.items[a].parent;
    int block_b = conf->sessions.items[b].parent;
    return (is_among(sessions, n, block_a) && is_question(conf, block_a, b)) ||
           (is_among(sessions, n, block_b) && is_question(conf, a, block_b));
}

static int latest_choice(const struct conference *conf, int person, int a, int b)
{
    int chosen = -1;
    int64_t at_us = INT64_MIN;
    for (size_t i = 0; i < conf->choices.n; i++) {
        const struct choice *choice = &conf->choices.items[i];
        bool fits = (choice->session == a && choice->against == b) ||
                    (choice->session == b && choice->against == a);
        if (choice->person == person && fits && is_later(choice->at_us, at_us)) {
            at_us = choice->at_us;
            chosen = choice->session;
        }
    }
    return chosen;
}

static void add_pairs(const struct conference *conf, struct arena *arena, struct ask *ask,
                      const int *sessions, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++) {
            if (!is_question(conf, sessions[i], sessions[j]) ||
                is_asked_of_block(conf, sessions, n, sessions[i], sessions[j])) {
                continue;
            }
            struct ask_pair *pair = vec_add(arena, &ask->pairs);
            pair->session_a = sessions[i];
            pair->session_b = sessions[j];
            pair->chosen = latest_choice(conf, ask->person, sessions[i], sessions[j]);
            pair->field = arena_printf(arena, "choice_%lld_%lld",
                                       (long long)conf->sessions.items[sessions[i]].id,
                                       (long long)conf->sessions.items[sessions[j]].id);
        }
    }
}

static void sort(const struct conference *conf, void *items, size_t n, size_t size,
                 int (*compare)(const void *, const void *, void *))
{
    if (n > 1) {
        qsort_r(items, n, size, compare, (void *)(uintptr_t)conf); /* compare only reads it */
    }
}

void ask_build(const struct conference *conf, const struct requirements *requirements, int person,
               struct arena *arena, struct ask *ret)
{
    *ret = (struct ask){.person = person, .general = latest_answer(conf, person, -1, -1)};
    for (size_t i = 0; i < conf->mentions.n; i++) {
        if (conf->mentions.items[i].person == person) {
            add_mention(conf, arena, ret, &conf->mentions.items[i]);
        }
    }
    VEC(int) sessions = {0};
    for (size_t i = 0; i < requirements->items.n; i++) {
        const struct requirement *requirement = &requirements->items.items[i];
        if (requirement->person == person && is_duty(requirement->reason)) {
            add_session(conf, arena, ret, requirement);
            *vec_add(arena, &sessions) = requirement->session;
        }
    }
    for (size_t i = 0; i < ret->subjects.n; i++) {
        struct ask_subject *subject = &ret->subjects.items[i];
        sort(conf, subject->sessions.items, subject->sessions.n, sizeof(int), compare_sessions);
    }
    sort(conf, ret->subjects.items, ret->subjects.n, sizeof *ret->subjects.items, compare_subjects);
    sort(conf, sessions.items, sessions.n, sizeof(int), compare_sessions);
    add_pairs(conf, arena, ret, sessions.items, sessions.n);
    if (ret->subjects.n == 1) {
        ret->subjects.items[0].field = "reply";
        ret->subjects.items[0].time_field = "not_before";
    }
}

struct ask_reply ask_effective(const struct ask *ask, const struct ask_subject *subject)
{
    return subject->own.is_given ? subject->own : ask->general;
}

static bool same_reply(const struct ask_reply *a, const struct ask_reply *b)
{
    return a->is_given == b->is_given &&
           (!a->is_given || (a->reply == b->reply && a->not_before_min == b->not_before_min));
}

/* Reads one group of radio buttons; "" and "same" are no answer. */
static int read_reply(const struct form *form, const char *field, const char *time_field,
                      struct ask_reply *ret, const char **ret_field)
{
    *ret = (struct ask_reply){0};
    const char *text = form_text(form, field);
    if (text[0] == '\0' || strcmp(text, "same") == 0) {
        return 0;
    }
    int reply = reply_parse(text);
    if (reply < 0) {
        return ASK_UNKNOWN;
    }
    *ret = (struct ask_reply){true, (enum reply)reply, 0};
    if (reply != REPLY_NOT_BEFORE) {
        return 0;
    }
    ret->not_before_min = parse_hhmm(form_text(form, time_field));
    if (ret->not_before_min < 0) {
        *ret_field = time_field;
        return ASK_INCOMPLETE;
    }
    return 0;
}

static void add_answer(const struct ask *ask, struct arena *arena, int track, int session,
                       const struct ask_reply *reply, struct ask_changes *ret)
{
    *vec_add(arena, &ret->answers) = (struct answer){.person = ask->person,
                                                     .track = track,
                                                     .session = session,
                                                     .reply = reply->reply,
                                                     .not_before_min = reply->not_before_min};
}

/* Reads all answers; a subject that should differ from the general answer, or that has an answer
 * of its own already, gets its own row behind the general one, so that it is right whether the
 * reader lets the latest or the most exact answer count. */
static int read_answers(const struct ask *ask, const struct form *form, struct arena *arena,
                        struct ask_changes *ret, bool *ret_any, const char **ret_field)
{
    struct ask_reply general = {0};
    int r = ask->subjects.n == 1 ? 0 : read_reply(form, "reply", "not_before", &general, ret_field);
    if (r != 0) {
        return r;
    }
    *ret_any |= general.is_given;
    bool is_new_general = general.is_given && !same_reply(&general, &ask->general);
    if (is_new_general) {
        add_answer(ask, arena, -1, -1, &general, ret);
    }
    general = general.is_given ? general : ask->general;
    for (size_t i = 0; i < ask->subjects.n; i++) {
        const struct ask_subject *subject = &ask->subjects.items[i];
        struct ask_reply wanted = {0};
        r = read_reply(form, subject->field, subject->time_field, &wanted, ret_field);
        if (r != 0) {
            return r;
        }
        bool is_same = str_equal(form_text(form, subject->field), "same");
        struct ask_reply known = subject->own.is_given ? subject->own : general;
        *ret_any |= wanted.is_given || (is_same && general.is_given);
        if (!wanted.is_given) {
            wanted = is_same ? general : known;
        }
        bool is_overtaken =
            is_new_general && subject->own.is_given && !same_reply(&wanted, &general);
        if (wanted.is_given && (is_overtaken || !same_reply(&wanted, &known))) {
            add_answer(ask, arena, subject->track, subject->session, &wanted, ret);
        }
    }
    return 0;
}

static int read_choice(const struct ask *ask, const struct ask_pair *pair, const struct form *form,
                       struct arena *arena, struct ask_changes *ret, bool *ret_any)
{
    const char *text = form_text(form, pair->field);
    if (text[0] == '\0') {
        return 0;
    }
    /* the field's name ends in both ids: choice_<a>_<b> */
    const char *ids = pair->field + strlen("choice_");
    size_t len_a = strcspn(ids, "_");
    bool is_a = strlen(text) == len_a && strncmp(text, ids, len_a) == 0;
    bool is_b = strcmp(text, ids + len_a + 1) == 0;
    if (!is_a && !is_b) {
        return ASK_UNKNOWN;
    }
    *ret_any = true;
    int chosen = is_a ? pair->session_a : pair->session_b;
    if (chosen != pair->chosen) {
        *vec_add(arena, &ret->choices) =
            (struct choice){.person = ask->person,
                            .session = chosen,
                            .against = is_a ? pair->session_b : pair->session_a};
    }
    return 0;
}

int ask_read(const struct ask *ask, const struct form *form, struct arena *arena,
             struct ask_changes *ret, const char **ret_field)
{
    struct ask_changes changes = {0};
    bool any = false;
    int r = read_answers(ask, form, arena, &changes, &any, ret_field);
    for (size_t i = 0; r == 0 && i < ask->pairs.n; i++) {
        r = read_choice(ask, &ask->pairs.items[i], form, arena, &changes, &any);
    }
    if (r != 0) {
        return r;
    }
    if (!any) {
        *ret_field = "reply";
        return ASK_INCOMPLETE;
    }
    *ret = changes;
    return 0;
}

const char *ask_reply_text(struct arena *arena, const struct ask_reply *reply)
{
    char buf[8];
    if (!reply->is_given) {
        return "No answer yet";
    }
    switch (reply->reply) {
    case REPLY_YES: return "Yes, in the room";
    case REPLY_REMOTE: return "Yes, remotely";
    case REPLY_NOT_BEFORE:
        return arena_printf(arena, "Yes, but not before %s",
                            format_hhmm(reply->not_before_min, buf));
    case REPLY_NO: break;
    }
    return "No";
}
