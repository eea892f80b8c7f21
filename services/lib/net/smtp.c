#include "net/smtp.h"

#include "base/clock.h"
#include "base/str.h"
#include "net/curl.h"
#include "net/smtp_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <unicode/uidna.h>

#define ADDRESS_SIZE                                                                               \
    330 /* RFC 5321 section 4.5.3.1: 64 + 1 + 255, and room for A-labels' growth                   \
         */
#define LOCAL_PART_MAX 64

static char *copy_text(const char *text)
{
    char *copy = strdup(text != NULL ? text : "");
    if (copy == NULL) {
        abort();
    }
    return copy;
}

static bool is_host_name(const char *name)
{
    return name[0] != '\0' &&
           name[strspn(name,
                       "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_[]:")] ==
               '\0';
}

/* Checks the options' address and makes the one for libcurl: scheme://host:port/our.name */
static int check_options(const struct smtp_options *options, char **ret_url, struct err *err)
{
    CLEANUP(curlu_cleanup) CURLU *parts = curl_url();
    char scheme[8];
    char host[256];
    char port[8];
    if (parts == NULL || curl_url_set(parts, CURLUPART_URL, options->url, 0) != CURLUE_OK) {
        return err_set(err, ERR_USAGE, "the mail server's address is not smtp://host:port: %.200s",
                       options->url);
    }
    (void)curl_part(parts, CURLUPART_SCHEME, scheme, sizeof scheme);
    (void)curl_part(parts, CURLUPART_HOST, host, sizeof host);
    (void)curl_part(parts, CURLUPART_PORT, port, sizeof port);
    bool is_tls = strcmp(scheme, "smtps") == 0;
    if (!is_tls && strcmp(scheme, "smtp") != 0) {
        return err_set(err, ERR_USAGE, "mail goes to smtp:// or smtps://, not %s://", scheme);
    }
    if (!is_host_name(options->helo)) {
        return err_set(err, ERR_USAGE, "this cannot be said in EHLO: %.100s", options->helo);
    }
    if (!is_tls && !options->requires_tls && !str_is_empty(options->user) &&
        !curl_host_is_loopback(host)) {
        return err_set(err, ERR_USAGE, "a password would go to %s in cleartext", host);
    }
    struct str url = {0};
    str_printf(&url, "%s://%s%s%s/%s", scheme, host, port[0] != '\0' ? ":" : "", port,
               options->helo);
    *ret_url = copy_text(str_text(&url));
    str_done(&url);
    return 0;
}

int smtp_client_new(const struct smtp_options *options, struct smtp_client **ret, struct err *err)
{
    char *url = NULL;
    int r = curl_start(err);
    r = r < 0 ? r : check_options(options, &url, err);
    if (r < 0) {
        return r;
    }
    struct smtp_client *client = calloc(1, sizeof *client);
    if (client == NULL || (client->curl = curl_easy_init()) == NULL) {
        free(client);
        free(url);
        return err_set(err, ERR_SYSTEM, "no memory for an SMTP client");
    }
    client->url = url;
    client->ca_file = copy_text(options->ca_file);
    client->user = copy_text(options->user);
    client->password = copy_text(options->password);
    memset(client->sockets, -1, sizeof client->sockets);
    client->requires_tls = options->requires_tls;
    client->timeout_us = options->timeout_us > 0 ? options->timeout_us : 30 * SECOND_US;
    *ret = client;
    return 0;
}

void smtp_silence(struct smtp_client *client)
{
    for (size_t i = 0; i < SMTP_SOCKETS; i++) {
        if (client->sockets[i] >= 0) {
            (void)shutdown(client->sockets[i], SHUT_RD);
        }
    }
    (void)curl_easy_setopt(client->curl, CURLOPT_VERBOSE, 0L);
}

void smtp_client_free(struct smtp_client *client)
{
    if (client == NULL) {
        return;
    }
    smtp_silence(client);
    curl_easy_cleanup(client->curl);
    explicit_bzero(client->password, strlen(client->password));
    free(client->password);
    free(client->user);
    free(client->ca_file);
    free(client->url);
    free(client);
}

