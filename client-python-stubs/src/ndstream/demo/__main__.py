# SPDX-License-Identifier: Apache-2.0
"""The command ``python -m ndstream.demo``."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import ndstream
from ndstream.batch import Batch
from ndstream.contact_sheet import ContactSheet
from ndstream.demo.choice import common_channels, window_size
from ndstream.demo.learners import Learner, learner
from ndstream.demo.progress import Progress
from ndstream.distribution import launcher

_STAGES = ("open", "read", "warp", "annotate")


@dataclass
class Account:
    """Where the time went, in seconds."""

    waiting: float = 0.0
    computing: float = 0.0
    samples: int = 0
    batches: int = 0
    bytes: int = 0
    holes: int = 0
    first_hole: str = ""
    server: dict[str, float] = field(default_factory=lambda: dict.fromkeys(_STAGES, 0.0))

    def add(self, batch: Batch, computing: float) -> None:
        self.waiting += batch.waited
        self.computing += computing
        self.samples += len(batch)
        self.batches += 1
        self.bytes += batch.nbytes
        if batch.holes and not self.holes:
            self.first_hole = str(batch.holes[0].error)
        self.holes += len(batch.holes)
        for stage in _STAGES:
            self.server[stage] += getattr(batch.times, stage)

    def report(self, elapsed: float) -> str:
        other = max(0.0, elapsed - self.waiting - self.computing)
        stages = ", ".join(f"{stage} {_seconds(spent)}" for stage, spent in self.server.items())
        return (
            f"{self.samples} samples in {self.batches} batches, {self.bytes / 1e6:.1f} MB of pixels, "
            f"in {_seconds(elapsed)}: {self.samples / elapsed:.0f} samples/s, {self.bytes / 1e6 / elapsed:.1f} MB/s\n"
            f"  trainer: computing {_share(self.computing, elapsed)}, "
            f"waiting for the server {_share(self.waiting, elapsed)}, the rest {_share(other, elapsed)}\n"
            f"  server (all its threads, mostly while the trainer computed): {stages}" + self._unread()
        )

    def _unread(self) -> str:
        return f"\n  {self.holes} of the samples could not be read, the first: {self.first_hole}" if self.holes else ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the demonstration."""
    options = _parser().parse_args(arguments)
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    try:
        manifest = Path(options.dataset) if options.dataset else _toy_data(out / "toydata")
        with ndstream.serve(manifest, **({"workers": options.workers} if options.workers else {})) as client:
            _run(client, options, out)
    except ndstream.Error as e:
        print(f"demo: {e}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ndemo: interrupted", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ndstream demo", description="Streams windows into a small trainer.")
    parser.add_argument("--dataset", metavar="PATH", help="a kwcoco or MS-COCO file (default: toy data are made)")
    parser.add_argument("--out", metavar="DIR", default="demo-out", help="where to write (default: %(default)s)")
    parser.add_argument("--epochs", type=_positive, default=1, help="default: %(default)s")
    parser.add_argument("--batch-size", type=_positive, default=16, help="samples a batch (default: %(default)s)")
    parser.add_argument("--window", type=_positive, help="pixels a side (default: by the size of the annotations)")
    parser.add_argument("--negatives", type=float, default=1.0, help="for every positive (default: %(default)s)")
    parser.add_argument("--channels", help="such as 'r|g|b' (default: those that all images have)")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    parser.add_argument("--workers", type=_positive, help="reading threads of the server")
    parser.add_argument("--trainer", choices=("auto", "torch", "numpy"), default="auto", help="default: %(default)s")
    return parser


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text} (expected: a number from 1 on)")
    return int(text)


def _toy_data(directory: Path) -> Path:
    """Makes toy data, unless they are there from the last time."""
    manifest = directory / "data.kwcoco.json"
    if not manifest.exists():
        command = [str(launcher()), "toydata", "shapes", "--out", str(directory), "--images", "24", "--seed", "1"]
        subprocess.run(command, check=True)
    return manifest


def _run(client: ndstream.Client, options: argparse.Namespace, out: Path) -> None:
    about = client.dataset()
    channels = options.channels or common_channels(client)
    size = options.window or window_size(client)
    plan = ndstream.Plan(
        batch_size=options.batch_size,
        window_dims=(size, size),
        neg_to_pos_ratio=options.negatives,
        seed=options.seed,
        target={"channels": channels} if channels else {},
        on_unreadable="hole",
    )
    trainer = learner(options.trainer)
    names = {row.id: row.name for row in client.categories()}
    sheet = ContactSheet(names)
    print(f"data set  {about.name}: {about.images} images, {about.positives} annotations with a box")
    print(f"trainer   {trainer.name}")
    for epoch in range(options.epochs):
        _epoch(client, plan, epoch, trainer, sheet)
    path = out / "contact-sheet.png"
    sheet.save(path, f"{about.name}  ·  {size} by {size} pixels" + (f"  ·  {channels}" if channels else ""))
    print(f"wrote     {path}")


def _epoch(client: ndstream.Client, plan: ndstream.Plan, epoch: int, trainer: Learner, sheet: ContactSheet) -> None:
    account = Account()
    recent: deque[tuple[int, int]] = deque(maxlen=10)
    with client.batches(plan, epoch=epoch) as stream:
        if epoch == 0:
            counts = f"{stream.plan.positives} positive and {stream.plan.negatives} negative"
            print(f"plan      {counts} windows of {plan.window_dims}, {stream.batches} batches of {plan.batch_size}")
            if stream.plan.shortfall:
                print(f"          {stream.plan.shortfall}")
        progress = Progress(f"epoch {epoch + 1}  ", stream.batches)
        started = time.perf_counter()
        drawing = 0.0
        for batch in stream:
            received = time.perf_counter()
            step = trainer.step(batch)
            computed = time.perf_counter()
            account.add(batch, computed - received)
            recent.append((step.correct, len(batch)))
            if not sheet.full:
                sheet.add(batch)
            drawing += time.perf_counter() - computed
            accuracy = sum(c for c, _ in recent) / sum(n for _, n in recent)
            progress.advance(f"loss {step.loss:.3f}  accuracy {accuracy:.0%} (last {len(recent)} batches)")
        elapsed = time.perf_counter() - started - drawing
        progress.end()
    print(account.report(elapsed))


def _seconds(spent: float) -> str:
    return f"{spent * 1e3:.0f} ms" if spent < 1 else f"{spent:.1f} s"


def _share(spent: float, elapsed: float) -> str:
    return f"{_seconds(spent)} ({spent / elapsed:.0%})"


if __name__ == "__main__":
    sys.exit(main())
