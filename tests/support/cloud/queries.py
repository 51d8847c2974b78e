"""GoogleSQL queries: SELECT with FROM, WHERE, GROUP BY, ORDER BY, LIMIT, joins, UNION ALL, subqueries and WITH."""
from expressions import Expressions
from sqltext import Expr, RESERVED, coerced, invalid, matched
from state import fields_of, quoted, sqlite_name
from wire import Refusal


class Column:
    """A column that an expression can read: its table's alias, name, SQLite text and type."""

    def __init__(self, table, name, sql, kind):
        self.table, self.name, self.sql, self.kind = table, name, sql, kind


class Query:
    """A translated query: SQLite text; the columns of its result."""

    def __init__(self, sql, columns):
        self.sql, self.columns = sql, columns  # columns: Expr with names


class Queries(Expressions):
    """Adds queries to the expressions. `state` finds tables; `project` and `dataset` complete their names; `location`
    is where all of them must be."""

    def __init__(self, text, variables, state, project, dataset, location):
        super().__init__(text, variables, state.now())
        self.state, self.project, self.dataset, self.location = state, project, dataset, location
        self.with_queries = {}

    def table_name(self):
        """project, dataset, table of a name written as `p.d.t`, `d.t`, `p`.`d`.`t` and so on."""
        at, parts = self.peek().at, []
        while True:
            token = self.next()
            if token.kind == "quoted":
                parts += token.text.split(".")
            elif token.kind == "name" and token.text.upper() not in RESERVED:
                parts.append(token.text)
                while self.peek().kind == "sign" and self.peek().text == "-" and self.peek(1).kind in ("name", "number"):
                    self.next()
                    parts[-1] += "-" + self.next().text
            else:
                self.place -= 1
                raise self.unexpected("identifier")
            if not self.sign("."):
                break
        if len(parts) == 1 and self.dataset:
            parts = [self.dataset] + parts
        if len(parts) == 2:
            parts = [self.project] + parts
        if len(parts) != 3 or not all(parts):
            raise invalid(f"Table \"{'.'.join(parts)}\" must be qualified with a dataset (e.g. dataset.table).", at)
        return parts

    def existing(self, parts):
        """The resource of a table that must exist where the query runs."""
        dataset = self.state.dataset(parts[0], parts[1])
        if dataset["location"].lower() != self.location.lower():
            raise Refusal(404, "notFound", f"Not found: Dataset {parts[0]}:{parts[1]} was not found in location {self.location}")
        body = self.state.find_table(*parts)
        if body is None:
            raise Refusal(404, "notFound", f"Not found: Table {parts[0]}:{parts[1]}.{parts[2]} was not found in location "
                                           f"{self.location}")
        return body

    def query(self):
        """WITH ... SELECT ... UNION ALL SELECT ... ORDER BY ... LIMIT ..."""
        if self.word("WITH"):
            while True:
                name = self.identifier()
                self.need("AS")
                self.need_sign("(")
                self.with_queries[name.lower()] = self.query()
                self.need_sign(")")
                if not self.sign(","):
                    break
        outer = self.scope
        query = self.select()
        parts = [query]
        while self.word("UNION"):
            self.need("ALL")
            parts.append(self.select())
        if len(parts) > 1:
            query = self.union(parts)
        self.order_and_limit(query)
        self.scope = outer
        return query

    def union(self, parts):
        if len({len(part.columns) for part in parts}) != 1:
            raise invalid("Queries in UNION ALL have mismatched column count")
        columns = []
        for number, first in enumerate(parts[0].columns):
            kind = matched([part.columns[number] for part in parts], f"UNION ALL column {number + 1}", None)[0].kind
            columns.append(Expr(quoted(first.name), kind, name=first.name))
        self.scope = [Column("", column.name, column.sql, column.kind) for column in columns]
        return Query("SELECT * FROM (" + " UNION ALL ".join(f"SELECT * FROM ({part.sql})" for part in parts) + ")", columns)

    def select(self):
        at = self.peek().at
        self.need("SELECT")
        distinct = "DISTINCT " if self.word("DISTINCT") else ""
        start = self.place
        self.skip_to_from()
        self.scope = []
        end = self.place if self.peek().is_word("FROM") else None
        source = self.from_clause() if self.word("FROM") else ""
        after, self.place = self.place, start
        items = self.select_list()
        if end is not None:
            if self.place != end:
                raise self.unexpected()
            self.place = after
        where = ""
        if self.word("WHERE"):
            where = " WHERE " + self.boolean(self.expression(), "WHERE", at).sql
        grouped = self.group_by(items) if self.word("GROUP", "BY") else None
        having = ""
        if self.word("HAVING"):
            having = " HAVING " + self.boolean(self.expression(), "HAVING", at).sql
        self.check_grouping(items, grouped, at)
        text = ", ".join(f"{item.sql} AS {quoted(item.name)}" for item in items)
        sql = f"SELECT {distinct}{text}{source}{where}" + (f" GROUP BY {', '.join(grouped)}" if grouped else "") + having
        self.scope = [Column("", item.name, quoted(item.name), item.kind) for item in items] + \
            [column for column in self.scope if column.name.lower() not in {item.name.lower() for item in items}]
        return Query(sql, items)

    def skip_to_from(self):
        depth = 0
        while self.peek().kind != "end" and not (depth == 0 and (
                any(self.peek().is_word(word) for word in ("FROM", "UNION")) or self.peek().text == ";")):
            depth += {"(": 1, ")": -1}.get(self.peek().text, 0) if self.peek().kind == "sign" else 0
            if depth < 0:
                break
            self.place += 1

    def select_list(self):
        items = []
        while True:
            if self.sign("*"):
                left_out = set()
                if self.word("EXCEPT"):
                    self.need_sign("(")
                    left_out.add(self.identifier().lower())
                    while self.sign(","):
                        left_out.add(self.identifier().lower())
                    self.need_sign(")")
                if not self.scope:
                    raise invalid("SELECT * must have a FROM clause", self.peek().at)
                items += [Expr(column.sql, column.kind, None, [column.sql], name=column.name)
                          for column in self.scope if column.name.lower() not in left_out]
            else:
                item = self.expression()
                named = self.word("AS")
                if named or self.peek().kind in ("name", "quoted") and self.peek().text.upper() not in RESERVED:
                    item = Expr(item.sql, item.kind, item.constant, item.columns, item.aggregate, self.identifier())
                items.append(item)
            if not self.sign(","):
                break
        for number, item in enumerate(items):
            item.name = item.name or f"f{sum(not one.name or one.name.startswith('f') and one.name.endswith('_') for one in items[:number])}_"
        names = [item.name.lower() for item in items]
        if len(set(names)) != len(names):
            raise invalid("Duplicate column names in the result are not supported. Found duplicate(s): "
                          + ", ".join(sorted({name for name in names if names.count(name) > 1})))
        return items

    def from_clause(self):
        sql = " FROM " + self.source()
        while True:
            if self.sign(",") or self.word("CROSS", "JOIN"):
                sql += " CROSS JOIN " + self.source()
                continue
            kind = "LEFT JOIN" if self.word("LEFT", "OUTER", "JOIN") or self.word("LEFT", "JOIN") else \
                "JOIN" if self.word("INNER", "JOIN") or self.word("JOIN") else None
            if kind is None:
                return sql
            sql += f" {kind} {self.source()}"
            at = self.peek().at
            self.need("ON")
            sql += " ON " + self.boolean(self.expression(), "ON", at).sql

    def source(self):
        """A table, a named query, a subquery or UNNEST of an array, with its alias."""
        if self.word("UNNEST"):
            self.need_sign("(")
            array = self.expression()
            self.need_sign(")")
            if not array.is_array():
                raise invalid("Values referenced in UNNEST must be arrays")
            alias = self.alias("f0_")
            self.scope.append(Column(alias, alias, f"{quoted(alias)}.value", array.kind[1]))
            return f"json_each({array.sql}) AS {quoted(alias)}"
        if self.sign("("):
            query = self.query()
            self.need_sign(")")
            return self.derived(query, self.alias(f"q{self.place}"))
        if self.peek().text.lower() in self.with_queries and self.peek(1).text != ".":
            name = self.next().text
            return self.derived(self.with_queries[name.lower()], self.alias(name))
        parts = self.table_name()
        body = self.existing(parts)
        alias = self.alias(parts[2])
        for field in fields_of(body):
            kind = ("ARRAY", field.kind) if field.mode == "REPEATED" else field.kind
            self.scope.append(Column(alias, field.name, f"{quoted(alias)}.{quoted(field.name)}", kind))
        return f"{sqlite_name(*parts)} AS {quoted(alias)}"

    def derived(self, query, alias):
        self.scope += [Column(alias, column.name, f"{quoted(alias)}.{quoted(column.name)}", column.kind)
                       for column in query.columns]
        return f"({query.sql}) AS {quoted(alias)}"

    def alias(self, otherwise):
        if self.word("AS") or self.peek().kind in ("name", "quoted") and self.peek().text.upper() not in RESERVED | {"WINDOW"}:
            return self.identifier()
        return otherwise

    def position(self, items):
        """The item that GROUP BY 2 or ORDER BY 2 means, else None."""
        if self.peek().kind == "number":
            token = self.next()
            if not token.text.isdigit() or not 1 <= int(token.text) <= len(items):
                raise invalid(f"Position {token.text} is out of range of the select list", token.at)
            return items[int(token.text) - 1]
        return None

    def group_by(self, items):
        found = []
        while True:
            item = self.position(items)
            if item is None:
                name = self.peek().text.lower()
                item = next((one for one in items if one.name.lower() == name and not one.aggregate), None)
                if item and self.peek(1).text != ".":
                    self.next()
                else:
                    item = self.expression()
            found.append(item.sql)
            if not self.sign(","):
                return found

    @staticmethod
    def check_grouping(items, grouped, at):
        if grouped is None and not any(item.aggregate for item in items):
            return
        for item in items:
            if item.sql not in (grouped or ()) and not item.columns <= set(grouped or ()):
                raise invalid(f"SELECT list expression references column {item.name} which is neither grouped nor aggregated", at)

    def order_and_limit(self, query):
        if self.word("ORDER", "BY"):
            keys = []
            while True:
                item = self.position(query.columns)
                text = quoted(item.name) if item else self.order_key()
                keys.append(text + (" DESC" if self.word("DESC") else " ASC" if self.word("ASC") else ""))
                if not self.sign(","):
                    break
            query.sql += " ORDER BY " + ", ".join(keys)
        if self.word("LIMIT"):
            query.sql += f" LIMIT {self.count()}"
            if self.word("OFFSET"):
                query.sql += f" OFFSET {self.count()}"

    def order_key(self):
        expr = self.expression()
        if expr.kind == "NUMERIC":
            return f"CAST({expr.sql} AS REAL)"
        return expr.sql

    def count(self):
        expr = coerced(self.primary(), "INT64")
        if expr is None or not expr.constant or expr.constant.value is None:
            raise self.unexpected("integer")
        return expr.constant.value
