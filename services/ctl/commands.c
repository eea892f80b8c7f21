#include "ctl/commands.h"

#include "importer/importer.h"
#include "notifier/notifier.h"

#include <stddef.h>

const struct command commands[] = {
    {"extract", GROUP_FILES, "leads and key attendees out of a call for proposals",
     extract_command},
    {"resolve", GROUP_FILES, "which registrant is meant by a name, and how sure that is",
     resolve_command},
    {"match", GROUP_FILES, "sessions that fit what attendees care about, with reasons",
     match_command},
    {"agenda", GROUP_FILES, "one person's plan without clashes, as text, JSON or iCalendar",
     agenda_command},
    {"check", GROUP_FILES, "everything that cannot work as planned: clashes and quorum",
     check_command},
    {"suggest", GROUP_FILES, "moves and swaps that would cure clashes, best first",
     suggest_command},
    {"quorum", GROUP_FILES, "per microconference: who is registered, free, and has said yes",
     quorum_command},
    {"import", GROUP_DATABASE, "a programme, registrants or a call for proposals into the database",
     import_command},
    {"sync", GROUP_DATABASE, "imports every address again that was imported before", sync_command},
    {"clashes", GROUP_DATABASE, "the clashes with their life: list, acknowledge, history",
     clashes_command},
    {"separate", GROUP_DATABASE, "tracks that must not run at the same time", separate_command},
    {"distance", GROUP_DATABASE, "how long people walk between rooms", distance_command},
    {"people", GROUP_DATABASE, "names that a person must decide on; decide, undo", people_command},
    {"answer", GROUP_DATABASE, "writes down what somebody answered by another way", answer_command},
    {"outbox", GROUP_DATABASE, "messages waiting, sent and dead; show, retry", outbox_command},
    {"send", GROUP_DATABASE, "a test message through the configured channel", send_command},
    {"bounce", GROUP_DATABASE, "takes in mail that came back, and complaints", bounce_command},
    {"link", GROUP_DATABASE, "the signed address of somebody's page", link_command},
    {"export", GROUP_DATABASE, "programme, registrants, clashes or quorum as a file",
     export_command},
    {"event", GROUP_DATABASE, "the events; removes one that was a mistake", event_command},
    {"forget", GROUP_DATABASE, "erases a person and everything that is known about them",
     forget_command},
    {"status", GROUP_OPERATE, "what is there and what is being worked on", status_command},
    {"doctor", GROUP_OPERATE, "looks for what would keep it from working", doctor_command},
    {"migrate", GROUP_OPERATE, "brings the database up to this version", migrate_command},
    {"config", GROUP_OPERATE, "every setting with its value, source and meaning", config_command},
    {"worker", GROUP_OPERATE, "runs one worker: resolve, match, clash, plan, deliver or web",
     worker_command},
    {"up", GROUP_OPERATE, "runs everything on this machine until Ctrl-C", up_command},
    {NULL, GROUP_FILES, NULL, NULL},
};
