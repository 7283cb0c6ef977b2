package io.ndstream.coco;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Collects nodes and edges in order of appearance. Not for sharing. */
public final class CategoryTreeBuilder {
  private final Map<String, Integer> indexes = new LinkedHashMap<>();
  private final List<ObjectNode> attributes = new ArrayList<>();
  private final List<List<Integer>> children = new ArrayList<>();

  /** Adds a node, or attributes to the node of this name. */
  CategoryTreeBuilder node(String name, ObjectNode more) {
    attributes.get(indexOf(name)).setAll(more);
    return this;
  }

  public CategoryTreeBuilder node(String name) {
    indexOf(name);
    return this;
  }

  /** Adds an edge and the nodes it lacks. */
  public CategoryTreeBuilder edge(String parent, String child) {
    int from = indexOf(parent);
    int to = indexOf(child);
    if (!children.get(from).contains(to)) {
      children.get(from).add(to);
    }
    return this;
  }

  CategoryTreeBuilder category(Category category) {
    ObjectNode row =
        JsonNodeFactory.instance.objectNode().put("id", category.id()).put("name", category.name());
    if (category.supercategory() != null) {
      row.put("supercategory", category.supercategory());
    }
    if (!category.keypoints().isEmpty()) {
      category.keypoints().forEach(row.putArray("keypoints")::add);
    }
    return category(row, true);
  }

  /**
   * Adds a kwcoco category.
   *
   * @param allowSelf whether an edge from a name to itself is left out, else it is added and the
   *     tree will be refused
   */
  CategoryTreeBuilder category(ObjectNode row, boolean allowSelf) {
    String name = row.path("name").asText();
    node(name, row);
    if (row.hasNonNull("supercategory")) {
      String parent = row.get("supercategory").asText();
      if (!allowSelf || !parent.equals(name)) {
        edge(parent, name);
      }
    }
    return this;
  }

  private int indexOf(String name) {
    Integer known = indexes.get(name);
    if (known != null) {
      return known;
    }
    indexes.put(name, attributes.size());
    attributes.add(JsonNodeFactory.instance.objectNode());
    children.add(new ArrayList<>());
    return attributes.size() - 1;
  }

  /**
   * @throws LoaderException BAD_CATEGORIES if there is a cycle, with or against the direction of
   *     edges
   */
  public CategoryTree build() {
    requireForest();
    List<String> names = List.copyOf(indexes.keySet());
    return new CategoryTree(
        names, ids(), attributes, children, IntStream.range(0, names.size()).toArray());
  }

  private long[] ids() {
    long highest = 0;
    for (ObjectNode node : attributes) {
      highest = Math.max(highest, node.path("id").asLong(0));
    }
    long[] ids = new long[attributes.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] =
          attributes.get(i).hasNonNull("id") ? attributes.get(i).get("id").asLong() : highest + 1;
      highest = Math.max(highest, ids[i]);
    }
    return ids;
  }

  /** Joins the ends of edge after edge: an edge within what is joined already closes a cycle. */
  private void requireForest() {
    int[] joined = IntStream.range(0, children.size()).toArray();
    List<String> names = List.copyOf(indexes.keySet());
    for (int node = 0; node < children.size(); node++) {
      for (int child : children.get(node)) {
        int a = root(joined, node);
        int b = root(joined, child);
        if (a == b) {
          throw LoaderException.of(
              Reason.BAD_CATEGORIES, "cycle_through", names.get(node) + " -> " + names.get(child));
        }
        joined[a] = b;
      }
    }
  }

  private static int root(int[] joined, int node) {
    int root = node;
    while (joined[root] != root) {
      root = joined[root];
    }
    return root;
  }
}
