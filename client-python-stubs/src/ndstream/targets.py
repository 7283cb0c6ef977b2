# SPDX-License-Identifier: Apache-2.0
"""Target dictionaries, as ndsampler takes them, made into ``Target`` messages.

Only what the message cannot carry is refused here: unknown keys and values of a wrong type. Everything else is the
server's to judge, so that every client hears the same.
"""

from __future__ import annotations

import numbers
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from ndstream.errors import Error, Violation
from ndstream.v1 import sample_pb2, target_pb2

_ALIASES = {"image_id": "gid", "video_id": "vidid", "image_ids": "gids"}

# The reference's own bookkeeping: written by a resolver, by pools and grids, or without a meaning over a wire.
_IGNORED = frozenset(
    "space_dims data_dims annot_idx aids img_width img_height tr legacy_target legacy_annots verbose_ndsample "
    "as_xarray optimize finalize".split()
)


class _Refused(Exception):
    """A value that the message cannot hold."""


def to_message(target: Mapping[str, Any]) -> target_pb2.Target:
    """The message for ``target``.

    Raises:
        Error: names every bad key; the reason is that of the first.
    """
    message = target_pb2.Target()
    problems: list[tuple[str, Violation]] = []
    for key, value in with_short_names(target).items():
        if key in _IGNORED or value is None:
            continue
        if key not in _FIELDS:
            problems.append(("BAD_ARGUMENT", Violation(f"target.{key}", "no such key")))
            continue
        reason, put = _FIELDS[key]
        try:
            put(message, value)
        except (_Refused, TypeError, ValueError, OverflowError) as e:
            problems.append((reason, Violation(f"target.{key}", f"{e} (got: {value!r})")))
    if problems:
        violations = [v for _, v in problems]
        raise Error(problems[0][0], "the target is malformed", violations=violations)
    return message


def annotation_options(
    with_annots: bool | str | Iterable[str] | None = True,
    visible_thresh: float = 0.0,
    annot_ids: Iterable[int] | None = None,
) -> sample_pb2.AnnotationOptions:
    """What to return of the annotations.

    Args:
        with_annots: True for all parts, False or None for none, or the parts wanted: words joined by ``+``, or a list,
            of ``boxes``, ``segmentation`` and ``keypoints``. Boxes always come along.
        visible_thresh: keep annotations of which more than this share is visible. 0 keeps also those that touch.
        annot_ids: exactly these, in this order, instead of a look-up.
    """
    options = sample_pb2.AnnotationOptions(visible_thresh=visible_thresh)
    if with_annots is None or with_annots is False:
        options.none = True
    elif with_annots is not True:
        words = with_annots.split("+") if isinstance(with_annots, str) else with_annots
        try:
            options.parts.extend(words or ["boxes"])
        except TypeError as e:
            violation = Violation("with_annots", f"{e} (got: {with_annots!r})")
            raise Error("BAD_WITH_ANNOTS", "the kind of annotation is unknown", violations=[violation]) from None
    if annot_ids is not None:
        options.annotation_ids.SetInParent()
        options.annotation_ids.ids.extend(int(a) for a in annot_ids)
    return options


def with_short_names(target: Mapping[str, Any]) -> dict[str, Any]:
    """The short names, which win over the long ones if they are given and not None."""
    short = {k: v for k, v in target.items() if k not in _ALIASES}
    for long, name in _ALIASES.items():
        if long in target and short.get(name) is None:
            short[name] = target[long]
    return short


def _integer(value: Any) -> int:
    # Whole floats pass: tables hold ids as floats.
    if isinstance(value, numbers.Integral) and not isinstance(value, bool):
        return int(value)
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return int(value)
    raise _Refused("expected: an integer")


def _number(value: Any) -> float:
    if isinstance(value, numbers.Real) and not isinstance(value, bool):
        return float(value)
    raise _Refused("expected: a number")


def _word(value: Any) -> str:
    if not isinstance(value, str):
        raise _Refused("expected: a string")
    return value


def _items(value: Any) -> list[Any]:
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
        raise _Refused("expected: a sequence")
    return list(value)


def _slice(value: Any) -> target_pb2.Slice:
    """A slice object, a (start, stop) or (start, stop, step) sequence, or None for everything."""
    if value is None:
        return target_pb2.Slice()
    parts = [value.start, value.stop, value.step] if isinstance(value, slice) else _items(value)
    if not 2 <= len(parts) <= 3:
        raise _Refused("expected: a slice")
    bounds = dict(zip(("start", "stop", "step"), parts))
    return target_pb2.Slice(**{k: _integer(v) for k, v in bounds.items() if v is not None})


def _put_scalar(field: str, convert: Callable[[Any], Any]) -> Callable[[target_pb2.Target, Any], None]:
    def put(message: target_pb2.Target, value: Any) -> None:
        setattr(message, field, convert(value))

    return put


def _put_slices(field: str) -> Callable[[target_pb2.Target, Any], None]:
    def put(message: target_pb2.Target, value: Any) -> None:
        getattr(message, field).SetInParent()
        getattr(message, field).slices.extend(_slice(s) for s in _items(value))

    return put


