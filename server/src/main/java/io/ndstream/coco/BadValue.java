package io.ndstream.coco;

/**
 * Ends the reading of one value at its first mistake. Never leaves the package; carries no stack
 * trace, for it is no surprise.
 */
final class BadValue extends Exception {
  private static final long serialVersionUID = 1;

  private final transient IssueCode code;
  private final transient Where where;

  BadValue(IssueCode code, Where where, String message) {
    super(message, null, false, false);
    this.code = code;
    this.where = where;
  }

  IssueCode code() {
    return code;
  }

  Where where() {
    return where;
  }
}
