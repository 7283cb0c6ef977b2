package io.ndstream.raster;

import io.ndstream.error.Reason;
import java.nio.file.Path;
import java.util.List;
import org.gdal.gdal.Dataset;
import org.gdal.gdal.gdal;

/** Creates the TIFF that pixels are written into, with all that a spec says of them. */
final class NewTiff {
  private NewTiff() {}

  /**
   * @param path of the file
   * @param location what it is called in an error
   */
  static Dataset create(String location, Path path, RasterSpec spec, List<String> options) {
    Dataset made =
        GdalCall.made(
            location,
            Reason.DISK_FULL,
            () ->
                gdal.GetDriverByName("GTiff")
                    .Create(
                        path.toString(),
                        spec.width(),
                        spec.height(),
                        spec.bands(),
                        GdalTypes.codeOf(spec.dtype()),
                        options.toArray(new String[0])));
    RasterSpec.Labels labels = spec.labels();
    labels.metadata().forEach(made::SetMetadataItem);
    if (labels.georeference() != null) {
      made.SetGeoTransform(
          labels.georeference().transform().stream().mapToDouble(Double::doubleValue).toArray());
      made.SetProjection(labels.georeference().wkt());
    }
    if (labels.nodata() != null) {
      for (int band = 1; band <= spec.bands(); band++) {
        made.GetRasterBand(band).SetNoDataValue(labels.nodata());
      }
    }
    for (int band = 0; band < labels.bandNames().size(); band++) {
      made.GetRasterBand(band + 1).SetDescription(labels.bandNames().get(band));
    }
    return made;
  }
}
