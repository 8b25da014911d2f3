package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.weit.cli.report.Measurement;
import io.github.weit.cli.report.MeasurementCsv;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Pictures of 8x8, templates learnt from them in a few steps, and weights composed of them.
 *
 * @param folder where all of it is
 */
record Fixture(Path folder) {

  static Fixture make(Path folder) {
    Fixture fixture = new Fixture(folder);
    Pictures.draw(fixture.data(), 8);
    assertThat(fixture.pretrain(fixture.templates(), 0).code()).isZero();
    Command fit =
        Command.run(
            "fit",
            "--templates",
            fixture.templates(),
            "--size",
            "32x1",
            "--no-fit",
            "--out",
            fixture.weights());
    assertThat(fit).extracting(Command::code, Command::err).containsExactly(0, "");
    return fixture;
  }

  /** For each method of a comparison, where and how long it trained: size and epoch. */
  static Map<String, List<String>> trained(Path out) {
    return MeasurementCsv.read(out.resolve("compare.csv")).stream()
        .filter(row -> row.phase().equals(Measurement.TRAINED))
        .collect(
            Collectors.groupingBy(
                Measurement::method,
                Collectors.mapping(row -> row.size() + " " + row.epoch(), Collectors.toList())));
  }

  /** A comparison of a few steps on pictures of 8x8, without its sizes. */
  static Command compare(Path data, Object... more) {
    Object[] usual = {
      "compare",
      "--data",
      data,
      "--size",
      "64x2",
      "--pretrain-steps",
      2,
      "--pretrain-batch",
      8,
      "--template-counts",
      "2,2,1",
      "--seeds",
      1,
      "--epochs",
      1,
      "--batch",
      8,
      "--fit-images",
      16
    };
    return Command.run(Stream.of(usual, more).flatMap(Stream::of).toArray());
  }

  Path data() {
    return folder.resolve("data");
  }

  Path templates() {
    return folder.resolve("templates.safetensors");
  }

  Path weights() {
    return folder.resolve("weights.safetensors");
  }

  Command pretrain(Path out, long seed, Object... more) {
    Object[] usual = {
      "pretrain",
      "--data",
      data(),
      "--size",
      "64x2",
      "--pretrain-steps",
      3,
      "--pretrain-batch",
      8,
      "--template-counts",
      "2,2,1",
      "--seed",
      seed,
      "--out",
      out
    };
    return Command.run(Stream.of(usual, more).flatMap(Stream::of).toArray());
  }
}
