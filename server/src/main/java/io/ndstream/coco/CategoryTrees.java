package io.ndstream.coco;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** Category trees out of and into other forms. */
public final class CategoryTrees {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String BACKGROUND = "background";

  private CategoryTrees() {}

  /** Classes class_1 … class_n with ids 0 … n - 1. */
  public static CategoryTree numbered(int count) {
    if (count < 0) {
      throw LoaderException.of(Reason.BAD_CATEGORIES, "count", count, "expected", ">= 0");
    }
    return flat(IntStream.rangeClosed(1, count).mapToObj(i -> "class_" + i).toList(), true);
  }

  /**
   * A flat list; a repeated name counts once. The id is the position of a name's first occurrence.
   *
   * @param plainIds if not, and "background" occurs, it gets id 0 and all others their position + 1
   */
  public static CategoryTree flat(List<String> names, boolean plainIds) {
    boolean shift = !plainIds && names.contains(BACKGROUND);
    CategoryTreeBuilder builder = new CategoryTreeBuilder();
    for (int i = 0; i < names.size(); i++) {
      if (names.indexOf(names.get(i)) == i) {
        int id = !shift ? i : names.get(i).equals(BACKGROUND) ? 0 : i + 1;
        builder.node(names.get(i), JsonNodeFactory.instance.objectNode().put("id", id));
      }
    }
    return builder.build();
  }

  /**
   * kwcoco categories, each a JSON object with a name.
   *
   * @param allowSelf whether a class may be its own supercategory, which then does not count
   */
  public static CategoryTree ofRows(List<String> rows, boolean allowSelf) {
    CategoryTreeBuilder builder = new CategoryTreeBuilder();
    for (String row : rows) {
      builder.category(row(row), allowSelf);
    }
    return builder.build();
  }

  private static ObjectNode row(String json) {
    if (parse(json) instanceof ObjectNode row && row.path("name").isTextual()) {
      return row;
    }
    throw LoaderException.of(
        Reason.BAD_CATEGORIES, "row", json, "expected", "a JSON object with a name");
  }

