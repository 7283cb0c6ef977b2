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

  IssueCode code() {
    return code;
  }
}
