package io.github.weit.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RunInfoTest {

  @Test
  void aCommandCanBeGivenToAShellAgain() {
    assertThat(RunInfo.command(List.of("compare", "--rate-of=weit=4e-5,wave=1e-4", "--out", "a/b")))
        .isEqualTo("weit compare --rate-of=weit=4e-5,wave=1e-4 --out a/b");
    assertThat(RunInfo.command(List.of("compare", "--data", "my images", "", "it's")))
        .isEqualTo("weit compare --data 'my images' '' 'it'\\''s'");
  }
}
