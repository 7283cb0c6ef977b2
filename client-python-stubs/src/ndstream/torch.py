# SPDX-License-Identifier: Apache-2.0
"""Batches as PyTorch tensors."""

from __future__ import annotations

import dataclasses
import os
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch.utils.data import IterableDataset, get_worker_info

from ndstream.batch import Batch
from ndstream.client import Client, connect
from ndstream.plan import Plan
from ndstream.tensors import Array
from ndstream.tls import Tls

# The bytes of a batch belong to its arrays alone, so writing into them harms nobody.
warnings.filterwarnings("ignore", message="The given NumPy array is not writable", module=__name__.replace(".", r"\."))


class BatchStream(IterableDataset[dict[str, Any]]):
    """Epochs of batches, for ``DataLoader(stream, batch_size=None)``.

    Every item is a dictionary: ``pixels`` (N, C, H, W) unless the plan's target says other ``axes`` (a list of tensors
    if the plan is ragged), ``positive`` bool (N), ``category_ids``, ``image_ids``, ``annotation_ids``, ``sample_ids``
    int64 (N), ``windows`` int64 (N, 4), ``canvas_from_sample`` float64 (N, 2, 3); with annotations lists of N tensors
    ``boxes`` (k, 4: left, top, width, height) and ``labels`` (k); with masks ``class_mask``, ``instance_mask``.

    The server does the work of loader workers, so ``num_workers=0`` is best. Workers are possible and give the same
    batches in the same order: each takes every W-th. Start them by ``spawn`` if this process has an open client, and
    call ``set_epoch`` before every epoch, as what workers know dies with them.

    The position is in the state dictionary: save it after a step, load it into a new stream, and the next batch is the
    one that would have come. It counts batches received by the loop only without workers (or with torchdata's
    StatefulDataLoader, which keeps the state of each).

    Args:
        address: of a server; every process opens its own connection.
        plan: what an epoch holds.
        epoch: the first epoch; every iteration after it is the next one.
        rank, world: this trainer's share. Absent: of ``torch.distributed`` if it is initialized, else all.
        prefetch: batches received ahead.
        tls: of :func:`ndstream.connect`.
        shared_memory: map batches instead of receiving them, where the server is on this machine and offers it.
        plan_options: fields of :class:`Plan`, if ``plan`` is not given.
    """

    def __init__(
        self,
        address: str,
        plan: Plan | None = None,
        *,
        epoch: int = 0,
        rank: int | None = None,
        world: int | None = None,
        prefetch: int = 2,
        tls: Tls | None = None,
        shared_memory: bool = True,
        **plan_options: Any,
    ) -> None:
        super().__init__()
        if plan is not None and plan_options:
            raise TypeError(f"give a plan or its fields, not both: {', '.join(plan_options)}")
        plan = plan or Plan(**plan_options)
        self.address, self.tls, self.epoch = address, tls, epoch
        self.prefetch, self.shared_memory = prefetch, shared_memory
        self.plan = plan if "axes" in plan.target else _channels_first(plan)
        self.rank, self.world = _share(rank, world)
        self._resume = ""
        self._clients: dict[int, Client] = {}

    def set_epoch(self, epoch: int) -> None:
        """Chooses the order of the next iteration."""
        self.epoch, self._resume = epoch, ""

    def state_dict(self) -> dict[str, Any]:
        """Where we are: the epoch under way and the token of the last batch; small and printable."""
        return {"epoch": self.epoch, "resume_token": self._resume}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Goes on from there at the next iteration."""
        self.epoch, self._resume = state["epoch"], state["resume_token"]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        worker = get_worker_info()
        number, workers = (worker.id, worker.num_workers) if worker else (0, 1)
        # Batch b of shard r of R is global batch b * R + r, and worker w gives the batches w, w + W, ... of its loader.
        shard, shards = number * self.world + self.rank, workers * self.world
        with self._client().batches(
            self.plan,
            epoch=self.epoch,
            shard=shard,
            shards=shards,
            resume=self._resume,
            prefetch=self.prefetch,
            shared_memory=self.shared_memory,
        ) as stream:
            for batch in stream:
                self._resume = batch.resume_token
                yield tensors(batch)
        self.set_epoch(self.epoch + 1)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_clients": {}}

    def _client(self) -> Client:
        """This process's own: a connection does not survive a fork."""
        process = os.getpid()
        if process not in self._clients:
            self._clients = {process: connect(self.address, tls=self.tls)}
        return self._clients[process]


def tensors(batch: Batch) -> dict[str, Any]:
    """The arrays of a batch as tensors, sharing memory where alignment allows."""
    out: dict[str, Any] = {
        name: _tensor(getattr(batch, name))
        for name in ("positive", "category_ids", "image_ids", "annotation_ids", "sample_ids", "windows")
    }
    out["canvas_from_sample"] = _tensor(batch.canvas_from_sample)
    out["pixels"] = [_tensor(part) for part in batch.ragged] if batch.pixels is None else _tensor(batch.pixels)
    for name in ("class_mask", "instance_mask"):
        if getattr(batch, name) is not None:
            out[name] = _tensor(getattr(batch, name))
    if batch.annotations is not None:
        out["boxes"] = [_tensor(boxes) for boxes in batch.boxes]
        out["labels"] = [_tensor(labels) for labels in batch.labels]
    return out


def _tensor(values: Array) -> torch.Tensor:
    """Types that this PyTorch lacks become the next wider one."""
    wider = {"uint16": np.int32, "uint32": np.int64}.get(values.dtype.name)
    if wider is not None and not hasattr(torch, values.dtype.name):
        return torch.from_numpy(values.astype(wider))
    return torch.from_numpy(np.require(values, requirements=["A"]))


def _channels_first(plan: Plan) -> Plan:
    return dataclasses.replace(plan, target={**plan.target, "axes": "CHW"})


def _share(rank: int | None, world: int | None) -> tuple[int, int]:
    if rank is not None and world is not None:
        return rank, world
    if (rank is None) != (world is None):
        raise ValueError("rank and world belong together")
    distributed = torch.distributed
    if distributed.is_available() and distributed.is_initialized():
        return distributed.get_rank(), distributed.get_world_size()
    return 0, 1
