package io.github.weit.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PaceTest {

  @Test
  void isDueAtFirstAndAfterEachPause() {
    long[] now = {Long.MAX_VALUE - 5};
    Pace pace = new Pace(Duration.ofNanos(10), () -> now[0]);

    assertThat(
            LongStream.of(0, 9, 1, 0, 9, 2)
                .mapToObj(
                    passed -> {
                      now[0] += passed;
                      return pace.isDue();
                    }))
        .containsExactly(true, false, true, false, false, true);
  }
}
