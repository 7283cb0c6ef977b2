package io.ndstream.coco;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Turns the names of files into what to open, under a {@link PathPolicy}. */
final class FileNames {
  private final String bundle;
  private final PathPolicy policy;
  private final Links links;
  private String root;

  FileNames(Path bundle, PathPolicy policy) {
    this.bundle = bundle.toString();
    this.policy = policy;
    this.root = this.bundle;
    List<String> roots = new ArrayList<>(policy.localPrefixes());
    roots.add(this.bundle);
    this.links = new Links(roots);
  }

  /**
   * Relative names are below {@code imgRoot} of the bundle: an old member that the reference has
   * come to ignore.
   */
  void useRoot(String imgRoot) {
    root =
        imgRoot.startsWith("/")
            ? PathPolicy.normalize(imgRoot)
            : PathPolicy.normalize(bundle + "/" + imgRoot);
  }

  /**
   * Reads a name.
   *
   * @return null for JSON null
   */
  static String read(JsonCursor cursor, Where where) throws IOException, BadValue {
    String name = Names.text(cursor, where, "file_name", IssueCode.PATH);
    if (name != null && name.isEmpty()) {
      throw new BadValue(IssueCode.PATH, where, "file_name is empty");
    }
    if (name != null && name.indexOf('\0') >= 0) {
      throw new BadValue(IssueCode.PATH, where, "file_name contains a NUL character");
    }
    return name;
  }

  /** What to open for a name; throws if it is not allowed. */
  String locate(String fileName, Where where) throws BadValue {
    PathPolicy.Resolved resolved = PathPolicy.resolve(fileName, bundle, root);
    String refusal = policy.refusal(fileName, resolved, bundle);
    if (refusal != null) {
      throw new BadValue(IssueCode.PATH, where, refusal);
    }
    if (!policy.everything() && resolved.isLocal() && !links.stayInside(resolved.location())) {
      String name = JsonCursor.quote(fileName);
      throw new BadValue(
          IssueCode.PATH,
          where,
          name + " is a link out of the allowed roots; allow its target with --allow-path");
    }
    return resolved.location();
  }
}
