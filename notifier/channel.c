#include "notifier/channel.h"

#include "base/settings.h"
#include "base/strmap.h"

#include <inttypes.h>
#include <string.h>

const struct channel *const channels[N_CHANNELS] = {
    [CHANNEL_SMTP] = &smtp_channel,
    [CHANNEL_MATRIX] = &matrix_channel,
    [CHANNEL_MAILDIR] = &maildir_channel,
};

const struct route delivery_routes[N_ROUTES] = {
    {"mail", CHANNEL_SMTP, SET_SMTP_URL, SET_SMTP_RATE},
    {"matrix", CHANNEL_MATRIX, SET_MATRIX_URL, SET_MATRIX_RATE},
};

const struct route *delivery_route_find(const char *name)
{
    for (int i = 0; i < N_ROUTES; i++) {
        if (strcmp(delivery_routes[i].name, name) == 0) {
            return &delivery_routes[i];
        }
    }
    return NULL;
}

const struct channel *route_channel(const struct route *route)
{
    bool has_address = setting_text((enum setting_id)route->address_setting)[0] != '\0';
    return channels[has_address ? route->with : CHANNEL_MAILDIR];
}

const char *outbox_stable_id(const struct outbox_message *message, struct arena *arena)
{
    uint64_t hash =
        hash_bytes(message->dedupe_key, strlen(message->dedupe_key), (uint64_t)message->created_us);
    return arena_printf(arena, "%" PRId64 "-%" PRId64 "-%016" PRIx64, message->event_id,
                        message->outbox_id, hash);
}
