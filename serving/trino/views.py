"""The views of the home, which Spark says, as Trino says them: the same rows to the last digit.

sqlglot knows both; what it says otherwise than Spark means it is rewritten before.
"""

import sqlglot
from sqlglot import exp

from ingestion.failures import Failure

# Trino has no function that gives Spark's hashes; nobody but the rating asks for them
NOT_IN_TRINO = {"staging.stg_usages"}
UNITS = {"MM": "MONTH", "Q": "QUARTER", "YYYY": "YEAR", "YEAR": "YEAR", "MONTH": "MONTH"}


class ViewNotTranslated(Failure):
    """A view says something that this module does not know how to say in Trino."""


def translated(name: str, statement: str) -> str:
    """A view's statement for Trino. Raises ViewNotTranslated."""
    try:
        tree = sqlglot.parse_one(statement, read="spark")
        for select in list(tree.find_all(exp.Select)):
            _unnest_exploded(select)
        # the inner ones first, as what is put in their place is not looked at again
        for node in reversed(list(tree.walk())):
            rewritten = _rewritten(node)
            if rewritten is not node:
                node.replace(rewritten)
        return tree.sql(dialect="trino", comments=False)
    except (sqlglot.errors.SqlglotError, KeyError) as failure:
        raise ViewNotTranslated(f"view {name} has no form in Trino: {failure}") from failure


def _rewritten(node: exp.Expr) -> exp.Expr:
    match node:
        case exp.DateTrunc() | exp.TimestampTrunc():
            node.set("unit", exp.Literal.string(UNITS[node.args["unit"].name.upper()]))
        case exp.UnixSeconds():
            return exp.cast(exp.func("floor", exp.func("to_unixtime", node.this)), "bigint")
        case exp.IntDiv():
            return _whole_quotient(node.this, node.expression)
        # Spark's cast raises as Trino's does (ANSI mode); sqlglot takes it for one that gives null
        case exp.TryCast():
            return exp.Cast(this=node.this, to=node.to)
    return node


def _whole_quotient(dividend: exp.Expr, divisor: exp.Expr) -> exp.Expr:
    """Trino's division of decimals rounds, and sqlglot would cast the quotient to 32 bits; what is
    left of the dividend without its remainder divides without one."""
    dividend, divisor = exp.paren(dividend), exp.paren(divisor)
    remainder = exp.Mod(this=dividend.copy(), expression=divisor.copy())
    whole = exp.paren(exp.Sub(this=dividend, expression=remainder))
    return exp.cast(exp.Div(this=whole, expression=divisor, typed=True, safe=False), "bigint")


def _unnest_exploded(select: exp.Select) -> None:
    """`explode(things) as thing` beside other columns: Trino joins the things, and would take rows
    apart into their fields if they did not stand in rows of one field."""
    for column in list(select.expressions):
        if not isinstance(column.unalias(), exp.Explode):
            continue
        name, things = column.alias, column.unalias().this
        one = exp.Lambda(
            this=exp.func("row", exp.column("one")), expressions=[exp.to_identifier("one")]
        )
        join = exp.Unnest(
            expressions=[exp.Anonymous(this="transform", expressions=[things, one])],
            alias=exp.TableAlias(
                this=exp.to_identifier(f"{name}s"), columns=[exp.to_identifier(name)]
            ),
        )
        select.append("joins", exp.Join(this=join, kind="CROSS"))
        column.replace(exp.column(name, table=f"{name}s"))
