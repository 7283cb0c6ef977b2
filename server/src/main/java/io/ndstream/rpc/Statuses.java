package io.ndstream.rpc;

import com.google.protobuf.Any;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.ndstream.error.LoaderException;
import io.ndstream.error.OpenFiles;
import io.ndstream.error.Reason;
import io.ndstream.v1.SampleError;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where domain errors become gRPC statuses. */
public final class Statuses {
  private static final Logger LOG = LoggerFactory.getLogger(Statuses.class);
  static final String DOMAIN = "ndstream";

  private Statuses() {}

  /**
   * What a call ends with. Anything but a {@link LoaderException} is our bug: logged once, with an
   * id the client sees too.
   */
  public static StatusRuntimeException of(Throwable failure) {
    if (failure instanceof StatusRuntimeException status) {
      return status;
    }
    if (failure instanceof CancellationException) {
      return Status.CANCELLED.withDescription(failure.getMessage()).asRuntimeException();
    }
    return StatusProto.toStatusRuntimeException(proto(failure));
  }

  /** The same as a message, for errors that travel as values. */
  public static com.google.rpc.Status proto(Throwable failure) {
    if (typed(failure) instanceof LoaderException known) {
      return FittingStatus.of(known);
    }
    String id = UUID.randomUUID().toString();
    LOG.error("Unexpected failure, error id {}", id, failure);
    return com.google.rpc.Status.newBuilder()
        .setCode(Code.INTERNAL_VALUE)
        .setMessage("Unexpected failure of the server; its log names it by error id " + id)
        .addDetails(
            Any.pack(
                ErrorInfo.newBuilder()
                    .setReason("INTERNAL")
                    .setDomain(DOMAIN)
                    .putMetadata("error_id", id)
                    .build()))
        .build();
  }

  /** Any part of the server may be the one that gets no file handle. */
  private static Throwable typed(Throwable failure) {
    return !(failure instanceof LoaderException) && OpenFiles.areTooMany(failure)
        ? LoaderException.caused(failure, Reason.TOO_MANY_FILES)
        : failure;
  }

  /** A failure that is part of an answer. */
  public static SampleError sampleError(Throwable failure) {
    com.google.rpc.Status status = proto(failure);
    SampleError.Builder error =
        SampleError.newBuilder().setCode(status.getCode()).setMessage(status.getMessage());
    if (typed(failure) instanceof LoaderException known) {
      error.setReason(known.reason().name()).putAllMetadata(known.facts());
    } else {
      error.setReason("INTERNAL");
    }
    return error.build();
  }
}
