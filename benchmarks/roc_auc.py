"""ROC and AUC beside scikit-learn and the column's loop: `python benchmarks/roc_auc.py [largest n, 1e7]`."""

import sys
import time

from _timing import compare, growth, publish, table  # before NumPy: it asks for one thread

# isort: split
import numpy as np
from sklearn import metrics

from kamen_core.roc_auc import auc, auc_histogram, precision_recall_curve, roc_curve

REPEATS = {10**4: 31, 10**5: 15, 10**6: 7, 10**7: 3}
PEERS = {
    "auc": (auc, metrics.roc_auc_score),
    "roc_curve": (roc_curve, lambda y, s: metrics.roc_curve(y, s, drop_intermediate=False)),
    "precision_recall_curve": (precision_recall_curve, metrics.precision_recall_curve),
}


def samples(kind, n):
    """Labels, two in five positive, with logits, probabilities or probabilities of three decimals."""
    rng = np.random.default_rng(0)
    y_true = (rng.random(n) < 0.4).astype(np.int64)
    logits = rng.normal(size=n) + y_true
    probabilities = 1 / (1 + np.exp(-logits))
    return y_true, {"logits": logits, "unit": probabilities, "tied": probabilities.round(3)}[kind]


def column_loop(labels, preds, n_bins=100):
    """Two histograms filled sample by sample, by index, as the column does."""
    width = 1.0 / n_bins
    positives, negatives = [0] * n_bins, [0] * n_bins
    for i in range(len(labels)):
        k = int(preds[i] / width)
        if labels[i] == 1:
            positives[k] += 1
        else:
            negatives[k] += 1
    won = below = 0
    for pos, neg in zip(positives, negatives, strict=True):
        won += pos * below + pos * neg * 0.5
        below += neg
    return won / float(sum(positives) * sum(negatives))


def race(ours, peer, y_true, y_score):
    both = {"ours": lambda: ours(y_true, y_score), "peer": lambda: peer(y_true, y_score)}
    return compare(both, REPEATS[len(y_true)], time.process_time)


def main(largest):
    sizes = [n for n in REPEATS if n <= largest]
    rows, seconds = [], []
    for n in sizes:
        for kind in ("unit", "tied", "logits"):
            y_true, y_score = samples(kind, n)
            for name, (ours, peer) in PEERS.items():
                if name == "precision_recall_curve" and n > 10**6:
                    continue
                times = race(ours, peer, y_true, y_score)
                rows.append((name, kind, f"{n:.0e}", "scikit-learn", times["peer"] / times["ours"]))
                if (name, kind) == ("auc", "unit"):
                    seconds.append(times["ours"])
        if n <= 10**6:
            times = race(auc_histogram, column_loop, *samples("unit", n))
            rows.append(
                ("auc_histogram", "unit", f"{n:.0e}", "the column's loop", times["peer"] / times["ours"])
            )
    print(table(rows, ("work", "scores", "n", "peer", "times as fast")))
    scores = {"unit": "scores in [0, 1]", "tied": "scores of three decimals", "logits": "scores of any size"}
    shown = f"{max(n for n in sizes if n <= 10**6):.0e}"
    rows = [(f"`{work}`, {scores[kind]}", n, peer, r) for work, kind, n, peer, r in rows if n == shown]
    publish("roc_auc", [(work, f"{int(float(n)):,} samples", peer, r) for work, n, peer, r in rows])
    print(f"\nauc grows as n to the {growth(sizes, seconds):.2f} from n = {sizes[0]:.0e} to {sizes[-1]:.0e}.")


if __name__ == "__main__":
    main(int(float(sys.argv[1])) if len(sys.argv) > 1 else 10**7)
