package io.ndstream.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Drainable;
import io.ndstream.pixels.ByteBudget;
import io.ndstream.pixels.HeapSlot;
import io.ndstream.pixels.SlotPool;
import io.ndstream.v1.Batch;
import io.ndstream.v1.DType;
import io.ndstream.v1.StreamBatchesResponse;
import io.ndstream.v1.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OutgoingTest {

  @Test
  void composedBytesParseAsTheMessage() throws Exception {
    for (int size : new int[] {0, 1, 127, 128, 70_000}) {
      ByteBudget budget = new ByteBudget(1 << 20);
      HeapSlot slot = new SlotPool(budget).claim(size + 1);
      new Random(size).nextBytes(slot.array());
      Tensor head =
          Tensor.newBuilder().setDtype(DType.DTYPE_UINT8).addShape(size).setAxes("N").build();
      Batch rest = Batch.newBuilder().setIndex(7).setResumeToken("t").build();

      Outgoing message = compose(head, rest, slot, size);
      byte[] drained = drain(message);
      StreamBatchesResponse parsed = StreamBatchesResponse.parseFrom(drained);

      assertThat(drained).hasSize(message.length());
      assertThat(parsed.getBatch().getIndex()).isEqualTo(7);
      assertThat(parsed.getBatch().getPixels().getShape(0)).isEqualTo(size);
      assertThat(parsed.getBatch().getPixels().getData().toByteArray())
          .isEqualTo(Arrays.copyOfRange(slot.array(), 1, size + 1));
      assertThat(budget.used()).as("closed after sending").isZero();
    }
  }

  @Test
  void readingInSmallStepsGivesTheSameBytesAsDraining() throws Exception {
    HeapSlot slot = new SlotPool(new ByteBudget(1 << 20)).claim(1001);
    new Random(3).nextBytes(slot.array());
    Outgoing message = compose(Tensor.getDefaultInstance(), Batch.getDefaultInstance(), slot, 1000);
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    try (InputStream in = Outgoing.marshaller().stream(message)) {
      for (int b = in.read(); b >= 0; b = in.read()) {
        read.write(b);
        byte[] some = new byte[13];
        int n = in.read(some);
        read.write(some, 0, Math.max(0, n));
      }
    }
    assertThat(read.toByteArray()).isEqualTo(drain(message));
  }

  private static Outgoing compose(Tensor head, Batch rest, HeapSlot slot, int size) {
    var tensor =
        new Outgoing.Composer().fields(head).bytes(Tensor.DATA_FIELD_NUMBER, slot.array(), 1, size);
    var batch = new Outgoing.Composer().fields(rest).message(Batch.PIXELS_FIELD_NUMBER, tensor);
    return new Outgoing.Composer()
        .message(StreamBatchesResponse.BATCH_FIELD_NUMBER, batch)
        .build(slot);
  }

  private static byte[] drain(Outgoing message) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (InputStream in = Outgoing.marshaller().stream(message)) {
      ((Drainable) in).drainTo(out);
    }
    return out.toByteArray();
  }
}
