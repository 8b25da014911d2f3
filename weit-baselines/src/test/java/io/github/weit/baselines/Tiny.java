package io.github.weit.baselines;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.ConvCut;
import io.github.weit.models.Family;
import io.github.weit.models.ResNet;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.TemplateCut;
import io.github.weit.models.Vit;
import io.github.weit.training.Recipe;
import io.github.weit.training.data.Augmentation;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Families, models and images so small that loops over them are quick. */
final class Tiny {

  /** Heads of 4, a hidden side of twice the width, 5 tokens, 3 classes. */
  static final Vit VIT =
      new Vit(8, 1, 4, 3, 4, 2, Vit.Pooling.CLASS_TOKEN, new TemplateCut(4, 2, 2, 2));

  /** Two stages of basic blocks. */
  static final ResNet RES_NET =
      new ResNet(
          8,
          1,
          3,
          ResNet.Stem.CIFAR,
          ResNet.Block.BASIC,
          2,
          1,
          new ConvCut(4, 2, 2, 2, ConvCut.Sharing.NETWORK));

  static final ImageSet IMAGES = brightThirds(48);

  private Tiny() {}

  static NDManager manager() {
    return WeitEngine.newManager(WeitEngine.device("cpu"));
  }

  /** Noise with one bright third, which is the class. */
  private static ImageSet brightThirds(int count) {
    RandomGenerator random = new Seed(11).generator();
    byte[] pixels = new byte[count * 64];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % 3;
      for (int p = 0; p < 64; p++) {
        pixels[i * 64 + p] = (byte) (random.nextInt(90) + (p / 22 == labels[i] ? 120 : 0));
      }
    }
    return ImageSet.of("thirds", List.of("top", "middle", "bottom"), 1, 8, 8, labels, pixels);
  }

  static Normalisation normalisation() {
    return Normalisation.of(IMAGES);
  }

  static Recipe recipe(long steps) {
    return Recipe.of(steps, 12).withAugmentation(Augmentation.NONE).withLearningRate(1e-2);
  }

  static Fitting fitting(long steps) {
    return Fitting.of(IMAGES, normalisation(), recipe(steps));
  }

  /** A model of which no weight is what another is, biases and gains included. */
  static SizedModel model(Family family, Size size, NDManager manager, long seed) {
    SizedModel model = SizedModel.random(family, size, manager, new Seed(seed));
    RandomGenerator random = new Seed(seed).child("tiny").generator();
    Map<String, NDArray> weights = new LinkedHashMap<>();
    model
        .weights()
        .forEach(
            (name, array) -> {
              float[] values = array.toFloatArray();
              for (int i = 0; i < values.length; i++) {
                values[i] += (float) (0.2 * random.nextGaussian());
              }
              weights.put(name, manager.create(values, array.getShape()));
            });
    return new SizedModel(family, size, NamedArrays.of(weights));
  }

  static NDArray images(NDManager manager, int count) {
    RandomGenerator random = new Seed(5).generator();
    float[] values = new float[count * 64];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return manager.create(values, new Shape(count, 1, 8, 8)).toType(DataType.FLOAT32, false);
  }

  static Map<String, float[]> values(NamedArrays arrays) {
    Map<String, float[]> values = new LinkedHashMap<>();
    arrays.forEach((name, array) -> values.put(name, array.toFloatArray()));
    return values;
  }

  static Map<String, float[]> values(SizedModel model) {
    return values(model.weights());
  }
}
