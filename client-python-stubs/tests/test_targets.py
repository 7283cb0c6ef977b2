# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ndstream import Error, Plan
from ndstream.targets import annotation_options, to_message
from ndstream.v1 import plan_pb2, target_pb2


def test_a_full_target() -> None:
    message = to_message(
        {
            "gids": np.array([3, 1]),
            "space_slice": (slice(None, 5), slice(-3, np.int64(9))),
            "time_slice": slice(0, 4, 2),
            "channels": "r|g",
            "scale": (0.5, 2),
            "pad": (0, (1, 2)),
            "padkw": {"mode": "constant", "constant_values": 7},
            "dtype": np.float32,
            "antialias": False,
            "window_dims": "square",
        }
    )
    expect = target_pb2.Target(
        image_ids=target_pb2.Ids(ids=[3, 1]),
        space_slice=target_pb2.Slices(
            slices=[target_pb2.Slice(stop=5), target_pb2.Slice(start=-3, stop=9)],
        ),
        time_slice=target_pb2.Slice(start=0, stop=4, step=2),
        channels="r|g",
        scale=[0.5, 2],
        pad=target_pb2.Pad(axes=[target_pb2.Pad.Axis(), target_pb2.Pad.Axis(before=1, after=2)]),
        fill=target_pb2.Fill(mode="constant", value=7),
        dtype="float32",
        antialias=False,
        window_dims=target_pb2.WindowDims(word="square"),
    )
    assert message == expect


@pytest.mark.parametrize(
    ("target", "expect"),
    [
        ({"image_id": 4}, target_pb2.Target(image_id=4)),
        ({"image_id": 4, "gid": 5}, target_pb2.Target(image_id=5)),
        ({"image_id": 4, "gid": None}, target_pb2.Target(image_id=4)),
        ({"gid": 1.0, "channels": None}, target_pb2.Target(image_id=1)),
        ({"gids": []}, target_pb2.Target(image_ids=target_pb2.Ids())),
        (
            {"gid": 1, "pad": 3},
            target_pb2.Target(image_id=1, pad={"uniform": True, "axes": [{"before": 3, "after": 3}]}),
        ),
        ({"gid": 1, "streams": "S2:(r|g),L8:b"}, target_pb2.Target(image_id=1, streams="S2:(r|g),L8:b")),
        ({"gid": 1, "streams": ["r|g", "b"]}, target_pb2.Target(image_id=1, streams="r|g,b")),
        ({"gid": 1, "realign_native": False, "antialias": "auto"}, target_pb2.Target(image_id=1)),
        ({"gid": 1, "space_dims": (4, 4), "annot_idx": 2, "img_width": 9}, target_pb2.Target(image_id=1)),
    ],
)
def test_spellings(target: dict[str, Any], expect: target_pb2.Target) -> None:
    assert to_message(target) == expect


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("gid", "three", "BAD_ARGUMENT"),
        ("gid", True, "BAD_ARGUMENT"),
        ("gid", 2**70, "BAD_ARGUMENT"),
        ("slices", 5, "BAD_SLICE"),
        ("slices", (slice(0, 2.5), slice(0, 1)), "BAD_SLICE"),
        ("time_slice", "all", "BAD_SLICE"),
        ("window_dims", 7, "BAD_WINDOW"),
        ("cx", "left", "BAD_WINDOW"),
        ("channels", 3, "BAD_CHANNELS"),
        ("channels", [1], "BAD_CHANNELS"),
        ("streams", 3, "BAD_CHANNELS"),
        ("streams", ["r", 1], "BAD_CHANNELS"),
        ("scale", "half", "BAD_SCALE"),
        ("pad", ((1, 2, 3),), "BAD_PAD"),
        ("padkw", {"mode": "edge", "reflect_type": "odd"}, "BAD_PAD"),
        ("nodata", -9999, "BAD_NODATA"),
        ("dtype", 3.5, "BAD_DTYPE"),
        ("interpolation", 1, "BAD_INTERPOLATION"),
        ("rel_cx", 0.5, "BAD_ARGUMENT"),
    ],
)
def test_what_a_message_cannot_hold_is_refused(key: str, value: object, reason: str) -> None:
    with pytest.raises(Error) as refused:
        to_message({"vidid": 1, key: value})
    assert refused.value.reason == reason
    assert [v.field for v in refused.value.violations] == [f"target.{key}"]


def test_all_bad_keys_are_named_at_once() -> None:
    with pytest.raises(Error) as refused:
        to_message({"gid": 1, "scale": "x", "pad": "y", "colour": 1})
    assert [v.field for v in refused.value.violations] == ["target.scale", "target.pad", "target.colour"]
    assert "target.colour: no such key" in str(refused.value)


@pytest.mark.parametrize(
    ("given", "parts", "none"),
    [
        (True, [], False),
        (False, [], True),
        (None, [], True),
        ("boxes+keypoints", ["boxes", "keypoints"], False),
        (["segmentation"], ["segmentation"], False),
        ([], ["boxes"], False),
    ],
)
def test_with_annots(given: Any, parts: list[str], none: bool) -> None:
    options = annotation_options(given, 0.25, [7, 3])
    assert (list(options.parts), options.none) == (parts, none)
    assert (options.visible_thresh, list(options.annotation_ids.ids)) == (0.25, [7, 3])


def test_no_annotation_ids_are_not_an_empty_list_of_them() -> None:
    assert not annotation_options().HasField("annotation_ids")
    assert annotation_options(annot_ids=[]).HasField("annotation_ids")


def test_plan_message() -> None:
    spec = Plan(4, (8, 9), neg_to_pos_ratio=0.0, remainder="drop", target={"dtype": "float32"}, clip=True).message()
    assert spec.selection.HasField("neg_to_pos_ratio")
    assert not spec.selection.HasField("negatives")
    assert (spec.remainder, spec.on_unreadable) == (plan_pb2.REMAINDER_DROP, plan_pb2.ON_UNREADABLE_FAIL)
    assert (list(spec.window_dims), spec.template.dtype, spec.annotations.clip) == ([8, 9], "float32", True)


@pytest.mark.parametrize("options", [{"remainder": "loop"}, {"window_dims": (1.5, 2)}, {"seed": -1}])
def test_a_plan_with_impossible_values(options: dict[str, Any]) -> None:
    with pytest.raises(Error) as refused:
        Plan(**{"batch_size": 1, "window_dims": (4, 4), **options}).message()
    assert refused.value.reason == "BAD_ARGUMENT"
