# SPDX-License-Identifier: Apache-2.0
"""What ndsampler's documentation shows, with one changed import."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from oracle import dataset

import ndstream as ndsampler

Demo = Callable[..., ndsampler.CocoSampler]


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    made: dict[Any, ndsampler.CocoSampler] = {}

    def make(*key: str, **options: Any) -> ndsampler.CocoSampler:
        name = (key, *options.items())
        if name not in made:
            made[name] = ndsampler.CocoSampler.demo(*key, **options)
        return made[name]

    yield make
    for sampler in made.values():
        sampler.close()


def test_positives_and_negatives(demo: Demo) -> None:
    self = demo("shapes8")
    for sample in [self.load_positive(), self.load_negative()]:
        assert {"rel_boxes", "rel_ssegs", "rel_kpts", "cids", "aids", "frame_dets"} <= sample["annots"].keys()
        assert sample["im"].shape[:2] == sample["target"]["window_dims"]


def test_padded_windows(demo: Demo) -> None:
    self = demo("shapes8")
    sample = self.load_positive(pad=(10, 10), tr={"window_dims": (3, 3)})
    assert sample["im"].shape[0] == 23
    sample = self.load_negative(rng=None, pad=(10, 20), target={"window_dims": (64, 64)})
    assert sample["im"].shape[:2] == (84, 104)


def test_windows_of_a_grid(demo: Demo) -> None:
    self = demo("vidshapes1-multispectral", num_frames=5)
    sample_grid = self.new_sample_grid("video_detection", (3, 128, 128))
    target = sample_grid["positives"][0]
    target["channels"] = "B1|B8"
    target["as_xarray"] = False
    assert self.load_sample(target)["im"].shape == (3, 128, 128, 2)
    target["channels"] = "<all>"
    assert self.load_sample(target)["im"].shape == (3, 128, 128, 5)


def test_every_form_of_source(demo: Demo) -> None:
    self = demo("vidshapes2-multispectral")
    frames = self.load_sample({"vidid": 1})["target"]["gids"]
    assert self.load_sample({"video_id": 1, "as_xarray": True})["target"]["gids"] == frames
    assert self.load_sample({"image_ids": frames[:2]})["im"].shape[0] == 2
    sample = self.load_sample({"aid": 1})
    assert {"gid", "cx", "cy", "width", "height", "category_id"} <= sample["target"].keys()


def test_jagged_samples_of_several_sensors(demo: Demo) -> None:
    kwimage = pytest.importorskip("kwimage")
    self = demo("vidshapes1-msi-multisensor", num_frames=5, kwimage=True)
    target = self.new_sample_grid("video_detection", (3, 128, 128))["positives"][0]
    target["channels"] = "B1|B8"
    sample1 = self.load_sample(target)
    target["scale"] = 2
    sample2 = self.load_sample(target)
    target["use_native_scale"] = True
    sample3 = self.load_sample(target)
    assert sample1["im"].shape == (3, 128, 128, 2)
    assert sample2["im"].shape == (3, 256, 256, 2)
    box1, box2, box3 = (sample["annots"]["frame_dets"][0].boxes for sample in (sample1, sample2, sample3))
    assert np.allclose(box2.width / box1.width, 2)
    assert np.allclose(box3.width / box1.width, 2)
    assert all(isinstance(a, kwimage.Affine) for meta in sample3["params"]["jagged_meta"] for a in meta["align"])


def test_boxes_of_window_and_sample(demo: Demo) -> None:
    kwimage = pytest.importorskip("kwimage")
    self = demo("shapes8", kwimage=True)
    sample = self.load_negative(pad=(10, 20), target={"window_dims": (64, 64)})
    tf_rel_from_abs = kwimage.Affine.coerce(sample["params"]["tf_rel_to_abs"]).inv()
    window_height, window_width = sample["target"]["window_dims"]
    centred = [[sample["target"]["cx"], sample["target"]["cy"], window_width, window_height]]
    rel_window = kwimage.Boxes(centred, "cxywh").warp(tf_rel_from_abs).to_ltrb().data[0]
    rel_sample = sample["params"]["sample_tlbr"].warp(tf_rel_from_abs).data
    np.testing.assert_allclose(np.ravel(rel_sample), [0, 0, 104, 84], atol=1e-9)
    np.testing.assert_allclose(rel_window, [20, 10, 84, 74], atol=1)


def test_options_of_the_constructor_and_old_names() -> None:
    with ndsampler.CocoSampler(dataset("shapes8"), workdir=None, backend=None, verbose=0) as self:
        assert ndsampler.CocoSampler.coerce(self) is self
        assert self.catgraph is self.classes
        assert self.hashid == self.regions.hashid != ""
        with pytest.raises(TypeError):
            ndsampler.CocoSampler.coerce(self, backend="npy")
    with pytest.raises(ndsampler.Error, match="BAD_ARGUMENT"):
        ndsampler.CocoSampler.demo("photos")
