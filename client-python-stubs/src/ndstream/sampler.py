# SPDX-License-Identifier: Apache-2.0
"""A drop-in for ndsampler's CocoSampler."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, Union

from ndstream import kwimage_objects, targets
from ndstream.answers import Answer, answer
from ndstream.categories import CategoryTree
from ndstream.client import Client, connect
from ndstream.errors import Error
from ndstream.regions import Regions, Rng, Row
from ndstream.sidecar import Sidecar, serve
from ndstream.tensors import Array

Annots = Union[bool, str, Iterable[str], None]


class CocoSampler:
    """Samples of one data set, by ndsampler's names.

    Answers are plain dictionaries and NumPy arrays; the arrays are read-only.

    Args:
        source: the path of a manifest (a sidecar is started for it), an object with such a path in ``fpath`` (a
            kwcoco.CocoDataset), the address of a server, or a :class:`Client` (which stays open).
        dataset: name of the data set, if the server has several.
        kwimage: give boxes, polygons, keypoints, detections and transforms as kwimage objects.
        backend: form in which a sidecar keeps frames on disk: None, ``auto``, ``cog`` or ``npy``.
        verbose: has no effect.
        options: of :func:`ndstream.serve`, if a sidecar is started; of :func:`ndstream.connect` with an address.

    Attributes:
        client: the connection.
        dset: the data set object given as ``source``, or None.
    """

    def __init__(
        self,
        source: str | os.PathLike[str] | Client | Any,
        dataset: str = "",
        *,
        kwimage: bool = False,
        backend: str | None = None,
        verbose: int = 0,
        **options: Any,
    ) -> None:
        self._sidecar: Sidecar | None = None
        self._owned: Client | None = None
        self.dset = source if hasattr(source, "fpath") else None
        if isinstance(source, Client):
            self.client = source
        elif _is_address(source):
            self.client = self._owned = connect(str(source), **options)
        else:
            given = {name: value for name, value in {"cache": backend, **options}.items() if value is not None}
            self._sidecar = serve(getattr(source, "fpath", source), **given)
            self.client = self._sidecar.client
        try:
            self.regions = Regions(self.client, dataset)
        except BaseException:
            self.close()
            raise
        self.dataset = self.regions.name
        self._kwimage = kwimage

    @classmethod
    def demo(cls, key: str = "shapes", **options: Any) -> CocoSampler:
        """A sampler of a toy data set.

        Args:
            key: such as ``shapes8`` or ``vidshapes2-multispectral``; ``ndstream toydata --help`` lists what there is.
            options: of the toy data (``num_frames=5``, ``image_size=(32, 32)``) and of the constructor.
        """
        toy = {name: options.pop(name) for name in _TOY_OPTIONS & options.keys()}
        return cls("toy:" + "-".join([key, *(f"{name}{_toy_value(value)}" for name, value in toy.items())]), **options)

    @classmethod
    def coerce(cls, data: Any, **options: Any) -> CocoSampler:
        """``data`` itself if it is a sampler, else a sampler of it."""
        if not isinstance(data, cls):
            return cls(data, **options)
        if options:
            raise TypeError("the options of a sampler cannot be changed")
        return data

    def __enter__(self) -> CocoSampler:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connection, and the sidecar if this sampler started it."""
        if self._owned is not None:
            self._owned.close()
        if self._sidecar is not None:
            self._sidecar.close()

    # ------------------------------------------------------------------ samples

    def load_sample(
        self,
        target: Mapping[str, Any] | None = None,
        with_annots: Annots = True,
        annot_ids: Iterable[int] | None = None,
        visible_thresh: float = 0.0,
        **kwargs: Any,
    ) -> Answer:
        """The pixels of a target and the annotations that meet it.

        Args:
            target: ``gid``, ``vidid``, ``gids`` or ``aid``, and ``slices``, ``cx`` .., ``channels``, ``scale``, ...
            with_annots: see :func:`ndstream.targets.annotation_options`, as the next two.
            annot_ids: exactly these annotations.
            visible_thresh: least visible share of an annotation.
            kwargs: the old spellings ``tr``, ``pad``, ``padkw``, ``dtype`` and ``nodata``.

        Returns:
            ``im``, ``target``, ``params``, ``classes``, ``kp_classes``, ``channels``; and what was asked for of
            ``annots`` and ``streams``.
        """
        given = _with_old_spellings(target, kwargs)
        if given is None:
            raise Error("MISSING_SOURCE", "the target names no image, video or known annotation")
        sample = self.client.load_sample(
            given, with_annots=with_annots, visible_thresh=visible_thresh, annot_ids=annot_ids, dataset=self.dataset
        )
        out = answer(sample, targets.with_short_names(given))
        out["classes"], out["kp_classes"] = self.classes, self.kp_classes
        return kwimage_objects.replace(out) if self._kwimage else out

    def load_positive(
        self,
        index: int | None = None,
        with_annots: Annots = True,
        target: Mapping[str, Any] | None = None,
        rng: Rng = None,
        **kwargs: Any,
    ) -> Answer:
        """The sample round a positive; ``target`` wins over its row. Without ``index``, one drawn from ``rng``."""
        return self._load_row(self.regions.get_positive(index, rng), with_annots, target, kwargs)

    def load_negative(
        self,
        index: int | None = None,
        with_annots: Annots = True,
        target: Mapping[str, Any] | None = None,
        rng: Rng = None,
        **kwargs: Any,
    ) -> Answer:
        """The sample of a negative; ``target`` wins over its row. Without ``index``, the next one."""
        return self._load_row(self.regions.get_negative(index, rng), with_annots, target, kwargs)

    def load_item(
        self,
        index: int,
        with_annots: Annots = True,
        target: Mapping[str, Any] | None = None,
        rng: Rng = None,
        **kwargs: Any,
    ) -> Answer:
        """A positive if ``index`` is below their number, else a negative."""
        return self._load_row(self.regions.get_item(index, rng), with_annots, target, kwargs)

    def __getitem__(self, index: int) -> Answer:
        if index >= len(self):
            raise IndexError(index)  # how iteration by index comes to its end
        return self.load_item(index)

    def __len__(self) -> int:
        return self.n_samples

    def _load_row(
        self, row: Row, with_annots: Annots, target: Mapping[str, Any] | None, kwargs: Mapping[str, Any]
    ) -> Answer:
        if row["aid"] < 0:
            row.pop("aid")  # a negative
        others = dict(kwargs)
        old = others.pop("tr", None)
        return self.load_sample({**row, **(old or target or {})}, with_annots, **others)

    # ------------------------------------------------------------------ images and annotations

    def load_image(self, image_id: int, cache: bool = True) -> Array:
        """The pixels (H, W, C) of a whole image. ``cache`` has no effect."""
        return self.client.load_image(image_id, dataset=self.dataset)

    def load_annotations(self, image_id: int) -> list[dict[str, Any]]:
        """The annotations of an image as they are written in the manifest, ascending by id."""
        found = self.client.annotations(self.dataset, image_id=image_id, with_json=True)
        return [json.loads(annotation.json) for annotation in found]

    def load_image_with_annots(self, image_id: int, cache: bool = True) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The image as it is written in the manifest, with its pixels in ``imdata``; and its annotations."""
        (image,) = self.client.images(self.dataset, image_ids=[image_id], with_json=True)
        return {**json.loads(image.json), "imdata": self.load_image(image_id)}, self.load_annotations(image_id)

    def load_target_annots(self, target: Mapping[str, Any]) -> list[int]:
        """Ids of the annotations that meet ``space_slice`` in any of ``gids``."""
        sample = self.load_sample({k: target[k] for k in ("gids", "space_slice")}, with_annots="boxes")
        return [int(aid) for aid in sample["annots"]["aids"]]

    # ------------------------------------------------------------------ regions

    def preselect(self, **kwargs: Any) -> tuple[int, int]:
        """Chooses positives and draws negatives: see :meth:`Regions.preselect`."""
        return self.regions.preselect(**kwargs)

    def new_sample_grid(self, task: str, window_dims: Any, window_overlap: Any = 0.0, **kwargs: Any) -> dict[str, Any]:
        """Every window that a sliding window passes: see :meth:`Regions.new_sample_grid`."""
        return self.regions.new_sample_grid(task, window_dims, window_overlap, **kwargs)

    @property
    def n_positives(self) -> int:
        return self.regions.n_positives

    @property
    def n_annots(self) -> int:
        return self.regions.n_annots

    @property
    def n_samples(self) -> int:
        return self.regions.n_samples

    @property
    def n_images(self) -> int:
        return self.regions.n_images

    @property
    def n_categories(self) -> int:
        return self.regions.n_categories

    @property
    def class_ids(self) -> list[int]:
        return self.regions.class_ids

    @property
    def image_ids(self) -> list[int]:
        return self.regions.image_ids

    @property
    def classes(self) -> CategoryTree:
        return self.regions.classes

    @property
    def catgraph(self) -> CategoryTree:
        """An old name of :attr:`classes`."""
        return self.classes

    @property
    def hashid(self) -> str:
        """The same for the same content of the manifest."""
        return self.regions.hashid

    @property
    def kp_classes(self) -> CategoryTree:
        return self.regions.kp_classes

    def lookup_class_name(self, class_id: int) -> str:
        """The name of a category."""
        try:
            return self.classes.id_to_node[class_id]
        except KeyError:
            facts = {"category_id": str(class_id)}
            raise Error("UNKNOWN_CATEGORY", "no such category", code="NOT_FOUND", metadata=facts) from None

    def lookup_class_id(self, class_name: str) -> int:
        """The id of a category."""
        try:
            return self.classes.node_to_id[class_name]
        except KeyError:
            facts = {"name": class_name}
            raise Error("UNKNOWN_CATEGORY", "no such category", code="NOT_FOUND", metadata=facts) from None


# Of kwcoco.CocoDataset.demo, as far as there is toy data of the kind.
_TOY_OPTIONS = frozenset(
    "num_images num_videos num_frames num_tracks image_size multispectral multisensor aux max_speed rng".split()
)


def _toy_value(value: Any) -> str:
    if value is True:
        return ""
    return "x".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)


def _is_address(source: Any) -> bool:
    if not isinstance(source, str) or os.path.exists(source):  # noqa: PTH110 - may be any string
        return False
    return source.startswith(("unix:", "tcp:")) or source.rpartition(":")[2].isdigit()


def _with_old_spellings(target: Mapping[str, Any] | None, kwargs: Mapping[str, Any]) -> dict[str, Any] | None:
    old = dict(kwargs)
    given = old.pop("tr", None) if target is None else target
    old.pop("tr", None)
    unknown = sorted(set(old) - {"pad", "padkw", "dtype", "nodata"})
    if unknown:
        raise TypeError(f"load_sample() got an unexpected keyword argument {unknown[0]!r}")
    return None if given is None else {**given, **{k: v for k, v in old.items() if v is not None}}
