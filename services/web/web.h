/* web: the worker that serves pages, calendar feeds and the JSON API. */
#ifndef ROLLCALL_WEB_WEB_H
#define ROLLCALL_WEB_WEB_H

/*
 * Serves until SIGTERM or SIGINT; requests under way are finished (a second signal ends at once).
 * Settings, log and the key of the tokens are set up by the caller. While the database is away,
 * pages that need it answer 503 and the rest goes on. Returns the exit status.
 */
int web_run(void);

#endif
