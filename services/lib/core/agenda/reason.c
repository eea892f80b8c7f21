#include "core/agenda/internal.h"

#include "base/str.h"

#include <string.h>

#define TOPIC_MAX 80 /* bytes of a topic shown in a sentence */

static const struct session *session_of(const struct agenda_job *job,
                                        const struct agenda_candidate *candidate)
{
    return &job->conf->sessions.items[candidate->session];
}

static bool is_mc(const struct agenda_job *job, const struct session *session)
{
    return session->track >= 0 && job->conf->tracks.items[session->track].kind == TRACK_MC;
}

static const char *topic_of(const struct agenda_job *job, const struct requirement *requirement)
{
    if (requirement->mention < 0 || (size_t)requirement->mention >= job->conf->mentions.n) {
        return "";
    }
    const char *topic = job->conf->mentions.items[requirement->mention].topic;
    size_t n = strlen(topic);
    size_t kept = utf8_cut(topic, n, TOPIC_MAX);
    return arena_printf(job->arena, "%.*s%s", (int)kept, topic, kept < n ? "…" : "");
}

/* Of what is merely popular only what sets it apart: the rest is said once, above the plan. */
static const char *sentence_of(const struct agenda_job *job, const struct match_result *match)
{
    const char *text = match_reason(match, job->arena);
    return match->basis == MATCH_BY_FASHION ? match_fashion_detail(text) : text;
}

/* What of the attendee's own interests the session is about: in its words or, where these are the
 * same, in theirs; NULL when it rests on something else. Of a sentence kept from before it is what
 * follows the colon, or all of what they wrote. */
static const char *topics_of(const struct agenda_job *job, const struct match_result *match)
{
    static const char head[] = "because you wrote ";
    if (match == NULL) {
        return NULL;
    }
    if (match->basis == MATCH_BY_WORDS) {
        return match->n_because > 0 ? match_fragments(match, job->arena) : match->wrote;
    }
    if (match->basis != MATCH_AS_TOLD || strncmp(match->because[0], head, sizeof head - 1) != 0) {
        return NULL;
    }
    const char *colon = strstr(match->because[0], ": ");
    return colon == NULL ? match->because[0] + sizeof head - 1 : colon + 2;
}

static const char *lead_sentence(const struct agenda_job *job, const struct session *session)
{
    if (session->kind == SESSION_BLOCK) {
        return is_mc(job, session) ? "you lead this microconference" : "you lead this track";
    }
    return is_mc(job, session) ? "you lead the microconference it belongs to"
                               : "you lead the track it belongs to";
}

/* Is it the title of what they present there themselves? That is told anyhow. */
static bool is_own_part(const struct agenda_job *job, const struct agenda_candidate *block,
                        const char *topics)
{
    for (size_t i = 0; i < job->candidates.n; i++) {
        const struct agenda_candidate *part = &job->candidates.items[i];
        const struct session *session = session_of(job, part);
        if (part->rank >= 0 && session->parent == block->session &&
            strcmp(session->title, topics) == 0) {
            return true;
        }
    }
    return false;
}

static const char *key_sentence(const struct agenda_job *job,
                                const struct agenda_candidate *candidate)
{
    const struct requirement *requirement = candidate->requirement;
    const char *topic = topic_of(job, requirement);
    const char *head = requirement->strength == STRENGTH_MUST
                           ? "you are a key attendee here: nothing gets decided without you"
                           : "the leads hope that you will join them";
    if (topic[0] != '\0') {
        return arena_printf(job->arena, "%s (they named you for %s)", head, topic);
    }
    const char *topics = topics_of(job, candidate->match);
    if (topics != NULL && !is_own_part(job, candidate, topics)) {
        return arena_printf(job->arena, "%s; on the table: %s", head, topics);
    }
    return head;
}

static const char *duty_sentence(const struct agenda_job *job,
                                 const struct agenda_candidate *candidate)
{
    const struct session *session = session_of(job, candidate);
    switch (candidate->requirement->reason) {
    case REASON_LEAD: return lead_sentence(job, session);
    case REASON_SPEAKER:
        return session->kind == SESSION_BOF ? "you host this BoF" : "you speak here";
    case REASON_KEY_ATTENDEE: return key_sentence(job, candidate);
    case REASON_STARRED:
    case REASON_MATCH: break;
    }
    return "you are wanted here";
}

/* "; in it you speak at 10:30 on "Title"" for each duty inside a block. */
static void add_parts(const struct agenda_job *job, const struct agenda_candidate *block,
                      struct str *out)
{
    for (size_t i = 0; i < job->candidates.n; i++) {
        const struct agenda_candidate *part = &job->candidates.items[i];
        const struct session *session = session_of(job, part);
        if (session->parent != block->session || part->fate != FATE_FOLDED) {
            continue;
        }
        char when[TIME_TEXT_SIZE];
        const char *at = time_hhmm(job->conf->zone, part->start_us, when);
        if (part->rank >= 0 && part->requirement->reason == REASON_SPEAKER) {
            str_printf(out, "; in it you speak at %s on \"%s\"", at, session->title);
        } else if (part->is_starred) {
            str_printf(out, "; you starred \"%s\" at %s", session->title, at);
        }
    }
}

