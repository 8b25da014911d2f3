package io.github.weit.training.data;

import java.nio.ByteBuffer;
import java.util.List;

/** Where the images of a set lie; all take as many bytes. Immutable, for any number of threads. */
interface Pixels {

  int count();

  /** Copies image {@code index} to {@code target} from {@code offset} on. */
  void copy(int index, byte[] target, int offset);

  /** The images at {@code indices}, in that order, not copied. */
  Pixels select(int... indices);

  /** In Java's heap, an array for each, so that a set may be as large as the heap. */
  record OnHeap(byte[][] images) implements Pixels {

    @Override
    public int count() {
      return images.length;
    }

    @Override
    public void copy(int index, byte[] target, int offset) {
      System.arraycopy(images[index], 0, target, offset, images[index].length);
    }

    @Override
    public Pixels select(int... indices) {
      byte[][] chosen = new byte[indices.length][];
      for (int i = 0; i < indices.length; i++) {
        chosen[i] = images[indices[i]];
      }
      return new OnHeap(chosen);
    }
  }

  /**
   * In mapped parts of a file, so that a set may be as large as the disk; the system keeps in
   * memory what is read often.
   *
   * @param parts images one after the other, {@code perPart} in each but the last
   * @param places of each image of the set, the number that it has in the parts
   */
  record Mapped(List<ByteBuffer> parts, int perPart, int imageBytes, int[] places)
      implements Pixels {

    /** Bytes of a part at most, if an image does not take more. */
    private static final int PART_BYTES = 1 << 30;

    static int imagesPerPart(int imageBytes) {
      return Math.max(1, PART_BYTES / imageBytes);
    }

    @Override
    public int count() {
      return places.length;
    }

    @Override
    public void copy(int index, byte[] target, int offset) {
      int place = places[index];
      ByteBuffer part = parts.get(place / perPart);
      part.get(place % perPart * imageBytes, target, offset, imageBytes);
    }

    @Override
    public Pixels select(int... indices) {
      int[] chosen = new int[indices.length];
      for (int i = 0; i < indices.length; i++) {
        chosen[i] = places[indices[i]];
      }
      return new Mapped(parts, perPart, imageBytes, chosen);
    }
  }
}
