# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pickle
import threading

import numpy as np
import pytest

from ndstream import Error, Plan, Violation
from ndstream.channel import target
from ndstream.handoff import Closed, Handoff


@pytest.mark.parametrize(
    ("address", "expect"),
    [
        ("unix:/tmp/x", "unix:/tmp/x"),
        ("tcp:127.0.0.1:5051", "dns:///127.0.0.1:5051"),
        ("host.example:80", "dns:///host.example:80"),
    ],
)
def test_addresses(address: str, expect: str) -> None:
    assert target(address) == expect


@pytest.mark.parametrize("address", ["", "host", "host:", ":80", "unix:relative", "tcp:host"])
def test_bad_addresses_are_named(address: str) -> None:
    with pytest.raises(Error) as refused:
        target(address)
    assert refused.value.metadata == {"address": address}


@pytest.mark.parametrize(
    ("field", "value"), [("window_dims", 256), ("seed", "7"), ("category_ids", "tree"), ("negatives", 1.5)]
)
def test_a_field_of_a_plan_with_a_value_of_a_wrong_type_is_named(field: str, value: object) -> None:
    with pytest.raises(Error) as refused:
        Plan(**{"batch_size": 4, field: value}).message()  # type: ignore[arg-type]
    assert refused.value.reason == "BAD_ARGUMENT"
    assert refused.value.metadata == {"field": field, "value": repr(value)}


def test_errors_survive_pickling() -> None:
    error = Error("R", "text", code="NOT_FOUND", metadata={"a": "b"}, violations=[Violation("f", "d")])
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.reason, copy.code, copy.metadata, copy.violations, str(copy)) == (
        "R",
        "NOT_FOUND",
        {"a": "b"},
        (Violation("f", "d"),),
        str(error),
    )


def test_a_handoff_keeps_order_and_bound() -> None:
    handoff: Handoff[int] = Handoff(2)
    most = 0

    def give() -> None:
        for i in range(500):
            handoff.put(i)
        handoff.end()

    giver = threading.Thread(target=give)
    giver.start()
    taken = []
    with pytest.raises(Closed):
        while True:
            most = max(most, len(handoff._items))
            taken.append(handoff.take())
    giver.join()
    assert taken == list(range(500))
    assert most <= 2


def test_a_failure_comes_after_what_was_given() -> None:
    handoff: Handoff[int] = Handoff(3)
    handoff.put(1)
    handoff.end(ValueError("broken"))
    assert handoff.take() == 1
    with pytest.raises(ValueError, match="broken"):
        handoff.take()


def test_an_abandoned_giver_wakes_up() -> None:
    handoff: Handoff[int] = Handoff(1)
    handoff.put(1)
    outcome = []

    def give() -> None:
        try:
            handoff.put(2)
        except Closed:
            outcome.append("closed")

    giver = threading.Thread(target=give)
    giver.start()
    handoff.abandon()
    giver.join(60)
    assert outcome == ["closed"]


def test_draws_are_those_of_numpys_generator() -> None:
    from ndstream.regions import draw

    assert draw(5, 100) == np.random.RandomState(5).randint(100)
    with pytest.raises(Error):
        draw(0, 0)
