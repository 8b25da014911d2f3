package io.github.weit.baselines;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.DenseWeights;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.models.Family;
import io.github.weit.models.Pass;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.training.Classification;
import io.github.weit.training.Recipe;
import io.github.weit.training.TrainingLoop;
import io.github.weit.training.data.BatchStream;
import io.github.weit.training.optim.ParameterGroup;
import io.github.weit.training.optim.ParameterGroups;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A larger model whose weights are a learnt linear map of a smaller one's:
 *
 * <pre>  W'_j = sum_l w[j, l] B W_l A^T</pre>
 *
 * <p>The small model is frozen; B, A and w, see {@link GrowthMaps}, are trained for a few steps,
 * through the large model and on the task's own loss, from where they give what {@link Stacking}
 * gives. Then the large model is made once and trains as usual. On other images than the parent's
 * the parent is adapted first, and the large model's head starts fresh and is trained beside the
 * maps.
 *
 * <p>Source: Wang et al., "Learning to Grow Pretrained Models for Efficient Transformer Training"
 * (LiGO, arXiv 2303.00980).
 *
 * @param parent the smaller model; not closed by this
 * @param noise how far expansions start from copies, relative to the length of their rows; without
 *     any, equal copies stay equal
 * @param fitting what the maps are trained on; the paper has 100 steps. Its rate is that of the
 *     maps of depth, see {@link #WIDTH_FACTOR}, and its weight decay is not used
 */
public record Ligo(SizedModel parent, double noise, Fitting fitting) implements Initialiser {

  /** Steps of the paper. */
  public static final long STEPS = 100;

  /** The best peak rate of four for the maps of depth, from 2.5e-4 up (docs/baselines.md). */
  public static final double RATE = 1e-2;

  /**
   * What the rate is multiplied by for the maps of width. An entry of w weighs a layer, one of B is
   * in everything that the features pass: at the rate of w they forget what they copied
   * (docs/baselines.md).
   */
  public static final double WIDTH_FACTOR = 0.01;

  /** A small noise. */
  public static final double NOISE = 0.01;

  public Ligo {
    if (!(noise >= 0) || Double.isInfinite(noise)) {
      throw new WeitException("LiGO's noise must be 0 or more, found " + noise);
    }
  }

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
    try (NDManager scratch = manager.newSubManager()) {
      SizedModel small = small(scratch, seed);
      Family family = small.family();
      Map<String, NDArray> stacks = Stacks.all(family, small.size(), small.weights());
      GrowthMaps maps = GrowthMaps.of(family, small.size(), size, noise, seed, scratch);
      Growth growth = new Growth(small, size, stacks, maps, head(size, scratch, seed));
      learn(growth, seed);
      return new SizedModel(family, size, growth.grown().copyTo(manager));
    }
  }

  /**
   * Numbers that are learnt for a size: the maps, and a head that there is nothing to grow from.
   */
  public long learnt(Size size) {
    require(size);
    Seed any = new Seed(0);
    NDArray like = parent.weights().asMap().values().iterator().next();
    try (NDManager scratch = like.getManager().newSubManager()) {
      GrowthMaps maps = GrowthMaps.of(parent.family(), parent.size(), size, noise, any, scratch);
      return maps.leaves().elements() + head(size, scratch, any).elements();
    }
  }

  /** The smaller model, for the images that the maps are learnt on. */
  private SizedModel small(NDManager scratch, Seed seed) {
    return fitting
        .transfer()
        .map(change -> change.adapt(parent, scratch, Transferred.seed(seed)))
        .orElseGet(
            () -> new SizedModel(parent.family(), parent.size(), parent.weights().copyTo(scratch)));
  }

  /** What there is nothing to grow from: the head for other classes. */
  private NamedArrays head(Size size, NDManager scratch, Seed seed) {
    Map<String, NDArray> head = new LinkedHashMap<>();
    fitting
        .transfer()
        .ifPresent(
            change -> {
              List<String> fresh = change.parts(size).fresh();
              DenseWeights.initial(change.to().weights(size), scratch, Transferred.seed(seed))
                  .forEach((name, array) -> head.put(name, array));
              head.keySet().retainAll(fresh);
            });
    return NamedArrays.of(head);
  }

  /**
   * A larger model while it is learnt.
   *
   * @param head weights that are trained as they are, beside the maps
   */
  private record Growth(
      SizedModel small, Size size, Map<String, NDArray> stacks, GrowthMaps maps, NamedArrays head) {

    NamedArrays grown() {
      NamedArrays mapped = Stacks.mapped(small.family(), stacks, small.size(), size, maps);
      if (head.size() == 0) {
        return mapped;
      }
      Map<String, NDArray> weights = new LinkedHashMap<>(mapped.asMap());
      weights.putAll(head.asMap());
      return NamedArrays.of(weights);
    }

    NamedArrays leaves() {
      return maps.leaves().and(head);
    }
  }

  static List<ParameterGroup> groups(NamedArrays leaves) {
    ParameterGroups groups = new ParameterGroups();
    leaves.names().forEach(name -> groups.add(name, factor(name), 0));
    return groups.list();
  }

  private static double factor(String leaf) {
    return GrowthMaps.isOfWidth(leaf) ? WIDTH_FACTOR : 1;
  }

  private void learn(Growth growth, Seed seed) {
    Family family = growth.small().family();
    fitting.images().requireFor(family + "", family.inputShape(), family.classes());
    Recipe recipe = fitting.recipe();
    Classification network =
        (step, images) ->
            family.forward(
                growth.grown(),
                growth.size(),
                images,
                Pass.training(recipe.dropPath(), step.seed()).withPrecision(recipe.precision()));
    NamedArrays leaves = growth.leaves();
    try (TrainingLoop loop =
            new TrainingLoop(leaves, groups(leaves), recipe.loop(seed.child("ligo")));
        BatchStream stream = fitting.open(seed)) {
      loop.run(stream::next, network, fitting.listener(), fitting.stop());
      loop.adoptAverage();
    }
  }
}
