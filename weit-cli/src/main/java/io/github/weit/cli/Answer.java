package io.github.weit.cli;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a model takes an image for.
 *
 * @param guesses the likeliest classes, the likeliest first; of equally likely ones the first first
 */
record Answer(Path image, List<Guess> guesses) {

  /** A class and its probability, from 0 to 1. */
  record Guess(String name, double probability) {}

  /**
   * By the softmax of logits.
   *
   * @param top how many guesses are kept, if there are as many classes
   * @param classes in the order of the logits
   */
  static Answer of(Path image, List<String> classes, int top, double... logits) {
    double highest = IntStream.range(0, logits.length).mapToDouble(c -> logits[c]).max().orElse(0);
    double[] shares = new double[logits.length];
    double sum = 0;
    for (int c = 0; c < logits.length; c++) {
      shares[c] = Math.exp(logits[c] - highest);
      sum += shares[c];
    }
    double all = sum;
    List<Guess> guesses =
        IntStream.range(0, logits.length)
            .mapToObj(c -> new Guess(classes.get(c), shares[c] / all))
            .sorted(Comparator.comparingDouble(Guess::probability).reversed())
            .limit(top)
            .toList();
    return new Answer(image, guesses);
  }
}
