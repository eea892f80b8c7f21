/*
 * The engine against a checker that was written apart from it: the checker looks at every pair of
 * requirements and at every five minutes of each session, keeps no index and knows no order.
 */
#include "support/testing.h"

#include "base/clock.h"
#include "core/clash.h"
#include "core/test_clash_random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEP_US       (5 * MINUTE_US)
#define N_CONFERENCES 6000
#define LINE_SIZE     200

/* --- the checker --- */

struct checker {
    const struct conference *conf;
    const struct requirements *requirements;
    const struct clash_options *options;
    struct arena *arena;
    VEC(char *) lines;
};

static const struct session *session_at(const struct checker *c, int session)
{
    return &c->conf->sessions.items[session];
}

static void line_add(struct checker *c, const char *kind, const char *severity, int person, int a,
                     int b, int64_t start_us, int64_t end_us)
{
    if (b >= 0) {
        const struct session *x = session_at(c, a);
        const struct session *y = session_at(c, b);
        int keys = strcmp(x->key, y->key);
        if (y->start_us < x->start_us ||
            (y->start_us == x->start_us && (keys > 0 || (keys == 0 && b < a)))) {
            int other = a;
            a = b;
            b = other;
        }
    }
    *vec_add(c->arena, &c->lines) =
        arena_printf(c->arena, "%s %s p%d s%d s%d %lld-%lld", kind, severity, person, a, b,
                     (long long)(start_us / MINUTE_US), (long long)(end_us / MINUTE_US));
}

static bool is_live(const struct checker *c, int session)
{
    const struct session *s = session_at(c, session);
    return s->start_us != 0 && !s->is_cancelled && s->kind != SESSION_BREAK;
}

/* Counts the steps that both sessions cover. */
static int64_t common(const struct session *a, const struct session *b, int64_t *ret_first)
{
    int64_t n = 0;
    for (int64_t t = a->start_us; t < a->end_us; t += STEP_US) {
        if (t >= b->start_us && t < b->end_us) {
            *ret_first = n == 0 ? t : *ret_first;
            n++;
        }
    }
    return n;
}

/* From the least to the most specific subject; a later one of the same subject replaces. */
static const struct answer *last_word(const struct checker *c, int person, int session)
{
    const struct session *s = session_at(c, session);
    const struct answer *best[4] = {NULL, NULL, NULL, NULL};
    for (size_t i = 0; i < c->conf->answers.n; i++) {
        const struct answer *answer = &c->conf->answers.items[i];
        int about = -1;
        if (answer->person != person) {
            continue;
        }
        if (answer->session == session) {
            about = 3;
        } else if (answer->session >= 0) {
            about = answer->session == s->parent ? 2 : -1;
        } else if (answer->track >= 0) {
            about = answer->track == s->track ? 1 : -1;
        } else {
            about = 0;
        }
        if (about >= 0 && (best[about] == NULL || answer->at_us >= best[about]->at_us)) {
            best[about] = answer;
        }
    }
    for (int about = 3; about >= 0; about--) {
        if (best[about] != NULL) {
            return best[about];
        }
    }
    return NULL;
}

static bool said(const struct checker *c, const struct requirement *r, enum reply reply)
{
    const struct answer *answer = last_word(c, r->person, r->session);
    return answer != NULL && answer->reply == reply;
}

static const struct registrant *ticket(const struct checker *c, int person)
{
    for (int quality = 0; quality < 4 && c->options->has_registrants; quality++) {
        for (size_t i = 0; i < c->conf->registrants.n; i++) {
            const struct registrant *g = &c->conf->registrants.items[i];
            bool fits = (quality == 0 && g->status == REGISTRATION_CONFIRMED &&
                         g->attendance != ATTENDANCE_REMOTE) ||
                        (quality == 1 && g->status == REGISTRATION_CONFIRMED) ||
                        (quality == 2 && g->status == REGISTRATION_WAITING) || quality == 3;
            if (g->person == person && fits) {
                return g;
            }
        }
    }
    return NULL;
}

/* 0 lead or speaker, 1 must, 2 should, 3 wish, 4 recommendation */
static int weight(const struct requirement *r)
{
    if (r->strength == STRENGTH_WOULD_LIKE) {
        return r->reason == REASON_MATCH ? 4 : 3;
    }
    if (r->strength == STRENGTH_SHOULD) {
        return 2;
    }
    return r->reason == REASON_LEAD || r->reason == REASON_SPEAKER ? 0 : 1;
}

