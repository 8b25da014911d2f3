package io.github.weit.benchmarks.ablations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.Constraint;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.MatricesOnlyConstraint;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.Precision;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.Size;
import io.github.weit.models.Templates;
import io.github.weit.models.Vit;
import io.github.weit.templates.PretrainPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AblationTest {

  private static final Size SIZE = new Size(64, 6);

  private static final FitPlan FIT = FitPlan.STANDARD;

  private static PretrainPlan plan() {
    return Ablation.standard(
            PretrainPlan.of(Vit.small(32, 3, 10), new Size(128, 6), PretrainPlan.recipe(1500, 64)))
        .withSampling(
            sizes -> sizes.withHeldOut(Set.of(new Size(64, 6), new Size(96, 4), new Size(128, 3))));
  }

  private static List<String> keys(Ablation ablation, long seed) {
    return ablation.variants().stream()
        .map(variant -> Ablations.key(variant.pretraining().apply(plan()), new Seed(seed)))
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void everyVariantHasANameAndWhatItNames(Ablation ablation) {
    List<Variant> variants = ablation.variants();
    assertThat(variants).extracting(Variant::name).doesNotHaveDuplicates();
    assertThat(variants.get(0).name()).isEqualTo(Variant.DEFAULT);
    if (ablation.ofTheFit()) {
      assertThat(keys(ablation, 1)).containsOnly(keys(ablation, 1).get(0));
      assertThat(variants.stream().map(variant -> variant.fit().apply(FIT)))
          .doesNotHaveDuplicates();
    } else {
      assertThat(keys(ablation, 1)).doesNotHaveDuplicates();
      assertThat(variants.stream().map(variant -> variant.fit().apply(FIT))).containsOnly(FIT);
    }
    assertThat(Ablation.of(ablation.toString())).isEqualTo(ablation);
  }

  @Test
  void templatesOfOtherSeedsAreOthers() {
    assertThat(keys(Ablation.WIDTH, 1)).doesNotContainAnyElementsOf(keys(Ablation.WIDTH, 2));
  }

  @Test
  void randomMatricesLeaveEverythingElseAsItIsResized() {
    Vit vit = Vit.small(8, 1, 3);
    Size size = new Size(32, 1);
    Constraint constraint = new MatricesOnlyConstraint(new KroneckerConstraint());
    try (NDManager manager = WeitEngine.newManager(Device.cpu())) {
      TemplateBank bank = TemplateBank.create(constraint, vit.weights(size), manager, new Seed(1));
      ScalerSet scalers = ScalerSet.create(constraint, vit.weights(size), manager, new Seed(2));
      Templates templates = new Templates(vit, size, bank, scalers, Map.of());
      Seed seed = new Seed(3);
      ScalerSet random = ScalerStart.RANDOM.scalers(templates, size, seed, manager);
      ScalerSet mixed = ScalerStart.RANDOM_MATRICES.scalers(templates, size, seed, manager);
      for (String name : mixed.arrays().names()) {
        ScalerSet from =
            name.matches("blocks.*weight") && !name.contains("norm") ? random : scalers;
        assertThat(mixed.arrays().get(name)).as(name).isEqualTo(from.arrays().get(name));
      }
      assertThat(mixed.arrays().get("pos_embed")).isNotEqualTo(random.arrays().get("pos_embed"));
      FitPlan untaught = FIT.withRandomTemplates();
      assertThat(FIT.bank(templates, seed, manager)).isSameAs(bank);
      assertThat(untaught.bank(templates, seed, manager).arrays().names())
          .isEqualTo(bank.arrays().names())
          .allSatisfy(
              name ->
                  assertThat(untaught.bank(templates, seed, manager).arrays().get(name))
                      .isNotEqualTo(bank.arrays().get(name)));
      assertThat(untaught.composesAsUsual()).isFalse();
    }
  }

  @Test
  void anUnknownNameIsAnsweredWithThoseThereAre() {
    assertThatThrownBy(() -> Ablation.of("colour"))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("colour")
        .hasMessageContaining("fit-rate");
  }

  @Test
  void whatTwoProcessesMeasureIsInOneTable(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("terms.csv");
    AblationTable one = new AblationTable(file);
    AblationTable other = new AblationTable(file);
    one.add(row(composed("a")));
    other.add(row(composed("b")));
    one.add(row(composed("c")));
    assertThat(Files.readAllLines(file)).hasSize(4);
    assertThat(one.has(composed("b"))).isTrue();
    Files.writeString(file, "ablation,variant\n");
    assertThatThrownBy(() -> new AblationTable(file))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("move the file away");
  }

  private static AblationTable.Model composed(String variant) {
    return new AblationTable.Model(variant, 1, "ab12", SIZE, "composed", Precision.FLOAT32);
  }

  private static AblationTable.Row row(AblationTable.Model model) {
    return new AblationTable.Row("width", model, 1500, 0.4538, 42442, 32129, 308042);
  }

  @Test
  void aTableKnowsWhatItHasAfterItIsReadAgain(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("width.csv");
    String name = "width 16 with 16, 32 and 4 templates";
    new AblationTable(file).add(row(composed(name)));
    AblationTable table = new AblationTable(file);
    Precision precision = Precision.FLOAT32;
    assertThat(table.has(composed(name))).isTrue();
    assertThat(
            Stream.of(
                composed(Variant.DEFAULT),
                new AblationTable.Model(name, 2, "ab12", SIZE, "composed", precision),
                new AblationTable.Model(name, 1, "cd34", SIZE, "composed", precision),
                new AblationTable.Model(name, 1, "ab12", SIZE, "fitted", precision),
                new AblationTable.Model(name, 1, "ab12", SIZE, "composed", Precision.BFLOAT16),
                new AblationTable.Model(name, 1, "ab12", new Size(164, 6), "composed", precision)))
        .noneMatch(table::has);
    assertThat(Files.readAllLines(file).get(1))
        .startsWith(
            "width,\"" + name + "\",1,1500,ab12,64x6,composed,float32,0.4538,42442,32129,308042,");
  }
}
