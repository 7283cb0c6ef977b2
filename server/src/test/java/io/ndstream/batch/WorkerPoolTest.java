package io.ndstream.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class WorkerPoolTest {
  private static final class Scratch implements AutoCloseable {
    static final AtomicInteger OPEN = new AtomicInteger();

    Scratch() {
      OPEN.incrementAndGet();
    }

    @Override
    public void close() {
      OPEN.decrementAndGet();
    }
  }

  private record Job(Runnable work, Consumer<LoaderException> refused)
      implements WorkerPool.Task<Scratch> {
    @Override
    public void run(Scratch scratch, long queuedNanos) {
      work.run();
    }

    @Override
    public void refused(LoaderException why) {
      refused.accept(why);
    }
  }

  private static Job job(Runnable work) {
    return new Job(work, why -> {});
  }

  @Test
  void lanesTakeTurns() throws InterruptedException {
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch gate = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(5);
    try (WorkerPool<Scratch> pool = new WorkerPool<>(1, Scratch::new)) {
      WorkerPool<Scratch>.Lane busy = pool.lane();
      busy.submit(job(() -> await(gate)));
      for (int i = 0; i < 4; i++) {
        String name = "a" + i;
        busy.submit(
            job(
                () -> {
                  order.add(name);
                  done.countDown();
                }));
      }
      pool.lane()
          .submit(
              job(
                  () -> {
                    order.add("b");
                    done.countDown();
                  }));
      gate.countDown();
      assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(order.indexOf("b")).isLessThanOrEqualTo(1);
    assertThat(order).filteredOn(s -> s.startsWith("a")).containsExactly("a0", "a1", "a2", "a3");
  }

  @Test
  void closingRefusesWhatWaitsAndLeavesNothing() throws InterruptedException {
    CountDownLatch gate = new CountDownLatch(1);
    CountDownLatch started = new CountDownLatch(1);
    List<Reason> refused = Collections.synchronizedList(new ArrayList<>());
    WorkerPool<Scratch> pool = new WorkerPool<>(2, Scratch::new);
    WorkerPool<Scratch>.Lane lane = pool.lane();
    WorkerPool<Scratch>.Lane other = pool.lane();
    for (WorkerPool<Scratch>.Lane l : List.of(lane, other)) {
      l.submit(
          job(
              () -> {
                started.countDown();
                await(gate);
              }));
    }
    assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
    for (int i = 0; i < 3; i++) {
      lane.submit(new Job(() -> refused.add(null), why -> refused.add(why.reason())));
    }
    Thread closer = new Thread(pool::close);
    closer.start();
    while (refused.size() < 3) {
      Thread.sleep(1);
    }
    gate.countDown();
    closer.join();
    lane.submit(new Job(() -> refused.add(null), why -> refused.add(why.reason())));
    assertThat(refused).containsOnly(Reason.DRAINING).hasSize(4);
    assertThat(Scratch.OPEN).hasValue(0);
  }

  @Test
  void aTaskThatThrowsDoesNotCostAWorker() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    try (WorkerPool<Scratch> pool = new WorkerPool<>(1, Scratch::new)) {
      WorkerPool<Scratch>.Lane lane = pool.lane();
      lane.submit(
          job(
              () -> {
                throw new IllegalStateException("a bug, on purpose");
              }));
      lane.submit(job(done::countDown));
      assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
