package io.github.weit.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.github.weit.cli.report.Measurement;
import io.github.weit.core.Seed;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.ImageTransfer;
import io.github.weit.models.Size;
import io.github.weit.models.Vit;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.training.Recipe;
import io.github.weit.training.TeachingOptions;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.data.ImageSet;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareJobTest {

  private static final Size FULL = new Size(32, 1);
  private static final Recipe RECIPE = Recipe.of(1, 4);

  @TempDir private Path folder;

  private static ImageSet grey(int count) {
    int[] labels = new int[count];
    labels[0] = 1;
    return ImageSet.of("grey", List.of("a", "b"), 1, 8, 8, labels, new byte[count * 64]);
  }

  @Test
  void imagesThatNoTrialUsesAreNotInMemoryMeanwhile() {
    Plan plan =
        new Plan(
            List.of("scratch"),
            List.of(FULL),
            List.of(1L),
            RECIPE,
            4,
            TeachingOptions.LABELS,
            RECIPE,
            Map.of(),
            4,
            List.of(1),
            List.of(1),
            0.5);
    List<WeakReference<ImageSet>> all = new ArrayList<>();
    List<ImageSet> left = new ArrayList<>();
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("cpu"))) {
      CompareJob job = new CompareJob(folder, folder, grey(12), grey(4), manager);
      job.pretrain(
          plan,
          images -> {
            all.add(new WeakReference<>(images));
            return PretrainPlan.of(Vit.small(8, 1, 2), FULL, RECIPE).withFullSizeAlone();
          },
          new Seed(0),
          what -> TrainingListener.NONE,
          () -> false);
      assertThat(all.get(0).get()).extracting(ImageSet::size).isEqualTo(12);
      job.compare(
          plan,
          "weit compare",
          new Watch(
              () -> {
                System.gc();
                left.add(all.get(0).get());
              }),
          () -> false);
    }
    assertThat(left).containsExactly((ImageSet) null);
  }

  /** Does something where a trial begins. */
  private record Watch(Runnable begins) implements Comparison.Observer {

    @Override
    public void adapting(String learntOn, ImageTransfer transfer, Size size) {}

    @Override
    public TrainingListener starting(int index, int count, String method, Size size, long seed) {
      begins.run();
      return TrainingListener.NONE;
    }

    @Override
    public void finished(List<Measurement> rows) {}

    @Override
    public void elsewhere(long trials) {}
  }
}