/* Is all that can be said of it said of the same person's block? */
static bool goes_without_saying(const struct checker *c, const struct requirement *r)
{
    const struct session *s = session_at(c, r->session);
    for (size_t i = 0; i < c->requirements->items.n; i++) {
        const struct requirement *o = &c->requirements->items.items[i];
        if (o->person != r->person || o->session != s->parent || o->is_loose ||
            weight(o) > weight(r)) {
            continue;
        }
        const struct session *block = session_at(c, o->session);
        return block->room == s->room && block->start_us <= s->start_us &&
               block->end_us >= s->end_us &&
               last_word(c, r->person, r->session) == last_word(c, r->person, o->session);
    }
    return false;
}

static bool stays_away(const struct checker *c, const struct requirement *r)
{
    const struct registrant *g = ticket(c, r->person);
    return said(c, r, REPLY_NO) || (g != NULL && g->status == REGISTRATION_CANCELLED);
}

static bool from_afar(const struct checker *c, const struct requirement *r)
{
    const struct registrant *g = ticket(c, r->person);
    return said(c, r, REPLY_REMOTE) || (g != NULL && g->attendance == ATTENDANCE_REMOTE);
}

static bool is_there(const struct checker *c, const struct requirement *r, int64_t t)
{
    const struct registrant *g = ticket(c, r->person);
    const struct answer *answer = last_word(c, r->person, r->session);
    if (g != NULL && !from_afar(c, r) &&
        ((g->arrives_us != 0 && t < g->arrives_us) || (g->departs_us != 0 && t >= g->departs_us))) {
        return false;
    }
    if (answer != NULL && answer->reply == REPLY_NOT_BEFORE) {
        struct civil day =
            zone_civil(c->conf->zone, session_at(c, r->session)->start_us - 4 * HOUR_US);
        day.hour = answer->not_before_min / 60;
        day.minute = answer->not_before_min % 60;
        day.second = 0;
        if (t < zone_instant_us(c->conf->zone, day)) {
            return false;
        }
    }
    bool has_window = false;
    for (size_t i = 0; i < c->conf->availabilities.n; i++) {
        const struct availability *w = &c->conf->availabilities.items[i];
        if (w->person == r->person && w->start_us < w->end_us) {
            has_window = true;
            if (t >= w->start_us && t < w->end_us) {
                return true;
            }
        }
    }
    return !has_window;
}

static bool sleeps(const struct checker *c, const struct requirement *r, int64_t t)
{
    const struct registrant *g = ticket(c, r->person);
    const struct zone *zone = c->conf->zone;
    if (g != NULL && g->timezone[0] != '\0' && zone_find(g->timezone) != NULL) {
        zone = zone_find(g->timezone);
    }
    struct civil civil = zone_civil(zone, t);
    return civil.hour < 7 || civil.hour >= 23;
}

static void check_steps(struct checker *c, const struct requirement *r, const char *kind,
                        const char *severity,
                        bool is_lost(const struct checker *, const struct requirement *, int64_t))
{
    const struct session *s = session_at(c, r->session);
    int64_t first = 0;
    int64_t end = 0;
    for (int64_t t = s->start_us; t < s->end_us; t += STEP_US) {
        if (is_lost(c, r, t)) {
            first = end == 0 ? t : first;
            end = t + STEP_US;
        }
    }
    if (end != 0) {
        line_add(c, kind, severity, r->person, r->session, -1, first, end);
    }
}

static bool misses(const struct checker *c, const struct requirement *r, int64_t t)
{
    return !is_there(c, r, t);
}

static void check_whole(struct checker *c, const struct requirement *r, const char *kind,
                        const char *severity)
{
    const struct session *s = session_at(c, r->session);
    line_add(c, kind, severity, r->person, r->session, -1, s->start_us, s->end_us);
}

