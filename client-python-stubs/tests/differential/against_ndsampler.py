# SPDX-License-Identifier: Apache-2.0
"""Random targets, answered by an ndstream server and by the Python reference; prints differences that are too large.

usage: against_ndsampler.py MANIFEST... [-n TARGETS] [--seed SEED]

Needs a Python with ndsampler, kwcoco, GDAL's binding and this package; without them it says SKIPPED and ends with
status 0. Bounds: shapes, types and places of NaN equal; integers within 1 unit for linear, 2 for cubic; floats within
2e-6 of their range; transforms, resolved targets and annotations equal, their coordinates to 1e-4. Allowed for: a row
or column too many from overviews, NaN beside NaN and borders of float data that is only shifted by whole pixels.
What is drawn, and what is not: random_targets.py.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections import Counter
from pathlib import Path

from closeness import difference

import ndstream

warnings.filterwarnings("ignore")
try:
    import cv2
    import kwcoco
    import ndsampler
    from osgeo import gdal
    from random_targets import RandomTargets
except ImportError as missing:
    print(f"SKIPPED: {missing}")
    sys.exit(0)


def compare(manifest: str, count: int, seed: int) -> Counter[str]:
    """How many targets of one data set came to which end."""
    outcomes: Counter[str] = Counter()
    data = kwcoco.CocoDataset(manifest)
    reference = ndsampler.CocoSampler(data)
    targets = RandomTargets(data, seed)
    name = Path(manifest).parent.name
    with ndstream.CocoSampler(manifest) as sampler:
        for step in range(count):
            kind, target, arguments = targets.draw()
            asked = f"{kind}: {target} {arguments}"
            try:
                theirs = reference.load_sample(dict(target), **arguments)
            except Exception as error:
                outcomes["reference failed"] += 1
                print(f"{name} {step}: the reference fails with {type(error).__name__}: {str(error)[:80]}: {asked}")
                continue
            try:
                found = difference(sampler.load_sample(dict(target), **arguments), theirs, target)
            except ndstream.Error as error:
                found = f"we fail with {error}"
            outcomes[f"{kind} {'different' if found else 'same'}"] += 1
            outcomes["different" if found else "same"] += 1
            if found:
                print(f"{name} {step}: {found}: {asked}")
    return outcomes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifests", nargs="+")
    parser.add_argument("-n", type=int, default=500, help="targets of each manifest")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    gdal.UseExceptions()
    cv2.setNumThreads(1)
    total: Counter[str] = Counter()
    for manifest in arguments.manifests:
        outcomes = compare(manifest, arguments.n, arguments.seed)
        print(f"{manifest}: {', '.join(f'{count} {what}' for what, count in sorted(outcomes.items()))}")
        total += outcomes
    print(
        f"{total['same']} same, {total['different']} different, {total['reference failed']} reference failed "
        f"(seed {arguments.seed})"
    )
    sys.exit(1 if total["different"] else 0)


if __name__ == "__main__":
    main()
