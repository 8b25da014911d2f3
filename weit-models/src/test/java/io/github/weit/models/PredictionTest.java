package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import io.github.weit.core.Axis;
import io.github.weit.core.Initial;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.Ops;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A model that predicts for days must not keep what it computes on the way. */
class PredictionTest {

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = TestDevice.newManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray images(FamilyGradientTest.Case of, NDManager owner) {
    return Values.images(owner, of.family(), 3, new Seed(1), DataType.FLOAT32);
  }

  private SizedModel model(FamilyGradientTest.Case of) {
    return SizedModel.random(of.family(), of.size(), manager, new Seed(2))
        .calibrate(List.of(images(of, manager)));
  }

  /** All arrays of a manager and of those that were made under it. */
  private static int arrays(NDManager manager) {
    return manager.getManagedArrays().size();
  }

  @ParameterizedTest
  @EnumSource
  void logitsAreAllThatAPredictionLeaves(FamilyGradientTest.Case of) {
    SizedModel model = model(of);
    int before = arrays(manager);
    try (NDManager request = manager.newSubManager()) {
      NDArray images = images(of, request);
      int own = arrays(request);
      for (int i = 1; i <= 3; i++) {
        assertThat(model.logits(images).getManager()).isSameAs(request);
        assertThat(arrays(request)).isEqualTo(own + i);
      }
    }
    assertThat(arrays(manager)).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void threadsThatShareAModelGetTheSameAndLeaveNothing(FamilyGradientTest.Case of)
      throws InterruptedException, ExecutionException {
    SizedModel model = model(of);
    float[] alone = logits(model, of);
    int before = arrays(manager);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<float[]>> found =
          threads.invokeAll(Collections.nCopies(60, () -> logits(model, of)));
      for (Future<float[]> one : found) {
        assertThat(one.get()).containsExactly(alone, within(1e-5f));
      }
    } finally {
      threads.shutdown();
    }
    assertThat(arrays(manager)).isEqualTo(before);
  }

  private float[] logits(SizedModel model, FamilyGradientTest.Case of) {
    try (NDManager request = manager.newSubManager()) {
      return model.logits(images(of, request)).toFloatArray();
    }
  }

  /** Without the help of a scope: what is computed belongs to the batch, not to the weights. */
  @ParameterizedTest
  @EnumSource
  void aForwardPassOfTrainingLeavesNothingBesideTheWeights(FamilyGradientTest.Case of) {
    SizedModel model = model(of);
    int before = arrays(manager);
    try (NDManager batch = manager.newSubManager()) {
      Pass pass = Pass.training(0.1, new Seed(3));
      of.family().forward(model.weights(), of.size(), images(of, batch), pass);
    }
    assertThat(arrays(manager)).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void aPredictorLeavesNothing(FamilyGradientTest.Case of) throws TranslateException {
    SizedModel sized = model(of);
    try (Model model = sized.toDjl("model");
        Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator())) {
      int before = 0;
      for (int i = 0; i < 4; i++) {
        try (NDManager request = manager.newSubManager()) {
          NDList found = predictor.predict(new NDList(images(of, request)));
          assertThat(found.singletonOrThrow().toFloatArray())
              .isEqualTo(sized.logits(images(of, request)).toFloatArray());
        }
        int now = arrays(model.getNDManager());
        assertThat(i == 0 ? now : before).isEqualTo(now);
        before = now;
      }
    }
  }

