package io.ndstream.bench.conform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.ndstream.v1.BuildCategoryTreeRequest;
import io.ndstream.v1.CategoryServiceGrpc;
import io.ndstream.v1.CategoryTreeSource;
import io.ndstream.v1.Dataset;
import io.ndstream.v1.DatasetServiceGrpc;
import io.ndstream.v1.GetDatasetRequest;
import io.ndstream.v1.GetItemRequest;
import io.ndstream.v1.GetItemResponse;
import io.ndstream.v1.Image;
import io.ndstream.v1.ItemKind;
import io.ndstream.v1.ListCategoriesRequest;
import io.ndstream.v1.ListImagesRequest;
import io.ndstream.v1.NegativeMode;
import io.ndstream.v1.Pool;
import io.ndstream.v1.PreselectRequest;
import io.ndstream.v1.RegionItem;
import io.ndstream.v1.RegionServiceGrpc;
import java.util.ArrayList;
import java.util.List;

/**
 * Steps on one region object. Its state is the client's: the pools it named and how far it has read
 * negatives.
 */
final class ScriptCall {
  private final RegionServiceGrpc.RegionServiceBlockingStub regions;
  private final DatasetServiceGrpc.DatasetServiceBlockingStub datasets;
  private final CategoryServiceGrpc.CategoryServiceBlockingStub categories;

  ScriptCall(Channel channel) {
    regions = RegionServiceGrpc.newBlockingStub(channel);
    datasets = DatasetServiceGrpc.newBlockingStub(channel);
    categories = CategoryServiceGrpc.newBlockingStub(channel);
  }

  JsonNode make(JsonNode c) {
    Regions object = new Regions(c.get("dataset").asText());
    ArrayNode answers = Json.array();
    for (JsonNode step : c.at("/args/steps")) {
      try {
        answers.add(object.step(step));
      } catch (StatusRuntimeException e) {
        answers.add(Json.object().put("error", kind(e)));
      }
    }
    return answers;
  }

