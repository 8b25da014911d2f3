package io.github.weit.models;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.DenseWeights;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Resize;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;

/**
 * A family at one size with dense weights: what the constraint leaves behind once weights are
 * composed.
 *
 * @param family the architecture
 * @param size its size
 * @param weights every weight under its parameter path; closed with this
 */
public record SizedModel(Family family, Size size, NamedArrays weights) implements AutoCloseable {

  /** A model with the family's usual random weights, in {@code manager}. */
  public static SizedModel random(Family family, Size size, NDManager manager, Seed seed) {
    return new SizedModel(family, size, DenseWeights.initial(family.weights(size), manager, seed));
  }

  /** A model composed from templates and scalers; a copy in {@code manager}, free of both. */
  public static SizedModel compose(
      Family family, Size size, TemplateBank bank, ScalerSet scalers, NDManager manager) {
    try (NDManager scratch = manager.newSubManager();
        TemplateBank templates = bank.copyTo(scratch);
        ScalerSet own = scalers.copyTo(scratch)) {
      NamedArrays composed = templates.compose(own.resize(family.weights(size), Resize.standard()));
      return new SizedModel(family, size, composed.copyTo(manager));
    }
  }

  /**
   * Logits of a batch, without randomness.
   *
   * @param images {@code (batch, ...inputShape)}
   * @return {@code (batch, classes)}
   */
  public NDArray logits(NDArray images) {
    return family.forward(weights, size, images, Pass.evaluation());
  }

  public Cost cost() {
    return family.cost(size);
  }

  /** An ordinary DJL model with copies of the weights; the caller closes it. */
  public Model toDjl(String name) {
    FamilyBlock block = new FamilyBlock(family, size, new Seed(0));
    NDArray first = weights.asMap().values().iterator().next();
    Model model = Model.newInstance(name, first.getDevice(), "PyTorch");
    block.set(model.getNDManager(), weights);
    model.setBlock(block);
    return model;
  }

  @Override
  public void close() {
    weights.close();
  }
}
