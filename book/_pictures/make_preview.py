"""Draw preview.gif, the README's picture: the threshold of the ROC chapter, moving."""

from pathlib import Path

import matplotlib as mpl
from PIL import Image

from kamen_core.datasets import breast_cancer_scores
from kamen_core.figures import roc_auc
from kamen_core.flipbook import STYLE
from kamen_core.flipbook.drawing import Stage

WIDTH = 640


def frames(thresholds):
    rows, update, params = roc_auc.threshold(*breast_cancer_scores())
    with mpl.rc_context(STYLE):
        update(params["start"]["threshold"])
        stages = [[Stage(fig) for fig in row] for row in rows]
        for t in thresholds:
            update(t)
            yield sheet([[stage.image() for stage in row] for row in stages])


def sheet(rows):
    """Panels in centred rows, on white."""
    width = max(sum(image.width for image in row) for row in rows)
    page = Image.new("RGB", (width, sum(max(i.height for i in row) for row in rows)), "white")
    y = 0
    for row in rows:
        x = (width - sum(image.width for image in row)) // 2
        for image in row:
            page.paste(image, (x, y))
            x += image.width
        y += max(image.height for image in row)
    return page.resize((WIDTH, page.height * WIDTH // page.width), Image.LANCZOS).quantize(
        32, dither=Image.Dither.NONE
    )


if __name__ == "__main__":
    there = [k / 100 for k in range(12, 89, 4)]
    first, *rest = frames(there + there[-2:0:-1])
    first.save(
        Path(__file__).with_name("preview.gif"),
        save_all=True,
        append_images=rest,
        duration=120,
        loop=0,
        optimize=True,
    )
