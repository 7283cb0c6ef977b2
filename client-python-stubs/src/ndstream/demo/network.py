# SPDX-License-Identifier: Apache-2.0
"""The same with PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import nn

from ndstream.batch import Batch
from ndstream.demo.learners import Scaler, Step


class ConvNet:
    """Three convolutions, trained by Adam."""

    def __init__(self, rate: float = 2e-3) -> None:
        torch.manual_seed(0)
        self.name = f"convolutional network (PyTorch {torch.__version__})"
        self._scale = Scaler()
        self._rate = rate
        self._net: Any = None
        self._optimizer: Any = None

    def step(self, batch: Batch) -> Step:
        """See Learner."""
        x = torch.from_numpy(np.ascontiguousarray(self._scale(batch).transpose(0, 3, 1, 2), dtype=np.float32))
        labels = torch.from_numpy(batch.positive.astype(np.float32))
        if self._net is None:
            self._net = _network(x.shape[1])
            self._optimizer = torch.optim.Adam(self._net.parameters(), lr=self._rate)
        logits = self._net(x)[:, 0]
        loss = nn.functional.binary_cross_entropy_with_logits(logits, labels)
        self._optimizer.zero_grad()
        loss.backward()
        self._optimizer.step()
        correct = ((logits.detach() > 0) == (labels > 0.5)).sum()
        return Step(float(loss.detach()), int(correct))


def _network(channels: int) -> Any:
    layers: list[nn.Module] = []
    for inputs, outputs in ((channels, 16), (16, 32), (32, 64)):
        layers += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 1))
