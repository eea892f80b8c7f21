/* export: a conference as the files that other programs read; the readers here read them back. */
#ifndef ROLLCALL_FORMATS_EXPORT_H
#define ROLLCALL_FORMATS_EXPORT_H

#include "base/str.h"
#include "core/conference.h"

/* Appends frab's schedule.json (the c3voc schema). Scheduled sessions that are not cancelled; no
 * address and no hash of one is ever written. */
void export_frab_json(const struct conference *conf, struct str *out);

/* Appends pentabarf's schedule.xml, of the same sessions. */
void export_pentabarf(const struct conference *conf, struct str *out);

#endif
