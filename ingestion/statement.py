"""What a person may ask of the tables: one statement that reads, judged by its parsed tree."""

import logging
import re
from itertools import pairwise

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError

from ingestion.failures import Failure

QUERIES = (exp.Select, exp.SetOperation, exp.Subquery, exp.Values)
CHANGES = (exp.DDL, exp.DML, exp.Drop, exp.Alter, exp.Command, exp.Into, exp.QueryTransform)
ALLOWED = "select, with, values, describe, show, explain"
HOW_TO_EXPLAIN = re.compile(r"(extended|codegen|cost|formatted|analyze|verbose)\b", re.I)


class NotAQuery(Failure):
    """The statement is no SQL, would change something, or says what the engine does not know."""


def reading(text: str) -> str:
    """The statement to give to the engine for one that only reads. Raises NotAQuery."""
    statement = _only(_parsed(text))
    _refuse_changes(statement)
    _refuse_unknown_to_the_engine(text, statement)
    if isinstance(statement, exp.Describe) and not statement.args.get("style"):
        # Sail describes a table only where the word stands
        return f"describe table {statement.this.sql(dialect='spark')}"
    return text


def _parsed(text: str) -> list[exp.Expr]:
    # what it takes for a command it says in a warning; here it is looked at below
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    try:
        found = sqlglot.parse(text, dialect="spark")
    except ParseError as failure:
        raise NotAQuery(_where(failure)) from None
    except SqlglotError as failure:
        raise NotAQuery(f"the statement is no SQL: {failure}: it ends inside of a text") from None
    except RecursionError:
        raise NotAQuery("the statement is nested too deeply to be read") from None
    return [one for one in found if one is not None and not isinstance(one, exp.Semicolon)]


def _where(failure: ParseError) -> str:
    place = failure.errors[0]
    before = (place["start_context"] or "")[-30:].lstrip()
    return (
        f"the statement is no SQL: line {place['line']}, column {place['col']}: "
        f"{place['highlight']!r} cannot stand after {before!r}, or something is missing after it"
    )


def _only(statements: list[exp.Expr]) -> exp.Expr:
    if len(statements) != 1:
        raise NotAQuery(f"{len(statements) or 'no'} statements were given; allowed: one")
    return statements[0]


def _refuse_changes(statement: exp.Expr) -> None:
    if isinstance(statement, exp.Command) and statement.name.upper() in ("SHOW", "EXPLAIN"):
        if statement.name.upper() == "EXPLAIN":
            # `explain analyze` runs what it explains
            _refuse_changes(_only(_parsed(HOW_TO_EXPLAIN.sub("", statement.text("expression"), 1))))
        return
    bodies = [table.this for table in statement.find_all(exp.CTE)]
    reads = isinstance(statement, (*QUERIES, exp.Describe))
    if (
        not reads
        or statement.find(*CHANGES)
        or not all(isinstance(body, QUERIES) for body in bodies)
    ):
        raise NotAQuery(
            f"only statements that read are run here ({ALLOWED}); tables change through "
            "`ratelake run`"
        )


def _refuse_unknown_to_the_engine(text: str, statement: exp.Expr) -> None:
    """Say what to write instead of what Sail refuses in less clear words, or takes otherwise."""
    for wrong, instead in (
        (statement.find(exp.Qualify), QUALIFY),
        (any(group.args.get("all") for group in statement.find_all(exp.Group)), GROUP_BY_ALL),
        (any(star.args.get("except_") for star in statement.find_all(exp.Star)), EXCEPT),
        (_has_doubled_quote(text), DOUBLED_QUOTE),
    ):
        if wrong:
            raise NotAQuery(instead)


QUALIFY = (
    "qualify is not known here; write: select * from (select *, row_number() over (…) as place "
    "from …) where place = 1"
)
GROUP_BY_ALL = "group by all is not known here; name the columns: group by account_id, currency"
EXCEPT = "* except (…) is not known here; name the columns that you want"
DOUBLED_QUOTE = r"a doubled quote in a text is lost here; write a backslash before it: 'it\'s'"


def _has_doubled_quote(text: str) -> bool:
    tokens = sqlglot.tokenize(text, dialect="spark")
    return any(
        one.token_type == other.token_type == sqlglot.TokenType.STRING
        and one.end + 1 == other.start
        for one, other in pairwise(tokens)
    )
