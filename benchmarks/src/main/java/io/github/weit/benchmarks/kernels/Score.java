package io.github.weit.benchmarks.kernels;

import java.util.TreeMap;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;

/**
 * What a benchmark took in a round.
 *
 * @param round from 1
 * @param type the class's simple name
 * @param method the benchmark
 * @param parameters such as {@code size=128x6}
 * @param milliseconds the mean over iterations
 */
record Score(int round, String type, String method, String parameters, double milliseconds) {

  static Score of(int round, RunResult result) {
    BenchmarkParams params = result.getParams();
    String[] path = params.getBenchmark().split("\\.");
    TreeMap<String, String> values = new TreeMap<>();
    params.getParamsKeys().forEach(key -> values.put(key, params.getParam(key)));
    return new Score(
        round,
        path[path.length - 2],
        path[path.length - 1],
        values.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining(" ")),
        result.getPrimaryResult().getScore());
  }

  /** Whether the two are of one class with one choice of parameters, in one round. */
  boolean isBeside(Score other) {
    return round == other.round && type.equals(other.type) && parameters.equals(other.parameters);
  }

  /** The same benchmark whatever the round. */
  String key() {
    return type + "," + method + "," + parameters;
  }
}
