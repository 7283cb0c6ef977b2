package io.ndstream.coco;

import java.io.IOException;

/**
 * The bytes of a manifest cannot be read further. Travels through the JSON parser as the I/O
 * failure it is.
 */
final class FatalInput extends IOException {
  private static final long serialVersionUID = 1;

  private final IssueCode code;

  FatalInput(IssueCode code, String message) {
    super(message);
    this.code = code;
  }

  /**
   * @param at offset in the document
   */
  static FatalInput syntax(String what, long at) {
    return new FatalInput(IssueCode.JSON_SYNTAX, what + " at byte " + at);
  }

  /** A byte that cannot stand there. */
  static FatalInput unexpected(byte found, String wanted, long at) {
    String shown =
        found > ' ' && found < 127
            ? "\"" + (char) found + "\""
            : String.format("byte 0x%02x", found & 0xff);
    return syntax("found " + shown + " instead of " + wanted, at);
  }

  IssueCode code() {
    return code;
  }
}
