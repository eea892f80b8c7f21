/*
 * notice: the kinds of messages that people get, and the facts that each carries.
 *
 * The plan stage decides that somebody should be told something and writes an outbox row: a kind of
 * this table and a payload, JSON facts without wording. The notifier turns it into words with the
 * template of that kind. All times in a payload that people read are texts already, in the event's
 * zone ("when": "Thu 11 Dec 10:00 to 13:30").
 *
 * Every payload has
 *   "event":  {"slug","title","timezone"}
 *   "to":     {"name"}                         who reads it ("" = the organisers)
 *   "links":  {"answer","agenda","feed","unsubscribe","lead","organiser"}  those that fit, else ""
 *   "calendar": [ENTRY]                        what goes into the calendar part; [] = none
 * ENTRY =
 * {"uid","sequence","stamp_us","start_us","end_us","summary","location","description","url",
 *          "cancelled"}; the uid is stable per event, session and person.
 *
 * question (to a key attendee: will you be there?)
 *   "reminder": 0, 1, 2      "n_wanted"      "registered": bool (false: no registration fits the
 * reader) "wanted": [{"track","role" (phrase: "key attendee", "lead"),"when","room","topic"}]
 *   "twice":  [{"a","b" (titles),"when","link"}]      wanted in two rooms at once: which one?
 * agenda (an attendee's plan)
 *   "first": bool (else an update)   "cold" (true = nothing known about interests)
 *   "unmatched" (true = nothing fits them)   "explained" (true = no session is there for being
 *   popular alone)
 *   "days": [{"day": "Thursday 11 December", "entries": [{"time","title","room","track","reason",
 *             "duty": bool}]}]
 *   "missed": [{"title","when","why"}]
 *   "n_entries"
 * opening (a slot that the reader would want was filled or moved at short notice, and they are
 * free) "title","when","room","reason","what" ("new", "moved")   "people" (names) change (sessions
 * that matter to the reader moved) "changes": [{"what" ("moved", "cancelled", "restored",
 * "room"),"title","reason","old_when","old_room", "new_when","new_room"}] "n_changes" "clashes":
 * [text]   what the change means for the reader quorum (to a lead) "track"
 * "n_must","n_registered","n_in_person","n_free","n_yes","n_no","needed" "chance_pct"   "quorate":
 * bool   "causes": text   "when","room" "persons": [{"name","role","strength" ("must", "should",
 * "nice to have"),"state","needed_in" ("" = free)}] "choose":  [{"name","line" (as
 * written),"candidates": [{"name","pct"}],"link"}]   who is meant? "changes": [text] since the last
 * report; [] in the first double_booked (to the organisers)
 *   "n_open","n_critical","n_new","n_resolved"   "first": bool (no list before this one)
 *   "suggestions": [{"text","n_cures","n_makes"}]   what would cure most, at most 3; counted are
 *       clashes of medium severity and worse
 *   "clashes": [{"severity","kind","why","new": bool}]   worst first, at most 40
 *   "n_more"        how many more there are behind the link
 * meet (to somebody who opted in: would you like to meet somebody? Never says who)
 *   "about" ("works on CXL, which you care about")   "until"   "second": bool (the other
 * has said yes) "when" ("" = no time is proposed),"place","on_line": bool; links: "meet"
 * introduction (to both who said yes)
 *   "name","about","when","place","on_line"   "contact" (the other's address, "" = they
 * keep it)   "gave": bool (the other was given the reader's address)
 * here (shortly before a session, to whom it needs and who has not said that they are there)
 *   "title","time" ("10:00"),"when","room","role" (phrase)   "called": bool (its lead asks) links:
 * "here"
 * roll (to a lead at the same time)
 *   "title","time","when","room"   "n_wanted","n_here","needed"   "missing": [{"name","state"}];
 * links: "roll", who is there, to be ticked on a phone
 */
#ifndef ROLLCALL_CORE_NOTICE_H
#define ROLLCALL_CORE_NOTICE_H

#include "base/arena.h"
#include "base/clock.h"

#include <stdbool.h>
#include <stdint.h>

enum notice_kind {
    NOTICE_QUESTION,
    NOTICE_AGENDA,
    NOTICE_CHANGE,
    NOTICE_QUORUM,
    NOTICE_DOUBLE_BOOKED,
    NOTICE_OPENING,
    NOTICE_MEET,
    NOTICE_INTRODUCTION,
    NOTICE_HERE,
    NOTICE_ROLL,
    N_NOTICE_KINDS
};

struct notice_row {
    enum notice_kind kind;
    const char *name; /* the word in the database and the template's file name */
    bool is_urgent;   /* sent at once, else it may wait for the reader's quiet hours to end */
    bool may_opt_out; /* "no agenda, please" stops it */
    int64_t expires_after_us; /* 0 = with the event's end */
    const char *sentence;     /* for help and documentation */
};

extern const struct notice_row notice_rows[N_NOTICE_KINDS];

int notice_kind_parse(const char *name); /* -1 = unknown */

/* When the quiet hours that hold at now_us end; 0 = none hold. From and until are minutes after
 * local midnight (until <= from: over midnight); one below 0, or both the same, means no quiet
 * hours. */
int64_t notice_quiet_until_us(const struct zone *zone, int from_min, int until_min, int64_t now_us);

/* UID of the calendar entry of one session for one person (RFC 5545, 3.8.4.7): stable over moves,
 * the same in messages and in the feed. domain: of the address that messages come from. */
char *notice_uid(struct arena *arena, const char *slug, int64_t session_id, int64_t person_id,
                 const char *domain);

/* "example.org" of "Rollcall <rollcall@example.org>"; "localhost" where there is none. */
char *notice_domain(struct arena *arena, const char *address);

#endif
