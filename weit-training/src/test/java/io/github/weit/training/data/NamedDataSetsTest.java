package io.github.weit.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.weit.core.WeitException;
import io.github.weit.training.data.NamedDataSets.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NamedDataSetsTest {
  @TempDir Path temp;

  private NamedDataSets offline() {
    return new NamedDataSets(temp, false, DownloadProgress.SILENT);
  }

  @Test
  void filesOfTheUserAreReadPackedOrUnpacked() throws IOException {
    Path own = Files.createDirectories(temp.resolve("fashion-mnist"));
    ImageSet random = TestImages.random(20, 10, 1, 28, 28);
    ImageSet set = random.select("x", 3, 1, 2);
    Path images = own.resolve("t10k-images-idx3-ubyte.gz");
    Path labels = own.resolve("t10k-labels-idx1-ubyte.gz");
    IdxFiles.write(set, images, labels);
    ImageSet packed = offline().read(NamedDataSet.FASHION_MNIST, Split.TEST);
    assertThat(packed.id()).isEqualTo("fashion-mnist/test");
    assertThat(packed.size()).isEqualTo(3);
    assertThat(packed.classes().get(packed.label(0))).isEqualTo("Dress");
    Files.move(images, own.resolve("t10k-images-idx3-ubyte")); // told by content
    assertThat(offline().read(NamedDataSet.FASHION_MNIST, Split.TEST).sha256())
        .isEqualTo(packed.sha256());
  }

  @Test
  void cifarIsReadFromItsArchiveOrItsUnpackedFolder() throws IOException {
    Path own = Files.createDirectories(temp.resolve("cifar10"));
    Path folder = Files.createDirectories(own.resolve("cifar-10-batches-bin"));
    Path archive = own.resolve("cifar-10-binary.tar.gz");
    try (TarArchiveOutputStream out =
        new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(archive)))) {
      for (int i = 5; i >= 1; i--) {
        byte[] record = new byte[3073];
        record[0] = (byte) i;
        TarArchiveEntry entry =
            new TarArchiveEntry("cifar-10-batches-bin/data_batch_" + i + ".bin");
        entry.setSize(3073);
        out.putArchiveEntry(entry);
        out.write(record);
        out.closeArchiveEntry();
        Files.write(folder.resolve("data_batch_" + i + ".bin"), record);
      }
    }
    ImageSet unpacked = offline().read(NamedDataSet.CIFAR10, Split.TRAIN);
    Files.delete(folder.resolve("data_batch_3.bin"));
    ImageSet packed = offline().read(NamedDataSet.CIFAR10, Split.TRAIN);
    for (int i = 0; i < 5; i++) {
      assertThat(packed.label(i)).isEqualTo(i + 1).isEqualTo(unpacked.label(i));
    }
    assertThat(packed.sha256()).isEqualTo(unpacked.sha256());
    assertThatThrownBy(() -> offline().read(NamedDataSet.CIFAR10, Split.TEST))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("holds no cifar-10-batches-bin/test_batch.bin");
    Files.write(archive, new byte[] {1, 2, 3});
    assertThatThrownBy(() -> offline().read(NamedDataSet.CIFAR10, Split.TEST))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("remove it and fetch it again");
  }

  @ParameterizedTest
  @EnumSource
  void withoutFilesAndFetchingTheMessageSaysWhatIsNeeded(NamedDataSet set) {
    RemoteFile needed = set.files().get(0);
    assertThatThrownBy(() -> offline().read(set, Split.TRAIN))
        .isInstanceOf(WeitException.class)
        .message()
        .contains(needed.uri().toString(), needed.sha256())
        .contains(temp.resolve(set.id()).resolve(needed.name()).toString());
    assertThat(needed.uri().getScheme()).isEqualTo("https");
    assertThat(NamedDataSet.of(set.id())).isEqualTo(set);
  }

  @Test
  void unknownNamesAreAnsweredWithTheKnownOnes() {
    assertThatThrownBy(() -> NamedDataSet.of("cifar-10"))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("\"cifar-10\"")
        .hasMessageContaining("cifar10, cifar100, mnist, fashion-mnist");
  }
}
