# SPDX-License-Identifier: Apache-2.0
"""Predictions go back to the server, which stitches their windows into rasters of the data set."""

from __future__ import annotations

import queue
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Union

import grpc
import numpy as np
import numpy.typing as npt

from ndstream.errors import Error, from_rpc, from_value, translated
from ndstream.tensors import Array, array
from ndstream.v1 import stitch_pb2 as pb
from ndstream.v1 import stitch_pb2_grpc, tensor_pb2

if TYPE_CHECKING:
    from ndstream.batch import Batch
    from ndstream.client import Client

Box = tuple[int, int, int, int]
Scale = Union[float, tuple[float, float]]

_MESSAGE_BYTES = 8 << 20
_UNDER_WAY = 4
_RETRY_SECONDS = 0.2


class StitchRun:
    """One stitching run. A window counts once, whatever is sent again; what :meth:`flush` returned from is on the disk.

    Leaving a ``with`` block without an exception finalizes every image and merges the rasters into the manifest; with
    an exception the run stays on the server, to be gone on with under its name.

    Attributes:
        name: of the run.
        manifest: the manifest written, once there is one.
    """

    def __init__(self, client: Client, request: pb.OpenRunRequest, scale: tuple[float, float], patience: float) -> None:
        self._stub = stitch_pb2_grpc.StitchServiceStub(client.channel)  # type: ignore[no-untyped-call]
        with translated():
            answer = self._stub.OpenRun(request)
        self.name = request.run
        self.resumed = bool(answer.resumed)
        self.manifest = ""
        self._bands = len(answer.run.channels)
        self._scale = np.array([scale[0], scale[1], scale[0], scale[1]])
        self._patience = patience
        self._pending: deque[pb.AccumulateRequest] = deque()
        self._requests: queue.SimpleQueue[pb.AccumulateRequest | None] = queue.SimpleQueue()
        self._answers: Any = None

    # ------------------------------------------------------------------ windows

    def add(
        self,
        batch: Batch,
        predictions: npt.ArrayLike,
        *,
        weights: npt.ArrayLike | None = None,
        downweight_edges: bool = False,
        channels_first: bool = False,
    ) -> None:
        """Adds the predictions for a batch; the batch knows where its windows lie.

        Args:
            batch: a batch of image samples.
            predictions: (N, H, W) or (N, H, W, C), or (N, C, H, W) if ``channels_first``; H and W are those of the
                windows, times the run's scale.
            weights: (H, W), for every window.
            downweight_edges: give the middle of windows more say.
        """
        values = np.asarray(predictions)
        boxes = np.rint(batch.windows * self._scale).astype(np.int64)
        if len(values) != len(boxes):
            facts = {"run": self.name, "predictions": str(len(values)), "samples": str(len(boxes))}
            raise Error("BAD_SHAPE", "there is one prediction a sample", metadata=facts)
        windows = (
            self._window(int(image), box, value, f"s{sample}", weights, downweight_edges, channels_first)
            for image, box, value, sample in zip(batch.image_ids, boxes, values, batch.sample_ids)
        )
        self._send(windows)

    def add_window(
        self,
        image_id: int,
        box: Box | None,
        prediction: npt.ArrayLike,
        *,
        window_id: str = "",
        weights: npt.ArrayLike | None = None,
        downweight_edges: bool = False,
        channels_first: bool = False,
    ) -> None:
        """Adds one window: left, top, right, bottom in asset pixels (None: the whole canvas), (H, W) or (H, W, C)."""
        value = np.asarray(prediction)
        window = self._window(image_id, box, value, window_id, weights, downweight_edges, channels_first)
        self._send([window])

    def _window(
        self,
        image_id: int,
        box: Sequence[int] | Array | None,
        value: Array,
        window_id: str,
        weights: npt.ArrayLike | None,
        downweight_edges: bool,
        channels_first: bool,
    ) -> pb.StitchWindow:
        axes = "HW" if value.ndim == 2 else "CHW" if channels_first else "HWC"
        window = pb.StitchWindow(image_id=image_id, window_id=window_id, downweight_edges=downweight_edges)
        if box is not None:
            left, top, right, bottom = (int(edge) for edge in box)
            window.box.CopyFrom(pb.PixelBox(left=left, top=top, right=right, bottom=bottom))
        window.pixels.CopyFrom(tensor(value, axes))
        if weights is not None:
            window.weights.CopyFrom(tensor(np.asarray(weights, dtype="<f4"), "HW"))
        return window

    def _send(self, windows: Iterable[pb.StitchWindow]) -> None:
        request = pb.AccumulateRequest(run=self.name)
        size = 0
        for window in windows:
            request.windows.append(window)
            size += len(window.pixels.data)
            if size >= _MESSAGE_BYTES:
                self._put(request)
                request, size = pb.AccumulateRequest(run=self.name), 0
        if request.windows:
            self._put(request)

    def _put(self, request: pb.AccumulateRequest) -> None:
        self._pending.append(request)
        if self._answers is not None:
            self._requests.put(request)
        self._settle(_UNDER_WAY)

    def _settle(self, left: int) -> None:
        """Waits until all but ``left`` requests are acknowledged; connects again if the server went away meanwhile."""
        deadline = time.monotonic() + self._patience
        while len(self._pending) > left:
            try:
                if self._answers is None:
                    self._connect()
                answer = next(self._answers)
            except StopIteration:
                self._answers = None
                continue
            except grpc.RpcError as e:
                self._answers = None
                if e.code() not in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED):
                    raise from_rpc(e) from None
                if time.monotonic() > deadline:
                    raise from_rpc(e) from None
                time.sleep(_RETRY_SECONDS)
                continue
            self._pending.popleft()
            deadline = time.monotonic() + self._patience
            for ack in answer.acks:
                if ack.state == pb.WINDOW_STATE_REFUSED:
                    raise from_value(ack.error)

    def _connect(self) -> None:
        """Opens a stream and sends again what was not acknowledged: windows that counted already do no harm."""
        self._requests.put(None)  # ends the stream before, if there is one
        self._requests = queue.SimpleQueue()
        for request in self._pending:
            self._requests.put(request)
        self._answers = self._stub.Accumulate(iter(self._requests.get, None))

    # ------------------------------------------------------------------ results

    def sync(self) -> None:
        """Returns when every window added so far is on the server's disk."""
        self._settle(0)

    def read(self, image_id: int, box: Box | None = None) -> Array:
        """The present averages (H, W, C) of a box of a canvas; NaN where no window fell yet."""
        self.sync()
        request = pb.ReadCanvasRequest(run=self.name, image_id=image_id)
        if box is not None:
            request.box.CopyFrom(pb.PixelBox(left=box[0], top=box[1], right=box[2], bottom=box[3]))
        with translated():
            return array(self._stub.ReadCanvas(request).average)

    def status(self) -> pb.Run:
        """How far the run is."""
        with translated():
            return self._stub.GetRun(pb.GetRunRequest(run=self.name)).run  # type: ignore[no-any-return]

    def images(self) -> Iterator[pb.ImageProgress]:
        """How far each image is, in the order of their first windows."""
        request = pb.ListRunImagesRequest(run=self.name, page_size=1000)
        while True:
            with translated():
                answer = self._stub.ListRunImages(request)
            yield from answer.images
            if not answer.next_page_token:
                return
            request.page_token = answer.next_page_token

    def finalize(self, image_id: int, *, incomplete: bool = False) -> pb.FinishedRaster:
        """Writes the raster of an image; the second time returns what the first wrote."""
        self.sync()
        request = pb.FinalizeImageRequest(run=self.name, image_id=image_id, incomplete=incomplete)
        with translated():
            return self._stub.FinalizeImage(request).raster  # type: ignore[no-any-return]

    def polygons(
        self,
        image_id: int,
        *,
        threshold: float | None = 0.5,
        arg_max_above: float | None = None,
        classes: Iterable[str] = (),
        min_pixels: int = 0,
        tolerance: float = 0.0,
        annotate: bool = False,
    ) -> Iterator[pb.PredictedRegion]:
        """Outlines of regions above a threshold, or of each pixel's largest class, with their scores."""
        self.sync()
        request = pb.ExtractPolygonsRequest(
            run=self.name,
            image_id=image_id,
            classes=classes,
            min_pixels=min_pixels,
            tolerance=tolerance,
            annotate=annotate,
        )
        if arg_max_above is not None:
            request.arg_max_above = arg_max_above
        elif threshold is not None:
            request.threshold = threshold
        with translated():
            for answer in self._stub.ExtractPolygons(request):
                yield answer.region

    def flush(self, *, finalize_all: bool = False) -> str:
        """Finalizes complete images, or all, and merges what is finished into the manifest; returns its path."""
        self.sync()
        with translated():
            answer = self._stub.Flush(pb.FlushRequest(run=self.name, finalize_all=finalize_all))
        self.manifest = answer.manifest or self.manifest
        return self.manifest

    def close(self) -> None:
        """Finalizes all images, merges the manifest and ends the run."""
        self.flush(finalize_all=True)
        self._requests.put(None)
        with translated():
            self._stub.CloseRun(pb.CloseRunRequest(run=self.name, finalize_all=True))

    def abort(self) -> None:
        """Ends the run and forgets what is not written yet."""
        self._requests.put(None)
        with translated():
            self._stub.AbortRun(pb.AbortRunRequest(run=self.name))

    def __enter__(self) -> StitchRun:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self._requests.put(None)


