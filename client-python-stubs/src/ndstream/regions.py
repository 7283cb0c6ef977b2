# SPDX-License-Identifier: Apache-2.0
"""Positives, negatives and sample grids of a data set, by the names of ndsampler's region object."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, Union

import numpy as np

from ndstream import operations
from ndstream.categories import CategoryTree
from ndstream.client import Client
from ndstream.errors import Error, translated
from ndstream.tensors import Array, Floats, Integers
from ndstream.v1 import grid_pb2, grid_pb2_grpc, region_pb2, region_pb2_grpc

Rng = Union[int, np.random.RandomState, np.random.Generator, None]
Row = dict[str, Any]

_PAGE = 100_000
_TASKS = {"image_detection": grid_pb2.GRID_TASK_IMAGE, "video_detection": grid_pb2.GRID_TASK_VIDEO}
_KINDS = {
    "positive": region_pb2.ITEM_KIND_POSITIVE,
    "negative": region_pb2.ITEM_KIND_NEGATIVE,
    "any": region_pb2.ITEM_KIND_ANY,
}


class Regions:
    """Which windows of a data set may be sampled."""

    def __init__(self, client: Client, dataset: str = "") -> None:
        self._client = client
        self._about = client.dataset(dataset)
        self.name = self._about.name
        self._regions = region_pb2_grpc.RegionServiceStub(client.channel)  # type: ignore[no-untyped-call]
        self._grids = grid_pb2_grpc.GridServiceStub(client.channel)  # type: ignore[no-untyped-call]
        self._pool = region_pb2.Pool()  # without a name: all positives, no negatives
        self._request = region_pb2.PreselectRequest()
        self._next_negative = 0

    # ------------------------------------------------------------------ counts and ids

    @property
    def hashid(self) -> str:
        """The same for the same content of the manifest."""
        return self._about.fingerprint

    @property
    def pool(self) -> str:
        """Name of the selection, for :meth:`Client.load_sample`; empty before the first."""
        return self._pool.name

    @property
    def n_positives(self) -> int:
        return self._pool.positives if self._pool.name else self._about.positives

    @property
    def n_negatives(self) -> int:
        return self._pool.negatives

    @property
    def n_samples(self) -> int:
        return self.n_positives + self.n_negatives

    def __len__(self) -> int:
        return self.n_samples

    @property
    def n_annots(self) -> int:
        return self._about.annotations

    @property
    def n_images(self) -> int:
        return self._about.images

    @property
    def n_categories(self) -> int:
        return self._about.categories

    @cached_property
    def class_ids(self) -> list[int]:
        """In file order."""
        return [row.id for row in self._client.categories(self.name)]

    @cached_property
    def image_ids(self) -> list[int]:
        """Ascending."""
        return sorted(image.id for image in self._client.images(self.name))

    @cached_property
    def classes(self) -> CategoryTree:
        """The tree of classes; its index order is the server's."""
        rows = [
            {"id": row.id, "name": row.name, **({"supercategory": row.supercategory} if row.supercategory else {})}
            for row in self._client.categories(self.name)
        ]
        return CategoryTree.from_coco(rows, skip_self=True, order=list(self._about.classes))

    @cached_property
    def kp_classes(self) -> CategoryTree:
        """The classes of keypoints."""
        return CategoryTree.from_names(self._about.keypoint_categories)

    @property
    def BACKGROUND_CLASS_ID(self) -> int:  # noqa: N802 - the reference's name
        return self.classes.node_to_id.get("background", 0)

    # ------------------------------------------------------------------ rows

    @cached_property
    def targets(self) -> dict[str, Array]:
        """All positives, as columns: aid, gid, category_id, cx, cy, width, height, img_width, img_height."""
        columns: dict[str, list[Array]] = {}
        request = region_pb2.ListTargetsRequest(dataset=self.name, page_size=_PAGE)
        while True:
            with translated():
                answer = self._regions.ListTargets(request)
            for field, name, dtype in _TARGET_COLUMNS:
                columns.setdefault(name, []).append(np.array(getattr(answer.targets, field), dtype=dtype))
            if not answer.next_page_token:
                return {name: np.concatenate(parts) for name, parts in columns.items()}
            request.page_token = answer.next_page_token

    def get_positive(self, index: int | None = None, rng: Rng = None) -> Row:
        """A row of the selected positives, by ``index`` or drawn from ``rng``."""
        return self._get("positive", draw(rng, self.n_positives) if index is None else index)

    def get_negative(self, index: int | None = None, rng: Rng = None) -> Row:
        """A row of the negatives, by ``index`` or the next one. Draws a negative first if there are none.

        After the last row comes the first of new negatives, as many as before.
        """
        if index is not None:
            return self._get("negative", index)
        if self._next_negative >= self.n_negatives:
            count = max(1, self.n_negatives)
            self._request.ClearField("neg_to_pos_ratio")
            self._request.n_neg = count
            self._request.seed = draw(rng, 2**31)
            self._preselect()
        row = self._get("negative", self._next_negative)
        self._next_negative += 1
        return row

    def get_item(self, index: int | None = None, rng: Rng = None) -> Row:
        """A positive if ``index`` is below their number, else a negative."""
        return self._get("any", draw(rng, self.n_samples) if index is None else index)

    def _get(self, kind: str, index: int) -> Row:
        request = region_pb2.GetItemRequest(
            dataset="" if self._pool.name else self.name, pool=self._pool.name, kind=_KINDS[kind], index=index
        )
        with translated():
            item = self._regions.GetItem(request).item
        return {
            "gid": item.image_id,
            "aid": item.annotation_id,
            "cx": item.cx,
            "cy": item.cy,
            "width": item.width,
            "height": item.height,
            "img_width": item.image_width,
            "img_height": item.image_height,
            "category_id": item.category_id,
        }

    # ------------------------------------------------------------------ selection

    def preselect(
        self,
        n_pos: int | None = None,
        n_neg: int | None = None,
        neg_to_pos_ratio: float | None = None,
        window_dims: Sequence[int] | None = None,
        rng: Rng = None,
        thresh: float | None = None,
        verbose: int = 0,
    ) -> tuple[int, int]:
        """Chooses positives and draws negatives.

        Args:
            n_pos: has no effect; positives are never thinned out.
            n_neg: negatives; not together with ``neg_to_pos_ratio``.
            neg_to_pos_ratio: negatives for every positive.
            window_dims: (height, width) of the negatives; absent: sizes like those of the positives.
            rng: a seed, or a generator from which one is drawn.
            thresh: a negative covers less than this share of every annotation. Default 0.3.
            verbose: has no effect.

        Returns:
            The numbers of positives and negatives there are now.
        """
        self._request = region_pb2.PreselectRequest(
            dataset=self.name,
            n_pos=n_pos,
            n_neg=n_neg,
            neg_to_pos_ratio=neg_to_pos_ratio,
            window_dims=window_dims,
            seed=int(rng) if isinstance(rng, (int, np.integer)) else draw(rng, 2**31),
            thresh=thresh,
        )
        self._preselect()
        return self.n_positives, self.n_negatives

    def _preselect(self) -> None:
        self._request.dataset = self.name
        with translated():
            self._pool = self._regions.Preselect(self._request).pool
        self._next_negative = 0

    def overlapping_aids(self, gid: int, region: Any, visible_thresh: float = 0.0) -> list[int]:
        """Annotations that touch a box (left, top, right, bottom) of an image, ascending."""
        left, top, right, bottom = _box(region)
        box = region_pb2.ImageBox(image_id=gid, left=left, top=top, right=right, bottom=bottom)
        request = region_pb2.ListOverlapsRequest(dataset=self.name, queries=[box], visible_thresh=visible_thresh)
        with translated():
            return list(self._regions.ListOverlaps(request).overlaps[0].annotation_ids)

    @cached_property
    def neg_anchors(self) -> Floats:
        """(n, 2): width and height of positives, relative to the shorter side of their image."""
        with translated():
            found = self._regions.ListAnchors(region_pb2.ListAnchorsRequest(dataset=self.name)).anchors
        return np.array([[anchor.width, anchor.height] for anchor in found], dtype=np.float64).reshape(-1, 2)

    # ------------------------------------------------------------------ grids

    def new_sample_grid(
        self,
        task: str,
        window_dims: str | Sequence[int | None],
        window_overlap: float | Sequence[float] = 0.0,
        *,
        classes_of_interest: Iterable[str] | None = None,
        ignore_coverage_thresh: float | None = 0.6,
        negative_classes: Iterable[str] | None = ("ignore", "background"),
        use_annots: bool = True,
        legacy: bool = True,
        one_based: bool = False,
        verbose: int = 0,
    ) -> dict[str, Any]:
        """Every window that a sliding window passes.

        Args:
            task: ``image_detection`` or ``video_detection``.
            window_dims: (height, width) or (time, height, width); None: the whole axis; ``full``: the whole image.
            window_overlap: share of a window that its neighbour repeats; for all axes, or one an axis.
            classes_of_interest: only these make a window positive.
            ignore_coverage_thresh: windows that ``ignore`` annotations cover by more than this share are left out.
            negative_classes: these do not make a window positive.
            use_annots: False: do not look at annotations.
            legacy: also return the lists ``positives`` and ``negatives``.
            one_based: give ``positives_indexes`` and ``negatives_indexes`` as ndsampler 0.8.1 did, one too high.
            verbose: has no effect.

        Returns:
            ``targets``, ``positives_indexes``, ``negatives_indexes``, and ``grid``: its name, for a plan.
        """
        if task not in _TASKS:
            raise Error("NOT_IMPLEMENTED", "no such task", code="UNIMPLEMENTED", metadata={"task": str(task)})
        full = isinstance(window_dims, str) and window_dims == "full"
        spec = grid_pb2.GridSpec(
            dataset=self.name,
            task=_TASKS[task],
            window_dims=() if full else [int(d or 0) for d in window_dims],
            full=full,
            overlap=[float(o) for o in np.atleast_1d(np.asarray(window_overlap))],
            classes_of_interest=list(classes_of_interest or ()),
            ignore_coverage_thresh=ignore_coverage_thresh or 0.0,
            negative_classes=grid_pb2.ClassNames(names=list(negative_classes or ())),
            without_annotations=not use_annots,
        )
        grid = self._create_grid(spec)
        targets, positive = self._grid_targets(grid.name, use_annots)
        indexes = {
            "positives_indexes": [i + one_based for i, is_positive in enumerate(positive) if is_positive],
            "negatives_indexes": [i + one_based for i, is_positive in enumerate(positive) if not is_positive],
        }
        out: dict[str, Any] = {"targets": targets, **indexes, "grid": grid.name}
        if legacy:
            out["positives"] = [t for t, is_positive in zip(targets, positive) if is_positive]
            out["negatives"] = [t for t, is_positive in zip(targets, positive) if not is_positive]
        return out

    def _create_grid(self, spec: grid_pb2.GridSpec) -> grid_pb2.Grid:
        with translated():
            answer = self._grids.CreateGrid(grid_pb2.CreateGridRequest(spec=spec))
        if answer.HasField("operation"):
            answer = operations.result(self._client.channel, answer.operation, grid_pb2.GetGridResponse())
        return answer.grid  # type: ignore[no-any-return]

    def _grid_targets(self, name: str, use_annots: bool) -> tuple[list[Row], list[bool]]:
        targets: list[Row] = []
        positive: list[bool] = []
        with translated():
            for part in self._grids.StreamGridWindows(grid_pb2.StreamGridWindowsRequest(grid=name)):
                targets += [_grid_target(window, use_annots) for window in part.windows]
                positive += [window.positive for window in part.windows]
        return targets, positive


