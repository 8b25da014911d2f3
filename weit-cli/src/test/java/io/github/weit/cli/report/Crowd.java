package io.github.weit.cli.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * INVENTED measurements of thirteen methods at ten sizes, for looking at layouts. No model was
 * trained.
 */
final class Crowd {
  /** What a method's curve begins and ends with, and which sizes it refuses. */
  private record Arm(String name, double start, double first, double end, String refuses) {}

  private static final List<int[]> SIZES =
      List.of(
          new int[] {64, 3, 160},
          new int[] {64, 6, 309},
          new int[] {96, 4, 460},
          new int[] {128, 3, 610},
          new int[] {96, 9, 1020},
          new int[] {128, 6, 1210},
          new int[] {128, 9, 1800},
          new int[] {192, 3, 1360},
          new int[] {192, 6, 2680},
          new int[] {192, 12, 5350});

  private static final List<Arm> ARMS =
      List.of(
          new Arm("weit", 0.545, 0.53, 0.585, ""),
          new Arm("weit-unfitted", 0.54, 0.525, 0.58, ""),
          new Arm("mimetic", 0.10, 0.33, 0.45, ""),
          new Arm("weight-selection", 0.25, 0.47, 0.575, "larger"),
          new Arm("stacking", 0.35, 0.50, 0.57, "smaller"),
          new Arm("random-templates", 0.28, 0.36, 0.46, ""),
          new Arm("supernet", 0.50, 0.51, 0.545, ""),
          new Arm("ligo", 0.42, 0.52, 0.59, "smaller"),
          new Arm("tleg", 0.30, 0.43, 0.52, "other width"),
          new Arm("sws", 0.33, 0.45, 0.53, "other width"),
          new Arm("wave", 0.44, 0.49, 0.56, ""),
          new Arm("scratch-long", 0.10, 0.28, 0.38, ""),
          new Arm("scratch", 0.10, 0.30, 0.42, ""));

  private Crowd() {}

  static Setting setting() {
    return Synthetic.setting(ARMS.stream().map(Crowd::facts).toArray(MethodFacts[]::new));
  }

  private static MethodFacts facts(Arm arm) {
    Map<String, String> refusals = new LinkedHashMap<>();
    SIZES.stream()
        .filter(s -> refuses(arm, s))
        .forEach(s -> refusals.put(name(s), "it makes no model that is " + arm.refuses()));
    boolean learnt = arm.start() > 0.1 && !arm.name().startsWith("random");
    String parent = arm.name().startsWith("weit") ? "templates" : "dense 128x6";
    return new MethodFacts(
        arm.name(),
        Methods.label(arm.name()),
        "An invented method that is called " + arm.name() + ".",
        learnt ? "arXiv 0000.00000" : "",
        learnt ? "It is invented." : "",
        learnt
            ? Optional.of(
                new MethodFacts.Parent(
                    parent,
                    "Trained on nothing.",
                    "",
                    2_500,
                    160_000,
                    19_000_000_000_000L,
                    1_210_000))
            : Optional.empty(),
        "",
        OptionalLong.of(0),
        refusals);
  }

  private static String name(int[] size) {
    return size[0] + "x" + size[1];
  }

  private static boolean refuses(Arm arm, int[] size) {
    return switch (arm.refuses()) {
      case "larger" -> size[0] > 128 || size[1] > 6;
      case "smaller" -> size[0] < 128 || size[1] < 6;
      case "other width" -> size[0] != 128;
      default -> false;
    };
  }

  /** Epochs 1, 2, 3; the longer training from scratch 5, 10 and 15 too. */
  static List<Measurement> rows(int seeds) {
    List<Measurement> rows = new ArrayList<>();
    for (long seed = 1; seed <= seeds; seed++) {
      for (int[] size : SIZES) {
        for (Arm arm : ARMS) {
          if (!refuses(arm, size)) {
            add(rows, arm, size, seed);
          }
        }
      }
    }
    return rows;
  }

  private static void add(List<Measurement> rows, Arm arm, int[] size, long seed) {
    boolean fits = List.of("weit", "random-templates", "ligo", "wave").contains(arm.name());
    rows.add(row(arm, size, seed, Measurement.COMPOSED, 0));
    if (fits) {
      rows.add(row(arm, size, seed, Measurement.FITTED, 0));
    }
    boolean longer = arm.name().equals(Methods.SCRATCH_LONG);
    for (int epoch : longer ? new int[] {1, 2, 3, 5, 10, 15} : new int[] {1, 2, 3}) {
      rows.add(row(arm, size, seed, Measurement.TRAINED, epoch));
    }
  }

  private static Measurement row(Arm arm, int[] size, long seed, String phase, int epoch) {
    double curve =
        epoch == 0
            ? arm.start() + (phase.equals(Measurement.FITTED) ? 0.01 : 0)
            : epoch <= 3
                ? arm.first() + (arm.end() - arm.first()) * (epoch - 1) / 2.0
                : arm.end() + 0.13 * Math.log(epoch / 3.0) / Math.log(5);
    double wobble = 0.008 * Math.sin(seed * 7.1 + 3.3 * epoch + arm.name().hashCode() + size[2]);
    double grow = arm.start() <= 0.1 && epoch == 0 ? 0 : 0.012 * Math.log(size[2] / 1000.0);
    long parameters = 1000L * size[2];
    long images = phase.equals(Measurement.FITTED) ? 9_600 : epoch * 10_000L;
    return new Measurement(
        arm.name(),
        name(size),
        size[0],
        size[1],
        seed,
        phase,
        epoch,
        images / 64,
        images,
        curve + grow + wobble,
        1.5,
        parameters,
        64 * parameters,
        phase.equals(Measurement.FITTED) ? parameters / 40 : 0);
  }
}
