# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from messages import batch_message, received

from ndstream.demo.learners import LogisticRegression
from ndstream.display import NO_DATA, Stretch, pictures

Image = pytest.importorskip("PIL.Image")


@pytest.mark.parametrize(
    ("axes", "shape"),
    [("NHWC", (2, 6, 7, 3)), ("NCHW", (2, 3, 6, 7)), ("NTHWC", (2, 4, 6, 7, 3)), ("TCHW", (4, 3, 6, 7))],
)
def test_any_axes_become_pictures(axes: str, shape: tuple[int, ...]) -> None:
    pixels = np.random.default_rng(0).random(shape)
    shown = pictures(pixels, axes)
    assert shown.shape == (2 if "N" in axes else 1, 6, 7, 3)
    where = {"N": 0, "T": 0, "H": 2, "W": 5, "C": 1}
    assert shown[0, 2, 5, 1] == pixels[tuple(where[a] for a in axes)]


def test_bytes_stay_as_they_are() -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (1, 5, 5, 3)).astype(np.uint8)
    np.testing.assert_array_equal(Stretch.fit(pixels).colours(pixels[0]), pixels[0])


@pytest.mark.parametrize("dtype", ["uint16", "int16", "float32", "float64"])
@pytest.mark.parametrize("channels", [1, 2, 3, 13])
def test_other_types_span_the_whole_range(dtype: str, channels: int) -> None:
    pixels = (np.random.default_rng(0).random((2, 30, 30, channels)) * 3000).astype(dtype)
    colours = Stretch.fit(pixels).colours(pixels[0])
    assert colours.shape == (30, 30, 3)
    assert colours.min() == 0
    assert colours.max() == 255


def test_nan_has_a_colour_of_its_own() -> None:
    pixels = np.linspace(0, 1, 4 * 4 * 3).reshape(1, 4, 4, 3)
    pixels[0, 1, 2, 0] = np.nan
    assert tuple(Stretch.fit(pixels).colours(pixels[0])[1, 2]) == NO_DATA
    assert (Stretch.fit(np.full((1, 4, 4, 1), np.nan)).colours(np.full((4, 4, 1), np.nan)) == NO_DATA).all()


def test_constant_pixels_do_not_divide_by_zero() -> None:
    pixels = np.full((1, 3, 3, 1), 7, np.uint16)
    assert (Stretch.fit(pixels).colours(pixels[0]) == 0).all()


def test_the_sheet_shows_windows_and_boxes(tmp_path: Path) -> None:
    from ndstream.contact_sheet import _NEGATIVE, _POSITIVE, ContactSheet

    pixels = np.full((4, 16, 16, 3), 90, np.uint8)
    batch = received(batch_message(pixels, [[[4, 4, 8, 8]], [], [[2, 2, 3, 3], [9, 9, 30, 30]], []]))
    sheet = ContactSheet({1: "tree"}, columns=3, rows=1)
    sheet.add(batch)
    sheet.add(batch)
    assert sheet.full
    sheet.save(tmp_path / "sheet.png", "title")
    drawn = np.asarray(Image.open(tmp_path / "sheet.png"))
    colours = {tuple(c) for c in drawn.reshape(-1, 3)}
    assert {_POSITIVE, _NEGATIVE, (90, 90, 90), (84, 199, 255)} <= colours


def test_an_empty_sheet_can_be_drawn() -> None:
    from ndstream.contact_sheet import ContactSheet

    assert ContactSheet({}).draw("nothing").width > 0


def test_the_numpy_learner_learns() -> None:
    rng = np.random.default_rng(0)
    trainer = LogisticRegression()
    correct = []
    for _ in range(30):
        positive = rng.random(16) < 0.5
        pixels = rng.normal(size=(16, 16, 16, 4))
        pixels[positive, 5:11, 5:11] += 1.5
        pixels[0, 0, 0, 0] = np.nan
        batch = received(batch_message(pixels, [[[5, 5, 6, 6]] if p else [] for p in positive]))
        correct.append(trainer.step(batch).correct)
    assert sum(correct[-10:]) / 160 > 0.9
