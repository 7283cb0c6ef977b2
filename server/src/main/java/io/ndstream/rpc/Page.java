package io.ndstream.rpc;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;

/** Pages of a list that does not change: the token is the position of the next row. */
record Page(int from, int to, String nextToken) {
  private static final int DEFAULT_SIZE = 100;
  private static final int LARGEST_SIZE = 1000;

  /**
   * @param size rows wanted; 0: the default; larger than the limit: the limit
   * @param token of the page before, or empty
   * @param rows of the whole list
   */
  static Page of(int size, String token, int rows) {
    return of(size, token, rows, LARGEST_SIZE);
  }

  /**
   * @param largest limit for lists whose rows are small
   */
  static Page of(int size, String token, int rows, int largest) {
    if (size < 0) {
      throw LoaderException.of(Reason.BAD_ARGUMENT, "page_size", size, "expected", ">= 0");
    }
    int from = 0;
    if (!token.isEmpty()) {
      if (!token.matches("[1-9]\\d{0,8}") || Integer.parseInt(token) > rows) {
        throw LoaderException.of(Reason.BAD_PAGE_TOKEN, "page_token", token);
      }
      from = Integer.parseInt(token);
    }
    int to = Math.min(rows, from + (size == 0 ? DEFAULT_SIZE : Math.min(size, largest)));
    return new Page(from, to, to < rows ? Integer.toString(to) : "");
  }
}
