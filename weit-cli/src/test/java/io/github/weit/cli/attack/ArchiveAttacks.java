package io.github.weit.cli.attack;

import io.github.weit.core.Seed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Folders and archives of images whose names, links, sizes or bytes are wrong. */
final class ArchiveAttacks {

  private static final String KIND = "archive";

  /** One more than the largest image may have. */
  private static final int BOMB = (1 << 26) + 1;

  private final AttackFolder folder;
  private final byte[] good = PictureAttacks.picture("png");

  private ArchiveAttacks(AttackFolder folder) {
    this.folder = folder;
  }

  static void addTo(AttackFolder folder) {
    ArchiveAttacks attacks = new ArchiveAttacks(folder);
    try {
      attacks.names();
      attacks.contents();
      attacks.links();
      attacks.damage();
      attacks.sizes();
      attacks.folders();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void names() throws IOException {
    for (String name :
        new String[] {
          "../cat/1.png", "cat/../../1.png", "/cat/1.png", "..\\cat\\1.png", "C:/1.png"
        }) {
      both("name " + name, "has a name that leaves the archive", "cat/0.png", name);
    }
    both(
        "name that paints \u001b[31m", "leaves the archive", "cat/0.png", "/\u001b[31m\n@|fat x|@");
  }

  private void contents() throws IOException {
    both("nothing", "No class folders");
    both("no images", "holds no PNG, JPEG, BMP or GIF", "cat/notes.txt");
    both("images without classes", "move it into a class folder", "1.png");
    both("images too deep", "expected <class>/<image>, found data/cat/1.png", "data/cat/1.png");
    both("empty class", "Class folder dog", "cat/1.png", "dog/");
    both("an archive in it", "Class folder cat", "cat/more.zip");
    both("image twice", "cat/1.png occurs twice", "cat/1.png", "./cat/1.png");
    both("train and a broken test", "leaves the archive", "train/cat/1.png", "test/../../1.png");
  }

  private void links() throws IOException {
    for (byte type :
        new byte[] {
          TarConstants.LF_SYMLINK, TarConstants.LF_LINK, TarConstants.LF_CHR, TarConstants.LF_FIFO
        }) {
      String name = "entry of type " + (char) type;
      try (TarArchiveOutputStream out = tar(name, ".tar")) {
        TarArchiveEntry link = new TarArchiveEntry("cat/1.png", type);
        link.setLinkName("/etc/passwd");
        out.putArchiveEntry(link);
        out.closeArchiveEntry();
      }
      add(name, ".tar", "is a link or special file");
    }
  }

  private void damage() throws IOException {
    byte[] noise = new byte[2048];
    new Seed(4).generator().nextBytes(noise);
    byte[] zip = zip("cat/1.png");
    byte[] tar = tarOf("cat/1.png");
    byte[] gzip = gzip(tar);
    for (String ending : new String[] {".zip", ".tar", ".tar.gz", ".tgz"}) {
      folder.add(KIND, "noise", ending, noise, "noise" + ending);
      byte[] whole = ending.equals(".zip") ? zip : ending.equals(".tar") ? tar : gzip;
      byte[] cut = Arrays.copyOf(whole, ending.equals(".tar") ? 600 : whole.length / 2);
      folder.add(KIND, "cut off", ending, cut, "Reading");
      folder.add(KIND, "empty", ending, new byte[0], "empty" + ending);
    }
    folder.add(KIND, "a zip named tar", ".tar.gz", zip, "Reading");
    byte[] flipped = zip.clone();
    flipped[50] ^= 1;
    folder.add(KIND, "flipped bit", ".zip", flipped, "flipped-bit.zip");
    byte[] stored = stored("cat/1.bmp", PictureAttacks.picture("bmp"));
    stored[2000] ^= 1;
    folder.add(KIND, "flipped pixel", ".zip", stored, "its checksum is not the one");
    byte[] sum = gzip.clone();
    sum[sum.length - 6] ^= 1;
    folder.add(KIND, "wrong checksum", ".tar.gz", sum, "Reading");
  }

  private void sizes() throws IOException {
    byte[] zeros = new byte[BOMB];
    String phrase = "is larger than 67108864 bytes";
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      out.putNextEntry(entry("cat/1.png"));
      out.write(zeros);
    }
    byte[] bomb = bytes.toByteArray();
    folder.add(KIND, "bomb", ".zip", bomb, phrase);
    // its directory ends with an end record of 22 bytes, and begins 46 bytes and a name before that
    int directory = bomb.length - 22 - 46 - "cat/1.png".length();
    ByteBuffer.wrap(bomb).order(ByteOrder.LITTLE_ENDIAN).putInt(directory + 24, 100);
    folder.add(KIND, "bomb that calls itself small", ".zip", bomb, "declares 100 bytes, but holds");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(path("bomb", ".tar.gz")))) {
      TarArchiveEntry header = tarEntry("cat/1.png", BOMB);
      byte[] block = new byte[512];
      header.writeEntryHeader(block);
      out.write(block);
      out.write(zeros);
      out.write(new byte[511 + 1024]); // fills the block, and ends the archive
    }
    add("bomb", ".tar.gz", phrase);
    for (String name : new String[] {"cat/1.png", "cat/more.bin"}) {
      byte[] block = new byte[512];
      tarEntry(name, (1L << 33) - 1).writeEntryHeader(block);
      folder.add(KIND, "8 GiB of " + name, ".tar", block, "is larger than 4294967296 bytes");
    }
  }

  private void folders() throws IOException {
    Files.createDirectories(folder.path(KIND, "empty-folder/x").getParent());
    folder.add(KIND, "empty folder", "No class folders", KIND + "/empty-folder");
    Path link = folder.path(KIND, "folder-with-a-link/cat/1.png");
    if (!Files.isSymbolicLink(link)) {
      Files.createSymbolicLink(link, Path.of("../../../index.tsv"));
      AttackFolder.write(folder.path("", "index.tsv"), new byte[0]);
    }
    folder.add(KIND, "link that leads out", "outside of", KIND + "/folder-with-a-link");
    folder.add(KIND, "nothing there", "no such file or folder", KIND + "/absent.zip");
  }

  private void both(String name, String phrase, String... entries) throws IOException {
    folder.add(KIND, name, ".zip", zip(entries), phrase);
    folder.add(KIND, name, ".tar", tarOf(entries), phrase);
  }

  private byte[] zip(String... entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (String name : entries) {
        out.putNextEntry(entry(name));
        out.write(name.endsWith("/") ? new byte[0] : good);
        out.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  private byte[] tarOf(String... entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes, "UTF-8")) {
      for (String name : entries) {
        byte[] content = name.endsWith("/") ? new byte[0] : good;
        out.putArchiveEntry(tarEntry(name, content.length));
        out.write(content);
        out.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] stored(String name, byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      out.setLevel(Deflater.NO_COMPRESSION);
      out.putNextEntry(entry(name));
      out.write(content);
    }
    return bytes.toByteArray();
  }

  private static ZipEntry entry(String name) {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(LocalDateTime.of(2000, 1, 1, 0, 0));
    return entry;
  }

  private static TarArchiveEntry tarEntry(String name, long bytes) {
    TarArchiveEntry entry = new TarArchiveEntry(name, true);
    entry.setModTime(0);
    entry.setSize(bytes);
    return entry;
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }

  private TarArchiveOutputStream tar(String name, String ending) throws IOException {
    return new TarArchiveOutputStream(Files.newOutputStream(path(name, ending)), "UTF-8");
  }

  private Path path(String name, String ending) {
    return folder.path(KIND, name.replace(' ', '-') + ending);
  }

  private void add(String name, String ending, String phrase) {
    folder.add(KIND, name + " " + ending, phrase, KIND + "/" + name.replace(' ', '-') + ending);
  }
}
