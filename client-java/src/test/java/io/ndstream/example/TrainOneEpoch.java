package io.ndstream.example;

import io.ndstream.client.BatchStream;
import io.ndstream.client.Client;
import io.ndstream.client.LocalServer;
import io.ndstream.client.NdArray;
import io.ndstream.v1.Batch;
import io.ndstream.v1.PlanSpec;
import io.ndstream.v1.Selection;
import io.ndstream.v1.Target;
import java.io.PrintStream;
import java.util.List;

/**
 * Starts a server on a data set, streams one epoch, and computes the mean colour of positives and
 * negatives.
 */
public final class TrainOneEpoch {
  private TrainOneEpoch() {}

  public static void main(String[] args) {
    run(args.length > 0 ? args[0] : "toy:shapes8-gsize128", System.out);
  }

  static void run(String dataset, PrintStream out) {
    try (LocalServer server = LocalServer.start(List.of(dataset));
        Client client = Client.connect(server.address())) {
      PlanSpec plan =
          PlanSpec.newBuilder()
              .setBatchSize(8)
              .setSeed(1)
              .addWindowDims(32)
              .addWindowDims(32)
              .setSelection(Selection.newBuilder().setNegToPosRatio(1))
              .setTemplate(Target.newBuilder().setAxes("CHW"))
              .build();
      double[] sums = new double[2];
      long[] counts = new long[2];
      try (BatchStream batches = client.batches(plan)) {
        while (batches.hasNext()) {
          Batch batch = batches.next();
          NdArray pixels = NdArray.of(batch.getPixels());
          NdArray positive = NdArray.of(batch.getPositive());
          for (int row = 0; row < positive.size(); row++) {
            int kind = (int) positive.longAt(row);
            sums[kind] += mean(pixels.at(row));
            counts[kind]++;
          }
        }
        out.printf(
            "%d batches, %d samples%n",
            batches.trailer().getBatches(), batches.trailer().getSamples());
      }
      out.printf("mean of %d positives: %.1f%n", counts[1], sums[1] / counts[1]);
      out.printf("mean of %d negatives: %.1f%n", counts[0], sums[0] / counts[0]);
    }
  }

  private static double mean(NdArray pixels) {
    double sum = 0;
    int size = Math.toIntExact(pixels.size());
    for (int i = 0; i < size; i++) {
      sum += pixels.doubleAt(i);
    }
    return sum / size;
  }
}
