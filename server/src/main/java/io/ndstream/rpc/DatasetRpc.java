package io.ndstream.rpc;

import io.grpc.stub.StreamObserver;
import io.ndstream.catalog.Catalog;
import io.ndstream.catalog.DatasetLease;
import io.ndstream.catalog.OpenDataset;
import io.ndstream.coco.Dataset;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.v1.DatasetServiceGrpc;
import io.ndstream.v1.GetDatasetRequest;
import io.ndstream.v1.GetDatasetResponse;
import io.ndstream.v1.InspectDatasetRequest;
import io.ndstream.v1.InspectDatasetResponse;
import io.ndstream.v1.ListAnnotationsRequest;
import io.ndstream.v1.ListAnnotationsResponse;
import io.ndstream.v1.ListCategoriesRequest;
import io.ndstream.v1.ListCategoriesResponse;
import io.ndstream.v1.ListDatasetsRequest;
import io.ndstream.v1.ListDatasetsResponse;
import io.ndstream.v1.ListImagesRequest;
import io.ndstream.v1.ListImagesResponse;
import io.ndstream.v1.ListVideosRequest;
import io.ndstream.v1.ListVideosResponse;
import io.ndstream.v1.OpenDatasetRequest;
import io.ndstream.v1.OpenDatasetResponse;
import io.ndstream.v1.ReloadDatasetRequest;
import io.ndstream.v1.ReloadDatasetResponse;
import io.ndstream.wire.Datasets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Data sets and their tables. */
final class DatasetRpc extends DatasetServiceGrpc.DatasetServiceImplBase {
  private final Catalog catalog;
  private final Predicate<Path> mayOpen;
  private final InspectRpc inspect;

  /**
   * @param mayOpen which manifests clients may have opened
   */
  DatasetRpc(Catalog catalog, Predicate<Path> mayOpen) {
    this.catalog = catalog;
    this.mayOpen = mayOpen;
    this.inspect = new InspectRpc(mayOpen);
  }

  private <T> void give(StreamObserver<T> to, String dataset, Function<OpenDataset, T> work) {
    Answers.give(
        to,
        () -> {
          try (DatasetLease lease = catalog.lease(dataset)) {
            return work.apply(lease.get());
          }
        });
  }

  private static io.ndstream.v1.Dataset message(OpenDataset open) {
    return Datasets.dataset(open.name(), open.dataset());
  }

  @Override
  public void listDatasets(ListDatasetsRequest request, StreamObserver<ListDatasetsResponse> to) {
    Answers.give(
        to,
        () -> {
          List<String> names = catalog.names();
          Page page = Page.of(request.getPageSize(), request.getPageToken(), names.size());
          ListDatasetsResponse.Builder answer =
              ListDatasetsResponse.newBuilder().setNextPageToken(page.nextToken());
          for (String name : names.subList(page.from(), page.to())) {
            try (DatasetLease lease = catalog.lease(name)) {
              answer.addDatasets(message(lease.get()));
            }
          }
          return answer.build();
        });
  }

  @Override
  public void getDataset(GetDatasetRequest request, StreamObserver<GetDatasetResponse> to) {
    give(
        to,
        request.getDataset(),
        open -> GetDatasetResponse.newBuilder().setDataset(message(open)).build());
  }

  @Override
  public void openDataset(OpenDatasetRequest request, StreamObserver<OpenDatasetResponse> to) {
    Answers.give(
        to,
        () -> {
          Path manifest = Path.of(request.getManifest()).toAbsolutePath().normalize();
          if (!mayOpen.test(manifest)) {
            throw LoaderException.of(Reason.FORBIDDEN_PATH, "manifest", manifest);
          }
          try (DatasetLease lease = catalog.open(request.getName(), manifest)) {
            return OpenDatasetResponse.newBuilder().setDataset(message(lease.get())).build();
          }
        });
  }

