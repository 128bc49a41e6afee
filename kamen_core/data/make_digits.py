"""Make digits.npz from the copy of the data set that scikit-learn carries.

python kamen_core/data/make_digits.py
"""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

digits = load_digits()
images = digits.images.astype(np.uint8)
labels = digits.target.astype(np.uint8)
assert (images == digits.images).all() and images.max() == 16
np.savez_compressed(Path(__file__).with_name("digits.npz"), images=images, labels=labels)
