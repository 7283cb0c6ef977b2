package io.ndstream.app;

import io.ndstream.coco.CategoryTree;
import io.ndstream.coco.CategoryTrees;
import io.ndstream.coco.Dataset;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the classes of a data set as a tree. */
@Command(
    name = "categories",
    description =
        "Prints the classes of a manifest as a tree: index, id, name and number of annotations.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: ndstream categories data.kwcoco.json"})
final class CategoriesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ManifestArgument manifest;

  @Option(names = "--json", description = "Print one JSON object: graph, id_to_node, idx_to_node.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (Dataset dataset = manifest.open()) {
      CategoryTree tree = CategoryTree.of(dataset.categories());
      if (json) {
        out.println(CategoryTrees.serialize(tree));
      } else {
        IntStream.range(0, tree.size())
            .filter(i -> tree.parent(i) < 0)
            .forEach(root -> print(dataset, tree, root, "", out));
      }
      out.flush();
    }
    return 0;
  }

  private static void print(
      Dataset dataset, CategoryTree tree, int node, String indent, PrintWriter out) {
    var annotations = dataset.annotations();
    long count =
        IntStream.range(0, annotations.size())
            .filter(
                row -> annotations.hasCategory(row) && annotations.categoryId(row) == tree.id(node))
            .count();
    out.println(
        indent
            + tree.name(node)
            + "  index "
            + node
            + ", id "
            + tree.id(node)
            + ", annotations "
            + count);
    tree.children(node).forEach(child -> print(dataset, tree, child, indent + "  ", out));
  }
}