/* The contribution of the block that says most, but for `not_this`; NULL = none that is worth it.
 */
static const struct agenda_candidate *best_part(const struct agenda_job *job,
                                                const struct agenda_candidate *block,
                                                const struct agenda_candidate *not_this)
{
    const struct agenda_candidate *best = NULL;
    for (size_t i = 0; i < job->candidates.n; i++) {
        const struct agenda_candidate *part = &job->candidates.items[i];
        bool is_open =
            part->fate == FATE_OPEN || part->fate == FATE_BEATEN || part->fate == FATE_FOLDED;
        bool is_fit = is_open && session_of(job, part)->parent == block->session &&
                      part->rank < 0 && !part->is_starred && part->match != NULL &&
                      part->match->basis != MATCH_BY_FASHION && !match_is_loose(part->match);
        if (is_fit && part != not_this && (best == NULL || part->weight > best->weight)) {
            best = part;
        }
    }
    return best;
}

/* A title that is told with its time need not be quoted before; what stands behind the colon is
 * quotations. */
static void drop_quoted(struct str *out, const char *title)
{
    const char *text = str_text(out);
    const char *colon = str_starts(text, "because you wrote ") ? strstr(text, ": ") : NULL;
    if (colon != NULL && strcasestr(colon, title) != NULL) {
        str_truncate(out, (size_t)(colon - text));
    }
}

/* "; above all "Title" at 10:30 and "Title" at 12:00", of a block that is a wish. */
static void add_highlights(const struct agenda_job *job, const struct agenda_candidate *block,
                           struct str *out)
{
    const struct agenda_candidate *first =
        block->rank < 0 && session_of(job, block)->kind == SESSION_BLOCK
            ? best_part(job, block, NULL)
            : NULL;
    const struct agenda_candidate *second = first == NULL ? NULL : best_part(job, block, first);
    char when[TIME_TEXT_SIZE];
    if (second != NULL && second->start_us < first->start_us) {
        const struct agenda_candidate *later = first;
        first = second;
        second = later;
    }
    if (second != NULL) {
        drop_quoted(out, session_of(job, second)->title);
    }
    if (first != NULL) {
        drop_quoted(out, session_of(job, first)->title);
        str_printf(out, "; above all \"%s\" at %s", session_of(job, first)->title,
                   time_hhmm(job->conf->zone, first->start_us, when));
    }
    if (second != NULL) {
        str_printf(out, " and \"%s\" at %s", session_of(job, second)->title,
                   time_hhmm(job->conf->zone, second->start_us, when));
    }
}

/* Two duties back to back, further apart than the time between them. */
static void add_hurry(const struct agenda_job *job, const struct agenda_candidate *here,
                      struct str *out)
{
    for (size_t i = 0; i < job->candidates.n && here->rank >= 0; i++) {
        const struct agenda_candidate *before = &job->candidates.items[i];
        int64_t gap = here->start_us - before->end_us;
        int64_t walk = agenda_walk_us(job, before->room, here->room);
        if (before->rank >= 0 && before->fate == FATE_CHOSEN && gap >= 0 && gap < walk) {
            str_printf(out, "; be quick, it is %d minutes from \"%s\", which ends only %d before",
                       (int)((walk + MINUTE_US - 1) / MINUTE_US), session_of(job, before)->title,
                       (int)(gap / MINUTE_US));
            return;
        }
    }
}

static const char *rest_sentence(const struct agenda_job *job,
                                 const struct agenda_candidate *candidate)
{
    int parent = session_of(job, candidate)->parent;
    const char *title = parent >= 0 ? job->conf->sessions.items[parent].title : "a block";
    for (size_t i = 0; i < job->candidates.n && &job->candidates.items[i] != candidate; i++) {
        const struct agenda_candidate *before = &job->candidates.items[i];
        if (before->is_rest && before->fate == FATE_CHOSEN &&
            session_of(job, before)->parent == parent) {
            return arena_printf(job->arena, "more of %s", title); /* why was said there */
        }
    }
    return arena_printf(job->arena, "part of %s, where you are wanted and cannot be throughout",
                        title);
}

const char *agenda_reason(const struct agenda_job *job, const struct agenda_candidate *candidate)
{
    struct str out = {0};
    if (candidate->rank >= 0) {
        str_add(&out, duty_sentence(job, candidate));
    } else if (candidate->is_rest) {
        str_add(&out, rest_sentence(job, candidate));
    } else if (candidate->is_starred) {
        str_add(&out, "you starred it");
        const char *topics = topics_of(job, candidate->match);
        if (topics != NULL) {
            str_printf(&out, ", and it touches on %s", topics);
        }
    } else if (candidate->match != NULL) {
        str_add(&out, sentence_of(job, candidate->match));
    } else {
        str_add(&out, "it fits your interests");
    }
    add_parts(job, candidate, &out);
    add_highlights(job, candidate, &out);
    if (candidate->note[0] != '\0') {
        str_printf(&out, "; %s", candidate->note);
    }
    add_hurry(job, candidate, &out);
    const char *text = str_text(&out);
    text = arena_strdup(job->arena, strncmp(text, "; ", 2) == 0 ? text + 2 : text);
    str_done(&out);
    return text;
}

