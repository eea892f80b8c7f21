/* handlers: what the rows of web_routes[] call; one file per group of pages. */
#ifndef ROLLCALL_WEB_HANDLERS_H
#define ROLLCALL_WEB_HANDLERS_H

#include "web/router.h"

/* site_pages.c: for machines and for people without a link */
route_handler front_get, style_get, icon_get, robots_get, health_get, metrics_get;
/* answer.c */
route_handler answer_get, answer_post;
/* agenda.c, programme.c, preferences.c */
route_handler agenda_get, star_post, programme_get, preferences_post;
/* meet.c */
route_handler meet_get, meet_post, introductions_post, introduction_reply_post;
/* feed.c */
route_handler feed_get;
/* unsubscribe.c */
route_handler unsubscribe_get, unsubscribe_post;
/* lead.c, who.c */
route_handler lead_get, who_post, undo_post;
/* organiser.c */
route_handler organiser_get, organiser_quorum_get, organiser_changes_get, organiser_bofs_get,
    acknowledge_post;
/* api.c */
route_handler api_clashes_get, api_quorum_get;

#endif
