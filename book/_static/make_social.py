"""Draw social.png, the picture a shared link shows: ``python book/_static/make_social.py``."""

from pathlib import Path

import matplotlib as mpl
import numpy as np

mpl.use("agg")
import matplotlib.pyplot as plt

INK, MUTED, BLUE, ORANGE, PAPER = "#e3e7ec", "#9aa4af", "#6cb0ff", "#f79a54", "#14181e"


def main():
    rng = np.random.default_rng(3)
    negative, positive = rng.normal(0.38, 0.13, 400), rng.normal(0.63, 0.13, 400)
    thresholds = np.linspace(1.1, -0.1, 400)
    fpr = (negative[:, None] >= thresholds).mean(0)
    tpr = (positive[:, None] >= thresholds).mean(0)
    k = np.argmin(abs(thresholds - 0.5))

    with mpl.rc_context({"font.family": "DejaVu Sans", "text.color": INK}):
        fig = plt.figure(figsize=(12, 6.3), dpi=100, facecolor=PAPER)
        fig.text(0.07, 0.76, "Deep learning,", fontsize=43, weight="bold")
        fig.text(0.07, 0.635, "step by step", fontsize=43, weight="bold")
        fig.text(0.07, 0.53, "A book whose figures move under your finger", fontsize=18, color=MUTED)

        hist = fig.add_axes([0.07, 0.12, 0.40, 0.32], facecolor="none")
        for scores, color in ((negative, BLUE), (positive, ORANGE)):
            hist.hist(scores, bins=36, range=(0, 1), color=color, alpha=0.62)
        hist.axvline(thresholds[k], color=INK, lw=3, ls=(0, (4, 2)))

        roc = fig.add_axes([0.57, 0.12, 0.38, 0.76], facecolor="none")
        roc.plot([0, 1], [0, 1], ":", color=MUTED, lw=2)
        roc.fill_between(fpr, tpr, color=BLUE, alpha=0.12)
        roc.plot(fpr, tpr, color=BLUE, lw=5)
        roc.plot(fpr[k], tpr[k], "o", ms=22, color=ORANGE, mec=PAPER, mew=4)
        roc.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.04))

        for ax in (hist, roc):
            ax.set(xticks=[], yticks=[])
            ax.spines[["top", "right"]].set_visible(False)
            ax.spines[["left", "bottom"]].set(color=MUTED, linewidth=2)
        hist.spines["left"].set_visible(False)
        fig.savefig(Path(__file__).with_name("social.png"), facecolor=PAPER, metadata={"Software": None})


if __name__ == "__main__":
    main()
