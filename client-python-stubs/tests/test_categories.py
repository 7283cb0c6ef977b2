# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from oracle import cases

from ndstream.categories import CategoryTree

CASES = [case for case in cases("regions") if case["group"] == "category_tree" and case["level"] == "exact"]
ERRORS = {"value_error": ValueError, "type_error": TypeError}


def of_call(*calls: str) -> Any:
    chosen = [case for case in CASES if case["call"].split(".")[1] in calls]
    assert chosen, "the recorded cases have moved"
    return pytest.mark.parametrize("case", chosen, ids=[case["id"] for case in chosen])


def tree(args: dict[str, Any]) -> CategoryTree:
    if "from_mutex" in args:
        return CategoryTree.from_names(args["from_mutex"], background_is_zero=args["bg_hack"])
    if "dataset_categories" in args:
        return CategoryTree.from_coco(args["dataset_categories"], skip_self=True)
    return CategoryTree.coerce(args["dict_of_lists"] if "dict_of_lists" in args else args["coerce"])


def sets(of: dict[int, set[int]]) -> dict[str, list[int]]:
    return {str(i): sorted(others) for i, others in of.items()}


@of_call("build")
def test_trees_are_built_as_recorded(case: dict[str, Any]) -> None:
    if "expect_error" in case:
        with pytest.raises(ERRORS[case["expect_error"]]):
            tree(case["args"])
        return
    built, expect = tree(case["args"]), case["expect"]
    assert built.idx_to_node == expect["idx_to_node"]
    assert built.node_to_id == expect["node_to_id"]
    assert {str(i): node for i, node in built.id_to_node.items()} == expect["id_to_node"]
    assert built.idx_to_id == expect["idx_to_id"]
    assert built.idx_groups == expect["idx_groups"]
    assert built.is_mutex == expect["is_mutex"]
    assert len(built) == built.num_classes == expect["num_classes"]
    assert sets(built.idx_to_ancestor_idxs(include_self=False)) == expect["ancestors"]
    assert sets(built.idx_to_ancestor_idxs()) == expect["ancestors_with_self"]
    assert sets(built.idx_to_descendants_idxs()) == expect["descendants"]
    distance = [[None if np.isnan(d) else d for d in row] for row in built.idx_pairwise_distance.tolist()]
    assert distance == expect["pairwise_distance"]


@of_call("softmax")
def test_probabilities_are_as_recorded(case: dict[str, Any]) -> None:
    built, energies = tree(case["args"]), np.array(case["args"]["energy"])
    for method, expect in case["expect"].items():
        np.testing.assert_allclose(
            getattr(built, method)(energies), expect, rtol=case["tol"], atol=case["tol"], err_msg=method
        )


@of_call("decision")
def test_decisions_are_as_recorded(case: dict[str, Any]) -> None:
    args = dict(case["args"])
    built, probs = tree(args), np.array(args.pop("class_probs"))
    options = {k: v for k, v in args.items() if k not in ("dict_of_lists", "coerce")}
    if "expect_error" in case:
        with pytest.raises((ValueError, KeyError)):
            built.decision(probs, **options)
        return
    indexes, confidence = built.decision(probs, **options)
    assert indexes.tolist() == case["expect"]["pred_idxs"]
    np.testing.assert_allclose(confidence, case["expect"]["pred_conf"], atol=1e-12)


def test_probabilities_of_siblings_add_up_to_their_parents() -> None:
    built = CategoryTree({"a": ["b", "c"], "c": ["d", "e"], "f": []})
    probs = built.hierarchical_softmax(np.random.default_rng(1).normal(size=(50, 6)))
    of = {node: probs[:, built.index(node)] for node in built}
    np.testing.assert_allclose(of["a"] + of["f"], 1)
    np.testing.assert_allclose(of["b"] + of["c"], of["a"])
    np.testing.assert_allclose(of["d"] + of["e"], of["c"])


def test_the_loss_is_least_where_the_target_is_certain() -> None:
    built = CategoryTree.coerce(3)
    energies = np.array([[9.0, 0.0, 0.0]])
    assert built.hierarchical_loss(energies, np.array([0])) < 1e-3
    assert built.hierarchical_loss(energies, np.array([1])) > 8
