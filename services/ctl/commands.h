/* commands: every word that can follow `rollcall`, one row each. */
#ifndef ROLLCALL_CTL_COMMANDS_H
#define ROLLCALL_CTL_COMMANDS_H

enum command_group {
    GROUP_FILES,    /* report commands: on files alone, or on the database without file arguments */
    GROUP_DATABASE, /* work with the database */
    GROUP_OPERATE,  /* run it */
};

struct command {
    const char *name;
    enum command_group group;
    const char *sentence;
    int (*run)(int argc, char **argv); /* argv[0] is the command's name; returns the exit status */
};

extern const struct command commands[]; /* ends with a NULL name */

/* Those that live in ctl; the programs' own are declared in their headers. */
int extract_command(int argc, char **argv);
int resolve_command(int argc, char **argv);
int match_command(int argc, char **argv);
int agenda_command(int argc, char **argv);
int meet_command(int argc, char **argv);
int bof_command(int argc, char **argv);
int check_command(int argc, char **argv);
int suggest_command(int argc, char **argv);
int quorum_command(int argc, char **argv);
int clashes_command(int argc, char **argv);
int separate_command(int argc, char **argv);
int distance_command(int argc, char **argv);
int seats_command(int argc, char **argv);
int expect_command(int argc, char **argv);
int people_command(int argc, char **argv);
int answer_command(int argc, char **argv);
int roll_command(int argc, char **argv);
int link_command(int argc, char **argv);
int export_command(int argc, char **argv);
int event_command(int argc, char **argv);
int access_command(int argc, char **argv);
int forget_command(int argc, char **argv);
int status_command(int argc, char **argv);
int doctor_command(int argc, char **argv);
int migrate_command(int argc, char **argv);
int config_command(int argc, char **argv);
int worker_command(int argc, char **argv);
int up_command(int argc, char **argv);

#endif