def draw(rng: Rng, count: int) -> int:
    """A uniform integer in [0, count) from a seed, a generator or, without either, NumPy's global one."""
    if count < 1:
        raise Error("OUT_OF_RANGE", "nothing to draw from", code="OUT_OF_RANGE")
    if isinstance(rng, np.random.Generator):
        return int(rng.integers(count))
    source = np.random.RandomState(rng) if isinstance(rng, (int, np.integer)) else rng
    return int((np.random if source is None else source).randint(count))


_TARGET_COLUMNS: tuple[tuple[str, str, type], ...] = (
    ("annotation_ids", "aid", np.int64),
    ("image_ids", "gid", np.int64),
    ("category_ids", "category_id", np.int64),
    ("cx", "cx", np.float32),
    ("cy", "cy", np.float32),
    ("width", "width", np.float32),
    ("height", "height", np.float32),
    ("image_widths", "img_width", np.int64),
    ("image_heights", "img_height", np.int64),
)


def _grid_target(window: grid_pb2.GridWindow, use_annots: bool) -> Row:
    space = (slice(window.y_start, window.y_stop), slice(window.x_start, window.x_stop))
    aids: Integers | None = np.array(window.annotation_ids, dtype=np.int64) if use_annots else None
    if window.HasField("video_id"):
        return {
            "vidid": window.video_id,
            "time_slice": slice(window.time_start, window.time_stop),
            "space_slice": space,
            "gids": list(window.image_ids),
            "aids": aids,
        }
    return {"gid": window.image_id, "slices": space, "aids": aids}


def _box(region: Any) -> tuple[float, ...]:
    """The corners of a sequence of four numbers, or of a kwimage.Boxes with one box."""
    corners = region.to_ltrb().data if hasattr(region, "to_ltrb") else region
    left, top, right, bottom = (float(v) for v in np.asarray(corners, dtype=np.float64).reshape(-1)[:4])
    return left, top, right, bottom