  /** The reference's kind of error for a reason of ours. */
  private static String kind(StatusRuntimeException e) {
    try {
      for (Any detail : StatusProto.fromThrowable(e).getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          String reason = detail.unpack(ErrorInfo.class).getReason();
          return switch (reason) {
            case "OUT_OF_RANGE" -> "index_error";
            case "NO_NEGATIVE_POOL" -> "missing_negative_pool";
            case "BAD_ARGUMENT", "BAD_WINDOW" -> "value_error";
            default -> reason;
          };
        }
      }
    } catch (InvalidProtocolBufferException bad) {
      throw new IllegalStateException(bad);
    }
    return e.getStatus().toString();
  }

  /** One region object. */
  private final class Regions {
    private final String dataset;
    private final List<Long> hooked = new ArrayList<>();

    /** Of the last preselect; null before it. */
    private Pool pool;

    /** Whether the pool's negatives are still there: reading them to the end drops them. */
    private boolean negatives;

    private int cursor;

    Regions(String dataset) {
      this.dataset = dataset;
    }

    JsonNode step(JsonNode step) {
      JsonNode index = step.path("index");
      return switch (step.get("op").asText()) {
        case "n_positives" -> Json.of(positives());
        case "n_negatives" -> Json.of(negativeCount());
        case "n_samples" -> Json.of(positives() + negativeCount());
        case "n_annots" -> Json.of(facts().getAnnotations());
        case "n_images" -> Json.of(facts().getImages());
        case "n_categories" -> Json.of(facts().getCategories());
        case "class_ids" ->
            Json.of(
                datasets
                    .listCategories(ListCategoriesRequest.newBuilder().setDataset(dataset).build())
                    .getCategoriesList()
                    .stream()
                    .map(io.ndstream.v1.Category::getId)
                    .toList());
        case "image_ids" ->
            Json.of(
                datasets
                    .listImages(ListImagesRequest.newBuilder().setDataset(dataset).build())
                    .getImagesList()
                    .stream()
                    .map(Image::getId)
                    .sorted()
                    .toList());
        case "background_class_id" ->
            Json.of(
                categories
                    .buildCategoryTree(
                        BuildCategoryTreeRequest.newBuilder()
                            .setSource(CategoryTreeSource.newBuilder().setDataset(dataset))
                            .build())
                    .getTree()
                    .getBackgroundClassId());
        case "set_positive_indexes" -> {
          hooked.addAll(Json.longs(step.get("indexes")));
          yield Json.of(null);
        }
        case "preselect" -> preselect(step);
        case "get_positive" -> row(get(ItemKind.ITEM_KIND_POSITIVE, index.asLong(), pool != null));
        case "get_negative" ->
            index.isNumber()
                ? row(get(ItemKind.ITEM_KIND_NEGATIVE, index.asLong(), negatives))
                : nextNegative();
        case "get_item" -> row(item(index.asLong()));
        default -> throw new IllegalArgumentException("no such step: " + step);
      };
    }

    private Dataset facts() {
      return datasets
          .getDataset(GetDatasetRequest.newBuilder().setDataset(dataset).build())
          .getDataset();
    }

    private long positives() {
      return pool == null ? facts().getPositives() : pool.getPositives();
    }

    private long negativeCount() {
      return negatives ? pool.getNegatives() : 0;
    }

    private JsonNode preselect(JsonNode step) {
      PreselectRequest.Builder request =
          PreselectRequest.newBuilder()
              .setDataset(dataset)
              .setMode(NegativeMode.NEGATIVE_MODE_REFERENCE)
              .setSeed(step.path("rng").asLong())
              .addAllWindowDims(Json.longs(step.path("window_dims")))
              .addAllPositiveRows(hooked);
      if (step.path("n_pos").isNumber()) {
        request.setNPos(step.get("n_pos").asLong());
      }
      if (step.path("n_neg").isNumber()) {
        request.setNNeg(step.get("n_neg").asLong());
      }
      if (step.path("neg_to_pos_ratio").isNumber()) {
        request.setNegToPosRatio(step.get("neg_to_pos_ratio").asDouble());
      }
      pool = regions.preselect(request.build()).getPool();
      negatives = true;
      cursor = 0;
      return Json.of(List.of(pool.getPositives(), pool.getNegatives()));
    }

    private GetItemResponse get(ItemKind kind, long index, boolean inPool) {
      GetItemRequest.Builder request =
          GetItemRequest.newBuilder().setDataset(dataset).setKind(kind).setIndex(index);
      return regions.getItem((inPool ? request.setPool(pool.getName()) : request).build());
    }

    private GetItemResponse item(long index) {
      if (pool == null || negatives) {
        return get(ItemKind.ITEM_KIND_ANY, index, pool != null);
      }
      return index < positives()
          ? get(ItemKind.ITEM_KIND_POSITIVE, index, true)
          : get(ItemKind.ITEM_KIND_NEGATIVE, index - positives(), false);
    }

    private JsonNode nextNegative() {
      if (!negatives) {
        Pool one =
            regions
                .preselect(
                    PreselectRequest.newBuilder()
                        .setDataset(dataset)
                        .setMode(NegativeMode.NEGATIVE_MODE_REFERENCE)
                        .setNNeg(1)
                        .build())
                .getPool();
        GetItemResponse fresh =
            regions.getItem(
                GetItemRequest.newBuilder()
                    .setPool(one.getName())
                    .setKind(ItemKind.ITEM_KIND_NEGATIVE)
                    .setIndex(0)
                    .build());
        return Json.object()
            .putNull("negative_pool_row")
            .put("category_id", fresh.getItem().getCategoryId());
      }
      GetItemResponse next = get(ItemKind.ITEM_KIND_NEGATIVE, cursor, true);
      cursor++;
      negatives = cursor < pool.getNegatives();
      return row(next);
    }

    private JsonNode row(GetItemResponse got) {
      RegionItem item = got.getItem();
      if (item.getNegative()) {
        return Json.object()
            .put("negative_pool_row", got.getIndex())
            .put("category_id", item.getCategoryId());
      }
      ObjectNode row = Json.object();
      row.putObject("positive")
          .put("aid", item.getAnnotationId())
          .put("gid", item.getImageId())
          .put("category_id", item.getCategoryId())
          .put("cx", item.getCx())
          .put("cy", item.getCy())
          .put("width", item.getWidth())
          .put("height", item.getHeight())
          .put("img_width", item.getImageWidth())
          .put("img_height", item.getImageHeight());
      return row;
    }
  }
}
