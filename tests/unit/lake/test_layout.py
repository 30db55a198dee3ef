from __future__ import annotations

import pytest

from rowmill.lake.layout import MOST_SOURCES, Layout, RowFile, TooManyFiles


def file(low: int, high: int, *, own_ids: bool = False, deletions: str | None = None) -> RowFile:
    return RowFile(
        uri=f"f{low}.parquet",
        low=low,
        high=high,
        has_row_ids=own_ids,
        columns={"id": "id"},
        deletions=deletions,
    )


def layout(*files: RowFile) -> Layout:
    return Layout({"id": "BIGINT", "note": "VARCHAR"}, sorted(files, key=lambda each: each.low))


def test_a_page_of_one_whole_file_is_exactly_its_rows() -> None:
    window = layout(file(0, 999)).window(after=-1, wanted=50)
    assert window is not None
    assert (window.low, window.high) == (0, 49)


def test_gaps_between_files_are_skipped() -> None:
    window = layout(file(0, 9), file(100, 199)).window(after=9, wanted=5)
    assert window is not None
    assert (window.low, window.high, len(window.files)) == (100, 104, 1)


def test_behind_the_last_row_there_is_no_window() -> None:
    assert layout(file(0, 9)).window(after=9, wanted=5) is None
    assert layout().window(after=-1, wanted=5) is None


def test_where_rows_are_missing_the_window_is_wider_and_grows() -> None:
    holey = layout(file(0, 9999, deletions="d.parquet"))
    first, second = holey.window(-1, 50), holey.window(-1, 50, factor=4)
    assert first is not None
    assert second is not None
    assert 50 < first.high < second.high


def test_files_of_updated_rows_are_looked_into_beside_the_old_ones() -> None:
    window = layout(file(0, 999, deletions="d.parquet"), file(5, 500, own_ids=True)).window(-1, 10)
    assert window is not None
    assert len(window.files) == 2


def test_many_small_files_are_read_in_several_windows() -> None:
    small = layout(*(file(n, n) for n in range(100)))
    window = small.window(after=-1, wanted=50)
    assert window is not None
    assert (window.low, window.high) == (0, MOST_SOURCES - 1)


def test_too_many_files_over_the_same_rows_are_left_to_a_scan() -> None:
    crowded = layout(*(file(0, 99, own_ids=True) for _ in range(MOST_SOURCES + 1)))
    with pytest.raises(TooManyFiles):
        crowded.window(after=-1, wanted=5)
    with pytest.raises(TooManyFiles):
        crowded.whole()


def test_a_column_that_a_file_does_not_have_is_null_in_its_type() -> None:
    one = layout(file(0, 9))
    source = one.source(one.whole(), ["id", "note"])
    assert 'CAST(NULL AS VARCHAR) AS "note"' in source
    assert "WHERE" not in source


def test_names_in_paths_and_files_are_quoted() -> None:
    odd = RowFile("it's.parquet", 0, 9, has_row_ids=False, columns={"id": 'a"b'}, deletions=None)
    one = layout(odd)
    source = one.source(one.whole(), ["id"])
    assert "'it''s.parquet'" in source
    assert '"a""b"' in source


def test_single_rows_are_asked_of_the_files_that_may_hold_them() -> None:
    source = layout(file(0, 9), file(10, 19), file(3, 30, own_ids=True)).source_of_rows([4, 12], [])
    assert "file_row_number IN (4)" in source
    assert "file_row_number IN (2)" in source
    assert "_ducklake_internal_row_id IN (4, 12)" in source


def test_a_sample_comes_from_all_over_the_table_and_never_twice_from_one_place() -> None:
    windows = layout(file(0, 999_999)).spread(rows=800, pieces=8)
    assert [window.low for window in windows] == [n * 125_000 for n in range(8)]
    assert len(layout(file(0, 2)).spread(rows=8, pieces=8)) == 3
