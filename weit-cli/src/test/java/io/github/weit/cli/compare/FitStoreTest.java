package io.github.weit.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.github.weit.baselines.Parent;
import io.github.weit.cli.run.RunInfo;
import io.github.weit.core.Seed;
import io.github.weit.core.artefact.Artefact;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Vit;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.training.Recipe;
import io.github.weit.training.TeachingOptions;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kept fit is found by what it starts from, beside everything else that decides it. */
class FitStoreTest {

  private static final Size SIZE = new Size(32, 1);
  private static final Vit VIT = Vit.small(8, 1, 2);
  private static final Contender METHOD = Contender.of("weit");
  private static final ImageSet IMAGES =
      ImageSet.of("grey", List.of("a", "b"), 1, 8, 8, new int[] {0, 1}, new byte[2 * 64]);

  @TempDir private Path folder;
  private NDManager manager;
  private Parents parents;
  private FitStore fits;

  @BeforeEach
  void open() {
    manager = WeitEngine.newManager(WeitEngine.device("cpu"));
    parents = new Parents(folder, manager);
    Recipe recipe = Recipe.of(1, 2);
    parents.learn(
        Set.of(Parent.TEMPLATES),
        PretrainPlan.of(VIT, SIZE, recipe).withFullSizeAlone(),
        new Seed(0),
        IMAGES,
        parent -> TrainingListener.NONE,
        () -> false);
    Plan plan =
        new Plan(
            List.of(METHOD.name()),
            List.of(SIZE),
            List.of(1L),
            recipe,
            2,
            TeachingOptions.LABELS,
            recipe,
            Map.of(),
            2,
            List.of(1),
            List.of(1),
            0.5);
    Normalisation normalisation = Normalisation.of(IMAGES);
    Trial.Images images = new Trial.Images(IMAGES, IMAGES, IMAGES, normalisation, Optional.empty());
    fits = new FitStore(folder.resolve("fits"), parents, plan, VIT, images);
  }

  @AfterEach
  void close() {
    parents.close();
    manager.close();
  }

  private SizedModel model(long seed) {
    return SizedModel.random(VIT, SIZE, manager, new Seed(seed));
  }

  private static FitStore.Fit fit(SizedModel start) {
    return new FitStore.Fit(METHOD, SIZE, new Seed(1), Optional.of(FitStore.sha256(start)));
  }

  @Test
  void aFitFromOtherWeightsIsAnotherFit() {
    SizedModel fitted = model(3);
    fits.keep(fit(model(1)), fitted);
    Optional<SizedModel> found = fits.find(fit(model(1)), manager);
    assertThat(found.map(FitStore::sha256)).contains(FitStore.sha256(fitted));
    assertThat(fits.find(fit(model(2)), manager)).isEmpty();
  }

  @Test
  void aFitOfAnotherVersionIsAnotherFit() throws IOException {
    fits.keep(fit(model(1)), model(3));
    try (Stream<Path> kept = Files.list(folder.resolve("fits"))) {
      assertThat(Artefact.inspect(kept.findAny().orElseThrow()).provenance())
          .containsAllEntriesOf(RunInfo.versions());
    }
  }
}
