/* handlers: what the rows of web_routes[] call; one file per group of pages. */
#ifndef ROLLCALL_WEB_HANDLERS_H
#define ROLLCALL_WEB_HANDLERS_H

#include "web/router.h"

/* site_pages.c: for machines and for people without a link */
route_handler front_get, style_get, icon_get, robots_get, health_get, metrics_get;
/* answer.c */
route_handler answer_get, answer_post;
/* agenda/agenda.c */
route_handler agenda_get, star_post, programme_get, preferences_post;
/* interests.c */
route_handler interests_get, interests_post;
/* meet/meet.c */
route_handler meet_get, meet_post, introductions_post, introduction_reply_post;
/* feed.c */
route_handler feed_get;
/* unsubscribe.c */
route_handler unsubscribe_get, unsubscribe_post, resubscribe_post, mail_preferences_post;
/* lead.c */
route_handler lead_get, who_post, undo_post;
/* roll.c */
route_handler here_get, here_post, roll_get, tick_post, call_post, begin_post;
/* organiser.c, organiser_changes.c, organiser_moves.c, organiser_bofs.c */
route_handler organiser_get, organiser_quorum_get, acknowledge_post;
route_handler organiser_changes_get, seen_post, organiser_moves_get, organiser_bofs_get;
/* api.c */
route_handler api_clashes_get, api_quorum_get;

#endif
