package io.github.weit.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * INVENTED measurements, for looking at layouts and for testing arithmetic. No model was trained;
 * the curves come from the closed formula in {@link #accuracy}.
 */
final class Synthetic {
  static final Provenance PROVENANCE =
      new Provenance(
          "2000-01-01", "Invented CPU 9000", 2, "weit compare --invented", "synthetic 0.0");

  private record Size(int width, int depth, long parameters) {
    String name() {
      return width + "x" + depth;
    }
  }

  private static final List<Size> SIZES =
      List.of(
          new Size(64, 6, 309_000),
          new Size(96, 4, 460_000),
          new Size(128, 3, 610_000),
          new Size(128, 9, 1_800_000),
          new Size(192, 6, 2_680_000));

  private Synthetic() {}

  static Setting setting() {
    return new Setting(
        new Setting.Data("cifar10-invented", "sha256:00aa11bb", 10, 40_000, 10_000, 0, 4_000),
        new Setting.Pretraining(
            "vit",
            "vision transformers",
            "128x6",
            List.of("128x6", "96x4"),
            1_210_000,
            187_000,
            2_500,
            64,
            "half of the steps"),
        new Setting.Fitting(150, 64, 2_000),
        new Setting.Training("AdamW, cosine, 1e-3 (WeiT: 3e-4)", 64, 10_000),
        List.of(PROVENANCE));
  }

  /** The same with descriptions of methods. */
  static Setting setting(MethodFacts... methods) {
    Setting few = setting();
    return new Setting(
        few.data(),
        few.pretraining(),
        few.fitting(),
        few.training(),
        few.provenance(),
        List.of(methods));
  }

  /** Five sizes, epochs 1, 2, 3, 5. */
  static List<Measurement> rows(List<String> methods, int seeds) {
    List<Measurement> rows = new ArrayList<>();
    for (Size size : SIZES) {
      for (String method : methods) {
        for (long seed = 1; seed <= seeds; seed++) {
          for (int epoch : new int[] {0, 1, 2, 3, 5}) {
            add(rows, size, method, seed, epoch);
          }
        }
      }
    }
    return rows;
  }

  private static void add(List<Measurement> rows, Size size, String method, long seed, int epoch) {
    if (epoch > 0) {
      rows.add(
          row(method, size, seed, Measurement.TRAINED, epoch, accuracy(method, size, seed, epoch)));
    } else if (!method.equals(Methods.SCRATCH)) {
      double composed = accuracy(method, size, seed, 0);
      rows.add(row(method, size, seed, Measurement.COMPOSED, 0, composed));
      if (method.equals(Methods.WEIT)) {
        rows.add(row(method, size, seed, Measurement.FITTED, 0, composed + 0.004));
      }
    }
  }

  private static double accuracy(String method, Size size, long seed, int epoch) {
    double wobble = 0.009 * Math.sin(seed * 7.1 + size.width() + 3.3 * epoch + method.length());
    double grow = 0.008 * Math.log(size.parameters() / 309_000.0);
    double curve =
        switch (method) {
          case Methods.SCRATCH -> 0.48 - 0.28 * Math.exp(-0.42 * epoch);
          case Methods.WEIT ->
              epoch == 0 ? 0.545 : 0.605 - 0.11 * Math.exp(-0.55 * (epoch - 1)) + 0.01;
          default ->
              epoch == 0
                  ? 0.25 + 0.12 * Math.log(size.parameters() / 309_000.0)
                  : 0.6 - 0.2 * Math.exp(-0.6 * epoch);
        };
    return curve + grow + wobble;
  }

  private static Measurement row(
      String method, Size size, long seed, String phase, int epoch, double accuracy) {
    long images = phase.equals(Measurement.FITTED) ? 9_600 : epoch * 10_000L;
    return new Measurement(
        method,
        size.name(),
        size.width(),
        size.depth(),
        seed,
        phase,
        epoch,
        images / 64,
        images,
        accuracy,
        2.3 * (1 - accuracy),
        size.parameters(),
        size.parameters() * 64,
        method.equals(Methods.WEIT) ? 9_000 : 0);
  }

  /** A method of which only name and label matter. */
  static MethodFacts facts(String name, String label) {
    return new MethodFacts(
        name, label, "What it is.", "", "", Optional.empty(), "", OptionalLong.of(0), Map.of());
  }

  /** The same with a parent. */
  static MethodFacts facts(String name, String label, MethodFacts.Parent parent) {
    return new MethodFacts(
        name, label, "What it is.", "", "", Optional.of(parent), "", OptionalLong.of(0), Map.of());
  }

  static MethodFacts.Parent parent(String name, long macs) {
    return parent(name, "", macs);
  }

  static MethodFacts.Parent parent(String name, String recipe, long macs) {
    return new MethodFacts.Parent(name, "Trained.", recipe, 10, 640, macs, 1000);
  }

  /** A row of which only the accuracy matters. */
  static Measurement simple(
      String method, String size, long seed, String phase, int epoch, double accuracy) {
    return new Measurement(
        method,
        size,
        64,
        6,
        seed,
        phase,
        epoch,
        epoch * 10L,
        epoch * 640L,
        accuracy,
        1.5,
        1000,
        64_000,
        0);
  }

  /**
   * {@link #simple} for composed and trained rows of one seed: first the composed accuracy, or NaN
   * for none.
   */
  static List<Measurement> run(
      String method, String size, long seed, double composed, double... trained) {
    List<Measurement> rows = new ArrayList<>();
    if (!Double.isNaN(composed)) {
      rows.add(simple(method, size, seed, Measurement.COMPOSED, 0, composed));
    }
    for (int i = 0; i < trained.length; i++) {
      rows.add(simple(method, size, seed, Measurement.TRAINED, i + 1, trained[i]));
    }
    return rows;
  }
}
