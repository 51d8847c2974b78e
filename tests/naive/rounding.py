"""Stored decimals and the three roundings of the specifications (zones.md 1.5, players.md 1.3)."""
import decimal
import math


class Stored:
    """A NUMERIC as it is stored: an integer and the number of decimals."""

    def __init__(self, scaled, decimals):
        self.scaled, self.decimals = scaled, decimals

    def value(self):
        """Read back: v / 10^k, one division (resolution 14)."""
        return self.scaled / 10 ** self.decimals

    def __str__(self):
        return str(decimal.Decimal(self.scaled).scaleb(-self.decimals))


def value(stored):
    """The double of a stored decimal, None for null."""
    return None if stored is None else stored.value()


def r_even(x, s):
    """R_even: rint(x * 10^s), ties to even, as a scaled integer."""
    return round(x * 10.0 ** s)


def r_away(x, s):
    """R_away: half away from zero, as a scaled integer."""
    scaled = math.floor(abs(x) * 10.0 ** s + 0.5)
    return -scaled if x < 0 else scaled


def rnd(x, k):
    """RND: what printing with %.*f gives (resolution 13), as a scaled integer."""
    return int(format(x, f".{k}f").replace(".", ""))


def numeric(how, x, precision, scale, decimals=None):
    """x rounded for NUMERIC(precision, scale), with `decimals` places if not `scale`.

    More than precision - scale integer digits after rounding, NaN and infinity: null
    (resolutions 15 and 19, zones.md 1.5).
    """
    decimals = scale if decimals is None else decimals
    if x is None or math.isnan(x) or math.isinf(x):
        return None
    scaled = how(x, decimals)
    if abs(scaled) >= 10 ** (precision - scale + decimals):
        return None
    return Stored(scaled, decimals)


def half_away(scaled, unit):
    """Integer nearest to scaled / unit, half away from zero; scaled is not negative."""
    return (2 * scaled + unit) // (2 * unit)


def sum0(rows, column):
    """SUM0: sum of the known values; 0 when all are null."""
    return sum(r[column] for r in rows if r[column] is not None)


def known(rows, column):
    return [r[column] for r in rows if r[column] is not None]


def mean(rows, column, unit):
    """Mean of the known values of the window: exact integer sum, one division; null for none."""
    values = known(rows, column)
    return sum(values) / (unit * len(values)) if values else None


def clamp(x, low, high):
    return max(low, min(high, x))


def plain(x):
    """-0.0 is written as 0.0."""
    return 0.0 if x == 0 else x
