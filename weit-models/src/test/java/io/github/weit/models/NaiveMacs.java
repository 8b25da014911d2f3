package io.github.weit.models;

import io.github.weit.core.WeightType;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts multiplications without the families' own arithmetic: for every parameter of a model, its
 * numbers times the places of the image at which its layer uses them. Sides follow from the formula
 * of convolutions, floor((side + 2 padding - kernel) / stride) + 1, along the layers of the papers.
 */
final class NaiveMacs {

  private NaiveMacs() {}

  /** Every block in full. */
  static long of(Vit vit, Size size) {
    return of(vit, size, false);
  }

  /**
   * @param alone whether only the first token of the last block asks, is projected and goes on to
   *     the MLP
   */
  static long of(Vit vit, Size size, boolean alone) {
    long patches = (long) (vit.imageSize() / vit.patch()) * (vit.imageSize() / vit.patch());
    long tokens = patches + (vit.pooling() == Vit.Pooling.CLASS_TOKEN ? 1 : 0);
    String last = "blocks." + (size.depth() - 1) + ".";
    long macs = 0;
    for (Weight weight : matrices(vit, size)) {
      String name = weight.name();
      if (name.equals("patch_embed.proj.weight")) {
        macs += weight.numbers() * patches;
      } else if (alone && name.equals(last + "attn.qkv.weight")) {
        macs += weight.numbers() / 3 * (1 + tokens + tokens);
      } else if (alone && name.startsWith(last) || name.equals("head.weight")) {
        macs += weight.numbers();
      } else if (name.startsWith("blocks.")) {
        macs += weight.numbers() * tokens;
      }
    }
    for (int layer = 0; layer < size.depth(); layer++) {
      long queries = alone && layer == size.depth() - 1 ? 1 : tokens;
      for (int head = 0; head < size.width() / vit.headSize(); head++) {
        macs += 2 * queries * tokens * vit.headSize(); // products with keys, and with values
      }
    }
    return macs;
  }

  static long of(ResNet net, Size size) {
    boolean imagenet = net.stem() == ResNet.Stem.IMAGENET;
    boolean bottleneck = net.block() == ResNet.Block.BOTTLENECK;
    int stem = imagenet ? side(net.imageSize(), 7, 2, 3) : side(net.imageSize(), 3, 1, 1);
    List<Integer> after = new ArrayList<>(); // of each stage
    int side = imagenet ? side(stem, 3, 2, 1) : stem;
    after.add(side);
    for (int stage = 1; stage < net.stages(); stage++) {
      side = side(side, 3, 2, 1);
      after.add(side);
    }
    long macs = 0;
    for (Weight weight : matrices(net, size)) {
      int places;
      if (weight.name().equals("conv1.weight")) {
        places = stem;
      } else if (weight.name().equals("fc.weight")) {
        places = 1;
      } else {
        int stage = Character.digit(weight.name().charAt("layer".length()), 10) - 1;
        boolean before = bottleneck && weight.name().endsWith(".0.conv1.weight") && stage > 0;
        places = after.get(before ? stage - 1 : stage);
      }
      macs += weight.numbers() * places * places;
    }
    return macs;
  }

  static long of(ConvNext net, Size size) {
    int stem = side(net.imageSize(), net.patch(), net.patch(), 0);
    List<Integer> after = new ArrayList<>();
    int side = stem;
    for (int stage = 0; stage < net.stages(); stage++) {
      side = stage > 0 || net.patch() == 2 ? side(side, 2, 2, 0) : side;
      after.add(side);
    }
    long macs = 0;
    for (Weight weight : matrices(net, size)) {
      int places = 1; // the head
      if (weight.name().startsWith("stem.0")) {
        places = stem;
      } else if (weight.name().startsWith("stages.")) {
        places = after.get(Character.digit(weight.name().charAt("stages.".length()), 10));
      }
      macs += weight.numbers() * places * places;
    }
    return macs;
  }

  private record Weight(String name, long numbers) {}

  /** Every weight of two axes or more that multiplies features. */
  private static List<Weight> matrices(Family family, Size size) {
    List<Weight> weights = new ArrayList<>();
    for (WeightType type : family.weights(size)) {
      for (String name : type.parameterNames()) {
        long numbers = 1;
        for (long extent : type.denseShape().getShape()) {
          numbers *= extent;
        }
        if (type.denseShape().dimension() > 1) {
          weights.add(new Weight(name, numbers));
        }
      }
    }
    return weights;
  }

  private static int side(int side, int kernel, int stride, int padding) {
    return (side + 2 * padding - kernel) / stride + 1;
  }
}
