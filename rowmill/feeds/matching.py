"""Which rule takes a file, and which files are left alone.

Patterns are those of people who may not stop a worker, so the engine that matches them takes
linear time whatever they are (RE2, inside DuckDB).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import duckdb

from rowmill.errors import invalid

Syntax = Literal["glob", "regex"]
LONGEST_PATTERN: Final = 500
IGNORED: Final = ("*.tmp", "*.part", "*.partial", "*.filepart", "*.crdownload", "*.swp", "~*", ".*")
_ANY_FOLDER: Final = "(?:.*/)?"


@dataclass(frozen=True)
class Verdict:
    """What is to become of a file: `rule` is the number of the first one that fits, from 0.

    `ignored_by` is the pattern by which the file is left alone.
    """

    rule: int | None = None
    ignored_by: str | None = None


class Matcher:
    """Sorts paths by rules. Not to be shared between threads."""

    def __init__(self, rules: Sequence[Mapping[str, Any]], ignore: Sequence[str]) -> None:
        """Args: `rules` each have a `pattern` and its `syntax`. Raises: Invalid, naming the rule.

        A pattern without `/` is about the name alone, in any folder; what is ignored may also be a
        folder with all that is in it.
        """
        self._connection = duckdb.connect(":memory:", config={"enable_external_access": False})
        self._ignore = {pattern: f"{_ANY_FOLDER}{_glob(pattern)}(?:/.*)?" for pattern in ignore}
        self._rules = [_expression(rule["pattern"], rule["syntax"]) for rule in rules]
        for number, expression in enumerate(self._rules):
            self._check(f"rules.{number}.pattern", expression)
        for number, expression in enumerate(self._ignore.values()):
            self._check(f"ignore.{number}", expression)

    def verdicts(self, paths: Sequence[str]) -> list[Verdict]:
        """The verdict on each of the paths, in their order."""
        verdicts = [Verdict()] * len(paths)
        if not paths:
            return verdicts
        for number, expression in reversed(list(enumerate(self._rules))):
            for position in self._hits(expression, paths):
                verdicts[position] = Verdict(rule=number)
        for pattern, expression in self._ignore.items():
            for position in self._hits(expression, paths):
                verdicts[position] = Verdict(ignored_by=pattern)
        return verdicts

    def _hits(self, expression: str, paths: Sequence[str]) -> list[int]:
        matched = self._connection.execute(
            "SELECT regexp_full_match(path, ?, 'is')"
            " FROM (SELECT unnest(string_split(?, chr(0))) AS path)",
            [expression, "\0".join(paths)],  # as one value: the library binds lists slowly
        ).fetchall()
        return [position for position, (is_hit,) in enumerate(matched) if is_hit]

    def _check(self, field: str, expression: str) -> None:
        try:
            self._hits(expression, ["x"])
        except duckdb.Error as error:
            reason = str(error).partition("Error: ")[2].partition("\n")[0] or "not understood"
            raise invalid(field, f"This is not a pattern that can be matched: {reason}.") from error


def _expression(pattern: str, syntax: Syntax) -> str:
    """The pattern as one regular expression for a whole path."""
    expression = _glob(pattern) if syntax == "glob" else f"(?:{pattern})"
    is_of_path = "/" in pattern
    return expression if is_of_path else f"{_ANY_FOLDER}{expression}"


def _glob(pattern: str) -> str:
    """`*` and `?` stay within a name, `**` crosses folders, `[…]` is one of its letters."""
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\[!?[^\]/]+\])", pattern.removeprefix("/"))
    return "".join(_glob_part(part) for part in parts)


def _glob_part(part: str) -> str:
    match part:
        case "**/":
            return _ANY_FOLDER
        case "**":
            return ".*"
        case "*":
            return "[^/]*"
        case "?":
            return "[^/]"
    if part.startswith("[") and part.endswith("]"):
        letters = part[1:-1]
        negation = "^" if letters.startswith("!") else ""
        return f"[{negation}{re.escape(letters.removeprefix('!')).replace(chr(92) + '-', '-')}]"
    return re.escape(part)
