package io.github.weit.cli.attack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/** IDX files, one at a time and in pairs. */
final class IdxAttacks {

  private static final String KIND = "idx";
  private static final int IMAGES = 0x803;
  private static final int LABELS = 0x801;

  private final AttackFolder folder;

  private IdxAttacks(AttackFolder folder) {
    this.folder = folder;
  }

  static void addTo(AttackFolder folder) {
    IdxAttacks attacks = new IdxAttacks(folder);
    attacks.files();
    attacks.zipped();
    attacks.pairs();
  }

  private void files() {
    add("empty", new byte[0], "is no IDX file");
    add("wrong magic", idx(0x804, 4, 2, 1, 1), "begins neither with 0x00000803 nor");
    add("cut-off header", Arrays.copyOf(idx(IMAGES, 0, 2, 1, 1), 7), "too short for an IDX header");
    add("no images", idx(IMAGES, 0, 0, 1, 1), "size 0 of dimension 0");
    add("-1 rows", idx(IMAGES, 2, 2, -1, 1), "size -1 of dimension 1");
    add("2^60 pixels", idx(IMAGES, 2, 2, 1 << 30, 1 << 30), "size 1073741824 of dimension 2");
    add("2 GB promised", idx(IMAGES, 2, 2_000_000_000, 1, 1), "promises 2000000000 bytes");
    add("2 GB of labels promised", idx(LABELS, 2, 2_000_000_000), "promises 2000000000 bytes");
    add("one byte less", idx(IMAGES, 7, 2, 2, 2), "promises 8 bytes, it holds 7");
    add("one byte more", idx(IMAGES, 9, 2, 2, 2), "promises 8 bytes, it holds more");
    add("one label more", idx(LABELS, 9, 8), "promises 8 bytes, it holds more");
  }

  private void zipped() {
    byte[] good = gzip(idx(IMAGES, 1000, 10, 10, 10));
    add("cut-off gzip", Arrays.copyOf(good, good.length / 2), "Reading");
    byte[] sum = good.clone();
    sum[good.length - 6] ^= 1;
    add("gzip of another checksum", sum, "Reading");
    add("gzip header alone", Arrays.copyOf(good, 6), "Reading");
    add("gzip of something else", gzip(new byte[50]), "is gzipped, but neither an IDX file");
    add("gzip that promises 2 GB", gzip(idx(IMAGES, 2, 2_000_000_000, 1, 1)), "too small to hold");
    add("bomb behind the last image", gzip(idx(IMAGES, 1 << 27, 1, 1, 1)), "it holds more");
  }

  private void pairs() {
    byte[] images = idx(IMAGES, 2, 2, 1, 1);
    byte[] labels = idx(LABELS, 2, 2);
    pair("two files of images", images, images, "expected one file or folder, an IDX file");
    pair("labels before images", labels, images, "expected one file or folder, an IDX file");
    pair("images without labels", images, new byte[0], "expected one file or folder, an IDX");
    pair("three labels for two images", images, idx(LABELS, 3, 3), "holds 3 labels");
    pair("two images and a cut-off file", images, idx(LABELS, 1, 2), "it holds 1");
    byte[] beyond = labels.clone();
    beyond[9] = (byte) 200;
    pair("label beyond the classes", images, beyond, "image 1 has label 200", "--classes=10");
  }

  private void add(String name, byte[] content, String phrase) {
    folder.add(KIND, name, "-idx-ubyte", content, phrase);
  }

  private void pair(String name, byte[] images, byte[] labels, String phrase, String... more) {
    String path = KIND + "/" + name.replace(' ', '-');
    AttackFolder.write(folder.path(path, "images-idx3-ubyte"), images);
    AttackFolder.write(folder.path(path, "labels-idx1-ubyte"), labels);
    String[] arguments = Arrays.copyOf(more, more.length + 2);
    arguments[more.length] = path + "/images-idx3-ubyte";
    arguments[more.length + 1] = path + "/labels-idx1-ubyte";
    folder.add(KIND, name, phrase, arguments);
  }

  private static byte[] idx(int magic, int payload, int... sizes) {
    ByteBuffer out = ByteBuffer.allocate(4 + 4 * sizes.length + payload).putInt(magic);
    for (int size : sizes) {
      out.putInt(size);
    }
    return out.array();
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
