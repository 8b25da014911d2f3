package io.github.weit.cli.attack;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/** Class folders with one picture, which cannot be read. */
final class PictureAttacks {

  private static final String KIND = "picture";
  private static final String UNREADABLE = "Cannot read image";

  private final AttackFolder folder;

  private PictureAttacks(AttackFolder folder) {
    this.folder = folder;
  }

  static void addTo(AttackFolder folder) {
    PictureAttacks attacks = new PictureAttacks(folder);
    for (String format : new String[] {"png", "jpg", "gif", "bmp"}) {
      byte[] whole = picture(format);
      attacks.add("no bytes", format, new byte[0], "it is no PNG, JPEG, BMP or GIF");
      attacks.add("words", format, text("<html>404</html>"), "it is no PNG, JPEG, BMP or GIF");
      attacks.add("magic alone", format, Arrays.copyOf(whole, 8), UNREADABLE);
      attacks.add("cut off at half", format, Arrays.copyOf(whole, whole.length / 2), UNREADABLE);
      attacks.add(
          "cut off at the end", format, Arrays.copyOf(whole, whole.length - 40), UNREADABLE);
    }
    attacks.add(
        "100000 pixels wide and high", "png", claiming(100_000, 100_000), "at most 67108864");
    attacks.add("8000 pixels wide and high", "png", claiming(8_000, 8_000), "bytes hold fewer");
    attacks.add("2^31-1 pixels wide", "png", claiming(1, Integer.MAX_VALUE), "at most 67108864");
    attacks.add("0 pixels wide", "png", claiming(1, 0), UNREADABLE);
    attacks.add("-1 pixels wide", "png", claiming(1, -1), UNREADABLE);
    byte[] jpeg = picture("jpg");
    int frame = indexOf(jpeg, (byte) 0xFF, (byte) 0xC0);
    ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 8000).putShort(frame + 7, (short) 8000);
    attacks.add("8000 pixels wide and high", "jpg", jpeg, "8000x8000 pixels, its");
    byte[] bmp = picture("bmp");
    ByteBuffer.wrap(bmp).putInt(18, 0x401F0000).putInt(22, 0x401F0000); // little-endian 8000
    attacks.add("8000 pixels wide and high", "bmp", bmp, UNREADABLE);
    byte[] gif = picture("gif");
    gif[indexOf(gif, (byte) 0x2C, (byte) 0) + 5] = 0;
    attacks.add("0 pixels wide", "gif", gif, UNREADABLE);
    folder.add(KIND, "two sizes", "name a size", KIND + "/two-sizes");
    AttackFolder.write(folder.path(KIND, "two-sizes/cat/1.png"), picture("png"));
    AttackFolder.write(folder.path(KIND, "two-sizes/cat/2.png"), encoded(30, "png"));
  }

  private void add(String name, String format, byte[] content, String phrase) {
    String path = (name + "-" + format).replaceAll("[^A-Za-z0-9-]", "-");
    AttackFolder.write(folder.path(KIND, path + "/cat/1." + format), content);
    folder.add(KIND, name + ", " + format, phrase, KIND + "/" + path);
  }

  /** A picture of 40x40. */
  static byte[] picture(String format) {
    return encoded(40, format);
  }

  private static byte[] encoded(int side, String format) {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_3BYTE_BGR);
    for (int p = 0; p < side * side; p++) {
      image.setRGB(p % side, p / side, p * 7919 * 31);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, format, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] claiming(int height, int width) {
    byte[] png = picture("png");
    ByteBuffer header = ByteBuffer.wrap(png).putInt(16, width).putInt(20, height);
    CRC32 sum = new CRC32();
    sum.update(png, 12, 17);
    header.putInt(29, (int) sum.getValue());
    return png;
  }

  private static int indexOf(byte[] bytes, byte first, byte second) {
    int at = 0;
    while (bytes[at] != first || bytes[at + 1] != second) {
      at++;
    }
    return at;
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