  private static JsonNode parse(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw LoaderException.caused(e, Reason.BAD_CATEGORIES, "json", e.getOriginalMessage());
    }
  }

  /** Names in lower case without spaces, in the attributes too; ids are kept. */
  public static CategoryTree normalized(CategoryTree tree) {
    CategoryTreeBuilder builder = new CategoryTreeBuilder();
    for (int i = 0; i < tree.size(); i++) {
      ObjectNode row = tree.attributes(i).deepCopy().put("id", tree.id(i));
      for (String key : List.of("name", "supercategory")) {
        if (row.hasNonNull(key)) {
          row.put(key, normal(row.get(key).asText()));
        }
      }
      builder.node(normal(tree.name(i)), row);
    }
    for (int i = 0; i < tree.size(); i++) {
      for (int child : tree.children(i)) {
        builder.edge(normal(tree.name(i)), normal(tree.name(child)));
      }
    }
    return builder.build();
  }

  private static String normal(String name) {
    return name.toLowerCase(Locale.ROOT).replace(" ", "");
  }

  /**
   * kwcoco categories, each a JSON object.
   *
   * @throws LoaderException BAD_CATEGORIES if a node has two parents
   */
  public static List<String> toRows(CategoryTree tree) {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < tree.size(); i++) {
      ObjectNode row =
          JsonNodeFactory.instance.objectNode().put("id", tree.id(i)).put("name", tree.name(i));
      row.setAll(tree.attributes(i));
      if (tree.parent(i) >= 0) {
        row.put("supercategory", tree.name(tree.parent(i)));
      }
      rows.add(row.toString());
    }
    return rows;
  }

  /**
   * One JSON object: graph (nested [name, attributes, children], siblings by name), id_to_node,
   * idx_to_node.
   */
  public static String serialize(CategoryTree tree) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.set("graph", nested(tree, tree.roots()));
    ObjectNode ids = out.putObject("id_to_node");
    ArrayNode names = out.putArray("idx_to_node");
    for (int i = 0; i < tree.size(); i++) {
      ids.put(Long.toString(tree.id(i)), tree.name(i));
      names.add(tree.name(i));
    }
    return out.toString();
  }

  private static ArrayNode nested(CategoryTree tree, List<Integer> nodes) {
    ArrayNode out = JsonNodeFactory.instance.arrayNode();
    for (int node : nodes.stream().sorted(Comparator.comparing(tree::name)).toList()) {
      ArrayNode entry = out.addArray().add(tree.name(node));
      entry.add(tree.attributes(node));
      entry.add(nested(tree, tree.children(node)));
    }
    return out;
  }

  /**
   * Reads {@link #serialize} back.
   *
   * @param asReference keep siblings by name and count relations in the order of the text, as the
   *     Python library does; else the order of siblings is that of their indexes
   */
  public static CategoryTree deserialize(String json, boolean asReference) {
    JsonNode root = parse(json);
    if (!root.path("graph").isArray()
        || !root.path("id_to_node").isObject()
        || !root.path("idx_to_node").isArray()) {
      throw LoaderException.of(
          Reason.BAD_CATEGORIES, "serialized", "expected graph, id_to_node and idx_to_node");
    }
    CategoryTreeBuilder builder = new CategoryTreeBuilder();
    addNested(root.get("graph"), null, builder);
    CategoryTree read = builder.build();
    List<String> names = new ArrayList<>();
    root.get("idx_to_node").forEach(name -> names.add(name.asText()));
    Map<String, Long> ids = new HashMap<>();
    root.get("id_to_node")
        .properties()
        .forEach(e -> ids.put(e.getValue().asText(), id(e.getKey())));
    if (!ids.keySet().equals(indexes(names).keySet())
        || names.size() != read.size()
        || !read.names().containsAll(names)) {
      throw LoaderException.of(
          Reason.BAD_CATEGORIES,
          "serialized",
          "graph, id_to_node and idx_to_node name different nodes");
    }
    return reordered(read, names, ids, asReference);
  }

  private static long id(String key) {
    if (!key.matches("-?\\d{1,18}")) {
      throw LoaderException.of(Reason.BAD_CATEGORIES, "id_to_node", key, "expected", "an integer");
    }
    return Long.parseLong(key);
  }

  private static Map<String, Integer> indexes(List<String> names) {
    Map<String, Integer> indexes = new HashMap<>();
    names.forEach(name -> indexes.put(name, indexes.size()));
    return indexes;
  }

  private static CategoryTree reordered(
      CategoryTree read, List<String> names, Map<String, Long> ids, boolean asReference) {
    Map<String, Integer> index = indexes(names);
    List<ObjectNode> attributes =
        names.stream().map(name -> read.attributes(read.indexOf(name))).toList();
    List<List<Integer>> children = new ArrayList<>();
    for (String name : names) {
      List<Integer> below =
          read.children(read.indexOf(name)).stream()
              .map(child -> index.get(read.name(child)))
              .toList();
      children.add(asReference ? below : below.stream().sorted().toList());
    }
    int[] order =
        asReference
            ? read.names().stream().mapToInt(index::get).toArray()
            : IntStream.range(0, names.size()).toArray();
    return new CategoryTree(
        names, names.stream().mapToLong(ids::get).toArray(), attributes, children, order);
  }

  private static void addNested(JsonNode nodes, String parent, CategoryTreeBuilder builder) {
    for (JsonNode entry : nodes) {
      if (!entry.path(0).isTextual() || !entry.path(1).isObject() || !entry.path(2).isArray()) {
        throw LoaderException.of(
            Reason.BAD_CATEGORIES, "graph", entry, "expected", "[name, attributes, children]");
      }
      String name = entry.get(0).asText();
      builder.node(name, (ObjectNode) entry.get(1));
      if (parent != null) {
        builder.edge(parent, name);
      }
      addNested(entry.get(2), name, builder);
    }
  }
}
