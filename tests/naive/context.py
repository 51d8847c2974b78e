"""The player context of a date: context.md, players.md 3."""
import seasons
from load import before, in_season, played
from rounding import half_away, mean

WIN7_FIRST, WIN14_FIRST = 6, 14  # parity: first days D-6 and D-14 (players.md 3.2)
LEAGUE_PACE_DAYS, LEAGUE_PACE_ROWS, LEAGUE_PACE_DEFAULT = 30, 10, 100.0

# What ML reads from the derived context in parity too (context.md, notes).
ML_FIELDS = ["days_rest", "opponent_days_rest", "home_game", "back_to_back", "season_phase"]


def listed(history, date):
    """One row of the date for each listed player; only identifiers may be read from it.

    players.md 1.4, rows dated D: a known universal id first, then the smaller game_id.
    """
    rows = {}
    for player in sorted(history.rows_of, key=str.encode):
        of_date = [r for r in history.rows_of[player] if r["game_date"] == date]
        if of_date:
            rows[player] = min(of_date, key=lambda r: (r["universal_player_id"] is None,
                                                       r["game_id"].encode()))
    return rows


def active_players(history, date):
    """The roster of ML (ml_features.md 1.1): one active row suffices."""
    return {player for player, rows in history.rows_of.items()
            if any(r["game_date"] == date and r["is_active"] for r in rows)}


def last(rows, date, days):
    """Rows dated in [D - days, D - 1]."""
    return [r for r in rows if date - days <= r["game_date"] < date]


def minutes_sum(rows):
    """Tenths; null counts as 0."""
    return sum(r["minutes_played"] or 0 for r in rows)


def average_minutes(rows):
    return minutes_sum(rows) / (10 * len(rows)) if rows else None


def identity(row):
    names = ("player_lookup", "universal_player_id", "game_id", "team_abbr",
             "opponent_team_abbr")
    return {name: row[name] for name in names}


def team_season(history, team, date):
    """Team-offense rows of the season before the date, one per date, newest first."""
    return in_season(before(history.team_days_of.get(team, []), date), date)


def league_pace(history, date):
    """context.md 2, resolution 9: rows with a pace count towards the ten."""
    rows = [r for days in history.team_days_of.values()
            for r in last(in_season(days, date), date, LEAGUE_PACE_DAYS)
            if r["pace"] is not None]
    return mean(rows, "pace", 10) if len(rows) >= LEAGUE_PACE_ROWS else LEAGUE_PACE_DEFAULT


def season_phase(history, game_id, date):
    """context.md 2, resolution 10, ml_features.md 2.2 feature 17."""
    if game_id in history.types:
        is_playoff = history.types[game_id] == "playoffs"
    else:
        is_playoff = date >= seasons.first_playoff_date(seasons.season_year(date))
    return "playoffs" if is_playoff else "regular"


def derived(history, date, row, league):
    """context.md 2: one player."""
    games = [r for r in in_season(before(history.days_of[row["player_lookup"]], date), date)
             if played(r)]
    last7, last14 = last(games, date, 7), last(games, date, 14)
    dates14 = [r["game_date"] for r in last14]
    team = team_season(history, row["team_abbr"], date)
    opponent = team_season(history, row["opponent_team_abbr"], date)
    team_pace, opponent_pace = mean(team[:10], "pace", 10), mean(opponent[:10], "pace", 10)
    differential = None
    if team_pace is not None and opponent_pace is not None:
        differential = (team_pace + opponent_pace) / 2 - league
    days_rest = date - games[0]["game_date"] if games else None
    birth = history.births.get(row["player_lookup"])
    home = history.homes.get(row["game_id"], row["game_id"].split("_")[2])
    return dict(
        identity(row),
        days_rest=days_rest, back_to_back=days_rest == 1,
        games_in_last_7_days=len(last7), games_in_last_14_days=len(last14),
        minutes_in_last_7_days=half_away(minutes_sum(last7), 10),
        minutes_in_last_14_days=half_away(minutes_sum(last14), 10),
        avg_minutes_per_game_last_7=average_minutes(last7),
        back_to_backs_last_14_days=sum(1 for d in dates14 if d - 1 in dates14),
        avg_usage_rate_last_7_games=mean(games[:7], "usage_rate", 100),
        projected_usage_rate=None, star_teammates_out=0,
        player_age=seasons.age(birth, date) if birth is not None else None,
        fourth_quarter_minutes_last_7=None, pace_differential=differential,
        opponent_pace_last_10=opponent_pace, league_avg_pace=league,
        opponent_days_rest=date - opponent[0]["game_date"] if opponent else None,
        home_game=row["team_abbr"] == home,
        season_phase=season_phase(history, row["game_id"], date), player_status=None,
        context_ready=True, team_context_ready=True)


