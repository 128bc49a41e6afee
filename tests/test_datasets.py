"""The texts: every chapter, every poem, nothing lost or torn, and quickly read."""

import time

import pytest

from kamen_core import datasets


def test_the_bible_is_whole_and_in_order():
    chapters = datasets.bible()
    assert len(chapters) == 1189
    assert sum(len(chapter.lines) for chapter in chapters) == 31102
    assert len({chapter.name for chapter in chapters}) == 1189
    books = list(dict.fromkeys(chapter.group for chapter in chapters))
    assert len(books) == 66
    assert (books[0], books[8], books[18], books[21], books[-1]) == (
        "Genesis", "1 Samuel", "Psalms", "Song of Solomon", "Revelation",
    )  # fmt: skip
    by_name = {chapter.name: chapter for chapter in chapters}
    assert len(by_name["Psalms 119"].lines) == 176
    assert len(by_name["Psalms 117"].lines) == 2
    assert by_name["John 11"].lines[34] == "Jesus wept."
    assert by_name["1 Corinthians 13"].group == "1 Corinthians"
    assert all(line and line == line.strip() and "#" not in line for c in chapters for line in c.lines)


def test_the_poems_have_the_shapes_they_promise():
    poems = datasets.tang_poems()
    assert len(poems) == 36405
    assert len({poem.group for poem in poems}) == 2039
    for poem in poems:
        assert poem.name and poem.group
        assert len(poem.lines) in (2, 4)
        assert {len(line) for line in poem.lines} in ({12}, {16})
        for line in poem.lines:
            n = (len(line) - 2) // 2
            assert line[n] == "，" and line[-1] == "。"
            assert len(datasets.tokens(line)) == 2 * n
    assert len({poem.lines for poem in poems}) == 36405
    spring = [p for p in poems if p.name == "春晓" and p.group == "孟浩然"]
    assert [p.lines for p in spring] == [("春眠不觉晓，处处闻啼鸟。", "夜来风雨声，花落知多少。")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", []),
        (" ,.!? ", []),
        ("Let THERE be light:", ["let", "there", "be", "light"]),
        ("the LORD'S house, Beth-el; 'tis 7", ["the", "lord's", "house", "beth-el", "tis"]),
        ("床前看月光，疑是地上霜。", list("床前看月光疑是地上霜")),
        ("㴩𬸣a月", ["㴩", "𬸣", "a", "月"]),
    ],
)
def test_tokens(line, expected):
    assert datasets.tokens(line) == expected


def test_sentences_are_the_lines_of_all_documents():
    two = [datasets.Document("x", "y", ("A b.", "C")), datasets.Document("z", "y", ("d e",))]
    assert datasets.sentences(two) == [["a", "b"], ["c"], ["d", "e"]]
    assert sum(map(len, datasets.sentences(datasets.bible()))) == 789633


def test_stop_words_leave_the_topics():
    assert {"the", "unto", "thou", "之", "不"} <= datasets.STOP_WORDS
    assert not {"god", "king", "heart", "山", "月", "春", "人"} & datasets.STOP_WORDS
    assert "" not in datasets.STOP_WORDS


@pytest.mark.parametrize("load", [datasets.bible, datasets.tang_poems])
def test_loading_takes_under_half_a_second(load):
    seconds = []
    for _ in range(3):
        start = time.process_time()  # our own time, whatever else the machine does
        load()
        seconds.append(time.process_time() - start)
    assert min(seconds) < 0.5
