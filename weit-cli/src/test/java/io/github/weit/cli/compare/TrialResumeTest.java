package io.github.weit.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.github.weit.cli.report.Measurement;
import io.github.weit.cli.report.MeasurementCsv;
import io.github.weit.core.Seed;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.ImageTransfer;
import io.github.weit.models.Size;
import io.github.weit.models.Vit;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.training.Recipe;
import io.github.weit.training.StepReport;
import io.github.weit.training.TeachingOptions;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.data.ImageSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trial that was stopped in its ordinary training ends as one that was not. */
class TrialResumeTest {

  private static final Size FULL = new Size(32, 1);
  private static final int BATCH = 4;
  private static final int STEPS_PER_EPOCH = 3;
  private static final int FIT_STEPS = 4;
  private static final ImageSet IMAGES = noise();

  @TempDir private Path folder;
  private NDManager manager;

  private static ImageSet noise() {
    RandomGenerator random = new Seed(5).generator();
    int[] labels = random.ints(BATCH * STEPS_PER_EPOCH, 0, 2).toArray();
    byte[] pixels = new byte[labels.length * 64];
    random.nextBytes(pixels);
    return ImageSet.of("noise", List.of("a", "b"), 1, 8, 8, labels, pixels);
  }

  @BeforeEach
  void open() {
    manager = WeitEngine.newManager(WeitEngine.device("cpu"));
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** Notes the steps of ordinary training, and stops after one of them. */
  private static final class Watch implements Comparison.Observer {
    private final long stopAfter;
    private final List<Long> steps = new ArrayList<>();
    private boolean stopped;

    Watch(long stopAfter) {
      this.stopAfter = stopAfter;
    }

    @Override
    public void adapting(String learntOn, ImageTransfer transfer, Size size) {}

    @Override
    public TrainingListener starting(int index, int count, String method, Size size, long seed) {
      return this::stepped;
    }

    private void stepped(StepReport report) {
      steps.add(report.step());
      stopped = report.step() == stopAfter;
    }

    @Override
    public void finished(List<Measurement> rows) {}

    @Override
    public void elsewhere(long trials) {}
  }

  /** Scratch for three epochs, measured after each, with a running average. */
  private Watch compare(Path out, double rate, long stopAfter) {
    return compare("scratch", out, rate, stopAfter);
  }

  private Watch compare(String method, Path out, double rate, long stopAfter) {
    Recipe fit = Recipe.of(FIT_STEPS, BATCH);
    Recipe training = Recipe.of(1, BATCH).withLearningRate(rate).withEma(0.9);
    Plan plan =
        new Plan(
            List.of(method),
            List.of(FULL),
            List.of(1L),
            fit,
            BATCH,
            TeachingOptions.LABELS,
            training,
            Map.of(),
            IMAGES.size(),
            List.of(1, 2, 3),
            List.of(3),
            0.5);
    CompareJob job = new CompareJob(out, folder.resolve("parents"), IMAGES, IMAGES, manager);
    job.pretrain(
        plan,
        images -> PretrainPlan.of(Vit.small(8, 1, 2), FULL, fit).withFullSizeAlone(),
        new Seed(0),
        what -> TrainingListener.NONE,
        () -> false);
    Watch watch = new Watch(stopAfter);
    job.compare(plan, "weit compare", watch, () -> watch.stopped);
    return watch;
  }

  private static List<Measurement> rows(Path out) {
    return MeasurementCsv.read(out.resolve(CompareJob.TABLE));
  }

  @Test
  void whatWasStoppedInItsSecondEpochGoesOnThere() {
    Path whole = folder.resolve("whole");
    Path broken = folder.resolve("broken");
    Path checkpoint = broken.resolve("trials/scratch-32x1-1.checkpoint");

    assertThat(compare(whole, 1e-2, -1).steps).hasSize(9);
    assertThat(compare(broken, 1e-2, 5).steps).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(rows(whole)).hasSize(4).doesNotHaveDuplicates();
    assertThat(broken.resolve(CompareJob.TABLE)).doesNotExist();
    assertThat(checkpoint.resolve("step-000000005")).isDirectory();

    assertThat(compare(broken, 1e-2, -1).steps).containsExactly(6L, 7L, 8L, 9L);
    assertThat(rows(broken)).isEqualTo(rows(whole));
    assertThat(checkpoint).doesNotExist();
  }

  @Test
  void whatWasStoppedAtTheEndOfAnEpochIsMeasuredThere() {
    Path whole = folder.resolve("whole");
    Path broken = folder.resolve("broken");
    compare(whole, 1e-2, -1);
    compare(broken, 1e-2, 3);
    compare(broken, 1e-2, 6);
    assertThat(compare(broken, 1e-2, -1).steps).containsExactly(7L, 8L, 9L);
    assertThat(rows(broken)).isEqualTo(rows(whole));
  }

  /**
   * Fits may be deleted at any time; one that is stopped on its second way leaves all as it was.
   */
  @Test
  void aFitThatIsMadeAgainAndStoppedLosesNothing() throws IOException {
    Path whole = folder.resolve("whole");
    Path broken = folder.resolve("broken");
    Path checkpoint = broken.resolve("trials/weit-32x1-1.checkpoint/step-000000005");
    assertThat(compare("weit", whole, 1e-2, -1).steps).hasSize(FIT_STEPS + 9);
    deleteFits();

    assertThat(compare("weit", broken, 1e-2, 5).steps).hasSize(FIT_STEPS + 5);
    assertThat(checkpoint).isDirectory();
    deleteFits();
    assertThat(compare("weit", broken, 1e-2, 2).steps).containsExactly(1L, 2L);
    assertThat(checkpoint).isDirectory();
    assertThat(compare("weit", broken, 1e-2, -1).steps)
        .containsExactly(1L, 2L, 3L, 4L, 6L, 7L, 8L, 9L);
    assertThat(rows(broken)).isEqualTo(rows(whole));
  }

  private void deleteFits() throws IOException {
    try (Stream<Path> fits = Files.list(folder.resolve("parents/fits"))) {
      for (Path fit : fits.toList()) {
        Files.delete(fit);
      }
    }
  }

  @Test
  void aTrainingOfOtherSettingsBeginsAgain() {
    Path whole = folder.resolve("whole");
    Path broken = folder.resolve("broken");
    compare(whole, 1e-2, -1);
    compare(broken, 5e-3, 4); // nothing is measured yet, so settings may still change
    assertThat(compare(broken, 1e-2, -1).steps).hasSize(9);
    assertThat(rows(broken)).isEqualTo(rows(whole));
  }

  @Test
  void whatIsLeftOfATrialThatIsDoneIsCleared() throws Exception {
    Path out = folder.resolve("out");
    compare(out, 1e-2, 4);
    Path checkpoint = out.resolve("trials/scratch-32x1-1.checkpoint");
    Path aside = Files.move(checkpoint, folder.resolve("aside"));
    compare(out, 1e-2, -1);
    Files.move(aside, checkpoint); // as if it had been killed before it could be deleted
    assertThat(compare(out, 1e-2, -1).steps).isEmpty();
    assertThat(checkpoint).doesNotExist();
  }
}