/* --- addresses --- */

bool smtp_needs_utf8(const char *address)
{
    const char *at = strrchr(address, '@');
    for (const char *p = address; *p != '\0' && p != at; p++) {
        if ((unsigned char)*p >= 0x80) {
            return true;
        }
    }
    return false;
}

/* Only what can stand between < and > on a command line: no blanks, controls, brackets, quotes. */
static bool is_clean(const char *address)
{
    for (const char *p = address; *p != '\0'; p++) {
        if ((unsigned char)*p <= 0x20 || *p == 0x7F || strchr("<>()[]\\,;:\"", *p) != NULL) {
            return false;
        }
    }
    return utf8_is_valid(address, strlen(address), NULL);
}

static bool domain_to_ascii(const char *domain, char *buf, size_t size)
{
    UErrorCode status = U_ZERO_ERROR;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    UIDNA *idna = uidna_openUTS46(
        UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII, &status);
    if (U_FAILURE(status)) {
        return false;
    }
    int32_t n = uidna_nameToASCII_UTF8(idna, domain, -1, buf, (int32_t)size, &info, &status);
    uidna_close(idna);
    return U_SUCCESS(status) && status != U_STRING_NOT_TERMINATED_WARNING && info.errors == 0 &&
           n > 0;
}

bool smtp_address(const char *address, char *buf, size_t size)
{
    const char *at = strrchr(address, '@');
    char domain[256];
    if (at == NULL || at == address || at - address > LOCAL_PART_MAX || !is_clean(address) ||
        !domain_to_ascii(at + 1, domain, sizeof domain) || !is_host_name(domain)) {
        return false;
    }
    if (memchr(address, '@', (size_t)(at - address)) != NULL || address[0] == '.' ||
        at[-1] == '.') {
        return false;
    }
    int n = snprintf(buf, size, "%.*s@%s", (int)(at - address), address, domain);
    return n > 0 && (size_t)n < size;
}

/* --- sockets: libcurl does not tell which connection it keeps --- */

static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void)purpose;
    struct smtp_client *client = arg;
    curl_socket_t fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    for (size_t i = 0; fd >= 0 && i < SMTP_SOCKETS; i++) {
        if (client->sockets[i] < 0) {
            client->sockets[i] = fd;
            break;
        }
    }
    return fd < 0 ? CURL_SOCKET_BAD : fd;
}

static int close_socket(void *arg, curl_socket_t fd)
{
    struct smtp_client *client = arg;
    for (size_t i = 0; i < SMTP_SOCKETS; i++) {
        if (client->sockets[i] == fd) {
            client->sockets[i] = -1;
        }
    }
    return close(fd);
}

/* --- watching the conversation --- */

static const struct {
    const char *verb;
    enum smtp_phase phase;
} verbs[] = {
    {"EHLO", PHASE_CONNECT}, {"HELO", PHASE_CONNECT}, {"STARTTLS", PHASE_CONNECT},
    {"AUTH", PHASE_AUTH},    {"MAIL", PHASE_MAIL},    {"RCPT", PHASE_RCPT},
    {"DATA", PHASE_DATA},
};

static void saw_command(struct smtp_client *client, const char *line)
{
    if (str_starts_nocase(line, "QUIT")) {
        client->is_over = true; /* libcurl says it after a refusal, whose reply is what counts */
        return;
    }
    client->code = 0;
    client->reply[0] = '\0';
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (str_starts_nocase(line, verbs[i].verb)) {
            client->phase = verbs[i].phase;
        }
    }
    if (str_starts_nocase(line, "EHLO")) {
        client->offers_utf8 = false;
        client->was_asked = true;
    }
}