static void check_one(struct checker *c, const struct requirement *r)
{
    int w = weight(r);
    const struct registrant *g = ticket(c, r->person);
    const char *strict = w == 0 ? "critical" : w == 1 ? "high" : "medium";
    if (w > 2) {
        return;
    }
    if (c->options->has_registrants && g == NULL) {
        check_whole(c, r, "not_registered", w == 2 ? "medium" : "high");
    }
    if (g != NULL && g->status == REGISTRATION_CANCELLED) {
        check_whole(c, r, "cancelled", w == 2 ? "medium" : "high");
    }
    if (g != NULL && g->status == REGISTRATION_WAITING) {
        check_whole(c, r, "waiting", w == 0 ? "high" : w == 1 ? "medium" : "low");
    }
    if (said(c, r, REPLY_NO)) {
        check_whole(c, r, "said_no", strict);
    }
    if (stays_away(c, r)) {
        return;
    }
    if (from_afar(c, r)) {
        check_whole(c, r, "remote_only", w == 2 ? "low" : "medium");
        check_steps(c, r, "asleep", w == 0 ? "high" : w == 1 ? "medium" : "low", sleeps);
    }
    check_steps(c, r, "away", strict, misses);
    bool silent = last_word(c, r->person, r->session) == NULL;
    int64_t own_us = c->conf->persons.items[r->person].asked_us;
    int64_t asked_us = own_us != 0 ? own_us : c->options->asked_us;
    if (silent && c->options->now_us != 0 && asked_us != 0 &&
        c->options->now_us >= asked_us + c->options->answer_within_us) {
        check_whole(c, r, "no_answer", w == 2 ? "info" : "low");
    }
    bool has_window = false;
    for (size_t i = 0; i < c->conf->availabilities.n; i++) {
        const struct availability *a = &c->conf->availabilities.items[i];
        has_window = has_window || (a->person == r->person && a->end_us > a->start_us);
    }
    if (silent && g != NULL && g->arrives_us == 0 && g->departs_us == 0 && !has_window) {
        check_whole(c, r, "availability_unknown", "info");
    }
}

static bool chose(const struct checker *c, const struct choice *choice, int yes, int no)
{
    return (choice->session == yes || choice->session == session_at(c, yes)->parent) &&
           (choice->against == no || choice->against == session_at(c, no)->parent) &&
           choice->session >= 0 && choice->against >= 0;
}

static bool is_settled(const struct checker *c, const struct requirement *r,
                       const struct requirement *o)
{
    bool settled = said(c, r, REPLY_NO) || said(c, o, REPLY_NO);
    for (size_t i = 0; i < c->conf->choices.n; i++) {
        const struct choice *choice = &c->conf->choices.items[i];
        settled =
            settled || (choice->person == r->person && (chose(c, choice, r->session, o->session) ||
                                                        chose(c, choice, o->session, r->session)));
    }
    return settled;
}

static int64_t way_us(const struct checker *c, int a, int b)
{
    int64_t longest = -1;
    if (a < 0 || b < 0 || a == b) {
        return 0;
    }
    for (size_t i = 0; i < c->conf->distances.n; i++) {
        const struct room_distance *d = &c->conf->distances.items[i];
        if (((d->room_a == a && d->room_b == b) || (d->room_a == b && d->room_b == a)) &&
            d->walk_us > longest) {
            longest = d->walk_us;
        }
    }
    if (longest >= 0) {
        return longest;
    }
    const char *x = c->conf->rooms.items[a].building;
    const char *y = c->conf->rooms.items[b].building;
    int64_t usual = c->options->walk_between_buildings_us;
    usual = usual == 0 ? 10 * MINUTE_US : usual;
    return *x != '\0' && *y != '\0' && strcmp(x, y) != 0 ? usual : 0;
}

static void check_two(struct checker *c, const struct requirement *r, const struct requirement *o)
{
    static const char *const twice[] = {"critical", "high", "medium"};
    const struct session *a = session_at(c, r->session);
    const struct session *b = session_at(c, o->session);
    int weaker = weight(r) > weight(o) ? weight(r) : weight(o);
    int stronger = weight(r) > weight(o) ? weight(o) : weight(r);
    int64_t first = 0;
    int64_t steps = common(a, b, &first);
    if (a->parent == o->session || b->parent == r->session) {
        return;
    }
    bool settled = is_settled(c, r, o);
    if (steps > 0 && weaker <= 2) {
        line_add(c, "required_twice", settled ? "low" : twice[weaker], r->person, r->session,
                 o->session, first, first + steps * STEP_US);
    }
    if (steps > 0 && (weaker == 3 || (weaker == 4 && stronger >= 3))) {
        line_add(c, "wanted_by_choice", weaker == 4 || settled ? "info" : "low", r->person,
                 r->session, o->session, first, first + steps * STEP_US);
    }
    const struct session *early = a->end_us <= b->start_us ? a : b;
    const struct session *late = early == a ? b : a;
    int64_t arrive_us = early->end_us + way_us(c, a->room, b->room);
    bool walks = !stays_away(c, r) && !stays_away(c, o) && !from_afar(c, r) && !from_afar(c, o);
    if (steps == 0 && weaker <= 2 && walks && late->start_us < arrive_us) {
        line_add(c, "no_time_between",
                 settled       ? "info"
                 : weaker == 2 ? "low"
                               : "medium",
                 r->person, r->session, o->session, late->start_us,
                 arrive_us < late->end_us ? arrive_us : late->end_us);
    }
}

