"""Evaluates the formulas that explain prints: a few functions, and names of operands."""
import math
import re


def clamp(value, low, high):
    return max(low, min(high, value))


def boost(w):
    return 1.2 * w if abs(w) > 5.0 else w


def coalesce(*values):
    return next((value for value in values if value is not None), None)


def known(value):
    return int(value is not None)


def nullif(value, other):
    return None if value == other else value


def rise(value, stars):
    if value <= 0 or not stars:
        return value
    return value * (1.30 if stars >= 2 else 1.15)


def step(value, small, large):
    size = 2 if abs(value) >= large else 1 if abs(value) >= small else 0
    return math.copysign(size, value) if size else 0


FUNCTIONS = {"clamp": clamp, "boost": boost, "coalesce": coalesce, "known": known, "nullif": nullif, "rise": rise, "step": step,
             "min": min, "max": max, "sqrt": math.sqrt}
UNKNOWN = object()  # an operand is null, or there is nothing to divide by


def evaluate(formula, operands):
    """Value of a formula; UNKNOWN where a null or a zero divisor stands in its way."""
    names = {}

    def name_of(match):
        if match[0] not in operands:
            return match[0]
        name = f"v{len(names)}"
        names[name] = operands[match[0]]
        return name

    text = re.sub(r"[a-z_][a-z_0-9]*(\.[a-z_0-9]+)?", name_of, formula)
    try:
        value = eval(text, {"__builtins__": {}}, {**FUNCTIONS, **names})
    except (TypeError, ZeroDivisionError):
        return UNKNOWN
    return UNKNOWN if value is None else value


def null_value(note):
    """What a note "10 where it is null" says a null becomes; None: null."""
    match = re.match(r"(\w+) where ", note or "")
    if not match or match[1] == "null":
        return None
    return float(match[1]) if re.fullmatch(r"[0-9.]+", match[1]) else match[1]


def problem(value, digits, formula, operands, note):
    """Why a value is not what its formula gives, None if it is. digits: decimals that it is stored with."""
    expected = evaluate(formula, operands)
    if expected is UNKNOWN:
        expected = null_value(note)
    if value is None or expected is None:
        may_be_null = expected is None or (note or "").startswith("null ")
        return None if value is None and may_be_null else f"is {value}, {formula} gives {expected}"
    if isinstance(expected, str) or isinstance(value, str):
        return None if value == expected else f"is {value}, {formula} gives {expected}"
    slack = 0.5 * 10.0 ** -digits * (1 + 1e-9) if digits is not None else 1e-12 * max(1.0, abs(expected))
    return None if abs(float(value) - float(expected)) <= slack else f"is {value}, {formula} gives {expected}"
