#include "store/suppression.h"

#include "base/token.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/ucasemap.h>

/* Unicode case folding; what cannot be folded stays as it is. */
static char *fold(const char *address)
{
    UErrorCode status = U_ZERO_ERROR;
    size_t size = 3 * strlen(address) + 1; /* the most that folding adds */
    char *folded = malloc(size);
    UCaseMap *map = ucasemap_open("", U_FOLD_CASE_DEFAULT, &status);
    if (folded == NULL || U_FAILURE(status)) {
        abort();
    }
    (void)ucasemap_utf8FoldCase(map, folded, (int32_t)size, address, -1, &status);
    ucasemap_close(map);
    if (U_FAILURE(status)) {
        (void)snprintf(folded, size, "%s", address);
    }
    return folded;
}

const char *suppression_hash(const char *address, char buf[SUPPRESSION_HASH_SIZE])
{
    char hash[TOKEN_HASH_SIZE];
    char *folded = fold(address);
    (void)snprintf(buf, SUPPRESSION_HASH_SIZE, "hmac:%s", token_hash("suppression", folded, hash));
    free(folded);
    return buf;
}
