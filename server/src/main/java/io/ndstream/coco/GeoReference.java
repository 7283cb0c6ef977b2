package io.ndstream.coco;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.ndstream.geom.Affine;

/**
 * Where an image lies on the ground.
 *
 * @param epsg code of the coordinate system
 * @param pixelFromWorld coordinates in that system to pixels of the image
 */
public record GeoReference(int epsg, Affine pixelFromWorld) {

  /**
   * Reads {@code wld_crs_info} and {@code wld_to_pxl}.
   *
   * @param imageJson row of the manifest
   * @return null unless the row has both, with an EPSG code and an invertible map
   */
  public static GeoReference of(String imageJson) {
    JsonNode image;
    try {
      image = AssetEdit.MAPPER.readTree(imageJson);
    } catch (JsonProcessingException e) {
      return null; // rows were parsed before; NaN in a field nobody knows is no reason to fail
    }
    JsonNode auth = image.path("wld_crs_info").path("auth");
    JsonNode warp = image.path("wld_to_pxl");
    boolean known =
        auth.path(0).asText().equals("EPSG") && auth.path(1).asText().matches("\\d{1,6}");
    if (!known || !warp.isObject()) {
      return null;
    }
    Affine map = affine(warp);
    return map.determinant() == 0
        ? null
        : new GeoReference(Integer.parseInt(auth.path(1).asText()), map);
  }

  private static Affine affine(JsonNode warp) {
    JsonNode matrix = warp.path("matrix");
    if (matrix.isArray()) {
      return new Affine(
          at(matrix, 0, 0),
          at(matrix, 0, 1),
          at(matrix, 0, 2),
          at(matrix, 1, 0),
          at(matrix, 1, 1),
          at(matrix, 1, 2));
    }
    double[] scale = pair(warp.path("scale"), 1);
    double[] offset = pair(warp.path("offset"), 0);
    double[] about = pair(warp.path("about"), 0);
    double theta = warp.path("theta").asDouble();
    double shearx = warp.path("shearx").asDouble();
    return Affine.of(scale[0], scale[1], theta, shearx, offset[0], offset[1], about[0], about[1]);
  }

  private static double at(JsonNode matrix, int row, int column) {
    return matrix.path(row).path(column).asDouble();
  }

  private static double[] pair(JsonNode value, double otherwise) {
    if (value.isArray()) {
      return new double[] {value.path(0).asDouble(), value.path(1).asDouble()};
    }
    double both = value.isNumber() ? value.asDouble() : otherwise;
    return new double[] {both, both};
  }
}
