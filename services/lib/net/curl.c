#include "net/curl.h"

#include "base/str.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

int curl_start(struct err *err)
{
    static bool has_started;
    if (!has_started && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return err_set(err, ERR_SYSTEM, "cannot start libcurl");
    }
    has_started = true;
    return 0;
}

void curl_common(CURL *curl, const char *ca_file, int64_t timeout_us)
{
    long timeout_ms = (long)(timeout_us / 1000);
    (void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, timeout_ms);
    /* Slower than a byte a second for that long counts as silence. */
    (void)curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, timeout_ms / 1000 + 1);
    (void)curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, timeout_ms * 10);
    (void)curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    (void)curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (!str_is_empty(ca_file)) {
        (void)curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file);
        (void)curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
    }
}

const char *curl_part(CURLU *url, CURLUPart part, char *buf, size_t size)
{
    char *text = NULL;
    buf[0] = '\0';
    if (curl_url_get(url, part, &text, 0) == CURLUE_OK) {
        (void)snprintf(buf, size, "%s", text);
        curl_free(text);
    }
    return buf;
}

bool curl_host_is_loopback(const char *host)
{
    char bare[64];
    struct in_addr v4;
    struct in6_addr v6;
    (void)snprintf(bare, sizeof bare, "%s", host[0] == '[' ? host + 1 : host);
    bare[strcspn(bare, "]")] = '\0';
    if (inet_pton(AF_INET, bare, &v4) == 1) {
        return ntohl(v4.s_addr) >> 24 == 127;
    }
    if (inet_pton(AF_INET6, bare, &v6) == 1) {
        return IN6_IS_ADDR_LOOPBACK(&v6);
    }
    return str_equal_nocase(host, "localhost");
}
