/* work_file: what people do, out of MAINTAINERS, a list of patches, or a CSV of any of it. */
#ifndef ROLLCALL_CTL_WORK_FILE_H
#define ROLLCALL_CTL_WORK_FILE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/strmap.h"
#include "core/match.h"

struct work_list {
    VEC(struct match_work) works;
};

/* Pieces of work by folded name and by address. */
struct work_file {
    struct strmap people; /* to an index in lists */
    VEC(struct work_list *) lists;
};

/* Which kinds of work count; all of them unless somebody switches some off. */
struct work_signals {
    bool has_sections;
    bool has_patches;
    bool has_papers;
    bool has_talks; /* and what they lead and are wanted for */
};

#define WORK_SIGNALS "sections,patches,papers,talks" /* all of them */

/* Any of WORK_SIGNALS, or "none". ERR_USAGE for another word. */
int work_signals_parse(const char *list, struct work_signals *ret, struct err *err) MUST_CHECK;

/*
 * Reads FILE by content: MAINTAINERS as the kernel has it ("M:" and "R:" lines name people), lines
 * "Name <address><TAB>subject" as git log --format='%an <%ae>%x09%s' writes them, or a CSV with the
 * columns attendee, kind (section, patch, paper, talk) and text, a row for each piece: of a paper
 * or talk the title, a line end, and the abstract. Of one person at most the first 200 of a kind
 * count.
 */
int work_file_read(const char *path, const struct work_signals *signals, struct arena *arena,
                   struct work_file *ret, struct err *err) MUST_CHECK;

/* Adds what is known of somebody by id, name or address; NULL and "" are passed by. */
void work_file_add(const struct work_file *file, const char *who, struct arena *arena,
                   struct work_list *ret);

#endif
