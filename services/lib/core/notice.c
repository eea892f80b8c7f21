#include "core/notice.h"

#include "base/clock.h"

#include <string.h>

const struct notice_row notice_rows[N_NOTICE_KINDS] = {
    {NOTICE_QUESTION, "question", false, false, 0, "asks a key attendee: will you be there?"},
    {NOTICE_AGENDA, "agenda", false, true, 0, "an attendee's own plan, with reasons"},
    {NOTICE_CHANGE, "change", true, true, 2 * DAY_US, "a session that matters to the reader moved"},
    {NOTICE_QUORUM, "quorum", false, false, 7 * DAY_US, "tells a lead who will be in the room"},
    {NOTICE_DOUBLE_BOOKED, "double_booked", false, false, 7 * DAY_US,
     "tells the organisers who is wanted twice, worst first"},
    {NOTICE_OPENING, "opening", true, true, DAY_US,
     "a slot filled at short notice that the reader would want and has time for"},
};

int notice_kind_parse(const char *name)
{
    for (int i = 0; i < N_NOTICE_KINDS; i++) {
        if (strcmp(notice_rows[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

char *notice_uid(struct arena *arena, const char *slug, int64_t session_id, int64_t person_id,
                 const char *domain)
{
    return arena_printf(arena, "%s.s%lld.p%lld@%s", slug, (long long)session_id,
                        (long long)person_id, domain);
}

char *notice_domain(struct arena *arena, const char *address)
{
    const char *at = strrchr(address, '@');
    if (at == NULL || at[1] == '\0') {
        return arena_strdup(arena, "localhost");
    }
    return arena_strndup(arena, at + 1, strcspn(at + 1, "> \t,"));
}
