# SPDX-License-Identifier: Apache-2.0
"""A connection to a server."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any, TypeVar

import grpc

from ndstream import batch as batches_module
from ndstream import sample as samples_module
from ndstream import stitch_options, targets
from ndstream.batch import Batch
from ndstream.channel import open_channel
from ndstream.errors import Error, translated
from ndstream.plan import Masks, Plan
from ndstream.sample import Sample
from ndstream.stitching import StitchRun
from ndstream.stream import BatchStream
from ndstream.tensors import Array, array
from ndstream.tls import Tls
from ndstream.v1 import (
    dataset_pb2,
    dataset_pb2_grpc,
    plan_pb2,
    plan_pb2_grpc,
    sample_pb2,
    server_pb2,
    server_pb2_grpc,
    stream_pb2,
)
from ndstream.wire import reader

R = TypeVar("R")

_PAGE = 1000


def connect(address: str, *, wait: float | None = 10.0, tls: Tls | None = None, **options: object) -> Client:
    """Connects to the server at ``unix:/path``, ``tcp:host:port`` or ``host:port``.

    Args:
        address: where the server listens.
        wait: seconds to wait for it; None: do not wait, the first call will.
        tls: for a TCP address of a server with ``--tls-certificate``.
        options: more gRPC channel options, with ``_`` for ``.`` after ``grpc``: ``grpc_max_reconnect_backoff_ms=1000``.

    Raises:
        Error: SERVER_UNREACHABLE if nobody answers in time.
    """
    named = {name.replace("grpc_", "grpc.", 1): value for name, value in options.items()}
    client = Client(address, named, tls)
    if wait is not None:
        client.wait_until_ready(wait)
    return client


class Client:
    """Calls of one server. May be shared by threads, not by forked processes."""

    def __init__(self, address: str, options: Mapping[str, object] | None = None, tls: Tls | None = None) -> None:
        self.address = address
        self._open = functools.partial(open_channel, address, options, tls)
        self._channels: weakref.WeakSet[grpc.Channel] = weakref.WeakSet()
        self.channel = self.open_channel()
        self._may_share_memory = True
        self._server = server_pb2_grpc.ServerServiceStub(self.channel)  # type: ignore[no-untyped-call]
        self._datasets = dataset_pb2_grpc.DatasetServiceStub(self.channel)  # type: ignore[no-untyped-call]
        self._plans = plan_pb2_grpc.PlanServiceStub(self.channel)  # type: ignore[no-untyped-call]
        # These carry pixels, so they are read in place and not by the stubs.
        self._load_sample = self._unary(
            "SampleService/LoadSample", reader(sample_pb2.LoadSampleResponse, *samples_module.TENSORS)
        )
        self._load_image = self._unary("SampleService/LoadImage", reader(sample_pb2.LoadImageResponse, "pixels"))
        self._get_batch = self._unary(
            "StreamService/GetBatch", reader(stream_pb2.GetBatchResponse, *batches_module.TENSORS)
        )
        self._stream_batches = self.channel.unary_stream(
            "/ndstream.v1.StreamService/StreamBatches",
            request_serializer=stream_pb2.StreamBatchesRequest.SerializeToString,
            response_deserializer=reader(stream_pb2.StreamBatchesResponse, *batches_module.TENSORS),
        )

    def _unary(self, method: str, response_deserializer: Any) -> Any:
        return self.channel.unary_unary(
            f"/ndstream.v1.{method}",
            request_serializer=lambda request: request.SerializeToString(),
            response_deserializer=response_deserializer,
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends all calls and the connection."""
        for channel in self._channels:
            channel.close()

    def open_channel(self) -> grpc.Channel:
        """Another channel to this server, which ends with this client if nobody closes it before."""
        channel = self._open()
        self._channels.add(channel)
        return channel

    def wait_until_ready(self, seconds: float) -> None:
        """Waits until the server can be reached."""
        try:
            grpc.channel_ready_future(self.channel).result(timeout=seconds)
        except grpc.FutureTimeoutError:
            facts = {"address": self.address, "seconds": f"{seconds:g}"}
            self.close()
            raise Error(
                "SERVER_UNREACHABLE", "no server answers at this address", code="UNAVAILABLE", metadata=facts
            ) from None

    # ------------------------------------------------------------------ samples

    def load_sample(
        self,
        target: Mapping[str, Any],
        *,
        with_annots: bool | str | Iterable[str] | None = True,
        visible_thresh: float = 0.0,
        annot_ids: Iterable[int] | None = None,
        masks: Masks | None = None,
        dataset: str = "",
        item: tuple[str, int] | None = None,
        pool: str = "",
    ) -> Sample:
        """Loads one sample.

        Args:
            target: what to load, by the names of a target: ``gid``, ``slices``, ``channels``, ...
            with_annots, visible_thresh, annot_ids: see :func:`ndstream.targets.annotation_options`.
            masks: labels to paint.
            dataset: name of an open data set; may be empty if the server has exactly one.
            item: a row of the pool that gives what the target leaves open: ("positive" or "negative" or "index", row).
            pool: name of a pool, which also says which data set; absent: all positives, no negatives.
        """
        annotations = targets.annotation_options(with_annots, visible_thresh, annot_ids)
        if masks is not None:
            annotations.masks.CopyFrom(masks.message())
        request = sample_pb2.LoadSampleRequest(
            dataset=dataset, target=targets.to_message(target), annotations=annotations, pool=pool
        )
        if item is not None:
            setattr(request, *item)
        with translated():
            return samples_module.of_response(self._load_sample(request))

    def load_image(self, image_id: int, *, channels: str | None = None, dataset: str = "") -> Array:
        """The pixels (H, W, C) of a whole image on its own canvas."""
        with translated():
            answer = self._load_image(
                sample_pb2.LoadImageRequest(dataset=dataset, image_id=image_id, channels=channels)
            )
        return array(answer.message.pixels, answer.views["pixels"][0])

    # ------------------------------------------------------------------ batches

    def batches(
        self,
        plan: Plan | str | None = None,
        *,
        epoch: int = 0,
        start_batch: int = 0,
        shard: int = 0,
        shards: int = 1,
        resume: str = "",
        max_batches: int = 0,
        prefetch: int = 2,
        shared_memory: bool = True,
        **plan_options: Any,
    ) -> BatchStream:
        """Streams the batches of one epoch.

        Args:
            plan: what an epoch holds, or the name of a plan of this server. Or give the fields of :class:`Plan`.
            epoch: every epoch has its own order.
            start_batch: batches to leave out at the start.
            shard, shards: this trainer's share.
            resume: a batch's ``resume_token``; goes on after that batch, and takes the place of the four above.
            max_batches: end after this many; 0: at the end of the epoch.
            prefetch: batches received ahead, 1 or more.
            shared_memory: map batches instead of receiving them, where the server is on this machine and offers it.
            plan_options: fields of :class:`Plan`, if ``plan`` is not given.
        """
        request = stream_pb2.StreamBatchesRequest(
            epoch=epoch,
            start_batch=start_batch,
            shard=shard,
            shards=shards,
            resume_token=resume,
            max_batches=max_batches,
        )
        _put_plan(request, plan, plan_options)

        def start(shared: bool) -> Any:
            request.shared_memory = shared
            return self._stream_batches(request)

        stream = BatchStream(start, prefetch, shared_memory and self._may_share_memory)
        if shared_memory:
            self._may_share_memory = stream.shared_memory  # asked until the answer is no
        return stream

    def get_batch(self, plan: Plan | str, index: int, *, epoch: int = 0, shard: int = 0, shards: int = 1) -> Batch:
        """One batch by its position: the bytes a stream delivers there."""
        request = stream_pb2.GetBatchRequest(epoch=epoch, index=index, shard=shard, shards=shards)
        _put_plan(request, plan, {})
        with translated():
            answer = self._get_batch(request)
        return Batch(answer.message.batch, answer.views)

    def create_plan(self, plan: Plan | None = None, **plan_options: Any) -> plan_pb2.Plan:
        """Counts what an epoch of this plan would hold; its name can be given to :meth:`batches`."""
        spec = (plan or Plan(**plan_options)).message()
        with translated():
            return self._plans.CreatePlan(plan_pb2.CreatePlanRequest(spec=spec)).plan  # type: ignore[no-any-return]

    # ------------------------------------------------------------------ predictions

    def stitch(self, channels: str, *, patience: float = 60.0, shared_memory: bool = True, **options: Any) -> StitchRun:
        """Opens a run that stitches predictions into rasters, or goes on with the one of this name.

        Args:
            channels: codes of the prediction's bands, such as ``salient`` or ``feat.0:4``.
            patience: seconds to wait for a server that went away.
            shared_memory: write predictions there instead of sending them, where the server is on this machine and
                offers it.
            options: of :func:`ndstream.stitch_options.request`: run (its name), dataset, space ("video", or "image" for
                image samples of a data set with videos), scale (asset pixels a pixel of that space), nan ("omit",
                "propagate", "refuse"), expected (range of the values); what makes an image complete: plan (its
                windows), windows (their number) or grid and overlap; auto_finalize; format ("cog", "geotiff", "png"),
                quantize (an integer type, or None for float32; else int16, for png uint8), round, block_size,
                compression, overviews (their factors), short_code, if_exists ("fail"; "replace": the new asset takes
                the old one's place; "version": as well, but no file is overwritten), manifest (another name beside the
                data set's own), memory_bytes.

        Example::

            plan = ndstream.Plan(batch_size=16, grid=grid)
            with client.stitch("salient", expected=(0, 1), plan=plan) as run:
                for batch in client.batches(plan):
                    run.add(batch, model(batch.pixels))
        """
        request = stitch_options.request(channels, **options)
        return StitchRun(self, request, patience, shared_memory and self._may_share_memory)

    # ------------------------------------------------------------------ data sets, server

    def dataset(self, name: str = "") -> dataset_pb2.Dataset:
        """What there is in an open data set."""
        with translated():
            answer = self._datasets.GetDataset(dataset_pb2.GetDatasetRequest(dataset=name))
        return answer.dataset  # type: ignore[no-any-return]

    def reload(self, dataset: str = "") -> dataset_pb2.Dataset:
        """Reads the manifest again, as after stitching; streams under way keep what they have."""
        with translated():
            answer = self._datasets.ReloadDataset(dataset_pb2.ReloadDatasetRequest(dataset=dataset))
        return answer.dataset  # type: ignore[no-any-return]

    def datasets(self) -> list[dataset_pb2.Dataset]:
        """All open data sets."""
        return list(self._pages(self._datasets.ListDatasets, dataset_pb2.ListDatasetsRequest(), "datasets"))

    def categories(self, dataset: str = "") -> list[dataset_pb2.Category]:
        """In index order: the position is the class index."""
        request = dataset_pb2.ListCategoriesRequest(dataset=dataset)
        return list(self._pages(self._datasets.ListCategories, request, "categories"))

    def videos(self, dataset: str = "") -> list[dataset_pb2.Video]:
        """All videos with the ids of their frames."""
        return list(self._pages(self._datasets.ListVideos, dataset_pb2.ListVideosRequest(dataset=dataset), "videos"))

    def images(
        self, dataset: str = "", *, image_ids: Iterable[int] = (), with_json: bool = False
    ) -> Iterator[dataset_pb2.Image]:
        """Images in file order, or only these."""
        request = dataset_pb2.ListImagesRequest(dataset=dataset, image_ids=image_ids, with_json=with_json)
        return self._pages(self._datasets.ListImages, request, "images")

    def annotations(
        self, dataset: str = "", *, image_id: int | None = None, with_json: bool = False
    ) -> Iterator[dataset_pb2.Annotation]:
        """Annotations ascending by id, of all images or of one."""
        request = dataset_pb2.ListAnnotationsRequest(dataset=dataset, image_id=image_id, with_json=with_json)
        return self._pages(self._datasets.ListAnnotations, request, "annotations")

    def server_info(self) -> server_pb2.GetServerInfoResponse:
        """Versions, limits, drivers."""
        with translated():
            return self._server.GetServerInfo(server_pb2.GetServerInfoRequest())  # type: ignore[no-any-return]

    def statistics(self) -> server_pb2.GetStatisticsResponse:
        """Work done and what is held now."""
        with translated():
            return self._server.GetStatistics(server_pb2.GetStatisticsRequest())  # type: ignore[no-any-return]

    def _pages(self, method: Any, request: Any, rows: str) -> Iterator[Any]:
        request.page_size = _PAGE
        while True:
            with translated():
                answer = method(request)
            yield from getattr(answer, rows)
            if not answer.next_page_token:
                return
            request.page_token = answer.next_page_token


def _put_plan(request: Any, plan: Plan | str | None, options: Mapping[str, Any]) -> None:
    if isinstance(plan, str):
        request.plan = plan
    else:
        request.spec.CopyFrom((plan or Plan(**options)).message())
    if options and plan is not None:
        raise TypeError(f"give a plan or its fields, not both: {', '.join(options)}")
