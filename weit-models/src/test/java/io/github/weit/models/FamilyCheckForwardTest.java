package io.github.weit.models;

import static io.github.weit.models.BrokenFamilies.RES_NET;
import static io.github.weit.models.BrokenFamilies.VIT;
import static io.github.weit.models.BrokenFamilies.refused;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.WeightType;
import io.github.weit.core.engine.Ops;
import io.github.weit.core.engine.Precision;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a family computes: its forward pass, and what that leaves alone. */
class FamilyCheckForwardTest {

  private Seed hidden = new Seed(0);
  private NDManager manager;

  @BeforeEach
  void open() {
    manager = TestDevice.newManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** Its forward pass, changed. */
  private interface Forward {
    NDArray of(NamedArrays weights, Size size, NDArray input, Pass pass);
  }

  private void refusedForward(Family family, Forward forward, String... words) {
    refused(
        new FamilyLike(family) {
          @Override
          public NDArray forward(NamedArrays weights, Size size, NDArray input, Pass pass) {
            return forward.of(weights, size, input, pass);
          }
        },
        manager,
        words);
  }

  @Test
  void wrongLogitsAreNoticed() {
    refusedForward(
        VIT,
        (weights, size, input, pass) -> VIT.forward(weights, size, input, pass).expandDims(0),
        "logits must be (3, 3) of float32, found (1, 3, 3)");
    refusedForward(
        VIT,
        (weights, size, input, pass) -> {
          NDArray logits = VIT.forward(weights, size, input, pass);
          boolean narrow = pass.precision() == Precision.BFLOAT16;
          return narrow ? logits.toType(DataType.FLOAT16, false) : logits;
        },
        "logits must be (3, 3) of float32, found (3, 3) of float16");
    refusedForward(
        VIT,
        (weights, size, input, pass) -> {
          NDArray logits = VIT.forward(weights, size, input, pass);
          logits.attach(manager);
          return logits;
        },
        "logits must belong to the manager of the images");
  }

  @Test
  void whatIsLeftBesideTheWeightsIsNoticed() {
    refusedForward(
        VIT,
        (weights, size, input, pass) -> {
          weights.get("patch_embed.proj.weight").neg();
          return VIT.forward(weights, size, input, pass);
        },
        "forward leaves 1 arrays in the manager of the weights");
  }

  @Test
  void weightsThatChangeAreNoticed() {
    refusedForward(
        VIT,
        (weights, size, input, pass) -> {
          if (!pass.training()) {
            weights.get("head.bias").addi(Ops.scalarLike(input, 1e-6));
          }
          return VIT.forward(weights, size, input, pass);
        },
        "forward must leave weights as they are, it changes 'head.bias'");
  }

  @Test
  void weightsThatNeverLearnAreNoticed() {
    refusedForward(
        VIT,
        (weights, size, input, pass) -> {
          Map<String, NDArray> still = new TreeMap<>(weights.asMap());
          NDArray stopped = still.get("norm.bias").stopGradient();
          stopped.attach(input.getManager());
          still.put("norm.bias", stopped);
          return VIT.forward(NamedArrays.of(still), size, input, pass);
        },
        "weights 'norm.bias' would never learn");
  }

  /** Of a generator that nobody passed in. */
  private NDArray noise(NDArray logits) {
    hidden = hidden.child("next");
    return logits.add(Ops.scalarLike(logits, hidden.generator().nextGaussian()));
  }

  @Test
  void drawsThatNobodySeededAreNoticed() {
    refusedForward(
        VIT,
        (weights, size, input, pass) -> {
          NDArray logits = VIT.forward(weights, size, input, pass);
          return pass.training() ? logits : noise(logits);
        },
        "an evaluation must draw nothing");
    refusedForward(
        VIT,
        (weights, size, input, pass) -> {
          NDArray logits = VIT.forward(weights, size, input, pass);
          return pass.dropPath() > 0 ? noise(logits) : logits;
        },
        "must depend on its seed alone");
    refusedForward(
        VIT,
        (weights, size, input, pass) -> noise(VIT.forward(weights, size, input, pass)),
        "without drop path must draw nothing");
    refusedForward(
        VIT,
        (weights, size, input, pass) ->
            VIT.forward(weights, size, input, Pass.training(pass.dropPath(), pass.seed())),
        "an evaluation must draw nothing");
  }

  @Test
  void imagesThatDependOnOneAnotherAreNoticed() {
    refusedForward(
        VIT,
        (weights, size, input, pass) -> {
          NDArray logits = VIT.forward(weights, size, input, pass);
          return logits.sub(logits.mean(new int[] {0}, true));
        },
        "must not depend on others beside it");
  }

  @Test
  void imagesThatAreNotCheckedAreNoticed() {
    Shape own = VIT.inputShape();
    Forward cuts =
        (weights, size, input, pass) -> {
          boolean wide = input.getShape().get(3) > own.get(2);
          return VIT.forward(weights, size, wide ? input.get(":, :, :, :8") : input, pass);
        };
    refusedForward(VIT, cuts, "must begin with requireInput, it takes (3, 1, 8, 9)");
    refusedForward(
        VIT,
        (weights, size, input, pass) -> {
          if (input.getShape().get(3) != own.get(2)) {
            throw new IllegalArgumentException("shape");
          }
          return VIT.forward(weights, size, input, pass);
        },
        "must begin with requireInput",
        "IllegalArgumentException: shape");
  }

  @Test
  void statisticsThatAreNotToldAreNoticed() {
    refusedForward(
        RES_NET,
        (weights, size, input, pass) -> {
          BatchStatistics but =
              (path, mean, variance) -> {
                if (!path.equals("bn1")) {
                  pass.statistics().seen(path, mean, variance);
                }
              };
          Pass other =
              new Pass(pass.training(), pass.dropPath(), pass.seed(), pass.precision(), but);
          return RES_NET.forward(weights, size, input, other);
        },
        "must tell each of statistics(Size) once",
        "bn1.running_mean");
    refused(
        new FamilyLike(RES_NET) {
          @Override
          public List<WeightType> statistics(Size size) {
            return List.of();
          }
        },
        manager,
        "must tell each of statistics(Size) once, expected {}");
  }
}
