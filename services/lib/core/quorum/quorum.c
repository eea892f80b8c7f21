#include "core/quorum.h"

#include "base/str.h"
#include "core/clash/index.h"
#include "core/quorum/causes.h"
#include "core/quorum/chance.h"
#include "core/quorum/lists.h"

#include <stdlib.h>
#include <string.h>

/* A person wanted in two places at once is in this one every other time, as long as nothing is
 * decided. */
#define SHARE_LOST_UNDECIDED 0.5

/* --- registration and answers --- */

static void find_registrations(struct count *count)
{
    for (size_t i = 0; i < count->places.n; i++) {
        struct quorum_person *person = &count->places.items[i].person;
        int r = person->person < 0 ? -1 : count->registrants[person->person];
        if (r >= 0) {
            const struct registrant *registrant = &count->conf->registrants.items[r];
            person->has_registrant = true;
            person->status = registrant->status;
            person->is_registered = registrant->status == REGISTRATION_CONFIRMED;
            person->attendance = registrant->attendance;
        }
    }
}

static int answer_closeness(const struct count *count, const struct answer *answer,
                            const struct place *place)
{
    if (answer->session < 0) {
        return answer->track < 0 ? 1 : answer->track == place->track ? 2 : 0;
    }
    const struct session *session = &count->conf->sessions.items[answer->session];
    if (place->session >= 0) {
        bool is_block = count->conf->sessions.items[place->session].parent == answer->session;
        return answer->session == place->session ? 4 : is_block ? 3 : 0;
    }
    return session->track == place->track && quorum_stands_for_track(count, session) ? 4 : 0;
}

static void find_answers(struct count *count)
{
    for (size_t i = 0; i < count->conf->answers.n; i++) {
        const struct answer *answer = &count->conf->answers.items[i];
        int at = quorum_first_place(count, answer->person);
        for (struct place *place = NULL;
             answer->person >= 0 &&
             (place = quorum_next_place(count, answer->person, &at)) != NULL;) {
            int closeness = answer_closeness(count, answer, place);
            if (closeness == 0 || closeness < place->closeness ||
                (closeness == place->closeness && answer->at_us < place->answered_us)) {
                continue;
            }
            place->closeness = closeness;
            place->answered_us = answer->at_us;
            place->person.has_answered = true;
            place->person.reply = answer->reply;
            place->person.not_before_min = answer->not_before_min;
        }
    }
}

/* --- clashes --- */

static bool is_duty(enum reason reason)
{
    return reason == REASON_LEAD || reason == REASON_SPEAKER || reason == REASON_KEY_ATTENDEE;
}

static const char *title_of(const struct conference *conf, int session)
{
    const struct session *s = &conf->sessions.items[session];
    return s->title[0] != '\0' ? s->title : s->key;
}

/* How much of the overlap the person is lost to `here`, being wanted in `there` too. */
static double share_lost(const struct clash_index *index, int person, int here, int there)
{
    const struct conference *conf = index->conf;
    int answer = index_find_answer(index, person, there);
    if (answer >= 0 && conf->answers.items[answer].reply == REPLY_NO) {
        return 0;
    }
    int chosen = index_find_choice(index, person, here, there);
    return chosen < 0 ? SHARE_LOST_UNDECIDED : chosen == here ? 0 : 1;
}

/* How much of the clash in `here` falls into what the place is for. */
static int64_t length_lost_us(const struct count *count, const struct place *place,
                              const struct clash *clash, int here)
{
    const struct session *session = &count->conf->sessions.items[here];
    if (place->session < 0) {
        bool is_it = session->track == place->track && quorum_stands_for_track(count, session);
        bool is_block = session->kind == SESSION_BLOCK; /* the clash may be with a whole track */
        int64_t most_us = session->end_us - session->start_us;
        int64_t length_us = clash->end_us - clash->start_us;
        return !is_it ? 0 : is_block && length_us > most_us ? most_us : length_us;
    }
    const struct session *own = &count->conf->sessions.items[place->session];
    int64_t start_us = clash->start_us > own->start_us ? clash->start_us : own->start_us;
    int64_t end_us = clash->end_us < own->end_us ? clash->end_us : own->end_us;
    bool is_it = here == place->session || here == own->parent;
    return is_it && end_us > start_us ? end_us - start_us : 0;
}

