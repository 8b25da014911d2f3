package io.github.weit.benchmarks.kernels;

import io.github.weit.benchmarks.Quartiles;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Benchmarks as multiples of their yardsticks: of each round the ratio, of the ratios the median.
 */
final class Ratios {

  private Ratios() {}

  /** A row for each benchmark, in the order of the first round. */
  static String csv(List<Score> scores) {
    Map<String, List<Score>> byKey =
        scores.stream()
            .collect(Collectors.groupingBy(Score::key, LinkedHashMap::new, Collectors.toList()));
    StringBuilder csv =
        new StringBuilder(
            "class,benchmark,parameters,yardstick,ratio,lower_quartile,upper_quartile,milliseconds\n");
    byKey.forEach(
        (key, rounds) -> {
          String yardstick = yardstick(rounds.get(0).type());
          Quartiles ratio =
              Quartiles.of(
                  rounds.stream()
                      .mapToDouble(score -> score.milliseconds() / beside(score, yardstick, scores))
                      .toArray());
          double time =
              Quartiles.of(rounds.stream().mapToDouble(Score::milliseconds).toArray()).median();
          csv.append(
              String.format(
                  Locale.ROOT,
                  "%s,%s,%.3f,%.3f,%.3f,%.3f\n",
                  key,
                  yardstick,
                  ratio.median(),
                  ratio.lower(),
                  ratio.upper(),
                  time));
        });
    return csv.toString();
  }

  private static double beside(Score score, String yardstick, List<Score> scores) {
    return scores.stream()
        .filter(other -> other.isBeside(score) && other.method().equals(yardstick))
        .findFirst()
        .orElseThrow()
        .milliseconds();
  }

  private static String yardstick(String type) {
    try {
      Class<?> benchmarks = Class.forName(Ratios.class.getPackageName() + "." + type);
      return Arrays.stream(benchmarks.getMethods())
          .filter(method -> method.isAnnotationPresent(Yardstick.class))
          .map(Method::getName)
          .findFirst()
          .orElseThrow(() -> new IllegalStateException(type + " has no yardstick"));
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
