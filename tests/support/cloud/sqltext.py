"""GoogleSQL as tokens and typed expressions: the lexical part of the translator, and what an expression is."""
import re

import values
from wire import Refusal

TOKEN = re.compile(r"""
    (?P<space>\s+|--[^\n]*|\#[^\n]*|/\*.*?\*/)
  | (?P<quoted>`(?:[^`\\]|\\.)*`)
  | (?P<text>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")
  | (?P<number>[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?)
  | (?P<param>@[A-Za-z_][A-Za-z0-9_]*|\?)
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<sign><=|>=|!=|<>|\|\||[-+*/=<>(),.;\[\]])
""", re.X | re.S)
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "`": "`", "?": "?"}
RESERVED = set("""ALL AND ANY ARRAY AS ASC BETWEEN BY CASE CAST CREATE CROSS DEFAULT DESC DISTINCT ELSE END EXCEPT EXISTS
    FALSE FROM GROUP HAVING IF IN INNER INTERSECT INTERVAL INTO IS JOIN LEFT LIKE LIMIT MERGE NATURAL NOT NULL ON OR ORDER
    OUTER OVER PARTITION RIGHT SELECT SET STRUCT THEN TO TRUE UNION UNNEST USING WHEN WHERE WITH""".split())
NUMERIC_KINDS = ("INT64", "NUMERIC", "FLOAT64")


def invalid(message, at=None):
    return Refusal(400, "invalidQuery", message + (f" at [{at[0]}:{at[1]}]" if at else ""))


class Token:
    def __init__(self, kind, text, at):
        self.kind, self.text, self.at = kind, text, at  # at: line, column

    def is_word(self, word):
        return self.kind == "name" and self.text.upper() == word


def unescape(text):
    return re.sub(r"\\(.)", lambda match: ESCAPES.get(match[1]) or _bad_escape(match[1]), text)


def _bad_escape(letter):
    raise invalid(f"Syntax error: Illegal escape sequence: \\{letter}")


def tokens(text):
    found, place, line, start = [], 0, 1, 0
    while place < len(text):
        match = TOKEN.match(text, place)
        at = (line, place - start + 1)
        if not match:
            raise invalid(f"Syntax error: Illegal input character \"{text[place]}\"", at)
        kind, body = match.lastgroup, match[0]
        if kind in ("quoted", "text"):
            found.append(Token(kind, unescape(body[1:-1]), at))
        elif kind != "space":
            found.append(Token(kind, body, at))
        if "\n" in body:
            line += body.count("\n")
            start = place + body.rindex("\n") + 1
        place = match.end()
    found.append(Token("end", "end of statement", (line, place - start + 1)))
    return found


class Expr:
    """A translated expression: SQLite's text, GoogleSQL's type, the constant if it is one, the columns it reads
    outside of aggregates."""

    def __init__(self, sql, kind, constant=None, columns=(), aggregate=False, name=None):
        self.sql, self.kind, self.constant, self.name = sql, kind, constant, name
        self.columns, self.aggregate = frozenset(columns), aggregate

    def is_array(self):
        return isinstance(self.kind, tuple)


class Constant:
    """What a literal or a parameter is: its held value, and whether GoogleSQL may turn its type into another."""

    def __init__(self, value, literal):
        self.value, self.literal = value, literal


def sql_literal(value):
    if value is None:
        return "NULL"
    if isinstance(value, (int, float)):
        return repr(value)
    return "'" + str(value).replace("'", "''") + "'"


def constant(value, kind, literal=True):
    if isinstance(kind, tuple):
        import json
        return Expr(sql_literal(json.dumps(value)), kind, Constant(value, literal))
    return Expr(sql_literal(value), kind, Constant(value, literal))


def kind_text(kind):
    return f"ARRAY<{kind[1]}>" if isinstance(kind, tuple) else str(kind)


def coerced(expr, kind):
    """The expression as another type where GoogleSQL does that by itself; None where it does not."""
    if expr.kind == kind or kind is None:
        return expr
    if expr.kind is None:
        return Expr(expr.sql, kind, expr.constant, expr.columns, expr.aggregate)
    if expr.constant and expr.kind == "STRING" and kind in ("DATE", "TIMESTAMP"):
        try:
            value = values.date(expr.constant.value) if kind == "DATE" else values.timestamp(expr.constant.value)
        except ValueError as error:
            raise invalid(str(error)) from None
        return constant(value, kind)
    if expr.is_array() and isinstance(kind, tuple) and expr.constant:
        elements = [coerced(constant(value, expr.kind[1]), kind[1]) for value in expr.constant.value]
        return None if None in elements else constant([element.constant.value for element in elements], kind)
    if expr.kind in NUMERIC_KINDS and kind in NUMERIC_KINDS and \
            (NUMERIC_KINDS.index(expr.kind) < NUMERIC_KINDS.index(kind) or expr.constant and expr.constant.literal):
        sql = f"CAST({expr.sql} AS REAL)" if kind == "FLOAT64" else expr.sql
        return Expr(sql, kind, expr.constant, expr.columns, expr.aggregate)
    return None


def numbers(expr):
    """SQLite's text for a comparison or sum: NUMERIC is held as text."""
    return f"CAST({expr.sql} AS REAL)" if expr.kind == "NUMERIC" else expr.sql


def matched(exprs, what, at):
    """The expressions in one common type."""
    for kind in [expr.kind for expr in exprs if expr.kind is not None and not (expr.constant and expr.constant.literal)] + \
            [expr.kind for expr in exprs if expr.kind is not None]:
        same = [coerced(expr, kind) for expr in exprs]
        if None not in same:
            return same
    if all(expr.kind is None for expr in exprs):
        return exprs
    raise invalid(f"No matching signature for {what} for argument types: "
                  + ", ".join(kind_text(expr.kind) for expr in exprs), at)
