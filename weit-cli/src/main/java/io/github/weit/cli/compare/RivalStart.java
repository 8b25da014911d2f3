package io.github.weit.cli.compare;

import ai.djl.ndarray.NDManager;
import io.github.weit.baselines.Initialiser;
import io.github.weit.baselines.Rival;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import java.util.Optional;

/**
 * First weights by somebody else's method, held to what was asked for: a model of another size or
 * family would be measured as if it were the one that its row names.
 *
 * @param method its name
 * @param first makes them
 * @param family of the models that are asked for
 */
record RivalStart(String method, Initialiser first, Family family) implements Initialiser {

  /**
   * The start of a method of others.
   *
   * @throws WeitException if it has none
   */
  static RivalStart of(Rival rival, Rival.Ingredients ingredients) {
    Initialiser first = rival.initialiser(ingredients);
    if (first == null) {
      throw new WeitException(
          "%s, of %s: expected an initialiser, found null"
              .formatted(rival.id(), rival.getClass().getName()));
    }
    return new RivalStart(rival.id(), first, ingredients.family());
  }

  @Override
  public String name() {
    return method;
  }

  @Override
  public Optional<String> refusal(Size size) {
    return first.refusal(size);
  }

  @Override
  public SizedModel initialise(Size size, NDManager manager, Seed seed) {
    SizedModel model = first.initialise(size, manager, seed);
    if (model == null) {
      throw refusal(size, "null");
    }
    if (!model.size().equals(size) || !model.family().equals(family)) {
      throw refusal(size, "one of %s, %s".formatted(model.size(), model.family()));
    }
    return model;
  }

  private WeitException refusal(Size size, String found) {
    return new WeitException(
        "%s, by %s: expected a model of %s, %s, found %s; leave it out of --methods until it is mended"
            .formatted(method, first.getClass().getName(), size, family, found));
  }
}
