"""GoogleSQL scripts run on the SQLite file: statements one after the other, transactions all or nothing."""
from queries import Column, Queries
from sqltext import coerced, constant, invalid, kind_text
from state import fields_of, quoted, sqlite_name
from tables import complete
from values import Field, timestamp_text
from wire import Refusal


class Outcome:
    """What a script did: the statements' kinds, the rows changed, the last SELECT's columns and rows."""

    def __init__(self):
        self.kinds, self.changed = [], 0
        self.fields, self.rows = None, None
        self.inserted = self.deleted = 0


class Script(Queries):
    """Runs the text. An error leaves everything before an open transaction as it was."""

    def run(self):
        outcome, self.open = Outcome(), False
        db = self.state.db
        db.create_function("bf_timestamp_text", 1, lambda us: None if us is None else timestamp_text(us).replace(" UTC", "+00"))
        try:
            while self.peek().kind != "end":
                if self.sign(";"):
                    continue
                outcome.kinds.append(self.statement(outcome))
                if self.peek().kind != "end":
                    self.need_sign(";")
            if self.open:  # a script that ends in a transaction rolls it back
                self.finish(False)
        except Refusal:
            if self.open:
                self.finish(False)
            raise
        if not outcome.kinds:
            raise invalid("Syntax error: Unexpected end of statement", (1, 1))
        return outcome

    def finish(self, commit):
        if not commit:
            self.state.db.execute("ROLLBACK TO script_transaction")
        self.state.db.execute("RELEASE script_transaction")
        self.open = False

    def statement(self, outcome):
        at = self.peek().at
        self.scope = []
        if self.word("BEGIN"):
            self.word("TRANSACTION")
            if self.open:
                raise invalid("Transactions cannot be nested", at)
            self.state.db.execute("SAVEPOINT script_transaction")
            self.open = True
            return "BEGIN_TRANSACTION"
        for word, commit in (("COMMIT", True), ("ROLLBACK", False)):
            if self.word(word):
                self.word("TRANSACTION")
                if not self.open:
                    raise invalid(f"Transaction control statement {word} is not supported outside of a transaction", at)
                self.finish(commit)
                return f"{word}_TRANSACTION"
        for word, run in (("DELETE", self.delete), ("INSERT", self.insert), ("DECLARE", self.declare),
                          ("ASSERT", self.check), ("CREATE", self.create), ("DROP", self.drop), ("ALTER", self.alter)):
            if self.word(word):
                if word in ("CREATE", "DROP", "ALTER") and self.open:
                    raise invalid(f"{word} of a permanent table is not supported inside a transaction", at)
                return run(outcome, at)
        if self.peek().is_word("SELECT") or self.peek().is_word("WITH") or self.peek().text == "(":
            return self.result(outcome)
        raise self.unexpected()

    def result(self, outcome):
        query = self.query()
        outcome.fields = [Field(item.name, (item.kind[1] if item.is_array() else item.kind) or "INT64",
                                "REPEATED" if item.is_array() else "NULLABLE") for item in query.columns]
        outcome.rows = self.state.db.execute(query.sql).fetchall()
        return "SELECT"

    def target(self):
        parts = self.table_name()
        return parts, self.existing(parts)

    def delete(self, outcome, at):
        self.word("FROM")
        parts, body = self.target()
        alias = self.alias(parts[2])
        self.scope = [Column(alias, field.name, f"{quoted(alias)}.{quoted(field.name)}",
                             ("ARRAY", field.kind) if field.mode == "REPEATED" else field.kind) for field in fields_of(body)]
        self.need("WHERE")
        where = self.boolean(self.expression(), "WHERE", at)
        gone = self.state.db.execute(f"DELETE FROM {sqlite_name(*parts)} AS {quoted(alias)} WHERE {where.sql}").rowcount
        outcome.changed += gone
        outcome.deleted += gone
        return "DELETE"

    def insert(self, outcome, at):
        self.word("INTO")
        parts, body = self.target()
        fields = fields_of(body)
        by_name = {field.name.lower(): field for field in fields}
        targets = fields
        if self.sign("("):
            names = [self.identifier()]
            while self.sign(","):
                names.append(self.identifier())
            self.need_sign(")")
            unknown = [name for name in names if name.lower() not in by_name]
            if unknown or len({name.lower() for name in names}) != len(names):
                raise invalid(f"Column {(unknown or names)[0]} is not present in table {'.'.join(parts)}, or twice", at)
            targets = [by_name[name.lower()] for name in names]
        if self.word("VALUES"):
            columns, rows = self.value_rows(targets)
        else:
            query = self.query()
            columns, rows = query.columns, self.state.db.execute(query.sql).fetchall()
        self.put(parts, fields, targets, columns, rows, at)
        self.state.expire_partitions(body)
        outcome.changed += len(rows)
        outcome.inserted += len(rows)
        return "INSERT"

    def value_rows(self, targets):
        rows, columns = [], None
        while True:
            self.need_sign("(")
            row = [self.expression()]
            while self.sign(","):
                row.append(self.expression())
            self.need_sign(")")
            if len(row) != len(targets):
                raise invalid("Inserted row has wrong column count")
            row = [coerced(expr, ("ARRAY", field.kind) if field.mode == "REPEATED" else field.kind) or expr
                   for expr, field in zip(row, targets)]
            columns = row
            rows.append(self.state.db.execute("SELECT " + ", ".join(expr.sql for expr in row)).fetchone())
            if not self.sign(","):
                return columns, rows

    def put(self, parts, fields, targets, columns, rows, at):
        """Inserts rows of the query's columns into the target columns, each value checked against its column."""
        if len(columns) != len(targets):
            raise invalid(f"Inserted row has wrong column count; Has {len(columns)}, expected {len(targets)}", at)
        for number, (column, field) in enumerate(zip(columns, targets)):
            kind = ("ARRAY", field.kind) if field.mode == "REPEATED" else field.kind
            if coerced(column, kind) is None:
                raise invalid(f"Query column {number + 1} has type {kind_text(column.kind)} which cannot be inserted into "
                              f"column {field.name}, which has type {kind_text(kind)}", at)
        order = {field.name: number for number, field in enumerate(targets)}
        now = int(self.now * 1e6)
        made = []
        try:
            for row in rows:
                made.append([
                    field.held(row[order[field.name]], columns[order[field.name]].kind) if field.name in order else
                    now if (field.default or "").upper().startswith("CURRENT_TIMESTAMP") else field.held(None, None)
                    for field in fields])
        except (ValueError, ArithmeticError) as error:
            raise invalid(str(error), at) from None
        if rows:
            places = ", ".join("?" * len(fields))
            self.state.db.executemany(f"INSERT INTO {sqlite_name(*parts)} VALUES ({places})", made)

    def declare(self, _, at):
        names = [self.identifier()]
        while self.sign(","):
            names.append(self.identifier())
        kind = None if self.peek().is_word("DEFAULT") else self.type_name()[0]
        value = self.expression() if self.word("DEFAULT") else constant(None, kind)
        made = coerced(value, kind)
        if made is None:
            raise invalid(f"Variable default of type {kind_text(value.kind)} is not of type {kind_text(kind)}", at)
        if not made.constant:
            row = self.state.db.execute(f"SELECT {made.sql}").fetchone()
            made = constant(row[0], made.kind, False)
        for name in names:
            self.variables[name.lower()] = made
        return "DECLARE"

    def check(self, _, at):
        condition = self.boolean(self.expression(), "ASSERT", at)
        message = self.next().text if self.word("AS") else "Assertion failed"
        if not self.state.db.execute(f"SELECT {condition.sql}").fetchone()[0]:
            raise invalid(message, at)
        return "ASSERT"

    def create(self, _, at):
        self.need("TABLE")
        lenient = self.word("IF", "NOT", "EXISTS")
        parts = self.table_name()
        self.state.dataset(parts[0], parts[1])
        body = {"tableReference": dict(zip(("projectId", "datasetId", "tableId"), parts))}
        self.need_sign("(")
        fields = [self.column_definition()]
        while self.sign(","):
            fields.append(self.column_definition())
        self.need_sign(")")
        if self.word("PARTITION", "BY"):
            timestamp = self.word("DATE") and self.sign("(")
            body["timePartitioning"] = {"type": "DAY", "field": self.identifier()}
            if timestamp:
                self.need_sign(")")
        if self.word("CLUSTER", "BY"):
            names = [self.identifier()]
            while self.sign(","):
                names.append(self.identifier())
            body["clustering"] = {"fields": names}
        self.options(body)
        if self.state.find_table(*parts) is not None:
            if lenient:
                return "CREATE_TABLE"
            raise Refusal(409, "duplicate", f"Already Exists: Table {parts[0]}:{parts[1]}.{parts[2]}")
        self.state.create_table(complete(self.state, body), fields)
        return "CREATE_TABLE"

    def column_definition(self):
        name = self.identifier()
        kind, precision, scale = self.type_name()
        mode = "REPEATED" if isinstance(kind, tuple) else "NULLABLE"
        default = None
        if self.word("NOT"):
            self.need("NULL")
            mode = "REQUIRED"
        if self.word("DEFAULT"):
            default = self.next().text + "()"
            self.need_sign("(")
            self.need_sign(")")
        described = {}
        self.options(described)
        return Field(name, kind[1] if isinstance(kind, tuple) else kind, mode, precision, scale, default,
                     described.get("description"))

    def options(self, body):
        """OPTIONS(name = value, ...) into the resource."""
        if not self.word("OPTIONS"):
            return
        self.need_sign("(")
        while not self.sign(")"):
            at, name = self.peek().at, self.identifier().lower()
            self.need_sign("=")
            value = self.expression()
            held = value.constant.value if value.constant else None
            if name == "partition_expiration_days":
                body.setdefault("timePartitioning", {"type": "DAY"}).pop("expirationMs", None)
                if held is not None:
                    body["timePartitioning"]["expirationMs"] = str(int(float(held) * 86400000))
            elif name == "expiration_timestamp":
                moment = coerced(value, "TIMESTAMP")
                body["expirationTime"] = str(moment.constant.value // 1000) if held is not None else "0"
            elif name in ("description", "friendly_name"):
                body["description" if name == "description" else "friendlyName"] = held
            else:
                raise invalid(f"Unknown option: {name}", at)
            self.sign(",")

    def drop(self, _, at):
        self.need("TABLE")
        lenient = self.word("IF", "EXISTS")
        parts = self.table_name()
        if self.state.find_table(*parts) is None:
            if lenient:
                return "DROP_TABLE"
            raise Refusal(404, "notFound", f"Not found: Table {parts[0]}:{parts[1]}.{parts[2]}")
        self.state.drop_table(*parts)
        return "DROP_TABLE"

    def alter(self, _, at):
        self.need("TABLE")
        lenient = self.word("IF", "EXISTS")
        parts = self.table_name()
        if lenient and self.state.find_table(*parts) is None:
            raise invalid("ALTER TABLE IF EXISTS of a table that is missing is not understood here", at)
        body = self.existing(parts)
        if self.word("SET"):
            self.options(body)
        else:
            self.need("ADD", "COLUMN")
            known = {field.name.lower() for field in fields_of(body)}
            lenient = self.word("IF", "NOT", "EXISTS")
            field = self.column_definition()
            if field.name.lower() in known:
                if lenient:
                    return "ALTER_TABLE"
                raise invalid(f"Column already exists: {field.name}", at)
            body["schema"]["fields"].append(field.to_api())
            self.state.db.execute(f"ALTER TABLE {sqlite_name(*parts)} ADD COLUMN {quoted(field.name)}")
        self.state.save_table(body)
        return "ALTER_TABLE"