const char *agenda_note(const struct agenda_job *job, const struct agenda *agenda)
{
    for (size_t i = 0; i < agenda->entries.n; i++) {
        int at = job->candidate_of[agenda->entries.items[i].session];
        const struct agenda_candidate *candidate = at < 0 ? NULL : &job->candidates.items[at];
        bool is_fashion = candidate != NULL && candidate->rank < 0 && !candidate->is_starred &&
                          candidate->match != NULL && candidate->match->basis == MATCH_BY_FASHION;
        if (is_fashion) {
            const char *sentence = match_reason(candidate->match, job->arena);
            size_t n = sizeof MATCH_TOLD_UNMATCHED - 1;
            return strncmp(sentence, MATCH_TOLD_UNMATCHED, n) == 0
                       ? "Nothing here matches what you wrote about your interests: these are "
                         "sessions on different topics, popular ones where we can tell."
                       : "Nothing is known yet of your interests: these are sessions on different "
                         "topics, popular ones where we can tell.";
        }
    }
    return "";
}

/* ---- what is missed ---- */

/* "you starred it; at the same time as ...": the first may be "". */
static const char *both(const struct agenda_job *job, const char *loss, const char *why)
{
    return loss[0] == '\0' ? why : arena_printf(job->arena, "%s; %s", loss, why);
}

/* What the person would have been there for. */
static const char *loss(const struct agenda_job *job, const struct agenda_candidate *candidate)
{
    if (candidate->rank >= 0) {
        return duty_sentence(job, candidate);
    }
    if (candidate->is_starred) {
        return "you starred it";
    }
    return candidate->match != NULL ? sentence_of(job, candidate->match) : "it fits your interests";
}

static const char *what_instead(const struct agenda_candidate *instead)
{
    if (instead->rank < 0 && instead->match != NULL && !instead->is_starred &&
        instead->match->basis == MATCH_BY_FASHION) {
        return ""; /* who knows */
    }
    if (instead->rank < 0) {
        return instead->is_starred ? "which you starred too" : "which fits you better";
    }
    switch (instead->requirement->reason) {
    case REASON_LEAD: return "which you lead";
    case REASON_SPEAKER: return "where you speak";
    case REASON_KEY_ATTENDEE: return "where you are a key attendee";
    case REASON_STARRED:
    case REASON_MATCH: break;
    }
    return "where you are wanted";
}

static const char *beaten_sentence(const struct agenda_job *job,
                                   const struct agenda_candidate *candidate,
                                   const struct agenda_candidate *instead)
{
    if (instead == NULL) {
        return both(job, loss(job, candidate), "it does not fit between the others");
    }
    const char *title = session_of(job, instead)->title;
    bool is_at_once =
        candidate->start_us < instead->end_us && instead->start_us < candidate->end_us;
    bool is_together = is_at_once && candidate->weight > instead->weight && candidate->rank < 0 &&
                       instead->rank < 0 && instead->weight > 0;
    const char *better = what_instead(instead);
    if (is_together && better[0] != '\0') {
        better = "which together with others fits you better";
    }
    const char *why = arena_printf(job->arena, "%s \"%s\"%s%s",
                                   is_at_once ? "at the same time as" : "too far to walk from",
                                   title, better[0] == '\0' ? "" : ", ", better);
    return both(job, loss(job, candidate), why);
}

static const char *but(const struct agenda_job *job, const struct agenda_candidate *candidate,
                       const char *why)
{
    const char *lost = loss(job, candidate);
    return lost[0] == '\0' ? why : arena_printf(job->arena, "%s, but %s", lost, why);
}

const char *agenda_why_missed(const struct agenda_job *job,
                              const struct agenda_candidate *candidate,
                              const struct agenda_candidate *instead)
{
    switch (candidate->fate) {
    case FATE_ABSENT:
    case FATE_ASLEEP: return but(job, candidate, candidate->note);
    case FATE_DECLINED:
        if (candidate->chosen_over >= 0) {
            return but(job, candidate,
                       arena_printf(job->arena, "you chose \"%s\" over it",
                                    job->conf->sessions.items[candidate->chosen_over].title));
        }
        return but(job, candidate, "you said that you cannot");
    case FATE_OPEN:
    case FATE_CHOSEN:
    case FATE_FOLDED:
    case FATE_BEATEN:
    case FATE_WEAK:
    case FATE_DISLIKED: break;
    }
    return beaten_sentence(job, candidate, instead);
}
