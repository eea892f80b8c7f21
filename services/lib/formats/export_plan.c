#include "formats/export_plan.h"

#include "base/str.h"
#include "formats/build.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define NIGHT_US (3 * HOUR_US) /* what starts before this belongs to the day before */

static int compare_items(const void *a, const void *b)
{
    const struct export_item *x = a;
    const struct export_item *y = b;
    if (x->day_us != y->day_us) {
        return x->day_us < y->day_us ? -1 : 1;
    }
    if (x->room != y->room) {
        return x->room < y->room ? -1 : 1;
    }
    if (x->start_us != y->start_us) {
        return x->start_us < y->start_us ? -1 : 1;
    }
    return (x->session > y->session) - (x->session < y->session);
}

static void chain(int *first, int *next, int index)
{
    next[index] = *first;
    *first = index;
}

static void chain_people(struct export_plan *plan, struct arena *arena)
{
    const struct conference *conf = plan->conf;
    plan->next_mention = arena_array(arena, conf->mentions.n, sizeof(int));
    plan->session_speaker = arena_array(arena, conf->sessions.n, sizeof(int));
    plan->track_lead = arena_array(arena, conf->tracks.n, sizeof(int));
    for (size_t i = 0; i < conf->sessions.n; i++) {
        plan->session_speaker[i] = -1;
    }
    for (size_t i = 0; i < conf->tracks.n; i++) {
        plan->track_lead[i] = -1;
    }
    for (int i = (int)conf->mentions.n - 1; i >= 0; i--) {
        const struct mention *mention = &conf->mentions.items[i];
        plan->next_mention[i] = -1;
        if (mention->role == ROLE_SPEAKER && mention->session >= 0) {
            chain(&plan->session_speaker[mention->session], plan->next_mention, i);
        } else if (mention->role == ROLE_LEAD && mention->track >= 0) {
            chain(&plan->track_lead[mention->track], plan->next_mention, i);
        }
    }
}

void export_plan_make(const struct conference *conf, struct arena *arena, struct export_plan *ret)
{
    *ret = (struct export_plan){
        .conf = conf, .items = arena_array(arena, conf->sessions.n, sizeof(struct export_item))};
    for (size_t i = 0; i < conf->sessions.n; i++) {
        const struct session *session = &conf->sessions.items[i];
        if (session_is_scheduled(session) && !session->is_cancelled) {
            ret->items[ret->n++] =
                (struct export_item){zone_day_start_us(conf->zone, session->start_us - NIGHT_US),
                                     session->room, session->start_us, (int)i};
        }
    }
    if (ret->n > 0) {
        qsort(ret->items, ret->n, sizeof *ret->items, compare_items);
    }
    chain_people(ret, arena);
}

int export_first_person(const struct export_plan *plan, const struct session *session)
{
    if (session->kind == SESSION_BLOCK && session->track >= 0) {
        return plan->track_lead[session->track];
    }
    return plan->session_speaker[session - plan->conf->sessions.items];
}

bool export_ends_day(const struct export_plan *plan, size_t i)
{
    return i + 1 == plan->n || plan->items[i].day_us != plan->items[i + 1].day_us;
}

bool export_ends_room(const struct export_plan *plan, size_t i)
{
    return export_ends_day(plan, i) || plan->items[i].room != plan->items[i + 1].room;
}

const char *export_person_key(const struct mention *mention)
{
    return strchr(mention->source_key, '@') != NULL ? "" : mention->source_key;
}

const char *export_person_name(struct arena *arena, const struct mention *mention)
{
    const char *at = strchr(mention->name, '@');
    bool is_address = at != NULL && at != mention->name && strchr(mention->name, ' ') == NULL;
    return is_address ? arena_strndup(arena, mention->name, (size_t)(at - mention->name))
                      : mention->name;
}

bool export_is_uuid(const char *key)
{
    size_t i = 0;
    for (; key[i] != '\0'; i++) {
        bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (is_dash ? key[i] != '-' : !isxdigit((unsigned char)key[i])) {
            return false;
        }
    }
    return i == 36;
}

const char *export_text(struct arena *arena, const char *text)
{
    if (!text_is_html(text)) {
        return text;
    }
    struct str out = {0};
    str_add(&out, "<p>");
    for (const char *p = text; *p != '\0'; p++) {
        if (p[0] == '\n' && p[1] == '\n') {
            str_add(&out, "</p><p>");
            p++;
        } else if (*p == '\n') {
            str_add(&out, "<br/>");
        } else if (*p == '<' || *p == '&') {
            str_add(&out, *p == '<' ? "&lt;" : "&amp;");
        } else {
            str_add_char(&out, *p);
        }
    }
    str_add(&out, "</p>");
    const char *html = arena_strdup(arena, str_text(&out));
    str_done(&out);
    return html;
}

const char *export_duration(struct arena *arena, const struct session *session)
{
    int64_t minutes = (session->end_us - session->start_us + MINUTE_US - 1) / MINUTE_US;
    return arena_printf(arena, "%02lld:%02lld", (long long)(minutes / 60),
                        (long long)(minutes % 60));
}

const char *export_slug(struct arena *arena, const struct conference *conf,
                        const struct session *session)
{
    char *slug = arena_printf(arena, "%s-%s-x", conf->slug, session->key);
    size_t n = 0;
    for (const char *p = slug; *p != '\0'; p++) {
        char c = (char)tolower((unsigned char)*p);
        slug[n++] = isalnum((unsigned char)c) ? c : c == '_' ? '_' : '-';
    }
    slug[n - 2] = '\0';
    return slug;
}
