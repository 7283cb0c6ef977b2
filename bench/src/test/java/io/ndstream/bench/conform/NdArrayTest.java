package io.ndstream.bench.conform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.ndstream.v1.DType;
import io.ndstream.v1.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NdArrayTest {
  @TempDir Path dir;

  @Test
  void readsShapeTypeAndNumbersOfANumpyFile() throws IOException {
    NdArray array =
        NdArray.readNpy(
            npy("{'descr': '<i2', 'fortran_order': False, 'shape': (2, 1), }", -2, -1, 7, 0));

    assertThat(array.dtype()).isEqualTo("int16");
    assertThat(array.shape()).containsExactly(2L, 1L);
    assertThat(array.toDoubles()).containsExactly(-2, 7);
    assertThat(array.toLongs()).containsExactly(-2, 7);
  }

  @Test
  void aScalarHasOneElementAndNoShape() throws IOException {
    NdArray array =
        NdArray.readNpy(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (), }", 255));

    assertThat(array.shape()).isEmpty();
    assertThat(array.toDoubles()).containsExactly(255);
  }

  @Test
  void refusesWhatItWouldMisread() throws IOException {
    Path bigEndian = npy("{'descr': '>i2', 'fortran_order': False, 'shape': (1,), }", 0, 1);
    assertThatThrownBy(() -> NdArray.readNpy(bigEndian))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(">i2");
    Path columnMajor = npy("{'descr': '<i2', 'fortran_order': True, 'shape': (1,), }", 0, 1);
    assertThatThrownBy(() -> NdArray.readNpy(columnMajor)).isInstanceOf(IOException.class);
  }

  @Test
  void takesTheServersTensors() {
    NdArray array =
        NdArray.of(
            Tensor.newBuilder()
                .setDtype(DType.DTYPE_UINT16)
                .addAllShape(List.of(1L, 2L))
                .setData(ByteString.copyFrom(new byte[] {1, 2, (byte) 255, (byte) 255}))
                .build());

    assertThat(array.dtype()).isEqualTo("uint16");
    assertThat(array.toDoubles()).containsExactly(0x201, 65535);
  }

  private Path npy(String header, int... data) throws IOException {
    byte[] text = (header + "\n").getBytes(StandardCharsets.US_ASCII);
    byte[] file = new byte[10 + text.length + data.length];
    byte[] magic = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) text.length, 0};
    System.arraycopy(magic, 0, file, 0, 10);
    System.arraycopy(text, 0, file, 10, text.length);
    for (int i = 0; i < data.length; i++) {
      file[10 + text.length + i] = (byte) data[i];
    }
    return Files.write(Files.createTempFile(dir, "array", ".npy"), file);
  }
}
