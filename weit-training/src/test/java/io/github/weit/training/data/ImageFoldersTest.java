package io.github.weit.training.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFoldersTest {
  @TempDir Path temp;

  /** Entry names to content; a name that ends in a slash is a folder. */
  private final Map<String, byte[]> entries = new LinkedHashMap<>();

  private final RandomGenerator random = new Seed(4).generator();

  private BufferedImage picture(int height, int width, int type) {
    BufferedImage image = new BufferedImage(width, height, type);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int b = 0; b < image.getRaster().getNumBands(); b++) {
          image.getRaster().setSample(x, y, b, random.nextInt(256));
        }
      }
    }
    return image;
  }

  private static byte[] encoded(BufferedImage image, String format) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      assertThat(ImageIO.write(image, format, out)).isTrue();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  private byte[] png(int height, int width) {
    return encoded(picture(height, width, BufferedImage.TYPE_3BYTE_BGR), "png");
  }

  private Path folder() throws IOException {
    Path root = Files.createDirectories(temp.resolve("folder"));
    for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
      Path file = root.resolve(entry.getKey());
      if (entry.getKey().endsWith("/")) {
        Files.createDirectories(file);
      } else {
        Files.createDirectories(file.getParent());
        Files.write(file, entry.getValue());
      }
    }
    return root;
  }

  private Path zip() throws IOException {
    Path file = temp.resolve("images.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue());
        out.closeEntry();
      }
    }
    return file;
  }

  private Path tar(String name) throws IOException {
    Path file = temp.resolve(name);
    try (OutputStream raw = Files.newOutputStream(file);
        OutputStream packed = name.endsWith(".tar") ? raw : new GZIPOutputStream(raw);
        TarArchiveOutputStream out = new TarArchiveOutputStream(packed, "UTF-8")) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        TarArchiveEntry header = new TarArchiveEntry(entry.getKey(), true);
        header.setSize(entry.getValue().length);
        out.putArchiveEntry(header);
        out.write(entry.getValue());
        out.closeArchiveEntry();
      }
    }
    return file;
  }

  private static ImageSet read(Path source) {
    return ImageFolders.read(source, "test", ImageFolderOptions.COLOUR);
  }

  private static void refused(Path source, String... parts) {
    assertThatThrownBy(() -> read(source))
        .isInstanceOf(WeitException.class)
        .message()
        .contains(parts);
  }

  @Test
  void foldersZipsAndTarsGiveTheSameSetInTheOrderOfNames() throws IOException {
    BufferedImage[] pictures = new BufferedImage[5];
    for (int i = 0; i < 5; i++) {
      pictures[i] = picture(3, 4, BufferedImage.TYPE_3BYTE_BGR);
    }
    entries.put("dog/", new byte[0]);
    entries.put("dog/b.png", encoded(pictures[4], "png"));
    entries.put("cat/10.PNG", encoded(pictures[1], "png"));
    entries.put("cat/2.bmp", encoded(pictures[2], "bmp"));
    entries.put("cat/1.png", encoded(pictures[0], "png"));
    entries.put("dog/a.png", encoded(pictures[3], "png"));
    entries.put("README.txt", new byte[3]);
    entries.put("cat/notes.txt", new byte[3]);
    entries.put(".hidden/x.png", new byte[3]);
    entries.put("cat/._1.png", new byte[3]);
    entries.put("__MACOSX/cat/1.png", new byte[3]);

    ImageSet set = read(folder());

    assertThat(set.classes()).containsExactly("cat", "dog");
    assertThat(set.classCounts()).containsExactly(3, 2);
    for (int i = 0; i < 5; i++) {
      byte[] image = TestImages.image(set, i);
      for (int p = 0; p < 12; p++) {
        for (int c = 0; c < 3; c++) {
          assertThat(image[c * 12 + p] & 0xFF)
              .isEqualTo(pictures[i].getRaster().getSample(p % 4, p / 4, c));
        }
      }
    }
    for (Path archive : new Path[] {zip(), tar("a.tar"), tar("a.tar.gz"), tar("a.tgz")}) {
      assertThat(read(archive).sha256()).as(archive.toString()).isEqualTo(set.sha256());
    }
  }

  @Test
  void oneArchiveServesTrainingAndTestBySubPath() throws IOException {
    entries.put("data/train/a/1.png", png(2, 2));
    entries.put("data/train/a/2.png", png(2, 2));
    entries.put("data/test/a/1.png", png(2, 2));
    for (Path source : new Path[] {folder(), zip(), tar("x.tar.gz")}) {
      ImageFolderOptions options = ImageFolderOptions.COLOUR.withSubPath("data/train/");
      assertThat(ImageFolders.read(source, "x", options).size()).isEqualTo(2);
      refused(source, "expected <class>/<image>", "a folder stands above the class folders");
      assertThatThrownBy(() -> ImageFolders.read(source, "x", options.withSubPath("data/val")))
          .isInstanceOf(WeitException.class)
          .hasMessageContaining("No class folders")
          .hasMessageContaining("data/val");
    }
  }

  @Test
  void greyImagesKeepTheirValuesAndColourBecomesGreyByBrightness() throws IOException {
    BufferedImage grey = picture(2, 3, BufferedImage.TYPE_BYTE_GRAY);
    BufferedImage colour = picture(2, 3, BufferedImage.TYPE_3BYTE_BGR);
    BufferedImage transparent = picture(2, 3, BufferedImage.TYPE_4BYTE_ABGR);
    BufferedImage wide = new BufferedImage(3, 2, BufferedImage.TYPE_USHORT_GRAY);
    wide.getRaster().setSample(1, 1, 0, 0xABCD);
    entries.put("a/1.png", encoded(grey, "png"));
    entries.put("a/2.png", encoded(colour, "png"));
    entries.put("a/3.png", encoded(transparent, "png"));
    entries.put("a/4.png", encoded(wide, "png"));

    ImageSet asGrey = ImageFolders.read(folder(), "x", ImageFolderOptions.GREY);
    ImageSet asColour = ImageFolders.read(folder(), "x", ImageFolderOptions.COLOUR);

    for (int p = 0; p < 6; p++) {
      int x = p % 3;
      int y = p / 3;
      assertThat(TestImages.image(asGrey, 0)[p] & 0xFF)
          .isEqualTo(grey.getRaster().getSample(x, y, 0))
          .isEqualTo(TestImages.image(asColour, 0)[12 + p] & 0xFF);
      double brightness =
          0.299 * colour.getRaster().getSample(x, y, 0)
              + 0.587 * colour.getRaster().getSample(x, y, 1)
              + 0.114 * colour.getRaster().getSample(x, y, 2);
      assertThat(TestImages.image(asGrey, 1)[p] & 0xFF)
          .isBetween((int) (brightness - 0.01), (int) (brightness + 1));
      assertThat(TestImages.image(asColour, 2)[p] & 0xFF)
          .isEqualTo(transparent.getRaster().getSample(x, y, 0));
    }
    assertThat(TestImages.image(asGrey, 3)[4] & 0xFF).isEqualTo(0xAB);
  }

  @Test
  void jpegAndGifAreReadToo() throws IOException {
    BufferedImage flat = new BufferedImage(8, 8, BufferedImage.TYPE_3BYTE_BGR);
    for (int p = 0; p < 64; p++) {
      flat.setRGB(p % 8, p / 8, 0x336699);
    }
    entries.put("a/1.jpg", encoded(flat, "jpg"));
    entries.put("a/2.gif", encoded(flat, "gif"));
    ImageSet set = read(folder());
    for (int i = 0; i < 2; i++) {
      byte[] image = TestImages.image(set, i);
      assertThat(image[0] & 0xFF).isBetween(0x31, 0x35);
      assertThat(image[64] & 0xFF).isBetween(0x64, 0x68);
      assertThat(image[128] & 0xFF).isBetween(0x97, 0x9B);
    }
  }

  @Test
  void otherSizesAreResizedIfASizeIsNamedAndElseAnError() throws IOException {
    entries.put("a/1.png", png(4, 4));
    entries.put("a/2.png", png(5, 4));
    refused(folder(), "2.png is 5x4", "1.png is 4x4", "name a size");
    ImageSet set = ImageFolders.read(folder(), "x", ImageFolderOptions.COLOUR.withSize(6, 2));
    assertThat(set.height()).isEqualTo(6);
    assertThat(set.width()).isEqualTo(2);
  }

  @Test
  void nothingToReadIsSaidPlainly() throws IOException {
    refused(temp.resolve("absent"), "No such file or folder", "absent");
    refused(Files.createDirectory(temp.resolve("empty")), "No class folders in", "empty");
    refused(Files.write(temp.resolve("x.rar"), new byte[1]), "expected a folder, .zip, .tar");
    entries.put("cat/1.png", png(1, 1));
    entries.put("dog/", new byte[0]);
    refused(folder(), "Class folder dog", "holds no PNG");
    refused(zip(), "Class folder dog", "holds no PNG");
    refused(tar("x.tar"), "Class folder dog", "holds no PNG");
    entries.put("1.png", png(1, 1));
    refused(zip(), "move it into a class folder");
  }

  @Test
  void brokenImagesAreNamed() throws IOException {
    entries.put("cat/good.png", png(3, 3));
    entries.put("cat/bad.png", "no image".getBytes(StandardCharsets.UTF_8));
    refused(folder(), "Cannot read image", "cat/bad.png", "no PNG, JPEG, BMP or GIF");
    byte[] cut = new byte[60];
    System.arraycopy(png(20, 20), 0, cut, 0, 60);
    entries.put("cat/bad.png", cut);
    refused(zip(), "Cannot read image", "cat/bad.png");
    entries.put("cat/bad.png", new byte[0]);
    refused(zip(), "Cannot read image", "cat/bad.png");
  }

  /** The JDK's reader of JPEG makes up what is missing. */
  @Test
  void truncatedImagesOfAllFormatsAreRefused() throws IOException {
    BufferedImage picture = picture(40, 40, BufferedImage.TYPE_3BYTE_BGR);
    for (String format : List.of("png", "jpg", "gif", "bmp")) {
      byte[] whole = encoded(picture, format);
      for (int tenth = 0; tenth < 10; tenth++) {
        entries.put("cat/cut." + format, Arrays.copyOf(whole, whole.length * tenth / 10));
        refused(zip(), "Cannot read image", "cat/cut." + format);
      }
      entries.clear();
    }
  }

  @Test
  void imagesThatClaimTooManyPixelsAreRefusedBeforeTheyAreDecoded() throws IOException {
    entries.put("cat/bomb.png", claiming(100_000));
    refused(zip(), "cat/bomb.png", "100000x100000 pixels, at most");
    entries.put("cat/bomb.png", claiming(8_000));
    refused(zip(), "cat/bomb.png", "8000x8000 pixels, its ", "bytes hold fewer");
  }

  /** A picture of 3x3 whose header says otherwise. */
  private byte[] claiming(int side) {
    byte[] bomb = png(3, 3);
    ByteBuffer header = ByteBuffer.wrap(bomb);
    header.putInt(16, side).putInt(20, side);
    CRC32 crc = new CRC32();
    crc.update(bomb, 12, 17);
    header.putInt(29, (int) crc.getValue());
    return bomb;
  }

  /** The JDK reads more formats, by what a file holds, whatever it is called. */
  @Test
  void otherFormatsAreRefused() throws IOException {
    BufferedImage image = picture(8, 8, BufferedImage.TYPE_3BYTE_BGR);
    for (byte[] other : List.of(encoded(image, "tiff"), new byte[] {0, 0, 8, 1, 0})) { // WBMP
      entries.put("cat/1.png", other);
      refused(folder(), "cat/1.png", "it is no PNG, JPEG, BMP or GIF");
    }
  }

  @Test
  void theDensestImagesAreRead() throws IOException {
    BufferedImage black = new BufferedImage(2000, 2000, BufferedImage.TYPE_BYTE_BINARY);
    for (String format : List.of("png", "gif", "bmp")) {
      entries.put("cat/" + format + "." + format, encoded(black, format));
    }
    BufferedImage grey = new BufferedImage(2000, 2000, BufferedImage.TYPE_BYTE_GRAY);
    entries.put("cat/grey.png", encoded(grey, "png"));
    entries.put("cat/grey.jpg", encoded(grey, "jpg"));
    assertThat(ImageFolders.read(zip(), "x", ImageFolderOptions.GREY).size()).isEqualTo(5);
  }

  @Test
  void entriesBeyondTheLimitAreRefusedWithoutReadingThemWhole() throws IOException {
    Path file = temp.resolve("bomb.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      out.putNextEntry(new ZipEntry("cat/1.png"));
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i <= ImageEntries.MAX_ENTRY_BYTES >> 20; i++) {
        out.write(zeros);
      }
      out.closeEntry();
    }
    assertThat(Files.size(file)).isLessThan(1 << 20);
    refused(file, "cat/1.png is larger than 67108864 bytes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../cat/1.png", "cat/../../1.png", "/cat/1.png", "cat\\..\\1.png", "C:/cat/1.png"})
  void namesThatLeaveTheArchiveAreRefused(String name) throws IOException {
    entries.put("cat/0.png", png(1, 1));
    entries.put(name, png(1, 1));
    refused(zip(), name, "leaves the archive");
    refused(tar("x.tar"), name, "leaves the archive");
  }

  @Test
  void linksThatLeaveTheFolderAreRefusedAndInnerOnesFollowed() throws IOException {
    entries.put("cat/1.png", png(1, 1));
    Path root = folder();
    Files.createSymbolicLink(root.resolve("cat/2.png"), Path.of("1.png"));
    assertThat(read(root).size()).isEqualTo(2);
    Path outside = Files.write(temp.resolve("outside.png"), png(1, 1));
    Files.createSymbolicLink(root.resolve("cat/3.png"), outside);
    refused(root, "3.png is a link to", "outside of");
  }

  @Test
  void linksInTarsAreRefused() throws IOException {
    Path file = temp.resolve("links.tar");
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(Files.newOutputStream(file))) {
      TarArchiveEntry link = new TarArchiveEntry("cat/1.png", TarConstants.LF_SYMLINK);
      link.setLinkName("/etc/hostname");
      out.putArchiveEntry(link);
      out.closeArchiveEntry();
    }
    refused(file, "cat/1.png is a link or special file");
  }

  @Test
  void damagedArchivesAreErrorsThatNameTheFile() throws IOException {
    entries.put("cat/1.png", png(30, 30));
    for (Path good : new Path[] {zip(), tar("x.tar"), tar("x.tar.gz")}) {
      byte[] bytes = Files.readAllBytes(good);
      Path cut = temp.resolve("cut-" + good.getFileName());
      Files.write(cut, Arrays.copyOf(bytes, bytes.length / 3));
      refused(cut, cut.toString());
    }
    byte[] noise = new byte[2048];
    random.nextBytes(noise);
    refused(Files.write(temp.resolve("noise.tar.gz"), noise), "noise.tar.gz");
    refused(Files.write(temp.resolve("noise.tar"), noise), "noise.tar");
    refused(Files.write(temp.resolve("noise.zip"), noise), "noise.zip");
  }

  @Test
  void anImageThatOccursTwiceIsRefused() throws IOException {
    entries.put("cat/1.png", png(1, 1));
    entries.put("./cat/1.png", png(1, 1));
    refused(tar("twice.tar"), "cat/1.png occurs twice");
  }

  /** Reads a folder in a Java of its own, which prints what is thrown. */
  static final class Reader {
    public static void main(String[] arguments) {
      ImageFolders.read(Path.of(arguments[0]), "cats", ImageFolderOptions.COLOUR);
    }
  }

  @Test
  void whatDoesNotFitTheHeapIsOneClearError() throws IOException {
    byte[] large = png(500, 500);
    for (int i = 0; i < 60; i++) {
      entries.put("cat/%d.png".formatted(i), large);
    }
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    String classPath = System.getProperty("java.class.path");
    Process process =
        new ProcessBuilder(
                java.toString(), "-Xmx32m", "-cp", classPath, Reader.class.getName(), folder() + "")
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(said)
        .contains("cats does not fit the Java heap of ")
        .contains("images of 3x500x500")
        .contains("-Xmx");
  }

  @Test
  void impossibleOptionsAreRefused() {
    assertThatThrownBy(() -> ImageFolderOptions.COLOUR.withSize(3, 0))
        .isInstanceOf(WeitException.class);
    assertThatThrownBy(() -> ImageFolderOptions.COLOUR.withSkippable(-1))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("0 or more that may be skipped, found -1");
    assertThatThrownBy(() -> ImageFolderOptions.COLOUR.withSubPath("../x"))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("inside the source");
    assertThatThrownBy(() -> new ImageFolderOptions(2, 1, 1, "", 0, Optional.empty()))
        .isInstanceOf(WeitException.class);
  }
}
