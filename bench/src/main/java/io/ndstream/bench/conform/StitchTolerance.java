package io.ndstream.bench.conform;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.List;

/** How closely a recorded case must be met. NaN equals NaN, infinity itself. */
record StitchTolerance(double rtol, double atol) {
  static StitchTolerance of(JsonNode c) {
    return new StitchTolerance(c.at("/tol/rtol").asDouble(), c.at("/tol/atol").asDouble());
  }

  void check(String what, double[] found, double[] wanted) {
    same(what + " elements", found.length, wanted.length);
    for (int i = 0; i < wanted.length; i++) {
      boolean equal = Double.compare(found[i], wanted[i]) == 0 || found[i] == wanted[i];
      if (!equal && !(Math.abs(found[i] - wanted[i]) <= atol + rtol * Math.abs(wanted[i]))) {
        throw new AssertionError(
            what + "[" + i + "]: " + found[i] + " (expected " + wanted[i] + ")");
      }
    }
  }

  static void same(String what, Object found, Object wanted) {
    if (!found.equals(wanted)) {
      throw new AssertionError(what + ": " + found + " (expected " + wanted + ")");
    }
  }

  /** The reason a status carries, or empty. */
  static String reason(StatusRuntimeException e) {
    com.google.rpc.Status status = StatusProto.fromThrowable(e);
    for (Any detail : status == null ? List.<Any>of() : status.getDetailsList()) {
      try {
        if (detail.is(ErrorInfo.class)) {
          return detail.unpack(ErrorInfo.class).getReason();
        }
      } catch (InvalidProtocolBufferException bad) {
        throw new AssertionError("malformed error detail", bad);
      }
    }
    return "";
  }
}
