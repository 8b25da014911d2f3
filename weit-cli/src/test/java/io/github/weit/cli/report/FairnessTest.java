package io.github.weit.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FairnessTest {

  private static List<String> sentences(String... methods) {
    List<Measurement> rows = Synthetic.rows(List.of(methods), 1);
    return new Fairness(Synthetic.setting(), Summary.of(rows)).sentences();
  }

  private static List<String> withRecipes(String recipe, String other) {
    List<Measurement> rows = Synthetic.rows(List.of("weit", "supernet", "stacking", "scratch"), 1);
    Setting setting =
        Synthetic.setting(
            Synthetic.facts("weit", "WeiT", Synthetic.parent("templates", recipe, 9)),
            Synthetic.facts("supernet", "supernet", Synthetic.parent("supernet", recipe, 9)),
            Synthetic.facts("stacking", "stacking", Synthetic.parent("dense", other, 9)),
            Synthetic.facts("scratch", "from scratch"));
    return new Fairness(setting, Summary.of(rows)).sentences();
  }

  @Test
  void parentsOfAnotherRecipeAreNamed() {
    assertThat(withRecipes("cooldown=0.4", "cooldown=0.0"))
        .contains(
            "What is trained beforehand did not have one recipe: that of WeiT and supernet had"
                + " one, that of stacking another.");
    assertThat(withRecipes("cooldown=0.4", "cooldown=0.4"))
        .noneMatch(sentence -> sentence.contains("recipe"));
    assertThat(withRecipes("cooldown=0.4", "")) // of parents of earlier versions nothing is known
        .noneMatch(sentence -> sentence.contains("recipe"));
  }

  @Test
  void aFitThatNotAllMethodsHaveIsSaid() {
    assertThat(sentences("weit", "scratch", "weight-selection"))
        .anySatisfy(
            sentence ->
                assertThat(sentence)
                    .isEqualTo(
                        "A fit comes before the first epoch and is not counted among epochs: up to"
                            + " 9,600 images, repeats counted, for WeiT. There is none for weight"
                            + " selection and training from scratch: what it takes is in"
                            + " the table of costs."));
    assertThat(sentences("weit")).noneMatch(sentence -> sentence.contains("A fit comes"));
    assertThat(sentences("scratch", "weight-selection"))
        .noneMatch(sentence -> sentence.contains("A fit comes"));
  }
}
