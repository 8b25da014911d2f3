package io.github.weit.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BatchSourceTest {
  private static final Augmentation ALL =
      Augmentation.LIGHT.withMixup(0.8).withCutmix(1).withErasing(0.5).withLabelSmoothing(0.1);

  private static NDManager manager;
  private final ImageSet set = TestImages.random(23, 4, 3, 8, 6);
  private final Normalisation normalisation = Normalisation.of(set);

  @BeforeAll
  static void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  private record Values(float[] images, float[] targets) {}

  private List<Values> batches(Seed seed, long first, int count) {
    BatchSource source = new BatchSource(set, normalisation, ALL, 5, seed);
    List<Values> values = new ArrayList<>();
    try (BatchStream stream = source.open(first)) {
      for (int i = 0; i < count; i++) {
        try (NDScope scope = new NDScope()) {
          scope.suppressNotUsedWarning();
          Batch batch = stream.next(manager);
          values.add(new Values(batch.images().toFloatArray(), batch.targets().toFloatArray()));
        }
      }
    }
    return values;
  }

  @Test
  void sameSeedGivesTheSameBytesAndAnotherSeedOthers() {
    List<Values> once = batches(new Seed(5), 0, 9);
    List<Values> again = batches(new Seed(5), 0, 9);
    List<Values> other = batches(new Seed(6), 0, 9);
    for (int i = 0; i < 9; i++) {
      assertThat(again.get(i).images()).isEqualTo(once.get(i).images());
      assertThat(again.get(i).targets()).isEqualTo(once.get(i).targets());
      assertThat(other.get(i).images()).isNotEqualTo(once.get(i).images());
    }
  }

  @Test
  void resumingAtAStepEqualsSkippingToIt() {
    List<Values> whole = batches(new Seed(5), 0, 10);
    List<Values> resumed = batches(new Seed(5), 6, 4);
    for (int i = 0; i < 4; i++) {
      assertThat(resumed.get(i).images()).isEqualTo(whole.get(6 + i).images());
      assertThat(resumed.get(i).targets()).isEqualTo(whole.get(6 + i).targets());
    }
  }

  @Test
  void anEpochShowsEveryImageAtMostOnceAndEpochsDiffer() {
    BatchSource source = new BatchSource(set, normalisation, Augmentation.NONE, 5, new Seed(1));
    assertThat(source.batchesPerEpoch()).isEqualTo(4);
    int[] all = IntStream.range(0, 23).toArray();
    int[] order = source.order(0);
    assertThat(source.order(1)).isNotEqualTo(order);
    assertThat(Arrays.stream(order).sorted().toArray()).isEqualTo(all);
    try (BatchStream stream = source.open(0)) {
      for (int step = 0; step < 4; step++) {
        Batch batch = stream.next(manager);
        assertThat(batch.size()).isEqualTo(5);
        float[] images = batch.images().toFloatArray();
        float[] targets = batch.targets().toFloatArray();
        for (int i = 0; i < 5; i++) {
          int index = order[step * 5 + i];
          byte[] expected = TestImages.image(set, index);
          assertThat(targets[i * 4 + set.label(index)]).isEqualTo(1f);
          for (int p = 0; p < 144; p++) {
            assertThat((double) images[i * 144 + p])
                .isCloseTo(
                    TestImages.normal(expected[p] & 0xFF, normalisation, p / 48), within(1e-5));
          }
        }
      }
    }
  }

  @Test
  void nativeMemoryIsFreedWithTheScopeOfAStep() {
    try (NDManager own = manager.newSubManager();
        BatchStream stream = new BatchSource(set, normalisation, ALL, 5, new Seed(1)).open(0)) {
      for (int i = 0; i < 20; i++) {
        try (NDScope scope = new NDScope()) {
          scope.suppressNotUsedWarning();
          stream.next(own);
        }
      }
      assertThat(own.getManagedArrays()).isEmpty();
    }
  }

  @Test
  void anInterruptedThreadGetsItsBatchesAndStaysInterrupted() {
    BatchSource source = new BatchSource(set, normalisation, ALL, 5, new Seed(1));
    try (BatchStream stream = source.open(0);
        BatchStream undisturbed = source.open(0)) {
      for (int i = 0; i < 6; i++) { // more than wait in the queue
        Thread.currentThread().interrupt();
        Batch found = stream.next(manager);
        assertThat(Thread.interrupted()).isTrue();
        Batch expected = undisturbed.next(manager);
        assertThat(found.images()).isEqualTo(expected.images());
        assertThat(found.targets()).isEqualTo(expected.targets());
      }
    }
  }

  @Test
  void aClosedStreamSaysSo() {
    BatchStream stream =
        new BatchSource(set, normalisation, Augmentation.NONE, 5, new Seed(1)).open(0);
    stream.close();
    stream.close();
    assertThatThrownBy(() -> stream.next(manager))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void aFailureOfTheWorkerReachesTheCallerWithItsCause() {
    BatchSource source = new BatchSource(set, normalisation, ALL, 5, new Seed(1));
    BatchStream stream =
        new BatchStream(
            source,
            0,
            step -> {
              throw new IllegalArgumentException("step " + step);
            });
    assertThatThrownBy(() -> stream.next(manager))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("Preparing a batch of random failed")
        .hasMessageContaining("step 0")
        .hasCauseInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> stream.next(manager)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void batchesLargerThanTheSetAreRefused() {
    assertThatThrownBy(
            () -> new BatchSource(set, normalisation, Augmentation.NONE, 24, new Seed(1)))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("1 to the number of images, 23, found 24");
    Normalisation grey = new Normalisation(List.of(0.0), List.of(1.0));
    assertThatThrownBy(() -> new BatchSource(set, grey, Augmentation.NONE, 2, new Seed(1)))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("images have 3 channels, the normalisation has 1");
  }

  @Test
  void evaluationShowsEveryImageOnceInStoredOrder() {
    EvaluationBatches batches = new EvaluationBatches(set, normalisation, 10);
    NDArray all = new EvaluationBatches(set, normalisation, 23).images(0, manager);
    for (int i = 0; i < batches.count(); i++) {
      int from = 10 * i;
      int end = Math.min(from + 10, 23);
      assertThat(batches.images(i, manager)).isEqualTo(all.get(new NDIndex("{}:{}", from, end)));
      assertThat(batches.labels(i))
          .containsExactly(IntStream.range(from, end).map(set::label).toArray());
    }
    assertThat(batches.count()).isEqualTo(3);
  }
}