static void saw_reply(struct smtp_client *client, const char *line, size_t n)
{
    while (n > 0 && (line[n - 1] == '\r' || line[n - 1] == '\n')) {
        n--;
    }
    if (client->is_over || n < 3 || line[0] < '2' || line[0] > '5') {
        return;
    }
    int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    if (code != client->code) {
        client->reply[0] = '\0'; /* an unasked 421 behind the reply that was awaited */
    }
    client->code = code;
    const char *text = n > 4 ? line + 4 : "";
    size_t len = n > 4 ? n - 4 : 0;
    if (client->phase == PHASE_CONNECT && len >= 8 && strncasecmp(text, "SMTPUTF8", 8) == 0) {
        client->offers_utf8 = true;
    }
    size_t used = strlen(client->reply);
    (void)snprintf(client->reply + used, sizeof client->reply - used, "%s%.*s", used > 0 ? " " : "",
                   (int)len, text);
}

static int watch(CURL *curl, curl_infotype type, char *data, size_t size, void *arg)
{
    (void)curl;
    struct smtp_client *client = arg;
    char line[64];
    if (type == CURLINFO_HEADER_OUT) {
        (void)snprintf(line, sizeof line, "%.*s", (int)size, data);
        saw_command(client, line);
    } else if (type == CURLINFO_HEADER_IN) {
        saw_reply(client, data, size);
    }
    return 0;
}

static size_t give(char *buf, size_t size, size_t n, void *arg)
{
    struct smtp_client *client = arg;
    size_t left = client->len - client->offset;
    size_t take = left < size * n ? left : size * n;
    memcpy(buf, client->message + client->offset, take);
    client->offset += take;
    client->phase = PHASE_BODY;
    client->code = 0;
    client->reply[0] = '\0';
    return take;
}

static size_t drop(char *data, size_t size, size_t n, void *arg)
{
    (void)data;
    (void)arg;
    return size * n;
}

/* --- the verdict --- */

/* The enhanced status code at the head of the reply (RFC 2034); "" when there is none. */
static void enhanced_code(const char *reply, char *buf, size_t size)
{
    size_t n = strspn(reply, "0123456789.");
    int dots = 0;
    for (size_t i = 0; i < n; i++) {
        dots += reply[i] == '.';
    }
    bool is_code = n >= 5 && dots == 2 && strchr("245", reply[0]) != NULL && reply[1] == '.';
    (void)snprintf(buf, size, "%.*s", is_code ? (int)n : 0, reply);
}

/* A 5yz to RCPT says that the address is dead, unless its own words say that it is about something
 * else: 5.7 policy, 5.3 and 5.4 systems and routing, 5.5 protocol, 5.6 content, 5.2.2 and 5.2.3 a
 * mailbox that is full or a message that is too long for it (RFC 3463). */
static bool is_about_address(const char *enhanced)
{
    return enhanced[0] == '\0' ||
           (str_starts(enhanced, "5.1.") && !str_equal(enhanced, "5.1.7") &&
            !str_equal(enhanced, "5.1.8")) ||
           (str_starts(enhanced, "5.2.") && !str_equal(enhanced, "5.2.2") &&
            !str_equal(enhanced, "5.2.3")) ||
           str_starts(enhanced, "5.0.");
}

static enum verdict_scope scope_of(const struct smtp_client *client, const char *enhanced)
{
    if (client->code == 421) {
        return VERDICT_CHANNEL; /* RFC 5321 section 3.8: the server is closing, for everybody */
    }
    switch (client->phase) {
    case PHASE_CONNECT:
    case PHASE_AUTH: return VERDICT_CHANNEL;
    case PHASE_MAIL: /* our sender is the same for all; only the declared size is this message's */
        return client->code == 552 || str_equal(enhanced, "5.3.4") ? VERDICT_MESSAGE
                                                                   : VERDICT_CHANNEL;
    case PHASE_RCPT:
        return client->code / 100 == 4 || is_about_address(enhanced) ? VERDICT_RECIPIENT
                                                                     : VERDICT_MESSAGE;
    case PHASE_DATA:
    case PHASE_BODY: break;
    }
    return VERDICT_MESSAGE;
}

