package io.github.weit.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.models.Family;
import io.github.weit.models.ImageTransfer;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import io.github.weit.training.TeachingOptions;
import io.github.weit.training.TrainingListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Parents of 16x16 RGB images in 5 classes, and what becomes of them on 8x8 grey ones in 3. */
class TransferredTest {

  private static final Seed SEED = new Seed(3);
  private static final Family PARENTS = Tiny.VIT.withImages(16, 3).withClasses(5);
  private static final ImageTransfer TRANSFER = new ImageTransfer(PARENTS, Tiny.VIT);
  private static final Size SIZE = new Size(16, 3);

  private NDManager manager;
  private Templates templates;

  @BeforeEach
  void learn() {
    manager = Tiny.manager();
    templates = SupernetCutTest.learnt(PARENTS, new Size(8, 2), new KroneckerConstraint(), manager);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static Fitting fitting(long steps, TrainingListener listener, boolean stopped) {
    Fitting usual = Tiny.fitting(steps);
    return new Fitting(
        usual.images(),
        usual.normalisation(),
        usual.recipe(),
        listener,
        () -> stopped,
        Optional.of(TRANSFER));
  }

  private static Fitting stopped() {
    return fitting(2, TrainingListener.NONE, true);
  }

  private Map<String, float[]> weights(Initialiser first, Seed seed) {
    try (SizedModel found = first.initialise(SIZE, manager, seed)) {
      assertThat(found.family()).isEqualTo(Tiny.VIT);
      assertThat(found.weights().names())
          .containsExactlyElementsOf(
              SizedModel.random(Tiny.VIT, SIZE, manager, seed).weights().names());
      return Tiny.values(found);
    }
  }

  private Transferred composed() {
    return new Transferred(new ComposedTemplates("weit", templates, 0.5), TRANSFER);
  }

  @Test
  void isTheAdaptedModelOfTheParentsImages() {
    try (SizedModel made =
            new ComposedTemplates("weit", templates, 0.5).initialise(SIZE, manager, SEED);
        SizedModel expected = TRANSFER.adapt(made, manager, SEED.child("transfer"))) {
      assertThat(weights(composed(), SEED))
          .usingRecursiveComparison()
          .isEqualTo(Tiny.values(expected));
    }
    assertThat(weights(composed(), SEED).get("head.weight"))
        .isNotEqualTo(weights(composed(), new Seed(4)).get("head.weight"));
    assertThat(composed().name()).isEqualTo("weit");
    assertThat(composed().refusal(SIZE)).isEmpty();
    assertThat(composed().refusal(new Size(18, 3)).orElseThrow()).contains("width 18");
  }

  @Test
  void aFitBeginsThereAndTrainsScalersAndWhatHasNoTemplates() {
    Map<String, float[]> bank = Tiny.values(templates.bank().arrays());
    Map<String, float[]> start = weights(composed(), SEED);
    assertThat(
            weights(
                new FittedTemplates("weit", templates, 0.5, stopped(), TeachingOptions.LABELS),
                SEED))
        .usingRecursiveComparison()
        .isEqualTo(start);
    List<Double> losses = new ArrayList<>();
    Fitting fitting = fitting(40, report -> losses.add(report.loss()), false);
    Map<String, float[]> fitted =
        weights(new FittedTemplates("weit", templates, 0.5, fitting, TeachingOptions.LABELS), SEED);
    assertThat(losses.get(39)).isLessThan(0.8 * losses.get(0));
    assertAllMoved(fitted, start);
    assertThat(Tiny.values(templates.bank().arrays())).usingRecursiveComparison().isEqualTo(bank);
  }

  /** All but two biases: templates of what a model has once start at 0 as it does. */
  private static void assertAllMoved(Map<String, float[]> fitted, Map<String, float[]> start) {
    List<String> still = List.of("patch_embed.proj.bias", "norm.bias");
    fitted.forEach(
        (name, values) -> {
          if (!still.contains(name)) {
            assertThat(values).as(name).isNotEqualTo(start.get(name));
          }
        });
  }

  /** Composed weights stay sums of two templates to a block, which free ones are not. */
  @Test
  void aParentOfOtherImagesTeachesNoFit() {
    assertThatThrownBy(
            () -> new FittedTemplates("weit", templates, 0.5, stopped(), TeachingOptions.of(0.5)))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("expected a weight of 0, found 0.5");
  }

  @Test
  void onlyWhatHasNoTemplatesLeavesTheirSpan() {
    Fitting fitting = fitting(10, TrainingListener.NONE, false);
    Map<String, float[]> fitted =
        weights(new FittedTemplates("weit", templates, 0.5, fitting, TeachingOptions.LABELS), SEED);
    float[] learnt =
        templates.bank().arrays().get("blocks.{}.norm1.weight").toFloatArray(); // (2, 1, 4)
    float[] gains = fitted.get("blocks.1.norm1.weight"); // four blocks of 4
    for (int block = 0; block < 4; block++) {
      assertThat(distance(gains, 4 * block, learnt)).isLessThan(1e-5);
    }
    float[] places = templates.bank().arrays().get("pos_embed").toFloatArray(); // (2, 17, 4)
    float[] one = Arrays.copyOf(places, 4);
    float[] two = Arrays.copyOfRange(places, 68, 72);
    float[] token = new float[8];
    System.arraycopy(one, 0, token, 0, 4);
    System.arraycopy(two, 0, token, 4, 4);
    assertThat(distance(weights(composed(), SEED).get("pos_embed"), 0, token)).isLessThan(1e-5);
    assertThat(distance(fitted.get("pos_embed"), 0, token)).isGreaterThan(1e-3);
  }

  /** Of four values from {@code at} to the plane of two templates, by Gram and Schmidt. */
  private static double distance(float[] values, int at, float[] templates) {
    double[] a = new double[4];
    double[] b = new double[4];
    double[] v = new double[4];
    for (int i = 0; i < 4; i++) {
      a[i] = templates[i];
      b[i] = templates[4 + i];
      v[i] = values[at + i];
    }
    remove(a, b);
    remove(a, v);
    remove(b, v);
    return Math.sqrt(dot(v, v));
  }

  private static void remove(double[] direction, double[] from) {
    double share = dot(direction, from) / dot(direction, direction);
    for (int i = 0; i < 4; i++) {
      from[i] -= share * direction[i];
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < 4; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static RandomTemplates random(Fitting fitting) {
    return new RandomTemplates(PARENTS, new KroneckerConstraint(), SIZE, fitting);
  }

  @Test
  void randomTemplatesOfTheParentsFamilyAreFittedAlike() {
    Map<String, float[]> start = weights(random(stopped()), SEED);
    Map<String, float[]> fresh = weights(composed(), SEED);
    assertThat(start.get("head.weight")).isEqualTo(fresh.get("head.weight"));
    Fitting fitting = fitting(3, TrainingListener.NONE, false);
    Map<String, float[]> fitted = weights(random(fitting), SEED);
    assertAllMoved(fitted, start);
  }

  @Test
  void ligoGrowsTheAdaptedParentUnderAFreshHead() {
    SizedModel parent = Tiny.model(PARENTS, new Size(8, 2), manager, 1);
    Map<String, float[]> before = Tiny.values(parent);
    Map<String, float[]> start = weights(new Ligo(parent, 0, stopped()), SEED);
    Map<String, float[]> stacked =
        weights(new Transferred(new Stacking(parent, 0), TRANSFER), SEED);
    start.forEach(
        (name, values) ->
            assertThat(values).as(name).containsExactly(stacked.get(name), within(1e-6f)));
    List<Double> losses = new ArrayList<>();
    Fitting fitting = fitting(40, report -> losses.add(report.loss()), false);
    Map<String, float[]> learnt = weights(new Ligo(parent, Ligo.NOISE, fitting), SEED);
    assertThat(losses.get(39)).isLessThan(0.8 * losses.get(0));
    assertThat(learnt.get("head.weight")).isNotEqualTo(start.get("head.weight"));
    assertThat(learnt.get("head.bias")).isNotEqualTo(start.get("head.bias"));
    assertThat(Tiny.values(parent)).usingRecursiveComparison().isEqualTo(before);
  }

  @Test
  void keepsNothingButTheModel() {
    Fitting fitting = fitting(2, TrainingListener.NONE, false);
    SizedModel parent = Tiny.model(PARENTS, new Size(8, 2), manager, 1);
    int before = manager.getManagedArrays().size();
    for (Initialiser first :
        List.of(
            composed(),
            new FittedTemplates("weit", templates, 0.5, fitting, TeachingOptions.LABELS),
            new Ligo(parent, Ligo.NOISE, fitting))) {
      try (SizedModel found = first.initialise(SIZE, manager, SEED)) {
        assertThat(manager.getManagedArrays()).hasSize(before + found.weights().size());
      }
    }
  }
}
