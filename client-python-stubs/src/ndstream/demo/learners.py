# SPDX-License-Identifier: Apache-2.0
"""Two small classifiers that tell positive windows from negative ones, and learn it batch by batch."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ndstream.batch import Batch
from ndstream.display import pictures
from ndstream.tensors import Array, Floats


@dataclass(frozen=True)
class Step:
    """What one batch gave, judged before it was learned from.

    Attributes:
        loss: mean cross-entropy.
        correct: windows that were classified rightly.
    """

    loss: float
    correct: int


class Learner(Protocol):
    """Learns from batches, one after the other."""

    name: str

    def step(self, batch: Batch) -> Step:
        """Classifies the windows of a batch, then learns from them."""


def learner(kind: str) -> Learner:
    """A PyTorch network if ``kind`` is ``torch``, or ``auto`` and PyTorch is installed; else the NumPy one."""
    if kind == "torch" or (kind == "auto" and importlib.util.find_spec("torch") is not None):
        from ndstream.demo.network import ConvNet

        return ConvNet()
    return LogisticRegression()


_SIDE = 64  # pixels; larger windows are averaged down, so that the loop is quick anywhere


class Scaler:
    """Brings channels to mean 0 and deviation 1, by what the first batch looked like. NaN becomes 0."""

    def __init__(self) -> None:
        self._mean: Any = None
        self._deviation: Any = None

    def __call__(self, batch: Batch) -> Array:
        """float32 (N, H, W, C)."""
        assert batch.pixels is not None, "the demo asks for windows of one shape"
        x = pictures(batch.pixels, batch.message.pixels.axes).astype(np.float32)
        known = np.isfinite(x)
        if self._mean is None:
            count = np.maximum(known.sum(axis=(0, 1, 2)), 1)
            filled = np.where(known, x, 0)
            self._mean = filled.sum(axis=(0, 1, 2)) / count
            variance = (np.where(known, x - self._mean, 0) ** 2).sum(axis=(0, 1, 2)) / count
            self._deviation = np.sqrt(variance) + 1e-6
        return _shrunk(np.where(known, (x - self._mean) / self._deviation, 0))


class LogisticRegression:
    """On a few statistics of each window; trained by Adam."""

    name = "logistic regression (NumPy)"

    def __init__(self, rate: float = 0.05) -> None:
        self._scale = Scaler()
        self._rate = rate
        self._weights: Any = None
        self._first: Any = None
        self._second: Any = None
        self._steps = 0
        self._centre: Any = None
        self._spread: Any = None

    def step(self, batch: Batch) -> Step:
        """See Learner."""
        features = self._standard(_features(self._scale(batch)))
        labels = batch.positive.astype(np.float64)
        if self._weights is None:
            self._weights = np.zeros(features.shape[1])
            self._first, self._second = np.zeros_like(self._weights), np.zeros_like(self._weights)
        logits = features @ self._weights
        loss = float(np.mean(np.logaddexp(0, logits) - labels * logits))
        correct = int(((logits > 0) == batch.positive).sum())
        for _ in range(8):  # the batch is small and the model is cheap
            self._descend(features, labels)
        return Step(loss, correct)

    def _descend(self, features: Floats, labels: Floats) -> None:
        error = 1 / (1 + np.exp(-np.clip(features @ self._weights, -30, 30))) - labels
        gradient = features.T @ error / len(labels) + 1e-3 * self._weights
        self._steps += 1
        self._first = 0.9 * self._first + 0.1 * gradient
        self._second = 0.99 * self._second + 0.01 * gradient**2
        first = self._first / (1 - 0.9**self._steps)
        second = self._second / (1 - 0.99**self._steps)
        self._weights = self._weights - self._rate * first / (np.sqrt(second) + 1e-8)

    def _standard(self, features: Floats) -> Floats:
        if self._centre is None:
            self._centre, self._spread = features.mean(axis=0), features.std(axis=0) + 1e-3
        scaled = np.clip((features - self._centre) / self._spread, -5, 5)
        return np.concatenate([scaled, np.ones((len(scaled), 1))], axis=1)


def _shrunk(x: Array) -> Array:
    """(N, H, W, C) averaged over squares, so that the longer side has less than 128 pixels."""
    n, height, width, channels = x.shape
    k = max(1, max(height, width) // _SIDE)
    rows, columns = height // k, width // k
    squares = x[:, : rows * k, : columns * k].reshape(n, rows, k, columns, k, channels)
    averaged: Array = squares.mean(axis=(2, 4))
    return averaged


def _features(x: Array) -> Floats:
    """Per channel, of the middle and of the border: mean, deviation, roughness, extremes. x: (N, H, W, C)."""
    height, width = x.shape[1:3]
    middle = x[:, height // 4 : height - height // 4, width // 4 : width - width // 4]
    parts = []
    for part in (x, middle):
        flat = part.reshape(len(part), -1, part.shape[-1])
        rough = np.abs(np.diff(part, axis=1)).mean(axis=(1, 2)) + np.abs(np.diff(part, axis=2)).mean(axis=(1, 2))
        parts += [flat.mean(axis=1), flat.std(axis=1), rough]
        parts += list(np.percentile(flat, [5, 95], axis=1))
    parts.append(parts[0] - parts[5])
    return np.concatenate(parts, axis=1).astype(np.float64)
