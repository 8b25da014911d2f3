package io.github.weit.benchmarks;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.Constraint;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.WeightType;
import io.github.weit.core.engine.Precision;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.ConvNext;
import io.github.weit.models.Family;
import io.github.weit.models.Pass;
import io.github.weit.models.Presets;
import io.github.weit.models.ResNet;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.StepCost;
import io.github.weit.models.Vit;
import io.github.weit.scalers.ScalerFit;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.templates.Pretraining;
import io.github.weit.training.Classification;
import io.github.weit.training.Recipe;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.TrainingLoop;
import io.github.weit.training.data.Batch;
import io.github.weit.training.optim.ParameterGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A few training steps, and how far they raise the peak of this process's resident memory.
 *
 * @param family by name: {@code vit}, {@code resnet} and {@code convnext} are those for images of
 *     32x32, others those of the presets of that name
 * @param size of the model
 * @param images in a batch
 * @param stage {@code train}, {@code pretrain} or {@code fit}
 * @param precision of the layers
 */
record MemoryStep(String family, Size size, int images, String stage, Precision precision) {

  private static final int STEPS = 4;

  /**
   * Images of the steps that warm up, small ones. With an odd number of them, 8 channels and two
   * threads the engine's backward pass of a 1x1 convolution of stride 2 in bfloat16 ends the
   * process.
   */
  private static final int WARM_UP = 2;

  private static final Constraint CONSTRAINT = new KroneckerConstraint();

  /** From {@code family size images stage precision}. */
  static MemoryStep parse(String text) {
    String[] words = text.split(" ");
    return new MemoryStep(
        words[0],
        Size.parse(words[1]),
        Integer.parseInt(words[2]),
        words[3],
        Precision.named(words[4]));
  }

  private Family architecture() {
    return switch (family) {
      case "vit" -> Vit.small(32, 3, 10);
      case "resnet" -> ResNet.small(32, 3, 10);
      case "convnext" -> ConvNext.small(32, 3, 10);
      default -> Presets.of(family).family();
    };
  }

  /** The same for smaller images, where there are large ones. */
  private Family warmingUp() {
    boolean small = List.of("vit", "resnet", "convnext").contains(family);
    return small ? architecture() : Presets.of(family).family(64, 3, 10);
  }

  StepCost predicted() {
    StepCost.Step step = new StepCost.Step(images, false, precision);
    return switch (stage) {
      case "train" -> StepCost.dense(architecture(), size, step);
      case "pretrain" -> StepCost.pretraining(architecture(), size, CONSTRAINT, step);
      case "fit" -> StepCost.fit(architecture(), size, CONSTRAINT, step);
      default -> throw new IllegalArgumentException("no stage is called " + stage);
    };
  }

  /**
   * In a process of its own: prints by how many bytes the peak rises. Engine and code are warmed up
   * with the smallest size first.
   */
  public static void main(String[] arguments) throws IOException {
    MemoryStep step = parse(String.join(" ", arguments));
    Family first = step.warmingUp();
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("cpu"))) {
      step.run(manager, first, Size.uniform(first.widthStep(), 1, first.stages()), WARM_UP);
      Files.writeString(Path.of("/proc/self/clear_refs"), "5"); // the peak starts anew
      long before = peak();
      step.run(manager, step.architecture(), step.size, step.images);
      System.out.println("grown " + (peak() - before));
    }
  }

  private void run(NDManager parent, Family network, Size at, int count) {
    Recipe recipe = PretrainPlan.recipe(STEPS, count).withPrecision(precision);
    Seed seed = new Seed(0);
    try (NDManager manager = parent.newSubManager()) {
      Batch batch = batch(manager, network, count);
      switch (stage) {
        case "train" -> train(SizedModel.random(network, at, manager, seed), batch, recipe);
        case "pretrain" -> {
          PretrainPlan plan = PretrainPlan.of(network, at, recipe).withFullSizeAlone();
          try (Pretraining pretraining = new Pretraining(plan, seed, manager)) {
            pretraining.run(owner -> batch, TrainingListener.all(), () -> false);
          }
        }
        default -> {
          List<WeightType> types = network.weights(at);
          TemplateBank bank = TemplateBank.create(CONSTRAINT, types, manager, seed);
          ScalerSet start = ScalerSet.create(CONSTRAINT, types, manager, seed);
          try (ScalerFit fit = new ScalerFit(network, at, bank, start, recipe, seed, manager)) {
            start.close();
            System.gc(); // their memory is Java's, and waits for the collector
            fit.run(owner -> batch, TrainingListener.all(), () -> false);
          }
        }
      }
    }
  }

  private static void train(SizedModel model, Batch batch, Recipe recipe) {
    Classification network =
        (step, images) ->
            model
                .family()
                .forward(
                    model.weights(),
                    model.size(),
                    images,
                    Pass.training(0, step.seed()).withPrecision(recipe.precision()));
    List<ParameterGroup> groups = ParameterGroup.byRank(model.weights(), recipe.weightDecay());
    try (TrainingLoop loop = new TrainingLoop(model.weights(), groups, recipe.loop(new Seed(0)))) {
      loop.run(owner -> batch, network, TrainingListener.all(), () -> false);
    }
  }

  private static Batch batch(NDManager manager, Family network, int images) {
    Shape shape = network.inputShape(images);
    float[] pixels = new float[Math.toIntExact(shape.size())];
    RandomGenerator random = new Seed(1).generator();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    float[] targets = new float[images * network.classes()];
    for (int image = 0; image < images; image++) {
      targets[image * network.classes() + image % network.classes()] = 1;
    }
    return new Batch(
        manager.create(pixels, shape),
        manager.create(targets, new Shape(images, network.classes())));
  }

  private static long peak() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
