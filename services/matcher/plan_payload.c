#include "matcher/plan.h"

#include "base/link.h"
#include "base/settings.h"
#include "base/str.h"
#include "core/names.h"

#include <string.h>

json_t *payload_new(const struct plan *plan, const char *to_name)
{
    const struct conference *conf = &plan->conf;
    return json_pack(
        "{s:{s:s, s:s, s:s}, s:{s:s}, s:{s:s, s:s, s:s, s:s, s:s, s:s}, s:[]}", "event", "slug",
        conf->slug, "title", conf->title[0] != '\0' ? conf->title : conf->slug, "timezone",
        zone_name(conf->zone), "to", "name", name_spoken(to_name, plan->arena), "links", "answer",
        "", "agenda", "", "feed", "", "unsubscribe", "", "lead", "", "organiser", "", "calendar");
}

void payload_link(const struct plan *plan, json_t *payload, const char *name, int purpose,
                  int64_t subject, int64_t person_id)
{
    /* whole days, so that the same facts make the same link and the same payload */
    int64_t expires_s =
        (plan->now_us + setting_us(SET_LINK_LIFETIME)) / DAY_US * (DAY_US / SECOND_US);
    struct token token = {(enum token_purpose)purpose, plan->conf.id, subject, person_id,
                          expires_s};
    const char *url = link_url(plan->arena, &token);
    (void)json_object_set_new(json_object_get(payload, "links"), name, json_string(url));
}

void payload_calendar(const struct plan *plan, json_t *payload, int person, const struct told *told,
                      const char *description)
{
    const struct session *session = &plan->conf.sessions.items[told->session];
    const char *uid = notice_uid(plan->arena, plan->conf.slug, session->id,
                                 plan->conf.persons.items[person].id, plan->domain);
    json_t *entry =
        json_pack("{s:s, s:i, s:I, s:I, s:I, s:s, s:s, s:s, s:s, s:b}", "uid", uid, "sequence",
                  told->sequence, "stamp_us", (json_int_t)plan->now_us, "start_us",
                  (json_int_t)told->start_us, "end_us", (json_int_t)told->end_us, "summary",
                  plan_title(&plan->conf, told->session), "location", told->room, "description",
                  description, "url", session->url, "cancelled", (int)told->is_cancelled);
    (void)json_array_append_new(json_object_get(payload, "calendar"), entry);
}

const char *plan_when(const struct plan *plan, int64_t start_us, int64_t end_us)
{
    if (start_us == 0) {
        return "";
    }
    char start[TIME_TEXT_SIZE];
    char end[TIME_TEXT_SIZE];
    return arena_printf(plan->arena, "%s to %s", time_short(plan->conf.zone, start_us, start),
                        time_hhmm(plan->conf.zone, end_us, end));
}

const char *plan_room(const struct conference *conf, const struct session *session)
{
    return session->room < 0 ? "" : conf->rooms.items[session->room].name;
}

const char *plan_title(const struct conference *conf, int session)
{
    const struct session *s = &conf->sessions.items[session];
    if (s->kind == SESSION_BLOCK && s->track >= 0) {
        return conf->tracks.items[s->track].title;
    }
    return s->title;
}
