#include "base/near.h"

#include <stdio.h>
#include <string.h>

void near_init(struct near *near, const char *typed)
{
    *near = (struct near){.typed = typed};
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Optimal string alignment distance, by its recurrence: words of a command line are short. */
static int distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    int d[NEAR_MAX + 1][NEAR_MAX + 1];
    for (size_t i = 0; i <= a_len; i++) {
        d[i][0] = (int)i;
    }
    for (size_t j = 0; j <= b_len; j++) {
        d[0][j] = (int)j;
    }
    for (size_t i = 1; i <= a_len; i++) {
        for (size_t j = 1; j <= b_len; j++) {
            int changed = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            d[i][j] = least(changed, 1 + least(d[i - 1][j], d[i][j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                d[i][j] = least(d[i][j], 1 + d[i - 2][j - 2]);
            }
        }
    }
    return d[a_len][b_len];
}

void near_offer(struct near *near, const char *candidate)
{
    size_t a_len = strlen(near->typed);
    size_t b_len = strlen(candidate);
    if (a_len > NEAR_MAX || b_len > NEAR_MAX) {
        return;
    }
    int n = distance(near->typed, a_len, candidate, b_len);
    int allowed = ((int)b_len + 2) / 3;
    if (n <= allowed && (near->best == NULL || n < near->distance)) {
        near->best = candidate;
        near->distance = n;
    }
}

const char *near_hint(const struct near *near, const char *before, char *buf, size_t size)
{
    buf[0] = '\0';
    if (near->best != NULL) {
        (void)snprintf(buf, size, "; did you mean %s%s?", before, near->best);
    }
    return buf;
}