static bool speaks_for_track(const struct checker *c, int session)
{
    const struct session *s = session_at(c, session);
    bool inside =
        s->parent >= 0 && is_live(c, s->parent) && session_at(c, s->parent)->track == s->track;
    return s->track >= 0 && s->kind != SESSION_OPEN_SLOT && !inside;
}

/* Is the person on the track's list, or speaking in it? */
static bool belongs(const struct checker *c, int person, int track)
{
    for (size_t i = 0; i < c->conf->mentions.n; i++) {
        const struct mention *m = &c->conf->mentions.items[i];
        int of = m->track >= 0 ? m->track : m->session >= 0 ? session_at(c, m->session)->track : -1;
        if (m->person == person && of == track) {
            return true;
        }
    }
    return false;
}

static bool is_mc(const struct checker *c, int track)
{
    return track >= 0 && c->conf->tracks.items[track].kind == TRACK_MC;
}

/* How many belong to a (and to b, unless it is -1); -1 for a: to any MC. */
static int n_members(const struct checker *c, int a, int b)
{
    int n = 0;
    for (int p = 0; p < (int)c->conf->persons.n; p++) {
        bool is_in = a >= 0 && belongs(c, p, a) && (b < 0 || belongs(c, p, b));
        for (int t = 0; a < 0 && t < (int)c->conf->tracks.n; t++) {
            is_in = is_in || (is_mc(c, t) && belongs(c, p, t));
        }
        n += is_in;
    }
    return n;
}

/* Draws one after the other: the chance of `wanted` or more hits in n draws without putting back
 * from n_all with n_good among them. */
static double draws(int n_all, int n_good, int n, int wanted)
{
    if (wanted <= 0) {
        return 1;
    }
    if (n == 0) {
        return 0;
    }
    double hit = (double)n_good / n_all;
    double chance = 0;
    if (n_good > 0) {
        chance += hit * draws(n_all - 1, n_good - 1, n - 1, wanted - 1);
    }
    if (n_good < n_all) {
        chance += (1 - hit) * draws(n_all - 1, n_good, n - 1, wanted);
    }
    return chance;
}

static double overlap_chance(const struct checker *c, int a, int b)
{
    int n_a = n_members(c, a, -1);
    int n_b = n_members(c, b, -1);
    return draws(n_members(c, -1, -1), n_a > n_b ? n_a : n_b, n_a > n_b ? n_b : n_a,
                 n_members(c, a, b));
}

/* Benjamini and Hochberg by their definition: some k pairs lie at or below k/m of the share, and
 * this pair is no less remarkable than the k-th. */
static bool share_people(const struct checker *c, int a, int b)
{
    double chances[32];
    int n = 0;
    if (!is_mc(c, a) || !is_mc(c, b) || a == b || n_members(c, a, b) < 3) {
        return false;
    }
    for (int i = 0; i < (int)c->conf->tracks.n; i++) {
        for (int k = 0; k < i; k++) {
            if (is_mc(c, i) && is_mc(c, k)) {
                chances[n++] = overlap_chance(c, i, k);
            }
        }
    }
    double own = overlap_chance(c, a, b);
    for (int k = n; k > 0; k--) {
        double limit = 0.05 * k / n + 1e-12;
        int n_below = 0;
        for (int i = 0; i < n; i++) {
            n_below += chances[i] <= limit;
        }
        if (n_below >= k) {
            return own <= limit;
        }
    }
    return false;
}