/* No reply to the last command: the line dropped, the time was up, TLS failed. */
static void judge_silence(const struct smtp_client *client, CURLcode code, const char *trouble,
                          struct verdict *verdict)
{
    static const char *const told[] = {
        [PHASE_CONNECT] = "before the greeting was over",
        [PHASE_AUTH] = "while logging in",
        [PHASE_MAIL] = "after MAIL",
        [PHASE_RCPT] = "after RCPT",
        [PHASE_DATA] = "after DATA",
        [PHASE_BODY] = "after the message; it may have arrived",
    };
    bool is_tls = code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CONNECT_ERROR ||
                  code == CURLE_SSL_CACERT_BADFILE;
    char name[32];
    (void)snprintf(name, sizeof name, "curl-%d", (int)code);
    verdict_set(
        verdict, VERDICT_LATER, client->phase <= PHASE_AUTH ? VERDICT_CHANNEL : VERDICT_MESSAGE,
        is_tls                             ? "tls"
        : code == CURLE_OPERATION_TIMEDOUT ? "timeout"
                                           : name,
        "%s: %s", told[client->phase], trouble[0] != '\0' ? trouble : curl_easy_strerror(code));
}

static void judge(const struct smtp_client *client, CURLcode code, const char *trouble,
                  struct verdict *verdict)
{
    char enhanced[16];
    char text[48];
    enhanced_code(client->reply, enhanced, sizeof enhanced);
    const char *said = client->reply + strlen(enhanced);
    said += strspn(said, " ");
    (void)snprintf(text, sizeof text, "%d%s%s", client->code, enhanced[0] != '\0' ? " " : "",
                   enhanced);
    if (code == CURLE_OK) {
        verdict_set(verdict, VERDICT_SENT, VERDICT_MESSAGE, text, "%s", said);
        return;
    }
    if (code == CURLE_USE_SSL_FAILED) {
        verdict_set(verdict, VERDICT_REFUSED, VERDICT_CHANNEL, "tls",
                    "the server does not offer STARTTLS, and ROLLCALL_SMTP_TLS requires it");
        return;
    }
    if (client->code < 400) {
        judge_silence(client, code, trouble, verdict);
        return;
    }
    bool is_final = client->code / 100 == 5;
    enum verdict_scope scope = scope_of(client, enhanced);
    verdict_set(verdict, is_final ? VERDICT_REFUSED : VERDICT_LATER, scope, text, "%s", said);
    if (is_final && scope == VERDICT_RECIPIENT) {
        verdict->suppress = "bounced";
    }
}

/* --- the transfer --- */

static void set_up(struct smtp_client *client)
{
    CURL *curl = client->curl;
    curl_easy_reset(curl); /* keeps the connection */
    curl_common(curl, client->ca_file, client->timeout_us);
    (void)curl_easy_setopt(curl, CURLOPT_URL, client->url);
    (void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    (void)curl_easy_setopt(curl, CURLOPT_PROXY, "");
    /* Whole seconds only; covers what a low speed does not: a server that never answers. */
    (void)curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT,
                           (long)((client->timeout_us + SECOND_US - 1) / SECOND_US));
    (void)curl_easy_setopt(curl, CURLOPT_USE_SSL,
                           client->requires_tls ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_NONE);
    if (client->user[0] != '\0') {
        (void)curl_easy_setopt(curl, CURLOPT_USERNAME, client->user);
        (void)curl_easy_setopt(curl, CURLOPT_PASSWORD, client->password);
    }
    (void)curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    (void)curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, client);
    (void)curl_easy_setopt(curl, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
    (void)curl_easy_setopt(curl, CURLOPT_CLOSESOCKETDATA, client);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop);
    (void)curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, watch);
    (void)curl_easy_setopt(curl, CURLOPT_DEBUGDATA, client);
    (void)curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, client->trouble);
    client->trouble[0] = '\0';
    client->phase = PHASE_CONNECT;
    client->is_over = false;
    client->code = 0;
    client->reply[0] = '\0';
}

