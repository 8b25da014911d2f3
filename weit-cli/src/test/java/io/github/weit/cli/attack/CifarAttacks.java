package io.github.weit.cli.attack;

import java.nio.file.Path;

/** Binaries of CIFAR-10 (records of 3,073 bytes) and of CIFAR-100 (3,074). */
final class CifarAttacks {

  private static final String KIND = "cifar";

  private CifarAttacks() {}

  static void addTo(AttackFolder folder) {
    folder.add(KIND, "empty", ".bin", new byte[0], "expected a multiple of 3073 bytes");
    folder.add(KIND, "one byte less", ".bin", new byte[3072], "expected whole records of 3073");
    folder.add(KIND, "one byte more", ".bin", new byte[3075], "expected whole records of 3073");
    byte[] ten = new byte[2 * 3073];
    ten[3073] = 10;
    folder.add(KIND, "label of 10", ".bin", ten, "image 1 has label 10, expected 0 to 9");
    byte[] hundred = new byte[3074];
    hundred[1] = (byte) 255;
    folder.add(KIND, "label of 255", ".bin", hundred, "image 0 has label 255, expected 0 to 99");
    byte[] gzip = new byte[500];
    gzip[0] = 0x1F;
    gzip[1] = (byte) 0x8B;
    folder.add(KIND, "gzipped", ".bin", gzip, "expected whole records of 3073");
    AttackFolder.write(folder.path(KIND, "mixed/1.bin"), new byte[3073]);
    AttackFolder.write(folder.path(KIND, "mixed/2.bin"), new byte[3074]);
    String mixed = KIND + "/mixed/";
    folder.add(
        KIND, "10 and 100", "expected whole records of 3073", mixed + "1.bin", mixed + "2.bin");
    Path inside = folder.path(KIND, "folder.bin/1.bin");
    AttackFolder.write(inside, new byte[3073]);
    folder.add(KIND, "a folder", "folder.bin is no file", KIND + "/folder.bin");
    folder.add(KIND, "not fetched", "is missing", "--data-folder=" + KIND, "cifar10");
  }
}
