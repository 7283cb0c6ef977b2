package io.ndstream.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.Random;

/**
 * Fills messages of any type with values that a careless or hostile client might send. Some are
 * sensible, or nothing would get far.
 */
final class RandomMessages {
  private static final long[] WHOLE = {
    0,
    1,
    2,
    -1,
    -5,
    47,
    64,
    1000,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 40,
    Long.MIN_VALUE,
    Long.MAX_VALUE
  };
  private static final double[] REAL = {
    0,
    1,
    0.5,
    2,
    -1,
    1e-9,
    1e9,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    1e300
  };
  private static final String[] TEXT = {
    "",
    "r",
    "r|g|b",
    "<all>",
    "r|",
    "a:9999999999",
    "|||",
    "r,g",
    "S2:(r|g),b",
    "(",
    "x".repeat(20_000),
    "\u00e9",
    "\0",
    "a\nb",
    "../../etc/passwd",
    "/etc/passwd",
    "float",
    "float32",
    "cubic",
    "CHW",
    "THWC",
    "largest",
    "edge",
    "star",
    "%s%n"
  };
  private static final int DEPTH = 3;

  private final Random random;

  RandomMessages(long seed) {
    random = new Random(seed);
  }

  Message like(Message prototype) {
    return fill(prototype.newBuilderForType(), 0);
  }

  private Message fill(Message.Builder message, int depth) {
    double share = depth == 0 ? 0.5 : depth < DEPTH ? 0.35 : 0.1;
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      // A data set that is not there ends most requests at once.
      boolean set = random.nextDouble() < (field.getName().equals("dataset") ? 0.03 : share);
      if (!set || field.isMapField()) {
        continue;
      }
      if (!field.isRepeated()) {
        message.setField(field, value(message, field, depth));
        continue;
      }
      for (int i = 1 + random.nextInt(3); i > 0; i--) {
        message.addRepeatedField(field, value(message, field, depth));
      }
    }
    return message.buildPartial();
  }

  private Object value(Message.Builder message, FieldDescriptor field, int depth) {
    switch (field.getJavaType()) {
      case MESSAGE:
        return fill(message.newBuilderForField(field), depth + 1);
      case BOOLEAN:
        return random.nextBoolean();
      case STRING:
        return TEXT[random.nextInt(TEXT.length)];
      case BYTE_STRING:
        return ByteString.copyFrom(new byte[random.nextInt(200)]);
      case ENUM:
        int known = field.getEnumType().getValues().size();
        return field.getEnumType().findValueByNumberCreatingIfUnknown(random.nextInt(known + 1));
      case INT:
        return (int) whole();
      case LONG:
        return whole();
      case FLOAT:
        return (float) real();
      default:
        return real();
    }
  }

  private long whole() {
    return random.nextDouble() < 0.6 ? random.nextInt(40) : WHOLE[random.nextInt(WHOLE.length)];
  }

  private double real() {
    return random.nextBoolean() ? random.nextDouble() * 60 : REAL[random.nextInt(REAL.length)];
  }
}
