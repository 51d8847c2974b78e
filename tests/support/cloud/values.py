"""Columns of BigQuery tables: how their values are loaded from JSON, held in SQLite, and sent in query results.

Held as: STRING, JSON, BYTES text; INT64 and BOOL integers; FLOAT64 a real; NUMERIC the shortest decimal text; DATE
text; TIMESTAMP microseconds since 1970; arrays JSON text of held elements.
"""
import datetime
import decimal
import json
import math
import re

CANONICAL = {"INTEGER": "INT64", "INT64": "INT64", "FLOAT": "FLOAT64", "FLOAT64": "FLOAT64", "BOOLEAN": "BOOL",
             "BOOL": "BOOL", "STRING": "STRING", "BYTES": "BYTES", "DATE": "DATE", "TIMESTAMP": "TIMESTAMP",
             "NUMERIC": "NUMERIC", "DECIMAL": "NUMERIC", "JSON": "JSON"}
WIRE = {"INT64": "INTEGER", "FLOAT64": "FLOAT", "BOOL": "BOOLEAN"}  # as tables.get names them
MODES = ("NULLABLE", "REQUIRED", "REPEATED")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,299}$")
NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$")
TIMESTAMP = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ](\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,6}))?)?"
                       r"(?: ?(Z|UTC|[+-]\d{1,2}(?::?\d{2})?))?$")
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def numeric(text, precision=None, scale=None):
    """A decimal of NUMERIC(precision, scale), rounded half away from zero as BigQuery does, as its shortest text."""
    scale = (0 if precision else 9) if scale is None else scale
    integers = (precision or 38) - scale
    with decimal.localcontext() as context:
        context.prec = 100
        value = decimal.Decimal(text).quantize(decimal.Decimal(1).scaleb(-scale), decimal.ROUND_HALF_UP)
        if abs(value) >= decimal.Decimal(10) ** integers:
            raise ValueError(f"Value {text} is out of range of NUMERIC({integers + scale}, {scale})")
        spelled = format(value, "f")
    spelled = spelled.rstrip("0").rstrip(".") if "." in spelled else spelled
    return "0" if spelled in ("-0", "") else spelled


def date(text):
    if not isinstance(text, str) or not re.match(r"\d{4}-\d{2}-\d{2}$", text):
        raise ValueError(f"Could not parse '{text}' as DATE with format YYYY-MM-DD")
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError(f"Invalid date: '{text}'") from None


def timestamp(text):
    """Microseconds since 1970 of a timestamp's text; without a zone it is UTC."""
    match = TIMESTAMP.match(text)
    if not match:
        raise ValueError(f"Could not parse '{text}' as a timestamp. Required format is "
                         "YYYY-MM-DD HH:MM[:SS[.SSSSSS]]")
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    micro = int((match[7] or "").ljust(6, "0"))
    try:
        moment = datetime.datetime(year, month, day, hour, minute, second, micro, datetime.timezone.utc)
    except ValueError as error:
        raise ValueError(f"Invalid timestamp: '{text}' ({error})") from None
    zone = match[8]
    if zone and zone not in ("Z", "UTC"):
        digits = zone[1:].replace(":", "").rjust(2, "0")
        shift = datetime.timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
        moment -= shift if zone[0] == "+" else -shift
    return (moment - EPOCH) // datetime.timedelta(microseconds=1)


def timestamp_text(micros):
    moment = EPOCH + datetime.timedelta(microseconds=micros)
    return moment.strftime("%Y-%m-%d %H:%M:%S") + (f".{moment.microsecond:06d}" if moment.microsecond else "") + " UTC"