def open_run(
    client: Client,
    channels: str,
    *,
    run: str = "",
    dataset: str = "",
    space: str = "video",
    scale: Scale = 1.0,
    nan: str = "omit",
    expected: tuple[float, float] | None = None,
    windows: int | None = None,
    grid: Sequence[int] | None = None,
    overlap: float | Sequence[float] = 0.0,
    format: str = "cog",
    quantize: str | None = "int16",
    round: bool = False,
    block_size: int = 0,
    compression: str = "",
    short_code: str = "",
    if_exists: str = "fail",
    manifest: str = "",
    memory_bytes: int = 0,
    patience: float = 60.0,
) -> StitchRun:
    """Opens a stitching run, or goes on with the one of this name; see :meth:`ndstream.Client.stitch`."""
    sx, sy = (scale, scale) if isinstance(scale, (int, float)) else scale
    request = pb.OpenRunRequest(
        run=run or f"run-{time.time_ns():x}",
        dataset=dataset,
        channels=channels,
        space=_choice("STITCH_SPACE", pb.StitchSpace, space),
        scale=[sx, sy],
        nan_policy=_choice("NAN_POLICY", pb.NanPolicy, nan),
        memory_bytes=memory_bytes,
    )
    if expected is not None:
        request.expected_min, request.expected_max = expected
    if windows is not None:
        request.expected.count = windows
    elif grid is not None:
        request.expected.grid.window.extend(grid)
        request.expected.grid.overlap.extend([overlap] if isinstance(overlap, (int, float)) else overlap)
    output = request.output
    output.format = _choice("RASTER_FORMAT", pb.RasterFormat, format)
    output.no_quantize = quantize is None
    if quantize is not None:
        output.quantize.dtype = _choice("DTYPE", tensor_pb2.DType, quantize)
        output.quantize.round = round
        if expected is not None:
            output.quantize.min, output.quantize.max = expected
    output.block_size = block_size
    output.compression = compression
    output.short_code = short_code
    output.if_exists = _choice("IF_EXISTS", pb.IfExists, if_exists)
    output.manifest = manifest
    return StitchRun(client, request, (sx, sy), patience)


def _choice(prefix: str, names: Any, word: str) -> Any:
    try:
        return names.Value(f"{prefix}_{word.upper()}")
    except ValueError:
        known = [name[len(prefix) + 1 :].lower() for name, _ in names.items() if not name.endswith("UNSPECIFIED")]
        raise Error("BAD_ARGUMENT", f"value: {word!r} (expected: one of {', '.join(known)})") from None


def tensor(values: Array, axes: str = "") -> tensor_pb2.Tensor:
    """An array as a message."""
    name = f"DTYPE_{values.dtype.name.upper()}"
    if name not in dict(tensor_pb2.DType.items()):
        raise Error("BAD_DTYPE", f"value: {values.dtype} (expected: an integer type, float32 or float64)")
    data = np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<"))
    return tensor_pb2.Tensor(dtype=name, shape=values.shape, axes=axes, data=data.tobytes())
