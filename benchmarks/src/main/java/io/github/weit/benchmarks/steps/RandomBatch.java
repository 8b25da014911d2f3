package io.github.weit.benchmarks.steps;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.Seed;
import io.github.weit.training.data.Batch;
import java.util.random.RandomGenerator;

/**
 * Normal noise, and a class for each image.
 *
 * @param shape {@code (batch, channels, height, width)}
 * @param images of that shape
 * @param labels {@code (batch)}, from 0
 * @param classes how many there are
 */
record RandomBatch(Shape shape, float[] images, int[] labels, int classes) {

  static RandomBatch of(Arm arm, Seed seed) {
    RandomGenerator random = seed.child("batch").generator();
    Shape shape = arm.family().inputShape(arm.batch());
    float[] images = new float[Math.toIntExact(shape.size())];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) random.nextGaussian();
    }
    int classes = arm.family().classes();
    int[] labels = random.ints(arm.batch(), 0, classes).toArray();
    return new RandomBatch(shape, images, labels, classes);
  }

  /** As our loop takes it; the arrays live as long as {@code manager}. */
  Batch in(NDManager manager) {
    float[] targets = new float[labels.length * classes];
    for (int i = 0; i < labels.length; i++) {
      targets[i * classes + labels[i]] = 1;
    }
    return new Batch(
        manager.create(images, shape), manager.create(targets, new Shape(labels.length, classes)));
  }
}
