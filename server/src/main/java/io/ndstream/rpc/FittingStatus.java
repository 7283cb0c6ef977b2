package io.ndstream.rpc;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.ndstream.error.Kind;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Violation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * A domain error as a status that fits into the trailers of a call. Clients refuse trailers of more
 * than 8 KiB, and then nobody learns what was wrong; so long texts are cut, and of very many
 * violations the first are named.
 */
final class FittingStatus {
  private static final int RETRY_SECONDS = 1;

  /** What is left of 8 KiB beside the other headers. */
  private static final int LARGEST = 7000;

  private static final int LONGEST_TEXT = 2048;
  private static final int SHORTEST_TEXT = 64;

  private static final Map<Kind, Code> CODES =
      Map.of(
          Kind.INVALID, Code.INVALID_ARGUMENT,
          Kind.ABSENT, Code.NOT_FOUND,
          Kind.RANGE, Code.OUT_OF_RANGE,
          Kind.CONFLICT, Code.FAILED_PRECONDITION,
          Kind.EXISTS, Code.ALREADY_EXISTS,
          Kind.DATA, Code.DATA_LOSS,
          Kind.BUSY, Code.RESOURCE_EXHAUSTED,
          Kind.UNSUPPORTED, Code.UNIMPLEMENTED,
          Kind.FORBIDDEN, Code.PERMISSION_DENIED,
          Kind.GONE, Code.UNAVAILABLE);

  private final LoaderException error;
  private final int longest;

  private FittingStatus(LoaderException error, int longest) {
    this.error = error;
    this.longest = longest;
  }

  static Status of(LoaderException error) {
    int longest = LONGEST_TEXT;
    Status status = new FittingStatus(error, longest).status();
    while (headerBytes(status) > LARGEST && longest > SHORTEST_TEXT) {
      longest /= 2;
      status = new FittingStatus(error, longest).status();
    }
    return status;
  }

  /** The text travels by itself, percent-encoded, and once more within the details, in base 64. */
  private static int headerBytes(Status status) {
    int text = 0;
    for (byte b : status.getMessage().getBytes(StandardCharsets.UTF_8)) {
      text += b >= ' ' && b <= '~' && b != '%' ? 1 : 3;
    }
    return text + (status.getSerializedSize() + 2) / 3 * 4;
  }

  private Status status() {
    Status.Builder status =
        Status.newBuilder()
            .setCode(CODES.get(error.reason().kind()).getNumber())
            .setMessage(cut(error.getMessage()))
            .addDetails(Any.pack(info()));
    if (!error.violations().isEmpty()) {
      status.addDetails(Any.pack(violations()));
    }
    if (error.reason().kind() == Kind.BUSY) {
      Duration delay = Duration.newBuilder().setSeconds(RETRY_SECONDS).build();
      status.addDetails(Any.pack(RetryInfo.newBuilder().setRetryDelay(delay).build()));
    }
    return status.build();
  }

  private ErrorInfo info() {
    ErrorInfo.Builder info =
        ErrorInfo.newBuilder().setReason(error.reason().name()).setDomain(Statuses.DOMAIN);
    error.facts().forEach((key, value) -> info.putMetadata(key, cut(value)));
    if (named().size() < error.violations().size()) {
      info.putMetadata("violations", String.valueOf(error.violations().size()));
    }
    return info.build();
  }

  private BadRequest violations() {
    BadRequest.Builder bad = BadRequest.newBuilder();
    for (Violation v : named()) {
      bad.addFieldViolationsBuilder()
          .setField(cut(v.field()))
          .setDescription(cut(v.detail()))
          .setReason(v.reason().name());
    }
    return bad.build();
  }

  private List<Violation> named() {
    return error
        .violations()
        .subList(0, Math.min(error.violations().size(), longest / SHORTEST_TEXT));
  }

  private String cut(String text) {
    if (text.length() <= longest) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest;
    return text.substring(0, end) + "\u2026";
  }
}
