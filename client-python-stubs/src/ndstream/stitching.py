# SPDX-License-Identifier: Apache-2.0
"""Predictions go back to the server, which stitches their windows into rasters of the data set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np

from ndstream.arguments import integer, unfit
from ndstream.batch import Batch
from ndstream.errors import Error, translated
from ndstream.patience import Patience
from ndstream.predictions import Canvases
from ndstream.tensors import Array, array
from ndstream.v1 import stitch_pb2 as pb
from ndstream.window_stream import WindowStream
from ndstream.windows import Windows, numbers

if TYPE_CHECKING:
    from ndstream.client import Client

Box = tuple[int, int, int, int]


class StitchRun:
    """One stitching run. A window counts once, whatever is sent again; what :meth:`sync` returned from is on the disk.

    A server that is killed or stopped is waited for and is then sent again what it did not acknowledge, which is a few
    messages at most. After the patience given to :meth:`Client.stitch`, methods raise SERVER_UNREACHABLE.

    Leaving a ``with`` block without an exception closes the run; with an exception it stays on the server, to be gone
    on with under its name.

    Attributes:
        name: of the run.
        resumed: whether the server knew the run already.
        manifest: the manifest written, once there is one.
    """

    def __init__(
        self, client: Client, request: pb.OpenRunRequest, patience: float = 60.0, shared_memory: bool = True
    ) -> None:
        self._patience = Patience(client, patience)
        self._windows = WindowStream(self._patience, shared_memory)
        answer = self._patience.call("OpenRun", request)
        self.name = request.run
        self.resumed = bool(answer.resumed)
        self.manifest = ""
        self._canvases = Canvases(self.name, len(answer.run.channels), (request.scale[0], request.scale[1]))
        self._expects = request.expected.WhichOneof("what") is not None
        in_video = request.space == pb.STITCH_SPACE_VIDEO and client.dataset(answer.run.dataset).videos > 0
        self._space = "video" if in_video else "image"

    @property
    def shared_memory(self) -> bool:
        """Whether predictions go through shared memory at present. The first ones of a run never do."""
        return self._windows.shared_memory

    # ------------------------------------------------------------------ windows

    def add(
        self,
        batch: Batch,
        predictions: Any,
        *,
        axes: str | None = None,
        weights: Any = None,
        downweight_edges: bool = False,
    ) -> None:
        """Adds the predictions for a batch, which knows where its windows lie; nothing of it if one does not fit.

        Args:
            batch: of image samples or of video samples.
            predictions: an array or a tensor. Without ``axes`` (N, H, W) or (N, H, W, C) of image samples, (N, T, H, W)
                or (N, T, H, W, C) of video samples. H and W are those of the windows, times the run's scale.
            axes: the order of the axes by their letters, as in ``NCHW`` or ``NTCHW``. Without T, the prediction for a
                video sample goes onto each of its frames.
            weights: (H, W) for every window, or (N, H, W).
            downweight_edges: give the middle of windows more say.

        Raises:
            Error: BAD_SHAPE, BANDS, BAD_DTYPE; BAD_ARGUMENT if the run's space is not that of the batch. What the
                server refuses (BAD_WEIGHTS, FINALIZED, ...) is raised by this call or a later one.
        """
        if not isinstance(batch, Batch):
            raise unfit("batch", type(batch).__name__, "a batch of client.batches(...), before its predictions")
        space = "image" if batch.frame_image_ids is None else "video"
        if space != self._space:
            facts = {"run": self.name, "space": self._space, "expected": f'client.stitch(..., space="{space}")'}
            raise Error("BAD_ARGUMENT", f"the windows of {space} samples lie in {space} space", metadata=facts)
        self._windows.send(self.name, self._canvases.windows(batch, predictions, axes, weights, downweight_edges))

    def add_window(
        self,
        image_id: int,
        box: Box | None,
        prediction: Any,
        *,
        axes: str | None = None,
        window_id: str = "",
        weights: Any = None,
        downweight_edges: bool = False,
    ) -> None:
        """Adds one window: left, top, right, bottom in asset pixels (None: the whole canvas), (H, W) or (H, W, C)."""
        value = numbers("prediction", prediction)
        window = Windows(
            values=value[None],
            axes=axes or "HWC"[: value.ndim],
            image_ids=[integer("image_id", image_id)],
            window_ids=[str(window_id)],
            boxes=None if box is None else [_corners(box)],
            weights=None if weights is None else numbers("weights", weights, np.float32)[None],
            downweight_edges=downweight_edges,
        )
        self._windows.send(self.name, window)

    # ------------------------------------------------------------------ results

    def sync(self) -> None:
        """Returns when every window added so far is on the server's disk."""
        self._windows.settle(0)

    def read(self, image_id: int, box: Box | None = None) -> Array:
        """The present averages (H, W, C) of a box of a canvas; NaN where no window fell yet."""
        self.sync()
        request = pb.ReadCanvasRequest(run=self.name, image_id=integer("image_id", image_id))
        if box is not None:
            request.box.left, request.box.top, request.box.right, request.box.bottom = _corners(box)
        return array(self._patience.call("ReadCanvas", request).average)

    def status(self) -> pb.Run:
        """How far the run is with what was added so far."""
        self.sync()
        return self._patience.call("GetRun", pb.GetRunRequest(run=self.name)).run  # type: ignore[no-any-return]

    def images(self) -> Iterator[pb.ImageProgress]:
        """How far each image is with what was added so far, in the order of their first windows."""
        self.sync()
        request = pb.ListRunImagesRequest(run=self.name, page_size=1000)
        while True:
            answer = self._patience.call("ListRunImages", request)
            yield from answer.images
            if not answer.next_page_token:
                return
            request.page_token = answer.next_page_token

    def finalize(self, image_id: int, *, incomplete: bool = False) -> pb.FinishedRaster:
        """Writes the raster of an image; the second time returns what the first wrote."""
        self.sync()
        request = pb.FinalizeImageRequest(run=self.name, image_id=integer("image_id", image_id), incomplete=incomplete)
        return self._patience.call("FinalizeImage", request).raster  # type: ignore[no-any-return]

    def polygons(
        self,
        image_id: int,
        *,
        threshold: float = 0.5,
        arg_max_above: float | None = None,
        classes: Iterable[str] = (),
        min_pixels: int = 0,
        tolerance: float = 0.0,
        annotate: bool = False,
    ) -> Iterator[pb.PredictedRegion]:
        """Outlines of regions above a threshold, or of each pixel's largest class, with their scores.

        Of a finalized image they are those of its raster, which is rounded to the numbers it stores.

        Args:
            image_id: of an image with windows.
            threshold: pixels count whose average is above it, every class for itself.
            arg_max_above: in its place: pixels count for their largest class alone, if that is above this.
            classes: only these channels.
            min_pixels: smaller regions are left out.
            tolerance: outlines may move by this much, in asset pixels.
            annotate: note the regions as annotations for the manifest.
        """
        self.sync()
        request = pb.ExtractPolygonsRequest(
            run=self.name,
            image_id=integer("image_id", image_id),
            classes=classes,
            min_pixels=min_pixels,
            tolerance=tolerance,
            annotate=annotate,
        )
        if arg_max_above is not None:
            request.arg_max_above = arg_max_above
        else:
            request.threshold = threshold
        with translated():
            for answer in self._patience.stub.ExtractPolygons(request):
                yield answer.region

    def flush(self, *, finalize_all: bool = False) -> str:
        """Finalizes complete images, or all, and merges what is finished into the manifest; returns its path."""
        self.sync()
        answer = self._patience.call("Flush", pb.FlushRequest(run=self.name, finalize_all=finalize_all))
        self.manifest = answer.manifest or self.manifest
        return self.manifest

    def close(self, *, incomplete: bool | None = None) -> None:
        """Finalizes the images, merges the manifest and ends the run.

        Args:
            incomplete: also finalize images that miss windows. Absent: only if the run does not say which it expects.

        Raises:
            Error: INCOMPLETE names the images that miss windows. What was complete is in the manifest; the run goes on.
        """
        everything = not self._expects if incomplete is None else incomplete
        self.flush(finalize_all=everything)
        self._end("CloseRun", pb.CloseRunRequest(run=self.name, finalize_all=everything))

    def abort(self) -> None:
        """Ends the run and forgets what is not written yet."""
        self._end("AbortRun", pb.AbortRunRequest(run=self.name))

    def _end(self, method: str, request: Any) -> None:
        try:
            self._patience.call(method, request)
        except Error as e:
            if e.reason != "UNKNOWN_RUN":  # ended: the answer that said so was lost
                raise
        self._leave()

    def _leave(self) -> None:
        self._windows.end()
        self._patience.close()

    def __enter__(self) -> StitchRun:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.close()
        finally:
            self._leave()


def _corners(box: Any) -> Box:
    """Left, top, right, bottom, each an integer."""
    try:
        left, top, right, bottom = box
    except (TypeError, ValueError):
        raise unfit("box", box, "left, top, right, bottom") from None
    return integer("box", left), integer("box", top), integer("box", right), integer("box", bottom)
