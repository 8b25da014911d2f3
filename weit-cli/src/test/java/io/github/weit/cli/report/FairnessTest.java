package io.github.weit.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FairnessTest {

  private static List<String> sentences(String... methods) {
    List<Measurement> rows = Synthetic.rows(List.of(methods), 1);
    return new Fairness(Synthetic.setting(), Summary.of(rows)).sentences();
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
