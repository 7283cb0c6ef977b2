package io.ndstream.client;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractStub;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What all calls have in common: a deadline, errors as {@link NdstreamException}, lists over pages.
 */
record Calls(Duration deadline) {
  static final int PAGE = 1000;

  <S extends AbstractStub<S>, T> T unary(S stub, Function<S, T> call) {
    return translated(
        () -> call.apply(stub.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS)));
  }

  static <T> T translated(Supplier<T> call) {
    try {
      return call.get();
    } catch (StatusRuntimeException e) {
      throw NdstreamException.of(e);
    }
  }

  /** All rows, page after page as they are asked for. */
  static <R, T> Iterable<T> pages(
      Function<String, R> ask, Function<R, List<T>> rows, Function<R, String> next) {
    return () -> new Pages<>(ask, rows, next);
  }

  private static final class Pages<R, T> implements Iterator<T> {
    private final Function<String, R> ask;
    private final Function<R, List<T>> rows;
    private final Function<R, String> next;
    private Iterator<T> page = List.<T>of().iterator();
    private String token = "";
    private boolean last;

    Pages(Function<String, R> ask, Function<R, List<T>> rows, Function<R, String> next) {
      this.ask = ask;
      this.rows = rows;
      this.next = next;
    }

    @Override
    public boolean hasNext() {
      while (!page.hasNext() && !last) {
        R answer = ask.apply(token);
        page = rows.apply(answer).iterator();
        token = next.apply(answer);
        last = token.isEmpty();
      }
      return page.hasNext();
    }

    @Override
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return page.next();
    }
  }
}
