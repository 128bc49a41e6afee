"""Make ``breast_cancer.npz``: out-of-sample probabilities of a deliberately modest classifier.

Run ``python kamen_core/data/make_breast_cancer.py``; it needs scikit-learn. See ``breast_cancer.md``.
"""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

FEATURES = ("worst texture", "worst smoothness", "worst symmetry")


def main():
    patients = load_breast_cancer()
    columns = [patients.feature_names.tolist().index(name) for name in FEATURES]
    features = patients.data[:, columns]
    malignant = 1 - patients.target  # scikit-learn codes malignant as 0
    model = make_pipeline(StandardScaler(), LogisticRegression())
    folds = StratifiedKFold(n_splits=10, shuffle=True, random_state=0)
    probabilities = cross_val_predict(model, features, malignant, cv=folds, method="predict_proba")
    np.savez_compressed(
        Path(__file__).with_name("breast_cancer.npz"),
        y_true=malignant.astype(np.int8),
        y_score=probabilities[:, 1].round(3),
        features=features,
    )


if __name__ == "__main__":
    main()
