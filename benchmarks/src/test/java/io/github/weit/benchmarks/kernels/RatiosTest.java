package io.github.weit.benchmarks.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RatiosTest {

  /** Of each round the ratio to that round's yardstick of equal parameters, then the median. */
  @Test
  void ratiosAreOfOneRoundAndOneChoiceOfParameters() {
    List<Score> scores =
        Stream.of(new double[] {1, 30, 10}, new double[] {2, 10, 2}, new double[] {3, 8, 4})
            .flatMap(
                round ->
                    Stream.of(
                        score((int) round[0], "compose", "size=a", round[1]),
                        score((int) round[0], "copy", "size=a", round[2]),
                        score((int) round[0], "copy", "size=b", 1000)))
            .toList();
    assertThat(Ratios.csv(scores).lines().skip(1))
        .containsExactly(
            "ComposeBenchmark,compose,size=a,copy,3.000,2.500,4.000,10.000", // 3, 5 and 2
            "ComposeBenchmark,copy,size=a,copy,1.000,1.000,1.000,4.000",
            "ComposeBenchmark,copy,size=b,copy,1.000,1.000,1.000,1000.000");
  }

  private static Score score(int round, String method, String parameters, double milliseconds) {
    return new Score(round, "ComposeBenchmark", method, parameters, milliseconds);
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        ArtefactBenchmark.class,
        BatchBenchmark.class,
        ComposeBenchmark.class,
        DecodeBenchmark.class,
        OptimiserBenchmark.class
      })
  void everyClassHasOneYardstick(Class<?> benchmarks) {
    assertThat(Arrays.stream(benchmarks.getMethods()))
        .filteredOn(method -> method.isAnnotationPresent(Yardstick.class))
        .hasSize(1);
  }
}