static void take_away(struct count *count, const struct clash_index *index,
                      const struct clash *clash, int here, int there)
{
    int at = quorum_first_place(count, clash->person);
    double share = there < 0 ? 1 : share_lost(index, clash->person, here, there);
    for (struct place *place = NULL;
         (place = quorum_next_place(count, clash->person, &at)) != NULL;) {
        int64_t length_us = length_lost_us(count, place, clash, here);
        if (length_us <= 0 || share <= 0) {
            continue;
        }
        place->person.is_free = false;
        bool is_block = place->session >= 0 && here != place->session;
        *(is_block ? &place->block_lost_us : &place->lost_us) +=
            (int64_t)(share * (double)length_us);
        if (there < 0) {
            place->is_away = true;
        } else if (length_us > place->needed_us) {
            place->needed_us = length_us;
            place->person.needed_in = title_of(count->conf, there);
        }
    }
}

static void find_clashes(struct count *count, const struct clashes *clashes)
{
    /* An index without requirements: only for looking up answers and choices. */
    static const struct clash_options options = {.has_registrants = false};
    const struct requirements none = {0};
    const struct clash_index *index = clash_index_new(count->conf, &none, &options, count->arena);
    for (size_t i = 0; i < clashes->items.n; i++) {
        const struct clash *clash = &clashes->items.items[i];
        if (clash->kind == CLASH_AWAY) {
            take_away(count, index, clash, clash->session_a, -1);
        }
        if (clash->kind != CLASH_REQUIRED_TWICE && clash->kind != CLASH_WANTED_BY_CHOICE) {
            continue;
        }
        if (is_duty(clash->reason_b)) {
            take_away(count, index, clash, clash->session_a, clash->session_b);
        }
        if (is_duty(clash->reason_a)) {
            take_away(count, index, clash, clash->session_b, clash->session_a);
        }
    }
}

/* --- the report --- */

/* A claim on a contribution is either covered by that on its block, or clashes itself: never both
 * count. */
static double free_share(const struct count *count, const struct place *place)
{
    const struct session *own =
        place->session < 0 ? NULL : &count->conf->sessions.items[place->session];
    int64_t length_us = own == NULL ? count->length_us[place->track] : own->end_us - own->start_us;
    int64_t lost_us = place->lost_us > place->block_lost_us ? place->lost_us : place->block_lost_us;
    if (length_us <= 0 || lost_us <= 0) {
        return 1;
    }
    return lost_us >= length_us ? 0 : 1 - (double)lost_us / (double)length_us;
}

static void add_state(struct str *s, const char *text)
{
    if (s->len > 0) {
        str_add(s, ", ");
    }
    str_add(s, text);
}

static const char *const standing_words[N_STANDINGS] = {
    [STANDING_UNLISTED] = "registration not known",
    [STANDING_NONE] = "not registered",
    [STANDING_CANCELLED] = "cancelled",
    [STANDING_WAITING] = "on the waiting list",
    [STANDING_REMOTE] = "registered, remote",
    [STANDING_IN_PERSON] = "registered, in person",
};

static const char *describe(const struct count *count, const struct place *place,
                            struct arena *arena)
{
    static const char *const replies[] = {[REPLY_YES] = "said yes",
                                          [REPLY_REMOTE] = "will take part remotely",
                                          [REPLY_NO] = "said no"};
    CLEANUP(str_done) struct str s = {0};
    const struct quorum_person *person = &place->person;
    if (person->person < 0) {
        return "a lead must say who this is";
    }
    add_state(&s, standing_words[quorum_standing(count->conf, person)]);
    if (!person->has_answered) {
        add_state(&s, "no answer yet");
    } else if (person->reply == REPLY_NOT_BEFORE) {
        add_state(&s, "not before ");
        str_printf(&s, "%02d:%02d", person->not_before_min / 60, person->not_before_min % 60);
    } else {
        add_state(&s, replies[person->reply]);
    }
    if (person->needed_in[0] != '\0') {
        add_state(&s, "needed in ");
        str_add(&s, person->needed_in);
        str_add(&s, " at the same time");
    }
    if (place->is_away) {
        add_state(&s, "away for part of the time");
    }
    return arena_strdup(arena, str_text(&s));
}