static void check_programme(struct checker *c)
{
    int n = (int)c->conf->sessions.n;
    for (int i = 0; i < n; i++) {
        const struct session *a = session_at(c, i);
        for (int j = 0; j < i && is_live(c, i); j++) {
            const struct session *b = session_at(c, j);
            int64_t first = 0;
            int64_t steps = is_live(c, j) ? common(a, b, &first) : 0;
            bool separated = false;
            for (size_t k = 0; k < c->conf->separations.n; k++) {
                const struct separation *s = &c->conf->separations.items[k];
                separated = separated || (s->track_a != s->track_b &&
                                          ((s->track_a == a->track && s->track_b == b->track) ||
                                           (s->track_b == a->track && s->track_a == b->track)));
            }
            if (steps > 0 && a->room >= 0 && a->room == b->room && a->parent != j &&
                b->parent != i) {
                line_add(c, "room_twice", "high", -1, i, j, first, first + steps * STEP_US);
            }
            if (steps > 0 && !separated && speaks_for_track(c, i) && speaks_for_track(c, j) &&
                share_people(c, a->track, b->track)) {
                line_add(c, "tracks_share_people", "low", -1, i, j, first, first + steps * STEP_US);
            }
            if (steps > 0 && separated && speaks_for_track(c, i) && speaks_for_track(c, j)) {
                line_add(c, "tracks_together", "high", -1, i, j, first, first + steps * STEP_US);
            }
        }
        int seats = a->room < 0 ? 0 : c->conf->rooms.items[a->room].capacity;
        if (is_live(c, i) && a->kind != SESSION_OPEN_SLOT && seats > 0 &&
            a->expected_people > seats) {
            line_add(c, "room_too_small", "medium", -1, i, -1, a->start_us, a->end_us);
        }
    }
}

/* The duties outside the track that one of its sessions overlaps with, as lines about pairs. */
static void check_duties(struct checker *c, const struct requirement *r)
{
    for (size_t j = 0; j < c->requirements->items.n; j++) {
        const struct requirement *o = &c->requirements->items.items[j];
        bool is_outside = session_at(c, o->session)->track != session_at(c, r->session)->track;
        int64_t first = 0;
        if (o->person == r->person && !o->is_loose && weight(o) <= 2 && is_outside &&
            !goes_without_saying(c, o) && !is_settled(c, r, o) &&
            common(session_at(c, r->session), session_at(c, o->session), &first) > 0) {
            size_t n = c->lines.n;
            check_two(c, r, o);
            if (c->lines.n > n) {
                return; /* the first one is enough */
            }
        }
    }
}

struct line {
    char kind[32];
    char severity[16];
    int person;
    int a;
    int b;
    long long start;
    long long end;
};

static void read_line(const char *text, struct line *ret)
{
    int n = sscanf(text, "%31s %15s p%d s%d s%d %lld-%lld", ret->kind, ret->severity, &ret->person,
                   &ret->a, &ret->b, &ret->start, &ret->end);
    assert_int_equal(n, 7);
}

/* Of each kind one line for the whole track, when more than half of its sessions have it. */
static void sum_up(struct checker *c, const struct checker *single, int n_sessions)
{
    for (int kind = 0; kind < N_CLASH_KINDS; kind++) {
        struct line all = {.kind = ""};
        int n = 0;
        for (size_t i = 0; i < single->lines.n; i++) {
            struct line line;
            read_line(single->lines.items[i], &line);
            if (strcmp(line.kind, clash_kinds[kind].name) == 0 && n++ == 0) {
                all = line;
            } else if (strcmp(line.kind, clash_kinds[kind].name) == 0) {
                all.start = line.start < all.start ? line.start : all.start;
                all.end = line.end > all.end ? line.end : all.end;
            }
        }
        if (2 * n > n_sessions) {
            *vec_add(c->arena, &c->lines) =
                arena_printf(c->arena, "%s %s p%d s%d s%d %lld-%lld", all.kind, all.severity,
                             all.person, all.a, all.b, all.start, all.end);
        }
    }
}

static void check_track(struct checker *c, int person, int track)
{
    struct checker single = {c->conf, c->requirements, c->options, c->arena, {0}};
    int n = 0;
    for (size_t i = 0; i < c->requirements->items.n; i++) {
        const struct requirement *r = &c->requirements->items.items[i];
        if (r->person == person && r->is_loose && weight(r) <= 2 &&
            session_at(c, r->session)->track == track && !goes_without_saying(c, r)) {
            n++;
            check_one(&single, r);
            check_duties(&single, r);
        }
    }
    sum_up(c, &single, n);
}

static void check_all(struct checker *c)
{
    for (size_t i = 0; i < c->requirements->items.n; i++) {
        const struct requirement *r = &c->requirements->items.items[i];
        if (r->is_loose || goes_without_saying(c, r)) {
            continue;
        }
        check_one(c, r);
        for (size_t j = 0; j < i; j++) {
            const struct requirement *o = &c->requirements->items.items[j];
            if (o->person == r->person && !o->is_loose && !goes_without_saying(c, o)) {
                check_two(c, r, o);
            }
        }
    }
    for (int p = 0; p < (int)c->conf->persons.n; p++) {
        for (int t = 0; t < (int)c->conf->tracks.n; t++) {
            check_track(c, p, t);
        }
    }
    check_programme(c);
}