  @Test
  void aScopeOfTheCallersClosesLogitsToo() {
    FamilyGradientTest.Case of = FamilyGradientTest.Case.VIT_CLASS_TOKEN;
    SizedModel model = model(of);
    NDArray images = images(of, manager);
    int before = arrays(manager);
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      assertThat(model.logits(images).getShape()).isEqualTo(new Shape(3, 3));
    }
    assertThat(arrays(manager)).isEqualTo(before);
  }

  @Test
  void whatIsNoBatchOfNormalisedImagesIsRefused() {
    SizedModel model = model(FamilyGradientTest.Case.VIT_CLASS_TOKEN);
    Map<NDArray, String> wrong =
        Map.of(
            manager.zeros(new Shape(2, 1, 4, 5)), "expected images of shape (batch, 1, 4, 4)",
            manager.zeros(new Shape(0, 1, 4, 4)), "at least one image",
            manager.zeros(new Shape(2, 1, 4, 4), DataType.UINT8), "normalised images, float32",
            manager.zeros(new Shape(2, 1, 4, 4), DataType.FLOAT64), "type float32, as its weights",
            manager.zeros(new Shape(2, 1, 4, 4), DataType.FLOAT16), "found float16");
    wrong.forEach(
        (images, words) ->
            assertThatThrownBy(() -> model.logits(images))
                .isInstanceOf(WeitException.class)
                .hasMessageContaining(words));
  }

  /** Whatever a family of one's own does, or forgets, in its forward pass. */
  @Test
  void theModelItselfRefusesWhatItsFamilyDoesNot() {
    Family careless =
        new FamilyLike(Vit.small(8, 1, 3)) {
          @Override
          public NDArray forward(NamedArrays weights, Size size, NDArray input, Pass pass) {
            return input.reshape(input.getShape().get(0), -1).get(":, :3");
          }
        };
    Size size = new Size(32, 1);
    SizedModel model = SizedModel.random(careless, size, manager, new Seed(4));
    assertThat(model.logits(manager.zeros(new Shape(2, 1, 8, 8))).getShape())
        .isEqualTo(new Shape(2, 3));
    refused(() -> model.logits(manager.zeros(new Shape(2, 1, 8, 9))), "(batch, 1, 8, 8)");
    refused(() -> model.logits(manager.zeros(new Shape(2, 1, 8, 8), DataType.FLOAT64)), "float32");
    Family measuring =
        new FamilyLike(careless) {
          @Override
          public List<WeightType> statistics(Size size) {
            Axis features = Axis.out("out", size.width(), 32);
            String name = "norm.running_mean";
            return List.of(
                new WeightType(name, name, 1, new Initial.Constant(0), false, List.of(features)));
          }
        };
    SizedModel unmeasured = SizedModel.random(measuring, size, manager, new Seed(4));
    refused(() -> unmeasured.logits(manager.zeros(new Shape(2, 1, 8, 8))), "calibrate the model");
  }

  @Test
  void weightsOfAnotherSizeAreNoModel() {
    SizedModel model = model(FamilyGradientTest.Case.VIT_CLASS_TOKEN);
    NamedArrays weights = model.weights();
    Family family = model.family();
    refused(() -> new SizedModel(family, new Size(8, 1), weights), "size 8x1 has", "found");
    refused(() -> new SizedModel(family, new Size(12, 2), weights), "must have shape");
    refused(() -> new SizedModel(family, new Size(8, 3), weights), "blocks.2.");
    refused(() -> new SizedModel(family.withClasses(5), model.size(), weights), "head");
  }

  private static void refused(ThrowingCallable model, String... words) {
    assertThatThrownBy(model).isInstanceOf(WeitException.class).hasMessageContainingAll(words);
  }

  /** As saliency maps want it. */
  @Test
  void gradientsOfImagesAreRecordedWhereTheyAreRequired() {
    FamilyGradientTest.Case of = FamilyGradientTest.Case.VIT_CLASS_TOKEN;
    SizedModel model = model(of);
    NDArray images = images(of, manager);
    images.setRequiresGradient(true);
    double loss;
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      NDArray sum = model.logits(images).square().sum();
      loss = Ops.number(sum);
      collector.backward(sum);
    }
    float[] slope = images.getGradient().toFloatArray();
    float[] moved = images.toFloatArray();
    double expected = 0;
    for (int i = 0; i < moved.length; i++) {
      moved[i] += 1e-3f * slope[i];
      expected += 1e-3 * slope[i] * slope[i];
    }
    NDArray further = manager.create(moved, images.getShape());
    double gained = Ops.number(model.logits(further).square().sum()) - loss;
    assertThat(expected).isPositive();
    assertThat(gained).isCloseTo(expected, within(0.05 * expected));
  }
}
