# SPDX-License-Identifier: Apache-2.0
"""A bounded queue between two threads that either end may close."""

from __future__ import annotations

import threading
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Closed(Exception):
    """The other end is gone: nothing more to take, or nobody to take it."""


class Handoff(Generic[T]):
    """Holds up to ``capacity`` items from one thread for another."""

    def __init__(self, capacity: int) -> None:
        self._items: deque[T] = deque()
        self._capacity = capacity
        self._changed = threading.Condition()
        self._ended = False
        self._failure: BaseException | None = None

    def put(self, item: T) -> None:
        """Waits for room. Raises Closed if the taker has gone."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._items) < self._capacity or self._ended)
            if self._ended:
                raise Closed
            self._items.append(item)
            self._changed.notify_all()

    def take(self) -> T:
        """Waits for an item. Raises the giver's failure, or Closed, once all items are taken."""
        with self._changed:
            self._changed.wait_for(lambda: self._items or self._ended)
            if self._items:
                item = self._items.popleft()
                self._changed.notify_all()
                return item
            if self._failure is not None:
                raise self._failure
            raise Closed

    def end(self, failure: BaseException | None = None) -> None:
        """For the giver: nothing more will come."""
        with self._changed:
            self._ended, self._failure = True, self._failure or failure
            self._changed.notify_all()

    def abandon(self) -> None:
        """For the taker: what is held is dropped, and nothing more will be taken."""
        with self._changed:
            self._ended, self._failure = True, None
            self._items.clear()
            self._changed.notify_all()
