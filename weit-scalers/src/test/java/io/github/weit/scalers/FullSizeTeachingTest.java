package io.github.weit.scalers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.Resize;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.engine.Precision;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.ResNet;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Vit;
import io.github.weit.training.Classification;
import io.github.weit.training.Lesson;
import io.github.weit.training.Recipe;
import io.github.weit.training.Step;
import io.github.weit.training.TeachingOptions;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.data.Augmentation;
import io.github.weit.training.data.Batch;
import io.github.weit.training.data.BatchSource;
import io.github.weit.training.data.BatchStream;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FullSizeTeachingTest {

  private static final Vit VIT = Vit.small(8, 1, 3);
  private static final Size FULL = new Size(64, 3);
  private static final Size SIZE = new Size(32, 2);
  private static final Seed SEED = new Seed(3);
  private static final Step STEP = new Step(0, SEED);

  private static final ImageSet IMAGES = images();

  private NDManager manager;
  private TemplateBank bank;
  private ScalerSet scalers;
  private SizedModel full;

  @BeforeEach
  void untrained() {
    manager = WeitEngine.newManager(WeitEngine.device("cpu"));
    KroneckerConstraint kronecker = new KroneckerConstraint();
    bank = TemplateBank.create(kronecker, VIT.weights(FULL), manager, SEED);
    scalers = ScalerSet.create(kronecker, VIT.weights(FULL), manager, SEED);
    full = SizedModel.compose(VIT, FULL, bank, scalers, manager);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static Batch batch(long seed, NDManager owner) {
    RandomGenerator random = new Seed(seed).generator();
    float[] pixels = new float[8 * 64];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    float[] targets = new float[8 * 3];
    for (int i = 0; i < 8; i++) {
      targets[3 * i + random.nextInt(3)] = 1;
    }
    return new Batch(
        owner.create(pixels, new Shape(8, 1, 8, 8)), owner.create(targets, new Shape(8, 3)));
  }

  private double loss(double weight, Classification network, Batch batch) {
    return new FullSizeTeaching(full, weight, Precision.FLOAT32)
        .of(network)
        .loss(STEP, batch, manager)
        .toFloatArray()[0];
  }

  private static double[] probabilities(NDArray logits, int row) {
    float[] values = logits.toFloatArray();
    double[] p = new double[3];
    double sum = 0;
    for (int c = 0; c < 3; c++) {
      p[c] = Math.exp(values[3 * row + c]);
      sum += p[c];
    }
    for (int c = 0; c < 3; c++) {
      p[c] /= sum;
    }
    return p;
  }

  @Test
  void mixesLabelsWithWhatTheFullSizeSays() {
    Batch batch = batch(1, manager);
    try (SizedModel other = SizedModel.random(VIT, SIZE, manager, new Seed(9))) {
      double expected = 0;
      NDArray said = full.logits(batch.images());
      NDArray own = other.logits(batch.images());
      float[] targets = batch.targets().toFloatArray();
      for (int i = 0; i < 8; i++) {
        double[] p = probabilities(said, i);
        double[] q = probabilities(own, i);
        for (int c = 0; c < 3; c++) {
          expected += 0.3 * p[c] * Math.log(p[c] / q[c]) / 8;
          expected -= 0.7 * targets[3 * i + c] * Math.log(q[c]) / 8;
        }
      }
      Classification network = (step, images) -> other.logits(images);
      assertThat(loss(0.3, network, batch)).isCloseTo(expected, within(1e-5));
    }
  }

  @Test
  void hasNothingToTeachTheFullSize() {
    Classification itself = (step, images) -> full.logits(images);
    assertThat(loss(1, itself, batch(1, manager))).isCloseTo(0, within(1e-6));
  }

  private static ImageSet images() {
    byte[] pixels = new byte[12 * 64];
    new Seed(4).generator().nextBytes(pixels);
    int[] labels = IntStream.range(0, 12).map(i -> i % 3).toArray();
    return ImageSet.of("noise", List.of("a", "b", "c"), 1, 8, 8, labels, pixels);
  }

  private static BatchSource source(Augmentation augmentation) {
    return new BatchSource(IMAGES, Normalisation.of(IMAGES), augmentation, 4, SEED);
  }

  private double[] losses(Lesson lesson, SizedModel student) {
    Classification network = (step, images) -> student.logits(images);
    double[] losses = new double[7];
    try (BatchStream stream = lesson.source().open(0)) {
      for (int i = 0; i < losses.length; i++) {
        losses[i] =
            lesson.task().apply(network).loss(STEP, stream.next(manager), manager).getFloat();
      }
    }
    return losses;
  }

  /** Two losses that differ by the same number for all students have the same gradient. */
  @Test
  void askedBeforehandItTeachesWhatItDoesWhenAskedAtEveryStep() {
    Recipe recipe = Recipe.of(12, 4).withAugmentation(Augmentation.FLIP);
    FullSizeTeaching teaching = new FullSizeTeaching(full, 0.6, recipe.precision());
    BatchSource source = source(recipe.augmentation());
    Lesson before = teaching.lesson(source, recipe, manager);
    Lesson asked = new Lesson(source, teaching::of);
    assertThat(before.source()).isNotSameAs(source);
    try (SizedModel one = SizedModel.random(VIT, SIZE, manager, new Seed(9));
        SizedModel two = SizedModel.random(VIT, FULL, manager, new Seed(10))) {
      double[] beforeOne = losses(before, one);
      double[] beforeTwo = losses(before, two);
      double[] askedOne = losses(asked, one);
      double[] askedTwo = losses(asked, two);
      for (int i = 0; i < beforeOne.length; i++) {
        assertThat(beforeOne[i] - askedOne[i])
            .isCloseTo(beforeTwo[i] - askedTwo[i], within(1e-5))
            .isGreaterThan(0.1); // the entropy's share
        assertThat(Math.abs(beforeOne[i] - beforeTwo[i])).isGreaterThan(1e-4);
      }
    }
  }

  @Test
  void isAskedAtEveryStepWhereThatIsLessWorkOrOneImageHasManyViews() {
    FullSizeTeaching teaching = new FullSizeTeaching(full, 1, Precision.FLOAT32);
    Recipe enough = Recipe.of(6, 4).withAugmentation(Augmentation.FLIP);
    Recipe few = enough.withSteps(5); // 20 images, of 12 with two views
    Recipe cropped = Recipe.of(60, 4).withAugmentation(Augmentation.LIGHT);
    assertThat(isAskedBefore(teaching, enough)).isTrue();
    assertThat(isAskedBefore(teaching, few)).isFalse();
    assertThat(isAskedBefore(teaching, cropped)).isFalse();
    assertThat(isAskedBefore(new FullSizeTeaching(full, 0, Precision.FLOAT32), enough)).isFalse();
    assertThat(FullSizeTeaching.shown(VIT, FULL, TeachingOptions.TUNED, 12, enough.withSteps(50)))
        .isEqualTo(24);
    assertThat(FullSizeTeaching.shown(VIT, FULL, TeachingOptions.TUNED, 12, few)).isEqualTo(40);
    ResNet net = ResNet.small(8, 1, 3);
    Size size = Size.parse("8x1-1-1");
    TeachingOptions options = TeachingOptions.TUNED;
    assertThat(FullSizeTeaching.shown(net, size, options, 12, enough.withSteps(50))).isEqualTo(200);
    assertThat(FullSizeTeaching.isOfBothViews(net, size, options, enough)).isFalse();
    assertThat(FullSizeTeaching.isOfBothViews(VIT, FULL, options, enough)).isTrue();
    Recipe plain = enough.withAugmentation(Augmentation.NONE);
    assertThat(FullSizeTeaching.isOfBothViews(VIT, FULL, options, plain)).isFalse();
    try (SizedModel ofBatches = SizedModel.random(net, size, manager, SEED)) {
      assertThat(
              isAskedBefore(
                  new FullSizeTeaching(ofBatches, 1, Precision.FLOAT32), enough.withSteps(50)))
          .isFalse();
    }
  }

  @Test
  void withoutWeightTheFullSizeIsNotAsked() {
    BatchSource source = source(Augmentation.LIGHT);
    Lesson lesson =
        new FullSizeTeaching(full, 0, Precision.FLOAT32).lesson(source, Recipe.of(60, 4), manager);
    assertThat(lesson.source()).isSameAs(source);
    Classification network = (step, images) -> images;
    assertThat(lesson.task().apply(network)).isSameAs(network);
    assertThatThrownBy(() -> new FullSizeTeaching(full, 1.5, Precision.FLOAT32))
        .hasMessageContaining("from 0 to 1, found 1.5");
  }

  private boolean isAskedBefore(FullSizeTeaching teaching, Recipe recipe) {
    BatchSource source = source(recipe.augmentation());
    return teaching.lesson(source, recipe, manager).source() != source;
  }

  /** Without labels: what is fitted comes to say what the full size says. */
  @Test
  void aFitComesNearerToTheFullSizeAndLeavesItAsItIs() {
    float[] before = full.weights().get("head.weight").toFloatArray();
    ScalerSet start = scalers.resize(VIT.weights(SIZE), Resize.standard()).copyTo(manager);
    Recipe recipe = Recipe.of(60, 8).withLearningRate(1e-2);
    List<Double> losses = new ArrayList<>();
    TrainingListener listener = report -> losses.add(report.loss());
    try (ScalerFit fit = new ScalerFit(VIT, SIZE, bank, start, recipe, SEED, manager)) {
      fit.run(
          owner -> batch(2, owner),
          new FullSizeTeaching(full, 1, recipe.precision())::of,
          listener,
          () -> false);
    }
    assertThat(losses.get(0)).isPositive();
    assertThat(losses.get(59)).isLessThan(0.3 * losses.get(0));
    assertThat(full.weights().get("head.weight").toFloatArray()).isEqualTo(before);
    assertThat(full.weights().get("head.weight").hasGradient()).isFalse();
  }
}
