package io.ndstream.rpc;

import com.google.longrunning.CancelOperationRequest;
import com.google.longrunning.DeleteOperationRequest;
import com.google.longrunning.GetOperationRequest;
import com.google.longrunning.ListOperationsRequest;
import com.google.longrunning.ListOperationsResponse;
import com.google.longrunning.Operation;
import com.google.longrunning.OperationsGrpc;
import com.google.longrunning.WaitOperationRequest;
import com.google.protobuf.Any;
import com.google.protobuf.Empty;
import com.google.rpc.Code;
import io.grpc.stub.StreamObserver;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Work that takes longer than a call should: one thread does it, calls come back for the result.
 * The oldest results are forgotten when there are many.
 */
final class Operations extends OperationsGrpc.OperationsImplBase implements AutoCloseable {
  private static final int WAITING = 64;
  private static final int KEPT = 1000;
  private static final long LONGEST_WAIT_MILLIS = 60_000;

  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          1,
          TimeUnit.MINUTES,
          new ArrayBlockingQueue<>(WAITING),
          work -> {
            Thread made = new Thread(work, "ndstream-operation");
            made.setDaemon(true);
            return made;
          });
  private final ConcurrentSkipListMap<String, Running> running = new ConcurrentSkipListMap<>();

  private record Running(CompletableFuture<Any> result, Supplier<Any> progress) {
    Operation message(String name) {
      Operation.Builder operation =
          Operation.newBuilder()
              .setName("operations/" + name)
              .setMetadata(progress.get())
              .setDone(result.isDone());
      if (result.isDone()) {
        try {
          operation.setResponse(result.join());
        } catch (CancellationException e) {
          operation.setError(
              com.google.rpc.Status.newBuilder()
                  .setCode(Code.CANCELLED_VALUE)
                  .setMessage("Cancelled"));
        } catch (CompletionException e) {
          operation.setError(Statuses.proto(e.getCause()));
        }
      }
      return operation.build();
    }
  }

  Operations() {
    thread.allowCoreThreadTimeOut(true);
  }

  /**
   * Does work on the operations' thread, after what is waiting already.
   *
   * @throws LoaderException BUSY if too much is waiting
   */
  <T> CompletableFuture<T> run(Supplier<T> work) {
    try {
      return CompletableFuture.supplyAsync(work, thread);
    } catch (RejectedExecutionException e) {
      throw LoaderException.caused(e, Reason.BUSY, "operations_waiting", WAITING);
    }
  }

  /** Makes a result under way known to clients. */
  Operation add(String name, CompletableFuture<Any> result, Supplier<Any> progress) {
    if (running.size() >= KEPT) {
      running.entrySet().removeIf(entry -> entry.getValue().result().isDone());
    }
    Running added = new Running(result, progress);
    running.put(name, added);
    return added.message(name);
  }

  /** The operation of this name, or null if there is none that is not done. */
  Operation underWay(String name) {
    Running found = running.get(name);
    return found == null || found.result().isDone() ? null : found.message(name);
  }

  private Running find(String name) {
    Running found = running.get(name.replaceFirst("^operations/", ""));
    if (found == null) {
      throw LoaderException.of(Reason.UNKNOWN_OPERATION, "operation", name);
    }
    return found;
  }

  private Operation message(String name) {
    return find(name).message(name.replaceFirst("^operations/", ""));
  }

  @Override
  public void getOperation(GetOperationRequest request, StreamObserver<Operation> to) {
    Answers.give(to, () -> message(request.getName()));
  }

  @Override
  public void waitOperation(WaitOperationRequest request, StreamObserver<Operation> to) {
    Answers.give(
        to,
        () -> {
          long wanted =
              request.getTimeout().getSeconds() * 1000
                  + request.getTimeout().getNanos() / 1_000_000;
          long millis =
              request.hasTimeout()
                  ? Math.max(0, Math.min(wanted, LONGEST_WAIT_MILLIS))
                  : LONGEST_WAIT_MILLIS;
          try {
            find(request.getName()).result().get(millis, TimeUnit.MILLISECONDS);
          } catch (CancellationException | ExecutionException | TimeoutException e) {
            // the message tells the failure, or that it is not done
          }
          return message(request.getName());
        });
  }

  @Override
  public void listOperations(
      ListOperationsRequest request, StreamObserver<ListOperationsResponse> to) {
    Answers.give(
        to,
        () -> {
          List<String> names = List.copyOf(running.keySet());
          Page page = Page.of(request.getPageSize(), request.getPageToken(), names.size());
          ListOperationsResponse.Builder answer =
              ListOperationsResponse.newBuilder().setNextPageToken(page.nextToken());
          names
              .subList(page.from(), page.to())
              .forEach(name -> answer.addOperations(message(name)));
          return answer.build();
        });
  }

  @Override
  public void deleteOperation(DeleteOperationRequest request, StreamObserver<Empty> to) {
    Answers.give(
        to,
        () -> {
          find(request.getName());
          running.remove(request.getName().replaceFirst("^operations/", ""));
          return Empty.getDefaultInstance();
        });
  }

  @Override
  public void cancelOperation(CancelOperationRequest request, StreamObserver<Empty> to) {
    Answers.give(
        to,
        () -> {
          find(request.getName()).result().cancel(false);
          return Empty.getDefaultInstance();
        });
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
