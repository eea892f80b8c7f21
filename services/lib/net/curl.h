/* curl: what http.c and smtp.c share of libcurl; for this folder only. */
#ifndef ROLLCALL_NET_CURL_H
#define ROLLCALL_NET_CURL_H

#include "base/cleanup.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

#include <curl/curl.h>

/* Initialises libcurl once per process. */
int curl_start(struct err *err) MUST_CHECK;

/* What every handle gets: no signals, silence limited to timeout_us, TLS 1.2 and verification. */
void curl_common(CURL *curl, const char *ca_file, int64_t timeout_us);

CLEANUP_FUNCTION(CURLU, curlu_cleanup, curl_url_cleanup);

/* The named part of a parsed URL copied into buf; "" when there is none. */
const char *curl_part(CURLU *url, CURLUPart part, char *buf, size_t size);
/* True for localhost, 127.0.0.0/8 and ::1. */
bool curl_host_is_loopback(const char *host);

#endif