class Field:
    """A column: name, type (GoogleSQL's name), mode, precision and scale of a NUMERIC."""

    def __init__(self, name, kind, mode="NULLABLE", precision=None, scale=None, default=None, description=None):
        self.name, self.kind, self.mode = name, kind, mode
        self.precision, self.scale, self.default, self.description = precision, scale, default, description

    @classmethod
    def from_api(cls, about):
        unknown = set(about) - {"name", "type", "mode", "description", "precision", "scale", "maxLength",
                                "defaultValueExpression", "roundingMode", "policyTags", "collation"}
        if unknown:
            raise ValueError(f"Unknown name \"{sorted(unknown)[0]}\" at 'schema.fields'")
        name, kind = about.get("name"), CANONICAL.get(str(about.get("type", "")).upper())
        if not isinstance(name, str) or not NAME.match(name):
            raise ValueError(f"Invalid field name \"{name}\". Fields must contain only letters, numbers, and underscores")
        if kind is None:
            raise ValueError(f"Invalid value for type: {about.get('type')} is not a valid value")
        mode = about.get("mode") or "NULLABLE"
        if mode not in MODES:
            raise ValueError(f"Invalid value for mode: {mode} is not a valid value")
        precision, scale = (int(about[key]) if key in about else None for key in ("precision", "scale"))
        if (precision is not None or scale is not None) and kind != "NUMERIC":
            raise ValueError(f"Field {name}: precision and scale are for NUMERIC only")
        if precision is not None and not (0 <= (scale or 0) <= 9 and (scale or 0) <= precision <= 29 + (scale or 0)):
            raise ValueError(f"Field {name}: invalid NUMERIC({precision}, {scale or 0})")
        return cls(name, kind, mode, precision, scale, about.get("defaultValueExpression"), about.get("description"))

    def to_api(self):
        about = {"name": self.name, "type": WIRE.get(self.kind, self.kind), "mode": self.mode}
        if self.precision is not None:
            about["precision"] = str(self.precision)
            if self.scale:
                about["scale"] = str(self.scale)
        if self.default:
            about["defaultValueExpression"] = self.default
        if self.description:
            about["description"] = self.description
        return about

    def same_type(self, other):
        return (self.kind, self.precision, self.scale or None, self.mode == "REPEATED") == \
               (other.kind, other.precision, other.scale or None, other.mode == "REPEATED")

    def load(self, value):
        """A value of a line of newline-delimited JSON as it is held; ValueError if it does not fit the column."""
        if self.mode == "REPEATED":
            if value is None:
                return "[]"
            if not isinstance(value, list):
                raise ValueError(f"Array specified for non-repeated field or not an array: {self.name}.")
            if None in value:
                raise ValueError(f"Only optional fields can be set to NULL. Field: {self.name}; Value: NULL")
            return json.dumps([self.load_one(element) for element in value])
        if value is None:
            if self.mode == "REQUIRED":
                raise ValueError(f"Only optional fields can be set to NULL. Field: {self.name}; Value: NULL")
            return None
        if isinstance(value, (list, dict)) and self.kind != "JSON":
            raise ValueError(f"JSON object or array specified for field {self.name}, which is {self.kind}")
        return self.load_one(value)

    def load_one(self, value):
        try:
            return LOADERS[self.kind](self, value)
        except (ValueError, TypeError, decimal.InvalidOperation) as error:
            raise ValueError(f"Could not convert value to {self.kind.lower()}. Field: {self.name}; Value: {value}. "
                             f"{error}") from None

    def held(self, value, kind):
        """A held value of another type put into this column by INSERT ... SELECT; ValueError if it does not fit."""
        if value is None:
            if self.mode == "REQUIRED":
                raise ValueError(f"Required field {self.name} cannot be null")
            return "[]" if self.mode == "REPEATED" else None
        if self.mode == "REPEATED" or kind == self.kind != "NUMERIC":
            return value
        if self.kind == "NUMERIC":
            return numeric(str(value), self.precision, self.scale)
        return float(value) if self.kind == "FLOAT64" else value

    def send(self, value, micros):
        """A held value as query results carry it. `micros`: timestamps as microseconds, else as seconds."""
        if value is None:
            return None
        if self.mode == "REPEATED":
            return [{"v": self.send_one(element, micros)} for element in json.loads(value)]
        return self.send_one(value, micros)

    def send_one(self, value, micros):
        if self.kind == "BOOL":
            return "true" if value else "false"
        if self.kind == "TIMESTAMP":
            return str(value) if micros else repr(value / 1e6)
        return repr(value) if isinstance(value, float) else str(value)


def _string(_, value):
    if not isinstance(value, str):
        raise ValueError("not a string")
    return value


def _integer(_, value):
    if isinstance(value, bool) or not re.match(r"[+-]?[0-9]+$", str(value)):
        raise ValueError("not an integer")
    if not -2 ** 63 <= int(value) < 2 ** 63:
        raise ValueError("out of range")
    return int(value)


def _float(_, value):
    if isinstance(value, bool):
        raise ValueError("not a number")
    if isinstance(value, str) and value.lower() in ("nan", "inf", "+inf", "-inf", "infinity", "-infinity"):
        return float(value)
    if not NUMBER.match(str(value)):
        raise ValueError("not a number")
    if not math.isfinite(float(value)):
        raise ValueError("out of range")
    return float(value)


def _bool(_, value):
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return int(value.lower() == "true")
    if not isinstance(value, bool):
        raise ValueError("not a boolean")
    return int(value)


def _numeric(field, value):
    if isinstance(value, bool) or not NUMBER.match(str(value)):
        raise ValueError("not a number")
    return numeric(str(value), field.precision, field.scale)


def _timestamp(_, value):
    if isinstance(value, (int, decimal.Decimal)) and not isinstance(value, bool):
        return int(decimal.Decimal(value) * 1000000)
    return timestamp(value)


LOADERS = {"STRING": _string, "BYTES": _string, "INT64": _integer, "FLOAT64": _float, "BOOL": _bool,
           "NUMERIC": _numeric, "DATE": lambda _, value: date(value), "TIMESTAMP": _timestamp,
           "JSON": lambda _, value: json.dumps(value, default=float)}