static int compare_in_list(const void *a, const void *b, void *arg)
{
    const struct count *count = arg;
    const struct place *x = a;
    const struct place *y = b;
    int order = quorum_compare_subject(x, y);
    if (order == 0) {
        order = (y->person.role == ROLE_LEAD) - (x->person.role == ROLE_LEAD);
    }
    if (order == 0) {
        order =
            (x->person.strength > y->person.strength) - (x->person.strength < y->person.strength);
    }
    if (order == 0) {
        order = strcmp(quorum_name(count->conf, &x->person), quorum_name(count->conf, &y->person));
    }
    return order != 0
               ? order
               : (x->person.mention > y->person.mention) - (x->person.mention < y->person.mention);
}

/* Adds one must person to the numbers; true when the person counts towards the quorum. */
static bool count_person(struct quorum_track *track, const struct quorum_person *person)
{
    bool said_no = person->has_answered && person->reply == REPLY_NO;
    bool answered_remote = person->has_answered && person->reply == REPLY_REMOTE;
    track->n_must++;
    track->n_registered += person->is_registered;
    track->n_in_person +=
        person->is_registered && person->attendance != ATTENDANCE_REMOTE && !answered_remote;
    track->n_free += person->person >= 0 && person->is_free;
    track->n_yes += person->has_answered && !said_no;
    track->n_no += said_no;
    return person->is_registered && person->is_free && !said_no;
}

static void finish_track(const struct count *count, struct quorum_track *track, const bool *is_away,
                         struct arena *arena)
{
    double *chances = arena_array(count->arena, track->persons.n, sizeof *chances);
    int n_there = 0;
    for (size_t i = 0; i < track->persons.n; i++) {
        const struct quorum_person *person = &track->persons.items[i];
        if (person->strength == STRENGTH_MUST) {
            chances[track->n_must] = person->chance;
            n_there += count_person(track, person);
        }
    }
    quorum_set_needed(count->conf, track);
    track->chance = quorum_at_least(chances, track->n_must, track->needed);
    track->is_quorate = n_there >= track->needed;
    quorum_causes(count->conf, is_away, arena, track);
}

/* Places from first on that belong to one list become its report; returns the next one's first. */
static size_t report_track(const struct count *count, size_t first, struct arena *arena,
                           struct quorum *ret)
{
    const struct place *places = count->places.items;
    struct quorum_track *track =
        places[first].session < 0 ? vec_add(arena, &ret->tracks) : vec_add(arena, &ret->sessions);
    bool *is_away = arena_array(count->arena, count->places.n - first, sizeof *is_away);
    track->track = places[first].track;
    track->session = places[first].session;
    size_t i = first;
    for (; i < count->places.n && quorum_compare_subject(&places[i], &places[first]) == 0; i++) {
        const struct place *place = &places[i];
        struct quorum_person *person = vec_add(arena, &track->persons);
        *person = place->person;
        person->chance = quorum_person_chance(quorum_standing(count->conf, person),
                                              person->has_answered, person->reply) *
                         free_share(count, place);
        person->state = describe(count, place, arena);
        is_away[i - first] = place->is_away;
    }
    finish_track(count, track, is_away, arena);
    return i;
}

void quorum_count(const struct conference *conf, const struct clashes *clashes, struct arena *arena,
                  struct quorum *ret)
{
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new();
    struct count count = {.conf = conf, .arena = scratch};
    count.registrants = arena_array(scratch, conf->persons.n, sizeof(int));
    index_registrants(conf, count.registrants);
    quorum_collect_places(&count);
    if (count.places.n > 1) {
        qsort_r(count.places.items, count.places.n, sizeof(struct place), compare_in_list, &count);
    }
    quorum_index_places(&count);
    quorum_measure_tracks(&count);
    find_registrations(&count);
    find_answers(&count);
    find_clashes(&count, clashes);
    *ret = (struct quorum){0};
    for (size_t i = 0; i < count.places.n;) {
        i = report_track(&count, i, arena, ret);
    }
}

const struct quorum_track *quorum_find(const struct quorum *quorum, const struct conference *conf,
                                       int session)
{
    const struct session *s = &conf->sessions.items[session];
    bool is_block = s->kind == SESSION_BLOCK;
    for (size_t i = 0; !is_block && i < quorum->sessions.n; i++) {
        if (quorum->sessions.items[i].session == session) {
            return &quorum->sessions.items[i];
        }
    }
    for (size_t i = 0; is_block && i < quorum->tracks.n; i++) {
        if (quorum->tracks.items[i].track == s->track) {
            return &quorum->tracks.items[i];
        }
    }
    return NULL;
}
