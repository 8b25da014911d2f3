package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.weit.cli.report.Measurement;
import io.github.weit.cli.report.MeasurementCsv;
import io.github.weit.core.files.Hashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Comparisons on other images than those that methods start from. */
class TransferTest {

  private static final String ALL =
      "weit,weit-unfitted,scratch,mimetic,weight-selection,weight-selection-fitted,stacking,supernet,supernet-fitted,ligo,tleg,sws,"
          + "wave,weit-taught,supernet-taught,random-templates,scratch-fitted";

  @TempDir static Path shared;
  @TempDir Path own;

  private static Path coloured;
  private static Path parents;

  /** 8x8 in colour, three classes; and two of the parents of small models. */
  @BeforeAll
  static void learn() {
    coloured = Pictures.draw(shared.resolve("coloured"), 8);
    parents = shared.resolve("parents");
    Command learnt =
        compare(
            coloured,
            "32x3,64x6",
            "--size",
            "64x5",
            "--methods",
            ALL,
            "--parents",
            parents,
            "--out",
            shared.resolve("out"));
    assertThat(learnt).extracting(Command::code, Command::err).containsExactly(0, "");
  }

  private static Command compare(Path data, String sizes, Object... more) {
    Object[] usual = {
      "compare",
      "--data",
      data,
      "--sizes",
      sizes,
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
      "--fit-steps",
      2,
      "--fit-images",
      16,
      "--threads",
      1
    };
    return Command.run(Stream.of(usual, more).flatMap(Arrays::stream).toArray());
  }

  private static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> found = Files.walk(folder)) {
      found
          .filter(Files::isRegularFile)
          .forEach(file -> hashes.put(folder.relativize(file).toString(), Hashes.sha256(file)));
    }
    return hashes;
  }

  private static List<Measurement> rows(Path out) {
    return MeasurementCsv.read(out.resolve("compare.csv"));
  }

  @Test
  void everyMethodIsAdaptedToOtherSizesChannelsAndClasses() throws IOException {
    Path grey = Pictures.draw(own.resolve("grey"), 12, List.of("a", "b", "c", "d"));
    Map<String, String> before = files(parents);
    Path out = own.resolve("out");
    Command command =
        compare(grey, "32x3,64x6", "--grey", "--methods", ALL, "--parents", parents, "--out", out);
    assertThat(command).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(command.out())
        .contains("learnt on coloured/train", "8x8", "3 channels", "3 classes")
        .contains("adapted: pos_embed, patch_embed.proj.weight; fresh: head.weight, head.bias")
        .doesNotContain("pre-training");
    assertThat(files(parents)).isEqualTo(before);
    assertThat(rows(out).stream().map(Measurement::method).distinct())
        .containsExactlyInAnyOrder(ALL.split(","));
    assertThat(Files.readString(out.resolve("report.html")))
        .contains("grey/train, with what was learnt on coloured/train");
    // a 32x3 ViT of 10 tokens, one channel and four classes
    long parameters = 3 * (12 * 32 * 32 + 13 * 32) + (16 + 1 + 10 + 1 + 2 + 4) * 32 + 4;
    assertThat(rows(out).stream().filter(row -> row.size().equals("32x3")))
        .allSatisfy(row -> assertThat(row.parameters()).isEqualTo(parameters));
    byte[] table = Files.readAllBytes(out.resolve("compare.csv"));
    Command again =
        compare(grey, "32x3,64x6", "--grey", "--methods", ALL, "--parents", parents, "--out", out);
    assertThat(again.code()).isZero();
    assertThat(again.out()).doesNotContain("% correct");
    assertThat(out.resolve("compare.csv")).hasBinaryContent(table);
  }

  /** The head of another task is not taken over where the numbers happen to agree. */
  @Test
  void otherClassesOfTheSameNumberGetAFreshHead() {
    Path others = Pictures.draw(own.resolve("others"), 8, List.of("x", "y", "z"));
    Command command =
        compare(
            others, "32x3", "--methods", "weit", "--parents", parents, "--out", own.resolve("out"));
    assertThat(command).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(command.out()).contains("adapted: nothing; fresh: head.weight, head.bias");
    assertThat(rows(own.resolve("out")).stream().map(Measurement::phase))
        .containsExactly(Measurement.COMPOSED, Measurement.FITTED, Measurement.TRAINED);
    // one template is as wide as the model: scalers of 5 in what comes before the layers, 37 in
    // each
    // of three layers, 2 in the last norm; and the head's 3 x 32 + 3
    assertThat(rows(own.resolve("out")))
        .allSatisfy(row -> assertThat(row.scalerParameters()).isEqualTo(5 + 3 * 37 + 2 + 99));
  }

  @Test
  void theSameClassesAreNotAdapted() {
    Path same = Pictures.draw(own.resolve("same"), 8);
    Path out = own.resolve("out");
    Command command =
        compare(same, "64x6", "--methods", "weit-unfitted", "--parents", parents, "--out", out);
    assertThat(command).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(command.out()).doesNotContain("adapted");
    List<Measurement> expected =
        rows(shared.resolve("out")).stream()
            .filter(row -> row.method().equals("weit-unfitted") && row.size().equals("64x6"))
            .toList();
    assertThat(rows(out)).isNotEmpty().isEqualTo(expected);
  }

  @Test
  void saysWhatToDoAboutWhatCannotBe() throws IOException {
    Path some = Files.createDirectories(own.resolve("some"));
    Path templates = some.resolve("templates.safetensors");
    Files.copy(parents.resolve("templates.safetensors"), templates);
    Path others = Pictures.draw(own.resolve("others"), 10, List.of("x", "y"));
    Command missing =
        compare(
            others,
            "32x3,64x6",
            "--image-size",
            8,
            "--methods",
            "supernet",
            "--parents",
            some,
            "--out",
            own.resolve("out"));
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.complaint())
        .contains("supernet.safetensors is missing", "learnt on coloured/train", "others/train")
        .contains("--parents")
        .hasLineCount(1);
    assertThat(files(some).keySet()).containsExactly("templates.safetensors");
    Command odd =
        compare(
            others,
            "32x3,64x6",
            "--methods",
            "weit",
            "--parents",
            some,
            "--out",
            own.resolve("out"));
    assertThat(odd.code()).isEqualTo(1);
    assertThat(odd.complaint())
        .contains("multiple of the patch size", "10 and 4", "--image-size")
        .hasLineCount(1);
    Files.copy(parents.resolve("supernet.safetensors"), some.resolve("dense.safetensors"));
    Files.delete(templates);
    Path mixed = Files.createDirectories(own.resolve("mixed"));
    Command native1 =
        compare(
            others,
            "32x3,64x6",
            "--image-size",
            8,
            "--size",
            "64x5",
            "--methods",
            "weit",
            "--parents",
            mixed,
            "--out",
            own.resolve("mixed-out"));
    assertThat(native1.code()).isZero();
    Files.copy(some.resolve("dense.safetensors"), mixed.resolve("dense.safetensors"));
    Command both =
        compare(
            others,
            "32x3,64x6",
            "--image-size",
            8,
            "--methods",
            "weight-selection",
            "--parents",
            mixed,
            "--out",
            own.resolve("out"));
    assertThat(both.code()).isEqualTo(1);
    assertThat(both.complaint())
        .contains("templates.safetensors", "dense.safetensors", "folders of their own")
        .hasLineCount(1);
  }
}
