package io.github.weit.benchmarks.kernels;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import io.github.weit.core.DenseWeights;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.Family;
import io.github.weit.models.Pass;
import io.github.weit.models.Size;
import io.github.weit.models.Vit;
import io.github.weit.training.BatchFeed;
import io.github.weit.training.Classification;
import io.github.weit.training.Recipe;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.TrainingLoop;
import io.github.weit.training.data.Augmentation;
import io.github.weit.training.data.Batch;
import io.github.weit.training.data.BatchSource;
import io.github.weit.training.data.BatchStream;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import io.github.weit.training.optim.ParameterGroup;
import java.util.List;
import java.util.random.RandomGenerator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Batches of 64 images of 3x32x32, shuffled, augmented and normalised, against a training step of
 * the smallest transformer that anybody trains on them, 64x4, on a batch that stays in memory.
 */
@State(Scope.Thread)
public class BatchBenchmark {

  private static final int IMAGES = 10_000;
  private static final int BATCH = 64;
  private static final long ENDLESS = 1_000_000_000L;
  private static final Size SIZE = new Size(64, 4);

  /** How images are changed: not at all, cropped and flipped, or everything there is. */
  @Param({"none", "light", "all"})
  public String augmentation;

  private NDManager manager;
  private BatchStream stream;
  private TrainingLoop loop;
  private NamedArrays weights;
  private Batch still;
  private final Family family = Vit.small(32, 3, 10);
  private final Classification network =
      (step, images) -> family.forward(weights, SIZE, images, Pass.training(0, step.seed()));

  @Setup
  public void open() {
    manager = WeitEngine.newManager(WeitEngine.device("cpu"));
    ImageSet images = noise();
    stream =
        new BatchSource(images, Normalisation.of(images), augmentation(), BATCH, new Seed(1))
            .open(0);
    still = stream.next(manager);
    weights = DenseWeights.initial(family.weights(SIZE), manager, new Seed(0));
    Recipe recipe = Recipe.of(ENDLESS, BATCH).withLearningRate(1e-6).withWarmup(0).withClipNorm(0);
    loop =
        new TrainingLoop(weights, ParameterGroup.byRank(weights, 0.05), recipe.loop(new Seed(2)));
  }

  private Augmentation augmentation() {
    return switch (augmentation) {
      case "none" -> Augmentation.NONE;
      case "light" -> Augmentation.LIGHT;
      default -> Augmentation.LIGHT.withMixup(0.8).withCutmix(1).withErasing(0.25);
    };
  }

  private static ImageSet noise() {
    RandomGenerator random = new Seed(3).generator();
    byte[] pixels = new byte[IMAGES * 3 * 32 * 32];
    random.nextBytes(pixels);
    int[] labels = random.ints(IMAGES, 0, 10).toArray();
    List<String> classes = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    return ImageSet.of("noise", classes, 3, 32, 32, labels, pixels);
  }

  @TearDown
  public void close() {
    loop.close();
    stream.close();
    manager.close();
  }

  /** A batch alone; the worker thread prepares the next one meanwhile. */
  @Benchmark
  public long batch() {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      return stream.next(manager).images().size();
    }
  }

  /** A step on a batch that was there before. */
  @Benchmark
  @Yardstick
  public double step() {
    return step(owner -> still);
  }

  /** A step on a batch of its own. */
  @Benchmark
  public double stepWithItsBatch() {
    return step(stream::next);
  }

  private double step(BatchFeed<Batch> feed) {
    long end = loop.position() + 1;
    return loop.runUntil(end, feed, network, TrainingListener.NONE, () -> false).lastLoss();
  }
}
