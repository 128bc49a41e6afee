"""What the column printed where it slipped, in our own words: to be shown failing, never to be used.

The chapters call these beside the right functions, the tests hold both to their numbers.
"""


def auc_histogram(labels, preds, n_bins=100):
    """The column's histogram AUC with its four defects (ROC-43 … ROC-46): it divides to find the bin,
    has no bin for a score of 1, takes scores in one bin for tied, and trusts that scores lie in [0, 1).
    """
    width = 1.0 / n_bins
    positives, negatives = [0] * n_bins, [0] * n_bins
    for label, pred in zip(labels, preds, strict=True):
        counts = positives if label == 1 else negatives
        counts[int(pred / width)] += 1
    won = below = 0
    for pos, neg in zip(positives, negatives, strict=True):
        won += pos * below + pos * neg * 0.5
        below += neg
    return won / float(sum(positives) * sum(negatives))
