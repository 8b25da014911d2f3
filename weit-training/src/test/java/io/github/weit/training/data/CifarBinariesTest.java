package io.github.weit.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.weit.core.WeitException;
import io.github.weit.training.data.CifarBinaries.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarBinariesTest {
  @TempDir Path temp;

  private Path file(String name, int records, Variant variant) throws IOException {
    byte[] bytes = new byte[records * variant.recordBytes()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 31 + name.hashCode());
    }
    for (int i = 0; i < records; i++) {
      Arrays.fill(bytes, i * variant.recordBytes(), i * variant.recordBytes() + 1, (byte) (i + 3));
      if (variant != Variant.CIFAR10) {
        bytes[i * variant.recordBytes() + 1] = (byte) (90 + i);
      }
    }
    return Files.write(temp.resolve(name), bytes);
  }

  @Test
  void recordsOfSeveralFilesFollowEachOther() throws IOException {
    Path one = file("data_batch_1.bin", 2, Variant.CIFAR10);
    Path two = file("data_batch_2.bin", 1, Variant.CIFAR10);
    ImageSet set = CifarBinaries.read(List.of(one, two), Variant.CIFAR10, "x");
    assertThat(set.size()).isEqualTo(3);
    assertThat(set.label(1)).isEqualTo(4);
    assertThat(set.label(2)).isEqualTo(3);
    assertThat(set.classes().get(3)).isEqualTo("cat");
    byte[] bytes = Files.readAllBytes(one);
    assertThat(TestImages.image(set, 1)).isEqualTo(Arrays.copyOfRange(bytes, 3074, 6146));
  }

  @Test
  void fineAndCoarseLabelsOfCifar100AreBothReadable() throws IOException {
    Path file = file("train.bin", 3, Variant.CIFAR100_FINE);
    ImageSet fine = CifarBinaries.read(List.of(file), Variant.CIFAR100_FINE, "x");
    ImageSet coarse = CifarBinaries.read(List.of(file), Variant.CIFAR100_COARSE, "x");
    assertThat(fine.label(2)).isEqualTo(92);
    assertThat(fine.classes().get(92)).isEqualTo("tulip");
    assertThat(coarse.label(2)).isEqualTo(5);
    assertThat(TestImages.image(fine, 2)).isEqualTo(TestImages.image(coarse, 2));
  }

  @Test
  void classNamesAreCompleteAndUnique() {
    assertThat(Variant.CIFAR10.classes()).hasSize(10).doesNotHaveDuplicates();
    assertThat(Variant.CIFAR100_FINE.classes()).hasSize(100).doesNotHaveDuplicates().isSorted();
    assertThat(Variant.CIFAR100_COARSE.classes()).hasSize(20).doesNotHaveDuplicates().isSorted();
  }

  @Test
  void incompleteAndMissingFilesAreNamed() throws IOException {
    Path cut = Files.write(temp.resolve("cut.bin"), new byte[3072]);
    Path empty = Files.write(temp.resolve("empty.bin"), new byte[0]);
    for (Path bad : List.of(cut, empty)) {
      assertThatThrownBy(() -> CifarBinaries.read(List.of(bad), Variant.CIFAR10, "x"))
          .isInstanceOf(WeitException.class)
          .hasMessageContaining(bad.toString())
          .hasMessageContaining("multiple of 3073 bytes");
    }
    assertThatThrownBy(
            () -> CifarBinaries.read(List.of(temp.resolve("no.bin")), Variant.CIFAR10, "x"))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("No such file");
    Path wrong = file("wrong.bin", 9, Variant.CIFAR10);
    assertThatThrownBy(() -> CifarBinaries.read(List.of(wrong), Variant.CIFAR10, "x"))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("image 7 has label 10, expected 0 to 9");
  }
}
