package io.ndstream.coco;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Classes and which of them are parts of which. Every class has a name, an id and an index; indexes
 * count in the order in which names first appear. A node may have two parents, but what needs a
 * tree then fails. Immutable.
 */
public final class CategoryTree {
  private final List<String> names;
  private final long[] ids;
  private final List<ObjectNode> attributes;
  private final List<List<Integer>> children;
  private final List<List<Integer>> parents;

  /**
   * Index of the node at each position of the graph; ancestors and descendants are counted in
   * these. The identity but for one case.
   */
  private final int[] graphOrder;

  private final Map<String, Integer> indexOfName = new HashMap<>();

  CategoryTree(
      List<String> names,
      long[] ids,
      List<ObjectNode> attributes,
      List<List<Integer>> children,
      int[] graphOrder) {
    this.names = List.copyOf(names);
    this.ids = ids;
    this.attributes = List.copyOf(attributes);
    this.children = children.stream().map(List::copyOf).toList();
    this.graphOrder = graphOrder;
    List<List<Integer>> up = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      indexOfName.put(names.get(i), i);
      up.add(new ArrayList<>());
    }
    for (int i = 0; i < names.size(); i++) {
      for (int child : children.get(i)) {
        up.get(child).add(i);
      }
    }
    this.parents = up.stream().map(List::copyOf).toList();
  }

  /** The categories of a data set; a class that is its own supercategory is a root. */
  public static CategoryTree of(List<Category> categories) {
    CategoryTreeBuilder builder = new CategoryTreeBuilder();
    for (Category category : categories) {
      builder.category(category);
    }
    return builder.build();
  }

  /** Classes. */
  public int size() {
    return names.size();
  }

  public String name(int index) {
    return names.get(index);
  }

  public List<String> names() {
    return names;
  }

  public long id(int index) {
    return ids[index];
  }

  /** Index of a name, or -1. */
  public int indexOf(String name) {
    return indexOfName.getOrDefault(name, -1);
  }

  /** Index of an id, or -1; of several nodes with one id the last. */
  public int indexOfId(long id) {
    int found = -1;
    for (int i = 0; i < ids.length; i++) {
      found = ids[i] == id ? i : found;
    }
    return found;
  }

  /** In the order of the edges. */
  public List<Integer> children(int index) {
    return children.get(index);
  }

  public List<Integer> parents(int index) {
    return parents.get(index);
  }

  /**
   * The one parent, or -1 for a root.
   *
   * @throws LoaderException BAD_CATEGORIES if there are two
   */
  public int parent(int index) {
    if (parents.get(index).size() > 1) {
      throw LoaderException.of(
          Reason.BAD_CATEGORIES, "node", names.get(index), "parents", parents.get(index).size());
    }
    return parents.get(index).isEmpty() ? -1 : parents.get(index).get(0);
  }

  ObjectNode attributes(int index) {
    return attributes.get(index);
  }

  /** The node's attributes as one JSON object. */
  public String attributesJson(int index) {
    return attributes.get(index).toString();
  }

  /** Whether all classes are roots. */
  public boolean isFlat() {
    return children.stream().allMatch(List::isEmpty);
  }

  /** Nodes above this one, or below it, ascending. */
  public List<Integer> ancestors(int index) {
    return related(index, parents);
  }

  public List<Integer> descendants(int index) {
    return related(index, children);
  }

  private List<Integer> related(int index, List<List<Integer>> next) {
    TreeSet<Integer> found = new TreeSet<>();
    collect(graphOrder[index], next, found);
    int[] position = positions();
    return found.stream().map(node -> position[node]).sorted().toList();
  }

  private static void collect(int node, List<List<Integer>> next, TreeSet<Integer> found) {
    for (int other : next.get(node)) {
      if (found.add(other)) {
        collect(other, next, found);
      }
    }
  }

  private int[] positions() {
    int[] position = new int[graphOrder.length];
    for (int i = 0; i < graphOrder.length; i++) {
      position[graphOrder[i]] = i;
    }
    return position;
  }

  /** Steps from each node (row) to each (column): positive down, negative up, NaN if unrelated. */
  public double[][] distances() {
    double[][] distances = new double[size()][size()];
    for (double[] row : distances) {
      Arrays.fill(row, Double.NaN);
    }
    for (int i = 0; i < size(); i++) {
      List<Integer> level = List.of(i);
      for (int steps = 0; !level.isEmpty(); steps++) {
        for (int node : level) {
          if (Double.isNaN(distances[i][node])) {
            distances[i][node] = steps;
            distances[node][i] = steps == 0 ? 0 : -steps;
          }
        }
        level = level.stream().flatMap(node -> children.get(node).stream()).toList();
      }
    }
    return distances;
  }

  /**
   * Groups of siblings: the roots, then for each member of a group its children and, at once,
   * theirs. Members ascend. An empty tree has one empty group.
   */
  public List<List<Integer>> groups() {
    List<List<Integer>> groups = new ArrayList<>();
    addGroups(roots(), groups);
    return groups;
  }

  List<Integer> roots() {
    List<Integer> roots = new ArrayList<>();
    for (int node : graphOrder) {
      if (parents.get(node).isEmpty()) {
        roots.add(node);
      }
    }
    return roots;
  }

  private void addGroups(List<Integer> group, List<List<Integer>> groups) {
    groups.add(group.stream().sorted().toList());
    for (int member : group) {
      if (!children.get(member).isEmpty()) {
        addGroups(children.get(member), groups);
      }
    }
  }

  /** Nodes on the longest way down; 0 for an empty tree. */
  public int maxDepth() {
    return roots().stream().mapToInt(this::depth).max().orElse(0);
  }

  private int depth(int node) {
    return 1 + children.get(node).stream().mapToInt(this::depth).max().orElse(0);
  }

  /** Members of the largest group. */
  public int maxBreadth() {
    return groups().stream().mapToInt(List::size).max().orElse(0);
  }

  /** Id of the class named exactly "background", else 0 even if that is another class. */
  public long backgroundId() {
    int index = indexOf("background");
    return index < 0 ? 0 : ids[index];
  }

  /**
   * The tree of some nodes, in this order, attributes kept.
   *
   * @param closure whether kept nodes are joined where only nodes left out lie between; else all
   *     edges of the kept nodes stay and bring children that were not asked for
   * @throws LoaderException UNKNOWN_CATEGORY
   */
  public CategoryTree subgraph(List<String> nodes, boolean closure) {
    CategoryTreeBuilder builder = new CategoryTreeBuilder();
    for (String node : nodes) {
      if (indexOf(node) < 0) {
        throw LoaderException.of(Reason.UNKNOWN_CATEGORY, "category", node);
      }
      builder.node(node, attributes.get(indexOf(node)));
    }
    for (String node : nodes) {
      for (String child : closure ? keptBelow(indexOf(node), nodes) : childNames(indexOf(node))) {
        builder.edge(node, child);
      }
    }
    return builder.build();
  }

  private List<String> childNames(int node) {
    return children.get(node).stream().map(names::get).toList();
  }

  private List<String> keptBelow(int node, List<String> kept) {
    TreeSet<Integer> found = new TreeSet<>();
    nearestKept(node, kept, found);
    return kept.stream().filter(name -> found.contains(indexOf(name))).toList();
  }

  private void nearestKept(int node, List<String> kept, TreeSet<Integer> found) {
    for (int child : children.get(node)) {
      if (kept.contains(names.get(child))) {
        found.add(child);
      } else {
        nearestKept(child, kept, found);
      }
    }
  }

  /** The subgraph of these classes, with closure. */
  public CategoryTree take(List<Integer> indexes) {
    return subgraph(indexes.stream().map(names::get).toList(), true);
  }
}
