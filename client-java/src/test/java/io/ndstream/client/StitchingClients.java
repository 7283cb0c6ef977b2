package io.ndstream.client;

import io.ndstream.v1.AccumulateRequest;
import io.ndstream.v1.OpenRunRequest;
import io.ndstream.v1.WindowAck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Two clients that share the windows of two runs. Image by image each sends its half in an order of
 * its own; when both have, one of them has the rasters written and merged.
 */
final class StitchingClients implements AutoCloseable {
  private static final int CLIENTS = 2;
  private static final int SOME = 4;

  private final String address;
  private final long seed;
  private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
  private final CyclicBarrier barrier = new CyclicBarrier(CLIENTS);
  private final Semaphore ration = new Semaphore(0);
  private final List<Client> clients = new ArrayList<>();
  private final List<Future<?>> ends = new ArrayList<>();
  // @GuardedBy("this")
  private final List<Sent> acknowledged = new ArrayList<>();
  // @GuardedBy("this")
  private int windows;
  // @GuardedBy("this")
  private int rasters;

  /** A window by what it is made of. */
  record Sent(String run, long image, int number) {}

  StitchingClients(String address, long seed) {
    this.address = address;
    this.seed = seed;
  }

  void start() {
    for (int i = 0; i < CLIENTS; i++) {
      int self = i;
      Client client = connect();
      clients.add(client);
      ends.add(threads.submit(() -> run(self, client)));
    }
  }

  private Client connect() {
    return Client.connect(address, ClientOptions.DEFAULT.withPatience(Duration.ofMinutes(2)));
  }

  private Void run(int self, Client client) throws Exception {
    Random random = new Random(seed + self);
    List<OpenRunRequest> requests = Predictions.runs();
    List<StitchRun> runs = requests.stream().map(client::stitch).toList();
    for (long image : Predictions.IMAGES) {
      for (int number : half(self, random)) {
        for (int r = 0; r < runs.size(); r++) {
          String name = requests.get(r).getRun();
          ration.acquire();
          runs.get(r).add(Predictions.window(name, image, number));
          note(new Sent(name, image, number));
        }
      }
      barrier.await();
      if (image % CLIENTS == self) {
        for (StitchRun run : runs) {
          beginRaster();
          run.finalizeImage(image);
          beginRaster();
          run.flush();
        }
      }
    }
    return null;
  }

  private static List<Integer> half(int self, Random random) {
    List<Integer> numbers = new ArrayList<>();
    for (int number = self; number < Predictions.WINDOWS; number += CLIENTS) {
      numbers.add(number);
    }
    Collections.shuffle(numbers, random);
    return numbers;
  }

  private synchronized void note(Sent window) {
    acknowledged.add(window);
    windows++;
    notifyAll();
  }

  private synchronized void beginRaster() {
    rasters++;
    notifyAll();
  }

  /** Lets the clients send so many windows more. */
  void allow(int more) {
    ration.release(more);
  }

  /** Waits until so many windows more were acknowledged, or for the next step to a raster. */
  synchronized void await(int more) throws InterruptedException {
    int windowsThen = windows + more;
    int rastersThen = rasters + 1;
    while (windows < windowsThen
        && rasters < rastersThen
        && ends.stream().noneMatch(Future::isDone)) {
      wait(100);
    }
  }

  synchronized List<Sent> acknowledged() {
    return List.copyOf(acknowledged);
  }

  synchronized List<Sent> someAcknowledged(Random random) {
    return acknowledged.stream()
        .filter(window -> random.nextInt(acknowledged.size()) < SOME)
        .toList();
  }

  /** Sends windows once more; returns what the server says to them. */
  List<WindowAck> again(List<Sent> windows) {
    List<WindowAck> acks = new ArrayList<>();
    try (Client client = connect()) {
      for (OpenRunRequest request : Predictions.runs()) {
        AccumulateRequest.Builder message = AccumulateRequest.newBuilder().setRun(request.getRun());
        windows.stream()
            .filter(window -> window.run.equals(request.getRun()))
            .forEach(w -> message.addWindows(Predictions.window(w.run, w.image, w.number)));
        acks.addAll(client.stitch(request).send(message.build()).getAcksList());
      }
    }
    return acks;
  }

  void join() throws Exception {
    for (Future<?> end : ends) {
      end.get(5, TimeUnit.MINUTES);
    }
  }

  void finish() {
    try (Client client = connect()) {
      Predictions.runs().forEach(request -> client.stitch(request).finish());
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    clients.forEach(Client::close);
  }
}
