package io.github.weit.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.Ops;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingLoopTest extends SmallRegression {

  @Test
  void closesAfterItsLeaves() {
    NamedArrays leaves = leaves();
    TrainingLoop loop = loop(leaves, options(1));
    leaves.close();
    assertThatCode(loop::close).doesNotThrowAnyException();
    assertThatCode(loop::close).doesNotThrowAnyException();
    assertThat(manager.getManagedArrays()).isEmpty();
  }

  @Test
  void closesAfterSomeOfItsLeavesAndTurnsGradientsOffOfTheRest() {
    NamedArrays leaves = leaves();
    TrainingLoop loop = loop(leaves, options(1));
    leaves.get("in.weight").close();
    loop.close();
    loop.close();
    for (String name : List.of("in.bias", "out.weight", "out.bias")) {
      assertThat(leaves.get(name).hasGradient()).as(name).isFalse();
    }
    assertThat(manager.getManagedArrays()).hasSize(3);
  }

  @Test
  void trainingLowersTheLossAndReportsEveryStep() {
    NamedArrays leaves = leaves();
    List<StepReport> reports = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void stepped(StepReport report) {
            reports.add(report);
          }
        };
    try (TrainingLoop loop = loop(leaves, options(150))) {
      TrainingResult result = loop.run(feed(16, 0), regression(leaves), listener, () -> false);
      assertThat(result.stepsRun()).isEqualTo(150);
      assertThat(result.position()).isEqualTo(150);
      assertThat(result.stopped()).isFalse();
      assertThat(result.lastLoss()).isEqualTo(reports.get(149).loss());
    }
    assertThat(reports).hasSize(150);
    assertThat(reports.get(149).remaining().isZero()).isTrue();
    assertThat(reports).allMatch(r -> r.gradientNorm() > 0 && r.learningRate() == 0.01);
    double before = reports.subList(0, 20).stream().mapToDouble(StepReport::loss).sum();
    double after = reports.subList(130, 150).stream().mapToDouble(StepReport::loss).sum();
    assertThat(after).isLessThan(0.8 * before);
    leaves.forEach((name, leaf) -> assertThat(leaf.hasGradient()).as(name).isFalse());
  }

  @Test
  void twoAccumulatedBatchesOfEightEqualOneOfSixteen() {
    NamedArrays big = leaves();
    NamedArrays small = leaves();
    try (TrainingLoop one = loop(big, options(1));
        TrainingLoop other = loop(small, options(1).withAccumulation(2))) {
      TrainingResult a = one.run(feed(16, 0), regression(big), TrainingListener.NONE, () -> false);
      TrainingResult b =
          other.run(feed(8, 0), regression(small), TrainingListener.NONE, () -> false);
      assertThat(b.lastLoss()).isCloseTo(a.lastLoss(), within(1e-6));
    }
    big.forEach(
        (name, leaf) -> {
          float[] expected = leaf.toFloatArray();
          float[] found = small.get(name).toFloatArray();
          for (int i = 0; i < expected.length; i++) {
            assertThat((double) found[i]).as(name).isCloseTo(expected[i], within(1e-6));
          }
        });
  }

  @Test
  void asStepsGoByNoArrayIsLeftBehind() {
    NamedArrays leaves = leaves();
    try (TrainingLoop loop = loop(leaves, options(210).withAccumulation(2))) {
      BatchFeed<Pairs> feed = feed(4, 0);
      loop.runUntil(10, feed, regression(leaves), TrainingListener.NONE, () -> false);
      int before = manager.getManagedArrays().size();
      loop.run(feed, regression(leaves), TrainingListener.NONE, () -> false);
      assertThat(manager.getManagedArrays()).hasSize(before);
    }
    assertThat(manager.getManagedArrays()).hasSize(leaves.size());
  }

  /** As by a fit that uses templates while their own training pauses. */
  @Test
  void gradientsThatOthersGaveBetweenTwoPiecesDoNotCount() {
    NamedArrays whole = leaves();
    NamedArrays pieces = leaves();
    try (TrainingLoop one = loop(whole, options(6))) {
      one.run(feed(8, 0), regression(whole), TrainingListener.NONE, () -> false);
    }
    try (TrainingLoop one = loop(pieces, options(6))) {
      BatchFeed<Pairs> feed = feed(8, 0);
      one.runUntil(3, feed, regression(pieces), TrainingListener.NONE, () -> false);
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        NDArray sum = manager.zeros(new Shape());
        for (NDArray leaf : pieces.asMap().values()) {
          sum = sum.add(leaf.square().sum());
        }
        collector.backward(sum);
      }
      one.run(feed, regression(pieces), TrainingListener.NONE, () -> false);
    }
    bytes(whole).forEach((name, b) -> assertThat(bytes(pieces).get(name)).as(name).isEqualTo(b));
  }

  @Test
  void loopsOfSeveralThreadsTakeTurnsAndLearnWhatTheyWouldAlone() throws Exception {
    NamedArrays alone = leaves();
    try (TrainingLoop loop = loop(alone, options(60))) {
      loop.run(feed(8, 0), regression(alone), TrainingListener.NONE, () -> false);
    }
    List<NamedArrays> together = List.of(leaves(), leaves(), leaves());
    ExecutorService threads = Executors.newFixedThreadPool(together.size());
    try {
      List<Future<?>> runs = new ArrayList<>();
      for (NamedArrays leaves : together) {
        runs.add(
            threads.submit(
                () -> {
                  try (TrainingLoop loop = loop(leaves, options(60))) {
                    loop.run(feed(8, 0), regression(leaves), TrainingListener.NONE, () -> false);
                  }
                }));
      }
      for (Future<?> run : runs) {
        run.get();
      }
    } finally {
      threads.shutdownNow();
    }
    for (NamedArrays leaves : together) {
      bytes(alone).forEach((name, b) -> assertThat(bytes(leaves).get(name)).as(name).isEqualTo(b));
    }
  }

  @Test
  void leavesBecomeTheirAverageIfAskedTo() {
    NamedArrays leaves = leaves();
    try (TrainingLoop loop = loop(leaves, options(5).withEma(0.9))) {
      loop.run(feed(8, 0), regression(leaves), TrainingListener.NONE, () -> false);
      Map<String, byte[]> average = bytes(loop.average().orElseThrow());
      assertThat(bytes(leaves).values()).doesNotContainAnyElementsOf(average.values());
      loop.adoptAverage();
      bytes(leaves).forEach((name, b) -> assertThat(b).as(name).isEqualTo(average.get(name)));
    }
  }

  @Test
  void aLeafThatTakesNoPartOnlyDecays() {
    NamedArrays used = leaves();
    NDArray idle = random("idle", 3, 2);
    float[] before = idle.toFloatArray();
    NamedArrays leaves = used.and(NamedArrays.of(Map.of("idle", idle)));
    try (TrainingLoop loop = loop(leaves, options(3))) {
      loop.run(feed(8, 0), regression(leaves), TrainingListener.NONE, () -> false);
    }
    float kept = (float) (1 - 0.01 * 0.05);
    float[] after = idle.toFloatArray();
    for (int i = 0; i < after.length; i++) {
      assertThat(after[i]).isEqualTo(before[i] * kept * kept * kept);
    }
  }

  @Test
  void aStopIsHonouredBeforeTheNextStep() {
    NamedArrays leaves = leaves();
    try (TrainingLoop loop = loop(leaves, options(30))) {
      TrainingResult result =
          loop.run(
              feed(8, 0), regression(leaves), TrainingListener.NONE, () -> loop.position() == 4);
      assertThat(result.stopped()).isTrue();
      assertThat(result.position()).isEqualTo(4);
    }
  }

  @Test
  void anInterruptIsHonouredBeforeTheNextStepAndStays() {
    NamedArrays leaves = leaves();
    try (TrainingLoop loop = loop(leaves, options(30))) {
      TrainingListener interrupting =
          report -> {
            if (report.step() == 4) {
              Thread.currentThread().interrupt();
            }
          };
      TrainingResult result = loop.run(feed(8, 0), regression(leaves), interrupting, () -> false);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(result.stopped()).isTrue();
      assertThat(result.position()).isEqualTo(4);
    }
  }

  @Test
  void aRunThatIsDoneWasNotStopped() {
    NamedArrays leaves = leaves();
    try (TrainingLoop loop = loop(leaves, options(1))) {
      TrainingListener interrupting = report -> Thread.currentThread().interrupt();
      TrainingResult result = loop.run(feed(8, 0), regression(leaves), interrupting, () -> false);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(result.stopped()).isFalse();
    }
  }

  @Test
  void aLossThatIsNotFiniteEndsTheRunAndLeavesTheWeightsAlone() {
    NamedArrays leaves = leaves();
    try (TrainingLoop loop = loop(leaves, options(30))) {
      BatchFeed<Pairs> feed = feed(8, 0);
      loop.runUntil(3, feed, regression(leaves), TrainingListener.NONE, () -> false);
      Map<String, byte[]> before = bytes(leaves);
      Objective<Pairs> broken =
          (step, batch, owner) ->
              regression(leaves).loss(step, batch, owner).mul(Ops.scalar(owner, Double.NaN));
      assertThatThrownBy(() -> loop.run(feed, broken, TrainingListener.NONE, () -> false))
          .isInstanceOf(DivergedException.class)
          .hasMessageContaining("step 3")
          .hasMessageContaining("NaN")
          .hasMessageContaining("learning rate 0.0100")
          .hasMessageContaining("Try a lower learning rate");
      bytes(leaves).forEach((name, b) -> assertThat(b).isEqualTo(before.get(name)));
      assertThat(loop.position()).isEqualTo(3);
    }
  }

  /**
   * With two batches a step; the step fails in its first, and the second must be passed over too.
   */
  @Test
  void aStepThatMayBeSkippedIsSkippedWithAllItsBatchesAndCounted(@TempDir Path folder) {
    NamedArrays leaves = leaves();
    NamedArrays expected = leaves();
    LoopOptions options = options(6).withAccumulation(2).withSkippable(1);
    try (TrainingLoop loop = loop(leaves, options);
        TrainingLoop without = loop(expected, options)) {
      Objective<Pairs> broken =
          (step, batch, owner) -> {
            NDArray loss = regression(leaves).loss(step, batch, owner);
            return step.index() == 2 ? loss.mul(Ops.scalar(owner, Double.NaN)) : loss;
          };
      List<StepReport> reports = new ArrayList<>();
      TrainingResult result = loop.runUntil(3, feed(8, 0), broken, reports::add, () -> false);
      assertThat(result.skipped()).isEqualTo(1);
      assertThat(result.meanLoss()).isEqualTo((reports.get(0).loss() + reports.get(1).loss()) / 2);
      assertThat(reports.get(2).loss()).isNaN();
      assertThat(loop.position()).isEqualTo(3);

      without.runUntil(2, feed(8, 0), regression(expected), TrainingListener.NONE, () -> false);
      assertSame(leaves, expected);

      Path file = folder.resolve("state.safetensors");
      loop.save(file);
      BatchFeed<Pairs> afterwards = feed(8, 6);
      loop.runUntil(5, afterwards, regression(leaves), TrainingListener.NONE, () -> false);
      NamedArrays resumed = leaves();
      try (TrainingLoop again = loop(resumed, options)) {
        again.load(file);
        assertThat(again.position()).isEqualTo(3);
        assertThat(again.skipped()).isEqualTo(1);
        again.runUntil(5, feed(8, 6), regression(resumed), TrainingListener.NONE, () -> false);
        assertSame(resumed, leaves);
        Objective<Pairs> brokenAgain =
            (step, batch, owner) ->
                regression(resumed).loss(step, batch, owner).mul(Ops.scalar(owner, Double.NaN));
        assertThatThrownBy(
                () -> again.run(feed(8, 10), brokenAgain, TrainingListener.NONE, () -> false))
            .isInstanceOf(DivergedException.class);
      }
    }
  }

  @Test
  void aGradientThatIsNotFiniteIsForgottenSoThatTheRunCanGoOn() {
    NamedArrays disturbed = leaves();
    NamedArrays plain = leaves();
    try (TrainingLoop one = loop(plain, options(10));
        TrainingLoop other = loop(disturbed, options(10))) {
      one.run(feed(8, 0), regression(plain), TrainingListener.NONE, () -> false);
      other.runUntil(4, feed(8, 0), regression(disturbed), TrainingListener.NONE, () -> false);
      // sqrt(0 * x) has the value 0 and an infinite (here NaN) slope
      Objective<Pairs> broken =
          (step, batch, owner) ->
              disturbed.get("in.weight").mul(Ops.scalar(owner, 0)).square().sum().sqrt();
      assertThatThrownBy(() -> other.run(feed(8, 4), broken, TrainingListener.NONE, () -> false))
          .isInstanceOf(DivergedException.class)
          .hasMessageContaining("gradient's norm is NaN");
      other.run(feed(8, 4), regression(disturbed), TrainingListener.NONE, () -> false);
    }
    assertSame(disturbed, plain);
  }

  @Test
  void lossesThatCannotBeMinimisedAreNamed() {
    NamedArrays leaves = leaves();
    try (TrainingLoop loop = loop(leaves, options(3))) {
      assertThatThrownBy(
              () ->
                  loop.run(
                      feed(8, 0),
                      (step, batch, owner) -> batch.y().mean(),
                      TrainingListener.NONE,
                      () -> false))
          .isInstanceOf(WeitException.class)
          .hasMessageContaining("does not depend on any array that is trained");
      assertThatThrownBy(
              () ->
                  loop.run(
                      feed(8, 0),
                      (step, batch, owner) -> leaves.get("in.bias").mul(leaves.get("in.bias")),
                      TrainingListener.NONE,
                      () -> false))
          .isInstanceOf(WeitException.class)
          .hasMessageContaining("(7)");
    }
  }

  @Test
  void everyBatchOfAStepHasASeedOfItsOwn() {
    NamedArrays leaves = leaves();
    List<Step> steps = new ArrayList<>();
    try (TrainingLoop loop = loop(leaves, options(3).withAccumulation(2))) {
      Objective<Pairs> recorded =
          (step, batch, owner) -> {
            steps.add(step);
            return regression(leaves).loss(step, batch, owner);
          };
      loop.run(feed(8, 0), recorded, TrainingListener.NONE, () -> false);
    }
    assertThat(steps).extracting(Step::index).containsExactly(0L, 0L, 1L, 1L, 2L, 2L);
    assertThat(steps).extracting(Step::seed).doesNotHaveDuplicates();
  }

  @Test
  void aThreadOfItsOwnTrainsToTheSameBytes() {
    NamedArrays here = leaves();
    NamedArrays there = leaves();
    try (TrainingLoop one = loop(here, options(5))) {
      one.run(feed(8, 0), regression(here), TrainingListener.NONE, () -> false);
    }
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (TrainingLoop other = loop(there, options(5))) {
      CompletableFuture.supplyAsync(
              () -> other.run(feed(8, 0), regression(there), TrainingListener.NONE, () -> false),
              thread)
          .join();
    } finally {
      thread.shutdown();
    }
    assertSame(there, here);
  }

  @Test
  void gradientsLeftFromBeforeDoNotCount() {
    NamedArrays clean = leaves();
    NamedArrays used = leaves();
    used.requireGradient(true);
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      collector.backward(used.get("in.weight").sum());
    }
    for (NamedArrays leaves : List.of(clean, used)) {
      try (TrainingLoop loop = loop(leaves, options(3))) {
        loop.run(feed(8, 0), regression(leaves), TrainingListener.NONE, () -> false);
      }
    }
    assertSame(used, clean);
  }

  @Test
  void optionsThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> options(0)).hasMessageContaining("steps must be at least 1; found 0");
    assertThatThrownBy(() -> options(1).withClipNorm(-1)).hasMessageContaining("-1.0");
    assertThatThrownBy(() -> options(1).withAccumulation(0))
        .hasMessageContaining("batches per step must be at least 1; found 0");
    assertThatThrownBy(() -> options(1).withEma(1)).hasMessageContaining("1.0");
    assertThatThrownBy(() -> loop(NamedArrays.of(Map.of()), options(1)))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("nothing to train");
  }

  @Test
  void aLeafInDoublePrecisionThatTakesNoPartOnlyDecays() {
    NDArray used = manager.ones(new Shape(2, 2), DataType.FLOAT64);
    NDArray idle = manager.ones(new Shape(3, 2), DataType.FLOAT64);
    NamedArrays leaves = NamedArrays.of(Map.of("used", used, "idle", idle));
    try (TrainingLoop loop = loop(leaves, options(2))) {
      loop.run(
          owner -> owner,
          (step, batch, owner) -> used.mul(used).sum(),
          TrainingListener.NONE,
          () -> false);
    }
    double kept = 1 - 0.01 * 0.05;
    assertThat(idle.toDoubleArray()).containsOnly(new double[] {kept * kept}, within(1e-12));
    assertThat(used.toDoubleArray()[0]).isLessThan(kept * kept);
  }

  @Test
  void aLossMayBeOneNumberOfAnyShape() {
    NDArray used = manager.ones(new Shape(2, 2));
    NamedArrays leaves = NamedArrays.of(Map.of("used", used));
    try (TrainingLoop loop = loop(leaves, options(1))) {
      TrainingResult result =
          loop.run(
              owner -> owner,
              (step, batch, owner) -> used.mul(used).sum(new int[] {0, 1}, true),
              TrainingListener.NONE,
              () -> false);
      assertThat(result.lastLoss()).isEqualTo(4);
    }
  }
}
