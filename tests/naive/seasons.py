"""Teams, seasons and their constants (zones.md 1.1, 1.3; backfill.md 2.1; ml_features.md 2.2).

Dates are day numbers (date.toordinal) throughout, so that date arithmetic is plain subtraction.
"""
import datetime

TEAMS = set("""ATL BKN BOS CHA CHI CLE DAL DEN DET GSW HOU IND LAC LAL MEM MIA MIL MIN NOP NYK
               OKC ORL PHI PHX POR SAC SAS TOR UTA WAS""".split())

BOOTSTRAP_DAYS = 14

OPENING = {2021: "2021-10-19", 2022: "2022-10-18", 2023: "2023-10-24", 2024: "2024-10-22",
           2025: "2025-10-21"}
FIRST_PLAYOFF = {2021: "2022-04-16", 2022: "2023-04-15", 2023: "2024-04-20", 2024: "2025-04-19",
                 2025: "2026-04-18"}


def day(text):
    """Day number of YYYY-MM-DD."""
    return datetime.date.fromisoformat(text).toordinal()


def text(number):
    """YYYY-MM-DD of a day number."""
    return datetime.date.fromordinal(number).isoformat()


def month(number):
    return datetime.date.fromordinal(number).month


def season_year(number):
    """Y of a date: zones.md 1.1."""
    date = datetime.date.fromordinal(number)
    return date.year if date.month >= 10 else date.year - 1


def opening(year):
    """O(Y): first regular-season game date."""
    return day(OPENING.get(year, f"{year}-10-22"))


def october_first(year):
    """B(Y): lower bound of every season window."""
    return day(f"{year}-10-01")


def first_playoff_date(year):
    """Only where no game type is stored (resolution 10); in other seasons 20 April."""
    return day(FIRST_PLAYOFF.get(year, f"{year + 1}-04-20"))


def is_bootstrap(number):
    """P1, B7: days 0..13 of a season, and dates before opening night."""
    return number - opening(season_year(number)) < BOOTSTRAP_DAYS


def season_boundary(number):
    return month(number) in (4, 10, 11)


def age(birth, number):
    """Full years; who was born on 29 February turns a year older on 1 March (resolution 22)."""
    born, now = datetime.date.fromordinal(birth), datetime.date.fromordinal(number)
    return now.year - born.year - ((now.month, now.day) < (born.month, born.day))
