"""Which rule takes a file: whatever the pattern is, in a time that nobody can stretch."""

from __future__ import annotations

import time
from typing import Any

import pytest

from rowmill.errors import Invalid
from rowmill.feeds.matching import IGNORED, Matcher, Verdict


def taken(pattern: str, *paths: str, syntax: str = "glob") -> list[str]:
    matcher = Matcher([{"pattern": pattern, "syntax": syntax}], [])
    verdicts = matcher.verdicts(paths)
    return [path for path, each in zip(paths, verdicts, strict=True) if each.rule is not None]


@pytest.mark.parametrize(
    ("pattern", "fitting", "others"),
    [
        ("sales_*.csv", ["sales_1.csv", "SALES_.CSV", "in/sales_2.csv"], ["sales.csv", "xsales_1"]),
        ("in/*.csv", ["in/a.csv"], ["a.csv", "in/b/a.csv", "x/in/a.csv"]),
        ("/in/*.csv", ["in/a.csv"], ["a.csv"]),
        ("in/**", ["in/a.csv", "in/b/c"], ["a.csv"]),
        ("**/a.csv", ["a.csv", "x/a.csv", "x/y/a.csv"], ["xa.csv"]),
        ("a?.csv", ["ab.csv"], ["a.csv", "abc.csv", "a/.csv"]),
        ("a[0-9].csv", ["a1.csv"], ["ab.csv", "a-.csv"]),
        ("a[!0-9].csv", ["ab.csv"], ["a1.csv"]),
        ("a.b(c)+{d}.csv", ["a.b(c)+{d}.csv"], ["aXb(c)+{d}.csv"]),
        ("Umsätze *.csv", ["Umsätze 2024.csv"], ["Umsatze 2024.csv"]),
    ],
)  # fmt: skip
def test_a_glob_means_what_people_mean(pattern: str, fitting: list[str], others: list[str]) -> None:
    assert taken(pattern, *fitting, *others) == fitting


def test_a_regex_is_for_the_whole_name() -> None:
    paths = ("sales_2024-01-31.csv", "in/sales_2024-02-01.csv", "sales_2024-01-31.csv.bak")
    assert taken(r"sales_\d{4}-\d\d-\d\d\.csv", *paths, syntax="regex") == list(paths[:2])
    assert taken(r"in/.*", *paths, syntax="regex") == [paths[1]]
    assert taken(r"a|b", "a", "b", "ab", syntax="regex") == ["a", "b"]


def test_the_first_rule_that_fits_counts_and_ignoring_comes_before_all_rules() -> None:
    rules: list[dict[str, Any]] = [
        {"pattern": "sales_*.csv", "syntax": "glob"},
        {"pattern": "*.csv", "syntax": "glob"},
    ]
    matcher = Matcher(rules, [*IGNORED, "archive"])
    assert matcher.verdicts(
        ["sales_1.csv", "other.csv", "x.txt", "sales_1.csv.part", ".x.csv", "archive/sales_1.csv"]
    ) == [
        Verdict(rule=0),
        Verdict(rule=1),
        Verdict(),
        Verdict(ignored_by="*.part"),
        Verdict(ignored_by=".*"),
        Verdict(ignored_by="archive"),
    ]


@pytest.mark.parametrize("pattern", ["(a", "a{99999}", "(?=a)", "*"])
def test_a_pattern_that_is_none_is_refused_by_its_rule(pattern: str) -> None:
    good = {"pattern": "a", "syntax": "regex"}
    with pytest.raises(Invalid) as refused:
        Matcher([good, {"pattern": pattern, "syntax": "regex"}], [])
    assert refused.value.errors[0]["field"] == "rules.1.pattern"


def test_no_pattern_takes_long() -> None:
    began = time.monotonic()
    name = "a" * 250
    assert taken("(a+)+$b", name, syntax="regex") == []
    assert taken("*a" * 100 + "b", name) == []
    assert time.monotonic() - began < 2