/* --- the comparison --- */

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void print_clash(const struct clash *clash, char *line)
{
    (void)snprintf(line, LINE_SIZE, "%s %s p%d s%d s%d %lld-%lld", clash_kinds[clash->kind].name,
                   severity_name(clash->severity), clash->person, clash->session_a,
                   clash->session_b, (long long)(clash->start_us / MINUTE_US),
                   (long long)(clash->end_us / MINUTE_US));
}

static void compare_sets(const struct checker *c, const struct clashes *found, int seed)
{
    char **lines = arena_array(c->arena, found->items.n, sizeof *lines);
    for (size_t i = 0; i < found->items.n; i++) {
        lines[i] = arena_alloc(c->arena, LINE_SIZE);
        print_clash(&found->items.items[i], lines[i]);
    }
    qsort(lines, found->items.n, sizeof *lines, compare_lines);
    if (c->lines.n > 1) {
        qsort(c->lines.items, c->lines.n, sizeof *c->lines.items, compare_lines);
    }
    for (size_t i = 0; i < found->items.n || i < c->lines.n; i++) {
        const char *engine = i < found->items.n ? lines[i] : "nothing more";
        const char *brute = i < c->lines.n ? c->lines.items[i] : "nothing more";
        if (strcmp(engine, brute) != 0) {
            fail_msg("conference %d: engine says \"%s\", checker says \"%s\"", seed, engine, brute);
        }
    }
}

static void same_clash(const struct clash *a, const struct clash *b)
{
    char x[LINE_SIZE];
    char y[LINE_SIZE];
    print_clash(a, x);
    print_clash(b, y);
    assert_string_equal(x, y);
    assert_string_equal(a->why, b->why);
    assert_true(a->fingerprint == b->fingerprint);
}

/* Each person alone, and the programme alone, give the parts of the whole in the same order. */
static void compare_parts(const struct conference *conf, const struct requirements *requirements,
                          const struct clash_options *options, const struct clashes *all,
                          struct arena *arena)
{
    size_t n = 0;
    for (int person = -2; person < (int)conf->persons.n; person++) {
        if (person == -1) {
            continue;
        }
        struct clash_options only = *options;
        struct clashes part = {0};
        only.only_person = person;
        clash_find(conf, requirements, &only, arena, &part);
        size_t at = 0;
        for (size_t i = 0; i < all->items.n; i++) {
            if (all->items.items[i].person == (person == -2 ? -1 : person)) {
                assert_true(at < part.items.n);
                same_clash(&all->items.items[i], &part.items.items[at++]);
            }
        }
        assert_int_equal(at, part.items.n);
        n += at;
    }
    assert_int_equal(n, all->items.n);
}

static bool is_about_a_track(const struct requirements *requirements, const struct clash *clash)
{
    for (size_t i = 0; i < requirements->items.n; i++) {
        const struct requirement *r = &requirements->items.items[i];
        if (r->is_loose && r->person == clash->person &&
            (r->session == clash->session_a || r->session == clash->session_b)) {
            return true;
        }
    }
    return false;
}

static void the_engine_finds_what_a_check_of_every_pair_finds(void **state)
{
    (void)state;
    size_t seen[N_CLASH_KINDS] = {0};
    int n_loose = 0;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    for (int seed = 1; seed <= N_CONFERENCES; seed++) {
        random_start(seed);
        arena_reset(arena);
        struct conference conf;
        make_conference(&conf, arena);
        struct clash_options options = random_options(&conf);
        struct requirements requirements = {0};
        struct clashes found = {0};
        requirements_build(&conf, arena, &requirements);
        clash_find(&conf, &requirements, &options, arena, &found);
        struct checker checker = {&conf, &requirements, &options, arena, {0}};
        check_all(&checker);
        compare_sets(&checker, &found, seed);
        compare_parts(&conf, &requirements, &options, &found, arena);
        for (size_t i = 0; i < found.items.n; i++) {
            seen[found.items.items[i].kind]++;
            n_loose += is_about_a_track(&requirements, &found.items.items[i]);
        }
    }
    assert_true(n_loose > 1000);
    for (int kind = 0; kind < N_CLASH_KINDS; kind++) {
        if (seen[kind] < 50) {
            fail_msg("only %zu of kind %s in all conferences", seen[kind], clash_kinds[kind].name);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_engine_finds_what_a_check_of_every_pair_finds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
