package io.github.weit.models;

/**
 * A model that papers and libraries know by a name: a size of a family.
 *
 * @param name the one it has in timm or torchvision where there is one
 * @param family with the images and the number of classes that it is known for
 * @param size its size
 */
public record Preset(String name, Family family, Size size) {

  public Preset {
    family.requireLegal(size);
  }

  /** The family for other images and classes. */
  public Family family(int imageSize, int channels, int classes) {
    return family.withClasses(classes).withImages(imageSize, channels);
  }

  /** Side of the images that it is known for. */
  public int imageSize() {
    return Math.toIntExact(family.inputShape().get(1));
  }

  /** Channels of those. */
  public int channels() {
    return Math.toIntExact(family.inputShape().get(0));
  }

  /** What it costs with those images and classes. */
  public Cost cost() {
    return family.cost(size);
  }
}
