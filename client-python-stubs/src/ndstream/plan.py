# SPDX-License-Identifier: Apache-2.0
"""What an epoch holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ndstream import targets
from ndstream.arguments import built, choice
from ndstream.v1 import plan_pb2, sample_pb2


@dataclass(frozen=True)
class Masks:
    """Labels painted by the server. See ``MaskOptions`` of the API."""

    class_mask: bool = False
    instance_mask: bool = False
    background: int | None = None
    ignore: int | None = None
    ignore_category_ids: Sequence[int] = ()
    priority_category_ids: Sequence[int] = ()

    def message(self) -> sample_pb2.MaskOptions:
        return sample_pb2.MaskOptions(
            class_mask=self.class_mask,
            instance_mask=self.instance_mask,
            background=self.background,
            ignore=self.ignore,
            ignore_category_ids=self.ignore_category_ids,
            priority_category_ids=self.priority_category_ids,
        )


@dataclass(frozen=True)
class Plan:
    """Which samples an epoch holds, and in which order. The server checks the values and names every bad one.

    Attributes:
        batch_size: samples a batch.
        window_dims: (height, width) of every window in pixels before ``scale``. Needed unless ``ragged`` or a grid.
        seed: decides the negatives and the order.
        dataset: name of an open data set; may be empty if the server has exactly one.
        positives: a window round every annotation that has a box.
        neg_to_pos_ratio, negatives: how many negatives, by ratio or by number. Absent: none.
        negative_thresh: a negative covers less than this share of every annotation; 0: it touches none. Default 0.3.
        negative_score: (channel, min, max): only negatives in which the channel's largest value lies in this range;
            ("salient", 0.5, None) draws those that a model took for positives.
        category_ids: only annotations of these categories count as positives. Empty: all.
        image_ids: only these images. Empty: all.
        grid: windows of this sample grid instead.
        target: what all samples have in common, by the names of a target: channels, scale, pad, dtype, axes, ...
        with_annots, visible_thresh: see :func:`ndstream.targets.annotation_options`.
        clip: cut boxes and polygons to the window.
        masks: labels to paint.
        in_order: keep the order of the selection instead of shuffling.
        ragged: samples may differ in size, type and channels.
        remainder: ``keep`` or ``drop`` the last, incomplete batch.
        on_unreadable: ``fail``, or leave a ``hole`` where pixels cannot be read.
    """

    batch_size: int
    window_dims: tuple[int, int] | None = None
    seed: int = 0
    dataset: str = ""
    positives: bool = True
    neg_to_pos_ratio: float | None = None
    negatives: int | None = None
    negative_thresh: float | None = None
    negative_score: tuple[str, float | None, float | None] | None = None
    category_ids: Sequence[int] = ()
    image_ids: Sequence[int] = ()
    grid: str = ""
    target: Mapping[str, Any] = field(default_factory=dict)
    with_annots: bool | str | Sequence[str] | None = True
    visible_thresh: float = 0.0
    clip: bool = False
    masks: Masks | None = None
    in_order: bool = False
    ragged: bool = False
    remainder: str = "keep"
    on_unreadable: str = "fail"

    def message(self) -> plan_pb2.PlanSpec:
        """The message for this plan."""
        annotations = targets.annotation_options(self.with_annots, self.visible_thresh)
        annotations.clip = self.clip
        if self.masks is not None:
            annotations.masks.CopyFrom(self.masks.message())
        return built(
            plan_pb2.PlanSpec,
            dataset=self.dataset,
            batch_size=self.batch_size,
            seed=self.seed,
            selection=self._selection(),
            window_dims=self.window_dims,
            template=targets.to_message(self.target),
            annotations=annotations,
            in_order=self.in_order,
            ragged=self.ragged,
            remainder=choice(plan_pb2.Remainder, "remainder", self.remainder),
            on_unreadable=choice(plan_pb2.OnUnreadable, "on_unreadable", self.on_unreadable),
        )

    def _selection(self) -> plan_pb2.Selection:
        return built(
            plan_pb2.Selection,
            no_positives=not self.positives,
            neg_to_pos_ratio=self.neg_to_pos_ratio,
            negatives=self.negatives,
            negative_thresh=self.negative_thresh,
            category_ids=self.category_ids,
            image_ids=self.image_ids,
            grid=self.grid,
            negative_score=self._score(),
        )

    def _score(self) -> plan_pb2.ScoreRange | None:
        if self.negative_score is None:
            return None
        channel, low, high = self.negative_score
        return plan_pb2.ScoreRange(channel=channel, min=low, max=high)