  @Override
  public void reloadDataset(
      ReloadDatasetRequest request, StreamObserver<ReloadDatasetResponse> to) {
    Answers.give(
        to,
        () -> {
          try (DatasetLease lease = catalog.reload(request.getDataset())) {
            return ReloadDatasetResponse.newBuilder().setDataset(message(lease.get())).build();
          }
        });
  }

  @Override
  public void inspectDataset(
      InspectDatasetRequest request, StreamObserver<InspectDatasetResponse> to) {
    Answers.give(to, () -> inspect.inspect(request));
  }

  @Override
  public void listCategories(
      ListCategoriesRequest request, StreamObserver<ListCategoriesResponse> to) {
    give(
        to,
        request.getDataset(),
        open -> {
          Dataset d = open.dataset();
          Map<Long, Long> counts = new HashMap<>();
          for (int row = 0; row < d.annotations().size(); row++) {
            if (d.annotations().hasCategory(row)) {
              counts.merge(d.annotations().categoryId(row), 1L, Long::sum);
            }
          }
          Page page = Page.of(request.getPageSize(), request.getPageToken(), d.categories().size());
          ListCategoriesResponse.Builder answer =
              ListCategoriesResponse.newBuilder().setNextPageToken(page.nextToken());
          d.categories()
              .subList(page.from(), page.to())
              .forEach(
                  c -> answer.addCategories(Datasets.category(c, counts.getOrDefault(c.id(), 0L))));
          return answer.build();
        });
  }

  @Override
  public void listVideos(ListVideosRequest request, StreamObserver<ListVideosResponse> to) {
    give(
        to,
        request.getDataset(),
        open -> {
          Dataset d = open.dataset();
          Page page = Page.of(request.getPageSize(), request.getPageToken(), d.videos().size());
          ListVideosResponse.Builder answer =
              ListVideosResponse.newBuilder().setNextPageToken(page.nextToken());
          d.videos()
              .subList(page.from(), page.to())
              .forEach(v -> answer.addVideos(Datasets.video(d, v)));
          return answer.build();
        });
  }

  @Override
  public void listImages(ListImagesRequest request, StreamObserver<ListImagesResponse> to) {
    give(
        to,
        request.getDataset(),
        open -> {
          Dataset d = open.dataset();
          int[] rows =
              request.getImageIdsCount() == 0
                  ? IntStream.range(0, d.images().size()).toArray()
                  : request.getImageIdsList().stream().mapToInt(id -> imageRow(d, id)).toArray();
          Page page = Page.of(request.getPageSize(), request.getPageToken(), rows.length);
          ListImagesResponse.Builder answer =
              ListImagesResponse.newBuilder().setNextPageToken(page.nextToken());
          for (int i = page.from(); i < page.to(); i++) {
            answer.addImages(Datasets.image(d, rows[i], request.getWithJson()));
          }
          return answer.build();
        });
  }

  @Override
  public void listAnnotations(
      ListAnnotationsRequest request, StreamObserver<ListAnnotationsResponse> to) {
    give(
        to,
        request.getDataset(),
        open -> {
          Dataset d = open.dataset();
          int[] rows =
              request.hasImageId()
                  ? d.annotations().ofImage(imageRow(d, request.getImageId()))
                  : open.annotationsById();
          Page page = Page.of(request.getPageSize(), request.getPageToken(), rows.length);
          ListAnnotationsResponse.Builder answer =
              ListAnnotationsResponse.newBuilder().setNextPageToken(page.nextToken());
          for (int i = page.from(); i < page.to(); i++) {
            answer.addAnnotations(Datasets.annotation(d, rows[i], request.getWithJson()));
          }
          return answer.build();
        });
  }

  private static int imageRow(Dataset d, long id) {
    int row = d.imageRowOfId(id);
    if (row < 0) {
      throw LoaderException.of(Reason.UNKNOWN_IMAGE, "image_id", id);
    }
    return row;
  }
}
