"""GoogleSQL expressions into SQLite's: the part of the language that loads and reads of tables are written in. What is
not understood is refused as invalidQuery, like a mistake."""
import datetime
import json

import values
from sqltext import Constant, Expr, RESERVED, coerced, constant, invalid, kind_text, matched, numbers, tokens

COMPARISONS = {"=": "=", "!=": "<>", "<>": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
CASTS = {"STRING", "INT64", "FLOAT64", "DATE", "TIMESTAMP", "BOOL", "NUMERIC"}


class Expressions:
    """Parser over a statement's tokens. `scope` is the list of columns that can be read; `variables` the constants of
    parameters and DECLARE by name."""

    def __init__(self, text, variables, now):
        self.tokens, self.place = tokens(text), 0
        self.variables, self.now = variables, now
        self.scope = []
        self.positional = 0

    # Tokens

    def peek(self, ahead=0):
        return self.tokens[min(self.place + ahead, len(self.tokens) - 1)]

    def next(self):
        token = self.peek()
        self.place += 1
        return token

    def word(self, *words):
        """Takes the words if they are next."""
        if all(self.peek(number).is_word(word) for number, word in enumerate(words)):
            self.place += len(words)
            return True
        return False

    def sign(self, text):
        if self.peek().kind == "sign" and self.peek().text == text:
            self.place += 1
            return True
        return False

    def need(self, *words):
        if not self.word(*words):
            raise self.unexpected(" ".join(words))

    def need_sign(self, text):
        if not self.sign(text):
            raise self.unexpected(f'"{text}"')

    def unexpected(self, wanted=None):
        token = self.peek()
        found = token.text if token.kind in ("sign", "end") else f"\"{token.text}\""
        expected = f"Expected {wanted} but got {found}" if wanted else f"Unexpected {found}"
        return invalid(f"Syntax error: {expected}", token.at)

    def identifier(self):
        token = self.next()
        if token.kind == "quoted" and token.text or token.kind == "name" and token.text.upper() not in RESERVED:
            return token.text
        self.place -= 1
        raise self.unexpected("identifier")

    # Expressions, by precedence

    def expression(self):
        return self.chain("OR", lambda: self.chain("AND", self.negation))

    def chain(self, word, inner):
        at, parts = self.peek().at, [inner()]
        while self.word(word):
            parts.append(inner())
        if len(parts) == 1:
            return parts[0]
        return self.combined("(" + f" {word} ".join(self.boolean(part, word, at).sql for part in parts) + ")", "BOOL", parts)

    def negation(self):
        at = self.peek().at
        if self.word("NOT"):
            inner = self.boolean(self.negation(), "NOT", at)
            return self.combined(f"(NOT {inner.sql})", "BOOL", [inner])
        return self.comparison()

    def boolean(self, expr, what, at):
        if expr.kind not in ("BOOL", None):
            raise invalid(f"No matching signature for operator {what} for argument types: {kind_text(expr.kind)}", at)
        return expr

    @staticmethod
    def combined(sql, kind, parts, aggregate=False):
        columns = frozenset().union(*(part.columns for part in parts)) if parts else frozenset()
        return Expr(sql, kind, None, columns, aggregate or any(part.aggregate for part in parts))

    def comparison(self):
        at, left = self.peek().at, self.sum()
        if self.peek().kind == "sign" and self.peek().text in COMPARISONS:
            operator = self.next().text
            left, right = matched([left, self.sum()], f"operator {operator}", at)
            return self.combined(f"({numbers(left)} {COMPARISONS[operator]} {numbers(right)})", "BOOL", [left, right])
        if self.word("IS"):
            negated = " NOT" if self.word("NOT") else ""
            word = next((word for word in ("NULL", "TRUE", "FALSE") if self.word(word)), None)
            if not word:
                raise self.unexpected("NULL, TRUE or FALSE")
            return self.combined(f"({left.sql} IS{negated} {word})", "BOOL", [left])
        negated = "NOT " if self.word("NOT") else ""
        if self.word("BETWEEN"):
            low = self.sum()
            self.need("AND")
            left, low, high = matched([left, low, self.sum()], "operator BETWEEN", at)
            return self.combined(f"({numbers(left)} {negated}BETWEEN {numbers(low)} AND {numbers(high)})", "BOOL",
                                 [left, low, high])
        if self.word("LIKE"):
            right = self.sum()
            if left.kind != "STRING" or right.kind != "STRING":
                raise invalid("No matching signature for operator LIKE", at)
            return self.combined(f"({left.sql} {negated}LIKE {right.sql} ESCAPE '\\')", "BOOL", [left, right])
        if self.word("IN"):
            return self.membership(left, negated, at)
        if negated:
            raise self.unexpected("IN, BETWEEN or LIKE")
        return left

    def membership(self, left, negated, at):
        if self.word("UNNEST"):
            self.need_sign("(")
            array = self.expression()
            self.need_sign(")")
            if not array.is_array():
                raise invalid(f"Values referenced in UNNEST must be arrays. UNNEST contains expression of type "
                              f"{kind_text(array.kind)}", at)
            same = coerced(array, ("ARRAY", left.kind))
            if same is None:
                raise invalid(f"Could not cast array type to {kind_text(left.kind)} for operator IN UNNEST", at)
            return self.combined(f"({left.sql} {negated}IN (SELECT value FROM json_each({same.sql})))", "BOOL", [left, same])
        self.need_sign("(")
        if self.peek().is_word("SELECT") or self.peek().is_word("WITH"):
            query = self.query()
            self.need_sign(")")
            if len(query.columns) != 1 or query.columns[0].kind != left.kind:
                raise invalid("Subquery of type IN must have only one output column of the value's type", at)
            return self.combined(f"({left.sql} {negated}IN ({query.sql}))", "BOOL", [left])
        members = [self.expression()]
        while self.sign(","):
            members.append(self.expression())
        self.need_sign(")")
        same = matched([left] + members, "operator IN", at)
        return self.combined(f"({numbers(same[0])} {negated}IN ({', '.join(numbers(one) for one in same[1:])}))", "BOOL", same)

    def sum(self):
        at, left = self.peek().at, self.product()
        while self.peek().kind == "sign" and self.peek().text in ("+", "-", "||"):
            operator = self.next().text
            left, right = matched([left, self.product()], f"operator {operator}", at)
            if (left.kind == "STRING") != (operator == "||") or left.kind not in ("STRING", "INT64", "FLOAT64"):
                raise invalid(f"No matching signature for operator {operator} for argument types: "
                              f"{kind_text(left.kind)}, {kind_text(right.kind)}", at)
            left = self.combined(f"({left.sql} {operator} {right.sql})", left.kind, [left, right])
        return left

    def product(self):
        at, left = self.peek().at, self.primary()
        while self.peek().kind == "sign" and self.peek().text == "*":
            self.next()
            left, right = matched([left, self.primary()], "operator *", at)
            if left.kind not in ("INT64", "FLOAT64"):
                raise invalid(f"No matching signature for operator * for argument types: {kind_text(left.kind)}", at)
            left = self.combined(f"({left.sql} * {right.sql})", left.kind, [left, right])
        return left

    def primary(self):
        token = self.peek()
        if token.kind == "text":
            return constant(self.next().text, "STRING")
        if token.kind == "number":
            text = self.next().text
            return constant(int(text), "INT64") if text.isdigit() else constant(float(text), "FLOAT64")
        if token.kind == "param":
            return self.parameter()
        if self.sign("-"):
            inner = self.primary()
            if inner.kind not in ("INT64", "FLOAT64"):
                raise invalid("No matching signature for operator -", token.at)
            return constant(-inner.constant.value, inner.kind) if inner.constant else \
                self.combined(f"(-{inner.sql})", inner.kind, [inner])
        if self.sign("("):
            if self.peek().is_word("SELECT"):
                return self.scalar_subquery(token.at)
            inner = self.expression()
            self.need_sign(")")
            return inner
        if token.kind == "sign" and token.text == "[" or token.is_word("ARRAY"):
            return self.array()
        for word, value, kind in (("NULL", None, None), ("TRUE", 1, "BOOL"), ("FALSE", 0, "BOOL")):
            if self.word(word):
                return constant(value, kind)
        if token.kind == "name":
            return self.named()
        if token.kind == "quoted":
            return self.column()
        raise self.unexpected()

    def scalar_subquery(self, at):
        query = self.query()
        self.need_sign(")")
        if len(query.columns) != 1:
            raise invalid("Scalar subquery cannot have more than one column", at)
        return Expr(f"({query.sql})", query.columns[0].kind)

    def parameter(self):
        token = self.next()
        name = token.text[1:].lower()
        if token.text == "?":
            name = self.positional
            self.positional += 1
        if name not in self.variables.get("@", {}):
            raise invalid(f"Query parameter '{name}' not found", token.at)
        return self.variables["@"][name]

    def array(self):
        kind = None
        if self.word("ARRAY") and self.sign("<"):
            kind = self.type_name()[0]
            self.need_sign(">")
        at = self.peek().at
        self.need_sign("[")
        elements = []
        while not self.sign("]"):
            if elements:
                self.need_sign(",")
            elements.append(self.expression())
        if elements and kind is None:
            elements = matched(elements, "array", at)
            kind = elements[0].kind
        elements = [coerced(element, kind) for element in elements]
        if not all(element is not None and element.constant for element in elements):
            raise invalid("Array element is not a constant of the array's type", at)
        return constant([element.constant.value for element in elements], ("ARRAY", kind))

    def type_name(self):
        """Type with its parameters: (kind, precision, scale); arrays as ("ARRAY", kind)."""
        token, name = self.peek(), self.next().text.upper()
        if name == "ARRAY":
            self.need_sign("<")
            inner = self.type_name()
            self.need_sign(">")
            return ("ARRAY", inner[0]), inner[1], inner[2]
        kind = {"INT": "INT64", "BIGINT": "INT64"}.get(name) or values.CANONICAL.get(name)
        if kind is None or name in ("INTEGER", "FLOAT", "BOOLEAN") and name == "FLOAT":
            raise invalid(f"Type not found: {name}", token.at)
        numbers_given = []
        if self.sign("("):
            numbers_given = [int(self.next().text)]
            if self.sign(","):
                numbers_given.append(int(self.next().text))
            self.need_sign(")")
        return kind, *(numbers_given + [None, None])[:2]

    def named(self):
        """A word: a typed literal, a function, a variable or a column."""
        token = self.peek()
        word, after = token.text.upper(), self.peek(1)
        if after.kind == "text" and word in ("DATE", "TIMESTAMP", "NUMERIC", "JSON"):
            self.place += 2
            return self.literal(word, after)
        if word == "CAST" or word == "SAFE_CAST":
            return self.cast()
        if word == "EXISTS":
            self.next()
            self.need_sign("(")
            query = self.query()
            self.need_sign(")")
            return Expr(f"EXISTS ({query.sql})", "BOOL")
        if after.kind == "sign" and after.text == "(" and word not in RESERVED | {"DATE"} or word in ("IF", "DATE"):
            return self.function()
        return self.column()

    def literal(self, word, token):
        try:
            value = {"DATE": values.date, "TIMESTAMP": values.timestamp, "NUMERIC": values.numeric,
                     "JSON": lambda text: json.dumps(json.loads(text))}[word](token.text)
        except (ValueError, ArithmeticError):
            raise invalid(f"Invalid {word} literal", token.at) from None
        return Expr(constant(value, word).sql, word, Constant(value, False))

    def cast(self):
        token = self.next()
        self.need_sign("(")
        expr = self.expression()
        self.need("AS")
        kind = self.type_name()[0]
        self.need_sign(")")
        if kind == expr.kind or expr.kind is None:
            return Expr(expr.sql, kind, expr.constant, expr.columns, expr.aggregate)
        if expr.kind == "STRING" and kind in ("DATE", "TIMESTAMP") and expr.constant:
            return coerced(expr, kind)
        made = {
            ("STRING", "INT64"): "CAST({0} AS TEXT)", ("STRING", "NUMERIC"): "{0}", ("STRING", "DATE"): "{0}",
            ("STRING", "BOOL"): "CASE {0} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END", ("STRING", "FLOAT64"): "CAST({0} AS TEXT)",
            ("STRING", "TIMESTAMP"): "bf_timestamp_text({0})", ("INT64", "STRING"): "CAST({0} AS INTEGER)",
            ("INT64", "BOOL"): "{0}", ("FLOAT64", "INT64"): "CAST({0} AS REAL)", ("FLOAT64", "NUMERIC"): "CAST({0} AS REAL)",
            ("NUMERIC", "INT64"): "CAST({0} AS TEXT)", ("DATE", "STRING"): "{0}",
            ("DATE", "TIMESTAMP"): "date({0} / 1000000, 'unixepoch')",
            ("TIMESTAMP", "DATE"): "(CAST(strftime('%s', {0}) AS INTEGER) * 1000000)",
        }.get((kind, expr.kind))
        if made is None:
            raise invalid(f"Invalid cast from {kind_text(expr.kind)} to {kind_text(kind)}", token.at)
        return self.combined(made.format(expr.sql), kind, [expr])

    def arguments(self):
        self.need_sign("(")
        found = []
        while not self.sign(")"):
            if found:
                self.need_sign(",")
            found.append(self.expression())
        return found

    def function(self):
        token = self.next()
        name, at = token.text.upper(), token.at
        if name in ("COUNT", "COUNTIF", "SUM", "MIN", "MAX", "ANY_VALUE", "LOGICAL_AND", "LOGICAL_OR"):
            return self.aggregate(name, at)
        given = self.arguments()
        kinds = [expr.kind for expr in given]
        if name == "CURRENT_TIMESTAMP" and not given:
            return constant(int(self.now * 1e6), "TIMESTAMP", False)
        if name == "CURRENT_DATE" and not given:
            return constant(datetime.datetime.utcfromtimestamp(self.now).date().isoformat(), "DATE", False)
        if name == "DATE" and kinds == ["TIMESTAMP"]:
            return self.combined(f"date({given[0].sql} / 1000000, 'unixepoch')", "DATE", given)
        if name == "DATE" and kinds == ["INT64"] * 3 and all(expr.constant for expr in given):
            return constant(values.date("%04d-%02d-%02d" % tuple(e.constant.value for e in given)), "DATE", False)
        if name == "GENERATE_DATE_ARRAY" and kinds == ["DATE"] * 2 and all(expr.constant for expr in given):
            first, last = (datetime.date.fromisoformat(expr.constant.value) for expr in given)
            days = [(first + datetime.timedelta(number)).isoformat() for number in range((last - first).days + 1)]
            return constant(days, ("ARRAY", "DATE"), False)
        if name in ("IFNULL", "COALESCE") and given:
            same = matched(given, f"function {name}", at)
            return self.combined(f"coalesce({', '.join(expr.sql for expr in same)}, NULL)", same[0].kind, same)
        if name == "IF" and len(given) == 3 and kinds[0] == "BOOL":
            same = matched(given[1:], "function IF", at)
            return self.combined(f"iif({given[0].sql}, {same[0].sql}, {same[1].sql})", same[0].kind, given)
        if name == "ARRAY_LENGTH" and len(given) == 1 and given[0].is_array():
            return self.combined(f"json_array_length({given[0].sql})", "INT64", given)
        if name == "CONCAT" and given and set(kinds) == {"STRING"}:
            return self.combined("(" + " || ".join(expr.sql for expr in given) + ")", "STRING", given)
        if name in ("LOWER", "UPPER", "LENGTH") and kinds == ["STRING"]:
            return self.combined(f"{name.lower()}({given[0].sql})", "INT64" if name == "LENGTH" else "STRING", given)
        raise invalid(f"Function not found, or not with these arguments: {token.text}("
                      f"{', '.join(map(kind_text, kinds))})", at)

    def aggregate(self, name, at):
        if name == "COUNT" and self.peek(1).text == "*":
            self.place += 2
            self.need_sign(")")
            return Expr("count(*)", "INT64", aggregate=True)
        self.need_sign("(")
        distinct = "DISTINCT " if name == "COUNT" and self.word("DISTINCT") else ""
        inner = self.expression()
        self.need_sign(")")
        sql, kind = {"COUNT": (f"count({distinct}{inner.sql})", "INT64"),
                     "COUNTIF": (f"coalesce(sum({inner.sql}), 0)", "INT64"), "SUM": (f"sum({numbers(inner)})", inner.kind),
                     "MIN": (f"min({numbers(inner)})", inner.kind), "MAX": (f"max({numbers(inner)})", inner.kind),
                     "ANY_VALUE": (f"min({inner.sql})", inner.kind), "LOGICAL_AND": (f"min({inner.sql})", "BOOL"),
                     "LOGICAL_OR": (f"max({inner.sql})", "BOOL")}[name]
        if name == "SUM" and inner.kind not in ("INT64", "FLOAT64", "NUMERIC") or \
                name in ("COUNTIF", "LOGICAL_AND", "LOGICAL_OR") and inner.kind != "BOOL":
            raise invalid(f"No matching signature for aggregate function {name} for argument types: {kind_text(inner.kind)}", at)
        return Expr(sql, kind, aggregate=True)

    def column(self):
        at, first = self.peek().at, self.identifier()
        second = self.identifier() if self.sign(".") else None
        if second is None and first.lower() in self.variables:
            return self.variables[first.lower()]
        found = [column for column in self.scope
                 if column.name.lower() == (second or first).lower() and (second is None or column.table.lower() == first.lower())]
        if len(found) != 1:
            raise invalid(f"{'Column name is ambiguous' if found else 'Unrecognized name'}: {second or first}", at)
        return Expr(found[0].sql, found[0].kind, None, [found[0].sql], name=found[0].name)
