/* The 30 teams, in the order of their codes, with conference and division. */
#ifndef BF_SYNTH_TEAMS_H
#define BF_SYNTH_TEAMS_H

enum {
    BF_SYNTH_TEAMS = 30,
    BF_SYNTH_DIVISIONS = 6, /* 0..2 in the East, 3..5 in the West */
    BF_SYNTH_DIVISION_TEAMS = 5,
    BF_SYNTH_CONFERENCE_TEAMS = 15
};

extern const char bf_synth_team_codes[BF_SYNTH_TEAMS][4];

/* Teams of each division; the East's are the first 15. */
extern const int bf_synth_division_teams[BF_SYNTH_DIVISIONS][BF_SYNTH_DIVISION_TEAMS];

#endif
