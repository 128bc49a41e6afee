"""Make bible.txt.xz from Debian's `bible-kjv` and `bible-kjv-text`; see bible.md.

apt-get install bible-kjv bible-kjv-text
python make_bible.py
"""

import lzma
import re
import subprocess
from pathlib import Path

BOOKS = """
Genesis Exodus Leviticus Numbers Deuteronomy Joshua Judges Ruth 1_Samuel 2_Samuel 1_Kings 2_Kings
1_Chronicles 2_Chronicles Ezra Nehemiah Esther Job Psalms Proverbs Ecclesiastes Song_of_Solomon Isaiah
Jeremiah Lamentations Ezekiel Daniel Hosea Joel Amos Obadiah Jonah Micah Nahum Habakkuk Zephaniah Haggai
Zechariah Malachi Matthew Mark Luke John Acts Romans 1_Corinthians 2_Corinthians Galatians Ephesians
Philippians Colossians 1_Thessalonians 2_Thessalonians 1_Timothy 2_Timothy Titus Philemon Hebrews James
1_Peter 2_Peter 1_John 2_John 3_John Jude Revelation
""".split()  # noqa: SIM905


def main():
    # -l: lines so long that every verse is one line, "Ge1:1 In the beginning ...".
    printed = subprocess.run(
        ["bible", "-f", "-l100000", "Gen1:1-Rev22:21"], capture_output=True, text=True, check=True
    ).stdout
    books, lines, chapters, verses = iter(BOOKS), [], 0, 0
    last_book = last_chapter = None
    for line in printed.splitlines():
        short, chapter, verse, text = re.fullmatch(r"(\d?[A-Za-z]+)(\d+):(\d+) (.+)", line).groups()
        if short != last_book:
            book = next(books).replace("_", " ")
        if (short, chapter) != (last_book, last_chapter):
            lines.append(f"# {book} {chapter}")
            chapters, expected = chapters + 1, 1
        if int(verse) != expected:
            raise ValueError(f"{book} {chapter}: expected verse {expected}, got {verse}")
        lines.append(" ".join(text.split()))
        verses, expected, last_book, last_chapter = verses + 1, expected + 1, short, chapter
    if (chapters, verses, next(books, None)) != (1189, 31102, None):
        raise ValueError(f"expected 66 books, 1,189 chapters, 31,102 verses, got {chapters} and {verses}")
    text = "\n".join(lines) + "\n"
    packed = lzma.compress(text.encode("ascii"), preset=9 | lzma.PRESET_EXTREME)
    Path(__file__).with_name("bible.txt.xz").write_bytes(packed)


if __name__ == "__main__":
    main()
