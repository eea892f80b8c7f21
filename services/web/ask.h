/*
 * ask: what a person is asked on the answer page, and what a sent form changes.
 *
 * One subject per track that wants the person (as lead, speaker or key attendee), or per session
 * that is in no track; one pair per two sessions at the same time. Pure: values in, values out.
 */
#ifndef ROLLCALL_WEB_ASK_H
#define ROLLCALL_WEB_ASK_H

#include "core/conference.h"
#include "core/requirement.h"
#include "web/http.h"

/* An answer, or that there is none. */
struct ask_reply {
    bool is_given;
    enum reply reply;
    int not_before_min; /* REPLY_NOT_BEFORE only, else 0 */
};

struct ask_subject {
    int track;   /* -1 = a single session */
    int session; /* set when track is -1 */
    const char *title;
    const char *field; /* of the form: "reply_t12", "reply_s7"; "reply" when it is the only one */
    const char *time_field; /* "not_before_t12" */
    const char *role;       /* "lead", "speaker", "key attendee" */
    const char *topics;     /* what the person is named for, joined by "; "; "" = not said */
    VEC(int) sessions; /* where the person is wanted, by start; empty while nothing is scheduled */
    struct ask_reply own; /* the latest answer on exactly this subject */
};

struct ask_pair {
    int session_a; /* the earlier one, then the smaller id */
    int session_b;
    int chosen;        /* one of the two; -1 = not said */
    const char *field; /* "choice_3_9" with the database ids */
};

struct ask {
    int person;
    VEC(struct ask_subject) subjects; /* by first session, unscheduled last */
    VEC(struct ask_pair) pairs;
    struct ask_reply general; /* the latest answer on everything at once */
};

void ask_build(const struct conference *conf, const struct requirements *requirements, int person,
               struct arena *arena, struct ask *ret);

/* What holds for the subject: its own answer, else the general one. */
struct ask_reply ask_effective(const struct ask *ask, const struct ask_subject *subject);

/* What a form asks to be written. */
struct ask_changes {
    VEC(struct answer) answers; /* in the order in which they must be written */
    VEC(struct choice) choices;
};

enum {
    ASK_INCOMPLETE = 1, /* nothing chosen, or "not before" without a time: ask again */
    ASK_UNKNOWN = 2,    /* values that the page does not have */
};

/*
 * Compares the form with what is known. 0: *ret is what has to be written, nothing when the same
 * was said before. ASK_INCOMPLETE: *ret_field names the field to ask for again.
 */
int ask_read(const struct ask *ask, const struct form *form, struct arena *arena,
             struct ask_changes *ret, const char **ret_field) MUST_CHECK;

/* "Yes, but not before 14:00" */
const char *ask_reply_text(struct arena *arena, const struct ask_reply *reply);

#endif
