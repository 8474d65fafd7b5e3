"""Finds sums and products in SQL text that could wrap around (decision 16).

A `+`, `*` or `sum(` counts as bounded by a comment `bounded: why` on its line or above its item,
or by what is in sight: casts whose digits fit into 38, counts, intervals, a small number added,
a factor that is named a sign (1 or -1).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.S)
TOKEN = re.compile(r"\d+(?:\.\d+)?[LS]?|[A-Za-z_][\w.]*|'(?:[^'\\]|\\.)*'|\S")
NEW_CLAUSE = re.compile(r"\s*(from|where|group|having|order|select|union|inner|left|cross|with)\b")
MOST_DIGITS = 38
ROW_DIGITS = 10  # fewer than 10^10 rows are summed
SMALL = re.compile(r"\d{1,6}(\.\d+)?L?$")


class Token(NamedTuple):
    text: str
    line: int


def bare_arithmetic(sql: str) -> list[tuple[int, str]]:
    """The lines, from 1, with an unbounded operation, and the operation with what is around it."""
    code, fragments = without_jinja(sql)
    bounded = bounded_lines(sql)
    found = [
        (line + offset, text)
        for piece, offset in [(code, 0), *fragments]
        for line, text in unbounded(tokens(piece))
    ]
    return sorted({(line, text) for line, text in found if line not in bounded})


def without_jinja(sql: str) -> tuple[str, list[tuple[str, int]]]:
    """The SQL with a name for each `{{ … }}`, and the SQL texts inside of them by line."""
    fragments = []
    for match in re.finditer(r"\{\{.*?\}\}", sql, re.S):
        for text in re.finditer(r"'((?:[^'\\]|\\.)*)'", match[0]):
            fragments.append((text[1], sql.count("\n", 0, match.start() + text.start())))
    kept = JINJA.sub(lambda m: ("jinja" if m[0][1] == "{" else "") + "\n" * m[0].count("\n"), sql)
    return re.sub(r"--[^\n]*", "", kept), fragments


def tokens(sql: str) -> list[Token]:
    return [Token(m[0], 1 + sql.count("\n", 0, m.start())) for m in TOKEN.finditer(sql)]


def unbounded(found: list[Token]) -> Iterator[tuple[int, str]]:
    for at, token in enumerate(found):
        if token.text.lower() == "sum" and at + 1 < len(found) and found[at + 1].text == "(":
            inside = found[at + 2 : closing(found, at + 1)]
            if not (is_count(inside) or fits(digits(inside) or [MOST_DIGITS], ROW_DIGITS)):
                yield token.line, "sum(" + words(inside[:4])
        elif token.text in "+*" and 0 < at < len(found) - 1:
            left, right = operand_before(found, at), operand_after(found, at)
            if left and right and not is_bounded(token.text, left, right):
                yield token.line, words([*left[-3:], token, *right[:3]])


def is_bounded(operator: str, left: list[Token], right: list[Token]) -> bool:
    first = {side[0].text.lower() for side in (left, right)}
    if any(word.startswith(("interval", "make_", "length")) for word in first):
        return True
    if operator == "+" and (is_small(left) or is_small(right)):
        return True
    if operator == "*" and any(re.search(r"(^|[._])sign$", word) for word in first):
        return True
    types = [*digits(left), *digits(right)]
    if len(types) < 2:
        return False
    return fits(types, 1) if operator == "*" else fits([max(types)], 1)


def fits(types: list[int], more: int) -> bool:
    return sum(types) + more <= MOST_DIGITS


def digits(operand: list[Token]) -> list[int]:
    """The digits of the decimal or whole number that an operand is cast to, if it is a cast."""
    text = words(operand).lower()
    if match := re.match(r"cast \(.* as decimal \( (\d+) , \d+ \) \)$", text):
        return [int(match[1])]
    return [ROW_DIGITS] if re.match(r"cast \(.* as int \)$", text) else []


def is_small(operand: list[Token]) -> bool:
    """A number of at most six digits, or an `if` that gives only such."""
    if len(operand) == 1:
        return SMALL.match(operand[0].text) is not None
    results = re.match(r"if \(.* , (\S+) , (\S+) \)$", words(operand))
    return results is not None and all(SMALL.match(text) for text in results.groups())


def is_count(inside: list[Token]) -> bool:
    return is_small(inside)


def operand_before(found: list[Token], at: int) -> list[Token]:
    end = at - 1
    if found[end].text != ")":
        return [found[end]] if is_operand(found[end].text) else []
    depth, start = 0, end
    while start >= 0:
        depth += {")": 1, "(": -1}.get(found[start].text, 0)
        if depth == 0:
            break
        start -= 1
    if start > 0 and re.match(r"[A-Za-z_]", found[start - 1].text):
        start -= 1
    return found[start:at]


def operand_after(found: list[Token], at: int) -> list[Token]:
    start = at + 1
    if found[start].text in "+-" and start + 1 < len(found):
        start += 1
    if not (is_operand(found[start].text) or found[start].text == "("):
        return []
    opens = start if found[start].text == "(" else start + 1
    if opens < len(found) and found[opens].text == "(":
        return found[start : closing(found, opens) + 1]
    return [found[start]]


def is_operand(text: str) -> bool:
    keywords = {"select", "distinct", "as", "by", "then", "else", "when", "and", "or", "from"}
    return re.match(r"[\w']", text) is not None and text.lower() not in keywords


def closing(found: list[Token], opening: int) -> int:
    depth = 0
    for at in range(opening, len(found)):
        depth += {"(": 1, ")": -1}.get(found[at].text, 0)
        if depth == 0:
            return at
    return len(found)


def bounded_lines(sql: str) -> set[int]:
    """The lines that a comment `bounded:` covers: its own, and the item that follows it."""
    lines = sql.splitlines()
    covered: set[int] = set()
    for number, line in enumerate(lines):
        if not re.search(r"(--|\{#).*\bbounded:", line):
            continue
        covered.add(number + 1)
        if line.lstrip().startswith(("--", "{#")):
            covered |= item_after(lines, number + 1)
    return covered


def item_after(lines: list[str], start: int) -> set[int]:
    covered, depth = set(), 0
    for number in range(start, len(lines)):
        line = re.sub(r"--.*", "", lines[number]).rstrip()
        if covered and depth <= 0 and (not line or NEW_CLAUSE.match(line)):
            break
        covered.add(number + 1)
        depth += line.count("(") - line.count(")")
        if depth < 0 or (depth == 0 and line.endswith(",")):
            break
    return covered


def words(found: list[Token]) -> str:
    return " ".join(token.text for token in found)
