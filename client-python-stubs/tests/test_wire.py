# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest
from messages import READ, batch_message, put, received

from ndstream.tensors import array
from ndstream.v1 import sample_pb2, stream_pb2, tensor_pb2
from ndstream.wire import reader


def test_elements_are_views_of_the_received_bytes() -> None:
    pixels = np.arange(2 * 4 * 5 * 3, dtype=np.uint8).reshape(2, 4, 5, 3)
    raw = batch_message(pixels, [[], []]).SerializeToString()
    parsed = READ(raw)
    (view,) = parsed.views["batch.pixels"]
    assert view.obj is raw
    assert parsed.message.batch.pixels.data == b""
    np.testing.assert_array_equal(array(parsed.message.batch.pixels, view), pixels)


def test_everything_else_is_what_protobuf_reads() -> None:
    message = batch_message(np.zeros((2, 4, 4, 3), np.int16), [[[1, 2, 3, 4]], []])
    message.batch.holes.add(row=1).error.reason = "MISSING_FILE"
    for values in (np.zeros(0, np.uint8), np.arange(5, dtype=np.float32)):
        put(message.batch.ragged.add(), values, "N")
    parsed = READ(message.SerializeToString())
    assert [bytes(v) for v in parsed.views["batch.ragged"]] == [t.data for t in message.batch.ragged]
    for tensor in (message.batch.pixels, *message.batch.ragged):
        tensor.data = b""
    assert parsed.message == message


@pytest.mark.parametrize("seed", range(50))
def test_any_message_comes_through(seed: int) -> None:
    rng = np.random.default_rng(seed)
    response = sample_pb2.LoadSampleResponse()
    sample = response.sample
    if rng.random() < 0.7:
        put(sample.pixels, rng.integers(0, 255, rng.integers(0, 40, 3)).astype(rng.choice(["u1", "f8", "<i2"])), "HWC")
    for _ in range(rng.integers(0, 4)):
        frame = sample.native_frames.add()
        for _ in range(rng.integers(0, 4)):
            part = frame.parts.add(channels=["a", "b"])
            if rng.random() < 0.8:
                put(part.pixels, rng.random(rng.integers(0, 30, 2)), "HW")
    sample.params.offset_x = rng.normal()
    sample.params.data_dims[:] = rng.integers(0, 2**40, 3).tolist()
    paths = ("sample.pixels", "sample.native_frames.parts.pixels")
    parsed = reader(sample_pb2.LoadSampleResponse, *paths)(response.SerializeToString())
    parts = [part for frame in response.sample.native_frames for part in frame.parts if part.HasField("pixels")]
    assert [bytes(v) for v in parsed.views[paths[1]]] == [part.pixels.data for part in parts], f"seed={seed}"
    for tensor in [sample.pixels] * sample.HasField("pixels") + [part.pixels for part in parts]:
        tensor.data = b""
    assert parsed.message == response, f"seed={seed}"


def test_a_message_cut_short_is_refused() -> None:
    raw = batch_message(np.zeros((1, 4, 4, 3), np.uint8), [[]]).SerializeToString()
    for end in (len(raw) - 1, len(raw) // 2, 3):
        with pytest.raises((ValueError, IndexError)):
            READ(raw[:end])


def test_messages_without_batches_have_no_views() -> None:
    message = stream_pb2.StreamBatchesResponse()
    message.header.batches = 7
    parsed = READ(message.SerializeToString())
    assert parsed.message.header.batches == 7
    assert not parsed.views


@pytest.mark.parametrize("name", [n for n in tensor_pb2.DType.keys() if n != "DTYPE_UNSPECIFIED"])  # noqa: SIM118
def test_every_dtype(name: str) -> None:
    dtype = np.dtype(name[len("DTYPE_") :].lower())
    tensor = tensor_pb2.Tensor()
    values = np.array([[0, 1, 100]], dtype)
    put(tensor, values)
    read = array(tensor)
    assert read.dtype == dtype
    assert not read.flags.writeable
    np.testing.assert_array_equal(read, values)


def test_a_batch_by_its_columns() -> None:
    pixels = np.random.default_rng(0).integers(0, 9, (3, 8, 8, 2)).astype(np.uint16)
    boxes = [[[1, 2, 3, 4], [0, 0, 8, 8]], [], [[5, 5, 1, 1]]]
    batch = received(batch_message(pixels, boxes))
    assert (len(batch), batch.index, batch.epoch, batch.resume_token) == (3, 3, 1, "token")
    assert batch.pixels is not None
    np.testing.assert_array_equal(batch.pixels, pixels)
    assert batch.nbytes == pixels.nbytes
    assert [b.tolist() for b in batch.boxes] == boxes
    assert [k.tolist() for k in batch.labels] == [[1, 1], [], [1]]
    assert batch.positive.tolist() == [True, False, True]
    assert batch.annotation_ids.tolist() == [100, -1, 102]
    assert batch.polygons(0) == [[], []]
    assert batch.keypoints(2) == [None]
    assert batch.ragged == []
    assert batch.class_mask is None


def test_polygons_and_keypoints_come_apart_at_their_offsets() -> None:
    message = batch_message(np.zeros((1, 8, 8, 1), np.uint8), [[[0, 0, 8, 8], [0, 0, 2, 2]]])
    found = message.batch.annotations
    put(found.polygon_offsets, np.array([0, 1, 1]))
    put(found.ring_offsets, np.array([0, 2]))
    put(found.point_offsets, np.array([0, 3, 6]))
    xy = np.arange(12.0).reshape(6, 2)
    put(found.points, xy)
    put(found.keypoint_offsets, np.array([0, 0, 2]))
    put(found.keypoints, np.array([[1.5, 2.5], [3.0, 4.0]]))
    put(found.keypoint_visibility, np.array([2, 1], np.int32))
    put(found.keypoint_classes, np.array([1, -1], np.int32))
    found.keypoint_names[:] = ["head", "tail"]
    batch = received(message)
    ((exterior, hole),) = batch.polygons(0)[0]
    np.testing.assert_array_equal(exterior, xy[:3])
    np.testing.assert_array_equal(hole, xy[3:])
    assert batch.polygons(0)[1] == []
    none, points = batch.keypoints(0)
    assert none is None
    assert points is not None
    assert points.names == ["tail", None]
    assert points.visible.tolist() == [2, 1]
