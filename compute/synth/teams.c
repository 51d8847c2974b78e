#include "compute/synth/teams.h"

enum {
    ATL,
    BKN,
    BOS,
    CHA,
    CHI,
    CLE,
    DAL,
    DEN,
    DET,
    GSW,
    HOU,
    IND,
    LAC,
    LAL,
    MEM,
    MIA,
    MIL,
    MIN,
    NOP,
    NYK,
    OKC,
    ORL,
    PHI,
    PHX,
    POR,
    SAC,
    SAS,
    TOR,
    UTA,
    WAS
};

const char bf_synth_team_codes[BF_SYNTH_TEAMS][4] = {
    "ATL", "BKN", "BOS", "CHA", "CHI", "CLE", "DAL", "DEN", "DET", "GSW",
    "HOU", "IND", "LAC", "LAL", "MEM", "MIA", "MIL", "MIN", "NOP", "NYK",
    "OKC", "ORL", "PHI", "PHX", "POR", "SAC", "SAS", "TOR", "UTA", "WAS",
};

const int bf_synth_division_teams[BF_SYNTH_DIVISIONS][BF_SYNTH_DIVISION_TEAMS] = {
    {BKN, BOS, NYK, PHI, TOR}, {CHI, CLE, DET, IND, MIL}, {ATL, CHA, MIA, ORL, WAS},
    {DEN, MIN, OKC, POR, UTA}, {GSW, LAC, LAL, PHX, SAC}, {DAL, HOU, MEM, NOP, SAS},
};
