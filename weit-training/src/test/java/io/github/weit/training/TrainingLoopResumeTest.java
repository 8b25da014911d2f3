package io.github.weit.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.WeitException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingLoopResumeTest extends SmallRegression {

  @Test
  void oneSeedGivesTheSameBytes() {
    NamedArrays first = leaves();
    NamedArrays second = leaves();
    for (NamedArrays leaves : List.of(first, second)) {
      try (TrainingLoop loop = loop(leaves, options(40))) {
        loop.run(feed(8, 0), regression(leaves), TrainingListener.NONE, () -> false);
      }
    }
    assertSame(second, first);
  }

  @Test
  void runningInPiecesGivesTheSameBytesAsOneRun() {
    NamedArrays whole = leaves();
    NamedArrays pieces = leaves();
    try (TrainingLoop one = loop(whole, options(30).withAccumulation(2));
        TrainingLoop other = loop(pieces, options(30).withAccumulation(2))) {
      one.run(feed(8, 0), regression(whole), TrainingListener.NONE, () -> false);
      BatchFeed<Pairs> feed = feed(8, 0);
      other.runUntil(7, feed, regression(pieces), TrainingListener.NONE, () -> false);
      assertThat(other.position()).isEqualTo(7);
      other.runUntil(19, feed, regression(pieces), TrainingListener.NONE, () -> false);
      other.run(feed, regression(pieces), TrainingListener.NONE, () -> false);
      assertThat(other.position()).isEqualTo(30);
      assertSame(pieces, whole);
      assertSame(other.average().orElseThrow(), one.average().orElseThrow());
    }
  }

  @Test
  void aRestoredLoopGivesTheSameBytesAsOneRun() {
    NamedArrays whole = leaves();
    try (TrainingLoop one = loop(whole, options(30))) {
      one.run(feed(8, 0), regression(whole), TrainingListener.NONE, () -> false);
      NamedArrays half = leaves();
      NamedArrays state;
      try (TrainingLoop first = loop(half, options(30))) {
        first.runUntil(13, feed(8, 0), regression(half), TrainingListener.NONE, () -> false);
        state = first.state(manager);
      }
      NamedArrays resumed = half.copyTo(manager);
      try (TrainingLoop second = loop(resumed, options(30))) {
        second.restore(state);
        assertThat(second.position()).isEqualTo(13);
        second.run(feed(8, 13), regression(resumed), TrainingListener.NONE, () -> false);
        assertSame(resumed, whole);
        assertSame(second.average().orElseThrow(), one.average().orElseThrow());
      }
    }
  }

  @Test
  void aLoopLoadedFromAFileGivesTheSameBytesAsOneRun(@TempDir Path folder) {
    Path file = folder.resolve("state.safetensors");
    NamedArrays whole = leaves();
    try (TrainingLoop one = loop(whole, options(30))) {
      one.run(feed(8, 0), regression(whole), TrainingListener.NONE, () -> false);
      NamedArrays half = leaves();
      try (TrainingLoop first = loop(half, options(30))) {
        first.runUntil(13, feed(8, 0), regression(half), TrainingListener.NONE, () -> false);
        first.save(file);
      }
      NamedArrays resumed = leaves();
      try (TrainingLoop second = loop(resumed, options(30))) {
        second.load(file);
        assertSame(resumed, half);
        second.run(feed(8, 13), regression(resumed), TrainingListener.NONE, () -> false);
        assertSame(resumed, whole);
        assertSame(second.average().orElseThrow(), one.average().orElseThrow());
      }
    }
  }

  /** Sums of squares under the wrong elements would turn the rest of the way by whole per cents. */
  @ParameterizedTest
  @CsvSource({"true,false", "false,true", "true,true"})
  void aStateKnowsItsElementsHoweverLeavesLieInMemory(
      boolean saved, boolean loaded, @TempDir Path folder) {
    Path file = folder.resolve("state.safetensors");
    NamedArrays whole = leaves();
    try (TrainingLoop one = loop(whole, options(30))) {
      one.run(feed(8, 0), regression(whole), TrainingListener.NONE, () -> false);
    }
    NamedArrays half = saved ? columnMajor(leaves()) : leaves();
    try (TrainingLoop first = loop(half, options(30))) {
      first.runUntil(13, feed(8, 0), regression(half), TrainingListener.NONE, () -> false);
      first.save(file);
    }
    NamedArrays resumed = loaded ? columnMajor(leaves()) : leaves();
    try (TrainingLoop second = loop(resumed, options(30))) {
      second.load(file);
      second.run(feed(8, 13), regression(resumed), TrainingListener.NONE, () -> false);
    }
    whole.forEach(
        (name, array) ->
            assertThat(resumed.get(name).toFloatArray())
                .as(name)
                .containsExactly(array.toFloatArray(), within(1e-5f)));
  }

  /** The same values, matrices as views of their transposes. */
  private NamedArrays columnMajor(NamedArrays leaves) {
    Map<String, NDArray> turned = new LinkedHashMap<>(leaves.asMap());
    turned.computeIfPresent(
        "in.weight",
        (name, matrix) -> matrix.transpose().flatten().reshape(IN, HIDDEN).transpose());
    return NamedArrays.of(turned);
  }

  @Test
  void refusesTheFileOfOtherOptionsOrOtherLeaves(@TempDir Path folder) {
    Path file = folder.resolve("state.safetensors");
    try (TrainingLoop averaging = loop(leaves(), options(3))) {
      averaging.save(file);
    }
    try (TrainingLoop plain = loop(leaves(), options(3).withEma(0))) {
      assertThatThrownBy(() -> plain.load(file))
          .isInstanceOf(WeitException.class)
          .hasMessageContainingAll("state.safetensors", "expected 14 arrays, found 19", "options");
    }
    NamedArrays others =
        NamedArrays.of(
            Map.of(
                "in.weight", random("in.weight", HIDDEN, IN + 1),
                "in.bias", random("in.bias", HIDDEN),
                "out.weight", random("out.weight", 1, HIDDEN),
                "out.bias", random("out.bias", 1)));
    try (TrainingLoop other = loop(others, options(3))) {
      assertThatThrownBy(() -> other.load(file))
          .isInstanceOf(WeitException.class)
          .hasMessageContainingAll("in.weight", "(7, 6)", "(7, 5)");
    }
  }
}
