/* readers: what the rows of formats[] point to; each pair lives in its format_*.c. */
#ifndef ROLLCALL_FORMATS_READERS_H
#define ROLLCALL_FORMATS_READERS_H

#include "formats/formats.h"

#define READER(name)                                                                               \
    bool name##_recognises(const char *text, size_t len);                                          \
    int name##_read(const struct format_input *in, struct conference *conf, struct arena *arena,   \
                    struct err *err)

READER(pentabarf);
READER(frab_json);
READER(pretalx_slots);
READER(indico_timetable);
READER(indico_contributions);
READER(indico_event);
READER(indico_registrations);
READER(tpac);
READER(ical);
READER(registrants_csv);
READER(indico_csv);
READER(cfp_text);

#endif
