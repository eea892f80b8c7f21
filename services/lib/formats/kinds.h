/* kinds: what titles and type fields say about sessions and tracks. */
#ifndef ROLLCALL_FORMATS_KINDS_H
#define ROLLCALL_FORMATS_KINDS_H

#include "base/arena.h"
#include "core/conference.h"

enum block_hint {
    BLOCK_NO,
    BLOCK_IF_LONG, /* "Microconference": a block when long, else a talk inside one */
    BLOCK_IF_FULL, /* "devroom": a block when other sessions lie within it */
    BLOCK_YES,
};

struct kind_hints {
    enum session_kind kind; /* as far as the words alone tell; never SESSION_BLOCK */
    enum block_hint block;
};

struct kind_hints session_kind_from(struct arena *arena, const char *type, const char *title);
enum track_kind track_kind_from(struct arena *arena, const char *title);
/* "CANCELLED: ...", "[canceled] ...", "... - CANCELLED", or a state such as "withdrawn". */
bool is_cancelled_title(const char *title);
bool is_cancelled_state(const char *state);

#endif
