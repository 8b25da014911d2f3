package io.github.weit.benchmarks.steps;

/** A process that does not keep to the protocol of {@link StepWorker}. */
final class BrokenWorker {

  private BrokenWorker() {}

  /**
   * @param arguments what it says, a line each, before it breaks
   */
  public static void main(String[] arguments) {
    for (String line : arguments) {
      System.out.println(line);
    }
    throw new IllegalStateException("this one breaks");
  }
}
