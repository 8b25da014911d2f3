package io.github.weit.baselines;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.models.Family;
import io.github.weit.models.Pass;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.training.Classification;
import io.github.weit.training.Recipe;
import io.github.weit.training.TrainingLoop;
import io.github.weit.training.data.BatchStream;
import io.github.weit.training.optim.ParameterGroup;
import java.util.Map;
import java.util.Optional;

/**
 * A larger model whose weights are a learnt linear map of a smaller one's:
 *
 * <pre>  W'_j = sum_l w[j, l] B W_l A^T</pre>
 *
 * <p>The small model is frozen; B, A and w, see {@link GrowthMaps}, are trained for a few steps,
 * through the large model and on the task's own loss, from where they give what {@link Stacking}
 * gives. Then the large model is made once and trains as usual.
 *
 * <p>Source: Wang et al., "Learning to Grow Pretrained Models for Efficient Transformer Training"
 * (LiGO, arXiv 2303.00980).
 *
 * @param parent the smaller model; not closed by this
 * @param noise how far expansions start from copies, relative to the length of their rows; without
 *     any, equal copies stay equal
 * @param fitting what the maps are trained on; the paper has 100 steps. Its weight decay is not
 *     used
 */
public record Ligo(SizedModel parent, double noise, Fitting fitting) implements Initialiser {

  /** Steps of the paper. */
  public static final long STEPS = 100;

  /** A small noise. */
  public static final double NOISE = 0.01;

  @Override
  public String name() {
    return Method.LIGO.id();
  }

  @Override
  public Optional<String> refusal(Size size) {
    return Stacking.growthRefusal(parent, size);
  }

  @Override
  public SizedModel initialise(Size size, NDManager manager, Seed seed) {
    require(size);
    Family family = parent.family();
    try (NDManager scratch = manager.newSubManager()) {
      Map<String, NDArray> stacks =
          Stacks.all(family, parent.size(), parent.weights().copyTo(scratch));
      GrowthMaps maps = GrowthMaps.of(family, parent.size(), size, noise, seed, scratch);
      learn(stacks, maps, size, seed);
      NamedArrays grown = Stacks.mapped(family, stacks, parent.size(), size, maps);
      return new SizedModel(family, size, grown.copyTo(manager));
    }
  }

  private void learn(Map<String, NDArray> stacks, GrowthMaps maps, Size size, Seed seed) {
    Family family = parent.family();
    Recipe recipe = fitting.recipe();
    Classification network =
        (step, images) ->
            family.forward(
                Stacks.mapped(family, stacks, parent.size(), size, maps),
                size,
                images,
                Pass.training(recipe.dropPath(), step.seed()).withPrecision(recipe.precision()));
    try (TrainingLoop loop =
            new TrainingLoop(
                maps.leaves(),
                ParameterGroup.all(maps.leaves(), 0),
                recipe.loop(seed.child("ligo")));
        BatchStream stream = fitting.open(seed)) {
      loop.run(stream::next, network, fitting.listener(), fitting.stop());
    }
  }
}