def _put_time_slice(message: target_pb2.Target, value: Any) -> None:
    message.time_slice.CopyFrom(_slice(value))


def _put_image_ids(message: target_pb2.Target, value: Any) -> None:
    message.image_ids.SetInParent()
    message.image_ids.ids.extend(_integer(v) for v in _items(value))


def _put_window_dims(message: target_pb2.Target, value: Any) -> None:
    if isinstance(value, str):
        message.window_dims.word = value
    else:
        message.window_dims.SetInParent()
        message.window_dims.dims.extend(_integer(v) for v in _items(value))


def _put_channels(message: target_pb2.Target, value: Any) -> None:
    spec = getattr(value, "spec", value)  # a channel spec object of kwcoco or delayed_image
    if isinstance(spec, str):
        message.channels = spec
    else:
        message.channel_list.extend(_word(getattr(v, "spec", v)) for v in _items(spec))
        if not message.channel_list:
            raise _Refused("expected: at least one channel")


def _put_streams(message: target_pb2.Target, value: Any) -> None:
    spec = getattr(value, "spec", value)  # a sensor-channel spec object of kwcoco or delayed_image
    message.streams = (
        _word(spec) if isinstance(spec, str) else ",".join(_word(getattr(v, "spec", v)) for v in _items(spec))
    )


def _put_scale(message: target_pb2.Target, value: Any) -> None:
    message.scale.extend(_number(v) for v in (_items(value) if isinstance(value, Iterable) else [value]))
    if not message.scale:
        raise _Refused("expected: a number or (x, y)")


def _put_pad(message: target_pb2.Target, value: Any) -> None:
    message.pad.uniform = not isinstance(value, Iterable)
    for axis in [value] if message.pad.uniform else _items(value):
        before, after = _items(axis) if isinstance(axis, Iterable) else (axis, axis)
        message.pad.axes.add(before=_integer(before), after=_integer(after))


def _put_fill(message: target_pb2.Target, value: Any) -> None:
    """``padkw``, as for numpy.pad: ``mode`` and ``constant_values``."""
    unknown = set(value) - {"mode", "constant_values"}
    if unknown:
        raise _Refused(f"no such key: {', '.join(sorted(unknown))}")
    message.fill.mode = _word(value.get("mode", "constant"))
    if value.get("constant_values") is not None:
        message.fill.value = _number(value["constant_values"])


def _dtype_name(value: Any) -> str:
    if isinstance(value, str):
        return value
    return str(np.dtype(value))


def _antialias(message: target_pb2.Target, value: Any) -> None:
    if isinstance(value, (bool, np.bool_)):
        message.antialias = bool(value)
    elif value != "auto":
        raise _Refused("expected: 'auto', True or False")


def _put_realign(message: target_pb2.Target, value: Any) -> None:
    if value is not False:
        message.realign_native = _word(value)


# Key of the dictionary: reason if its value is of a wrong type, and how it goes into the message.
_FIELDS: Mapping[str, tuple[str, Callable[[target_pb2.Target, Any], None]]] = {
    "gid": ("BAD_ARGUMENT", _put_scalar("image_id", _integer)),
    "vidid": ("BAD_ARGUMENT", _put_scalar("video_id", _integer)),
    "gids": ("BAD_ARGUMENT", _put_image_ids),
    "aid": ("BAD_ARGUMENT", _put_scalar("annotation_id", _integer)),
    "category_id": ("BAD_ARGUMENT", _put_scalar("category_id", _integer)),
    "slices": ("BAD_SLICE", _put_slices("slices")),
    "space_slice": ("BAD_SLICE", _put_slices("space_slice")),
    "time_slice": ("BAD_SLICE", _put_time_slice),
    "cx": ("BAD_WINDOW", _put_scalar("cx", _number)),
    "cy": ("BAD_WINDOW", _put_scalar("cy", _number)),
    "width": ("BAD_WINDOW", _put_scalar("width", _number)),
    "height": ("BAD_WINDOW", _put_scalar("height", _number)),
    "window_dims": ("BAD_WINDOW", _put_window_dims),
    "channels": ("BAD_CHANNELS", _put_channels),
    "streams": ("BAD_CHANNELS", _put_streams),
    "scale": ("BAD_SCALE", _put_scale),
    "pad": ("BAD_PAD", _put_pad),
    "padkw": ("BAD_PAD", _put_fill),
    "dtype": ("BAD_DTYPE", _put_scalar("dtype", _dtype_name)),
    "nodata": ("BAD_NODATA", _put_scalar("nodata", _word)),
    "interpolation": ("BAD_INTERPOLATION", _put_scalar("interpolation", _word)),
    "antialias": ("BAD_ARGUMENT", _antialias),
    "use_native_scale": ("BAD_ARGUMENT", _put_scalar("use_native_scale", bool)),
    "realign_native": ("BAD_ARGUMENT", _put_realign),
    "axes": ("BAD_ARGUMENT", _put_scalar("axes", _word)),
}
