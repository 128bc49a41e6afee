"""Make ``penguins.npz`` from the table in the Python package palmerpenguins 0.1.6. See ``penguins.md``.

Run ``python kamen_core/data/make_penguins.py palmerpenguins/data/penguins.csv``.
"""

import csv
import sys
from pathlib import Path

import numpy as np

MEASURED = ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")


def main(table):
    with Path(table).open(newline="", encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if "NA" not in (row[name] for name in MEASURED)]
    np.savez_compressed(
        Path(__file__).with_name("penguins.npz"),
        species=np.array([row["species"] for row in rows]),
        **{name: np.array([float(row[name]) for row in rows]) for name in MEASURED},
    )


if __name__ == "__main__":
    main(sys.argv[1])
