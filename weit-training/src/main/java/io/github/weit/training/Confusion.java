package io.github.weit.training;

import java.util.Arrays;

/**
 * What a classifier takes images of each class for: an observer of {@link Evaluator}. An answer is
 * the class of the highest logit, the first of several; logits among which there is no number are
 * no answer.
 */
public final class Confusion implements Evaluator.Observer {

  private final long[] images;
  private final long[][] answers;

  /**
   * @param classes how many logits there are
   */
  public Confusion(int classes) {
    images = new long[classes];
    answers = new long[classes][classes];
  }

  @Override
  public void answered(double[] logits, int label) {
    images[label]++;
    int answer = -1;
    double highest = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < logits.length; c++) {
      if (logits[c] > highest) {
        highest = logits[c];
        answer = c;
      }
    }
    if (answer >= 0) {
      answers[label][answer]++;
    }
  }

  public int classes() {
    return images.length;
  }

  /** How many images of a class there were. */
  public long images(int label) {
    return images[label];
  }

  /** How many images of the class {@code label} were taken for the class {@code answer}. */
  public long count(int label, int answer) {
    return answers[label][answer];
  }

  /** How many images were taken for a class, rightly or not. */
  public long answers(int answer) {
    return Arrays.stream(answers).mapToLong(row -> row[answer]).sum();
  }

  /** Of the images of a class, the share that is taken for it; NaN if there are none. */
  public double recall(int label) {
    return (double) count(label, label) / images(label);
  }

  /** Of the images that are taken for a class, the share that is of it; NaN if there are none. */
  public double precision(int answer) {
    return (double) count(answer, answer) / answers(answer);
  }
}
