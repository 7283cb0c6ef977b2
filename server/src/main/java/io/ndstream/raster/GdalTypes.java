package io.ndstream.raster;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.pixels.DType;
import java.util.List;
import org.gdal.gdal.Band;
import org.gdal.gdal.gdal;
import org.gdal.gdalconst.gdalconstConstants;

/** Our element types and GDAL's. */
final class GdalTypes {
  private GdalTypes() {}

  /**
   * GDAL's number for values of this type in memory. INT8 has none before GDAL 3.7: its bytes move
   * as unsigned ones.
   */
  static int codeOf(DType dtype) {
    return switch (dtype) {
      case UINT8, INT8 -> gdalconstConstants.GDT_Byte;
      case UINT16 -> gdalconstConstants.GDT_UInt16;
      case INT16 -> gdalconstConstants.GDT_Int16;
      case UINT32 -> gdalconstConstants.GDT_UInt32;
      case INT32 -> gdalconstConstants.GDT_Int32;
      case UINT64 -> gdalconstConstants.GDT_UInt64;
      case INT64 -> gdalconstConstants.GDT_Int64;
      case FLOAT32 -> gdalconstConstants.GDT_Float32;
      case FLOAT64 -> gdalconstConstants.GDT_Float64;
    };
  }

  /** The type every band converts to without loss. */
  static DType common(String location, List<Band> bands) {
    DType result = null;
    for (Band band : bands) {
      DType type = of(location, band);
      result = result == null ? type : result.promote(type);
    }
    return result;
  }

  private static DType of(String location, Band band) {
    int code = band.getDataType();
    if (code == gdalconstConstants.GDT_Byte) {
      return "SIGNEDBYTE".equals(band.GetMetadataItem("PIXELTYPE", "IMAGE_STRUCTURE"))
          ? DType.INT8
          : DType.UINT8;
    }
    for (DType type : DType.values()) {
      if (type != DType.INT8 && codeOf(type) == code) {
        return type;
      }
    }
    throw LoaderException.of(
        Reason.UNREADABLE_FILE,
        "file",
        location,
        "detail",
        "element type not supported: " + gdal.GetDataTypeName(code));
  }
}
