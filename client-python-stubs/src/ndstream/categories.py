# SPDX-License-Identifier: Apache-2.0
"""Trees of classes, and what the outputs of a classifier over such a tree mean.

A *node* is a class name; its *index* is its column in a row of scores, its *id* the one in the manifest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from ndstream.tensors import Floats, Integers

_BACKGROUND = "background"


class CategoryTree:
    """Classes in index order with their parents. Never changes.

    Args:
        children: node -> children. The keys come first, in order; then children that are no keys, as they appear.
        attributes: of some nodes; an ``id`` among them is the node's id. The others count on from the largest so far.
        order: the index order, if not the order of first appearance.

    Raises:
        ValueError: if there is a cycle, also one that disregards the direction of the edges.
    """

    def __init__(
        self,
        children: Mapping[str, Sequence[str]],
        attributes: Mapping[str, Mapping[str, Any]] | None = None,
        order: Sequence[str] | None = None,
    ) -> None:
        nodes = dict.fromkeys(children)
        for below in children.values():
            nodes.update(dict.fromkeys(below))
        self.idx_to_node: list[str] = list(nodes)
        if order is not None:
            if sorted(order) != sorted(nodes):
                raise ValueError("the order names other nodes than the tree")
            self.idx_to_node = list(order)
        self.node_to_idx = {node: i for i, node in enumerate(self.idx_to_node)}
        self.children = {node: list(children.get(node, ())) for node in self.idx_to_node}
        self.parents: dict[str, list[str]] = {node: [] for node in self.idx_to_node}
        for node, below in self.children.items():
            for child in below:
                self.parents[child].append(node)
        self.attributes = {node: dict((attributes or {}).get(node, {})) for node in self.idx_to_node}
        self.node_to_id = _ids(self.idx_to_node, self.attributes)
        self._refuse_cycles()

    @classmethod
    def from_names(cls, names: Iterable[str], background_is_zero: bool = True) -> CategoryTree:
        """A flat list. The id is the position, but a class called background gets 0 and the others one more."""
        names = list(names)
        shift = 1 if background_is_zero and _BACKGROUND in names else 0
        attributes: dict[str, dict[str, Any]] = {}
        for position, name in enumerate(names):
            node_id = 0 if shift and name == _BACKGROUND else position + shift
            attributes.setdefault(name, {"id": node_id})
        return cls(dict.fromkeys(attributes, ()), attributes)

    @classmethod
    def from_coco(
        cls, rows: Iterable[Mapping[str, Any]], *, skip_self: bool = False, order: Sequence[str] | None = None
    ) -> CategoryTree:
        """From categories of a manifest: ``name``, and perhaps ``id`` and ``supercategory``.

        Args:
            rows: the categories.
            skip_self: a category that is its own supercategory is a root, not an error.
            order: see the class.
        """
        children: dict[str, list[str]] = {}
        attributes = {}
        for row in rows:
            name, above = row["name"], row.get("supercategory")
            attributes[name] = dict(row)
            children.setdefault(name, [])
            if above is not None and not (skip_self and above == name):
                children.setdefault(above, []).append(name)
        return cls(children, attributes, order)

    @classmethod
    def coerce(cls, data: int | CategoryTree | Sequence[Any] | Mapping[str, Sequence[str]]) -> CategoryTree:
        """From a number of classes, names, categories of a manifest, or node -> children."""
        if isinstance(data, CategoryTree):
            return data
        if isinstance(data, (int, np.integer)):
            return cls.from_names([f"class_{i + 1}" for i in range(int(data))])
        if isinstance(data, Mapping):
            return cls(data)
        if isinstance(data, Sequence) and not isinstance(data, (str, bytes)):
            return cls.from_coco(data) if data and isinstance(data[0], Mapping) else cls.from_names(data)
        raise TypeError(f"no tree of classes: {data!r}")

    def __len__(self) -> int:
        return len(self.idx_to_node)

    def __iter__(self) -> Iterator[str]:
        return iter(self.idx_to_node)

    def __contains__(self, node: object) -> bool:
        return node in self.node_to_idx

    def __getitem__(self, index: int) -> str:
        return self.idx_to_node[index]

    def __repr__(self) -> str:
        return f"<CategoryTree {', '.join(self.idx_to_node)}>"

    def index(self, node: str) -> int:
        return self.node_to_idx[node]

    @property
    def class_names(self) -> list[str]:
        return self.idx_to_node

    @property
    def num_classes(self) -> int:
        return len(self)

    @property
    def cats(self) -> dict[str, dict[str, Any]]:
        return self.attributes

    @property
    def is_mutex(self) -> bool:
        """Whether the classes are a flat list."""
        return not any(self.children.values())

    @cached_property
    def id_to_node(self) -> dict[int, str]:
        return {node_id: node for node, node_id in self.node_to_id.items()}

    @cached_property
    def idx_to_id(self) -> list[int]:
        return [self.node_to_id[node] for node in self.idx_to_node]

    @cached_property
    def id_to_idx(self) -> dict[int, int]:
        return {node_id: i for i, node_id in enumerate(self.idx_to_id)}

    @cached_property
    def idx_groups(self) -> list[list[int]]:
        """Groups of siblings, each sorted; the roots first, every group followed by those below its members."""
        roots = [node for node in self.idx_to_node if not self.parents[node]]
        groups = [sorted(map(self.index, roots))]
        stack = list(reversed(roots))
        while stack:
            node = stack.pop()
            below = self.children[node]
            if below:
                groups.append(sorted(map(self.index, below)))
                stack.extend(reversed(below))
        return groups

    def idx_to_ancestor_idxs(self, include_self: bool = True) -> dict[int, set[int]]:
        return self._reachable(self.parents, include_self)

    def idx_to_descendants_idxs(self, include_self: bool = False) -> dict[int, set[int]]:
        return self._reachable(self.children, include_self)

    @cached_property
    def idx_pairwise_distance(self) -> Floats:
        """[i][j]: steps from i down to j; negative upwards; NaN if they are unrelated."""
        steps = np.full((len(self), len(self)), np.nan)
        for start, node in enumerate(self.idx_to_node):
            level, depth = [node], 0
            while level:
                for reached in level:
                    steps[start, self.index(reached)] = depth
                    steps[self.index(reached), start] = -depth
                level = [child for reached in level for child in self.children[reached]]
                depth += 1
        return steps + 0.0  # no negative zeros on the diagonal

    def _reachable(self, edges: Mapping[str, Sequence[str]], include_self: bool) -> dict[int, set[int]]:
        found: dict[int, set[int]] = {}
        for start, node in enumerate(self.idx_to_node):
            seen, stack = set(), list(edges[node])
            while stack:
                reached = stack.pop()
                seen.add(self.index(reached))
                stack.extend(edges[reached])
            found[start] = seen | {start} if include_self else seen
        return found

    def _refuse_cycles(self) -> None:
        """Every edge must join two parts that were not joined before."""
        part = {node: node for node in self.idx_to_node}

        def root(node: str) -> str:
            while part[node] != node:
                part[node] = part[part[node]]
                node = part[node]
            return node

        for node, below in self.children.items():
            for child in dict.fromkeys(below):
                if root(node) == root(child):
                    raise ValueError(f"the classes are no tree: a cycle through {node!r} and {child!r}")
                part[root(node)] = root(child)

    # ------------------------------------------------------------------ what scores mean

    def conditional_log_softmax(self, energies: Floats) -> Floats:
        """Per group of siblings, the log-probability given the parent. ``energies``: (items, classes)."""
        energies = _rows(energies, len(self))
        out = np.empty_like(energies)
        for group in self.idx_groups:
            if group:
                out[:, group] = _log_softmax(energies[:, group])
        return out

    def source_log_softmax(self, energies: Floats) -> Floats:
        """log P(class) = log P(class given parent) + log P(parent), from the roots down."""
        out = self.conditional_log_softmax(energies)
        for node in self._from_roots():
            for parent in self.parents[node]:
                out[:, self.index(node)] += out[:, self.index(parent)]
        return out

    def sink_log_softmax(self, energies: Floats) -> Floats:
        """A softmax over the leaves; an inner class is the sum of its children and its own energy is not looked at."""
        energies = _rows(energies, len(self))
        out = np.empty_like(energies)
        leaves = [i for i, node in enumerate(self.idx_to_node) if not self.children[node]]
        if leaves:
            out[:, leaves] = _log_softmax(energies[:, leaves])
        for node in reversed(self._from_roots()):
            below = [self.index(child) for child in self.children[node]]
            if below:
                out[:, self.index(node)] = _log_sum_exp(out[:, below])[:, 0]
        return out

    def hierarchical_softmax(self, energies: Floats) -> Floats:
        """Absolute probabilities of all classes: the siblings below a class share its probability."""
        return np.asarray(np.exp(self.source_log_softmax(energies)))

    def hierarchical_loss(self, energies: Floats, targets: Integers) -> float:
        """Mean over the items of -log P(target)."""
        log_probs = self.source_log_softmax(energies)
        return float(-log_probs[np.arange(len(log_probs)), np.asarray(targets)].mean())

    def decision(
        self,
        class_probs: Floats,
        criterion: str = "gini",
        thresh: float = 0.5,
        ignore_class_idxs: Iterable[int] = (),
        always_refine_idxs: Iterable[int] = (),
    ) -> tuple[Integers, Floats]:
        """One class an item: as far down the tree as its probabilities allow.

        Args:
            class_probs: (items, classes): absolute probabilities, as of :meth:`hierarchical_softmax`.
            criterion: ``gini`` or ``entropy``: go on to the children if that lowers the impurity by more than the share
                ``thresh``; ``prob``: go on while the probability is above ``thresh``.
            thresh: see above.
            ignore_class_idxs: never answered. Not for ``prob``.
            always_refine_idxs: go on below these in any case. Not for ``prob``.

        Returns:
            Index and probability of the chosen class of every item.
        """
        probs = _rows(class_probs, len(self))
        ignored, refined = frozenset(ignore_class_idxs), frozenset(always_refine_idxs)
        if criterion == "prob":
            chosen = [self._descend(row, self.idx_groups[0], thresh) for row in probs]
        else:
            impurity = {"gini": _gini, "entropy": _entropy}[criterion]
            chosen = [self._refine(row, impurity, thresh, ignored, refined) for row in probs]
        indexes = np.array(chosen, dtype=np.int64)
        return indexes, probs[np.arange(len(probs)), indexes]

    def _refine(
        self, probs: Floats, impurity: Any, thresh: float, ignored: frozenset[int], refined: frozenset[int]
    ) -> int:
        group = [i for i in self.idx_groups[0] if i not in ignored]
        if not group:
            raise ValueError("every class to choose from is ignored")
        while True:
            best = group[int(np.argmax(probs[group]))]
            below = [i for i in map(self.index, self.children[self[best]]) if i not in ignored]
            if not below:
                return best
            others = probs[[i for i in group if i != best]]
            spread = np.full(len(below), probs[best] / len(below))  # what it would be if the children were all alike
            after, before = (impurity(np.concatenate([others, p])) for p in (probs[below], spread))
            gain = 1 - after / (before + 1e-30)
            if not (gain > thresh or len(below) == 1 or best in refined):
                return best
            group = sorted(below)

    def _descend(self, probs: Floats, group: Sequence[int], thresh: float) -> int:
        best = group[int(np.argmax(probs[group]))]
        below = sorted(map(self.index, self.children[self[best]]))
        if below and probs[best] > thresh:
            finer = self._descend(probs, below, thresh)
            if probs[finer] > thresh:
                return finer
        return best

    def _from_roots(self) -> list[str]:
        """All nodes, parents before their children."""
        order: list[str] = []
        waiting = {node: len(above) for node, above in self.parents.items()}
        ready = [node for node, above in waiting.items() if above == 0]
        while ready:
            node = ready.pop()
            order.append(node)
            for child in self.children[node]:
                waiting[child] -= 1
                if waiting[child] == 0:
                    ready.append(child)
        return order


def _ids(nodes: Sequence[str], attributes: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    given = {node: int(attributes[node]["id"]) for node in nodes if attributes[node].get("id") is not None}
    largest = max([0, *given.values()])
    ids = {}
    for node in nodes:
        ids[node] = given.get(node, largest + 1)
        largest = max(largest, ids[node])
    return ids


def _rows(values: Any, columns: int) -> Floats:
    rows = np.asarray(values)
    if rows.ndim != 2 or rows.shape[1] != columns:
        raise ValueError(f"shape {rows.shape} (expected: (items, {columns}))")
    return rows if rows.dtype.kind == "f" else rows.astype(np.float64)


def _log_sum_exp(x: Floats) -> Floats:
    top = x.max(axis=1, keepdims=True)
    return np.asarray(top + np.log(np.exp(x - top).sum(axis=1, keepdims=True)))


def _log_softmax(x: Floats) -> Floats:
    return x - _log_sum_exp(x)


def _gini(p: Floats) -> float:
    return float(1 - (p**2).sum())


def _entropy(p: Floats) -> float:
    p = p[p > 0]
    return float(-(p * np.log2(p)).sum())