/* Connects if need be and learns what EHLO offers. True when the server takes SMTPUTF8. */
static bool ask_for_utf8(struct smtp_client *client, struct verdict *verdict)
{
    if (!client->was_asked) {
        set_up(client);
        (void)curl_easy_setopt(client->curl, CURLOPT_CUSTOMREQUEST, "NOOP");
        CURLcode code = curl_easy_perform(client->curl);
        if (code != CURLE_OK) {
            judge(client, code, client->trouble, verdict);
            return false;
        }
    }
    if (!client->offers_utf8) {
        verdict_set(verdict, VERDICT_REFUSED, VERDICT_RECIPIENT, "smtputf8",
                    "the address is not ASCII and the server does not offer SMTPUTF8");
        verdict->suppress = "refused";
    }
    return client->offers_utf8;
}

/* Writes both addresses as they go over the line. */
static bool check_addresses(const struct smtp_job *job, char *sender, char *recipient)
{
    sender[0] = '\0';
    if (job->from[0] != '\0' && !smtp_address(job->from, sender, ADDRESS_SIZE)) {
        verdict_set(job->verdict, VERDICT_REFUSED, VERDICT_CHANNEL, "sender",
                    "the envelope sender is not an address: see ROLLCALL_MAIL_FROM");
        return false;
    }
    if (!smtp_address(job->to, recipient, ADDRESS_SIZE)) {
        verdict_set(job->verdict, VERDICT_REFUSED, VERDICT_RECIPIENT, "address",
                    "this cannot be a mail address");
        job->verdict->suppress = "refused";
        return false;
    }
    return true;
}

bool smtp_begin(struct smtp_client *client, const struct smtp_job *job, bool is_fresh)
{
    char sender[ADDRESS_SIZE];
    char recipient[ADDRESS_SIZE];
    if (!check_addresses(job, sender, recipient) ||
        (smtp_needs_utf8(recipient) && !ask_for_utf8(client, job->verdict))) {
        return false;
    }
    set_up(client);
    client->recipients = curl_slist_append(NULL, recipient);
    if (client->recipients == NULL) {
        abort();
    }
    client->message = job->message;
    client->len = job->len;
    client->offset = 0;
    client->is_fresh = is_fresh;
    (void)curl_easy_setopt(client->curl, CURLOPT_FRESH_CONNECT, is_fresh ? 1L : 0L);
    (void)curl_easy_setopt(client->curl, CURLOPT_MAIL_FROM, sender);
    (void)curl_easy_setopt(client->curl, CURLOPT_MAIL_RCPT, client->recipients);
    (void)curl_easy_setopt(client->curl, CURLOPT_UPLOAD, 1L);
    (void)curl_easy_setopt(client->curl, CURLOPT_READFUNCTION, give);
    (void)curl_easy_setopt(client->curl, CURLOPT_READDATA, client);
    (void)curl_easy_setopt(client->curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)client->len);
    return true;
}

/* A kept connection that the server closed in between shows at MAIL: nothing was handed over yet.
 */
static bool was_stale(const struct smtp_client *client, CURLcode code)
{
    long n_connects = 1;
    (void)curl_easy_getinfo(client->curl, CURLINFO_NUM_CONNECTS, &n_connects);
    return code != CURLE_OK && n_connects == 0 && !client->is_fresh &&
           client->phase <= PHASE_MAIL && (client->code == 0 || client->code == 421);
}

bool smtp_end(struct smtp_client *client, CURLcode code, const struct smtp_job *job)
{
    (void)curl_easy_setopt(client->curl, CURLOPT_MAIL_RCPT, NULL);
    curl_slist_free_all(client->recipients);
    client->recipients = NULL;
    if (was_stale(client, code)) {
        return false;
    }
    judge(client, code, client->trouble, job->verdict);
    curl_off_t took_us = 0;
    (void)curl_easy_getinfo(client->curl, CURLINFO_TOTAL_TIME_T, &took_us);
    job->verdict->took_us = took_us;
    return true;
}

void smtp_send(struct smtp_client *client, const char *from, const char *to, const char *message,
               size_t len, struct verdict *verdict)
{
    const struct smtp_job job = {from, to, message, len, verdict};
    bool is_fresh = false;
    while (smtp_begin(client, &job, is_fresh) &&
           !smtp_end(client, curl_easy_perform(client->curl), &job)) {
        is_fresh = true;
    }
}