def parity(history, date, row):
    """players.md 3.2: the reference's stand-in; any season, played rows only."""
    games = [r for r in before(history.days_of[row["player_lookup"]], date) if played(r)]
    last7, last14 = last(games, date, WIN7_FIRST), last(games, date, WIN14_FIRST)
    yesterday = any(r["game_date"] == date - 1 for r in last14)
    average = average_minutes(last7)
    return dict(
        identity(row),
        days_rest=0 if yesterday else 1, back_to_back=yesterday,
        games_in_last_7_days=len(last7), games_in_last_14_days=len(last14),
        minutes_in_last_7_days=half_away(minutes_sum(last7), 10),
        minutes_in_last_14_days=half_away(minutes_sum(last14), 10),
        avg_minutes_per_game_last_7=0.0 if average is None else average,
        back_to_backs_last_14_days=0,
        avg_usage_rate_last_7_games=mean(last7, "usage_rate", 100),
        projected_usage_rate=None, star_teammates_out=0, player_age=None,
        fourth_quarter_minutes_last_7=None, pace_differential=None, opponent_pace_last_10=None,
        league_avg_pace=LEAGUE_PACE_DEFAULT, context_ready=True, team_context_ready=True)


def given(history, row, team_rows):
    """players.md 3.3: the row of upcoming_player_game_context as it is."""
    copied = {name: row[name] for name in (
        "days_rest", "back_to_back", "games_in_last_7_days", "games_in_last_14_days",
        "minutes_in_last_7_days", "minutes_in_last_14_days", "back_to_backs_last_14_days",
        "star_teammates_out", "player_age", "fourth_quarter_minutes_last_7",
        "opponent_days_rest", "home_game", "season_phase", "player_status")}
    for name, unit in (("avg_minutes_per_game_last_7", 10), ("avg_usage_rate_last_7_games", 100),
                       ("projected_usage_rate", 100), ("pace_differential", 10),
                       ("opponent_pace_last_10", 10)):
        copied[name] = None if row[name] is None else row[name] / unit
    opponent = team_rows.get(row["opponent_team_abbr"])
    return dict(identity(row), **copied, league_avg_pace=LEAGUE_PACE_DEFAULT,
                context_ready=row["is_production_ready"] is True,
                team_context_ready=opponent is not None
                and opponent["is_production_ready"] is True)


def context_rows(history, date, mode):
    """The context by player, for PCF and PDC, and for ML: context.md 1, resolutions 12 and 21."""
    of_date = listed(history, date)
    if mode == "auto":
        rows = {r["player_lookup"]: r for r in history.player_context if r["game_date"] == date}
        covered = len(rows.keys() & of_date.keys())
        if covered and 10 * covered >= 9 * len(of_date):
            teams = {r["team_abbr"]: r for r in history.team_context if r["game_date"] == date}
            context = {p: given(history, rows[p], teams) for p in sorted(rows, key=str.encode)}
            return context, context
    league = league_pace(history, date)
    full = {p: derived(history, date, row, league) for p, row in of_date.items()}
    if mode != "parity":
        return full, full
    context = {p: parity(history, date, row) for p, row in of_date.items()}
    for_ml = {p: dict(context[p], player_status=None, **{f: full[p][f] for f in ML_FIELDS})
              for p in context}
    return context, for_ml
