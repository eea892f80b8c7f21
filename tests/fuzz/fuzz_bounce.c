/* What mail servers send back, as strangers may write it: see notifier/bounce_report.h. */
#include "base/token.h"
#include "notifier/bounce_report.h"
#include "notifier/return_path.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char key[] = "0123456789abcdef0123456789abcdef";
    struct err err = {0};
    struct bounce_report report;
    int64_t event_id = 0;
    int64_t outbox_id = 0;
    struct arena *arena = arena_new();
    char *mail = malloc(size + 1); /* so that the sanitizer sees a step too far */
    if (mail == NULL || token_set_key(key, &err) < 0) {
        abort();
    }
    memcpy(mail, data, size);
    mail[size] = '\0';
    bounce_read(mail, size, arena, &report);
    if (strlen(report.detail) > 300 || strlen(report.status) > 15) {
        abort();
    }
    (void)return_path_find("bounces+*@example.org", mail, size, &event_id, &outbox_id);
    free(mail);
    arena_free(arena);
    return 0;
}
