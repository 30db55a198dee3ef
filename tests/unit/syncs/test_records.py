from __future__ import annotations

from rowmill.syncs.planning import cut, lines_of
from rowmill.syncs.records import Line


def lines(*kinds: str) -> list[str]:
    return [f"{kind}\t[{number}]\t{{}}\n" for number, kind in enumerate(kinds)]


def test_lines_are_whole_wherever_the_pieces_of_an_object_end() -> None:
    text = "".join(lines("insert", "update", "delete")).replace("{}", '{"ü":"—"}').encode()
    for size in range(1, len(text) + 1):
        pieces = [text[at : at + size] for at in range(0, len(text), size)]
        assert "".join(lines_of(pieces)).encode() == text


def test_reading_goes_on_behind_what_was_read() -> None:
    found = lines("insert", "insert", "insert")
    text = "".join(found).encode()
    skip = len(found[0].encode())
    for size in (1, 7, skip, len(text)):
        pieces = [text[at : at + size] for at in range(0, len(text), size)]
        assert list(lines_of(pieces, skip)) == found[1:]


def test_batches_keep_the_order_and_hold_one_kind_of_operation() -> None:
    given = lines("insert", "update", "insert", "delete", "delete", "insert")
    batches = list(cut(iter(given), 2))
    assert [line for batch in batches for line in batch] == given
    assert [len(batch) for batch in batches] == [2, 1, 2, 1]


def test_a_record_may_hold_what_separates_lines_once_it_is_escaped() -> None:
    line = Line("insert", '["a"]', '{"note":"x\\ty\\nz"}')
    assert Line.parse(str(line)) == line
    assert line.values() == {"note": "x\ty\nz"}


def test_numbers_of_a_record_keep_every_digit() -> None:
    line = Line("insert", "1", '{"price":2.50,"count":12345678901234567890,"is":true}')
    assert line.values() == {"price": "2.50", "count": "12345678901234567890", "is": True}
