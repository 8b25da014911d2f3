package io.github.weit.cli.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Limits and ticks of an axis of per cent.
 *
 * @param min a tick
 * @param max a tick
 * @param step between ticks: 1, 2, 5, 10 or 20
 */
record Limits(double min, double max, double step) {

  /** The closest limits on ticks around all values, with at most {@code ticks} steps. */
  static Limits around(Collection<Double> percents, int ticks) {
    double low = percents.stream().mapToDouble(Double::doubleValue).min().orElse(0);
    double high = percents.stream().mapToDouble(Double::doubleValue).max().orElse(100);
    for (double step : new double[] {1, 2, 5, 10, 20}) {
      double min = step * Math.floor(low / step);
      double max = step * Math.max(Math.ceil(high / step), min / step + 1);
      if ((max - min) / step <= ticks + 1e-9) {
        return new Limits(min, max, step);
      }
    }
    return new Limits(0, 100, 20);
  }

  /** One step more at the lower end, but not below zero. */
  Limits lower() {
    return new Limits(Math.max(0, min - step), max, step);
  }

  /** From min to max. */
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    for (int i = 0; min + i * step <= max + 1e-9; i++) {
      ticks.add(min + i * step);
    }
    return ticks;
  }
}
