package io.ndstream.coco;

/**
 * A place in the document. Becomes a JSON pointer only when an issue needs one, for most rows have
 * none.
 */
final class Where {
  static final Where ROOT = new Where(null, null, 0);

  private final Where parent;
  private final String name;
  private final int index;

  private Where(Where parent, String name, int index) {
    this.parent = parent;
    this.name = name;
    this.index = index;
  }

  Where key(String member) {
    return new Where(this, member, 0);
  }

  Where item(int position) {
    return new Where(this, null, position);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    write(text);
    return text.toString();
  }

  private void write(StringBuilder text) {
    if (parent == null) {
      return;
    }
    parent.write(text);
    text.append('/')
        .append(
            name == null ? Integer.toString(index) : name.replace("~", "~0").replace("/", "~1"));
  }
}
