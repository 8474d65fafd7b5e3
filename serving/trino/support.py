"""Which accounts a person of the support role may see: HOME/support_accounts.csv."""

import csv
from pathlib import Path

from ingestion.failures import Failure

HEADER = ["user_name", "account_id"]


class SupportFileWrong(Failure):
    """The file does not say who may see which account; the message names the line."""


def support_accounts(path: Path) -> list[tuple[str, str]]:
    """Pairs of a user and an account; none when there is no file. Raises SupportFileWrong."""
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        lines = csv.reader(file)
        if (header := next(lines, [])) != HEADER:
            raise SupportFileWrong(
                f"{path}, line 1: got {','.join(header)!r}; allowed: {','.join(HEADER)}"
            )
        found = []
        for line in lines:
            if len(line) != len(HEADER) or not all(line):
                raise SupportFileWrong(
                    f"{path}, line {lines.line_num}: got {','.join(line)!r}; allowed: a user's "
                    "name and an account, such as sita,A00000031"
                )
            found.append((line[0], line[1]))
    return sorted(set(found))
